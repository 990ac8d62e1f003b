/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sock_diag tells of one TCP socket: queues, timers, owner; open, closed and in between.
 */
#include "watched.h"

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

static void of_an_established_connection(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct watch_fact fact;
	assert_int_equal(send(c.client.fd, "hello", 5, 0), 5);
	assert_int_equal(watch_fact(watch, &c.accepted, &fact), 0);
	assert_int_equal(fact.family, AF_INET);
	assert_int_equal(fact.protocol, IPPROTO_TCP);
	assert_int_equal(fact.type, SOCK_STREAM);
	assert_int_equal(fact.state, STATE_ESTABLISHED);
	assert_true(address_equal(&fact.local, &c.listener.local));
	assert_true(address_equal(&fact.peer, &c.client.local));
	assert_int_equal(fact.receive_queue, 5);
	assert_int_equal(fact.send_queue, 0);
	assert_int_equal(fact.uid, getuid());
	assert_int_equal(fact.inode, inode_of(&c.accepted));
	assert_int_equal(fact.cookie, c.accepted.cookie);
	struct watch_fact other;
	assert_int_equal(watch_fact_of_pair(watch, &c.accepted.local, &c.accepted.peer, &other), 0);
	assert_int_equal(other.receive_queue, 5);
	assert_int_equal(other.inode, fact.inode);
	assert_int_equal(other.cookie, fact.cookie);
	assert_int_equal(other.uid, getuid());
	disconnect(&c);
}

/* The receiver reads nothing: what it does not take stays with the sender. */
static void of_bytes_that_nobody_takes(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	static const char block[65536];
	struct watch_fact fact, pair;
	int kept = 0;
	while (send(c.client.fd, block, sizeof(block), MSG_DONTWAIT) > 0)
		;
	assert_int_equal(ioctl(c.client.fd, SIOCOUTQ, &kept), 0);
	assert_true(kept > 0);
	assert_int_equal(watch_fact(watch, &c.client, &fact), 0);
	assert_int_equal(fact.send_queue, kept);
	assert_true(fact.timer == TIMER_PROBE || fact.timer == TIMER_RETRANSMIT);
	assert_int_equal(watch_fact_of_pair(watch, &c.client.local, &c.client.peer, &pair), 0);
	assert_int_equal(pair.send_queue, kept);
	disconnect(&c);
}

/* For the kernel a FIN is one more byte, in both queues. */
static void a_fin_is_no_byte(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct watch_fact fact;
	assert_int_equal(send(c.client.fd, "abc", 3, 0), 3);
	assert_int_equal(shutdown(c.client.fd, SHUT_WR), 0);
	assert_int_equal(watch_fact_of_pair(watch, &c.accepted.local, &c.accepted.peer, &fact), 0);
	assert_int_equal(fact.state, STATE_CLOSE_WAIT);
	assert_int_equal(fact.receive_queue, 3);
	assert_int_equal(watch_fact(watch, &c.accepted, &fact), 0);
	assert_int_equal(fact.receive_queue, 3);
	char bytes[8];
	assert_int_equal(recv(c.accepted.fd, bytes, sizeof(bytes), 0), 3);
	assert_int_equal(watch_fact_of_pair(watch, &c.accepted.local, &c.accepted.peer, &fact), 0);
	assert_int_equal(fact.receive_queue, 0);
	assert_int_equal(recv(c.accepted.fd, bytes, sizeof(bytes), 0), 0);
	assert_int_equal(watch_fact_of_pair(watch, &c.accepted.local, &c.accepted.peer, &fact), 0);
	assert_int_equal(fact.receive_queue, 0);
	disconnect(&c);
}

/* Closed with all it has sent still in its queue: FIN-WAIT-1, and the FIN waits too. */
static void of_bytes_that_close_leaves(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	static const char block[65536];
	struct watch_fact fact;
	struct watch_queues queues;
	int kept = 0;
	while (send(c.client.fd, block, sizeof(block), MSG_DONTWAIT) > 0)
		;
	assert_int_equal(ioctl(c.client.fd, SIOCOUTQ, &kept), 0);
	shut(&c.client);
	assert_int_equal(watch_fact(watch, &c.client, &fact), 0);
	assert_int_equal(fact.state, STATE_FIN_WAIT_1);
	assert_in_range(fact.send_queue, 1, kept); /* the peer's kernel may still be taking some */
	watch_queues(watch, &c.client, &queues);
	assert_in_range(queues.unacked, 1, fact.send_queue);
	assert_int_equal(queues.waiting, -1);
	disconnect(&c);
}

