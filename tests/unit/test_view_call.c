/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System calls as strace prints them.
 */
#include "made_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>

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
	struct call *call = begin(&made, "sendto");
	call_int(call, 3);
	call_data(call, "Hello", 5);
	call_int(call, 5);
	call_symbol(call, "MSG_", MSG_DONTWAIT | MSG_NOSIGNAL);
	call_null(call);
	call_int(call, 0);
	assert_text(call, "sendto(3, \"Hello\", 5, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0)");
	made_end(&made);
}

static void data_is_escaped_and_cut(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "recvfrom");
	call_data(call, "01234567890123456789012345678901", 32);
	call_data(call, "012345678901234567890123456789012", 33);
	call_data(call,
	          "a\n\"\\\x1b[\0"
	          "1\0"
	          "8\0\xff",
	          12);
	call_symbol(call, "MSG_", 0);
	call_pointer(call, (const void *)0x7ffe5da61130);
	call_pointer(call, NULL);
	assert_text(call, "recvfrom(\"01234567890123456789012345678901\", \"01234567890123456789012345678901\"..., "
	                  "\"a\\n\\\"\\\\\\33[\\0001\\08\\0\\377\", 0, 0x7ffe5da61130, NULL)");
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
	assert_text(call, "connect({sa_family=AF_UNSPEC, sa_data=\"\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\"}, "
	                  "{sa_family=AF_NETLINK, sa_data=\"x\\0\"})");
	made_end(&made);
}

static void addresses_of_other_families(void **state)
{
	(void)state;
	struct made made;
	struct address netlink = {.length = 12}, packet = {.length = 20}, strange = {.length = 4}, scope;
	struct call *call = begin(&made, "bind");
	const char link[] = {AF_PACKET, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0, 2, (char)0xfe, 16};
	struct error error;
	netlink.any.sa_family = AF_NETLINK;
	memcpy((char *)&netlink.storage + 4, "\x7b\0\0\0\5", 5);
	memcpy(&packet.storage, link, sizeof(link));
	strange.any.sa_family = 99;
	assert_int_equal(address_from_host(&scope, "fe80::1%4294967", 15, 80, &error), 0);
	call_address(call, &netlink);
	call_address(call, &packet);
	call_address(call, &strange);
	call_address(call, &scope);
	assert_text(call, "bind({sa_family=AF_NETLINK, nl_pid=123, nl_groups=0x000005}, "
	                  "{sa_family=AF_PACKET, sll_protocol=htons(ETH_P_IP), sll_ifindex=0, sll_hatype=ARPHRD_ETHER, "
	                  "sll_pkttype=PACKET_HOST, sll_halen=2, sll_addr=[0xfe, 0x10]}, "
	                  "{sa_family=0x63 /* AF_??? */, sa_data=\"\\0\\0\"}, "
	                  "{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), "
	                  "inet_pton(AF_INET6, \"fe80::1\", &sin6_addr), sin6_scope_id=4294967})");
	made_end(&made);
}

static void a_path_ends_at_its_nul(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "bind");
	struct address unnamed = {.length = 3};
	struct value path = made_path("/tmp/s", 6);
	path.address->length += 3;
	unnamed.any.sa_family = AF_UNIX;
	call_address(call, path.address);
	call_address(call, &unnamed);
	value_clear(&path);
	assert_text(call, "bind({sa_family=AF_UNIX, sun_path=\"/tmp/s\"}, {sa_family=AF_UNIX, sun_path=@\"\"})");
	made_end(&made);
}

static void symbols_and_flags(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "socket");
	call_symbol(call, "AF_", AF_INET);
	call_symbol(call, "AF_", 99);
	call_symbol(call, "IPPROTO_", -1);
	call_symbol(call, "MSG_", MSG_PEEK | 0x10 | 1 << 28);
	call_symbol(call, "MSG_", 1 << 28);
	call_symbol(call, "SHUT_", 7);
	assert_text(call, "socket(AF_INET, 0x63 /* AF_??? */, 0xffffffff /* IPPROTO_??? */, "
	                  "MSG_PEEK|MSG_PROBE|0x10000000, 0x10000000 /* MSG_??? */, 0x7 /* SHUT_??? */)");
	made_end(&made);
	call = begin(&made, "getsockopt");
	call_symbol(call, "SOL_", SOL_SOCKET);
	call_symbol(call, "SOL_", IPPROTO_TCP);
	call_symbol(call, "SOL_", 1234);
	call_symbol(call, "NETLINK_", 0);
	call_symbol(call, "ETH_P_", 0x800);
	call_symbol(call, "ETH_P_", 0);
	assert_text(call, "getsockopt(SOL_SOCKET, SOL_TCP, 0x4d2 /* SOL_?? */, NETLINK_ROUTE, htons(ETH_P_IP), "
	                  "htons(0 /* ETH_P_??? */))");
	made_end(&made);
}

