/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Relations: who is found by which names, and who is at the other end of whom.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/session.h"

static struct address inet(const char *host, unsigned port)
{
	struct address address;
	struct error error;

	assert_int_equal(address_from_host(&address, host, strlen(host), port, &error), 0);
	return address;
}

static struct handle *add(struct session *session, int family, int type)
{
	return session_add_handle(session, 10 + (int)session->handle_count, family, type, 0, NULL);
}

static struct handle *bound(struct session *session, int type, const char *host, unsigned port)
{
	struct handle *handle = add(session, strchr(host, ':') ? AF_INET6 : AF_INET, type);

	handle->local = inet(host, port);
	session_named(session, handle);
	return handle;
}

static struct handle *connected(struct session *session, const char *local, unsigned port, const char *peer,
                                unsigned peer_port, int accepted_from)
{
	struct handle *handle = add(session, strchr(local, ':') ? AF_INET6 : AF_INET, SOCK_STREAM);

	handle->accepted_from = accepted_from;
	handle->local = inet(local, port);
	handle->peer = inet(peer, peer_port);
	session_named(session, handle);
	return handle;
}

static void client_waits_until_it_is_accepted(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *listener = bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	struct handle *first = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	struct handle *second = connected(&session, "127.0.0.1", 1002, "127.0.0.1", 80, 0);
	struct handle *third = connected(&session, "127.0.0.1", 1003, "127.0.0.1", 80, 0);
	assert_int_equal(first->waits_with, listener->number);
	assert_int_equal(listener->first_waiting, third->number);
	session_named(&session, second); /* once more changes nothing */
	assert_int_equal(third->next_waiting, second->number);
	assert_int_equal(second->next_waiting, first->number);

	struct handle *accepted = connected(&session, "127.0.0.1", 80, "127.0.0.1", 1002, listener->number);
	assert_int_equal(accepted->other, second->number);
	assert_int_equal(second->other, accepted->number);
	assert_int_equal(second->waits_with, 0);
	assert_int_equal(accepted->waits_with, 0);
	assert_int_equal(third->next_waiting, first->number);
	connected(&session, "127.0.0.1", 80, "127.0.0.1", 1003, listener->number);
	assert_int_equal(listener->first_waiting, first->number);
	connected(&session, "127.0.0.1", 80, "127.0.0.1", 1001, listener->number);
	assert_int_equal(listener->first_waiting, 0);
	session_clear(&session);
}

static void only_one_copy_of_a_client_waits(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *listener = bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	struct handle *client = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	struct handle *copy = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	assert_int_equal(copy->waits_with, 0);
	client->fd = -1; /* closed: now the copy has its place */
	struct handle *second = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	assert_int_equal(client->waits_with, 0);
	assert_int_equal(second->waits_with, listener->number);
	connected(&session, "127.0.0.1", 80, "127.0.0.1", 1001, listener->number);
	assert_int_equal(listener->first_waiting, 0);
	session_clear(&session);
}

static void copy_of_a_listener_takes_over_its_clients(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *listener = bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	struct handle *first = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	struct handle *second = connected(&session, "127.0.0.1", 1002, "127.0.0.1", 80, 0);
	assert_null(session_copy(&session, listener));
	struct handle *copy = session_add_handle(&session, 50, AF_INET, SOCK_STREAM, 0, listener->open);
	struct handle *another = session_add_handle(&session, 51, AF_INET, SOCK_STREAM, 0, listener->open);
	copy->local = another->local = listener->local;
	session_named(&session, copy);
	session_named(&session, first); /* a copy of its listener has the name too: it stays where it is */
	assert_int_equal(first->waits_with, listener->number);
	struct handle *third = connected(&session, "127.0.0.1", 1003, "127.0.0.1", 80, 0);
	assert_int_equal(third->waits_with, copy->number);

	assert_ptr_equal(session_copy(&session, listener), another);
	assert_ptr_equal(session_copy(&session, another), copy);
	session_closed(&session, another);
	assert_ptr_equal(session_copy(&session, copy), listener);
	session_stand_in(&session, listener, copy);
	session_closed(&session, listener);
	assert_null(session_copy(&session, copy));
	assert_int_equal(listener->first_waiting, 0);
	assert_int_equal(copy->first_waiting, second->number);
	assert_int_equal(second->next_waiting, first->number);
	assert_int_equal(first->next_waiting, third->number);
	assert_int_equal(third->previous_waiting, first->number);
	assert_int_equal(first->waits_with, copy->number);
	assert_int_equal(second->waits_with, copy->number);
	assert_int_equal(third->waits_with, copy->number);
	session_clear(&session);
}

