/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections: whom a socket has to do with at each moment of the story, which may be somebody else by now, and what a
 * connect shows beside its states. AF_UNIX has no states at all: there the connection and its end are arrows.
 */
#include <arpa/inet.h>
#include <errno.h>

#include "flow.h"

#define AGAIN_LEAST (500 * INT64_C(1000000)) /* ns: no SYN is sent again so soon */

static bool is_tcp(const struct handle *handle)
{
	return handle->type == SOCK_STREAM && handle->family != AF_UNIX;
}

static bool dissolves(const struct entry *entry)
{
	return flow_target(entry) && flow_target(entry)->any.sa_family == AF_UNSPEC;
}

static int error_of(const struct entry *entry)
{
	return entry->has_value && entry->value.kind == VALUE_ERROR ? (int)entry->value.number : entry->error;
}

void flow_note_connect(struct flow *flow, const struct entry *entry, int handle)
{
	struct flow_end *end = flow_end(flow, handle);

	if (error_of(entry) && error_of(entry) != EINPROGRESS)
		return;
	end->connects++;
	if (!dissolves(entry)) {
		end->connect = entry;
		end->dissolved = NULL;
	} else if (end->connect && end->connect->local.kind == VALUE_ADDRESS) {
		end->dissolved = end->connect->local.address;
	}
}

static const struct address *address_of(const struct value *value)
{
	return value->kind == VALUE_ADDRESS && value->address->length > sizeof(sa_family_t) ? value->address : NULL;
}

const struct address *flow_peer_now(const struct flow *flow, int number)
{
	const struct handle *handle = session_handle(flow->session, number);
	const struct flow_end *end = flow_end(flow, number);
	const struct address *peer = NULL;

	if (!end->connects)
		return handle->peer.length ? &handle->peer : NULL;
	if (!end->connect || dissolves(end->connect))
		return NULL;
	peer = address_of(&end->connect->peer);
	if (!peer)
		peer = address_of(&end->connect->target);
	if (!peer)
		peer = address_of(&end->connect->address); /* accept's */
	return peer || end->connects > 1 || !handle->peer.length ? peer : &handle->peer;
}

/* The other end of the connection that the entry made; 0: it has no handle. */
static int other_of(const struct flow *flow, const struct entry *entry, const struct handle *handle)
{
	const struct address *local = address_of(&entry->local), *peer = address_of(&entry->peer);

	unsigned there = session_host_from(flow->session, handle->host, peer);
	const struct handle *other = session_connected(flow->session, there, handle->family, handle->type, peer, local);
	return other ? other->number : 0;
}

void flow_connects(struct flow *flow, const struct entry *entry, int number)
{
	const struct handle *handle = session_handle(flow->session, number);
	struct flow_end *end = flow_end(flow, number);

	if (!end->connects || (error_of(entry) && error_of(entry) != EINPROGRESS))
		return;
	end->connect = entry;
	if (end->connects < 2 || !is_tcp(handle) || !address_of(&entry->local) || !address_of(&entry->peer))
		return;
	end->other = other_of(flow, entry, handle);
	if (end->other)
		flow_end(flow, end->other)->other = number;
}

/* A socket of this machine answers a SYN before connect returns, unless its accept queue is full. */
static bool is_near(const struct flow *flow, const struct handle *handle, const struct address *address)
{
	if (!address || handle->host)
		return false;
	if (flow_bound(flow, handle, address))
		return true;
	if (address->any.sa_family == AF_INET)
		return ntohl(address->in.sin_addr.s_addr) >> 24 == 127;
	return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address->in6.sin6_addr);
}

bool flow_is_unanswered(const struct flow *flow, const struct entry *entry, int number)
{
	const struct handle *handle = session_handle(flow->session, number);
	int error = error_of(entry);

	if (error == ETIMEDOUT || error == ERROR_TIMEOUT)
		return true;
	if (error == ECONNREFUSED || (!error && entry->ended && !entry->waited) ||
	    !is_near(flow, handle, flow_target(entry)))
		return false;
	for (unsigned i = 0; i < entry->state_count; i++)
		if (entry->states[i].to == STATE_SYN_RECEIVED)
			return false;
	bool soon = entry->ended && !error && entry->end > entry->begin && entry->end - entry->begin < AGAIN_LEAST;
	return !soon;
}

