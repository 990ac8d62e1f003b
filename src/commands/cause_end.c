/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a connection ended: who did it, when, and in what way. The session remembers it of its own sockets.
 */
#include <errno.h>

#include "explanations.h"
#include "story.h"

static bool take(struct story *story, enum cause_kind kind, const struct handle *who, uint64_t how)
{
	if (!how)
		return false;
	story->cause.kind = kind;
	story->cause.who = who;
	story->cause.how = how;
	return true;
}

uint64_t handle_shut_in(const struct session *session, const struct handle *handle, bool reading)
{
	for (unsigned i = 0; i < session->handle_count; i++) {
		const struct handle *copy = session->handles[i];
		uint64_t in = reading ? copy->ending.shut_read_in : copy->ending.shut_in;
		if (in && (copy == handle || (copy->open && copy->open == handle->open)))
			return in;
	}
	return 0;
}

static bool find_own_doing(struct story *story, const struct handle *handle)
{
	if (take(story, OWN_DISSOLVED, handle, handle->ending.dissolved_in))
		return true;
	return story->error == EPIPE &&
	       take(story, OWN_SHUTDOWN, handle, handle_shut_in(story->session, handle, false));
}

static bool find_other_end(struct story *story, const struct handle *other)
{
	const struct handle_ending *ending = &other->ending;
	if (take(story, DISSOLVED, other, ending->dissolved_in))
		return true;
	bool resets =
		story->error != ENOTCONN && story->situation & ON_STREAM; /* a datagram's sender is told nothing */
	if (ending->closed_in && ending->unread > 0 && resets) {
		story->cause.count = ending->unread;
		return take(story, CLOSED_UNREAD, other, ending->closed_in);
	}
	if (other->abort && story->situation & ON_TCP && take(story, CLOSED_BY_LINGER, other, ending->closed_in))
		return true;
	if (take(story, PEER_CLOSED, other, ending->closed_in))
		return true;
	return story->error == EPIPE && story->situation & ON_UNIX &&
	       take(story, PEER_SHUT_READ, other, handle_shut_in(story->session, other, true));
}

/* The listener that it waited with is no listener any more. */
static bool find_listener(struct story *story, const struct handle *handle)
{
	const struct handle *listener = session_handle(story->session, handle->waits_with);
	if (!listener && story->situation & ON_UNIX && story->error == ECONNRESET && handle->peer.length)
		listener = session_bound(story->session, handle->host, AF_UNIX, handle->type, &handle->peer);
	if (!listener)
		return false;
	return take(story, LISTENER_GONE, listener, listener->ending.closed_in) ||
	       take(story, LISTENER_GONE, listener, listener->ending.dissolved_in) ||
	       (!listener->ending.shut_early && take(story, LISTENER_GONE, listener, listener->ending.shut_read_in));
}

static bool became_connected(const struct entry *entry, const struct handle *handle)
{
	for (unsigned i = 0; i < entry->state_count; i++)
		if (entry->states[i].handle == handle->number && entry->states[i].to == STATE_ESTABLISHED)
			return true;
	return false;
}

/* How the entry ended: an errno, also one given as a value (connect_ex, SO_ERROR). */
static int failure_of(const struct entry *entry)
{
	bool as_value = entry->has_value && entry->value.kind == VALUE_ERROR;
	return as_value ? (int)entry->value.number : entry->error;
}

/* Of a connect that did not wait the failure is told later. */
static bool tells_failure(int error)
{
	return error == ECONNREFUSED || error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH;
}

/* The last connect of a socket that has never been connected. */
static bool find_failed_connect(struct story *story, const struct handle *handle)
{
	const struct journal *journal = story->by->journal;
	int told = 0;
	for (uint64_t n = journal ? story->entry->number : 0; n > 1 && n > journal->oldest;) {
		const struct entry *entry = journal_entry(journal, --n);
		if (!entry || !entry->ended || entry->handle != handle->number || !entry->statement ||
		    !entry->statement->command)
			continue;
		int failure = failure_of(entry);
		if (became_connected(entry, handle))
			return false;
		if (!told && tells_failure(failure))
			told = failure;
		if (!names_command("connect connect_ex", entry->statement->command->name))
			continue;
		story->cause.failure = failure == EINPROGRESS ? told : failure;
		return story->cause.failure && take(story, CONNECT_FAILED, handle, entry->number);
	}
	return false;
}

/* Its connection ended with an error, which was told once. */
static void find_told_end(struct story *story, const struct handle *handle)
{
	const struct journal *journal = story->by->journal;
	for (uint64_t n = journal ? story->entry->number : 0; n > 1 && n > journal->oldest;) {
		const struct entry *entry = journal_entry(journal, --n);
		if (!entry || !entry->ended || entry->handle != handle->number)
			continue;
		if (entry->given == handle->number)
			return;
		if (entry->error == ETIMEDOUT || entry->error == ECONNRESET || entry->error == ECONNABORTED) {
			story->cause.failure = entry->error;
			take(story, ENDED_BEFORE, handle, entry->number);
			return;
		}
	}
}

void cause_of_end(struct story *story)
{
	const struct handle *handle = story->handle;
	const struct handle *other = handle ? session_handle(story->session, handle->other) : NULL;
	if (!handle || handle->fd < 0 || cause_of_listener_used(story) || story->target ||
	    story->situation & (IN_SYN_SENT | ON_UDP))
		return;
	if (find_own_doing(story, handle) || (other && find_other_end(story, other)) || find_listener(story, handle))
		return;
	if (!other && !handle->accepted_from && story->situation & (NEVER_CONNECTED | WAS_CONNECTED))
		find_failed_connect(story, handle);
	if (!story->cause.kind && story->error == EPIPE && story->situation & WAS_CONNECTED)
		find_told_end(story, handle);
}
