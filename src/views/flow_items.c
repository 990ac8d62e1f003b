/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Items: what each entry of the journal shows, in the order in which calls began and, where they waited, ended.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "sosh/memory.h"

struct flow_end *flow_end(const struct flow *flow, int handle)
{
	return &flow->ends[handle - 1];
}

bool flow_is(const struct entry *entry, const char *name)
{
	return entry->statement && entry->statement->command && !strcmp(entry->statement->command->name, name);
}

/* One of several names, between blanks. */
static bool is_one_of(const struct entry *entry, const char *names)
{
	const char *name = entry->statement && entry->statement->command ? entry->statement->command->name : "";
	size_t length = strlen(name);

	for (const char *found = names; length && (found = strstr(found, name)); found += length)
		if ((found == names || found[-1] == ' ') && (found[length] == ' ' || !found[length]))
			return true;
	return false;
}

static bool takes_in(const struct entry *entry)
{
	return is_one_of(entry, "recv recvfrom recvmsg accept");
}

struct flow_item *flow_add(struct flow *flow, enum flow_kind kind, int lane, int handle)
{
	if (flow->item_count == flow->item_room) {
		flow->item_room = flow->item_room ? flow->item_room * 2 : 64;
		flow->items = memory_resize(flow->items, flow->item_room * sizeof(*flow->items));
	}
	struct flow_item *item = &flow->items[flow->item_count++];
	*item = (struct flow_item){.kind = kind,
	                           .entry = flow->step->entry,
	                           .moment = flow->step->moment,
	                           .lane = lane,
	                           .handle = handle,
	                           .about = handle,
	                           .with = FLOW_ANYBODY};
	return item;
}

void flow_meet(struct flow *flow, int number, bool incoming, bool answers)
{
	struct flow_lane *lane = &flow->lanes[number];

	lane->incoming |= !lane->met && incoming;
	lane->met = true;
	lane->answers |= answers;
}

struct flow_item *flow_add_arrow(struct flow *flow, int from, int to, enum flow_label label)
{
	if (from >= 0 && from == to && flow_is_host(flow, from)) /* on its loopback: its calls tell it */
		flow->lanes[from].met = true;
	if (from < 0 || to < 0 || from == to || flow_is_seen(flow, from, to))
		return &flow->nowhere;
	bool refused = flow->step->entry->error == ECONNREFUSED;
	flow_meet(flow, from, false, label != LABEL_RST || !refused);
	flow_meet(flow, to, true, label != LABEL_SYN || !refused);
	struct flow_item *item = flow_add(flow, FLOW_ARROW, from, 0);
	item->arrow = (struct flow_arrow){.from = from, .to = to, .label = label, .inferred = label != LABEL_DATA};
	return item;
}

bool flow_closes(const struct flow *flow, int handle)
{
	const struct handle *closed = session_handle(flow->session, handle);

	return closed && closed->ending.closed_in && closed->ending.closed_in == flow->step->entry->number;
}

/* Questions to the kernel change nothing, and are no part of the story; nor is what is no call of a socket. */
static bool is_told(const struct entry *entry)
{
	static const char families[] = "making naming serving data ending behaviour readiness";
	const struct command_spec *command = entry->statement ? entry->statement->command : NULL;
	size_t length;

	if (!command || !command->family || entry->refused || !strncmp(command->name, "get", 3))
		return false;
	length = strlen(command->family);
	const char *found = length ? strstr(families, command->family) : NULL;
	return found && (found[length] == ' ' || !found[length]);
}

int flow_with(struct flow *flow, int handle)
{
	const struct handle *one = session_handle(flow->session, handle);
	int lane;

	if (!one || !one->accepted_from || flow_is_host(flow, flow_end(flow, handle)->lane))
		return FLOW_ANYBODY;
	lane = flow_peer_lane(flow, handle, NULL);
	return lane < 0 ? FLOW_NOT_SHOWN : lane;
}

