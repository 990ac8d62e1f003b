/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_ADDRESS_H
#define SOSH_ADDRESS_H
/*
 * A socket address: what bind(2) takes and accept(2) gives, with its length. ip(7), ipv6(7), unix(7).
 */
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "sosh/buffer.h"
#include "sosh/error.h"

struct address {
	unsigned references; /* only for values; see value_address */
	socklen_t length;    /* of what follows; 0: the call gave none */
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		struct sockaddr_storage storage;
	};
};

/*
 * From a host in numeric form and a port in host order (0 to 65535). A scope may follow (fe80::1%lo, by name or
 * number). 0; 1 when `host` is no numeric address (a name to be looked up); -1 with `error` for a scope that does not
 * exist.
 */
int address_from_host(struct address *address, const char *host, size_t length, unsigned port, struct error *error);
/* "*" and "" of a family: 0.0.0.0 or [::]. -1 for families without. */
int address_any(struct address *address, int family, unsigned port);
/* An AF_UNIX name: a path, or with a NUL first an abstract one, or "" (unnamed, for autobind). -1 with `error` when too
 * long for sun_path (unix(7)). */
int address_from_path(struct address *address, const char *path, size_t length, struct error *error);
/* The address that dissolves an association: AF_UNSPEC, connect(2). */
void address_unspec(struct address *address);
/*
 * A family of which the text forms above know nothing keeps its bytes: printed {sa_family=16, x"00 …"}.
 */
bool address_equal(const struct address *a, const struct address *b);

/* Adds it as printed: 127.0.0.1:80  [::1]:80  [fe80::1%lo]:80  /tmp/s  "\x00name"  ""  AF_UNSPEC  None (length 0).
 * Paths that are not plain are quoted and escaped. */
void address_format(struct buffer *out, const struct address *address);
/* Adds the host alone, numeric, as Python's addr[0]; for AF_UNIX the raw name. */
void address_format_host(struct buffer *out, const struct address *address);
/* The port in host order, -1 where the family has none. */
int address_port(const struct address *address);
/* The name of an AF_UNIX address, borrowed: its bytes and length; an abstract one begins with a NUL. */
const char *address_path(const struct address *address, size_t *length);

#endif
