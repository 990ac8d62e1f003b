/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments that were seen become arrows among the items. A state stands beside the segment that brought it (RFC 9293,
 * 3.3.2), a call beside the first segment that it sent.
 */
#include <stdlib.h>

#include "flow.h"

enum { RANK_ARROW = 1, RANK_STATE };

#define PAUSE (50 * INT64_C(1000000)) /* between a segment and its repetition, when it is shown */

static struct flow_item *add_at(struct flow *flow, enum flow_kind kind, const struct flow_crossing *crossing,
                                uint64_t moment)
{
	const struct passage *passage = crossing->passage;
	struct flow_step step = {.moment = moment, .entry = journal_entry(flow->journal, passage->entry)};

	flow->step = &step;
	struct flow_item *item = flow_add(flow, kind, crossing->lanes[0], 0);
	flow->step = NULL;
	item->about = crossing->handles[0] ? crossing->handles[0] : crossing->handles[1];
	if (crossing->handles[1] && !flow_is_told(flow, item))
		item->about = crossing->handles[1];
	if (!item->about)
		item->about = -1;
	item->arrow.crossing = crossing;
	return item;
}

static void add_part(struct flow *flow, const struct flow_crossing *crossing, enum flow_part part, uint64_t moment,
                     bool copy)
{
	enum passage_fate fate = crossing->passage->fate;
	struct flow_item *item = add_at(flow, FLOW_ARROW, crossing, moment);

	item->rank = RANK_ARROW;
	item->arrow.from = crossing->lanes[0];
	item->arrow.to = crossing->lanes[1];
	item->arrow.label = LABEL_SEGMENT;
	item->arrow.part = part;
	item->arrow.copy = copy;
	item->arrow.lost = fate == PASSAGE_DROPPED || fate == PASSAGE_LOST;
	item->arrow.carried = crossing->length;
	item->arrow.last = crossing->passage->number;
}

/* How long ago the same was sent, when that was seen. */
static int64_t pause_before(const struct flow *flow, const struct flow_crossing *crossing)
{
	uint64_t first = crossing->passage->place.first;

	if (crossing->passage->place.role != ROLE_RETRANSMISSION || !first)
		return 0;
	for (const struct flow_crossing *one = crossing; one-- > flow->wire.crossings;) {
		if (one->passage->number < first)
			break;
		if (one->link == crossing->link &&
		    (one->passage->number == first || one->passage->place.first == first))
			return crossing->passage->time - one->passage->time;
	}
	return 0;
}

static void tell_crossing(struct flow *flow, const struct flow_crossing *crossing)
{
	const struct passage *passage = crossing->passage;
	bool arrives = passage->fate == PASSAGE_DELIVERED && passage->arrived_moment;
	int64_t pause = pause_before(flow, crossing);

	flow_meet(flow, crossing->lanes[0], false, !(crossing->flags & SEGMENT_RST));
	flow_meet(flow, crossing->lanes[1], true, false);
	if (pause > PAUSE) {
		struct flow_item *gap = add_at(flow, FLOW_WAIT, crossing, passage->moment);
		gap->elapsed = pause;
	}
	add_part(flow, crossing, arrives || passage->copies ? PART_LEAVES : PART_WHOLE, passage->moment, false);
	for (unsigned i = 0; i < passage->copies && i < PASSAGE_COPIES; i++)
		add_part(flow, crossing, PART_ARRIVES, passage->copied[i], true);
	if (arrives)
		add_part(flow, crossing, PART_ARRIVES, passage->arrived_moment, false);
}

/* A segment as one end of its link sees it. */
struct sight {
	const struct flow_crossing *crossing;
	bool leaves;
	bool acknowledges; /* the end's own FIN */
};

static bool is_established_by(const struct sight *sight, const struct state_change *change, bool opens)
{
	unsigned flags = sight->crossing->flags;

	if (sight->leaves || !(flags & SEGMENT_ACK) || flags & SEGMENT_RST)
		return false;
	return opens ? flags & SEGMENT_SYN : change->from == STATE_SYN_RECEIVED || !(flags & SEGMENT_SYN);
}

static bool is_closed_by(const struct sight *sight, const struct state_change *change)
{
	bool icmp = sight->crossing->kind == SEGMENT_ICMP;

	if (change->from == STATE_NONE || change->from == STATE_CLOSED || change->from == STATE_LISTEN ||
	    change->from == STATE_TIME_WAIT)
		return false;
	if (sight->crossing->flags & SEGMENT_RST)
		return true;
	if (icmp)
		return change->from == STATE_SYN_SENT && !sight->leaves;
	return change->from != STATE_FIN_WAIT_1 && change->from != STATE_FIN_WAIT_2 && !sight->leaves &&
	       sight->acknowledges;
}

/* Does the segment bring the change? */
static bool brings(const struct sight *sight, const struct state_change *change, bool opens)
{
	unsigned flags = sight->crossing->flags;
	bool fin = flags & SEGMENT_FIN, syn = (flags & (SEGMENT_SYN | SEGMENT_ACK)) == SEGMENT_SYN;

	switch (change->to) {
	case STATE_SYN_SENT:
		return sight->leaves && syn;
	case STATE_SYN_RECEIVED:
		return !sight->leaves && syn;
	case STATE_ESTABLISHED:
		return is_established_by(sight, change, opens);
	case STATE_FIN_WAIT_1:
	case STATE_LAST_ACK:
		return sight->leaves && fin;
	case STATE_CLOSE_WAIT:
	case STATE_CLOSING:
		return !sight->leaves && fin;
	case STATE_FIN_WAIT_2:
		return !sight->leaves && sight->acknowledges;
	case STATE_TIME_WAIT:
		return !sight->leaves && (change->from == STATE_CLOSING ? sight->acknowledges : fin);
	case STATE_CLOSED:
		return is_closed_by(sight, change);
	default:
		return false;
	}
}

