/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LANGUAGE_UNPARSE_H
#define LANGUAGE_UNPARSE_H
/*
 * Expressions as text again.
 */
#include "sosh/language.h"

/* Adds the expression as between the parentheses of the call spelling. */
void call_form(struct buffer *out, const struct expr *expr);
/* Adds $NAME, $NAME.PART, $NAME[0]; false, and adds nothing, when it is none of these. */
bool dollar_form(struct buffer *out, const struct expr *expr);
/* Adds a bare word that $NAMEs stand in. */
void word_form(struct buffer *out, const struct expr *expr);
/* Adds one argument of the shell spelling. What has no form of its own there stands in parentheses. */
void shell_form(struct buffer *out, const struct param *param, const struct expr *expr);
/* May the name stand as it is, where a constant or a module could be meant too? */
bool name_is_plain(const struct expr *name);

#endif
