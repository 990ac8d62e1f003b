/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recv(2) and recvfrom(2): tried at once, tried again when there is something.
 */
#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "waiting.h"

#define ROOM_HERE   16384             /* up to this much is received into the stack */
#define ROOM_MOST   ((size_t)1 << 38) /* more than this is not even asked of malloc */
#define NEVER_WAITS (MSG_DONTWAIT | MSG_OOB | MSG_ERRQUEUE)

/* MSG_WAITALL has a meaning for streams only. */
static bool recv_waits_for_all(const struct pending *pending)
{
	return pending->flags & MSG_WAITALL && pending->length > 0 && pending->handle->type == SOCK_STREAM &&
	       !(pending->flags & (MSG_OOB | MSG_ERRQUEUE));
}

/* How many of the bytes that recv told of are really in the room. */
static size_t recv_filled(const struct pending *pending, size_t told)
{
	const struct handle *handle = pending->handle;
	bool internet = handle->family == AF_INET || handle->family == AF_INET6;
	if (pending->flags & MSG_TRUNC && !(pending->flags & MSG_ERRQUEUE) && internet && handle->type == SOCK_STREAM)
		return 0; /* TCP throws them away, tcp(7) */
	return told < pending->length ? told : pending->length;
}

/* The result: `told` is what the call returned, `room` has the bytes. */
static enum progress recv_end(struct pending *pending, const char *room, size_t told)
{
	struct entry *entry = pending->entry;
	struct value data = value_bytes(room, recv_filled(pending, told));
	entry_value(entry, value_keep(data));
	entry->result = (int64_t)told;
	entry->has_data = true;
	entry->data = data;
	if (pending->want_address && pending->address.length > 0)
		entry->address = value_address(&pending->address);
	return CALL_DONE;
}

static pending_try recv_all_peek;

static void record_receiving(struct pending *pending, const char *room, size_t count, int flags, int64_t began,
                             ssize_t told)
{
	bool peeks = pending->again == recv_all_peek && told >= 0 && (size_t)told == pending->done;
	if (pending_waits(pending) && (peeks || (told < 0 && errno == EAGAIN)))
		return; /* a try that changed nothing */
	struct call *call = record_end(pending->door, pending->entry, "recvfrom", began, told);
	call_int(call, pending->handle->fd);
	if (told < 0)
		call_pointer(call, room);
	else
		call_data(call, room, (size_t)told < count ? (size_t)told : count);
	call_int(call, (int64_t)count);
	call_symbol(call, "MSG_", flags);
	if (pending->want_address) {
		record_found(call, &pending->address);
	} else {
		call_null(call);
		call_null(call);
	}
}

static ssize_t recv_try(struct pending *pending, char *room, size_t count, int flags)
{
	int fd = pending->handle->fd;
	int64_t began = record_begin(pending->door);
	ssize_t told;
	if (pending->want_address) {
		socklen_t length = sizeof(pending->address.storage);
		told = recvfrom(fd, room, count, flags, &pending->address.any, &length);
		pending->address.length = told < 0 ? 0 : length;
	} else {
		told = recv(fd, room, count, flags);
	}
	if (began)
		record_receiving(pending, room, count, flags, began, told);
	return told;
}

static ssize_t recv_once(struct pending *pending, char *room, size_t count)
{
	return recv_try(pending, room, count, pending->flags | MSG_DONTWAIT);
}

static short recv_look(const struct pending *pending, short events)
{
	struct pollfd look = {.fd = pending->handle->fd, .events = events};
	return poll(&look, 1, 0) > 0 ? look.revents : 0;
}

/* What has arrived and waits to be read; 0 when the socket does not tell. */
static size_t recv_queued(const struct pending *pending)
{
	int queued = 0;
	return ioctl(pending->handle->fd, FIONREAD, &queued) == 0 && queued > 0 ? (size_t)queued : 0;
}

static const char *recv_what(const struct pending *pending)
{
	return pending->handle->type == SOCK_DGRAM ? "a datagram" : "data";
}

