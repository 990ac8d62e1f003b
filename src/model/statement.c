/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scripts with their statements and expressions, and whether two statements say the same.
 */
#include "sosh/statement.h"

#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"

static void add_line(struct script *script, size_t begin)
{
	if ((script->line_count & (script->line_count - 1)) == 0) /* 0, 1, 2, 4, 8, …: full */
		script->lines = memory_resize(script->lines, (script->line_count + 1) * 2 * sizeof(script->lines[0]));
	script->lines[script->line_count++] = (uint32_t)begin;
}

static void find_lines(struct script *script)
{
	const char *text = script->text, *end = text + script->text_length;
	bool mark = script->text_length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;

	add_line(script, mark ? 3 : 0); /* the byte order mark of some editors is no part of the line */
	for (const char *at = text; (at = memchr(at, '\n', (size_t)(end - at))) != NULL;)
		add_line(script, (size_t)(++at - text));
}

struct script *script_take(const char *name, struct buffer *text)
{
	struct script *script = memory_zero(sizeof(*script));

	script->references = 1;
	arena_init(&script->arena);
	if (name != NULL)
		script->name = arena_copy(&script->arena, name, strlen(name));
	buffer_add(text, "", 0); /* its NUL */
	script->text = text->bytes;
	script->text_length = text->length;
	buffer_init(text);
	find_lines(script);
	return script;
}

struct script *script_new(const char *name, const char *text, size_t length)
{
	struct buffer copy;

	buffer_init(&copy);
	buffer_add(&copy, text, length);
	return script_take(name, &copy);
}

struct script *script_keep(struct script *script)
{
	script->references++;
	return script;
}

void script_drop(struct script *script)
{
	if (script == NULL || --script->references > 0)
		return;
	for (struct expr *literal = script->literals; literal != NULL; literal = literal->next_literal)
		value_clear(&literal->value);
	arena_clear(&script->arena);
	free(script->statements);
	free(script->lines);
	free((char *)script->text);
	free(script);
}

void script_add(struct script *script, struct statement *statement)
{
	if (script->count == script->room) {
		script->room = script->room > 0 ? script->room * 2 : 1;
		script->statements = memory_resize(script->statements, script->room * sizeof(script->statements[0]));
	}
	script->statements[script->count++] = statement;
}

struct expr *expr_new(struct script *script, enum expr_kind kind, uint32_t offset)
{
	struct expr *expr = arena_zero(&script->arena, sizeof(*expr));

	expr->kind = kind;
	expr->offset = offset;
	return expr;
}

static bool owns_memory(const struct value *value)
{
	switch (value->kind) {
	case VALUE_BYTES:
	case VALUE_WORD:
	case VALUE_ADDRESS:
	case VALUE_LIST:
	case VALUE_STRUCT:
		return true;
	default:
		return false;
	}
}

struct expr *expr_literal(struct script *script, struct value value, uint32_t offset)
{
	struct expr *expr = expr_new(script, EXPR_VALUE, offset);

	expr->value = value;
	if (owns_memory(&value)) {
		expr->next_literal = script->literals;
		script->literals = expr;
	}
	return expr;
}

/* The line, from 0, that an offset stands in. */
static uint32_t line_of(const struct script *script, uint32_t offset)
{
	uint32_t low = 0, high = script->line_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (script->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void script_place(const struct script *script, uint32_t offset, struct place *place)
{
	uint32_t line = line_of(script, offset);
	const char *text = script->text + script->lines[line];
	const char *end = script->text + (offset < script->text_length ? offset : script->text_length);

	*place = (struct place){.file = script->name, .line = line + 1, .column = 1, .text = text};
	while (text < end) {
		size_t width = text_utf8(text, (size_t)(end - text));

		text += width > 0 ? width : 1;
		place->column++;
	}
}

static bool same_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static bool same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool expr_equal(const struct expr *a, const struct expr *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->kind != b->kind || a->count != b->count)
		return false;
	if (!same_bytes(a->text, a->length, b->text, b->length))
		return false;
	if (a->kind == EXPR_VALUE && !value_equal(&a->value, &b->value))
		return false;
	if (!expr_equal(a->left, b->left) || !expr_equal(a->right, b->right))
		return false;
	for (unsigned i = 0; i < a->count; i++) {
		if (!expr_equal(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

static bool expect_equal(const struct expect *a, const struct expect *b)
{
	if (a->kind != b->kind || a->op != b->op || a->state != b->state || a->error_count != b->error_count)
		return false;
	for (unsigned i = 0; i < a->error_count; i++) {
		if (a->errors[i] != b->errors[i])
			return false;
	}
	if (a->kind == EXPECT_REGEX && !same_text(a->text, b->text))
		return false;
	return expr_equal(a->operand, b->operand);
}

static bool targets_equal(const struct statement *a, const struct statement *b)
{
	if (a->target_count != b->target_count)
		return false;
	for (unsigned i = 0; i < a->target_count; i++) {
		const struct target *left = &a->targets[i], *right = &b->targets[i];

		if (!same_bytes(left->name, left->length, right->name, right->length))
			return false;
	}
	return true;
}

bool statement_equal(const struct statement *a, const struct statement *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->command != b->command || a->background != b->background || a->expect_count != b->expect_count)
		return false;
	if (!same_text(a->host, b->host) || !targets_equal(a, b))
		return false;
	for (int i = 0; i < PARAM_MOST; i++) {
		if (!expr_equal(a->arguments[i], b->arguments[i]))
			return false;
	}
	for (unsigned i = 0; i < a->expect_count; i++) {
		if (!expect_equal(&a->expects[i], &b->expects[i]))
			return false;
	}
	return statement_equal(a->inner, b->inner);
}
