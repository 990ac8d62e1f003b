/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data: what is sent within the session is told where it is sent; what comes from a peer in another process, where it
 * is received.
 */
#include <errno.h>
#include <string.h>

#include "flow.h"

/* The lane that a datagram goes to, and whether nobody can get it there. */
static int datagram_lane(struct flow *flow, const struct handle *handle, const struct address *address, bool *lost)
{
	const struct address *to = address ? address : flow_peer_now(flow, handle->number);
	const struct handle *bound = to ? flow_bound(flow, handle, to) : NULL;

	if (bound && bound->fd < 0 && bound->ending.closed_in)
		*lost = bound->ending.closed_in < flow->step->entry->number;
	return flow_peer_lane(flow, handle->number, to);
}

void flow_tell_sent(struct flow *flow, const struct entry *entry)
{
	const struct handle *handle = session_handle(flow->session, entry->handle);
	bool lost = false;
	int peer;

	if (!entry->taken && (entry->error || entry->result < 0))
		return;
	if (handle->type == SOCK_DGRAM)
		peer = datagram_lane(flow, handle, flow_target(entry), &lost);
	else
		peer = flow_peer_lane(flow, entry->handle, NULL);
	flow_add_arrow(flow, flow_lane_of(flow, entry->handle), peer, LABEL_DATA)->arrow.lost = lost;
}

/* The last arrow of that kind between the lanes; -1: to any. NULL: none. */
static struct flow_item *last_arrow(struct flow *flow, int from, int to, enum flow_label label)
{
	for (unsigned i = flow->item_count; i > 0; i--) {
		struct flow_item *item = &flow->items[i - 1];
		if (item->kind == FLOW_ARROW && item->arrow.label == label && item->arrow.from == from &&
		    (to < 0 || item->arrow.to == to))
			return item;
	}
	return NULL;
}

/* What is read after the peer's FIN was seen had come before it. */
static void move_before_fin(struct flow *flow, int from, int to)
{
	struct flow_item *fin = last_arrow(flow, from, to, LABEL_FIN);
	struct flow_item *end = &flow->items[flow->item_count - 1], data = *end;

	if (!fin)
		return;
	data.moment = fin->moment;
	memmove(fin + 1, fin, (size_t)(end - fin) * sizeof(*fin));
	*fin = data;
}

/* Data that a peer in another process has sent: it is known where it is received. */
void flow_tell_received(struct flow *flow, const struct entry *entry)
{
	const struct handle *handle = session_handle(flow->session, entry->handle);
	const struct statement *statement = entry->statement;
	bool named = entry->address.kind == VALUE_ADDRESS && entry->address.address->length > sizeof(sa_family_t);

	if (!handle || !entry->has_data || (entry->error && entry->data.kind == VALUE_NONE))
		return;
	if (handle->type != SOCK_DGRAM && (entry->data.kind != VALUE_BYTES || !entry->data.blob->length))
		return;
	if (memmem(statement->source, statement->source_length, "MSG_PEEK", 8))
		return;
	int peer = flow_peer_lane(flow, entry->handle,
	                          named && handle->type == SOCK_DGRAM ? entry->address.address : NULL);
	int lane = flow_lane_of(flow, entry->handle);
	if (!flow_is_peer(flow, peer))
		return;
	struct flow_item *arrow = flow_add_arrow(flow, peer, lane, LABEL_DATA);
	arrow->arrow.received = true;
	if (arrow != &flow->nowhere && flow_end(flow, entry->handle)->peer_fin)
		move_before_fin(flow, peer, lane);
}

/* A connected UDP socket is told late that nobody was there. */
void flow_tell_refused_datagram(struct flow *flow, const struct entry *entry)
{
	const struct handle *handle = session_handle(flow->session, entry->handle);
	struct flow_item *sent;

	if (!handle || handle->type != SOCK_DGRAM || entry->error != ECONNREFUSED)
		return;
	sent = last_arrow(flow, flow_lane_of(flow, handle->number), -1, LABEL_DATA);
	if (sent)
		sent->arrow.lost = true;
}