/* Nothing there: wait, or say so. */
static enum progress recv_wait(struct pending *pending, bool moved)
{
	if (!pending_waits(pending)) {
		if (pending->flags & NEVER_WAITS || !wait_allowed(pending, SO_RCVTIMEO, EAGAIN))
			return record_failure(pending->entry, EAGAIN);
	}
	return wait_ready(pending, EPOLLIN, recv_what(pending), moved);
}

/*
 * With a part in hand: is what follows an end that this call may not step over? An error stays for the next call, as
 * does the byte behind the urgent mark, tcp(7).
 */
static bool recv_must_stop(const struct pending *pending)
{
	int at_mark = 0;
	if (ioctl(pending->handle->fd, SIOCATMARK, &at_mark) == 0 && at_mark)
		return true;
	return recv_look(pending, 0) & POLLERR && recv_queued(pending) == 0;
}

/* MSG_WAITALL: goes on until all is there, or nothing more can come. */
static enum progress recv_all(struct pending *pending)
{
	size_t before = pending->done;
	while (pending->done < pending->length) {
		if (pending->done > 0 && recv_must_stop(pending))
			break;
		ssize_t told = recv_once(pending, pending->room + pending->done, pending->length - pending->done);
		if (told == 0)
			break;
		if (told > 0) {
			pending->done += (size_t)told;
			continue;
		}
		if (pending->done > 0 && (errno != EAGAIN || pending->flags & MSG_DONTWAIT))
			break;
		if (errno != EAGAIN)
			return record_failure(pending->entry, errno);
		if (!pending_waits(pending) && !wait_allowed(pending, SO_RCVTIMEO, EAGAIN)) {
			if (pending->done > 0)
				break;
			return record_failure(pending->entry, EAGAIN);
		}
		return wait_ready(pending, EPOLLIN, recv_what(pending), pending->done > before);
	}
	return recv_end(pending, pending->room, pending->done);
}

/* MSG_WAITALL|MSG_PEEK: what is there stays there and keeps the socket readable, so it is looked at by the clock. */
static enum progress recv_all_peek(struct pending *pending)
{
	short ends = recv_look(pending, POLLRDHUP) & (POLLRDHUP | POLLHUP | POLLERR);
	ssize_t told = recv_once(pending, pending->room, pending->length);
	if (told < 0 && errno != EAGAIN)
		return record_failure(pending->entry, errno);
	pending->done = told > 0 ? (size_t)told : 0;
	if (told >= 0 && (pending->done >= pending->length || told == 0 || ends))
		return recv_end(pending, pending->room, pending->done);
	bool waits = pending_waits(pending) ||
	             (!(pending->flags & MSG_DONTWAIT) && wait_allowed(pending, SO_RCVTIMEO, EAGAIN));
	if (waits)
		return wait_clock(pending, recv_what(pending));
	if (pending->done > 0)
		return recv_end(pending, pending->room, pending->done);
	return record_failure(pending->entry, EAGAIN);
}

/*
 * A datagram socket that was shut down for reading: a recv that may wait gives 0 then, without waiting, but one with
 * MSG_DONTWAIT gives EAGAIN.
 */
static bool recv_gives_shut(struct pending *pending)
{
	if (pending->handle->type != SOCK_DGRAM || pending->flags & NEVER_WAITS ||
	    !(recv_look(pending, POLLRDHUP) & POLLRDHUP))
		return false;
	return pending_waits(pending) || wait_allowed(pending, SO_RCVTIMEO, EAGAIN);
}

/* How long the message is that comes next, of AF_UNIX's SOCK_SEQPACKET all that wait; 0: not known, or of no use. */
static size_t recv_whole(const struct pending *pending)
{
	if (pending->handle->type == SOCK_STREAM || pending->flags & (MSG_TRUNC | MSG_PEEK | MSG_ERRQUEUE))
		return 0;
	return recv_queued(pending);
}

/* Says how much of a message had no room. `whole` is what recv_whole told before it was taken. */
static void recv_remark_cut(struct pending *pending, size_t whole, size_t told)
{
	int type = pending->handle->type;
	if (told != pending->length || whole <= told || (type != SOCK_DGRAM && type != SOCK_SEQPACKET))
		return;
	if (type == SOCK_SEQPACKET)
		whole -= recv_queued(pending);
	if (whole > told && whole < ROOM_MOST)
		entry_remark(pending->entry, "the message had %zu: the rest is lost", whole);
}

