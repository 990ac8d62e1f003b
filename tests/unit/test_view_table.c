/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables and facts: no line is ever wider than it may be, and what stands in columns is aligned.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/views.h"

enum { COLUMN_NUMBER, COLUMN_NAME, COLUMN_KIND, COLUMN_LOCAL, COLUMN_BYTES, COLUMN_NOTHING, COLUMNS };

static const struct view_column columns[COLUMNS] = {
	[COLUMN_NUMBER] = {"#", NULL, true},       [COLUMN_NAME] = {"name", NULL, false},
	[COLUMN_KIND] = {"family", "kind", false}, [COLUMN_LOCAL] = {"local", NULL, false},
	[COLUMN_BYTES] = {"unread", "in", true},   [COLUMN_NOTHING] = {"nothing", NULL, false},
};
static const struct view_step steps[] = {
	{STEP_BRIEF, COLUMN_KIND, 0}, {STEP_BRIEF, COLUMN_BYTES, 0}, {STEP_CUT, COLUMN_LOCAL, 15},
	{STEP_CLOSE, 0, 0},           {STEP_DROP, COLUMN_KIND, 0},   {STEP_CUT, COLUMN_NAME, 4},
	{STEP_DROP, COLUMN_BYTES, 0}, {STEP_DROP, COLUMN_LOCAL, 0},
};
static const struct view_layout layout = {columns, COLUMNS, steps, sizeof(steps) / sizeof(*steps)};

static void add_row(struct view_table *table, const char *number, const char *name, const char *local,
                    const char *bytes)
{
	view_table_row(table);
	view_table_cell(table, COLUMN_NUMBER, number, NULL);
	view_table_cell(table, COLUMN_NAME, name, NULL);
	view_table_cell(table, COLUMN_KIND, "AF_INET6", "TCP6");
	view_table_cell(table, COLUMN_LOCAL, local, NULL);
	view_table_cell(table, COLUMN_BYTES, bytes, NULL);
}

static void fill(struct view_table *table)
{
	view_table_init(table, &layout);
	add_row(table, "1", "server", "127.0.0.1:80", "0");
	add_row(table, "12", "x", "[2001:db8:1111:2222:3333:4444:5555:6666]:65535", "65536");
	view_table_heading(table, "closed, and the kernel still knows them:");
	add_row(table, "3", "", "/tmp/a/very/long/path/to/a/socket/that/goes/on", "");
}

static void assert_no_line_wider(const char *text, unsigned width)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		assert_true(length <= width);
		assert_true(length == 0 || text[length - 1] != ' ');
		text += length + 1;
	}
}

static void assert_table(unsigned width, const char *expected)
{
	struct view_table table;
	struct buffer out;

	fill(&table);
	buffer_init(&out);
	view_table_format(&out, &table, width);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
	view_table_clear(&table);
}

static void all_is_shown_where_there_is_room(void **state)
{
	(void)state;
	assert_table(100, " #  name    family    local                                           unread\n"
	                  " 1  server  AF_INET6  127.0.0.1:80                                         0\n"
	                  "12  x       AF_INET6  [2001:db8:1111:2222:3333:4444:5555:6666]:65535   65536\n"
	                  "closed, and the kernel still knows them:\n"
	                  " 3          AF_INET6  /tmp/a/very/long/path/to/a/socket/that/goes/on\n");
}

static void what_matters_least_goes_first(void **state)
{
	(void)state;
	assert_table(46, " #  name    kind  local                     in\n"
	                 " 1  server  TCP6  127.0.0.1:80               0\n"
	                 "12  x       TCP6  [2001:db8..666]:65535  65536\n"
	                 "closed, and the kernel still knows them:\n"
	                 " 3          TCP6  /tmp/a/ve..at/goes/on\n");
	assert_table(34, " # name   local              in\n"
	                 " 1 server 127.0.0.1:80        0\n"
	                 "12 x      [2001:..]:65535 65536\n"
	                 "closed, and the ..till knows them:\n"
	                 " 3        /tmp/a..goes/on\n");
}

static void no_line_is_wider(void **state)
{
	(void)state;
	for (unsigned width = 1; width <= 300; width++) {
		struct view_table table;
		struct buffer out;

		fill(&table);
		buffer_init(&out);
		view_table_format(&out, &table, width);
		assert_no_line_wider(buffer_string(&out), width);
		buffer_clear(&out);
		view_table_clear(&table);
	}
}

/* Wherever a column begins in the titles, a cell begins below it or there is nothing. */
static void columns_are_aligned(void **state)
{
	(void)state;
	for (unsigned width = 20; width <= 300; width++) {
		struct view_table table;
		struct buffer out;
		const char *line;

		fill(&table);
		buffer_init(&out);
		view_table_format(&out, &table, width);
		const char *titles = buffer_string(&out), *name = strstr(titles, "name");
		assert_non_null(name);
		size_t at = (size_t)(name - titles);
		line = strchr(titles, '\n') + 1;
		assert_memory_equal(line + at - 1, " s", 2);
		line = strchr(line, '\n') + 1;
		assert_memory_equal(line, "12 ", 3);
		assert_memory_equal(line + at - 1, " x", 2);
		buffer_clear(&out);
		view_table_clear(&table);
	}
}

static void a_table_without_rows_is_nothing(void **state)
{
	(void)state;
	struct view_table table;
	struct buffer out;

	view_table_init(&table, &layout);
	buffer_init(&out);
	view_table_format(&out, &table, 80);
	assert_int_equal(out.length, 0);
	view_table_clear(&table);
}

static const struct view_fact facts[] = {
	{"tcpi_rtt", "0.031 ms", "the time from a segment to its acknowledgement, smoothed"},
	{"tcpi_delivery_rate_app_limited", "1", "the rate was limited by the program"},
	{"name", "", ""},
	{"a long value", "{l_onoff=1, l_linger=0, and_so_on=1234567890123456789012345678901234567890}", "its meaning"},
};

static void facts_are_folded(void **state)
{
	(void)state;
	struct buffer out;

	buffer_init(&out);
	view_facts(&out, "timers", facts, 1, 52);
	assert_string_equal(buffer_string(&out), "timers\n"
	                                         "  tcpi_rtt  0.031 ms  the time from a segment to its\n"
	                                         "                      acknowledgement, smoothed\n");
	buffer_empty(&out);
	view_facts(&out, "timers", facts, 1, 40);
	assert_string_equal(buffer_string(&out), "timers\n"
	                                         "  tcpi_rtt  0.031 ms\n"
	                                         "    the time from a segment to its\n"
	                                         "    acknowledgement, smoothed\n");
	buffer_clear(&out);
}

static void no_fact_is_wider(void **state)
{
	(void)state;
	for (unsigned width = 0; width <= 300; width++) {
		struct buffer out;

		buffer_init(&out);
		view_facts(&out, "what it is", facts, sizeof(facts) / sizeof(*facts), width);
		assert_no_line_wider(buffer_string(&out), width < 16 ? 16 : width);
		if (width >= 60)
			assert_non_null(strstr(buffer_string(&out), "acknowledgement"));
		buffer_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_shown_where_there_is_room),
		cmocka_unit_test(what_matters_least_goes_first),
		cmocka_unit_test(no_line_is_wider),
		cmocka_unit_test(columns_are_aligned),
		cmocka_unit_test(a_table_without_rows_is_nothing),
		cmocka_unit_test(facts_are_folded),
		cmocka_unit_test(no_fact_is_wider),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