static struct flow_item *add_call(struct flow *flow, enum flow_phase phase, int handle)
{
	int with = flow_with(flow, flow->step->entry->given && flow_is(flow->step->entry, "accept")
	                                   ? flow->step->entry->given
	                                   : handle);
	struct flow_item *item = flow_add(flow, FLOW_CALL, flow_lane_of(flow, handle), handle);

	item->phase = phase;
	item->with = with;
	if (flow->step->entry->given && flow_is(flow->step->entry, "accept"))
		item->about = flow->step->entry->given;
	return item;
}

/* The handle whose lane a call stands at: its own, else the new one. */
static int subject(const struct entry *entry)
{
	if (entry->handle)
		return entry->handle;
	if (entry->given)
		return entry->given;
	if (entry->has_value && entry->value.kind == VALUE_LIST && entry->value.list->count &&
	    entry->value.list->items[0].value.kind == VALUE_HANDLE)
		return (int)entry->value.list->items[0].value.number;
	return 0;
}

static void tell_closed(struct flow *flow, int handle, enum flow_phase phase)
{
	const struct handle *closed = session_handle(flow->session, handle);

	add_call(flow, phase, handle)->closes = true;
	if (closed->family == AF_UNIX && closed->type != SOCK_DGRAM)
		flow_tell_unix_end(flow, handle);
	flow_changes(flow, handle);
}

static bool is_named(const struct flow *flow, const struct expr *expr, int handle)
{
	const char *name = session_handle(flow->session, handle)->name;

	if (expr->kind == EXPR_VALUE)
		return expr->value.kind == VALUE_HANDLE && expr->value.number == handle;
	return expr->kind == EXPR_NAME && name && strlen(name) == expr->length &&
	       !memcmp(name, expr->text, expr->length);
}

/* Of those that were closed together the one that was written at that place; their numbers tell where it does not. */
static int in_order(const struct flow *flow, const struct entry *entry, const struct flow_closed *all, unsigned count,
                    unsigned place)
{
	const struct expr *list = entry->statement->arguments[0];

	if (!list || list->kind != EXPR_LIST || list->count != count)
		return all[place].handle;
	for (unsigned i = 0; i < count; i++) {
		bool found = false;
		for (unsigned j = 0; j < count; j++)
			found |= is_named(flow, list->items[i], all[j].handle);
		if (!found)
			return all[place].handle;
	}
	for (unsigned i = 0; i < count; i++)
		if (is_named(flow, list->items[place], all[i].handle))
			return all[i].handle;
	return all[place].handle;
}

/* The entry's whole close: each handle with what came of it. */
static void tell_close(struct flow *flow, const struct entry *entry, enum flow_phase phase)
{
	unsigned low = 0, high = flow->closed_count;
	bool own = false;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (flow->closed[middle].entry < entry->number)
			low = middle + 1;
		else
			high = middle;
	}
	const struct flow_closed *all = &flow->closed[low];
	unsigned count = 0;
	while (low + count < flow->closed_count && all[count].entry == entry->number)
		own |= all[count++].handle == entry->handle;
	for (unsigned i = 0; i < count; i++)
		tell_closed(flow, in_order(flow, entry, all, count, i), phase);
	if (!own) /* a copy stays open, or nothing was closed */
		add_call(flow, phase, entry->handle)->closes = !entry->error;
}

const struct address *flow_target(const struct entry *entry)
{
	return entry->target.kind == VALUE_ADDRESS && entry->target.address->length ? entry->target.address : NULL;
}

/* New handles of a call: their lanes have a descriptor more. */
static void note_given(struct flow *flow, const struct entry *entry)
{
	struct flow_item *call = &flow->items[flow->item_count - 1];
	const struct list *pair = entry->has_value && entry->value.kind == VALUE_LIST ? entry->value.list : NULL;

	call->opens = !entry->error && (entry->given || pair);
	for (unsigned i = 0; pair && call->opens && i < pair->count; i++)
		if (pair->items[i].value.kind == VALUE_HANDLE) {
			int lane = flow_lane_of(flow, (int)pair->items[i].value.number);
			flow->lanes[lane].pair = true;
		}
}

