/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * accept, connect and close through the door: what waits, for how long, and what is left behind.
 */
#include "test_calls.h"

#include <linux/filter.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>

static int tcp_state(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length), 0);
	return info.tcpi_state;
}

/* A port on which nobody listens. */
static struct address nobody(struct bench *bench)
{
	return bench_name(bench, bench_bound(bench, SOCK_STREAM));
}

/* A listener whose queue is full: one more SYN is met with silence. */
static struct address silence(struct bench *bench)
{
	struct handle *listener = bench_bound(bench, SOCK_STREAM);
	assert_int_equal(call_listen(&bench->door, bench_entry(bench), listener, 0), CALL_DONE);
	struct address address = bench_name(bench, listener);
	struct handle *first = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_int_equal(bench_connect(bench, first, &address), CALL_DONE);
	return address;
}

static void accept_gives_a_handle_and_the_peer(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	struct address address = bench_name(bench, listener);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_int_equal(bench_connect(bench, client, &address), CALL_DONE);
	assert_int_equal(bench->entry->result, 0);
	assert_true(address_equal(bench->entry->target.address, &address));
	struct address name = bench_name(bench, client);
	struct handle *accepted = bench_accept(bench, listener);
	assert_non_null(accepted);
	assert_int_equal(bench->entry->result, accepted->number);
	assert_int_equal(bench->entry->value.kind, VALUE_HANDLE);
	assert_int_equal(bench->entry->value.number, accepted->number);
	assert_true(address_equal(bench->entry->address.address, &name));
	assert_true(address_equal(&accepted->peer, &name));
	assert_string_equal(bench->entry->calls[0].name, "accept4");
	assert_int_equal(accepted->family, AF_INET);
	assert_int_equal(accepted->type, SOCK_STREAM);
	assert_true(fcntl(accepted->fd, F_GETFD) & FD_CLOEXEC);
	assert_false(is_nonblocking(listener) || is_nonblocking(accepted) || is_nonblocking(client));
}

static void accept_waits_for_a_client(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	struct address address = bench_name(bench, listener);
	enum progress progress = call_accept(&bench->pending, &bench->door, bench_entry(bench), listener);
	assert_int_equal(progress, CALL_WAITING);
	assert_string_equal(bench->pending.wait.what, "a client");
	assert_false(is_nonblocking(listener));
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, &address.any, address.length), 0);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_int_equal(bench->entry->given, 2);
	close(client);
}

static void accept_ends_as_its_socket_says(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	bench_option(bench, listener, "SO_RCVTIMEO", value_real(0.01));
	enum progress progress = call_accept(&bench->pending, &bench->door, bench_entry(bench), listener);
	assert_failed(bench, bench_finish(&bench->pending, progress), EAGAIN);
	listener->timeout = 0.01;
	progress = call_accept(&bench->pending, &bench->door, bench_entry(bench), listener);
	assert_failed(bench, bench_finish(&bench->pending, progress), ERROR_TIMEOUT);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), listener, false), CALL_DONE);
	assert_true(is_nonblocking(listener));
	assert_failed(bench, call_accept(&bench->pending, &bench->door, bench_entry(bench), listener), EAGAIN);
	assert_true(is_nonblocking(listener));
	struct handle *fresh = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_failed(bench, call_accept(&bench->pending, &bench->door, bench_entry(bench), fresh), EINVAL);
	assert_int_equal(bench->session.handle_count, 2);
}

static void accept_without_descriptors_is_emfile(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	struct address address = bench_name(bench, listener);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_int_equal(bench_connect(bench, client, &address), CALL_DONE);
	struct rlimit before, none;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	enum progress progress = call_accept(&bench->pending, &bench->door, bench_entry(bench), listener);
	struct handle *made;
	int error = bench->entry->error;
	enum progress making = call_socket(&bench->door, bench_entry(bench), AF_INET, SOCK_STREAM, 0, &made);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(progress, CALL_FAILED);
	assert_int_equal(error, EMFILE);
	assert_failed(bench, making, EMFILE);
	assert_null(made);
}

