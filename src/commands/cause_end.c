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

/* What was done to it through any of its copies (dup). */
static uint64_t shut_in(const struct session *session, const struct handle *handle, bool reading)
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
	return story->error == EPIPE && take(story, OWN_SHUTDOWN, handle, shut_in(story->session, handle, false));
}

static bool find_other_end(struct story *story, const struct handle *other)
{
	const struct handle_ending *ending = &other->ending;
	if (take(story, DISSOLVED, other, ending->dissolved_in))
		return true;
	if (ending->closed_in && ending->unread > 0 && story->error != ENOTCONN) {
		story->cause.count = ending->unread;
		return take(story, CLOSED_UNREAD, other, ending->closed_in);
	}
	if (other->abort && story->situation & ON_TCP && take(story, CLOSED_BY_LINGER, other, ending->closed_in))
		return true;
	if (take(story, PEER_CLOSED, other, ending->closed_in))
		return true;
	return story->error == EPIPE && story->situation & ON_UNIX &&
	       take(story, PEER_SHUT_READ, other, shut_in(story->session, other, true));
}

/* The listener that it waited with is no listener any more. */
static bool find_listener(struct story *story, const struct handle *handle)
{
	const struct handle *listener = session_handle(story->session, handle->waits_with);
	if (!listener)
		return false;
	return take(story, LISTENER_GONE, listener, listener->ending.closed_in) ||
	       take(story, LISTENER_GONE, listener, listener->ending.dissolved_in) ||
	       take(story, LISTENER_GONE, listener, listener->ending.shut_read_in);
}

/* The last connect of a socket that has never been connected. */
static bool find_failed_connect(struct story *story, const struct handle *handle)
{
	const struct journal *journal = story->by->journal;
	for (uint64_t n = journal ? story->entry->number : 0; n > 1 && n > journal->oldest;) {
		const struct entry *entry = journal_entry(journal, --n);
		if (!entry || !entry->ended || entry->handle != handle->number || !entry->statement ||
		    !entry->statement->command)
			continue;
		if (!names_command("connect connect_ex", entry->statement->command->name))
			continue;
		bool as_value = entry->has_value && entry->value.kind == VALUE_ERROR;
		story->cause.failure = as_value ? (int)entry->value.number : entry->error;
		return story->cause.failure && take(story, CONNECT_FAILED, handle, entry->number);
	}
	return false;
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
	if (!other && story->situation & NEVER_CONNECTED)
		find_failed_connect(story, handle);
}
