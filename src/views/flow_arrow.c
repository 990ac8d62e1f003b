/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arrows. One that arrives after other things happened is bent: it leaves in one row and arrives in another. One that
 * was lost, or is held, ends before it reaches the other lane.
 */
#include <string.h>

#include "flow_page.h"

enum {
	AROUND_LABEL = 5, /* "- label ->" */
	BEND_LEAST = 9,   /* columns from a bend to the lane: "\- #4 -->" */
	BEND_MOST = 14,
	STOP_AROUND = 3,
	STOP_LEAST = 8, /* columns of an arrow that stops */
};

/* May an arrow go there: over nothing, or over other lanes' lines? */
static bool is_open(const struct flow_page *page, unsigned number, unsigned from, unsigned to)
{
	const uint32_t *cells = flow_page_row(page, number);

	for (unsigned i = from; i < to; i++) {
		bool lane = false;
		for (unsigned j = 0; j < page->layout->lanes; j++)
			lane |= page->layout->at[j] == i;
		if (cells[i] != ' ' && !lane)
			return false;
	}
	return true;
}

static void draw_shaft(const struct flow_page *page, unsigned number, unsigned from, unsigned to)
{
	uint32_t *cells = flow_page_row(page, number);

	for (unsigned i = from; i < to; i++)
		cells[i] = cells[i] == ' ' ? page->glyphs->dash : page->glyphs->cross;
}

/* The label, in the middle of the longest part that crosses no lane. */
static void draw_label(const struct flow_page *page, const struct flow_item *item, unsigned number, unsigned from,
                       unsigned to)
{
	const uint32_t *cells = flow_page_row(page, number);
	unsigned begin = from, best = from, length = 0;
	struct buffer text;

	for (unsigned i = from; i <= to; i++) {
		if (i < to && cells[i] == page->glyphs->dash)
			continue;
		if (i - begin > length) {
			best = begin;
			length = i - begin;
		}
		begin = i + 1;
	}
	if (length < 5)
		return;
	buffer_init(&text);
	buffer_char(&text, ' ');
	flow_label_text(&text, page->flow, item, length - 4);
	buffer_char(&text, ' ');
	unsigned columns = (unsigned)flow_columns(buffer_string(&text));
	if (columns > 2)
		flow_page_put(page, number, best + (length - columns) / 2, buffer_string(&text));
	buffer_clear(&text);
}

static unsigned column_of(const struct flow_page *page, int lane)
{
	return (unsigned)page->flow->lanes[lane].column;
}

/* The columns between the bend, or where it ends, and the lane that it goes to. */
static unsigned reach(const struct flow_page *page, const struct flow_arrow *arrow, bool right)
{
	unsigned to = column_of(page, arrow->to);
	unsigned gap = page->layout->gap[right ? to - 1 : to], part = gap / 3;
	const char *stops = flow_stops(arrow);

	if (stops) {
		unsigned text = (unsigned)strlen(stops) + STOP_AROUND;
		return gap >= text + STOP_LEAST ? text : STOP_AROUND;
	}
	if (arrow->lost)
		return gap / 5 + 1;
	if (arrow->copy && gap >= BEND_MOST + STOP_LEAST)
		return BEND_MOST;
	part = part < BEND_LEAST ? BEND_LEAST : part;
	return part > BEND_MOST ? BEND_MOST : part;
}

unsigned flow_arrow_room(const struct flow_arrow *arrow)
{
	const char *stops = flow_stops(arrow);

	if (!arrow->crossing)
		return AROUND_LABEL;
	if (stops)
		return AROUND_LABEL + (unsigned)strlen(stops) + STOP_AROUND;
	return AROUND_LABEL + (arrow->part != PART_WHOLE ? BEND_LEAST : arrow->lost ? STOP_LEAST : 0);
}

static unsigned row_for(struct flow_page *page, unsigned begin, unsigned end)
{
	unsigned number = 0;

	while (!is_open(page, number, begin, end) && number + 1 < FLOW_ROWS_MOST)
		if (++number == page->rows)
			flow_page_begin_row(page);
	return number;
}

