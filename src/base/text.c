/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for people: escapes, UTF-8, the nearest word.
 */
#include "sosh/text.h"

#include <string.h>

#define LONGEST_WORD 64

/* The letter behind the backslash for a byte that has one, or NUL. */
static char escape_letter(char c)
{
	static const char letters[] = "abtnvfr"; /* the bytes 7 to 13 */
	return c >= '\a' && c <= '\r' ? letters[c - '\a'] : '\0';
}

static void escape_byte(struct buffer *out, char c)
{
	static const char digits[] = "0123456789abcdef";
	char letter = escape_letter(c);
	if (letter) {
		buffer_add(out, (char[]){'\\', letter}, 2);
	} else {
		unsigned char byte = (unsigned char)c;
		buffer_add(out, (char[]){'\\', 'x', digits[byte >> 4], digits[byte & 15]}, 4);
	}
}

static bool is_printable(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

void text_escape(struct buffer *out, const char *bytes, size_t length)
{
	size_t begin = 0;
	for (size_t i = 0; i < length; i++) {
		bool quoted = bytes[i] == '"' || bytes[i] == '\\';
		if (is_printable(bytes[i]) && !quoted)
			continue;
		buffer_add(out, bytes + begin, i - begin);
		begin = i + 1;
		if (quoted)
			buffer_add(out, (char[]){'\\', bytes[i]}, 2);
		else
			escape_byte(out, bytes[i]);
	}
	buffer_add(out, bytes + begin, length - begin);
}

void text_plain(struct buffer *out, const char *bytes, size_t length)
{
	size_t begin = 0;
	for (size_t i = 0; i < length; i++) {
		if (is_printable(bytes[i]))
			continue;
		buffer_add(out, bytes + begin, i - begin);
		begin = i + 1;
		escape_byte(out, bytes[i]);
	}
	buffer_add(out, bytes + begin, length - begin);
}

void text_quote(struct buffer *out, const char *bytes, size_t length)
{
	buffer_char(out, '"');
	text_escape(out, bytes, length);
	buffer_char(out, '"');
}

/* RFC 3629: no longer forms than needed, no surrogates, nothing above U+10FFFF. */
size_t text_utf8(const char *bytes, size_t length)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	if (!length)
		return 0;
	unsigned char first = (unsigned char)bytes[0];
	if (first < 0x80)
		return 1;
	size_t count = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc0 || first >= 0xf8 || count > length)
		return 0;
	uint32_t code = first & (0x7fu >> count);
	for (size_t i = 1; i < count; i++) {
		unsigned char next = (unsigned char)bytes[i];
		if ((next & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (next & 0x3f);
	}
	bool surrogate = code >= 0xd800 && code <= 0xdfff;
	return code < smallest[count] || surrogate || code > 0x10ffff ? 0 : count;
}

void text_add_utf8(struct buffer *out, uint32_t code)
{
	char bytes[4];
	size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = count - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	bytes[0] = (char)(lead[count] | code);
	buffer_add(out, bytes, count);
}

void text_fold(struct buffer *out, const char *text, size_t first, size_t rest)
{
	size_t column = 0, indent = first;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t word = strcspn(text, " ");
		if (column && column + 1 + word > TEXT_WIDTH) {
			buffer_char(out, '\n');
			column = 0;
			indent = rest;
		}
		buffer_fill(out, ' ', column ? 1 : indent);
		buffer_add(out, text, word);
		column += (column ? 1 : indent) + word;
		text += word;
	}
	if (column)
		buffer_char(out, '\n');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One row of the table of distances: of the first `i` characters of `a` to each beginning of `b`. */
static unsigned distance_row(unsigned rows[3][LONGEST_WORD + 1], const char *a, size_t i, const char *b,
                             size_t b_length)
{
	unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
	unsigned smallest = row[0] = (unsigned)i;
	for (size_t j = 1; j <= b_length; j++) {
		bool same = lower(a[i - 1]) == lower(b[j - 1]);
		row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + !same);
		if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
			row[j] = least(row[j], two_above[j - 2] + 1);
		smallest = least(smallest, row[j]);
	}
	return smallest;
}

unsigned text_distance(const char *a, size_t a_length, const char *b, size_t b_length, unsigned most)
{
	unsigned rows[3][LONGEST_WORD + 1];
	size_t difference = a_length > b_length ? a_length - b_length : b_length - a_length;
	if (difference > most || a_length > LONGEST_WORD || b_length > LONGEST_WORD)
		return most + 1;
	for (unsigned j = 0; j <= b_length; j++)
		rows[0][j] = j;
	unsigned smallest = 0;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned previous = smallest;
		smallest = distance_row(rows, a, i, b, b_length);
		if (smallest > most && previous > most) /* a swap looks two rows back */
			return most + 1;
	}
	return least(rows[a_length % 3][b_length], most + 1);
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	unsigned most = nearest->length < 2 ? 0 : nearest->length < 5 ? 1 : nearest->length < 9 ? 2 : 3;
	if (nearest->best) {
		if (nearest->distance == 0)
			return;
		most = nearest->distance - 1;
	}
	unsigned distance = text_distance(nearest->wanted, nearest->length, candidate, strlen(candidate), most);
	if (distance > most)
		return;
	nearest->best = candidate;
	nearest->distance = distance;
}

uint32_t text_hash(const char *bytes, size_t length)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
	return hash;
}
