/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * send and recv through the door: at once, waiting, in parts, with their flags and their deadlines.
 */
#include "test_calls.h"

#define MUCH ((size_t)8 << 20)

static void bytes_go_through_a_connection(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(bench_send(bench, tcp[0], "hello", 0), CALL_DONE);
	assert_int_equal(bench->entry->result, 5);
	assert_int_equal(bench->entry->call_count, 1);
	assert_string_equal(bench->entry->calls[0].name, "sendto"); /* the system call that send is */
	assert_int_equal(bench->entry->calls[0].count, 6);
	assert_int_equal(bench->entry->calls[0].arguments[3].value.number, MSG_DONTWAIT | MSG_NOSIGNAL);
	assert_int_equal(bench_recv(bench, tcp[1], 99, 0), CALL_DONE);
	assert_data(bench->entry, "hello");
	assert_int_equal(bench->entry->result, 5);
	assert_false(is_nonblocking(tcp[0]) || is_nonblocking(tcp[1]));
}

static void calls_are_recorded_only_when_asked(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench->journal.record_calls = false;
	bench_pair(bench, SOCK_STREAM, pair);
	assert_int_equal(bench_send(bench, pair[0], "x", 0), CALL_DONE);
	assert_int_equal(bench->entry->call_count, 0);
	assert_int_equal(bench_recv(bench, pair[1], 9, 0), CALL_DONE);
	assert_int_equal(bench->entry->call_count, 0);
}

static void recv_waits_for_data(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	enum progress progress = bench_recv(bench, tcp[1], 10, 0);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(bench->pending.wait.fd, tcp[1]->fd);
	assert_string_equal(bench->pending.wait.what, "data");
	assert_int_equal(bench->pending.wait.deadline, 0);
	assert_int_equal(write(tcp[0]->fd, "late", 4), 4);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "late");
}

static void end_of_stream_is_empty_data(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(shutdown(tcp[0]->fd, SHUT_WR), 0);
	enum progress progress = bench_recv(bench, tcp[1], 10, 0);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "");
	assert_int_equal(bench->entry->result, 0);
}

static void nonblocking_recv_says_eagain(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	assert_failed(bench, bench_recv(bench, pair[0], 1, MSG_DONTWAIT), EAGAIN);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), pair[0], false), CALL_DONE);
	assert_failed(bench, bench_recv(bench, pair[0], 1, 0), EAGAIN);
	pair[0]->timeout = 0;
	assert_failed(bench, bench_recv(bench, pair[0], 1, 0), EAGAIN);
}

static void own_timeout_is_timeout(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), pair[0], false), CALL_DONE);
	pair[0]->timeout = 0.02;
	int64_t begin = loop_now();
	assert_failed(bench, bench_finish(&bench->pending, bench_recv(bench, pair[0], 1, 0)), ERROR_TIMEOUT);
	assert_true(loop_now() - begin >= SECOND / 50);
}

static void so_rcvtimeo_is_eagain(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	bench_option(bench, pair[0], "SO_RCVTIMEO", value_real(0.02));
	assert_failed(bench, bench_finish(&bench->pending, bench_recv(bench, pair[0], 1, 0)), EAGAIN);
}

static void a_closed_handle_is_ebadf(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	struct entry *entry = bench_entry(bench);
	assert_int_equal(call_close(&bench->pending, &bench->door, entry, pair[0]), CALL_DONE);
	assert_int_equal(entry->result, 0);
	assert_int_equal(pair[0]->fd, -1);
	assert_failed(bench, bench_send(bench, pair[0], "x", 0), EBADF);
	assert_failed(bench, bench_recv(bench, pair[0], 9, 0), EBADF);
	assert_failed(bench, bench_recv(bench, pair[0], 9, MSG_WAITALL), EBADF);
	entry = bench_entry(bench);
	assert_failed(bench, call_accept(&bench->pending, &bench->door, entry, pair[0]), EBADF);
	entry = bench_entry(bench);
	assert_failed(bench, call_close(&bench->pending, &bench->door, entry, pair[0]), EBADF);
	assert_int_equal(entry->call_count, 1);
}

