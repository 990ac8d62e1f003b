/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_TERMINAL_H
#define SOSH_SHELL_TERMINAL_H
/*
 * The terminal while a command runs: keys are kept as they come for the next line, unseen and unedited, and only
 * Ctrl-C and Ctrl-Z mean something.
 */
#include <stdbool.h>
#include <termios.h>

struct terminal {
	int fd;
	bool quiet;
	struct termios normal, waiting;
};

void terminal_quiet(struct terminal *terminal);
/* Back to how it was. */
void terminal_normal(struct terminal *terminal);
/* After a stop, when somebody else had the terminal. May be called by a signal handler. */
void terminal_again(const struct terminal *terminal);
/* Are there keys that were typed and not read yet? */
bool terminal_typed_ahead(const struct terminal *terminal);

#endif
