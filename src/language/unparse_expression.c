/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unparsing expressions: names, literals and what is made of them. */
#include "unparse.h"

#include <stdio.h>
#include <stdlib.h>

#include "reader.h"
#include "sosh/address.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

/* The quotes of a text that stands in that many f"..." of each other. */
static const char *const opening[] = {"\"", "'", "\u201c", "\u2018"}, *const closing[] = {"\"", "'", "\u201d",
                                                                                          "\u2019"};
#define QUOTES (sizeof(opening) / sizeof(*opening))

struct form {
	struct buffer *out;
	unsigned inside; /* f"..." that are open */
};

static void expression_form(struct form *form, const struct expr *expr);

/* Text between quotes. No quotes are in it that could end it or what is around it. */
static void text_form(struct form *form, const struct blob *blob, bool braces)
{
	struct buffer escaped;

	buffer_init(&escaped);
	text_escape(&escaped, blob->bytes, blob->length);
	for (size_t i = 0; i < escaped.length; i++) {
		char c = escaped.bytes[i];
		bool quoted = c == '\\' && i + 1 < escaped.length && escaped.bytes[i + 1] == '"';
		if (form->inside && (quoted || c == '\'')) {
			buffer_text(form->out, quoted ? "\\x22" : "\\x27");
			i += quoted;
			continue;
		}
		if (braces && (c == '{' || c == '}'))
			buffer_char(form->out, c);
		buffer_char(form->out, c);
		if (c == '\\')
			buffer_char(form->out, escaped.bytes[++i]);
	}
	buffer_clear(&escaped);
}

static void quoted_form(struct form *form, const struct blob *blob)
{
	buffer_text(form->out, opening[form->inside % QUOTES]);
	text_form(form, blob, false);
	buffer_text(form->out, closing[form->inside % QUOTES]);
}

static void quoted_bytes(struct form *form, const char *bytes, size_t length)
{
	struct value value = value_bytes(bytes, length);

	quoted_form(form, value.blob);
	value_clear(&value);
}

static void address_form(struct form *form, const struct address *address)
{
	struct buffer host;
	size_t length;

	if (address->any.sa_family == AF_UNSPEC) {
		buffer_text(form->out, "AF_UNSPEC");
	} else if (address->any.sa_family == AF_UNIX) {
		const char *path = address_path(address, &length);
		quoted_bytes(form, path, length);
	} else {
		buffer_init(&host);
		address_format_host(&host, address);
		buffer_char(form->out, '(');
		quoted_bytes(form, buffer_string(&host), host.length);
		buffer_format(form->out, ", %d)", address_port(address));
		buffer_clear(&host);
	}
}

/* The shortest form that reads back the same and is no whole number's. */
static void real_form(struct buffer *out, double real)
{
	char text[40];

	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, real);
		if (strtod(text, NULL) == real)
			break;
	}
	buffer_text(out, text);
	if (!strpbrk(text, ".e"))
		buffer_text(out, ".0");
}

static void value_form(struct form *form, const struct expr *expr)
{
	const struct value *value = &expr->value;

	if (expr->text)
		buffer_text(form->out, expr->text);
	else if (value->kind == VALUE_ADDRESS)
		address_form(form, value->address);
	else if (value->kind == VALUE_BYTES)
		quoted_form(form, value->blob);
	else if (value->kind == VALUE_WORD)
		buffer_add(form->out, value->blob->bytes, value->blob->length);
	else if (value->kind == VALUE_REAL)
		real_form(form->out, value->real);
	else
		value_format(form->out, value);
}

static void join_form(struct form *form, const struct expr *expr)
{
	struct form field = {form->out, form->inside + 1};

	buffer_char(form->out, 'f');
	buffer_text(form->out, opening[form->inside % QUOTES]);
	for (unsigned i = 0; i < expr->count; i++) {
		if (expr->items[i]->kind == EXPR_VALUE) {
			text_form(form, expr->items[i]->value.blob, true);
			continue;
		}
		buffer_char(form->out, '{');
		expression_form(&field, expr->items[i]);
		buffer_char(form->out, '}');
	}
	buffer_text(form->out, closing[form->inside % QUOTES]);
}

bool name_is_plain(const struct expr *name)
{
	struct value value;

	if (character_is(name->text[0], CHARACTER_DIGIT) || symbol_find(name->text, name->length) ||
	    error_number(name->text, name->length) || !word_constant(name->text, name->length, &value))
		return false;
	return !symbol_looks_like(name->text, name->length) && !text_is(name->text, name->length, "socket") &&
	       !text_is(name->text, name->length, "select");
}

static void name_form(struct buffer *out, const struct expr *expr)
{
	buffer_format(out, "%s%s", name_is_plain(expr) ? "" : "$", expr->text);
}

static void enclosed(struct form *form, const struct expr *expr, bool encloses)
{
	if (encloses)
		buffer_char(form->out, '(');
	expression_form(form, expr);
	if (encloses)
		buffer_char(form->out, ')');
}

/* An operand that something is behind: a .part, an [item], a *. */
static void operand_form(struct form *form, const struct expr *expr)
{
	bool number = expr->kind == EXPR_VALUE && expr->value.kind != VALUE_BYTES;

	enclosed(form, expr, number || expr->kind == EXPR_REPEAT || expr->kind == EXPR_FLAGS);
}

