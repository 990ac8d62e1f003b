/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Naming: bind, connect, connect_ex, getsockname, getpeername. */
#include <errno.h>

#include "run.h"

#define SOCKET                                                                                                         \
	{                                                                                                              \
		.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET                                               \
	}
#define ADDRESS                                                                                                        \
	{                                                                                                              \
		.name = "address", .show = "ADDRESS", .type = PARAM_ADDRESS                                            \
	}

/* How far a connect is: run->step. */
enum { CONNECT_BEGAN = 1, CONNECT_WAITED };

static enum progress start_bind(struct run *run)
{
	struct address address;
	enum progress progress = run_address(run, 1, run->handle->family, run->handle->type, &address);

	if (progress != CALL_DONE)
		return progress;
	run->entry->target = value_address(&address);
	progress = call_bind(&run->engine->door, run->entry, run->handle, &address);
	if (progress == CALL_DONE)
		run_named(run, run->handle);
	return progress == CALL_DONE ? run_done(run) : progress;
}

/* Is that the connection which an earlier, non-blocking connect has made? */
static bool was_made_before(const struct run *run)
{
	const struct value *target = &run->entry->target;

	return run->handle->state == STATE_ESTABLISHED && target->kind == VALUE_ADDRESS &&
	       target->address->any.sa_family != AF_UNSPEC;
}

static void remark_on_itself(struct run *run)
{
	const struct handle *handle = run->handle;

	if (run->engine->watching && handle->type == SOCK_STREAM && handle->local.length && handle->family != AF_UNIX &&
	    address_equal(&handle->local, &handle->peer))
		entry_remark(run->entry, "connected to itself: both ends have the same address");
}

/* EISCONN, EALREADY: whom it is connected to has been shown before. */
static bool says_it_has_begun(const struct entry *entry)
{
	bool as_value = entry->has_value && entry->value.kind == VALUE_ERROR;
	int64_t error = as_value ? entry->value.number : entry->error;

	return error == EISCONN || error == EALREADY;
}

static enum progress connected(struct run *run, enum progress progress)
{
	struct entry *entry = run->entry;
	struct handle *handle = run->handle;
	bool failed =
		progress != CALL_DONE || (entry->value.kind == VALUE_ERROR && entry->value.number); /* connect_ex */

	if (!failed && run->step == CONNECT_BEGAN &&
	    !was_made_before(run)) /* what was seen of another attempt is over */
		handle->waiting_state = STATE_NONE;
	if (progress == CALL_WAITING) { /* its SYN is on its way: it has an address already */
		run->step = CONNECT_WAITED;
		handle->waiting_state = STATE_NONE;
		run_named(run, handle);
		return progress;
	}
	bool dissolves = entry->target.kind == VALUE_ADDRESS && entry->target.address->any.sa_family == AF_UNSPEC;
	if (!failed && (dissolves || !was_made_before(run))) {
		if (!handle->ending.shut_early || dissolves)
			handle->ending = (struct handle_ending){.unread = -1};
	}
	if (!failed && dissolves)
		handle->ending.dissolved_in = entry->number;
	if (!failed || (handle->peer.length > 0 && entry->error != EISCONN)) /* it may go on trying: EINPROGRESS */
		run_named(run, handle);
	else
		session_named(&run->engine->session, handle);
	if (says_it_has_begun(entry) || (failed && handle->peer.length == 0))
		value_clear(&entry->local);
	if (!failed)
		remark_on_itself(run);
	return progress;
}

static enum progress connect_to(struct run *run, bool as_value)
{
	struct address address;
	enum progress progress = run_address(run, 1, run->handle->family, run->handle->type, &address);

	if (progress != CALL_DONE)
		return progress;
	run->step = CONNECT_BEGAN;
	return connected(run,
	                 call_connect(&run->pending, &run->engine->door, run->entry, run->handle, &address, as_value));
}

static enum progress start_connect(struct run *run)
{
	return connect_to(run, false);
}

static enum progress start_connect_ex(struct run *run)
{
	return connect_to(run, true);
}

static enum progress give_address(struct run *run, enum progress progress, const struct address *address)
{
	if (progress != CALL_DONE)
		return progress;
	entry_value(run->entry, value_address(address));
	run->entry->address = value_address(address);
	run->entry->result = 0;
	return CALL_DONE;
}

static enum progress start_getsockname(struct run *run)
{
	struct address address;
	enum progress progress = call_getsockname(&run->engine->door, run->entry, run->handle, &address);

	return give_address(run, progress, &address);
}

static enum progress start_getpeername(struct run *run)
{
	struct address address;
	enum progress progress = call_getpeername(&run->engine->door, run->entry, run->handle, &address);

	return give_address(run, progress, &address);
}

const struct row naming_rows[] = {
	{{"bind", "naming", "give a socket its own address", "", 1, 2, {SOCKET, ADDRESS}}, start_bind, NULL, NULL},
	{{"connect", "naming", "connect a socket to an address", "", 1, 2, {SOCKET, ADDRESS}},
         start_connect,
         connected,
         NULL},
	{{"connect_ex",
          "naming",
          "connect, but give the error's number instead of failing",
          "",
          1,
          2,
          {SOCKET, ADDRESS}},
         start_connect_ex,
         connected,
         NULL},
	{{"getsockname", "naming", "tell a socket's own address", "", 1, 1, {SOCKET}}, start_getsockname, NULL, NULL},
	{{"getpeername", "naming", "tell the address of the other end", "", 1, 1, {SOCKET}},
         start_getpeername,
         NULL,
         NULL},
	{.spec = {.name = NULL}},
};