/* Reads from a descriptor until that many bytes came, while a call goes on. */
static enum progress read_while_waiting(struct pending *pending, enum progress progress, int fd, size_t count)
{
	static char room[65536];
	for (size_t got = 0; got < count;) {
		struct pollfd look = {.fd = fd, .events = POLLIN};
		assert_true(poll(&look, 1, progress == CALL_WAITING ? 0 : 5000) >= 0);
		if (look.revents) {
			ssize_t n = read(fd, room, sizeof(room));
			assert_true(n > 0);
			got += (size_t)n;
		} else {
			assert_int_equal(progress, CALL_WAITING);
		}
		if (progress != CALL_WAITING)
			continue;
		struct pollfd room_look = {.fd = pending->wait.again ? -1 : pending->wait.fd,
		                           .events = (short)pending->wait.events};
		bool due = pending->wait.again && loop_now() >= pending->wait.again;
		if (due || poll(&room_look, 1, 0) > 0)
			progress = pending->again(pending);
	}
	return progress;
}

static void a_blocking_send_takes_all(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	enum progress progress = bench_send_many(bench, tcp[0], MUCH, false);
	assert_int_equal(progress, CALL_WAITING);
	assert_string_equal(bench->pending.wait.what, "room in the send buffer");
	assert_true(bench->pending.done > 0);
	progress = read_while_waiting(&bench->pending, progress, tcp[1]->fd, MUCH);
	assert_int_equal(progress, CALL_DONE);
	assert_int_equal(bench->entry->result, MUCH);
}

static void a_unix_stream_send_takes_all(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	enum progress progress = bench_send_many(bench, pair[0], MUCH, false);
	progress = read_while_waiting(&bench->pending, progress, pair[1]->fd, MUCH);
	assert_int_equal(progress, CALL_DONE);
	assert_int_equal(bench->entry->result, MUCH);
}

static void a_nonblocking_send_may_be_short(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(call_setblocking(&bench->door, bench_entry(bench), tcp[0], false), CALL_DONE);
	assert_int_equal(bench_send_many(bench, tcp[0], MUCH, false), CALL_DONE);
	assert_in_range(bench->entry->result, 1, MUCH - 1);
	for (int i = 0; i < 100 && bench_send_many(bench, tcp[0], MUCH, false) == CALL_DONE; i++)
		;
	assert_int_equal(bench->entry->error, EAGAIN);
	assert_failed(bench, bench_send_many(bench, tcp[0], MUCH, true), EAGAIN);
}

static void a_send_with_own_timeout_may_be_short_or_time_out(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	tcp[0]->timeout = 0.02;
	assert_int_equal(bench_send_many(bench, tcp[0], MUCH, false), CALL_DONE);
	assert_in_range(bench->entry->result, 1, MUCH - 1);
	enum progress progress = CALL_DONE;
	for (int i = 0; i < 100 && progress == CALL_DONE; i++)
		progress = bench_finish(&bench->pending, bench_send_many(bench, tcp[0], MUCH, false));
	assert_failed(bench, progress, ERROR_TIMEOUT);
}

static void so_sndtimeo_gives_the_count_taken_then_eagain(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	bench_option(bench, tcp[0], "SO_SNDTIMEO", value_real(0.02));
	enum progress progress = CALL_DONE;
	for (int i = 0; i < 100 && progress == CALL_DONE; i++) {
		progress = bench_finish(&bench->pending, bench_send_many(bench, tcp[0], MUCH, false));
		if (progress == CALL_DONE)
			assert_in_range(bench->entry->result, 1, MUCH - 1);
	}
	assert_failed(bench, progress, EAGAIN);
}

