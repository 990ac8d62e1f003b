/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_WIRE_MAKE_H
#define LAB_WIRE_MAKE_H
/*
 * Making the wire: the lab does it, when the links are there.
 */
#include "agent.h"
#include "sosh/wire.h"

/* The wire between the hosts 1 to `count`, not open yet. */
struct wire *wire_new(unsigned count);
/* Opens it, by an agent in the namespace of its ends; each wire_ask_open needs its wire_answer_open. -1 with `error`.
 */
void wire_ask_open(struct wire *wire, struct agent *agent);
int wire_answer_open(struct agent *agent, struct error *error);
/* NULL is fine. */
void wire_free(struct wire *wire);

#endif
