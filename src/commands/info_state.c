/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * info: the state, the queues and the timers; what sockets without TCP states have instead.
 */
#include <linux/sock_diag.h>
#include <poll.h>
#include <string.h>

#include "info.h"
#include "timers.h"

static const char *const state_meanings[] = {
	[STATE_ESTABLISHED] = "connected: both sides can send",
	[STATE_SYN_SENT] = "connect has sent a SYN and waits for the answer",
	[STATE_SYN_RECEIVED] = "a SYN has been answered, and the handshake's last ACK is missing",
	[STATE_FIN_WAIT_1] = "this side has ended; its FIN is not acknowledged yet",
	[STATE_FIN_WAIT_2] = "this side has ended, and the peer's end is awaited",
	[STATE_TIME_WAIT] = "both sides have ended, this one first: late segments are waited for",
	[STATE_CLOSED] = "no connection",
	[STATE_CLOSE_WAIT] = "the peer has ended; this side has not closed yet",
	[STATE_LAST_ACK] = "both sides have ended; the last ACK is missing",
	[STATE_LISTEN] = "waits for clients",
	[STATE_CLOSING] = "both sides have ended at the same time; an ACK is missing",
};

static void tcp_state_fact(struct info *info)
{
	enum tcp_state state = watch_state(&info->run->engine->watch, info->handle);
	const char *name = state_name(state);

	if (!name)
		info_fact(info, "state", value_none(), "the kernel does not tell it", "not known");
	else if (info->handle->fd < 0 && state == STATE_CLOSED)
		info_value(info, "state", value_word(name), "the kernel has forgotten it");
	else
		info_value(info, "state", value_word(name), state_meanings[state]);
}

/* What there is where TCP has states. */
static void other_state_fact(struct info *info)
{
	const struct handle *handle = info->handle;
	bool connected = info->fact.peer.length > 0;

	if (handle->fd < 0)
		info_value(info, "connected", value_bool(false), "closed: nothing is left of it");
	else if (info->fact.listening)
		info_value(info, "listening", value_bool(true), "waits for clients; this kind has no TCP states");
	else if (handle->type == SOCK_DGRAM || handle->type == SOCK_RAW)
		info_value(info, "connected", value_bool(connected),
		           connected ? "the peer is noted: send goes there, and only its messages come in"
		                     : "no peer is noted; this kind has no states");
	else
		info_value(info, "connected", value_bool(connected),
		           connected ? "there is another end; this kind has no TCP states"
		                     : "there is no other end; this kind has no TCP states");
}

static void queue_facts(struct info *info)
{
	const struct watch_queues *queues = &info->queues;
	bool datagrams = info->handle->type == SOCK_DGRAM;

	if (queues->unread >= 0)
		info_fact(info, "unread", value_number(queues->unread),
		          datagrams ? "in the next datagram to be read" : "have come and wait for recv", "%lld bytes",
		          (long long)queues->unread);
	if (queues->unacked >= 0)
		info_fact(info, "unacked", value_number(queues->unacked),
		          watch_has_state(info->handle) ? "taken by send and not yet acknowledged by the peer"
		                                        : "taken by send and not yet read by the peer",
		          "%lld bytes", (long long)queues->unacked);
	if (queues->waiting >= 0)
		info_value(info, "waiting", value_number(queues->waiting), "connections that wait for accept");
	if (queues->backlog >= 0)
		info_value(info, "backlog", value_number(queues->backlog), "so many may wait, and one more");
}

/* poll's events and what they mean for the next call. */
static void ready_facts(struct info *info)
{
	static const struct {
		short event;
		const char *name, *meaning;
	} events[] = {
		{POLLIN, "POLLIN", "there is something to take: recv or accept would not wait"},
		{POLLOUT, "POLLOUT", "there is room: send would not wait"},
		{POLLPRI, "POLLPRI", "urgent data has come"},
		{POLLERR, "POLLERR", "an error waits to be told by the next call"},
		{POLLHUP, "POLLHUP", "there is no connection, or both directions have ended"},
		{POLLRDHUP, "POLLRDHUP", "the peer has ended its sending side"},
	};

	if (info->handle->fd >= 0 && !info->ready)
		info_fact(info, "ready", value_bool(false), "recv, send and accept would wait", "for nothing");
	for (unsigned i = 0; i < sizeof(events) / sizeof(*events); i++)
		if (info->ready & (unsigned)events[i].event)
			info_fact(info, events[i].name, value_bool(true), events[i].meaning, "yes");
}

/* What its buffers hold, as the kernel accounts for it: more than the bytes in them. SO_MEMINFO, socket(7). */
static void memory_facts(struct info *info)
{
	uint32_t memory[SK_MEMINFO_VARS];
	int length;

	if (info->handle->fd < 0)
		return;
	length = watch_option(info->handle, SOL_SOCKET, SO_MEMINFO, memory, sizeof(memory));
	if (length < (int)((SK_MEMINFO_DROPS + 1) * sizeof(*memory)))
		return;
	bool unix_socket = info->handle->family == AF_UNIX; /* its messages count for the sender alone */
	if (!unix_socket)
		info_fact(info, "receive_memory", value_number(memory[SK_MEMINFO_RMEM_ALLOC]),
		          "in use of what SO_RCVBUF allows, the kernel's own records included", "%u of %u",
		          memory[SK_MEMINFO_RMEM_ALLOC], memory[SK_MEMINFO_RCVBUF]);
	info_fact(info, "send_memory", value_number(memory[SK_MEMINFO_WMEM_ALLOC]), "the same of SO_SNDBUF", "%u of %u",
	          memory[SK_MEMINFO_WMEM_ALLOC], memory[SK_MEMINFO_SNDBUF]);
	if (!unix_socket)
		info_fact(info, "dropped", value_number(memory[SK_MEMINFO_DROPS]),
		          "came and were thrown away, for want of room and other reasons", "%u %s",
		          memory[SK_MEMINFO_DROPS], info->handle->type == SOCK_STREAM ? "segments" : "messages");
}

void info_state(struct info *info)
{
	if (watch_has_state(info->handle))
		tcp_state_fact(info);
	else
		other_state_fact(info);
	queue_facts(info);
	ready_facts(info);
	memory_facts(info);
	info_section(info, "state", "state and queues");
}

void info_timers(struct info *info)
{
	const struct watch_fact *fact = &info->fact;
	const struct timer_text *text = timer_text(fact->timer);

	if (!info->known || !watch_has_state(info->handle))
		return;
	if (!text) {
		info_fact(info, "running", value_none(), "", "none");
		info_section(info, "timers", "timers");
		return;
	}
	info_fact(info, text->name, value_real((double)fact->timer_ms / 1000), text->meaning, "in %.1f s",
	          (double)fact->timer_ms / 1000);
	if (fact->retransmits)
		info_value(info, "in_a_row", value_number(fact->retransmits), "times it has run out without an answer");
	info_section(info, "timers", "timers");
}