static void a_refused_connect_is_told_each_time(void **state)
{
	struct bench *bench = *state;
	struct address address = nobody(bench);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	for (int i = 0; i < 3; i++) {
		assert_failed(bench, bench_connect(bench, client, &address), ECONNREFUSED);
		assert_false(is_nonblocking(client));
	}
	assert_int_equal(call_listen(&bench->door, bench_entry(bench), session_handle(&bench->session, 1), 1),
	                 CALL_DONE);
	assert_int_equal(bench_connect(bench, client, &address), CALL_DONE);
	assert_failed(bench, bench_connect(bench, client, &address), EISCONN);
}

static void connect_ex_gives_the_errno(void **state)
{
	struct bench *bench = *state;
	struct address address = nobody(bench);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	struct entry *entry = bench_entry(bench);
	enum progress progress = call_connect(&bench->pending, &bench->door, entry, client, &address, true);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_int_equal(entry->error, 0);
	assert_int_equal(entry->result, ECONNREFUSED);
	assert_int_equal(entry->value.kind, VALUE_ERROR);
	assert_int_equal(entry->value.number, ECONNREFUSED);
	assert_int_equal(call_listen(&bench->door, bench_entry(bench), session_handle(&bench->session, 1), 1),
	                 CALL_DONE);
	progress = call_connect(&bench->pending, &bench->door, bench_entry(bench), client, &address, true);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_int_equal(bench->entry->result, 0);
	assert_int_equal(bench->entry->value.kind, VALUE_ERROR);
}

static void connect_ends_as_its_socket_says(void **state)
{
	struct bench *bench = *state;
	struct address address = silence(bench);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	client->timeout = 0.01;
	assert_failed(bench, bench_connect(bench, client, &address), ERROR_TIMEOUT);
	assert_int_equal(tcp_state(client->fd), STATE_SYN_SENT);
	struct entry *entry = bench_entry(bench);
	enum progress progress = call_connect(&bench->pending, &bench->door, entry, client, &address, true);
	assert_string_equal(bench->pending.wait.what, "the SYN,ACK");
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_int_equal(entry->result, EAGAIN);
	struct handle *other = bench_socket(bench, AF_INET, SOCK_STREAM);
	bench_option(bench, other, "SO_SNDTIMEO", value_real(0.01));
	assert_failed(bench, bench_connect(bench, other, &address), EINPROGRESS);
	assert_failed(bench, bench_connect(bench, other, &address), EALREADY);
	assert_false(is_nonblocking(client) || is_nonblocking(other));
}

static void a_nonblocking_connect_says_einprogress(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	struct address address = bench_name(bench, listener);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), client, false), CALL_DONE);
	assert_failed(bench, bench_connect(bench, client, &address), EINPROGRESS);
	assert_true(is_nonblocking(client));
	struct pollfd look = {.fd = client->fd, .events = POLLOUT};
	assert_int_equal(poll(&look, 1, 5000), 1);
	assert_int_equal(bench_connect(bench, client, &address), CALL_DONE);
}

static void a_blocking_connect_joins_one_under_way(void **state)
{
	struct bench *bench = *state;
	struct address address = silence(bench);
	struct handle *listener = session_handle(&bench->session, 1);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	client->timeout = 0.01;
	assert_failed(bench, bench_connect(bench, client, &address), ERROR_TIMEOUT);
	client->timeout = -1;
	struct handle *first = bench_accept(bench, listener);
	assert_non_null(first);
	assert_int_equal(bench_connect(bench, client, &address), CALL_DONE);
}

static void a_datagram_connect_is_one_call(void **state)
{
	struct bench *bench = *state;
	struct address address = nobody(bench), unspec;
	struct handle *client = bench_socket(bench, AF_INET, SOCK_DGRAM);
	assert_int_equal(bench_connect(bench, client, &address), CALL_DONE);
	assert_int_equal(bench->entry->call_count, 1);
	address_unspec(&unspec);
	assert_int_equal(bench_connect(bench, client, &unspec), CALL_DONE);
	assert_failed(bench, call_getpeername(&bench->door, bench_entry(bench), client, &address), ENOTCONN);
}

