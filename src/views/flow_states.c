/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What changes of TCP states tell of the segments that went to and fro (RFC 9293, figure 5): an established connection
 * has had its handshake, FIN-WAIT-1 has sent a FIN, FIN-WAIT-2 has its ACK. Each arrow is told once for a connection,
 * whichever of its ends is looked at first.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "sosh/memory.h"

/* A change at one end of a connection. */
struct change {
	struct flow *flow;
	const struct state_change *states;
	int handle, lane, peer; /* its own lane and that of the other end */
	struct flow_end *end;
	struct flow_end *other; /* NULL: in another process, or not accepted yet */
};

/* Of a call that waited: how many changes were there as it began to. */
static unsigned told_first(const struct entry *entry)
{
	if (!entry->waited && entry->ended)
		return 0;
	if (entry->told_states)
		return entry->told_states < entry->state_count ? entry->told_states : entry->state_count;
	return entry->state_count && entry->handle && entry->states[0].handle == entry->handle &&
	       entry->states[0].to == STATE_SYN_SENT;
}

void flow_changes_begin(struct flow *flow)
{
	unsigned count = flow->step->entry->state_count;

	if (count > flow->used_room) {
		flow->used_room = count;
		flow->used = memory_resize(flow->used, count * sizeof(*flow->used));
	}
	unsigned first = told_first(flow->step->entry);
	for (unsigned i = 0; i < count; i++)
		flow->used[i] = flow->step->begins ? i >= first : i < first;
}

static void add_state(struct flow *flow, int lane, const struct state_change *states, int with)
{
	if (!state_name(states->to))
		return;
	struct flow_item *item = flow_add(flow, FLOW_STATE, lane, states->handle);
	item->state = states->to;
	item->change = states;
	item->about = states->handle ? states->handle : states->listener;
	item->with = with;
}

/* The same entry's change of the other end to that state, which the last arrow has caused. */
static bool add_state_of(struct change *change, int handle, enum tcp_state state)
{
	struct flow *flow = change->flow;
	const struct entry *entry = flow->step->entry;

	for (unsigned i = 0; handle && i < entry->state_count; i++)
		if (!flow->used[i] && entry->states[i].handle == handle && entry->states[i].to == state) {
			flow->used[i] = true;
			add_state(flow, change->peer, &entry->states[i], flow_with(flow, handle));
			return true;
		}
	return false;
}

/* The same of its other end that has not been accepted yet. */
static void add_waiting_state(struct change *change, enum tcp_state state)
{
	struct flow *flow = change->flow;
	const struct entry *entry = flow->step->entry;

	for (unsigned i = 0; i < entry->state_count; i++) {
		const struct state_change *one = &entry->states[i];
		if (flow->used[i] || !one->listener || one->to != state ||
		    flow_lane_of(flow, one->listener) != change->peer)
			continue;
		flow->used[i] = true;
		bool told = change->end->waiting == state;
		change->end->waiting = state;
		if (state != STATE_CLOSED && !told)
			add_state(flow, change->peer, one, change->lane);
		return;
	}
}

static void other_becomes(struct change *change, enum tcp_state state)
{
	if (!add_state_of(change, change->end->other, state))
		add_waiting_state(change, state);
}

static void out(struct change *change, enum flow_label label)
{
	flow_add_arrow(change->flow, change->lane, change->peer, label);
}

static void in(struct change *change, enum flow_label label)
{
	flow_add_arrow(change->flow, change->peer, change->lane, label);
}

static void becomes(struct change *change)
{
	add_state(change->flow, change->lane, change->states, flow_with(change->flow, change->handle));
}

/* Sends the FIN, unless it has been told. */
static void fin_out(struct change *change)
{
	if (change->end->fin)
		return;
	change->end->fin = true;
	if (change->other)
		change->other->peer_fin = true;
	out(change, LABEL_FIN);
}

static bool fin_in(struct change *change)
{
	if (change->end->peer_fin)
		return false;
	change->end->peer_fin = true;
	if (change->other)
		change->other->fin = true;
	in(change, LABEL_FIN);
	return true;
}

/* The other end has acknowledged the FIN. */
static void fin_acknowledged(struct change *change)
{
	if (!change->end->acked)
		in(change, LABEL_ACK);
	change->end->acked = true;
}

static void on_established(struct change *change)
{
	const struct handle *handle = session_handle(change->flow->session, change->handle);
	struct flow_end *end = change->end;

	if (handle->accepted_from) {
		bool begun = change->other && change->other->syn; /* its connect has not ended yet */
		if (begun || (!change->other && !end->shaken)) {
			if (!begun || change->other->syn_lost)
				in(change, LABEL_SYN);
			out(change, LABEL_SYN_ACK);
			in(change, LABEL_ACK);
		}
		if (begun)
			change->other->shaken = true;
		if (begun)
			change->other->syn_lost = false;
		if (!change->other || change->other->waiting != STATE_ESTABLISHED)
			becomes(change);
	} else if (end->shaken) {
		becomes(change);
	} else {
		if (!end->syn || end->syn_lost)
			out(change, LABEL_SYN);
		other_becomes(change, STATE_SYN_RECEIVED);
		in(change, LABEL_SYN_ACK);
		becomes(change);
		out(change, LABEL_ACK);
		other_becomes(change, STATE_ESTABLISHED);
	}
	end->shaken = true;
	end->syn = end->syn_lost = false;
}

