/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXPRESSION_GENERATOR_H
#define EXPRESSION_GENERATOR_H
/*
 * Random expressions of every kind that a text can say. The same seed gives the same ones.
 */
#include <string.h>

#include "sosh/address.h"
#include "sosh/language.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

struct generator {
	uint64_t state;        /* begins as the seed */
	struct script *script; /* what is made lives in it */
	unsigned depth;        /* of the expression being made */
};

static struct expr *generate_expression(struct generator *generator);

/* From 0 to `most` - 1. */
static unsigned generate_number(struct generator *generator, unsigned most)
{
	generator->state = generator->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(generator->state >> 33) % most;
}

static bool one_in(struct generator *generator, unsigned most)
{
	return generate_number(generator, most) == 0;
}

static struct expr *literal(struct generator *generator, struct value value)
{
	return expr_literal(generator->script, value, 0);
}

static struct expr *named(struct generator *generator, enum expr_kind kind, const char *name)
{
	struct expr *expr = expr_new(generator->script, kind, 0);

	expr->text = arena_copy(&generator->script->arena, name, strlen(name));
	expr->length = (uint32_t)strlen(name);
	expr->hash = text_hash(name, strlen(name));
	return expr;
}

static struct expr *of_two(struct generator *generator, enum expr_kind kind, struct expr *left, struct expr *right)
{
	struct expr *expr = expr_new(generator->script, kind, 0);

	expr->left = left;
	expr->right = right;
	return expr;
}

static struct expr *of_many(struct generator *generator, enum expr_kind kind, unsigned count)
{
	struct expr *expr = expr_new(generator->script, kind, 0);

	expr->items = arena_zero(&generator->script->arena, (count ? count : 1) * sizeof(*expr->items));
	expr->count = count;
	return expr;
}

static const char *const names[] = {"s",      "conn",   "a1",   "_x",   "f",       "b",      "x",
                                    "socket", "select", "recv", "True", "AF_INET", "EAGAIN", "AF_X",
                                    "ok",     "listen", "msg",  "repr", "while",   "K"};

static struct expr *make_name(struct generator *generator)
{
	return named(generator, EXPR_NAME, names[generate_number(generator, sizeof(names) / sizeof(*names))]);
}

static struct expr *generate_text(struct generator *generator)
{
	static const char odd[] = "\0\n\t\"'\\{}$;#& =>()[]|.,:*%@\x7f\x80\xff\xc2\xa0x";
	char text[40];
	unsigned length = generate_number(generator, 12);

	for (unsigned i = 0; i < length; i++)
		text[i] = one_in(generator, 2) ? odd[generate_number(generator, sizeof(odd) - 1)]
		                               : (char)('a' + generate_number(generator, 26));
	return literal(generator, value_bytes(text, length));
}

static const char *const constants[] = {"AF_INET", "SOCK_STREAM", "MSG_PEEK", "SOL_SOCKET",
                                        "SHUT_WR", "POLLIN",      "EAGAIN"};

static struct expr *make_one_constant(struct generator *generator, const char *name)
{
	const struct symbol *symbol = symbol_find(name, strlen(name));
	struct expr *expr =
		literal(generator, value_number(symbol ? symbol->number : error_number(name, strlen(name))));

	expr->text = arena_copy(&generator->script->arena, name, strlen(name));
	expr->length = (uint32_t)strlen(name);
	return expr;
}

/* A constant, or two joined. */
static struct expr *make_constant(struct generator *generator, const char *const *choices, unsigned count)
{
	struct expr *expr = make_one_constant(generator, choices[generate_number(generator, count)]);
	struct expr *other = make_one_constant(generator, choices[generate_number(generator, count)]);
	struct buffer text;

	if (!one_in(generator, 3))
		return expr;
	buffer_init(&text);
	buffer_format(&text, "%s|%s", expr->text, other->text);
	expr->text = arena_copy(&generator->script->arena, buffer_string(&text), text.length);
	expr->length = (uint32_t)text.length;
	expr->value.number |= other->value.number;
	buffer_clear(&text);
	return expr;
}

static int64_t make_number(struct generator *generator)
{
	static const int64_t edges[] = {0,          1,           -1,         255,       65535,    65536,
	                                2147483647, -2147483648, 4294967296, INT64_MAX, INT64_MIN};

	if (one_in(generator, 3))
		return edges[generate_number(generator, sizeof(edges) / sizeof(*edges))];
	return generate_number(generator, 100000);
}

static double make_real(struct generator *generator)
{
	static const double edges[] = {0, 1, 0.5, 1e-9, 1e300, 1e15, 123456789.125, 0.1, 3, 1e22};

	return edges[generate_number(generator, sizeof(edges) / sizeof(*edges))];
}

static struct expr *make_literal(struct generator *generator)
{
	switch (generate_number(generator, 8)) {
	case 0:
		return literal(generator, value_none());
	case 1:
		return literal(generator, value_bool(one_in(generator, 2)));
	case 2:
		return literal(generator, value_real(make_real(generator)));
	case 3:
	case 4:
		return literal(generator, value_number(make_number(generator)));
	case 5:
		return make_constant(generator, constants, sizeof(constants) / sizeof(*constants));
	default:
		return generate_text(generator);
	}
}

