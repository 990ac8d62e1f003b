/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session: handles, their names, and variables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/session.h"
#include "sosh/text.h"

static const struct value *get(const struct session *session, const char *name)
{
	return session_get(session, name, strlen(name), text_hash(name, strlen(name)));
}

static void set(struct session *session, const char *name, struct value value)
{
	session_set(session, name, strlen(name), value);
}

static struct handle *add(struct session *session, int fd, struct open_socket *open)
{
	return session_add_handle(session, fd, AF_INET, SOCK_STREAM, 0, open);
}

static void label_is(const struct handle *handle, const char *expected)
{
	struct buffer out;

	buffer_init(&out);
	session_handle_label(&out, handle);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void begins_empty(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	assert_null(get(&session, "x"));
	assert_null(session_handle(&session, 1));
	assert_true(session.settings.patience == 1);
	session_clear(&session);
	session_clear(&session);
}

static void handles_are_never_used_again(void **state)
{
	struct session session;
	struct handle *first, *second;

	(void)state;
	session_init(&session);
	first = add(&session, 10, NULL);
	assert_int_equal(first->number, 1);
	assert_true(first->timeout < 0);
	session_closed(&session, first);
	session_closed(&session, first);
	assert_int_equal(session.open_count, 0);
	second = add(&session, 10, NULL);
	assert_int_equal(second->number, 2);
	assert_ptr_equal(session_handle(&session, 1), first);
	assert_int_equal(first->fd, -1);
	assert_null(first->open);
	assert_null(session_handle(&session, 0));
	assert_null(session_handle(&session, -1));
	assert_null(session_handle(&session, 3));
	assert_null(session_handle(&session, INT64_MAX));
	session_clear(&session);
}

static void copies_share_the_open_socket(void **state)
{
	struct session session;
	struct handle *first, *copy;

	(void)state;
	session_init(&session);
	first = add(&session, 10, NULL);
	copy = add(&session, 11, first->open);
	assert_ptr_equal(first->open, copy->open);
	assert_int_equal(copy->open->references, 2);
	copy->open->lowat = true;
	session_closed(&session, first);
	assert_int_equal(copy->open->references, 1);
	assert_true(copy->open->lowat);
	assert_int_equal(session.open_count, 1);
	session_closed(&session, copy);
	session_clear(&session);
}

static void many_handles(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	for (int i = 1; i <= 1000; i++)
		assert_int_equal(add(&session, i + 2, NULL)->number, i);
	for (int i = 1; i <= 1000; i++)
		assert_int_equal(session_handle(&session, i)->fd, i + 2);
	session_clear(&session);
}

static void handles_take_names(void **state)
{
	struct session session;
	struct handle *first, *second;

	(void)state;
	session_init(&session);
	first = add(&session, 10, NULL);
	second = add(&session, 11, NULL);
	label_is(first, "1");
	set(&session, "s", value_handle(1));
	label_is(first, "s");
	set(&session, "s", value_handle(1));
	label_is(first, "s");
	set(&session, "s", value_handle(2));
	label_is(first, "1");
	label_is(second, "s");
	set(&session, "t", value_handle(2));
	label_is(second, "t");
	set(&session, "s", value_number(5));
	label_is(second, "t");
	set(&session, "t", value_number(5));
	label_is(second, "2");
	set(&session, "u", value_handle(99));
	assert_int_equal(get(&session, "u")->number, 99);
	session_closed(&session, first);
	set(&session, "old", value_handle(1));
	label_is(first, "old");
	session_clear(&session);
}

static void variables_keep_any_value(void **state)
{
	struct session session;
	char name[] = "data";

	(void)state;
	session_init(&session);
	set(&session, name, value_text("one"));
	name[0] = 'X';
	assert_string_equal(get(&session, "data")->blob->bytes, "one");
	set(&session, "data", value_text("two"));
	assert_string_equal(get(&session, "data")->blob->bytes, "two");
	assert_int_equal(session.variable_count, 1);
	assert_null(get(&session, "dat"));
	assert_null(get(&session, "data1"));
	set(&session, "data", value_none());
	assert_int_equal(get(&session, "data")->kind, VALUE_NONE);
	session_clear(&session);
}

static void check_order(const struct variable *variable, void *context)
{
	char *before = context;

	assert_true(strcmp(before, variable->name) < 0);
	strcpy(before, variable->name);
}

static void many_variables(void **state)
{
	struct session session;
	char name[20], before[20] = "";

	(void)state;
	session_init(&session);
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "v%d", i);
		set(&session, name, value_number(i));
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "v%d", i);
		assert_int_equal(get(&session, name)->number, i);
	}
	assert_int_equal(session.variable_count, 2000);
	session_each(&session, check_order, before);
	assert_string_equal(before, "v999");
	session_clear(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_empty),
		cmocka_unit_test(handles_are_never_used_again),
		cmocka_unit_test(copies_share_the_open_socket),
		cmocka_unit_test(many_handles),
		cmocka_unit_test(handles_take_names),
		cmocka_unit_test(variables_keep_any_value),
		cmocka_unit_test(many_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
