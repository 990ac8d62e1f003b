/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arrows in sentences.
 */
#include "arrows.h"

#include <string.h>

#include "sosh/text.h"

static const char ascii[] = " -> ";
enum { ASCII = sizeof(ascii) - 1 };

void plain_arrows(struct buffer *out, const char *text, size_t length, const struct view_style *style)
{
	bool quoted = false;
	size_t begin = 0;

	for (size_t i = 0; style->unicode && i + ASCII <= length; i++) {
		quoted ^= text[i] == '"';
		if (quoted || memcmp(text + i, ascii, ASCII) != 0)
			continue;
		text_plain(out, text + begin, i - begin);
		buffer_text(out, " \u2192 ");
		begin = i + ASCII;
		i = begin - 1;
	}
	text_plain(out, text + begin, length - begin);
}
