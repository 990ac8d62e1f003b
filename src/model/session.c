/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session: its handles by number, and its variables in an open addressing hash table whose
 * room is a power of two, at most three quarters full. Nothing is ever taken out of either.
 */
#include "sosh/session.h"

#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"

#define FIRST_ROOM 16u

void session_init(struct session *session)
{
	memset(session, 0, sizeof(*session));
	session->settings.patience = 1;
	session->settings.events = true;
}

static void drop_open(struct handle *handle)
{
	if (handle->open != NULL && --handle->open->references == 0)
		free(handle->open);
	handle->open = NULL;
}

void session_clear(struct session *session)
{
	for (unsigned i = 0; i < session->handle_count; i++) {
		drop_open(session->handles[i]);
		free(session->handles[i]->name);
		free(session->handles[i]);
	}
	free(session->handles);
	for (unsigned i = 0; i < session->variable_room; i++) {
		free(session->variables[i].name);
		value_clear(&session->variables[i].value);
	}
	free(session->variables);
	free(session->relations);
	for (unsigned i = 0; i < session->host_count; i++)
		free(session->hosts[i].name);
	free(session->hosts);
	session_init(session);
}

void session_add_host(struct session *session, const char *name, const struct address *in, const struct address *in6)
{
	session->hosts = memory_resize(session->hosts, (session->host_count + 1) * sizeof(*session->hosts));
	session->hosts[session->host_count++] =
		(struct session_host){.name = memory_copy(name, strlen(name)), .in = *in, .in6 = *in6};
}

