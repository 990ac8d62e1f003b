/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed words: what one word says in the place of one parameter. */
#include <string.h>

#include "sosh/symbol.h"
#include "typed.h"

struct expr *bare_text(struct reader *reader, const struct word *word)
{
	return expr_literal(reader->script, value_bytes(word->text, word->length), word->offset);
}

/* A literal that was fitted into an address's place: a list is a host and a port that are not numeric. */
static struct expr *address_literal(struct reader *reader, struct value value, uint32_t offset)
{
	if (value.kind != VALUE_LIST)
		return expr_literal(reader->script, value, offset);
	struct expr *expr = expr_new(reader->script, EXPR_ADDRESS, offset);
	expr->left = expr_literal(reader->script, value_keep(value.list->items[0].value), offset);
	expr->right = expr_literal(reader->script, value_keep(value.list->items[1].value), offset);
	value_clear(&value);
	return expr;
}

static struct expr *fit_literal(struct reader *reader, const struct param *param, struct value value, uint32_t offset)
{
	struct error error;

	error_clear(&error);
	if (literal_fit(param, &value, &error)) {
		value_clear(&value);
		reader_error(reader, offset, "%s", error.text);
		return NULL;
	}
	return value.kind == VALUE_LIST ? address_literal(reader, value, offset)
	                                : expr_literal(reader->script, value, offset);
}

static const struct param address_param = {.name = "address", .show = "ADDRESS", .type = PARAM_ADDRESS};

struct expr *address_of(struct reader *reader, struct expr *host, struct expr *port)
{
	struct value pair = value_list(2);
	struct expr *expr;

	pair.list->items[0].value = host->kind == EXPR_VALUE ? value_keep(host->value) : value_bytes("", 0);
	pair.list->items[1].value = port->kind == EXPR_VALUE ? value_keep(port->value) : value_number(0);
	expr = fit_literal(reader, &address_param, pair, port->kind == EXPR_VALUE ? port->offset : host->offset);
	if (!expr || (host->kind == EXPR_VALUE && port->kind == EXPR_VALUE))
		return expr;
	struct expr *address = expr_new(reader->script, EXPR_ADDRESS, host->offset);
	address->left = host->kind == EXPR_VALUE ? expr->left : host;
	address->right = port->kind == EXPR_VALUE ? expr->right : port;
	if (!address->left) /* a numeric host: it was part of an address */
		address->left = host;
	return address;
}

static struct expr *address_tuple(struct reader *reader, struct expr *tuple)
{
	if (tuple->count == 2)
		return address_of(reader, tuple->items[0], tuple->items[1]);
	if (tuple->count < 2 || tuple->count > 4) {
		reader_error(reader, tuple->offset, "an address is (host, port)");
		return NULL;
	}
	struct value list = value_list(tuple->count);
	for (unsigned i = 0; i < tuple->count; i++) {
		if (tuple->items[i]->kind != EXPR_VALUE) {
			value_clear(&list);
			return tuple; /* running will fit it */
		}
		list.list->items[i].value = value_keep(tuple->items[i]->value);
	}
	return fit_literal(reader, &address_param, list, tuple->offset);
}

static bool takes_number(enum param_type type)
{
	return type == PARAM_NUMBER || type == PARAM_COUNT || type == PARAM_SECONDS || type == PARAM_BOOL || type == PARAM_SWITCH ||
	       type == PARAM_FLAGS || type == PARAM_LEVEL || type == PARAM_OPTION || type == PARAM_JOB ||
	       type == PARAM_SOCKET || type == PARAM_END;
}

/* Text between quotes is no number, and numbers are no data. */
static struct expr *quoted(struct reader *reader, const struct param *param, struct expr *expr)
{
	bool end = param->type == PARAM_END && address_like(expr->value.blob->bytes, expr->value.blob->length);

	if (takes_number(param->type) && !end) {
		struct error error;
		struct value none = value_list(0); /* fits no number: its complaint says what is due */

		error_clear(&error);
		literal_fit(param, &none, &error);
		value_clear(&none);
		reader_error(reader, expr->offset, "%s, not text", error.text);
		return NULL;
	}
	if (param->type == PARAM_ADDRESS || end)
		return fit_literal(reader, param, value_keep(expr->value), expr->offset);
	return expr;
}