static void sendall_times_out_as_a_whole(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	tcp[0]->timeout = 0.02;
	enum progress progress = bench_finish(&bench->pending, bench_send_many(bench, tcp[0], MUCH, true));
	assert_failed(bench, progress, ERROR_TIMEOUT);
	assert_in_range(bench->pending.done, 1, MUCH - 1);
}

static void sendall_goes_on_with_own_timeout(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	tcp[0]->timeout = 10;
	enum progress progress = bench_send_many(bench, tcp[0], MUCH, true);
	progress = read_while_waiting(&bench->pending, progress, tcp[1]->fd, MUCH);
	assert_int_equal(progress, CALL_DONE);
	assert_int_equal(bench->entry->result, MUCH);
}

/* The count comes first; the reset is told to the next call. */
static void a_reset_after_a_part_gives_the_count(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	enum progress progress = bench_send_many(bench, tcp[0], MUCH, false);
	assert_int_equal(progress, CALL_WAITING);
	struct linger linger = {.l_onoff = 1};
	assert_int_equal(setsockopt(tcp[1]->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
	close(tcp[1]->fd);
	session_closed(&bench->session, tcp[1]);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_in_range(bench->entry->result, 1, MUCH - 1);
	assert_failed(bench, bench_send(bench, tcp[0], "x", 0), ECONNRESET);
	assert_failed(bench, bench_send(bench, tcp[0], "x", 0), EPIPE);
}

static void a_full_datagram_queue_is_tried_by_the_clock(void **state)
{
	struct bench *bench = *state;
	struct handle *receiver = bench_socket(bench, AF_UNIX, SOCK_DGRAM);
	struct handle *sender = bench_socket(bench, AF_UNIX, SOCK_DGRAM);
	struct error error;
	struct address address;
	assert_int_equal(address_from_path(&address, "", 0, &error), 0);
	assert_int_equal(call_bind(&bench->door, bench_entry(bench), receiver, &address), CALL_DONE);
	address = bench_name(bench, receiver);
	struct value data = value_text("x");
	enum progress progress = CALL_DONE;
	for (int i = 0; i < 100000 && progress == CALL_DONE; i++)
		progress =
			call_send(&bench->pending, &bench->door, bench_entry(bench), sender, &data, 0, &address, false);
	value_clear(&data);
	assert_int_equal(progress, CALL_WAITING);
	assert_string_equal(bench->pending.wait.what, "room in the peer's queue");
	unsigned turns = 0;
	for (int64_t end = loop_now() + SECOND / 10; loop_now() < end; turns++)
		assert_int_equal(bench_turn(&bench->pending), CALL_WAITING);
	assert_in_range(turns, 1, 60);
	assert_in_range(bench->entry->call_count, 1, 1);
	char byte;
	assert_int_equal(read(receiver->fd, &byte, 1), 1);
	assert_int_equal(bench_finish(&bench->pending, CALL_WAITING), CALL_DONE);
	assert_int_equal(bench->entry->result, 1);
	assert_string_equal(bench->entry->calls[1].name, "sendto");
	assert_true(bench->entry->target.kind == VALUE_ADDRESS);
}

static void datagrams_have_borders_and_senders(void **state)
{
	struct bench *bench = *state;
	struct handle *to = bench_bound(bench, SOCK_DGRAM), *from = bench_bound(bench, SOCK_DGRAM);
	struct address address = bench_name(bench, to), sender = bench_name(bench, from);
	struct value data = value_text("abcdef");
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			call_send(&bench->pending, &bench->door, bench_entry(bench), from, &data, 0, &address, false),
			CALL_DONE);
	value_clear(&data);
	assert_int_equal(bench_recv(bench, to, 4, 0), CALL_DONE);
	assert_data(bench->entry, "abcd");
	assert_int_equal(bench_recv(bench, to, 4, MSG_TRUNC), CALL_DONE);
	assert_data(bench->entry, "abcd");
	assert_int_equal(bench->entry->result, 6);
	assert_int_equal(bench_recv(bench, to, 0, 0), CALL_DONE);
	assert_data(bench->entry, "");
	assert_int_equal(call_recv(&bench->pending, &bench->door, bench_entry(bench), to, 100000, 0, true), CALL_DONE);
	assert_data(bench->entry, "abcdef");
	assert_true(address_equal(bench->entry->address.address, &sender));
	enum progress progress = bench_recv(bench, to, 4, 0);
	assert_int_equal(progress, CALL_WAITING);
	assert_string_equal(bench->pending.wait.what, "a datagram");
}

static void recvfrom_of_a_stream_gives_no_address(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(bench_send(bench, tcp[0], "x", 0), CALL_DONE);
	assert_int_equal(call_recv(&bench->pending, &bench->door, bench_entry(bench), tcp[1], 9, 0, true), CALL_DONE);
	assert_int_equal(bench->entry->address.kind, VALUE_NONE);
}

static void tcp_msg_trunc_throws_the_bytes_away(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(bench_send(bench, tcp[0], "gone", 0), CALL_DONE);
	assert_int_equal(bench_recv(bench, tcp[1], 99, MSG_TRUNC), CALL_DONE);
	assert_data(bench->entry, "");
	assert_int_equal(bench->entry->result, 4);
}

static void urgent_data_and_the_error_queue_never_wait(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_failed(bench, bench_recv(bench, tcp[1], 1, MSG_OOB), EINVAL);
	assert_failed(bench, bench_recv(bench, tcp[1], 9, MSG_ERRQUEUE), EAGAIN);
	assert_int_equal(bench_send(bench, tcp[0], "abX", MSG_OOB), CALL_DONE);
	assert_int_equal(bench_recv(bench, tcp[1], 1, MSG_OOB), CALL_DONE);
	assert_data(bench->entry, "X");
}

static void msg_waitall_waits_for_all(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(write(tcp[0]->fd, "abc", 3), 3);
	enum progress progress = bench_recv(bench, tcp[1], 5, MSG_WAITALL);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(write(tcp[0]->fd, "defg", 4), 4);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "abcde");
	progress = bench_recv(bench, tcp[1], 5, MSG_WAITALL);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(shutdown(tcp[0]->fd, SHUT_WR), 0);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "fg");
}

