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
	bool calls;     /* show each system call, as strace prints it */
};

/*
 * Adds the lines that a person reads: "=> 0      client: CLOSED → ESTABLISHED   127.0.0.1:51334 → 127.0.0.1:65432".
 * The result first, what changed next, the explanation last. For a job with its number and command: it
 * comes when nobody has just typed it. Of an event: "conn: ESTABLISHED -> CLOSE-WAIT   the peer has closed its
 * side". Ends with a newline.
 */
void view_text(struct buffer *out, const struct session *session, const struct entry *entry,
               const struct view_style *style);
/* Adds a line of text, broken at blanks where it is too long for the width, and a newline. */
void view_line(struct buffer *out, const char *text, const struct view_style *style);
/* Adds the lines of a job that has begun to wait: "%1 waits for a client on server (127.0.0.1:80)", and what it has set
 * off so far. */
void view_waiting(struct buffer *out, const struct session *session, const struct entry *entry, const char *what,
                  const struct view_style *style);
/* Adds one JSON object, every key of the contract in it, and a newline. */
void view_json(struct buffer *out, const struct session *session, const struct entry *entry);
/* Adds a call as strace prints it, `connect(3, {sa_family=AF_INET, sin_port=htons(80),
 * sin_addr=inet_addr("127.0.0.1")}, 16)`, without the result. */
void view_call(struct buffer *out, const struct call *call);
/* Adds its result, ` = -1 ECONNREFUSED (Connection refused)`. */
void view_call_result(struct buffer *out, const struct call *call);
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

/*
 * A table: rows of cells in columns, two blanks apart where there is room. A column without anything in its cells is
 * not shown. Where the table is wider than it may be, its steps are taken one after the other until it fits: what
 * matters least goes first.
 */
struct view_column {
	const char *title;
	const char *brief; /* its title beside brief cells; NULL: the same */
	bool right;        /* numbers */
};
struct view_step {
	/* take the brief cells; cut the long ones; leave the column out; all columns one blank apart */
	enum { STEP_BRIEF, STEP_CUT, STEP_DROP, STEP_CLOSE } kind;
	unsigned column;
	unsigned least; /* STEP_CUT: never narrower than this */
};
struct view_layout {
	const struct view_column *columns;
	unsigned column_count;
	const struct view_step *steps;
	unsigned step_count;
};
struct view_table {
	const struct view_layout *layout; /* borrowed */
	struct buffer texts;              /* the cells', each with a NUL behind it */
	struct view_cell *cells;          /* owned; row by row */
	size_t row_count, row_room;
};
void view_table_init(struct view_table *table, const struct view_layout *layout);
void view_table_clear(struct view_table *table);
/* Begins a row, all its cells empty. */
void view_table_row(struct view_table *table);
/* Sets a cell of the last row, in printable ASCII; `brief` NULL: the same. */
void view_table_cell(struct view_table *table, unsigned column, const char *text, const char *brief);
/* A line across all columns. */
void view_table_heading(struct view_table *table, const char *text);
/* Adds the table, the titles first; nothing when it has no rows. No line is wider than `width`. */
void view_table_format(struct buffer *out, const struct view_table *table, unsigned width);

/* A fact and what it means: "  NAME  VALUE  MEANING", the columns at the same places in every line. */
struct view_fact {
	const char *name, *value, *meaning; /* printable ASCII; `meaning` may be "" */
};
/*
 * Adds a heading and facts below it. Where the width is too small the meanings are folded, then stand on lines of their
 * own, then names and values are folded too. No line is wider than `width`; below 16 it counts as 16.
 */
void view_facts(struct buffer *out, const char *heading, const struct view_fact *facts, size_t count, unsigned width);

#endif
