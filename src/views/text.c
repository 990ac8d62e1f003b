/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ended entry as the lines that a person reads: the result first, what changed next, the explanation last.
 * The parts stand apart by wide blanks, and go on in the next line where the terminal ends.
 */
#include <string.h>

#include "arrows.h"
#include "clients.h"
#include "flow.h"
#include "sosh/text.h"
#include "sosh/view_segment.h"
#include "sosh/views.h"

enum { GAP_RESULT = 6, GAP_PART = 3, INDENT = 3 };

static const char SGR_RESULT[] = "1;32", SGR_ERROR[] = "1;31", SGR_STATE[] = "36", SGR_DIM[] = "2";

/* The line being written. */
struct line {
	struct buffer *out;
	const struct view_style *style;
	size_t column; /* characters already in it */
	unsigned parts;
};

/* How many columns the text takes: all of it is printable, so its characters. */
static size_t columns(const char *text, size_t length)
{
	size_t count = 0;
	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

static void coloured(struct line *line, const char *sgr, const char *text, size_t length)
{
	bool colour = sgr && line->style->colour && length > 0;
	if (colour)
		buffer_format(line->out, "\033[%sm", sgr);
	buffer_add(line->out, text, length);
	if (colour)
		buffer_text(line->out, "\033[0m");
	line->column += columns(text, length);
}

static void blanks(struct line *line, size_t count)
{
	buffer_fill(line->out, ' ', count);
	line->column += count;
}

static void next_line(struct line *line)
{
	buffer_char(line->out, '\n');
	line->column = 0;
	blanks(line, INDENT);
}

static size_t gap(const struct line *line)
{
	return line->parts == 0 ? 0 : line->parts == 1 ? GAP_RESULT : GAP_PART;
}

static bool fits(const struct line *line, size_t width)
{
	return line->parts == 0 || line->column + gap(line) + width <= line->style->width;
}

/* Adds a part behind the others, or on a new line when there is no room for it. */
static void add_part(struct line *line, const char *sgr, const struct buffer *part)
{
	if (part->length == 0)
		return;
	if (fits(line, columns(part->bytes, part->length)))
		blanks(line, gap(line));
	else
		next_line(line);
	coloured(line, sgr, part->bytes, part->length);
	line->parts++;
}

/* Adds a sentence: on this line if it fits whole, else on lines of its own, broken at blanks. */
static void add_sentence(struct line *line, const char *sgr, const char *text)
{
	struct buffer plain;
	buffer_init(&plain);
	plain_arrows(&plain, text, strlen(text), line->style);
	const char *rest = buffer_string(&plain);
	size_t left = plain.length;
	if (fits(line, columns(rest, left))) {
		add_part(line, sgr, &plain);
		left = 0;
	}
	while (left > 0) {
		next_line(line);
		size_t room = line->style->width > 2 * INDENT ? line->style->width - INDENT : INDENT;
		size_t take = left;
		if (left > room) {
			const char *blank = memrchr(rest, ' ', room + 1);
			if (!blank)
				blank = memchr(rest, ' ', left);
			take = blank ? (size_t)(blank - rest) : left;
		}
		coloured(line, sgr, rest, take);
		line->parts++;
		while (take < left && rest[take] == ' ')
			take++;
		rest += take;
		left -= take;
	}
	buffer_clear(&plain);
}

static const char *arrow(const struct line *line)
{
	return line->style->unicode ? " \u2192 " : " -> ";
}

static const char *state_word(enum tcp_state state)
{
	const char *name = state_name(state);
	return name ? name : "?";
}

/* One handle's changes, one after the other: "client: CLOSED → SYN-SENT → ESTABLISHED". */
static void add_states_of(struct line *line, const struct session *session, const struct entry *entry, int number)
{
	struct buffer part;
	enum tcp_state last = STATE_NONE;
	buffer_init(&part);
	for (unsigned i = entry->told_states; i < entry->state_count; i++) {
		const struct state_change *change = &entry->states[i];
		if (change->handle != number)
			continue;
		if (part.length == 0) {
			const struct handle *handle = session_handle(session, number);
			if (handle)
				session_handle_label(&part, handle);
			else
				buffer_number(&part, number);
			buffer_text(&part, ": ");
			if (change->from != STATE_NONE)
				buffer_format(&part, "%s%s", state_word(change->from), arrow(line));
		} else if (change->from != last) {
			buffer_format(&part, ", %s%s", state_word(change->from), arrow(line));
		} else {
			buffer_text(&part, arrow(line));
		}
		buffer_text(&part, state_word(change->to));
		last = change->to;
	}
	add_part(line, SGR_STATE, &part);
	buffer_clear(&part);
}

/* Is this the first change of its handle, and not one of the two that come first anyway? */
static bool leads(const struct entry *entry, unsigned index)
{
	int number = entry->states[index].handle;
	if (number == 0 || number == entry->handle || number == entry->given)
		return false;
	for (unsigned i = entry->told_states; i < index; i++)
		if (entry->states[i].handle == number)
			return false;
	return true;
}

static void add_states(struct line *line, const struct session *session, const struct entry *entry)
{
	if (entry->state_count == 0)
		return;
	if (entry->handle)
		add_states_of(line, session, entry, entry->handle);
	if (entry->given && entry->given != entry->handle)
		add_states_of(line, session, entry, entry->given);
	for (unsigned i = entry->told_states; i < entry->state_count; i++) {
		struct buffer part;
		buffer_init(&part);
		if (leads(entry, i))
			add_states_of(line, session, entry, entry->states[i].handle);
		else if (view_clients(&part, session, entry, i, arrow(line)))
			add_part(line, SGR_STATE, &part);
		buffer_clear(&part);
	}
}

static bool is_address(const struct value *value)
{
	return value->kind == VALUE_ADDRESS && value->address->length > 0;
}

/* One end of a connection. The name "" of an unnamed AF_UNIX socket says too little here. */
static void format_end(struct buffer *out, const struct value *end, const char *unnamed)
{
	size_t length = 1;
	if (end->address->any.sa_family == AF_UNIX)
		address_path(end->address, &length);
	if (length == 0)
		buffer_text(out, unnamed);
	else
		address_format(out, end->address);
}

static bool is_command(const struct entry *entry, const char *name)
{
	const struct command_spec *command = entry->statement ? entry->statement->command : NULL;
	return command && strcmp(command->name, name) == 0;
}

static bool connects(const struct entry *entry)
{
	return is_command(entry, "connect") || is_command(entry, "connect_ex") ||
	       is_command(entry, "create_connection");
}

/* Who talks with whom: both ends of a new connection, the client of an accepted one, an own address. */
static void add_ends(struct line *line, const struct entry *entry)
{
	struct buffer part;
	buffer_init(&part);
	if (entry->given && is_address(&entry->address)) {
		buffer_text(&part, "from ");
		format_end(&part, &entry->address, "an unnamed socket");
	} else if (is_address(&entry->local)) {
		format_end(&part, &entry->local, "unnamed");
		if (connects(entry) && is_address(&entry->peer)) {
			buffer_text(&part, arrow(line));
			format_end(&part, &entry->peer, "unnamed");
		}
	}
	add_part(line, NULL, &part);
	buffer_clear(&part);
}

/* How much was received, and from whom. */
static void add_amount(struct line *line, const struct entry *entry)
{
	if (!entry->has_data || entry->data.kind != VALUE_BYTES)
		return;
	struct buffer part;
	int64_t length = (int64_t)entry->data.blob->length;
	bool addressed = is_address(&entry->address);
	if (length == 0 && entry->result <= 0 && entry->note && !addressed)
		return; /* the end of a stream says so in its note */
	buffer_init(&part);
	buffer_number(&part, length);
	int64_t whole = length;
	if (entry->result > length) { /* MSG_TRUNC tells the whole size */
		buffer_text(&part, " of ");
		buffer_number(&part, entry->result);
		whole = entry->result;
	}
	buffer_text(&part, whole == 1 ? " byte" : " bytes");
	if (addressed) {
		buffer_text(&part, " from ");
		format_end(&part, &entry->address, "an unnamed socket");
	}
	add_part(line, NULL, &part);
	buffer_clear(&part);
}

static void add_time(struct line *line, const struct entry *entry)
{
	struct buffer part;
	if (!line->style->timing)
		return;
	buffer_init(&part);
	buffer_format(&part, "%.6f s", (double)(entry->end - entry->begin) / 1e9);
	add_part(line, NULL, &part);
	buffer_clear(&part);
}

static void add_explanation(struct line *line, const struct entry *entry)
{
	if (entry->explanation)
		add_sentence(line, SGR_DIM, entry->explanation);
	else if (entry->refused && entry->problem)
		add_sentence(line, SGR_DIM, entry->problem->text);
	else if (entry->error)
		add_sentence(line, SGR_DIM, error_text(entry->error));
}

/* Adds lines of a table, each made fit for a terminal. */
static void add_table(struct buffer *out, const struct entry *entry, const struct view_style *style)
{
	bool draws = is_command(entry, "explain") || is_command(entry, "info");
	const char *table = entry->tail;
	while (*table) {
		size_t length = strcspn(table, "\n");
		if (draws)
			plain_arrows(out, table, length, style);
		else
			text_plain(out, table, length);
		buffer_char(out, '\n');
		table += length + (table[length] == '\n');
	}
}

/* print, help and flow: the text alone. */
static void add_plain(struct buffer *out, const struct entry *entry, const struct view_style *style)
{
	struct buffer text;
	if (entry->has_value) {
		buffer_init(&text);
		value_format_plain(&text, &entry->value);
		text_plain(out, buffer_string(&text), text.length);
		buffer_char(out, '\n');
		buffer_clear(&text);
	}
	if (entry->tail && entry->drawn) {
		flow_print(out, entry->tail, style);
		buffer_char(out, '\n');
	} else if (entry->tail) {
		add_table(out, entry, style);
	}
}

/* The result as the language prints it; a table that follows it comes later, on lines of its own. */
static void format_result(struct buffer *out, const struct entry *entry)
{
	entry_format_result(out, entry);
	if (!entry->tail || !strchr(entry->tail, '\n'))
		return;
	size_t table = strlen("  ") + strlen(entry->tail);
	out->length -= table < out->length ? table : out->length;
}

/* "%1 => 3": the first part, which always fits, so that it is made where it belongs. */
static void add_result(struct line *line, const struct entry *entry)
{
	struct buffer *out = line->out;
	const char *sgr = entry->error || entry->refused ? SGR_ERROR : SGR_RESULT;
	size_t begin = out->length;
	if (entry->job)
		buffer_format(out, "%%%d ", entry->job);
	buffer_text(out, "=> ");
	line->column += out->length - begin;
	if (line->style->colour)
		buffer_format(out, "\033[%sm", sgr);
	begin = out->length;
	format_result(out, entry);
	line->column += columns(out->bytes + begin, out->length - begin);
	if (line->style->colour)
		buffer_text(out, "\033[0m");
	line->parts++;
}

static void add_command(struct line *line, const struct entry *entry)
{
	struct buffer command;
	if (!entry->job)
		return;
	buffer_init(&command);
	entry_format_command(&command, entry);
	while (command.length > 0 && strchr(" &", command.bytes[command.length - 1]))
		command.length--; /* that it is a job has been said */
	add_part(line, NULL, &command);
	buffer_clear(&command);
}

/* How far a call may go on this line: behind a comma or before its result, but not inside a string. */
static size_t call_piece(const char *text, size_t length, size_t room)
{
	size_t take = 0;
	bool quoted = false;
	for (size_t i = 0; i + 2 < length && (i < room || take == 0); i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (strncmp(text + i, ", ", 2) == 0 || strncmp(text + i, ") = ", 4) == 0))
			take = i + 1;
	}
	return take > 0 ? take : length;
}

