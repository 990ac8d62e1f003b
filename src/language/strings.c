/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings: "...", '...', b"...", x"...", f"...", their escapes, and the quotes that word processors make. */
#include "reader.h"
#include "sosh/text.h"

size_t string_beginning(const char *at, const char *end)
{
	size_t length, prefix = character_is(*at, CHARACTER_STRING) ? 1 : 0;

	return quote_here(at + prefix, end, &length) ? prefix + length : 0;
}

struct string {
	char prefix; /* 'b', 'x', 'f' or 0 */
	const char *body, *body_end;
	bool escapes; /* there is a backslash in it */
};

/* The end of a string that an ASCII quote opened: only the same closes it. NULL: it is not closed. */
static const char *plain_end(const char *at, const char *end, char quote, bool *escapes)
{
	const char *close = memchr(at, quote, (size_t)(end - at));

	if (!close || !memchr(at, '\\', (size_t)(close - at)))
		return close;
	*escapes = true;
	for (; at < end; at++) {
		if (*at == quote)
			return at;
		if (*at == '\\')
			at++;
	}
	return NULL;
}

/* The end of a string that a typographic quote opened: any of its kind closes it. NULL: it is not closed. */
static const char *typographic_end(const char *at, const char *end, char quote, bool *escapes)
{
	size_t length;

	for (; at < end; at++) {
		if (*at == '\\') {
			*escapes = true;
			at++;
		} else if (quote_here(at, end, &length) == quote) {
			return at;
		}
	}
	return NULL;
}

/* The lines that a string goes over. */
static void pass_lines(struct reader *reader, const char *at, const char *end)
{
	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		reader->line = ++at;
		reader->line_number++;
	}
}

/* Finds the end of the string that begins here and goes past it. */
static int string_span(struct reader *reader, struct string *string)
{
	uint32_t offset = reader_offset(reader);
	size_t length;

	*string = (struct string){0};
	if (character_is(*reader->at, CHARACTER_STRING))
		string->prefix = (char)(*reader->at++ | 0x20);
	char quote = quote_here(reader->at, reader->end, &length);
	string->body = reader->at + length;
	string->body_end = length == 1 ? plain_end(string->body, reader->end, quote, &string->escapes)
	                               : typographic_end(string->body, reader->end, quote, &string->escapes);
	reader->at = string->body_end ? string->body_end : reader->end;
	pass_lines(reader, string->body, reader->at);
	if (!string->body_end)
		return reader_unfinished(reader, offset, "the quote that begins here is never closed");
	quote_here(reader->at, reader->end, &length);
	reader->at += length;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads exactly `digits` hex digits at *at; -1 when they are not there. */
static long hex_number(const char **at, const char *end, int digits)
{
	long number = 0;

	for (; digits; digits--, (*at)++) {
		int digit = *at < end ? hex_digit(**at) : -1;
		if (digit < 0)
			return -1;
		number = number * 16 + digit;
	}
	return number;
}

static int octal_escape(struct reader *reader, struct buffer *out, const char **at, const char *end)
{
	unsigned number = 0;
	const char *start = *at;

	for (int digits = 0; digits < 3 && *at < end && **at >= '0' && **at <= '7'; digits++, (*at)++)
		number = number * 8 + (unsigned)(**at - '0');
	if (number > 255)
		return reader_error(reader, reader_offset_of(reader, start - 1), "an octal escape goes to \\377");
	buffer_char(out, (char)number);
	return 0;
}

static int hex_escape(struct reader *reader, struct buffer *out, const char **at, const char *end)
{
	uint32_t offset = reader_offset_of(reader, *at - 1);
	bool unicode = *(*at)++ == 'u';
	long number = hex_number(at, end, unicode ? 4 : 2);

	if (number < 0)
		return reader_error(reader, offset, "\\%c takes %s hexadecimal digits", unicode ? 'u' : 'x',
		                    unicode ? "four" : "two");
	if (unicode && number >= 0xd800 && number <= 0xdfff)
		return reader_error(reader, offset, "\\u%04lx is half of a pair, no character", (unsigned long)number);
	if (unicode)
		text_add_utf8(out, (uint32_t)number);
	else
		buffer_char(out, (char)number);
	return 0;
}

int read_escape(struct reader *reader, struct buffer *out, const char **at, const char *end)
{
	static const char names[] = "abfnrtv\\\"'", codes[] = "\a\b\f\n\r\t\v\\\"'";
	char c = **at;
	const char *name = strchr(names, c);
	size_t joined = joined_length(*at - 1, end);

	if (c && name) {
		buffer_char(out, codes[name - names]);
		(*at)++;
		return 0;
	}
	if (c >= '0' && c <= '7')
		return octal_escape(reader, out, at, end);
	if (c == 'x' || c == 'u')
		return hex_escape(reader, out, at, end);
	if (joined > 1) { /* the line goes on */
		*at += joined - 1;
		return 0;
	}
	size_t length = text_utf8(*at, (size_t)(end - *at));
	return reader_error(reader, reader_offset_of(reader, *at - 1),
	                    "unknown escape \\%.*s (a backslash itself is \\\\)", (int)(length ? length : 1), *at);
}

static int unescape(struct reader *reader, struct buffer *out, const char *at, const char *end)
{
	while (at < end) {
		const char *slash = memchr(at, '\\', (size_t)(end - at));
		if (!slash) {
			buffer_add(out, at, (size_t)(end - at));
			return 0;
		}
		buffer_add(out, at, (size_t)(slash - at));
		at = slash + 1;
		if (read_escape(reader, out, &at, end))
			return -1;
	}
	return 0;
}

/* x"48 65 6c" */
static int hex_bytes(struct reader *reader, struct buffer *out, const char *at, const char *end)
{
	while (at < end) {
		size_t blank = *at == '\n' ? 1 : blank_length(at, end);
		if (blank) {
			at += blank;
			continue;
		}
		const char *start = at;
		long number = hex_number(&at, end, 2);
		if (number < 0)
			return reader_error(reader, reader_offset_of(reader, start),
			                    "x\"...\" takes pairs of hexadecimal digits, as x\"48 65 6c\"");
		buffer_char(out, (char)number);
	}
	return 0;
}

static int add_string(struct reader *reader, struct text_parts *parts, const struct string *string)
{
	if (string->prefix == 'f')
		return read_format(reader, parts, string->body, string->body_end);
	if (string->prefix == 'x')
		return hex_bytes(reader, &parts->text, string->body, string->body_end);
	if (string->escapes)
		return unescape(reader, &parts->text, string->body, string->body_end);
	buffer_add(&parts->text, string->body, (size_t)(string->body_end - string->body));
	return 0;
}

/* Strings side by side are one, as in Python. */
struct expr *read_string(struct reader *reader, bool apart)
{
	uint32_t offset = reader_offset(reader);
	struct string string;
	struct text_parts parts;
	bool more;

	if (string_span(reader, &string))
		return NULL;
	if (apart)
		reader_blanks(reader);
	more = string_begins(reader->at, reader->end);
	if (!more && !string.escapes && (string.prefix == 'b' || !string.prefix))
		return expr_literal(reader->script, value_bytes(string.body, (size_t)(string.body_end - string.body)),
		                    offset);
	text_parts_init(&parts);
	while (!add_string(reader, &parts, &string)) {
		if (!more)
			return text_parts_end(reader, &parts, offset);
		if (string_span(reader, &string))
			break;
		if (apart)
			reader_blanks(reader);
		more = string_begins(reader->at, reader->end);
	}
	text_parts_clear(&parts);
	return NULL;
}
