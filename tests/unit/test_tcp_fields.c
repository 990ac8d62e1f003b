/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of the fields of TCP_INFO: each has its row, a unit that is known, and half a sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "calls/tcp_info.h"
#include "commands/tcp_fields.h"

/* More than any kernel's structure. */
static const char bytes[1024];

static void every_field_has_a_row_in_order(void **state)
{
	(void)state;
	struct value all = tcp_info_value(bytes, sizeof(bytes));

	assert_true(all.list->count > 50);
	for (unsigned i = 0; i < all.list->count; i++) {
		const struct tcp_field *field = tcp_field_at(i);
		assert_non_null(field);
		assert_string_equal(field->name, all.list->items[i].name);
		assert_ptr_equal(tcp_field_find(all.list->items[i].name), field);
	}
	assert_null(tcp_field_at(all.list->count));
	value_clear(&all);
}

static void every_row_says_something(void **state)
{
	static const char *const units[] = {"", "us", "ms", "bits", "bytes", "segments", "bytes/s"};
	const struct tcp_field *field;

	(void)state;
	for (unsigned i = 0; (field = tcp_field_at(i)); i++) {
		bool known = false;
		for (unsigned unit = 0; unit < sizeof(units) / sizeof(*units); unit++)
			known |= !strcmp(units[unit], field->unit);
		assert_true(known);
		assert_true(strlen(field->meaning) > 10);
		assert_true(field->meaning[strlen(field->meaning) - 1] != '.');
	}
}

static void assert_formatted(const char *name, int64_t number, const char *expected)
{
	struct value value = value_number(number);
	struct buffer out;

	buffer_init(&out);
	tcp_field_format(&out, tcp_field_find(name), &value);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void numbers_are_shown_in_their_units(void **state)
{
	(void)state;
	assert_formatted("tcpi_rtt", 1234, "1.234 ms");
	assert_formatted("tcpi_last_data_sent", 12, "12 ms");
	assert_formatted("tcpi_snd_mss", 1448, "1448 bytes");
	assert_formatted("tcpi_retransmits", 2, "2");
	assert_formatted("tcpi_options", 7, "timestamps, SACK, wscale");
	assert_formatted("tcpi_options", 0, "none");
	assert_formatted("tcpi_ca_state", 4, "Loss");
	assert_formatted("tcpi_ca_state", 9, "9");
	assert_formatted("tcpi_snd_ssthresh", 0x7fffffff, "no limit yet");
	assert_formatted("tcpi_snd_ssthresh", 10, "10 segments");
	assert_formatted("tcpi_max_pacing_rate", -1, "no limit");
	assert_formatted("tcpi_min_rtt", 0xffffffff, "not measured");
	assert_null(tcp_field_find("tcpi_nonsense"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_a_row_in_order),
		cmocka_unit_test(every_row_says_something),
		cmocka_unit_test(numbers_are_shown_in_their_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
