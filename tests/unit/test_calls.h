/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEST_CALLS_H
#define TEST_CALLS_H
/*
 * What the tests of the calls share: a door with a session and a journal, calls run to their end, pairs of sockets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sosh/calls.h"
#include "sosh/loop.h"

#define SECOND INT64_C(1000000000)

struct bench {
	struct journal journal;
	struct session session;
	struct door door;
	struct entry *entry; /* the newest */
	struct pending pending;
};

static inline struct entry *bench_entry(struct bench *bench)
{
	if (bench->entry)
		journal_end(&bench->journal, bench->entry);
	pending_clear(&bench->pending);
	memset(&bench->pending, 0, sizeof(bench->pending));
	bench->entry = journal_begin(&bench->journal, NULL, NULL);
	return bench->entry;
}

static inline int bench_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	assert_non_null(bench);
	journal_init(&bench->journal);
	session_init(&bench->session);
	bench->journal.record_calls = true;
	bench->door = (struct door){.journal = &bench->journal, .session = &bench->session};
	*state = bench;
	return 0;
}

static inline int bench_down(void **state)
{
	struct bench *bench = *state;
	bench_entry(bench);
	for (unsigned i = 0; i < bench->session.handle_count; i++)
		if (bench->session.handles[i]->fd >= 0)
			close(bench->session.handles[i]->fd);
	pending_clear(&bench->pending);
	journal_clear(&bench->journal);
	session_clear(&bench->session);
	free(bench);
	return 0;
}

/* One turn of a waiting call, as the engine's: the descriptor, the clock or the deadline. */
static inline enum progress bench_turn(struct pending *pending)
{
	const struct call_wait *wait = &pending->wait;
	int64_t now = loop_now(), next = now + 10 * SECOND;
	assert_true(wait->fd >= 0 || wait->again || wait->deadline);
	if (wait->again && wait->again < next)
		next = wait->again;
	if (wait->deadline && wait->deadline < next)
		next = wait->deadline;
	struct pollfd look = {.fd = wait->again ? -1 : wait->fd, .events = (short)wait->events};
	int timeout = next > now ? (int)((next - now + 999999) / 1000000) : 0;
	int ready = poll(&look, 1, timeout);
	if (ready > 0 || (wait->again && loop_now() >= wait->again))
		return pending->again(pending);
	assert_true(wait->deadline && loop_now() >= wait->deadline);
	if (pending->expired)
		return pending->expired(pending);
	entry_fail(pending->entry, wait->deadline_error);
	return CALL_FAILED;
}

/* Runs a call to its end. */
static inline enum progress bench_finish(struct pending *pending, enum progress progress)
{
	for (int64_t most = loop_now() + 20 * SECOND; progress == CALL_WAITING;) {
		assert_true(loop_now() < most);
		progress = bench_turn(pending);
	}
	return progress;
}

static inline struct address loopback(unsigned port)
{
	struct error error;
	struct address address;
	assert_int_equal(address_from_host(&address, "127.0.0.1", 9, port, &error), 0);
	return address;
}

static inline struct handle *bench_socket(struct bench *bench, int family, int type)
{
	struct handle *handle;
	assert_int_equal(call_socket(&bench->door, bench_entry(bench), family, type, 0, &handle), CALL_DONE);
	return handle;
}

static inline void bench_pair(struct bench *bench, int type, struct handle *pair[2])
{
	assert_int_equal(call_socketpair(&bench->door, bench_entry(bench), AF_UNIX, type, 0, pair), CALL_DONE);
}

static inline struct address bench_name(struct bench *bench, struct handle *handle)
{
	struct address address;
	assert_int_equal(call_getsockname(&bench->door, bench_entry(bench), handle, &address), CALL_DONE);
	return address;
}

