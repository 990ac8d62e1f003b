/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name tables: sorted, without duplicates, and what they find.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "sosh/symbol.h"

struct walk {
	const char *before;
	unsigned count;
};

static void in_order(struct walk *walk, const char *name)
{
	if (walk->before != NULL && strcmp(walk->before, name) >= 0)
		fail_msg("%s stands before %s", walk->before, name);
	walk->before = name;
	walk->count++;
}

static void check_symbol(const struct symbol *symbol, void *context)
{
	in_order(context, symbol->name);
	assert_ptr_equal(symbol_find(symbol->name, strlen(symbol->name)), symbol);
	assert_int_equal(error_number(symbol->name, strlen(symbol->name)), 0);
	assert_int_equal(state_number(symbol->name, strlen(symbol->name)), STATE_NONE);
}

static void symbols_are_sorted(void **state)
{
	struct walk walk = {NULL, 0};

	(void)state;
	symbol_each("", check_symbol, &walk);
	assert_true(walk.count > 500);
}

static void check_option(const struct option *option, void *context)
{
	const struct symbol *symbol = symbol_find(option->name, strlen(option->name));
	const struct option *found = option_of(option->level, option->number);

	in_order(context, option->name);
	assert_ptr_equal(option_find(option->name, strlen(option->name)), option);
	assert_non_null(symbol);
	assert_int_equal(symbol->number, option->number);
	assert_non_null(found);
	assert_int_equal(found->type, option->type);
}

static void options_are_sorted(void **state)
{
	struct walk walk = {NULL, 0};

	(void)state;
	option_each(check_option, &walk);
	assert_true(walk.count > 150);
}

/* errno's names, then the others: each group in order. */
static void check_error(const char *name, int number, void *context)
{
	struct walk *walk = context;

	if (number < 0 || number == ERROR_TIMEOUT)
		walk->before = number == ERROR_TIMEOUT || number == EAI_ADDRFAMILY ? NULL : walk->before;
	in_order(walk, name);
	assert_int_equal(error_number(name, strlen(name)), number);
	assert_non_null(error_name(number));
	assert_int_equal(error_number(error_name(number), strlen(error_name(number))), number);
	assert_string_not_equal(error_text(number), "");
	assert_string_not_equal(error_text(number), "Unknown error");
	assert_null(symbol_find(name, strlen(name)));
}

static void errors_are_sorted(void **state)
{
	struct walk walk = {NULL, 0};

	(void)state;
	error_each(check_error, &walk);
	assert_true(walk.count > 140);
}

static int64_t number_of(const char *name)
{
	const struct symbol *symbol = symbol_find(name, strlen(name));

	if (symbol == NULL)
		fail_msg("%s is not known", name);
	return symbol->number;
}

static void finds_constants(void **state)
{
	(void)state;
	assert_int_equal(number_of("AF_INET"), AF_INET);
	assert_int_equal(number_of("AF_ALG"), AF_ALG);
	assert_int_equal(number_of("MSG_PEEK"), MSG_PEEK);
	assert_int_equal(number_of("EPOLLET"), 0x80000000);
	assert_int_equal(number_of("INADDR_LOOPBACK"), 0x7f000001);
	assert_int_equal(number_of("INADDR_BROADCAST"), 0xffffffff);
	assert_int_equal(number_of("SOMAXCONN"), SOMAXCONN);
	assert_int_equal(number_of("TCP_IS_MPTCP"), 43);
	assert_int_equal(number_of("SO_RCVTIMEO"), SO_RCVTIMEO);
	assert_int_equal(number_of("UDP_SEGMENT"), 103);
	number_of("FIONREAD");
	number_of("SIOCINQ");
	number_of("F_GETFL");
	number_of("O_NONBLOCK");
	number_of("FD_CLOEXEC");
}

