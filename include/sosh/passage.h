/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_PASSAGE_H
#define SOSH_PASSAGE_H
/*
 * Passages: what crossed the lab's wire or was captured, as the journal keeps it. A passage is one frame: its number,
 * its beginning, what it means beside those before it, and what became of it.
 */
#include "sosh/segment_flow.h"

#define PASSAGES       16384u /* kept, the newest */
#define PASSAGE_BYTES  224u   /* of each frame */
#define PASSAGE_COPIES 4u     /* whose moments are kept */

enum passage_fate {
	PASSAGE_HELD,
	PASSAGE_ON_ITS_WAY, /* delayed */
	PASSAGE_DELIVERED,
	PASSAGE_DROPPED, /* by hand */
	PASSAGE_LOST,    /* by the wire */
};

struct passage {
	uint64_t number;                 /* in the order in which they came, from 1 */
	uint64_t entry;                  /* that was running when it came; 0: none */
	uint64_t moment;                 /* the journal's order; see journal.h */
	int64_t time;                    /* when it came, loop_now's clock */
	int64_t arrived;                 /* when it was handed on, 0: it was not */
	unsigned from, to;               /* hosts of the lab; `from` is 0 for what was captured, which has none */
	uint64_t arrived_moment;         /* when its fate became delivered, in the journal's order; 0: it did not */
	unsigned copies;                 /* delivered by wire copy */
	uint64_t copied[PASSAGE_COPIES]; /* the moments of the first ones */
	uint32_t got, under_way;         /* hosts that it was handed to, that it will be, as bits by their numbers */
	bool corrupted;
	enum passage_fate fate;
	struct segment_place place;
	unsigned link; /* how its bytes begin: SEGMENT_ETHERNET, or ETH_P_… of the packet */
	size_t length; /* of the frame */
	unsigned char bytes[PASSAGE_BYTES];
};

struct passages {
	struct passage **ring;  /* index number % PASSAGES; NULL before the first */
	struct passage **aside; /* older ones that are held or on their way still, by their numbers; some that were */
	unsigned aside_count, aside_room;
	uint64_t newest;
	struct segment_flows flows;
};

void passages_init(struct passages *passages);
void passages_clear(struct passages *passages);
/* A new one, made of a frame; `link` as segment_read takes it. Its number is the newest's or later; those between were
 * never seen. Borrowed until PASSAGES later ones have come, and while it is held or on its way. */
struct passage *passages_add(struct passages *passages, uint64_t number, unsigned link, const void *bytes,
                             size_t length);
/* By number; NULL when it is forgotten or was never seen. */
struct passage *passages_get(const struct passages *passages, uint64_t number);
/* Reads its frame's beginning. The segment borrows from the passage. */
void passage_read(const struct passage *passage, struct segment *segment);
/* "held", "delivered", "dropped", "lost", "on its way". */
const char *passage_fate_name(enum passage_fate fate);

#endif