static void of_a_listener(void **state)
{
	struct watch *watch = *state;
	struct handle listener = listening("127.0.0.1", 7), client = make(AF_INET, SOCK_STREAM);
	struct address nobody = {0}, elsewhere = host("127.0.0.2", port_of(&listener));
	struct watch_fact fact;
	assert_int_equal(connect_to(&client, &listener), 0);
	assert_int_equal(watch_fact(watch, &listener, &fact), 0);
	assert_int_equal(fact.state, STATE_LISTEN);
	assert_true(fact.listening);
	assert_int_equal(fact.peer.length, 0);
	assert_int_equal(fact.receive_queue, 1);
	assert_int_equal(fact.send_queue, 7);
	assert_int_equal(fact.timer, TIMER_NONE);
	assert_int_equal(watch_fact_of_pair(watch, &listener.local, &nobody, &fact), 0);
	assert_true(fact.listening);
	assert_int_equal(fact.receive_queue, 1);
	assert_int_equal(fact.send_queue, 7);
	assert_int_equal(fact.inode, inode_of(&listener));
	assert_int_equal(watch_fact_of_pair(watch, &elsewhere, &nobody, &fact), -1);
	/* the end that waits to be accepted: nobody can close it yet */
	assert_int_equal(watch_fact_of_pair(watch, &client.peer, &client.local, &fact), 0);
	assert_int_equal(fact.state, STATE_ESTABLISHED);
	assert_int_equal(fact.inode, 0);
	reset(&client);
	shut(&listener);
}

static void check_syn_sent(const struct watch_fact *fact, const struct handle *listener)
{
	assert_int_equal(fact->state, STATE_SYN_SENT);
	assert_int_equal(fact->timer, TIMER_RETRANSMIT);
	assert_in_range(fact->timer_ms, 1, 10000);
	assert_int_equal(fact->send_queue, 0); /* a SYN is no byte */
	assert_true(address_equal(&fact->peer, &listener->local));
}

