/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wire's turns: frames are taken from the hosts in the order in which they were sent, and handed on, held or lost.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "sosh/memory.h"
#include "wire_make.h"
#include "wire_parts.h"

#define TURN_MOST 1024 /* frames of one turn: others want theirs too */

/* Making. */

static int open_ring(void *ring)
{
	return ring_open(ring);
}

static int explain(struct error *error, int number)
{
	if (number == EMFILE || number == ENFILE)
		return error_set(
			error,
			"no lab: no descriptors are left for the wire: close some handles, or set nofile higher");
	if (number == EAFNOSUPPORT)
		return error_set(error, "no lab: this kernel has no packet sockets (CONFIG_PACKET)");
	if (number == EPERM)
		return error_set(error, "no lab: the wire: this process may not make packet sockets (CAP_NET_RAW); "
		                        "run sosh as root, or with --sandbox");
	return error_set(error, "no lab: the wire: %s", strerror(number));
}

struct wire *wire_new(unsigned count)
{
	struct wire *wire = memory_zero(sizeof(*wire));
	wire->count = count;
	wire->ring.fd = -1;
	wire->backlog = backlog_open();
	for (unsigned host = 1; host <= count; host++)
		wire->addresses[host] = ring_address(HOST_WIRE_END(host));
	return wire;
}

void wire_ask_open(struct wire *wire, struct agent *agent)
{
	agent_ask(agent, open_ring, &wire->ring);
}

int wire_answer_open(struct agent *agent, struct error *error)
{
	return agent_answer(agent) == 0 ? 0 : explain(error, errno);
}

void wire_free(struct wire *wire)
{
	if (!wire)
		return;
	wire_detach(wire);
	ring_close(&wire->ring);
	kept_clear(wire);
	if (wire->backlog >= 0)
		close(wire->backlog);
	free(wire);
}

void wire_tell(struct wire *wire, wire_told *told, void *context)
{
	wire->told = told;
	wire->told_context = context;
}

void wire_number_after(struct wire *wire, const uint64_t *newest)
{
	wire->newest_elsewhere = newest;
}

/* Turns. */

void wire_arm(struct wire *wire)
{
	if (wire->timer)
		source_rearm(wire->timer, wire_deadline(wire));
}

static unsigned send_due(struct wire *wire, int64_t now)
{
	struct kept *sent[WIRE_BATCH];
	unsigned count = 0;
	while (count < WIRE_BATCH && (sent[count] = delayed_take(&wire->delayed, now))) {
		frame_tell(wire, sent[count]->frame, sent[count]->targets, WIRE_CARRIED);
		batch_add(wire, first_target(sent[count]->targets), &sent[count]->frame);
		count++;
	}
	batch_flush(wire);
	for (unsigned i = 0; i < count; i++)
		free(sent[i]);
	return count;
}

static void carry_noise(struct wire *wire, const struct wire_frame *frame, uint32_t targets)
{
	for (unsigned to = 1; to <= wire->count; to++) {
		if ((targets >> to & 1) && !wire->paths[frame->from][to].faults.cut)
			batch_add(wire, to, frame);
	}
}

/* The oldest goes when there are too many. */
static void hold(struct wire *wire, const struct wire_frame *frame, uint32_t targets)
{
	if (wire->held_count == WIRE_KEPT) {
		struct kept *oldest = wire->oldest;
		held_take(wire, oldest);
		frame_tell(wire, oldest->frame, oldest->targets, WIRE_OVERFLOW);
		free(oldest);
	}
	struct kept *kept = kept_new(frame, targets);
	kept->frame.fate = WIRE_HELD;
	held_add(wire, kept);
	frame_tell(wire, kept->frame, targets, WIRE_HELD);
}

static uint64_t next_number(struct wire *wire)
{
	if (wire->newest_elsewhere && *wire->newest_elsewhere > wire->newest)
		wire->newest = *wire->newest_elsewhere;
	return ++wire->newest;
}

static void take_frame(struct wire *wire, unsigned from, const struct ring_frame *taken, int64_t time)
{
	struct wire_frame frame = {.from = from, .time = time, .bytes = taken->bytes, .length = taken->length};
	uint32_t targets = frame_targets(frame.bytes, frame.length, from, wire->count);
	if (frame_is_noise(frame.bytes, frame.length)) {
		carry_noise(wire, &frame, targets);
		return;
	}
	frame.number = next_number(wire);
	if (targets && !(targets & (targets - 1)))
		frame.to = first_target(targets);
	if (taken->cut_off)
		frame_tell(wire, frame, targets, WIRE_FAILED);
	else if (wire->holding && targets && (!wire->filter || wire->filter(wire->filter_context, &frame)))
		hold(wire, &frame, targets);
	else
		frame_flow(wire, &frame, targets, taken->bytes);
}

/* Some frames; `shift` is from the clock of the ring to the loop's. */
static unsigned take_some(struct wire *wire, int64_t shift)
{
	struct ring_frame frame;
	unsigned count = 0;
	while (count < WIRE_BATCH && ring_take(&wire->ring, &frame)) {
		unsigned from = frame.interface - HOST_WIRE_END(0);
		if (from >= 1 && from <= wire->count)
			take_frame(wire, from, &frame, frame.time + shift);
		count++;
	}
	batch_flush(wire);
	ring_release(&wire->ring);
	return count;
}

static int64_t clock_shift(int64_t now)
{
	struct timespec real;
	clock_gettime(CLOCK_REALTIME, &real);
	return now - ((int64_t)real.tv_sec * 1000000000 + real.tv_nsec);
}

unsigned wire_turn(struct wire *wire)
{
	int64_t now = loop_now();
	int64_t shift = clock_shift(now);
	unsigned moved = send_due(wire, now), some;
	do {
		some = take_some(wire, shift);
		moved += some;
	} while (some && moved < TURN_MOST);
	wire_arm(wire);
	return moved;
}

int wire_descriptor(const struct wire *wire)
{
	return wire->ring.fd;
}

int64_t wire_deadline(const struct wire *wire)
{
	return wire->delayed.count ? wire->delayed.heap[0]->due : 0;
}

unsigned wire_delayed_count(const struct wire *wire)
{
	return wire->delayed.count;
}

uint64_t wire_newest(const struct wire *wire)
{
	return wire->newest;
}

uint64_t wire_missed(const struct wire *wire)
{
	return wire->ring.missed;
}

/* With a loop. */

static void on_event(void *context, unsigned events)
{
	struct wire *wire = context;
	if (events & EPOLLERR)
		ring_forgive(&wire->ring);
	wire_turn(wire);
}

int wire_attach(struct wire *wire, struct loop *loop, struct error *error)
{
	wire_detach(wire);
	wire->source = loop_watch(loop, wire->ring.fd, EPOLLIN, on_event, wire);
	if (!wire->source)
		return error_set(error, "the wire cannot be watched: %s", strerror(errno));
	wire->timer = loop_timer(loop, wire_deadline(wire), on_event, wire);
	return 0;
}

void wire_detach(struct wire *wire)
{
	source_remove(wire->source);
	source_remove(wire->timer);
	wire->source = wire->timer = NULL;
}
