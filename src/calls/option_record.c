/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Noting setsockopt and getsockopt, with the names and the forms in which strace prints them. It shows times and
 * TCP_INFO as bare bytes: here they are shown by their fields.
 */
#include "option_record.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "tcp_info.h"

#define LAST_SHOWN_INT 75 /* SO_RCVMARK; of later ones strace knows nothing */

#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif
#ifndef SO_TXREHASH
#define SO_TXREHASH 74
#endif

/* Options that have two names: ours and strace's. */
static const struct {
	const char *ours, *shown;
} option_names[] = {
	{"IPV6_JOIN_GROUP", "IPV6_ADD_MEMBERSHIP"},
	{"IPV6_LEAVE_GROUP", "IPV6_DROP_MEMBERSHIP"},
	{"IPV6_RECVORIGDSTADDR", "IPV6_ORIGDSTADDR"},
	{"IP_RECVORIGDSTADDR", "IP_ORIGDSTADDR"},
	{"IP_RECVRETOPTS", "IP_RETOPTS"},
	{"SO_RCVTIMEO", "SO_RCVTIMEO_OLD"},
	{"SO_SNDTIMEO", "SO_SNDTIMEO_OLD"},
	{"SO_TIMESTAMP", "SO_TIMESTAMP_OLD"},
	{"SO_TIMESTAMPING", "SO_TIMESTAMPING_OLD"},
	{"SO_TIMESTAMPNS", "SO_TIMESTAMPNS_OLD"},
};

/* Those of SOL_SOCKET that are an int, but that strace shows as it shows what it does not know. */
static const int shown_as_bytes[] = {
	SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_EBPF, SO_BINDTOIFINDEX, SO_BPF_EXTENSIONS, SO_DOMAIN,
	SO_BUF_LOCK,   SO_MAX_PACING_RATE,       SO_PROTOCOL,      SO_TYPE,
};

static const char *group_of(int level)
{
	switch (level) {
	case SOL_SOCKET:
		return "SO_";
	case IPPROTO_IP:
		return "IP_";
	case IPPROTO_IPV6:
		return "IPV6_";
	case IPPROTO_TCP:
		return "TCP_";
	case IPPROTO_UDP:
		return "UDP_";
	}
	return NULL;
}

static const char *option_name(int level, int number)
{
	const struct option *known = option_of(level, number);
	if (!known && level == IPPROTO_IPV6 && number >= MCAST_JOIN_GROUP && number <= MCAST_MSFILTER)
		known = option_of(IPPROTO_IP, number); /* these are the same on both */
	if (!known)
		return NULL;
	for (size_t i = 0; i < sizeof(option_names) / sizeof(*option_names); i++)
		if (strcmp(option_names[i].ours, known->name) == 0)
			return option_names[i].shown;
	return known->name;
}

static void record_name(struct call *call, int fd, const struct option *option, bool getting)
{
	char text[64];
	const char *name = option_name(option->level, option->number), *group = group_of(option->level);
	call_int(call, fd);
	call_symbol(call, "SOL_", option->level);
	if (name) {
		bool filter = getting && option->level == SOL_SOCKET && option->number == SO_GET_FILTER;
		call_value(call, value_word(filter ? "SO_GET_FILTER" : name));
	} else if (group) {
		snprintf(text, sizeof(text), "%#x /* %s??? */", (unsigned)option->number, group);
		call_value(call, value_word(text));
	} else {
		call_int(call, option->number);
	}
}

/* A structure's bytes, as many as it has. */
static bool take(void *structure, size_t size, const void *bytes, socklen_t length)
{
	if (length < size)
		return false;
	memcpy(structure, bytes, size);
	return true;
}

static struct value words(const char *first, struct value one, const char *second, struct value two)
{
	struct value value = value_struct(second ? 2 : 1);
	value.list->items[0] = (struct item){first, one};
	if (second)
		value.list->items[1] = (struct item){second, two};
	return value;
}

static struct value linger_value(const void *bytes, socklen_t length)
{
	struct linger linger;
	if (!take(&linger, sizeof(linger), bytes, length))
		return value_none();
	return words("l_onoff", value_number(linger.l_onoff), "l_linger", value_number(linger.l_linger));
}