static void af_unspec_dissolves_a_connection(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	struct address unspec;
	bench_tcp(bench, tcp);
	address_unspec(&unspec);
	assert_int_equal(bench_connect(bench, tcp[0], &unspec), CALL_DONE);
	assert_int_equal(tcp_state(tcp[0]->fd), STATE_CLOSED);
}

static void a_full_unix_backlog_is_waited_for(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_socket(bench, AF_UNIX, SOCK_STREAM);
	struct error error;
	struct address address;
	assert_int_equal(address_from_path(&address, "", 0, &error), 0);
	assert_int_equal(call_bind(&bench->door, bench_entry(bench), listener, &address), CALL_DONE);
	address = bench_name(bench, listener);
	assert_int_equal(call_listen(&bench->door, bench_entry(bench), listener, 0), CALL_DONE);
	struct handle *one = bench_socket(bench, AF_UNIX, SOCK_STREAM);
	struct handle *two = bench_socket(bench, AF_UNIX, SOCK_STREAM);
	assert_int_equal(bench_connect(bench, one, &address), CALL_DONE);
	two->timeout = 0.02;
	assert_failed(bench, bench_connect(bench, two, &address), ERROR_TIMEOUT);
	two->timeout = -1;
	enum progress progress = call_connect(&bench->pending, &bench->door, bench_entry(bench), two, &address, false);
	assert_int_equal(progress, CALL_WAITING);
	int accepted = accept(listener->fd, NULL, NULL);
	assert_true(accepted >= 0);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	close(accepted);
	struct handle *given = bench_accept(bench, listener);
	assert_int_equal(bench->entry->address.kind, VALUE_ADDRESS);
	assert_int_equal(given->family, AF_UNIX);
}

static enum progress close_begin(struct bench *bench, struct handle *handle)
{
	struct entry *entry = bench_entry(bench);
	return call_close(&bench->pending, &bench->door, entry, handle);
}

static void set_linger(struct bench *bench, struct handle *handle, int on, int seconds)
{
	struct value value = value_list(2);
	value.list->items[0].value = value_number(on);
	value.list->items[1].value = value_number(seconds);
	bench_option(bench, handle, "SO_LINGER", value);
}

static void close_is_one_call(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	int fd = tcp[0]->fd;
	assert_int_equal(close_begin(bench, tcp[0]), CALL_DONE);
	assert_int_equal(bench->entry->call_count, 1);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(tcp_state(tcp[1]->fd), STATE_CLOSE_WAIT);
}

static void a_linger_of_zero_resets(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	set_linger(bench, tcp[0], 1, 0);
	assert_false(tcp[0]->linger);
	assert_int_equal(close_begin(bench, tcp[0]), CALL_DONE);
	assert_failed(bench, bench_recv(bench, tcp[1], 1, 0), ECONNRESET);
}

/* The peer is deaf: a filter drops what arrives. False where the kernel wants a privilege for that. */
static bool deafen(int fd)
{
	struct sock_filter none = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &none};
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0;
}

