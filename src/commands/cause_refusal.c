/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a connection was refused: who is on the port, and why that one does not answer.
 */
#include <netinet/in.h>

#include "explanations.h"
#include "hosts.h"
#include "story.h"

static bool is_open_to_all(const struct watch_fact *fact)
{
	return fact->listening || fact->protocol == IPPROTO_UDP;
}

/* A connection that is over still has its listener's port. */
static bool is_remains(const struct holder_search *search, const struct watch_fact *fact)
{
	const struct handle *handle = fact->listening ? NULL : holder_handle(search->story, fact);
	return handle && handle->accepted_from;
}

static bool is_ipv6(const struct address *address)
{
	return address->any.sa_family == AF_INET6;
}

/* One that listens before one that is only bound; one that has the address before one that has only the port. */
static int rank_answerer(const struct holder_search *search, const struct watch_fact *fact)
{
	if (is_remains(search, fact))
		return 0;
	if (fact->peer.length) /* of UDP it has the port, but for its peer alone */
		return fact->protocol == IPPROTO_UDP && watch_overlaps(&fact->local, search->wanted);
	if (fact->v6only && is_ipv6(search->wanted) && IN6_IS_ADDR_V4MAPPED(&search->wanted->in6.sin6_addr))
		return is_open_to_all(fact) ? 2 : 0;
	if (holder_clashes(search, fact))
		return is_open_to_all(fact) ? 4 : 3;
	return is_open_to_all(fact) ? 2 : 0;
}

static int rank_other_protocol(const struct holder_search *search, const struct watch_fact *fact)
{
	return !fact->peer.length && is_open_to_all(fact) && holder_clashes(search, fact);
}

/* When it listened before: the entry that ended that. */
static uint64_t stopped_in(const struct session *session, const struct handle *handle)
{
	uint64_t shut = handle->ending.shut_early ? 0 : handle_shut_in(session, handle, true);
	return handle->ending.dissolved_in > shut ? handle->ending.dissolved_in : shut;
}

static bool is_ipv4(const struct address *address)
{
	return address->any.sa_family == AF_INET || (is_ipv6(address) && IN6_IS_ADDR_V4MAPPED(&address->in6.sin6_addr));
}

/* A socket of the one family does not reach the other. */
static unsigned families_differ(const struct address *held, const struct address *wanted)
{
	if (is_ipv4(held) == is_ipv4(wanted))
		return 0;
	return is_ipv4(wanted) ? HELD_IN_IPV6 : HELD_IN_IPV4;
}

static void take_answerer(struct story *story, const struct holder_search *search)
{
	struct cause *cause = &story->cause;
	const struct watch_fact *fact = &search->found;
	holder_take(story, fact);
	if (search->best == 4) {
		cause->kind = LISTENS_NOW;
	} else if (search->best == 1) {
		cause->kind = TAKES_FROM_PEER;
	} else if (search->best == 3) {
		cause->how = cause->who ? stopped_in(story->session, cause->who) : 0;
		cause->given |= cause->how && gave_port_back(cause->who) ? PORT_GIVEN_BACK : 0;
		cause->kind = cause->how ? STOPPED_LISTENING : BOUND_ONLY;
	} else {
		bool only_ipv6 = fact->v6only && IN6_IS_ADDR_UNSPECIFIED(&fact->local.in6.sin6_addr);
		cause->kind = only_ipv6 ? LISTENS_TO_IPV6 : LISTENS_ELSEWHERE;
		cause->given |= families_differ(&fact->local, search->wanted);
	}
}

/* One of this session that had the address. */
static bool find_closed(struct story *story, const struct address *wanted)
{
	const struct handle *handle = story->handle;
	int type = handle ? handle->type : SOCK_STREAM;
	const struct handle *had =
		session_bound(story->session, story->entry->host, wanted->any.sa_family, type, wanted);
	if (!had || had->fd >= 0 || !had->ending.closed_in)
		return false;
	story->cause.who = had;
	story->cause.fact.local = had->local;
	story->cause.how = had->ending.closed_in;
	story->cause.kind = CLOSED_THERE;
	return true;
}

static void find_answerer(struct story *story, const struct address *wanted)
{
	bool is_udp = story->situation & ON_UDP;
	struct holder_search search = {.story = story, .wanted = wanted, .rank = rank_answerer};
	if (holder_find(&search, is_udp ? IPPROTO_UDP : IPPROTO_TCP)) {
		take_answerer(story, &search);
		return;
	}
	if (find_closed(story, wanted))
		return;
	search.rank = rank_other_protocol;
	if (holder_find(&search, is_udp ? IPPROTO_TCP : IPPROTO_UDP)) {
		holder_take(story, &search.found);
		story->cause.kind = OTHER_PROTOCOL;
	}
}

void cause_of_refusal(struct story *story)
{
	const struct address *wanted = story->target ? story->target : story->handle ? &story->handle->peer : NULL;
	if (!story->by->watch || !wanted || !(story->situation & (ON_TCP | ON_UDP)) || address_port(wanted) <= 0)
		return;
	if (host_knows(story->session, story->entry->host, wanted)) {
		story->by->watch->host = session_host_from(story->session, story->entry->host, wanted);
		find_answerer(story, wanted);
	} else if (story->target && story->situation & ON_TCP)
		story->cause.kind = HOST_REFUSED;
}
