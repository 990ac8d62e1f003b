/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a port: the kernel is asked for all sockets on it, and who it is is looked for in this session, then among
 * the processes.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

#include "story.h"

uint64_t handle_cookie(const struct handle *handle)
{
	uint64_t cookie = 0;
	if (!handle || handle->fd < 0 || watch_option(handle, SOL_SOCKET, SO_COOKIE, &cookie, sizeof(cookie)) < 0)
		return 0;
	return cookie;
}

int handle_option(const struct handle *handle, int level, int number, int otherwise)
{
	int value = 0;
	if (!handle || handle->fd < 0 || watch_option(handle, level, number, &value, sizeof(value)) < 0)
		return otherwise;
	return value;
}

bool gave_port_back(const struct handle *handle)
{
	enum { OPTION_IP_PROTOCOL = 52 }; /* of TCP it is the port that is bound, whatever getsockname still says */
	return handle_option(handle, IPPROTO_IP, OPTION_IP_PROTOCOL, -1) == 0;
}

static bool is_inet(int family)
{
	return family == AF_INET || family == AF_INET6;
}

/* May it be that socket? */
static bool is_alike(const struct handle *handle, const struct watch_fact *fact)
{
	if (handle->fd < 0 || is_inet(handle->family) != is_inet(fact->family))
		return false;
	if (handle->family == AF_UNIX)
		return true;
	bool is_udp = handle->type == SOCK_DGRAM;
	bool same_port = !handle->local.length || address_port(&handle->local) == address_port(&fact->local);
	return is_udp == (fact->protocol == IPPROTO_UDP) && same_port;
}

/* The handle of an open socket that the kernel has described. One that has a name before its nameless copies. */
static const struct handle *open_handle(const struct session *session, const struct watch_fact *fact)
{
	const struct handle *found = NULL;
	for (unsigned i = 0; i < session->handle_count && !(found && found->name); i++) {
		const struct handle *handle = session->handles[i];
		if (is_alike(handle, fact) && (!found || handle->name) && handle_cookie(handle) == fact->cookie)
			found = handle;
	}
	return found;
}

const struct handle *holder_handle(const struct story *story, const struct watch_fact *fact)
{
	const struct session *session = story->session;
	unsigned host = story->by->watch ? story->by->watch->host : 0; /* where it was found */
	const struct handle *found = fact->inode || fact->state == STATE_TIME_WAIT ? open_handle(session, fact) : NULL;
	if (found || !fact->peer.length || fact->family == AF_UNIX)
		return found;
	int type = fact->protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
	return session_connected(session, host, fact->family, type, &fact->local, &fact->peer);
}

static void name_process(struct cause *cause, const struct watch_fact *fact)
{
	struct watch_process process;
	if (!fact->inode)
		return;
	if (watch_process(fact->inode, &process))
		snprintf(cause->process, sizeof(cause->process), "%s, pid %d", process.name, process.pid);
	else
		snprintf(cause->process, sizeof(cause->process), "%s",
		         fact->uid != geteuid() ? "another user's process" : "another process");
}

void holder_take(struct story *story, const struct watch_fact *fact)
{
	struct cause *cause = &story->cause;
	cause->fact = *fact;
	cause->who = holder_handle(story, fact);
	if (!cause->who)
		name_process(cause, fact);
}

bool holder_clashes(const struct holder_search *search, const struct watch_fact *fact)
{
	bool wants_ipv4 = search->wanted->any.sa_family == AF_INET;
	if (!watch_overlaps(&fact->local, search->wanted))
		return false;
	if (fact->v6only && wants_ipv4)
		return false;
	return !(search->wanted_v6only && fact->local.any.sa_family == AF_INET);
}

static void consider(const struct watch_fact *fact, void *context)
{
	struct holder_search *search = context;
	if (search->own && fact->cookie == search->own)
		return;
	int rank = search->rank(search, fact);
	if (rank > search->best) {
		search->best = rank;
		search->found = *fact;
	}
}

/* Where the kernel does not tell: the sockets of this session. */
static void consider_handles(struct holder_search *search, int protocol)
{
	const struct session *session = search->story->session;
	int type = protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
	for (unsigned i = 0; i < session->handle_count; i++) {
		const struct handle *handle = session->handles[i];
		struct watch_fact fact;
		if (handle->fd < 0 || handle->host != search->story->by->watch->host || !is_inet(handle->family) ||
		    handle->type != type || address_port(&handle->local) != address_port(search->wanted))
			continue;
		if (watch_fact(search->story->by->watch, handle, &fact) == 0)
			consider(&fact, search);
	}
}

bool holder_find(struct holder_search *search, int protocol)
{
	struct watch *watch = search->story->by->watch;
	int port = address_port(search->wanted);
	if (!watch || port <= 0)
		return false;
	search->own = handle_cookie(search->story->handle);
	watch_each_on_port(watch, protocol, (unsigned)port, consider, search);
	if (!search->best) /* older kernels do not tell of sockets that are bound and idle */
		consider_handles(search, protocol);
	return search->best;
}