/* A listener whose queue is full answers nothing. */
static void of_a_handshake_without_answer(void **state)
{
	struct watch *watch = *state;
	struct handle listener = listening("127.0.0.1", 0), queued = make(AF_INET, SOCK_STREAM);
	struct handle client = make(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
	struct watch_fact fact;
	assert_int_equal(connect_to(&queued, &listener), 0);
	assert_int_equal(connect_to(&client, &listener), -1);
	assert_int_equal(errno, EINPROGRESS);
	assert_int_equal(client.peer.length, 0); /* getpeername does not tell */
	assert_int_equal(watch_fact(watch, &client, &fact), 0);
	check_syn_sent(&fact, &listener);
	client.peer = listener.local;
	assert_int_equal(watch_fact(watch, &client, &fact), 0);
	check_syn_sent(&fact, &listener);
	assert_int_equal(watch_fact(watch, &listener, &fact), 0);
	assert_int_equal(fact.receive_queue, 1);
	assert_int_equal(fact.send_queue, 0);
	shut(&client);
	assert_int_equal(watch_fact(watch, &client, &fact), -1);
	reset(&queued);
	shut(&listener);
}

static void check_time_wait(const struct watch_fact *fact)
{
	assert_int_equal(fact->state, STATE_TIME_WAIT);
	assert_int_equal(fact->timer, TIMER_TIME_WAIT);
	assert_in_range(fact->timer_ms, 50000, 61000); /* the timer's grain is coarser than a millisecond */
	assert_int_equal(fact->inode, 0);
}

static void of_time_wait(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct watch_fact fact;
	shut(&c.client);
	assert_int_equal(settled(watch, &c.client, STATE_FIN_WAIT_2, &fact), 0);
	assert_int_equal(fact.state, STATE_FIN_WAIT_2);
	assert_int_equal(fact.timer, TIMER_TIME_WAIT);
	shut(&c.accepted);
	assert_int_equal(settled(watch, &c.client, STATE_TIME_WAIT, &fact), 0);
	check_time_wait(&fact);
	assert_int_equal(watch_fact(watch, &c.accepted, &fact), -1);
	struct seen seen;
	assert_int_equal(see_port(watch, IPPROTO_TCP, &c.client, &seen), 1);
	check_time_wait(&seen.list[0]);
	disconnect(&c);
}

/* The descriptor alone reads CLOSED. */
static void of_time_wait_while_open(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct watch_fact fact;
	shutdown(c.client.fd, SHUT_WR);
	shut(&c.accepted);
	assert_int_equal(settled(watch, &c.client, STATE_TIME_WAIT, &fact), 0);
	assert_int_equal(fact.state, STATE_TIME_WAIT);
	assert_in_range(fact.timer_ms, 50000, 61000);
	disconnect(&c);
}

static void of_a_connection_that_is_probed(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct watch_fact fact;
	const int on = 1, idle = 1000;
	setsockopt(c.client.fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(c.client.fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	assert_int_equal(watch_fact(watch, &c.client, &fact), 0);
	assert_int_equal(fact.timer, TIMER_KEEPALIVE);
	assert_in_range(fact.timer_ms, 900000, 1100000);
	assert_int_equal(fact.retransmits, 0);
	disconnect(&c);
}

static void a_successor_is_another(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct watch_fact fact;
	reset(&c.client);
	struct handle again = make(AF_INET, SOCK_STREAM);
	assert_int_equal(bind_to(&again, &c.client.local), 0);
	assert_int_equal(connect_to(&again, &c.listener), 0);
	assert_int_equal(watch_fact(watch, &again, &fact), 0);
	assert_int_equal(fact.cookie, again.cookie);
	assert_int_equal(watch_fact(watch, &c.client, &fact), -1);
	reset(&again);
	disconnect(&c);
}

static void of_sockets_without_connection(void **state)
{
	struct watch *watch = *state;
	struct handle fresh = make(AF_INET, SOCK_STREAM), idle = bound("127.0.0.1", SOCK_STREAM);
	struct handle datagrams = bound("127.0.0.1", SOCK_DGRAM);
	struct watch_fact fact;
	assert_int_equal(watch_fact(watch, &fresh, &fact), 0);
	assert_int_equal(fact.state, STATE_CLOSED);
	assert_int_equal(fact.inode, inode_of(&fresh));
	assert_int_equal(watch_fact(watch, &idle, &fact), 0);
	assert_int_equal(fact.state, STATE_CLOSED);
	assert_true(address_equal(&fact.local, &idle.local));
	assert_int_equal(fact.peer.length, 0);
	assert_int_equal(sendto(datagrams.fd, "abc", 3, 0, &datagrams.local.any, datagrams.local.length), 3);
	assert_int_equal(watch_fact(watch, &datagrams, &fact), 0);
	assert_int_equal(fact.protocol, IPPROTO_UDP);
	assert_int_equal(fact.state, STATE_NONE);
	assert_int_equal(fact.receive_queue, 3);
	assert_int_not_equal(fact.cookie, 0);
	shut(&fresh);
	shut(&idle);
	shut(&datagrams);
	assert_int_equal(watch_fact(watch, &fresh, &fact), -1);
	assert_int_equal(watch_fact(watch, &idle, &fact), -1);
	assert_int_equal(watch_fact(watch, &datagrams, &fact), -1);
}

/* The descriptor still tells all but the timers. */
static void without_sock_diag(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct watch_fact fact;
	watch->no_diag = true;
	assert_int_equal(send(c.client.fd, "hello", 5, 0), 5);
	assert_int_equal(watch_fact(watch, &c.accepted, &fact), 0);
	assert_int_equal(fact.state, STATE_ESTABLISHED);
	assert_int_equal(fact.receive_queue, 5);
	assert_true(address_equal(&fact.peer, &c.client.local));
	assert_int_equal(fact.inode, inode_of(&c.accepted));
	assert_int_equal(fact.timer, TIMER_NONE);
	assert_int_equal(watch_fact(watch, &c.listener, &fact), 0);
	assert_int_equal(fact.send_queue, 8);
	assert_int_equal(watch_fact_of_pair(watch, &c.client.local, &c.client.peer, &fact), -1);
	struct seen seen = {0};
	assert_int_equal(watch_each_on_port(watch, IPPROTO_TCP, port_of(&c.listener), see, &seen), -1);
	assert_int_equal(watch_each_on_port(watch, IPPROTO_UDP, port_of(&c.listener), see, &seen), -1);
	struct address name;
	struct error error;
	assert_int_equal(address_from_path(&name, "\0none", 5, &error), 0);
	assert_int_equal(watch_each_of_name(watch, &name, see, &seen), -1);
	assert_int_equal(seen.count, 0);
	assert_null(watch->diag.socket);
	shut(&c.client);
	assert_int_equal(watch_fact(watch, &c.client, &fact), -1);
	disconnect(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_an_established_connection),
		TEST(of_bytes_that_nobody_takes),
		TEST(a_fin_is_no_byte),
		TEST(of_bytes_that_close_leaves),
		TEST(of_a_listener),
		TEST(of_a_handshake_without_answer),
		TEST(of_time_wait),
		TEST(of_time_wait_while_open),
		TEST(of_a_connection_that_is_probed),
		TEST(a_successor_is_another),
		TEST(of_sockets_without_connection),
		TEST(without_sock_diag),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
