/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One segment as a line for people. Its parts are made first; those that there is no room for are left out, the least
 * telling first.
 */
#include <string.h>

#include "segment.h"
#include "sosh/text.h"

enum { NUMBER_GAP = 2, FLAGS_WIDTH = 7, DATA_LONG = 32, DATA_SHORT = 8, EXPLICIT_CONGESTION = 3 };

/* The parts, in the order in which they stand in the line. */
enum part {
	PART_NUMBER,
	PART_ENDS,
	PART_FLAGS,
	PART_NUMBERS,
	PART_LENGTH,
	PART_DATA,
	PART_ROLE,
	PART_FAULT,
	PART_FATE,
	PART_URGENT,
	PART_WINDOW,
	PART_EXTRA,
	PART_OPTIONS,
	PARTS
};

struct parts {
	struct buffer texts[PARTS];
	unsigned widths[PARTS]; /* in columns; 0: it is left out */
};

static void add_end(struct buffer *out, const struct view_segment *view, const struct address *end)
{
	int port = address_port(end);
	bool has_port = port > 0 || (view->segment->has_header && view->segment->kind != SEGMENT_ICMP);
	size_t before = out->length;
	if (end->length == 0) {
		buffer_char(out, '?');
		return;
	}
	bool named = view->host_name && view->host_name(out, end, view->context);
	if (!named) {
		out->length = before;
		if (has_port)
			address_format(out, end);
		else
			address_format_host(out, end);
	} else if (has_port) {
		buffer_format(out, ":%d", port);
	}
}

void segment_end(struct buffer *out, const struct view_segment *view, bool from)
{
	add_end(out, view, from ? &view->segment->from : &view->segment->to);
}

static void add_ends(struct buffer *out, const struct view_segment *view, const char *arrow)
{
	segment_end(out, view, true);
	buffer_text(out, arrow);
	segment_end(out, view, false);
}

/* Characters, as all is UTF-8 or escaped. */
static unsigned columns(const struct buffer *text)
{
	unsigned count = 0;
	for (size_t i = 0; i < text->length; i++)
		count += ((unsigned char)text->bytes[i] & 0xc0) != 0x80;
	return count;
}

unsigned view_segment_ends_width(const struct view_segment *view)
{
	struct buffer text;
	buffer_init(&text);
	add_ends(&text, view, " > ");
	unsigned width = columns(&text);
	buffer_clear(&text);
	return width;
}

bool segment_numbers(const struct view_segment *view, uint32_t *seq, uint32_t *ack)
{
	const struct segment *segment = view->segment;
	if (segment->kind != SEGMENT_TCP || !segment->has_header)
		return false;
	bool relative = view->place && view->place->known;
	*seq = relative ? view->place->seq : segment->tcp.seq;
	*ack = relative ? view->place->ack : segment->tcp.ack;
	return true;
}

static void add_numbers(struct buffer *out, const struct view_segment *view)
{
	uint32_t seq, ack;
	if (!segment_numbers(view, &seq, &ack))
		return;
	buffer_format(out, "seq %u", seq);
	if (view->segment->tcp.flags & SEGMENT_ACK)
		buffer_format(out, " ack %u", ack);
}

static void add_data(struct buffer *out, const struct segment *segment, size_t most)
{
	bool error = segment->kind == SEGMENT_ICMP && segment->icmp.is_error;
	size_t length = segment->data_length < most ? segment->data_length : most;
	if (!segment->has_header || error || length == 0)
		return;
	text_quote(out, (const char *)segment->data, length);
	if (length < segment->length)
		buffer_text(out, "...");
}

static void add_role(struct buffer *out, const struct segment_place *place)
{
	if (!place || place->role == ROLE_PLAIN)
		return;
	buffer_text(out, segment_role_name(place->role));
	if (place->first)
		buffer_format(out, " of %llu", (unsigned long long)place->first);
}

static void add_fault(struct buffer *out, const struct segment *segment)
{
	if (segment->malformed)
		buffer_format(out, "malformed: %s", segment->malformed);
	else if (segment->ip_checksum == CHECKSUM_WRONG || segment->checksum == CHECKSUM_WRONG)
		buffer_text(out, segment->checksum == CHECKSUM_WRONG ? "wrong checksum" : "wrong IP checksum");
}

static void add_window(struct buffer *out, const struct view_segment *view)
{
	const struct segment *segment = view->segment;
	bool relative = view->place && view->place->known;
	if (segment->kind == SEGMENT_TCP && segment->has_header)
		buffer_format(out, "win %u", relative ? view->place->window : segment->tcp.window);
}

static void add_urgent(struct buffer *out, const struct segment *segment)
{
	if (segment->kind == SEGMENT_TCP && segment->tcp.flags & SEGMENT_URG)
		buffer_format(out, "urgent %u", segment->tcp.urgent);
}

