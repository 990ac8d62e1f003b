/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the wire holds, and what the last commands put on it: wire, segments. */
#include "wire_list.h"

#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"
#include "sosh/view_segment.h"
#include "sosh/watch_fact.h"

#define SECOND    1000000000.0
#define DATA_MOST 32u

static struct value ends_value(const struct view_segment *view, const struct session *session, bool from)
{
	const struct address *address = from ? &view->segment->from : &view->segment->to;
	const char *name = session_host_name(session, session_host_of(session, address));
	struct buffer text;

	buffer_init(&text);
	if (name)
		buffer_text(&text, name);
	else
		address_format_host(&text, address);
	if (address_port(address) >= 0)
		buffer_format(&text, ":%d", address_port(address));
	struct value value = value_text(buffer_string(&text));
	buffer_clear(&text);
	return value;
}

static struct value flags_value(const struct segment *segment)
{
	struct buffer text;

	buffer_init(&text);
	segment_flags(&text, segment);
	struct value value = value_word(buffer_string(&text));
	buffer_clear(&text);
	return value;
}

static struct value data_value(const struct segment *segment)
{
	size_t length = segment->data_length < DATA_MOST ? segment->data_length : DATA_MOST;

	return length ? value_bytes((const char *)segment->data, length) : value_none();
}

/* A held segment for JSON. */
static struct value held_value(const struct view_segment *view, const struct passage *passage,
                               const struct session *session, double age)
{
	const struct segment *segment = view->segment;
	bool tcp = segment->kind == SEGMENT_TCP;
	const struct item items[] = {
		{"n", value_number((int64_t)passage->number)},
		{"age", value_real(age)},
		{"from", ends_value(view, session, true)},
		{"to", ends_value(view, session, false)},
		{"flags", flags_value(segment)},
		{"seq", tcp ? value_number(passage->place.seq) : value_none()},
		{"ack", tcp && segment->tcp.flags & SEGMENT_ACK ? value_number(passage->place.ack) : value_none()},
		{"length", value_number((int64_t)segment->length)},
		{"window", tcp ? value_number(passage->place.window) : value_none()},
		{"data", data_value(segment)},
		{"retransmission_of", passage->place.role == ROLE_RETRANSMISSION
	                                      ? value_number((int64_t)passage->place.first)
	                                      : value_none()},
		{"entry", passage->entry ? value_number((int64_t)passage->entry) : value_none()},
	};
	unsigned count = sizeof(items) / sizeof(*items);
	struct value value = value_struct(count);

	memcpy(value.list->items, items, sizeof(items));
	return value;
}

/* How long it has been held, and by which command it was caused. */
static void add_story(struct buffer *lines, const struct engine *engine, const struct passage *passage, double age)
{
	const struct entry *entry = journal_entry(&engine->journal, passage->entry);

	buffer_format(lines, "      held %.1f s", age);
	if (entry && entry->statement) {
		buffer_format(lines, ", by entry %llu: ", (unsigned long long)entry->number);
		entry_format_command(lines, entry);
	}
	buffer_char(lines, '\n');
}

/* A retransmission of one that is held too is told below that one. */
static bool is_folded(const struct engine *engine, const struct passage *passage)
{
	const struct passage *first = passages_get(&engine->journal.passages, passage->place.first);

	return passage->place.role == ROLE_RETRANSMISSION && first && first->fate == PASSAGE_HELD;
}

static void add_repeats(struct buffer *lines, const struct engine *engine, const struct wire *wire, uint64_t number)
{
	const struct wire_frame *held = NULL;
	unsigned count = 0;

	while ((held = wire_held(wire, held))) {
		const struct passage *passage = passages_get(&engine->journal.passages, held->number);
		if (!passage || passage->place.first != number || !is_folded(engine, passage))
			continue;
		buffer_format(lines, "%s#%llu",
		              count++ ? ", " : "      sent again: ", (unsigned long long)passage->number);
	}
	if (count)
		buffer_char(lines, '\n');
}

static void remark_on_wire(struct run *run, const struct wire *wire, unsigned count)
{
	if (!wire_holds(wire))
		entry_remark(run->entry, "the wire flows");
	else if (!count)
		entry_remark(run->entry, "the wire holds what comes");
	else
		entry_remark(run->entry, "held");
}

enum progress wire_list(struct run *run)
{
	const struct engine *engine = run->engine;
	const struct wire *wire = lab_wire(engine->lab);
	const struct wire_frame *held = NULL;
	struct view_style style = run_page(run);
	unsigned count = wire_held_count(wire), index = 0;
	struct value table = value_list(count);
	struct buffer lines;

