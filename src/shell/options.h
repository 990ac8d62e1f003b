/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_OPTIONS_H
#define SHELL_OPTIONS_H
/*
 * The command line's options.
 */
#include <stdbool.h>

#include "sosh/error.h"

struct options {
	bool json, quiet, keep_going, check, sandbox, version, help;
	const char *commands; /* of -c, or NULL */
	const char *script;   /* a file's name, "-", or NULL */
	char **arguments;     /* the script's, argument_count of them */
	int argument_count;
	const char **variables; /* NAME=VALUE of each -v; owned */
	unsigned variable_count;
};

/* Reads argv. 0, or -1 with `error`. */
int options_read(struct options *options, int argc, char **argv, struct error *error);
void options_clear(struct options *options);
/* The text of --help. */
const char *options_help(void);

#endif
