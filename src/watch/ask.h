/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_ASK_H
#define SOSH_WATCH_ASK_H
/*
 * Whom to ask: sock_diag of this network namespace, then of the others.
 */
#include "sosh/watch_fact.h"

/* Whether sock_diag can be asked; opens it. A want of descriptors may pass; anything else stays as it is. */
bool ask_is_open(struct watch *watch);
/* After a dump that ended before its end: the rest of it must not meet the next question. */
void ask_again(struct watch *watch);
/* diag_ask of one namespace after the other, until one knows the pair: 1, 0 or -1. */
int ask_pair(struct watch *watch, const struct address *local, const struct address *peer, uint64_t cookie,
             struct watch_fact *fact);
/*
 * Of an open TCP socket that reads CLOSED: when its connection is in TIME-WAIT the kernel has moved that to an entry
 * of its own. True when there is one.
 */
bool ask_remains(struct watch *watch, const struct handle *handle, struct watch_fact *fact);
/* getsockname(2) or getpeername(2). False: there is none, and `address` is left as it was. */
bool ask_name(int fd, bool peer, struct address *address);

#endif