/* A socket bound to a port of its own on 127.0.0.1. */
static inline struct handle *bench_bound(struct bench *bench, int type)
{
	struct handle *handle = bench_socket(bench, AF_INET, type);
	struct address address = loopback(0);
	assert_int_equal(call_bind(&bench->door, bench_entry(bench), handle, &address), CALL_DONE);
	return handle;
}

static inline struct handle *bench_listener(struct bench *bench)
{
	struct handle *handle = bench_bound(bench, SOCK_STREAM);
	assert_int_equal(call_listen(&bench->door, bench_entry(bench), handle, 5), CALL_DONE);
	return handle;
}

static inline enum progress bench_connect(struct bench *bench, struct handle *handle, const struct address *address)
{
	struct entry *entry = bench_entry(bench);
	struct pending *pending = &bench->pending;
	return bench_finish(pending, call_connect(pending, &bench->door, entry, handle, address, false));
}

static inline struct handle *bench_accept(struct bench *bench, struct handle *listener)
{
	struct entry *entry = bench_entry(bench);
	struct pending *pending = &bench->pending;
	assert_int_equal(bench_finish(pending, call_accept(pending, &bench->door, entry, listener)), CALL_DONE);
	return session_handle(&bench->session, entry->given);
}

/* A TCP connection: the client, then the accepted one. */
static inline void bench_tcp(struct bench *bench, struct handle *pair[2])
{
	struct handle *listener = bench_listener(bench);
	struct address address = bench_name(bench, listener);
	pair[0] = bench_socket(bench, AF_INET, SOCK_STREAM);
	assert_int_equal(bench_connect(bench, pair[0], &address), CALL_DONE);
	pair[1] = bench_accept(bench, listener);
}

/* Begins a send of text; the result is the bench's entry's. */
static inline enum progress bench_send(struct bench *bench, struct handle *handle, const char *text, int flags)
{
	struct entry *entry = bench_entry(bench);
	struct value data = value_text(text);
	enum progress progress = call_send(&bench->pending, &bench->door, entry, handle, &data, flags, NULL, false);
	value_clear(&data);
	return progress;
}

/* Begins a send of that many bytes. */
static inline enum progress bench_send_many(struct bench *bench, struct handle *handle, size_t count, bool all)
{
	struct entry *entry = bench_entry(bench);
	char *bytes = malloc(count);
	assert_non_null(bytes);
	memset(bytes, 'x', count);
	struct value data = value_bytes(bytes, count);
	free(bytes);
	enum progress progress = call_send(&bench->pending, &bench->door, entry, handle, &data, 0, NULL, all);
	value_clear(&data);
	return progress;
}

static inline enum progress bench_recv(struct bench *bench, struct handle *handle, size_t count, int flags)
{
	struct entry *entry = bench_entry(bench);
	return call_recv(&bench->pending, &bench->door, entry, handle, count, flags, false);
}

static inline void assert_data(const struct entry *entry, const char *text)
{
	assert_true(entry->has_data && entry->has_value);
	assert_int_equal(entry->data.kind, VALUE_BYTES);
	assert_int_equal(entry->data.blob->length, strlen(text));
	assert_memory_equal(entry->data.blob->bytes, text, strlen(text));
	assert_true(value_equal(&entry->value, &entry->data));
}

static inline void assert_failed(const struct bench *bench, enum progress progress, int error)
{
	assert_int_equal(progress, CALL_FAILED);
	assert_int_equal(bench->entry->error, error);
	assert_int_equal(bench->entry->result, -1);
}

static inline void bench_option(struct bench *bench, struct handle *handle, const char *name, struct value value)
{
	const struct option *option = option_find(name, strlen(name));
	assert_non_null(option);
	assert_int_equal(call_setsockopt(&bench->door, bench_entry(bench), handle, option, &value), CALL_DONE);
	value_clear(&value);
}

static inline bool is_nonblocking(const struct handle *handle)
{
	int flags = fcntl(handle->fd, F_GETFL);
	assert_true(flags >= 0);
	return flags & O_NONBLOCK;
}

#endif
