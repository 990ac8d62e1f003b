/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values: kept and cleared, compared, taken apart, printed.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/address.h"
#include "sosh/value.h"

static struct value address_value(const char *host, unsigned port)
{
	struct address address;
	struct error error;

	assert_int_equal(address_from_host(&address, host, strlen(host), port, &error), 0);
	return value_address(&address);
}

static struct value path_value(const char *path, size_t length)
{
	struct address address;
	struct error error;

	assert_int_equal(address_from_path(&address, path, length, &error), 0);
	return value_address(&address);
}

/* Takes the value. */
static void prints(struct value value, const char *expected)
{
	struct buffer out;

	buffer_init(&out);
	value_format(&out, &value);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
	value_clear(&value);
}

static struct value linger(int on, int seconds)
{
	struct value value = value_struct(2);

	value.list->items[0] = (struct item){"l_onoff", value_number(on)};
	value.list->items[1] = (struct item){"l_linger", value_number(seconds)};
	return value;
}

static struct value pair(struct value first, struct value second)
{
	struct value value = value_list(2);

	value.list->items[0].value = first;
	value.list->items[1].value = second;
	return value;
}

static void printing(void **state)
{
	(void)state;
	prints(value_none(), "None");
	prints(value_bool(true), "True");
	prints(value_bool(false), "False");
	prints(value_number(-12), "-12");
	prints(value_number(INT64_MIN), "-9223372036854775808");
	prints(value_real(0.5), "0.5");
	prints(value_text("Hello, \"world\"\n"), "\"Hello, \\\"world\\\"\\n\"");
	prints(value_bytes("\0\xff", 2), "\"\\x00\\xff\"");
	prints(value_bytes(NULL, 0), "\"\"");
	prints(value_word("SYN,ACK"), "SYN,ACK");
	prints(value_handle(3), "3");
	prints(value_error(0), "0");
	prints(value_error(ECONNREFUSED), "111 ECONNREFUSED");
	prints(value_error(9999), "9999");
	prints(address_value("127.0.0.1", 80), "127.0.0.1:80");
	prints(linger(1, 0), "{l_onoff=1, l_linger=0}");
	prints(value_list(0), "[]");
	prints(value_struct(0), "{}");
	prints(pair(value_text("a"), pair(value_word("b"), value_none())), "[\"a\", [b, None]]");
}

static void reals(void **state)
{
	static const double numbers[] = {0,      2,    0.5,        0.1,   1.0 / 3, 0.1 + 0.2, 1e-5,
	                                 1.5e-9, 1e15, 123456.789, 1e300, 5e-324,  -0.25};
	struct buffer out;

	(void)state;
	buffer_init(&out);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		buffer_empty(&out);
		value_format_real(&out, numbers[i]);
		assert_true(strtod(buffer_string(&out), NULL) == numbers[i]);
	}
	buffer_clear(&out);
	prints(value_real(2), "2");
	prints(value_real(0.1), "0.1");
	prints(value_real(0.00001), "0.00001");
	prints(value_real(INFINITY), "inf");
	prints(value_real(NAN), "nan");
}

static void plain(void **state)
{
	struct value data = value_bytes("a\n\0", 3), number = value_number(7);
	struct buffer out;

	(void)state;
	buffer_init(&out);
	value_format_plain(&out, &data);
	value_format_plain(&out, &number);
	assert_int_equal(out.length, 4);
	assert_memory_equal(out.bytes, "a\n\0007", 4);
	buffer_clear(&out);
	value_clear(&data);
}

static void keeping(void **state)
{
	struct value all[] = {value_text("x"), value_word("y"), address_value("::1", 1), linger(1, 2),
	                      pair(value_text("p"), value_none())};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct value kept = value_keep(all[i]);

		assert_true(value_equal(&kept, &all[i]));
		value_clear(&all[i]);
		assert_int_equal(all[i].kind, VALUE_NONE);
		assert_int_not_equal(kept.kind, VALUE_NONE);
		value_clear(&kept);
		value_clear(&kept);
	}
}

/* Takes both. */
static void differ(struct value a, struct value b)
{
	assert_true(value_equal(&a, &a));
	assert_false(value_equal(&a, &b));
	assert_false(value_equal(&b, &a));
	value_clear(&a);
	value_clear(&b);
}

static void same(struct value a, struct value b)
{
	assert_true(value_equal(&a, &b));
	value_clear(&a);
	value_clear(&b);
}

