/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sockets --all: what other processes hold on the ports and names of this session's sockets and of their peers. The
 * session's own sockets are known by their cookies (SO_COOKIE).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hosts.h"
#include "sockets.h"
#include "sosh/memory.h"

#define PORTS 65536u

struct search {
	struct socket_listing *listing;
	uint64_t *own; /* cookies, sorted; owned */
	size_t own_count;
	unsigned char *asked; /* a bit each port, of TCP and of UDP, on each host; owned */
	struct asked_name {
		unsigned host;
		struct address address;
	} * names; /* of AF_UNIX, asked for; owned */
	size_t name_count, name_room;
};

static int by_value(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void find_own(struct search *search)
{
	const struct session *session = &search->listing->run->engine->session;

	search->own = memory_get((session->handle_count + 1) * sizeof(*search->own));
	for (unsigned i = 0; i < session->handle_count; i++) {
		const struct handle *handle = session->handles[i];
		uint64_t cookie = handle->cookie;
		if (handle->fd >= 0 && watch_option(handle, SOL_SOCKET, SO_COOKIE, &cookie, sizeof(cookie)) < 0)
			cookie = handle->cookie;
		if (cookie)
			search->own[search->own_count++] = cookie;
	}
	qsort(search->own, search->own_count, sizeof(*search->own), by_value);
}

/* One of this session's: a handle's socket, what is left of one, or the end of a handle's connection that waits. */
static bool is_own(const struct search *search, const struct watch_fact *fact)
{
	const struct session *session = &search->listing->run->engine->session;
	unsigned host = search->listing->run->engine->watch.host;
	const struct handle *handle;

	if (bsearch(&fact->cookie, search->own, search->own_count, sizeof(*search->own), by_value))
		return true;
	if (fact->inode || !fact->peer.length || fact->family == AF_UNIX)
		return false;
	handle = session_connected(session, host, fact->family, fact->type, &fact->local, &fact->peer);
	if (handle && handle->fd < 0 && !handle->cookie)
		return true;
	handle = session_connected(session, session_host_from(session, host, &fact->peer), fact->family, fact->type,
	                           &fact->peer, &fact->local);
	return handle && handle->waits_with;
}

/* Who holds it. A socket that nobody has accepted yet, or that its program has closed, is held by none. */
static void holder_text(struct buffer *out, const struct watch_fact *fact, const struct watch_process *process)
{
	if (process->pid)
		buffer_format(out, "%s (%d)", process->name, process->pid);
	else if (fact->inode)
		buffer_format(out, "(uid %u)", fact->uid);
	else if (fact->state == STATE_ESTABLISHED || fact->state == STATE_SYN_RECEIVED ||
	         fact->state == STATE_CLOSE_WAIT)
		buffer_text(out, "(waits)");
	else
		buffer_text(out, "(closed)");
}

#define BRIEF_HOLDER 10u

/* The same where there is little room: the name is cut, not the number. */
static void brief_holder(struct buffer *out, const struct watch_process *process)
{
	struct buffer number;
	size_t length = strlen(process->name);

	buffer_init(&number);
	buffer_format(&number, "(%d)", process->pid);
	size_t room = number.length + 1 < BRIEF_HOLDER ? BRIEF_HOLDER - 1 - number.length : 0;
	if (length <= room)
		buffer_format(out, "%s ", process->name);
	else if (room > 2)
		buffer_format(out, "%.*s.. ", (int)room - 2, process->name);
	buffer_text(out, buffer_string(&number));
	buffer_clear(&number);
}

static struct watch_queues queues_of(const struct watch_fact *fact)
{
	if (fact->listening)
		return (struct watch_queues){-1, -1, fact->receive_queue, fact->send_queue};
	if (fact->state == STATE_NONE) /* the memory that they take, no bytes */
		return (struct watch_queues){-1, -1, -1, -1};
	return (struct watch_queues){fact->receive_queue, fact->send_queue, -1, -1};
}

static void show(const struct watch_fact *fact, void *context)
{
	struct search *search = context;
	struct watch_process process = {0};
	struct buffer holder, brief;

	if (is_own(search, fact) || (fact->inode && watch_process(fact->inode, &process) && process.pid == getpid()))
		return;
	buffer_init(&holder);
	buffer_init(&brief);
	holder_text(&holder, fact, &process);
	if (process.pid)
		brief_holder(&brief, &process);
	const struct engine *engine = search->listing->run->engine;
	struct socket_line line = {.name = buffer_string(&holder),
	                           .brief_name = process.pid ? buffer_string(&brief) : NULL,
	                           .host = session_host_name(&engine->session, engine->watch.host),
	                           .family = fact->family,
	                           .type = fact->type,
	                           .protocol = fact->protocol,
	                           .state = fact->state,
	                           .left_ms = time_left(fact),
	                           .local = &fact->local,
	                           .peer = &fact->peer,
	                           .queues = queues_of(fact)};
	if (search->listing->others.count == 0)
		view_table_heading(&search->listing->table, "not this session's, on the same ports:");
	socket_line_show(search->listing, &line);
	buffer_clear(&holder);
	buffer_clear(&brief);
	line.name = "";
	struct value value = socket_line_value(&line, 3);
	struct item *extra = &value.list->items[value.list->count - 3];
	extra[0] = (struct item){"pid", process.pid ? value_number(process.pid) : value_none()};
	extra[1] = (struct item){"process", process.pid ? value_text(process.name) : value_none()};
	extra[2] = (struct item){"uid", value_number(fact->uid)};
	values_add(&search->listing->others, value);
}

static void ask_port(struct search *search, int protocol, int port)
{
	struct watch *watch = &search->listing->run->engine->watch;
	unsigned bit = (unsigned)port + (protocol == IPPROTO_UDP ? PORTS : 0) + 2 * PORTS * watch->host;

	if (port <= 0 || search->asked[bit / 8] >> bit % 8 & 1)
		return;
	search->asked[bit / 8] |= (unsigned char)(1U << bit % 8);
	watch_each_on_port(watch, protocol, (unsigned)port, show, search);
}

static void ask_name(struct search *search, const struct address *name)
{
	struct watch *watch = &search->listing->run->engine->watch;
	size_t length;

	if (!name->length || name->any.sa_family != AF_UNIX || !address_path(name, &length) || !length)
		return;
	for (size_t i = 0; i < search->name_count; i++)
		if (search->names[i].host == watch->host && address_equal(&search->names[i].address, name))
			return;
	if (search->name_count == search->name_room) {
		search->name_room = search->name_room ? search->name_room * 2 : 16;
		search->names = memory_resize(search->names, search->name_room * sizeof(*search->names));
	}
	search->names[search->name_count++] = (struct asked_name){watch->host, *name};
	watch_each_of_name(watch, name, show, search);
}

static void ask_around(struct search *search, const struct handle *handle)
{
	bool is_inet = handle->family == AF_INET || handle->family == AF_INET6;
	struct engine *engine = search->listing->run->engine;
	int protocol = watch_has_state(handle) ? IPPROTO_TCP : is_inet && handle->type == SOCK_DGRAM ? IPPROTO_UDP : 0;

	engine->watch.host = handle->host;
	if (handle->family == AF_UNIX) {
		ask_name(search, &handle->local);
		ask_name(search, &handle->peer);
	}
	if (!protocol)
		return;
	if (handle->local.length)
		ask_port(search, protocol, address_port(&handle->local));
	if (!handle->peer.length || !host_knows(&engine->session, handle->host, &handle->peer))
		return;
	engine->watch.host = session_host_from(&engine->session, handle->host, &handle->peer);
	ask_port(search, protocol, address_port(&handle->peer));
}

void list_others(struct socket_listing *listing)
{
	struct engine *engine = listing->run->engine;
	struct search search = {.listing = listing,
	                        .asked = memory_zero((engine->session.host_count + 1) * 2 * PORTS / 8)};

	find_own(&search);
	for (unsigned i = 0; i < engine->session.handle_count && !engine->interrupted; i++) {
		const struct handle *handle = engine->session.handles[i];
		if (socket_is_meant(listing, handle) && (handle->fd >= 0 || may_be_known(engine, handle)))
			ask_around(&search, handle);
	}
	free(search.own);
	free(search.asked);
	free(search.names);
}
