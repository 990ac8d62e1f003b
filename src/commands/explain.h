/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMANDS_EXPLAIN_H
#define SOSH_COMMANDS_EXPLAIN_H
/*
 * Explanations: why a call failed, and what to do.
 */
#include "sosh/journal.h"

/*
 * Why an ended, failed entry failed and what to do: one or two short sentences, or NULL when there is nothing better
 * than the error's own text. An errno that is the result (connect_ex) is explained too. Owned: free(). Uses only the
 * entry and the session.
 */
char *explain_entry(const struct session *session, const struct entry *entry);

#endif
