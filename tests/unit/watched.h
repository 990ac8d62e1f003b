/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_TEST_WATCHED_H
#define SOSH_TEST_WATCHED_H
/*
 * Sockets to be watched: loopback, ephemeral ports. For the tests of src/watch.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sosh/loop.h"
#include "sosh/watch_fact.h"

static struct watch the_watch;

static inline int begin(void **state)
{
	watch_init(&the_watch);
	*state = &the_watch;
	return 0;
}

static inline int end(void **state)
{
	watch_clear(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

static inline struct handle make(int family, int type)
{
	static int number;
	int fd = socket(family, type | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	return (struct handle){.number = ++number, .fd = fd, .family = family, .type = type, .timeout = -1};
}

static inline struct address host(const char *text, unsigned port)
{
	struct address address;
	struct error error;
	assert_int_equal(address_from_host(&address, text, strlen(text), port, &error), 0);
	return address;
}

/* An address of loopback that no other running test uses: the ports of others are none of its own. */
static inline struct address own_host(void)
{
	struct address address = host("127.0.0.1", 0);
	address.in.sin_addr.s_addr = htonl((127U << 24) | (1U << 22) | ((unsigned)getpid() & 0x3fffff));
	return address;
}

static inline int bind_to(struct handle *handle, const struct address *address)
{
	int result = bind(handle->fd, &address->any, address->length);
	watch_names(handle);
	return result;
}

static inline struct handle bound(const char *text, int type)
{
	struct address address = host(text, 0);
	struct handle handle = make(address.any.sa_family, type);
	assert_int_equal(bind_to(&handle, &address), 0);
	return handle;
}

static inline struct handle listening(const char *text, int backlog)
{
	struct handle handle = bound(text, SOCK_STREAM);
	assert_int_equal(listen(handle.fd, backlog), 0);
	return handle;
}

static inline int connect_to(struct handle *client, const struct handle *server)
{
	int result = connect(client->fd, &server->local.any, server->local.length);
	int error = errno;
	watch_names(client);
	errno = error;
	return result;
}

static inline struct handle accepted_by(const struct handle *listener)
{
	struct handle handle = *listener;
	handle.fd = accept(listener->fd, NULL, NULL);
	assert_true(handle.fd >= 0);
	handle.cookie = 0;
	watch_names(&handle);
	return handle;
}

struct connection {
	struct handle listener, client, accepted;
};

static inline struct connection connected(void)
{
	struct connection c = {.listener = listening("127.0.0.1", 8), .client = make(AF_INET, SOCK_STREAM)};
	struct address own = own_host();
	assert_int_equal(bind_to(&c.client, &own), 0);
	assert_int_equal(connect_to(&c.client, &c.listener), 0);
	c.accepted = accepted_by(&c.listener);
	return c;
}

static inline void shut(struct handle *handle)
{
	watch_names(handle);
	close(handle->fd);
	handle->fd = -1;
}

static inline void reset(struct handle *handle)
{
	const struct linger linger = {.l_onoff = 1};
	setsockopt(handle->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	shut(handle);
}

/* Closes what is open, with nothing left behind. */
static inline void disconnect(struct connection *c)
{
	if (c->client.fd >= 0)
		reset(&c->client);
	if (c->accepted.fd >= 0)
		reset(&c->accepted);
	if (c->listener.fd >= 0)
		shut(&c->listener);
}

static inline unsigned port_of(const struct handle *handle)
{
	return (unsigned)address_port(&handle->local);
}

static inline uint64_t inode_of(const struct handle *handle)
{
	struct stat status;
	assert_int_equal(fstat(handle->fd, &status), 0);
	return status.st_ino;
}

/* The fact, once it has the wanted state; after two seconds whatever it is. */
static inline int settled(struct watch *watch, const struct handle *handle, enum tcp_state wanted,
                          struct watch_fact *fact)
{
	int64_t deadline = loop_now() + INT64_C(2000000000);
	int result = watch_fact(watch, handle, fact);
	while ((result < 0 || fact->state != wanted) && loop_now() < deadline) {
		poll(NULL, 0, 1);
		result = watch_fact(watch, handle, fact);
	}
	return result;
}

static inline bool has_ipv6(void)
{
	struct address address = host("::1", 0);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool usable = fd >= 0 && bind(fd, &address.any, address.length) == 0;
	if (fd >= 0)
		close(fd);
	return usable;
}

/* What was found: all of it is counted, the first places are kept. */
struct seen {
	const struct address *only; /* of this local address; NULL: all */
	struct watch_fact list[16];
	size_t count, with_others;
};

static inline void see(const struct watch_fact *fact, void *context)
{
	struct seen *seen = context;
	seen->with_others++;
	if (seen->only && !address_equal(seen->only, &fact->local))
		return;
	if (seen->count < sizeof(seen->list) / sizeof(*seen->list))
		seen->list[seen->count] = *fact;
	seen->count++;
}

/* How many have the local address of a handle. Other processes may use the same port of other addresses. */
static inline size_t see_port(struct watch *watch, int protocol, const struct handle *handle, struct seen *seen)
{
	*seen = (struct seen){.only = &handle->local};
	int all = watch_each_on_port(watch, protocol, port_of(handle), see, seen);
	assert_int_equal(all, seen->with_others);
	return seen->count;
}

#endif
