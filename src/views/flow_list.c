/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session as a list, where a picture has no room. */
#include <string.h>

#include "flow.h"

static void add_arrow(struct buffer *out, const struct flow *flow, const struct flow_item *item)
{
	bool unicode = flow->style->unicode;

	flow_lane_title(out, flow, item->arrow.from);
	buffer_text(out, item->arrow.lost ? (unicode ? " \u2500\u00d7 " : " -x ") : (unicode ? " \u2192 " : " -> "));
	flow_lane_title(out, flow, item->arrow.to);
	buffer_text(out, ": ");
	flow_label_text(out, flow, item, 40);
	if (item->arrow.crossing && item->arrow.part != PART_WHOLE)
		buffer_text(out, item->arrow.part == PART_LEAVES ? " leaves" : " arrives");
	if (flow_stops(&item->arrow))
		buffer_format(out, " %s", flow_stops(&item->arrow));
}

static void add_item(struct buffer *out, const struct flow *flow, const struct flow_item *item)
{
	const struct handle *handle = session_handle(flow->session, item->handle);

	if (item->kind == FLOW_ARROW) {
		add_arrow(out, flow, item);
		return;
	}
	if (handle)
		session_handle_label(out, handle);
	else
		flow_lane_title(out, flow, item->lane);
	buffer_text(out, item->kind == FLOW_STATE ? " " : ": ");
	if (item->kind == FLOW_STATE)
		buffer_text(out, state_name(item->state));
	else if (item->kind == FLOW_CALL)
		flow_call_text(out, flow, item, 60);
	else
		buffer_text(out, "...");
}

void flow_list(struct buffer *out, const struct flow *flow, unsigned first_item)
{
	struct buffer text;

	buffer_init(&text);
	for (unsigned i = first_item; i < flow->item_count; i++) {
		if (!flow_is_shown(flow, &flow->items[i]))
			continue;
		buffer_empty(&text);
		add_item(&text, flow, &flow->items[i]);
		flow_cut(out, flow->style, buffer_string(&text), flow->style->width);
		buffer_char(out, '\n');
	}
	buffer_clear(&text);
}
