/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_ARENA_H
#define SOSH_ARENA_H
/*
 * An arena: many small pieces of memory that all end together.
 *
 * What is parsed lives in one arena and dies with it. Pieces are aligned for any type, are
 * never moved and are never freed one by one. Running out of memory aborts (see memory.h).
 */
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *newest; /* owned chain */
	char *next, *end;           /* free room in the newest block */
};

void arena_init(struct arena *arena);
/* Frees every piece; the arena may be used again. */
void arena_clear(struct arena *arena);
/* A zeroed piece of `size` bytes. Never NULL. */
void *arena_zero(struct arena *arena, size_t size);
/* A copy of the bytes with a NUL behind them. Never NULL. */
char *arena_copy(struct arena *arena, const char *bytes, size_t length);

#endif