static bool same_host(const struct address *a, const struct address *b)
{
	if (a->length == 0 || b->length == 0 || a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
	return a->any.sa_family == AF_INET6 && IN6_ARE_ADDR_EQUAL(&a->in6.sin6_addr, &b->in6.sin6_addr);
}

unsigned session_host_of(const struct session *session, const struct address *address)
{
	for (unsigned i = 0; i < session->host_count; i++)
		if (same_host(&session->hosts[i].in, address) || same_host(&session->hosts[i].in6, address))
			return i + 1;
	return 0;
}

unsigned session_host_from(const struct session *session, unsigned host, const struct address *address)
{
	unsigned there = host ? session_host_of(session, address) : 0;

	return there ? there : host;
}

const char *session_host_name(const struct session *session, unsigned host)
{
	return host > 0 && host <= session->host_count ? session->hosts[host - 1].name : NULL;
}

static struct open_socket *share_open(struct open_socket *open)
{
	if (open == NULL)
		open = memory_zero(sizeof(*open));
	open->references++;
	return open;
}

struct handle *session_add_handle(struct session *session, int fd, int family, int type, int protocol,
                                  struct open_socket *open)
{
	struct handle *handle = memory_zero(sizeof(*handle));

	if (session->handle_count == session->handle_room) {
		session->handle_room = session->handle_room > 0 ? session->handle_room * 2 : FIRST_ROOM;
		session->handles = memory_resize(session->handles, session->handle_room * sizeof(session->handles[0]));
	}
	session->handles[session->handle_count++] = handle;
	session->open_count++;
	handle->number = (int)session->handle_count;
	handle->fd = fd;
	handle->family = family;
	handle->type = type;
	handle->protocol = protocol;
	handle->timeout = -1;
	handle->ending.unread = -1;
	handle->open = share_open(open);
	handle->older_copy = handle->open->newest;
	handle->open->newest = handle->number;
	return handle;
}

struct handle *session_copy(const struct session *session, const struct handle *handle)
{
	if (handle->open == NULL)
		return NULL;
	return session_handle(session,
	                      handle->open->newest != handle->number ? handle->open->newest : handle->older_copy);
}

/* Takes it out of the list of its copies. */
static void leave_copies(struct session *session, struct handle *handle)
{
	int *link = &handle->open->newest;

	while (*link != handle->number)
		link = &session_handle(session, *link)->older_copy;
	*link = handle->older_copy;
	handle->older_copy = 0;
}

void session_closed(struct session *session, struct handle *handle)
{
	if (handle->open == NULL)
		return;
	handle->fd = -1;
	leave_copies(session, handle);
	drop_open(handle);
	session->open_count--;
}

void session_withdraw(struct session *session, struct handle *handle)
{
	if (handle->fd >= 0)
		return;
	session_unlink(session, handle);
	if (handle->number != (int)session->handle_count)
		return;
	session->handle_count--;
	free(handle->name);
	free(handle);
}

struct handle *session_handle(const struct session *session, int64_t number)
{
	if (number < 1 || number > session->handle_count)
		return NULL;
	return session->handles[number - 1];
}

void session_handle_label(struct buffer *out, const struct handle *handle)
{
	if (handle->name != NULL)
		buffer_text(out, handle->name);
	else
		buffer_number(out, handle->number);
}

/* Names are short: a call of memcmp would cost more. */
static bool same_name(const struct variable *variable, const char *name, size_t length, uint32_t hash)
{
	if (variable->hash != hash || variable->length != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (variable->name[i] != name[i])
			return false;
	return true;
}

/* The variable's place, or the free one where it would stand. There is always a free one. */
static struct variable *find_place(const struct session *session, const char *name, size_t length, uint32_t hash)
{
	unsigned mask = session->variable_room - 1, i = hash & mask;

	for (;; i = (i + 1) & mask) {
		struct variable *variable = &session->variables[i];

		if (variable->name == NULL)
			return variable;
		if (same_name(variable, name, length, hash))
			return variable;
	}
}

const struct value *session_get(const struct session *session, const char *name, size_t length, uint32_t hash)
{
	const struct variable *variable;

	if (session->variable_count == 0)
		return NULL;
	variable = find_place(session, name, length, hash);
	return variable->name != NULL ? &variable->value : NULL;
}

static void grow_variables(struct session *session)
{
	struct variable *old = session->variables;
	unsigned old_room = session->variable_room;

	session->variable_room = old_room > 0 ? old_room * 2 : FIRST_ROOM;
	session->variables = memory_zero(session->variable_room * sizeof(*old));
	for (unsigned i = 0; i < old_room; i++) {
		if (old[i].name != NULL)
			*find_place(session, old[i].name, old[i].length, old[i].hash) = old[i];
	}
	free(old);
}

/* A handle goes by its last name only, and by none that now means something else. */
static void name_handle(struct session *session, const struct variable *variable, const struct value *now)
{
	struct handle *handle;

	if (variable->value.kind == VALUE_HANDLE) {
		handle = session_handle(session, variable->value.number);
		if (handle != NULL && handle->name != NULL && strcmp(handle->name, variable->name) == 0) {
			if (now->kind == VALUE_HANDLE && now->number == handle->number)
				return;
			free(handle->name);
			handle->name = NULL;
		}
	}
	handle = now->kind == VALUE_HANDLE ? session_handle(session, now->number) : NULL;
	if (handle != NULL) {
		free(handle->name);
		handle->name = memory_copy(variable->name, variable->length);
	}
}

void session_set(struct session *session, const char *name, size_t length, struct value value)
{
	uint32_t hash = text_hash(name, length);
	struct variable *variable;

	if ((session->variable_count + 1) * 4 > session->variable_room * 3)
		grow_variables(session);
	variable = find_place(session, name, length, hash);
	if (variable->name == NULL) {
		variable->name = memory_copy(name, length);
		variable->length = (uint32_t)length;
		variable->hash = hash;
		session->variable_count++;
	}
	name_handle(session, variable, &value);
	value_clear(&variable->value);
	variable->value = value;
}

static int by_name(const void *a, const void *b)
{
	const struct variable *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

void session_each(const struct session *session, void (*each)(const struct variable *variable, void *context),
                  void *context)
{
	const struct variable **sorted = memory_get((session->variable_count + 1) * sizeof(sorted[0]));
	unsigned count = 0;

	for (unsigned i = 0; i < session->variable_room; i++) {
		if (session->variables[i].name != NULL)
			sorted[count++] = &session->variables[i];
	}
	qsort(sorted, count, sizeof(sorted[0]), by_name);
	for (unsigned i = 0; i < count; i++)
		each(sorted[i], context);
	free(sorted);
}