static void on_syn_sent(struct change *change)
{
	const struct entry *entry = change->flow->step->entry;

	if (!change->end->syn) {
		bool begins = entry->handle == change->handle && flow_target(entry);
		change->end->syn_lost = begins && flow_is_unanswered(change->flow, entry, change->handle);
		flow_add_arrow(change->flow, change->lane, change->peer, LABEL_SYN)->arrow.lost = change->end->syn_lost;
	}
	change->end->syn = true;
	becomes(change);
	other_becomes(change, STATE_SYN_RECEIVED);
}

static void on_fin_wait_1(struct change *change)
{
	fin_out(change);
	becomes(change);
	other_becomes(change, STATE_CLOSE_WAIT);
}

static void on_fin_wait_2(struct change *change)
{
	fin_out(change);
	other_becomes(change, STATE_CLOSE_WAIT);
	fin_acknowledged(change);
	becomes(change);
}

static void on_closing(struct change *change)
{
	fin_out(change);
	fin_in(change);
	becomes(change);
}

static void on_time_wait(struct change *change)
{
	fin_out(change);
	other_becomes(change, STATE_CLOSE_WAIT);
	bool came = fin_in(change);
	if (change->states->from == STATE_CLOSING)
		fin_acknowledged(change);
	change->end->acked = true;
	becomes(change);
	if (came && !change->other)
		out(change, LABEL_ACK);
}

static void on_close_wait(struct change *change)
{
	fin_in(change);
	becomes(change);
}

static void on_last_ack(struct change *change)
{
	fin_in(change);
	fin_out(change);
	becomes(change);
	other_becomes(change, STATE_TIME_WAIT);
}

static void reset(struct change *change, bool own)
{
	if (own)
		out(change, LABEL_RST);
	else
		in(change, LABEL_RST);
	change->end->over = true;
	if (change->other)
		change->other->over = true;
	becomes(change);
	other_becomes(change, STATE_CLOSED);
}

/* Does the entry tell that the other end has become that? */
static bool tells_other(const struct change *change, enum tcp_state state)
{
	const struct entry *entry = change->flow->step->entry;

	for (unsigned i = 0; change->end->other && i < entry->state_count; i++)
		if (entry->states[i].handle == change->end->other && entry->states[i].to == state)
			return true;
	return false;
}

/*
 * Both sides have ended: by FINs, unless something was unread when it was closed. TIME-WAIT at the other end says that
 * it had no RST.
 */
static bool ends_well(const struct change *change, bool closes)
{
	const struct entry *entry = change->flow->step->entry;
	const struct handle *handle = session_handle(change->flow->session, change->handle);
	const struct flow_end *end = change->end;
	bool peer_ended = change->states->from == STATE_CLOSE_WAIT || end->peer_fin;

	if (tells_other(change, STATE_TIME_WAIT))
		return true;
	if (!peer_ended)
		return false;
	bool shuts = handle->ending.shut_in && handle->ending.shut_in == entry->number;
	return end->fin || shuts || (closes && handle->ending.unread <= 0 && !handle->abort);
}

static void on_closed(struct change *change)
{
	const struct flow *flow = change->flow;
	const struct entry *entry = flow->step->entry;
	struct flow_end *end = change->end;
	enum tcp_state from = change->states->from;
	bool dissolves =
		entry->handle == change->handle && flow_target(entry) && flow_target(entry)->any.sa_family == AF_UNSPEC;
	bool closes = flow_closes(flow, change->handle) || dissolves;
	bool never = from == STATE_NONE || from == STATE_CLOSED || from == STATE_LISTEN || from == STATE_SYN_SENT ||
	             from == STATE_TIME_WAIT;

	if (from == STATE_SYN_SENT)
		end->syn = end->syn_lost = false; /* the next connect sends one anew */
	if (from == STATE_LAST_ACK || from == STATE_CLOSING || (!never && !end->over && ends_well(change, closes))) {
		fin_in(change);
		fin_out(change);
		other_becomes(change, STATE_TIME_WAIT);
		fin_acknowledged(change);
	} else if (!never && !end->over) {
		bool silent = entry->error == ETIMEDOUT || (!entry->statement && from != STATE_ESTABLISHED);
		if (!silent || closes) {
			reset(change, closes);
			return;
		}
	}
	becomes(change);
}

