/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a call waits, or would have to: a full accept queue, a peer that does not read, or nobody who answers.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "explanations.h"
#include "hosts.h"
#include "story.h"

static bool is_full(const struct watch_fact *fact)
{
	return fact->listening && fact->receive_queue > fact->send_queue;
}

/* An IPv4 address in IPv6 form (::ffff:127.0.0.1) as the IPv4 one: listeners of both families take it. */
static struct address plain(const struct address *address)
{
	const struct in6_addr *host = &address->in6.sin6_addr;
	struct address ipv4 = {.length = sizeof(ipv4.in)};
	if (address->any.sa_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(host))
		return *address;
	ipv4.in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = address->in6.sin6_port};
	memcpy(&ipv4.in.sin_addr, &host->s6_addr[12], sizeof(ipv4.in.sin_addr));
	return ipv4;
}

/* The listener of TCP that has exactly the address, or its port on every interface. */
static bool ask_listener(struct watch *watch, const struct address *wanted, struct watch_fact *fact)
{
	static const struct address nobody;
	struct address any, as_it_is = plain(wanted);
	const struct address *target = &as_it_is;
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
	const struct handle *ours = session_listener(session, watch->host, target->any.sa_family, type, target);
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

static bool is_every_interface(const struct address *address)
{
	return address->any.sa_family == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&address->in6.sin6_addr)
	                                          : address->in.sin_addr.s_addr == htonl(INADDR_ANY);
}

/*
 * The kernel takes the listener of just that address before IPv4's every interface, and that before IPv6's. Of several
 * that share one (SO_REUSEPORT) it does not tell which: a full one is the cause.
 */
static int rank_listener(const struct holder_search *search, const struct watch_fact *fact)
{
	int near = !is_every_interface(&fact->local) ? 3 : fact->local.any.sa_family == AF_INET ? 2 : 1;
	if (!fact->listening || !holder_clashes(search, fact))
		return 0;
	return near * 2 + is_full(fact);
}

/* By a look at all that listens on the port: only after a failure. */
static bool find_full_of_all(struct story *story, struct watch_fact *fact)
{
	struct address wanted = plain(story->target);
	struct holder_search search = {.story = story, .wanted = &wanted, .rank = rank_listener};
	if ((story->error != ERROR_TIMEOUT && story->error != ETIMEDOUT) ||
	    !host_knows(story->session, story->entry->host, &wanted))
		return false;
	story->by->watch->host = session_host_from(story->session, story->entry->host, &wanted);
	if (!holder_find(&search, IPPROTO_TCP) || !is_full(&search.found))
		return false;
	*fact = search.found;
	return true;
}

static bool find_full(struct story *story)
{
	struct watch_fact fact = {0};
	struct watch *watch = story->by->watch;
	int type = story->handle ? story->handle->type : SOCK_STREAM;
	if (!listener_is_full(story->session, watch, story->target, type, &fact)) {
		bool is_unix = story->target->any.sa_family == AF_UNIX;
		if (!is_unix && !find_full_of_all(story, &fact))
			return false;
		if (is_unix)
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
	if (find_full(story) || story->situation & ON_UNIX ||
	    (story->error != ERROR_TIMEOUT && story->error != ETIMEDOUT))
		return;
	if (host_has(story->session, story->entry->host, story->target))
		story->cause.kind = SILENCE_HERE;
	else if (story->error == ERROR_TIMEOUT && story->handle && story->situation & ON_TCP)
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
