/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making a lab and doing things on its hosts.
 */
#include "sosh/lab.h"

#include <ctype.h>
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"
#include "namespace.h"
#include "sosh/descriptor.h"
#include "sosh/memory.h"
#include "sosh/text.h"
#include "wire_make.h"

struct lab {
	unsigned count;
	bool has_ipv6;
	struct agent agent; /* in the wire's namespace */
	struct wire *wire;
	struct host hosts[LAB_HOSTS];
};

static const char *const default_names[] = {"client", "server"};

/* Names. */

static bool is_name(const char *name)
{
	bool is_number = true;
	for (const char *c = name; *c; c++) {
		if (!isascii(*c) || (!isalnum((unsigned char)*c) && *c != '_' && *c != '-'))
			return false;
		is_number = is_number && isdigit((unsigned char)*c);
	}
	return !is_number && strlen(name) <= LAB_NAME; /* "" is a number too */
}

static int no_name(const char *name, struct error *error)
{
	struct buffer quoted = {0};
	text_quote(&quoted, name, strnlen(name, 40));
	error_set(error, "%s is no name for a host: up to %d letters, digits, _ and -, not digits alone",
	          buffer_string(&quoted), LAB_NAME);
	buffer_clear(&quoted);
	return -1;
}

static int check_name(const char *const *names, unsigned index, struct error *error)
{
	const char *name = names[index];
	if (!is_name(name))
		return no_name(name, error);
	for (unsigned i = 0; i < index; i++) {
		if (strcmp(names[i], name) == 0)
			return error_set(error, "two hosts have the name %s", name);
	}
	return 0;
}

static int check_names(const char *const *names, unsigned count, struct error *error)
{
	if (count > LAB_HOSTS)
		return error_set(error, "%u hosts are too many: a lab has up to %d", count, LAB_HOSTS);
	for (unsigned i = 0; i < count; i++) {
		if (check_name(names, i, error) < 0)
			return -1;
	}
	return 0;
}

/* Rights. */

static bool may_administer(void)
{
	const uint32_t wanted = 1u << CAP_SYS_ADMIN | 1u << CAP_NET_ADMIN | 1u << CAP_NET_RAW;
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
	return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & wanted) == wanted;
}

/* The links of /proc/self/task are its own two and one of each thread. */
static bool has_threads(void)
{
	struct stat tasks;
	return stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 3;
}

static int get_rights(struct error *error)
{
	if (may_administer())
		return 0;
	if (has_threads())
		return error_set(error, "no lab: this process has several threads, which the kernel lets into no user "
		                        "namespace; start sosh with --sandbox");
	return namespace_try(CLONE_NEWNET, "lab", error) == 0 ? namespace_enter(0, "lab", error) : -1;
}

/* Making. */

static struct lab *new_lab(const char *const *names, unsigned count)
{
	struct lab *lab = memory_zero(sizeof(*lab));
	lab->count = count;
	for (unsigned i = 0; i < count; i++)
		memcpy(lab->hosts[i].name, names[i], strlen(names[i]));
	return lab;
}

void lab_free(struct lab *lab)
{
	if (!lab)
		return;
	wire_free(lab->wire);
	for (unsigned i = 0; i < lab->count; i++)
		agent_end(&lab->hosts[i].agent);
	agent_end(&lab->agent);
	free(lab);
}

/* Agents: 0 is the wire's. */
static struct agent *agent_of(struct lab *lab, unsigned host)
{
	return host ? &lab->hosts[host - 1].agent : &lab->agent;
}

static int start_agents(struct lab *lab, struct error *error)
{
	for (unsigned host = 0; host <= lab->count; host++) {
		if (agent_start(agent_of(lab, host)) < 0)
			return error_set(error, "no lab: a thread for each host: %s", strerror(errno));
	}
	return 0;
}

/*
 * Room for descriptors of our own: the table of a process with threads grows slowly, some 10 ms, because the kernel
 * waits until no thread can be reading the old one.
 */
static void make_room(void)
{
	int fd = descriptor_raise(dup(STDIN_FILENO));
	if (fd >= 0)
		close(fd);
}

