/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_CALLS_H
#define SOSH_CALLS_H
/*
 * The door: the only place where the socket calls are made for the user, each noted in the
 * journal as it is made.
 *
 * A call that may wait is never made blocking. It is tried first in a way that cannot wait; on EAGAIN
 * it becomes a `pending` call that says what to wait for, and is tried again when that comes. The
 * user's descriptor is never left O_NONBLOCK behind their back.
 */
#include "sosh/journal.h"

enum progress {
	CALL_DONE,    /* the entry has the result */
	CALL_FAILED,  /* the entry has the error */
	CALL_WAITING, /* see the pending call's `wait` */
};

/* What a pending call waits for. */
struct call_wait {
	int fd;             /* -1: only the clock */
	unsigned events;    /* EPOLLIN, EPOLLOUT, EPOLLPRI */
	int64_t deadline;   /* loop_now's clock, ns; 0: none */
	int deadline_error; /* the error at the deadline: ERROR_TIMEOUT, EAGAIN, EINPROGRESS; 0: ends well (sleep) */
	int64_t again; /* try again at this time, whatever `fd` says: until then it is paused and keeps its place; 0: no
	                */
	const char *what; /* static: "a client", "data", "room in the send buffer", "the SYN,ACK" */
};

/* A call under way. Zero it before use; pending_clear after. */
struct pending {
	struct door *door;
	struct entry *entry;
	struct handle *handle;
	enum progress (*again)(struct pending *pending);   /* tries once more */
	enum progress (*expired)(struct pending *pending); /* at the deadline; NULL: entry_fail(deadline_error) */
	struct call_wait wait;
	/* the calls' own */
	int flags;
	const char *bytes; /* to send: borrowed from `data` */
	size_t length, done;
	bool all;          /* sendall */
	bool as_value;     /* connect_ex: the errno is the result */
	bool want_address; /* recvfrom */
	char *room;        /* being received into, owned */
	struct value data; /* keeps what `bytes` points to */
	bool has_address;
	unsigned step;
	int fd;                 /* of a close that lingers: no longer the handle's, see close.c */
	void *resolver;         /* of a name look-up, see resolve.c */
	struct address address; /* the last member: its bytes need not be zeroed */
};

struct door {
	struct journal *journal;
	struct session *session;
	unsigned host; /* of the lab, on which the next socket is made; 0: this machine */
	/* socket(2) on a host of the lab; NULL while there is none */
	int (*socket_on)(void *lab, unsigned host, int family, int type, int protocol);
	void *lab;
};

void pending_clear(struct pending *pending);
/* Cancelled: makes the calls that end it now, while they can still be noted in its entry. Its result is overwritten. */
void pending_cancel(struct pending *pending);
/*
 * The bytes that a waiting recv with MSG_WAITALL has already taken from the socket, which would be lost when it is
 * ended from outside: their count, 0 when there are none. Borrowed until pending_clear.
 */
size_t pending_taken(const struct pending *pending, const char **bytes);
/* Is there nothing for pending_clear to do? So it is with most calls that had not to wait. */
static inline bool pending_is_empty(const struct pending *pending)
{
	return !pending->room && !pending->resolver && !pending->step && pending->data.kind == VALUE_NONE;
}

/* Calls that never wait: they end the entry's call and return CALL_DONE or CALL_FAILED. */
/* socket(2) with SOCK_CLOEXEC: `*made` is the new handle (NULL when it failed). No entry result is set when it
 * succeeds: the caller does. */
enum progress call_socket(struct door *door, struct entry *entry, int family, int type, int protocol,
                          struct handle **made);
enum progress call_socketpair(struct door *door, struct entry *entry, int family, int type, int protocol,
                              struct handle *made[2]);
enum progress call_dup(struct door *door, struct entry *entry, struct handle *handle, struct handle **made);
enum progress call_bind(struct door *door, struct entry *entry, struct handle *handle, const struct address *address);
enum progress call_listen(struct door *door, struct entry *entry, struct handle *handle, int backlog);
enum progress call_getsockname(struct door *door, struct entry *entry, struct handle *handle, struct address *address);
enum progress call_getpeername(struct door *door, struct entry *entry, struct handle *handle, struct address *address);
enum progress call_shutdown(struct door *door, struct entry *entry, struct handle *handle, int how);
enum progress call_unlink(struct door *door, struct entry *entry, const char *path);
enum progress call_setblocking(struct door *door, struct entry *entry, struct handle *handle, bool blocking);
/* `*blocking` when it succeeds. */
enum progress call_getblocking(struct door *door, struct entry *entry, struct handle *handle, bool *blocking);
/* The option's value comes in and goes out as the language has it: number, real or None (timeval), struct, bytes. */
enum progress call_setsockopt(struct door *door, struct entry *entry, struct handle *handle,
                              const struct option *option, const struct value *value);
enum progress call_getsockopt(struct door *door, struct entry *entry, struct handle *handle,
                              const struct option *option, struct value *value);

/*
 * Calls that may wait. Each fills `pending` and tries at once. CALL_DONE: the entry has the result (accept and
 * recvfrom: the address too, accept: `given`). A wait's length is the socket's: O_NONBLOCK
 * none, then the handle's own timeout, then SO_RCVTIMEO or SO_SNDTIMEO.
 */
enum progress call_accept(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle);
enum progress call_connect(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                           const struct address *address, bool as_value);
/* `data` is kept while it waits. `address` NULL: send(2), else sendto(2). `all`: until everything is taken (sendall).
 */
enum progress call_send(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                        const struct value *data, int flags, const struct address *address, bool all);
enum progress call_recv(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                        size_t count, int flags, bool want_address);
/* close(2); waits as SO_LINGER says. */
enum progress call_close(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle);
/* Waits for `seconds`, no call. */
enum progress call_sleep(struct pending *pending, struct door *door, struct entry *entry, double seconds);

/*
 * getaddrinfo(3) for one address: `host` and `service` as typed. CALL_DONE: `*count` addresses at `*found` (owned by
 * `pending` until pending_clear or the next look-up). Waits while the name servers are asked. Fails with EAI_…
 */
enum progress call_resolve(struct pending *pending, struct door *door, struct entry *entry, const char *host,
                           const char *service, int family, int type);
/* The result of a finished look-up; index from 0; false past the last. */
bool resolved_address(const struct pending *pending, unsigned index, struct address *address);

#endif
