/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking: sockets, state, flow, jobs, history. */
#include <string.h>

#include "flow.h"
#include "info.h"
#include "sosh/memory.h"
#include "tail.h"
#include "timers.h"
#include "wire_list.h"

void give_lines(struct run *run, struct buffer *lines)
{
	while (lines->length && lines->bytes[lines->length - 1] == '\n')
		lines->bytes[--lines->length] = 0;
	run->entry->tail = lines->length ? memory_copy(lines->bytes, lines->length) : NULL;
	buffer_clear(lines);
}

/* When the kernel will do something by itself, where somebody will read it. */
static void remark_timer(struct run *run, const struct watch_fact *fact)
{
	const struct timer_text *text = timer_text(fact->timer);

	if (text && fact->timer_ms >= 1000)
		entry_remark(run->entry, "%u s %s", (fact->timer_ms + 999) / 1000, text->remark);
	else if (text)
		entry_remark(run->entry, "%.3f s %s", (double)fact->timer_ms / 1000, text->remark);
}

static enum progress state_of_pair(struct run *run)
{
	struct watch *watch = &run->engine->watch;
	struct watch_fact fact;
	struct address local, peer;
	enum tcp_state state;
	struct error error;

	if (run->arguments[0].kind != VALUE_ADDRESS || run->arguments[1].kind != VALUE_ADDRESS)
		return run_refuse(run, "state takes a socket, or two addresses with numeric hosts and ports");
	local = *run->arguments[0].address;
	peer = *run->arguments[1].address;
	error_clear(&error);
	if (watch_pair(watch, &local, &peer, &state, &error))
		return run_refuse(run, "%s", error.text);
	entry_value(run->entry, value_word(state_name(state) ? state_name(state) : "CLOSED"));
	if (run->engine->watching && state != STATE_CLOSED && !watch_fact_of_pair(watch, &local, &peer, &fact))
		remark_timer(run, &fact);
	run->entry->result = 0;
	return CALL_DONE;
}

/* What a socket without states is like now. */
static void describe(struct run *run, struct buffer *out)
{
	struct watch_queues queues;
	struct watch_fact fact;

	if (run->handle->fd < 0 || watch_fact(&run->engine->watch, run->handle, &fact)) {
		buffer_text(out, "this one is closed");
		return;
	}
	watch_queues(&run->engine->watch, run->handle, &queues);
	if (fact.listening) {
		buffer_format(out, "this one waits for clients (%u/%u waiting)", fact.receive_queue, fact.send_queue);
	} else {
		size_t length = 1;
		if (fact.peer.length && fact.peer.any.sa_family == AF_UNIX)
			address_path(&fact.peer, &length);
		buffer_format(out, "this one has %s peer", !fact.peer.length ? "no" : length ? "the" : "an unnamed");
		if (fact.peer.length && length) {
			buffer_char(out, ' ');
			address_format(out, &fact.peer);
		}
	}
	if (queues.unread > 0)
		buffer_format(out, ", and %lld bytes to be read", (long long)queues.unread);
}

static enum progress no_state(struct run *run)
{
	const char *kind = "only TCP sockets have states";
	struct buffer text;

	if (run->handle->family == AF_UNIX)
		kind = "an AF_UNIX socket has no TCP state: it is connected or not (getpeername tells)";
	else if (run->handle->type == SOCK_DGRAM)
		kind = "UDP has no states: connect only notes the peer (getpeername tells)";
	else if (run->handle->type == SOCK_RAW)
		kind = "a raw socket has no states: it is no end of a connection (connect only notes the peer)";
	buffer_init(&text);
	describe(run, &text);
	run_refuse(run, "%s; %s", kind, buffer_string(&text));
	buffer_clear(&text);
	return CALL_FAILED;
}

static enum progress start_state(struct run *run)
{
	struct watch *watch = &run->engine->watch;
	struct watch_fact fact;

	if (!run->handle)
		return state_of_pair(run);
	if (argument_given(run, 1))
		return run_refuse_at(run, 1, "state takes one socket, or two addresses");
	if (!watch_has_state(run->handle))
		return no_state(run);
	const char *name = state_name(watch_state(watch, run->handle));
	entry_value(run->entry, value_word(name ? name : "CLOSED"));
	if (run->engine->watching && !watch_fact(watch, run->handle, &fact))
		remark_timer(run, &fact);
	run->entry->result = 0;
	return CALL_DONE;
}

static enum progress start_jobs(struct run *run)
{
	struct buffer lines, line, what;
	struct view_style page = run_page(run);
	unsigned count = 0, index = 0;

	for (const struct run *job = run->engine->waiting; job; job = job->next)
		count += job->job != 0;
	struct value table = value_list(count);
	buffer_init(&lines);
	buffer_init(&line);
	buffer_init(&what);
	for (struct run *job = run->engine->waiting; job; job = job->next) {
		if (!job->job)
			continue;
		struct value row = value_struct(3);
		buffer_empty(&line);
		buffer_format(&line, "%%%-3d  ", job->job);
		size_t start = line.length;
		entry_format_command(&line, job->entry);
		row.list->items[0] = (struct item){"job", value_number(job->job)};
		row.list->items[1] = (struct item){"command", value_bytes(line.bytes + start, line.length - start)};
		buffer_empty(&what);
		run_what(job, &what);
		buffer_format(&line, "   waits for %s", buffer_string(&what));
		view_line(&lines, buffer_string(&line), &page);
		row.list->items[2] = (struct item){"waits_for", value_text(buffer_string(&what))};
		table.list->items[index++].value = row;
	}
	buffer_clear(&what);
	buffer_clear(&line);
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
	{{"sockets",
          "looking",
          "list the open handles, and those closed that the kernel still knows",
          "",
          1,
          1,
          {{.name = "all", .show = "--all", .type = PARAM_SWITCH, .fallback = ""}}},
         start_sockets,
         NULL,
         NULL},
	{{"info",
          "looking",
          "tell all about one socket",
          "",
          1,
          1,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET}}},
         start_info,
         NULL,
         NULL},
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
	{{"segments",
          "looking",
          "tell what the last commands put on the wire",
          "",
          1,
          2,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_VALUE, .fallback = ""},
           {.name = "commands", .show = "N", .type = PARAM_COUNT, .fallback = ""}}},
         start_segments,
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
