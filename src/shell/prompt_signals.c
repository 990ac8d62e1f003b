/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes the prompt's signals, and gives them back.
 */
#include <stddef.h>

#include "prompt_signals.h"

static const int taken[PROMPT_SIGNALS] = {SIGINT, SIGTSTP, SIGQUIT, SIGWINCH, SIGCONT, SIGTERM, SIGHUP};

void prompt_signals_take(struct prompt_signals *signals, struct loop *loop, void (*handler)(int number))
{
	struct sigaction action = {.sa_handler = handler};
	sigset_t set;
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, NULL, &signals->mask);
	signals->open = signals->mask;
	for (int i = 0; i < PROMPT_SIGNALS; i++) {
		sigaddset(&set, taken[i]);
		sigdelset(&signals->open, taken[i]);
	}
	action.sa_mask = set;
	loop_block_signals(loop, &set);
	for (int i = 0; i < PROMPT_SIGNALS; i++) {
		sigaction(taken[i], NULL, &signals->actions[i]);
		if (signals->actions[i].sa_handler != SIG_IGN || taken[i] == SIGINT)
			sigaction(taken[i], &action, NULL);
	}
}

void prompt_signals_give_back(const struct prompt_signals *signals)
{
	for (int i = 0; i < PROMPT_SIGNALS; i++)
		sigaction(taken[i], &signals->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &signals->mask, NULL);
}
