/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluation: expressions to values, values to what their parameters ask for. */
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "sosh/text.h"

static int fail_at(struct script *script, const struct expr *expr, struct error *error, const char *what,
                   const char *name)
{
	struct place place;
	struct buffer shown;

	script_place(script, expr->offset, &place);
	buffer_init(&shown);
	text_plain(&shown, name, strlen(name));
	error_at(error, &place, what, buffer_string(&shown));
	buffer_clear(&shown);
	return -1;
}

static void offer_variable(const struct variable *variable, void *context)
{
	nearest_offer(context, variable->name);
}

static int no_variable(struct engine *engine, struct script *script, const struct expr *expr, struct error *error)
{
	struct nearest nearest = {.wanted = expr->text, .length = expr->length};
	struct place place;

	if (expr->text[0] >= '0' && expr->text[0] <= '9')
		return fail_at(script, expr, error, "there is no script argument $%s", expr->text);
	session_each(&engine->session, offer_variable, &nearest);
	script_place(script, expr->offset, &place);
	if (nearest.best)
		return error_at(error, &place, "no variable or handle is called %s; did you mean %s?", expr->text,
		                nearest.best);
	return error_at(error, &place, "no variable or handle is called %s; it is set by %s = ...", expr->text,
	                expr->text);
}

/* $x.FIELD: the part, or where the value has no parts, its text with ".FIELD" behind it. */
static int evaluate_part(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
                         struct error *error)
{
	struct value whole;
	struct buffer text;

	if (evaluate(engine, script, expr->left, &whole, error))
		return -1;
	if (!value_part(&whole, expr->text, expr->length, value)) {
		value_clear(&whole);
		return 0;
	}
	if (whole.kind == VALUE_ADDRESS || whole.kind == VALUE_STRUCT || whole.kind == VALUE_LIST ||
	    whole.kind == VALUE_NONE) {
		value_clear(&whole);
		return fail_at(script, expr, error, "it has no part called %s", expr->text);
	}
	buffer_init(&text);
	value_format_plain(&text, &whole);
	buffer_format(&text, ".%s", expr->text);
	*value = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	value_clear(&whole);
	return 0;
}

static int evaluate_item(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
                         struct error *error)
{
	struct value whole, index;

	if (evaluate(engine, script, expr->left, &whole, error))
		return -1;
	if (evaluate(engine, script, expr->right, &index, error)) {
		value_clear(&whole);
		return -1;
	}
	int failed = index.kind != VALUE_NUMBER || value_item(&whole, index.number, value);
	value_clear(&whole);
	value_clear(&index);
	return failed ? fail_at(script, expr, error, "there is no such item%s", "") : 0;
}

/* The texts of several expressions, one after the other. */
static int evaluate_join(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
                         struct error *error)
{
	struct buffer text;
	struct value part;

	buffer_init(&text);
	for (unsigned i = 0; i < expr->count; i++) {
		if (evaluate(engine, script, expr->items[i], &part, error)) {
			buffer_clear(&text);
			return -1;
		}
		value_format_plain(&text, &part);
		value_clear(&part);
	}
	*value = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	return 0;
}

static int evaluate_repeat(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
                           struct error *error)
{
	struct value part, times;
	struct buffer text;

	if (evaluate(engine, script, expr->left, &part, error))
		return -1;
	if (evaluate(engine, script, expr->right, &times, error)) {
		value_clear(&part);
		return -1;
	}
	int64_t count = times.kind == VALUE_NUMBER && times.number >= 0 ? times.number : -1;
	value_clear(&times);
	size_t length = part.kind == VALUE_BYTES ? part.blob->length : 0;
	if (count < 0 || part.kind != VALUE_BYTES || (length && (uint64_t)count > BUFFER_MAXIMUM / length)) {
		value_clear(&part);
		return fail_at(script, expr, error, "text is repeated by a number, up to 256M bytes in all%s", "");
	}
	void *room = malloc(length * (size_t)count * 3); /* the text, its growing, and the value */
	free(room);
	if (!room && length && count) {
		value_clear(&part);
		return fail_at(script, expr, error, "there is no memory for so long a text%s", "");
	}
	buffer_init(&text);
	for (; count && length; count--)
		buffer_add(&text, part.blob->bytes, length);
	value_clear(&part);
	*value = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	return 0;
}

