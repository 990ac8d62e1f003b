/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watching: the states of sockets, open and closed, and that nothing changes by looking.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sosh/loop.h"
#include "sosh/sandbox.h"
#include "sosh/watch.h"

static int begin(void **state)
{
	static struct watch watch;
	watch_init(&watch);
	*state = &watch;
	return 0;
}

static int end(void **state)
{
	watch_clear(*state);
	return 0;
}

static struct handle handle_of(int fd, int family)
{
	static int number;
	assert_true(fd >= 0);
	return (struct handle){.number = ++number, .fd = fd, .family = family, .type = SOCK_STREAM, .timeout = -1};
}

static struct handle make(int family, int flags)
{
	return handle_of(socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), family);
}

static struct address loopback(int family)
{
	struct address address = {0};
	if (family == AF_INET) {
		address.length = sizeof(address.in);
		address.in.sin_family = AF_INET;
		address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	} else {
		address.length = sizeof(address.in6);
		address.in6.sin6_family = AF_INET6;
		address.in6.sin6_addr = in6addr_loopback;
	}
	return address;
}

/* What commands do at close: the names are remembered first. */
static void shut(struct handle *handle)
{
	watch_names(handle);
	close(handle->fd);
	handle->fd = -1;
}

static void reset(struct handle *handle)
{
	const struct linger linger = {.l_onoff = 1};
	setsockopt(handle->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	shut(handle);
}

static int connect_to(const struct handle *client, const struct handle *listener)
{
	return connect(client->fd, &listener->local.any, listener->local.length);
}

struct connection {
	struct handle listener, client, accepted;
};

static struct handle listen_on(const struct address *address, int family)
{
	struct handle listener = make(family, 0);
	assert_int_equal(bind(listener.fd, &address->any, address->length), 0);
	assert_int_equal(listen(listener.fd, 8), 0);
	watch_names(&listener);
	return listener;
}

static struct connection connect_pair(const struct address *address, int family)
{
	struct connection connection = {.listener = listen_on(address, family), .client = make(family, 0)};
	assert_int_equal(connect_to(&connection.client, &connection.listener), 0);
	connection.accepted = handle_of(accept(connection.listener.fd, NULL, NULL), family);
	return connection;
}

/* The state, once it has become the wanted one; after two seconds whatever it is. */
static enum tcp_state settled(struct watch *watch, const struct handle *handle, enum tcp_state wanted)
{
	int64_t deadline = loop_now() + INT64_C(2000000000);
	while (watch_state(watch, handle) != wanted && loop_now() < deadline)
		poll(NULL, 0, 1);
	return watch_state(watch, handle);
}

static bool has_ipv6(void)
{
	struct address address = loopback(AF_INET6);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool usable = fd >= 0 && bind(fd, &address.any, address.length) == 0;
	if (fd >= 0)
		close(fd);
	return usable;
}

static void only_tcp_has_states(void **state)
{
	struct watch *watch = *state;
	struct handle handle = {.fd = -1, .family = AF_INET, .type = SOCK_STREAM};
	assert_true(watch_has_state(&handle));
	handle.protocol = IPPROTO_MPTCP;
	assert_true(watch_has_state(&handle));
	handle.protocol = IPPROTO_SCTP;
	assert_false(watch_has_state(&handle));
	assert_int_equal(watch_state(watch, &handle), STATE_NONE);
	handle = (struct handle){.fd = -1, .family = AF_UNIX, .type = SOCK_STREAM};
	assert_false(watch_has_state(&handle));
	handle = (struct handle){.fd = -1, .family = AF_INET6, .type = SOCK_DGRAM};
	assert_false(watch_has_state(&handle));
}

static void walk(struct watch *watch, int family)
{
	struct address address = loopback(family);
	struct connection c = connect_pair(&address, family);
	struct handle fresh = make(family, 0);
	assert_int_equal(watch_state(watch, &fresh), STATE_CLOSED);
	shut(&fresh);
	assert_int_equal(watch_state(watch, &fresh), STATE_CLOSED);
	assert_int_equal(watch_state(watch, &c.listener), STATE_LISTEN);
	assert_int_equal(watch_state(watch, &c.client), STATE_ESTABLISHED);
	assert_int_equal(watch_state(watch, &c.accepted), STATE_ESTABLISHED);
	shut(&c.client);
	assert_int_equal(settled(watch, &c.client, STATE_FIN_WAIT_2), STATE_FIN_WAIT_2);
	assert_int_equal(watch_state(watch, &c.accepted), STATE_CLOSE_WAIT);
	shut(&c.accepted);
	assert_int_equal(settled(watch, &c.client, STATE_TIME_WAIT), STATE_TIME_WAIT);
	assert_int_equal(watch_state(watch, &c.accepted), STATE_CLOSED); /* not the listener's LISTEN */
	shut(&c.listener);
	assert_int_equal(watch_state(watch, &c.listener), STATE_CLOSED);
}

static void states_go_on_after_close(void **state)
{
	walk(*state, AF_INET);
	if (has_ipv6())
		walk(*state, AF_INET6);
}

static void an_ipv6_socket_may_hold_an_ipv4_connection(void **state)
{
	struct watch *watch = *state;
	struct address any = {.length = sizeof(any.in6), .in6 = {.sin6_family = AF_INET6}};
	struct address target = loopback(AF_INET);
	if (!has_ipv6())
		skip();
	struct handle listener = listen_on(&any, AF_INET6), client = make(AF_INET, 0);
	target.in.sin_port = listener.local.in6.sin6_port;
	assert_int_equal(connect(client.fd, &target.any, target.length), 0);
	struct handle accepted = handle_of(accept(listener.fd, NULL, NULL), AF_INET6);
	shut(&accepted);
	assert_true(IN6_IS_ADDR_V4MAPPED(&accepted.peer.in6.sin6_addr));
	assert_int_equal(settled(watch, &accepted, STATE_FIN_WAIT_2), STATE_FIN_WAIT_2);
	watch_names(&client);
	enum tcp_state found;
	struct error error;
	assert_int_equal(watch_pair(watch, &client.peer, &client.local, &found, &error), 0);
	assert_int_equal(found, STATE_FIN_WAIT_2);
	shut(&client);
	assert_int_equal(settled(watch, &accepted, STATE_TIME_WAIT), STATE_TIME_WAIT);
	shut(&listener);
}

static void a_closed_handle_is_not_its_successor(void **state)
{
	struct watch *watch = *state;
	struct address address = loopback(AF_INET);
	struct connection c = {.listener = listen_on(&address, AF_INET), .client = make(AF_INET, 0)};
	/* a host that no other running test uses, so that the port is still free afterwards */
	address.in.sin_addr.s_addr = htonl((127U << 24) | (1U << 22) | ((unsigned)getpid() & 0x3fffff));
	assert_int_equal(bind(c.client.fd, &address.any, address.length), 0);
	assert_int_equal(connect_to(&c.client, &c.listener), 0);
	c.accepted = handle_of(accept(c.listener.fd, NULL, NULL), AF_INET);
	reset(&c.client);
	assert_int_equal(watch_state(watch, &c.client), STATE_CLOSED);
	struct handle again = make(AF_INET, 0);
	assert_int_equal(bind(again.fd, &c.client.local.any, c.client.local.length), 0);
	assert_int_equal(connect_to(&again, &c.listener), 0);
	watch_names(&again);
	assert_memory_equal(&again.local.in, &c.client.local.in, sizeof(again.local.in));
	assert_int_not_equal(again.cookie, c.client.cookie);
	assert_int_equal(watch_state(watch, &again), STATE_ESTABLISHED);
	assert_int_equal(watch_state(watch, &c.client), STATE_CLOSED);
	c.client.cookie = 0; /* by the addresses alone it is the same */
	assert_int_equal(watch_state(watch, &c.client), STATE_ESTABLISHED);
	reset(&again);
	shut(&c.accepted);
	shut(&c.listener);
}

static void a_copy_keeps_a_closed_handle_s_socket(void **state)
{
	struct watch *watch = *state;
	struct address address = loopback(AF_INET);
	struct connection c = connect_pair(&address, AF_INET);
	int client_copy = dup(c.client.fd), listener_copy = dup(c.listener.fd);
	shut(&c.client);
	shut(&c.listener);
	assert_int_equal(watch_state(watch, &c.client), STATE_ESTABLISHED);
	assert_int_equal(watch_state(watch, &c.listener), STATE_LISTEN);
	close(client_copy);
	close(listener_copy);
	assert_int_equal(watch_state(watch, &c.listener), STATE_CLOSED);
	shut(&c.accepted);
}

static void any_pair_can_be_asked_for(void **state)
{
	struct watch *watch = *state;
	struct address address = loopback(AF_INET), ipv6 = loopback(AF_INET6), none = {0};
	struct connection c = connect_pair(&address, AF_INET);
	struct error error;
	enum tcp_state found = STATE_NONE;
	watch_names(&c.client);
	assert_int_equal(watch_pair(watch, &c.client.local, &c.client.peer, &found, &error), 0);
	assert_int_equal(found, STATE_ESTABLISHED);
	struct address wrong = c.client.local;
	wrong.in.sin_port ^= htons(1);
	assert_int_equal(watch_pair(watch, &c.listener.local, &wrong, &found, &error), 0);
	assert_int_equal(found, STATE_CLOSED); /* not LISTEN */
	assert_int_equal(watch_pair(watch, &c.client.local, &ipv6, &found, &error), -1);
	assert_string_not_equal(error.text, "");
	assert_int_equal(watch_pair(watch, &c.client.local, &none, &found, &error), -1);
	reset(&c.client);
	shut(&c.accepted);
	shut(&c.listener);
}

/* TCP_DEFER_ACCEPT, tcp(7): until data comes the server's end stays in the middle of the handshake. */
static void a_request_is_syn_received(void **state)
{
	struct watch *watch = *state;
	struct address address = loopback(AF_INET);
	struct handle listener = listen_on(&address, AF_INET), client = make(AF_INET, 0);
	const int seconds = 10;
	assert_int_equal(setsockopt(listener.fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)), 0);
	assert_int_equal(connect_to(&client, &listener), 0);
	assert_int_equal(watch_state(watch, &client), STATE_ESTABLISHED);
	watch_names(&client);
	enum tcp_state found = STATE_NONE;
	struct error error;
	assert_int_equal(watch_pair(watch, &listener.local, &client.local, &found, &error), 0);
	assert_int_equal(found, STATE_SYN_RECEIVED);
	reset(&client);
	shut(&listener);
}

