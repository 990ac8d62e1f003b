/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain alone: all about the last command: what it gave and what that means, its calls, why, both ends as they are
 * now, who else is concerned, and what to type.
 */
#include <poll.h>
#include <string.h>

#include "meanings.h"
#include "sosh/memory.h"
#include "sosh/text.h"
#include "story.h"

#define INDENT 2

/* Commands that only look or steer are not asked about, unless they failed. */
static bool is_asked_about(const struct entry *entry)
{
	const struct command_spec *command = entry->statement ? entry->statement->command : NULL;

	if (!command || !entry->ended || strcmp(command->name, "explain") == 0)
		return false;
	bool looks = strcmp(command->family, "looking") == 0 || strcmp(command->family, "steering") == 0;
	looks |= names_command("wire capture", command->name) && !entry->statement->arguments[0];
	return !looks || entry->error || entry->refused;
}

static const struct entry *last(const struct journal *journal)
{
	for (uint64_t number = journal->newest; number >= journal->oldest && number; number--) {
		const struct entry *entry = journal_entry(journal, number);
		if (entry && is_asked_about(entry))
			return entry;
	}
	return NULL;
}

static int error_of(const struct entry *entry)
{
	if (entry->has_value && entry->value.kind == VALUE_ERROR)
		return (int)entry->value.number;
	return entry->error;
}

/* What the error means in general; NULL: there is none. */
static const char *meaning_of(const struct entry *entry, struct word_found *found)
{
	const char *name = error_of(entry) ? error_name(error_of(entry)) : NULL;

	if (!name)
		return NULL;
	word_find(found, name, strlen(name));
	return found->kind == WORD_ERROR ? found->text : NULL;
}

static void add_heading(struct buffer *lines, const struct entry *entry)
{
	struct buffer text;

	buffer_init(&text);
	buffer_format(&text, "entry %llu: ", (unsigned long long)entry->number);
	story_command(&text, entry);
	text_fold(lines, buffer_string(&text), 0, INDENT);
	buffer_empty(&text);
	if (!entry->plain && !(entry->tail && strchr(entry->tail, '\n')))
		entry_format_result(&text, entry);
	if (text.length)
		buffer_format(lines, "=> %s\n", buffer_string(&text));
	buffer_clear(&text);
}

static void add_calls(struct buffer *lines, const struct entry *entry)
{
	struct buffer text;

	if (!entry->call_count)
		return;
	buffer_text(lines, "calls\n");
	buffer_init(&text);
	for (unsigned i = 0; i < entry->call_count; i++) {
		const struct call *call = &entry->calls[i];
		buffer_empty(&text);
		view_call(&text, call);
		view_call_result(&text, call);
		text_fold(lines, buffer_string(&text), INDENT, INDENT + 2);
	}
	buffer_clear(&text);
}

static void add_timer(struct buffer *text, const struct watch_fact *fact)
{
	static const char *const names[] = {
		[TIMER_RETRANSMIT] = "sends again",
		[TIMER_KEEPALIVE] = "keepalive",
		[TIMER_TIME_WAIT] = "forgotten",
		[TIMER_PROBE] = "probes the closed window",
	};

	if (fact->timer != TIMER_NONE)
		buffer_format(text, ", %s in %.1f s", names[fact->timer], fact->timer_ms / 1000.0);
	if (fact->retransmits)
		buffer_format(text, ", sent again %u times", fact->retransmits);
}

/* "ESTABLISHED, 127.0.0.1:80 -> 127.0.0.1:4000, 5 bytes unread" */
static void add_fact(struct buffer *text, const struct watch_fact *fact)
{
	const char *state = state_name(fact->state);

	buffer_text(text, state ? state : fact->listening ? "listens" : fact->peer.length ? "connected" : "open");
	if (fact->local.length > sizeof(sa_family_t)) {
		buffer_text(text, ", ");
		address_format(text, &fact->local);
	}
	if (fact->peer.length > sizeof(sa_family_t)) {
		buffer_text(text, " -> ");
		address_format(text, &fact->peer);
	}
	if (fact->state == STATE_CLOSED)
		return; /* what the queues hold is of no use to anybody */
	if (fact->listening)
		buffer_format(text, ", %u wait, backlog %u", fact->receive_queue, fact->send_queue);
	else if (fact->receive_queue)
		buffer_format(text, ", %u bytes unread", fact->receive_queue);
	if (!fact->listening && fact->send_queue)
		buffer_format(text, ", %u bytes not acknowledged", fact->send_queue);
	add_timer(text, fact);
}

