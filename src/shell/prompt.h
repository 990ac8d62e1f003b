/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_PROMPT_H
#define SOSH_SHELL_PROMPT_H
/*
 * The prompt: the interactive shell on a terminal. GNU readline edits the line through its callback interface, so
 * that the event loop, and with it every job, goes on while somebody types.
 */
#include <stdio.h>

#include "sosh/engine.h"
#include "sosh/views.h"

struct prompt;

struct prompt_options {
	struct engine *engine;
	const struct view_style *style;
	bool colour;  /* the prompt itself is coloured */
	int input_fd; /* the terminal */
	FILE *output;
};

/*
 * Runs the interactive shell until quit or the end of the input: reads inputrc (`$if sosh`), the history and the
 * init file first. Returns the exit status: quit's, else 0, 1 (a command failed) or 2 (a line did not read); 128 + n
 * for a signal that ended it; -1 with `error` when the terminal cannot be used.
 */
int prompt_run(const struct prompt_options *options, struct error *error);

/* Lends the terminal to another program that is about to run (true), and takes it again (false). */
void prompt_lend(bool lend);
/* Prints text (whole lines) above the line being typed, which is left as it was; plain output when no line is being
 * typed. */
void prompt_print(const char *text, size_t length);
/* The same to a stream of one's choice (stdout in JSON mode, stderr); no terminal is tidied for one that is none. */
void prompt_write(FILE *stream, const char *text, size_t length);

#endif
