/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_DIAG_H
#define SOSH_WATCH_DIAG_H
/*
 * sock_diag(7): the state of the one TCP connection that two addresses name.
 */
#include "sosh/address.h"
#include "sosh/netlink.h"
#include "sosh/symbol.h"

/* The kernel's state numbers as RFC 9293's. STATE_NONE for an unknown one. */
enum tcp_state diag_state(unsigned kernel_state);
/* The addresses of a connection as sock_diag takes them; false when they are not both of IPv4 or both of IPv6. */
bool diag_is_pair(const struct address *local, const struct address *peer);
/*
 * Asks for exactly this pair; a peer of length 0 is a listener's. `cookie` (SO_COOKIE) must be the same too, unless it
 * is 0. 0 with the state, STATE_CLOSED when the kernel knows no such connection; -1 with errno.
 */
int diag_ask(struct netlink *diag, const struct address *local, const struct address *peer, uint64_t cookie,
             enum tcp_state *state);

#endif
