/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an arrow says of a segment that was seen: its flags, its data, what is peculiar about it; its number where it
 * has to be found again in another row.
 */
#include <string.h>

#include "flow.h"

const char *flow_stops(const struct flow_arrow *arrow)
{
	enum passage_fate fate = arrow->crossing ? arrow->crossing->passage->fate : PASSAGE_DELIVERED;

	if (arrow->part != PART_WHOLE || (fate != PASSAGE_HELD && fate != PASSAGE_ON_ITS_WAY))
		return NULL;
	return passage_fate_name(fate);
}

static void add_number(struct buffer *out, const struct flow_arrow *arrow)
{
	uint64_t first = arrow->crossing->passage->number;

	if (arrow->part == PART_WHOLE && !flow_stops(arrow))
		return;
	buffer_format(out, "#%llu", (unsigned long long)first);
	if (arrow->folded)
		buffer_format(out, "-%llu", (unsigned long long)arrow->last);
	buffer_char(out, ' ');
}

/* "again", "(window probe)": how it stands to those before it. */
static void add_role(struct buffer *out, const struct flow_crossing *crossing, const struct flow_arrow *arrow)
{
	const struct segment_place *place = &crossing->passage->place;
	bool opens = crossing->flags & (SEGMENT_SYN | SEGMENT_RST);

	if (place->role == ROLE_RETRANSMISSION || place->role == ROLE_DUPLICATE_ACK)
		buffer_text(out, " again");
	else if (place->role != ROLE_PLAIN)
		buffer_format(out, " (%s)", segment_role_name(place->role));
	if (arrow->folded)
		buffer_format(out, ", %u times", arrow->folded + 1);
	if (crossing->kind == SEGMENT_TCP && place->known && !place->window && !opens)
		buffer_text(out, " win 0");
	if (crossing->passage->corrupted)
		buffer_text(out, " corrupted");
}

/* "23 segments, 33304 bytes", "12 ACKs" */
static void add_folded(struct buffer *out, const struct flow_arrow *arrow, size_t width)
{
	unsigned long long bytes = arrow->carried;
	unsigned count = arrow->folded + 1;
	size_t before = out->length;

	if (!bytes) {
		buffer_format(out, "%u ACKs", count);
		return;
	}
	buffer_format(out, "%u segments, %llu bytes", count, bytes);
	if (out->length > width) {
		out->length = before;
		buffer_format(out, "%u segments, %llu B", count, bytes);
	}
}

/* Repetitions tell what they repeat. */
static bool repeats(const struct flow_arrow *arrow)
{
	enum segment_role role = arrow->crossing->passage->place.role;

	return role == ROLE_RETRANSMISSION || role == ROLE_DUPLICATE_ACK;
}

/* Flags that say no more than that there is data give way to it. */
static bool is_plain_data(const struct flow_crossing *crossing)
{
	unsigned telling = SEGMENT_SYN | SEGMENT_FIN | SEGMENT_RST | SEGMENT_URG;

	return crossing->kind == SEGMENT_TCP && crossing->length && !(crossing->flags & telling);
}

static void add_data(struct buffer *out, const struct flow *flow, const struct flow_crossing *crossing,
                     const struct segment *segment, size_t width)
{
	const char *data = (const char *)segment->data;
	struct buffer flags, text;

	buffer_init(&flags);
	buffer_init(&text);
	segment_flags(&flags, segment);
	if (crossing->length && width > flags.length + 1)
		flow_data_text(&text, flow, data, segment->data_length, crossing->length, width - flags.length - 1);
	if (is_plain_data(crossing) && (!text.length || text.bytes[0] != '"')) {
		buffer_empty(&text);
		flow_data_text(&text, flow, data, segment->data_length, crossing->length, width);
		if (text.length)
			buffer_empty(&flags);
	}
	buffer_text(out, buffer_string(&flags));
	if (flags.length && text.length)
		buffer_char(out, ' ');
	buffer_text(out, buffer_string(&text));
	buffer_clear(&flags);
	buffer_clear(&text);
}

static void add_whole(struct buffer *out, const struct flow *flow, const struct flow_arrow *arrow, size_t width)
{
	size_t taken = flow_columns(buffer_string(out));
	struct segment segment;
	struct buffer role;

	passage_read(arrow->crossing->passage, &segment);
	buffer_init(&role);
	add_role(&role, arrow->crossing, arrow);
	taken += role.length;
	if (arrow->folded)
		segment_flags(out, &segment);
	else
		add_data(out, flow, arrow->crossing, &segment, width > taken ? width - taken : 0);
	buffer_add(out, buffer_string(&role), role.length);
	buffer_clear(&role);
}

void flow_segment_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, size_t width)
{
	const struct flow_arrow *arrow = &item->arrow;
	struct buffer text;

	buffer_init(&text);
	add_number(&text, arrow);
	if (arrow->part == PART_ARRIVES)
		buffer_text(&text, arrow->copy ? "copy" : "");
	else if (arrow->folded && !repeats(arrow))
		add_folded(&text, arrow, width);
	else
		add_whole(&text, flow, arrow, width);
	while (text.length && text.bytes[text.length - 1] == ' ')
		text.bytes[--text.length] = 0;
	flow_cut(out, flow->style, buffer_string(&text), width);
	buffer_clear(&text);
}