	style.unicode = false; /* a table is plain text */
	buffer_init(&lines);
	while ((held = wire_held(wire, held)) && index < count) {
		const struct passage *passage = passages_get(&engine->journal.passages, held->number);
		struct view_segment view;
		struct segment segment;
		if (!passage)
			continue;
		double age = (double)(loop_now() - passage->time) / SECOND;
		view_of_passage(&view, &segment, passage, &engine->session);
		view.fate = NULL;
		table.list->items[index++].value = held_value(&view, passage, &engine->session, age);
		if (is_folded(engine, passage))
			continue;
		view_segment_line(&lines, &view, &style);
		add_story(&lines, engine, passage, age);
		add_repeats(&lines, engine, wire, passage->number);
	}
	while (lines.length && lines.bytes[lines.length - 1] == '\n')
		lines.bytes[--lines.length] = 0;
	run->entry->tail = lines.length ? memory_copy(lines.bytes, lines.length) : NULL;
	run->entry->table = table;
	buffer_clear(&lines);
	remark_on_wire(run, wire, count);
	entry_result(run->entry, count);
	return CALL_DONE;
}

/* Is it of the socket's traffic? `*sent`: by it. A socket may be bound to every interface of its host. */
static bool is_of(const struct handle *handle, const struct passage *passage, const struct segment *segment, bool *sent)
{
	bool from_here = !passage->from == !handle->host && (!passage->from || passage->from == handle->host);
	bool to_here = !passage->from == !handle->host && (!passage->to || passage->to == handle->host);

	*sent = from_here && watch_overlaps(&handle->local, &segment->from);
	return *sent || (to_here && watch_overlaps(&handle->local, &segment->to));
}

static void add_segment(struct buffer *text, const struct handle *handle, const struct passage *passage, int64_t *count)
{
	struct segment segment;
	bool sent = passage->place.opener;

	passage_read(passage, &segment);
	if (handle && !is_of(handle, passage, &segment, &sent))
		return;
	buffer_text(text, *count ? " " : "");
	buffer_char(text, sent ? '>' : '<');
	segment_flags(text, &segment);
	++*count;
}

/* The number of the entry with which the last N commands begin. */
static uint64_t first_of(const struct journal *journal, uint64_t now, int64_t commands)
{
	uint64_t number = now;

	while (commands > 0 && number > journal->oldest) {
		const struct entry *entry = journal_entry(journal, --number);
		commands -= entry && entry->statement;
	}
	return number;
}

/* The first argument is a socket, by its name or, before a second one, its number; alone a number is the second one. 0
 * or -1. */
static int read_arguments(struct run *run, struct handle **handle, int64_t *commands)
{
	const struct session *session = &run->engine->session;
	const struct value *first = &run->arguments[0];

	*handle = NULL;
	*commands = argument_given(run, 1) ? argument_number(run, 1) : 1;
	if (!argument_given(run, 0))
		return 0;
	if (first->kind == VALUE_NUMBER && !argument_given(run, 1)) {
		*commands = first->number;
		return 0;
	}
	if (first->kind == VALUE_BYTES)
		first = session_get(session, first->blob->bytes, first->blob->length,
		                    text_hash(first->blob->bytes, first->blob->length));
	if (first && (first->kind == VALUE_HANDLE || first->kind == VALUE_NUMBER))
		*handle = session_handle(session, first->number);
	if (*handle) {
		if (address_port(&(*handle)->local) <= 0) /* it may have got a name by sending */
			watch_names(*handle);
		return 0;
	}
	run_refuse(run, "segments takes a socket, and of how many commands; sockets lists the sockets");
	return -1;
}

enum progress start_segments(struct run *run)
{
	const struct engine *engine = run->engine;
	const struct passages *passages = &engine->journal.passages;
	struct handle *handle;
	int64_t commands, count = 0;
	struct buffer text;

	if (read_arguments(run, &handle, &commands))
		return CALL_FAILED;
	uint64_t from = first_of(&engine->journal, run->entry->number, commands);
	uint64_t oldest = passages->newest > PASSAGES ? passages->newest - PASSAGES + 1 : 1;
	buffer_init(&text);
	for (uint64_t number = oldest; number <= passages->newest; number++) {
		const struct passage *passage = passages_get(passages, number);
		if (passage && passage->entry >= from && passage->entry < run->entry->number)
			add_segment(&text, handle, passage, &count);
	}
	entry_value(run->entry, value_word(buffer_string(&text)));
	run->entry->result = count;
	buffer_clear(&text);
	return CALL_DONE;
}