/* The first moment at which it arrived, of copies too; 0: it did not. */
static uint64_t arrival_of(const struct passage *passage)
{
	uint64_t first = passage->fate != PASSAGE_DELIVERED ? 0
	                 : passage->arrived_moment          ? passage->arrived_moment
	                                                    : passage->moment;

	if (passage->copies && (!first || passage->copied[0] < first))
		first = passage->copied[0];
	return first;
}

/* The moment of the segment that brought a change between two moments; 0: none is known. */
static uint64_t moment_of(const struct flow *flow, const struct state_change *change, const struct flow_link *link,
                          unsigned side, uint64_t last)
{
	const struct handle *handle = session_handle(flow->session, change->handle);
	bool opens = handle && !handle->accepted_from && change->from != STATE_SYN_RECEIVED, ended = false;
	uint64_t found = 0;
	uint32_t end = 0;

	for (int at = link->first; at >= 0; at = flow->wire.crossings[at].next) {
		const struct flow_crossing *crossing = &flow->wire.crossings[at];
		bool leaves = crossing->answer == (side == 1);
		uint64_t moment = leaves ? crossing->passage->moment : arrival_of(crossing->passage);
		struct sight sight = {crossing, leaves, false};
		if (leaves && crossing->flags & SEGMENT_FIN) {
			ended = true;
			end = crossing->end;
		}
		sight.acknowledges =
			ended && crossing->flags & SEGMENT_ACK && (int32_t)(crossing->passage->place.ack - end) >= 0;
		if (moment && moment >= link->sides[side].placed && moment <= last && (!found || moment < found) &&
		    brings(&sight, change, opens))
			found = moment;
	}
	return found;
}

static uint64_t later(uint64_t moment, uint64_t than, uint64_t last)
{
	return moment > than && moment <= last ? moment : than;
}

/* Where that is not known: the last segment to or from its host that was moved while the entry ran. */
static uint64_t last_moment(const struct flow *flow, const struct flow_item *item)
{
	const struct entry *entry = item->entry;
	uint64_t found = entry->begun;

	if (!flow_is_host(flow, item->lane) || !entry->ended)
		return 0;
	for (unsigned i = 0; i < flow->wire.count; i++) {
		const struct flow_crossing *crossing = &flow->wire.crossings[i];
		if (crossing->lanes[0] == item->lane)
			found = later(crossing->passage->moment, found, entry->finished);
		if (crossing->lanes[1] == item->lane)
			found = later(arrival_of(crossing->passage), found, entry->finished);
	}
	return found > entry->begun ? found : 0;
}

static void place_state(struct flow *flow, struct flow_item *item)
{
	const struct entry *entry = item->entry;
	unsigned side;
	struct flow_link *link = item->change ? flow_link_of(flow, item->change, &side) : NULL;
	uint64_t last = entry->ended ? entry->finished : UINT64_MAX;
	uint64_t moment = link ? moment_of(flow, item->change, link, side, last) : 0;

	if (moment)
		link->sides[side].placed = moment;
	else
		moment = last_moment(flow, item);
	if (!moment)
		return;
	item->moment = moment;
	item->rank = RANK_STATE;
}

static int by_moment(const void *a, const void *b)
{
	const struct flow_item *one = a, *other = b;

	if (one->moment != other->moment)
		return one->moment > other->moment ? 1 : -1;
	if (one->rank != other->rank)
		return one->rank - other->rank;
	return (one->order > other->order) - (one->order < other->order);
}

/* Beside the first segment that it sent, unless something came between. */
static void place_call(struct flow *flow, unsigned at)
{
	const struct flow_item *call = &flow->items[at];
	unsigned behind = at + 1;

	while (behind < flow->item_count && flow->items[behind].kind == FLOW_STATE &&
	       flow->items[behind].entry == call->entry && flow->items[behind].rank != RANK_STATE)
		behind++;
	if (behind == flow->item_count)
		return;
	const struct flow_item *arrow = &flow->items[behind];
	if (arrow->kind != FLOW_ARROW || !arrow->arrow.crossing || arrow->entry != call->entry ||
	    arrow->arrow.part == PART_ARRIVES || arrow->arrow.from != call->lane)
		return;
	for (unsigned i = at; i < behind; i++)
		flow->items[i].moment = arrow->moment;
}

void flow_segments(struct flow *flow)
{
	unsigned told = flow->item_count;

	if (!flow->wire.count)
		return;
	for (unsigned i = 0; i < told; i++)
		if (flow->items[i].kind == FLOW_STATE)
			place_state(flow, &flow->items[i]);
	for (unsigned i = 0; i < flow->wire.count; i++)
		tell_crossing(flow, &flow->wire.crossings[i]);
	for (unsigned i = 0; i < flow->item_count; i++)
		flow->items[i].order = i;
	qsort(flow->items, flow->item_count, sizeof(*flow->items), by_moment);
	for (unsigned i = 0; i < flow->item_count; i++)
		if (flow->items[i].kind == FLOW_CALL && flow->items[i].phase != PHASE_END)
			place_call(flow, i);
}
