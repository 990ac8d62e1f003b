/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_FLOW_H
#define COMMANDS_FLOW_H
#include "run.h"

enum progress start_flow(struct run *run);

#endif
