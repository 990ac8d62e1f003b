/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions: what stands between the parentheses of the call and method spellings. */
#include "reader.h"
#include "sosh/memory.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

struct expr *expr_name(struct reader *reader, const char *name, size_t length, uint32_t offset)
{
	struct expr *expr = expr_new(reader->script, EXPR_NAME, offset);

	expr->text = arena_copy(&reader->script->arena, name, length);
	expr->length = (uint32_t)length;
	expr->hash = text_hash(name, length);
	return expr;
}

struct expr *expr_part(struct reader *reader, struct expr *left, const char *name, size_t length)
{
	struct expr *expr = expr_new(reader->script, EXPR_PART, left->offset);

	expr->left = left;
	expr->text = arena_copy(&reader->script->arena, name, length);
	expr->length = (uint32_t)length;
	return expr;
}

struct expr *expr_constant(struct reader *reader, const char *names, size_t length, int64_t number, uint32_t offset)
{
	struct expr *expr = expr_literal(reader->script, value_number(number), offset);

	expr->text = arena_copy(&reader->script->arena, names, length);
	expr->length = (uint32_t)length;
	return expr;
}

/* True, False, None, a constant, or the name of something. */
static struct expr *word_expression(struct reader *reader, const char *name, size_t length, uint32_t offset)
{
	struct error error;
	struct buffer names;
	struct value value;
	struct expr *expr = NULL;

	if (!word_constant(name, length, &value))
		return expr_literal(reader->script, value, offset);
	if (name[0] < 'A' || name[0] > 'Z')
		return expr_name(reader, name, length, offset);
	error_clear(&error);
	buffer_init(&names);
	int found = constants_read(name, length, NULL, &value, &names, &error);
	if (!found)
		expr = expr_constant(reader, buffer_string(&names), names.length, value.number, offset);
	else if (found > 0)
		expr = expr_name(reader, name, length, offset);
	else
		reader_error(reader, offset, "%s", error.text);
	buffer_clear(&names);
	return expr;
}

/* Items up to the closing character, which is passed; `*comma`: a comma was there. */
static int sequence(struct reader *reader, char close, struct expr_list *list, bool *comma)
{
	uint32_t offset = reader_offset(reader);

	if (reader->depth >= CHAIN_MOST)
		return reader_error(reader, offset, "more than %d parentheses in each other", CHAIN_MOST);
	reader->at++;
	reader->depth++;
	*comma = false;
	for (;;) {
		reader_blanks(reader);
		if (reader->at == reader->end)
			return reader_unfinished(reader, offset, "the %c that begins here is never closed",
			                         close == ')' ? '(' : '[');
		if (*reader->at == close)
			break;
		if (list->count && !*comma)
			return reader_error(reader, reader_offset(reader), "a comma or %c is due here", close);
		struct expr *item = read_expression(reader);
		if (!item)
			return -1;
		expr_list_add(reader, list, item);
		*comma = reader->at < reader->end && *reader->at == ',';
		if (*comma)
			reader->at++;
	}
	reader->at++;
	reader->depth--;
	return 0;
}

static struct expr *bracketed(struct reader *reader)
{
	uint32_t offset = reader_offset(reader);
	struct expr_list list = {0};
	bool round = *reader->at == '(', comma = false;

	if (sequence(reader, round ? ')' : ']', &list, &comma))
		return NULL;
	if (round && list.count == 1 && !comma)
		return list.items[0];
	struct expr *expr = expr_new(reader->script, round ? EXPR_TUPLE : EXPR_LIST, offset);
	expr->items = list.items;
	expr->count = list.count;
	return expr;
}

/* repr(x), str(x), len(x). */
static struct expr *function(struct reader *reader, const char *name, size_t length, uint32_t offset)
{
	static const char *const functions[] = {"repr", "str", "len", "bytes"};
	struct expr_list list = {0};
	const char *found = NULL;
	bool comma;

