/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Setting up a host: its network is quiet, so that the first frame on the wire is the first of a connection, and
 * what it does depends on nothing but what is done with it.
 */
#include "host.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "link.h"
#include "namespace.h"

#define EVERYBODY 255 /* in a MAC address of the wire's ends: no host's */

void host_mac(unsigned host, unsigned char mac[ETH_ALEN])
{
	memcpy(mac, (unsigned char[ETH_ALEN]){2, 0, 0, 0, 0, (unsigned char)host}, ETH_ALEN);
}

void host_port_mac(unsigned host, unsigned char mac[ETH_ALEN])
{
	memcpy(mac, (unsigned char[ETH_ALEN]){2, 0, 0, 0, EVERYBODY, (unsigned char)host}, ETH_ALEN);
}

void host_address(unsigned host, int family, unsigned char address[16])
{
	memset(address, 0, 16);
	if (family == AF_INET)
		memcpy(address, (unsigned char[4]){10, 0, 0, (unsigned char)host}, 4);
	else
		memcpy(address, (unsigned char[16]){0xfd, [15] = (unsigned char)host}, 16);
}

/*
 * Settings that a host has other than a machine fresh from its maker. One that this kernel has not, or lets nobody
 * change, is left as it is.
 */
static const struct {
	const char *file, *value;
} settings[] = {
	/* what is held would be sent again within 10 ms (tail loss probe) */
	{"ipv4/tcp_early_retrans", "0"},
	/* a connection learns nothing from the ones before: its timers are the same each time */
	{"ipv4/tcp_no_metrics_save", "1"},
	/* a lost SYN is sent again after 1, 2, 4 seconds; newer kernels begin with 1, 1, 1, 1 */
	{"ipv4/tcp_syn_linear_timeouts", "0"},
	/* no word about routers and groups */
	{"ipv6/conf/all/accept_ra", "0"},
	{"ipv6/conf/eth0/accept_ra", "0"},
	{"ipv6/conf/eth0/router_solicitations", "0"},
	{"ipv6/conf/eth0/accept_dad", "0"},
	{"ipv6/conf/eth0/use_tempaddr", "0"},
};

/* -1 with errno only where there was no descriptor for it. */
static int write_setting(const char *name, const char *value)
{
	char path[128];
	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == EMFILE || errno == ENFILE ? -1 : 0;
	ssize_t written = write(fd, value, strlen(value));
	(void)written;
	close(fd);
	return 0;
}

static int write_settings(void)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		if (write_setting(settings[i].file, settings[i].value) < 0)
			return -1;
	}
	return 0;
}

static int fail(struct host_setup *setup, const char *what)
{
	int number = errno;
	if (number == EMFILE || number == ENFILE)
		return error_set(&setup->error,
		                 "no lab: no descriptors are left for it: close some handles, or set nofile higher");
	if (number == EPERM)
		return error_set(&setup->error,
		                 "no lab: %s: this process may not administer networks "
		                 "(CAP_NET_ADMIN); run sosh as root, or with --sandbox",
		                 what);
	if (number == EOPNOTSUPP)
		return error_set(&setup->error, "no lab: %s: this kernel has no such thing (CONFIG_VETH)", what);
	return error_set(&setup->error, "no lab: %s: %s", what, strerror(number));
}

int host_leave(void *context)
{
	struct host_setup *setup = context;
	if (unshare(CLONE_NEWNET) == 0)
		return 0;
	return namespace_refused(&setup->error, "lab", "unshare", errno);
}

static int make_link(struct netlink *route, const struct host *host, unsigned number)
{
	char name[IF_NAMESIZE];
	snprintf(name, sizeof(name), "w%u", number);
	struct link_end here = {.name = name, .index = HOST_WIRE_END(number)};
	struct link_end there = {.name = "eth0", .index = HOST_ETH0, .thread = host->agent.id};
	host_port_mac(number, here.mac);
	host_mac(number, there.mac);
	if (link_make_pair(route, &here, &there) < 0)
		return -1;
	link_no_autoconf(route, here.index);
	return link_flags(route, here.index, IFF_UP | IFF_NOARP, 0);
}

int host_make_links(void *context)
{
	struct host_setup *setup = context;
	struct netlink route;
	if (write_setting("ipv6/conf/default/disable_ipv6", "1") < 0 || /* the wire is no host and says nothing */
	    netlink_open(&route, NETLINK_ROUTE) < 0)
		return fail(setup, "netlink");
	int result = 0;
	for (unsigned i = 1; i <= setup->count && result == 0; i++) {
		if (make_link(&route, &setup->hosts[i - 1], i) < 0)
			result = fail(setup, "a veth pair");
	}
	netlink_close(&route);
	return result;
}

/* 0, or -1 with errno. */
static int add_neighbours(const struct host_setup *setup, struct netlink *route, unsigned index, int family)
{
	for (unsigned other = 1; other <= setup->count; other++) {
		unsigned char address[16], mac[ETH_ALEN];
		host_address(other, family, address);
		host_mac(other, mac);
		if (other != setup->host && link_neighbour(route, index, family, address, mac) < 0)
			return -1;
	}
	return 0;
}

/* Until what is sent to the address is taken in: without that the first segment of a busy machine's lab was lost. */
static void await_local(struct netlink *route, const unsigned char *address)
{
	const struct timespec pause = {.tv_nsec = 200000};
	for (int i = 0; i < 5000 && !link_is_local(route, AF_INET6, address); i++)
		nanosleep(&pause, NULL);
}

/* Group addresses have a way out too, as on a machine with a default route. */
static int add_addresses(struct host_setup *setup, struct netlink *route, unsigned index)
{
	static const unsigned char groups[4] = {224, 0, 0, 0};
	unsigned char address[16];
	host_address(setup->host, AF_INET, address);
	if (link_address(route, index, AF_INET, address, 24) < 0 || link_route(route, index, AF_INET, groups, 4) < 0 ||
	    add_neighbours(setup, route, index, AF_INET) < 0)
		return -1;
	host_address(setup->host, AF_INET6, address);
	setup->has_ipv6 = link_address(route, index, AF_INET6, address, 64) == 0;
	if (!setup->has_ipv6) /* a kernel without IPv6: EOPNOTSUPP; or told not to use it: EACCES, EPERM */
		return errno == EOPNOTSUPP || errno == EAFNOSUPPORT || errno == EACCES || errno == EPERM ? 0 : -1;
	await_local(route, address);
	return add_neighbours(setup, route, index, AF_INET6);
}

static int set_up_links(struct host_setup *setup, struct netlink *route)
{
	if (link_flags(route, HOST_LOOPBACK, IFF_UP, 0) < 0)
		return fail(setup, "loopback");
	if (link_no_offloads("eth0") < 0)
		return fail(setup, "eth0");
	link_no_autoconf(route, HOST_ETH0); /* without IPv6 there is nothing to keep from */
	if (write_settings() < 0)
		return fail(setup, "settings");
	if (link_flags(route, HOST_ETH0, IFF_UP, 0) < 0 || link_settle(route, HOST_ETH0) < 0)
		return fail(setup, "eth0");
	if (add_addresses(setup, route, HOST_ETH0) < 0)
		return fail(setup, "the addresses of eth0");
	return 0;
}

int host_set_up(void *context)
{
	struct host_setup *setup = context;
	struct netlink route;
	if (netlink_open(&route, NETLINK_ROUTE) < 0)
		return fail(setup, "netlink");
	int result = set_up_links(setup, &route);
	netlink_close(&route);
	return result;
}
