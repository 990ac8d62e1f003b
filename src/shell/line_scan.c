/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scans a half-typed line for its words. It knows quotes, parentheses and comments, and no command.
 */
#include <ctype.h>
#include <string.h>

#include "line_scan.h"

bool scan_is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool scan_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

char scan_peek(const struct line *line, size_t at)
{
	return at < line->end ? line->text[at] : '\0';
}

void scan_blanks(struct line *line)
{
	while (line->at < line->end && (scan_is_blank(line->text[line->at]) ||
	                                (line->text[line->at] == '\\' && scan_peek(line, line->at + 1) == '\n')))
		line->at++;
}

bool span_is(const struct line *line, struct span span, const char *text)
{
	return strlen(text) == span.end - span.start &&
	       memcmp(line->text + span.start, text, span.end - span.start) == 0;
}

bool span_begins(const struct line *line, struct span span, const char *text)
{
	size_t length = strlen(text);
	return span.end - span.start >= length && memcmp(line->text + span.start, text, length) == 0;
}

size_t quote_at(const struct line *line, size_t at, char *kind)
{
	const char *text = line->text + at;
	*kind = scan_peek(line, at);
	if (*kind == '"' || *kind == '\'')
		return 1;
	if (at + 3 > line->end || memcmp(text, "\xe2\x80", 2) != 0)
		return 0;
	unsigned char last = (unsigned char)text[2];
	*kind = last >= 0x9c ? '"' : '\'';
	return last >= 0x98 && last <= 0x9f ? 3 : 0;
}

int scan_quote(struct line *line, char *kind, size_t *content)
{
	char opening, closing;
	size_t opening_size = quote_at(line, line->at, &opening);
	line->at += opening_size;
	*content = line->at;
	*kind = opening;
	while (line->at < line->end) {
		size_t size = quote_at(line, line->at, &closing);
		if (size != 0 && closing == opening && (size == 1) == (opening_size == 1)) {
			line->at += size;
			return 0;
		}
		line->at += line->text[line->at] == '\\' && line->at + 1 < line->end ? 2 : 1;
	}
	return -1;
}

/* Passes one character, or all of a quote, outside comments. */
static void walk_step(struct line *line, struct situation *situation, unsigned *depth)
{
	char c = line->text[line->at], kind;
	size_t content;
	if (quote_at(line, line->at, &kind) != 0) {
		if (scan_quote(line, &kind, &content) != 0) {
			situation->quote = kind;
			situation->content = content;
		}
		return;
	}
	if (c == '(')
		++*depth;
	if (c == ')' && *depth > 0)
		--*depth;
	line->at += c == '\\' && line->at + 1 < line->end ? 2 : 1;
	if (*depth == 0 && (c == ';' || c == '\n'))
		situation->command = line->at;
}

struct situation scan_all(struct line line)
{
	struct situation situation = {0};
	unsigned depth = 0;
	bool word_begins = true;
	while (line.at < line.end) {
		char c = line.text[line.at];
		situation.comment = (situation.comment || (c == '#' && word_begins)) && c != '\n';
		word_begins = scan_is_blank(c) || c == ';';
		if (situation.comment)
			line.at++;
		else
			walk_step(&line, &situation, &depth);
	}
	return situation;
}

struct span scan_name(struct line *line)
{
	struct span span = {line->at, line->at};
	while (scan_is_name(scan_peek(line, line->at)))
		line->at++;
	span.end = line->at;
	return span;
}

struct span scan_word(struct line *line)
{
	struct span span = {line->at, line->at};
	unsigned depth = 0;
	char kind;
	size_t content;
	while (line->at < line->end) {
		char c = line->text[line->at];
		if (scan_is_blank(c) && depth == 0)
			break;
		if (quote_at(line, line->at, &kind) != 0) {
			scan_quote(line, &kind, &content);
			continue;
		}
		depth += c == '(';
		depth -= c == ')' && depth > 0;
		line->at++;
	}
	span.end = line->at;
	return span;
}
