/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_MODEL_SYMBOLS_H
#define SOSH_MODEL_SYMBOLS_H
/*
 * What the name tables share: search by halves over tables that are sorted by strcmp.
 */
#include <stdbool.h>
#include <stddef.h>

/*
 * Where a word stands in a table of `count` rows of `row` bytes, each beginning with its name (const char *); `count`
 * when it is not there. The word may hold any bytes.
 */
size_t names_find(const void *table, size_t count, size_t row, const char *word, size_t length);

/* True for a second name of a number, see symbols.inc. */
bool symbol_is_alias(const char *name);

#endif
