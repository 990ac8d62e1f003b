/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which host of the lab was forgotten: an address is a host's own, a socket stays on the host where it was made, and
 * each host has its own loopback.
 */
#include <errno.h>

#include "hosts.h"
#include "story.h"

static bool name_host(struct story *story, unsigned host, enum cause_kind kind)
{
	const char *name = session_host_name(story->session, host);

	if (name)
		buffer_text(&story->cause.text, name);
	else
		buffer_text(&story->cause.text, "this machine");
	story->cause.kind = kind;
	return true;
}

static bool is_loopback(const struct address *address)
{
	if (address->any.sa_family == AF_INET)
		return ntohl(address->in.sin_addr.s_addr) >> 24 == 127;
	return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address->in6.sin6_addr);
}

/* Another host's loopback, or this machine's, where somebody listens on the port. */
static bool find_other_loopback(struct story *story)
{
	const struct session *session = story->session;

	for (unsigned host = 0; host <= session->host_count; host++) {
		const struct handle *there =
			session_bound(session, host, story->target->any.sa_family, SOCK_STREAM, story->target);
		if (host == story->entry->host || !there || there->fd < 0 || there->state != STATE_LISTEN)
			continue;
		story->cause.who = there;
		return name_host(story, host, OTHER_LOOPBACK);
	}
	return false;
}

bool cause_of_lab(struct story *story)
{
	const struct session *session = story->session;
	bool binds = names_command("bind create_server", story->command);
	bool connects = names_command("connect connect_ex create_connection sendto", story->command);

	if (!session->host_count || !story->target || !(binds || connects))
		return false;
	unsigned own = story->entry->host, there = session_host_of(session, story->target);
	if (binds && there && there != own && story->error == EADDRNOTAVAIL)
		return name_host(story, there, story->handle ? LAB_ADDRESS_BOUND : LAB_ADDRESS);
	if (connects && there && !own && !host_has(session, 0, story->target))
		return name_host(story, there, OUTSIDE_LAB);
	return connects && story->error == ECONNREFUSED && is_loopback(story->target) &&
	       !session_bound(session, own, story->target->any.sa_family, SOCK_STREAM, story->target) &&
	       find_other_loopback(story);
}
