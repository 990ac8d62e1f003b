/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making sockets: socket, socketpair, create_server, create_connection, dup. */
#include <errno.h>
#include <string.h>

#include "hosts.h"
#include "run.h"
#include "sosh/memory.h"

/* A new handle is the result. */
static enum progress give(struct run *run, struct handle *handle)
{
	run->entry->given = handle->number;
	entry_value(run->entry, value_handle(handle->number));
	run->entry->result = handle->number;
	return CALL_DONE;
}

static enum progress start_socket(struct run *run)
{
	struct handle *made;
	enum progress progress = call_socket(&run->engine->door, run->entry, (int)argument_number(run, 0),
	                                     (int)argument_number(run, 1), (int)argument_number(run, 2), &made);

	return progress == CALL_DONE ? give(run, made) : progress;
}

static enum progress start_socketpair(struct run *run)
{
	struct handle *made[2];
	struct value pair;
	enum progress progress = call_socketpair(&run->engine->door, run->entry, (int)argument_number(run, 0),
	                                         (int)argument_number(run, 1), (int)argument_number(run, 2), made);

	if (progress != CALL_DONE)
		return progress;
	pair = value_list(2);
	pair.list->items[0].value = value_handle(made[0]->number);
	pair.list->items[1].value = value_handle(made[1]->number);
	entry_value(run->entry, pair);
	run->entry->result = made[0]->number;
	session_link(&run->engine->session, made[0], made[1]);
	run_results(run, value_handle(made[0]->number), value_handle(made[1]->number));
	return CALL_DONE;
}

/* What the kernel does not tell of a socket any more, once its connection is in TIME-WAIT, is known of the handle. */
static void take_names(struct handle *copy, const struct handle *handle)
{
	copy->local = handle->local;
	copy->peer = handle->peer;
	copy->inode = handle->inode;
	copy->cookie = handle->cookie;
}

static enum progress start_dup(struct run *run)
{
	struct handle *made;
	enum progress progress = call_dup(&run->engine->door, run->entry, run->handle, &made);

	if (progress != CALL_DONE)
		return progress;
	made->timeout = run->handle->timeout;
	made->other = run->handle->other;
	made->accepted_from = run->handle->accepted_from;
	take_names(made, run->handle);
	watch_names(made);
	session_named(&run->engine->session, made);
	return give(run, made);
}

/* A socket that was made for nothing is closed again; what went wrong stays the entry's error. */
static void undo(struct run *run, struct handle *handle)
{
	struct pending closing = {0};
	int error = run->entry->error;

	call_close(&closing, &run->engine->door, run->entry, handle);
	pending_clear(&closing);
	value_clear(&run->entry->value);
	run->entry->has_value = false;
	entry_fail(run->entry, error);
	run->pending.handle = NULL;
	value_clear(&run->entry->local);
	value_clear(&run->entry->peer);
	if (handle->state == STATE_NONE) /* else what the wire carried has shown it */
		session_withdraw(&run->engine->session, handle);
}

/* The family of an address that was written as one, else what the parameter says. */
static int server_family(const struct run *run)
{
	const struct value *address = &run->arguments[0];

	if (argument_given(run, 1) || address->kind != VALUE_ADDRESS)
		return (int)argument_number(run, 1);
	return address->address->any.sa_family;
}

static enum progress set_int(struct run *run, struct handle *handle, const char *name, int number)
{
	struct value value = value_number(number);

	return call_setsockopt(&run->engine->door, run->entry, handle, option_find(name, strlen(name)), &value);
}

/* What Python's create_server does between socket and listen. */
static enum progress prepare_server(struct run *run, struct handle *handle, int family, const struct address *address)
{
	bool dual = argument_number(run, 4) != 0;
	enum progress progress = CALL_DONE;

	if (family != AF_UNIX)
		progress = set_int(run, handle, "SO_REUSEADDR", 1);
	if (progress == CALL_DONE && argument_number(run, 3))
		progress = set_int(run, handle, "SO_REUSEPORT", 1);
	if (progress == CALL_DONE && family == AF_INET6)
		progress = set_int(run, handle, "IPV6_V6ONLY", !dual);
	if (progress == CALL_DONE)
		progress = call_bind(&run->engine->door, run->entry, handle, address);
	if (progress == CALL_DONE)
		progress = call_listen(&run->engine->door, run->entry, handle, (int)argument_number(run, 2));
	return progress;
}

static enum progress start_create_server(struct run *run)
{
	struct address address;
	struct handle *made;
	int family = server_family(run);

