/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remarks on calls that succeeded, where the bare result is easily taken for something else: an empty datagram for the
 * end of a stream, a send into a closed connection for a delivery, a reset for an orderly close.
 */
#include <linux/sock_diag.h>
#include <string.h>

#include "hosts.h"
#include "look.h"
#include "sosh/watch_fact.h"

/* What the command has changed of a handle; NULL: nothing. */
static const struct state_change *change_of(const struct entry *entry, const struct handle *handle)
{
	for (unsigned i = 0; i < entry->state_count; i++)
		if (entry->states[i].handle == handle->number)
			return &entry->states[i];
	return NULL;
}

static bool is_carrying(enum tcp_state state)
{
	return state != STATE_NONE && state != STATE_CLOSED && state != STATE_LISTEN && state != STATE_SYN_SENT;
}

/* "conn" or "the peer" */
static const char *name_of_other(struct buffer *out, const struct run *run)
{
	const struct handle *other = session_handle(&run->engine->session, run->handle->other);

	buffer_text(out, !other ? "the peer" : other->name ? "" : "handle ");
	if (other)
		session_handle_label(out, other);
	return buffer_string(out);
}

/* What was sent has met a peer that takes nothing any more. */
static void remark_on_reset(struct run *run)
{
	const struct state_change *change = change_of(run->entry, run->handle);
	struct buffer other;

	if (!change || run->handle->state != STATE_CLOSED || !is_carrying(change->from))
		return;
	buffer_init(&other);
	entry_remark(run->entry, "not delivered: %s answered by RST, as it %s. The next send fails",
	             name_of_other(&other, run),
	             change->from == STATE_CLOSE_WAIT ? "is closed" : "does not know the connection");
	buffer_clear(&other);
}

/* UDP throws away what its receiver has no room for. The sender is told nothing, but a receiver of this session counts.
 */
static void remark_on_loss(struct run *run)
{
	const struct session *session = &run->engine->session;
	const struct handle *handle = run->handle;
	const struct value *target = &run->entry->target;
	const struct address *to = target->kind == VALUE_ADDRESS ? target->address : &handle->peer;
	struct handle *other = session_handle(session, handle->other);
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	struct buffer name;

	if (!other && to->length)
		other = session_bound(session, handle->host, handle->family, handle->type, to);
	if (!other || other->fd < 0 ||
	    watch_option(other, SOL_SOCKET, SO_MEMINFO, memory, sizeof(memory)) < (int)sizeof(memory) ||
	    memory[SK_MEMINFO_DROPS] <= other->lost)
		return;
	other->lost = memory[SK_MEMINFO_DROPS];
	buffer_init(&name);
	session_handle_label(&name, other);
	entry_remark(run->entry, "%s%s has lost %u datagram%s by now: it has no room (SO_RCVBUF), or a filter",
	             other->name ? "" : "handle ", buffer_string(&name), other->lost, other->lost == 1 ? "" : "s");
	buffer_clear(&name);
}

static void remark_on_send(struct run *run)
{
	struct entry *entry = run->entry;
	size_t length = run->arguments[1].blob->length;

	if (length == 0 && run->handle->type == SOCK_STREAM)
		entry_remark(entry, "nothing was sent: a stream has no empty messages");
	else if (length == 0)
		entry_remark(entry, "an empty datagram");
	else if (entry->result < (int64_t)length)
		entry_remark(entry, "%lld of %zu bytes: there was no room for more. Send the rest later",
		             (long long)entry->result, length);
	else if (run->handle->type == SOCK_DGRAM && run->handle->family != AF_UNIX)
		remark_on_loss(run);
	else
		remark_on_reset(run);
}

/* Has the other end finished sending? */
static bool has_peer_ended(const struct run *run)
{
	const struct handle *handle = run->handle;
	const struct handle *other = session_handle(&run->engine->session, handle->other);

	if (handle->family == AF_UNIX)
		return !other || other->fd < 0 || other->ending.shut_in;
	return handle->state != STATE_ESTABLISHED && handle->state != STATE_FIN_WAIT_1 &&
	       handle->state != STATE_FIN_WAIT_2;
}

