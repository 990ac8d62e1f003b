/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sockets: the open handles, who waits to be accepted by them, those closed that the kernel still knows.
 */
#include "sockets.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"
#include "tail.h"

enum {
	COLUMN_NUMBER,
	COLUMN_NAME,
	COLUMN_HOST,
	COLUMN_FD,
	COLUMN_FAMILY,
	COLUMN_TYPE,
	COLUMN_STATE,
	COLUMN_LOCAL,
	COLUMN_PEER,
	COLUMN_UNREAD,
	COLUMN_UNACKED,
	COLUMN_READY,
	COLUMN_JOB,
	COLUMNS
};

static const struct view_column columns[COLUMNS] = {
	[COLUMN_NUMBER] = {"#", NULL, false},        [COLUMN_NAME] = {"name", NULL, false},
	[COLUMN_HOST] = {"host", NULL, false},       [COLUMN_FD] = {"fd", NULL, true},
	[COLUMN_FAMILY] = {"family", "kind", false}, [COLUMN_TYPE] = {"type", NULL, false},
	[COLUMN_STATE] = {"state", NULL, false},     [COLUMN_LOCAL] = {"local", NULL, false},
	[COLUMN_PEER] = {"peer", NULL, false},       [COLUMN_UNREAD] = {"unread", "in", true},
	[COLUMN_UNACKED] = {"unacked", "out", true}, [COLUMN_READY] = {"ready", "rwx", false},
	[COLUMN_JOB] = {"job", NULL, false},
};

/* What goes where the terminal is narrow, first to last. The number and the state stay. */
static const struct view_step steps[] = {
	{STEP_BRIEF, COLUMN_FAMILY, 0},
	{STEP_BRIEF, COLUMN_TYPE, 0},
	{STEP_BRIEF, COLUMN_READY, 0},
	{STEP_BRIEF, COLUMN_UNREAD, 0},
	{STEP_BRIEF, COLUMN_UNACKED, 0},
	{STEP_DROP, COLUMN_FD, 0},
	{STEP_CUT, COLUMN_LOCAL, 21},
	{STEP_CUT, COLUMN_PEER, 21},
	{STEP_BRIEF, COLUMN_NAME, 0},
	{STEP_CUT, COLUMN_NAME, 10},
	{STEP_CUT, COLUMN_LOCAL, 17},
	{STEP_CUT, COLUMN_PEER, 17},
	{STEP_CLOSE, 0, 0},
	{STEP_CUT, COLUMN_HOST, 6},
	{STEP_CUT, COLUMN_LOCAL, 15},
	{STEP_CUT, COLUMN_PEER, 15},
	{STEP_CUT, COLUMN_NAME, 7},
	{STEP_DROP, COLUMN_UNACKED, 0},
	{STEP_DROP, COLUMN_READY, 0},
	{STEP_DROP, COLUMN_UNREAD, 0},
	{STEP_DROP, COLUMN_FAMILY, 0},
	{STEP_DROP, COLUMN_JOB, 0},
	{STEP_CUT, COLUMN_NAME, 6},
	{STEP_CUT, COLUMN_LOCAL, 11},
	{STEP_CUT, COLUMN_PEER, 11},
	{STEP_DROP, COLUMN_HOST, 0},
	{STEP_DROP, COLUMN_PEER, 0},
	{STEP_DROP, COLUMN_NAME, 0},
	{STEP_DROP, COLUMN_LOCAL, 0},
	{STEP_CUT, COLUMN_STATE, 5},
};

static const struct view_layout layout = {columns, COLUMNS, steps, sizeof(steps) / sizeof(*steps)};

void values_add(struct values *values, struct value value)
{
	if (values->count == values->room) {
		values->room = values->room ? values->room * 2 : 16;
		values->items = memory_resize(values->items, values->room * sizeof(*values->items));
	}
	values->items[values->count++] = value;
}

/* As a list; they are no more after that. */
static struct value values_list(struct values *values)
{
	struct value list = value_list(values->count);

	for (unsigned i = 0; i < values->count; i++)
		list.list->items[i].value = values->items[i];
	free(values->items);
	*values = (struct values){0};
	return list;
}

static bool is_inet(int family)
{
	return family == AF_INET || family == AF_INET6;
}

/* The name of a constant without its prefix, or its number. */
static void add_word(struct buffer *out, const char *prefix, int number)
{
	const char *name = symbol_name(prefix, number);

	if (name)
		buffer_text(out, name + strlen(prefix));
	else
		buffer_number(out, number);
}

