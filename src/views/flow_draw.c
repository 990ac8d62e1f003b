/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The picture: titles, a line downwards for each lane, and what happened beside and between them.
 *
 * A line of the page may take several rows: what finds its place taken goes one row down.
 */
#include <stdlib.h>
#include <string.h>

#include "flow_page.h"
#include "sosh/memory.h"
#include "sosh/text.h"

static const struct glyphs plain = {'|', ':', '.', '-', '>', '<', '|', '|', '+', 'x', {'\\', '/', '\\', '/'}};
static const struct glyphs drawn = {
	0x2502, 0x250a, 0x22ee, 0x2500, 0x25ba, 0x25c4, 0x251c, 0x2524, 0x253c, 0xd7, {0x256e, 0x256d, 0x2570, 0x256f}};

uint32_t *flow_page_row(const struct flow_page *page, unsigned number)
{
	return page->cells + (size_t)number * page->layout->width;
}

/* A lane's own character: a line while it has an open descriptor, dotted while only the kernel knows it. */
static uint32_t life_of(const struct flow_page *page, unsigned column)
{
	const struct flow_lane *lane = &page->flow->lanes[page->flow->shown[column]];

	if (!lane->started)
		return ' ';
	if (page->gap)
		return page->glyphs->gap;
	if (lane->open || !lane->first) /* a host's goes on */
		return page->glyphs->life;
	return lane->alive ? page->glyphs->kernel : ' ';
}

void flow_page_begin_row(struct flow_page *page)
{
	uint32_t *cells = flow_page_row(page, page->rows++);

	for (unsigned i = 0; i < page->layout->width; i++)
		cells[i] = ' ';
	for (unsigned i = 0; i < page->layout->lanes; i++)
		cells[page->layout->at[i]] = life_of(page, i);
}

static bool is_free(const struct flow_page *page, unsigned number, unsigned from, unsigned to)
{
	const uint32_t *cells = flow_page_row(page, number);

	for (unsigned i = from; i < to && i < page->layout->width; i++)
		if (cells[i] != ' ')
			return false;
	return true;
}

/* The next code point of text that is ASCII but for our own characters. */
static uint32_t code_point(const char **text)
{
	size_t length = text_utf8(*text, strlen(*text));
	const unsigned char *bytes = (const unsigned char *)*text;

	*text += length ? length : 1;
	if (length == 3)
		return (uint32_t)(bytes[0] & 0x0f) << 12 | (uint32_t)(bytes[1] & 0x3f) << 6 | (bytes[2] & 0x3f);
	return length == 1 ? bytes[0] : '?';
}

void flow_page_put(const struct flow_page *page, unsigned number, unsigned at, const char *text)
{
	while (*text) {
		uint32_t code = code_point(&text);
		if (at < page->layout->width)
			flow_page_row(page, number)[at++] = code;
	}
}

static void end_row(struct buffer *out, const struct flow_page *page, unsigned number)
{
	unsigned length = page->layout->width;

	while (length && flow_page_row(page, number)[length - 1] == ' ')
		length--;
	for (unsigned i = 0; i < length; i++)
		text_add_utf8(out, flow_page_row(page, number)[i]);
	buffer_char(out, '\n');
}

static unsigned column_of(const struct flow_page *page, int lane)
{
	return (unsigned)page->flow->lanes[lane].column;
}

/* Where a text of the lane begins. */
static unsigned beside(const struct flow_page *page, unsigned column, size_t length)
{
	unsigned at = page->layout->at[column];

	if (!flow_layout_is_left(page->layout, column))
		return at + 2;
	return at > length + 1 ? at - 1 - (unsigned)length : 0;
}

static void gap_text(struct buffer *out, const struct flow_item *item)
{
	const struct entry *entry = item->entry;

	if (item->elapsed) {
		buffer_format(out, "(%.2f s)", (double)item->elapsed / 1e9);
		return;
	}
	if (entry->begin && entry->end > entry->begin)
		buffer_format(out, "(%.2f s)", (double)(entry->end - entry->begin) / 1e9);
}

