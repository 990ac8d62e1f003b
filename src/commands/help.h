/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H
#include "meanings.h"

enum progress start_help(struct run *run);
/* Adds what help says of one command. */
void help_command(struct buffer *out, const struct command_spec *spec);
/* How to read what a command shows: rows by its name, in the order of strcmp (help_notes.c). */
const struct meaning *help_notes(size_t *count);

#endif