static void msg_waitall_ends_with_what_came(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	assert_int_equal(write(pair[0]->fd, "abc", 3), 3);
	assert_int_equal(bench_recv(bench, pair[1], 5, MSG_WAITALL | MSG_DONTWAIT), CALL_DONE);
	assert_data(bench->entry, "abc");
	assert_int_equal(write(pair[0]->fd, "def", 3), 3);
	pair[1]->timeout = 0.02;
	assert_int_equal(bench_finish(&bench->pending, bench_recv(bench, pair[1], 5, MSG_WAITALL)), CALL_DONE);
	assert_data(bench->entry, "def");
	assert_failed(bench, bench_finish(&bench->pending, bench_recv(bench, pair[1], 5, MSG_WAITALL)), ERROR_TIMEOUT);
	assert_int_equal(bench_recv(bench, pair[1], 0, MSG_WAITALL), CALL_WAITING);
}

/* The bytes come first; the reset is told to the next call. */
static void msg_waitall_leaves_the_error(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(write(tcp[0]->fd, "abc", 3), 3);
	enum progress progress = bench_recv(bench, tcp[1], 5, MSG_WAITALL);
	struct linger linger = {.l_onoff = 1};
	assert_int_equal(setsockopt(tcp[0]->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
	close(tcp[0]->fd);
	session_closed(&bench->session, tcp[0]);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "abc");
	assert_failed(bench, bench_recv(bench, tcp[1], 5, 0), ECONNRESET);
}

static void msg_waitall_stops_at_the_urgent_mark(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(send(tcp[0]->fd, "abX", 3, MSG_OOB), 3);
	assert_int_equal(send(tcp[0]->fd, "cd", 2, 0), 2);
	assert_int_equal(bench_recv(bench, tcp[1], 4, MSG_WAITALL), CALL_DONE);
	assert_data(bench->entry, "ab");
	assert_int_equal(bench_recv(bench, tcp[1], 2, MSG_WAITALL), CALL_DONE);
	assert_data(bench->entry, "cd");
}

static void msg_waitall_peek_goes_by_the_clock(void **state)
{
	struct bench *bench = *state;
	struct handle *tcp[2];
	bench_tcp(bench, tcp);
	assert_int_equal(write(tcp[0]->fd, "abc", 3), 3);
	enum progress progress = bench_recv(bench, tcp[1], 5, MSG_WAITALL | MSG_PEEK);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(bench->pending.wait.fd, -1);
	for (int i = 0; i < 3; i++) /* what changes nothing is not noted again */
		assert_int_equal(bench_turn(&bench->pending), CALL_WAITING);
	assert_int_equal(bench->entry->call_count, 1);
	assert_int_equal(write(tcp[0]->fd, "de", 2), 2);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "abcde");
	assert_int_equal(bench->entry->call_count, 2);
	progress = bench_recv(bench, tcp[1], 9, MSG_WAITALL | MSG_PEEK);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(shutdown(tcp[0]->fd, SHUT_WR), 0);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "abcde");
}