/* A listener whose queue is full answers nothing. */
static void an_unanswered_client_is_syn_sent(void **state)
{
	struct watch *watch = *state;
	struct address address = loopback(AF_INET);
	struct handle listener = listen_on(&address, AF_INET), queued = make(AF_INET, 0);
	struct handle client = make(AF_INET, SOCK_NONBLOCK);
	listen(listener.fd, 0);
	assert_int_equal(connect_to(&queued, &listener), 0);
	assert_int_equal(connect_to(&client, &listener), -1);
	assert_int_equal(errno, EINPROGRESS);
	assert_int_equal(watch_state(watch, &client), STATE_SYN_SENT);
	shut(&client);
	assert_int_equal(watch_state(watch, &client), STATE_CLOSED);
	reset(&queued);
	shut(&listener);
}

static void looking_takes_no_pending_error(void **state)
{
	struct watch *watch = *state;
	struct address address = loopback(AF_INET);
	struct handle listener = make(AF_INET, 0), client = make(AF_INET, SOCK_NONBLOCK);
	assert_int_equal(bind(listener.fd, &address.any, address.length), 0); /* and does not listen */
	watch_names(&listener);
	connect_to(&client, &listener);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(watch_state(watch, &client), STATE_CLOSED);
		watch_handle(watch, NULL, &client);
		watch_names(&client);
	}
	int pending = 0;
	socklen_t length = sizeof(pending);
	getsockopt(client.fd, SOL_SOCKET, SO_ERROR, &pending, &length);
	assert_int_equal(pending, ECONNREFUSED);
	shut(&client);
	shut(&listener);
}