static int evaluate_flags(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
                          struct error *error)
{
	int64_t flags = 0;
	struct value part;

	for (unsigned i = 0; i < expr->count; i++) {
		if (evaluate(engine, script, expr->items[i], &part, error))
			return -1;
		bool number = part.kind == VALUE_NUMBER || part.kind == VALUE_BOOL;
		flags |= number ? part.number : 0;
		value_clear(&part);
		if (!number)
			return fail_at(script, expr->items[i], error, "flags are joined by |; this is none%s", "");
	}
	*value = value_number(flags);
	return 0;
}

static int value_length(const struct value *value, int64_t *length)
{
	if (value->kind == VALUE_BYTES || value->kind == VALUE_WORD)
		*length = (int64_t)value->blob->length;
	else if (value->kind == VALUE_LIST || value->kind == VALUE_STRUCT)
		*length = value->list->count;
	else
		return -1;
	return 0;
}

/* repr, str, len */
static int evaluate_function(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
                             struct error *error)
{
	struct value inner;
	struct buffer text;
	int64_t length = 0;

	if (evaluate(engine, script, expr->left, &inner, error))
		return -1;
	if (expr->text[0] == 'l') {
		int failed = value_length(&inner, &length);
		value_clear(&inner);
		*value = value_number(length);
		return failed ? fail_at(script, expr, error, "len is of data or a list%s", "") : 0;
	}
	buffer_init(&text);
	if (expr->text[0] == 'r')
		value_format(&text, &inner);
	else
		value_format_plain(&text, &inner);
	*value = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	value_clear(&inner);
	return 0;
}

static int evaluate_list(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
                         struct error *error)
{
	struct expr *const pair[2] = {expr->left, expr->right};
	struct expr *const *items = expr->kind == EXPR_ADDRESS ? pair : expr->items;
	struct value list = value_list(expr->kind == EXPR_ADDRESS ? 2 : expr->count);

	for (unsigned i = 0; i < list.list->count; i++) {
		if (evaluate(engine, script, items[i], &list.list->items[i].value, error)) {
			value_clear(&list);
			return -1;
		}
	}
	*value = list;
	return 0;
}

int evaluate(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
             struct error *error)
{
	const struct value *found;

	*value = value_none();
	switch (expr->kind) {
	case EXPR_VALUE:
		*value = value_keep(expr->value);
		return 0;
	case EXPR_NAME:
		found = session_get(&engine->session, expr->text, expr->length, expr->hash);
		if (!found)
			return no_variable(engine, script, expr, error);
		*value = value_keep(*found);
		return 0;
	case EXPR_PART:
		return evaluate_part(engine, script, expr, value, error);
	case EXPR_ITEM:
		return evaluate_item(engine, script, expr, value, error);
	case EXPR_JOIN:
		return evaluate_join(engine, script, expr, value, error);
	case EXPR_REPEAT:
		return evaluate_repeat(engine, script, expr, value, error);
	case EXPR_FLAGS:
		return evaluate_flags(engine, script, expr, value, error);
	case EXPR_FUNCTION:
		return evaluate_function(engine, script, expr, value, error);
	default:
		return evaluate_list(engine, script, expr, value, error);
	}
}

/* Makes an evaluated value fit; the complaint gets the expression's place. */
static int fit(struct script *script, const struct param *param, const struct expr *expr, struct value *value,
               struct error *error)
{
	struct error plain;
	struct place place;

	error_clear(&plain);
	if (!literal_fit(param, value, &plain))
		return 0;
	value_clear(value);
	script_place(script, expr->offset, &place);
	return error_at(error, &place, "%s", plain.text);
}

