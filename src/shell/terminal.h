/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_TERMINAL_H
#define SOSH_SHELL_TERMINAL_H
/*
 * The terminal as the prompt wants it, from the shell's beginning to its end: each key comes as it is typed, none is
 * shown by the terminal itself, and Ctrl-C and Ctrl-Z are signals. It stays so while a command runs, so that what is
 * typed ahead is the next line's, whole.
 */
#include <stdbool.h>
#include <stdio.h>
#include <termios.h>

struct terminal {
	int fd;
	FILE *output;
	bool taken;
	bool pastes; /* it was asked to mark what is pasted */
	struct termios normal, ours;
};

void terminal_take(struct terminal *terminal, bool pastes);
/* Back to how it was. */
void terminal_give_back(struct terminal *terminal);
/* Lends it to another program, as it was; terminal_take_again ends that. */
void terminal_lend(const struct terminal *terminal);
/* After a stop, when somebody else had it. */
void terminal_take_again(const struct terminal *terminal);
/* Are there keys that were typed and not read yet? */
bool terminal_typed_ahead(const struct terminal *terminal);

#endif
