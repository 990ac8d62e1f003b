/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events. Open sockets give notice through epoll; closed ones, whose connections the kernel still ends, are asked for
 * by the clock: often at first, then once a second, and only while there are some.
 */
#include "events.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "capturing.h"
#include "clients.h"
#include "look.h"
#include "sosh/memory.h"
#include "wire_events.h"

#define FOLLOWED_MOST 64u /* closed handles, the newest */
#define FIRST_LOOK    (50 * INT64_C(1000000))
#define LAST_LOOK     (1000 * INT64_C(1000000))
#define BATCH         16u

struct events {
	struct engine *engine;
	struct source *notices, *clock;
	bool idle;
	int64_t pause; /* between two looks at closed handles; 0: there are none */
	int followed[FOLLOWED_MOST];
	unsigned count;
	struct clients *clients;
};

/* What a change says to a learner; a `from` of STATE_NONE is any. */
static const struct remark {
	enum tcp_state from, to;
	const char *text;
} remarks[] = {
	{STATE_SYN_SENT, STATE_ESTABLISHED, "the peer has answered: the connection is made"},
	{STATE_SYN_SENT, STATE_CLOSED, "the attempt has ended: connect tells why"},
	{STATE_NONE, STATE_CLOSE_WAIT, "the peer has closed its side"},
	{STATE_FIN_WAIT_1, STATE_FIN_WAIT_2, "the peer's kernel has acknowledged the FIN"},
	{STATE_NONE, STATE_TIME_WAIT, "both sides are closed; kept for 60 s"},
	{STATE_TIME_WAIT, STATE_CLOSED, "the kernel has forgotten the connection"},
	{STATE_LAST_ACK, STATE_CLOSED, "the last ACK has come: the connection is over"},
	{STATE_FIN_WAIT_2, STATE_CLOSED,
         "the kernel has given up waiting for the peer's FIN, or the peer has sent RST"},
	{STATE_ESTABLISHED, STATE_CLOSED, "reset, or timed out: recv or send tells which"},
	{STATE_CLOSE_WAIT, STATE_CLOSED, "reset, or timed out: recv or send tells which"},
};

static const char *remark_on(enum tcp_state from, enum tcp_state to)
{
	for (size_t i = 0; i < sizeof(remarks) / sizeof(*remarks); i++)
		if (remarks[i].to == to && (remarks[i].from == from || remarks[i].from == STATE_NONE))
			return remarks[i].text;
	return NULL;
}

bool events_has_job(const struct engine *engine, const struct handle *handle)
{
	for (const struct run *run = engine->waiting; run; run = run->next)
		if (run->handle == handle)
			return true;
	return false;
}

void events_tell(struct engine *engine, const struct handle *handle, struct entry *seen)
{
	struct entry *entry = journal_begin(&engine->journal, NULL, NULL);
	const struct state_change *last = &seen->states[seen->state_count - 1];

	entry->handle = handle->number;
	entry->begin = entry->end = loop_now();
	entry->ok = true;
	for (unsigned i = 0; i < seen->state_count; i++)
		if (seen->states[i].handle == handle->number)
			last = &seen->states[i];
	const char *remark = last->handle ? remark_on(last->from, last->to) : NULL;
	entry_take_states(entry, seen);
	if (remark)
		entry_remark(entry, "%s", remark);
	capturing_settle(engine, entry);
	journal_end(&engine->journal, entry);
	if (engine->session.settings.events && engine->reporter.event)
		engine->reporter.event(engine->reporter.context, entry);
}

static void look_by_itself(struct engine *engine, struct handle *handle)
{
	struct entry seen = {0};

	if (!handle || events_has_job(engine, handle))
		return;
	engine->watch.host = handle->host;
	look_at(engine, &seen, handle);
	if (seen.state_count)
		events_tell(engine, handle, &seen);
	free(seen.states);
	if (handle->state == STATE_LISTEN)
		clients_came(engine->events->clients, handle);
}

static void on_notice(void *context, unsigned ready)
{
	struct events *events = context;
	int numbers[BATCH];
	unsigned count;

	(void)ready;
	while ((count = watch_noticed(&events->engine->watch, numbers, BATCH)) > 0)
		for (unsigned i = 0; i < count; i++)
			look_by_itself(events->engine, session_handle(&events->engine->session, numbers[i]));
}

/* Forgets those that are over. */
static void sift(struct events *events)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < events->count; i++) {
		const struct handle *handle = session_handle(&events->engine->session, events->followed[i]);
		if (handle && handle->fd < 0 && handle->state != STATE_CLOSED && handle->state != STATE_NONE)
			events->followed[kept++] = events->followed[i];
	}
	events->count = kept;
}

static void set_clock(struct events *events)
{
	bool runs = events->idle && events->count;

	source_rearm(events->clock, runs ? loop_now() + events->pause : 0);
}

static void on_clock(void *context, unsigned ready)
{
	struct events *events = context;

	(void)ready;
	for (unsigned i = 0; i < events->count; i++)
		look_by_itself(events->engine, session_handle(&events->engine->session, events->followed[i]));
	sift(events);
	events->pause = events->pause * 2 < LAST_LOOK ? events->pause * 2 : LAST_LOOK;
	set_clock(events);
}

void events_follow(struct events *events, const struct handle *handle)
{
	if (handle->fd >= 0) {
		watch_notice(&events->engine->watch, handle);
		return;
	}
	if (handle->state == STATE_CLOSED)
		return;
	for (unsigned i = 0; i < events->count; i++)
		if (events->followed[i] == handle->number)
			return;
	sift(events);
	if (events->count == FOLLOWED_MOST)
		memmove(events->followed, events->followed + 1, --events->count * sizeof(*events->followed));
	events->followed[events->count++] = handle->number;
	events->pause = FIRST_LOOK;
	set_clock(events);
}

void engine_idle(struct engine *engine, bool idle)
{
	struct events *events = engine->events;

	if (!events || events->idle == idle)
		return;
	wire_events_idle(engine, idle);
	events->idle = idle;
	source_pause(events->notices, !idle);
	if (idle)
		sift(events);
	set_clock(events);
	clients_idle(events->clients, idle);
	capturing_idle(engine, idle);
}

int engine_events(struct engine *engine, struct error *error)
{
	int fd = watch_notices(&engine->watch, error);

	if (fd < 0)
		return -1;
	struct events *events = memory_zero(sizeof(*events));
	events->engine = engine;
	events->notices = loop_watch(engine->loop, fd, EPOLLIN, on_notice, events);
	events->clock = loop_timer(engine->loop, 0, on_clock, events);
	if (!events->notices) {
		source_remove(events->clock);
		free(events);
		return error_set(error, "the kernel gives no notice of changes");
	}
	source_pause(events->notices, true);
	events->clients = clients_new(engine);
	engine->events = events;
	return 0;
}

void events_free(struct events *events)
{
	if (events)
		clients_free(events->clients);
	free(events); /* its sources end with the loop */
}
