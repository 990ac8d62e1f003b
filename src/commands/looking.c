/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking: sockets, state, flow, jobs, history. */
#include <string.h>

#include "flow.h"
#include "sosh/memory.h"
#include "sosh/text.h"

/* Takes the lines as what the view prints behind the result. */
static void give_lines(struct run *run, struct buffer *lines)
{
	while (lines->length && lines->bytes[lines->length - 1] == '\n')
		lines->bytes[--lines->length] = 0;
	run->entry->tail = lines->length ? memory_copy(lines->bytes, lines->length) : NULL;
	buffer_clear(lines);
}

/* A cell of a table: at least `width` wide, two blanks behind it. */
static void cell(struct buffer *line, const char *text, size_t width)
{
	size_t length = strlen(text);

	buffer_text(line, text);
	buffer_fill(line, ' ', (length < width ? width - length : 0) + 2);
}

static void address_cell(struct buffer *line, const struct address *address, size_t width)
{
	struct buffer text;

	buffer_init(&text);
	if (address->length)
		address_format(&text, address);
	cell(line, text.length ? buffer_string(&text) : "-", width);
	buffer_clear(&text);
}

static void constant_cell(struct buffer *line, const char *prefix, int number, size_t width)
{
	const char *name = symbol_name(prefix, number);
	char digits[16];

	if (!name) {
		snprintf(digits, sizeof(digits), "%d", number);
		name = digits;
	}
	cell(line, name, width);
}

/* One handle as a line, and as a structure for JSON. */
static struct value socket_line(struct run *run, struct buffer *lines, struct handle *handle)
{
	static const char *const names[] = {"handle", "name", "family", "type", "state", "local", "peer"};
	struct value row = value_struct(7);
	char number[16];
	const char *state = watch_has_state(handle) ? state_name(watch_state(&run->engine->watch, handle)) : NULL;

	watch_names(handle);
	snprintf(number, sizeof(number), "%d", handle->number);
	cell(lines, number, 4);
	cell(lines, handle->name ? handle->name : "-", 8);
	constant_cell(lines, "AF_", handle->family, 8);
	constant_cell(lines, "SOCK_", handle->type, 11);
	cell(lines, state ? state : "-", 12);
	address_cell(lines, &handle->local, 17);
	address_cell(lines, &handle->peer, 0);
	while (lines->length && lines->bytes[lines->length - 1] == ' ')
		lines->bytes[--lines->length] = 0;
	buffer_char(lines, '\n');
	const char *family = symbol_name("AF_", handle->family), *type = symbol_name("SOCK_", handle->type);
	struct value values[] = {value_number(handle->number),
	                         handle->name ? value_text(handle->name) : value_none(),
	                         family ? value_word(family) : value_number(handle->family),
	                         type ? value_word(type) : value_number(handle->type),
	                         state ? value_word(state) : value_none(),
	                         handle->local.length ? value_address(&handle->local) : value_none(),
	                         handle->peer.length ? value_address(&handle->peer) : value_none()};
	for (unsigned i = 0; i < 7; i++)
		row.list->items[i] = (struct item){names[i], values[i]};
	return row;
}

static enum progress start_sockets(struct run *run)
{
	struct session *session = &run->engine->session;
	struct buffer lines;
	struct value table = value_list(session->open_count);
	unsigned count = 0;

	buffer_init(&lines);
	if (session->open_count)
		buffer_text(&lines, "#     name      family    type         state         local              peer\n");
	for (unsigned i = 0; i < session->handle_count; i++)
		if (session->handles[i]->fd >= 0 && count < table.list->count)
			table.list->items[count++].value = socket_line(run, &lines, session->handles[i]);
	give_lines(run, &lines);
	run->entry->table = table;
	entry_result(run->entry, count);
	return CALL_DONE;
}

static enum progress state_of_pair(struct run *run)
{
	struct address local, peer;
	enum tcp_state state;
	struct error error;

	if (run->arguments[0].kind != VALUE_ADDRESS || run->arguments[1].kind != VALUE_ADDRESS)
		return run_refuse(run, "state takes a socket, or two addresses with numeric hosts and ports");
	local = *run->arguments[0].address;
	peer = *run->arguments[1].address;
	error_clear(&error);
	if (watch_pair(&run->engine->watch, &local, &peer, &state, &error))
		return run_refuse(run, "%s", error.text);
	entry_value(run->entry, value_word(state_name(state) ? state_name(state) : "CLOSED"));
	run->entry->result = 0;
	return CALL_DONE;
}