void socket_kind(struct buffer *out, int family, int type, int protocol)
{
	const char *word = NULL;

	if (type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP))
		word = "TCP";
	else if (type == SOCK_STREAM && protocol == IPPROTO_MPTCP)
		word = "MPTCP";
	else if (type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP))
		word = "UDP";
	else if (type == SOCK_DGRAM && (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6))
		word = "ping";
	else if (type == SOCK_RAW)
		word = "raw";
	if (is_inet(family) && word) {
		buffer_format(out, "%s%s", word, family == AF_INET6 ? "6" : "");
		return;
	}
	add_word(out, "AF_", family);
	if (family == AF_UNIX && type == SOCK_STREAM)
		return;
	buffer_char(out, ' ');
	add_word(out, "SOCK_", type);
}

/* TIME-WAIT 57 s: rounded up, as a clock that runs down. */
static void state_text(struct buffer *out, const struct socket_line *line)
{
	const char *name = state_name(line->state);

	if (name)
		buffer_text(out, name);
	if (name && line->left_ms >= 0)
		buffer_format(out, " %lld s", (long long)(line->left_ms + 999) / 1000);
}

static void peer_text(struct buffer *out, const struct socket_line *line)
{
	if (line->queues.waiting >= 0 && line->queues.backlog >= 0)
		buffer_format(out, "%lld/%lld waiting", (long long)line->queues.waiting,
		              (long long)line->queues.backlog);
	else if (line->peer->length)
		address_format(out, line->peer);
}

static void ready_text(struct buffer *out, unsigned ready)
{
	if (ready & POLLIN)
		buffer_char(out, 'r');
	if (ready & POLLOUT)
		buffer_char(out, 'w');
	if (ready & (POLLPRI | POLLERR))
		buffer_char(out, 'x');
}

static void jobs_text(struct buffer *out, const struct socket_line *line)
{
	for (unsigned i = 0; i < line->job_count; i++)
		buffer_format(out, "%s%%%d", i ? " " : "", line->jobs[i]);
}

/* Sets a cell and empties the text. */
static void cell(struct socket_listing *listing, unsigned column, struct buffer *text)
{
	view_table_cell(&listing->table, column, buffer_string(text), NULL);
	buffer_empty(text);
}

static void number_cell(struct socket_listing *listing, unsigned column, int64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)number);
	view_table_cell(&listing->table, column, number >= 0 ? digits : "", NULL);
}

/* AF_INET SOCK_STREAM, or TCP for both. */
static void kind_cells(struct socket_listing *listing, const struct socket_line *line, struct buffer *text)
{
	const char *family = symbol_name("AF_", line->family), *type = symbol_name("SOCK_", line->type);

	socket_kind(text, line->family, line->type, line->protocol);
	view_table_cell(&listing->table, COLUMN_FAMILY, family ? family : buffer_string(text), buffer_string(text));
	view_table_cell(&listing->table, COLUMN_TYPE, type ? type : "", "");
	buffer_empty(text);
}

void socket_line_show(struct socket_listing *listing, const struct socket_line *line)
{
	struct buffer text;

	buffer_init(&text);
	view_table_row(&listing->table);
	if (line->handle) {
		number_cell(listing, COLUMN_NUMBER, line->handle->number);
		number_cell(listing, COLUMN_FD, line->handle->fd);
	}
	view_table_cell(&listing->table, COLUMN_NAME, line->name, line->brief_name);
	view_table_cell(&listing->table, COLUMN_HOST, line->host ? line->host : "", NULL);
	kind_cells(listing, line, &text);
	state_text(&text, line);
	cell(listing, COLUMN_STATE, &text);
	if (line->local->length)
		address_format(&text, line->local);
	cell(listing, COLUMN_LOCAL, &text);
	peer_text(&text, line);
	cell(listing, COLUMN_PEER, &text);
	number_cell(listing, COLUMN_UNREAD, line->queues.unread);
	number_cell(listing, COLUMN_UNACKED, line->queues.unacked);
	ready_text(&text, line->ready);
	cell(listing, COLUMN_READY, &text);
	jobs_text(&text, line);
	cell(listing, COLUMN_JOB, &text);
	buffer_clear(&text);
}

static struct value word_or_number(const char *prefix, int number)
{
	const char *name = symbol_name(prefix, number);

	return name ? value_word(name) : value_number(number);
}

static struct value count_value(int64_t count)
{
	return count >= 0 ? value_number(count) : value_none();
}

static struct value address_value(const struct address *address)
{
	return address->length ? value_address(address) : value_none();
}

static struct value jobs_value(const struct socket_line *line)
{
	struct value jobs = value_list(line->job_count);

	for (unsigned i = 0; i < line->job_count; i++)
		jobs.list->items[i].value = value_number(line->jobs[i]);
	return jobs;
}

