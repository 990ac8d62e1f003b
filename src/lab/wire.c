/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wire's turns: frames are taken from the hosts in the order in which they were sent, and handed on, held or lost.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "sosh/memory.h"
#include "wire_make.h"
#include "wire_parts.h"

#define TURN_MOST  1024       /* frames of one turn: others want theirs too */
#define SLOTS_MOST (1u << 13) /* in all rings together */
#define SLOTS_HOST (1u << 11) /* in one */

/* Making. */

struct opening {
	struct wire *wire;
	unsigned slots;
};

static int open_ports(void *context)
{
	const struct opening *opening = context;
	for (unsigned host = 1; host <= opening->wire->count; host++) {
		char name[16];
		snprintf(name, sizeof(name), "w%u", host);
		if (port_open(&opening->wire->ports[host], name, opening->slots) < 0)
			return -1;
	}
	return 0;
}

static int explain_ports(struct error *error, int number)
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

struct wire *wire_make(struct agent *agent, unsigned count, struct error *error)
{
	struct wire *wire = memory_zero(sizeof(*wire));
	wire->count = count;
	for (unsigned host = 0; host <= LAB_HOSTS; host++)
		wire->ports[host].fd = -1;
	unsigned slots = SLOTS_HOST;
	while (slots * count > SLOTS_MOST)
		slots /= 2;
	struct opening opening = {wire, slots};
	if (agent_do(agent, open_ports, &opening) == 0)
		return wire;
	explain_ports(error, errno);
	wire_free(wire);
	return NULL;
}

void wire_free(struct wire *wire)
{
	if (!wire)
		return;
	wire_detach(wire);
	for (unsigned host = 1; host <= wire->count; host++)
		port_close(&wire->ports[host]);
	kept_clear(wire);
	free(wire);
}

void wire_tell(struct wire *wire, wire_told *told, void *context)
{
	wire->told = told;
	wire->told_context = context;
}

/* Turns. */

void wire_arm(struct wire *wire)
{
	if (wire->timer)
		source_rearm(wire->timer, wire_deadline(wire));
}

static unsigned send_due(struct wire *wire)
{
	struct kept *sent[WIRE_BATCH];
	unsigned count = 0;
	while (count < WIRE_BATCH && (sent[count] = delayed_take(&wire->delayed, wire->now))) {
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

static void take_frame(struct wire *wire, unsigned from, const struct port_frame *taken, int64_t time)
{
	struct wire_frame frame = {.from = from, .time = time, .bytes = taken->bytes, .length = taken->length};
	uint32_t targets = frame_targets(frame.bytes, frame.length, from, wire->count);
	if (frame_is_noise(frame.bytes, frame.length)) {
		carry_noise(wire, &frame, targets);
		return;
	}
	frame.number = ++wire->newest;
	if (targets && !(targets & (targets - 1)))
		frame.to = first_target(targets);
	if (taken->cut_off)
		frame_tell(wire, frame, targets, WIRE_FAILED);
	else if (wire->holding && targets && (!wire->filter || wire->filter(wire->filter_context, &frame)))
		hold(wire, &frame, targets);
	else
		frame_flow(wire, &frame, targets, taken->bytes);
}

/* The host whose next frame was sent before those of all others, 0: there is none; and when another's was. */
static unsigned find_first(struct wire *wire, int64_t *limit)
{
	unsigned first = 0;
	int64_t earliest = INT64_MAX;
	*limit = INT64_MAX;
	for (unsigned host = 1; host <= wire->count; host++) {
		struct port_frame frame;
		if (!port_peek(&wire->ports[host], &frame))
			continue;
		if (!first || frame.time < earliest) {
			*limit = earliest;
			earliest = frame.time;
			first = host;
		} else if (frame.time < *limit) {
			*limit = frame.time;
		}
	}
	return first;
}

/* One host's frames up to a time. `shift` is from the clock of the frames to the loop's. */
static unsigned take_run(struct wire *wire, unsigned host, int64_t limit, int64_t shift)
{
	struct port *port = &wire->ports[host];
	struct port_frame frame;
	unsigned count = 0;
	while (count < WIRE_BATCH && port_peek(port, &frame) && frame.time <= limit) {
		port_skip(port);
		take_frame(wire, host, &frame, frame.time + shift);
		count++;
	}
	batch_flush(wire);
	port_release(port);
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
	int64_t limit;
	wire->now = loop_now();
	int64_t shift = clock_shift(wire->now);
	unsigned moved = send_due(wire);
	while (moved < TURN_MOST) {
		unsigned host = find_first(wire, &limit);
		if (!host)
			break;
		moved += take_run(wire, host, limit, shift);
	}
	wire_arm(wire);
	return moved;
}

int wire_descriptor(const struct wire *wire, unsigned host)
{
	return wire->ports[host].fd;
}

int64_t wire_deadline(const struct wire *wire)
{
	return wire->delayed.count ? wire->delayed.heap[0]->due : 0;
}

uint64_t wire_newest(const struct wire *wire)
{
	return wire->newest;
}

uint64_t wire_missed(const struct wire *wire)
{
	uint64_t missed = 0;
	for (unsigned host = 1; host <= wire->count; host++)
		missed += wire->ports[host].missed;
	return missed;
}

/* With a loop. */

static void on_event(void *context, unsigned events)
{
	struct wire *wire = context;
	for (unsigned host = 1; (events & EPOLLERR) && host <= wire->count; host++)
		port_forgive(&wire->ports[host]);
	wire_turn(wire);
}

int wire_attach(struct wire *wire, struct loop *loop, struct error *error)
{
	wire_detach(wire);
	wire->loop = loop;
	wire->timer = loop_timer(loop, wire_deadline(wire), on_event, wire);
	for (unsigned host = 1; host <= wire->count; host++) {
		wire->sources[host] = loop_watch(loop, wire->ports[host].fd, EPOLLIN, on_event, wire);
		if (!wire->sources[host]) {
			int number = errno;
			wire_detach(wire);
			return error_set(error, "the wire cannot be watched: %s", strerror(number));
		}
	}
	return 0;
}

void wire_detach(struct wire *wire)
{
	source_remove(wire->timer);
	wire->timer = NULL;
	for (unsigned host = 1; host <= wire->count; host++) {
		source_remove(wire->sources[host]);
		wire->sources[host] = NULL;
	}
	wire->loop = NULL;
}