static void so_rcvlowat_holds_a_blocking_recv(struct bench *bench, struct handle *pair[2])
{
	bench_option(bench, pair[1], "SO_RCVLOWAT", value_number(4));
	assert_true(pair[1]->open->lowat);
	assert_int_equal(write(pair[0]->fd, "ab", 2), 2);
	assert_int_equal(bench_recv(bench, pair[1], 9, MSG_DONTWAIT | MSG_PEEK), CALL_DONE);
	enum progress progress = bench_recv(bench, pair[1], 9, 0);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(write(pair[0]->fd, "cd", 2), 2);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "abcd");
	progress = bench_recv(bench, pair[1], 2, 0);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(write(pair[0]->fd, "ef", 2), 2);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_data(bench->entry, "ef");
	assert_int_equal(write(pair[0]->fd, "g", 1), 1);
	bench_option(bench, pair[1], "SO_RCVTIMEO", value_real(0.02));
	assert_int_equal(bench_finish(&bench->pending, bench_recv(bench, pair[1], 9, 0)), CALL_DONE);
	assert_data(bench->entry, "g");
	assert_int_equal(write(pair[0]->fd, "h", 1), 1);
	assert_int_equal(shutdown(pair[0]->fd, SHUT_WR), 0);
	assert_int_equal(bench_finish(&bench->pending, bench_recv(bench, pair[1], 9, 0)), CALL_DONE);
	assert_data(bench->entry, "h");
}

static void so_rcvlowat_on_tcp(void **state)
{
	struct handle *tcp[2];
	bench_tcp(*state, tcp);
	so_rcvlowat_holds_a_blocking_recv(*state, tcp);
}

static void so_rcvlowat_on_a_unix_stream(void **state)
{
	struct handle *pair[2];
	bench_pair(*state, SOCK_STREAM, pair);
	so_rcvlowat_holds_a_blocking_recv(*state, pair);
}

static void room_beyond_memory_is_enomem(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	assert_failed(bench, bench_recv(bench, pair[0], SIZE_MAX, 0), ENOMEM);
	assert_int_equal(write(pair[1]->fd, "x", 1), 1);
	assert_int_equal(bench_recv(bench, pair[0], 1 << 20, 0), CALL_DONE);
	assert_data(bench->entry, "x");
}

static void an_abandoned_call_leaves_nothing(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_STREAM, pair);
	assert_int_equal(bench_recv(bench, pair[0], 1 << 20, MSG_WAITALL), CALL_WAITING);
	assert_int_equal(bench_send_many(bench, pair[1], MUCH, false), CALL_WAITING);
	assert_false(is_nonblocking(pair[0]));
}

