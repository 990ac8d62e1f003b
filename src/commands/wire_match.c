/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which segments the wire keeps back: SYN, SYN,ACK, FIN, RST, ACK, data, TCP, UDP, ICMP. */
#include <string.h>

#include "wire_list.h"

#define ENDING (SEGMENT_SYN | SEGMENT_FIN | SEGMENT_RST)

static const struct wire_word flag_words[] = {
	{.name = "SYN", .kind = SEGMENT_TCP, .set = SEGMENT_SYN, .clear = SEGMENT_ACK},
	{.name = "SYN,ACK", .kind = SEGMENT_TCP, .set = SEGMENT_SYN | SEGMENT_ACK},
	{.name = "FIN", .kind = SEGMENT_TCP, .set = SEGMENT_FIN},
	{.name = "FIN,ACK", .kind = SEGMENT_TCP, .set = SEGMENT_FIN | SEGMENT_ACK},
	{.name = "RST", .kind = SEGMENT_TCP, .set = SEGMENT_RST},
	{.name = "RST,ACK", .kind = SEGMENT_TCP, .set = SEGMENT_RST | SEGMENT_ACK},
	{.name = "ACK", .kind = SEGMENT_TCP, .set = SEGMENT_ACK, .clear = ENDING, .no_data = true},
	{.name = "PSH", .kind = SEGMENT_TCP, .set = SEGMENT_PSH},
	{.name = "PSH,ACK", .kind = SEGMENT_TCP, .set = SEGMENT_PSH | SEGMENT_ACK},
	{.name = "URG", .kind = SEGMENT_TCP, .set = SEGMENT_URG},
	{.name = "data", .kind = SEGMENT_OTHER, .data = true},
	{.name = "TCP", .kind = SEGMENT_TCP},
	{.name = "UDP", .kind = SEGMENT_UDP},
	{.name = "ICMP", .kind = SEGMENT_ICMP},
};
#define FLAG_WORDS (sizeof(flag_words) / sizeof(*flag_words))

const char *engine_wire_flag_at(unsigned index)
{
	return index < FLAG_WORDS ? flag_words[index].name : NULL;
}

int wire_match_add(struct wire_match *match, const char *word, struct error *error)
{
	if (match->count == MATCH_WORDS)
		return error_set(error, "wire hold takes at most %u words", MATCH_WORDS);
	for (size_t i = 0; i < FLAG_WORDS; i++) {
		if (strcmp(flag_words[i].name, word))
			continue;
		match->words[match->count++] = flag_words[i];
		return 0;
	}
	return error_set(error, "wire hold takes SYN, SYN,ACK, FIN, RST, ACK, PSH, URG, data, TCP, UDP and ICMP");
}

static bool fits(const struct wire_word *word, const struct segment *segment)
{
	if (word->kind != SEGMENT_OTHER && (unsigned)word->kind != (unsigned)segment->kind)
		return false;
	if ((segment->tcp.flags & word->set) != word->set || segment->tcp.flags & word->clear)
		return false;
	return (!word->data || segment->length > 0) && (!word->no_data || segment->length == 0);
}

bool wire_matches(void *context, const struct wire_frame *frame)
{
	const struct wire_match *match = context;
	struct segment segment;

	if ((match->from && match->from != frame->from) || (match->to && match->to != frame->to))
		return false;
	segment_read(&segment, SEGMENT_ETHERNET, frame->bytes, frame->length);
	for (unsigned i = 0; i < match->count; i++)
		if (fits(&match->words[i], &segment))
			return true;
	return match->count == 0;
}
