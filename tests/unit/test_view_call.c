/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System calls as strace prints them.
 */
#include "made_entry.h"

#include <errno.h>
#include <fcntl.h>

#include "sosh/views.h"

static struct call *begin(struct made *made, const char *name)
{
	struct entry *entry = made_begin(made, name, NULL, name);
	return entry_call(&made->journal, entry, name);
}

static void assert_text(const struct call *call, const char *expected)
{
	struct buffer out;
	buffer_init(&out);
	view_call(&out, call);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void a_send(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "send");
	call_int(call, 3);
	call_data(call, "Hello", 5);
	call_int(call, 5);
	call_symbol(call, "MSG_", MSG_DONTWAIT | MSG_NOSIGNAL);
	assert_text(call, "send(3, \"Hello\", 5, MSG_DONTWAIT|MSG_NOSIGNAL)");
	made_end(&made);
}

static void data_is_escaped_and_cut(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "recv");
	call_data(call, "01234567890123456789012345678901", 32);
	call_data(call, "012345678901234567890123456789012", 33);
	call_data(call,
	          "a\n\"\\\x1b[\0"
	          "1\0\xff",
	          10);
	call_symbol(call, "MSG_", 0);
	call_null(call);
	assert_text(call, "recv(\"01234567890123456789012345678901\", \"01234567890123456789012345678901\"..., "
	                  "\"a\\n\\\"\\\\\\33[\\0001\\0\\377\", 0, NULL)");
	made_end(&made);
}

static void addresses_by_family(void **state)
{
	(void)state;
	struct made made;
	struct address unspec, strange = {.length = 4};
	struct value values[] = {made_address("127.0.0.1", 80), made_address("::1", 80), made_path("/tmp/s", 6),
	                         made_path("\0na\"me", 6), made_path("", 0)};
	struct call *call = begin(&made, "connect");
	for (size_t i = 0; i < 5; i++) {
		call_address(call, values[i].address);
		value_clear(&values[i]);
	}
	assert_text(call, "connect({sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, "
	                  "{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), "
	                  "inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, "
	                  "{sa_family=AF_UNIX, sun_path=\"/tmp/s\"}, {sa_family=AF_UNIX, sun_path=@\"na\\\"me\"}, "
	                  "{sa_family=AF_UNIX})");
	made_end(&made);

	call = begin(&made, "connect");
	address_unspec(&unspec);
	call_address(call, &unspec);
	strange.any.sa_family = AF_NETLINK;
	strange.any.sa_data[0] = 'x';
	call_address(call, &strange);
	assert_text(call, "connect({sa_family=AF_UNSPEC}, {sa_family=AF_NETLINK, sa_data=\"x\\0\"})");
	made_end(&made);
}

static void symbols_and_flags(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "socket");
	call_symbol(call, "AF_", AF_INET);
	call_symbol(call, "SOCK_", SOCK_RAW | SOCK_CLOEXEC);
	call_symbol(call, "SOCK_", 77);
	call_symbol(call, "AF_", 99);
	call_symbol(call, "MSG_", MSG_PEEK | 1 << 28);
	call_symbol(call, "SHUT_", 7);
	assert_text(call, "socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC, 0x4d, 99, MSG_PEEK|0x10000000, 7)");
	made_end(&made);
	call = begin(&made, "fcntl");
	call_symbol(call, "F_", F_SETFL);
	call_symbol(call, "O_", O_RDWR | O_NONBLOCK);
	call_symbol(call, NULL, -1);
	assert_text(call, "fcntl(F_SETFL, O_RDWR|O_NONBLOCK, -1)");
	made_end(&made);
}

static void structures_and_lengths(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "getsockopt");
	struct value linger = value_struct(2);
	linger.list->items[0] = (struct item){"l_onoff", value_number(1)};
	linger.list->items[1] = (struct item){"l_linger", value_number(0)};
	call_value(call, linger);
	call_value(call, value_number(1));
	call_value(call, value_real(1.5));
	call_value(call, value_error(ECONNREFUSED));
	call_value(call, value_text("cubic"));
	call_length(call, 4);
	assert_text(call, "getsockopt({l_onoff=1, l_linger=0}, [1], {tv_sec=1, tv_usec=500000}, [ECONNREFUSED], "
	                  "\"cubic\", [4])");
	made_end(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_send),
		cmocka_unit_test(data_is_escaped_and_cut),
		cmocka_unit_test(addresses_by_family),
		cmocka_unit_test(symbols_and_flags),
		cmocka_unit_test(structures_and_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
