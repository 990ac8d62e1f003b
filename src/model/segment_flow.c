/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a segment means beside those before it.
 *
 * An end is known from its SYN, or when that was not seen, from the first number that it sent or that was
 * acknowledged to it. A SYN with another number begins a new connection between the same ends.
 */
#include "segment_flow.h"

#include <string.h>

/* A segment that is being judged. */
struct step {
	const struct segment_tcp *tcp;
	struct flow_side *me, *other;
	uint64_t number;
	uint32_t begin, end; /* of what it takes up, a SYN and a FIN counted */
	bool brings;         /* it takes up something */
	size_t length;       /* of its payload */
	struct segment_place *place;
};

const char *segment_role_name(enum segment_role role)
{
	static const char *const names[] = {
		[ROLE_PLAIN] = "",
		[ROLE_RETRANSMISSION] = "retransmission",
		[ROLE_OUT_OF_ORDER] = "out of order",
		[ROLE_DUPLICATE_ACK] = "duplicate ACK",
		[ROLE_WINDOW_UPDATE] = "window update",
		[ROLE_KEEPALIVE] = "keepalive",
		[ROLE_WINDOW_PROBE] = "window probe",
		[ROLE_PROBE_ANSWER] = "answer to a probe",
	};
	return names[role];
}

static bool has(const struct step *step, unsigned flags)
{
	return step->tcp->flags & flags;
}

/* The side's numbers begin anew; those of the connection before it are kept beside. */
static void side_begin(struct flow_side *side, uint32_t base, bool by_syn)
{
	struct flow_side fresh = {.known = true, .by_syn = by_syn, .base = base, .next = base};
	if (side->known) {
		fresh.has_previous = true;
		fresh.previous_base = side->base;
		fresh.previous_next = side->next;
	}
	side_forget_ranges(side);
	memcpy(fresh.damaged, side->damaged, sizeof(fresh.damaged)); /* it may have been this very SYN */
	fresh.next_damaged = side->next_damaged;
	*side = fresh;
}

static void set_opener(struct segment_flow *flow, unsigned side)
{
	flow->opener = side;
	flow->opener_known = true;
}

/* A SYN: the first of its side, one that comes again, or that of a new connection. */
static void take_syn(struct segment_flow *flow, const struct step *step, unsigned side)
{
	struct flow_side *me = step->me;
	if (me->by_syn && me->base == step->begin && !me->old)
		return;
	bool anew = me->by_syn && !me->old;
	side_begin(me, step->begin, true);
	if (has(step, SEGMENT_ACK)) {
		set_opener(flow, !side);
	} else if (anew || !step->other->by_syn || step->other->old) {
		set_opener(flow, side);
		step->other->old = step->other->known;
	}
}

/* Learns where both ends' numbers begin. */
static void learn(struct segment_flow *flow, const struct step *step, unsigned side)
{
	if (has(step, SEGMENT_SYN))
		take_syn(flow, step, side);
	if (!step->me->known) {
		side_begin(step->me, step->begin - 1, false);
		step->me->next = step->begin;
	}
	if (!step->other->known && has(step, SEGMENT_ACK)) {
		side_begin(step->other, step->tcp->ack - 1, false);
		step->other->next = step->tcp->ack;
	}
	if (!flow->opener_known)
		set_opener(flow, side);
}

static bool within(uint32_t number, uint32_t base, uint32_t next)
{
	return number - base <= next - base;
}

static uint32_t relative(const struct flow_side *side, uint32_t number)
{
	if (side->has_previous && !within(number, side->base, side->next) &&
	    within(number, side->previous_base, side->previous_next))
		return number - side->previous_base;
	return number - side->base;
}

static bool is_window_closed(const struct flow_side *side)
{
	return side->has_window && side->window == 0;
}

