/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * close(2). With SO_LINGER and a time the kernel's close blocks, even on an O_NONBLOCK socket, until the peer has
 * acknowledged all or the time is over. Here the same is done by hand: FIN, wait by the clock, close.
 *
 * Less than exact: the FIN goes out by shutdown(SHUT_RDWR), after which the kernel answers late data
 * with RST, as a close does; and the end of the wait is seen up to some milliseconds late.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "option_record.h"
#include "waiting.h"

enum { LINGERING = 1 }; /* the pending call's step: its `fd` is its own, the handle is closed */

static enum progress close_fd(struct pending *pending, int fd)
{
	int64_t began = record_begin(pending->door);
	int result = close(fd);
	call_int(record_end(pending->door, pending->entry, "close", began, result), fd);
	pending->step = 0;
	return record_outcome(pending->entry, result);
}

static unsigned state_bit(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return 0;
	return 1u << info.tcpi_state;
}

/* Is the FIN still to be acknowledged? */
static bool fin_is_out(int fd)
{
	const unsigned waits = 1u << STATE_FIN_WAIT_1 | 1u << STATE_CLOSING | 1u << STATE_LAST_ACK;
	return state_bit(fd) & waits;
}

/* How long close(2) would block at most, in seconds; 0: not at all. */
static int linger_time(const struct handle *handle)
{
	const unsigned open = 1u << STATE_ESTABLISHED | 1u << STATE_SYN_RECEIVED | 1u << STATE_CLOSE_WAIT |
	                      1u << STATE_FIN_WAIT_1 | 1u << STATE_CLOSING | 1u << STATE_LAST_ACK;
	if (!handle->linger || handle->fd < 0 || handle->open->references > 1 || !handle_is_tcp(handle))
		return 0;
	struct linger linger = {0};
	socklen_t length = sizeof(linger);
	if (getsockopt(handle->fd, SOL_SOCKET, SO_LINGER, &linger, &length) < 0 || !linger.l_onoff)
		return 0;
	int unread = 0;
	if (ioctl(handle->fd, FIONREAD, &unread) == 0 && unread > 0)
		return 0; /* the kernel resets at once */
	return state_bit(handle->fd) & open ? linger.l_linger : 0;
}

/* The kernel's close is not to wait any more: it goes on in the background. Noted while the command lasts. */
static void linger_off(const struct pending *pending)
{
	static const struct option option = {.level = SOL_SOCKET, .number = SO_LINGER};
	const struct linger off = {0};
	int64_t began = pending->entry ? record_begin(pending->door) : 0;
	int result = setsockopt(pending->fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off));
	if (began)
		record_setsockopt(record_end(pending->door, pending->entry, "setsockopt", began, result), pending->fd,
		                  &option, &off, sizeof(off));
}

static enum progress close_try(struct pending *pending)
{
	if (fin_is_out(pending->fd))
		return wait_clock(pending, "the last ACK");
	return close_fd(pending, pending->fd);
}

static enum progress close_expired(struct pending *pending)
{
	linger_off(pending);
	return close_fd(pending, pending->fd);
}

/* Cancelled: as a close(2) that a signal interrupts, the descriptor is gone all the same. */
void close_abandon(struct pending *pending)
{
	if (pending->again != close_try || pending->step != LINGERING)
		return;
	linger_off(pending);
	if (pending->entry)
		close_fd(pending, pending->fd);
	else
		close(pending->fd);
	pending->step = 0;
}

static void send_fin(struct door *door, struct entry *entry, int fd)
{
	int64_t began = record_begin(door);
	int result = shutdown(fd, SHUT_RDWR);
	struct call *call = record_end(door, entry, "shutdown", began, result);
	call_int(call, fd);
	call_symbol(call, "SHUT_", SHUT_RDWR);
}

enum progress call_close(struct pending *pending, struct door *door, struct entry *entry, struct handle *handle)
{
	pending_begin(pending, door, entry, handle, close_try, close_expired);
	int fd = handle->fd;
	int seconds = linger_time(handle);
	if (seconds > 0)
		send_fin(door, entry, fd);
	session_closed(door->session, handle); /* whatever close says: Linux takes the descriptor away first */
	if (seconds <= 0)
		return close_fd(pending, fd);
	pending->handle = NULL;
	pending->fd = fd;
	pending->step = LINGERING;
	pending->wait.deadline = wait_until(seconds);
	return close_try(pending);
}