static void names_outlive_the_connection(void **state)
{
	(void)state;
	struct address address = loopback(AF_INET);
	struct connection c = connect_pair(&address, AF_INET);
	watch_names(&c.client);
	assert_int_equal(c.client.peer.in.sin_port, c.listener.local.in.sin_port);
	assert_int_not_equal(c.client.local.in.sin_port, 0);
	assert_int_not_equal(c.client.cookie, 0);
	reset(&c.accepted);
	watch_names(&c.client); /* ENOTCONN now */
	assert_int_equal(c.client.peer.in.sin_port, c.listener.local.in.sin_port);
	shut(&c.client);
	watch_names(&c.client); /* closed: stays as it was */
	assert_int_equal(c.client.peer.in.sin_port, c.listener.local.in.sin_port);
	shut(&c.listener);

	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	struct handle local = handle_of(pair[0], AF_UNIX);
	watch_names(&local);
	assert_int_equal(local.local.length, sizeof(sa_family_t));
	assert_int_equal(local.peer.any.sa_family, AF_UNIX);
	close(pair[0]);
	close(pair[1]);
}

static void changes_are_noted_once(void **state)
{
	struct watch *watch = *state;
	struct entry entry = {0};
	struct address address = loopback(AF_INET);
	struct connection c = connect_pair(&address, AF_INET);
	watch_handle(watch, &entry, &c.client);
	watch_handle(watch, &entry, &c.client);
	assert_int_equal(entry.state_count, 1);
	assert_int_equal(entry.states[0].handle, c.client.number);
	assert_int_equal(entry.states[0].from, STATE_NONE);
	assert_int_equal(entry.states[0].to, STATE_ESTABLISHED);
	reset(&c.client);
	watch_handle(watch, &entry, &c.client);
	watch_handle(watch, &entry, &c.client);
	assert_int_equal(entry.state_count, 2);
	assert_int_equal(entry.states[1].to, STATE_CLOSED);
	watch_handle(watch, NULL, &c.listener);
	assert_int_equal(c.listener.state, STATE_LISTEN);
	free(entry.states);
	shut(&c.accepted);
	shut(&c.listener);
}