/* Its bytes were sent before in a segment that was damaged. */
static bool judge_repeats_damaged(struct step *step)
{
	const struct flow_damaged *first = NULL;
	for (unsigned i = 0; i < FLOW_DAMAGED; i++) {
		const struct flow_damaged *one = &step->me->damaged[i];
		if (one->number && one->begin == step->begin && (!first || one->number < first->number))
			first = one;
	}
	if (!first)
		return false;
	step->place->role = ROLE_RETRANSMISSION;
	step->place->first = first->number;
	return true;
}

/* Something that its side has sent before, all or in part. */
static void judge_old(struct step *step)
{
	const struct flow_side *me = step->me;
	const struct flow_range *range = side_find_range(me, step->begin, step->end);
	bool forgotten = me->forgot ? before(step->begin, me->floor) : before(step->begin, me->base + !me->by_syn);
	if (!range && !forgotten) {
		if (judge_repeats_damaged(step))
			return;
		step->place->role = ROLE_OUT_OF_ORDER;
		return;
	}
	step->place->role = ROLE_RETRANSMISSION;
	step->place->first = range ? range->number : 0;
	if (step->length == 1 && is_window_closed(step->other) && step->end == me->next && !has(step, SEGMENT_FIN))
		step->place->role = ROLE_WINDOW_PROBE;
}

/* It brings data, a SYN or a FIN. The SYN,ACK of ends that opened at once repeats a SYN, but says more. */
static void judge_bringing(struct step *step)
{
	bool first_ack = has(step, SEGMENT_SYN) && has(step, SEGMENT_ACK) && !step->me->has_ack;
	if (before(step->begin, step->me->next) && !first_ack)
		judge_old(step);
	else if (judge_repeats_damaged(step))
		return;
	else if (step->length == 1 && is_window_closed(step->other) && !has(step, SEGMENT_SYN | SEGMENT_FIN))
		step->place->role = ROLE_WINDOW_PROBE;
}

/* It brings nothing new, and acknowledges what was acknowledged before. */
static void judge_same_ack(struct step *step)
{
	const struct flow_side *me = step->me;
	if (me->has_window && me->window != step->tcp->window) {
		step->place->role = ROLE_WINDOW_UPDATE;
	} else if (step->other->probing) {
		step->place->role = ROLE_PROBE_ANSWER;
	} else {
		step->place->role = ROLE_DUPLICATE_ACK;
		step->place->first = me->ack_number;
	}
}

/* Nothing but an acknowledgement. Linux probes with the number before the first that is not acknowledged. */
static void judge_bare_ack(struct step *step)
{
	const struct flow_side *me = step->me, *other = step->other;
	bool asks = me->has_ack && (step->begin == me->next - 1 || (other->has_ack && step->begin == other->ack - 1));
	if (asks)
		step->place->role = is_window_closed(other) ? ROLE_WINDOW_PROBE : ROLE_KEEPALIVE;
	else if (me->has_ack && step->tcp->ack == me->ack)
		judge_same_ack(step);
}

static void judge(struct step *step)
{
	if (has(step, SEGMENT_RST))
		return;
	if (step->brings)
		judge_bringing(step);
	else if (has(step, SEGMENT_ACK))
		judge_bare_ack(step);
}

static void set_window(struct step *step)
{
	bool agreed = step->me->has_scale && step->other->has_scale && !has(step, SEGMENT_SYN);
	unsigned scale = step->me->scale > 14 ? 14 : step->me->scale; /* RFC 7323 */
	step->place->scaled = agreed;
	step->place->window = agreed ? (uint32_t)step->tcp->window << scale : step->tcp->window;
}

static void remember_ack(const struct step *step)
{
	struct flow_side *me = step->me;
	if (has(step, SEGMENT_ACK) && (!me->has_ack || before(me->ack, step->tcp->ack))) {
		me->has_ack = true;
		me->ack = step->tcp->ack;
		me->ack_number = step->number;
	}
	if (!has(step, SEGMENT_SYN)) {
		me->has_window = true;
		me->window = step->tcp->window;
	} else {
		me->has_scale = step->tcp->has_scale;
		me->scale = step->tcp->scale;
	}
}

