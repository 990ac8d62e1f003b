/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_LOOK_H
#define COMMANDS_LOOK_H
/*
 * Looking at what a command did: the TCP states of its handles and of the other ends of their connections.
 */
#include "run.h"

/* Notes in the run's entry what changed. What a delayed ACK may still move is looked at again by a later command. */
void look(struct run *run);
/* Remarks on a success that is easily taken for something else. remarks.c */
void remark(struct run *run);
/* Gives delayed ACKs their time (up to 60 ms), and notes what they changed. Runs the loop. */
void look_until_settled(struct run *run);
/* Notes what changed at one handle and at its other end. Did anything? */
bool look_at(struct engine *engine, struct entry *entry, struct handle *handle);

#endif
