/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_WIRE_EVENTS_H
#define COMMANDS_WIRE_EVENTS_H
/*
 * What comes on the lab's wire by itself while nothing runs: told as events, many together, and no more than a person
 * can read.
 */
#include "run.h"

struct wire_events;

/* A frame has come while no command ran. */
void wire_events_note(struct engine *engine, struct passage *passage);
/* Tells now what waits to be told: something else is about to be. */
void wire_events_tell(struct engine *engine);
/* Nothing runs now (true), or something is about to. */
void wire_events_idle(struct engine *engine, bool idle);
void wire_events_free(struct wire_events *events); /* NULL is fine */

#endif
