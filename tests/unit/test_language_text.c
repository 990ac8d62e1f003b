/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text as a whole: where its statements and complaints stand, its end at a prompt, and texts that are very long or
 * deep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "parse_checks.h"

static void complaints_are(const char *text, unsigned count)
{
	struct parsed parsed;

	parse_text(&parsed, text, strlen(text), false);
	assert_int_equal(parsed.complaints, count);
	parsed_clear(&parsed);
}

static void places_are_exact(void **state)
{
	static const char zero[] = "socket\nprint a\0b\n";

	(void)state;
	fails_bytes("socket\n\nbind s 127.0.0.1 70000", 30, 3, 18, "a port is");
	fails("print \"\u00e9\u00e9\u00e9\"; rcev 1", 14, "rcev");
	fails("\trcev 1", 2, "rcev");
	fails("\xef\xbb\xbfrcev 1", 1, "rcev");
	fails_bytes("print \"a\nb\" ; rcev", 18, 2, 6, "rcev");
	fails_bytes("print(1,\n  2 3)", 15, 2, 5, "a comma or ) is due");
	fails_bytes("socket \\\n  AF_FOO", 17, 2, 3, "AF_FOO");
	fails_bytes(zero, sizeof(zero) - 1, 2, 8, "NUL byte");
	fails_bytes("socket\r\nrcev\r\n", 14, 2, 1, "rcev");
	complaints_are("rcev 1\nsocket\nconect 1\n", 2);
	complaints_are("rcev 1; rcev 2\n", 1);
	complaints_are("s.bind((\n  \"h\" 1\n))\nsocket\nrcev", 2);
}

static void statement_place_is(const char *text, unsigned index, unsigned line, unsigned column, const char *source)
{
	struct parsed parsed;

	parse_text(&parsed, text, strlen(text), false);
	assert_int_equal(parsed.result, PARSE_OK);
	const struct statement *statement = parsed.script->statements[index];
	assert_int_equal(statement->place.line, line);
	assert_int_equal(statement->place.column, column);
	assert_int_equal(statement->source_length, strlen(source));
	assert_memory_equal(statement->source, source, strlen(source));
	parsed_clear(&parsed);
}

static void statements_know_their_places(void **state)
{
	(void)state;
	statement_place_is("socket\n  x = socket AF_INET  # c\n", 1, 2, 3, "x = socket AF_INET  # c");
	statement_place_is("print \u00e9; print b ; print c", 1, 1, 10, "print b");
	statement_place_is("print \u00e9; print b ; print c", 2, 1, 20, "print c");
	statement_place_is("print \"a\nb\"; socket", 1, 2, 5, "socket");
}

static void unfinished_is(const char *text, enum parse_result expected)
{
	struct parsed parsed;

	parse_text(&parsed, text, strlen(text), true);
	if (parsed.result != expected)
		print_error("%s\n", text);
	assert_int_equal(parsed.result, expected);
	parsed_clear(&parsed);
}

static void at_a_prompt_more_may_come(void **state)
{
	(void)state;
	unfinished_is("print \"abc", PARSE_INCOMPLETE);
	unfinished_is("print(1,", PARSE_INCOMPLETE);
	unfinished_is("print(1,\n", PARSE_INCOMPLETE);
	unfinished_is("s.bind((", PARSE_INCOMPLETE);
	unfinished_is("x = [1, 2", PARSE_INCOMPLETE);
	unfinished_is("print a \\", PARSE_INCOMPLETE);
	unfinished_is("print a \\\n", PARSE_INCOMPLETE);
	unfinished_is("print a \\\nb", PARSE_OK);
	unfinished_is("print(\"a\"|", PARSE_INCOMPLETE);
	unfinished_is("x =", PARSE_ERROR);
	unfinished_is("print f\"{", PARSE_INCOMPLETE);
	unfinished_is("print f\"{\"", PARSE_ERROR);
	unfinished_is("rcev \"abc", PARSE_ERROR);
	unfinished_is("print a", PARSE_OK);
}

static void repeated(struct buffer *text, const char *unit, size_t size)
{
	size_t length = strlen(unit);

	for (size_t i = 0; i + length <= size; i += length)
		buffer_add(text, unit, length);
}

/* `before`, `unit` up to `size` bytes, `after`: what comes of it, in no more than some seconds. */
static void long_text_is(const char *before, const char *unit, size_t size, const char *after,
                         enum parse_result expected)
{
	struct timespec start, end;
	struct parsed parsed;
	struct buffer text;

	buffer_init(&text);
	buffer_text(&text, before);
	repeated(&text, unit, size);
	buffer_text(&text, after);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	parse_text(&parsed, buffer_string(&text), text.length, false);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	if (parsed.result != expected || seconds > 30)
		print_error("%s%s...%s: %g s\n", before, unit, after, seconds);
	assert_int_equal(parsed.result, expected);
	assert_true(seconds < 30); /* under valgrind; a squared effort takes hours */
	buffer_clear(&text);
	parsed_clear(&parsed);
}

#define LONG 1000000

static void long_lines_take_no_longer(void **state)
{
	(void)state;
	long_text_is("send c \"", "x", 10 * LONG, "\"", PARSE_OK);
	long_text_is("send c ", "x", LONG, "", PARSE_OK);
	long_text_is("x = ", "\"a\"", LONG, "", PARSE_OK);
	long_text_is("x = f\"", "{a}", LONG / 10, "\"", PARSE_OK);
	long_text_is("x = \"", "\\n", LONG, "\"", PARSE_OK);
	long_text_is("recv c 5 ", "MSG_PEEK|", LONG, "MSG_OOB", PARSE_OK);
	long_text_is("", "socket;", LONG, "", PARSE_OK);
	long_text_is("", "from ;", LONG / 10, "", PARSE_ERROR);
	long_text_is("@", "a", LONG, " socket", PARSE_OK);
	long_text_is("", "x", LONG, "", PARSE_ERROR);
	long_text_is("print(", "1a", LONG, ")", PARSE_ERROR);
	long_text_is("x = [", "\"a\"*1,", LONG / 10, "]", PARSE_OK);
	long_text_is("", "a, ", LONG, "= socket", PARSE_ERROR);
	long_text_is("", "rcev x\n", LONG / 100, "", PARSE_ERROR);
}

static void deep_texts_are_refused(void **state)
{
	(void)state;
	long_text_is("print", "(", LONG, "", PARSE_ERROR);
	long_text_is("x = ", "[", LONG, "", PARSE_ERROR);
	long_text_is("x = a", ".b", LONG, "", PARSE_ERROR);
	long_text_is("x = $a", ".b", LONG, "", PARSE_ERROR);
	long_text_is("x = $a", "[0]", LONG, "", PARSE_ERROR);
	long_text_is("", "time ", LONG, "socket", PARSE_ERROR);
	long_text_is("", "repeat 1 ", LONG, "socket", PARSE_ERROR);
	long_text_is("x = (", "a|", LONG, "b)", PARSE_ERROR);
	long_text_is("recv c => ", "ok ", LONG, "", PARSE_ERROR);
	long_text_is("print ", "a ", LONG, "", PARSE_ERROR);
	long_text_is("", "time ", 16 * 5, "socket", PARSE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_exact),          cmocka_unit_test(statements_know_their_places),
		cmocka_unit_test(at_a_prompt_more_may_come), cmocka_unit_test(long_lines_take_no_longer),
		cmocka_unit_test(deep_texts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
