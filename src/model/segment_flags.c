/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a segment is, in the word that people use for it.
 */
#include "segment_parts.h"

static void add_tcp_flags(struct buffer *out, unsigned flags)
{
	static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
	const char *comma = "";
	for (unsigned bit = 0; bit < sizeof(names) / sizeof(names[0]); bit++) {
		if (!(flags & 1u << bit))
			continue;
		buffer_text(out, comma);
		buffer_text(out, names[bit]);
		comma = ",";
	}
	if (flags == 0)
		buffer_text(out, "none");
}

static void add_noise(struct buffer *out, const struct segment *segment)
{
	if (segment->noise == NOISE_ARP)
		buffer_text(out, "ARP");
	else if (segment->noise == NOISE_GROUP)
		buffer_text(out, "IGMP");
	else if (segment->version)
		buffer_format(out, "protocol %u", segment->protocol);
	else
		buffer_format(out, "ethertype 0x%04x", segment->ethertype);
}

void segment_flags(struct buffer *out, const struct segment *segment)
{
	if (segment->fragment_offset > 0)
		buffer_text(out, "fragment");
	else if (segment->kind == SEGMENT_TCP && segment->has_header)
		add_tcp_flags(out, segment->tcp.flags);
	else if (segment->kind == SEGMENT_TCP)
		buffer_text(out, "TCP");
	else if (segment->kind == SEGMENT_UDP)
		buffer_text(out, "UDP");
	else if (segment->kind == SEGMENT_ICMP) {
		buffer_text(out, segment->version == 4 ? "ICMP" : "ICMPv6");
		if (segment->has_header)
			buffer_format(out, " %u/%u", segment->icmp.type, segment->icmp.code);
	} else {
		add_noise(out, segment);
	}
}
