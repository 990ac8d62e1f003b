/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_ASK_H
#define SOSH_WATCH_ASK_H
/*
 * Whom to ask: sock_diag of this network namespace, or of a host of the lab.
 */
#include "sosh/watch_fact.h"

/* Whether sock_diag can be asked; opens it. A want of descriptors may pass; anything else stays as it is. */
bool ask_is_open(struct watch *watch);
/* That of a host of the lab, 0: of this machine. NULL: it cannot be asked. */
struct netlink *ask_on(struct watch *watch, unsigned host);
/* After a dump that ended before its end: the rest of it must not meet the next question. */
void ask_again(struct watch *watch, struct netlink *diag);
/* diag_ask there: 1, 0 or -1. */
int ask_pair(struct watch *watch, unsigned host, const struct address *local, const struct address *peer,
             uint64_t cookie, struct watch_fact *fact);
/* The same on watch->host; when that is 0, of one host after the other until one knows the pair; but of this machine
 * alone where an address is every host's own, as 127.0.0.1 is. */
int ask_pair_anywhere(struct watch *watch, const struct address *local, const struct address *peer,
                      struct watch_fact *fact);
/*
 * Of an open TCP socket that reads CLOSED: when its connection is in TIME-WAIT the kernel has moved that to an entry
 * of its own. True when there is one.
 */
bool ask_remains(struct watch *watch, const struct handle *handle, struct watch_fact *fact);
/* getsockname(2) or getpeername(2). False: there is none, and `address` is left as it was. */
bool ask_name(int fd, bool peer, struct address *address);

#endif