/* It is going to wait. */
void flow_tell_connecting(struct flow *flow, const struct entry *entry, int number)
{
	const struct handle *handle = session_handle(flow->session, number);
	struct flow_end *end = flow_end(flow, number);

	if (!is_tcp(handle) || !flow_target(entry))
		return;
	flow_connects(flow, entry, number);
	if (end->syn)
		return; /* another connect of this socket waits for the answer: this one sends nothing */
	end->syn_lost = flow_is_unanswered(flow, entry, number);
	flow_add_arrow(flow, flow_lane_of(flow, number), flow_peer_lane(flow, number, flow_target(entry)), LABEL_SYN)
		->arrow.lost = end->syn_lost;
	end->syn = true;
}

/* A client of AF_UNIX and the socket that accept makes of it have no names to find each other by: the oldest is taken.
 */
static void queue_client(struct flow *flow, int client, int listener)
{
	struct flow_end *queue = flow_end(flow, listener);

	if (queue->last)
		flow_end(flow, queue->last)->next = client;
	else
		queue->first = client;
	queue->last = client;
}

void flow_unqueue_client(struct flow *flow, int accepted, int listener)
{
	struct flow_end *queue = flow_end(flow, listener), *end = flow_end(flow, accepted);
	int client = queue->first;

	if (!client || end->other)
		return;
	queue->first = flow_end(flow, client)->next;
	if (!queue->first)
		queue->last = 0;
	end->other = client;
	flow_end(flow, client)->other = accepted;
}

/* What a failed or an AF_UNIX connect shows; of TCP the states tell the rest. */
void flow_tell_connect(struct flow *flow, const struct entry *entry, int number)
{
	const struct handle *handle = session_handle(flow->session, number);
	int error = error_of(entry);
	struct flow_end *end = flow_end(flow, number);
	int lane = flow_lane_of(flow, number);

	if (handle->type == SOCK_DGRAM || !flow_target(entry) || dissolves(entry))
		return;
	if (handle->family == AF_UNIX) {
		const struct address *now = flow_peer_now(flow, number);
		const struct address *server = now ? now : flow_target(entry);
		const struct handle *listener = error ? NULL : flow_bound(flow, handle, server);
		if (listener)
			queue_client(flow, number, listener->number);
		if (!error)
			flow_add_arrow(flow, lane, flow_peer_lane(flow, number, server), LABEL_CONNECT);
		return;
	}
	if (error != ECONNREFUSED && error != ETIMEDOUT && error != ERROR_TIMEOUT)
		return;
	int peer = flow_peer_lane(flow, number, flow_target(entry));
	if (!end->syn)
		flow_add_arrow(flow, lane, peer, LABEL_SYN)->arrow.lost = error != ECONNREFUSED;
	if (error == ECONNREFUSED)
		flow_add_arrow(flow, peer, lane, LABEL_RST);
	end->syn = end->syn_lost = error == ERROR_TIMEOUT; /* after a timeout of ours it goes on */
}

/* AF_UNIX has no states: the end of a stream is told where the socket is closed, unless it was shut down before. */
void flow_tell_unix_end(struct flow *flow, int handle)
{
	struct flow_end *end = flow_end(flow, handle);
	bool unread = session_handle(flow->session, handle)->ending.unread > 0;

	if ((!end->fin || unread) && end->other && !flow_end(flow, end->other)->over)
		flow_add_arrow(flow, flow_lane_of(flow, handle), flow_peer_lane(flow, handle, NULL),
		               unread ? LABEL_RESET : LABEL_END);
	end->fin = end->over = true;
}

void flow_tell_unix_reset(struct flow *flow, const struct entry *entry)
{
	const struct handle *handle = session_handle(flow->session, entry->handle);

	if (!handle || handle->family != AF_UNIX || handle->type == SOCK_DGRAM || entry->error != ECONNRESET)
		return;
	struct flow_end *end = flow_end(flow, entry->handle);
	int peer = flow_peer_lane(flow, entry->handle, NULL);
	if (!end->over && flow_is_peer(flow, peer)) /* what sockets of the session did is told where they did it */
		flow_add_arrow(flow, peer, flow_lane_of(flow, entry->handle), LABEL_RESET);
	end->over = true;
}
