/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * info: what the socket is, whom it has to do with, its addresses.
 */
#include <string.h>

#include "info.h"

static const struct session *session_of(const struct info *info)
{
	return &info->run->engine->session;
}

static void constant_fact(struct info *info, const char *key, const char *prefix, int number, const char *meaning)
{
	const char *name = symbol_name(prefix, number);

	if (name)
		info_fact(info, key, value_word(name), meaning, "%s", name);
	else
		info_fact(info, key, value_number(number), meaning, "%d", number);
}

static const char *type_meaning(int type)
{
	switch (type) {
	case SOCK_STREAM:
		return "a connection that carries bytes in order, without borders between messages";
	case SOCK_DGRAM:
		return "single messages, each whole";
	case SOCK_SEQPACKET:
		return "a connection that carries messages in order, each whole";
	case SOCK_RAW:
		return "packets with the headers of the protocol";
	default:
		return "";
	}
}

static void kind_facts(struct info *info)
{
	const struct handle *handle = info->handle;
	struct buffer kind;

	buffer_init(&kind);
	socket_kind(&kind, handle->family, handle->type, handle->protocol);
	info_fact(info, "kind", value_text(buffer_string(&kind)), "", "%s", buffer_string(&kind));
	buffer_clear(&kind);
	constant_fact(info, "family", "AF_", handle->family, "");
	constant_fact(info, "type", "SOCK_", handle->type, type_meaning(handle->type));
	if (handle->protocol)
		constant_fact(info, "protocol", "IPPROTO_", handle->protocol, "");
	else
		info_fact(info, "protocol", value_number(0), "the one that the type has by itself", "0");
}

/* O_NONBLOCK, as a look that nothing notes. */
static bool look_blocking(struct info *info, bool *blocking)
{
	struct journal journal = {0};
	struct door door = {.journal = &journal, .session = &info->run->engine->session};
	struct entry entry = {0};

	return info->handle->fd >= 0 && call_getblocking(&door, &entry, info->handle, blocking) == CALL_DONE;
}

static void waiting_facts(struct info *info)
{
	double timeout = info->handle->timeout;
	bool blocking;

	if (!look_blocking(info, &blocking))
		return;
	if (!blocking)
		info_value(info, "blocking", value_bool(false), "a call that would wait fails with EAGAIN");
	else if (timeout < 0)
		info_value(info, "blocking", value_bool(true), "a call waits as long as it takes");
	else
		info_value(info, "blocking", value_bool(true), "a call waits, but not longer than the timeout");
	if (timeout >= 0)
		info_fact(info, "timeout", value_real(timeout), "after that a call ends with TIMEOUT", "%g s", timeout);
	else
		info_value(info, "timeout", value_none(), "");
}

static void handle_fact(struct info *info, const char *key, int number, const char *meaning)
{
	const struct handle *handle = session_handle(session_of(info), number);

	if (!handle)
		return;
	if (handle->name)
		info_fact(info, key, value_number(number), meaning, "%s (%d)%s", handle->name, number,
		          handle->fd < 0 ? ", closed" : "");
	else
		info_fact(info, key, value_number(number), meaning, "%d%s", number, handle->fd < 0 ? ", closed" : "");
}

/* Handles of the same open socket (dup). */
static void copies_fact(struct info *info)
{
	const struct session *session = session_of(info);
	const struct handle *handle = info->handle;
	unsigned count = 0, found = 0;

	for (unsigned i = 0; handle->open && handle->open->references > 1 && i < session->handle_count; i++)
		count += session->handles[i]->open == handle->open && session->handles[i] != handle;
	if (!count)
		return;
	struct value copies = value_list(count);
	for (unsigned i = 0; i < session->handle_count; i++)
		if (session->handles[i]->open == handle->open && session->handles[i] != handle)
			copies.list->items[found++].value = value_number(session->handles[i]->number);
	info_value(info, "copies", copies, "handles of the same open socket: it ends when all of them are closed");
}

static void entry_fact(struct info *info, const char *key, uint64_t number, const char *meaning)
{
	if (number)
		info_fact(info, key, value_number((int64_t)number), meaning, "entry %llu", (unsigned long long)number);
}

