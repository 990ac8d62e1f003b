/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture's rows as a value, for JSON. */
#include <string.h>

#include "flow.h"

enum { KEYS = 15, TEXT_MOST = 200 };

static struct value text_value(struct buffer *text)
{
	struct value value = value_word(buffer_string(text));

	buffer_empty(text);
	return value;
}

static struct value lane_value(const struct flow *flow, int lane, struct buffer *text)
{
	flow_lane_title(text, flow, lane);
	if (flow_is_peer(flow, lane)) {
		buffer_char(text, ' ');
		flow_lane_address(text, flow, lane);
	}
	return text_value(text);
}

static struct value item_text(const struct flow *flow, const struct flow_item *item, struct buffer *text)
{
	if (item->kind == FLOW_CALL)
		flow_call_text(text, flow, item, TEXT_MOST);
	else if (item->kind == FLOW_ARROW)
		flow_label_text(text, flow, item, TEXT_MOST);
	if (item->kind == FLOW_STATE && item->strangers)
		buffer_format(text, "%u waiting ", item->strangers);
	if (item->kind == FLOW_STATE)
		buffer_text(text, state_name(item->state));
	return item->kind == FLOW_WAIT ? value_none() : text_value(text);
}

static struct value row_value(const struct flow *flow, const struct flow_item *item, struct buffer *text)
{
	static const char *const kinds[] = {"call", "wait", "arrow", "state"};
	static const char *const parts[] = {"whole", "leaves", "arrives"};
	bool arrow = item->kind == FLOW_ARROW;
	const struct passage *passage = arrow && item->arrow.crossing ? item->arrow.crossing->passage : NULL;
	struct value row = value_struct(KEYS);
	const struct item items[KEYS] = {
		{"n", item->entry ? value_number((int64_t)item->entry->number) : value_none()},
		{"moment", value_number((int64_t)item->moment)},
		{"kind", value_word(kinds[item->kind])},
		{"endpoint", lane_value(flow, item->lane, text)},
		{"handle", item->handle ? value_number(item->handle) : value_none()},
		{"text", item_text(flow, item, text)},
		{"from", arrow ? lane_value(flow, item->arrow.from, text) : value_none()},
		{"to", arrow ? lane_value(flow, item->arrow.to, text) : value_none()},
		{"bytes", flow_bytes(item) >= 0 ? value_number(flow_bytes(item)) : value_none()},
		{"inferred", arrow ? value_bool(item->arrow.inferred) : value_none()},
		{"lost", arrow ? value_bool(item->arrow.lost) : value_none()},
		{"segment", passage ? value_number((int64_t)passage->number) : value_none()},
		{"segments", passage ? value_number(item->arrow.folded + 1) : value_none()},
		{"fate", passage ? value_word(passage_fate_name(passage->fate)) : value_none()},
		{"part", passage ? value_word(parts[item->arrow.part]) : value_none()},
	};

	memcpy(row.list->items, items, sizeof(items));
	return row;
}

struct value flow_rows(const struct flow *flow, unsigned first_item)
{
	unsigned count = 0;
	struct buffer text;

	for (unsigned i = first_item; i < flow->item_count; i++)
		count += flow_is_shown(flow, &flow->items[i]);
	struct value rows = value_list(count);
	count = 0;
	buffer_init(&text);
	for (unsigned i = first_item; i < flow->item_count; i++)
		if (flow_is_shown(flow, &flow->items[i]))
			rows.list->items[count++].value = row_value(flow, &flow->items[i], &text);
	buffer_clear(&text);
	return rows;
}
