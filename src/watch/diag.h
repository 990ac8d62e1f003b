/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_DIAG_H
#define SOSH_WATCH_DIAG_H
/*
 * The questions to sock_diag(7) and what the kernel answers, of IPv4 and IPv6; unix_diag.h has those of AF_UNIX.
 */
#include "sosh/watch_fact.h"

#define DUMP_TRIES 3 /* of a dump that changed while it was read */

/* One end as IPv6 has it: an IPv4 address is a mapped one. */
struct diag_end {
	struct in6_addr host;
	in_port_t port; /* network order */
	uint32_t scope;
};

/* False when the address is neither of IPv4 nor of IPv6. */
bool diag_end(struct diag_end *end, const struct address *address);
/* The kernel's state numbers as RFC 9293's. STATE_NONE for an unknown one. */
enum tcp_state diag_state(unsigned kernel_state);
/* Bytes that are not acknowledged: in some states the kernel's number has the FIN in it. */
unsigned diag_without_fin(enum tcp_state state, unsigned unacked);
/* The addresses of a connection as sock_diag takes them; false when they are not both of IPv4 or both of IPv6. */
bool diag_is_pair(const struct address *local, const struct address *peer);
/*
 * Asks for exactly this pair of TCP; a peer of length 0 is a listener's. `cookie` (SO_COOKIE) must be the same too,
 * unless it is 0. 1 with the fact; 0 when the kernel knows no such connection (`fact` is left as it was); -1 with
 * errno.
 */
int diag_ask(struct netlink *diag, const struct address *local, const struct address *peer, uint64_t cookie,
             struct watch_fact *fact);

/* What a dump gave. {0} is empty. */
struct facts {
	struct watch_fact *list; /* owned */
	size_t count, room;
};

/* A new last one, not filled in. Borrowed until the next. */
struct watch_fact *facts_add(struct facts *facts);
void facts_clear(struct facts *facts);
/*
 * Adds all sockets of a family and protocol on a local port (host order) that are in one of `states` (1 << the
 * kernel's number). 0, or -1 with errno: the netlink socket is to be closed then, unless it is the kernel that refused
 * (ENOENT: not this family or protocol).
 */
int diag_dump(struct netlink *diag, int family, int protocol, uint32_t states, unsigned port, struct facts *facts);

#endif
