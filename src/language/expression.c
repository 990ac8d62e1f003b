/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions: what stands between the parentheses of the call and method spellings. */
#include <string.h>

#include "reader.h"
#include "sosh/memory.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

#define DEPTH_MOST 64 /* of parentheses and brackets: a file cannot exhaust the stack */

void expr_list_add(struct reader *reader, struct expr_list *list, struct expr *expr)
{
	if (list->count == list->room) {
		unsigned room = list->room ? list->room * 2 : 4;
		struct expr **items = arena_zero(&reader->script->arena, room * sizeof(*items));
		if (list->count)
			memcpy(items, list->items, list->count * sizeof(*items));
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = expr;
}

struct expr *expr_name(struct reader *reader, const char *name, size_t length, uint32_t offset)
{
	struct expr *expr = expr_new(reader->script, EXPR_NAME, offset);

	expr->text = arena_copy(&reader->script->arena, name, length);
	expr->length = (uint32_t)length;
	expr->hash = text_hash(name, length);
	return expr;
}

struct expr *expr_constant(struct reader *reader, const char *name, size_t length, int64_t number, uint32_t offset)
{
	struct expr *expr = expr_literal(reader->script, value_number(number), offset);

	expr->text = arena_copy(&reader->script->arena, name, length);
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

	if (length == 4 && !memcmp(name, "True", 4))
		return expr_literal(reader->script, value_bool(true), offset);
	if (length == 5 && !memcmp(name, "False", 5))
		return expr_literal(reader->script, value_bool(false), offset);
	if (length == 4 && !memcmp(name, "None", 4))
		return expr_literal(reader->script, value_none(), offset);
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

	if (reader->depth >= DEPTH_MOST)
		return reader_error(reader, offset, "more than %d parentheses in each other", DEPTH_MOST);
	reader->at++;
	reader->depth++;
	*comma = false;
	for (;;) {
		reader_blanks(reader);
		if (reader->at == reader->end)
			return reader_unfinished(reader, offset, "the %c that begins here is never closed", close == ')' ? '(' : '[');
		if (*reader->at == close)
			break;
		if (list->count && !*comma)
			return reader_error(reader, reader_offset(reader), "a comma or %c is due here", close);
		struct expr *item = read_expression(reader);
		if (!item)
			return -1;
		expr_list_add(reader, list, item);
		reader_blanks(reader);
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
	struct expr_list list = { 0 };
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
	static const char *const functions[] = { "repr", "str", "len", "bytes" };
	struct expr_list list = { 0 };
	const char *found = NULL;
	bool comma;

	for (unsigned i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (strlen(functions[i]) == length && !memcmp(name, functions[i], length))
			found = functions[i];
	if (!found) {
		bool command = reader->options->lookup(name, length) != NULL;
		reader_error(reader, offset,
			     command ? "sosh runs one call a line: keep its result first, as x = %.*s(...), then use x"
				     : "%.*s is no function here; there are repr, str and len",
			     (int)length, name);
		return NULL;
	}
	if (sequence(reader, ')', &list, &comma))
		return NULL;
	if (list.count < 1 || (list.count > 1 && length == 4)) {
		reader_error(reader, offset, "%s takes one value", found);
		return NULL;
	}
	struct expr *expr = expr_new(reader->script, EXPR_FUNCTION, offset);
	expr->text = length == 5 ? "str" : found; /* bytes("x", "utf-8") is the text itself, as str is */
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
	while (reader->at < reader->end &&
	       (name_length(reader->at, reader->end) || (*reader->at >= '0' && *reader->at <= '9') || *reader->at == '.' ||
		((*reader->at == '-' || *reader->at == '+') && (reader->at[-1] | 0x20) == 'e' && start[1] != 'x')))
		reader->at++;
	if (*start == '%')
		start++;
	if (number_read(start, (size_t)(reader->at - start), true, &value, &problem)) {
		reader_error(reader, offset, "%.*s is no number%s%s", (int)(reader->at - start), start, problem ? ": " : "",
			     problem ? problem : "; text stands between quotes");
		return NULL;
	}
	return expr_literal(reader->script, value, offset);
}

static struct expr *primary(struct reader *reader)
{
	uint32_t offset = reader_offset(reader);

	if (reader->at == reader->end || *reader->at == '\n') {
		reader_unfinished(reader, offset, "a value is due here");
		return NULL;
	}
	if (string_begins(reader->at, reader->end))
		return read_string(reader);
	if (*reader->at == '(' || *reader->at == '[')
		return bracketed(reader);
	if (*reader->at == '-' || *reader->at == '%' || (*reader->at >= '0' && *reader->at <= '9'))
		return number(reader);
	bool dollar = *reader->at == '$';
	const char *name = reader->at + dollar;
	name += module_length(name, reader->end);
	size_t length = name_length(name, reader->end);
	if (dollar && !length)
		while (name + length < reader->end && name[length] >= '0' && name[length] <= '9')
			length++;
	if (!length) {
		size_t character = text_utf8(name, (size_t)(reader->end - name));
		reader_error(reader, offset, "a value is due here, not %.*s", (int)(character ? character : 1), name);
		return NULL;
	}
	reader->at = name + length;
	if (dollar)
		return expr_name(reader, name, length, offset);
	if (reader->at < reader->end && *reader->at == '(')
		return function(reader, name, length, offset);
	return word_expression(reader, name, length, offset);
}

/* .encode(...) and .decode(...) change nothing: text is bytes here. Anything else in parentheses is an error. */
static struct expr *method(struct reader *reader, struct expr *left, const char *name, size_t length)
{
	struct expr_list ignored = { 0 };
	uint32_t offset = reader_offset(reader);
	bool comma;

	if (length != 6 || (memcmp(name, "encode", 6) && memcmp(name, "decode", 6))) {
		reader_error(reader, (uint32_t)(name - reader->script->text),
			     reader->options->lookup(name, length)
				     ? "sosh runs one call a line: keep the result of %.*s first, as x = ..., then use x"
				     : "there is no method %.*s here; of values there are encode and decode",
			     (int)length, name);
		return NULL;
	}
	if (sequence(reader, ')', &ignored, &comma))
		return NULL;
	if (ignored.count > 2) {
		reader_error(reader, offset, "%.*s takes an encoding at most", (int)length, name);
		return NULL;
	}
	return left;
}

static struct expr *part(struct reader *reader, struct expr *left)
{
	uint32_t offset = reader_offset(reader);

	reader->at++;
	const char *name = reader->at;
	size_t length = name_length(name, reader->end);
	if (!length) {
		reader_error(reader, offset, "a name is due after the dot");
		return NULL;
	}
	reader->at += length;
	if (reader->at < reader->end && *reader->at == '(')
		return method(reader, left, name, length);
	struct expr *expr = expr_new(reader->script, EXPR_PART, left->offset);
	expr->left = left;
	expr->text = arena_copy(&reader->script->arena, name, length);
	expr->length = (uint32_t)length;
	return expr;
}

static struct expr *index_of(struct reader *reader, struct expr *left)
{
	uint32_t offset = reader_offset(reader);
	struct expr_list list = { 0 };
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

static struct expr *postfix(struct reader *reader)
{
	struct expr *expr = primary(reader);

	while (expr && reader->at < reader->end) {
		if (*reader->at == '.')
			expr = part(reader, expr);
		else if (*reader->at == '[')
			expr = index_of(reader, expr);
		else
			break;
	}
	return expr;
}

/* Two constants joined are one literal; anything else is joined when it runs. */
static struct expr *join_flags(struct reader *reader, struct expr *left, struct expr *right)
{
	struct expr_list list = { 0 };

	if (left->kind == EXPR_VALUE && right->kind == EXPR_VALUE && left->value.kind == VALUE_NUMBER &&
	    right->value.kind == VALUE_NUMBER) {
		struct buffer names;

		buffer_init(&names);
		buffer_format(&names, "%s|%s", left->text ? left->text : "", right->text ? right->text : "");
		int64_t number = left->value.number | right->value.number;
		struct expr *both = left->text && right->text
					    ? expr_constant(reader, buffer_string(&names), names.length, number, left->offset)
					    : expr_literal(reader->script, value_number(number), left->offset);
		buffer_clear(&names);
		return both;
	}
	if (left->kind == EXPR_FLAGS)
		for (unsigned i = 0; i < left->count; i++)
			expr_list_add(reader, &list, left->items[i]);
	else
		expr_list_add(reader, &list, left);
	expr_list_add(reader, &list, right);
	struct expr *expr = expr_new(reader->script, EXPR_FLAGS, left->offset);
	expr->items = list.items;
	expr->count = list.count;
	return expr;
}

struct expr *read_expression(struct reader *reader)
{
	struct expr *expr = postfix(reader);

	while (expr) {
		reader_blanks(reader);
		if (reader->at == reader->end || *reader->at != '|')
			break;
		reader->at++;
		reader_blanks(reader);
		struct expr *right = postfix(reader);
		expr = right ? join_flags(reader, expr, right) : NULL;
	}
	if (expr && reader->at < reader->end && (*reader->at == '+' || *reader->at == '*' || *reader->at == '/')) {
		reader_error(reader, reader_offset(reader),
			     "sosh does not calculate; text is joined by an f-string, as f\"{a}{b}\"");
		return NULL;
	}
	return expr;
}

/* name= before an argument; the item takes it. */
static void keyword(struct reader *reader, struct word *word)
{
	size_t length = name_length(reader->at, reader->end);
	const char *after = reader->at + length;

	if (!length || after == reader->end || *after != '=' || (reader->end - after > 1 && (after[1] == '=' || after[1] == '>')))
		return;
	word->name = reader->at;
	word->name_length = (uint32_t)length;
	reader->at = after + 1;
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
		unsigned index = reader->word_count - 1;
		keyword(reader, word);
		struct expr *expr = read_expression(reader);
		if (!expr)
			return -1;
		word = &reader->words[index];
		word->kind = expr->kind == EXPR_VALUE && expr->value.kind == VALUE_BYTES ? WORD_QUOTED : WORD_EXPR;
		word->expr = expr;
		reader_blanks(reader);
		comma = reader->at < reader->end && *reader->at == ',';
		if (comma)
			reader->at++;
	}
	reader->at++;
	reader->depth--;
	return 0;
}