static void a_lingering_close_waits_for_its_time(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	if (!deafen(tcp[1]->fd))
		skip();
	set_linger(bench, tcp[0], 1, 1);
	assert_true(tcp[0]->linger);
	int fd = tcp[0]->fd;
	int64_t begin = loop_now();
	enum progress progress = close_begin(bench, tcp[0]);
	assert_int_equal(progress, CALL_WAITING);
	assert_string_equal(bench->pending.wait.what, "the last ACK");
	assert_int_equal(tcp[0]->fd, -1);
	assert_int_equal(tcp_state(fd), STATE_FIN_WAIT_1);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_int_equal(bench->entry->result, 0);
	assert_true(loop_now() - begin >= SECOND && loop_now() - begin < 3 * SECOND);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void a_lingering_close_ends_with_the_ack(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	set_linger(bench, tcp[0], 1, 15);
	int fd = tcp[0]->fd;
	int64_t begin = loop_now();
	assert_int_equal(bench_finish(&bench->pending, close_begin(bench, tcp[0])), CALL_DONE);
	assert_true(loop_now() - begin < 10 * SECOND);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(tcp_state(tcp[1]->fd), STATE_CLOSE_WAIT);
}

static void an_abandoned_close_closes(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	if (!deafen(tcp[1]->fd))
		skip();
	set_linger(bench, tcp[0], 1, 15);
	int fd = tcp[0]->fd;
	assert_int_equal(close_begin(bench, tcp[0]), CALL_WAITING);
	int64_t begin = loop_now();
	pending_clear(&bench->pending);
	assert_true(loop_now() - begin < 5 * SECOND);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void unread_data_resets_whatever_the_linger(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	set_linger(bench, tcp[0], 1, 15);
	assert_int_equal(write(tcp[1]->fd, "x", 1), 1);
	assert_int_equal(close_begin(bench, tcp[0]), CALL_DONE);
	assert_int_equal(bench->entry->call_count, 1);
	assert_failed(bench, bench_recv(bench, tcp[1], 1, 0), ECONNRESET);
}

static void only_the_last_copy_lingers(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2], *copy;
	bench_tcp(bench, tcp);
	assert_int_equal(call_dup(&bench->door, bench_entry(bench), tcp[0], &copy), CALL_DONE);
	assert_ptr_equal(copy->open, tcp[0]->open);
	set_linger(bench, tcp[0], 1, 15);
	assert_true(copy->linger);
	assert_int_equal(close_begin(bench, tcp[0]), CALL_DONE);
	assert_int_equal(tcp_state(copy->fd), STATE_ESTABLISHED);
	assert_int_equal(bench_finish(&bench->pending, close_begin(bench, copy)), CALL_DONE);
	assert_int_equal(tcp_state(tcp[1]->fd), STATE_CLOSE_WAIT);
}

static void an_accepted_socket_lingers_as_its_listener(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	struct address address = bench_name(bench, listener);
	set_linger(bench, listener, 1, 2);
	bench_option(bench, listener, "SO_RCVLOWAT", value_number(3));
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_int_equal(bench_connect(bench, client, &address), CALL_DONE);
	struct handle *accepted = bench_accept(bench, listener);
	struct linger linger = {0};
	socklen_t length = sizeof(linger);
	int lowat = 0;
	assert_int_equal(getsockopt(accepted->fd, SOL_SOCKET, SO_LINGER, &linger, &length), 0);
	assert_int_equal(accepted->linger, linger.l_onoff && linger.l_linger);
	length = sizeof(lowat);
	assert_int_equal(getsockopt(accepted->fd, SOL_SOCKET, SO_RCVLOWAT, &lowat, &length), 0);
	assert_int_equal(accepted->open->lowat, lowat > 1);
	assert_int_equal(close_begin(bench, listener), CALL_DONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(accept_gives_a_handle_and_the_peer),
		TEST(accept_waits_for_a_client),
		TEST(accept_ends_as_its_socket_says),
		TEST(accept_without_descriptors_is_emfile),
		TEST(a_refused_connect_is_told_each_time),
		TEST(connect_ex_gives_the_errno),
		TEST(connect_ends_as_its_socket_says),
		TEST(a_nonblocking_connect_says_einprogress),
		TEST(a_blocking_connect_joins_one_under_way),
		TEST(a_datagram_connect_is_one_call),
		TEST(af_unspec_dissolves_a_connection),
		TEST(a_full_unix_backlog_is_waited_for),
		TEST(close_is_one_call),
		TEST(a_linger_of_zero_resets),
		TEST(a_lingering_close_waits_for_its_time),
		TEST(a_lingering_close_ends_with_the_ack),
		TEST(an_abandoned_close_closes),
		TEST(unread_data_resets_whatever_the_linger),
		TEST(only_the_last_copy_lingers),
		TEST(an_accepted_socket_lingers_as_its_listener),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
