/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clients of other processes that wait to be accepted. Those that were there at the last look are known by the cookies
 * of their ends: whoever is not among them is new, whoever is gone is forgotten.
 */
#include "clients.h"

#include <stdlib.h>

#include "events.h"
#include "sosh/memory.h"
#include "sosh/watch_fact.h"

#define BETWEEN    (100 * INT64_C(1000000)) /* two looks, where many follow each other */
#define AHEAD      (4 * BETWEEN)            /* so much earlier a look may be: few that come are told at once */
#define REST       9                        /* times as long as a look took, before the next one */
#define FIRST_ROOM 16u

struct cookies {
	uint64_t *list; /* owned */
	unsigned count, room;
};

/* A port of the session's listeners: copies of one, or several of one name, have the same clients. */
struct port {
	unsigned host, number;
	int listener;         /* something has come to it since the last look; 0: nothing has */
	struct cookies known; /* ordered */
};

struct clients {
	struct engine *engine;
	struct source *clock;
	bool idle;
	int64_t next; /* when the next look is to be, or AHEAD of that; loop_now's clock */
	struct port *ports;
	unsigned count, room;
};

struct clients *clients_new(struct engine *engine)
{
	struct clients *clients = memory_zero(sizeof(*clients));

	clients->engine = engine;
	return clients;
}

void clients_free(struct clients *clients)
{
	for (unsigned i = 0; i < clients->count; i++)
		free(clients->ports[i].known.list);
	free(clients->ports);
	free(clients); /* its clock ends with the loop */
}

static void add_cookie(struct cookies *cookies, uint64_t cookie)
{
	if (cookies->count == cookies->room) {
		cookies->room = cookies->room ? cookies->room * 2 : FIRST_ROOM;
		cookies->list = memory_resize(cookies->list, cookies->room * sizeof(*cookies->list));
	}
	cookies->list[cookies->count++] = cookie;
}

static int by_number(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return (a > b) - (a < b);
}

static bool is_known(const struct cookies *known, uint64_t cookie)
{
	return known->count && bsearch(&cookie, known->list, known->count, sizeof(*known->list), by_number);
}

struct seeing {
	struct engine *engine;
	const struct handle *listener;
	const struct cookies *known;
	struct cookies *now;
	struct entry *seen;
};

/* Has its client a handle? */
static bool is_handles(const struct session *session, unsigned host, const struct watch_fact *fact)
{
	host = session_host_from(session, host, &fact->peer);
	return session_connected(session, host, fact->family, fact->type, &fact->peer, &fact->local);
}

/* A connection of another process's client that waits with a listener has no descriptor, so no inode. */
static void see(const struct watch_fact *fact, void *context)
{
	struct seeing *seeing = context;
	const struct handle *listener = seeing->listener;

	if (fact->inode || !fact->peer.length || fact->state == STATE_TIME_WAIT || fact->state == STATE_SYN_RECEIVED)
		return;
	if (!is_known(seeing->known, fact->cookie)) {
		if (!watch_overlaps(&listener->local, &fact->local) ||
		    is_handles(&seeing->engine->session, listener->host, fact))
			return;
		entry_waiting_state(seeing->seen, listener->number, &fact->peer, STATE_CLOSED, fact->state);
	}
	add_cookie(seeing->now, fact->cookie);
}

static void look_at_port(struct engine *engine, struct port *port, const struct handle *listener)
{
	struct cookies now = {0};
	struct entry seen = {0};
	struct seeing seeing = {engine, listener, &port->known, &now, &seen};

	engine->watch.host = listener->host;
	if (watch_each_on_port(&engine->watch, IPPROTO_TCP, port->number, see, &seeing) >= 0) {
		if (now.count)
			qsort(now.list, now.count, sizeof(*now.list), by_number);
		free(port->known.list);
		port->known = now;
	}
	if (seen.state_count)
		events_tell(engine, listener, &seen);
	free(seen.states);
}

/* Forgets the ports where nobody waits. */
static void sift(struct clients *clients)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < clients->count; i++) {
		if (clients->ports[i].known.count || clients->ports[i].listener)
			clients->ports[kept++] = clients->ports[i];
		else
			free(clients->ports[i].known.list);
	}
	clients->count = kept;
}

static void look(struct clients *clients)
{
	struct engine *engine = clients->engine;
	int64_t began = loop_now();

	for (unsigned i = 0; i < clients->count; i++) {
		struct port *port = &clients->ports[i];
		const struct handle *listener = session_handle(&engine->session, port->listener);
		port->listener = 0;
		if (listener && listener->fd >= 0 && listener->state == STATE_LISTEN &&
		    !events_has_job(engine, listener))
			look_at_port(engine, port, listener);
	}
	sift(clients);
	int64_t now = loop_now(), rest = (now - began) * REST;
	clients->next = (clients->next > now ? clients->next : now) + (rest > BETWEEN ? rest : BETWEEN);
}

static void on_clock(void *context, unsigned ready)
{
	(void)ready;
	look(context);
}

static void set_clock(struct clients *clients)
{
	bool due = false;

	for (unsigned i = 0; i < clients->count; i++)
		due |= clients->ports[i].listener != 0;
	if (!clients->clock)
		clients->clock = loop_timer(clients->engine->loop, 0, on_clock, clients);
	source_rearm(clients->clock, due && clients->idle ? clients->next - AHEAD : 0);
}

static struct port *port_of(struct clients *clients, const struct handle *listener)
{
	unsigned number = (unsigned)address_port(&listener->local);

	for (unsigned i = 0; i < clients->count; i++)
		if (clients->ports[i].number == number && clients->ports[i].host == listener->host)
			return &clients->ports[i];
	if (clients->count == clients->room) {
		clients->room = clients->room ? clients->room * 2 : FIRST_ROOM;
		clients->ports = memory_resize(clients->ports, clients->room * sizeof(*clients->ports));
	}
	clients->ports[clients->count] = (struct port){.host = listener->host, .number = number};
	return &clients->ports[clients->count++];
}

void clients_came(struct clients *clients, const struct handle *listener)
{
	port_of(clients, listener)->listener = listener->number;
	if (loop_now() >= clients->next - AHEAD)
		look(clients);
	else
		set_clock(clients);
}

void clients_idle(struct clients *clients, bool idle)
{
	clients->idle = idle;
	set_clock(clients);
}