struct value socket_line_value(const struct socket_line *line, unsigned extra)
{
	const char *state = state_name(line->state);
	const struct item items[] = {
		{"handle", line->handle ? value_number(line->handle->number) : value_none()},
		{"name", *line->name ? value_text(line->name) : value_none()},
		{"fd", line->handle && line->handle->fd >= 0 ? value_number(line->handle->fd) : value_none()},
		{"family", word_or_number("AF_", line->family)},
		{"type", word_or_number("SOCK_", line->type)},
		{"protocol", line->protocol ? word_or_number("IPPROTO_", line->protocol) : value_number(0)},
		{"state", state ? value_word(state) : value_none()},
		{"left", line->left_ms >= 0 ? value_real((double)line->left_ms / 1000) : value_none()},
		{"local", address_value(line->local)},
		{"peer", address_value(line->peer)},
		{"unread", count_value(line->queues.unread)},
		{"unacked", count_value(line->queues.unacked)},
		{"waiting", count_value(line->queues.waiting)},
		{"backlog", count_value(line->queues.backlog)},
		{"readable", value_bool(line->ready & POLLIN)},
		{"writable", value_bool(line->ready & POLLOUT)},
		{"exceptional", value_bool(line->ready & (POLLPRI | POLLERR))},
		{"jobs", jobs_value(line)},
		{"host", line->host ? value_text(line->host) : value_none()},
	};
	struct value value = value_struct(sizeof(items) / sizeof(*items) + extra);

	memcpy(value.list->items, items, sizeof(items));
	return value;
}

/* A job and what it waits on. */
struct job_of {
	int handle, job;
};

static int by_handle(const void *a, const void *b)
{
	const struct job_of *left = a, *right = b;

	return left->handle != right->handle ? (left->handle > right->handle) - (left->handle < right->handle)
	                                     : (left->job > right->job) - (left->job < right->job);
}

/* The jobs that wait on a handle, by its number. `*count` how many; owned by the caller. */
static struct job_of *find_jobs(const struct engine *engine, size_t *count)
{
	struct job_of *jobs = memory_get((engine->jobs_waiting + 1) * sizeof(*jobs));

	*count = 0;
	for (const struct run *run = engine->waiting; run; run = run->next)
		if (run->job && run->handle && *count < engine->jobs_waiting)
			jobs[(*count)++] = (struct job_of){run->handle->number, run->job};
	qsort(jobs, *count, sizeof(*jobs), by_handle);
	return jobs;
}

static struct socket_line line_of(const struct socket_listing *listing, const struct handle *handle)
{
	const struct session *session = &listing->run->engine->session;

	return (struct socket_line){.handle = handle,
	                            .host = session_host_name(session, handle->host),
	                            .name = handle->name ? handle->name : "",
	                            .family = handle->family,
	                            .type = handle->type,
	                            .protocol = handle->protocol,
	                            .left_ms = -1,
	                            .local = &handle->local,
	                            .peer = &handle->peer};
}

int64_t time_left(const struct watch_fact *fact)
{
	return fact->timer == TIMER_TIME_WAIT ? (int64_t)fact->timer_ms : -1;
}

/* A client of this session that a listener has not accepted yet. */
static struct value show_waiting(struct socket_listing *listing, const struct handle *client)
{
	struct watch_fact fact;

	struct engine *engine = listing->run->engine;
	unsigned host = session_host_from(&engine->session, client->host, &client->peer);

	engine->watch.host = host;
	if (watch_fact_of_pair(&engine->watch, &client->peer, &client->local, &fact))
		return value_none();
	struct socket_line line = {.name = "(waits)",
	                           .host = session_host_name(&engine->session, host),
	                           .family = fact.family,
	                           .type = SOCK_STREAM,
	                           .protocol = client->protocol,
	                           .state = fact.state,
	                           .left_ms = time_left(&fact),
	                           .local = &fact.local,
	                           .peer = &fact.peer,
	                           .queues = {fact.receive_queue, fact.send_queue, -1, -1}};
	socket_line_show(listing, &line);
	struct value value = value_struct(4);
	const char *state = state_name(fact.state);
	value.list->items[0] = (struct item){"handle", value_number(client->number)};
	value.list->items[1] = (struct item){"state", state ? value_word(state) : value_none()};
	value.list->items[2] = (struct item){"peer", address_value(&fact.peer)};
	value.list->items[3] = (struct item){"unread", value_number(fact.receive_queue)};
	return value;
}

/* Those that wait with a listener, the oldest first. */
static struct value show_clients(struct socket_listing *listing, const struct handle *listener)
{
	const struct session *session = &listing->run->engine->session;
	const struct handle *last = session_handle(session, listener->first_waiting), *client;
	struct value clients;
	unsigned count = last != NULL, kept = 0;

