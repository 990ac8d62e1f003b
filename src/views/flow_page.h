/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEWS_FLOW_PAGE_H
#define VIEWS_FLOW_PAGE_H
/*
 * The page that a picture is drawn on: lines of items (flow_lines.c), where the lanes stand (flow_layout.c) and the
 * characters (flow_draw.c).
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

#endif
