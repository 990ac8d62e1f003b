/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SANDBOX_H
#define SOSH_SANDBOX_H
#include "sosh/error.h"

/*
 * Moves this process into a new user and network namespace (user_namespaces(7), network_namespaces(7)) with
 * loopback up; the user is mapped to root in it. Root gets a network namespace alone where user namespaces are
 * refused. Must be called before any socket is made, by a process with one thread.
 * 0, or -1 with `error`: what the system refused and what to do.
 */
int sandbox_enter(struct error *error);

#endif
