/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arenas, and the memory that they are made of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/arena.h"
#include "sosh/memory.h"

#define PIECES 3000

static void pieces_are_zeroed_aligned_and_do_not_overlap(void **state)
{
	(void)state;
	static unsigned char *pieces[PIECES];
	struct arena arena;
	arena_init(&arena);
	for (size_t i = 0; i < PIECES; i++) {
		size_t size = i % 97;
		pieces[i] = arena_zero(&arena, size);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
		for (size_t j = 0; j < size; j++)
			assert_int_equal(pieces[i][j], 0);
		memset(pieces[i], (int)(i % 251) + 1, size);
	}
	for (size_t i = 0; i < PIECES; i++) {
		for (size_t j = 0; j < i % 97; j++)
			assert_int_equal(pieces[i][j], i % 251 + 1);
	}
	arena_clear(&arena);
}

static void a_large_piece_leaves_the_small_ones_their_block(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena);
	char *first = arena_zero(&arena, 16);
	char *large = arena_zero(&arena, 1000000);
	char *second = arena_zero(&arena, 16);
	assert_ptr_equal(second, first + 16);
	large[0] = large[999999] = 'x';
	arena_clear(&arena);
	large = arena_zero(&arena, 1000000); /* also when it is the first */
	large[999999] = 'x';
	*(char *)arena_zero(&arena, 1) = 'y';
	arena_clear(&arena);
}

static void a_copy_has_a_nul_behind_it(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena);
	char *copy = arena_copy(&arena, "a\0bcd", 4);
	assert_memory_equal(copy, "a\0bc", 5);
	assert_string_equal(arena_copy(&arena, NULL, 0), "");
	arena_clear(&arena);
}

static void clear_makes_it_new(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena);
	arena_clear(&arena);
	arena_zero(&arena, 100);
	arena_clear(&arena);
	assert_null(arena.newest);
	arena_zero(&arena, 100);
	arena_clear(&arena);
}

static void memory_is_never_null(void **state)
{
	(void)state;
	void *nothing = memory_get(0), *zero = memory_zero(0), *grown = memory_resize(NULL, 10);
	assert_non_null(nothing);
	assert_non_null(zero);
	assert_non_null(grown);
	grown = memory_resize(grown, 0);
	assert_non_null(grown);
	free(nothing);
	free(zero);
	free(grown);
	char *copy = memory_copy("abcdef", 3);
	assert_string_equal(copy, "abc");
	free(copy);
	copy = memory_copy(NULL, 0);
	assert_string_equal(copy, "");
	free(copy);
}

static void many_pieces_are_zeroed_in_the_large_blocks_too(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena);
	for (size_t i = 0; i < 4 * MEMORY_PAGES / 4096; i++) {
		char *piece = arena_zero(&arena, 4096);
		for (size_t j = 0; j < 4096; j++)
			assert_int_equal(piece[j], 0);
		memset(piece, 'x', 4096);
	}
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zeroed_aligned_and_do_not_overlap),
		cmocka_unit_test(a_large_piece_leaves_the_small_ones_their_block),
		cmocka_unit_test(a_copy_has_a_nul_behind_it),
		cmocka_unit_test(clear_makes_it_new),
		cmocka_unit_test(memory_is_never_null),
		cmocka_unit_test(many_pieces_are_zeroed_in_the_large_blocks_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
