/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the wire holds: wire alone. */
#include "wire_list.h"

#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"
#include "sosh/view_segment.h"
#include "story.h"

#define SECOND       1000000000.0
#define DATA_MOST    32u
#define REPEATS_MOST 16u

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
		story_command(lines, entry);
	}
	buffer_char(lines, '\n');
}

/*
 * Which held segments are the same one, sent again: told below the oldest of them. A hash table from the number of the
 * segment that was first of all to that of the oldest held.
 */
struct folds {
	struct fold {
		uint64_t first, oldest;
		unsigned count;
	} * places; /* owned */
	size_t mask;
};

/* The number of the segment that it repeats, or its own. */
static uint64_t first_of(const struct passage *passage)
{
	bool repeats = passage->place.role == ROLE_RETRANSMISSION && passage->place.first;

	return repeats ? passage->place.first : passage->number;
}

static struct fold *fold_of(const struct folds *folds, uint64_t first)
{
	size_t place = first & folds->mask;

	while (folds->places[place].count && folds->places[place].first != first)
		place = (place + 1) & folds->mask;
	return &folds->places[place];
}

static void folds_make(struct folds *folds, const struct engine *engine, const struct wire *wire)
{
	const struct wire_frame *held = NULL;
	size_t room = 4;

	while (room < 2 * (size_t)wire_held_count(wire))
		room *= 2;
	folds->mask = room - 1;
	folds->places = memory_zero(room * sizeof(*folds->places));
	while ((held = wire_held(wire, held))) {
		const struct passage *passage = passages_get(&engine->journal.passages, held->number);
		if (!passage)
			continue;
		struct fold *fold = fold_of(folds, first_of(passage));
		if (!fold->count++) {
			fold->first = first_of(passage);
			fold->oldest = passage->number;
		}
	}
}

static void add_repeats(struct buffer *lines, const struct engine *engine, const struct wire *wire,
                        const struct fold *fold)
{
	const struct wire_frame *held = NULL;
	unsigned count = 0;

	while ((held = wire_held(wire, held))) {
		const struct passage *passage = passages_get(&engine->journal.passages, held->number);
		if (!passage || first_of(passage) != fold->first || passage->number == fold->oldest)
			continue;
		if (count++ < REPEATS_MOST)
			buffer_format(lines, "%s#%llu",
			              count > 1 ? ", " : "      sent again: ", (unsigned long long)passage->number);
	}
	buffer_text(lines, count > REPEATS_MOST ? ", ...\n" : "\n");
}

void engine_each_held(const struct engine *engine, void (*each)(uint64_t number, void *context), void *context)
{
	const struct wire_frame *held = NULL;

	while (engine->lab && (held = wire_held(lab_wire(engine->lab), held)))
		each(held->number, context);
}

static void remark_on_wire(struct run *run, const struct wire *wire, unsigned count)
{
	unsigned delayed = wire_delayed_count(wire);
	struct buffer text;

	buffer_init(&text);
	if (wire_holds(wire) && count) {
		buffer_text(&text, "held");
	} else {
		buffer_text(&text, "the wire ");
		wire_format_hold(&text, run->engine);
	}
	wire_format_faults(&text, run->engine, "; ");
	if (delayed)
		buffer_format(&text, "; %u on %s way", delayed, delayed == 1 ? "its" : "their");
	entry_remark(run->entry, "%s", buffer_string(&text));
	buffer_clear(&text);
}

enum progress wire_list(struct run *run)
{
	const struct engine *engine = run->engine;
	const struct wire *wire = lab_wire(engine->lab);
	const struct wire_frame *held = NULL;
	struct view_style style = run_page(run);
	unsigned count = wire_held_count(wire), index = 0;
	struct value table = value_list(count);
	struct folds folds;
	struct buffer lines;

	style.unicode = style.colour = false; /* a table is plain text */
	folds_make(&folds, engine, wire);
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
		const struct fold *fold = fold_of(&folds, first_of(passage));
		if (fold->oldest != passage->number)
			continue;
		view_segment_line(&lines, &view, &style);
		add_story(&lines, engine, passage, age);
		if (fold->count > 1)
			add_repeats(&lines, engine, wire, fold);
	}
	free(folds.places);
	while (lines.length && lines.bytes[lines.length - 1] == '\n')
		lines.bytes[--lines.length] = 0;
	run->entry->tail = lines.length ? memory_copy(lines.bytes, lines.length) : NULL;
	run->entry->table = table;
	buffer_clear(&lines);
	remark_on_wire(run, wire, count);
	entry_result(run->entry, count);
	return CALL_DONE;
}
