/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMANDS_EXPLAIN_H
#define SOSH_COMMANDS_EXPLAIN_H
/*
 * Explanations: why a call failed, and what to do.
 */
#include "run.h"

struct explanation;

/*
 * Why an ended, failed entry failed and what to do: one or two short sentences, or NULL when there is nothing better
 * than the error's own text. An errno that is the result (connect_ex) is explained too. Owned: free(). Uses only the
 * entry and the session.
 */
char *explain_entry(const struct session *session, const struct entry *entry);
/* Is the row of the table about that command? One without commands is about any. */
bool explanation_is_for(const struct explanation *row, const char *command);
/* `explain` without a word: more about the last command that failed, or else the last one. */
enum progress explain_last(struct run *run);

#endif
