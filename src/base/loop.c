/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event loop: epoll(7) for descriptors, a heap for timers.
 *
 * A callback may do anything to any source, run the loop itself included. Three things make that safe: a
 * descriptor's list is left as soon as a callback has changed it (being level triggered, what is still
 * ready comes again), a source hears nothing of events that were collected before it was added, and a
 * timer set to a time already dealt with waits for the next turn.
 */
#include "sosh/loop.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "sosh/descriptor.h"
#include "sosh/memory.h"

#define BATCH      64
#define NEVER_AWAY (EPOLLERR | EPOLLHUP)
#define NOT_ARMED  SIZE_MAX

struct source {
	struct loop *loop;
	source_call *call;
	void *context;
	struct source *previous, *next; /* in its descriptor's list, or in the list of timers */
	int fd;                         /* -1: a timer */
	unsigned events;
	bool paused;
	uint64_t born;     /* the batch in which it was added */
	int64_t deadline;  /* of a timer */
	uint64_t order;    /* among timers with the same deadline */
	size_t heap_index; /* NOT_ARMED: idle */
};

struct source_list {
	struct source *first, *last;
};

/* A descriptor and those who watch it. */
struct watched {
	struct source_list sources;
	uint64_t version; /* counts the changes of the list */
	bool registered;  /* with epoll */
	unsigned registered_events;
};

struct loop {
	int epoll;
	struct watched *table; /* index: the descriptor; owned */
	size_t table_size;
	size_t watching; /* sources that are not paused */
	struct source_list timers;
	struct source **heap; /* armed timers, the next one first; owned */
	size_t heap_count, heap_room;
	uint64_t batch;
	uint64_t armings;
	int64_t dealt_with; /* timers up to this time have been called */
	bool blocks_signals;
	sigset_t blocked;      /* those that loop_block_signals holds back */
	sigset_t waiting_mask; /* the mask while waiting */
};

int64_t loop_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct loop *loop_new(void)
{
	int epoll = descriptor_raise(epoll_create1(EPOLL_CLOEXEC));
	if (epoll < 0)
		return NULL;
	struct loop *loop = memory_zero(sizeof(*loop));
	loop->epoll = epoll;
	return loop;
}

static void free_list(struct source_list *list)
{
	struct source *source = list->first;
	while (source) {
		struct source *next = source->next;
		free(source);
		source = next;
	}
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (size_t fd = 0; fd < loop->table_size; fd++)
		free_list(&loop->table[fd].sources);
	free_list(&loop->timers);
	if (loop->blocks_signals)
		sigprocmask(SIG_UNBLOCK, &loop->blocked, NULL);
	close(loop->epoll);
	free(loop->table);
	free(loop->heap);
	free(loop);
}

static void list_append(struct source_list *list, struct source *source)
{
	source->previous = list->last;
	if (list->last)
		list->last->next = source;
	else
		list->first = source;
	list->last = source;
}

static void list_remove(struct source_list *list, struct source *source)
{
	if (source->previous)
		source->previous->next = source->next;
	else
		list->first = source->next;
	if (source->next)
		source->next->previous = source->previous;
	else
		list->last = source->previous;
}

/* The timers: a binary heap, ordered by deadline, then by when they were armed. */

static bool is_before(const struct source *a, const struct source *b)
{
	return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
}

static void heap_put(struct loop *loop, size_t index, struct source *source)
{
	loop->heap[index] = source;
	source->heap_index = index;
}

static void heap_rise(struct loop *loop, struct source *source)
{
	size_t index = source->heap_index;
	while (index > 0 && is_before(source, loop->heap[(index - 1) / 2])) {
		heap_put(loop, index, loop->heap[(index - 1) / 2]);
		index = (index - 1) / 2;
	}
	heap_put(loop, index, source);
}

static void heap_sink(struct loop *loop, struct source *source)
{
	size_t index = source->heap_index;
	for (;;) {
		size_t child = index * 2 + 1;
		if (child + 1 < loop->heap_count && is_before(loop->heap[child + 1], loop->heap[child]))
			child++;
		if (child >= loop->heap_count || !is_before(loop->heap[child], source))
			break;
		heap_put(loop, index, loop->heap[child]);
		index = child;
	}
	heap_put(loop, index, source);
}

