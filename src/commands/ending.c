/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ending: shutdown, close, unlink. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "run.h"
#include "sosh/watch_fact.h"

/* The other end, and who waits there, belong to the handle that ends it, which may be a copy (dup) of the one they
 * had. */
static void take_over(struct run *run, struct handle *handle)
{
	struct session *session = &run->engine->session;
	struct handle *copy = session_copy(session, handle), *other;

	for (; copy; copy = session_handle(session, copy->older_copy))
		if (copy != handle)
			session_stand_in(session, copy, handle);
	other = session_handle(session, handle->other);
	if (other)
		other->other = handle->number;
}

/* The socket lives on in a copy, which has to do with whom this one had to do with. */
static void leave_to_copy(struct run *run, struct handle *handle)
{
	struct session *session = &run->engine->session;
	struct handle *copy = session_copy(session, handle);

	if (!copy)
		return;
	watch_names(copy);
	session_stand_in(session, handle, copy);
	session_named(session, copy);
	if (copy->state == STATE_NONE ||
	    copy->state == STATE_CLOSED) /* what it became later, it became with the other */
		copy->state = handle->state;
}

/* An unconnected socket of the internet is shut down all the same when the kernel says ENOTCONN. */
static enum progress start_shutdown(struct run *run)
{
	struct handle *handle = run->handle;
	int how = (int)argument_number(run, 1);

	enum progress progress = call_shutdown(&run->engine->door, run->entry, handle, how);

	if (progress != CALL_DONE &&
	    (run->entry->error != ENOTCONN || handle->family == AF_UNIX || handle->peer.length))
		return CALL_FAILED;
	handle->ending.shut_early = progress != CALL_DONE;
	if (how != SHUT_WR)
		handle->ending.shut_read_in = run->entry->number;
	if (how != SHUT_RD)
		handle->ending.shut_in = run->entry->number;
	if (how != SHUT_RD || !handle->peer.length) /* a listener has ended */
		take_over(run, handle);
	return progress == CALL_DONE ? run_done(run) : CALL_FAILED;
}

/* Whether its address can be had again while its connection is in TIME-WAIT depends on this. */
static bool reuses_address(const struct handle *handle)
{
	int reuses = 0;

	return watch_option(handle, SOL_SOCKET, SO_REUSEADDR, &reuses, sizeof(reuses)) > 0 && reuses;
}

/* What the other end will want to know when it meets the end of the connection. */
static void note_ending(struct run *run, struct handle *handle)
{
	watch_names(handle);
	session_named(&run->engine->session, handle);
	if (!handle->open || handle->open->references > 1) {
		leave_to_copy(run, handle);
		if (handle->open && run->engine->watching)
			entry_remark(run->entry, "the socket lives on in a copy (dup): nothing is sent");
		return;
	}
	handle->ending.closed_in = run->entry->number;
	if (watch_has_state(handle) &&
	    !handle->peer.length) /* another one may listen at the same address (SO_REUSEPORT) */
		watch_option(handle, SOL_SOCKET, SO_COOKIE, &handle->cookie, sizeof(handle->cookie));
	if (handle->peer.length > 0 || handle->other)
		handle->ending.unread = watch_unread(handle);
	if (watch_has_state(handle))
		handle->ending.reuse = reuses_address(handle);
	take_over(run, handle);
}

/* The handle that is closed next; NULL with a complaint when there is none of that number. */
static struct handle *next_handle(struct run *run)
{
	int64_t number = run->arguments[0].list->items[run->index].value.number;
	struct handle *handle = session_handle(&run->engine->session, number);

	if (!handle)
		run_refuse(run, "there is no handle %lld; sockets lists them", (long long)number);
	return handle;
}

/* Closes one after the other. The first failure is the command's, the others are closed all the same. */
static enum progress close_all(struct run *run, enum progress progress)
{
	int first_error = run->step ? (int)run->step : run->entry->error;

	for (;;) {
		if (progress == CALL_WAITING)
			return progress;
		if (progress == CALL_FAILED && !first_error)
			first_error = run->entry->error;
		run->step = (unsigned)first_error;
		if (run->index == run->arguments[0].list->count)
			break;
		struct handle *handle = next_handle(run);
		if (!handle)
			return CALL_FAILED;
		run->index++;
		run_cancel_handle(run->engine, handle, run);
		note_ending(run, handle);
		pending_clear(&run->pending);
		memset(&run->pending, 0, sizeof(run->pending));
		progress = call_close(&run->pending, &run->engine->door, run->entry, handle);
	}
	if (first_error) {
		entry_fail(run->entry, first_error);
		return CALL_FAILED;
	}
	return run_done(run);
}

static enum progress start_close(struct run *run)
{
	return close_all(run, CALL_DONE);
}

/* unlink removes an AF_UNIX name and nothing else: a file of another kind was not meant. */
static enum progress start_unlink(struct run *run)
{
	const struct blob *path = run->arguments[0].blob;
	struct stat status;

	if (strlen(path->bytes) != path->length)
		return run_refuse(run, "an abstract name is no file: it vanishes with its last socket");
	if (!lstat(path->bytes, &status) && !S_ISSOCK(status.st_mode))
		return run_refuse(run, "this is no AF_UNIX socket's name, but a file of another kind: it stays");
	enum progress progress = call_unlink(&run->engine->door, run->entry, path->bytes);
	return progress == CALL_DONE ? run_done(run) : progress;
}

const struct row ending_rows[] = {
	{{"shutdown",
          "ending",
          "end one or both directions of a connection",
          "",
          1,
          2,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET},
           {.name = "how", .show = "HOW", .type = PARAM_NUMBER, .fallback = "SHUT_WR", .group = "SHUT_"}}},
         start_shutdown,
         NULL,
         NULL},
	{{"close",
          "ending",
          "close sockets; their jobs end with EBADF",
          "",
          1,
          1,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET, .many = true}}},
         start_close,
         close_all,
         NULL},
	{{"unlink",
          "ending",
          "remove the name of an AF_UNIX socket",
          "",
          1,
          1,
          {{.name = "path", .show = "PATH", .type = PARAM_PATH}}},
         start_unlink,
         NULL,
         NULL},
	{.spec = {.name = NULL}},
};