static void copy_of_a_client_takes_its_place(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *listener = bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	struct handle *client = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	struct handle *newer = connected(&session, "127.0.0.1", 1002, "127.0.0.1", 80, 0);
	struct handle *copy = session_add_handle(&session, 50, AF_INET, SOCK_STREAM, 0, client->open);
	client->waiting_state = STATE_ESTABLISHED;
	session_stand_in(&session, client, copy);
	assert_int_equal(client->waits_with, 0);
	assert_int_equal(copy->waits_with, listener->number);
	assert_int_equal(copy->waiting_state, STATE_ESTABLISHED);
	assert_int_equal(newer->next_waiting, copy->number);
	session_closed(&session, newer);
	session_stand_in(&session, newer, client); /* and at the head of the list */
	assert_int_equal(listener->first_waiting, client->number);
	session_clear(&session);
}

static void nobody_knows_with_which_of_several_listeners(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *one = bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	one->open->shares = true;
	one->state = STATE_LISTEN;
	struct handle *alone = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	assert_int_equal(alone->waits_with, one->number);
	struct handle *other = bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	other->open->shares = true;
	other->state = STATE_LISTEN;
	struct handle *client = connected(&session, "127.0.0.1", 1002, "127.0.0.1", 80, 0);
	assert_int_equal(client->waits_with, 0);
	struct handle *accepted = connected(&session, "127.0.0.1", 80, "127.0.0.1", 1002, other->number);
	assert_int_equal(client->other, accepted->number);
	session_clear(&session);
}

static void what_is_only_bound_takes_no_client(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *any = bound(&session, SOCK_STREAM, "0.0.0.0", 80);
	struct handle *exact = bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	any->state = STATE_LISTEN;
	exact->state = STATE_CLOSED;
	struct handle *client = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	assert_int_equal(client->waits_with, any->number);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &client->peer), exact);
	exact->state = STATE_LISTEN;
	client = connected(&session, "127.0.0.1", 1002, "127.0.0.1", 80, 0);
	assert_int_equal(client->waits_with, exact->number);
	any->state = exact->state = STATE_CLOSED;
	client = connected(&session, "127.0.0.1", 1003, "127.0.0.1", 80, 0);
	assert_int_equal(client->waits_with, 0);
	session_clear(&session);
}

static void listener_on_every_interface_is_found(void **state)
{
	struct session session;
	struct address wanted = inet("127.0.0.5", 80), other_port = inet("127.0.0.5", 81);

	(void)state;
	session_init(&session);
	struct handle *any = bound(&session, SOCK_STREAM, "0.0.0.0", 80);
	struct handle *any6 = bound(&session, SOCK_STREAM, "::", 81);
	struct handle *datagram = bound(&session, SOCK_DGRAM, "127.0.0.5", 80);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &wanted), any);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &other_port), any6);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_DGRAM, &wanted), datagram);
	struct handle *exact = bound(&session, SOCK_STREAM, "127.0.0.5", 80);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &wanted), exact);
	session_clear(&session);
}

static void mapped_ends_meet(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *client = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	struct handle *accepted = connected(&session, "::ffff:127.0.0.1", 80, "::ffff:127.0.0.1", 1001, 7);
	assert_int_equal(client->other, accepted->number);
	session_clear(&session);
}

static void the_same_ports_again_meet_the_new_one(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	struct handle *old = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	struct handle *old_accepted = connected(&session, "127.0.0.1", 80, "127.0.0.1", 1001, 9);
	session_closed(&session, old);
	session_closed(&session, old_accepted);
	struct handle *client = connected(&session, "127.0.0.1", 1001, "127.0.0.1", 80, 0);
	assert_int_equal(client->other, 0);
	struct handle *accepted = connected(&session, "127.0.0.1", 80, "127.0.0.1", 1001, 9);
	assert_int_equal(client->other, accepted->number);
	assert_int_equal(old->other, old_accepted->number);
	session_clear(&session);
}

static void changed_names_are_not_found_any_more(void **state)
{
	struct session session;
	struct address before = inet("127.0.0.1", 5000);

	(void)state;
	session_init(&session);
	struct handle *handle = bound(&session, SOCK_STREAM, "127.0.0.1", 5000);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &before), handle);
	handle->peer = inet("127.0.0.1", 80); /* connected: it holds the port, but nobody connects to it */
	session_named(&session, handle);
	assert_null(session_bound(&session, 0, AF_INET, SOCK_STREAM, &before));
	session_clear(&session);
}

static void paths_and_unnamed_sockets(void **state)
{
	struct session session;
	struct address path, unnamed = {.length = sizeof(sa_family_t)};
	struct error error;

	(void)state;
	session_init(&session);
	assert_int_equal(address_from_path(&path, "/tmp/x", 6, &error), 0);
	unnamed.any.sa_family = AF_UNIX;
	struct handle *handle = add(&session, AF_UNIX, SOCK_STREAM);
	handle->local = path;
	session_named(&session, handle);
	struct handle *client = add(&session, AF_UNIX, SOCK_STREAM);
	client->local = unnamed;
	session_named(&session, client);
	assert_ptr_equal(session_bound(&session, 0, AF_UNIX, SOCK_STREAM, &path), handle);
	assert_null(session_bound(&session, 0, AF_UNIX, SOCK_STREAM, &unnamed));
	assert_null(session_of_inode(&session, 77));
	client->inode = 77;
	session_named(&session, client);
	assert_ptr_equal(session_of_inode(&session, 77), client);
	assert_null(session_of_inode(&session, 0));
	session_closed(&session, client);
	assert_null(session_of_inode(&session, 77));
	session_clear(&session);
}

