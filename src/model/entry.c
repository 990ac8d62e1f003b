/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of the journal: what is written into them while a command runs, and their text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/journal.h"
#include "sosh/memory.h"
#include "sosh/text.h"

#define DATA_KEPT 33u /* strace shows 32 bytes; one more tells that there are more */

struct call *entry_call(struct journal *journal, struct entry *entry, const char *name)
{
	struct call *call;

	if (!journal->record_calls)
		return NULL;
	if (entry->call_count == entry->call_room) {
		entry->call_room = entry->call_room > 0 ? entry->call_room * 2 : 1;
		entry->calls = memory_resize(entry->calls, entry->call_room * sizeof(entry->calls[0]));
	}
	call = &entry->calls[entry->call_count++];
	memset(call, 0, sizeof(*call));
	call->name = name;
	return call;
}

/* Takes the value. */
static void add_argument(struct call *call, enum call_argument_kind kind, const char *prefix, struct value value)
{
	if (call == NULL || call->count == CALL_ARGUMENTS) {
		value_clear(&value);
		return;
	}
	call->arguments[call->count++] = (struct call_argument){.kind = kind, .prefix = prefix, .value = value};
}

void call_int(struct call *call, int64_t number)
{
	add_argument(call, ARGUMENT_INT, NULL, value_number(number));
}

void call_symbol(struct call *call, const char *prefix, int64_t number)
{
	add_argument(call, ARGUMENT_SYMBOL, prefix, value_number(number));
}

void call_data(struct call *call, const char *bytes, size_t length)
{
	if (call != NULL)
		add_argument(call, ARGUMENT_DATA, NULL, value_bytes(bytes, length < DATA_KEPT ? length : DATA_KEPT));
}

void call_address(struct call *call, const struct address *address)
{
	if (call != NULL)
		add_argument(call, ARGUMENT_ADDRESS, NULL, value_address(address));
}

void call_length(struct call *call, int64_t room, int64_t number)
{
	unsigned at = call != NULL ? call->count : CALL_ARGUMENTS;

	add_argument(call, ARGUMENT_LENGTH, NULL, value_number(number));
	if (at < CALL_ARGUMENTS)
		call->arguments[at].room = room;
}

void call_value(struct call *call, struct value value)
{
	add_argument(call, ARGUMENT_VALUE, NULL, value);
}

void call_pointer(struct call *call, const void *pointer)
{
	add_argument(call, ARGUMENT_POINTER, NULL, value_number((int64_t)(uintptr_t)pointer));
}

void call_null(struct call *call)
{
	add_argument(call, ARGUMENT_NULL, NULL, value_none());
}

static void add_state(struct entry *entry, struct state_change change)
{
	if (entry->state_count == entry->state_room) {
		entry->state_room = entry->state_room > 0 ? entry->state_room * 2 : 2;
		entry->states = memory_resize(entry->states, entry->state_room * sizeof(entry->states[0]));
	}
	entry->states[entry->state_count++] = change;
}

void entry_state(struct entry *entry, int handle, enum tcp_state from, enum tcp_state to)
{
	add_state(entry, (struct state_change){.handle = handle, .from = from, .to = to});
}

void entry_waiting_state(struct entry *entry, int listener, const struct address *peer, enum tcp_state from,
                         enum tcp_state to)
{
	add_state(entry,
	          (struct state_change){.listener = listener, .from = from, .to = to, .peer = value_address(peer)});
}

void entry_passage(struct entry *entry, struct passages *passages, uint64_t number)
{
	struct passage *passage = passages_get(passages, number);

	if (!passage || passage->entry)
		return;
	passage->entry = entry->number;
	entry->passages = passages;
	if (!entry->first_segment || number < entry->first_segment)
		entry->first_segment = number;
	if (number > entry->last_segment)
		entry->last_segment = number;
}

const struct passage *entry_segment(const struct entry *entry, uint64_t number)
{
	const struct passage *passage = entry->passages ? passages_get(entry->passages, number) : NULL;

	return passage && passage->entry == entry->number ? passage : NULL;
}

void entry_take_states(struct entry *entry, struct entry *from)
{
	for (unsigned i = 0; i < from->state_count; i++)
		add_state(entry, from->states[i]);
	from->state_count = 0;
}

void entry_result(struct entry *entry, int64_t result)
{
	entry->result = result;
	entry->error = 0;
}

void entry_value(struct entry *entry, struct value value)
{
	value_clear(&entry->value);
	entry->value = value;
	entry->has_value = true;
}

void entry_fail(struct entry *entry, int error)
{
	entry->result = -1;
	entry->error = error;
}

struct error *entry_problem(struct entry *entry)
{
	if (entry->problem == NULL) {
		entry->problem = memory_get(sizeof(*entry->problem));
		error_clear(entry->problem);
	}
	return entry->problem;
}

int entry_refuse(struct entry *entry, const char *format, ...)
{
	char text[ERROR_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	entry->refused = true;
	entry->result = -1;
	entry->error = 0;
	return error_at(entry_problem(entry), entry->statement != NULL ? &entry->statement->place : NULL, "%s", text);
}

static void format_value(struct buffer *out, const struct entry *entry)
{
	if (entry->plain && entry->value.kind == VALUE_BYTES)
		text_plain(out, entry->value.blob->bytes, entry->value.blob->length);
	else
		value_format(out, &entry->value);
	if (entry->cut && entry->value.kind == VALUE_BYTES)
		buffer_text(out, "...");
}

static void format_error(struct buffer *out, int error)
{
	const char *name = error_name(error);

	if (name != NULL)
		buffer_text(out, name);
	else
		buffer_number(out, error);
}

void entry_format_result(struct buffer *out, const struct entry *entry)
{
	if (entry->refused)
		buffer_text(out, "error");
	else if (entry->has_value)
		format_value(out, entry);
	else if (entry->error != 0)
		format_error(out, entry->error);
	else
		buffer_number(out, entry->result);
	if (entry->tail != NULL) {
		buffer_text(out, "  ");
		buffer_text(out, entry->tail);
	}
}

/* A line that goes on after a backslash is joined without it. */
void entry_format_command(struct buffer *out, const struct entry *entry)
{
	const char *at, *end;

	if (entry->statement == NULL || entry->statement->source == NULL)
		return;
	at = entry->statement->source;
	end = at + entry->statement->source_length;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline != NULL ? newline : end) - at);

		text_plain(out, at, newline != NULL && length > 0 && at[length - 1] == '\\' ? length - 1 : length);
		if (newline == NULL)
			return;
		buffer_char(out, ' ');
		at = newline + 1;
	}
}

static void say(char **said, const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		return; /* no memory: the result stands without a word */
	free(*said);
	*said = text;
}

void entry_explain(struct entry *entry, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(&entry->explanation, format, arguments);
	va_end(arguments);
}

void entry_remark(struct entry *entry, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(&entry->note, format, arguments);
	va_end(arguments);
}
