/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_QUEUES_H
#define SOSH_WATCH_QUEUES_H
/*
 * What TCP_INFO tells beside the state.
 */
#include "sosh/watch_fact.h"

/* How often the retransmission timer has expired in a row. */
unsigned queues_retransmits(const struct handle *handle);

#endif