	for (unsigned i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (text_is(name, length, functions[i]))
			found = functions[i];
	if (!found) {
		reader_error(reader, offset,
		             reader_command(reader, name, length)
		                     ? "sosh runs one call a line: keep its result first, as x = %.*s(...), then use x"
		                     : "%.*s is no function here; there are repr, str and len",
		             (int)(length > 60 ? 60 : length), name);
		return NULL;
	}
	if (sequence(reader, ')', &list, &comma))
		return NULL;
	bool encoding = list.count == 2 && (!strcmp(found, "bytes") || !strcmp(found, "str"));
	if (list.count != 1 && !encoding) {
		reader_error(reader, offset, "%s takes one value", found);
		return NULL;
	}
	struct expr *expr = expr_new(reader->script, EXPR_FUNCTION, offset);
	expr->text = !strcmp(found, "bytes") ? "str" : found; /* bytes("x", "utf-8") is the text itself, as str is */
	expr->length = (uint32_t)strlen(expr->text);
	expr->left = list.items[0];
	return expr;
}

/* A number: 12, 0x0c, -1, 64K, 0.5; or a job's, %1. */
static struct expr *number(struct reader *reader)
{
	uint32_t offset = reader_offset(reader);
	const char *start = reader->at, *problem = NULL;
	struct value value;

	if (*reader->at == '%' || *reader->at == '-' || *reader->at == '+')
		reader->at++;
	bool hexadecimal = text_begins(reader->at, reader->end, "0x") || text_begins(reader->at, reader->end, "0X");
	for (; reader->at < reader->end; reader->at++) {
		bool sign = *reader->at == '-' || *reader->at == '+';
		bool exponent = sign && !hexadecimal && reader->at > start && (reader->at[-1] | 0x20) == 'e';
		if (!exponent && *reader->at != '.' && !character_is(*reader->at, CHARACTER_NAME))
			break;
	}
	if (*start == '%')
		start++;
	size_t length = (size_t)(reader->at - start);
	if (number_read(start, length, true, &value, &problem)) {
		reader_error(reader, offset, "%.*s is no number%s%s", (int)(length > 60 ? 60 : length), start,
		             problem ? ": " : "", problem ? problem : "; text stands between quotes");
		return NULL;
	}
	return expr_literal(reader->script, value, offset);
}

/* A name: a variable's, a constant's, a function's; with $ before it only a variable's, or a script's argument. */
static struct expr *named(struct reader *reader)
{
	uint32_t offset = reader_offset(reader);
	bool dollar = *reader->at == '$';
	const char *name = reader->at + dollar;

	if (!dollar)
		name += module_length(name, reader->end);
	size_t length = name_length(name, reader->end);
	if (dollar && !length)
		length = digits_length(name, reader->end);
	if (!length) {
		const char *shown = reader->at;
		size_t character = text_utf8(shown, (size_t)(reader->end - shown));
		reader_error(reader, offset, "a value is due here, not %.*s", (int)(character ? character : 1), shown);
		return NULL;
	}
	reader->at = name + length;
	if (dollar)
		return expr_name(reader, name, length, offset);
	if (reader->at < reader->end && *reader->at == '(')
		return function(reader, name, length, offset);
	return word_expression(reader, name, length, offset);
}

static struct expr *primary(struct reader *reader)
{
	uint32_t offset = reader_offset(reader);

	if (reader->at == reader->end && reader->depth) {
		reader_unfinished(reader, offset, "a value is due here");
		return NULL;
	}
	if (reader_at_end(reader)) {
		reader_error(reader, offset, "a value is due here");
		return NULL;
	}
	if (string_begins(reader->at, reader->end))
		return read_string(reader, true);
	if (*reader->at == '(' || *reader->at == '[')
		return bracketed(reader);
	if (*reader->at == '-' || *reader->at == '+' || *reader->at == '%' ||
	    character_is(*reader->at, CHARACTER_DIGIT))
		return number(reader);
	return named(reader);
}

static bool is_codec(const char *name, size_t length)
{
	return text_is(name, length, "encode") || text_is(name, length, "decode");
}

/* The parentheses of .encode(...) and .decode(...), which change nothing: text is bytes here. 0 or -1. */
static int codec(struct reader *reader, const char *name, size_t length)
{
	struct expr_list ignored = {0};
	uint32_t offset = reader_offset(reader);
	bool comma;

	if (sequence(reader, ')', &ignored, &comma))
		return -1;
	if (ignored.count > 2)
		return reader_error(reader, offset, "%.*s takes an encoding at most", (int)length, name);
	return 0;
}

int skip_codec(struct reader *reader)
{
	for (;;) {
		const char *name = reader->at + 1;
		if (reader->at == reader->end || *reader->at != '.')
			return 0;
		size_t length = name_length(name, reader->end);
		if (!is_codec(name, length) || name + length == reader->end || name[length] != '(')
			return 0;
		reader->at = name + length;
		if (codec(reader, name, length))
			return -1;
	}
}

static int unknown_method(struct reader *reader, const char *name, size_t length)
{
	return reader_error(reader, reader_offset_of(reader, name),
	                    reader_command(reader, name, length)
	                            ? "sosh runs one call a line: keep the result of %.*s first, as x = ..., then use x"
	                            : "there is no method %.*s here; of values there are encode and decode",
	                    (int)(length > 60 ? 60 : length), name);
}

static struct expr *part(struct reader *reader, struct expr *left)
{
	uint32_t offset = reader_offset(reader);
	const char *name = ++reader->at;
	size_t length = name_length(name, reader->end);

