/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SEGMENT_FLOW_H
#define SOSH_SEGMENT_FLOW_H
/*
 * What a segment means beside those before it: numbers relative to the SYN's, who opened, what it repeats.
 *
 * Feed each segment once, in the order of the wire. Connections are told apart by protocol and both ends; the
 * SEGMENT_FLOWS used last are remembered, and of each direction the SEGMENT_RANGES sent last.
 */
#include "sosh/segment.h"

#define SEGMENT_FLOWS  1024u
#define SEGMENT_RANGES 512u

enum segment_role {
	ROLE_PLAIN,
	ROLE_RETRANSMISSION, /* it begins with bytes, a SYN or a FIN that were sent before */
	ROLE_OUT_OF_ORDER,   /* its bytes come behind later ones, and were not seen before */
	ROLE_DUPLICATE_ACK,  /* acknowledges and offers what the last one did, and brings nothing */
	ROLE_WINDOW_UPDATE,  /* the same, only the window is another */
	ROLE_KEEPALIVE,      /* asks for a sign of life: no data, the last sequence number once more */
	ROLE_WINDOW_PROBE,   /* the same, or one byte, because the window is closed */
	ROLE_PROBE_ANSWER,   /* answers one of these two */
};

struct segment_place {
	bool known;        /* it belongs to a connection or an exchange of datagrams (all else is 0 otherwise) */
	bool opener;       /* sent by the end that opened; without a SYN, by the one that was seen first */
	bool begun;        /* the sender's SYN was seen: `seq` counts from it. Else from 1, at what was seen first */
	uint32_t seq, ack; /* TCP's, relative */
	uint32_t window;   /* TCP's, scaled where both SYNs agreed on it */
	bool scaled;
	enum segment_role role;
	uint64_t first; /* of a retransmission the number of the one that it repeats, of a duplicate ACK of the first
	                 * that acknowledged so; 0 when that is forgotten */
};

struct segment_flow;

struct segment_flows {
	struct segment_flow **buckets;        /* owned; NULL before the first */
	struct segment_flow *newest, *oldest; /* by use */
	unsigned count;
};

void segment_flows_init(struct segment_flows *flows);
void segment_flows_clear(struct segment_flows *flows);
/*
 * Takes the next segment, whose number is `number`, and says what it is. An ICMP error belongs to the connection of
 * the packet that it quotes, and is sent by the other end. Noise, malformed segments and later fragments belong to
 * none.
 */
void segment_flows_add(struct segment_flows *flows, const struct segment *segment, uint64_t number,
                       struct segment_place *place);
/* "retransmission", "duplicate ACK", …; "" of a plain one. */
const char *segment_role_name(enum segment_role role);

#endif
