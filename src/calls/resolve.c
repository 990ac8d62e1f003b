/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * getaddrinfo(3). Numbers are read at once; names are looked up by a thread of their own, which writes an eventfd when
 * it has the answer: getaddrinfo blocks and cannot be interrupted.
 *
 * The thread touches its look-up only, which is counted: an abandoned one ends with the thread. It has
 * all signals blocked, and it is in the network namespace of the moment when it began.
 */
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sosh/descriptor.h"
#include "sosh/memory.h"
#include "waiting.h"

struct lookup {
	atomic_int references;
	atomic_bool finished;    /* what follows is the thread's until then */
	int error, system_error; /* EAI_…, errno */
	struct addrinfo *answer; /* owned */
	int wakeup;              /* eventfd; -1 */
	char *host, *service;    /* owned; NULL as for getaddrinfo */
	struct addrinfo hints;
	int64_t began;
	struct address *found; /* owned */
	unsigned count;
};

void resolve_drop(void *resolver)
{
	struct lookup *lookup = resolver;
	if (!lookup || atomic_fetch_sub(&lookup->references, 1) > 1)
		return;
	if (lookup->answer)
		freeaddrinfo(lookup->answer);
	if (lookup->wakeup >= 0)
		close(lookup->wakeup);
	free(lookup->host);
	free(lookup->service);
	free(lookup->found);
	free(lookup);
}

static struct lookup *lookup_new(struct pending *pending)
{
	struct lookup *lookup = memory_zero(sizeof(*lookup));
	atomic_init(&lookup->references, 1);
	lookup->wakeup = -1;
	resolve_drop(pending->resolver);
	pending->resolver = lookup;
	return lookup;
}

static void lookup_add(struct lookup *lookup, const struct address *address)
{
	for (unsigned i = 0; i < lookup->count; i++)
		if (address_equal(&lookup->found[i], address))
			return;
	lookup->found = memory_resize(lookup->found, (lookup->count + 1) * sizeof(*address));
	lookup->found[lookup->count++] = *address;
}

bool resolved_address(const struct pending *pending, unsigned index, struct address *address)
{
	const struct lookup *lookup = pending->resolver;
	if (!lookup || index >= lookup->count)
		return false;
	*address = lookup->found[index];
	return true;
}

static struct value hints_value(const struct addrinfo *hints)
{
	const char *family = symbol_name("AF_", hints->ai_family);
	const char *type = symbol_name("SOCK_", hints->ai_socktype);
	struct value value = value_struct(2);
	value.list->items[0] = (struct item){"ai_family", family ? value_word(family) : value_number(hints->ai_family)};
	value.list->items[1] = (struct item){"ai_socktype", type ? value_word(type) : value_number(hints->ai_socktype)};
	return value;
}

static struct value found_value(const struct lookup *lookup)
{
	struct value value = value_list(lookup->count);
	for (unsigned i = 0; i < lookup->count; i++)
		value.list->items[i].value = value_address(&lookup->found[i]);
	return value;
}

static void record_text(struct call *call, const char *text)
{
	if (text)
		call_value(call, value_text(text));
	else
		call_null(call);
}

static void record_lookup(struct pending *pending, const struct lookup *lookup, int error)
{
	struct call *call = record_end(pending->door, pending->entry, "getaddrinfo", lookup->began, error ? -1 : 0);
	if (!call)
		return;
	call->error = error;
	record_text(call, lookup->host);
	record_text(call, lookup->service);
	call_value(call, hints_value(&lookup->hints));
	if (error)
		call_null(call);
	else
		call_value(call, found_value(lookup));
}

/* The answer is there: one of each address is kept. */
static enum progress lookup_end(struct pending *pending, struct lookup *lookup)
{
	int error = lookup->error;
	if (error == EAI_SYSTEM && lookup->system_error)
		error = lookup->system_error;
	for (const struct addrinfo *info = error ? NULL : lookup->answer; info; info = info->ai_next) {
		struct address address = {.length = info->ai_addrlen};
		if (info->ai_addrlen > sizeof(address.storage))
			continue;
		memcpy(&address.storage, info->ai_addr, info->ai_addrlen);
		lookup_add(lookup, &address);
	}
	if (!error && lookup->count == 0)
		error = EAI_NONAME;
	record_lookup(pending, lookup, error);
	return error ? record_failure(pending->entry, error) : CALL_DONE;
}

