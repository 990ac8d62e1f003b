/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEWS_CALL_SYMBOL_H
#define VIEWS_CALL_SYMBOL_H
/*
 * Numbers by name, as strace(1) prints them.
 */
#include "sosh/buffer.h"

/* Adds a number of the group `prefix`: its name, or names joined by | where it is flags; 0x63 when it has none, with
 * the group's name in a comment. */
void call_add_symbol(struct buffer *out, const char *prefix, int64_t number);

#endif