static void draw_call(struct flow_page *page, const struct flow_item *item)
{
	unsigned column = column_of(page, item->lane);
	unsigned room = flow_layout_room(page->layout, column);
	struct buffer text;

	buffer_init(&text);
	if (item->kind == FLOW_WAIT)
		gap_text(&text, item);
	else
		flow_call_text(&text, page->flow, item, room);
	size_t length = flow_columns(buffer_string(&text));
	if (length <= room)
		flow_page_put(page, 0, beside(page, column, length), buffer_string(&text));
	buffer_clear(&text);
}

/* In the margin; behind its lane's call where other lanes stand on both sides. */
static unsigned state_place(const struct flow_page *page, unsigned column, size_t call)
{
	const struct flow_layout *layout = page->layout;

	if (flow_layout_is_left(layout, column))
		return 0;
	if (column + 1 == layout->lanes && layout->width - layout->state[column] > layout->at[column] + 1)
		return layout->width - layout->state[column];
	return layout->at[column] + 2 + (call ? (unsigned)call + 2 : 0);
}

static void draw_state(struct flow_page *page, const struct flow_item *item, const struct flow_line *line,
                       unsigned first)
{
	const struct flow_item *call = line->call >= 0 ? &page->flow->items[line->call] : NULL;
	unsigned column = column_of(page, item->lane), number = first;
	bool edge = column == 0 || column + 1 == page->layout->lanes;
	struct buffer text, said;

	buffer_init(&text);
	buffer_init(&said);
	flow_state_short(&text, page->flow, item, call ? call->handle : 0, flow_layout_room(page->layout, column));
	if (call && call->kind == FLOW_CALL && call->lane == item->lane)
		flow_call_text(&said, page->flow, call, flow_layout_room(page->layout, column));
	unsigned length = (unsigned)flow_columns(buffer_string(&text));
	for (; number < FLOW_ROWS_MOST; number++) {
		if (number == page->rows)
			flow_page_begin_row(page);
		unsigned at = state_place(page, column, number ? 0 : flow_columns(buffer_string(&said)));
		unsigned limit = edge ? page->layout->width : page->layout->at[column + 1];
		unsigned before = at && at != page->layout->at[column] + 1 ? at - 1 : at;
		if (at + length <= limit && is_free(page, number, before, at + length + (column == 0))) {
			flow_page_put(page, number, at, buffer_string(&text));
			break;
		}
	}
	buffer_clear(&text);
	buffer_clear(&said);
}

/* What begins with the item. */
static void begin_life(struct flow *flow, const struct flow_item *item)
{
	const struct entry *entry = item->entry;

	if (item->kind == FLOW_ARROW) {
		struct flow_lane *from = &flow->lanes[item->arrow.from], *to = &flow->lanes[item->arrow.to];
		from->started |= !from->first && from->answers;
		to->started |= !to->first && to->answers;
		return;
	}
	struct flow_lane *lane = &flow->lanes[item->lane];
	lane->started = true;
	if (item->kind != FLOW_CALL || !item->opens || item->phase == PHASE_BEGIN)
		return;
	if (entry->given) {
		lane->open++;
		return;
	}
	for (unsigned i = 0; i < entry->value.list->count; i++) {
		int end = flow_end(flow, (int)entry->value.list->items[i].value.number)->lane;
		flow->lanes[end].open++;
		flow->lanes[end].started = true;
	}
}

static bool in_kernel(enum tcp_state state)
{
	return state != STATE_NONE && state != STATE_CLOSED && state != STATE_LISTEN;
}

/* What ends with it. */
static void end_life(struct flow *flow, const struct flow_item *item)
{
	if (item->kind == FLOW_CALL && item->closes && item->phase != PHASE_BEGIN && flow->lanes[item->lane].open)
		flow->lanes[item->lane].open--;
	if (item->kind != FLOW_STATE || !item->handle)
		return;
	struct flow_end *end = flow_end(flow, item->handle);
	if (in_kernel(item->state) && !in_kernel(end->drawn))
		flow->lanes[item->lane].alive++;
	if (!in_kernel(item->state) && in_kernel(end->drawn) && flow->lanes[item->lane].alive)
		flow->lanes[item->lane].alive--;
	end->drawn = item->state;
}

