/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings: "...", '...', b"...", x"...", f"...", their escapes, and the quotes that word processors make. */
#include <string.h>

#include "reader.h"
#include "sosh/text.h"

/*
 * The kind of quote here ('"' or '\''; 0 for none) and its length in bytes. Typographic quotes are
 * U+2018...U+201F and the guillemets U+00AB and U+00BB.
 */
static char quote_at(const char *at, const char *end, size_t *length)
{
	*length = 1;
	if (at == end)
		return 0;
	if (*at == '"' || *at == '\'')
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

static bool is_prefix(char c)
{
	return c == 'b' || c == 'B' || c == 'x' || c == 'X' || c == 'f' || c == 'F';
}

size_t string_begins(const char *at, const char *end)
{
	size_t length, prefix = at < end && is_prefix(*at) ? 1 : 0;

	return quote_at(at + prefix, end, &length) ? prefix + length : 0;
}

struct string {
	char prefix;       /* 'b', 'x', 'f' or 0 */
	const char *body, *body_end;
	bool escapes;      /* there is a backslash in it */
};

/* Finds the end of the string that begins here and goes past it. */
static int string_span(struct reader *reader, struct string *string)
{
	uint32_t offset = reader_offset(reader);
	size_t length, close_length;

	*string = (struct string){ 0 };
	if (is_prefix(*reader->at))
		string->prefix = (char)(*reader->at++ | 0x20);
	char quote = quote_at(reader->at, reader->end, &length);
	bool plain = length == 1; /* opened by an ASCII quote: only that closes it */
	reader->at += length;
	string->body = reader->at;
	for (; reader->at < reader->end; reader->at++) {
		char c = *reader->at;
		if (c == '\\') {
			string->escapes = true;
			if (++reader->at == reader->end)
				break;
			c = *reader->at;
		} else if (plain ? c == quote : quote_at(reader->at, reader->end, &close_length) == quote) {
			string->body_end = reader->at;
			reader->at += plain ? 1 : close_length;
			return 0;
		}
		if (c == '\n') {
			reader->line = reader->at + 1;
			reader->line_number++;
		}
	}
	return reader_unfinished(reader, offset, "the quote that begins here is never closed");
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
		return reader_error(reader, (uint32_t)(start - 1 - reader->script->text), "an octal escape goes to \\377");
	buffer_char(out, (char)number);
	return 0;
}

static int hex_escape(struct reader *reader, struct buffer *out, const char **at, const char *end)
{
	uint32_t offset = (uint32_t)(*at - 1 - reader->script->text);
	bool unicode = *(*at)++ == 'u';
	long number = hex_number(at, end, unicode ? 4 : 2);

	if (number < 0)
		return reader_error(reader, offset, "\\%c takes %s hexadecimal digits", unicode ? 'u' : 'x', unicode ? "four" : "two");
	if (unicode && number >= 0xd800 && number <= 0xdfff)
		return reader_error(reader, offset, "\\u%04lx is half of a pair, no character", (unsigned long)number);
	if (unicode)
		text_add_utf8(out, (uint32_t)number);
	else
		buffer_char(out, (char)number);
	return 0;
}

/* One escape; *at is behind the backslash. */
static int escape(struct reader *reader, struct buffer *out, const char **at, const char *end)
{
	static const char names[] = "abfnrtv\\\"'", codes[] = "\a\b\f\n\r\t\v\\\"'";
	char c = **at;
	const char *name = strchr(names, c);

	if (c && name) {
		buffer_char(out, codes[name - names]);
		(*at)++;
		return 0;
	}
	if (c >= '0' && c <= '7')
		return octal_escape(reader, out, at, end);
	if (c == 'x' || c == 'u')
		return hex_escape(reader, out, at, end);
	if (c == '\n') { /* the line goes on */
		(*at)++;
		return 0;
	}
	size_t length = text_utf8(*at, (size_t)(end - *at));
	return reader_error(reader, (uint32_t)(*at - 1 - reader->script->text),
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
		if (escape(reader, out, &at, end))
			return -1;
	}
	return 0;
}

static int hex_bytes(struct reader *reader, struct buffer *out, const char *at, const char *end)
{
	while (at < end) {
		if (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') {
			at++;
			continue;
		}
		const char *start = at;
		long number = hex_number(&at, end, 2);
		if (number < 0)
			return reader_error(reader, (uint32_t)(start - reader->script->text),
					    "x\"...\" takes pairs of hexadecimal digits, as x\"48 65 6c\"");
		buffer_char(out, (char)number);
	}
	return 0;
}

static struct expr *literal_of(struct reader *reader, struct buffer *bytes, uint32_t offset)
{
	struct expr *expr = expr_literal(reader->script, value_bytes(buffer_string(bytes), bytes->length), offset);

	buffer_clear(bytes);
	return expr;
}

/* {name}, {name!r}: `at` behind the brace, `end` at the closing one. */
static struct expr *format_field(struct reader *reader, const char *at, const char *end)
{
	struct reader inner = *reader;
	bool repr = false;

	if (end - at > 2 && end[-2] == '!' && (end[-1] == 'r' || end[-1] == 's')) {
		repr = end[-1] == 'r';
		end -= 2;
	}
	inner.at = at;
	inner.end = end;
	inner.depth = 1;
	struct expr *expr = read_expression(&inner);
	if (expr) {
		reader_blanks(&inner);
		if (inner.at != end) {
			reader_error(&inner, reader_offset(&inner), "{...} takes a name, with !r behind it at most");
			expr = NULL;
		}
	}
	reader->error = inner.error;
	if (!expr || !repr)
		return expr;
	struct expr *function = expr_new(reader->script, EXPR_FUNCTION, expr->offset);
	function->text = "repr";
	function->length = 4;
	function->left = expr;
	return function;
}

/* The text of an f"..." up to the next field: `{{` and `}}` are braces. Returns where it stopped, NULL after an error. */
static const char *format_text(struct reader *reader, struct buffer *out, const char *at, const char *end)
{
	while (at < end) {
		if ((*at == '{' || *at == '}') && end - at > 1 && at[1] == *at) {
			buffer_char(out, *at);
			at += 2;
		} else if (*at == '{') {
			return at;
		} else if (*at == '}') {
			reader_error(reader, (uint32_t)(at - reader->script->text), "a single } in f\"...\": write }}");
			return NULL;
		} else if (*at == '\\' && end - at > 1) {
			at++;
			if (escape(reader, out, &at, end))
				return NULL;
		} else {
			buffer_char(out, *at++);
		}
	}
	return at;
}

static struct expr *format_string(struct reader *reader, const struct string *string, uint32_t offset)
{
	struct expr_list parts = { 0 };
	struct buffer text;
	const char *at = string->body;

	while (at < string->body_end) {
		buffer_init(&text);
		const char *stop = format_text(reader, &text, at, string->body_end);
		if (!stop) {
			buffer_clear(&text);
			return NULL;
		}
		if (text.length)
			expr_list_add(reader, &parts, literal_of(reader, &text, offset));
		buffer_clear(&text);
		at = stop;
		if (at == string->body_end)
			break;
		const char *close = memchr(at, '}', (size_t)(string->body_end - at));
		if (!close) {
			reader_error(reader, (uint32_t)(at - reader->script->text), "the { in f\"...\" is never closed");
			return NULL;
		}
		struct expr *field = format_field(reader, at + 1, close);
		if (!field)
			return NULL;
		expr_list_add(reader, &parts, field);
		at = close + 1;
	}
	if (!parts.count)
		return expr_literal(reader->script, value_bytes("", 0), offset);
	if (parts.count == 1 && parts.items[0]->kind == EXPR_VALUE)
		return parts.items[0];
	struct expr *join = expr_new(reader->script, EXPR_JOIN, offset);
	join->items = parts.items;
	join->count = parts.count;
	return join;
}

static struct expr *one_string(struct reader *reader)
{
	uint32_t offset = reader_offset(reader);
	struct string string;
	struct buffer bytes;

	if (string_span(reader, &string))
		return NULL;
	if (string.prefix == 'f')
		return format_string(reader, &string, offset);
	size_t length = (size_t)(string.body_end - string.body);
	if (!string.escapes && string.prefix != 'x')
		return expr_literal(reader->script, value_bytes(string.body, length), offset);
	buffer_init(&bytes);
	int failed = string.prefix == 'x' ? hex_bytes(reader, &bytes, string.body, string.body_end)
					  : unescape(reader, &bytes, string.body, string.body_end);
	if (failed) {
		buffer_clear(&bytes);
		return NULL;
	}
	return literal_of(reader, &bytes, offset);
}

/* Strings side by side are one, as in Python. */
static struct expr *join_strings(struct reader *reader, struct expr *left, struct expr *right)
{
	if (left->kind == EXPR_VALUE && right->kind == EXPR_VALUE) {
		struct buffer both;

		buffer_init(&both);
		value_format_plain(&both, &left->value);
		value_format_plain(&both, &right->value);
		return literal_of(reader, &both, left->offset);
	}
	struct expr_list parts = { 0 };
	for (int side = 0; side < 2; side++) {
		struct expr *expr = side ? right : left;
		if (expr->kind != EXPR_JOIN)
			expr_list_add(reader, &parts, expr);
		for (unsigned i = 0; expr->kind == EXPR_JOIN && i < expr->count; i++)
			expr_list_add(reader, &parts, expr->items[i]);
	}
	struct expr *join = expr_new(reader->script, EXPR_JOIN, left->offset);
	join->items = parts.items;
	join->count = parts.count;
	return join;
}

/* `*3`, `*$n`, `*n` behind a string. */
static struct expr *repeated(struct reader *reader, struct expr *string)
{
	uint32_t offset = reader_offset(reader);
	struct expr *repeat = expr_new(reader->script, EXPR_REPEAT, string->offset);
	const char *problem = NULL;
	struct value number;

	reader->at++;
	reader_blanks(reader);
	if (reader->at < reader->end && *reader->at == '$')
		reader->at++;
	size_t length = name_length(reader->at, reader->end);
	uint32_t start = reader_offset(reader);
	repeat->left = string;
	if (length) {
		repeat->right = expr_name(reader, reader->at, length, start);
	} else {
		length = word_length(reader->at, reader->end);
		for (size_t i = 0; i < length; i++)
			if (reader->at[i] == ')' || reader->at[i] == ',' || reader->at[i] == ']')
				length = i;
		if (!length || number_read(reader->at, length, false, &number, &problem) || number.number < 0) {
			reader_error(reader, offset, "after * how many times, a number from 0: \"ab\"*3");
			return NULL;
		}
		repeat->right = expr_literal(reader->script, number, start);
	}
	reader->at += length;
	return repeat;
}

struct expr *read_string(struct reader *reader)
{
	struct expr *expr = one_string(reader);

	while (expr) {
		if (string_begins(reader->at, reader->end)) {
			struct expr *next = one_string(reader);
			expr = next ? join_strings(reader, expr, next) : NULL;
			continue;
		}
		if (reader->at == reader->end || *reader->at != '*')
			break;
		expr = repeated(reader, expr);
		break;
	}
	return expr;
}