/* Several data arguments are one. */
static int join_data(struct value *list)
{
	struct buffer text;

	buffer_init(&text);
	for (unsigned i = 0; i < list->list->count; i++)
		value_format_plain(&text, &list->list->items[i].value);
	value_clear(list);
	*list = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	return 0;
}

static int evaluate_many(struct engine *engine, struct script *script, const struct param *param,
                         const struct expr *expr, struct value *value, struct error *error)
{
	if (param->type == PARAM_DATA && expr->count == 1) {
		if (evaluate(engine, script, expr->items[0], value, error))
			return -1;
		return fit(script, param, expr->items[0], value, error);
	}
	struct value list = value_list(expr->count);
	for (unsigned i = 0; i < expr->count; i++) {
		struct value *item = &list.list->items[i].value;
		if (evaluate(engine, script, expr->items[i], item, error) ||
		    fit(script, param, expr->items[i], item, error)) {
			value_clear(&list);
			return -1;
		}
	}
	*value = list;
	return param->type == PARAM_DATA ? join_data(value) : 0;
}

int evaluate_argument(struct engine *engine, struct script *script, const struct statement *statement, int index,
                      struct value *value, struct error *error)
{
	const struct param *param = &statement->command->params[index];
	const struct expr *expr = statement->arguments[index];

	if (!expr) {
		*value = value_none();
		if (!param->fallback || !*param->fallback)
			return 0;
		return literal_read(param, param->fallback, strlen(param->fallback), value, error) ||
		       literal_fit(param, value, error);
	}
	if (param->many && expr->kind == EXPR_LIST)
		return evaluate_many(engine, script, param, expr, value, error);
	if (evaluate(engine, script, expr, value, error))
		return -1;
	if (expr->kind == EXPR_VALUE && (value->kind != VALUE_BYTES || param->type == PARAM_VALUE))
		return 0; /* the parser has made it fit */
	/* a socket's place and an address's in turn */
	if (param->type == PARAM_END && (value->kind == VALUE_ADDRESS || value->kind == VALUE_LIST))
		return fit(script, &(struct param){.show = param->show, .type = PARAM_ADDRESS}, expr, value, error);
	return fit(script, param, expr, value, error);
}

/* `sendto u "a" $x $y`: is $y an address, then $x is data (or, being a number, flags). */
static int settle_host(struct run *run, int index, struct error *error)
{
	const struct expr *expr = run->statement->arguments[index];
	struct value last, *data = &run->arguments[index - 2];

	if (evaluate(run->engine, run->script, expr->right, &last, error))
		return -1;
	if (last.kind != VALUE_ADDRESS && last.kind != VALUE_LIST) {
		value_clear(&last);
		return evaluate_argument(run->engine, run->script, run->statement, index, &run->arguments[index],
		                         error);
	}
	run->arguments[index] = last;
	struct value host;
	if (fit(run->script, &run->statement->command->params[index], expr->right, &run->arguments[index], error) ||
	    evaluate(run->engine, run->script, expr->left, &host, error))
		return -1;
	if (host.kind == VALUE_NUMBER) {
		value_clear(&run->arguments[index - 1]);
		run->arguments[index - 1] = host;
		return 0;
	}
	struct value both = value_list(2);
	both.list->items[0].value = *data;
	both.list->items[1].value = host;
	*data = both;
	return join_data(data);
}

static int find_handle(struct run *run, struct error *error)
{
	const struct value *value = &run->arguments[0];
	struct place place;

	if (value->kind == VALUE_LIST)
		value = &value->list->items[0].value;
	if (value->kind != VALUE_HANDLE)
		return 0;
	run->handle = session_handle(&run->engine->session, value->number);
	if (run->handle) {
		run->entry->handle = run->handle->number;
		return 0;
	}
	place = run->statement->place;
	if (run->statement->arguments[0])
		script_place(run->script, run->statement->arguments[0]->offset, &place);
	return error_at(error, &place, "there is no handle %lld; sockets lists them", (long long)value->number);
}

