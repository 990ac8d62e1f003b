/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passages: which are kept, and which are forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "sosh/passage.h"

static const char frame[60];

static struct passage *add(struct passages *passages, uint64_t number, enum passage_fate fate)
{
	struct passage *passage = passages_add(passages, number, SEGMENT_ETHERNET, frame, sizeof(frame));

	passage->fate = fate;
	return passage;
}

static void the_newest_are_kept(void **state)
{
	struct passages passages;

	(void)state;
	passages_init(&passages);
	for (uint64_t number = 1; number <= PASSAGES + 2; number++)
		add(&passages, number, PASSAGE_DELIVERED);
	assert_null(passages_get(&passages, 2));
	assert_int_equal(passages_get(&passages, 3)->number, 3);
	assert_null(passages_get(&passages, PASSAGES + 3));
	passages_clear(&passages);
}

/* Held ones and those on their way stay until they have ended and their place is needed. */
static void those_that_have_not_ended_are_kept(void **state)
{
	struct passages passages;
	uint64_t number = 0;

	(void)state;
	passages_init(&passages);
	while (++number <= 40)
		add(&passages, number, number % 2 ? PASSAGE_HELD : PASSAGE_ON_ITS_WAY);
	const struct passage *first = passages_get(&passages, 1);
	for (; number <= 3 * PASSAGES; number++)
		add(&passages, number, PASSAGE_LOST);
	assert_ptr_equal(passages_get(&passages, 1), first);
	for (uint64_t held = 1; held <= 40; held++)
		assert_int_equal(passages_get(&passages, held)->number, held);
	assert_null(passages_get(&passages, 41));
	for (uint64_t held = 2; held <= 40; held++)
		passages_get(&passages, held)->fate = PASSAGE_DELIVERED;
	for (uint64_t end = number + PASSAGES + 100; number < end; number++)
		add(&passages, number, number < end - PASSAGES ? PASSAGE_HELD : PASSAGE_DROPPED);
	assert_ptr_equal(passages_get(&passages, 1), first);
	assert_null(passages_get(&passages, 2));
	assert_non_null(passages_get(&passages, 3 * PASSAGES + 1));
	passages_clear(&passages);
}

/* Numbers leave gaps: what is set aside late is found all the same. */
static void gaps_do_not_matter(void **state)
{
	struct passages passages;

	(void)state;
	passages_init(&passages);
	add(&passages, 1, PASSAGE_HELD);
	add(&passages, 2, PASSAGE_HELD);
	add(&passages, PASSAGES + 2, PASSAGE_HELD);
	add(&passages, 2 * PASSAGES + 1, PASSAGE_HELD);
	add(&passages, 2 * PASSAGES + 2, PASSAGE_HELD);
	assert_int_equal(passages_get(&passages, 1)->number, 1);
	assert_int_equal(passages_get(&passages, 2)->number, 2);
	assert_int_equal(passages_get(&passages, PASSAGES + 2)->number, PASSAGES + 2);
	passages_clear(&passages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_are_kept),
		cmocka_unit_test(those_that_have_not_ended_are_kept),
		cmocka_unit_test(gaps_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
