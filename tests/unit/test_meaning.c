/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The meanings of words: every word has one, every meaning its word, and the sentences are fit to be read.
 */
#include <errno.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "commands/explain.h"
#include "commands/explanations.h"
#include "commands/help.h"
#include "commands/meanings.h"

#define SENTENCE_MOST 400

static void assert_kind(const char *word, enum word_kind kind, int64_t number)
{
	struct word_found found;

	word_find(&found, word, strlen(word));
	if (found.kind != kind || found.number != number)
		fail_msg("%s is of kind %d, number %lld", word, found.kind, (long long)found.number);
	if (!found.text || !*found.text)
		fail_msg("%s has no meaning", word);
}

static void check_error(const char *name, int number, void *context)
{
	struct word_found found;

	(*(unsigned *)context)++;
	assert_kind(name, WORD_ERROR, number);
	word_find(&found, name, strlen(name));
	assert_string_equal(found.word, name);
	if (strcmp(name, error_name(number)) != 0)
		assert_string_equal(found.same_as, error_name(number));
	else
		assert_null(found.same_as);
}

static void every_error_has_a_meaning(void **state)
{
	unsigned count = 0;

	(void)state;
	error_each(check_error, &count);
	assert_true(count > 130);
}

static void every_state_has_a_meaning(void **state)
{
	(void)state;
	for (int i = STATE_ESTABLISHED; i <= STATE_CLOSING; i++)
		assert_kind(state_name((enum tcp_state)i), WORD_STATE, i);
}

static void check_symbol(const struct symbol *symbol, void *context)
{
	bool is_option = option_find(symbol->name, strlen(symbol->name));

	(*(unsigned *)context)++;
	assert_kind(symbol->name, is_option ? WORD_OPTION : WORD_CONSTANT, symbol->number);
}

static void every_constant_has_a_meaning(void **state)
{
	unsigned count = 0;

	(void)state;
	symbol_each("", check_symbol, &count);
	assert_true(count > 500);
}

static void check_option(const struct option *option, void *context)
{
	struct word_found found;

	(void)context;
	word_find(&found, option->name, strlen(option->name));
	assert_int_equal(found.kind, WORD_OPTION);
	assert_ptr_equal(found.option, option);
	assert_non_null(found.text);
}

static void every_option_has_a_meaning(void **state)
{
	(void)state;
	option_each(check_option, NULL);
}

/* The same sentence of the same error is not told again of another situation. */
static void assert_said_once(const struct item *rows, unsigned index)
{
	assert_int_equal(rows[index].value.kind, VALUE_STRUCT);
	const struct item *row = rows[index].value.list->items;
	for (unsigned i = 0; i < index; i++) {
		const struct item *before = rows[i].value.list->items;
		const struct blob *said = before[1].value.blob, *says = row[1].value.blob;
		if (said->length >= says->length && strcmp(before[0].value.blob->bytes, row[0].value.blob->bytes) == 0)
			assert_string_not_equal(said->bytes + said->length - says->length, says->bytes);
	}
}

static void every_command_has_a_meaning(void **state)
{
	const struct command_spec *spec;
	struct word_found found;
	struct value errors;
	struct buffer text;

	(void)state;
	buffer_init(&text);
	for (unsigned i = 0; (spec = engine_command_at(i)); i++) {
		word_find(&found, spec->name, strlen(spec->name));
		assert_int_equal(found.kind, WORD_COMMAND);
		assert_ptr_equal(found.command, spec);
		buffer_empty(&text);
		meaning_of_command(&text, spec, &errors);
		assert_non_null(strstr(buffer_string(&text), spec->help));
		assert_null(strchr(buffer_string(&text), '{'));
		assert_int_equal(errors.list->count > 0,
		                 strstr(buffer_string(&text), "errors that it can give") != NULL);
		for (unsigned j = 0; j < errors.list->count; j++)
			assert_said_once(errors.list->items, j);
		value_clear(&errors);
	}
	buffer_clear(&text);
}

/* What all commands tell of their errors. */
static void all_told(struct buffer *told)
{
	const struct command_spec *spec;
	struct value errors;
	struct buffer text;

	buffer_init(&text);
	for (unsigned i = 0; (spec = engine_command_at(i)); i++) {
		meaning_of_command(&text, spec, &errors);
		for (unsigned j = 0; j < errors.list->count; j++) {
			const struct blob *blob = errors.list->items[j].value.list->items[1].value.blob;
			buffer_add(told, blob->bytes, blob->length);
			buffer_char(told, '\n');
		}
		value_clear(&errors);
	}
	buffer_clear(&text);
}

