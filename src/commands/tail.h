/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_TAIL_H
#define COMMANDS_TAIL_H
#include "run.h"

/* Takes the lines as what the view prints below the result. */
void give_lines(struct run *run, struct buffer *lines);

#endif