static void remark_on_recv(struct run *run)
{
	struct entry *entry = run->entry;
	uint64_t shut = run->handle->ending.shut_read_in;

	if (entry->data.blob->length || entry->result)
		return;
	if (!argument_number(run, 1))
		entry_remark(entry, "0 bytes were asked for: this is no end of the stream");
	else if (shut && (run->handle->type == SOCK_DGRAM || !has_peer_ended(run)))
		entry_remark(entry, "nothing is there, and this side ended its receiving in entry %llu",
		             (unsigned long long)shut);
	else if (run->handle->type == SOCK_DGRAM)
		entry_remark(entry, "an empty datagram");
	else if (run->handle->state == STATE_CLOSED)
		entry_remark(entry, "nothing more comes: the connection is over");
	else
		entry_remark(entry, "end of the stream: the peer has finished sending");
}

/* A peer on AF_UNIX has no states: it is asked for by its handle. */
static bool had_peer(const struct run *run, const struct handle *handle)
{
	const struct state_change *change = change_of(run->entry, handle);
	const struct handle *other = session_handle(&run->engine->session, handle->other);

	if (handle->family == AF_UNIX)
		return handle->type != SOCK_DGRAM && other && other->fd >= 0;
	return change && is_carrying(change->from) && handle->state == STATE_CLOSED;
}

/* Why close has sent RST. */
static void remark_on_close(struct run *run)
{
	const struct handle *handle = run->handle;
	long long unread;

	if (!handle || handle->fd >= 0 || handle->ending.closed_in != run->entry->number || !had_peer(run, handle))
		return;
	unread = handle->ending.unread;
	if (unread > 0)
		entry_remark(run->entry, "%lld byte%s unread: %s", unread, unread == 1 ? " was" : "s were",
		             handle->family == AF_UNIX ? "the other end gets ECONNRESET" : "RST is sent, not FIN");
	else if (handle->abort && handle->family != AF_UNIX)
		entry_remark(run->entry, "SO_LINGER 0: RST is sent, not FIN");
}

/* Most books have it that this keeps the peer from sending. */
static void remark_on_shutdown(struct run *run)
{
	bool only_reading = argument_number(run, 1) == SHUT_RD;

	if (only_reading && run->handle->family != AF_UNIX && is_carrying(run->handle->state))
		entry_remark(run->entry, "nothing is sent: the peer may go on sending, and recv still gives it");
}

/* Outside the lab the addresses of its hosts are somebody else's. False: it is not so. */
static bool remark_on_outside(struct run *run, const struct handle *handle)
{
	const struct session *session = &run->engine->session;
	unsigned host = handle->host || !handle->peer.length ? 0 : session_host_of(session, &handle->peer);
	struct buffer text;

	if (!host || host_has(session, 0, &handle->peer))
		return false;
	buffer_init(&text);
	buffer_text(&text, "in the lab ");
	address_format_host(&text, &handle->peer);
	buffer_format(&text, " is host %s, but %s", session_host_name(session, host), handle->name ? "" : "handle ");
	session_handle_label(&text, handle);
	entry_remark(run->entry, "%s is on this machine: somebody else outside has answered", buffer_string(&text));
	buffer_clear(&text);
	return true;
}

static void remark_on_connect(struct run *run)
{
	const struct handle *handle =
		run->handle ? run->handle : session_handle(&run->engine->session, run->entry->given);

	if (!handle)
		return;
	bool is_inet = handle->family == AF_INET || handle->family == AF_INET6;
	if (is_inet && remark_on_outside(run, handle))
		return;
	if (is_inet && handle->type == SOCK_DGRAM && handle->peer.length && !run->entry->result)
		entry_remark(run->entry, "only noted: nothing was sent, nobody was asked");
}

static const struct {
	const char *command;
	void (*remark)(struct run *run);
} remarks[] = {
	{"send", remark_on_send},         {"sendto", remark_on_send},
	{"sendall", remark_on_send},      {"recv", remark_on_recv},
	{"recvfrom", remark_on_recv},     {"close", remark_on_close},
	{"connect", remark_on_connect},   {"create_connection", remark_on_connect},
	{"shutdown", remark_on_shutdown},
};

void remark(struct run *run)
{
	const struct entry *entry = run->entry;

	if (entry->error || entry->refused || entry->note)
		return;
	for (size_t i = 0; i < sizeof(remarks) / sizeof(*remarks); i++)
		if (strcmp(remarks[i].command, run->statement->command->name) == 0)
			remarks[i].remark(run);
}
