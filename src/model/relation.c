/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Relations: a hash table from the names of sockets to their handles. A handle is entered under its own address while
 * it has no peer (UDP: always), and under both addresses of its connection. What is in the table is never
 * believed: a place counts only while the handle still has these names, so nothing need be taken out when they change.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/session.h"
#include "sosh/text.h"

#define FIRST_ROOM 32u

struct relation {
	uint32_t hash;
	int handle; /* 0: free */
};

/* A kind of socket whose names do not meet those of another. */
enum kind { KIND_NONE, KIND_TCP, KIND_UDP, KIND_UNIX, KIND_INODE };

static enum kind kind_of(int family, int type)
{
	if (family == AF_UNIX)
		return KIND_UNIX;
	if (family != AF_INET && family != AF_INET6)
		return KIND_NONE;
	return type == SOCK_STREAM ? KIND_TCP : type == SOCK_DGRAM ? KIND_UDP : KIND_NONE;
}

/* An address as it is compared: an IPv4 one of an IPv6 socket (::ffff:127.0.0.1) is the IPv4 one. */
struct name {
	enum kind kind;
	unsigned host; /* of the lab: the same address may be there on each; 0 where names belong to no host */
	size_t length;
	unsigned char bytes[sizeof(struct sockaddr_un)];
};

static void name_add(struct name *name, const void *bytes, size_t length)
{
	memcpy(name->bytes + name->length, bytes, length);
	name->length += length;
}

/* False when there is no name. A path of AF_UNIX is the same on all hosts, an abstract name is not. */
static bool name_of(struct name *name, enum kind kind, unsigned host, const struct address *address)
{
	const struct in6_addr *in6 = &address->in6.sin6_addr;
	size_t length;

	*name = (struct name){.kind = kind, .host = host};
	if (kind == KIND_NONE || address->length <= sizeof(sa_family_t))
		return false;
	switch (address->any.sa_family) {
	case AF_INET:
		name_add(name, &address->in.sin_addr, sizeof(address->in.sin_addr));
		name_add(name, &address->in.sin_port, sizeof(address->in.sin_port));
		return kind != KIND_UNIX;
	case AF_INET6:
		if (IN6_IS_ADDR_V4MAPPED(in6))
			name_add(name, &in6->s6_addr[12], 4);
		else
			name_add(name, in6, sizeof(*in6));
		name_add(name, &address->in6.sin6_port, sizeof(address->in6.sin6_port));
		return kind != KIND_UNIX;
	case AF_UNIX: {
		const char *path = address_path(address, &length);
		if (length > sizeof(name->bytes))
			return false;
		name_add(name, path, length);
		if (length && path[0])
			name->host = 0;
		return kind == KIND_UNIX && length > 0;
	}
	default:
		return false;
	}
}

