/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_LOOP_H
#define SOSH_LOOP_H
/*
 * The event loop: descriptors, timers and signals, one callback each, one thread.
 *
 * epoll(7) tells which descriptors are ready. Any number of sources may watch the same
 * descriptor (hundreds of jobs may wait on one listener): the loop registers it once, with all
 * events joined, and calls the sources in the order in which they were added, until one changes
 * the list. Timers are kept by the loop itself and become epoll_wait's timeout.
 * A callback may add and remove any source, its own included.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct loop;
struct source; /* one watched thing; owned by the loop until source_remove */

typedef void source_call(void *context, unsigned events);

/* A new loop, or NULL with errno (no descriptors). */
struct loop *loop_new(void);
/* Removes every source and frees the loop. */
void loop_free(struct loop *loop);

/*
 * Watches a descriptor for EPOLLIN, EPOLLOUT, EPOLLPRI, …; EPOLLERR and EPOLLHUP always come.
 * Level triggered. The descriptor stays the caller's: remove the source before closing it.
 * NULL with errno when epoll refuses it (EPERM: a regular file).
 */
struct source *loop_watch(struct loop *loop, int fd, unsigned events, source_call *call, void *context);
/* Calls once at `deadline` (loop_now's clock, ns), with events 0; then the source is idle until rearmed. */
struct source *loop_timer(struct loop *loop, int64_t deadline, source_call *call, void *context);
/* Moves a timer's deadline; 0 makes it idle. */
void source_rearm(struct source *source, int64_t deadline);
/* Stops and resumes watching a descriptor without losing the place in the order. */
void source_pause(struct source *source, bool paused);
/* Removes and frees. NULL is fine. */
void source_remove(struct source *source);

/*
 * Waits up to `timeout` ns (-1: for ever, 0: only looks) for one batch of events, and calls their sources.
 * Returns true when at least one was called. A signal whose handler ran ends the wait
 * (returns false): handlers only set flags; the caller looks at them.
 * Signals that `loop_block_signals` holds back are let in only while it waits, so none is missed between
 * the caller's look at its flag and the wait (epoll_pwait).
 */
bool loop_once(struct loop *loop, int64_t timeout);
/* True when nothing is watched and no timer is armed: loop_once(-1) would only wait for signals. */
bool loop_idle(const struct loop *loop);

/* Blocks these signals except while loop_once waits or looks. `signals` is a sigset_t of signal(7). */
void loop_block_signals(struct loop *loop, const sigset_t *signals);

/* CLOCK_MONOTONIC in ns. */
int64_t loop_now(void);

#endif
