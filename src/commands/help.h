/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H
#include "run.h"

enum progress start_help(struct run *run);
/* Adds what help says of one command. */
void help_command(struct buffer *out, const struct command_spec *spec);

#endif
