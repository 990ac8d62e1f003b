/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMANDS_STORY_H
#define SOSH_COMMANDS_STORY_H
/*
 * A story: what is known of a failed entry. The rows of both tables are held against it, and their {placeholders}
 * filled in from it.
 */
#include "cause.h"
#include "explain.h"

struct story {
	const struct explainer *by;
	const struct session *session;
	const struct entry *entry;
	const struct handle *handle;  /* NULL: none */
	const struct address *target; /* NULL: none */
	const char *command;
	int error;
	unsigned situation; /* see explanations.h */
	char option[48];    /* "setsockopt(IP_TTL)": for rows about one option; "" */
	struct cause cause;
};

/* All that is known, the cause included; story_clear frees it. */
void story_init(struct story *story, const struct explainer *by, const struct entry *entry);
void story_clear(struct story *story);
/* Is the command one of the words? */
bool names_command(const char *words, const char *command);
/* Fills in a sentence. False: a placeholder is not known. */
bool story_fill(struct buffer *out, const struct story *story, const char *sentence);
/* Adds "handle 3 (conn)", "the closed handle 3 (conn)", "nginx, pid 812". False: nobody. */
bool story_who(struct buffer *out, const struct cause *cause);
/* Adds the entry's command as typed, without its expectation. */
void story_command(struct buffer *out, const struct entry *entry);
/* The row of the cause's table that says it, its sentence in `out`; NULL: none. */
const struct cause_row *story_cause(struct buffer *out, const struct story *story);
/* The explanation: by the cause, else by the situation. False: there is none. */
bool story_tell(struct buffer *out, const struct story *story);

#endif