/* A socket that begins anew forgets what it was. */
static void begin_anew(struct change *change)
{
	struct flow_end *end = change->end;

	bool before = end->over || (end->fin && end->peer_fin);
	if (!before || (change->states->from != STATE_NONE && change->states->from != STATE_CLOSED))
		return;
	end->fin = end->peer_fin = end->acked = end->over = end->shaken = false;
	end->waiting = STATE_NONE;
}

static void tell_change(struct change *change)
{
	static void (*const tell[])(struct change * change) = {
		[STATE_ESTABLISHED] = on_established, [STATE_SYN_SENT] = on_syn_sent,
		[STATE_FIN_WAIT_1] = on_fin_wait_1,   [STATE_FIN_WAIT_2] = on_fin_wait_2,
		[STATE_TIME_WAIT] = on_time_wait,     [STATE_CLOSED] = on_closed,
		[STATE_CLOSE_WAIT] = on_close_wait,   [STATE_LAST_ACK] = on_last_ack,
		[STATE_CLOSING] = on_closing,
	};
	unsigned to = change->states->to;

	if (to < sizeof(tell) / sizeof(*tell) && tell[to])
		tell[to](change);
	else
		becomes(change);
}

static void tell_of_handle(struct flow *flow, const struct state_change *states)
{
	struct flow_end *end = flow_end(flow, states->handle);
	int other = end->other;
	bool accepted = session_handle(flow->session, states->handle)->accepted_from != 0;
	bool made = other && (accepted || flow_end(flow, other)->made_at <= flow->step->moment);
	struct change change = {.flow = flow,
	                        .states = states,
	                        .handle = states->handle,
	                        .lane = flow_lane_of(flow, states->handle),
	                        .peer = flow_peer_lane(flow, states->handle, NULL),
	                        .end = end,
	                        .other = made ? flow_end(flow, other) : NULL};

	if (accepted && other) { /* what came before it was accepted */
		end->peer_fin |= change.other->fin;
		end->shaken |= change.other->shaken;
	}
	if (!accepted)
		begin_anew(&change);
	tell_change(&change);
}

/* On a host, where the segments are seen: each change as it is, once. */
static void tell_of_host(struct flow *flow, int lane, const struct state_change *states)
{
	unsigned side;
	struct flow_link *link = flow_link_of(flow, states, &side);

	if (link && link->sides[side].state == states->to)
		return;
	if (link)
		link->sides[side].state = states->to;
	add_state(flow, lane, states, FLOW_ANYBODY);
}

/* The row of the listener's other clients that have come to that state since something else happened; NULL: none. */
static struct flow_item *row_of_strangers(struct flow *flow, const struct state_change *change)
{
	for (unsigned i = flow->item_count; i > 0 && flow->items[i - 1].strangers; i--)
		if (flow->items[i - 1].about == change->listener && flow->items[i - 1].state == change->to)
			return &flow->items[i - 1];
	return NULL;
}

/* Clients of other processes are counted: who they are is told as they are accepted, or where segments were seen. */
static void tell_of_stranger(struct flow *flow, int lane, const struct state_change *change)
{
	unsigned side, before = flow->item_count;
	bool seen = flow_link_of(flow, change, &side) != NULL;
	struct flow_item *row = seen ? NULL : row_of_strangers(flow, change);

	if (row) {
		row->strangers++;
		return;
	}
	add_state(flow, lane, change, FLOW_NOT_SHOWN);
	if (!seen && flow->item_count > before)
		flow->items[before].strangers = 1;
}

/* An end that waits to be accepted, told without its client: once. */
static void tell_of_waiting(struct flow *flow, int lane, const struct state_change *change)
{
	const struct handle *listener = session_handle(flow->session, change->listener), *client = NULL;

	if (listener && change->peer.kind == VALUE_ADDRESS)
		client = session_connected(flow->session, listener->host, listener->family, listener->type,
		                           change->peer.address, &listener->local);
	if (client && flow_end(flow, client->number)->waiting == change->to)
		return;
	if (!client) {
		tell_of_stranger(flow, lane, change);
		return;
	}
	flow_end(flow, client->number)->waiting = change->to;
	add_state(flow, lane, change, FLOW_NOT_SHOWN);
}

void flow_changes(struct flow *flow, int handle)
{
	const struct entry *entry = flow->step->entry;

	for (unsigned i = 0; i < entry->state_count; i++) {
		const struct state_change *change = &entry->states[i];
		if (flow->used[i] || (handle && change->handle != handle))
			continue;
		flow->used[i] = true;
		int lane = flow_lane_of(flow, change->handle ? change->handle : change->listener);
		bool waits = !change->handle && change->listener && change->to != STATE_CLOSED;
		if (flow_is_host(flow, lane) && (change->handle || waits))
			tell_of_host(flow, lane, change);
		else if (change->handle && session_handle(flow->session, change->handle))
			tell_of_handle(flow, change);
		else if (waits)
			tell_of_waiting(flow, lane, change);
	}
}
