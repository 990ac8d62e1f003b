/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that are kept: those held, in the order of their numbers, and those delayed, by the time when they are due.
 */
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "wire_parts.h"

struct kept *kept_new(const struct wire_frame *frame, uint32_t targets)
{
	struct kept *kept = memory_get(sizeof(*kept) + frame->length);
	*kept = (struct kept){.frame = *frame, .targets = targets};
	memcpy(kept->bytes, frame->bytes, frame->length);
	kept->frame.bytes = kept->bytes;
	return kept;
}

void held_add(struct wire *wire, struct kept *kept)
{
	kept->next = NULL;
	kept->previous = wire->youngest;
	if (wire->youngest)
		wire->youngest->next = kept;
	else
		wire->oldest = kept;
	wire->youngest = kept;
	wire->held_count++;
}

void held_take(struct wire *wire, struct kept *kept)
{
	if (kept->previous)
		kept->previous->next = kept->next;
	else
		wire->oldest = kept->next;
	if (kept->next)
		kept->next->previous = kept->previous;
	else
		wire->youngest = kept->previous;
	wire->held_count--;
}

static bool is_before(const struct kept *a, const struct kept *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

void delayed_add(struct delayed *delayed, struct kept *kept, int64_t due)
{
	if (delayed->count == delayed->room) {
		delayed->room = delayed->room ? delayed->room * 2 : 64;
		delayed->heap = memory_resize(delayed->heap, delayed->room * sizeof(*delayed->heap));
	}
	kept->due = due;
	kept->order = delayed->order++;
	unsigned index = delayed->count++;
	while (index > 0 && is_before(kept, delayed->heap[(index - 1) / 2])) {
		delayed->heap[index] = delayed->heap[(index - 1) / 2];
		index = (index - 1) / 2;
	}
	delayed->heap[index] = kept;
}

struct kept *delayed_take(struct delayed *delayed, int64_t now)
{
	if (!delayed->count || delayed->heap[0]->due > now)
		return NULL;
	struct kept *taken = delayed->heap[0];
	struct kept *last = delayed->heap[--delayed->count];
	unsigned index = 0;
	for (;;) {
		unsigned child = index * 2 + 1;
		if (child + 1 < delayed->count && is_before(delayed->heap[child + 1], delayed->heap[child]))
			child++;
		if (child >= delayed->count || !is_before(delayed->heap[child], last))
			break;
		delayed->heap[index] = delayed->heap[child];
		index = child;
	}
	delayed->heap[index] = last;
	return taken;
}

void kept_clear(struct wire *wire)
{
	while (wire->oldest) {
		struct kept *kept = wire->oldest;
		held_take(wire, kept);
		free(kept);
	}
	for (unsigned i = 0; i < wire->delayed.count; i++)
		free(wire->delayed.heap[i]);
	free(wire->delayed.heap);
	wire->delayed = (struct delayed){0};
}