static void socket_types_and_open_flags(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "socket");
	call_symbol(call, "SOCK_", SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK);
	call_symbol(call, "SOCK_", 77);
	call_symbol(call, "SOCK_", 77 | SOCK_CLOEXEC);
	call_symbol(call, "SOCK_", SOCK_STREAM | 0x100000);
	call_symbol(call, "SOCK_", SOCK_CLOEXEC);
	call_symbol(call, "SOCK_", 0);
	assert_text(call, "socket(SOCK_RAW|SOCK_CLOEXEC|SOCK_NONBLOCK, 0x4d /* SOCK_??? */, SOCK_CLOEXEC|0x4d, "
	                  "SOCK_STREAM|0x100000 /* SOCK_??? */, SOCK_CLOEXEC, 0)");
	made_end(&made);
	call = begin(&made, "fcntl");
	call_symbol(call, "F_", F_SETFL);
	call_symbol(call, "F_", 77);
	call_symbol(call, "O_", O_RDWR | O_NONBLOCK);
	call_symbol(call, "O_", O_APPEND | O_ASYNC | O_NONBLOCK);
	call_symbol(call, "O_", 0);
	call_symbol(call, "O_", 3);
	assert_text(call, "fcntl(F_SETFL, 0x4d /* F_??? */, O_RDWR|O_NONBLOCK, O_RDONLY|O_APPEND|O_NONBLOCK|FASYNC, "
	                  "O_RDONLY, O_ACCMODE)");
	made_end(&made);
}

static struct value fields(const char *first, struct value one, const char *second, struct value two)
{
	struct value value = value_struct(2);
	value.list->items[0] = (struct item){first, one};
	value.list->items[1] = (struct item){second, two};
	return value;
}

static void structures_and_lengths(void **state)
{
	(void)state;
	struct made made;
	struct call *call = begin(&made, "getsockopt");
	call_value(call, fields("l_onoff", value_number(1), "l_linger", value_number(0)));
	call_value(call,
	           fields("interface", value_word("if_nametoindex(\"lo\")"), "group", made_address("1.2.3.4", 5)));
	call_value(call, value_number(1));
	call_value(call, value_error(ECONNREFUSED));
	call_length(call, 4, 4);
	call_length(call, 128, 16);
	assert_text(call,
	            "getsockopt({l_onoff=1, l_linger=0}, {interface=if_nametoindex(\"lo\"), group={sa_family=AF_INET, "
	            "sin_port=htons(5), sin_addr=inet_addr(\"1.2.3.4\")}}, [1], [ECONNREFUSED], [4], [128 => 16])");
	made_end(&made);
	call = begin(&made, "unlink");
	call_value(call, value_text("./a/path/that/is/longer/than/data/may/be"));
	assert_text(call, "unlink(\"./a/path/that/is/longer/than/data/may/be\")");
	made_end(&made);
}

static void assert_result(const char *name, int64_t command, int64_t result, int error, const char *expected)
{
	struct made made;
	struct buffer out;
	struct call *call = begin(&made, name);
	call_int(call, 3);
	call_symbol(call, "F_", command);
	call->result = result;
	call->error = error;
	buffer_init(&out);
	view_call_result(&out, call);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
	made_end(&made);
}

static void results(void **state)
{
	(void)state;
	assert_result("listen", 0, 0, 0, " = 0");
	assert_result("listen", F_GETFL, 3, 0, " = 3");
	assert_result("connect", 0, -1, ECONNREFUSED, " = -1 ECONNREFUSED (Connection refused)");
	assert_result("recvfrom", 0, -1, EAGAIN, " = -1 EAGAIN (Resource temporarily unavailable)");
	assert_result("connect", 0, -1, 9999, " = -1 (errno 9999)");
	assert_result("fcntl", F_GETFL, O_RDWR | O_NONBLOCK, 0, " = 0x802 (flags O_RDWR|O_NONBLOCK)");
	assert_result("fcntl", F_GETFD, FD_CLOEXEC, 0, " = 0x1 (flags FD_CLOEXEC)");
	assert_result("fcntl", F_DUPFD_CLOEXEC, 4, 0, " = 4");
	assert_result("fcntl", F_GETFL, -1, EBADF, " = -1 EBADF (Bad file descriptor)");
	assert_result("getaddrinfo", 0, -1, EAI_NONAME, " = -2 EAI_NONAME (Name or service not known)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_send),
		cmocka_unit_test(data_is_escaped_and_cut),
		cmocka_unit_test(addresses_by_family),
		cmocka_unit_test(addresses_of_other_families),
		cmocka_unit_test(a_path_ends_at_its_nul),
		cmocka_unit_test(symbols_and_flags),
		cmocka_unit_test(socket_types_and_open_flags),
		cmocka_unit_test(structures_and_lengths),
		cmocka_unit_test(results),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
