/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_WIRE_MAKE_H
#define LAB_WIRE_MAKE_H
/*
 * Making the wire: the lab does it, when the links are there.
 */
#include "agent.h"
#include "sosh/wire.h"

/* The wire between the hosts 1 to `count`; the agent lives in the namespace of the interfaces w1…. NULL with `error`.
 */
struct wire *wire_make(struct agent *agent, unsigned count, struct error *error);
/* NULL is fine. */
void wire_free(struct wire *wire);

#endif
