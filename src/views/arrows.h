/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEWS_ARROWS_H
#define VIEWS_ARROWS_H
#include "sosh/views.h"

/* Adds what text_plain makes of the text. Its arrows, ASCII in tables of sentences, are drawn as the style has them;
 * what stands in quotes was typed or sent, and stays. */
void plain_arrows(struct buffer *out, const char *text, size_t length, const struct view_style *style);

#endif
