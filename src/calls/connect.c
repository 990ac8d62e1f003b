/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * connect(2) and Python's connect_ex: the socket is O_NONBLOCK for the one call only, and connect itself is asked
 * for the result.
 */
#include <errno.h>
#include <sys/epoll.h>

#include "waiting.h"

static bool still_connecting(const struct pending *pending, int error)
{
	if (error == EAGAIN) /* the listener's queue is full, unix(7); with TCP it is an end */
		return pending->handle->family == AF_UNIX;
	return error == EINPROGRESS || error == EALREADY;
}

/* Can connect wait at all? Datagram sockets and the dissolving of an association are done at once. */
static bool connect_may_wait(const struct pending *pending)
{
	int type = pending->handle->type;
	bool connection = type == SOCK_STREAM || type == SOCK_SEQPACKET;
	return connection && pending->address.any.sa_family != AF_UNSPEC;
}

static int connect_once(struct pending *pending)
{
	int fd = pending->handle->fd;
	bool guarded = connect_may_wait(pending);
	int flags = guarded ? nonblock_begin(fd) : -1;
	int64_t began = record_begin(pending->door);
	int result = connect(fd, &pending->address.any, pending->address.length);
	if (guarded)
		nonblock_end(fd, flags);
	if (result == 0 || errno == EINPROGRESS) { /* to be found again after close, or in TIME-WAIT */
		pending->handle->peer = pending->address;
		if (pending->address.any.sa_family == AF_UNSPEC)
			pending->handle->peer.length = 0;
	}
	if (began && !(result < 0 && pending_waits(pending) && still_connecting(pending, errno))) {
		struct call *call = record_end(pending->door, pending->entry, "connect", began, result);
		call_int(call, fd);
		record_address(call, &pending->address);
	}
	return result;
}

static enum progress connect_end(struct pending *pending, int error)
{
	struct entry *entry = pending->entry;
	if (error && error != EINPROGRESS && error != EALREADY && error != EISCONN)
		pending->handle->peer.length = 0; /* it never was a connection */
	if (pending->as_value) {
		entry_value(entry, value_error(error));
		entry->result = error;
		return CALL_DONE;
	}
	if (error)
		return record_failure(entry, error);
	entry_result(entry, 0);
	return CALL_DONE;
}

static enum progress connect_try(struct pending *pending)
{
	if (connect_once(pending) == 0)
		return connect_end(pending, 0);
	int error = errno;
	if (!still_connecting(pending, error) || !connect_may_wait(pending))
		return connect_end(pending, error);
	if (!pending_waits(pending) && !wait_allowed(pending, SO_SNDTIMEO, error))
		return connect_end(pending, error);
	if (error == EAGAIN)
		return wait_clock(pending, "room in the peer's queue");
	return wait_ready(pending, EPOLLOUT, "the SYN,ACK", false);
}

static enum progress connect_expired(struct pending *pending)
{
	struct address peer = pending->handle->peer;
	int error = pending->wait.deadline_error;
	enum progress progress = connect_end(pending, error == ERROR_TIMEOUT && pending->as_value ? EAGAIN : error);
	if (pending->handle->family != AF_UNIX)
		pending->handle->peer = peer; /* only the waiting has ended, not the attempt */
	return progress;
}

enum progress call_connect(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                           const struct address *address, bool as_value)
{
	pending_begin(pending, door, entry, handle, connect_try, connect_expired);
	pending->address = *address;
	pending->as_value = as_value;
	record_target(entry, address);
	return connect_try(pending);
}