static void heap_add(struct loop *loop, struct source *source)
{
	if (loop->heap_count == loop->heap_room) {
		loop->heap_room = loop->heap_room ? loop->heap_room * 2 : 16;
		loop->heap = memory_resize(loop->heap, loop->heap_room * sizeof(*loop->heap));
	}
	heap_put(loop, loop->heap_count++, source);
	heap_rise(loop, source);
}

static void heap_remove(struct loop *loop, struct source *source)
{
	struct source *last = loop->heap[--loop->heap_count];
	if (last != source) {
		heap_put(loop, source->heap_index, last);
		heap_rise(loop, last);
		heap_sink(loop, last);
	}
	source->heap_index = NOT_ARMED;
}

static struct source *source_new(struct loop *loop, int fd, source_call *call, void *context)
{
	struct source *source = memory_zero(sizeof(*source));
	source->loop = loop;
	source->call = call;
	source->context = context;
	source->fd = fd;
	source->born = loop->batch;
	source->heap_index = NOT_ARMED;
	return source;
}

struct source *loop_timer(struct loop *loop, int64_t deadline, source_call *call, void *context)
{
	struct source *source = source_new(loop, -1, call, context);
	list_append(&loop->timers, source);
	source_rearm(source, deadline);
	return source;
}

void source_rearm(struct source *source, int64_t deadline)
{
	struct loop *loop = source->loop;
	if (source->heap_index != NOT_ARMED)
		heap_remove(loop, source);
	if (!deadline)
		return;
	source->deadline = deadline > loop->dealt_with ? deadline : loop->dealt_with + 1;
	source->order = loop->armings++;
	heap_add(loop, source);
}

/* The descriptors. */

static struct watched *watched_at(struct loop *loop, int fd)
{
	size_t wanted = (size_t)fd + 1;
	if (wanted > loop->table_size) {
		size_t size = loop->table_size ? loop->table_size : 16;
		while (size < wanted)
			size *= 2;
		loop->table = memory_resize(loop->table, size * sizeof(*loop->table));
		for (size_t i = loop->table_size; i < size; i++)
			loop->table[i] = (struct watched){0};
		loop->table_size = size;
	}
	return &loop->table[fd];
}

static int register_events(struct loop *loop, int fd, unsigned events)
{
	struct watched *watched = &loop->table[fd];
	struct epoll_event event = {.events = events, .data.fd = fd};
	int result = -1;
	if (watched->registered)
		result = epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event);
	if (!watched->registered || (result < 0 && errno == ENOENT)) /* closed meanwhile, and a new one */
		result = epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event);
	if (result < 0 && errno == EEXIST)
		result = epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event);
	watched->registered = result == 0;
	watched->registered_events = events;
	return result;
}

/* One more source listens. 0, or -1 with errno. */
static int widen_registration(struct loop *loop, const struct source *source)
{
	struct watched *watched = &loop->table[source->fd];
	unsigned events = source->events | (watched->registered ? watched->registered_events : 0);
	watched->version++;
	if (watched->registered && events == watched->registered_events)
		return 0;
	return register_events(loop, source->fd, events);
}

/* One source less listens. Of many alike (jobs on one listener) the first already shows that nothing changes. */
static void narrow_registration(struct loop *loop, int fd)
{
	struct watched *watched = &loop->table[fd];
	unsigned events = 0;
	bool wanted = false;
	watched->version++;
	for (const struct source *source = watched->sources.first; source; source = source->next) {
		if (source->paused)
			continue;
		wanted = true;
		events |= source->events;
		if (watched->registered && events == watched->registered_events)
			return;
	}
	if (wanted) {
		register_events(loop, fd, events);
	} else if (watched->registered) {
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL); /* fails when it was closed: the same to us */
		watched->registered = false;
	}
}

struct source *loop_watch(struct loop *loop, int fd, unsigned events, source_call *call, void *context)
{
	if (fd < 0) {
		errno = EBADF;
		return NULL;
	}
	struct source *source = source_new(loop, fd, call, context);
	source->events = events;
	list_append(&watched_at(loop, fd)->sources, source);
	loop->watching++;
	if (widen_registration(loop, source) < 0) {
		int error = errno;
		source_remove(source);
		errno = error;
		return NULL;
	}
	return source;
}