	if (!length) {
		reader_error(reader, offset, "a name is due after the dot");
		return NULL;
	}
	reader->at += length;
	if (reader->at == reader->end || *reader->at != '(')
		return expr_part(reader, left, name, length);
	if (!is_codec(name, length) ? unknown_method(reader, name, length) : codec(reader, name, length))
		return NULL;
	return left;
}

static struct expr *index_of(struct reader *reader, struct expr *left)
{
	uint32_t offset = reader_offset(reader);
	struct expr_list list = {0};
	bool comma;

	if (sequence(reader, ']', &list, &comma))
		return NULL;
	if (list.count != 1 || comma) {
		reader_error(reader, offset, "one number is due between [ and ]");
		return NULL;
	}
	struct expr *expr = expr_new(reader->script, EXPR_ITEM, left->offset);
	expr->left = left;
	expr->right = list.items[0];
	return expr;
}

struct expr *read_postfix(struct reader *reader)
{
	struct expr *expr = primary(reader);
	unsigned chain = 0;

	while (expr && reader->at < reader->end && (*reader->at == '.' || *reader->at == '[')) {
		if (chain++ == CHAIN_MOST) {
			reader_error(reader, reader_offset(reader), "more than %d parts of each other", CHAIN_MOST);
			return NULL;
		}
		expr = *reader->at == '.' ? part(reader, expr) : index_of(reader, expr);
	}
	return expr;
}

static bool is_number(const struct expr *expr)
{
	return expr->kind == EXPR_VALUE && expr->value.kind == VALUE_NUMBER;
}

/* What can only be known when it runs, or is text already. */
static bool may_be_text(const struct expr *expr)
{
	if (expr->kind == EXPR_VALUE)
		return expr->value.kind == VALUE_BYTES;
	return expr->kind != EXPR_LIST && expr->kind != EXPR_TUPLE && expr->kind != EXPR_FLAGS;
}

struct expr *read_repeat(struct reader *reader, struct expr *left)
{
	uint32_t offset = reader_offset(reader);

	reader->at++;
	reader_blanks(reader);
	struct expr *right = read_postfix(reader);
	if (!right)
		return NULL;
	if (is_number(left) && !is_number(right)) { /* 3*"ab" */
		struct expr *number_first = left;
		left = right;
		right = number_first;
	}
	bool counts = right->kind == EXPR_VALUE ? is_number(right) && right->value.number >= 0
	                                        : may_be_text(right) && right->kind != EXPR_JOIN;
	if (!counts || !may_be_text(left)) {
		reader_error(reader, offset,
		             "* repeats a text, a number of times from 0, as \"ab\"*3; sosh does not calculate");
		return NULL;
	}
	struct expr *repeat = expr_new(reader->script, EXPR_REPEAT, left->offset);
	repeat->left = left;
	repeat->right = right;
	return repeat;
}

static struct expr *product(struct reader *reader)
{
	struct expr *expr = read_postfix(reader);

