/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where things stand: which items share a line, and how wide each part of the picture is. Each part gets what its
 * texts need; where that is more than the terminal has, the widest gives way first.
 */
#include <stdlib.h>
#include <string.h>

#include "flow_page.h"
#include "sosh/memory.h"

enum {
	LEFT_LEAST = 10,
	GAP_LEAST = 16,
	RIGHT_LEAST = 12,
	GAP_AIRY = 24,
	SIDE_MOST = 36,
	GAP_MOST = 40,
	BESIDE_TEXT = 2,
	ARROWS_FIRST = 6, /* an arrow gives way before a call does, unless it says what was seen */
	PAGE_WIDTH = 80,  /* where there is no terminal */
	PAGE_MOST = 240,
	NO_TERMINAL = 1000,
};

static unsigned page_width(const struct flow *flow)
{
	unsigned width = flow->style->width, lanes = flow->shown_count;

	if (width <= NO_TERMINAL)
		return width;
	width = lanes > 3 ? PAGE_WIDTH + (lanes - 3) * GAP_AIRY : PAGE_WIDTH;
	return width < PAGE_MOST ? width : PAGE_MOST;
}

unsigned flow_fits(const struct flow *flow)
{
	unsigned width = page_width(flow), lanes = 1;

	while (lanes < FLOW_COLUMNS_MOST && LEFT_LEAST + RIGHT_LEAST + lanes * (GAP_LEAST + 1) + 1 <= width)
		lanes++;
	return lanes > 1 ? lanes : 0;
}

bool flow_layout_is_left(const struct flow_layout *layout, unsigned column)
{
	return column == 0 && layout->lanes > 1;
}

unsigned flow_layout_room(const struct flow_layout *layout, unsigned column)
{
	unsigned room = flow_layout_is_left(layout, column) ? layout->left : layout->gap[column];
	unsigned beside = column + 1 < layout->lanes && column > 0 ? BESIDE_TEXT : 1;

	return room > beside ? room - beside : 0;
}

static struct flow_line *add_line(struct flow_lines *lines)
{
	if (lines->count == lines->room) {
		lines->room = lines->room ? lines->room * 2 : 64;
		lines->lines = memory_resize(lines->lines, lines->room * sizeof(*lines->lines));
	}
	struct flow_line *line = &lines->lines[lines->count++];
	line->call = line->arrow = -1;
	for (unsigned i = 0; i < FLOW_COLUMNS_MOST; i++)
		line->states[i] = -1;
	return line;
}

/* May the call stand beside an arrow that was told before it: its own, or one that it has waited for? */
static bool suits(const struct flow_item *call, const struct flow_arrow *arrow)
{
	return arrow->from == call->lane || !call->closes;
}

/* The place of the item in the line, when it has one left. */
static int *place_in(const struct flow *flow, struct flow_line *line, const struct flow_item *item)
{
	int *place = item->kind == FLOW_STATE   ? &line->states[flow->lanes[item->lane].column]
	             : item->kind == FLOW_ARROW ? &line->arrow
	                                        : &line->call;

	if (*place < 0 && item->kind == FLOW_CALL && line->arrow >= 0 && !suits(item, &flow->items[line->arrow].arrow))
		return NULL;
	return *place < 0 ? place : NULL;
}

void flow_lines_make(struct flow_lines *lines, const struct flow *flow, unsigned first_item)
{
	const struct flow_item *last = NULL;

	*lines = (struct flow_lines){0};
	for (unsigned i = first_item; i < flow->item_count; i++) {
		const struct flow_item *item = &flow->items[i];
		if (!flow_is_shown(flow, item))
			continue;
		struct flow_line *line = lines->count ? &lines->lines[lines->count - 1] : NULL;
		bool together =
			last && last->moment == item->moment && item->kind != FLOW_WAIT && last->kind != FLOW_WAIT;
		int *place = together ? place_in(flow, line, item) : NULL;
		if (!place)
			place = place_in(flow, add_line(lines), item);
		*place = (int)i;
		last = item;
	}
}

static void at_least(unsigned *room, size_t need, unsigned most)
{
	if (need > most)
		need = most;
	if (*room < need)
		*room = (unsigned)need;
}

static void measure_states(struct flow_layout *layout, const struct flow *flow, const struct flow_line *line)
{
	int call_of = line->call >= 0 ? flow->items[line->call].handle : 0;
	struct buffer text;

	buffer_init(&text);
	for (unsigned i = 0; i < layout->lanes; i++) {
		if (line->states[i] < 0)
			continue;
		buffer_empty(&text);
		flow_state_text(&text, flow, &flow->items[line->states[i]], call_of);
		at_least(&layout->state[i], text.length, SIDE_MOST - BESIDE_TEXT);
	}
	buffer_clear(&text);
}