static enum progress recv_part(struct pending *pending)
{
	char here[ROOM_HERE];
	char *room = pending->room ? pending->room : here;
	if (pending->flags & MSG_TRUNC && pending->handle->type == SOCK_STREAM)
		memset(room, 0, pending->length); /* not every protocol fills it then */
	size_t whole = recv_whole(pending);
	ssize_t told = recv_once(pending, room, pending->length);
	int error = errno;
	if (told < 0 && error == EAGAIN && recv_gives_shut(pending))
		told = recv_try(pending, room, pending->length, pending->flags);
	if (told >= 0) {
		recv_remark_cut(pending, whole, (size_t)told);
		return recv_end(pending, room, (size_t)told);
	}
	if (error != EAGAIN)
		return record_failure(pending->entry, error);
	return recv_wait(pending, false);
}

/*
 * SO_RCVLOWAT, which recv ignores with MSG_DONTWAIT: is there as much as a blocking recv of this room waits for?
 * TCP's poll knows, AF_UNIX's does not. `*by_poll`: poll will tell when there is.
 */
static bool recv_lowat_reached(const struct pending *pending, bool *by_poll)
{
	int lowat = 1;
	socklen_t length = sizeof(lowat);
	getsockopt(pending->handle->fd, SOL_SOCKET, SO_RCVLOWAT, &lowat, &length);
	size_t least = lowat > 1 ? (size_t)lowat : 1;
	*by_poll = pending->handle->family != AF_UNIX && least <= pending->length;
	if (least > pending->length)
		least = pending->length;
	short ready = recv_look(pending, POLLIN | POLLRDHUP);
	if (ready & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL) || (*by_poll && ready & POLLIN))
		return true;
	return recv_queued(pending) >= least;
}

static enum progress recv_lowat(struct pending *pending)
{
	bool by_poll;
	if (recv_lowat_reached(pending, &by_poll))
		return recv_part(pending);
	if (!pending_waits(pending) && !wait_allowed(pending, SO_RCVTIMEO, EAGAIN))
		return recv_part(pending);
	if (by_poll)
		return wait_ready(pending, EPOLLIN, recv_what(pending), false);
	return wait_clock(pending, recv_what(pending));
}

static enum progress recv_expired(struct pending *pending)
{
	int error = pending->wait.deadline_error;
	if (pending->again == recv_lowat && error == EAGAIN) {
		pending->flags |= MSG_DONTWAIT; /* the kernel's timeout gives what there is */
		return recv_part(pending);
	}
	if (pending->done > 0)
		return recv_end(pending, pending->room, pending->done);
	return record_failure(pending->entry, error);
}

static pending_try *recv_manner(const struct pending *pending)
{
	const struct handle *handle = pending->handle;
	if (recv_waits_for_all(pending))
		return pending->flags & MSG_PEEK ? recv_all_peek : recv_all;
	bool lowat = handle->open && handle->open->lowat && handle->type == SOCK_STREAM;
	return lowat && !(pending->flags & NEVER_WAITS) ? recv_lowat : recv_part;
}

/* Not every protocol fills it with MSG_TRUNC. */
static char *recv_room(size_t count, int flags)
{
	if (count == 0)
		count = 1;
	return flags & MSG_TRUNC ? calloc(count, 1) : malloc(count);
}

enum progress call_recv(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle,
                        size_t count, int flags, bool want_address)
{
	pending_begin(pending, door, entry, handle, NULL, recv_expired);
	pending->flags = flags;
	pending->length = count;
	pending->want_address = want_address;
	pending->address.length = 0;
	pending->again = recv_manner(pending);
	if (count > ROOM_HERE || recv_waits_for_all(pending)) {
		pending->room = count < ROOM_MOST ? recv_room(count, flags) : NULL;
		if (!pending->room)
			return record_failure(entry, ENOMEM);
	}
	return pending->again(pending);
}

size_t pending_taken(const struct pending *pending, const char **bytes)
{
	*bytes = pending->room;
	return pending->room && (pending->flags & (MSG_WAITALL | MSG_PEEK)) == MSG_WAITALL ? pending->done : 0;
}
