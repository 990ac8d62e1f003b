/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_PROMPT_SIGNALS_H
#define SOSH_SHELL_PROMPT_SIGNALS_H
/*
 * The signals that mean something at a prompt, taken for as long as it runs: Ctrl-C, Ctrl-Z, Ctrl-\, a new window
 * size, going on after a stop, and those that end the program. They are let in only while the loop waits.
 */
#include <signal.h>

#include "sosh/loop.h"

#define PROMPT_SIGNALS 7

struct prompt_signals {
	volatile sig_atomic_t
		interrupted; /* Ctrl-C came since a line was entered; the engine takes its own flag back */
	volatile sig_atomic_t resized, continued, ending; /* `ending` is the signal's number */
	sigset_t open;                                    /* the mask in which all of them come in */
	sigset_t mask;                                    /* as it was before */
	struct sigaction actions[PROMPT_SIGNALS];
};

/* A signal that the program was started to ignore stays ignored. */
void prompt_signals_take(struct prompt_signals *signals, struct loop *loop, void (*handler)(int number));
void prompt_signals_give_back(const struct prompt_signals *signals);

#endif
