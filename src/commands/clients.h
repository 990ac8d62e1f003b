/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_CLIENTS_H
#define COMMANDS_CLIENTS_H
/*
 * Clients of other processes that wait to be accepted: each is told once. The kernel is asked for all that is on the
 * listener's port, so it is not asked often: many that come at once are told together.
 */
#include "run.h"

struct clients;

struct clients *clients_new(struct engine *engine);
void clients_free(struct clients *clients);
/* Something has come to this listener: its clients are looked at now or soon. */
void clients_came(struct clients *clients, const struct handle *listener);
/* Looks only while nothing runs. */
void clients_idle(struct clients *clients, bool idle);

#endif