static void separated(struct form *form, const struct expr *expr, const char *separator)
{
	bool flags = expr->kind == EXPR_FLAGS;

	for (unsigned i = 0; i < expr->count; i++) {
		const struct expr *item = expr->items[i];
		if (i)
			buffer_text(form->out, separator);
		enclosed(form, item, flags && i && item->kind == EXPR_VALUE && item->text && strchr(item->text, '|'));
	}
}

static void sequence_form(struct form *form, const struct expr *expr)
{
	buffer_char(form->out, expr->kind == EXPR_LIST ? '[' : '(');
	separated(form, expr, ", ");
	if (expr->kind == EXPR_TUPLE && expr->count == 1)
		buffer_char(form->out, ',');
	buffer_char(form->out, expr->kind == EXPR_LIST ? ']' : ')');
}

static void endpoint_form(struct form *form, const struct expr *expr)
{
	if (!expr->optional_host)
		buffer_char(form->out, '(');
	expression_form(form, expr->left);
	buffer_text(form->out, ", ");
	expression_form(form, expr->right);
	if (!expr->optional_host)
		buffer_char(form->out, ')');
}

static void expression_form(struct form *form, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_VALUE:
		value_form(form, expr);
		break;
	case EXPR_NAME:
		name_form(form->out, expr);
		break;
	case EXPR_PART:
		operand_form(form, expr->left);
		buffer_format(form->out, ".%s", expr->text);
		break;
	case EXPR_ITEM:
		operand_form(form, expr->left);
		buffer_char(form->out, '[');
		expression_form(form, expr->right);
		buffer_char(form->out, ']');
		break;
	case EXPR_JOIN:
		join_form(form, expr);
		break;
	case EXPR_REPEAT:
		operand_form(form, expr->left);
		buffer_char(form->out, '*');
		if (expr->right->kind == EXPR_VALUE)
			expression_form(form, expr->right);
		else
			operand_form(form, expr->right);
		break;
	case EXPR_FLAGS:
		separated(form, expr, "|");
		break;
	case EXPR_FUNCTION:
		buffer_text(form->out, expr->text);
		enclosed(form, expr->left, true);
		break;
	case EXPR_LIST:
	case EXPR_TUPLE:
		sequence_form(form, expr);
		break;
	case EXPR_ADDRESS:
		endpoint_form(form, expr);
		break;
	}
}

void call_form(struct buffer *out, const struct expr *expr)
{
	expression_form(&(struct form){out, 0}, expr);
}

static bool dollar_chain(struct buffer *out, const struct expr *expr)
{
	if (expr->kind == EXPR_NAME) {
		buffer_text(out, expr->text);
	} else if (expr->kind == EXPR_PART && dollar_chain(out, expr->left)) {
		buffer_format(out, ".%s", expr->text);
	} else if (expr->kind == EXPR_ITEM && expr->right->kind == EXPR_VALUE && !expr->right->text &&
	           expr->right->value.kind == VALUE_NUMBER && expr->right->value.number >= 0 &&
	           dollar_chain(out, expr->left)) {
		buffer_format(out, "[%lld]", (long long)expr->right->value.number);
	} else {
		return false;
	}
	return true;
}

bool dollar_form(struct buffer *out, const struct expr *expr)
{
	size_t start = out->length;

	buffer_char(out, '$');
	if (dollar_chain(out, expr))
		return true;
	out->length = start;
	return false;
}

void word_form(struct buffer *out, const struct expr *expr)
{
	for (unsigned i = 0; i < expr->count; i++) {
		const struct expr *item = expr->items[i];
		if (item->kind == EXPR_VALUE) {
			value_format_plain(out, &item->value);
			continue;
		}
		buffer_text(out, "${");
		dollar_chain(out, item);
		buffer_char(out, '}');
	}
}

/* "ab"*3 */
static bool begins_with_text(const struct expr *repeat)
{
	const struct expr *left = repeat->left;

	return left->kind == EXPR_JOIN || (left->kind == EXPR_VALUE && left->value.kind == VALUE_BYTES);
}

void shell_form(struct buffer *out, const struct param *param, const struct expr *expr)
{
	bool socket = param->type == PARAM_SOCKET || param->type == PARAM_END;
	bool literal = expr->kind == EXPR_VALUE || expr->kind == EXPR_TUPLE ||
	               (expr->kind == EXPR_REPEAT && begins_with_text(expr));

	if (expr->kind == EXPR_VALUE && param->type == PARAM_JOB) {
		buffer_format(out, "%%%lld", (long long)expr->value.number);
	} else if (expr->kind == EXPR_VALUE && param->type == PARAM_SWITCH && expr->value.number) {
		buffer_text(out, param->show);
	} else if (expr->kind == EXPR_VALUE && param->type == PARAM_FLAGS && !expr->text) {
		buffer_format(out, "(%lld)", (long long)expr->value.number);
	} else if (expr->kind == EXPR_NAME && socket && !character_is(expr->text[0], CHARACTER_DIGIT)) {
		buffer_text(out, expr->text);
	} else if (expr->kind == EXPR_ADDRESS && expr->optional_host) {
		shell_form(out, param, expr->left);
		buffer_char(out, ' ');
		shell_form(out, param, expr->right);
	} else if (literal || expr->kind == EXPR_JOIN || expr->kind == EXPR_ADDRESS) {
		call_form(out, expr);
	} else if (!dollar_form(out, expr)) {
		enclosed(&(struct form){out, 0}, expr, true);
	}
}
