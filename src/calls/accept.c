/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * accept(2): the listener is O_NONBLOCK for the one call only.
 */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>

#include "waiting.h"

static void record_accepting(struct pending *pending, int64_t began, int fd)
{
	if (fd < 0 && errno == EAGAIN && pending_waits(pending))
		return; /* a try that changed nothing */
	struct call *call = record_end(pending->door, pending->entry, "accept4", began, fd);
	call_int(call, pending->handle->fd);
	record_found(call, &pending->address);
	call_symbol(call, "SOCK_", SOCK_CLOEXEC);
}

/* `ends`: it is known not to wait. */
static int accept_once(struct pending *pending, bool ends)
{
	int listener = pending->handle->fd;
	int flags = ends ? -1 : nonblock_begin(listener);
	socklen_t length = sizeof(pending->address.storage);
	int64_t began = record_begin(pending->door);
	int fd = accept4(listener, &pending->address.any, &length, SOCK_CLOEXEC);
	nonblock_end(listener, flags);
	pending->address.length = fd < 0 ? 0 : length;
	if (began)
		record_accepting(pending, began, fd);
	return fd;
}

static enum progress accept_end(struct pending *pending, int fd)
{
	const struct handle *listener = pending->handle;
	struct entry *entry = pending->entry;
	struct handle *given = session_add_handle(pending->door->session, fd, listener->family, listener->type,
	                                          listener->protocol, NULL);
	given->peer = pending->address;
	given->peer.references = 0;
	given->accepted_from = listener->number;
	given->host = listener->host;
	if (listener->family != AF_UNIX) { /* these a TCP connection has from its listener */
		given->linger = listener->linger;
		given->abort = listener->abort;
		given->open->lowat = listener->open && listener->open->lowat;
	}
	entry_value(entry, value_handle(given->number));
	entry->result = given->number;
	entry->given = given->number;
	if (pending->address.length > 0)
		entry->address = value_address(&pending->address);
	return CALL_DONE;
}

/*
 * An AF_UNIX listener that was shut down for reading goes on listening, and is readable for ever: an accept that may
 * wait gives EINVAL then, without waiting, but one of a non-blocking listener EAGAIN.
 */
static bool accept_is_shut(const struct pending *pending)
{
	struct pollfd look = {.fd = pending->handle->fd, .events = POLLRDHUP};
	return pending->handle->family == AF_UNIX && poll(&look, 1, 0) > 0 && look.revents & POLLRDHUP;
}

static enum progress accept_try(struct pending *pending)
{
	int fd = accept_once(pending, false);
	if (fd >= 0)
		return accept_end(pending, fd);
	if (errno != EAGAIN)
		return record_failure(pending->entry, errno);
	if (!pending_waits(pending) && !wait_allowed(pending, SO_RCVTIMEO, EAGAIN))
		return record_failure(pending->entry, EAGAIN);
	if (accept_is_shut(pending)) {
		fd = accept_once(pending, true);
		return fd >= 0 ? accept_end(pending, fd) : record_failure(pending->entry, errno);
	}
	return wait_ready(pending, EPOLLIN, "a client", false);
}

enum progress call_accept(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle)
{
	pending_begin(pending, door, entry, handle, accept_try, NULL);
	return accept_try(pending);
}