/* All agents from `first` on at once. */
static int all_do(struct lab *lab, unsigned first, agent_task *task, struct error *error)
{
	struct host_setup setups[LAB_HOSTS + 1];
	int result = 0;
	for (unsigned host = first; host <= lab->count; host++) {
		setups[host] = (struct host_setup){.host = host, .count = lab->count, .hosts = lab->hosts};
		agent_ask(agent_of(lab, host), task, &setups[host]);
	}
	lab->has_ipv6 = true;
	for (unsigned host = first; host <= lab->count; host++) {
		if (agent_answer(agent_of(lab, host)) < 0 && result == 0) {
			*error = setups[host].error;
			result = -1;
		}
		lab->has_ipv6 &= setups[host].has_ipv6;
	}
	return result;
}

static int make_links(struct lab *lab, struct error *error)
{
	struct host_setup setup = {.count = lab->count, .hosts = lab->hosts};
	if (agent_do(&lab->agent, host_make_links, &setup) == 0)
		return 0;
	*error = setup.error;
	return -1;
}

static int set_up(struct lab *lab, struct error *error)
{
	if (start_agents(lab, error) < 0 || all_do(lab, 0, host_leave, error) < 0 || make_links(lab, error) < 0)
		return -1;
	lab->wire = wire_new(lab->count);
	wire_ask_open(lab->wire, &lab->agent); /* which takes as long as all else: it waits for the kernel's readers */
	int result = all_do(lab, 1, host_set_up, error);
	return wire_answer_open(&lab->agent, error) == 0 ? result : -1;
}

int lab_make(struct lab **lab, const char *const *names, unsigned count, struct error *error)
{
	if (*lab)
		return error_set(error, "there is a lab already, and it lasts as long as sosh does");
	if (count == 0) {
		names = default_names;
		count = sizeof(default_names) / sizeof(*default_names);
	}
	if (check_names(names, count, error) < 0 || get_rights(error) < 0)
		return -1;
	make_room();
	struct lab *made = new_lab(names, count);
	if (set_up(made, error) < 0) {
		lab_free(made);
		return -1;
	}
	*lab = made;
	return 0;
}

/* Looking. */

unsigned lab_count(const struct lab *lab)
{
	return lab->count;
}

const char *lab_name(const struct lab *lab, unsigned host)
{
	return lab->hosts[host - 1].name;
}

unsigned lab_find(const struct lab *lab, const char *name, size_t length)
{
	for (unsigned i = 0; i < lab->count; i++) {
		if (strlen(lab->hosts[i].name) == length && memcmp(lab->hosts[i].name, name, length) == 0)
			return i + 1;
	}
	return 0;
}

bool lab_address(const struct lab *lab, unsigned host, int family, struct address *address)
{
	unsigned char bytes[16];
	*address = (struct address){0};
	host_address(host, family, bytes);
	if (family == AF_INET) {
		address->length = sizeof(address->in);
		address->in.sin_family = AF_INET;
		memcpy(&address->in.sin_addr, bytes, sizeof(address->in.sin_addr));
		return true;
	}
	if (family != AF_INET6 || !lab->has_ipv6)
		return false;
	address->length = sizeof(address->in6);
	address->in6.sin6_family = AF_INET6;
	memcpy(&address->in6.sin6_addr, bytes, sizeof(address->in6.sin6_addr));
	return true;
}

struct wire *lab_wire(const struct lab *lab)
{
	return lab->wire;
}

/* Doing. */

int lab_on_host(struct lab *lab, unsigned host, lab_task *task, void *context)
{
	return host ? agent_do(&lab->hosts[host - 1].agent, task, context) : task(context);
}

struct socket_call {
	int family, type, protocol;
};

static int make_socket(void *context)
{
	const struct socket_call *call = context;
	return socket(call->family, call->type, call->protocol);
}

int lab_socket(struct lab *lab, unsigned host, int family, int type, int protocol)
{
	struct socket_call call = {family, type, protocol};
	return lab_on_host(lab, host, make_socket, &call);
}

struct netlink_call {
	struct netlink *netlink;
	int family;
};

static int open_netlink(void *context)
{
	const struct netlink_call *call = context;
	return netlink_open(call->netlink, call->family);
}

int lab_netlink(struct lab *lab, unsigned host, int family, struct netlink *netlink)
{
	struct netlink_call call = {netlink, family};
	return lab_on_host(lab, host, open_netlink, &call);
}
