/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TCP's options of a segment, as people write them.
 */
#include "segment.h"

/* Options that a segment keeps by number alone. IANA, "TCP Option Kind Numbers". */
static const char *option_name(unsigned kind)
{
	switch (kind) {
	case 19:
		return "md5";
	case 28:
		return "user timeout";
	case 29:
		return "ao";
	case 30:
		return "mptcp";
	case 34:
		return "fast open";
	case 172:
	case 174:
		return "accecn";
	}
	return NULL;
}

static void add_sacks(struct buffer *out, const struct view_segment *view)
{
	const struct segment_tcp *tcp = &view->segment->tcp;
	/* The blocks are counted as the acknowledgement is. */
	uint32_t base = view->place && view->place->known ? tcp->ack - view->place->ack : 0;
	for (unsigned i = 0; i < tcp->sack_count; i++)
		buffer_format(out, ",sack %u..%u", tcp->sacks[i].begin - base, tcp->sacks[i].end - base);
}

static void add_others(struct buffer *out, const struct segment_tcp *tcp)
{
	for (unsigned i = 0; i < tcp->other_count && i < SEGMENT_OTHERS; i++) {
		const char *name = option_name(tcp->others[i]);
		if (name)
			buffer_format(out, ",%s", name);
		else
			buffer_format(out, ",option %u", tcp->others[i]);
	}
	if (tcp->other_count > SEGMENT_OTHERS)
		buffer_text(out, ",...");
}

void segment_options(struct buffer *out, const struct view_segment *view)
{
	const struct segment_tcp *tcp = &view->segment->tcp;
	size_t begin = out->length;
	if (tcp->has_mss)
		buffer_format(out, ",mss %u", tcp->mss);
	if (tcp->sack_permitted)
		buffer_text(out, ",sackOK");
	if (tcp->has_timestamps)
		buffer_text(out, ",TS");
	if (tcp->has_scale)
		buffer_format(out, ",wscale %u", tcp->scale);
	add_sacks(out, view);
	add_others(out, tcp);
	if (out->length == begin)
		return;
	out->bytes[begin] = '<';
	buffer_char(out, '>');
}
