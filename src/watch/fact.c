/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that the kernel tells of one socket: of an open one through its descriptor and, for the timers of TCP, through
 * its addresses; of a closed one through its addresses alone.
 */
#include <sys/stat.h>

#include "ask.h"
#include "diag.h"
#include "queues.h"

/* A number that getsockopt(2) knows, 0 where it does not. */
static int number_of(const struct handle *handle, int level, int option)
{
	int number = 0;
	return watch_option(handle, level, option, &number, sizeof(number)) < 0 ? 0 : number;
}

static uint64_t cookie_of(const struct handle *handle)
{
	uint64_t cookie = 0;
	return watch_option(handle, SOL_SOCKET, SO_COOKIE, &cookie, sizeof(cookie)) < 0 ? 0 : cookie;
}

static int protocol_of(const struct handle *handle)
{
	if (watch_has_state(handle))
		return IPPROTO_TCP;
	bool is_inet = handle->family == AF_INET || handle->family == AF_INET6;
	return is_inet && handle->type == SOCK_DGRAM && !handle->protocol ? IPPROTO_UDP : handle->protocol;
}

static unsigned queue_of(int64_t bytes, int64_t of_listener, bool listening)
{
	int64_t queue = listening ? of_listener : bytes;
	return queue < 0 ? 0 : (unsigned)queue;
}

static void ask_descriptor(struct watch *watch, const struct handle *handle, struct watch_fact *fact)
{
	struct stat status;
	struct watch_queues queues;
	*fact = (struct watch_fact){.family = handle->family, .protocol = protocol_of(handle), .type = handle->type};
	ask_name(handle->fd, false, &fact->local);
	ask_name(handle->fd, true, &fact->peer);
	if (watch_has_state(handle)) {
		fact->state = watch_state(watch, handle);
		fact->retransmits = queues_retransmits(handle);
	}
	fact->listening = number_of(handle, SOL_SOCKET, SO_ACCEPTCONN);
	fact->v6only = handle->family == AF_INET6 && number_of(handle, IPPROTO_IPV6, IPV6_V6ONLY);
	watch_queues(watch, handle, &queues);
	fact->receive_queue = queue_of(queues.unread, queues.waiting, fact->listening);
	fact->send_queue = queue_of(queues.unacked, queues.backlog, fact->listening);
	if (fstat(handle->fd, &status) == 0) {
		fact->uid = status.st_uid;
		fact->inode = status.st_ino;
	}
}

/* Its handshake has no answer yet, and getpeername(2) does not tell whose. By a dump of its port. 1, 0 or -1. */
static int ask_connecting(struct watch *watch, unsigned host, const struct address *local, uint64_t cookie,
                          struct watch_fact *fact)
{
	struct facts facts = {0};
	struct netlink *diag = ask_on(watch, host);
	if (!diag)
		return -1;
	int found = diag_dump(diag, local->any.sa_family, IPPROTO_TCP, 1U << STATE_SYN_SENT,
	                      (unsigned)address_port(local), &facts);
	for (size_t i = 0; found == 0 && i < facts.count; i++) {
		if (facts.list[i].cookie == cookie) {
			*fact = facts.list[i];
			found = 1;
		}
	}
	facts_clear(&facts);
	if (found < 0)
		ask_again(watch, diag);
	return found;
}

/* What the descriptor does not tell: the timers, and in TIME-WAIT what there was. */
static void ask_connection(struct watch *watch, const struct handle *handle, struct watch_fact *own)
{
	struct watch_fact found;
	int known = 0;
	if (own->state == STATE_TIME_WAIT) {
		if (ask_remains(watch, handle, &found)) {
			found.uid = own->uid;
			*own = found;
		}
		return;
	}
	own->cookie = cookie_of(handle);
	if (own->state == STATE_CLOSED)
		return;
	/* the connection under a socket of MPTCP has a cookie of its own */
	uint64_t cookie = handle->protocol == IPPROTO_MPTCP ? 0 : own->cookie;
	const struct address *peer = own->peer.length ? &own->peer : &handle->peer;
	if (own->state == STATE_LISTEN || peer->length)
		known = diag_is_pair(&own->local, peer)
		                ? ask_pair(watch, handle->host, &own->local, peer, cookie, &found)
		                : 0;
	if (known == 0 && own->state == STATE_SYN_SENT)
		known = ask_connecting(watch, handle->host, &own->local, own->cookie, &found);
	if (known <= 0)
		return;
	own->peer = found.peer;
	own->timer = found.timer;
	own->timer_ms = found.timer_ms;
	own->retransmits = found.retransmits;
}

int watch_fact(struct watch *watch, const struct handle *handle, struct watch_fact *fact)
{
	if (handle->fd >= 0) {
		ask_descriptor(watch, handle, fact);
		if (watch_has_state(handle))
			ask_connection(watch, handle, fact);
		else
			fact->cookie = cookie_of(handle);
		return 0;
	}
	if (!watch_has_state(handle) || !diag_is_pair(&handle->local, &handle->peer))
		return -1;
	return ask_pair(watch, handle->host, &handle->local, &handle->peer, handle->cookie, fact) > 0 ? 0 : -1;
}

int watch_fact_of_pair(struct watch *watch, const struct address *local, const struct address *peer,
                       struct watch_fact *fact)
{
	if (!diag_is_pair(local, peer))
		return -1;
	return ask_pair_anywhere(watch, local, peer, fact) > 0 ? 0 : -1;
}