	if (!expr)
		return NULL;
	reader_blanks(reader);
	if (reader->at < reader->end && *reader->at == '*') {
		expr = read_repeat(reader, expr);
		reader_blanks(reader);
	}
	return expr;
}

/* Two constants are one literal. */
static struct expr *both_flags(struct reader *reader, const struct expr *left, const struct expr *right)
{
	struct buffer names;
	int64_t number = left->value.number | right->value.number;

	if (!left->text || !right->text)
		return expr_literal(reader->script, value_number(number), left->offset);
	buffer_init(&names);
	buffer_format(&names, "%s|%s", left->text, right->text);
	struct expr *both = expr_constant(reader, buffer_string(&names), names.length, number, left->offset);
	buffer_clear(&names);
	return both;
}

static void add_flags(struct reader *reader, struct expr_list *list, struct expr *expr)
{
	if (expr->kind != EXPR_FLAGS) {
		expr_list_add(reader, list, expr);
		return;
	}
	for (unsigned i = 0; i < expr->count; i++)
		expr_list_add(reader, list, expr->items[i]);
}

#define FLAGS_MOST 256 /* joined by | */

/* What is joined by |, from the second on. Constants are one literal; anything else is joined when it runs. */
static struct expr *joined_flags(struct reader *reader, struct expr *first)
{
	struct expr_list list = {0};
	struct expr *left = first;

	for (unsigned count = 1; left && reader->at < reader->end && *reader->at == '|'; count++) {
		if (count == FLAGS_MOST) {
			reader_error(reader, reader_offset(reader), "more than %d flags are joined", FLAGS_MOST);
			return NULL;
		}
		reader->at++;
		reader_blanks(reader);
		struct expr *right = product(reader);
		if (!right)
			return NULL;
		if (!list.count && is_number(left) && is_number(right)) {
			left = both_flags(reader, left, right);
			continue;
		}
		if (!list.count)
			add_flags(reader, &list, left);
		add_flags(reader, &list, right);
	}
	if (!list.count)
		return left;
	struct expr *expr = expr_new(reader->script, EXPR_FLAGS, first->offset);
	expr->items = list.items;
	expr->count = list.count;
	return expr;
}

struct expr *read_expression(struct reader *reader)
{
	struct expr *expr = product(reader);

	if (expr && reader->at < reader->end && *reader->at == '|')
		expr = joined_flags(reader, expr);
	if (expr && reader->at < reader->end && strchr("+-*/%", *reader->at)) {
		reader_error(reader, reader_offset(reader),
		             "sosh does not calculate; text is joined by an f-string, as f\"{a}{b}\"");
		return NULL;
	}
	return expr;
}

/* name= before an argument; the item takes it. */
static void keyword(struct reader *reader, struct word *word)
{
	const char *after = reader->at, *end = reader->end;
	size_t length = name_length(after, end), blank;

	if (!length)
		return;
	after += length;
	while ((blank = blank_length(after, end)))
		after += blank;
	if (after == end || *after != '=' || (end - after > 1 && (after[1] == '=' || after[1] == '>')))
		return;
	word->name = reader->at;
	reader->named = true;
	word->name_length = (uint32_t)length;
	reader->at = after + 1;
	reader_blanks(reader);
	word->offset = reader_offset(reader);
}

int read_arguments(struct reader *reader)
{
	uint32_t offset = reader_offset(reader);
	bool comma = true;

	reader->at++;
	reader->depth++;
	for (;;) {
		reader_blanks(reader);
		if (reader->at == reader->end)
			return reader_unfinished(reader, offset, "the ( that begins here is never closed");
		if (*reader->at == ')')
			break;
		if (!comma)
			return reader_error(reader, reader_offset(reader), "a comma or ) is due here");
		if (reader->word_count >= WORDS_MOST)
			return reader_error(reader, reader_offset(reader), "more than %d arguments", WORDS_MOST);
		struct word *word = reader_add_word(reader);
		keyword(reader, word);
		struct expr *expr = read_expression(reader);
		if (!expr)
			return -1;
		word->kind = expr->kind == EXPR_VALUE && expr->value.kind == VALUE_BYTES ? WORD_QUOTED : WORD_EXPR;
		word->expr = expr;
		comma = reader->at < reader->end && *reader->at == ',';
		if (comma)
			reader->at++;
	}
	reader->at++;
	reader->depth--;
	return 0;
}