static void refuses_what_is_none(void **state)
{
	static const char *const words[] = {"",     "AF_",  "AF_INETX", "AF_INE", "af_inet",
	                                    "True", "None", "LISTEN",   "ZZZ",    "A"};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_null(symbol_find(words[i], strlen(words[i])));
	assert_null(symbol_find("AF_INET\0", 8));
	assert_null(symbol_find("AF_INET\0and more", 16));
	assert_null(symbol_find("\xff\xff", 2));
	assert_non_null(symbol_find("AF_INET6", 7));
	assert_string_equal(symbol_find("AF_INET6", 7)->name, "AF_INET");
}

static void names_numbers(void **state)
{
	(void)state;
	assert_string_equal(symbol_name("AF_", AF_UNIX), "AF_UNIX");
	assert_string_equal(symbol_name("AF_", AF_NETLINK), "AF_NETLINK");
	assert_string_equal(symbol_name("PF_", PF_UNIX), "PF_UNIX");
	assert_string_equal(symbol_name("SOCK_", SOCK_STREAM), "SOCK_STREAM");
	assert_string_equal(symbol_name("IPPROTO_", 0), "IPPROTO_IP");
	assert_string_equal(symbol_name("IPPROTO_", IPPROTO_TCP), "IPPROTO_TCP");
	assert_string_equal(symbol_name("MSG_", MSG_DONTROUTE), "MSG_DONTROUTE");
	assert_string_equal(symbol_name("EPOLL_CTL_", EPOLL_CTL_ADD), "EPOLL_CTL_ADD");
	assert_string_equal(symbol_name("EPOLL", EPOLLIN), "EPOLLIN");
	assert_string_equal(symbol_name("POLL", POLLHUP), "POLLHUP");
	assert_string_equal(symbol_name("TCP_", 1), "TCP_NODELAY");
	assert_string_equal(symbol_name("IP_", 2), "IP_TTL");
	assert_string_equal(symbol_name("IPV6_", 20), "IPV6_JOIN_GROUP");
	assert_string_equal(symbol_name("NI_", 32), "NI_IDN");
	assert_null(symbol_name("AF_", 9999));
	assert_null(symbol_name("ZZZ_", 1));
}

/* Within a group of which one number is one thing, one name alone is printed. */
static void numbers_have_one_name(const struct symbol *symbol, void *context)
{
	const char *name = symbol_name(context, symbol->number);

	assert_non_null(name);
	assert_int_equal(number_of(name), symbol->number);
}

static void groups_are_consistent(void **state)
{
	static const char *const prefixes[] = {"AF_",  "SOCK_", "MSG_",  "SHUT_", "IPPROTO_",
	                                       "SOL_", "POLL",  "EPOLL", "SO_"};

	(void)state;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		symbol_each(prefixes[i], numbers_have_one_name, (void *)prefixes[i]);
}

static bool looks_like(const char *name)
{
	return symbol_looks_like(name, strlen(name));
}

static void knows_what_is_meant_as_a_constant(void **state)
{
	(void)state;
	assert_true(looks_like("AF_FOO"));
	assert_true(looks_like("MSG_PEAK"));
	assert_true(looks_like("IPV6_X"));
	assert_true(looks_like("POLLINN"));
	assert_true(looks_like("EPOLL_X"));
	assert_true(looks_like("EAI_NOPE"));
	assert_false(looks_like("AF_"));
	assert_false(looks_like("AF_foo"));
	assert_false(looks_like("AF"));
	assert_false(looks_like("HELLO_WORLD"));
	assert_false(looks_like("MSG_A B"));
	assert_false(looks_like(""));
}

static void errors_by_name_and_number(void **state)
{
	(void)state;
	assert_int_equal(error_number("ECONNREFUSED", 12), ECONNREFUSED);
	assert_int_equal(error_number("EWOULDBLOCK", 11), EAGAIN);
	assert_int_equal(error_number("ENOTSUP", 7), EOPNOTSUPP);
	assert_int_equal(error_number("EAI_NONAME", 10), EAI_NONAME);
	assert_int_equal(error_number("TIMEOUT", 7), ERROR_TIMEOUT);
	assert_int_equal(error_number("ENOSUCH", 7), 0);
	assert_int_equal(error_number("", 0), 0);
	assert_int_equal(error_number("0", 1), 0);
	assert_string_equal(error_name(0), "0");
	assert_string_equal(error_name(EAGAIN), "EAGAIN");
	assert_string_equal(error_name(EOPNOTSUPP), "EOPNOTSUPP");
	assert_string_equal(error_name(EDEADLK), "EDEADLK");
	assert_string_equal(error_name(ERROR_TIMEOUT), "TIMEOUT");
	assert_null(error_name(99999));
	assert_null(error_name(-99999));
	assert_string_equal(error_text(99999), "Unknown error");
	assert_string_equal(error_text(ECONNREFUSED), "Connection refused");
}