	for (; last && last->next_waiting; count++)
		last = session_handle(session, last->next_waiting);
	clients = value_list(count);
	for (client = last; client; client = session_handle(session, client->previous_waiting)) {
		struct value value = show_waiting(listing, client);
		if (value.kind != VALUE_NONE)
			clients.list->items[kept++].value = value;
	}
	clients.list->count = kept;
	return clients;
}

static struct value show_open(struct socket_listing *listing, struct handle *handle, const int *jobs,
                              unsigned job_count)
{
	struct watch *watch = &listing->run->engine->watch;
	struct watch_fact fact;

	watch_names(handle);
	struct socket_line line = line_of(listing, handle);
	line.state = watch_state(watch, handle);
	if (line.state == STATE_TIME_WAIT && !watch_fact(watch, handle, &fact))
		line.left_ms = time_left(&fact);
	watch_queues(watch, handle, &line.queues);
	line.ready = watch_ready(handle);
	line.jobs = jobs;
	line.job_count = job_count;
	socket_line_show(listing, &line);
	struct value value = socket_line_value(&line, 1);
	value.list->items[value.list->count - 1] =
		(struct item){"clients", line.queues.waiting >= 0 ? show_clients(listing, handle) : value_none()};
	return value;
}

/* @HOST: only those of that host. */
bool socket_is_meant(const struct socket_listing *listing, const struct handle *handle)
{
	return !listing->run->host || listing->run->host == handle->host;
}

static void list_open(struct socket_listing *listing)
{
	const struct session *session = &listing->run->engine->session;
	unsigned count = 0;
	size_t job_count, next = 0;
	struct job_of *jobs = find_jobs(listing->run->engine, &job_count);
	int *own = memory_get((job_count + 1) * sizeof(*own));

	listing->open = value_list(session->open_count);
	for (unsigned i = 0; i < session->handle_count; i++) {
		struct handle *handle = session->handles[i];
		unsigned owned = 0;
		for (; next < job_count && jobs[next].handle <= handle->number; next++)
			if (jobs[next].handle == handle->number)
				own[owned++] = jobs[next].job;
		if (handle->fd >= 0 && socket_is_meant(listing, handle) && count < session->open_count)
			listing->open.list->items[count++].value = show_open(listing, handle, own, owned);
	}
	listing->open.list->count = count;
	free(own);
	free(jobs);
}

/* Where states are followed, one that has been seen CLOSED does not come back. */
bool may_be_known(const struct engine *engine, const struct handle *handle)
{
	return handle->fd < 0 && handle->peer.length && !(engine->watching && handle->state == STATE_CLOSED);
}

static void list_closed(struct socket_listing *listing)
{
	struct engine *engine = listing->run->engine;
	struct watch_fact fact;

	for (unsigned i = 0; i < engine->session.handle_count; i++) {
		const struct handle *handle = engine->session.handles[i];
		if (!may_be_known(engine, handle) || !socket_is_meant(listing, handle) ||
		    watch_fact(&engine->watch, handle, &fact))
			continue;
		struct socket_line line = line_of(listing, handle);
		line.state = fact.state;
		line.left_ms = time_left(&fact);
		line.queues = (struct watch_queues){fact.receive_queue, fact.send_queue, -1, -1};
		if (listing->closed.count == 0)
			view_table_heading(&listing->table, "closed, but still known to the kernel:");
		socket_line_show(listing, &line);
		values_add(&listing->closed, socket_line_value(&line, 0));
	}
}

/* What is not among the open ones, for JSON. */
static struct value more_of(struct socket_listing *listing, bool all)
{
	struct value more = value_struct(all ? 2 : 1);

	more.list->items[0] = (struct item){"closed", values_list(&listing->closed)};
	if (all)
		more.list->items[1] = (struct item){"others", values_list(&listing->others)};
	return more;
}

enum progress start_sockets(struct run *run)
{
	bool all = run->arguments[0].kind == VALUE_BOOL && run->arguments[0].number;
	struct socket_listing listing = {.run = run};
	struct buffer lines;

	view_table_init(&listing.table, &layout);
	list_open(&listing);
	list_closed(&listing);
	if (all)
		list_others(&listing);
	buffer_init(&lines);
	view_table_format(&lines, &listing.table, run_page(run).width);
	view_table_clear(&listing.table);
	give_lines(run, &lines);
	entry_result(run->entry, listing.open.list->count);
	run->entry->table = listing.open;
	run->entry->more = more_of(&listing, all);
	return CALL_DONE;
}
