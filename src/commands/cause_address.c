/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why an address cannot be had: who holds it, or that it is not ours.
 *
 * What SO_REUSEADDR would change depends on both sockets, the new one and the old one: a connection in TIME-WAIT
 * remembers whether its socket had it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>

#include "explanations.h"
#include "hosts.h"
#include "story.h"

#define ADDRESSES_MOST 6

/* A listener holds it for good, what is only bound too; of connections one that is open before one that is over. */
static int rank_holder(const struct holder_search *search, const struct watch_fact *fact)
{
	if (!holder_clashes(search, fact))
		return 0;
	if (fact->listening)
		return 4;
	if (!fact->peer.length || fact->protocol == IPPROTO_UDP)
		return 3;
	return fact->state == STATE_TIME_WAIT ? 1 : 2;
}

static int rank_listener(const struct holder_search *search, const struct watch_fact *fact)
{
	return fact->listening && holder_clashes(search, fact);
}

static enum cause_kind kind_of_holder(const struct watch_fact *fact)
{
	if (fact->protocol == IPPROTO_UDP)
		return HELD_BY_UDP;
	if (fact->listening)
		return HELD_BY_LISTENER;
	if (!fact->peer.length)
		return HELD_BY_BOUND;
	return fact->state == STATE_TIME_WAIT ? HELD_BY_TIME_WAIT : HELD_BY_CONNECTION;
}

/* create_server sets it by itself, and has no handle any more. */
static void note_reuse(struct story *story)
{
	struct cause *cause = &story->cause;
	const struct handle *old = cause->who;
	int reuses = handle_option(story->handle, SOL_SOCKET, SO_REUSEADDR, 1);
	cause->given |= reuses ? NEW_REUSES : NEW_DOES_NOT;
	if (old && old->fd >= 0)
		reuses = handle_option(old, SOL_SOCKET, SO_REUSEADDR, 0);
	else if (old)
		reuses = old->ending.reuse;
	if (old)
		cause->given |= reuses ? OLD_REUSES : OLD_DOES_NOT;
	if (handle_option(old, SOL_SOCKET, SO_REUSEPORT, 0) &&
	    !handle_option(story->handle, SOL_SOCKET, SO_REUSEPORT, 1))
		cause->given |= OLD_SHARES;
}

static void find_holder(struct story *story)
{
	bool is_udp = story->situation & ON_UDP;
	bool listens = names_command("listen", story->command);
	const struct address *wanted = story->target;
	if (!wanted && listens && story->handle)
		wanted = &story->handle->local;
	if (!wanted || !(story->situation & (ON_UDP | ON_TCP)) || names_command("setsockopt", story->command))
		return;
	struct holder_search search = {
		.story = story,
		.wanted = wanted,
		.wanted_v6only = handle_option(story->handle, IPPROTO_IPV6, IPV6_V6ONLY, 0),
		.rank = listens ? rank_listener : rank_holder,
	};
	if (!holder_find(&search, is_udp ? IPPROTO_UDP : IPPROTO_TCP))
		return;
	holder_take(story, &search.found);
	story->cause.kind = kind_of_holder(&search.found);
	note_reuse(story);
}

/* The connection that has the same two ends. */
static bool find_same_connection(struct story *story)
{
	const struct handle *handle = story->handle;
	struct watch_fact fact;
	if (!handle || !handle->local.length || !story->by->watch || !(story->situation & ON_TCP) ||
	    watch_fact_of_pair(story->by->watch, &handle->local, story->target, &fact) < 0)
		return false;
	holder_take(story, &fact);
	story->cause.kind = SAME_CONNECTION;
	return true;
}

struct listed {
	struct story *story;
	int count;
};