static void lookup_ask(struct lookup *lookup)
{
	errno = 0;
	lookup->error = getaddrinfo(lookup->host, lookup->service, &lookup->hints, &lookup->answer);
	lookup->system_error = errno;
}

static void *lookup_thread(void *context)
{
	struct lookup *lookup = context;
	lookup_ask(lookup);
	atomic_store(&lookup->finished, true);
	eventfd_write(lookup->wakeup, 1);
	resolve_drop(lookup);
	return NULL;
}

static enum progress resolve_try(struct pending *pending)
{
	struct lookup *lookup = pending->resolver;
	if (!atomic_load(&lookup->finished))
		return CALL_WAITING;
	return lookup_end(pending, lookup);
}

/* 0, or an errno. */
static int start_thread(struct lookup *lookup)
{
	pthread_t thread;
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	atomic_fetch_add(&lookup->references, 1);
	int error = pthread_create(&thread, NULL, lookup_thread, lookup);
	if (error)
		atomic_fetch_sub(&lookup->references, 1);
	else
		pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static enum progress ask_elsewhere(struct pending *pending, struct lookup *lookup)
{
	lookup->wakeup = descriptor_raise(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	if (lookup->wakeup < 0)
		return record_failure(pending->entry, errno);
	int error = start_thread(lookup);
	if (error)
		return record_failure(pending->entry, error);
	pending->wait.fd = lookup->wakeup;
	pending->wait.events = EPOLLIN;
	pending->wait.what = "the name server";
	return CALL_WAITING;
}

/* The port when the service is a number (none: 0), -1 when it is a name. */
static int port_number(const char *service)
{
	long port = 0;
	for (const char *at = service ? service : ""; *at; at++) {
		if (*at < '0' || *at > '9' || (port = port * 10 + (*at - '0')) > UINT16_MAX)
			return -1;
	}
	return (int)port;
}

/* Host and port are numbers: no call is needed. 0, 1 when the host is a name, -1: the entry has the error. */
static int resolve_numbers(struct pending *pending, const char *host, int port, int family, struct address *address)
{
	struct error error;
	error_clear(&error);
	if (!*host || strcmp(host, "*") == 0) {
		if (address_any(address, family == AF_UNSPEC ? AF_INET : family, (unsigned)port) == 0)
			return 0;
		entry_fail(pending->entry, EAI_FAMILY);
		return -1;
	}
	int kind = address_from_host(address, host, strlen(host), (unsigned)port, &error);
	if (kind < 0)
		entry_refuse(pending->entry, "%s", error.text);
	return kind;
}

static int hint_type(int type)
{
	type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	return type == SOCK_DGRAM || type == SOCK_RAW ? type : SOCK_STREAM;
}

/* A numeric host with a service by name: /etc/services is read at once. */
static enum progress resolve_service(struct pending *pending, struct lookup *lookup, bool any, int family)
{
	lookup->hints.ai_flags = AI_NUMERICHOST | (any ? AI_PASSIVE : 0);
	lookup->hints.ai_family = any && family == AF_UNSPEC ? AF_INET : any ? family : AF_UNSPEC;
	if (any) {
		free(lookup->host);
		lookup->host = NULL;
	}
	lookup_ask(lookup);
	return lookup_end(pending, lookup);
}

enum progress call_resolve(struct pending *pending, struct door *door, struct entry *entry, const char *host,
                           const char *service, int family, int type)
{
	pending_begin(pending, door, entry, NULL, resolve_try, NULL);
	struct lookup *lookup = lookup_new(pending);
	struct address address;
	int port = port_number(service);
	int kind = resolve_numbers(pending, host, port < 0 ? 0 : port, family, &address);
	if (kind < 0)
		return CALL_FAILED;
	if (kind == 0 && port >= 0) {
		lookup_add(lookup, &address);
		return CALL_DONE;
	}
	lookup->began = record_begin(door);
	lookup->host = memory_copy(host, strlen(host));
	lookup->service = service && *service ? memory_copy(service, strlen(service)) : NULL;
	lookup->hints = (struct addrinfo){.ai_family = family, .ai_socktype = hint_type(type)};
	if (kind == 0)
		return resolve_service(pending, lookup, !*host || strcmp(host, "*") == 0, family);
	return ask_elsewhere(pending, lookup);
}
