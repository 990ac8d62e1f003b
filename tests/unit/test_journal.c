/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: numbering, forgetting, entries that wait, and results as text.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/journal.h"

static struct entry *begin(struct journal *journal)
{
	return journal_begin(journal, NULL, NULL);
}

static void run_many(struct journal *journal, unsigned count)
{
	while (count-- > 0)
		journal_end(journal, begin(journal));
}

static void prints(const struct entry *entry, const char *expected)
{
	struct buffer out;

	buffer_init(&out);
	entry_format_result(&out, entry);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void numbers_entries_from_one(void **state)
{
	struct journal journal;
	struct entry *first, *second;

	(void)state;
	journal_init(&journal);
	assert_null(journal_entry(&journal, 0));
	assert_null(journal_entry(&journal, 1));
	first = begin(&journal);
	second = begin(&journal);
	assert_int_equal(first->number, 1);
	assert_int_equal(second->number, 2);
	assert_ptr_equal(journal_entry(&journal, 1), first);
	assert_ptr_equal(journal_entry(&journal, 2), second);
	assert_null(journal_entry(&journal, 3));
	assert_false(first->ended);
	journal_end(&journal, first);
	assert_true(first->ended);
	journal_clear(&journal);
	journal_clear(&journal);
}

static void forgets_the_oldest(void **state)
{
	struct journal journal;

	(void)state;
	journal_init(&journal);
	run_many(&journal, JOURNAL_ENTRIES + 10);
	assert_int_equal(journal.newest, JOURNAL_ENTRIES + 10);
	assert_int_equal(journal.oldest, 11);
	assert_null(journal_entry(&journal, 10));
	for (uint64_t i = journal.oldest; i <= journal.newest; i++)
		assert_int_equal(journal_entry(&journal, i)->number, i);
	journal_clear(&journal);
}

static void begins_clean_when_memory_is_used_again(void **state)
{
	struct journal journal;
	struct entry *entry;

	(void)state;
	journal_init(&journal);
	journal.record_calls = true;
	entry = begin(&journal);
	entry_value(entry, value_text("data"));
	call_data(entry_call(&journal, entry, "recv"), "data", 4);
	entry_state(entry, 1, STATE_CLOSED, STATE_LISTEN);
	entry->note = strdup("note");
	entry->explanation = strdup("explanation");
	entry->tail = strdup("tail");
	entry_refuse(entry, "no");
	journal_end(&journal, entry);
	run_many(&journal, JOURNAL_ENTRIES - 1);
	entry = begin(&journal);
	assert_int_equal(entry->number, JOURNAL_ENTRIES + 1);
	assert_int_equal(entry->call_count + entry->state_count, 0);
	assert_false(entry->has_value || entry->ended || entry->refused);
	assert_null(entry->note);
	assert_null(entry->tail);
	assert_null(entry->explanation);
	assert_null(entry->problem);
	assert_int_equal(entry->value.kind, VALUE_NONE);
	journal_clear(&journal);
}

static void keeps_what_waits(void **state)
{
	struct journal journal;
	struct entry *waiting[40];

	(void)state;
	journal_init(&journal);
	for (unsigned i = 0; i < 40; i++)
		waiting[i] = begin(&journal);
	run_many(&journal, JOURNAL_ENTRIES * 2);
	for (unsigned i = 0; i < 40; i++) {
		assert_int_equal(waiting[i]->number, i + 1);
		assert_ptr_equal(journal_entry(&journal, i + 1), waiting[i]);
	}
	assert_null(journal_entry(&journal, 41));
	for (unsigned i = 0; i < 40; i++)
		journal_end(&journal, waiting[i]);
	assert_ptr_equal(journal_entry(&journal, 1), waiting[0]);
	for (unsigned i = 0; i < 200; i++)
		begin(&journal);
	run_many(&journal, JOURNAL_ENTRIES + 200);
	assert_null(journal_entry(&journal, 1));
	assert_int_equal(journal.aside_count, 200);
	journal_clear(&journal);
}

static void bounds_its_data(void **state)
{
	const size_t size = JOURNAL_BYTES / 16;
	char *bytes = calloc(size, 1);
	struct journal journal;
	struct entry *waiting;

	(void)state;
	assert_non_null(bytes);
	journal_init(&journal);
	waiting = begin(&journal);
	for (unsigned i = 0; i < 40; i++) {
		struct entry *entry = begin(&journal);

		entry_value(entry, value_bytes(bytes, size));
		entry->data = value_keep(entry->value);
		entry->has_data = true;
		journal_end(&journal, entry);
		assert_true(journal.bytes <= JOURNAL_BYTES + size);
		assert_int_equal(entry->data.blob->length, size);
		assert_ptr_equal(journal_entry(&journal, entry->number), entry);
	}
	assert_int_equal(journal.oldest, 1);
	assert_ptr_equal(journal_entry(&journal, 1), waiting);
	const struct entry *old = journal_entry(&journal, 2);
	assert_true(old->has_value && old->data.blob == old->value.blob && old->data.blob->length < size);
	assert_int_equal(old->data.blob->length + old->cut, size);
	journal_clear(&journal);
	free(bytes);
}

static void one_that_is_too_big_leaves_the_small_ones(void **state)
{
	char *bytes = calloc(JOURNAL_BYTES + 1, 1);
	struct journal journal;
	struct buffer text;

	(void)state;
	assert_non_null(bytes);
	journal_init(&journal);
	struct entry *small = begin(&journal);
	entry_value(small, value_text("small"));
	journal_end(&journal, small);
	for (unsigned i = 0; i < 3; i++) {
		struct entry *big = begin(&journal);
		entry_value(big, value_bytes(bytes, JOURNAL_BYTES + 1));
		journal_end(&journal, big);
	}
	assert_ptr_equal(journal_entry(&journal, 1), small);
	assert_string_equal(small->value.blob->bytes, "small");
	buffer_init(&text);
	entry_format_result(&text, journal_entry(&journal, 2));
	assert_string_equal(buffer_string(&text) + text.length - 4, "\"...");
	buffer_clear(&text);
	journal_clear(&journal);
	free(bytes);
}

static void keeps_the_script(void **state)
{
	struct journal journal;
	struct script *script = script_new("f", "recv s \\\n 5\tx", 13);
	struct statement *statement = arena_zero(&script->arena, sizeof(*statement));
	struct entry *entry;
	struct buffer out;

	(void)state;
	statement->source = script->text;
	statement->source_length = 13;
	script_place(script, 5, &statement->place);
	journal_init(&journal);
	entry = journal_begin(&journal, script, statement);
	script_drop(script);
	buffer_init(&out);
	entry_format_command(&out, entry);
	assert_string_equal(buffer_string(&out), "recv s   5\\tx");
	buffer_clear(&out);
	assert_int_equal(entry_refuse(entry, "no handle %d", 7), -1);
	assert_string_equal(entry->problem->text, "no handle 7");
	assert_int_equal(entry->problem->place.column, 6);
	journal_clear(&journal);
}

static void calls_only_when_asked(void **state)
{
	struct journal journal;
	struct address address;
	struct entry *entry;
	struct call *call;

	(void)state;
	address_unspec(&address);
	journal_init(&journal);
	entry = begin(&journal);
	assert_null(entry_call(&journal, entry, "send"));
	call_int(NULL, 1);
	call_symbol(NULL, "MSG_", 1);
	call_data(NULL, "x", 1);
	call_address(NULL, &address);
	call_length(NULL, 1, 1);
	call_pointer(NULL, &address);
	call_value(NULL, value_text("taken"));
	call_null(NULL);
	journal.record_calls = true;
	call = entry_call(&journal, entry, "sendto");
	call_int(call, 3);
	call_data(call, "0123456789012345678901234567890123456789", 40);
	call_symbol(call, "MSG_", MSG_PEEK);
	call_address(call, &address);
	call_length(call, 128, 16);
	call_null(call);
	call_value(call, value_text("one too many"));
	assert_int_equal(call->arguments[4].room, 128);
	assert_int_equal(call->count, CALL_ARGUMENTS);
	assert_int_equal(call->arguments[1].value.blob->length, 33);
	assert_string_equal(call->arguments[2].prefix, "MSG_");
	for (unsigned i = 0; i < 100; i++)
		call_value(entry_call(&journal, entry, "again"), value_text("x"));
	assert_int_equal(entry->call_count, 101);
	journal_clear(&journal);
}

static void results_as_text(void **state)
{
	struct journal journal;
	struct entry *entry;

	(void)state;
	journal_init(&journal);
	entry = begin(&journal);
	entry_result(entry, 12);
	prints(entry, "12");
	entry->tail = strdup("c:POLLIN");
	prints(entry, "12  c:POLLIN");
	entry = begin(&journal);
	entry_fail(entry, ECONNREFUSED);
	assert_int_equal(entry->result, -1);
	prints(entry, "ECONNREFUSED");
	entry_fail(entry, ERROR_TIMEOUT);
	prints(entry, "TIMEOUT");
	entry_fail(entry, 5000);
	prints(entry, "5000");
	entry = begin(&journal);
	entry_value(entry, value_text("a\n\"b\""));
	prints(entry, "\"a\\n\\\"b\\\"\"");
	entry->plain = true;
	prints(entry, "a\\n\"b\"");
	entry_value(entry, value_error(111));
	prints(entry, "111 ECONNREFUSED");
	entry = begin(&journal);
	entry_refuse(entry, "no");
	prints(entry, "error");
	journal_clear(&journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_entries_from_one),
		cmocka_unit_test(forgets_the_oldest),
		cmocka_unit_test(begins_clean_when_memory_is_used_again),
		cmocka_unit_test(keeps_what_waits),
		cmocka_unit_test(bounds_its_data),
		cmocka_unit_test(one_that_is_too_big_leaves_the_small_ones),
		cmocka_unit_test(keeps_the_script),
		cmocka_unit_test(calls_only_when_asked),
		cmocka_unit_test(results_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