/* An AF_UNIX stream keeps the name of a peer that is gone. */
static bool is_over(const struct handle *handle, const struct watch_fact *fact)
{
	return handle->family == AF_UNIX && handle->type != SOCK_DGRAM && fact->peer.length &&
	       watch_ready(handle) & POLLHUP;
}

static void add_handle(struct buffer *lines, const struct explainer *by, const struct handle *handle, const char *role)
{
	struct watch_fact fact;
	struct buffer text;

	buffer_init(&text);
	buffer_format(&text, "handle %d", handle->number);
	if (handle->name)
		buffer_format(&text, " (%s)", handle->name);
	buffer_format(&text, "%s: ", role);
	if (handle->fd < 0)
		buffer_text(&text, "closed");
	if (handle->fd < 0 && handle->ending.closed_in)
		buffer_format(&text, " in entry %llu", (unsigned long long)handle->ending.closed_in);
	if (watch_fact(by->watch, handle, &fact) == 0) {
		buffer_text(&text, handle->fd < 0 ? ", " : "");
		if (is_over(handle, &fact))
			buffer_text(&text, "open, but its connection has ended");
		else
			add_fact(&text, &fact);
	}
	text_fold(lines, buffer_string(&text), INDENT, INDENT + 2);
	buffer_clear(&text);
}

/* A process, or a connection that nobody has. */
static void add_stranger(struct buffer *lines, const struct cause *cause)
{
	struct buffer text;

	buffer_init(&text);
	buffer_text(&text, cause->process[0] ? cause->process : "no process");
	if (cause->process[0])
		buffer_format(&text, " (user %u)", cause->fact.uid);
	buffer_text(&text, ": ");
	add_fact(&text, &cause->fact);
	text_fold(lines, buffer_string(&text), INDENT, INDENT + 2);
	buffer_clear(&text);
}

static void add_ends(struct buffer *lines, const struct story *story)
{
	const struct handle *own = story->handle, *who = story->cause.who;
	const struct handle *other = own ? session_handle(story->session, own->other) : NULL;
	bool stranger = !who && story->cause.fact.local.length;

	if (!own && !who && !stranger)
		return;
	buffer_text(lines, "now\n");
	if (own)
		add_handle(lines, story->by, own, "");
	if (other && other != own)
		add_handle(lines, story->by, other, " (the other end)");
	if (who && who != own && who != other)
		add_handle(lines, story->by, who, "");
	if (stranger)
		add_stranger(lines, &story->cause);
}

/* What to type: the cause's row has it. Also as a list. */
static struct value add_commands(struct buffer *lines, const struct story *story, const char *commands)
{
	struct buffer text;
	struct value list;
	unsigned count = 0;

	buffer_init(&text);
	if (!commands || !story_fill(&text, story, commands)) {
		buffer_clear(&text);
		return value_list(0);
	}
	for (const char *c = buffer_string(&text); c; c = strchr(c, '\n') ? strchr(c, '\n') + 1 : NULL)
		count++;
	list = value_list(count);
	buffer_text(lines, "to type\n");
	const char *line = buffer_string(&text);
	for (unsigned i = 0; i < count; i++) {
		size_t length = strcspn(line, "\n");
		buffer_fill(lines, ' ', INDENT);
		buffer_add(lines, line, length);
		buffer_char(lines, '\n');
		list.list->items[i].value = value_bytes(line, length);
		line += length + 1;
	}
	buffer_clear(&text);
	return list;
}

static bool is_seconds(const char *text)
{
	static const char word[] = " more second";

	return strncmp(text, word, strlen(word)) == 0;
}