/* $NAME, $NAME.PART, $NAME[N], $1 */
static struct expr *make_dollar(struct generator *generator)
{
	struct expr *expr = one_in(generator, 8) ? named(generator, EXPR_NAME, "12") : make_name(generator);

	for (; one_in(generator, 3);) {
		struct expr *outer = one_in(generator, 2)
		                             ? named(generator, EXPR_PART, "host")
		                             : of_two(generator, EXPR_ITEM, NULL,
		                                      literal(generator, value_number(generate_number(generator, 9))));
		outer->left = expr;
		expr = outer;
	}
	return expr;
}

static bool is_text(const struct expr *expr)
{
	return expr->kind == EXPR_VALUE && expr->value.kind == VALUE_BYTES;
}

/* An expression that is known only when it runs. */
static struct expr *make_dynamic(struct generator *generator)
{
	struct expr *expr;

	do
		expr = generate_expression(generator);
	while (expr->kind == EXPR_VALUE || expr->kind == EXPR_LIST || expr->kind == EXPR_TUPLE);
	return expr;
}

/* Text with other expressions in it. Two texts side by side would be one. */
static struct expr *make_join(struct generator *generator)
{
	unsigned count = 1 + generate_number(generator, 4);
	struct expr *join = of_many(generator, EXPR_JOIN, count);
	bool dynamic = false;

	for (unsigned i = 0; i < count; i++) {
		bool text = (i && !is_text(join->items[i - 1]) && one_in(generator, 2)) ||
		            (!i && count > 1 && one_in(generator, 2));

		do
			join->items[i] = text ? generate_text(generator) : make_dynamic(generator);
		while ((text && !join->items[i]->value.blob->length) || join->items[i]->kind == EXPR_JOIN);
		dynamic |= !text;
	}
	return dynamic ? join : make_join(generator);
}

static struct expr *make_repeat(struct generator *generator)
{
	struct expr *left, *right;

	do
		left = one_in(generator, 2) ? generate_text(generator) : make_dynamic(generator);
	while (left->kind == EXPR_FLAGS);
	do
		right = one_in(generator, 2) ? literal(generator, value_number(generate_number(generator, 99)))
		                             : make_dynamic(generator);
	while (right->kind == EXPR_FLAGS || right->kind == EXPR_JOIN);
	return of_two(generator, EXPR_REPEAT, left, right);
}

/* Flags that are not all known: those would be one number. */
static struct expr *make_flags(struct generator *generator)
{
	unsigned count = 2 + generate_number(generator, 3);
	struct expr *flags = of_many(generator, EXPR_FLAGS, count);

	for (unsigned i = 0; i < count; i++) {
		do
			flags->items[i] =
				i < 1 || one_in(generator, 2)
					? make_dynamic(generator)
					: make_constant(generator, constants, sizeof(constants) / sizeof(*constants));
		while (flags->items[i]->kind == EXPR_FLAGS);
	}
	return flags;
}

static struct expr *make_function(struct generator *generator)
{
	static const char *const functions[] = {"repr", "str", "len"};
	struct expr *expr = named(generator, EXPR_FUNCTION, functions[generate_number(generator, 3)]);

	expr->hash = 0;
	expr->left = generate_expression(generator);
	return expr;
}

static struct expr *make_sequence(struct generator *generator)
{
	struct expr *expr =
		of_many(generator, one_in(generator, 2) ? EXPR_LIST : EXPR_TUPLE, generate_number(generator, 4));

	for (unsigned i = 0; i < expr->count; i++)
		expr->items[i] = generate_expression(generator);
	return expr;
}

/* A part or item of anything. */
static struct expr *make_taken_apart(struct generator *generator)
{
	struct expr *expr = one_in(generator, 2) ? named(generator, EXPR_PART, "port")
	                                         : of_two(generator, EXPR_ITEM, NULL, generate_expression(generator));

	expr->left = generate_expression(generator);
	return expr;
}

static struct expr *generate_expression(struct generator *generator)
{
	struct expr *expr;

	if (generator->depth >= 3)
		return one_in(generator, 2) ? make_name(generator) : make_literal(generator);
	generator->depth++;
	switch (generate_number(generator, 10)) {
	case 0:
	case 1:
		expr = make_literal(generator);
		break;
	case 2:
	case 3:
		expr = make_dollar(generator);
		break;
	case 4:
		expr = make_join(generator);
		break;
	case 5:
		expr = make_repeat(generator);
		break;
	case 6:
		expr = make_flags(generator);
		break;
	case 7:
		expr = make_function(generator);
		break;
	case 8:
		expr = make_sequence(generator);
		break;
	default:
		expr = make_taken_apart(generator);
	}
	generator->depth--;
	return expr;
}

#endif
