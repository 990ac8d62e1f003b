/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an open descriptor tells: its queues, its readiness, its options. tcp(7), udp(7), unix(7), poll(2).
 */
#include "queues.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "ask.h"
#include "diag.h"
#include "unix_diag.h"

static bool is_listener(const struct handle *handle)
{
	int listening = 0;
	return watch_option(handle, SOL_SOCKET, SO_ACCEPTCONN, &listening, sizeof(listening)) > 0 && listening;
}

/* The kernel writes as much as there is room for, from the beginning. */
static bool tcp_info(const struct handle *handle, struct tcp_info *info)
{
	*info = (struct tcp_info){0};
	return watch_has_state(handle) && watch_option(handle, IPPROTO_TCP, TCP_INFO, info, sizeof(*info)) > 0;
}

unsigned queues_retransmits(const struct handle *handle)
{
	struct tcp_info info;
	return tcp_info(handle, &info) ? info.tcpi_retransmits : 0;
}

/* What sock_diag tells of an AF_UNIX socket: its own, or with `peer` that of its other end. False: nothing. */
static bool unix_fact(struct watch *watch, const struct handle *handle, bool peer, struct watch_fact *fact)
{
	struct stat status;
	struct netlink *diag = ask_on(watch, handle->host);
	if (!diag || fstat(handle->fd, &status) < 0 || unix_diag_ask(diag, status.st_ino, fact) <= 0)
		return false;
	return !peer || (fact->peer_inode && unix_diag_ask(diag, fact->peer_inode, fact) > 0);
}

uint64_t watch_peer_inode(struct watch *watch, const struct handle *handle)
{
	struct watch_fact fact;
	return handle->family == AF_UNIX && unix_fact(watch, handle, false, &fact) ? fact.peer_inode : 0;
}

static void listener_queues(struct watch *watch, const struct handle *handle, struct watch_queues *queues)
{
	struct tcp_info info;
	struct watch_fact fact;
	if (tcp_info(handle, &info)) { /* of a listener these two numbers mean that */
		queues->waiting = info.tcpi_unacked;
		queues->backlog = info.tcpi_sacked;
	} else if (handle->family == AF_UNIX && unix_fact(watch, handle, false, &fact)) {
		queues->waiting = fact.receive_queue;
		queues->backlog = fact.send_queue;
	}
}

/* The kernel counts the memory of what the other end has not read: only whether it is 0 can be used. */
static int64_t unix_unread_by_peer(struct watch *watch, const struct handle *handle, int memory)
{
	struct watch_fact fact;
	if (handle->type == SOCK_DGRAM)
		return -1;
	if (memory == 0)
		return 0;
	return unix_fact(watch, handle, true, &fact) ? (int64_t)fact.receive_queue : -1;
}

static int64_t unacked(struct watch *watch, const struct handle *handle)
{
	struct tcp_info info;
	int count = 0;
	bool is_tcp = watch_has_state(handle);
	if ((!is_tcp && handle->family != AF_UNIX) || ioctl(handle->fd, SIOCOUTQ, &count) < 0)
		return -1;
	if (!is_tcp)
		return unix_unread_by_peer(watch, handle, count);
	if (count <= 0 || !tcp_info(handle, &info))
		return count < 0 ? 0 : count;
	if (diag_state(info.tcpi_state) ==
	    STATE_CLOSED) /* a SYN that was refused, or what nobody acknowledges any more */
		return 0;
	return diag_without_fin(diag_state(info.tcpi_state), (unsigned)count);
}

static void closed_queues(struct watch *watch, const struct handle *handle, struct watch_queues *queues)
{
	struct watch_fact fact;
	if (watch_fact(watch, handle, &fact) < 0)
		return;
	if (fact.listening) {
		queues->waiting = fact.receive_queue;
		queues->backlog = fact.send_queue;
	} else {
		queues->unread = fact.receive_queue;
		queues->unacked = fact.send_queue;
	}
}

void watch_queues(struct watch *watch, const struct handle *handle, struct watch_queues *queues)
{
	int count;
	*queues = (struct watch_queues){.unread = -1, .unacked = -1, .waiting = -1, .backlog = -1};
	if (handle->fd < 0) {
		closed_queues(watch, handle, queues);
	} else if (is_listener(handle)) {
		listener_queues(watch, handle, queues);
	} else {
		if (ioctl(handle->fd, FIONREAD, &count) == 0)
			queues->unread = count;
		queues->unacked = unacked(watch, handle);
	}
}

unsigned watch_ready(const struct handle *handle)
{
	struct pollfd ready = {.fd = handle->fd, .events = POLLIN | POLLOUT | POLLPRI | POLLRDHUP};
	return handle->fd >= 0 && poll(&ready, 1, 0) > 0 ? (unsigned short)ready.revents : 0;
}

/* A pending error, data, a saved SYN; a peer's pidfd. */
bool watch_option_changes(int level, int number)
{
	enum { OPTION_SO_PEERPIDFD = 77, OPTION_TCP_SAVED_SYN = 28, OPTION_TCP_ZEROCOPY_RECEIVE = 35 };
	if (level == SOL_SOCKET)
		return number == SO_ERROR || number == OPTION_SO_PEERPIDFD;
	if (level == IPPROTO_TCP)
		return number == OPTION_TCP_SAVED_SYN || number == OPTION_TCP_ZEROCOPY_RECEIVE;
	return level == IPPROTO_SCTP; /* some of its options open a socket */
}

int watch_option(const struct handle *handle, int level, int number, void *bytes, unsigned room)
{
	socklen_t length = room;
	if (watch_option_changes(level, number)) {
		errno = EPERM;
		return -1;
	}
	return getsockopt(handle->fd, level, number, bytes, &length) < 0 ? -1 : (int)length;
}
