/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waiting: whether a call may wait, for how long, and for what.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>

#include "waiting.h"

#define CLOCK_STEP   ((int64_t)5000000) /* between two tries by the clock, ns */
#define SECONDS_MOST 1e9

void pending_begin(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                   pending_try *again, pending_try *expired)
{
	pending->door = door;
	pending->entry = entry;
	pending->handle = handle;
	pending->again = again;
	pending->expired = expired;
	pending->wait = (struct call_wait){.fd = -1};
	pending->flags = 0;
	pending->done = 0;
	pending->step = 0;
	if (pending->room) {
		free(pending->room);
		pending->room = NULL;
	}
	if (pending->data.kind != VALUE_NONE)
		value_clear(&pending->data);
}

void pending_cancel(struct pending *pending)
{
	close_abandon(pending);
}

void pending_clear(struct pending *pending)
{
	pending->entry = NULL; /* it may have ended */
	close_abandon(pending);
	free(pending->room);
	pending->room = NULL;
	value_clear(&pending->data);
	resolve_drop(pending->resolver);
	pending->resolver = NULL;
}

int64_t wait_until(double seconds)
{
	if (!(seconds > 0))
		seconds = 0;
	if (seconds > SECONDS_MOST)
		seconds = SECONDS_MOST;
	return loop_now() + (int64_t)(seconds * 1e9);
}

/* What SO_RCVTIMEO or SO_SNDTIMEO says, in seconds; 0: without end. */
static double kernel_timeout(int fd, int option)
{
	struct timeval time = {0};
	socklen_t length = sizeof(time);
	if (getsockopt(fd, SOL_SOCKET, option, &time, &length) < 0)
		return 0;
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

bool wait_allowed(struct pending *pending, int timeout_option, int timeout_error)
{
	const struct handle *handle = pending->handle;
	if (handle->timeout >= 0) {
		pending->wait.deadline = wait_until(handle->timeout);
		pending->wait.deadline_error = ERROR_TIMEOUT;
		return handle->timeout > 0;
	}
	int flags = fcntl(handle->fd, F_GETFL);
	if (flags < 0 || flags & O_NONBLOCK)
		return false;
	pending->wait.deadline_error = timeout_error;
	wait_renew(pending, timeout_option);
	return true;
}

void wait_renew(struct pending *pending, int timeout_option)
{
	double seconds = kernel_timeout(pending->handle->fd, timeout_option);
	pending->wait.deadline = seconds > 0 ? wait_until(seconds) : 0;
}

enum progress wait_ready(struct pending *pending, unsigned events, const char *what, bool moved)
{
	struct call_wait *wait = &pending->wait;
	if (!moved && pending_waits(pending) && !wait->again)
		return wait_clock(pending, what);
	wait->fd = pending->handle->fd;
	wait->events = events;
	wait->again = 0;
	wait->what = what;
	return CALL_WAITING;
}

enum progress wait_clock(struct pending *pending, const char *what)
{
	pending->wait.again = loop_now() + CLOCK_STEP;
	pending->wait.what = what;
	return CALL_WAITING;
}

int nonblock_begin(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags >= 0 && !(flags & O_NONBLOCK))
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	return flags;
}

void nonblock_end(int fd, int flags)
{
	int error = errno;
	if (flags >= 0 && !(flags & O_NONBLOCK))
		fcntl(fd, F_SETFL, flags);
	errno = error;
}

bool handle_is_tcp(const struct handle *handle)
{
	bool internet = handle->family == AF_INET || handle->family == AF_INET6;
	return internet && handle->type == SOCK_STREAM && (handle->protocol == 0 || handle->protocol == IPPROTO_TCP);
}

static enum progress sleep_over(struct pending *pending)
{
	entry_result(pending->entry, 0);
	return CALL_DONE;
}

static enum progress sleep_on(struct pending *pending)
{
	return loop_now() < pending->wait.deadline ? CALL_WAITING : sleep_over(pending);
}

enum progress call_sleep(struct pending *pending, struct door *door, struct entry *entry, double seconds)
{
	pending_begin(pending, door, entry, NULL, sleep_on, sleep_over);
	if (!(seconds > 0))
		return sleep_over(pending);
	pending->wait.deadline = wait_until(seconds);
	pending->wait.what = "the clock";
	return CALL_WAITING;
}
