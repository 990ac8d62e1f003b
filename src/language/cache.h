/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LANGUAGE_CACHE_H
#define LANGUAGE_CACHE_H
/*
 * The commands that a text has used: the table is asked once for each of them.
 */
#include "sosh/command.h"

#define CACHE_SLOTS 64

struct command_cache {
	struct cached_command {
		const struct command_spec *spec;
		size_t length; /* of its name; 0: empty */
	} slots[CACHE_SLOTS];
};

#endif
