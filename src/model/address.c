/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Socket addresses: from text, to text, compared.
 */
#include "sosh/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/text.h"

#define PATH_OFFSET offsetof(struct sockaddr_un, sun_path)
#define PATH_ROOM   sizeof(((struct sockaddr_un *)0)->sun_path)

static void clear(struct address *address)
{
	memset(address, 0, sizeof(*address));
}

static void set_in(struct address *address, struct in_addr host, unsigned port)
{
	clear(address);
	address->in.sin_family = AF_INET;
	address->in.sin_port = htons((uint16_t)port);
	address->in.sin_addr = host;
	address->length = sizeof(address->in);
}

static void set_in6(struct address *address, const struct in6_addr *host, unsigned port)
{
	clear(address);
	address->in6.sin6_family = AF_INET6;
	address->in6.sin6_port = htons((uint16_t)port);
	address->in6.sin6_addr = *host;
	address->length = sizeof(address->in6);
}

/* The index of an interface by its name or its number; 0 when there is none. */
static uint32_t scope_index(const char *scope)
{
	char *end;
	unsigned long number;

	if (scope[0] < '0' || scope[0] > '9')
		return if_nametoindex(scope);
	errno = 0;
	number = strtoul(scope, &end, 10);
	if (*end == '\0' && errno == 0 && number <= UINT32_MAX)
		return (uint32_t)number;
	return if_nametoindex(scope);
}

int address_from_host(struct address *address, const char *host, size_t length, unsigned port, struct error *error)
{
	char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
	struct in_addr in;
	struct in6_addr in6;
	char *scope;

	if (length >= sizeof(text) || memchr(host, '\0', length) != NULL)
		return 1;
	memcpy(text, host, length);
	text[length] = '\0';
	if (inet_pton(AF_INET, text, &in) == 1) {
		set_in(address, in, port);
		return 0;
	}
	scope = strchr(text, '%');
	if (scope != NULL)
		*scope++ = '\0';
	if (inet_pton(AF_INET6, text, &in6) != 1)
		return 1;
	set_in6(address, &in6, port);
	if (scope == NULL)
		return 0;
	address->in6.sin6_scope_id = scope_index(scope);
	if (address->in6.sin6_scope_id == 0)
		return error_set(error, "there is no interface \"%s\" here; if_nameindex lists them", scope);
	return 0;
}

int address_any(struct address *address, int family, unsigned port)
{
	if (family == AF_INET)
		set_in(address, (struct in_addr){htonl(INADDR_ANY)}, port);
	else if (family == AF_INET6)
		set_in6(address, &in6addr_any, port);
	else
		return -1;
	return 0;
}

/* A path is passed with the NUL behind it, an abstract name without: unix(7). */
int address_from_path(struct address *address, const char *path, size_t length, struct error *error)
{
	bool plain = length > 0 && path[0] != '\0';
	size_t most = plain ? PATH_ROOM - 1 : PATH_ROOM;

	if (length > most)
		return error_set(error, "the name of an AF_UNIX socket has at most %zu bytes, this one has %zu", most,
		                 length);
	if (plain && memchr(path, '\0', length) != NULL)
		return error_set(error, "a path cannot have a NUL byte in it");
	clear(address);
	address->un.sun_family = AF_UNIX;
	memcpy(address->un.sun_path, path, length);
	address->length = (socklen_t)(PATH_OFFSET + length + (plain ? 1 : 0));
	return 0;
}

void address_unspec(struct address *address)
{
	clear(address);
	address->any.sa_family = AF_UNSPEC;
	address->length = sizeof(address->any);
}

/* The family, or -1 when not even that was given. */
static int family_of(const struct address *address)
{
	return address->length < sizeof(sa_family_t) ? -1 : address->storage.ss_family;
}

static bool is_in(const struct address *address)
{
	return address->length >= sizeof(address->in) && address->storage.ss_family == AF_INET;
}

static bool is_in6(const struct address *address)
{
	return address->length >= sizeof(address->in6) && address->storage.ss_family == AF_INET6;
}

static bool equal_in6(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	return a->sin6_port == b->sin6_port && a->sin6_scope_id == b->sin6_scope_id &&
	       memcmp(&a->sin6_addr, &b->sin6_addr, sizeof(a->sin6_addr)) == 0;
}

