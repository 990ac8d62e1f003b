/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_MODEL_SEGMENT_PARTS_H
#define SOSH_MODEL_SEGMENT_PARTS_H
/*
 * How the files that read a segment share its bytes.
 */
#include "sosh/segment.h"

/* What is still to be read. */
struct part {
	const unsigned char *frame; /* its beginning */
	const unsigned char *at;
	size_t here;   /* bytes that are there */
	size_t stated; /* bytes that the headers say there are */
	bool quoted;   /* within an ICMP error: it may end anywhere, and nothing quoted in it is read */
};

static inline unsigned get16(const unsigned char *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

static inline uint32_t get32(const unsigned char *bytes)
{
	return (uint32_t)get16(bytes) << 16 | get16(bytes + 2);
}

/* Goes on behind `length` bytes, all of which are there. */
static inline void part_pass(struct part *part, size_t length)
{
	part->at += length;
	part->here -= length;
	part->stated -= length < part->stated ? length : part->stated;
}

/* Says what is wrong, unless something was wrong before. */
static inline void segment_blame(struct segment *segment, const char *what)
{
	if (segment->malformed && !segment->cut)
		return;
	segment->malformed = what;
	segment->cut = false;
}

/* Reads an IP packet whose ethertype is known. */
void segment_read_network(struct segment *segment, struct part part);
/* Reads what follows the IP headers, by segment->protocol. */
void segment_read_transport(struct segment *segment, struct part part);
/* Judges the checksums of a frame that was read. */
void segment_judge_checksums(struct segment *segment, const unsigned char *bytes);

#endif