static struct value timeval_value(const void *bytes, socklen_t length)
{
	struct timeval time;
	if (!take(&time, sizeof(time), bytes, length))
		return value_none();
	return words("tv_sec", value_number(time.tv_sec), "tv_usec", value_number(time.tv_usec));
}

static struct value credentials_value(const void *bytes, socklen_t length)
{
	struct ucred credentials;
	if (!take(&credentials, sizeof(credentials), bytes, length))
		return value_none();
	struct value value = value_struct(3);
	value.list->items[0] = (struct item){"pid", value_number(credentials.pid)};
	value.list->items[1] = (struct item){"uid", value_number((int)credentials.uid)};
	value.list->items[2] = (struct item){"gid", value_number((int)credentials.gid)};
	return value;
}

static struct value filter_value(const void *bytes, socklen_t length)
{
	struct sock_fprog program;
	char pointer[32];
	if (length != sizeof(program) || !take(&program, sizeof(program), bytes, length))
		return value_none();
	snprintf(pointer, sizeof(pointer), program.filter ? "%#lx" : "NULL", (unsigned long)program.filter);
	return words("len", value_number(program.len), "filter", value_word(pointer));
}

/* An interface: its name where it has one. */
static struct value interface_word(unsigned index)
{
	char name[IF_NAMESIZE], text[64];
	if (!index || !if_indextoname(index, name))
		return value_number(index);
	snprintf(text, sizeof(text), "if_nametoindex(\"%s\")", name);
	return value_word(text);
}

static struct value host_word(struct in_addr host)
{
	char name[INET_ADDRSTRLEN], text[64];
	inet_ntop(AF_INET, &host, name, sizeof(name));
	snprintf(text, sizeof(text), "inet_addr(\"%s\")", name);
	return value_word(text);
}

static struct value membership_value(const void *bytes, socklen_t length)
{
	struct ip_mreq group;
	if (!take(&group, sizeof(group), bytes, length))
		return value_none();
	return words("imr_multiaddr", host_word(group.imr_multiaddr), "imr_interface", host_word(group.imr_interface));
}

static struct value membership6_value(const void *bytes, socklen_t length)
{
	struct ipv6_mreq group;
	char name[INET6_ADDRSTRLEN];
	if (!take(&group, sizeof(group), bytes, length))
		return value_none();
	struct buffer text;
	buffer_init(&text);
	inet_ntop(AF_INET6, &group.ipv6mr_multiaddr, name, sizeof(name));
	buffer_format(&text, "{inet_pton(AF_INET6, \"%s\", &ipv6mr_multiaddr), ipv6mr_interface=", name);
	struct value interface = interface_word(group.ipv6mr_interface);
	value_format(&text, &interface);
	buffer_char(&text, '}');
	value_clear(&interface);
	struct value value = value_word(buffer_string(&text));
	buffer_clear(&text);
	return value;
}

static struct value rehash_value(const void *bytes, socklen_t length)
{
	int number;
	char text[64];
	if (!take(&number, sizeof(number), bytes, length))
		return value_none();
	const char *name = number == 0     ? "SOCK_TXREHASH_DISABLED"
	                   : number == 1   ? "SOCK_TXREHASH_ENABLED"
	                   : number == 255 ? "SOCK_TXREHASH_DEFAULT"
	                                   : NULL;
	if (name)
		snprintf(text, sizeof(text), "[%s]", name);
	else
		snprintf(text, sizeof(text), "[%d /* SOCK_TXREHASH_??? */]", number);
	return value_word(text);
}

static struct value int_value(const void *bytes, socklen_t length)
{
	int number;
	return take(&number, sizeof(number), bytes, length) ? value_number(number) : value_none();
}

static struct value error_value(const void *bytes, socklen_t length)
{
	int number;
	return take(&number, sizeof(number), bytes, length) ? value_error(number) : value_none();
}

typedef struct value structure_value(const void *bytes, socklen_t length);

