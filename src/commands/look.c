/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at both ends. Two established ends are not asked twice: what ends a connection is seen at the command's own
 * end first. An end that waits to be accepted has no handle: it is asked for by its addresses.
 */
#include "look.h"

#include "events.h"

#define DELAYED_ACK 60000000LL /* ns: the kernel's 40 ms, and some time to notice */
#define BETWEEN     3000000LL  /* ns, two looks while waiting for it */
#define SENT_KEPT   64u

static bool waits_for_ack(enum tcp_state state)
{
	return state == STATE_FIN_WAIT_1 || state == STATE_CLOSING || state == STATE_LAST_ACK;
}

static void remember_unsettled(struct engine *engine, const struct handle *handle)
{
	for (unsigned i = 0; i < engine->unsettled_count; i++)
		if (engine->unsettled[i].handle == handle->number)
			return;
	if (engine->unsettled_count < UNSETTLED_MOST)
		engine->unsettled[engine->unsettled_count++] =
			(struct unsettled){handle->number, loop_now() + DELAYED_ACK};
}

static bool look_at_one(struct engine *engine, struct entry *entry, struct handle *handle)
{
	enum tcp_state before = handle->state;

	watch_handle(&engine->watch, entry, handle);
	if (waits_for_ack(handle->state))
		remember_unsettled(engine, handle);
	if (engine->events && handle->state != before)
		events_follow(engine->events, handle);
	return handle->state != before;
}

/* The end of a client's connection that waits with its listener. */
static bool look_at_waiting(struct engine *engine, struct entry *entry, struct handle *client)
{
	enum tcp_state before = client->waiting_state ? client->waiting_state : STATE_CLOSED, now;
	struct error ignored;

	if (before == STATE_CLOSED && client->waiting_state)
		return false;
	unsigned host = engine->watch.host;
	engine->watch.host = session_host_from(&engine->session, client->host, &client->peer);
	int unknown = watch_pair(&engine->watch, &client->peer, &client->local, &now, &ignored);
	engine->watch.host = host;
	if (unknown || now == STATE_NONE)
		return false;
	if (now == before)
		return false;
	client->waiting_state = now;
	entry_waiting_state(entry, client->waits_with, &client->local, before, now);
	return true;
}

bool look_at(struct engine *engine, struct entry *entry, struct handle *handle)
{
	struct handle *other = session_handle(&engine->session, handle->other);
	bool changed = look_at_one(engine, entry, handle);
	bool both_established = handle->state == STATE_ESTABLISHED &&
	                        (other ? other->state : handle->waiting_state) == STATE_ESTABLISHED;

	if (both_established && !changed)
		return false;
	if (other && other != handle)
		changed |= look_at_one(engine, entry, other);
	else if (handle->waits_with && handle->state != STATE_NONE)
		changed |= look_at_waiting(engine, entry, handle);
	return changed;
}

/* A listener that has ended takes with it those that waited to be accepted. */
static void look_at_clients(struct engine *engine, struct entry *entry, const struct handle *listener)
{
	struct handle *client = session_handle(&engine->session, listener->first_waiting);

	while (client) {
		struct handle *next = session_handle(&engine->session, client->next_waiting);
		look_at(engine, entry, client);
		client = next;
	}
}

static void look_at_number(struct run *run, int64_t number)
{
	struct handle *handle = session_handle(&run->engine->session, number);

	if (!handle)
		return;
	if (look_at(run->engine, run->entry, handle) && handle->state == STATE_CLOSED)
		look_at_clients(run->engine, run->entry, handle);
}

static void look_at_unsettled(struct engine *engine, struct entry *entry)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < engine->unsettled_count; i++) {
		struct unsettled one = engine->unsettled[i];
		struct handle *handle = session_handle(&engine->session, one.handle);

		if (!handle)
			continue;
		watch_handle(&engine->watch, entry, handle);
		if (waits_for_ack(handle->state) && loop_now() < one.until)
			engine->unsettled[kept++] = one;
	}
	engine->unsettled_count = kept;
}

/* The beginning of what was sent is kept, once for a job: nothing else tells it afterwards. */
static void keep_sent(struct run *run)
{
	const struct value *data = &run->arguments[1];

	if (run->entry->sent.kind != VALUE_NONE || run->statement->command->params[1].type != PARAM_DATA ||
	    data->kind != VALUE_BYTES || (run->entry->error && !run->entry->taken))
		return;
	run->entry->sent =
		data->blob->length <= SENT_KEPT ? value_keep(*data) : value_bytes(data->blob->bytes, SENT_KEPT);
}

/* accept hands out connections that the client has ended long before. */
static void remark_on_accepted(struct run *run, const struct handle *given)
{
	if (!given || !given->accepted_from || !run->engine->watching || run->entry->note)
		return;
	if (given->state == STATE_CLOSED)
		entry_remark(run->entry, "the client has reset it already");
	else if (given->state == STATE_CLOSE_WAIT)
		entry_remark(run->entry, "the client has closed its side already, what it sent can be read");
}

void look(struct run *run)
{
	const struct entry *entry = run->entry;
	struct engine *engine = run->engine;
	struct handle *handle = run->handle;

	if (engine->unsettled_count)
		look_at_unsettled(engine, run->entry);
	if (handle) {
		if (handle->type == SOCK_DGRAM && !handle->local.length && handle->fd >= 0) { /* a name by sendto */
			watch_names(handle);
			session_named(&engine->session, handle);
		}
		look_at_number(run, handle->number);
		keep_sent(run);
	}
	if (run->arguments[0].kind == VALUE_LIST && run->statement->command->params[0].type == PARAM_SOCKET)
		for (unsigned i = 1; i < run->arguments[0].list->count; i++) /* close a b c */
			look_at_number(run, run->arguments[0].list->items[i].value.number);
	if (entry->given && entry->given != entry->handle) {
		look_at_number(run, entry->given);
		remark_on_accepted(run, session_handle(&engine->session, entry->given));
	}
}

void look_until_settled(struct run *run)
{
	struct engine *engine = run->engine;
	int64_t end = loop_now() + DELAYED_ACK;

	while (engine->unsettled_count && loop_now() < end && !engine->interrupted) {
		loop_once(engine->loop, BETWEEN);
		look_at_unsettled(engine, run->entry);
	}
}
