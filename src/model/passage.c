/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passages: a ring of the newest, each used again when it is too old; those that have not ended by then are set aside.
 */
#include "sosh/passage.h"

#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"

void passages_init(struct passages *passages)
{
	memset(passages, 0, sizeof(*passages));
	segment_flows_init(&passages->flows);
}

void passages_clear(struct passages *passages)
{
	for (unsigned i = 0; passages->ring && i < PASSAGES; i++)
		free(passages->ring[i]);
	for (unsigned i = 0; i < passages->aside_count; i++)
		free(passages->aside[i]);
	free(passages->ring);
	free(passages->aside);
	segment_flows_clear(&passages->flows);
	passages_init(passages);
}

static bool has_ended(const struct passage *passage)
{
	return passage->fate != PASSAGE_HELD && passage->fate != PASSAGE_ON_ITS_WAY;
}

/* Those set aside that have ended meanwhile go when their place is needed. */
static void forget_aside(struct passages *passages)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < passages->aside_count; i++) {
		struct passage *passage = passages->aside[i];

		if (has_ended(passage))
			free(passage);
		else
			passages->aside[kept++] = passage;
	}
	passages->aside_count = kept;
}

/* They stand in the order of their numbers, in which they come here but for gaps. */
static void set_aside(struct passages *passages, struct passage *passage)
{
	bool full = passages->aside_count == passages->aside_room;
	if (full)
		forget_aside(passages);
	if (full && passages->aside_count >= passages->aside_room / 2) {
		passages->aside_room = passages->aside_room ? passages->aside_room * 2 : 16;
		passages->aside = memory_resize(passages->aside, passages->aside_room * sizeof(*passages->aside));
	}
	unsigned place = passages->aside_count++;
	for (; place > 0 && passages->aside[place - 1]->number > passage->number; place--)
		passages->aside[place] = passages->aside[place - 1];
	passages->aside[place] = passage;
}

struct passage *passages_add(struct passages *passages, uint64_t number, unsigned link, const void *bytes,
                             size_t length)
{
	struct passage **slot, *passage;
	struct segment segment;

	if (!passages->ring)
		passages->ring = memory_zero(PASSAGES * sizeof(struct passage *));
	slot = &passages->ring[number % PASSAGES];
	if (*slot && !has_ended(*slot)) {
		set_aside(passages, *slot);
		*slot = NULL;
	}
	if (!*slot)
		*slot = memory_get(sizeof(**slot));
	passage = *slot;
	memset(passage, 0, offsetof(struct passage, bytes));
	passage->number = number;
	passage->link = link;
	passage->length = length;
	memcpy(passage->bytes, bytes, length < PASSAGE_BYTES ? length : PASSAGE_BYTES);
	segment_read(&segment, link, bytes, length);
	segment_flows_add(&passages->flows, &segment, number, &passage->place);
	passages->newest = number;
	return passage;
}

static int compare_number(const void *number, const void *passage)
{
	uint64_t wanted = *(const uint64_t *)number, has = (*(struct passage *const *)passage)->number;

	return wanted < has ? -1 : wanted > has;
}

struct passage *passages_get(const struct passages *passages, uint64_t number)
{
	struct passage *passage = passages->ring ? passages->ring[number % PASSAGES] : NULL;

	if (passage && passage->number == number)
		return passage;
	struct passage **found = passages->aside_count ? bsearch(&number, passages->aside, passages->aside_count,
	                                                         sizeof(*passages->aside), compare_number)
	                                               : NULL;
	return found ? *found : NULL;
}

void passage_read(const struct passage *passage, struct segment *segment)
{
	size_t length = passage->length < PASSAGE_BYTES ? passage->length : PASSAGE_BYTES;

	segment_read(segment, passage->link, passage->bytes, length);
	if (segment->cut && length < passage->length) { /* the rest was here, and is not kept */
		segment->malformed = NULL;
		segment->cut = false;
	}
}

const char *passage_fate_name(enum passage_fate fate)
{
	static const char *const names[] = {
		[PASSAGE_HELD] = "held",           [PASSAGE_ON_ITS_WAY] = "on its way",
		[PASSAGE_DELIVERED] = "delivered", [PASSAGE_DROPPED] = "dropped",
		[PASSAGE_LOST] = "lost",
	};

	return names[fate];
}