static enum progress no_state(struct run *run)
{
	if (run->handle->family == AF_UNIX)
		return run_refuse(run,
		                  "an AF_UNIX socket has no TCP state: it is connected or not (getpeername tells)");
	if (run->handle->type == SOCK_DGRAM)
		return run_refuse(run, "UDP has no states: connect only notes the peer (getpeername tells)");
	return run_refuse(run, "only TCP sockets have states");
}

static enum progress start_state(struct run *run)
{
	if (!run->handle)
		return state_of_pair(run);
	if (argument_given(run, 1))
		return run_refuse_at(run, 1, "state takes one socket, or two addresses");
	if (!watch_has_state(run->handle))
		return no_state(run);
	const char *name = state_name(watch_state(&run->engine->watch, run->handle));
	entry_value(run->entry, value_word(name ? name : "CLOSED"));
	run->entry->result = 0;
	return CALL_DONE;
}

static enum progress start_jobs(struct run *run)
{
	struct buffer lines, what;
	unsigned count = 0, index = 0;

	for (const struct run *job = run->engine->waiting; job; job = job->next)
		count += job->job != 0;
	struct value table = value_list(count);
	buffer_init(&lines);
	buffer_init(&what);
	for (struct run *job = run->engine->waiting; job; job = job->next) {
		if (!job->job)
			continue;
		struct value row = value_struct(3);
		buffer_format(&lines, "%%%-3d  ", job->job);
		size_t start = lines.length;
		entry_format_command(&lines, job->entry);
		row.list->items[0] = (struct item){"job", value_number(job->job)};
		row.list->items[1] = (struct item){"command", value_bytes(lines.bytes + start, lines.length - start)};
		buffer_empty(&what);
		run_what(job, &what);
		buffer_format(&lines, "   waits for %s\n", buffer_string(&what));
		row.list->items[2] = (struct item){"waits_for", value_text(buffer_string(&what))};
		table.list->items[index++].value = row;
	}
	buffer_clear(&what);
	give_lines(run, &lines);
	run->entry->table = table;
	entry_result(run->entry, count);
	return CALL_DONE;
}

static enum progress start_history(struct run *run)
{
	const struct journal *journal = &run->engine->journal;
	uint64_t most = run->arguments[0].kind == VALUE_NUMBER ? (uint64_t)argument_number(run, 0) : journal->newest;
	uint64_t first = journal->newest > most ? journal->newest - most : 1, count = 0;
	struct buffer lines;

	buffer_init(&lines);
	for (uint64_t number = first; number < journal->newest; number++) {
		const struct entry *entry = journal_entry(journal, number);
		if (!entry || !entry->statement)
			continue;
		buffer_format(&lines, "%4llu  ", (unsigned long long)number);
		entry_format_command(&lines, entry);
		if (entry->ended && !entry->plain && !(entry->tail && strchr(entry->tail, '\n'))) {
			buffer_text(&lines, "   => ");
			entry_format_result(&lines, entry);
		}
		buffer_char(&lines, '\n');
		count++;
	}
	run->entry->table = value_bytes(buffer_string(&lines), lines.length);
	give_lines(run, &lines);
	entry_result(run->entry, (int64_t)count);
	return CALL_DONE;
}

const struct row looking_rows[] = {
	{{"sockets", "looking", "list the open handles", "", 1, 0, {{0}}}, start_sockets, NULL, NULL},
	{{"state",
          "looking",
          "tell the TCP state of a socket or of a pair of addresses",
          "",
          1,
          2,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_END},
           {.name = "peer", .show = "ADDRESS", .type = PARAM_ADDRESS, .fallback = ""}}},
         start_state,
         NULL,
         NULL},
	{{"flow",
          "looking",
          "draw the session as a sequence diagram",
          "",
          1,
          1,
          {{.name = "sockets", .show = "SOCKET", .type = PARAM_SOCKET, .fallback = "", .many = true}}},
         start_flow,
         NULL,
         NULL},
	{{"jobs", "looking", "list the jobs that wait", "", 1, 0, {{0}}}, start_jobs, NULL, NULL},
	{{"history",
          "looking",
          "list the last commands and their results",
          "",
          1,
          1,
          {{.name = "count", .show = "N", .type = PARAM_COUNT, .fallback = ""}}},
         start_history,
         NULL,
         NULL},
	{.spec = {.name = NULL}},
};
