/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEWS_FLOW_PAGE_H
#define VIEWS_FLOW_PAGE_H
/*
 * The page that a picture is drawn on: lines of items (flow_lines.c), where the lanes stand (flow_layout.c) and the
 * characters (flow_draw.c, flow_arrow.c).
 */
#include "flow.h"

/* What stands on one line: at most one call, one arrow and a state for each lane. Items, -1: none. */
struct flow_line {
	int call, arrow;
	int states[FLOW_COLUMNS_MOST];
};

struct flow_lines {
	struct flow_line *lines;
	unsigned count, room;
};

/* The left lane has its texts on its left, each other one on its right. */
struct flow_layout {
	unsigned lanes;
	unsigned width;                    /* of the whole picture */
	unsigned left;                     /* the columns on the left of the first lane */
	unsigned gap[FLOW_COLUMNS_MOST];   /* those between a lane and the next, or the right margin */
	unsigned at[FLOW_COLUMNS_MOST];    /* where each lane stands */
	unsigned state[FLOW_COLUMNS_MOST]; /* the widest state */
};

void flow_lines_make(struct flow_lines *lines, const struct flow *flow, unsigned first_item);
void flow_layout_make(struct flow_layout *layout, const struct flow *flow, const struct flow_lines *lines);
/* Are the texts of the lane on its left? */
bool flow_layout_is_left(const struct flow_layout *layout, unsigned column);
/* The room for them. */
unsigned flow_layout_room(const struct flow_layout *layout, unsigned column);

#define FLOW_ROWS_MOST 6u /* that a line may take */

struct glyphs {
	uint32_t life, kernel, gap, dash, right, left, from_left, from_right, cross, lost;
	uint32_t
		corners[4]; /* where one leaves to the right, to the left, where it arrives on the right, on the left */
};

/* The rows of one line. */
struct flow_page {
	struct flow *flow;
	const struct flow_layout *layout;
	const struct glyphs *glyphs;
	uint32_t *cells; /* FLOW_ROWS_MOST rows of the layout's width */
	unsigned rows;
	bool gap; /* time passes */
};

uint32_t *flow_page_row(const struct flow_page *page, unsigned number);
void flow_page_begin_row(struct flow_page *page);
void flow_page_put(const struct flow_page *page, unsigned number, unsigned at, const char *text);

/* flow_arrow.c: draws an arrow in the first row where it has room, and gives that row's number. */
unsigned flow_draw_arrow(struct flow_page *page, const struct flow_item *item);
/* The columns that it needs between its lanes beside its label. */
unsigned flow_arrow_room(const struct flow_arrow *arrow);

#endif