static void comparing(void **state)
{
	(void)state;
	differ(value_number(1), value_real(1));
	differ(value_number(1), value_handle(1));
	differ(value_number(1), value_bool(true));
	differ(value_text("a"), value_word("a"));
	differ(value_bytes("a\0b", 3), value_bytes("a\0c", 3));
	differ(value_text("a"), value_text("ab"));
	differ(address_value("10.0.0.1", 1), address_value("10.0.0.1", 2));
	differ(linger(1, 0), linger(1, 1));
	differ(value_list(1), value_list(2));
	differ(value_list(0), value_struct(0));
	same(value_none(), value_none());
	same(value_text(""), value_bytes("", 0));
	same(linger(1, 0), linger(1, 0));
	same(address_value("10.0.0.1", 1), address_value("10.0.0.1", 1));
	same(pair(value_text("a"), value_number(1)), pair(value_text("a"), value_number(1)));
}

static void numbers_of_any_form(void **state)
{
	struct value text = value_text("1"), real = value_real(0.5), handle = value_handle(3), error = value_error(111),
		     truth = value_bool(true);
	double number;

	(void)state;
	assert_true(value_as_real(&real, &number) && number == 0.5);
	assert_true(value_as_real(&handle, &number) && number == 3);
	assert_true(value_as_real(&error, &number) && number == 111);
	assert_true(value_as_real(&truth, &number) && number == 1);
	assert_false(value_as_real(&text, &number));
	value_clear(&text);
}

static void part_prints(const struct value *value, const char *name, const char *expected)
{
	struct value part;

	if (expected == NULL) {
		assert_int_equal(value_part(value, name, strlen(name), &part), -1);
		return;
	}
	assert_int_equal(value_part(value, name, strlen(name), &part), 0);
	prints(part, expected);
}

static void parts(void **state)
{
	struct value in = address_value("127.0.0.1", 80), path = path_value("/tmp/s", 6), structure = linger(1, 5),
		     number = value_number(1);
	struct value none;
	struct address nothing;

	(void)state;
	memset(&nothing, 0, sizeof(nothing));
	none = value_address(&nothing);
	part_prints(&in, "host", "\"127.0.0.1\"");
	part_prints(&in, "port", "80");
	part_prints(&in, "family", "2");
	part_prints(&in, "path", NULL);
	part_prints(&in, "hos", NULL);
	part_prints(&path, "path", "\"/tmp/s\"");
	part_prints(&path, "host", "\"/tmp/s\"");
	part_prints(&path, "port", NULL);
	part_prints(&path, "family", "1");
	part_prints(&structure, "l_linger", "5");
	part_prints(&structure, "l_", NULL);
	part_prints(&number, "host", NULL);
	part_prints(&none, "family", NULL);
	value_clear(&in);
	value_clear(&path);
	value_clear(&structure);
	value_clear(&none);
}

static void item_prints(const struct value *value, int64_t index, const char *expected)
{
	struct value item;

	if (expected == NULL) {
		assert_int_equal(value_item(value, index, &item), -1);
		return;
	}
	assert_int_equal(value_item(value, index, &item), 0);
	prints(item, expected);
}

static void items(void **state)
{
	struct value list = pair(value_text("a"), value_number(2)), in6 = address_value("::1", 80),
		     path = path_value("\0x", 2);
	struct value data = value_bytes("A\xff", 2), number = value_number(1);

	(void)state;
	item_prints(&list, 0, "\"a\"");
	item_prints(&list, -1, "2");
	item_prints(&list, 2, NULL);
	item_prints(&list, -3, NULL);
	item_prints(&list, INT64_MIN, NULL);
	item_prints(&list, INT64_MAX, NULL);
	item_prints(&in6, 0, "\"::1\"");
	item_prints(&in6, 1, "80");
	item_prints(&in6, -1, "80");
	item_prints(&in6, 2, NULL);
	item_prints(&path, 0, "\"\\x00x\"");
	item_prints(&path, 1, NULL);
	item_prints(&data, 0, "65");
	item_prints(&data, -1, "255");
	item_prints(&data, 2, NULL);
	item_prints(&number, 0, NULL);
	value_clear(&list);
	value_clear(&in6);
	value_clear(&path);
	value_clear(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printing), cmocka_unit_test(reals),     cmocka_unit_test(plain),
		cmocka_unit_test(keeping),  cmocka_unit_test(comparing), cmocka_unit_test(numbers_of_any_form),
		cmocka_unit_test(parts),    cmocka_unit_test(items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
