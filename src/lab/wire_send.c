/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handing frames on: many with one system call, from where they lie.
 */
#include <errno.h>
#include <string.h>

#include "wire_parts.h"

unsigned first_target(uint32_t targets)
{
	return (unsigned)__builtin_ctz(targets);
}

void frame_tell(struct wire *wire, struct wire_frame frame, uint32_t targets, enum wire_fate fate)
{
	if (!wire->told)
		return;
	frame.fate = fate;
	frame.to = 0;
	if (!targets)
		wire->told(wire->told_context, &frame);
	for (; targets; targets &= targets - 1) {
		frame.to = first_target(targets);
		wire->told(wire->told_context, &frame);
	}
}

/* What was not taken is told; noise, which has no number, is not. */
static void note_failure(struct wire *wire, const struct wire_frame *frame)
{
	if (frame->number)
		frame_tell(wire, *frame, UINT32_C(1) << frame->to, WIRE_FAILED);
}

void batch_flush(struct wire *wire)
{
	struct batch *batch = &wire->batch;
	unsigned done = 0;
	while (done < batch->count) {
		int sent = ring_send(&wire->ring, &batch->messages[done], batch->count - done);
		if (sent <= 0) {
			note_failure(wire, &batch->frames[done]);
			sent = 1;
		}
		done += (unsigned)sent;
	}
	batch->count = 0;
}

static struct msghdr message_to(struct wire *wire, unsigned to, struct iovec *part)
{
	struct sockaddr_ll *address = &wire->addresses[to];
	return (struct msghdr){.msg_name = address, .msg_namelen = sizeof(*address), .msg_iov = part, .msg_iovlen = 1};
}

void batch_add(struct wire *wire, unsigned to, const struct wire_frame *frame)
{
	struct batch *batch = &wire->batch;
	if (batch->count == WIRE_BATCH)
		batch_flush(wire);
	unsigned place = batch->count++;
	batch->frames[place] = *frame;
	batch->frames[place].to = to;
	batch->parts[place] = (struct iovec){.iov_base = (void *)(uintptr_t)frame->bytes, .iov_len = frame->length};
	batch->messages[place].msg_hdr = message_to(wire, to, &batch->parts[place]);
}

static void delay(struct wire *wire, const struct wire_frame *frame, unsigned to, const struct verdict *verdict)
{
	uint32_t target = UINT32_C(1) << to;
	if (wire->delayed.count == WIRE_KEPT) {
		frame_tell(wire, *frame, target, WIRE_OVERFLOW);
		return;
	}
	struct kept *kept = kept_new(frame, target);
	if (verdict->corrupt)
		frame_turn_bit(kept->bytes, frame->length, verdict->random);
	kept->frame.corrupted |= verdict->corrupt;
	frame_tell(wire, kept->frame, target, WIRE_DELAYED);
	delayed_add(&wire->delayed, kept, verdict->due);
}

/*
 * A bit that is turned over for one of several hosts is turned back for the others; those before it get the frame
 * first, because the batch uses the same bytes.
 */
static void carry(struct wire *wire, const struct wire_frame *frame, unsigned to, const struct verdict *verdict,
                  char *bytes)
{
	struct wire_frame carried = *frame;
	if (verdict->corrupt) {
		batch_flush(wire);
		frame_turn_bit(bytes, frame->length, verdict->random);
		carried.corrupted = true;
	}
	frame_tell(wire, carried, UINT32_C(1) << to, WIRE_CARRIED);
	batch_add(wire, to, &carried);
	if (verdict->corrupt) {
		batch_flush(wire);
		frame_turn_bit(bytes, frame->length, verdict->random);
	}
}

void frame_flow(struct wire *wire, struct wire_frame *frame, uint32_t targets, char *bytes)
{
	if (!targets)
		frame_tell(wire, *frame, 0, WIRE_NOWHERE);
	for (; targets; targets &= targets - 1) {
		unsigned to = first_target(targets);
		struct verdict verdict = path_judge(&wire->paths[frame->from][to], frame->from, to, frame);
		if (verdict.fate == WIRE_CARRIED)
			carry(wire, frame, to, &verdict, bytes);
		else if (verdict.fate == WIRE_DELAYED)
			delay(wire, frame, to, &verdict);
		else
			frame_tell(wire, *frame, UINT32_C(1) << to, verdict.fate);
	}
}

int frame_send(struct wire *wire, const struct kept *kept)
{
	struct iovec part = {.iov_base = (void *)(uintptr_t)kept->bytes, .iov_len = kept->frame.length};
	int number = 0;
	for (uint32_t targets = kept->targets; targets; targets &= targets - 1) {
		struct mmsghdr message = {.msg_hdr = message_to(wire, first_target(targets), &part)};
		if (ring_send(&wire->ring, &message, 1) < 0)
			number = errno;
	}
	errno = number;
	return number ? -1 : 0;
}