static void list_address(const struct address *address, const char *interface, void *context)
{
	struct listed *listed = context;
	struct buffer *text = &listed->story->cause.text;
	if (listed->count++ >= ADDRESSES_MOST)
		return;
	if (text->length)
		buffer_text(text, ", ");
	struct address host = *address;
	if (host.any.sa_family == AF_INET6)
		host.in6.sin6_scope_id = 0; /* the interface stands behind it */
	address_format_host(text, &host);
	buffer_format(text, " (%s)", interface);
}

/* The addresses of the host where it failed. */
static void each_address_of(struct story *story, struct listed *listed)
{
	unsigned host = story->entry->host;
	struct address address;
	if (!host) {
		watch_each_address(list_address, listed);
		return;
	}
	const struct session_host *one = &story->session->hosts[host - 1];
	address_from_host(&address, "127.0.0.1", 9, 0, NULL);
	list_address(&address, "lo", listed);
	list_address(&one->in, "eth0", listed);
	if (one->in6.length)
		list_address(&one->in6, "eth0", listed);
}

static void find_own_addresses(struct story *story)
{
	struct listed listed = {.story = story};
	if (!story->by->watch || host_has(story->session, story->entry->host, story->target))
		return;
	each_address_of(story, &listed);
	if (listed.count > ADDRESSES_MOST)
		buffer_text(&story->cause.text, ", ...");
	story->cause.kind = NOT_OUR_ADDRESS;
}

/* The numbers in a file of /proc: how many there are, at most two. */
static int read_numbers(const char *path, unsigned numbers[2])
{
	FILE *file = fopen(path, "re");
	int count = file ? fscanf(file, "%u %u", &numbers[0], &numbers[1]) : 0;
	if (file)
		fclose(file);
	return count;
}

/* The ports to choose from: the socket's own range, else the system's. */
static bool port_range(const struct handle *handle, unsigned range[2])
{
	enum { OPTION_IP_LOCAL_PORT_RANGE = 51 };
	unsigned own = (unsigned)handle_option(handle, IPPROTO_IP, OPTION_IP_LOCAL_PORT_RANGE, 0);
	if (read_numbers("/proc/sys/net/ipv4/ip_local_port_range", range) != 2)
		return false;
	if (own & 0xffff)
		range[0] = own & 0xffff;
	if (own >> 16)
		range[1] = own >> 16;
	return true;
}

static void find_free_ports(struct story *story)
{
	unsigned range[2];
	bool bound = story->handle && address_port(&story->handle->local) > 0;
	if (bound || !host_has(story->session, story->entry->host, story->target) || !port_range(story->handle, range))
		return;
	buffer_format(&story->cause.text, "%u to %u", range[0], range[1]);
	story->cause.kind = NO_PORT_LEFT;
}

static void find_missing(struct story *story)
{
	if (!story->target || names_command("setsockopt", story->command))
		return;
	if (names_command("bind create_server", story->command))
		find_own_addresses(story);
	else if (!find_same_connection(story))
		find_free_ports(story);
}

/* A port that is for root, an address that is for all. */
static void find_permission(struct story *story)
{
	unsigned limit[2];
	int port = story->target ? address_port(story->target) : -1;
	if (port < 0)
		return;
	if (names_command("bind create_server", story->command)) {
		if (port == 0 || read_numbers("/proc/sys/net/ipv4/ip_unprivileged_port_start", limit) < 1 ||
		    (unsigned)port >= limit[0])
			return;
		story->cause.most = limit[0];
		story->cause.kind = LOW_PORT;
	} else if (story->situation & ON_UDP && watch_is_broadcast(story->target) &&
	           !handle_option(story->handle, SOL_SOCKET, SO_BROADCAST, 1)) {
		story->cause.kind = IS_BROADCAST;
	}
}

void cause_of_address(struct story *story)
{
	if (story->error == EACCES)
		find_permission(story);
	else if (story->error == EADDRNOTAVAIL)
		find_missing(story);
	else if (!names_command("connect connect_ex create_connection", story->command) || !story->target ||
	         !find_same_connection(story))
		find_holder(story);
}
