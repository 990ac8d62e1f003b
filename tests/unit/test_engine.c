/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine: texts run to their end, jobs are ended with it, and everything is given back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/engine.h"

struct seen {
	unsigned ended, failed, announced, complaints;
	int last_error;
};

static void on_ended(void *context, const struct entry *entry, bool announced)
{
	struct seen *seen = context;

	seen->ended++;
	seen->failed += !entry->ok;
	seen->announced += announced;
	seen->last_error = entry->error;
}

static void on_complaint(void *context, const struct error *error)
{
	struct seen *seen = context;

	seen->complaints += error->text[0] != 0;
}

/* Runs a text in an engine of its own, which is cleared after it. */
static bool runs(struct seen *seen, const char *text)
{
	struct reporter reporter = {.context = seen, .ended = on_ended, .complaint = on_complaint};
	struct engine engine;
	struct error error;

	memset(seen, 0, sizeof(*seen));
	error_clear(&error);
	assert_int_equal(engine_init(&engine, &reporter, &error), 0);
	engine.watching = true;
	struct script *script = engine_read_text(&engine, "text", text, strlen(text), NULL);
	bool stands = script && engine_run_script(&engine, script);
	script_drop(script);
	engine_clear(&engine);
	return stands;
}

static void a_text_runs_to_its_end(void **state)
{
	struct seen seen;

	(void)state;
	assert_true(runs(&seen,
	                 "a, b = socketpair\nsend a \"hello\" => 5\nx = recv b => \"hello\"\nprint $x $x\nclose a b"));
	assert_int_equal(seen.ended, 5);
	assert_int_equal(seen.failed, 0);
}

static void a_failure_stops_it(void **state)
{
	struct seen seen;

	(void)state;
	assert_false(runs(&seen, "a, b = socketpair\nrecv a 1 MSG_DONTWAIT => ok\nprint never"));
	assert_int_equal(seen.ended, 2);
	assert_int_equal(seen.last_error, EAGAIN);
}

static void nothing_runs_of_what_does_not_read(void **state)
{
	struct seen seen;

	(void)state;
	assert_false(runs(&seen, "socket\nsokcet\nsocket AF_NOPE"));
	assert_int_equal(seen.ended, 0);
	assert_int_equal(seen.complaints, 2);
}

static void jobs_end_with_the_engine(void **state)
{
	struct seen seen;

	(void)state;
	assert_true(runs(&seen, "a, b = socketpair\nrepeat 20 recv a &\nsend b \"one\"\nx = recv b 10 MSG_WAITALL &\n"
	                        "wait %1 => \"one\"\nsleep 100 &"));
	assert_int_equal(seen.announced, 22);
	assert_int_equal(seen.last_error, EINTR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_runs_to_its_end),
		cmocka_unit_test(a_failure_stops_it),
		cmocka_unit_test(nothing_runs_of_what_does_not_read),
		cmocka_unit_test(jobs_end_with_the_engine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
