/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H
#include "run.h"

enum progress start_help(struct run *run);

#endif