static bool of_a_command(const struct explanation *row)
{
	const struct command_spec *spec;

	for (unsigned i = 0; row->commands && (spec = engine_command_at(i)); i++)
		if (explanation_is_for(row, spec->name))
			return true;
	return false;
}

/* Every row about a command that there is, unless it only stands in for the one before. */
static void every_explanation_is_told(void **state)
{
	size_t count, told = 0;
	const struct explanation *rows = explanations(&count);
	struct buffer all, sentence;

	(void)state;
	buffer_init(&all);
	buffer_init(&sentence);
	all_told(&all);
	for (size_t i = 1; i < count; i++) {
		const struct explanation *before = &rows[i - 1];
		if (!of_a_command(&rows[i]) || (rows[i].error == before->error && rows[i].when == before->when))
			continue;
		buffer_empty(&sentence);
		meaning_of_sentence(&sentence, rows[i].sentence);
		if (!strstr(buffer_string(&all), buffer_string(&sentence)))
			fail_msg("nobody tells: %s", buffer_string(&sentence));
		told++;
	}
	assert_true(told > 100);
	buffer_clear(&sentence);
	buffer_clear(&all);
}

static void check_sentences(const struct meaning *row)
{
	size_t length = strlen(row->text), begin = 0;

	if (row->text[0] == ' ' || row->text[length - 1] != '.')
		fail_msg("%s: a meaning begins with a letter and ends with a full stop", row->name);
	for (size_t i = 0; i < length; i++) {
		if (row->text[i] < ' ' || row->text[i] > '~')
			fail_msg("%s: a byte that is not ASCII", row->name);
		if (row->text[i] == ' ' && row->text[i + 1] == ' ')
			fail_msg("%s: two blanks", row->name);
		if (row->text[i] != '.' || (row->text[i + 1] != ' ' && row->text[i + 1]))
			continue;
		if (i - begin > SENTENCE_MOST)
			fail_msg("%s: a sentence of %zu characters", row->name, i - begin);
		begin = i + 2;
	}
}

static void check_table(const struct meaning *rows, size_t count, bool (*has_word)(const char *name, size_t length))
{
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		if (i && strcmp(rows[i - 1].name, rows[i].name) >= 0)
			fail_msg("%s stands before %s", rows[i - 1].name, rows[i].name);
		if (!has_word(rows[i].name, strlen(rows[i].name)))
			fail_msg("%s has a meaning here, and is no such word", rows[i].name);
		check_sentences(&rows[i]);
	}
}

/* A second name of an error is told by the first one. */
static bool is_error(const char *name, size_t length)
{
	int number = error_number(name, length);

	return number && !strcmp(error_name(number), name);
}

static bool is_state(const char *name, size_t length)
{
	enum tcp_state number = state_number(name, length);

	return number && !strcmp(state_name(number), name);
}

static bool is_option(const char *name, size_t length)
{
	return option_find(name, length);
}

static bool is_constant(const char *name, size_t length)
{
	return symbol_find(name, length) && !option_find(name, length) && strncmp(name, "PF_", 3) != 0;
}

/* One that is a command, an error or the like as well would never be told. */
static bool is_term(const char *name, size_t length)
{
	struct word_found found;

	word_find(&found, name, length);
	return found.kind == WORD_TERM && !strcmp(found.word, name);
}

static bool is_command(const char *name, size_t length)
{
	return engine_command(name, length);
}

static void every_meaning_has_its_word(void **state)
{
	const struct meaning *rows;
	size_t count;

	(void)state;
	rows = meanings_of_errors(&count);
	check_table(rows, count, is_error);
	rows = meanings_of_states(&count);
	check_table(rows, count, is_state);
	assert_int_equal(count, 11);
	rows = meanings_of_options(&count);
	check_table(rows, count, is_option);
	rows = meanings_of_constants(&count);
	check_table(rows, count, is_constant);
	rows = meanings_of_terms(&count);
	check_table(rows, count, is_term);
	rows = help_notes(&count);
	check_table(rows, count, is_command);
}

