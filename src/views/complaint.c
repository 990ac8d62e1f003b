/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A complaint: where it stands, what is wrong, the line of source with a caret under the column.
 */
#include <string.h>
#include <wchar.h>

#include "sosh/text.h"
#include "sosh/views.h"

static const char SGR_PLACE[] = "1", SGR_CARET[] = "1;31";

static void coloured(struct buffer *out, const struct view_style *style, const char *sgr, const char *text,
                     size_t length)
{
	if (style->colour)
		buffer_format(out, "\033[%sm", sgr);
	buffer_add(out, text, length);
	if (style->colour)
		buffer_text(out, "\033[0m");
}

/* "FILE:LINE:COLUMN:" */
static void add_place(struct buffer *out, const struct place *place, const struct view_style *style)
{
	struct buffer text;
	buffer_init(&text);
	if (place->line == 0)
		buffer_text(&text, "sosh");
	else if (place->file)
		text_plain(&text, place->file, strlen(place->file));
	else
		buffer_text(&text, "prompt");
	if (place->line)
		buffer_format(&text, ":%u", place->line);
	if (place->line && place->column)
		buffer_format(&text, ":%u", place->column);
	buffer_char(&text, ':');
	coloured(out, style, SGR_PLACE, text.bytes, text.length);
	buffer_clear(&text);
}

/* How many columns a letter beyond ASCII takes on this terminal; 0 when it is not to be shown as it is. */
static unsigned letter_width(const struct view_style *style, const char *bytes, size_t length)
{
	static const unsigned char lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	if (!style->unicode || length < 2)
		return 0;
	uint32_t code = (unsigned char)bytes[0] & lead[length];
	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)bytes[i] & 0x3f);
	int width = wcwidth((wchar_t)code);
	return width > 0 ? (unsigned)width : 0;
}

/* The source as it is printed, one character after the other. */
struct source {
	const char *next;
	size_t left;
	struct buffer printed; /* the character just read */
	size_t width;          /* its columns */
};

static void source_begin(struct source *source, const char *text)
{
	source->next = text;
	source->left = strcspn(text, "\r\n");
	buffer_init(&source->printed);
}

/* False at the end of the line. */
static bool source_read(struct source *source, const struct view_style *style)
{
	if (source->left == 0)
		return false;
	size_t length = text_utf8(source->next, source->left);
	if (length == 0)
		length = 1;
	buffer_empty(&source->printed);
	source->width = letter_width(style, source->next, length);
	if (source->width > 0) {
		buffer_add(&source->printed, source->next, length);
	} else {
		if (*source->next == '\t')
			buffer_char(&source->printed, ' ');
		else
			text_plain(&source->printed, source->next, length);
		source->width = source->printed.length;
	}
	source->next += length;
	source->left -= length;
	return true;
}

/* What of the printed line is shown: columns `from` to `to`. */
struct window {
	size_t at;       /* the caret's column */
	size_t from, to; /* the second is not in it */
	size_t total;
};

/* How wide the line is, and where the caret stands in it. */
static void measure(struct window *window, const struct place *place, const struct view_style *style)
{
	struct source source;
	size_t character = 1;
	source_begin(&source, place->text);
	*window = (struct window){0};
	while (source_read(&source, style)) {
		if (character++ < place->column)
			window->at += source.width;
		window->total += source.width;
	}
	buffer_clear(&source.printed);
}

/* Chooses the columns around the caret when the line is too long. */
static void choose(struct window *window, size_t width, size_t mark)
{
	window->to = window->total;
	if (window->total <= width)
		return;
	size_t room = width > 2 * mark + 1 ? width - 2 * mark : 1;
	window->from = window->at > room / 2 ? window->at - room / 2 : 0;
	if (window->from + room > window->total)
		window->from = window->total - room;
	if (window->at >= window->total && window->at >= window->from + room)
		window->from++; /* the caret stands behind the last character */
	window->to = window->from + room;
}

/* Adds the line and the caret's line. */
static void add_source(struct buffer *out, const struct place *place, const struct view_style *style)
{
	struct window window;
	struct source source;
	const char *mark = style->unicode ? "\u2026" : "...";
	size_t mark_width = style->unicode ? 1 : 3, before = 0, column = 0;
	measure(&window, place, style);
	choose(&window, style->width ? style->width : 80, mark_width);
	if (window.from > 0) {
		buffer_text(out, mark);
		before = mark_width;
	}
	source_begin(&source, place->text);
	while (column < window.to && source_read(&source, style)) {
		bool whole = column >= window.from && column + source.width <= window.to;
		if (whole)
			buffer_add(out, source.printed.bytes, source.printed.length);
		if (whole && column < window.at)
			before += source.width;
		column += source.width;
	}
	buffer_clear(&source.printed);
	buffer_text(out, window.to < window.total ? mark : "");
	buffer_char(out, '\n');
	if (place->column) {
		buffer_fill(out, ' ', before);
		coloured(out, style, SGR_CARET, "^", 1);
		buffer_char(out, '\n');
	}
}

/* The sentence, broken at blanks where the terminal ends; `column` is where it begins. All of it is ASCII by
 * text_plain. */
static void add_sentence(struct buffer *out, const char *text, size_t column, const struct view_style *style)
{
	struct buffer plain;

	buffer_init(&plain);
	text_plain(&plain, text, strlen(text));
	for (const char *word = buffer_string(&plain); *word;) {
		size_t length = strcspn(word, " "), blanks = strspn(word + length, " ");
		if (column + 1 + length > style->width && column > 2) {
			buffer_text(out, "\n  ");
			column = 2;
		} else {
			buffer_char(out, ' ');
			column++;
		}
		buffer_add(out, word, length);
		column += length;
		word += length + blanks;
	}
	buffer_char(out, '\n');
	buffer_clear(&plain);
}

void view_error(struct buffer *out, const struct error *error, const struct view_style *style)
{
	struct view_style plain = {.width = style->width};
	struct buffer place;

	buffer_init(&place);
	add_place(&place, &error->place, &plain);
	add_place(out, &error->place, style);
	add_sentence(out, error->text, place.length, style);
	buffer_clear(&place);
	if (error->place.line && error->place.text)
		add_source(out, &error->place, style);
}
