/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tells little by itself is drawn together: a segment that arrived before anything else happened is one arrow,
 * and so are many of one kind that follow each other.
 */
#include "flow.h"

enum { FOLDED_MOST = 3, KINDS_MOST = 8 };

static bool is_segment(const struct flow_item *item)
{
	return item->kind == FLOW_ARROW && item->arrow.crossing;
}

/* A gap of a call that waited says nothing where segments came meanwhile. */
static void drop_gaps(struct flow *flow)
{
	const struct flow_item *last = NULL;

	for (unsigned i = 0; i < flow->item_count; i++) {
		struct flow_item *item = &flow->items[i];
		if (!flow_is_shown(flow, item))
			continue;
		if (item->kind == FLOW_WAIT && !item->elapsed && last && is_segment(last))
			item->gone = true;
		else
			last = item;
	}
}

/* The item where the segment arrives, when nothing else happened before; 0: none. */
static unsigned arrival_behind(const struct flow *flow, unsigned leaves)
{
	const struct flow_item *item = &flow->items[leaves];

	for (unsigned i = leaves + 1; i < flow->item_count; i++) {
		const struct flow_item *one = &flow->items[i];
		if (!flow_is_shown(flow, one))
			continue;
		if (is_segment(one) && one->arrow.crossing == item->arrow.crossing && one->arrow.part == PART_ARRIVES)
			return i;
		if (one->moment != item->moment)
			break;
	}
	return 0;
}

static void join(struct flow *flow)
{
	for (unsigned i = 0; i < flow->item_count; i++) {
		struct flow_item *item = &flow->items[i];
		if (!is_segment(item) || item->arrow.part != PART_LEAVES || !flow_is_shown(flow, item) ||
		    item->arrow.crossing->passage->copies)
			continue;
		unsigned arrives = arrival_behind(flow, i);
		if (!arrives)
			continue;
		uint64_t moment = flow->items[arrives].moment;
		item->arrow.part = PART_WHOLE;
		flow->items[arrives].gone = true;
		for (unsigned j = arrives; j < flow->item_count && flow->items[j].moment == moment; j++)
			flow->items[j].moment = item->moment;
	}
}

/* Data, a bare acknowledgement or a repetition: what may come in numbers. */
static bool is_foldable(const struct flow_item *item)
{
	if (!is_segment(item) || item->arrow.lost || item->arrow.copy)
		return false;
	const struct flow_crossing *crossing = item->arrow.crossing;
	enum segment_role role = crossing->passage->place.role;
	if (crossing->kind != SEGMENT_TCP || crossing->passage->corrupted)
		return false;
	if (role == ROLE_RETRANSMISSION)
		return true;
	return !(crossing->flags & (SEGMENT_SYN | SEGMENT_FIN | SEGMENT_RST | SEGMENT_URG)) &&
	       (role == ROLE_PLAIN || role == ROLE_DUPLICATE_ACK || role == ROLE_WINDOW_UPDATE);
}

static bool is_same_kind(const struct flow_item *a, const struct flow_item *b)
{
	const struct flow_crossing *one = a->arrow.crossing, *other = b->arrow.crossing;
	enum segment_role role = one->passage->place.role, other_role = other->passage->place.role;
	bool repeats = role == ROLE_RETRANSMISSION, other_repeats = other_role == ROLE_RETRANSMISSION;

	if (one->link != other->link || one->answer != other->answer || a->arrow.part != b->arrow.part ||
	    one->passage->fate != other->passage->fate || repeats != other_repeats)
		return false;
	if (repeats)
		return one->passage->place.first == other->passage->place.first;
	return !one->length == !other->length && (role == ROLE_DUPLICATE_ACK) == (other_role == ROLE_DUPLICATE_ACK);
}

/* Those that follow each other from `begin` to `end` and are like it, behind the first. */
static void fold_kind(struct flow *flow, unsigned begin, unsigned end)
{
	struct flow_item *first = &flow->items[begin];
	unsigned count = 0;

	for (unsigned i = begin; i < end; i++)
		count += is_foldable(&flow->items[i]) && flow_is_shown(flow, &flow->items[i]) &&
		         is_same_kind(first, &flow->items[i]);
	if (count <= FOLDED_MOST)
		return;
	for (unsigned i = begin + 1; i < end; i++) {
		struct flow_item *item = &flow->items[i];
		if (!is_foldable(item) || !flow_is_shown(flow, item) || !is_same_kind(first, item))
			continue;
		item->gone = true;
		if (flow->items[i - 1].kind == FLOW_WAIT)
			flow->items[i - 1].gone = true;
		first->arrow.folded++;
		first->arrow.last = item->arrow.last;
		first->arrow.carried += item->arrow.carried;
	}
}

/* Where a row of arrows without anything between them ends. */
static unsigned row_end(const struct flow *flow, unsigned begin)
{
	unsigned i = begin;

	for (; i < flow->item_count; i++) {
		const struct flow_item *item = &flow->items[i];
		bool gap = item->kind == FLOW_WAIT && item->elapsed;
		if (flow_is_shown(flow, item) && !gap && !is_foldable(item))
			break;
	}
	return i;
}

static void fold_row(struct flow *flow, unsigned begin, unsigned end)
{
	unsigned kinds = 0;

	for (unsigned i = begin; i < end && kinds < KINDS_MOST; i++) {
		const struct flow_item *item = &flow->items[i];
		if (item->kind != FLOW_ARROW || !flow_is_shown(flow, item))
			continue;
		kinds++;
		fold_kind(flow, i, end);
	}
}

void flow_fold(struct flow *flow)
{
	if (!flow->wire.count)
		return;
	drop_gaps(flow);
	join(flow);
	for (unsigned i = 0; i < flow->item_count;) {
		unsigned end = row_end(flow, i);
		if (end > i)
			fold_row(flow, i, end);
		i = end > i ? end : i + 1;
	}
}
