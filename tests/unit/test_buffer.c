/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Buffers, and errors, which are texts of a fixed size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sosh/buffer.h"
#include "sosh/error.h"

static void bytes_have_a_nul_behind_them(void **state)
{
	(void)state;
	struct buffer buffer;
	buffer_init(&buffer);
	assert_string_equal(buffer_string(&buffer), "");
	buffer_add(&buffer, NULL, 0);
	assert_string_equal(buffer_string(&buffer), "");
	for (size_t i = 0; i < 1000; i++) {
		buffer_char(&buffer, (char)('a' + i % 26));
		assert_int_equal(buffer.length, i + 1);
		assert_int_equal(buffer.bytes[i + 1], '\0');
	}
	assert_memory_equal(buffer.bytes + 26, "abcdefghijklmnopqrstuvwxyz", 26);
	buffer_empty(&buffer);
	assert_string_equal(buffer_string(&buffer), "");
	assert_int_equal(buffer.length, 0);
	buffer_clear(&buffer);
	buffer_empty(&buffer);
	assert_string_equal(buffer_string(&buffer), "");
}

static void texts_follow_each_other(void **state)
{
	(void)state;
	struct buffer buffer;
	buffer_init(&buffer);
	buffer_text(&buffer, "connect");
	buffer_char(&buffer, '(');
	buffer_number(&buffer, 3);
	buffer_fill(&buffer, ' ', 3);
	buffer_fill(&buffer, 'x', 0);
	buffer_format(&buffer, "%s:%d", "127.0.0.1", 80);
	buffer_add(&buffer, ")\0)", 3);
	assert_int_equal(buffer.length, strlen("connect(3   127.0.0.1:80") + 3);
	assert_string_equal(buffer_string(&buffer), "connect(3   127.0.0.1:80)");
	buffer_clear(&buffer);
}

static void numbers_of_any_size(void **state)
{
	(void)state;
	struct buffer buffer;
	buffer_init(&buffer);
	buffer_number(&buffer, INT64_MIN);
	buffer_char(&buffer, ' ');
	buffer_number(&buffer, INT64_MAX);
	buffer_char(&buffer, ' ');
	buffer_number(&buffer, 0);
	buffer_char(&buffer, ' ');
	buffer_number(&buffer, -10);
	assert_string_equal(buffer_string(&buffer), "-9223372036854775808 9223372036854775807 0 -10");
	buffer_clear(&buffer);
}

static void formats_of_any_length(void **state)
{
	(void)state;
	char text[1000];
	memset(text, 'x', sizeof(text));
	for (int length = 0; length < (int)sizeof(text); length++) {
		struct buffer buffer;
		buffer_init(&buffer);
		buffer_format(&buffer, "<%.*s>", length, text);
		assert_int_equal(buffer.length, length + 2);
		assert_int_equal(strlen(buffer.bytes), length + 2);
		assert_int_equal(buffer.bytes[length + 1], '>');
		buffer_clear(&buffer);
	}
}

static void what_does_not_fit_is_dropped(void **state)
{
	(void)state;
	struct buffer buffer;
	buffer_init(&buffer);
	buffer_fill(&buffer, 'x', BUFFER_MAXIMUM - 2);
	assert_false(buffer.overflow);
	buffer_format(&buffer, "%s", "ab");
	assert_int_equal(buffer.length, BUFFER_MAXIMUM);
	buffer_text(&buffer, "c");
	buffer_fill(&buffer, 'd', SIZE_MAX);
	buffer_format(&buffer, "%d", 10);
	assert_true(buffer.overflow);
	assert_int_equal(buffer.length, BUFFER_MAXIMUM);
	assert_string_equal(buffer.bytes + BUFFER_MAXIMUM - 3, "xab");
	buffer_empty(&buffer);
	assert_false(buffer.overflow);
	buffer_clear(&buffer);
}

static void a_full_buffer_is_no_overflow(void **state)
{
	(void)state;
	struct buffer buffer;
	buffer_init(&buffer);
	buffer_fill(&buffer, 'x', BUFFER_MAXIMUM - 3);
	buffer_format(&buffer, "%d", 10);
	assert_false(buffer.overflow);
	assert_string_equal(buffer.bytes + BUFFER_MAXIMUM - 4, "x10");
	buffer_clear(&buffer);
}

static void an_error_says_why_and_where(void **state)
{
	(void)state;
	struct error error;
	const struct place place = {.file = "-c", .line = 2, .column = 7, .text = "close 9"};
	assert_int_equal(error_at(&error, &place, "no handle %d", 9), -1);
	assert_string_equal(error.text, "no handle 9");
	assert_int_equal(error.place.column, 7);
	assert_int_equal(error_at(&error, &error.place, "close: %s", error.text), -1);
	assert_string_equal(error.text, "close: no handle 9");
	assert_int_equal(error.place.line, 2);
	assert_int_equal(error_set(&error, "%s", ""), -1);
	assert_int_equal(error.place.line, 0);
	error_at(&error, NULL, "no place");
	assert_int_equal(error.place.line, 0);
	error_clear(&error);
	assert_string_equal(error.text, "");
}

static void a_long_error_is_cut_between_characters(void **state)
{
	(void)state;
	char text[2 * ERROR_SIZE];
	struct error error;
	for (size_t i = 0; i < sizeof(text) - 2; i += 2)
		memcpy(text + i, "\xc3\xa9", 3);
	error_set(&error, "%s", text);
	assert_int_equal(strlen(error.text), ERROR_SIZE - 2);
	error_set(&error, "x%s", text);
	assert_int_equal(strlen(error.text), ERROR_SIZE - 1);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&error, "%s", text);
	assert_int_equal(strlen(error.text), ERROR_SIZE - 1);
}

static void room_is_for_a_call_to_fill(void **state)
{
	(void)state;
	struct buffer buffer;
	buffer_init(&buffer);
	buffer_text(&buffer, "ab");
	size_t room = 100000;
	char *bytes = buffer_room(&buffer, &room);
	assert_int_equal(room, 100000);
	memset(bytes, 'c', room);
	buffer.length += room;
	buffer_char(&buffer, 'd');
	assert_int_equal(buffer.length, 100003);
	assert_memory_equal(buffer.bytes, "abcc", 4);
	assert_string_equal(buffer.bytes + 100001, "cd");
	buffer_clear(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_have_a_nul_behind_them),
		cmocka_unit_test(texts_follow_each_other),
		cmocka_unit_test(numbers_of_any_size),
		cmocka_unit_test(formats_of_any_length),
		cmocka_unit_test(what_does_not_fit_is_dropped),
		cmocka_unit_test(a_full_buffer_is_no_overflow),
		cmocka_unit_test(an_error_says_why_and_where),
		cmocka_unit_test(a_long_error_is_cut_between_characters),
		cmocka_unit_test(room_is_for_a_call_to_fill),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
