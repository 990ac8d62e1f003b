/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMANDS_EXPLAIN_H
#define SOSH_COMMANDS_EXPLAIN_H
/*
 * Explanations: why a call failed, and what to do.
 */
#include "run.h"

struct explanation;

/* Where causes are looked for. */
struct explainer {
	const struct session *session;
	const struct journal *journal; /* tells how somebody was closed; NULL: only the entry's number is told */
	struct watch *watch;           /* NULL: the kernel is asked nothing */
};

/*
 * Why an ended, failed entry failed and what to do: one or two short sentences, or NULL when there is nothing better
 * than the error's own text. An errno that is the result (connect_ex) is explained too. Owned: free(). The cause is
 * looked for now, so tell it at once.
 */
char *explain_entry(const struct explainer *explainer, const struct entry *entry);
/* Is the row of the table about that command? One without commands is about any. */
bool explanation_is_for(const struct explanation *row, const char *command);

/*
 * `explain` alone: all about the last command, or about the last failed one when the last one failed. Several lines:
 * what it gave, its calls, both ends now, the cause with its details, what to type.
 */
enum progress explain_last(struct run *run);

#endif