/* One call: a line of its own, or several, of which the later ones stand further in. */
static void add_call(struct line *line, const struct call *call)
{
	struct buffer text;
	buffer_init(&text);
	view_call(&text, call);
	view_call_result(&text, call);
	const char *rest = buffer_string(&text);
	size_t left = text.length, width = line->style->width;
	for (size_t indent = INDENT; left > 0; indent = 2 * INDENT) {
		size_t room = width > indent ? width - indent : 1;
		size_t take = left <= room ? left : call_piece(rest, left, room);
		buffer_fill(line->out, ' ', indent);
		coloured(line, SGR_DIM, rest, take);
		buffer_char(line->out, '\n');
		take += rest[take] == ' ';
		rest += take;
		left -= take;
	}
	buffer_clear(&text);
}

static void add_calls(struct line *line, const struct entry *entry)
{
	for (unsigned i = 0; line->style->calls && i < entry->call_count; i++)
		add_call(line, &entry->calls[i]);
}

/* As many bytes as have room in a line, up to a blank; the whole word where even that has none. */
static size_t piece_of(const char *text, size_t room)
{
	size_t take = 0;
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == ' ' || (text[i + 1] && text[i + 1] != ' '))
			continue;
		if (take > 0 && columns(text, i + 1) > room)
			break;
		take = i + 1;
	}
	return take;
}

