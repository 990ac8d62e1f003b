/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calls that never wait, and the socket options, through the door.
 */
#include "test_calls.h"

#include <linux/filter.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/stat.h>

static void socket_gives_a_handle(void **state)
{
	struct bench *bench = *state;
	struct handle *made;
	struct entry *entry = bench_entry(bench);
	assert_int_equal(call_socket(&bench->door, entry, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0, &made), CALL_DONE);
	assert_int_equal(made->number, 1);
	assert_int_equal(made->type, SOCK_STREAM);
	assert_true(is_nonblocking(made));
	assert_true(fcntl(made->fd, F_GETFD) & FD_CLOEXEC);
	assert_string_equal(entry->calls[0].name, "socket");
	assert_int_equal(entry->calls[0].result, made->fd);
	assert_failed(bench, call_socket(&bench->door, bench_entry(bench), 99, SOCK_STREAM, 0, &made), EAFNOSUPPORT);
	assert_null(made);
	assert_int_equal(bench->session.handle_count, 1);
	assert_int_equal(bench->entry->calls[0].error, EAFNOSUPPORT);
}

static void socketpair_gives_two(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_SEQPACKET, pair);
	assert_int_equal(pair[0]->number, 1);
	assert_int_equal(pair[1]->number, 2);
	assert_failed(bench, call_socketpair(&bench->door, bench_entry(bench), AF_INET, SOCK_STREAM, 0, pair),
	              EOPNOTSUPP);
}

static void names_are_told(void **state)
{
	struct bench *bench = *state;
	struct handle *bound = bench_bound(bench, SOCK_STREAM), *fresh;
	struct address name = bench_name(bench, bound), peer;
	assert_true(address_port(&name) > 0);
	assert_failed(bench, call_getpeername(&bench->door, bench_entry(bench), bound, &peer), ENOTCONN);
	assert_int_equal(peer.length, 0);
	fresh = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_failed(bench, call_bind(&bench->door, bench_entry(bench), fresh, &name), EADDRINUSE);
	assert_true(address_equal(bench->entry->target.address, &name));
}

static void shutdown_and_listen(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	assert_int_equal(bench->entry->result, 0);
	assert_failed(bench, call_shutdown(&bench->door, bench_entry(bench), listener, 3), EINVAL);
	assert_int_equal(call_shutdown(&bench->door, bench_entry(bench), listener, SHUT_RD), CALL_DONE);
}

static void unlink_removes_sockets_only(void **state)
{
	struct bench *bench = *state;
	char folder[] = "/tmp/sosh-test-XXXXXX", path[64];
	struct error error;
	struct address address;
	struct stat status;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
	assert_failed(bench, call_unlink(&bench->door, bench_entry(bench), path), ENOENT);
	assert_int_equal(call_unlink(&bench->door, bench_entry(bench), folder), CALL_FAILED);
	assert_true(bench->entry->refused);
	struct handle *named = bench_socket(bench, AF_UNIX, SOCK_STREAM);
	assert_int_equal(address_from_path(&address, path, strlen(path), &error), 0);
	assert_int_equal(call_bind(&bench->door, bench_entry(bench), named, &address), CALL_DONE);
	assert_int_equal(call_unlink(&bench->door, bench_entry(bench), path), CALL_DONE);
	assert_int_equal(lstat(path, &status), -1);
	assert_int_equal(rmdir(folder), 0);
}

static void copies_share_o_nonblock(void **state)
{
	struct bench *bench = *state;
	struct handle *one = bench_socket(bench, AF_INET, SOCK_STREAM), *two;
	one->timeout = 2;
	assert_int_equal(call_dup(&bench->door, bench_entry(bench), one, &two), CALL_DONE);
	assert_true(fcntl(two->fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(one->open->references, 2);
	assert_true(two->timeout == 2);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), one, false), CALL_DONE);
	assert_true(one->timeout < 0 && two->timeout == 2);
	bool blocking = true;
	assert_int_equal(call_getblocking(&bench->door, bench_entry(bench), two, &blocking), CALL_DONE);
	assert_false(blocking);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), two, true), CALL_DONE);
	assert_int_equal(call_getblocking(&bench->door, bench_entry(bench), one, &blocking), CALL_DONE);
	assert_true(blocking);
}