/* A default that is a plain number, as those of counts and flags. */
static bool default_number(const char *digit, struct value *value)
{
	int64_t number = 0;

	if (!digit || !*digit)
		return false;
	for (; *digit >= '0' && *digit <= '9' && number < INT32_MAX; digit++)
		number = number * 10 + (*digit - '0');
	*value = value_number(number);
	return !*digit;
}

/* A literal, or what a name holds, when it is of this kind. */
static bool ready_value(const struct run *run, const struct expr *expr, enum value_kind kind, struct value *value)
{
	const struct value *found = NULL;

	if (expr->kind == EXPR_NAME)
		found = session_get(&run->engine->session, expr->text, expr->length, expr->hash);
	else if (expr->kind == EXPR_VALUE)
		found = &expr->value;
	if (!found || found->kind != kind)
		return false;
	*value = value_keep(*found);
	return true;
}

/* The quick way of evaluate_argument, for what fits its place as it is, which is most. False: it has to be looked at.
 */
static bool quick_argument(const struct run *run, const struct param *param, const struct expr *expr,
                           struct value *value)
{
	switch (param->type) {
	case PARAM_SOCKET:
		return expr && ready_value(run, expr, VALUE_HANDLE, value);
	case PARAM_DATA:
		return expr && expr->kind == EXPR_LIST && expr->count == 1 &&
		       ready_value(run, expr->items[0], VALUE_BYTES, value);
	case PARAM_NUMBER:
	case PARAM_COUNT:
	case PARAM_FLAGS:
		if (!expr)
			return default_number(param->fallback, value);
		return expr->kind == EXPR_VALUE && ready_value(run, expr, VALUE_NUMBER, value);
	default:
		return false;
	}
}

/*
 * `create_connection $x 5`: is $x an address by itself, then 5 is no port but the next argument, if that is not given.
 * 1 when it is not so.
 */
static int settle_port(struct run *run, int index, struct error *error)
{
	const struct expr *expr = run->statement->arguments[index];
	const struct command_spec *spec = run->statement->command;
	struct value host;

	if (expr->left->kind == EXPR_VALUE || index + 1 >= spec->param_count || run->statement->arguments[index + 1])
		return 1;
	if (evaluate(run->engine, run->script, expr->left, &host, error))
		return -1;
	if (host.kind != VALUE_ADDRESS && host.kind != VALUE_LIST) {
		value_clear(&host);
		return 1;
	}
	run->arguments[index] = host;
	run->shifted = expr->right;
	return fit(run->script, &spec->params[index], expr->left, &run->arguments[index], error);
}

static int slow_argument(struct run *run, int index, struct error *error)
{
	const struct expr *expr = run->statement->arguments[index], *shifted = run->shifted;

	error_clear(error);
	run->shifted = NULL;
	if (shifted) {
		struct value *value = &run->arguments[index];
		if (evaluate(run->engine, run->script, shifted, value, error))
			return -1;
		return fit(run->script, &run->statement->command->params[index], shifted, value, error);
	}
	if (expr && expr->optional_host)
		return settle_host(run, index, error);
	int settled = expr && expr->kind == EXPR_ADDRESS ? settle_port(run, index, error) : 1;
	if (settled <= 0)
		return settled;
	return evaluate_argument(run->engine, run->script, run->statement, index, &run->arguments[index], error);
}

int evaluate_arguments(struct run *run, struct error *error)
{
	const struct command_spec *spec = run->statement->command;

	for (int i = 0; i < spec->param_count; i++) {
		if ((run->shifted ||
		     !quick_argument(run, &spec->params[i], run->statement->arguments[i], &run->arguments[i])) &&
		    slow_argument(run, i, error))
			return -1;
		if (i == 0 && (spec->params[0].type == PARAM_SOCKET || spec->params[0].type == PARAM_END) &&
		    find_handle(run, error))
			return -1;
	}
	return 0;
}