/* Structures that are shown by their fields, where strace does so: when they are set, when they are asked for. */
static const struct {
	int level, number;
	bool set, get;
	structure_value *value;
} structures[] = {
	{SOL_SOCKET, SO_LINGER, true, true, linger_value},
	{SOL_SOCKET, SO_PEERCRED, false, true, credentials_value},
	{SOL_SOCKET, SO_ERROR, false, true, error_value},
	{SOL_SOCKET, SO_ATTACH_FILTER, true, false, filter_value},
	{SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, true, false, filter_value},
	{SOL_SOCKET, SO_TXREHASH, true, true, rehash_value},
	{IPPROTO_IP, IP_ADD_MEMBERSHIP, true, false, membership_value},
	{IPPROTO_IP, IP_DROP_MEMBERSHIP, true, false, membership_value},
	{IPPROTO_IPV6, IPV6_JOIN_GROUP, true, false, membership6_value},
	{IPPROTO_IPV6, IPV6_LEAVE_GROUP, true, false, membership6_value},
	{IPPROTO_IPV6, IPV6_JOIN_ANYCAST, true, false, membership6_value},
	{IPPROTO_IPV6, IPV6_LEAVE_ANYCAST, true, false, membership6_value},
};

static bool is_shown_int(const struct option *option)
{
	const struct option *known = option_of(option->level, option->number);
	if (option->level != SOL_SOCKET || !known || known->type != OPTION_INT || option->number > LAST_SHOWN_INT)
		return false;
	for (size_t i = 0; i < sizeof(shown_as_bytes) / sizeof(*shown_as_bytes); i++)
		if (shown_as_bytes[i] == option->number)
			return false;
	return true;
}

static structure_value *structure_of(const struct option *option, bool getting)
{
	for (size_t i = 0; i < sizeof(structures) / sizeof(*structures); i++)
		if (structures[i].level == option->level && structures[i].number == option->number)
			return (getting ? structures[i].get : structures[i].set) ? structures[i].value : NULL;
	return !getting && is_shown_int(option) ? int_value : NULL;
}

/* {gr_interface=…, gr_group={sa_family=AF_INET, …}}: of the IP and of the IPv6 level. */
static bool is_group_request(const struct option *option)
{
	bool internet = option->level == IPPROTO_IP || option->level == IPPROTO_IPV6;
	return internet && (option->number == MCAST_JOIN_GROUP || option->number == MCAST_LEAVE_GROUP);
}

static struct value group_value(const void *bytes, socklen_t length)
{
	struct group_req request;
	struct address address = {.length = sizeof(request.gr_group)};
	if (!take(&request, sizeof(request), bytes, length))
		return value_none();
	memcpy(&address.storage, &request.gr_group, sizeof(request.gr_group));
	return words("gr_interface", interface_word(request.gr_interface), "gr_group", value_address(&address));
}

/* What strace does not take apart: 4 bytes are an int, all else bytes. */
static void record_bytes(struct call *call, const struct option *option, const void *bytes, socklen_t length)
{
	bool time = option->level == SOL_SOCKET && (option->number == SO_RCVTIMEO || option->number == SO_SNDTIMEO);
	if (time && length == sizeof(struct timeval))
		call_value(call, timeval_value(bytes, length));
	else if (length == sizeof(int))
		call_value(call, int_value(bytes, length));
	else
		call_data(call, bytes, length);
}

static void record_structure(struct call *call, structure_value *form, const void *bytes, socklen_t length)
{
	struct value value = form(bytes, length);
	if (value.kind == VALUE_NONE)
		call_pointer(call, bytes);
	else
		call_value(call, value);
}

void record_setsockopt(struct call *call, int fd, const struct option *option, const void *bytes, socklen_t length)
{
	if (!call)
		return;
	int error = errno; /* of the call; looking for an interface's name changes it */
	structure_value *form = is_group_request(option) ? group_value : structure_of(option, false);
	record_name(call, fd, option, false);
	if (form)
		record_structure(call, form, bytes, length);
	else
		record_bytes(call, option, bytes, length);
	call_int(call, length);
	errno = error;
}

void record_getsockopt(struct call *call, int fd, const struct option *option, const void *bytes, socklen_t room,
                       socklen_t length)
{
	if (!call)
		return;
	structure_value *form = structure_of(option, true);
	record_name(call, fd, option, true);
	if (call->result < 0 || length == 0)
		call_pointer(call, bytes);
	else if (option->level == IPPROTO_TCP && option->number == TCP_INFO)
		call_value(call, tcp_info_value(bytes, length));
	else if (form)
		record_structure(call, form, bytes, length);
	else
		record_bytes(call, option, bytes, length);
	call_length(call, room, call->result < 0 ? room : length);
}
