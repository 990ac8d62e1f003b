/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of this machine's interfaces: getifaddrs(3).
 */
#include <ifaddrs.h>
#include <string.h>

#include "diag.h"

int watch_each_address(void (*each)(const struct address *address, const char *interface, void *context), void *context)
{
	struct ifaddrs *list;
	if (getifaddrs(&list) < 0)
		return -1;
	for (const struct ifaddrs *one = list; one; one = one->ifa_next) {
		int family = one->ifa_addr ? one->ifa_addr->sa_family : AF_UNSPEC;
		struct address address = {0};
		if (family != AF_INET && family != AF_INET6)
			continue;
		address.length = family == AF_INET ? sizeof(address.in) : sizeof(address.in6);
		memcpy(&address.storage, one->ifa_addr, address.length);
		each(&address, one->ifa_name, context);
	}
	freeifaddrs(list);
	return 0;
}

static uint32_t host_of(const struct sockaddr *address)
{
	struct sockaddr_in in;
	memcpy(&in, address, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

bool watch_is_broadcast(const struct address *address)
{
	struct ifaddrs *list;
	bool found = false;
	if (address->any.sa_family != AF_INET)
		return false;
	uint32_t host = ntohl(address->in.sin_addr.s_addr);
	if (host == INADDR_BROADCAST || getifaddrs(&list) < 0)
		return host == INADDR_BROADCAST;
	for (const struct ifaddrs *one = list; one && !found; one = one->ifa_next) {
		if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || !one->ifa_netmask)
			continue;
		uint32_t rest = ~host_of(one->ifa_netmask); /* the bits that number the hosts of the network */
		found = rest > 1 && host == (host_of(one->ifa_addr) | rest);
	}
	freeifaddrs(list);
	return found;
}

struct wanted {
	struct diag_end end;
	bool found;
};

static void compare(const struct address *address, const char *interface, void *context)
{
	struct wanted *wanted = context;
	struct diag_end end;
	(void)interface;
	if (diag_end(&end, address) && IN6_ARE_ADDR_EQUAL(&end.host, &wanted->end.host) &&
	    (!wanted->end.scope || wanted->end.scope == end.scope))
		wanted->found = true;
}

/* Every interface, or loopback. */
static bool is_everyones(const struct in6_addr *host)
{
	const unsigned char *bytes = host->s6_addr;
	bool is_ipv4 = IN6_IS_ADDR_V4MAPPED(host);
	return IN6_IS_ADDR_UNSPECIFIED(host) || IN6_IS_ADDR_LOOPBACK(host) ||
	       (is_ipv4 && (bytes[12] == 127 || memcmp(&bytes[12], "\0\0\0", 4) == 0));
}

bool watch_is_everyones_address(const struct address *address)
{
	struct diag_end end;
	return diag_end(&end, address) && is_everyones(&end.host);
}

bool watch_is_own_address(const struct address *address)
{
	struct wanted wanted = {0};
	if (!diag_end(&wanted.end, address))
		return false;
	if (is_everyones(&wanted.end.host))
		return true;
	watch_each_address(compare, &wanted);
	return wanted.found;
}