/* Ten thousand of each, all found: the table grows, and closed ones give their places to new ones. */
static void many(void **state)
{
	struct session session;

	(void)state;
	session_init(&session);
	bound(&session, SOCK_STREAM, "127.0.0.1", 80);
	for (unsigned i = 0; i < 10000; i++) {
		struct handle *client = connected(&session, "127.0.0.1", 20000 + i, "127.0.0.1", 80, 0);
		struct handle *accepted = connected(&session, "127.0.0.1", 80, "127.0.0.1", 20000 + i, 1);
		assert_int_equal(client->other, accepted->number);
	}
	unsigned room = session.relation_room;
	for (unsigned i = 0; i < 10000; i++) {
		struct address name = inet("127.0.0.1", 4000);
		struct handle *again = bound(&session, SOCK_STREAM, "127.0.0.1", 4000);
		assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &name), again);
		session_closed(&session, again);
	}
	assert_int_equal(session.relation_room, room);
	session_clear(&session);
}

/* A socket on a host of the lab; `peer` NULL: it is bound. */
static struct handle *on_host(struct session *session, unsigned host, const char *local, unsigned port,
                              const char *peer, unsigned peer_port)
{
	struct handle *handle = add(session, AF_INET, SOCK_STREAM);

	handle->host = host;
	handle->local = inet(local, port);
	if (peer)
		handle->peer = inet(peer, peer_port);
	session_named(session, handle);
	return handle;
}

static void each_host_has_its_own_loopback(void **state)
{
	struct session session;
	struct address none = {.length = 0}, a = inet("10.0.0.1", 0), b = inet("10.0.0.2", 0);
	struct address loopback = inet("127.0.0.1", 80), of_b = inet("10.0.0.2", 80), elsewhere = inet("192.0.2.1", 80);

	(void)state;
	session_init(&session);
	session_add_host(&session, "a", &a, &none);
	session_add_host(&session, "b", &b, &none);
	assert_int_equal(session_host_from(&session, 1, &of_b), 2);
	assert_int_equal(session_host_from(&session, 1, &loopback), 1);
	assert_int_equal(session_host_from(&session, 0, &of_b), 0);

	struct handle *here = on_host(&session, 0, "0.0.0.0", 80, NULL, 0);
	struct handle *on_a = on_host(&session, 1, "0.0.0.0", 80, NULL, 0);
	struct handle *on_b = on_host(&session, 2, "0.0.0.0", 80, NULL, 0);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &loopback), here);
	assert_ptr_equal(session_bound(&session, 1, AF_INET, SOCK_STREAM, &loopback), on_a);
	assert_ptr_equal(session_bound(&session, 2, AF_INET, SOCK_STREAM, &loopback), on_b);
	assert_ptr_equal(session_bound(&session, 1, AF_INET, SOCK_STREAM, &of_b), on_b);
	assert_ptr_equal(session_bound(&session, 0, AF_INET, SOCK_STREAM, &of_b), here);
	assert_ptr_equal(session_bound(&session, 2, AF_INET, SOCK_STREAM, &elsewhere), on_b);

	struct handle *c = on_host(&session, 1, "127.0.0.1", 1000, "127.0.0.1", 80);
	struct handle *d = on_host(&session, 2, "127.0.0.1", 1000, "127.0.0.1", 80);
	struct handle *e = on_host(&session, 1, "10.0.0.1", 1000, "10.0.0.2", 80);
	assert_int_equal(c->waits_with, on_a->number);
	assert_int_equal(d->waits_with, on_b->number);
	assert_int_equal(e->waits_with, on_b->number);
	struct handle *accepted = on_host(&session, 2, "127.0.0.1", 80, "127.0.0.1", 1000);
	assert_int_equal(accepted->other, d->number);
	assert_int_equal(c->other, 0);
	accepted = on_host(&session, 2, "10.0.0.2", 80, "10.0.0.1", 1000);
	assert_int_equal(accepted->other, e->number);
	session_clear(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_waits_until_it_is_accepted),
		cmocka_unit_test(only_one_copy_of_a_client_waits),
		cmocka_unit_test(copy_of_a_listener_takes_over_its_clients),
		cmocka_unit_test(copy_of_a_client_takes_its_place),
		cmocka_unit_test(nobody_knows_with_which_of_several_listeners),
		cmocka_unit_test(what_is_only_bound_takes_no_client),
		cmocka_unit_test(listener_on_every_interface_is_found),
		cmocka_unit_test(mapped_ends_meet),
		cmocka_unit_test(the_same_ports_again_meet_the_new_one),
		cmocka_unit_test(changed_names_are_not_found_any_more),
		cmocka_unit_test(paths_and_unnamed_sockets),
		cmocka_unit_test(each_host_has_its_own_loopback),
		cmocka_unit_test(many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
