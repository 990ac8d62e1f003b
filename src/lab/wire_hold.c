/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wire by hand: holding frames, and what becomes of one that is held.
 */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "wire_parts.h"

void wire_hold(struct wire *wire, wire_filter *filter, void *context)
{
	wire->holding = true;
	wire->filter = filter;
	wire->filter_context = context;
}

bool wire_holds(const struct wire *wire)
{
	return wire->holding;
}

void wire_flow(struct wire *wire)
{
	struct kept *released = wire->oldest;
	wire->holding = false;
	wire->oldest = wire->youngest = NULL;
	wire->held_count = 0;
	int64_t now = loop_now();
	for (struct kept *kept = released; kept; kept = kept->next) {
		struct wire_frame frame = kept->frame;
		frame.time = now;
		frame_flow(wire, &frame, kept->targets, kept->bytes);
	}
	batch_flush(wire);
	while (released) {
		struct kept *next = released->next;
		free(released);
		released = next;
	}
	wire_arm(wire);
}

unsigned wire_held_count(const struct wire *wire)
{
	return wire->held_count;
}

/* The kept one that a frame is part of. */
static const struct kept *kept_of(const struct wire_frame *frame)
{
	return (const struct kept *)(const void *)((const char *)frame - offsetof(struct kept, frame));
}

const struct wire_frame *wire_held(const struct wire *wire, const struct wire_frame *before)
{
	const struct kept *kept = before ? kept_of(before)->next : wire->oldest;
	return kept ? &kept->frame : NULL;
}

/* NULL with `error`. */
static struct kept *find(struct wire *wire, uint64_t number, struct error *error)
{
	struct kept *kept = wire->oldest;
	while (kept && number && kept->frame.number != number)
		kept = kept->next;
	if (kept)
		return kept;
	if (!number)
		error_set(error, "nothing is held on the wire");
	else if (number > wire->newest)
		error_set(error, "no segment %" PRIu64 " has come yet; the newest is %" PRIu64, number, wire->newest);
	else
		error_set(error, "segment %" PRIu64 " is not held, or no longer", number);
	return NULL;
}

static int send_by_hand(struct wire *wire, const struct kept *kept, enum wire_fate fate, struct error *error)
{
	if (frame_send(wire, kept) < 0) {
		int number = errno;
		frame_tell(wire, kept->frame, kept->targets, WIRE_FAILED);
		return error_set(error, "segment %" PRIu64 " was not taken by the host: %s", kept->frame.number,
		                 strerror(number));
	}
	frame_tell(wire, kept->frame, kept->targets, fate);
	return 0;
}

int wire_copy(struct wire *wire, uint64_t number, struct error *error)
{
	const struct kept *kept = find(wire, number, error);
	return kept ? send_by_hand(wire, kept, WIRE_COPIED, error) : -1;
}

int wire_deliver(struct wire *wire, uint64_t number, struct error *error)
{
	struct kept *kept = find(wire, number, error);
	if (!kept)
		return -1;
	held_take(wire, kept);
	int result = send_by_hand(wire, kept, WIRE_DELIVERED, error);
	free(kept);
	return result;
}

int wire_drop(struct wire *wire, uint64_t number, struct error *error)
{
	struct kept *kept = find(wire, number, error);
	if (!kept)
		return -1;
	held_take(wire, kept);
	frame_tell(wire, kept->frame, kept->targets, WIRE_DROPPED);
	free(kept);
	return 0;
}

int wire_corrupt(struct wire *wire, uint64_t number, struct error *error)
{
	struct kept *kept = find(wire, number, error);
	if (!kept)
		return -1;
	frame_turn_bit(kept->bytes, kept->frame.length, random_number(0, kept->frame.number));
	kept->frame.corrupted = true;
	return 0;
}