static void check_named(const char *text, const char *group, const char *name)
{
	for (const char *at = strstr(text, group); at; at = strstr(at + 1, group)) {
		char word[WORD_MOST];
		size_t length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
		if ((at > text && (at[-1] == '_' || (at[-1] >= 'A' && at[-1] <= 'Z'))) || length == strlen(group) ||
		    length >= sizeof(word))
			continue;
		memcpy(word, at, length);
		word[length] = 0;
		if (!symbol_find(word, length) && !error_number(word, length))
			fail_msg("%s: its meaning names %s, which is no word", name, word);
	}
}

static void sentences_name_words_that_are(void **state)
{
	static const char *const groups[] = {"AF_",  "SOCK_",     "SO_",  "TCP_", "IP_",   "IPV6_", "MSG_",    "SHUT_",
	                                     "POLL", "EPOLL_CTL", "EAI_", "SCM_", "EADDR", "ECONN", "IPPROTO_"};
	const struct meaning *(*const tables[])(size_t *) = {
		meanings_of_errors, meanings_of_states, meanings_of_options, meanings_of_constants, meanings_of_terms};

	(void)state;
	for (size_t table = 0; table < sizeof(tables) / sizeof(tables[0]); table++) {
		size_t count;
		const struct meaning *rows = tables[table](&count);
		for (size_t i = 0; i < count; i++)
			for (size_t group = 0; group < sizeof(groups) / sizeof(groups[0]); group++)
				check_named(rows[i].text, groups[group], rows[i].name);
	}
}

static void assert_word(const char *typed, const char *word)
{
	struct word_found found;

	word_find(&found, typed, strlen(typed));
	if (!word) {
		assert_int_equal(found.kind, WORD_UNKNOWN);
		return;
	}
	assert_int_not_equal(found.kind, WORD_UNKNOWN);
	assert_string_equal(found.word, word);
}

static void words_are_found_as_people_write_them(void **state)
{
	char zero[] = "bind\0x", longest[200];

	(void)state;
	assert_word("econnrefused", "ECONNREFUSED");
	assert_word("111", "ECONNREFUSED");
	assert_word("0x6f", "ECONNREFUSED");
	assert_word("-2", "EAI_NONAME");
	assert_word("timeout", "TIMEOUT");
	assert_word("time_wait", "TIME-WAIT");
	assert_word("fin-wait1", "FIN-WAIT-1");
	assert_word("rst", "RST");
	assert_word("Delayed ACK", "delayed-ACK");
	assert_word("halfclose", "half-close");
	assert_word("half", NULL);
	assert_word("FINWAIT2", "FIN-WAIT-2");
	assert_word("syn_recv", "SYN-RECEIVED");
	assert_word("CLOSE", "CLOSED");
	assert_word("close", "close");
	assert_word("LISTEN", "LISTEN");
	assert_word("listen", "listen");
	assert_word("Bind", "bind");
	assert_word("so_keepalive", "SO_KEEPALIVE");
	assert_word("PF_UNIX", "PF_UNIX");
	assert_word("", NULL);
	assert_word("=", NULL);
	assert_word("-", NULL);
	assert_word("0", NULL);
	assert_word("100000", "TIMEOUT");
	assert_word("99999999999999999999", NULL);
	assert_word("111x", NULL);
	assert_word("TIME--", NULL);
	struct word_found found;
	word_find(&found, zero, sizeof(zero) - 1);
	assert_int_equal(found.kind, WORD_UNKNOWN);
	memset(longest, 'A', sizeof(longest));
	word_find(&found, longest, sizeof(longest));
	assert_int_equal(found.kind, WORD_UNKNOWN);
}

static void placeholders_become_what_they_stand_for(void **state)
{
	struct buffer text;

	(void)state;
	buffer_init(&text);
	meaning_of_sentence(&text, "{it} to {target}, {peer}: connect {handle} {unknown_one} {left");
	assert_string_equal(buffer_string(&text), "SOCKET to ADDRESS, PEER: connect SOCKET UNKNOWN_ONE {left");
	buffer_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_a_meaning),
		cmocka_unit_test(every_state_has_a_meaning),
		cmocka_unit_test(every_constant_has_a_meaning),
		cmocka_unit_test(every_option_has_a_meaning),
		cmocka_unit_test(every_command_has_a_meaning),
		cmocka_unit_test(every_explanation_is_told),
		cmocka_unit_test(every_meaning_has_its_word),
		cmocka_unit_test(sentences_name_words_that_are),
		cmocka_unit_test(words_are_found_as_people_write_them),
		cmocka_unit_test(placeholders_become_what_they_stand_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
