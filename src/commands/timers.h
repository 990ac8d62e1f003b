/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_TIMERS_H
#define COMMANDS_TIMERS_H
#include "sosh/watch_fact.h"

/* What a timer of a TCP connection is called and what happens when it expires. */
struct timer_text {
	const char *name, *meaning;
	const char *remark; /* after the time, as in "57 s left" */
};

/* NULL for TIMER_NONE. */
const struct timer_text *timer_text(enum watch_timer timer);

#endif
