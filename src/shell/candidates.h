/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_CANDIDATES_H
#define SOSH_SHELL_CANDIDATES_H
/*
 * What may stand at a place of a line: the words that complete the one at the cursor.
 */
#include "line_place.h"
#include "sosh/engine.h"

struct candidates {
	const char *typed; /* the beginning of the word, as typed; borrowed */
	size_t typed_length;
	bool any_case; /* `typed` fits in either case */
	char **words;  /* owned, each the whole word */
	unsigned count, room;
	char append; /* what follows the only one: a blank, '(', a closing quote, or 0 */
	bool paths;  /* they are file names; a directory ends in a slash */
};

/* Fills `found`, which need not be initialised. `line` is what `place` was found in. */
void candidates_find(struct candidates *found, const struct engine *engine, const struct line_place *place,
                     const char *line, size_t cursor);
void candidates_clear(struct candidates *found);
/* Adds a word when it begins as typed. */
void candidates_offer(struct candidates *found, const char *word);
/* Adds the files that complete `typed`; `quote` is the one that is open around it, or 0. Names that need it are quoted
 * and escaped. */
void candidates_paths(struct candidates *found, char quote);

/* candidates_lab.c: names of hosts; what may stand at `word` of a line whose command is `wire`. */
void candidates_hosts(struct candidates *found, const struct engine *engine);
void candidates_wire(struct candidates *found, const struct engine *engine, const char *line, size_t word);

#endif
