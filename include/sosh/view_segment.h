/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_VIEW_SEGMENT_H
#define SOSH_VIEW_SEGMENT_H
/*
 * One segment as a line for people, or as JSON's object.
 */
#include "sosh/segment_flow.h"
#include "sosh/views.h"

/* Adds the name of a host, whose port does not count; false when it has none and its number is shown. */
typedef bool view_host_name(struct buffer *out, const struct address *host, void *context);

struct view_segment {
	uint64_t number; /* 0: none */
	const struct segment *segment;
	const struct segment_place *place; /* NULL: numbers are shown as they are in the header */
	const char *fate;                  /* static: "held", "dropped"; NULL */
	view_host_name *host_name;         /* NULL: none has one */
	void *context;
	unsigned number_width,
		ends_width; /* columns that the number and both ends take at least, to align many lines */
};

/*
 * Adds a line, a newline behind it:
 *   #3  client:51334 > server:80  SYN,ACK  seq 0 ack 1  win 65160  <mss 1460,sackOK,TS,wscale 7>
 * Where style->width is too small for it things are left out, in this order: the data beyond its first bytes, the
 * options, the data, the window, the numbers. Data is escaped.
 */
void view_segment_line(struct buffer *out, const struct view_segment *view, const struct view_style *style);
/* The columns that "client:51334 > server:80" takes. */
unsigned view_segment_ends_width(const struct view_segment *view);
/* Adds {"n","from","to","flags","seq","ack","length","fate"}; what it has not is null. */
void view_segment_json(struct buffer *out, const struct view_segment *view);

/* A host of the lab by its name; the context is a const struct session. */
bool view_lab_host(struct buffer *out, const struct address *host, void *session);
/* The same of a passage: the segment is read into `segment`, which the view borrows. */
void view_of_passage(struct view_segment *view, struct segment *segment, const struct passage *passage,
                     const struct session *session);
/* The same of the segment with that number, when it is one of the entry's; false: it is not. */
bool view_of_entry(struct view_segment *view, struct segment *segment, const struct entry *entry, uint64_t number,
                   const struct session *session);
/* Adds the segments that crossed the wire while an entry ran, each a line, indented; the first of many. */
void view_segments_of(struct buffer *out, const struct session *session, const struct entry *entry,
                      const struct view_style *style);

#endif
