/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses: read, printed, compared, and the lengths that the kernel gives.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/address.h"

static struct address host(const char *text, unsigned port)
{
	struct address address;
	struct error error;

	error_clear(&error);
	assert_int_equal(address_from_host(&address, text, strlen(text), port, &error), 0);
	return address;
}

static struct address path(const char *bytes, size_t length)
{
	struct address address;
	struct error error;

	error_clear(&error);
	assert_int_equal(address_from_path(&address, bytes, length, &error), 0);
	return address;
}

static void prints(const struct address *address, const char *expected)
{
	struct buffer out;

	buffer_init(&out);
	address_format(&out, address);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void reads_numeric_hosts(void **state)
{
	struct address in = host("127.0.0.1", 65432), in6 = host("::1", 80);

	(void)state;
	assert_int_equal(in.length, sizeof(struct sockaddr_in));
	assert_int_equal(in.in.sin_port, htons(65432));
	assert_int_equal(address_port(&in), 65432);
	prints(&in, "127.0.0.1:65432");
	assert_int_equal(in6.length, sizeof(struct sockaddr_in6));
	prints(&in6, "[::1]:80");
}

static void leaves_names_to_others(void **state)
{
	static const char *const names[] = {"localhost",
	                                    "127.1",
	                                    "2130706433",
	                                    "0x7f.1",
	                                    "",
	                                    "127.0.0.1 ",
	                                    "[::1]",
	                                    "a%lo",
	                                    "127.0.0.1%lo",
	                                    "256.0.0.1",
	                                    "very-long-name-of-a-host.somewhere.in-the.example.org.and-longer.still"};
	struct address address;
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(address_from_host(&address, names[i], strlen(names[i]), 1, &error), 1);
	assert_int_equal(address_from_host(&address, "::1\0x", 5, 1, &error), 1);
}

static void reads_scopes(void **state)
{
	char text[IF_NAMESIZE + 40];
	struct address by_name, by_number;
	struct error error;
	unsigned lo = if_nametoindex("lo");

	(void)state;
	if (lo == 0)
		skip();
	by_name = host("fe80::1%lo", 80);
	snprintf(text, sizeof(text), "fe80::1%%%u", lo);
	by_number = host(text, 80);
	assert_int_equal(by_name.in6.sin6_scope_id, lo);
	assert_true(address_equal(&by_name, &by_number));
	prints(&by_number, "[fe80::1%lo]:80");
	by_number = host("fe80::1%4000000000", 80);
	prints(&by_number, "[fe80::1%4000000000]:80");
	error_clear(&error);
	assert_int_equal(address_from_host(&by_name, "fe80::1%nope", 12, 80, &error), -1);
	assert_non_null(strstr(error.text, "nope"));
	assert_int_equal(address_from_host(&by_name, "fe80::1%", 8, 80, &error), -1);
	assert_int_equal(address_from_host(&by_name, "fe80::1%99999999999999999999", 28, 80, &error), -1);
}

static void any_and_unspec(void **state)
{
	struct address address;

	(void)state;
	assert_int_equal(address_any(&address, AF_INET, 4444), 0);
	prints(&address, "0.0.0.0:4444");
	assert_int_equal(address_any(&address, AF_INET6, 0), 0);
	prints(&address, "[::]:0");
	assert_int_equal(address_any(&address, AF_UNIX, 1), -1);
	address_unspec(&address);
	assert_true(address.length >= sizeof(sa_family_t));
	prints(&address, "AF_UNSPEC");
	memset(&address, 0, sizeof(address));
	prints(&address, "None");
	assert_int_equal(address_port(&address), -1);
}

static void unix_names(void **state)
{
	struct address plain = path("/tmp/s", 6), odd = path("/tmp/a b\n", 9), abstract = path("\0name", 5),
		       unnamed = path("", 0);
	struct address quoted = path("/a\"b", 4);

	(void)state;
	prints(&plain, "/tmp/s");
	prints(&odd, "\"/tmp/a b\\n\"");
	prints(&abstract, "\"\\x00name\"");
	prints(&unnamed, "\"\"");
	prints(&quoted, "\"/a\\\"b\"");
	assert_int_equal(unnamed.length, sizeof(sa_family_t));
	assert_int_equal(abstract.length, sizeof(sa_family_t) + 5);
	assert_int_equal(plain.length, sizeof(sa_family_t) + 7);
	assert_int_equal(address_port(&plain), -1);
}

/* unix(7): the length may count the NUL or not, and a full sun_path has none. */
static void kernel_lengths(void **state)
{
	struct address with = path("/tmp/s", 6), without = with, full;
	size_t length;

	(void)state;
	without.length--;
	assert_true(address_equal(&with, &without));
	prints(&without, "/tmp/s");
	memset(&full, 'x', sizeof(full));
	full.un.sun_family = AF_UNIX;
	full.length = sizeof(struct sockaddr_un);
	address_path(&full, &length);
	assert_int_equal(length, 108);
	full.length = 4096;
	address_path(&full, &length);
	assert_true(length <= sizeof(struct sockaddr_storage));
	full.length = 1;
	assert_int_equal(address_path(&full, &length) != NULL, 1);
	assert_int_equal(length, 0);
	prints(&full, "None");
}

static void paths_have_a_maximum(void **state)
{
	char name[200];
	struct address address;
	struct error error;

	(void)state;
	memset(name, 'x', sizeof(name));
	assert_int_equal(address_from_path(&address, name, 107, &error), 0);
	assert_int_equal(address_from_path(&address, name, 108, &error), -1);
	assert_non_null(strstr(error.text, "107"));
	name[0] = '\0';
	assert_int_equal(address_from_path(&address, name, 108, &error), 0);
	assert_int_equal(address_from_path(&address, name, 109, &error), -1);
	assert_int_equal(address_from_path(&address, "a\0b", 3, &error), -1);
}

static void comparing(void **state)
{
	struct address a = host("127.0.0.1", 80), b = a, port = host("127.0.0.1", 81), other = host("127.0.0.2", 80);
	struct address mapped = host("::ffff:127.0.0.1", 80), first = path("/a", 2), second = path("/b", 2), none;

	(void)state;
	memset(&none, 0, sizeof(none));
	b.in.sin_zero[0] = 1;
	assert_true(address_equal(&a, &b));
	assert_false(address_equal(&a, &port));
	assert_false(address_equal(&a, &other));
	assert_false(address_equal(&a, &mapped));
	assert_false(address_equal(&a, &none));
	assert_true(address_equal(&none, &none));
	assert_true(address_equal(&first, &first));
	assert_false(address_equal(&first, &second));
	assert_false(address_equal(&first, &a));
}

static void other_families(void **state)
{
	struct address netlink, same;

	(void)state;
	memset(&netlink, 0, sizeof(netlink));
	netlink.any.sa_family = AF_NETLINK;
	netlink.any.sa_data[1] = (char)0xff;
	netlink.length = 4;
	prints(&netlink, "{sa_family=16, x\"00 ff\"}");
	same = netlink;
	assert_true(address_equal(&netlink, &same));
	same.length = 5;
	assert_false(address_equal(&netlink, &same));
	netlink.any.sa_family = AF_INET; /* too short for what it says */
	assert_int_equal(address_port(&netlink), -1);
	prints(&netlink, "{sa_family=2, x\"00 ff\"}");
}

static void hosts_alone(void **state)
{
	struct address in = host("10.0.0.1", 80), in6 = host("fd00::1", 80), abstract = path("\0ab", 3);
	struct buffer out;

	(void)state;
	buffer_init(&out);
	address_format_host(&out, &in);
	buffer_char(&out, ' ');
	address_format_host(&out, &in6);
	assert_string_equal(buffer_string(&out), "10.0.0.1 fd00::1");
	buffer_empty(&out);
	address_format_host(&out, &abstract);
	assert_int_equal(out.length, 3);
	assert_memory_equal(out.bytes, "\0ab", 3);
	buffer_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numeric_hosts),  cmocka_unit_test(leaves_names_to_others),
		cmocka_unit_test(reads_scopes),         cmocka_unit_test(any_and_unspec),
		cmocka_unit_test(unix_names),           cmocka_unit_test(kernel_lengths),
		cmocka_unit_test(paths_have_a_maximum), cmocka_unit_test(comparing),
		cmocka_unit_test(other_families),       cmocka_unit_test(hosts_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