/* What concerns the way: fragments, a router's mark of congestion, an ICMP error's MTU and what it is about. */
static void add_extra(struct buffer *out, const struct view_segment *view)
{
	const struct segment *segment = view->segment;
	const char *blank = "";
	if (segment_is_fragment(segment)) {
		buffer_format(out, "bytes %u..%zu of packet %u%s", segment->fragment_offset,
		              segment->fragment_offset + segment->transport_length - segment->data_length +
		                      segment->length,
		              segment->fragment_id, segment->more_fragments ? ", more follow" : "");
		blank = "  ";
	}
	if (segment->ecn == EXPLICIT_CONGESTION) {
		buffer_format(out, "%scongestion seen", blank);
		blank = "  ";
	}
	if (segment->icmp.mtu) {
		buffer_format(out, "%smtu %u", blank, segment->icmp.mtu);
		blank = "  ";
	}
	if (segment->icmp.has_ends) {
		buffer_format(out, "%sabout ", blank);
		add_end(out, view, &segment->icmp.from);
		buffer_text(out, " > ");
		add_end(out, view, &segment->icmp.to);
	}
}

static void add_options(struct buffer *out, const struct view_segment *view)
{
	if (view->segment->kind == SEGMENT_TCP)
		segment_options(out, view);
}

static void make(struct parts *parts, const struct view_segment *view, const struct view_style *style)
{
	const struct segment *segment = view->segment;
	struct buffer *texts = parts->texts;
	for (unsigned i = 0; i < PARTS; i++)
		buffer_init(&texts[i]);
	if (view->number)
		buffer_format(&texts[PART_NUMBER], "#%llu", (unsigned long long)view->number);
	add_ends(&texts[PART_ENDS], view, style->unicode ? " \u2192 " : " > ");
	segment_flags(&texts[PART_FLAGS], segment);
	add_numbers(&texts[PART_NUMBERS], view);
	if (segment->length)
		buffer_format(&texts[PART_LENGTH], "len %zu", segment->length);
	add_data(&texts[PART_DATA], segment, DATA_LONG);
	add_role(&texts[PART_ROLE], view->place);
	add_fault(&texts[PART_FAULT], segment);
	if (view->fate)
		buffer_text(&texts[PART_FATE], view->fate);
	add_urgent(&texts[PART_URGENT], segment);
	add_window(&texts[PART_WINDOW], view);
	add_extra(&texts[PART_EXTRA], view);
	add_options(&texts[PART_OPTIONS], view);
}

static void measure(struct parts *parts, const struct view_segment *view)
{
	const unsigned least[PARTS] = {[PART_NUMBER] = view->number ? view->number_width : 0,
	                               [PART_ENDS] = view->ends_width,
	                               [PART_FLAGS] = FLAGS_WIDTH};
	for (unsigned i = 0; i < PARTS; i++) {
		unsigned width = columns(&parts->texts[i]);
		parts->widths[i] = width < least[i] ? least[i] : width;
	}
}

static unsigned line_width(const struct parts *parts)
{
	unsigned width = 0;
	for (unsigned i = 0; i < PARTS; i++)
		width += parts->widths[i] ? parts->widths[i] + (width ? NUMBER_GAP : 0) : 0;
	return width;
}

/* Leaves parts out until the line fits. */
static void fit(struct parts *parts, const struct segment *segment, unsigned width)
{
	static const enum part dropped[] = {PART_OPTIONS, PART_DATA, PART_WINDOW, PART_EXTRA, PART_NUMBERS};
	struct buffer *data = &parts->texts[PART_DATA];
	if (line_width(parts) > width && segment->data_length > DATA_SHORT) {
		buffer_empty(data);
		add_data(data, segment, DATA_SHORT);
		parts->widths[PART_DATA] = columns(data);
	}
	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]) && line_width(parts) > width; i++)
		parts->widths[dropped[i]] = 0;
}

static const char *colour_of(enum part part)
{
	if (part == PART_FLAGS)
		return "1";
	if (part == PART_FAULT)
		return "1;31";
	if (part == PART_ROLE || part == PART_FATE)
		return "33";
	return part == PART_WINDOW || part == PART_OPTIONS ? "2" : NULL;
}

static void write_part(struct buffer *out, const struct parts *parts, enum part part, bool colour, bool last)
{
	const char *sgr = colour ? colour_of(part) : NULL;
	if (sgr)
		buffer_format(out, "\033[%sm", sgr);
	buffer_add(out, buffer_string(&parts->texts[part]), parts->texts[part].length);
	if (sgr)
		buffer_text(out, "\033[0m");
	if (!last)
		buffer_fill(out, ' ', parts->widths[part] - columns(&parts->texts[part]) + NUMBER_GAP);
}

void view_segment_line(struct buffer *out, const struct view_segment *view, const struct view_style *style)
{
	struct parts parts;
	unsigned last = 0;
	make(&parts, view, style);
	measure(&parts, view);
	fit(&parts, view->segment, style->width);
	for (unsigned i = 0; i < PARTS; i++)
		last = parts.widths[i] ? i : last;
	for (unsigned i = 0; i < PARTS; i++) {
		if (parts.widths[i])
			write_part(out, &parts, i, style->colour, i == last);
		buffer_clear(&parts.texts[i]);
	}
	buffer_char(out, '\n');
}
