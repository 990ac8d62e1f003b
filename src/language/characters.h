/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LANGUAGE_CHARACTERS_H
#define LANGUAGE_CHARACTERS_H
/*
 * Characters: what a byte of a script's text may be, by a table.
 */
#include <stdbool.h>
#include <stddef.h>

enum character {
	CHARACTER_NAME = 1, /* a letter, digit or _ */
	CHARACTER_DIGIT = 2,
	CHARACTER_BLANK = 4,  /* a blank of one byte */
	CHARACTER_END = 8,    /* a newline, ; */
	CHARACTER_LOOK = 16,  /* may begin a wide blank, a typographic quote, or a \ at a line's end */
	CHARACTER_QUOTE = 32, /* " and ' */
	CHARACTER_DOLLAR = 64,
	CHARACTER_SKIP = 128,   /* may begin what is passed over between words, besides plain blanks and newlines */
	CHARACTER_STRING = 256, /* a letter that may stand before a string's quote */
};

extern const unsigned short characters[256];

static inline bool character_is(char c, unsigned kinds)
{
	return (characters[(unsigned char)c] & kinds) != 0;
}

/* The length of a name (letters, digits, _; no digit first), 0 when there is none. */
size_t name_length(const char *at, const char *end);
size_t digits_length(const char *at, const char *end);
/* The length in bytes of a blank, no-break and other wide ones included; 0 for none. */
size_t blank_length(const char *at, const char *end);
/* The length of a `\` with the line's end behind it, 0 for none. */
size_t joined_length(const char *at, const char *end);
/* The kind of quote here ('"' or '\'', as which typographic ones count; 0 for none) and its length in bytes. */
char quote_here(const char *at, const char *end, size_t *length);

#endif
