/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CALLS_WAITING_H
#define CALLS_WAITING_H
/*
 * Waiting: whether a call may wait, for how long, and for what.
 */
#include "record.h"

typedef enum progress pending_try(struct pending *pending);

/* Begins a call: forgets what the pending call did before, except a look-up's addresses. */
void pending_begin(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                   pending_try *again, pending_try *expired);
/* Did the call decide to wait before? */
static inline bool pending_waits(const struct pending *pending)
{
	return pending->wait.what != NULL;
}

/*
 * Asks the socket how long a call may wait, and sets the deadline. False: not at all. The handle's own timeout comes
 * first (of 0 seconds: as O_NONBLOCK, like Python's), then O_NONBLOCK, then the kernel's `timeout_option`
 * (SO_RCVTIMEO, SO_SNDTIMEO), which ends the wait with `timeout_error`.
 */
bool wait_allowed(struct pending *pending, int timeout_option, int timeout_error);
/* The kernel's timeout begins anew: the next call of several. */
void wait_renew(struct pending *pending, int timeout_option);
/*
 * Waits until the handle's descriptor is ready. A wake-up after which nothing `moved` (a full AF_UNIX
 * queue polls as writable, urgent data as readable) makes the next wait one by the clock.
 */
enum progress wait_ready(struct pending *pending, unsigned events, const char *what, bool moved);
/* Waits for some milliseconds, whatever the descriptor says. */
enum progress wait_clock(struct pending *pending, const char *what);
/* The time `seconds` from now, on loop_now's clock. */
int64_t wait_until(double seconds);

/* O_NONBLOCK for one call: the flags as they were, -1 when the descriptor has none. */
int nonblock_begin(int fd);
/* Puts them back. errno survives. */
void nonblock_end(int fd, int flags);

/* Is it a TCP (not MPTCP) socket? */
bool handle_is_tcp(const struct handle *handle);

/* Ends a close that lingers, the descriptor included. See close.c. */
void close_abandon(struct pending *pending);
/* Lets go of a look-up, finished or not. NULL is fine. See resolve.c. */
void resolve_drop(void *resolver);

#endif