/* Leaves its lane, unless that line is not there or dotted. */
static void draw_tail(const struct flow_page *page, unsigned number, unsigned from, bool right)
{
	uint32_t *cells = flow_page_row(page, number);

	if (cells[from] == page->glyphs->life)
		cells[from] = right ? page->glyphs->from_left : page->glyphs->from_right;
}

static unsigned draw_whole(struct flow_page *page, const struct flow_item *item, unsigned from, unsigned to)
{
	const struct glyphs *glyphs = page->glyphs;
	bool right = from < to;
	unsigned begin = (right ? from : to) + 1, end = right ? to : from;
	unsigned number = row_for(page, begin, end);

	uint32_t *cells = flow_page_row(page, number);
	draw_shaft(page, number, begin, end);
	draw_tail(page, number, from, right);
	unsigned head = right ? end - 1 : begin;
	cells[head] = right ? glyphs->right : glyphs->left;
	if (item->arrow.lost) {
		cells[head] = ' ';
		head = right ? head - 1 : head + 1;
		cells[head] = glyphs->lost;
	}
	draw_label(page, item, number, right ? begin : begin + 1, right ? end - 1 : end);
	return number;
}

/* From its lane to where it bends or ends. */
static unsigned draw_beginning(struct flow_page *page, const struct flow_item *item, unsigned from, unsigned bend)
{
	const struct glyphs *glyphs = page->glyphs;
	const char *stops = flow_stops(&item->arrow);
	bool right = from < bend;
	unsigned begin = (right ? from + 1 : bend), end = right ? bend + 1 : from;
	unsigned text = stops ? (unsigned)strlen(stops) : 0;
	bool tells = stops && reach(page, &item->arrow, right) == text + STOP_AROUND;
	unsigned number =
		row_for(page, right || !tells ? begin : begin - text - 1, right && tells ? end + text + 1 : end);

	draw_shaft(page, number, begin, end);
	draw_tail(page, number, from, right);
	draw_label(page, item, number, right ? begin : begin + 1, right ? end - 1 : end);
	flow_page_row(page, number)[bend] = stops              ? (right ? glyphs->from_right : glyphs->from_left)
	                                    : item->arrow.lost ? glyphs->lost
	                                                       : glyphs->corners[right ? 0 : 1];
	if (tells)
		flow_page_put(page, number, right ? bend + 2 : bend - 1 - text, stops);
	return number;
}

/* From where it bends to the other lane. */
static unsigned draw_arrival(struct flow_page *page, const struct flow_item *item, unsigned bend, unsigned to)
{
	const struct glyphs *glyphs = page->glyphs;
	bool right = bend < to;
	unsigned begin = right ? bend : to + 1, end = right ? to : bend + 1;
	unsigned number = row_for(page, begin, end);

	draw_shaft(page, number, begin, end);
	uint32_t *cells = flow_page_row(page, number);
	cells[bend] = glyphs->corners[right ? 2 : 3];
	cells[right ? end - 1 : begin] = right ? glyphs->right : glyphs->left;
	draw_label(page, item, number, begin + 1, end - 1);
	return number;
}

unsigned flow_draw_arrow(struct flow_page *page, const struct flow_item *item)
{
	const struct flow_arrow *arrow = &item->arrow;
	unsigned from = page->layout->at[column_of(page, arrow->from)];
	unsigned to = page->layout->at[column_of(page, arrow->to)];
	bool right = from < to, ends = arrow->crossing && (arrow->lost || flow_stops(arrow));

	if (arrow->part == PART_WHOLE && !ends)
		return draw_whole(page, item, from, to);
	unsigned away = reach(page, arrow, right);
	unsigned bend = right ? to - away : to + away;
	return arrow->part == PART_ARRIVES ? draw_arrival(page, item, bend, to)
	                                   : draw_beginning(page, item, from, bend);
}
