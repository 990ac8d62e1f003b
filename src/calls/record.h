/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CALLS_RECORD_H
#define CALLS_RECORD_H
/*
 * Noting a system call: take the time, make the call, note it. errno survives the noting.
 *
 * What is noted is what the user asked for, with the arguments that were really passed. The shell's own looks (F_GETFL,
 * SO_RCVTIMEO, poll) and the short change of O_NONBLOCK around connect and accept are not.
 */
#include "sosh/calls.h"
#include "sosh/loop.h"

/* The time before the call; 0 when calls are not recorded, so that nobody reads a clock for nothing. */
static inline int64_t record_begin(const struct door *door)
{
	return door->journal->record_calls ? loop_now() : 0;
}

/* The call, to be given its arguments; NULL when it is not recorded. `result` -1: it failed with errno. */
struct call *record_call(struct door *door, struct entry *entry, const char *name, int64_t began, int64_t result);

static inline struct call *record_end(struct door *door, struct entry *entry, const char *name, int64_t began,
                                      int64_t result)
{
	return began ? record_call(door, entry, name, began, result) : NULL;
}

/* The address that a call was given and its length, as two arguments. */
void record_address(struct call *call, const struct address *address);
/* The room for an address that a call was given, what it wrote there unless it failed, and the length. */
void record_found(struct call *call, const struct address *address);

/* Ends a call that never waits: 0 is its result, or errno its error. */
enum progress record_outcome(struct entry *entry, int result);
/* Fails with this error. */
enum progress record_failure(struct entry *entry, int error);

/* Notes the address that the entry's call was given. */
void record_target(struct entry *entry, const struct address *address);

#endif
