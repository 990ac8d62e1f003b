/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_UNIX_DIAG_H
#define SOSH_WATCH_UNIX_DIAG_H
/*
 * The questions to sock_diag(7) about AF_UNIX.
 */
#include "sosh/watch_fact.h"

/* Asks for the socket with this inode. 1 with the fact, 0 when there is none in this network namespace, -1 with errno.
 */
int unix_diag_ask(struct netlink *diag, uint64_t inode, struct watch_fact *fact);

#endif
