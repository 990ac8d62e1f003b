/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_EVENTS_H
#define COMMANDS_EVENTS_H
/*
 * Events: changes of TCP states that come by themselves, told while nothing runs.
 */
#include "run.h"

struct events;

/* A handle whose state has changed: an open one gives notice from now on, a closed one is followed by the clock until
 * the kernel has forgotten its connection. */
void events_follow(struct events *events, const struct handle *handle);
/* Makes an entry of what was seen of a handle, and tells it. */
void events_tell(struct engine *engine, const struct handle *handle, struct entry *seen);
/* A job that waits on the handle will tell itself what came of it. */
bool events_has_job(const struct engine *engine, const struct handle *handle);
void events_free(struct events *events); /* NULL is fine */

#endif
