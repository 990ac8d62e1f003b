/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_HOST_H
#define LAB_HOST_H
/*
 * One host of the lab: how its network is set up.
 */
#include <net/ethernet.h>
#include <stdbool.h>

#include "agent.h"
#include "sosh/error.h"
#include "sosh/lab.h"

struct host {
	char name[LAB_NAME + 1];
	struct agent agent;
};

/* Indices of interfaces. The end of host N's link is w<N> where the wire is. */
#define HOST_LOOPBACK       1
#define HOST_ETH0           2
#define HOST_WIRE_END(host) ((host) + 1)

/* Host N's MAC address, the same of the wire's end of its link, and its IP addresses in network order. */
void host_mac(unsigned host, unsigned char mac[ETH_ALEN]);
void host_port_mac(unsigned host, unsigned char mac[ETH_ALEN]);
void host_address(unsigned host, int family, unsigned char address[16]);

/* What the agents of hosts and wire are asked for when a lab is made; each -1 with `error`. */
struct host_setup {
	unsigned host, count;
	bool has_ipv6;            /* answered */
	const struct host *hosts; /* of the wire only */
	struct error error;
};
/* Leaves for a network namespace of its own. */
int host_leave(void *setup);
/* The veth pairs, one end on each host, the other, w1…, here: for the wire. */
int host_make_links(void *setup);
/* Loopback, addresses, neighbours, settings. */
int host_set_up(void *setup);

#endif
