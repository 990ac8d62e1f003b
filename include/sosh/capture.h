/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_CAPTURE_H
#define SOSH_CAPTURE_H
/*
 * Capture: the IPv4 and IPv6 packets that this network namespace sends and receives, on all its interfaces, as
 * packet(7) shows them. On loopback each is told once, as it is sent; packets between others, which only pass by an
 * interface, are not told.
 *
 * It only looks: nothing that it is told of is changed or held up. It needs CAP_NET_RAW.
 */
#include "sosh/error.h"

struct capture;

struct captured {
	unsigned interface; /* its index */
	bool outgoing;
	unsigned link;     /* ETH_P_IP, ETH_P_IPV6: what `bytes` begin with */
	const void *bytes; /* borrowed */
	size_t length;     /* of them that are here */
	size_t whole;      /* of them on the wire */
	int64_t time;      /* CLOCK_REALTIME, ns */
};

#define CAPTURE_ROOM 8192u /* packets that may wait to be taken, at most */

/*
 * Begins: what is sent and received from now on waits to be taken. `whole`: all the bytes of each packet, else its
 * headers and the beginning of its data; then fewer have room. NULL with `error`.
 */
struct capture *capture_open(bool whole, struct error *error);
/* NULL is fine. */
void capture_close(struct capture *capture);
/* Readable when there is something to be taken. */
int capture_descriptor(const struct capture *capture);
/* The next packet, in the order in which they were seen; its bytes are borrowed until the next call. False: no more is
 * there. */
bool capture_take(struct capture *capture, struct captured *captured);
/* Packets with this time or a later one are seen, none before. */
int64_t capture_begun(const struct capture *capture);
/* How many found no room since capture_open: they came faster than they were taken. */
uint64_t capture_missed(const struct capture *capture);
/* The name of an interface of this network namespace into `name`; "interface 7" when it is gone. */
#define CAPTURE_NAME 32
void capture_interface(unsigned interface, char name[CAPTURE_NAME]);

#endif
