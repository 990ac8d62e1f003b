/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_TEXT_H
#define SOSH_TEXT_H
/*
 * Text for people: escaping what may not reach a terminal, and finding the nearest word.
 */
#include "sosh/buffer.h"

/*
 * Adds the bytes as the language writes them between double quotes, the quotes not included:
 * \a \b \f \n \r \t \v \\ \" by name, all else outside 0x20..0x7e as \xHH.
 */
void text_escape(struct buffer *out, const char *bytes, size_t length);
/*
 * Adds the bytes as plain output: like text_escape, but quotes and backslashes stand for
 * themselves (the reader sees text, not a literal).
 */
void text_plain(struct buffer *out, const char *bytes, size_t length);
/* Adds text_escape between double quotes. */
void text_quote(struct buffer *out, const char *bytes, size_t length);

/* The length in bytes of the UTF-8 character at `bytes` (1 to 4), 0 when it is not valid there. */
size_t text_utf8(const char *bytes, size_t length);
/* Adds a code point (up to 0x10ffff) as UTF-8. */
void text_add_utf8(struct buffer *out, uint32_t code);

/*
 * Adds the text folded at blanks into lines of at most TEXT_WIDTH columns, each ending with a newline: the first one
 * `first` blanks in, the others `rest`. A word that is longer has a line of its own. Text of one byte a column.
 */
#define TEXT_WIDTH 78
void text_fold(struct buffer *out, const char *text, size_t first, size_t rest);

/* The edit distance (insert, delete, replace, swap of neighbours), case ignored, at most `most` + 1. */
unsigned text_distance(const char *a, size_t a_length, const char *b, size_t b_length, unsigned most);

/*
 * Remembers the nearest of many words: begin with {.wanted = word, .length = n}, offer each candidate,
 * then read `best` (borrowed; NULL when none is near enough to be a typo of `wanted`).
 */
struct nearest {
	const char *wanted;
	size_t length;
	const char *best;
	unsigned distance;
};
void nearest_offer(struct nearest *nearest, const char *candidate);

/* FNV-1a, for the name tables. */
uint32_t text_hash(const char *bytes, size_t length);

#endif
