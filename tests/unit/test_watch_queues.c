/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an open descriptor tells: queues, readiness, options; and that looking takes nothing away.
 */
#include "watched.h"

#include <netinet/tcp.h>

static void check(struct watch *watch, const struct handle *handle, int64_t unread, int64_t unacked, int64_t waiting,
                  int64_t backlog)
{
	struct watch_queues queues;
	watch_queues(watch, handle, &queues);
	assert_int_equal(queues.unread, unread);
	assert_int_equal(queues.unacked, unacked);
	assert_int_equal(queues.waiting, waiting);
	assert_int_equal(queues.backlog, backlog);
}

static void of_tcp(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct handle another = make(AF_INET, SOCK_STREAM);
	check(watch, &c.listener, -1, -1, 0, 8);
	assert_int_equal(connect_to(&another, &c.listener), 0);
	check(watch, &c.listener, -1, -1, 1, 8);
	check(watch, &c.accepted, 0, 0, -1, -1);
	assert_int_equal(send(c.client.fd, "hello", 5, 0), 5);
	check(watch, &c.accepted, 5, 0, -1, -1);
	check(watch, &c.accepted, 5, 0, -1, -1);
	reset(&another);
	disconnect(&c);
	check(watch, &c.client, -1, -1, -1, -1);
}

static void of_udp(void **state)
{
	struct watch *watch = *state;
	struct handle datagrams = bound("127.0.0.1", SOCK_DGRAM);
	check(watch, &datagrams, 0, -1, -1, -1);
	assert_int_equal(sendto(datagrams.fd, "abc", 3, 0, &datagrams.local.any, datagrams.local.length), 3);
	assert_int_equal(sendto(datagrams.fd, "abcdef", 6, 0, &datagrams.local.any, datagrams.local.length), 6);
	check(watch, &datagrams, 3, -1, -1, -1); /* the next one */
	shut(&datagrams);
	check(watch, &datagrams, -1, -1, -1, -1);
}

static void of_unix(void **state)
{
	struct watch *watch = *state;
	struct handle listener = make(AF_UNIX, SOCK_STREAM), client = make(AF_UNIX, SOCK_STREAM);
	struct address any = {.length = sizeof(sa_family_t), .un = {.sun_family = AF_UNIX}}; /* the kernel names it */
	assert_int_equal(bind_to(&listener, &any), 0);
	assert_int_equal(listen(listener.fd, 3), 0);
	assert_int_equal(connect_to(&client, &listener), 0);
	check(watch, &listener, -1, -1, 1, 3);
	struct handle accepted = accepted_by(&listener);
	check(watch, &listener, -1, -1, 0, 3);
	check(watch, &client, 0, 0, -1, -1);
	assert_int_equal(send(client.fd, "hello", 5, 0), 5);
	assert_int_equal(send(client.fd, "!", 1, 0), 1);
	check(watch, &client, 0, 6, -1, -1);
	check(watch, &accepted, 6, 0, -1, -1);
	watch_clear(watch);
	watch->no_diag = true;
	check(watch, &client, 0, -1, -1, -1);
	check(watch, &accepted, 6, 0, -1, -1);
	check(watch, &listener, -1, -1, -1, -1);
	shut(&client);
	shut(&accepted);
	shut(&listener);
}

static void readiness(void **state)
{
	(void)state;
	struct connection c = connected();
	struct handle fresh = make(AF_INET, SOCK_STREAM), another = make(AF_INET, SOCK_STREAM);
	assert_int_equal(watch_ready(&fresh), POLLOUT | POLLHUP);
	assert_int_equal(watch_ready(&c.listener), 0);
	assert_int_equal(connect_to(&another, &c.listener), 0);
	assert_int_equal(watch_ready(&c.listener), POLLIN);
	assert_int_equal(watch_ready(&c.client), POLLOUT);
	assert_int_equal(send(c.accepted.fd, "x", 1, 0), 1);
	assert_int_equal(watch_ready(&c.client), POLLIN | POLLOUT);
	assert_int_equal(send(c.accepted.fd, "y", 1, MSG_OOB), 1);
	assert_int_equal(watch_ready(&c.client), POLLIN | POLLOUT | POLLPRI);
	shutdown(c.accepted.fd, SHUT_WR);
	assert_int_equal(watch_ready(&c.client) & (POLLRDHUP | POLLHUP), POLLRDHUP);
	shut(&fresh);
	assert_int_equal(watch_ready(&fresh), 0);
	reset(&another);
	disconnect(&c);
}

static void options(void **state)
{
	(void)state;
	struct handle handle = bound("127.0.0.1", SOCK_STREAM);
	int type = 0;
	char congestion[16] = "";
	assert_int_equal(watch_option(&handle, SOL_SOCKET, SO_TYPE, &type, sizeof(type)), sizeof(type));
	assert_int_equal(type, SOCK_STREAM);
	assert_true(watch_option(&handle, IPPROTO_TCP, TCP_CONGESTION, congestion, sizeof(congestion)) > 0);
	assert_string_not_equal(congestion, "");
	assert_int_equal(watch_option(&handle, SOL_SOCKET, 9999, &type, sizeof(type)), -1);
	assert_int_equal(errno, ENOPROTOOPT);
	shut(&handle);
	assert_int_equal(watch_option(&handle, SOL_SOCKET, SO_TYPE, &type, sizeof(type)), -1);
	assert_int_equal(errno, EBADF);
}

/* Refused, and asked for everything: the error is still there. */
static void looking_takes_nothing(void **state)
{
	struct watch *watch = *state;
	struct handle nobody = bound("127.0.0.1", SOCK_STREAM), client = make(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
	struct watch_queues queues;
	struct watch_fact fact;
	struct tcp_info info;
	int pending = 0;
	connect_to(&client, &nobody);
	for (int i = 0; i < 2; i++) {
		watch_queues(watch, &client, &queues);
		assert_int_equal(watch_fact(watch, &client, &fact), 0);
		assert_int_equal(fact.state, STATE_CLOSED);
		assert_int_equal(watch_ready(&client) & POLLERR, POLLERR);
		assert_true(watch_option(&client, IPPROTO_TCP, TCP_INFO, &info, sizeof(info)) > 0);
		assert_int_equal(watch_option(&client, SOL_SOCKET, SO_ERROR, &pending, sizeof(pending)), -1);
		assert_int_equal(errno, EPERM);
	}
	socklen_t length = sizeof(pending);
	assert_int_equal(getsockopt(client.fd, SOL_SOCKET, SO_ERROR, &pending, &length), 0);
	assert_int_equal(pending, ECONNREFUSED);
	shut(&client);
	shut(&nobody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_tcp), TEST(of_udp), TEST(of_unix), TEST(readiness), TEST(options), TEST(looking_takes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