static void an_empty_send_is_one_call(void **state)
{
	struct bench *bench = *state;
	struct handle *pair[2];
	bench_pair(bench, SOCK_DGRAM, pair);
	assert_int_equal(bench_send(bench, pair[0], "", 0), CALL_DONE);
	assert_int_equal(bench->entry->result, 0);
	assert_int_equal(bench_recv(bench, pair[1], 9, 0), CALL_DONE);
	assert_data(bench->entry, "");
}

/* Without a cookie the first call only sends the SYN: a blocking one goes on when the connection stands. */
static void a_fast_open_send_connects(void **state)
{
	struct bench *bench = *state;
	struct handle *listener = bench_listener(bench);
	struct address address = bench_name(bench, listener);
	struct handle *client = bench_socket(bench, AF_INET, SOCK_STREAM);
	struct value data = value_text("hello");
	struct entry *entry = bench_entry(bench);
	enum progress progress =
		call_send(&bench->pending, &bench->door, entry, client, &data, MSG_FASTOPEN, &address, false);
	value_clear(&data);
	progress = bench_finish(&bench->pending, progress);
	if (progress == CALL_FAILED && entry->error == EOPNOTSUPP)
		skip(); /* net.ipv4.tcp_fastopen */
	assert_int_equal(progress, CALL_DONE);
	assert_int_equal(entry->result, 5);
	struct handle *accepted = bench_accept(bench, listener);
	assert_int_equal(bench_finish(&bench->pending, bench_recv(bench, accepted, 9, 0)), CALL_DONE);
	assert_data(bench->entry, "hello");
}

static void a_sleep_ends_well(void **state)
{
	struct bench *bench = *state;
	struct entry *entry = bench_entry(bench);
	int64_t begin = loop_now();
	enum progress progress = call_sleep(&bench->pending, &bench->door, entry, 0.01);
	assert_int_equal(progress, CALL_WAITING);
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_true(loop_now() - begin >= SECOND / 100);
	assert_int_equal(entry->call_count, 0);
	assert_int_equal(call_sleep(&bench->pending, &bench->door, bench_entry(bench), 0), CALL_DONE);
	assert_int_equal(call_sleep(&bench->pending, &bench->door, bench_entry(bench), 1e300), CALL_WAITING);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_go_through_a_connection),
		TEST(calls_are_recorded_only_when_asked),
		TEST(recv_waits_for_data),
		TEST(end_of_stream_is_empty_data),
		TEST(nonblocking_recv_says_eagain),
		TEST(own_timeout_is_timeout),
		TEST(so_rcvtimeo_is_eagain),
		TEST(a_closed_handle_is_ebadf),
		TEST(a_blocking_send_takes_all),
		TEST(a_unix_stream_send_takes_all),
		TEST(a_nonblocking_send_may_be_short),
		TEST(a_send_with_own_timeout_may_be_short_or_time_out),
		TEST(so_sndtimeo_gives_the_count_taken_then_eagain),
		TEST(sendall_times_out_as_a_whole),
		TEST(sendall_goes_on_with_own_timeout),
		TEST(a_reset_after_a_part_gives_the_count),
		TEST(a_full_datagram_queue_is_tried_by_the_clock),
		TEST(datagrams_have_borders_and_senders),
		TEST(recvfrom_of_a_stream_gives_no_address),
		TEST(tcp_msg_trunc_throws_the_bytes_away),
		TEST(urgent_data_and_the_error_queue_never_wait),
		TEST(msg_waitall_waits_for_all),
		TEST(msg_waitall_ends_with_what_came),
		TEST(msg_waitall_leaves_the_error),
		TEST(msg_waitall_stops_at_the_urgent_mark),
		TEST(msg_waitall_peek_goes_by_the_clock),
		TEST(so_rcvlowat_on_tcp),
		TEST(so_rcvlowat_on_a_unix_stream),
		TEST(room_beyond_memory_is_enomem),
		TEST(an_abandoned_call_leaves_nothing),
		TEST(an_empty_send_is_one_call),
		TEST(a_fast_open_send_connects),
		TEST(a_sleep_ends_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
