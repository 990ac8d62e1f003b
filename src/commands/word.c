/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words and what they are: errors, TCP states, options, constants, commands, words of the field.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "meanings.h"

/* Other names of states: ss's and netstat's. Dashes in them do not count. */
static const struct {
	const char *name;
	enum tcp_state state;
} other_states[] = {
	{"CLOSE", STATE_CLOSED},          {"ESTAB", STATE_ESTABLISHED}, {"FIN-WAIT1", STATE_FIN_WAIT_1},
	{"FIN-WAIT2", STATE_FIN_WAIT_2},  {"LISTENING", STATE_LISTEN},  {"SYN-RECV", STATE_SYN_RECEIVED},
	{"SYN-RCVD", STATE_SYN_RECEIVED}, {"UNCONN", STATE_CLOSED},
};

static int compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct meaning *)row)->name);
}

static const char *text_of(const struct meaning *rows, size_t count, const char *name)
{
	const struct meaning *row = bsearch(name, rows, count, sizeof(*rows), compare);

	return row ? row->text : NULL;
}

static void set_word(struct word_found *found, enum word_kind kind, const char *word)
{
	size_t length = strlen(word);

	found->kind = kind;
	if (word != found->word && length < WORD_MOST)
		memcpy(found->word, word, length + 1);
}

static bool as_error(struct word_found *found, int number)
{
	const char *name = number ? error_name(number) : NULL;
	size_t count;

	if (!name)
		return false;
	const struct meaning *rows = meanings_of_errors(&count);
	found->number = number;
	found->text = text_of(rows, count, name);
	if (found->word[0] && strcmp(found->word, name))
		found->same_as = name;
	set_word(found, WORD_ERROR, found->word[0] ? found->word : name);
	return true;
}

/* Letters, digits and nothing else of both are the same. */
static bool same_letters(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, "-_");
		b += strspn(b, "-_");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static bool as_state(struct word_found *found)
{
	enum tcp_state state = state_number(found->word, strlen(found->word));
	size_t count;

	for (size_t i = 0; !state && i < sizeof(other_states) / sizeof(other_states[0]); i++)
		if (same_letters(found->word, other_states[i].name))
			state = other_states[i].state;
	if (!state)
		return false;
	const struct meaning *rows = meanings_of_states(&count);
	found->number = state;
	set_word(found, WORD_STATE, state_name(state));
	found->text = text_of(rows, count, found->word);
	return true;
}

/* A protocol family has the number of its address family. */
static void as_family(struct word_found *found, const struct meaning *rows, size_t count)
{
	char name[WORD_MOST];

	memcpy(name, found->word, sizeof(name));
	name[0] = 'A';
	const struct symbol *family = symbol_find(name, strlen(name));
	if (!family)
		return;
	found->same_as = family->name;
	found->text = text_of(rows, count, name);
}

static bool as_constant(struct word_found *found)
{
	const struct symbol *symbol = symbol_find(found->word, strlen(found->word));
	size_t count;

	if (!symbol)
		return false;
	found->number = symbol->number;
	found->option = option_find(found->word, strlen(found->word));
	const struct meaning *rows = found->option ? meanings_of_options(&count) : meanings_of_constants(&count);
	found->text = text_of(rows, count, found->word);
	set_word(found, found->option ? WORD_OPTION : WORD_CONSTANT, found->word);
	if (!strncmp(found->word, "PF_", 3))
		as_family(found, rows, count);
	return true;
}

static bool as_command(struct word_found *found)
{
	const struct command_spec *spec =
		found->word[0] == '=' ? NULL : engine_command(found->word, strlen(found->word));

	if (!spec)
		return false;
	found->command = spec;
	set_word(found, WORD_COMMAND, spec->name);
	return true;
}

static char next_letter(const char **at)
{
	*at += strspn(*at, "-_ ");
	char letter = **at;

	*at += letter != 0;
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Case, blanks and dashes do not count. */
static bool is_spelled(const char *word, const char *name)
{
	for (;;) {
		char letter = next_letter(&word);
		if (letter != next_letter(&name))
			return false;
		if (!letter)
			return true;
	}
}

static bool as_term(struct word_found *found)
{
	size_t count;
	const struct meaning *rows = meanings_of_terms(&count);

	for (size_t i = 0; i < count; i++) {
		if (!is_spelled(found->word, rows[i].name))
			continue;
		found->text = rows[i].text;
		set_word(found, WORD_TERM, rows[i].name);
		return true;
	}
	return false;
}

static bool as_number(struct word_found *found)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(found->word, &end, 0);
	if (*end || end == found->word || errno || number < INT32_MIN || number > INT32_MAX)
		return false;
	found->word[0] = 0;
	found->is_number = true;
	return as_error(found, (int)number);
}

/* Makes letters of `from` those of `to`: 'a' to 'A' makes capitals. */
static void change_case(char *word, char from, char to)
{
	for (; *word; word++)
		if (*word >= from && *word <= from + ('z' - 'a'))
			*word = (char)(*word - from + to);
}

void word_find(struct word_found *found, const char *word, size_t length)
{
	*found = (struct word_found){.kind = WORD_UNKNOWN};
	if (length == 0 || length >= WORD_MOST || memchr(word, 0, length))
		return;
	memcpy(found->word, word, length);
	if (as_command(found))
		return;
	change_case(found->word, 'a', 'A');
	if (as_error(found, error_number(found->word, length)) || as_state(found) || as_constant(found))
		return;
	change_case(found->word, 'A', 'a');
	if (as_command(found) || as_term(found))
		return;
	as_number(found);
}

/* Whom to tell of each word. */
struct word_visit {
	void (*each)(const char *word, void *context);
	void *context;
};

static void each_error(const char *name, int number, void *context)
{
	struct word_visit *visit = context;

	(void)number;
	visit->each(name, visit->context);
}

static void each_symbol(const struct symbol *symbol, void *context)
{
	struct word_visit *visit = context;

	visit->each(symbol->name, visit->context);
}

void engine_each_word(void (*each)(const char *word, void *context), void *context)
{
	struct word_visit visit = {each, context};
	const struct command_spec *spec;

	for (unsigned i = 0; (spec = engine_command_at(i)); i++)
		each(spec->name, context);
	for (int state = STATE_ESTABLISHED; state <= STATE_CLOSING; state++)
		each(state_name((enum tcp_state)state), context);
	size_t count;
	const struct meaning *terms = meanings_of_terms(&count);
	for (size_t i = 0; i < count; i++)
		each(terms[i].name, context);
	error_each(each_error, &visit);
	symbol_each("", each_symbol, &visit);
}
