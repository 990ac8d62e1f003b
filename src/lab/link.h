/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_LINK_H
#define LAB_LINK_H
/*
 * Network interfaces and what belongs to them, by rtnetlink(7), in the namespace in which the netlink socket was
 * opened. Each: 0, or -1 with errno.
 */
#include <net/ethernet.h>
#include <sys/types.h>

#include "sosh/netlink.h"

#define LINK_MTU 1500

/* One end of a veth pair, veth(4). */
struct link_end {
	const char *name; /* borrowed */
	unsigned index;   /* of the interface, in its namespace */
	unsigned char mac[ETH_ALEN];
	pid_t thread; /* whose network namespace it is to be in; of the first end 0: here */
};

/* A veth pair, both ends down, with one queue each. */
int link_make_pair(struct netlink *route, const struct link_end *here, const struct link_end *there);
/* Keeps the kernel from making a link-local IPv6 address for it; ENOTSUP or so where there is no IPv6. */
int link_no_autoconf(struct netlink *route, unsigned index);
/* Sets and takes away flags, netdevice(7): IFF_UP, IFF_NOARP. */
int link_flags(struct netlink *route, unsigned index, unsigned set, unsigned clear);
/* Makes the kernel take note at once that the link has a carrier, which it else does a little later. */
int link_settle(struct netlink *route, unsigned index);
/* An address, in network order, used at once: no duplicate is looked for. */
int link_address(struct netlink *route, unsigned index, int family, const void *address, unsigned prefix);
/* Does what is sent to this address arrive here? IPv6 addresses are made so a little later, by a worker of the kernel.
 */
bool link_is_local(struct netlink *route, int family, const void *address);
/* A route by this link, without a gateway. */
int link_route(struct netlink *route, unsigned index, int family, const void *address, unsigned prefix);
/* A neighbour that is never asked for. */
int link_neighbour(struct netlink *route, unsigned index, int family, const void *address,
                   const unsigned char mac[ETH_ALEN]);
/* Turns off what would put together or leave unfinished what is sent and received: checksums, TSO, GSO, GRO. */
int link_no_offloads(const char *name);

#endif
