/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_PAGER_H
#define SHELL_PAGER_H
#include <stdbool.h>
#include <stddef.h>

/*
 * Shows text of more lines than the terminal has through $PAGER (less -R when it is not set), and waits until its
 * reader has left it. False when it was not shown, for whatever reason: the caller prints it.
 */
bool pager_show(const char *text, size_t length);

#endif
