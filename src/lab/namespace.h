/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_NAMESPACE_H
#define LAB_NAMESPACE_H
/*
 * Namespaces of this process, see user_namespaces(7). `purpose` is what they are for, "sandbox" or "lab", for the
 * error.
 */
#include "sosh/error.h"

/*
 * Moves the process into a new user namespace, with the user mapped to root, and into what else `flags` of unshare(2)
 * names. The process must have one thread. 0, or -1 with `error`.
 */
int namespace_enter(int flags, const char *purpose, struct error *error);
/* The same in a child, to see whether it is possible: a process does not leave a user namespace that it has entered. */
int namespace_try(int flags, const char *purpose, struct error *error);
/* Says that the system refused `what` with an errno, and what can be done about it. Returns -1. */
int namespace_refused(struct error *error, const char *purpose, const char *what, int number);

#endif
