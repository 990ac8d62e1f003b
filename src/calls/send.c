/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * send(2), sendto(2) and Python's sendall: tried at once, gone on with when there is room.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>

#include "waiting.h"

static void record_sending(struct pending *pending, const char *bytes, size_t rest, int flags, int64_t began,
                           ssize_t taken)
{
	if (taken < 0 && errno == EAGAIN && pending_waits(pending))
		return; /* a try that changed nothing; by the clock there may be any number of them */
	struct call *call = record_end(pending->door, pending->entry, "sendto", began, taken);
	call_int(call, pending->handle->fd);
	call_data(call, bytes, rest);
	call_int(call, (int64_t)rest);
	call_symbol(call, "MSG_", flags);
	if (pending->has_address) {
		record_address(call, &pending->address);
	} else {
		call_null(call);
		call_int(call, 0);
	}
}

static ssize_t send_once(struct pending *pending)
{
	const char *bytes = pending->bytes + pending->done;
	size_t rest = pending->length - pending->done;
	int flags = pending->flags | MSG_DONTWAIT | MSG_NOSIGNAL;
	int fd = pending->handle->fd;
	int64_t began = record_begin(pending->door);
	ssize_t taken;
	if (pending->has_address)
		taken = sendto(fd, bytes, rest, flags, &pending->address.any, pending->address.length);
	else
		taken = send(fd, bytes, rest, flags);
	if (began)
		record_sending(pending, bytes, rest, flags, began, taken);
	return taken;
}

/* After a part was taken: does this call go on, as send(2) does on a blocking socket? */
static bool send_goes_on(const struct pending *pending)
{
	const struct handle *handle = pending->handle;
	if (handle->type != SOCK_STREAM)
		return false;
	if (pending->all)
		return true;
	if (pending->flags & MSG_DONTWAIT || handle->timeout >= 0)
		return false;
	int flags = fcntl(handle->fd, F_GETFL);
	return flags >= 0 && !(flags & O_NONBLOCK);
}

/* The connection broke under a send that had taken a part: the kernel's gives the count and keeps the error for later.
 */
static bool send_hung_up(const struct pending *pending)
{
	struct pollfd look = {.fd = pending->handle->fd};
	return poll(&look, 1, 0) > 0 && look.revents & POLLHUP;
}

static enum progress send_end(struct pending *pending)
{
	entry_result(pending->entry, (int64_t)pending->done);
	return CALL_DONE;
}

/* What was taken is the result; an error only when that is nothing, or not all of a sendall. */
static enum progress send_stop(struct pending *pending, int error)
{
	if (pending->done > 0 && !pending->all)
		return send_end(pending);
	return record_failure(pending->entry, error);
}

static enum progress send_wait(struct pending *pending, int error, bool moved)
{
	if (!pending_waits(pending)) {
		if (pending->flags & MSG_DONTWAIT || !wait_allowed(pending, SO_SNDTIMEO, error))
			return send_stop(pending, error);
	} else if (moved && pending->all && pending->wait.deadline_error != ERROR_TIMEOUT) {
		wait_renew(pending, SO_SNDTIMEO); /* sendall is many sends, each with its SO_SNDTIMEO */
	}
	bool queue = pending->handle->family == AF_UNIX;
	const char *what = queue ? "room in the peer's queue" : "room in the send buffer";
	return wait_ready(pending, EPOLLOUT, what, moved);
}

static enum progress send_try(struct pending *pending)
{
	size_t before = pending->done;
	for (;;) {
		if (pending->done > 0 && !pending->all && send_hung_up(pending))
			return send_end(pending);
		ssize_t taken = send_once(pending);
		if (taken < 0)
			break;
		pending->done += (size_t)taken;
		if (pending->done >= pending->length || taken == 0 || !send_goes_on(pending))
			return send_end(pending);
	}
	int error = errno;
	if (error == EINPROGRESS && pending->flags & MSG_FASTOPEN) {
		/* The SYN is out without data: what follows is a send on a connecting socket. */
		pending->flags &= ~MSG_FASTOPEN;
		pending->has_address = false;
	} else if (error != EAGAIN) {
		return send_stop(pending, error);
	}
	return send_wait(pending, error, pending->done > before);
}

static enum progress send_expired(struct pending *pending)
{
	return send_stop(pending, pending->wait.deadline_error);
}

enum progress call_send(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                        const struct value *data, int flags, const struct address *address, bool all)
{
	if (data->kind != VALUE_BYTES) {
		entry_refuse(entry, "data is text or bytes, as in: send s \"hello\"");
		return CALL_FAILED;
	}
	pending_begin(pending, door, entry, handle, send_try, send_expired);
	pending->flags = flags;
	pending->bytes = data->blob->bytes;
	pending->length = data->blob->length;
	pending->all = all;
	pending->has_address = address != NULL;
	if (address) {
		pending->address = *address;
		record_target(entry, address);
	}
	enum progress progress = send_try(pending);
	if (progress == CALL_WAITING)
		pending->data = value_keep(*data);
	return progress;
}
