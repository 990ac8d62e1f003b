/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scripts, their places, equality of statements, and what a command's row says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/buffer.h"
#include "sosh/statement.h"

static const struct command_spec recv_spec = {
	.name = "recv",
	.param_count = 3,
	.params = {{"socket", "SOCKET", PARAM_SOCKET, NULL, NULL, false},
                   {"bufsize", "COUNT", PARAM_COUNT, "4096", NULL, false},
                   {"flags", "FLAGS", PARAM_FLAGS, "0", "MSG_", false}},
};

static const struct command_spec sendto_spec = {
	.name = "sendto",
	.param_count = 4,
	.params = {{"socket", "SOCKET", PARAM_SOCKET, NULL, NULL, false},
                   {"data", "DATA", PARAM_DATA, NULL, NULL, true},
                   {"flags", "FLAGS", PARAM_FLAGS, "0", "MSG_", false},
                   {"address", "ADDRESS", PARAM_ADDRESS, NULL, NULL, false}},
};

static const struct command_spec lab_spec = {
	.name = "lab",
	.param_count = 1,
	.params = {{"hosts", "HOST", PARAM_NAME, "", NULL, true}},
};

static const struct command_spec jobs_spec = {.name = "jobs"};

static void synopsis_is(const struct command_spec *spec, const char *expected)
{
	struct buffer out;

	buffer_init(&out);
	command_synopsis(&out, spec);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void synopses(void **state)
{
	(void)state;
	synopsis_is(&recv_spec, "recv SOCKET [COUNT [FLAGS]]");
	synopsis_is(&sendto_spec, "sendto SOCKET DATA... [FLAGS] ADDRESS");
	synopsis_is(&lab_spec, "lab [HOST...]");
	synopsis_is(&jobs_spec, "jobs");
	assert_int_equal(command_required(&recv_spec), 1);
	assert_int_equal(command_required(&sendto_spec), 3);
	assert_int_equal(command_required(&lab_spec), 0);
}

static void scripts_copy_their_text(void **state)
{
	char text[] = "listen s\n", name[] = "a.sosh";
	struct script *script = script_new(name, text, strlen(text));

	(void)state;
	memset(text, 'x', sizeof(text));
	memset(name, 'x', sizeof(name));
	assert_string_equal(script->name, "a.sosh");
	assert_string_equal(script->text, "listen s\n");
	script_drop(script_keep(script));
	assert_string_equal(script->text, "listen s\n");
	script_drop(script);
	script_drop(NULL);
	script = script_new(NULL, NULL, 0);
	assert_null(script->name);
	assert_string_equal(script->text, "");
	script_drop(script);
}

static void scripts_own_statements_and_literals(void **state)
{
	struct script *script = script_new(NULL, "", 0);
	struct statement *statement = NULL;

	(void)state;
	for (int i = 0; i < 100; i++) {
		statement = arena_zero(&script->arena, sizeof(*statement));
		statement->arguments[0] = expr_literal(script, value_text("data"), 0);
		statement->arguments[1] = expr_literal(script, value_number(i), 0);
		statement->arguments[2] = expr_literal(script, value_list(3), 0);
		script_add(script, statement);
	}
	assert_int_equal(script->count, 100);
	assert_ptr_equal(script->statements[99], statement);
	assert_int_equal(script->statements[42]->arguments[1]->value.number, 42);
	script_drop(script);
}

static void place_is(const struct script *script, uint32_t offset, uint32_t line, uint32_t column)
{
	struct place place;

	script_place(script, offset, &place);
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
	assert_ptr_equal(place.file, script->name);
	assert_ptr_equal(place.text, script->text + script->lines[line - 1]);
}

static void places(void **state)
{
	const char *text = "ab\n\nm\xc3\xbc\xff!\nlast";
	struct script *script = script_new("f", text, strlen(text));

	(void)state;
	assert_int_equal(script->line_count, 4);
	place_is(script, 0, 1, 1);
	place_is(script, 1, 1, 2);
	place_is(script, 2, 1, 3);
	place_is(script, 3, 2, 1);
	place_is(script, 4, 3, 1);
	place_is(script, 5, 3, 2);
	place_is(script, 7, 3, 3);
	place_is(script, 8, 3, 4);
	place_is(script, 10, 4, 1);
	place_is(script, 14, 4, 5);
	place_is(script, 1000, 4, 5);
	script_drop(script);
	script = script_new(NULL, "a\n", 2);
	place_is(script, 2, 2, 1);
	script_drop(script);
	script = script_new(NULL, "", 0);
	place_is(script, 0, 1, 1);
	script_drop(script);
}

static struct expr *name_expr(struct script *script, const char *name)
{
	struct expr *expr = expr_new(script, EXPR_NAME, 0);

	expr->text = name;
	expr->length = (uint32_t)strlen(name);
	return expr;
}

static void expressions_compare_what_they_say(void **state)
{
	struct script *script = script_new(NULL, "", 0);
	struct expr *one = expr_literal(script, value_number(1), 3), *uno = expr_literal(script, value_number(1), 9);
	struct expr *two = expr_literal(script, value_number(2), 3), *named = expr_literal(script, value_number(1), 3);
	struct expr *list = expr_new(script, EXPR_LIST, 0), *same = expr_new(script, EXPR_LIST, 5);

	(void)state;
	named->text = "SOCK_STREAM";
	named->length = 11;
	assert_true(expr_equal(NULL, NULL));
	assert_false(expr_equal(one, NULL));
	assert_true(expr_equal(one, uno));
	assert_false(expr_equal(one, two));
	assert_false(expr_equal(one, named));
	assert_true(expr_equal(name_expr(script, "a"), name_expr(script, "a")));
	assert_false(expr_equal(name_expr(script, "a"), name_expr(script, "ab")));
	assert_false(expr_equal(list, one));
	list->items = arena_zero(&script->arena, 2 * sizeof(struct expr *));
	same->items = arena_zero(&script->arena, 2 * sizeof(struct expr *));
	list->count = same->count = 2;
	list->items[0] = one;
	same->items[0] = uno;
	list->items[1] = same->items[1] = two;
	assert_true(expr_equal(list, same));
	same->items[1] = one;
	assert_false(expr_equal(list, same));
	list->count = 1;
	assert_false(expr_equal(list, same));
	list->count = same->count = 0;
	list->left = one;
	assert_false(expr_equal(list, same));
	script_drop(script);
}

static void statements_compare_what_they_say(void **state)
{
	struct expect a_expect = {.kind = EXPECT_ERRORS, .errors = {111}, .error_count = 1, .source = "ECONNREFUSED"};
	struct expect b_expect = {.kind = EXPECT_ERRORS, .errors = {111}, .error_count = 1, .offset = 7};
	struct statement a = {.command = &recv_spec, .expects = &a_expect, .expect_count = 1, .place = {.line = 1}};
	struct statement b = {.command = &recv_spec, .expects = &b_expect, .expect_count = 1, .place = {.line = 2}};
	struct statement inner = {.command = &lab_spec}, other = {.command = &jobs_spec};

	(void)state;
	assert_true(statement_equal(&a, &b));
	b_expect.errors[0] = 11;
	assert_false(statement_equal(&a, &b));
	b_expect = (struct expect){.kind = EXPECT_REGEX, .text = "a"};
	a_expect = (struct expect){.kind = EXPECT_REGEX, .text = "a"};
	assert_true(statement_equal(&a, &b));
	b_expect.text = "b";
	assert_false(statement_equal(&a, &b));
	a.expect_count = b.expect_count = 0;
	a.targets[0] = (struct target){.name = "conn", .length = 4};
	a.target_count = 1;
	assert_false(statement_equal(&a, &b));
	b.targets[0] = (struct target){.name = "connection", .length = 4};
	b.target_count = 1;
	assert_true(statement_equal(&a, &b));
	b.host = "client";
	assert_false(statement_equal(&a, &b));
	a.host = "client";
	a.inner = &inner;
	assert_false(statement_equal(&a, &b));
	b.inner = &other;
	assert_false(statement_equal(&a, &b));
	b.inner = &inner;
	assert_true(statement_equal(&a, &b));
	b.background = true;
	assert_false(statement_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(synopses),
		cmocka_unit_test(scripts_copy_their_text),
		cmocka_unit_test(scripts_own_statements_and_literals),
		cmocka_unit_test(places),
		cmocka_unit_test(expressions_compare_what_they_say),
		cmocka_unit_test(statements_compare_what_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
