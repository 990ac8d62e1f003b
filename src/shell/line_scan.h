/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_LINE_SCAN_H
#define SOSH_SHELL_LINE_SCAN_H
/*
 * The words of a half-typed line: blanks, names, quotes and where the last command of it begins.
 */
#include "sosh/language.h"

/* A line as read up to the cursor: nothing behind `end` is looked at. */
struct line {
	const char *text;
	size_t at, end;
	command_lookup *lookup;
};

struct span {
	size_t start, end;
};

/* What the walk from the beginning of the line tells about its end. */
struct situation {
	size_t command; /* where the last command begins */
	bool comment;
	char quote;     /* open at the end, or 0 */
	size_t content; /* where the open quote's content begins */
};

bool scan_is_name(char c);
bool scan_is_blank(char c);
/* The character at an index, NUL from the end on. */
char scan_peek(const struct line *line, size_t at);
bool span_is(const struct line *line, struct span span, const char *text);
bool span_begins(const struct line *line, struct span span, const char *text);

/* The length of the quote that stands at `at`, 0 when none does; `*kind` is " or '. Typographic ones have three bytes.
 */
size_t quote_at(const struct line *line, size_t at, char *kind);

/* These move `line->at`. */
void scan_blanks(struct line *line);
/*
 * From an opening quote to behind the closing one. 0, or -1 when it is still open at the end; `*content` is where what
 * it holds begins.
 */
int scan_quote(struct line *line, char *kind, size_t *content);
struct span scan_name(struct line *line);
/* A word of the shell spelling: up to a blank outside quotes and parentheses. */
struct span scan_word(struct line *line);

/* Walks from the beginning to the end. */
struct situation scan_all(struct line line);

#endif
