/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A finished picture for the terminal. It is kept without colours, so that what it is compared with need not know of
 * them: they are put in here, by words.
 */
#include <string.h>

#include "flow.h"

static const char SGR_STATE[] = "36", SGR_ERROR[] = "1;31";

static size_t word_length(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
}

static void add_coloured(struct buffer *out, const char *sgr, const char *text, size_t length)
{
	buffer_format(out, "\033[%sm", sgr);
	buffer_add(out, text, length);
	buffer_text(out, "\033[0m");
}

/* The colour of a word, NULL: none. */
static const char *colour_of(const char *word, size_t length, bool result)
{
	if (length > 2 && state_number(word, length) != STATE_NONE)
		return SGR_STATE;
	return result && length > 2 && error_number(word, length) ? SGR_ERROR : NULL;
}

void flow_print(struct buffer *out, const char *text, const struct view_style *style)
{
	bool quoted = false, begins = true;
	const char *start = text;

	if (!style->colour) {
		buffer_text(out, text);
		return;
	}
	while (*text) {
		size_t length = !quoted && begins ? word_length(text) : 0;
		bool result = text - start >= 3 && !memcmp(text - 3, "=> ", 3);
		const char *sgr = length ? colour_of(text, length, result) : NULL;
		if (sgr)
			add_coloured(out, sgr, text, length);
		else
			buffer_add(out, text, length = length ? length : 1);
		quoted ^= !sgr && length == 1 && *text == '"';
		if (quoted && *text == '\\' && text[1])
			buffer_char(out, *++text);
		if (*text == '\n')
			quoted = false;
		begins = strchr(" \n", text[length - 1]) != NULL;
		text += length;
	}
}