static void states(void **state)
{
	(void)state;
	for (int i = STATE_ESTABLISHED; i <= STATE_CLOSING; i++) {
		const char *name = state_name((enum tcp_state)i);

		assert_non_null(name);
		assert_int_equal(state_number(name, strlen(name)), i);
	}
	assert_int_equal(state_number("SYN_SENT", 8), STATE_SYN_SENT);
	assert_int_equal(state_number("FIN_WAIT_2", 10), STATE_FIN_WAIT_2);
	assert_int_equal(state_number("LISTENING", 9), STATE_NONE);
	assert_int_equal(state_number("LIST", 4), STATE_NONE);
	assert_int_equal(state_number("", 0), STATE_NONE);
	assert_null(state_name(STATE_NONE));
	assert_null(state_name((enum tcp_state)12));
	assert_null(state_name((enum tcp_state) - 1));
	assert_int_equal(STATE_CLOSED, TCP_CLOSE);
	assert_int_equal(STATE_CLOSING, TCP_CLOSING);
}

static void check_level(const char *name, int level, enum option_type type)
{
	const struct option *option = option_find(name, strlen(name));

	assert_non_null(option);
	assert_int_equal(option->level, level);
	assert_int_equal(option->type, type);
}

static void options(void **state)
{
	(void)state;
	check_level("SO_REUSEADDR", SOL_SOCKET, OPTION_INT);
	check_level("SO_LINGER", SOL_SOCKET, OPTION_LINGER);
	check_level("SO_RCVTIMEO", SOL_SOCKET, OPTION_TIMEVAL);
	check_level("SO_ERROR", SOL_SOCKET, OPTION_ERROR);
	check_level("SO_BINDTODEVICE", SOL_SOCKET, OPTION_TEXT);
	check_level("SO_PEERCRED", SOL_SOCKET, OPTION_BYTES);
	check_level("TCP_NODELAY", IPPROTO_TCP, OPTION_INT);
	check_level("TCP_INFO", IPPROTO_TCP, OPTION_BYTES);
	check_level("TCP_CONGESTION", IPPROTO_TCP, OPTION_TEXT);
	check_level("IP_TTL", IPPROTO_IP, OPTION_INT);
	check_level("IP_ADD_MEMBERSHIP", IPPROTO_IP, OPTION_BYTES);
	check_level("IPV6_V6ONLY", IPPROTO_IPV6, OPTION_INT);
	check_level("UDP_CORK", IPPROTO_UDP, OPTION_INT);
	assert_null(option_find("SO_NOPE", 7));
	assert_null(option_find("AF_INET", 7));
	assert_null(option_find("", 0));
	assert_string_equal(option_of(IPPROTO_TCP, TCP_NODELAY)->name, "TCP_NODELAY");
	assert_string_equal(option_of(IPPROTO_IPV6, IPV6_JOIN_GROUP)->name, "IPV6_JOIN_GROUP");
	assert_string_equal(option_of(SOL_SOCKET, SO_DETACH_FILTER)->name, "SO_DETACH_FILTER");
	assert_null(option_of(SOL_SOCKET, 9999));
	assert_null(option_of(12345, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(symbols_are_sorted),
		cmocka_unit_test(options_are_sorted),
		cmocka_unit_test(errors_are_sorted),
		cmocka_unit_test(finds_constants),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(names_numbers),
		cmocka_unit_test(groups_are_consistent),
		cmocka_unit_test(knows_what_is_meant_as_a_constant),
		cmocka_unit_test(errors_by_name_and_number),
		cmocka_unit_test(states),
		cmocka_unit_test(options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