void view_line(struct buffer *out, const char *text, const struct view_style *style)
{
	size_t room = style->width;
	while (*text) {
		size_t take = piece_of(text, room);
		buffer_add(out, text, take);
		buffer_char(out, '\n');
		text += take;
		text += strspn(text, " ");
		if (*text)
			buffer_fill(out, ' ', INDENT);
		room = style->width > 2 * INDENT ? style->width - INDENT : INDENT;
	}
}

void view_text(struct buffer *out, const struct session *session, const struct entry *entry,
               const struct view_style *style)
{
	if (entry->plain && !entry->error && !entry->refused) {
		add_plain(out, entry, style);
		return;
	}
	struct line line = {.out = out, .style = style};
	if (!entry->statement) { /* an event */
		add_states(&line, session, entry);
		if (entry->note)
			add_sentence(&line, NULL, entry->note);
		if (line.parts)
			buffer_char(out, '\n');
		view_segments_of(out, session, entry, style);
		return;
	}
	add_result(&line, entry);
	add_amount(&line, entry);
	add_states(&line, session, entry);
	add_ends(&line, entry);
	if (entry->note)
		add_sentence(&line, NULL, entry->note);
	add_time(&line, entry);
	add_command(&line, entry);
	add_explanation(&line, entry);
	buffer_char(out, '\n');
	add_calls(&line, entry);
	view_segments_of(out, session, entry, style);
	if (entry->tail && strchr(entry->tail, '\n'))
		add_table(out, entry, style);
}

void view_waiting(struct buffer *out, const struct session *session, const struct entry *entry, const char *what,
                  const struct view_style *style)
{
	struct line line = {.out = out, .style = style};
	struct buffer text;

	buffer_init(&text);
	buffer_format(&text, "%%%d waits for %s", entry->job, what);
	view_line(out, buffer_string(&text), style);
	buffer_clear(&text);
	if (entry->state_count) {
		blanks(&line, INDENT);
		add_states(&line, session, entry);
		buffer_char(out, '\n');
	}
	view_segments_of(out, session, entry, style);
}