static void tell_call(struct flow *flow, const struct entry *entry, enum flow_phase phase)
{
	int number = subject(entry);

	if (flow_is(entry, "close") && entry->handle) {
		tell_close(flow, entry, phase);
		return;
	}
	add_call(flow, phase, number);
	note_given(flow, entry);
	if (!entry->error && is_one_of(entry, "listen create_server"))
		flow->lanes[flow_lane_of(flow, number)].listens = flow_end(flow, number)->listens = true;
	if (is_one_of(entry, "connect connect_ex create_connection"))
		flow_tell_connect(flow, entry, number);
	else if (is_one_of(entry, "send sendall sendto sendmsg sendfile") && entry->handle)
		flow_tell_sent(flow, entry);
	const struct handle *handle = session_handle(flow->session, number);
	if (flow_is(entry, "shutdown") && !entry->error && handle->family == AF_UNIX &&
	    handle->ending.shut_in == entry->number) {
		flow_end(flow, number)->fin = true;
		flow_add_arrow(flow, flow_lane_of(flow, number), flow_peer_lane(flow, number, NULL), LABEL_END);
	}
}

/* A wait in which nothing happened is a gap all the same. */
static void tell_gap(struct flow *flow, const struct entry *entry, int handle)
{
	const struct flow_item *last = flow->item_count ? &flow->items[flow->item_count - 1] : NULL;

	if (last && last->entry == entry && last->kind != FLOW_WAIT)
		flow_add(flow, FLOW_WAIT, flow_lane_of(flow, handle), handle);
}

static void tell_beginning(struct flow *flow, const struct entry *entry)
{
	int number = subject(entry);
	const struct handle *handle = session_handle(flow->session, number);

	if (!handle || !is_told(entry))
		return;
	add_call(flow, PHASE_BEGIN, number);
	if (is_one_of(entry, "connect connect_ex"))
		flow_tell_connecting(flow, entry, number);
}

/* The handle that the entry connects, or whose connection it gives; 0: none. */
static int connected(const struct flow *flow, const struct entry *entry)
{
	int number = entry->given ? entry->given : entry->handle;

	if (!is_told(entry) || !is_one_of(entry, "connect connect_ex create_connection accept"))
		return 0;
	return session_handle(flow->session, number) ? number : 0;
}

static void tell_end(struct flow *flow, const struct entry *entry)
{
	int number = subject(entry);
	bool told = session_handle(flow->session, number) && is_told(entry);
	bool in = told && takes_in(entry);

	if (told && entry->waited)
		tell_gap(flow, entry, number);
	if (connected(flow, entry))
		flow_connects(flow, entry, connected(flow, entry));
	if (in && flow_is(entry, "accept") && entry->handle && entry->given && !entry->error)
		flow_unqueue_client(flow, entry->given, entry->handle);
	if (in && !flow_is(entry, "accept"))
		flow_tell_received(flow, entry);
	if (in)
		flow_changes(flow, 0);
	if (told) {
		flow_tell_refused_datagram(flow, entry);
		flow_tell_unix_reset(flow, entry);
		tell_call(flow, entry, entry->waited ? PHASE_END : PHASE_WHOLE);
	}
	flow_changes(flow, 0);
}

static int by_moment(const void *a, const void *b)
{
	const struct flow_step *one = a, *other = b;

	return (one->moment > other->moment) - (one->moment < other->moment);
}

static void add_step(struct flow *flow, const struct entry *entry, uint64_t moment, bool begins)
{
	if (flow->step_count == flow->step_room) {
		flow->step_room = flow->step_room ? flow->step_room * 2 : 256;
		flow->steps = memory_resize(flow->steps, flow->step_room * sizeof(*flow->steps));
	}
	flow->steps[flow->step_count++] = (struct flow_step){moment, entry, begins};
}