static void without_sock_diag(void **state)
{
	struct watch *watch = *state;
	struct address address = loopback(AF_INET);
	struct connection c = connect_pair(&address, AF_INET);
	struct error error = {0};
	enum tcp_state found;
	watch->no_diag = true;
	assert_int_equal(watch_state(watch, &c.accepted), STATE_ESTABLISHED);
	shut(&c.client);
	assert_int_equal(watch_state(watch, &c.client), STATE_CLOSED);
	assert_int_equal(watch_pair(watch, &c.client.local, &c.client.peer, &found, &error), -1);
	assert_non_null(strstr(error.text, "sock_diag"));
	shut(&c.accepted);
	shut(&c.listener);
}

/* In a process of its own: a connection here, the shell in a namespace of its own. 0, or a number that says what
 * failed. */
static int look_from_a_sandbox(void)
{
	struct address address = loopback(AF_INET);
	struct connection c = connect_pair(&address, AF_INET);
	struct netlink here;
	struct error error;
	if (netlink_open(&here, NETLINK_SOCK_DIAG) < 0)
		return 1;
	shut(&c.client);
	if (sandbox_enter(&error) < 0) {
		netlink_close(&here);
		return 77;
	}
	struct watch inside;
	watch_init(&inside);
	bool hidden = watch_state(&inside, &c.client) == STATE_CLOSED;
	watch_also(&inside, here);
	hidden = hidden && watch_state(&inside, &c.client) == STATE_CLOSED; /* nobody said that it is there */
	c.client.host = 1;
	c.client.state = STATE_ESTABLISHED;
	bool seen = settled(&inside, &c.client, STATE_FIN_WAIT_2) == STATE_FIN_WAIT_2;
	watch_clear(&inside);
	struct connection other = connect_pair(&address, AF_INET); /* loopback is up, and the user is root */
	return !hidden ? 2 : !seen ? 3 : other.accepted.fd < 0 ? 4 : getuid() != 0 ? 5 : 0;
}

static void other_namespaces_can_be_looked_into(void **state)
{
	(void)state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(look_from_a_sandbox());
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) /* this system has no sandboxes */
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_tcp_has_states),
		TEST(states_go_on_after_close),
		TEST(an_ipv6_socket_may_hold_an_ipv4_connection),
		TEST(a_closed_handle_is_not_its_successor),
		TEST(a_copy_keeps_a_closed_handle_s_socket),
		TEST(any_pair_can_be_asked_for),
		TEST(a_request_is_syn_received),
		TEST(an_unanswered_client_is_syn_sent),
		TEST(looking_takes_no_pending_error),
		TEST(names_outlive_the_connection),
		TEST(changes_are_noted_once),
		TEST(without_sock_diag),
		TEST(other_namespaces_can_be_looked_into),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
