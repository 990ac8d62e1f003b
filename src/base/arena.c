/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An arena: blocks of growing size, out of which pieces are cut one behind the other.
 */
#include "sosh/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"

#define FIRST_BLOCK ((size_t)2048)
#define GROWTH      8
#define ALIGNMENT   _Alignof(max_align_t)

struct arena_block {
	struct arena_block *older;
	size_t size; /* in all */
	_Alignas(max_align_t) char room[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){0};
}

void arena_clear(struct arena *arena)
{
	struct arena_block *block = arena->newest;
	while (block) {
		struct arena_block *older = block->older;
		free(block);
		block = older;
	}
	arena_init(arena);
}

static struct arena_block *block_new(size_t size, struct arena_block *older)
{
	struct arena_block *block = size == MEMORY_PAGES ? memory_pages() : memory_zero(size);
	block->older = older;
	block->size = size;
	return block;
}

/* A piece so large that it gets a block of its own, behind the newest, whose free room stays in use. */
static char *piece_of_its_own(struct arena *arena, size_t size)
{
	struct arena_block *block = block_new(sizeof(*block) + size, arena->newest ? arena->newest->older : NULL);
	if (arena->newest)
		arena->newest->older = block;
	else
		arena->newest = block;
	return block->room;
}

static char *piece_of_new_block(struct arena *arena, size_t size)
{
	size_t block_size = arena->newest ? arena->newest->size * GROWTH : FIRST_BLOCK;
	if (block_size > MEMORY_PAGES)
		block_size = MEMORY_PAGES;
	if (size > block_size / 2)
		return piece_of_its_own(arena, size);
	arena->newest = block_new(block_size, arena->newest);
	arena->next = arena->newest->room + size;
	arena->end = (char *)arena->newest + block_size;
	return arena->newest->room;
}

/* Blocks are zeroed when they are made, mostly by the kernel: a piece is only cut off. */
void *arena_zero(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2) /* no such room anywhere: let memory_get say so */
		return memory_get(size);
	size_t aligned = ((size ? size : 1) + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (aligned > (size_t)(arena->end - arena->next))
		return piece_of_new_block(arena, aligned);
	char *piece = arena->next;
	arena->next += aligned;
	return piece;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = arena_zero(arena, length + 1);
	if (length)
		memcpy(copy, bytes, length);
	return copy;
}