static bool same_name(const struct name *a, const struct name *b)
{
	return a->kind == b->kind && a->host == b->host && a->length == b->length &&
	       memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* The names of a connection, of which only the local one has a host; of a socket that is only bound, `peer` has the
 * length 0. */
struct names {
	struct name local, peer;
};

static uint32_t names_hash(const struct names *names)
{
	uint32_t local = text_hash((const char *)names->local.bytes, names->local.length);
	uint32_t peer = text_hash((const char *)names->peer.bytes, names->peer.length);

	return local * 31 + peer + (uint32_t)names->local.kind + names->local.host * 7;
}

static bool names_of(struct names *names, const struct handle *handle, bool bound)
{
	enum kind kind = kind_of(handle->family, handle->type);

	names->peer = (struct name){.kind = kind};
	if (!name_of(&names->local, kind, handle->host, &handle->local))
		return false;
	if (bound)
		return kind == KIND_UDP || handle->peer.length == 0;
	return name_of(&names->peer, kind, 0, &handle->peer);
}

static void names_of_inode(struct names *names, uint64_t inode)
{
	*names = (struct names){.local = {.kind = KIND_INODE}, .peer = {.kind = KIND_INODE}};
	name_add(&names->local, &inode, sizeof(inode));
}

static bool has_names(const struct handle *handle, const struct names *names)
{
	struct names own;

	if (names->local.kind == KIND_INODE)
		return handle->fd >= 0 && memcmp(names->local.bytes, &handle->inode, sizeof(handle->inode)) == 0;
	return names_of(&own, handle, names->peer.length == 0) && same_name(&own.local, &names->local) &&
	       same_name(&own.peer, &names->peer);
}

/* An open one before a closed one, one that was bound before one that has its address from its listener, a newer before
 * an older. */
static bool better(const struct handle *one, const struct handle *other)
{
	if (other == NULL || (one->fd >= 0) != (other->fd >= 0))
		return other == NULL || one->fd >= 0;
	if (!one->accepted_from != !other->accepted_from)
		return !one->accepted_from;
	return one->number > other->number;
}

/* A socket of TCP whose state is known not to be LISTEN takes no clients; what a closed one was is not asked. */
static bool may_listen(const struct handle *handle, const struct names *names)
{
	bool known = names->local.kind == KIND_TCP && handle->fd >= 0 && handle->state != STATE_NONE;

	return !known || handle->state == STATE_LISTEN;
}

static struct handle *find_one(const struct session *session, const struct names *names, bool listens)
{
	uint32_t hash = names_hash(names), mask = session->relation_room - 1;
	struct handle *best = NULL;

	if (session->relation_room == 0)
		return NULL;
	for (uint32_t i = hash & mask; session->relations[i].handle; i = (i + 1) & mask) {
		struct handle *handle = session_handle(session, session->relations[i].handle);

		if (session->relations[i].hash == hash && handle && better(handle, best) && has_names(handle, names) &&
		    (!listens || may_listen(handle, names)))
			best = handle;
	}
	return best;
}

static struct handle *find(const struct session *session, const struct names *names)
{
	return find_one(session, names, false);
}

/* Takes a client out of the list of those that wait with its listener. */
static void wait_no_more(struct session *session, struct handle *client)
{
	struct handle *listener = session_handle(session, client->waits_with);
	struct handle *next = session_handle(session, client->next_waiting);
	struct handle *previous = session_handle(session, client->previous_waiting);

	if (next)
		next->previous_waiting = client->previous_waiting;
	if (previous)
		previous->next_waiting = client->next_waiting;
	else if (listener)
		listener->first_waiting = client->next_waiting;
	client->next_waiting = client->previous_waiting = client->waits_with = 0;
	client->waiting_state = STATE_NONE;
}

/* Takes the first free place, or that of a closed handle which had the same names. */
static void place(struct session *session, const struct names *names, struct relation relation)
{
	uint32_t mask = session->relation_room - 1, i = relation.hash & mask;

	for (; session->relations[i].handle; i = (i + 1) & mask) {
		struct handle *held = session_handle(session, session->relations[i].handle);

		if (session->relations[i].hash != relation.hash || !held)
			continue;
		if (held->number == relation.handle)
			return;
		if (names && held->fd < 0 && has_names(held, names)) {
			wait_no_more(session, held);
			break;
		}
	}
	session->relation_count += !session->relations[i].handle;
	session->relations[i] = relation;
}

static void grow(struct session *session)
{
	struct relation *old = session->relations;
	unsigned old_room = session->relation_room;

	session->relation_room = old_room ? old_room * 2 : FIRST_ROOM;
	session->relations = memory_zero(session->relation_room * sizeof(*old));
	session->relation_count = 0;
	for (unsigned i = 0; i < old_room; i++)
		if (old[i].handle)
			place(session, NULL, old[i]);
	free(old);
}

static void enter_names(struct session *session, const struct handle *handle, const struct names *names)
{
	if ((session->relation_count + 1) * 4 > session->relation_room * 3)
		grow(session);
	place(session, names, (struct relation){names_hash(names), handle->number});
}

static void enter(struct session *session, const struct handle *handle, bool bound)
{
	struct names names;

	if (names_of(&names, handle, bound))
		enter_names(session, handle, &names);
}

struct handle *session_of_inode(const struct session *session, uint64_t inode)
{
	struct names names;

	names_of_inode(&names, inode);
	return inode ? find(session, &names) : NULL;
}

struct handle *session_connected(const struct session *session, unsigned host, int family, int type,
                                 const struct address *local, const struct address *peer)
{
	enum kind kind = kind_of(family, type);
	struct names names;

	if (!name_of(&names.local, kind, host, local) || !name_of(&names.peer, kind, 0, peer))
		return NULL;
	return find(session, &names);
}

struct handle *session_bound(const struct session *session, unsigned host, int family, int type,
                             const struct address *address)
{
	unsigned there = session_host_from(session, host, address);
	struct names names = {.peer = {.kind = kind_of(family, type)}};
	struct address any;
	struct handle *found;

	if (!name_of(&names.local, names.peer.kind, there, address))
		return NULL;
	found = find(session, &names);
	if (found || names.peer.kind == KIND_UNIX)
		return found;
	address_any(&any, AF_INET, (unsigned)address_port(address));
	if (name_of(&names.local, names.peer.kind, there, &any))
		found = find(session, &names);
	address_any(&any, AF_INET6, (unsigned)address_port(address));
	return !found && name_of(&names.local, names.peer.kind, there, &any) ? find(session, &names) : found;
}

/* Who waits with a listener waits with its copy. */
static void pass_clients(struct session *session, struct handle *listener, struct handle *copy)
{
	struct handle *first = session_handle(session, listener->first_waiting), *last = first;
	struct handle *behind = session_handle(session, copy->first_waiting);

	if (!first)
		return;
	for (first->waits_with = copy->number; last->next_waiting; last->waits_with = copy->number)
		last = session_handle(session, last->next_waiting);
	last->next_waiting = copy->first_waiting;
	if (behind)
		behind->previous_waiting = last->number;
	copy->first_waiting = first->number;
	listener->first_waiting = 0;
}

/* The copy of a client waits in its place. */
static void pass_place(struct session *session, struct handle *client, struct handle *copy)
{
	struct handle *next = session_handle(session, client->next_waiting);
	struct handle *previous = session_handle(session, client->previous_waiting);

	if (!client->waits_with || copy->waits_with)
		return;
	copy->waits_with = client->waits_with;
	copy->waiting_state = client->waiting_state;
	copy->next_waiting = client->next_waiting;
	copy->previous_waiting = client->previous_waiting;
	if (next)
		next->previous_waiting = copy->number;
	if (previous)
		previous->next_waiting = copy->number;
	else
		session_handle(session, copy->waits_with)->first_waiting = copy->number;
	client->next_waiting = client->previous_waiting = client->waits_with = 0;
	client->waiting_state = STATE_NONE;
}

void session_stand_in(struct session *session, struct handle *handle, struct handle *copy)
{
	struct handle *other = session_handle(session, handle->other);

	pass_clients(session, handle, copy);
	pass_place(session, handle, copy);
	if (!other || copy->other)
		return;
	copy->other = other->number;
	other->other = copy->number;
}

struct handle *session_listener(const struct session *session, unsigned host, int family, int type,
                                const struct address *address)
{
	unsigned there = session_host_from(session, host, address);
	struct names names = {.peer = {.kind = kind_of(family, type)}};
	struct handle *first = NULL;

	for (int i = 0; i < 3; i++) {
		struct address any;
		if (i && (names.peer.kind == KIND_UNIX ||
		          address_any(&any, i == 1 ? AF_INET : AF_INET6, (unsigned)address_port(address)) < 0))
			break;
		if (!name_of(&names.local, names.peer.kind, there, i ? &any : address))
			break;
		struct handle *found = find_one(session, &names, true);
		if (found && found->fd >= 0)
			return found;
		first = first ? first : found;
	}
	return first;
}

void session_link(struct session *session, struct handle *one, struct handle *other)
{
	one->other = other->number;
	other->other = one->number;
	wait_no_more(session, one);
	wait_no_more(session, other);
}

void session_unlink(struct session *session, struct handle *handle)
{
	struct handle *other = session_handle(session, handle->other);

	wait_no_more(session, handle);
	if (other && other->other == handle->number)
		other->other = 0;
	handle->other = 0;
	handle->local.length = handle->peer.length = 0;
}

/* The first copy (dup) of the socket that waits with a listener, itself included. */
static struct handle *waiting_copy(const struct session *session, const struct handle *client)
{
	uint32_t mask = session->relation_room - 1;
	struct names names;

	if (!session->relation_room || !names_of(&names, client, false))
		return NULL;
	uint32_t hash = names_hash(&names);
	for (uint32_t i = hash & mask; session->relations[i].handle; i = (i + 1) & mask) {
		struct handle *handle = session_handle(session, session->relations[i].handle);

		if (session->relations[i].hash == hash && handle && handle->waits_with && has_names(handle, &names))
			return handle;
	}
	return NULL;
}

/* The other end, when it has a handle that is nobody else's other end. */
static bool link_other(struct session *session, struct handle *handle)
{
	unsigned there = session_host_from(session, handle->host, &handle->peer);
	struct handle *other =
		session_connected(session, there, handle->family, handle->type, &handle->peer, &handle->local);

	if (!other || (other->other && other->other != handle->number))
		return false;
	session_link(session, handle, other);
	for (struct handle *copy; (copy = waiting_copy(session, other));)
		wait_no_more(session, copy);
	return true;
}

/* With SO_REUSEPORT the kernel shares the clients out among the listeners of one name, and does not tell to whom. */
static bool shares_clients(const struct session *session, const struct handle *listener)
{
	uint32_t mask = session->relation_room - 1;
	struct names names;

	if (!listener->open || !listener->open->shares || !names_of(&names, listener, true))
		return false;
	uint32_t hash = names_hash(&names);
	for (uint32_t i = hash & mask; session->relations[i].handle; i = (i + 1) & mask) {
		const struct handle *handle = session_handle(session, session->relations[i].handle);

		if (session->relations[i].hash == hash && handle && handle->fd >= 0 && handle->open != listener->open &&
		    handle->state == STATE_LISTEN && has_names(handle, &names))
			return true;
	}
	return false;
}

/* It waits with the listener that has its peer's address, when there is one. */
static void link_listener(struct session *session, struct handle *client)
{
	struct handle *listener = session_listener(session, client->host, client->family, client->type, &client->peer);
	struct handle *first;

	if (!listener || listener == client || listener->fd < 0 || shares_clients(session, listener) ||
	    waiting_copy(session, client))
		return;
	first = session_handle(session, listener->first_waiting);
	if (first)
		first->previous_waiting = client->number;
	client->waits_with = listener->number;
	client->next_waiting = listener->first_waiting;
	listener->first_waiting = client->number;
}

static bool is_linked(const struct session *session, const struct handle *handle)
{
	const struct handle *other = session_handle(session, handle->other);

	return other && other->host == session_host_from(session, handle->host, &handle->peer) &&
	       address_equal(&other->local, &handle->peer) && address_equal(&other->peer, &handle->local);
}

/* The listener that it waits with, or a copy of that, still has its peer's address. */
static bool still_waits(const struct session *session, const struct handle *client)
{
	const struct handle *listener = session_handle(session, client->waits_with), *found;

	if (!listener)
		return false;
	found = session_listener(session, client->host, client->family, client->type, &client->peer);
	return found && (found == listener || (found->open && found->open == listener->open));
}

void session_named(struct session *session, struct handle *handle)
{
	enum kind kind = kind_of(handle->family, handle->type);

	if (kind == KIND_NONE || (kind == KIND_TCP && is_linked(session, handle)))
		return;
	if (handle->peer.length == 0 || kind == KIND_UDP)
		enter(session, handle, true);
	if (handle->inode && handle->fd >= 0) {
		struct names names;
		names_of_inode(&names, handle->inode);
		enter_names(session, handle, &names);
	}
	if (kind != KIND_TCP)
		return;
	if (still_waits(session, handle))
		return;
	wait_no_more(session, handle);
	if (handle->peer.length == 0)
		return;
	enter(session, handle, false);
	handle->other = 0;
	if (!link_other(session, handle) && !handle->accepted_from)
		link_listener(session, handle);
}
