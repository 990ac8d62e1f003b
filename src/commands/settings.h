/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_SETTINGS_H
#define COMMANDS_SETTINGS_H
#include "run.h"

enum progress start_set(struct run *run);

#endif