static struct value get_option(struct bench *bench, struct handle *handle, const char *name)
{
	struct value value = value_none();
	const struct option *option = option_find(name, strlen(name));
	assert_non_null(option);
	assert_int_equal(call_getsockopt(&bench->door, bench_entry(bench), handle, option, &value), CALL_DONE);
	return value;
}

static void assert_option(struct bench *bench, struct handle *handle, const char *name, const char *text)
{
	struct value value = get_option(bench, handle, name);
	struct buffer out;
	buffer_init(&out);
	value_format(&out, &value);
	assert_string_equal(buffer_string(&out), text);
	buffer_clear(&out);
	value_clear(&value);
}

static void options_come_out_as_they_went_in(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp = bench_socket(bench, AF_INET, SOCK_STREAM);
	bench_option(bench, tcp, "SO_REUSEADDR", value_number(1));
	assert_option(bench, tcp, "SO_REUSEADDR", "1");
	bench_option(bench, tcp, "TCP_NODELAY", value_bool(true));
	assert_option(bench, tcp, "TCP_NODELAY", "1");
	bench_option(bench, tcp, "TCP_NODELAY", value_bytes("\0\0\0\0", 4));
	assert_option(bench, tcp, "TCP_NODELAY", "0");
	assert_option(bench, tcp, "SO_RCVTIMEO", "None");
	bench_option(bench, tcp, "SO_RCVTIMEO", value_real(1.5));
	assert_option(bench, tcp, "SO_RCVTIMEO", "1.5");
	bench_option(bench, tcp, "SO_RCVTIMEO", value_none());
	assert_option(bench, tcp, "SO_RCVTIMEO", "None");
	assert_option(bench, tcp, "SO_LINGER", "{l_onoff=0, l_linger=0}");
	struct value linger = value_struct(2);
	linger.list->items[0] = (struct item){"l_onoff", value_number(1)};
	linger.list->items[1] = (struct item){"l_linger", value_number(7)};
	bench_option(bench, tcp, "SO_LINGER", linger);
	assert_true(tcp->linger);
	assert_option(bench, tcp, "SO_LINGER", "{l_onoff=1, l_linger=7}");
	assert_option(bench, tcp, "SO_ERROR", "0");
	bench_option(bench, tcp, "TCP_CONGESTION", value_text("reno"));
	assert_option(bench, tcp, "TCP_CONGESTION", "\"reno\"");
}

static void a_fraction_of_a_microsecond_is_no_zero(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp = bench_socket(bench, AF_INET, SOCK_STREAM);
	bench_option(bench, tcp, "SO_SNDTIMEO", value_real(1e-9));
	struct value value = get_option(bench, tcp, "SO_SNDTIMEO");
	assert_int_equal(value.kind, VALUE_REAL);
	bench_option(bench, tcp, "SO_SNDTIMEO", value_real(0.3));
	value = get_option(bench, tcp, "SO_SNDTIMEO");
	assert_true(value.real >= 0.3 && value.real < 0.32);
}

static void a_wrong_value_is_refused(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp = bench_socket(bench, AF_INET, SOCK_STREAM);
	static const char *const names[] = {"SO_REUSEADDR", "SO_LINGER", "SO_RCVTIMEO", "TCP_CONGESTION", "TCP_INFO"};
	struct value wrong[] = {value_real(1.5), value_number(1), value_list(2), value_number(1), value_list(1)};
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct option *option = option_find(names[i], strlen(names[i]));
		struct entry *entry = bench_entry(bench);
		assert_int_equal(call_setsockopt(&bench->door, entry, tcp, option, &wrong[i]), CALL_FAILED);
		assert_true(entry->refused);
		assert_non_null(strstr(entry->problem->text, names[i]));
		assert_int_equal(entry->call_count, 0);
		value_clear(&wrong[i]);
	}
	struct value large = value_number(INT64_C(1) << 32);
	const struct option *option = option_find("SO_RCVBUF", 9);
	assert_int_equal(call_setsockopt(&bench->door, bench_entry(bench), tcp, option, &large), CALL_FAILED);
	assert_true(bench->entry->refused);
}