void source_pause(struct source *source, bool paused)
{
	if (source->fd < 0 || source->paused == paused)
		return;
	source->paused = paused;
	source->loop->watching += paused ? (size_t)-1 : 1;
	if (paused)
		narrow_registration(source->loop, source->fd);
	else
		widen_registration(source->loop, source);
}

void source_remove(struct source *source)
{
	if (!source)
		return;
	struct loop *loop = source->loop;
	if (source->fd < 0) {
		source_rearm(source, 0);
		list_remove(&loop->timers, source);
	} else {
		list_remove(&loop->table[source->fd].sources, source);
		loop->watching -= !source->paused;
		narrow_registration(loop, source->fd);
	}
	free(source);
}

/* Waiting. */

void loop_block_signals(struct loop *loop, const sigset_t *signals)
{
	sigset_t before;
	sigprocmask(SIG_BLOCK, signals, &before);
	if (!loop->blocks_signals) {
		sigemptyset(&loop->blocked);
		loop->waiting_mask = before;
	}
	loop->blocks_signals = true;
	for (int number = 1; number <= SIGRTMAX; number++) {
		if (sigismember(signals, number) != 1)
			continue;
		sigaddset(&loop->blocked, number);
		sigdelset(&loop->waiting_mask, number);
	}
}

/* When something is ready at once, epoll_pwait(2) returns without letting signals in: let them in here. */
static void let_signals_in(const struct loop *loop)
{
	sigset_t pending, held, before;
	if (!loop->blocks_signals || sigpending(&pending) < 0)
		return;
	sigandset(&held, &pending, &loop->blocked);
	if (sigisemptyset(&held))
		return;
	sigprocmask(SIG_SETMASK, &loop->waiting_mask, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Up to `timeout` ns or the next timer, in epoll_wait's milliseconds: rounded up, so that it never comes back early. */
static int waiting_time(const struct loop *loop, int64_t timeout)
{
	if (loop->heap_count && timeout != 0) {
		int64_t left = loop->heap[0]->deadline - loop_now();
		if (left < 0)
			left = 0;
		if (timeout < 0 || left < timeout)
			timeout = left;
	}
	if (timeout < 0)
		return -1;
	int64_t milliseconds = timeout / 1000000 + (timeout % 1000000 != 0);
	return milliseconds < INT_MAX ? (int)milliseconds : INT_MAX;
}

static bool dispatch_descriptor(struct loop *loop, int fd, unsigned events, uint64_t batch)
{
	uint64_t version = loop->table[fd].version;
	struct source *source = loop->table[fd].sources.first;
	bool called = false;
	while (source) {
		unsigned heard = events & (source->events | NEVER_AWAY);
		if (heard && !source->paused && source->born < batch) {
			source->call(source->context, heard);
			called = true;
			if (loop->table[fd].version != version) /* `source` may be gone, and the table moved */
				break;
		}
		source = source->next;
	}
	return called;
}

static bool dispatch_timers(struct loop *loop)
{
	if (!loop->heap_count)
		return false;
	int64_t now = loop_now();
	loop->dealt_with = now;
	bool called = false;
	while (loop->heap_count && loop->heap[0]->deadline <= now) {
		struct source *source = loop->heap[0];
		heap_remove(loop, source);
		source->call(source->context, 0);
		called = true;
	}
	return called;
}

bool loop_once(struct loop *loop, int64_t timeout)
{
	struct epoll_event ready[BATCH];
	int wait = waiting_time(loop, timeout);
	int count = epoll_pwait(loop->epoll, ready, BATCH, wait, loop->blocks_signals ? &loop->waiting_mask : NULL);
	if (count < 0)
		return false;
	if (count > 0 || wait == 0)
		let_signals_in(loop);
	uint64_t batch = ++loop->batch;
	bool called = false;
	for (int i = 0; i < count; i++)
		called |= dispatch_descriptor(loop, ready[i].data.fd, ready[i].events, batch);
	return dispatch_timers(loop) || called;
}

bool loop_idle(const struct loop *loop)
{
	return !loop->watching && !loop->heap_count;
}
