/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow: the session as a sequence diagram in text, time downwards, a column an endpoint.
 */
#include <stdlib.h>

#include "flow.h"
#include "sosh/memory.h"

#define ROWS_MOST 2000u /* the newest; a picture of more helps nobody */

/* Where the newest rows of the lanes shown begin; `*left_out` is how many come before. */
static unsigned newest(const struct flow *flow, unsigned *left_out)
{
	unsigned count = 0, first = flow->item_count;

	*left_out = 0;
	while (first > 0 && count < ROWS_MOST)
		count += flow_is_shown(flow, &flow->items[--first]);
	while (first > 0 && first < flow->item_count && flow->items[first].moment == flow->items[first - 1].moment)
		first++; /* no half of a call */
	for (unsigned i = 0; i < first; i++)
		*left_out += flow_is_shown(flow, &flow->items[i]);
	return first;
}

static void say(struct buffer *out, const struct flow *flow, const char *text)
{
	flow_cut(out, flow->style, text, flow->style->width);
	buffer_char(out, '\n');
}

static void say_left_out(struct buffer *out, const struct flow *flow, unsigned left_out)
{
	struct buffer text;

	buffer_init(&text);
	if (left_out)
		buffer_format(&text, "(%u earlier row%s left out)", left_out, left_out == 1 ? " is" : "s are");
	else if (flow->journal->oldest > 1)
		buffer_format(&text, "(the first %llu commands are forgotten)",
		              (unsigned long long)flow->journal->oldest - 1);
	if (text.length)
		say(out, flow, buffer_string(&text));
	buffer_clear(&text);
}

/* The newest lane that is left out and can be named; -1: none. */
static int newest_hidden(const struct flow *flow, const bool *all)
{
	int best = -1;

	for (unsigned i = 0; i < flow->lane_count; i++) {
		const struct flow_lane *lane = &flow->lanes[i];
		if (all[i] && lane->column < 0 && (lane->first || lane->owner) &&
		    (best < 0 || lane->newest >= flow->lanes[best].newest))
			best = (int)i;
	}
	return best;
}

/* How to see those that were left out: as much of it as there is room for. */
static void say_more(struct buffer *out, const struct flow *flow, const bool *all, unsigned hidden)
{
	static const char *const forms[] = {"(%u more endpoint%s: flow %s shows %s)", "(%u more endpoint%s: flow %s)"};
	int lane = newest_hidden(flow, all);
	struct buffer name, text;

	if (!hidden)
		return;
	buffer_init(&name);
	buffer_init(&text);
	bool named = lane >= 0 && flow_lane_name(&name, flow, lane);
	for (unsigned i = 0; named && i < 2; i++) {
		buffer_empty(&text);
		buffer_format(&text, forms[i], hidden, hidden == 1 ? "" : "s", buffer_string(&name),
		              hidden == 1 ? "it" : "one");
		if (text.length <= flow->style->width)
			break;
	}
	if (!named)
		buffer_format(&text, "(%u more endpoint%s)", hidden, hidden == 1 ? "" : "s");
	say(out, flow, buffer_string(&text));
	buffer_clear(&text);
	buffer_clear(&name);
}

/* Which lanes are shown. */
static bool *note_shown(const struct flow *flow)
{
	bool *all = memory_zero((flow->lane_count + 1) * sizeof(*all));

	for (unsigned i = 0; i < flow->shown_count; i++)
		all[flow->shown[i]] = true;
	return all;
}

static void say_nothing(struct buffer *out, const struct flow *flow)
{
	if (flow->session->handle_count == 0) {
		say(out, flow, "Nothing has happened yet: make a server and a client, then flow draws what they do.");
		return;
	}
	if (flow->journal->oldest > 1) {
		say_left_out(out, flow, 0);
		say(out, flow, "In what is left no socket has met another: name one: flow s.");
		return;
	}
	say(out, flow, "No socket has met another yet: connect one or send something, or name a socket: flow s.");
}

static void clear(struct flow *flow)
{
	free(flow->ends);
	free(flow->lanes);
	free(flow->steps);
	free(flow->closed);
	free(flow->items);
	free(flow->shown);
	free(flow->host_lanes);
	flow_wire_clear(flow);
	free(flow->used);
}

struct value view_flow(struct buffer *out, const struct session *session, const struct journal *journal,
                       const int *handles, unsigned count, const struct view_style *style)
{
	struct flow flow = {.session = session, .journal = journal, .style = style, .focus = -1};
	unsigned left_out, first;

	flow_collect(&flow, handles, count);
	flow_choose(&flow, handles, count);
	flow_fold(&flow);
	unsigned all = flow.shown_count, fit = flow_fits(&flow);
	first = newest(&flow, &left_out);
	struct value rows = flow_rows(&flow, first);
	bool *wanted = note_shown(&flow);
	flow_limit(&flow, fit);
	first = newest(&flow, &left_out);
	if (!all) {
		say_nothing(out, &flow);
	} else {
		say_left_out(out, &flow, left_out);
		if (fit)
			flow_draw(out, &flow, first);
		else
			flow_list(out, &flow, first);
		say_more(out, &flow, wanted, all - flow.shown_count);
	}
	free(wanted);
	clear(&flow);
	return rows;
}