	if (argument_number(run, 4) && family != AF_INET6)
		return run_refuse(run, "dualstack_ipv6 needs the family AF_INET6");
	enum progress progress = run_address(run, 0, family, SOCK_STREAM, &address);
	if (progress != CALL_DONE)
		return progress;
	run->entry->target = value_address(&address);
	progress = call_socket(&run->engine->door, run->entry, family, SOCK_STREAM, 0, &made);
	if (progress != CALL_DONE)
		return progress;
	if (prepare_server(run, made, family, &address) != CALL_DONE) {
		undo(run, made);
		return CALL_FAILED;
	}
	run_named(run, made);
	return give(run, made);
}

/* 0 with the address to bind to, 1 when none was given, -1 after a refusal. */
static int source_address(struct run *run, int family, struct address *source)
{
	if (!argument_given(run, 2) || run->arguments[2].kind == VALUE_NONE)
		return 1;
	return run_address(run, 2, family, SOCK_STREAM, source) == CALL_DONE ? 0 : -1;
}

/* The socket for one address, its timeout set, bound when a source address was given. NULL: the entry has the error. */
static struct handle *connecting_socket(struct run *run, const struct address *address)
{
	struct handle *made;
	struct address source;
	double seconds;

	if (call_socket(&run->engine->door, run->entry, address->any.sa_family, SOCK_STREAM, 0, &made) != CALL_DONE)
		return NULL;
	if (run->arguments[1].kind != VALUE_NONE && value_as_real(&run->arguments[1], &seconds))
		made->timeout = seconds;
	int bound = source_address(run, address->any.sa_family, &source);
	if (!bound && call_bind(&run->engine->door, run->entry, made, &source) != CALL_DONE) {
		entry_explain(run->entry, "the source address cannot be bound: %s", error_text(run->entry->error));
		bound = -1;
	}
	if (bound >= 0)
		return made;
	undo(run, made);
	return NULL;
}

/* Nobody has its number yet: what is not connected when it is cancelled is closed. */
static void undo_connecting(struct run *run)
{
	struct handle *made = session_handle(&run->engine->session, run->step);

	pending_clear(&run->pending);
	memset(&run->pending, 0, sizeof(run->pending));
	if (made)
		undo(run, made);
}

/*
 * create_connection goes through the addresses of a name (run->found) in order until one answers: `index` is the next
 * to try, `step` the number of the handle that is being connected.
 */
static enum progress try_address(struct run *run, const struct address *address)
{
	struct handle *made = connecting_socket(run, address);

	if (!made)
		return CALL_FAILED;
	run->step = (unsigned)made->number;
	run->undo = undo_connecting;
	memset(&run->pending, 0, sizeof(run->pending));
	enum progress progress = call_connect(&run->pending, &run->engine->door, run->entry, made, address, false);
	if (progress == CALL_WAITING && made->host) /* its SYN is on its way: it has an address already */
		run_named(run, made);
	return progress;
}

/* After a try: the socket is the result, or the next address is tried. */
static enum progress after_try(struct run *run, enum progress progress)
{
	while (progress == CALL_FAILED && run->step) {
		struct handle *made = session_handle(&run->engine->session, run->step);
		pending_clear(&run->pending);
		undo(run, made);
		run->step = 0;
		run->undo = NULL;
		if (run->index >= run->found_count)
			return CALL_FAILED;
		run->entry->error = 0;
		progress = try_address(run, &run->found[run->index++]);
	}
	if (progress != CALL_DONE)
		return progress;
	struct handle *made = session_handle(&run->engine->session, run->step);
	value_clear(&run->entry->value);
	run_named(run, made);
	return give(run, made);
}

/* Takes the addresses that were found out of the look-up. */
static void take_found(struct run *run)
{
	struct address address;

	while (resolved_address(&run->pending, run->found_count, &address)) {
		run->found = memory_resize(run->found, (run->found_count + 1) * sizeof(address));
		run->found[run->found_count++] = address;
	}
	pending_clear(&run->pending);
	memset(&run->pending, 0, sizeof(run->pending));
}

static enum progress begin_tries(struct run *run)
{
	if (!run->found_count)
		return run_refuse(run, "the name has no address");
	run->index = 1;
	return after_try(run, try_address(run, &run->found[0]));
}

/* A source address that is a name is looked up first; start is called again when it is there. */
static enum progress resolve_source(struct run *run)
{
	struct value *value = &run->arguments[2];
	struct address source;

