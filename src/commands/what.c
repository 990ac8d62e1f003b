/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a waiting command waits for, and from whom, on one short line.
 */
#include <string.h>

#include "hosts.h"
#include "run.h"
#include "sosh/text.h"
#include "story.h"
#include "wiring.h"

#define HELD_TOLD 3u

static bool has_name(const struct address *address)
{
	size_t length = 1;

	if (address->length < sizeof(sa_family_t))
		return false;
	if (address->any.sa_family == AF_UNIX)
		address_path(address, &length);
	return length > 0 && address_port(address) != 0;
}

/* conn, handle 3 */
static void add_handle(struct buffer *out, const struct handle *handle)
{
	if (!handle->name)
		buffer_text(out, "handle ");
	session_handle_label(out, handle);
}

/* The other end: its handle, or its address. False: nobody knows. */
static bool add_peer(struct buffer *out, const struct run *run)
{
	const struct handle *handle = run->handle;
	const struct handle *other = session_handle(&run->engine->session, handle->other);

	if (other && other->fd >= 0)
		add_handle(out, other);
	else if (has_name(&handle->peer))
		address_format(out, &handle->peer);
	else
		return false;
	return true;
}

/* Where it waits: the own socket, with its address where others must know it. */
static void add_own(struct buffer *out, const struct run *run, bool serves)
{
	struct handle *handle = run->handle;

	buffer_text(out, " on ");
	session_handle_label(out, handle);
	if (!handle->local.length)
		watch_names(handle);
	if (!serves || !has_name(&handle->local))
		return;
	buffer_text(out, " (");
	address_format(out, &handle->local);
	buffer_char(out, ')');
}

/* Who waits for an answer of a server that does not know of him yet. */
static void add_not_accepted(struct buffer *out, const struct run *run)
{
	const struct handle *listener = session_handle(&run->engine->session, run->handle->waits_with);

	if (!listener || listener->fd < 0 || run->handle->waiting_state != STATE_ESTABLISHED)
		return;
	buffer_text(out, ", where it still waits to be accepted: accept ");
	session_handle_label(out, listener);
}

static void add_data(struct buffer *out, const struct run *run, const char *what)
{
	size_t before = out->length;

	buffer_format(out, "%s from ", what);
	if (add_peer(out, run)) {
		add_not_accepted(out, run);
		return;
	}
	out->length = before;
	buffer_text(out, what);
	add_own(out, run, run->handle->type == SOCK_DGRAM);
}

/* Whose reading makes the room. */
static void add_room(struct buffer *out, const struct run *run, const char *what)
{
	const struct handle *other = session_handle(&run->engine->session, run->handle->other);
	struct watch_queues queues;

	buffer_text(out, what);
	add_own(out, run, false);
	if (other && other->fd >= 0) {
		watch_queues(&run->engine->watch, other, &queues);
		if (queues.unread > 0) {
			buffer_format(out, ": %lld bytes lie unread in ", (long long)queues.unread);
			add_handle(out, other);
		}
	} else if (has_name(&run->handle->peer) && run->handle->type == SOCK_STREAM) {
		buffer_text(out, " until ");
		address_format(out, &run->handle->peer);
		buffer_text(out, " reads");
	}
}

/* Silence, or a listener whose queue is full? */
static void add_connecting(struct buffer *out, const struct run *run, const char *what)
{
	struct engine *engine = run->engine;
	const struct address *target = run->entry->target.address;
	const struct handle *ours =
		session_listener(&engine->session, run->entry->host, target->any.sa_family, SOCK_STREAM, target);
	int type = run->handle ? run->handle->type : SOCK_STREAM;
	struct watch_fact fact;

	buffer_text(out, what);
	address_format(out, target);
	unsigned of_lab = run->entry->host ? 0 : session_host_of(&engine->session, target);
	if (of_lab && !host_has(&engine->session, 0, target)) {
		buffer_format(out, ", in the lab host %s, but this socket is not in the lab",
		              session_host_name(&engine->session, of_lab));
		return;
	}
	engine->watch.host = run->entry->host;
	if (!listener_is_full(&engine->session, &engine->watch, target, type, &fact))
		return;
	buffer_format(out, ": its accept queue is full (%u wait, backlog %u)", fact.receive_queue, fact.send_queue);
	if (ours && ours->fd >= 0) {
		buffer_text(out, ", accept ");
		session_handle_label(out, ours);
		buffer_text(out, " makes room");
	}
}

/* Does it concern the socket: sent to it, or a SYN of its own? */
static bool concerns(const struct handle *handle, const struct segment *segment)
{
	bool opens = segment->kind == SEGMENT_TCP && segment->tcp.flags & SEGMENT_SYN;

	return watch_overlaps(&handle->local, &segment->to) || (opens && address_equal(&segment->from, &handle->local));
}

/* What the wire holds that it may wait for: " (the wire holds #1 SYN)". */
static void add_held(struct buffer *out, const struct run *run, const struct handle *handle)
{
	const struct wire *wire = lab_wire(run->engine->lab);
	const struct wire_frame *held = NULL;
	unsigned count = 0;

	while ((held = wire_held(wire, held))) {
		const struct passage *passage = passages_get(&run->engine->journal.passages, held->number);
		struct segment segment;
		if (!passage || passage->place.role == ROLE_RETRANSMISSION)
			continue;
		passage_read(passage, &segment);
		if (!concerns(handle, &segment) || count++ >= HELD_TOLD)
			continue;
		buffer_text(out, count > 1 ? ", " : " (the wire holds ");
		buffer_format(out, "#%llu ", (unsigned long long)passage->number);
		segment_flags(out, &segment);
	}
	if (count)
		buffer_text(out, count > HELD_TOLD ? ", ...)" : ")");
}

static bool is_about(const char *what, const char *prefix)
{
	return strncmp(what, prefix, strlen(prefix)) == 0;
}

void run_what(struct run *run, struct buffer *out)
{
	const char *what = run->pending.wait.what ? run->pending.wait.what : "its end";
	const char *name = run->statement->command->name;
	bool connects =
		names_command("connect connect_ex create_connection", name) && run->entry->target.kind == VALUE_ADDRESS;

	if (run->waits_for)
		buffer_format(out, "job %%%d", run->waits_for->job);
	else if (run->waits_for_all)
		buffer_text(out, "all jobs");
	else if (connects && (is_about(what, "the SYN") || is_about(what, "room")))
		add_connecting(out, run, is_about(what, "room") ? "room in the queue of " : "the SYN,ACK from ");
	else if (run->handle && (is_about(what, "data") || is_about(what, "a datagram")))
		add_data(out, run, what);
	else if (run->handle && is_about(what, "room"))
		add_room(out, run, what);
	else
		buffer_text(out, what);
	if (run->handle && (is_about(what, "a client") || is_about(what, "the last")))
		add_own(out, run, is_about(what, "a client"));
	struct handle *handle = run->pending.handle ? run->pending.handle : run->handle; /* create_connection's own */
	if (handle && handle->host && wiring_holds(run->engine)) {
		watch_names(handle);
		add_held(out, run, handle);
	}
}
