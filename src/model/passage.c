/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passages: a ring of the newest, each used again when it is too old.
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
	free(passages->ring);
	segment_flows_clear(&passages->flows);
	passages_init(passages);
}

struct passage *passages_add(struct passages *passages, uint64_t number, unsigned link, const void *bytes,
                             size_t length)
{
	struct passage **slot, *passage;
	struct segment segment;

	if (!passages->ring)
		passages->ring = memory_zero(PASSAGES * sizeof(struct passage *));
	slot = &passages->ring[number % PASSAGES];
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

struct passage *passages_get(const struct passages *passages, uint64_t number)
{
	struct passage *passage = passages->ring ? passages->ring[number % PASSAGES] : NULL;

	return passage && passage->number == number ? passage : NULL;
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