	if (value->kind != VALUE_LIST || !value->list->items[0].value.blob->length)
		return CALL_DONE;
	enum progress progress = run_address(run, 2, AF_UNSPEC, SOCK_STREAM, &source);
	if (progress == CALL_DONE) {
		value_clear(value);
		*value = value_address(&source);
	}
	return progress;
}

static enum progress start_create_connection(struct run *run)
{
	const struct value *value = &run->arguments[0];
	struct buffer host, known, service;
	enum progress source = resolve_source(run);

	if (source != CALL_DONE)
		return source;

	if (value->kind != VALUE_LIST || !value->list->items[0].value.blob->length) {
		run->found = memory_zero(sizeof(*run->found));
		run->found_count = 1;
		enum progress progress = run_address(run, 0, AF_UNSPEC, SOCK_STREAM, &run->found[0]);
		return progress == CALL_DONE ? begin_tries(run) : progress;
	}
	buffer_init(&host);
	buffer_init(&known);
	buffer_init(&service);
	value_format_plain(&host, &value->list->items[0].value);
	value_format_plain(&service, &value->list->items[1].value);
	bool of_lab = host_by_name(run, buffer_string(&host), AF_UNSPEC, &known);
	enum progress progress =
		call_resolve(&run->pending, &run->engine->door, run->entry, buffer_string(of_lab ? &known : &host),
	                     buffer_string(&service), AF_UNSPEC, SOCK_STREAM);
	buffer_clear(&known);
	buffer_clear(&host);
	buffer_clear(&service);
	if (progress != CALL_DONE)
		return progress;
	take_found(run);
	return begin_tries(run);
}

static enum progress resume_create_connection(struct run *run, enum progress progress)
{
	if (run->step)
		return after_try(run, progress);
	if (progress != CALL_DONE)
		return progress;
	take_found(run);
	return begin_tries(run);
}

#define FAMILY(fallback_)                                                                                              \
	{                                                                                                              \
		.name = "family", .show = "FAMILY", .type = PARAM_NUMBER, .fallback = fallback_, .group = "AF_"        \
	}
#define TYPE                                                                                                           \
	{                                                                                                              \
		.name = "type", .show = "TYPE", .type = PARAM_NUMBER, .fallback = "SOCK_STREAM", .group = "SOCK_"      \
	}
#define PROTOCOL                                                                                                       \
	{                                                                                                              \
		.name = "proto", .show = "PROTOCOL", .type = PARAM_NUMBER, .fallback = "0", .group = "IPPROTO_"        \
	}

const struct row making_rows[] = {
	{{"socket", "making", "make a socket", "the handle", 1, 3, {FAMILY("AF_INET"), TYPE, PROTOCOL}},
         start_socket,
         NULL,
         NULL},
	{{"socketpair",
          "making",
          "make two sockets that are connected to each other",
          "both handles",
          2,
          3,
          {FAMILY("AF_UNIX"), TYPE, PROTOCOL}},
         start_socketpair,
         NULL,
         NULL},
	{{"create_server",
          "making",
          "make a socket that listens: socket, bind and listen in one",
          "the handle",
          1,
          5,
          {{.name = "address", .show = "ADDRESS", .type = PARAM_ADDRESS},
           FAMILY("AF_INET"),
           {.name = "backlog", .show = "BACKLOG", .type = PARAM_NUMBER, .fallback = "128"},
           {.name = "reuse_port", .show = "REUSE_PORT", .type = PARAM_BOOL, .fallback = "False"},
           {.name = "dualstack_ipv6", .show = "DUALSTACK_IPV6", .type = PARAM_BOOL, .fallback = "False"}}},
         start_create_server,
         NULL,
         NULL},
	{{"create_connection",
          "making",
          "make a socket and connect it, trying all addresses",
          "the handle",
          1,
          3,
          {{.name = "address", .show = "ADDRESS", .type = PARAM_ADDRESS},
           {.name = "timeout", .show = "TIMEOUT", .type = PARAM_SECONDS, .fallback = "None", .group = "None"},
           {.name = "source_address", .show = "SOURCE_ADDRESS", .type = PARAM_ADDRESS, .fallback = ""}}},
         start_create_connection,
         resume_create_connection,
         NULL},
	{{"dup",
          "making",
          "make another handle of the same socket",
          "the handle",
          1,
          1,
          {{.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET}}},
         start_dup,
         NULL,
         NULL},
	{.spec = {.name = NULL}},
};
