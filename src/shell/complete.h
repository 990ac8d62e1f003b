/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_COMPLETE_H
#define SOSH_SHELL_COMPLETE_H
/*
 * Tab: completes the word at the cursor, and shows which parameter comes next where there is no word. The prompt
 * hands readline's two questions on to here.
 */
#include "sosh/engine.h"
#include "sosh/views.h"

struct completion {
	const struct engine *engine;
	const struct view_style *style;
	const struct buffer *before; /* the lines of an unfinished statement above the one being typed */
	char breaks[2];              /* what readline takes as the end of the word before */
};

/* For rl_completion_word_break_hook: a text whose one character stands before the word. */
char *completion_breaks(struct completion *completion);
/* For rl_attempted_completion_function. */
char **completion_matches(struct completion *completion, const char *text, int start, int end);
/* For rl_completion_display_matches_hook: lists them, or says how many there are when they would fill screens. */
void completion_show(char **matches, int count, int longest);
/* Adds the synopsis of a command with the parameter at the place: "recv SOCKET [COUNT [FLAGS]]   next: COUNT (4096)".
 */
struct line_place;
void completion_hint(struct buffer *out, const struct line_place *place, bool colour);

#endif
