/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_WIRING_H
#define COMMANDS_WIRING_H
/*
 * The lab's wire in the engine: what crosses it is noted in the journal, and commands wait until theirs has.
 */
#include "run.h"
#include "sosh/wire.h"

/* Takes the lab's wire into the loop and the journal. 0, or -1 with `error`. */
int wiring_begin(struct engine *engine, struct error *error);
void wiring_end(struct engine *engine);
/* Moves what is on the wire until nothing more comes; what is delayed is not waited for. Nothing without a lab. */
void wiring_settle(struct engine *engine);
/*
 * The same, and waits until the segments that the entry's host has sent in it have arrived: not for what these set off.
 * Ctrl-C ends the waiting only.
 */
void wiring_await(struct engine *engine, struct entry *entry);
/* Waiting for the wire: lets something happen, and says what is waited for when that takes longer than a moment. False:
 * it was interrupted, or the time is over. */
struct wiring_wait {
	const struct entry *entry;
	int64_t begin, until; /* loop_now's clock; until: 0: for ever */
	bool told;
};
bool wiring_wait(struct engine *engine, struct wiring_wait *wait, const char *what);
/* Is the wire held? A call that would wait becomes a job then. */
bool wiring_holds(const struct engine *engine);
/* Notes in the entry what changed at both ends of a passage. */
void wiring_look(struct engine *engine, struct entry *entry, const struct passage *passage);

#endif
