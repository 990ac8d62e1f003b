/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of several parts: f"...{name}..." and strings side by side. */
#include "reader.h"
#include "sosh/text.h"

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

void text_parts_init(struct text_parts *parts)
{
	parts->list = (struct expr_list){0};
	buffer_init(&parts->text);
}

void text_parts_clear(struct text_parts *parts)
{
	buffer_clear(&parts->text);
}

static struct expr *text_literal(struct reader *reader, const struct buffer *text, uint32_t offset)
{
	return expr_literal(reader->script, value_bytes(text->length ? text->bytes : "", text->length), offset);
}

void text_parts_add(struct reader *reader, struct text_parts *parts, struct expr *expr)
{
	if (expr->kind == EXPR_VALUE) {
		value_format_plain(&parts->text, &expr->value);
		return;
	}
	if (expr->kind == EXPR_JOIN) {
		for (unsigned i = 0; i < expr->count; i++)
			text_parts_add(reader, parts, expr->items[i]);
		return;
	}
	if (parts->text.length)
		expr_list_add(reader, &parts->list, text_literal(reader, &parts->text, expr->offset));
	buffer_empty(&parts->text);
	expr_list_add(reader, &parts->list, expr);
}

struct expr *text_parts_end(struct reader *reader, struct text_parts *parts, uint32_t offset)
{
	struct expr *expr;

	if (parts->list.count && parts->text.length)
		expr_list_add(reader, &parts->list, text_literal(reader, &parts->text, offset));
	if (parts->list.count) {
		expr = expr_new(reader->script, EXPR_JOIN, offset);
		expr->items = parts->list.items;
		expr->count = parts->list.count;
	} else {
		expr = text_literal(reader, &parts->text, offset);
	}
	text_parts_clear(parts);
	return expr;
}

/* The !r or !s of a field. */
static struct expr *conversion(struct reader *reader, struct expr *expr)
{
	char kind = reader->end - reader->at > 1 ? reader->at[1] : 0;

	if (kind != 'r' && kind != 's') {
		reader_error(reader, reader_offset(reader), "behind ! an r or an s is due, as {name!r}");
		return NULL;
	}
	reader->at += 2;
	if (kind == 's')
		return expr;
	struct expr *function = expr_new(reader->script, EXPR_FUNCTION, expr->offset);
	function->text = "repr";
	function->length = 4;
	function->left = expr;
	return function;
}

/* {name}, {name!r}; *at is at the brace. NULL after an error. */
static struct expr *format_field(struct reader *reader, const char **at, const char *end)
{
	struct reader inner = *reader;

	inner.at = *at + 1;
	inner.end = end;
	inner.depth = reader->depth + 1; /* lines' ends are blanks */
	reader_blanks(&inner);
	struct expr *expr = inner.at == end ? NULL : read_expression(&inner);
	if (expr && inner.at < end && *inner.at == '!')
		expr = conversion(&inner, expr);
	if (!expr || inner.at == end) {
		reader_error(reader, reader_offset_of(reader, *at), "the { in f\"...\" is never closed");
		return NULL;
	}
	if (*inner.at != '}') {
		reader_error(reader, reader_offset(&inner), "{...} takes a name, with !r behind it at most");
		return NULL;
	}
	*at = inner.at + 1;
	return expr;
}

/* The text of an f"..." up to the next field: `{{` and `}}` are braces. Returns where it stopped, NULL after an error.
 */
static const char *format_text(struct reader *reader, struct buffer *out, const char *at, const char *end)
{
	while (at < end && !(*at == '{' && (end - at < 2 || at[1] != '{'))) {
		if ((*at == '{' || *at == '}') && end - at > 1 && at[1] == *at) {
			buffer_char(out, *at);
			at += 2;
		} else if (*at == '}') {
			reader_error(reader, reader_offset_of(reader, at), "a single } in f\"...\": write }}");
			return NULL;
		} else if (*at == '\\' && end - at > 1) {
			at++;
			if (read_escape(reader, out, &at, end))
				return NULL;
		} else {
			buffer_char(out, *at++);
		}
	}
	return at;
}

int read_format(struct reader *reader, struct text_parts *parts, const char *body, const char *end)
{
	const char *at = body;

	while ((at = format_text(reader, &parts->text, at, end)) != NULL && at < end) {
		struct expr *field = format_field(reader, &at, end);
		if (!field)
			return -1;
		text_parts_add(reader, parts, field);
	}
	return at ? 0 : -1;
}
