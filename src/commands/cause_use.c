/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wrong socket: a listener where its connection was meant, a connection where a listener was; and what is too much.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include "explanations.h"
#include "story.h"

#define UDP_HEADERS  28 /* of IPv4 and UDP */
#define UDP6_HEADERS 48

#define CARRYING "send sendall sendto sendmsg sendfile recv recvfrom recvmsg getpeername"

static const struct handle *newest_accepted(const struct session *session, const struct handle *listener)
{
	for (unsigned i = session->handle_count; i > 0; i--) {
		const struct handle *handle = session->handles[i - 1];
		if (handle->accepted_from == listener->number && handle->fd >= 0)
			return handle;
	}
	return NULL;
}

bool cause_of_listener_used(struct story *story)
{
	if (!names_command(CARRYING, story->command) ||
	    !handle_option(story->handle, SOL_SOCKET, SO_ACCEPTCONN, story->situation & IN_LISTEN))
		return false;
	story->cause.who = newest_accepted(story->session, story->handle);
	story->cause.kind = LISTENER_USED;
	return true;
}

static bool is_from_loopback(const struct story *story)
{
	const struct address *local = &story->handle->local;
	return story->target && local->length && local->any.sa_family == AF_INET &&
	       story->target->any.sa_family == AF_INET && ntohl(local->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET &&
	       address_port(story->target) > 0 && !watch_is_own_address(story->target);
}

/* Accepted once, but no connection any more: what it may do is what a new socket may. */
static void find_left(struct story *story)
{
	if (!names_command("accept", story->command) || story->situation & (IN_CONNECTION | IN_SYN_SENT | IN_LISTEN))
		return;
	story->cause.how = story->handle->ending.dissolved_in;
	story->cause.kind = LEFT_CONNECTION;
}

/* It listened before. */
static void find_stopped(struct story *story)
{
	struct cause *cause = &story->cause;
	const struct handle *handle = story->handle;
	uint64_t shut = handle->ending.shut_early ? 0 : handle_shut_in(story->session, handle, true);
	cause->how = handle->ending.dissolved_in > shut ? handle->ending.dissolved_in : shut;
	if (!cause->how)
		return;
	cause->who = handle;
	cause->fact.local = handle->local;
	cause->given |= story->situation & ON_UNIX ? IS_UNIX : gave_port_back(handle) ? PORT_GIVEN_BACK : 0;
	cause->kind = STOPPED_LISTENING;
}

static void find_invalid(struct story *story)
{
	const struct handle *handle = story->handle;
	if (handle && names_command("connect connect_ex sendto sendmsg", story->command) && is_from_loopback(story))
		story->cause.kind = FROM_LOOPBACK;
	if (!handle || cause_of_listener_used(story) || !names_command("bind listen accept", story->command))
		return;
	const struct handle *listener = session_handle(story->session, handle->accepted_from);
	if (listener && handle->ending.dissolved_in) {
		find_left(story);
	} else if (listener) {
		story->cause.who = listener;
		bool accepts = names_command("accept", story->command) && listener->fd >= 0;
		story->cause.kind = accepts ? ACCEPTED_ACCEPTS : ACCEPTED_USED;
	} else if (names_command("accept", story->command) && !handle->peer.length) {
		find_stopped(story);
	}
}

static void find_connected(struct story *story)
{
	const struct handle *other = story->handle ? session_handle(story->session, story->handle->other) : NULL;
	bool is_over = story->situation & (WAS_CONNECTED | SENT_FIN);
	if (!other || is_over || !names_command("connect connect_ex", story->command))
		return;
	story->cause.who = other;
	story->cause.kind = ALREADY_CONNECTED;
}

static void find_descriptors(struct story *story)
{
	struct rlimit limit;
	struct watch_queues queues;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	if (names_command("accept", story->command) && story->handle && story->by->watch) {
		watch_queues(story->by->watch, story->handle, &queues);
		story->cause.given |= queues.waiting > 0 ? CLIENT_WAITS : 0;
	}
	story->cause.count = story->session->open_count;
	story->cause.most = (int64_t)limit.rlim_cur;
	story->cause.kind = NO_DESCRIPTOR;
}

static void find_packet_size(struct story *story)
{
	bool is_ipv6 = story->situation & ON_IPV6;
	int level = is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
	int discover = handle_option(story->handle, level, is_ipv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, -1);
	int mtu = handle_option(story->handle, level, is_ipv6 ? IPV6_MTU : IP_MTU, -1);
	if ((discover != IP_PMTUDISC_DO && discover != IP_PMTUDISC_PROBE) || mtu <= UDP6_HEADERS || mtu >= UINT16_MAX)
		return; /* on loopback what is in the way is the greatest size of all */
	story->cause.most = mtu - (is_ipv6 ? UDP6_HEADERS : UDP_HEADERS);
	story->cause.kind = TOO_BIG_FOR_PACKET;
}

static void find_size(struct story *story)
{
	if (story->situation & ON_UDP) {
		find_packet_size(story);
	} else if (story->situation & ON_UNIX) {
		story->cause.most = handle_option(story->handle, SOL_SOCKET, SO_SNDBUF, -1);
		story->cause.kind = TOO_BIG_FOR_BUFFER;
	}
}

void cause_of_use(struct story *story)
{
	switch (story->error) {
	case EINVAL:
		find_invalid(story);
		break;
	case EISCONN:
		find_connected(story);
		break;
	case EMFILE:
		find_descriptors(story);
		break;
	case EMSGSIZE:
		find_size(story);
		break;
	default:
		break;
	}
}