static void remember(const struct step *step)
{
	struct flow_side *me = step->me;
	me->probing = step->place->role == ROLE_KEEPALIVE || step->place->role == ROLE_WINDOW_PROBE;
	if (has(step, SEGMENT_RST))
		return;
	bool further = before(me->next, step->end);
	if (step->brings && (further || step->place->role == ROLE_OUT_OF_ORDER))
		side_add_range(me, further && before(step->begin, me->next) ? me->next : step->begin, step->end,
		               step->number);
	if (further)
		me->next = step->end;
	remember_ack(step);
}

/*
 * Its receiver throws it away, and any of its numbers may be the damage: it is told by what is known, and teaches
 * nothing. Only where it began is remembered, because it is sent again.
 */
static void place_damaged(struct step *step)
{
	struct flow_side *me = step->me;
	struct segment_place *place = step->place;
	bool syn = has(step, SEGMENT_SYN);
	place->begun = me->known ? me->by_syn : syn;
	place->seq = me->known ? relative(me, step->begin) : !syn;
	if (has(step, SEGMENT_ACK))
		place->ack = step->other->known ? relative(step->other, step->tcp->ack) : 1;
	set_window(step);
	if (!step->brings)
		return;
	judge_repeats_damaged(step);
	me->damaged[me->next_damaged++ % FLOW_DAMAGED] =
		(struct flow_damaged){.begin = step->begin, .number = step->number};
}

static bool is_damaged(const struct segment *segment)
{
	return segment->checksum == CHECKSUM_WRONG || segment->ip_checksum == CHECKSUM_WRONG;
}

static void place_tcp(struct segment_flow *flow, unsigned side, const struct segment *segment, uint64_t number,
                      struct segment_place *place)
{
	struct step step = {.tcp = &segment->tcp,
	                    .me = &flow->sides[side],
	                    .other = &flow->sides[!side],
	                    .number = number,
	                    .begin = segment->tcp.seq,
	                    .length = segment->length,
	                    .place = place};
	step.end = step.begin + (uint32_t)segment->length + !!has(&step, SEGMENT_SYN) + !!has(&step, SEGMENT_FIN);
	step.brings = step.end != step.begin;
	if (is_damaged(segment)) {
		place_damaged(&step);
		return;
	}
	learn(flow, &step, side);
	place->begun = step.me->by_syn;
	place->seq = relative(step.me, segment->tcp.seq);
	place->ack = has(&step, SEGMENT_ACK) ? relative(step.other, segment->tcp.ack) : 0;
	set_window(&step);
	judge(&step);
	remember(&step);
}

/* The flow that a segment belongs to, and the side that sent it. NULL when there is none. */
static struct segment_flow *flow_of(struct segment_flows *flows, const struct segment *segment, unsigned *side)
{
	const struct segment_icmp *icmp = &segment->icmp;
	struct segment_flow *flow;
	if (!segment->has_header || segment->noise || (segment->malformed && !segment->cut))
		return NULL;
	if (segment->kind != SEGMENT_ICMP || !icmp->is_error)
		return flow_find(flows, segment->protocol, &segment->from, &segment->to, side);
	if (!icmp->has_ends)
		return NULL;
	flow = flow_find(flows, icmp->protocol, &icmp->from, &icmp->to, side);
	if (!flow->opener_known)
		set_opener(flow, *side);
	*side = !*side;
	return flow;
}

void segment_flows_add(struct segment_flows *flows, const struct segment *segment, uint64_t number,
                       struct segment_place *place)
{
	unsigned side;
	*place = (struct segment_place){0};
	struct segment_flow *flow = flow_of(flows, segment, &side);
	if (!flow)
		return;
	place->known = true;
	if (segment->kind == SEGMENT_TCP)
		place_tcp(flow, side, segment, number, place);
	else if (!flow->opener_known && !is_damaged(segment))
		set_opener(flow, side);
	place->opener = !flow->opener_known || flow->opener == side;
}
