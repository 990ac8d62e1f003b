/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a call waits, or would have to: a full accept queue, a peer that does not read, or nobody who answers.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "explanations.h"
#include "hosts.h"
#include "story.h"

static bool is_full(const struct watch_fact *fact)
{
	return fact->listening && fact->receive_queue > fact->send_queue;
}

/* The listener of TCP that has exactly the address, or its port on every interface. */
static bool ask_listener(struct watch *watch, const struct address *target, struct watch_fact *fact)
{
	static const struct address nobody;
	struct address any;
	unsigned port = (unsigned)address_port(target);
	if (watch_fact_of_pair(watch, target, &nobody, fact) == 0)
		return true;
	if (address_any(&any, AF_INET, port) == 0 && target->any.sa_family == AF_INET &&
	    watch_fact_of_pair(watch, &any, &nobody, fact) == 0)
		return true;
	return address_any(&any, AF_INET6, port) == 0 && watch_fact_of_pair(watch, &any, &nobody, fact) == 0;
}

bool listener_is_full(const struct session *session, struct watch *watch, const struct address *target, int type,
                      struct watch_fact *fact)
{
	const struct handle *ours = session_bound(session, watch->host, target->any.sa_family, type, target);
	if (ours && ours->fd >= 0)
		return watch_fact(watch, ours, fact) == 0 && is_full(fact);
	if (target->any.sa_family == AF_UNIX || address_port(target) <= 0 || !host_knows(session, watch->host, target))
		return false;
	watch->host = session_host_from(session, watch->host, target);
	return ask_listener(watch, target, fact) && is_full(fact);
}

static void remember_listener(const struct watch_fact *fact, void *context)
{
	struct watch_fact *found = context;
	if (fact->listening)
		*found = *fact;
}

static bool find_full(struct story *story)
{
	struct watch_fact fact = {0};
	struct watch *watch = story->by->watch;
	int type = story->handle ? story->handle->type : SOCK_STREAM;
	if (!listener_is_full(story->session, watch, story->target, type, &fact)) {
		if (story->target->any.sa_family != AF_UNIX)
			return false;
		watch_each_of_name(watch, story->target, remember_listener, &fact);
		if (!is_full(&fact))
			return false;
	}
	holder_take(story, &fact);
	story->cause.count = fact.receive_queue;
	story->cause.most = fact.send_queue;
	story->cause.given |= fact.family == AF_UNIX ? IS_UNIX : 0;
	story->cause.kind = QUEUE_FULL;
	return true;
}

static void find_connecting(struct story *story)
{
	bool stopped = story->handle && story->situation & ON_TCP &&
	               watch_state(story->by->watch, story->handle) != STATE_SYN_SENT;
	if (!story->target || (stopped && story->error != ETIMEDOUT))
		return;
	if (story->handle && story->handle->peer.length) /* that of the attempt, which another connect may have begun */
		story->target = &story->handle->peer;
	if (!find_full(story) && story->error == ERROR_TIMEOUT && story->handle && story->situation & ON_TCP)
		story->cause.kind = SILENCE;
}

static void find_reader(struct story *story)
{
	struct watch_queues queues;
	const struct handle *handle = story->handle;
	const struct handle *other = handle ? session_handle(story->session, handle->other) : NULL;
	if (!other || other->fd < 0 || !(story->situation & ON_STREAM))
		return;
	watch_queues(story->by->watch, other, &queues);
	if (queues.unread <= 0)
		return;
	story->cause.who = other;
	story->cause.count = queues.unread;
	story->cause.kind = PEER_DOES_NOT_READ;
}

static void find_listener(struct story *story)
{
	const struct handle *handle = story->handle;
	const struct handle *listener = handle ? session_handle(story->session, handle->waits_with) : NULL;
	if (!listener || listener->fd < 0 || handle->waiting_state != STATE_ESTABLISHED)
		return;
	story->cause.who = listener;
	story->cause.kind = NOT_ACCEPTED;
}

/* A client of this session whose data it waits for? */
static void find_deferred(struct story *story)
{
	const struct handle *client =
		story->handle ? session_handle(story->session, story->handle->first_waiting) : NULL;
	if (client && story->situation & ON_TCP && handle_option(story->handle, IPPROTO_TCP, TCP_DEFER_ACCEPT, 0) > 0)
		story->cause.kind = DEFERS;
}

void cause_of_silence(struct story *story)
{
	if (!story->by->watch)
		return;
	if (names_command("connect connect_ex create_connection", story->command))
		find_connecting(story);
	else if (names_command("send sendall sendto sendmsg sendfile", story->command))
		find_reader(story);
	else if (names_command("recv recvfrom recvmsg", story->command))
		find_listener(story);
	else if (names_command("accept", story->command))
		find_deferred(story);
}
