/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_MODEL_SEGMENT_FLOW_H
#define SOSH_MODEL_SEGMENT_FLOW_H
/*
 * A connection as its segments show it: what segment_table.c keeps and segment_flow.c judges by.
 */
#include "sosh/segment_flow.h"

/* One end in a key; no padding, so keys are compared as bytes. */
struct flow_end {
	uint8_t host[16];
	uint8_t port[2];
};

struct flow_key {
	struct flow_end low, high; /* in the order of their bytes */
	uint8_t version, protocol;
};

/* Bytes that one segment brought, a SYN and a FIN counted. */
struct flow_range {
	uint32_t begin, end;
	uint64_t number;
};

#define FLOW_DAMAGED 8u

/* A segment that was damaged on its way: its receiver throws it away, it brings nothing. */
struct flow_damaged {
	uint32_t begin;
	uint64_t number; /* 0: none */
};

/* What one end has sent. */
struct flow_side {
	bool known, by_syn;  /* `base` is: from its SYN */
	bool old;            /* the other end has opened anew since */
	uint32_t base, next; /* the first sequence number, and the one behind the highest sent */
	bool has_previous;   /* of the connection before this one, between the same ends: late segments refer to it */
	uint32_t previous_base, previous_next;
	bool has_ack;
	uint32_t ack;
	uint64_t ack_number; /* of the segment that first acknowledged so */
	bool has_window;     /* from a segment after the SYN */
	uint16_t window;
	bool has_scale;
	uint8_t scale;
	bool probing;              /* its last segment asked for an answer */
	struct flow_range *ranges; /* a ring; owned */
	unsigned range_first, range_count, range_room;
	bool forgot; /* ranges below `floor` are forgotten */
	uint32_t floor;
	struct flow_damaged damaged[FLOW_DAMAGED]; /* the last ones that were to bring something, a ring */
	unsigned next_damaged;
};

struct segment_flow {
	struct flow_key key;
	struct segment_flow *next_in_bucket;
	struct segment_flow *newer, *older;
	bool opener_known;
	unsigned opener;           /* index of the side */
	struct flow_side sides[2]; /* of the key's low end, of its high one */
};

/* The flow of these ends, made when there is none. `side` is that of `from`. Borrowed until the next call. */
struct segment_flow *flow_find(struct segment_flows *flows, unsigned protocol, const struct address *from,
                               const struct address *to, unsigned *side);
void side_forget_ranges(struct flow_side *side);
void side_add_range(struct flow_side *side, uint32_t begin, uint32_t end, uint64_t number);
/* The first that brought `begin`, or, when that was nobody, something before `end`; NULL. */
const struct flow_range *side_find_range(const struct flow_side *side, uint32_t begin, uint32_t end);

/* Sequence numbers go round: RFC 9293, 3.4. */
static inline bool before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

#endif
