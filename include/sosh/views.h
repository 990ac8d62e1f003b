/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_VIEWS_H
#define SOSH_VIEWS_H
/*
 * Views: an ended journal entry as text or JSON. They only read, and ask the kernel nothing.
 */
#include "sosh/journal.h"

struct view_style {
	bool colour;    /* a terminal, and no NO_COLOR */
	bool unicode;   /* the locale is UTF-8: arrows may be → */
	unsigned width; /* columns, 80 when unknown */
	bool timing;    /* say how long it took */
};

/*
 * Adds the lines that a person reads: "=> 0      client: CLOSED → ESTABLISHED   127.0.0.1:51334 → 127.0.0.1:65432".
 * The result first, what changed next, the explanation last. For a job with its number and command: it
 * comes when nobody has just typed it. Of an event: "conn: ESTABLISHED -> CLOSE-WAIT   the peer has closed its
 * side". Ends with a newline.
 */
void view_text(struct buffer *out, const struct session *session, const struct entry *entry,
               const struct view_style *style);
/* Adds one JSON object, every key of the contract in it, and a newline. */
void view_json(struct buffer *out, const struct session *session, const struct entry *entry);
/* Adds a call as strace prints it, `connect(3, {sa_family=AF_INET, sin_port=htons(80),
 * sin_addr=inet_addr("127.0.0.1")}, 16)`, without the result. */
void view_call(struct buffer *out, const struct call *call);
/* Adds a complaint: FILE:LINE:COLUMN: text, the line, a caret under the column. The line is cut to fit `width` around
 * the column. */
void view_error(struct buffer *out, const struct error *error, const struct view_style *style);
/*
 * Adds the session as a sequence diagram: time downwards, a column an endpoint, calls beside it, segments and data
 * between them, TCP states in the margin. Of the handles, or, when `count` is 0, of all that have met another. Gives
 * its rows, a list of structures; the caller clears it.
 */
struct value view_flow(struct buffer *out, const struct session *session, const struct journal *journal,
                       const int *handles, unsigned count, const struct view_style *style);

#endif