/* What `wait` says has been said by its job. */
static void add_steps(struct flow *flow, const struct entry *entry)
{
	bool waited = entry->waited || !entry->ended;
	uint64_t moment = waited ? entry->finished : entry->begun;
	const struct list *made = entry->has_value && entry->value.kind == VALUE_LIST ? entry->value.list : NULL;

	if (entry->given && is_told(entry))
		flow_end(flow, entry->given)->made_at = moment;
	for (unsigned i = 0; made && i < made->count; i++)
		if (made->items[i].value.kind == VALUE_HANDLE && flow_is(entry, "socketpair"))
			flow_end(flow, (int)made->items[i].value.number)->made_at = moment;
	if (connected(flow, entry))
		flow_note_connect(flow, entry, connected(flow, entry));
	if (flow_is(entry, "dup") && entry->given > entry->handle && entry->handle)
		flow_end(flow, entry->given)->base = flow_end(flow, entry->handle)->base;
	if (waited)
		add_step(flow, entry, entry->begun, true);
	if (entry->ended)
		add_step(flow, entry, moment, false);
}

static int by_entry(const void *a, const void *b)
{
	const struct flow_closed *one = a, *other = b;

	return one->entry != other->entry ? (one->entry > other->entry) - (one->entry < other->entry)
	                                  : one->handle - other->handle;
}

static void begin_ends(struct flow *flow)
{
	const struct session *session = flow->session;

	flow->ends = memory_zero((session->handle_count + 1) * sizeof(*flow->ends));
	flow->closed = memory_zero((session->handle_count + 1) * sizeof(*flow->closed));
	for (unsigned i = 0; i < session->handle_count; i++) {
		const struct handle *handle = session->handles[i];
		int base = handle ? handle->accepted_from : 0;
		flow->ends[i] = (struct flow_end){.lane = -1, .base = (int)i + 1, .other = handle ? handle->other : 0};
		if (base) {
			flow->ends[i].base = flow->ends[base - 1].base;
			flow->ends[base - 1].listens = true;
		}
		if (handle && handle->ending.closed_in)
			flow->closed[flow->closed_count++] =
				(struct flow_closed){handle->ending.closed_in, handle->number};
	}
	if (flow->closed_count)
		qsort(flow->closed, flow->closed_count, sizeof(*flow->closed), by_entry);
}

/* How many sockets each lane has. */
static void count_sockets(struct flow *flow)
{
	for (unsigned i = 0; i < flow->session->handle_count; i++) {
		int lane = session_handle(flow->session, i + 1) ? flow_lane_of(flow, (int)i + 1) : -1;
		if (lane < 0)
			continue;
		flow->lanes[lane].sockets++;
		flow->lanes[lane].listens |= session_handle(flow->session, i + 1)->accepted_from != 0;
	}
}

static void count_listeners(struct flow *flow)
{
	for (unsigned i = 0; i < flow->session->handle_count; i++)
		if (flow->ends[i].lane >= 0)
			flow->lanes[flow->ends[i].lane].listeners += flow->ends[i].listens;
}

void flow_collect(struct flow *flow, const int *handles, unsigned count)
{
	const struct journal *journal = flow->journal;

	begin_ends(flow);
	for (unsigned i = 0; i < journal->aside_count; i++)
		add_steps(flow, journal->aside[i]);
	for (uint64_t number = journal->oldest; number <= journal->newest; number++) {
		const struct entry *entry = journal_entry(journal, number);
		if (entry && number >= journal->oldest)
			add_steps(flow, entry);
	}
	for (unsigned i = 0; i < flow->session->handle_count; i++)
		flow->ends[i].connect = NULL; /* from here on as far as was told */
	count_sockets(flow);
	flow_note_chosen(flow, handles, count);
	flow_wire_read(flow);
	if (flow->step_count)
		qsort(flow->steps, flow->step_count, sizeof(*flow->steps), by_moment);
	for (unsigned i = 0; i < flow->step_count; i++) {
		flow->step = &flow->steps[i];
		flow_changes_begin(flow);
		if (flow->step->begins) {
			tell_beginning(flow, flow->step->entry);
			flow_changes(flow, 0);
		} else {
			tell_end(flow, flow->step->entry);
		}
	}
	count_listeners(flow);
	flow_segments(flow);
}