static void the_kernel_judges_the_rest(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp = bench_socket(bench, AF_INET, SOCK_STREAM);
	struct option unknown = {.name = NULL, .level = SOL_SOCKET, .number = 9999, .type = OPTION_INT};
	struct value one = value_number(1), value;
	assert_failed(bench, call_setsockopt(&bench->door, bench_entry(bench), tcp, &unknown, &one), ENOPROTOOPT);
	assert_failed(bench, call_getsockopt(&bench->door, bench_entry(bench), tcp, &unknown, &value), ENOPROTOOPT);
	const struct option *ttl = option_find("IP_TTL", 6);
	struct value none = value_number(0);
	assert_failed(bench, call_setsockopt(&bench->door, bench_entry(bench), tcp, ttl, &none), EINVAL);
	struct option number = {.name = NULL, .level = IPPROTO_TCP, .number = TCP_INFO, .type = OPTION_BYTES};
	assert_int_equal(call_getsockopt(&bench->door, bench_entry(bench), tcp, &number, &value), CALL_DONE);
	assert_int_equal(value.kind, VALUE_STRUCT);
	assert_true(value.list->count > 30);
	assert_string_equal(value.list->items[0].name, "tcpi_state");
	assert_string_equal(value.list->items[0].value.blob->bytes, "TCP_CLOSE");
	value_clear(&value);
}

static void a_filter_is_counted_in_instructions(void **state)
{
	struct bench *bench = *state;
	struct handle *udp = bench_socket(bench, AF_INET, SOCK_DGRAM);
	struct sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_IMM, 0), BPF_STMT(BPF_RET | BPF_K, 0)};
	struct sock_fprog program = {.len = 2, .filter = filter};
	assert_int_equal(setsockopt(udp->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), 0);
	struct option get = {
		.name = "SO_GET_FILTER", .level = SOL_SOCKET, .number = SO_GET_FILTER, .type = OPTION_BYTES};
	struct value value;
	assert_int_equal(call_getsockopt(&bench->door, bench_entry(bench), udp, &get, &value), CALL_DONE);
	assert_int_equal(value.blob->length, sizeof(filter));
	assert_memory_equal(value.blob->bytes, filter, sizeof(filter));
	value_clear(&value);
}

static void so_error_is_a_value(void **state)
{
	struct bench *bench = *state;
	struct address address = bench_name(bench, bench_bound(bench, SOCK_STREAM));
	struct handle *tcp = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), tcp, false), CALL_DONE);
	bench_connect(bench, tcp, &address);
	struct pollfd look = {.fd = tcp->fd, .events = POLLOUT};
	assert_int_equal(poll(&look, 1, 5000), 1);
	assert_option(bench, tcp, "SO_ERROR", "111 ECONNREFUSED");
	assert_option(bench, tcp, "SO_ERROR", "0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(socket_gives_a_handle),
		TEST(socketpair_gives_two),
		TEST(names_are_told),
		TEST(shutdown_and_listen),
		TEST(unlink_removes_sockets_only),
		TEST(copies_share_o_nonblock),
		TEST(options_come_out_as_they_went_in),
		TEST(a_fraction_of_a_microsecond_is_no_zero),
		TEST(a_wrong_value_is_refused),
		TEST(the_kernel_judges_the_rest),
		TEST(a_filter_is_counted_in_instructions),
		TEST(so_error_is_a_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