/* A number, list, tuple or anything that running will tell, of the call spelling or in parentheses. */
static struct expr *expression(struct reader *reader, const struct param *param, struct expr *expr)
{
	if ((param->type == PARAM_ADDRESS || param->type == PARAM_END) && expr->kind == EXPR_TUPLE)
		return address_tuple(reader, expr);
	if ((expr->kind == EXPR_LIST || expr->kind == EXPR_TUPLE) && param->type != PARAM_VALUE &&
	    param->type != PARAM_SETTING) {
		reader_error(reader, expr->offset, "%s is no list", param->show);
		return NULL;
	}
	if (expr->kind != EXPR_VALUE || param->type == PARAM_VALUE || param->type == PARAM_SETTING)
		return expr;
	if (param->type == PARAM_DATA || param->type == PARAM_PATH || param->type == PARAM_NAME) {
		reader_error(reader, expr->offset, "%s is text, between quotes", param->show);
		return NULL;
	}
	struct expr *fitted = fit_literal(reader, param, value_keep(expr->value), expr->offset);
	if (fitted && fitted->kind == EXPR_VALUE && fitted->value.kind == VALUE_NUMBER && param->type != PARAM_JOB) {
		fitted->text = expr->text;
		fitted->length = expr->length;
	}
	return fitted;
}

/* A constant keeps its name: the statement says it again. NULL: `error`, or it is none. */
static struct expr *bare_constant(struct reader *reader, const struct param *param, const struct word *word,
                                  struct error *error)
{
	struct value value;
	struct buffer names;
	struct expr *expr = NULL;

	buffer_init(&names);
	if (!constants_read(word->text, word->length, param->group, &value, &names, error) &&
	    !literal_fit(param, &value, error)) {
		if (value.kind == VALUE_NUMBER && names.length && param->type != PARAM_JOB)
			expr = expr_constant(reader, buffer_string(&names), names.length, value.number, word->offset);
		else
			expr = expr_literal(reader->script, value, word->offset);
	}
	buffer_clear(&names);
	return expr;
}

static struct expr *bare_number(struct reader *reader, const struct param *param, const struct word *word,
                                struct error *error)
{
	struct value value;
	struct expr *expr = NULL;

	if (character_is(word->text[0], CHARACTER_NAME) && !character_is(word->text[0], CHARACTER_DIGIT))
		expr = bare_constant(reader, param, word, error);
	if (!expr && !error->text[0] && !literal_read(param, word->text, word->length, &value, error))
		expr = expr_literal(reader->script, value, word->offset);
	return expr;
}

/* A few digits in the place of a number: no need to look further. */
static bool small_number(const struct param *param, const struct word *word, struct value *value)
{
	int64_t number = 0;

	if ((param->type != PARAM_COUNT && param->type != PARAM_NUMBER) || word->length > 9)
		return false;
	for (uint32_t i = 0; i < word->length; i++) {
		unsigned digit = (unsigned char)word->text[i] - '0';
		if (digit > 9)
			return false;
		number = number * 10 + digit;
	}
	*value = value_number(number);
	return true;
}

static struct expr *bare(struct reader *reader, const struct param *param, const struct word *word)
{
	struct error error;
	struct value value;
	struct expr *expr = NULL;

	if (small_number(param, word, &value))
		return expr_literal(reader->script, value, word->offset);
	error.text[0] = 0;
	if (param->type == PARAM_SOCKET || param->type == PARAM_END) {
		size_t name = name_length(word->text, word->text + word->length);
		if (name && name == word->length)
			return expr_name(reader, word->text, name, word->offset);
	}
	if (param->type == PARAM_DATA || param->type == PARAM_PATH || param->type == PARAM_NAME)
		return bare_text(reader, word);
	if (param->type == PARAM_ADDRESS || param->type == PARAM_END) {
		if (!literal_read(param, word->text, word->length, &value, &error))
			expr = address_literal(reader, value, word->offset);
	} else {
		expr = bare_number(reader, param, word, &error);
	}
	if (!expr)
		reader_error(reader, word->offset, "%s", error.text);
	return expr;
}

/* AF_INET where a socket's type is due, or the other way round, would silently be another number. */
static bool wrong_group(struct reader *reader, const struct param *param, const struct expr *expr)
{
	static const char *const groups[] = {"AF_", "SOCK_", "SHUT_"};
	const char *name = expr->text;

	for (unsigned i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (strcmp(groups[i], param->group) || !strncmp(name, groups[i], strlen(groups[i])) ||
		    (i == 0 && !strncmp(name, "PF_", 3)))
			continue;
		reader_error(reader, expr->offset, "%s is %s..., not %s", param->show, groups[i], name);
		return true;
	}
	return false;
}

struct expr *typed_word(struct reader *reader, const struct param *param, const struct word *word)
{
	struct expr *expr;

	if (word->kind == WORD_BARE)
		expr = bare(reader, param, word);
	else if (word->kind == WORD_QUOTED)
		expr = quoted(reader, param, word->expr);
	else
		expr = expression(reader, param, word->expr);
	if (expr && expr->kind == EXPR_VALUE && expr->text && param->group && wrong_group(reader, param, expr))
		return NULL;
	return expr;
}