static bool equal_path(const struct address *a, const struct address *b)
{
	size_t a_length, b_length;
	const char *a_path = address_path(a, &a_length), *b_path = address_path(b, &b_length);

	return a_length == b_length && memcmp(a_path, b_path, a_length) == 0;
}

bool address_equal(const struct address *a, const struct address *b)
{
	int family = family_of(a);

	if (family != family_of(b))
		return false;
	if (family == -1 || family == AF_UNSPEC)
		return true;
	if (is_in(a) && is_in(b))
		return a->in.sin_port == b->in.sin_port && a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
	if (is_in6(a) && is_in6(b))
		return equal_in6(&a->in6, &b->in6);
	if (family == AF_UNIX)
		return equal_path(a, b);
	return a->length == b->length && memcmp(&a->storage, &b->storage, a->length) == 0;
}

static void format_in6(struct buffer *out, const struct sockaddr_in6 *in6)
{
	char text[INET6_ADDRSTRLEN], name[IF_NAMESIZE];

	buffer_text(out, inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text)));
	if (in6->sin6_scope_id == 0)
		return;
	buffer_char(out, '%');
	if (if_indextoname(in6->sin6_scope_id, name) != NULL)
		buffer_text(out, name);
	else
		buffer_number(out, in6->sin6_scope_id);
}

static bool path_is_plain(const char *path, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (path[i] <= ' ' || path[i] > '~' || strchr("\"'\\", path[i]) != NULL)
			return false;
	}
	return length > 0;
}

static void format_path(struct buffer *out, const struct address *address)
{
	size_t length;
	const char *path = address_path(address, &length);

	if (path_is_plain(path, length))
		buffer_add(out, path, length);
	else
		text_quote(out, path, length);
}

static void format_other(struct buffer *out, const struct address *address)
{
	const unsigned char *bytes = (const unsigned char *)&address->storage;

	buffer_format(out, "{sa_family=%d, x\"", family_of(address));
	for (size_t i = sizeof(sa_family_t); i < address->length && i < sizeof(address->storage); i++)
		buffer_format(out, i == sizeof(sa_family_t) ? "%02x" : " %02x", bytes[i]);
	buffer_text(out, "\"}");
}

void address_format(struct buffer *out, const struct address *address)
{
	int family = family_of(address);
	bool bracketed = is_in6(address);

	if (family == -1) {
		buffer_text(out, "None");
	} else if (family == AF_UNSPEC) {
		buffer_text(out, "AF_UNSPEC");
	} else if (family == AF_UNIX) {
		format_path(out, address);
	} else if (bracketed || is_in(address)) {
		buffer_text(out, bracketed ? "[" : "");
		address_format_host(out, address);
		buffer_text(out, bracketed ? "]:" : ":");
		buffer_number(out, address_port(address));
	} else {
		format_other(out, address);
	}
}

void address_format_host(struct buffer *out, const struct address *address)
{
	char text[INET_ADDRSTRLEN];
	size_t length;
	const char *path;

	if (is_in(address)) {
		buffer_text(out, inet_ntop(AF_INET, &address->in.sin_addr, text, sizeof(text)));
	} else if (is_in6(address)) {
		format_in6(out, &address->in6);
	} else if (family_of(address) == AF_UNIX) {
		path = address_path(address, &length);
		buffer_add(out, path, length);
	}
}

int address_port(const struct address *address)
{
	if (is_in(address))
		return ntohs(address->in.sin_port);
	return is_in6(address) ? ntohs(address->in6.sin6_port) : -1;
}

/* The kernel's length may count the NUL behind a path or not; a path of 108 bytes has none: unix(7). */
const char *address_path(const struct address *address, size_t *length)
{
	const char *path = (const char *)&address->storage + PATH_OFFSET;
	size_t most = address->length < sizeof(address->storage) ? address->length : sizeof(address->storage);

	*length = 0;
	if (family_of(address) != AF_UNIX || most <= PATH_OFFSET)
		return path;
	*length = path[0] == '\0' ? most - PATH_OFFSET : strnlen(path, most - PATH_OFFSET);
	return path;
}