/* Only the seconds that are left differ: "57 more seconds". */
static bool differ_in_seconds(const char *then, const char *now)
{
	while (*then && *now) {
		size_t then_digits = strspn(then, "0123456789"), now_digits = strspn(now, "0123456789");
		bool seconds =
			then_digits && now_digits && is_seconds(then + then_digits) && is_seconds(now + now_digits);
		if (!seconds && *then != *now)
			return false;
		then += seconds ? then_digits + strcspn(then + then_digits, ",.:") : 1;
		now += seconds ? now_digits + strcspn(now + now_digits, ",.:") : 1;
	}
	return *then == *now;
}

/* Why, as it was said then; and what would be said now, when that is something else. */
static const char *add_why(struct buffer *lines, const struct entry *entry, const char *now)
{
	const char *then = entry->explanation;

	if (!then && entry->refused && entry->problem)
		then = entry->problem->text;
	if (!then)
		then = now;
	if (!then && error_of(entry))
		then = error_text(error_of(entry));
	if (!then)
		return NULL;
	buffer_text(lines, "why\n");
	if (now && differ_in_seconds(then, now))
		then = now;
	text_fold(lines, then, INDENT, INDENT);
	if (now && !strstr(then, now))
		text_fold(lines, now, INDENT, INDENT);
	return then;
}

static struct value table_of(const struct entry *entry, const char *why, const char *meaning, struct value commands,
                             const struct buffer *lines)
{
	static const char *const names[] = {"n", "command", "result", "meaning", "explanation", "commands", "text"};
	struct value table = value_struct(sizeof(names) / sizeof(names[0]));
	struct buffer command, result;

	buffer_init(&command);
	buffer_init(&result);
	story_command(&command, entry);
	entry_format_result(&result, entry);
	struct value values[] = {value_number((int64_t)entry->number), value_text(buffer_string(&command)),
	                         value_text(buffer_string(&result)),   meaning ? value_text(meaning) : value_none(),
	                         why ? value_text(why) : value_none(), commands,
	                         value_text(buffer_string(lines))};
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		table.list->items[i] = (struct item){names[i], values[i]};
	buffer_clear(&result);
	buffer_clear(&command);
	return table;
}

/* Adds all lines; returns them as JSON has them. */
static struct value tell(struct buffer *lines, const struct explainer *by, const struct entry *entry)
{
	struct story story;
	struct word_found found;
	struct buffer now;
	const char *meaning = meaning_of(entry, &found);

	buffer_init(&now);
	story_init(&story, by, entry);
	const struct cause_row *row = story_cause(&now, &story);
	bool told = row || (!entry->explanation && story_tell(&now, &story));
	add_heading(lines, entry);
	if (meaning)
		text_fold(lines, meaning, INDENT, INDENT);
	add_calls(lines, entry);
	const char *why = add_why(lines, entry, told ? buffer_string(&now) : NULL);
	if (!error_of(entry) && !entry->refused)
		text_fold(lines, entry->note ? entry->note : "it went as asked", INDENT, INDENT);
	add_ends(lines, &story);
	struct value commands = add_commands(lines, &story, row ? row->commands : NULL);
	while (lines->length && lines->bytes[lines->length - 1] == '\n')
		lines->bytes[--lines->length] = 0;
	struct value table = table_of(entry, why, meaning, commands, lines);
	story_clear(&story);
	buffer_clear(&now);
	return table;
}

enum progress explain_last(struct run *run)
{
	struct engine *engine = run->engine;
	const struct explainer by = {&engine->session, &engine->journal, &engine->watch};
	const struct entry *entry = last(&engine->journal);
	struct buffer lines;

	if (!entry && engine->journal.oldest > 1)
		return run_refuse(run, "what was run is forgotten; explain WORD tells what a word means");
	if (!entry)
		return run_refuse(run, "nothing has been run yet; explain WORD tells what a word means");
	buffer_init(&lines);
	run->entry->table = tell(&lines, &by, entry);
	run->entry->tail = memory_copy(buffer_string(&lines), lines.length);
	run->entry->plain = true;
	entry_result(run->entry, 0);
	buffer_clear(&lines);
	return CALL_DONE;
}