static void relation_facts(struct info *info)
{
	const struct handle *handle = info->handle;

	handle_fact(info, "accepted_from", handle->accepted_from, "the listener that accept took it from");
	handle_fact(info, "other_end", handle->other, "the other end of its connection");
	handle_fact(info, "waits_with", handle->waits_with, "the listener where it waits to be accepted");
	copies_fact(info);
	entry_fact(info, "shut_in", handle->ending.shut_in, "its sending side was ended there");
	entry_fact(info, "shut_read_in", handle->ending.shut_read_in, "its receiving side was ended there");
	entry_fact(info, "dissolved_in", handle->ending.dissolved_in, "connect to AF_UNSPEC ended its association");
	entry_fact(info, "closed_in", handle->ending.closed_in, "its last descriptor was closed there");
	if (handle->fd < 0 && handle->ending.unread > 0)
		info_fact(info, "unread_at_close", value_number(handle->ending.unread),
		          "nobody had read them: the peer got a RST", "%lld bytes", (long long)handle->ending.unread);
}

/* Who made the other end of a connection of AF_UNIX, unix(7). */
static void credentials_fact(struct info *info)
{
	struct ucred peer;

	if (info->handle->family != AF_UNIX || info->handle->fd < 0 ||
	    watch_option(info->handle, SOL_SOCKET, SO_PEERCRED, &peer, sizeof(peer)) != (int)sizeof(peer) || !peer.pid)
		return;
	struct value value = value_struct(3);
	value.list->items[0] = (struct item){"pid", value_number(peer.pid)};
	value.list->items[1] = (struct item){"uid", value_number(peer.uid)};
	value.list->items[2] = (struct item){"gid", value_number(peer.gid)};
	info_value(info, "peer_process", value, "who connected or listened at the other end (SO_PEERCRED)");
}

void info_what(struct info *info)
{
	const struct handle *handle = info->handle;

	info_value(info, "handle", value_number(handle->number), "");
	if (handle->name)
		info_fact(info, "name", value_text(handle->name), "", "%s", handle->name);
	if (handle->fd >= 0)
		info_value(info, "descriptor", value_number(handle->fd), "");
	else
		info_fact(info, "descriptor", value_none(), "", "closed");
	if (info->run->engine->lab) {
		const char *host = session_host_name(session_of(info), handle->host);
		info_fact(info, "host", host ? value_text(host) : value_none(), host ? "" : "no host of the lab", "%s",
		          host ? host : "this machine");
	}
	kind_facts(info);
	waiting_facts(info);
	relation_facts(info);
	credentials_fact(info);
	info_section(info, "what", "what it is");
}

/* What the shape of an own address means. */
static const char *local_meaning(const struct info *info, const struct address *local)
{
	static const struct in6_addr any6 = IN6ADDR_ANY_INIT;
	int port = address_port(local);
	bool any = (local->any.sa_family == AF_INET && local->in.sin_addr.s_addr == INADDR_ANY) ||
	           (local->any.sa_family == AF_INET6 && !memcmp(&local->in6.sin6_addr, &any6, sizeof(any6)));
	size_t length = 1;

	if (local->any.sa_family == AF_UNIX && address_path(local, &length) && !length)
		return "no name";
	if (port == 0)
		return info->handle->type == SOCK_STREAM ? "no port yet: bind, connect and listen give one"
		                                         : "no port yet: bind, connect and sendto give one";
	return any ? "every interface of this machine" : "";
}

void info_addresses(struct info *info)
{
	const struct address *local = &info->handle->local, *peer = &info->handle->peer;
	bool connected = info->handle->fd < 0 || info->fact.peer.length;

	if (local->length)
		info_value(info, "local", value_address(local), local_meaning(info, local));
	else
		info_fact(info, "local", value_none(), "no name was ever seen", "none");
	if (peer->length)
		info_value(info, "peer", value_address(peer), connected ? "" : "as it was: there is no peer now");
	else
		info_fact(info, "peer", value_none(), "", "none");
	info_section(info, "addresses", "addresses");
}