static void each_of_line(struct flow *flow, const struct flow_line *line,
                         void (*each)(struct flow *flow, const struct flow_item *item))
{
	if (line->call >= 0)
		each(flow, &flow->items[line->call]);
	if (line->arrow >= 0)
		each(flow, &flow->items[line->arrow]);
	for (unsigned i = 0; i < flow->shown_count; i++)
		if (line->states[i] >= 0)
			each(flow, &flow->items[line->states[i]]);
}

static void draw_line(struct buffer *out, struct flow_page *page, const struct flow_line *line)
{
	struct flow *flow = page->flow;
	unsigned number = 0;

	each_of_line(flow, line, begin_life);
	page->rows = 0;
	page->gap = line->call >= 0 && flow->items[line->call].kind == FLOW_WAIT;
	flow_page_begin_row(page);
	if (line->call >= 0)
		draw_call(page, &flow->items[line->call]);
	if (line->arrow >= 0)
		number = flow_draw_arrow(page, &flow->items[line->arrow]);
	for (unsigned i = 0; i < flow->shown_count; i++)
		if (line->states[i] >= 0)
			draw_state(page, &flow->items[line->states[i]], line, number);
	for (unsigned i = 0; i < page->rows; i++)
		end_row(out, page, i);
	each_of_line(flow, line, end_life);
}

/* Names above the lanes, addresses below the names. */
static void draw_title(struct flow_page *page, unsigned number, unsigned column, const char *text)
{
	const struct flow_layout *layout = page->layout;
	unsigned at = layout->at[column];
	unsigned before = column ? layout->gap[column - 1] / 2 : layout->left;
	unsigned behind = column + 1 < layout->lanes ? layout->gap[column] / 2 : layout->gap[column];
	struct buffer cut;

	buffer_init(&cut);
	flow_cut(&cut, page->flow->style, text, before + behind);
	unsigned length = (unsigned)flow_columns(buffer_string(&cut));
	unsigned left = length / 2 < before ? length / 2 : before;
	if (length - left > behind + 1)
		left = length - behind - 1;
	flow_page_put(page, number, at - left, buffer_string(&cut));
	buffer_clear(&cut);
}

static void draw_titles(struct buffer *out, struct flow_page *page)
{
	struct buffer text;

	buffer_init(&text);
	page->rows = 0;
	flow_page_begin_row(page);
	flow_page_begin_row(page);
	for (unsigned i = 0; i < page->layout->lanes; i++) {
		int lane = page->flow->shown[i];
		for (unsigned j = 0; j < page->layout->width * 2; j++)
			if (j % page->layout->width == page->layout->at[i])
				page->cells[j] = ' ';
		buffer_empty(&text);
		flow_lane_title(&text, page->flow, lane);
		draw_title(page, 0, i, buffer_string(&text));
		buffer_empty(&text);
		flow_lane_address(&text, page->flow, lane);
		draw_title(page, 1, i, buffer_string(&text));
	}
	end_row(out, page, 0);
	if (!is_free(page, 1, 0, page->layout->width))
		end_row(out, page, 1);
	buffer_clear(&text);
}

/* Descriptors that were there before the journal begins, and what happened in the part that is left out. */
static void live_until(struct flow *flow, unsigned first_item)
{
	for (unsigned i = 0; i < flow->session->handle_count; i++) {
		int lane = flow->ends[i].lane;
		if (lane < 0 || flow->ends[i].made_at)
			continue;
		flow->lanes[lane].open++;
		flow->lanes[lane].started = true;
	}
	for (unsigned i = 0; i < first_item; i++) {
		if (flow->items[i].lane < 0)
			continue;
		begin_life(flow, &flow->items[i]);
		end_life(flow, &flow->items[i]);
	}
}

void flow_draw(struct buffer *out, struct flow *flow, unsigned first_item)
{
	struct flow_lines lines;
	struct flow_layout layout;

	flow_lines_make(&lines, flow, first_item);
	flow_layout_make(&layout, flow, &lines);
	struct flow_page page = {.flow = flow, .layout = &layout, .glyphs = flow->style->unicode ? &drawn : &plain};
	page.cells = memory_get((size_t)FLOW_ROWS_MOST * layout.width * sizeof(*page.cells));
	draw_titles(out, &page);
	live_until(flow, first_item);
	for (unsigned i = 0; i < lines.count; i++)
		draw_line(out, &page, &lines.lines[i]);
	free(page.cells);
	free(lines.lines);
}
