/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters of a script's text: names, blanks, quotes. */
#include "characters.h"

/* Bytes of UTF-8 that begin a wide blank or a typographic quote: U+00A0, U+00AB, U+2000 and on, U+3000, U+FEFF. */
#define WIDE (CHARACTER_LOOK | CHARACTER_SKIP)

#define PREFIX (CHARACTER_NAME | CHARACTER_STRING)

const unsigned short characters[256] = {
	['0' ... '9'] = CHARACTER_NAME | CHARACTER_DIGIT,
	['A'] = CHARACTER_NAME,
	['B'] = PREFIX,
	['C' ... 'E'] = CHARACTER_NAME,
	['F'] = PREFIX,
	['G' ... 'W'] = CHARACTER_NAME,
	['X'] = PREFIX,
	['Y' ... 'Z'] = CHARACTER_NAME,
	['a'] = CHARACTER_NAME,
	['b'] = PREFIX,
	['c' ... 'e'] = CHARACTER_NAME,
	['f'] = PREFIX,
	['g' ... 'w'] = CHARACTER_NAME,
	['x'] = PREFIX,
	['y' ... 'z'] = CHARACTER_NAME,
	['_'] = CHARACTER_NAME,
	[' '] = CHARACTER_BLANK,
	['\t'] = CHARACTER_BLANK,
	['\v'] = CHARACTER_BLANK,
	['\f'] = CHARACTER_BLANK,
	['\r'] = CHARACTER_BLANK,
	['\n'] = CHARACTER_END,
	[';'] = CHARACTER_END,
	['#'] = CHARACTER_SKIP,
	['\\'] = CHARACTER_LOOK | CHARACTER_SKIP,
	['"'] = CHARACTER_QUOTE,
	['\''] = CHARACTER_QUOTE,
	['$'] = CHARACTER_DOLLAR,
	[0xc2] = WIDE,
	[0xe2] = WIDE,
	[0xe3] = WIDE,
	[0xef] = WIDE,
};

size_t name_length(const char *at, const char *end)
{
	const char *start = at;

	if (at == end || character_is(*at, CHARACTER_DIGIT))
		return 0;
	while (at < end && character_is(*at, CHARACTER_NAME))
		at++;
	return (size_t)(at - start);
}

size_t digits_length(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && character_is(*at, CHARACTER_DIGIT))
		at++;
	return (size_t)(at - start);
}

/* U+2000 to U+200B, U+202F, U+205F, U+3000, U+FEFF */
static bool wide_blank(unsigned first, unsigned second, unsigned third)
{
	if (first == 0xe2 && second == 0x80)
		return third <= 0x8b || third == 0xaf;
	if (first == 0xe2)
		return second == 0x81 && third == 0x9f;
	return (first == 0xe3 && second == 0x80 && third == 0x80) || (first == 0xef && second == 0xbb && third == 0xbf);
}

size_t blank_length(const char *at, const char *end)
{
	const unsigned char *bytes = (const unsigned char *)at;

	if (at == end)
		return 0;
	if (character_is(*at, CHARACTER_BLANK))
		return 1;
	if (!character_is(*at, CHARACTER_LOOK))
		return 0;
	if (end - at > 1 && bytes[0] == 0xc2 && bytes[1] == 0xa0)
		return 2; /* which web pages and slides put between words */
	return end - at > 2 && wide_blank(bytes[0], bytes[1], bytes[2]) ? 3 : 0;
}

size_t joined_length(const char *at, const char *end)
{
	if (at == end || *at != '\\')
		return 0;
	if (end - at == 1)
		return 1;
	if (at[1] == '\n')
		return 2;
	return end - at > 2 && at[1] == '\r' && at[2] == '\n' ? 3 : 0;
}

/* Typographic quotes are U+2018 to U+201F and the guillemets U+00AB and U+00BB. */
char quote_here(const char *at, const char *end, size_t *length)
{
	*length = 1;
	if (at == end)
		return 0;
	if (character_is(*at, CHARACTER_QUOTE))
		return *at;
	if (end - at > 2 && at[0] == '\xe2' && at[1] == '\x80' && at[2] >= '\x98' && at[2] <= '\x9f') {
		*length = 3;
		return at[2] <= '\x9b' ? '\'' : '"';
	}
	if (end - at > 1 && at[0] == '\xc2' && (at[1] == '\xab' || at[1] == '\xbb')) {
		*length = 2;
		return '"';
	}
	return 0;
}