/* What the texts of one line need. */
static void measure_line(struct flow_layout *layout, const struct flow *flow, const struct flow_line *line)
{
	struct buffer text;
	size_t need[FLOW_COLUMNS_MOST] = {0};
	int call_of = line->call >= 0 ? flow->items[line->call].handle : 0;

	buffer_init(&text);
	if (line->call >= 0 && flow->items[line->call].kind == FLOW_CALL) {
		flow_call_text(&text, flow, &flow->items[line->call], SIDE_MOST);
		need[flow->lanes[flow->items[line->call].lane].column] = flow_columns(buffer_string(&text)) + 1;
	}
	for (unsigned i = 0; i < layout->lanes; i++) {
		if (line->states[i] < 0)
			continue;
		buffer_empty(&text);
		flow_state_text(&text, flow, &flow->items[line->states[i]], call_of);
		need[i] += (i + 1 == layout->lanes ? layout->state[i] : text.length) + (need[i] ? BESIDE_TEXT : 1);
	}
	for (unsigned i = 1; i + 1 < layout->lanes; i++)
		need[i] += need[i] ? 1 : 0;
	for (unsigned i = 0; i < layout->lanes; i++)
		at_least(flow_layout_is_left(layout, i) ? &layout->left : &layout->gap[i], need[i], SIDE_MOST);
	if (line->arrow >= 0) {
		const struct flow_arrow *arrow = &flow->items[line->arrow].arrow;
		int from = flow->lanes[arrow->from].column, to = flow->lanes[arrow->to].column;
		buffer_empty(&text);
		unsigned around = flow_arrow_room(arrow);
		flow_label_text(&text, flow, &flow->items[line->arrow], GAP_MOST - around);
		if (from - to == 1 || to - from == 1)
			at_least(&layout->gap[from < to ? from : to], flow_columns(buffer_string(&text)) + around,
			         GAP_MOST);
	}
	buffer_clear(&text);
}

static unsigned total(const struct flow_layout *layout)
{
	unsigned sum = layout->left + layout->lanes;

	for (unsigned i = 0; i < layout->lanes; i++)
		sum += layout->gap[i];
	return sum;
}

/* The widest part gives way, until all fits; arrows by so much earlier. */
static void squeeze(struct flow_layout *layout, unsigned width, unsigned arrows_first)
{
	while (total(layout) > width) {
		unsigned *widest = NULL, spare = 0;
		for (unsigned i = 0; i <= layout->lanes; i++) {
			bool left = i == layout->lanes;
			unsigned *part = left ? &layout->left : &layout->gap[i];
			unsigned least = left                    ? (layout->lanes > 1 ? LEFT_LEAST : 0)
			                 : i + 1 < layout->lanes ? GAP_LEAST
			                                         : RIGHT_LEAST;
			unsigned first = left || i + 1 == layout->lanes ? 0 : arrows_first;
			if (*part > least && *part - least + first > spare) {
				spare = *part - least + first;
				widest = part;
			}
		}
		if (!widest)
			return;
		--*widest;
	}
}

void flow_layout_make(struct flow_layout *layout, const struct flow *flow, const struct flow_lines *lines)
{
	unsigned width = page_width(flow);

	*layout = (struct flow_layout){.lanes = flow->shown_count, .left = flow->shown_count > 1 ? LEFT_LEAST : 2};
	for (unsigned i = 0; i + 1 < layout->lanes; i++)
		layout->gap[i] = GAP_LEAST;
	layout->gap[layout->lanes - 1] = RIGHT_LEAST;
	for (unsigned i = 0; i < lines->count; i++)
		measure_states(layout, flow, &lines->lines[i]);
	for (unsigned i = 0; i < lines->count; i++)
		measure_line(layout, flow, &lines->lines[i]);
	squeeze(layout, width, flow->wire.count ? 0 : ARROWS_FIRST);
	if (layout->lanes > 1 && layout->gap[0] < GAP_AIRY && total(layout) < width) {
		unsigned more = width - total(layout);
		layout->gap[0] += more < GAP_AIRY - layout->gap[0] ? more : GAP_AIRY - layout->gap[0];
	}
	layout->at[0] = layout->left;
	for (unsigned i = 1; i < layout->lanes; i++)
		layout->at[i] = layout->at[i - 1] + layout->gap[i - 1] + 1;
	layout->width = total(layout);
}
