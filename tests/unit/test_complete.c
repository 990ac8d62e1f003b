/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the cursor stands in a half-typed line. In the lines below ^ is the cursor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/complete.h"
#include "shell/line_place.h"

static const struct command_spec rows[] = {
	{.name = "socket",
         .param_count = 3,
         .params = {{"family", "FAMILY", PARAM_NUMBER, "AF_INET", "AF_", false},
                    {"type", "TYPE", PARAM_NUMBER, "SOCK_STREAM", "SOCK_", false},
                    {"proto", "PROTOCOL", PARAM_NUMBER, "0", NULL, false}}},
	{.name = "bind",
         .param_count = 2,
         .params = {{"socket", "SOCKET", PARAM_SOCKET, NULL, NULL, false},
                    {"address", "ADDRESS", PARAM_ADDRESS, NULL, NULL, false}}},
	{.name = "listen",
         .param_count = 2,
         .params = {{"socket", "SOCKET", PARAM_SOCKET, NULL, NULL, false},
                    {"backlog", "BACKLOG", PARAM_NUMBER, "128", NULL, false}}},
	{.name = "send",
         .param_count = 3,
         .params = {{"socket", "SOCKET", PARAM_SOCKET, NULL, NULL, false},
                    {"data", "DATA", PARAM_DATA, NULL, NULL, true},
                    {"flags", "FLAGS", PARAM_FLAGS, "0", "MSG_", false}}},
	{.name = "sendto",
         .param_count = 4,
         .params = {{"socket", "SOCKET", PARAM_SOCKET, NULL, NULL, false},
                    {"data", "DATA", PARAM_DATA, NULL, NULL, true},
                    {"flags", "FLAGS", PARAM_FLAGS, "0", "MSG_", false},
                    {"address", "ADDRESS", PARAM_ADDRESS, NULL, NULL, false}}},
	{.name = "setsockopt",
         .param_count = 4,
         .params = {{"socket", "SOCKET", PARAM_SOCKET, NULL, NULL, false},
                    {"level", "LEVEL", PARAM_LEVEL, "", NULL, false},
                    {"option", "OPTION", PARAM_OPTION, NULL, NULL, false},
                    {"value", "VALUE", PARAM_SETTING, NULL, NULL, true}}},
	{.name = "source", .param_count = 1, .params = {{"file", "FILE", PARAM_PATH, NULL, NULL, false}}},
	{.name = "time", .param_count = 1, .params = {{"command", "COMMAND", PARAM_COMMAND, NULL, NULL, false}}},
	{.name = "repeat",
         .param_count = 2,
         .params = {{"count", "N", PARAM_COUNT, NULL, NULL, false},
                    {"command", "COMMAND", PARAM_COMMAND, NULL, NULL, false}}},
	{.name = "jobs"},
};

static const struct command_spec *lookup(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0)
			return &rows[i];
	return NULL;
}

/* A line with its cursor marked, copied so that reading past its end is seen. */
static struct line_place find(const char *marked, char **line)
{
	size_t cursor = strcspn(marked, "^"), length = strlen(marked);
	*line = malloc(length);
	assert_non_null(*line);
	memcpy(*line, marked, cursor);
	memcpy(*line + cursor, marked + cursor + 1, length - cursor);
	return line_place_find(*line, cursor, lookup);
}

struct expected {
	const char *line; /* the cursor is ^ */
	enum place_kind kind;
	const char *word; /* from where the completed word begins to the cursor */
	const char *command;
	const char *parameter, *other; /* as shown; NULL: none */
	enum spelling spelling;
};

static const char *shown(const struct line_place *place, int index)
{
	return place->command != NULL && index >= 0 ? place->command->params[index].show : NULL;
}

static void assert_same(const char *line, const char *got, const char *wanted)
{
	if ((got == NULL) != (wanted == NULL) || (got != NULL && strcmp(got, wanted) != 0))
		fail_msg("%s: %s, not %s", line, got != NULL ? got : "none", wanted != NULL ? wanted : "none");
}

static void assert_places(const struct expected *expected, size_t count)
{
	for (const struct expected *e = expected; e < expected + count; e++) {
		char *line;
		struct line_place place = find(e->line, &line);
		size_t cursor = strcspn(e->line, "^");
		if (place.kind != e->kind)
			fail_msg("%s: kind %d, not %d", e->line, (int)place.kind, (int)e->kind);
		char *word = strndup(line + place.word, cursor - place.word);
		if (e->word != NULL)
			assert_same(e->line, word, e->word);
		if (e->kind == PLACE_ARGUMENT || e->kind == PLACE_EXPECT)
			assert_same(e->line, place.command != NULL ? place.command->name : NULL, e->command);
		if (e->kind == PLACE_ARGUMENT) {
			assert_same(e->line, shown(&place, place.parameter), e->parameter);
			assert_same(e->line, shown(&place, place.other), e->other);
			assert_int_equal(place.spelling, e->spelling);
		}
		free(word);
		free(line);
	}
}

#define assert_all(table) assert_places(table, sizeof(table) / sizeof(*(table)))

static void the_first_word_is_a_command(void **state)
{
	(void)state;
	static const struct expected table[] = {
		{.line = "^", .kind = PLACE_COMMAND, .word = ""},
		{.line = "  so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "so^cket AF_INET", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "s = so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "a, b = so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "a,b = ^", .kind = PLACE_COMMAND, .word = ""},
		{.line = "@client s = so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "s = @client so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "listen s; so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "listen s\nso^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "send s ';' # ; x\nso^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "time so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "repeat 3 time x = so^", .kind = PLACE_COMMAND, .word = "so"},
		{.line = "socket.so^", .kind = PLACE_METHOD, .word = "so"},
		{.line = "s.bi^", .kind = PLACE_METHOD, .word = "bi"},
		{.line = "x = 1.^", .kind = PLACE_METHOD, .word = ""},
	};
	assert_all(table);
}

static void words_are_parameters(void **state)
{
	(void)state;
	static const struct expected table[] = {
		{"socket ^", PLACE_ARGUMENT, "", "socket", "FAMILY", NULL, SPELL_SHELL},
		{"socket AF_I^", PLACE_ARGUMENT, "AF_I", "socket", "FAMILY", NULL, SPELL_SHELL},
		{"socket AF_INET SOCK_STREAM|SOCK_^", PLACE_ARGUMENT, "SOCK_", "socket", "TYPE", NULL, SPELL_SHELL},
		{"socket 1 2 3 ^", PLACE_ARGUMENT, "", "socket", NULL, NULL, SPELL_SHELL},
		{"s = socket socket.AF_^", PLACE_ARGUMENT, "AF_", "socket", "FAMILY", NULL, SPELL_SHELL},
		{"listen s backlog=1^", PLACE_ARGUMENT, "1", "listen", "BACKLOG", NULL, SPELL_SHELL},
		{"bind s 127.0.0.1 ^", PLACE_ARGUMENT, "", "bind", "ADDRESS", NULL, SPELL_SHELL},
		{"bind s 127.0.0.1:80 ^", PLACE_ARGUMENT, "", "bind", NULL, NULL, SPELL_SHELL},
		{"bind s /tmp/a ^", PLACE_ARGUMENT, "", "bind", NULL, NULL, SPELL_SHELL},
		{"send s ^", PLACE_ARGUMENT, "", "send", "DATA", NULL, SPELL_SHELL},
		{"send s \"a b\" ^", PLACE_ARGUMENT, "", "send", "DATA", "FLAGS", SPELL_SHELL},
		{"sendto s a MSG_DONTWAIT ^", PLACE_ARGUMENT, "", "sendto", "ADDRESS", NULL, SPELL_SHELL},
		{"send s a MSG_PEEK|MS^", PLACE_ARGUMENT, "MS", "send", "DATA", "FLAGS", SPELL_SHELL},
		{"setsockopt s ^", PLACE_ARGUMENT, "", "setsockopt", "LEVEL", "OPTION", SPELL_SHELL},
		{"setsockopt s SO_REUSEADDR ^", PLACE_ARGUMENT, "", "setsockopt", "VALUE", NULL, SPELL_SHELL},
		{"setsockopt s SOL_SOCKET ^", PLACE_ARGUMENT, "", "setsockopt", "OPTION", NULL, SPELL_SHELL},
		{"repeat ^", PLACE_ARGUMENT, "", "repeat", "N", NULL, SPELL_SHELL},
		{"repeat 3 socket ^", PLACE_ARGUMENT, "", "socket", "FAMILY", NULL, SPELL_SHELL},
		{"socket \\\n ^", PLACE_ARGUMENT, "", "socket", "FAMILY", NULL, SPELL_SHELL},
		{"jobs ^", PLACE_ARGUMENT, "", "jobs", NULL, NULL, SPELL_SHELL},
	};
	assert_all(table);
}

static void arguments_of_calls(void **state)
{
	(void)state;
	static const struct expected table[] = {
		{"socket(^", PLACE_ARGUMENT, "", "socket", "FAMILY", NULL, SPELL_CALL},
		{"socket(AF_^", PLACE_ARGUMENT, "AF_", "socket", "FAMILY", NULL, SPELL_CALL},
		{"socket.socket(socket.AF_^", PLACE_ARGUMENT, "AF_", "socket", "FAMILY", NULL, SPELL_CALL},
		{"s = socket(AF_INET, SOCK_^", PLACE_ARGUMENT, "SOCK_", "socket", "TYPE", NULL, SPELL_CALL},
		{"s.bind(^", PLACE_ARGUMENT, "", "bind", "ADDRESS", NULL, SPELL_METHOD},
		{"s.bind((HO^", PLACE_ARGUMENT, "HO", "bind", "ADDRESS", NULL, SPELL_METHOD},
		{"s.bind((HOST, PO^", PLACE_ARGUMENT, "PO", "bind", "ADDRESS", NULL, SPELL_METHOD},
		{"bind(s, (\"a,b)\", 1), ^", PLACE_ARGUMENT, "", "bind", NULL, NULL, SPELL_CALL},
		{"listen(s, backlog=SO^", PLACE_ARGUMENT, "SO", "listen", "BACKLOG", NULL, SPELL_CALL},
		{"s.send(a, MSG_PEEK | MSG_^", PLACE_ARGUMENT, "MSG_", "send", "FLAGS", NULL, SPELL_METHOD},
		{"s.setsockopt(SOL_SOCKET, SO_^", PLACE_ARGUMENT, "SO_", "setsockopt", "OPTION", NULL, SPELL_METHOD},
		{"s.bind((a.ho^", PLACE_PART, "ho", NULL, NULL, NULL, SPELL_METHOD},
		{"s.nosuch(^", PLACE_NOTHING, NULL, NULL, NULL, NULL, SPELL_SHELL},
	};
	assert_all(table);
}

static void expectations_and_variables(void **state)
{
	(void)state;
	static const struct expected table[] = {
		{"listen s => ^", PLACE_EXPECT, "", "listen", NULL, NULL, SPELL_SHELL},
		{"listen s => EAGAIN|EW^", PLACE_EXPECT, "EW", "listen", NULL, NULL, SPELL_SHELL},
		{"s.listen() => ok ES^", PLACE_EXPECT, "ES", "listen", NULL, NULL, SPELL_SHELL},
		{"s.listen()=> ES^", PLACE_EXPECT, "ES", "listen", NULL, NULL, SPELL_SHELL},
		{"bind s 127.0.0.1:$po^", PLACE_VARIABLE, "po", NULL, NULL, NULL, SPELL_SHELL},
		{"bind s $^", PLACE_VARIABLE, "", NULL, NULL, NULL, SPELL_SHELL},
		{"nosuch $a^", PLACE_VARIABLE, "a", NULL, NULL, NULL, SPELL_SHELL},
		{"bind s $addr.^", PLACE_PART, "", NULL, NULL, NULL, SPELL_SHELL},
		{"listen s => $a^", PLACE_VARIABLE, "a", NULL, NULL, NULL, SPELL_SHELL},
	};
	assert_all(table);
}

static void nothing_in_quotes_and_comments(void **state)
{
	(void)state;
	static const struct expected table[] = {
		{.line = "send s \"so^", .kind = PLACE_NOTHING},
		{.line = "send s '$a^", .kind = PLACE_NOTHING},
		{.line = "send s \xe2\x80\x9cso^", .kind = PLACE_NOTHING},
		{.line = "# so^", .kind = PLACE_NOTHING},
		{.line = "listen s # $^", .kind = PLACE_NOTHING},
		{.line = "listen s & ^", .kind = PLACE_NOTHING},
		{.line = "nosuch so^", .kind = PLACE_NOTHING},
		{.line = "a, b^", .kind = PLACE_NOTHING},
		{"source \"my fi^", PLACE_ARGUMENT, "my fi", "source", "FILE", NULL, SPELL_SHELL},
		{"source my^", PLACE_ARGUMENT, "my", "source", "FILE", NULL, SPELL_SHELL},
		{"send s \xe2\x80\x9c"
	         "a b\xe2\x80\x9d ^",
	         PLACE_ARGUMENT, "", "send", "DATA", "FLAGS", SPELL_SHELL},
	};
	assert_all(table);
}

static void the_level_is_known(void **state)
{
	(void)state;
	char *line;
	struct line_place place = find("setsockopt s IPPROTO_TCP ^", &line);
	assert_int_equal(place.level_length, strlen("IPPROTO_TCP"));
	assert_memory_equal(line + place.level, "IPPROTO_TCP", place.level_length);
	free(line);
	place = find("s.setsockopt(socket.IPPROTO_TCP, TCP_^", &line);
	assert_int_equal(place.level_length, strlen("IPPROTO_TCP"));
	assert_memory_equal(line + place.level, "IPPROTO_TCP", place.level_length);
	free(line);
}

static void the_hint_names_the_next_parameter(void **state)
{
	(void)state;
	struct buffer hint = {0};
	char *line;
	struct line_place place = find("socket AF_INET ^", &line);
	completion_hint(&hint, &place, false);
	assert_string_equal(buffer_string(&hint), "socket [FAMILY [TYPE [PROTOCOL]]]   next: TYPE (SOCK_STREAM)\n");
	buffer_empty(&hint);
	completion_hint(&hint, &place, true);
	assert_string_equal(buffer_string(&hint),
	                    "socket [FAMILY [\033[1mTYPE\033[0m [PROTOCOL]]]   next: TYPE (SOCK_STREAM)\n");
	free(line);
	buffer_empty(&hint);
	place = find("setsockopt s ^", &line);
	completion_hint(&hint, &place, false);
	assert_string_equal(buffer_string(&hint),
	                    "setsockopt SOCKET [LEVEL] OPTION VALUE...   next: LEVEL or OPTION\n");
	free(line);
	buffer_empty(&hint);
	place = find("jobs ^", &line);
	completion_hint(&hint, &place, true);
	assert_string_equal(buffer_string(&hint), "jobs   takes no more\n");
	free(line);
	buffer_clear(&hint);
}

/* Lines made of pieces that mean something, in any order: each has a place, and the word does not lie behind it. */
static void any_line_has_a_place(void **state)
{
	(void)state;
	static const char *const pieces[] = {"socket",
	                                     "bind",
	                                     "send",
	                                     "setsockopt",
	                                     "time",
	                                     "repeat",
	                                     "source",
	                                     " ",
	                                     "  ",
	                                     "s",
	                                     "=",
	                                     " = ",
	                                     "=>",
	                                     "|",
	                                     "(",
	                                     ")",
	                                     "[",
	                                     "]",
	                                     ",",
	                                     ".",
	                                     "socket.",
	                                     "$",
	                                     "$a.",
	                                     "%1",
	                                     "\"",
	                                     "'",
	                                     "\\",
	                                     "\n",
	                                     ";",
	                                     "#",
	                                     "&",
	                                     "@h",
	                                     "MSG_",
	                                     "SO_LINGER",
	                                     "x=",
	                                     "\xe2\x80\x9c",
	                                     "\xe2\x80\x9d",
	                                     "\xe2",
	                                     "\xff",
	                                     "7"};
	uint64_t seed = 1;
	for (unsigned round = 0; round < 20000; round++) {
		char line[200] = "";
		size_t length = 0;
		for (unsigned i = 0; i < 12; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			const char *piece = pieces[(seed >> 33) % (sizeof(pieces) / sizeof(*pieces))];
			memcpy(line + length, piece, strlen(piece));
			length += strlen(piece);
		}
		char *copy = malloc(length);
		memcpy(copy, line, length);
		struct line_place place = line_place_find(copy, length, lookup);
		assert_true(place.word <= length);
		assert_true(place.owner + place.owner_length <= length);
		if (place.kind == PLACE_ARGUMENT)
			assert_true(place.command != NULL && place.parameter < place.command->param_count &&
			            place.other < place.command->param_count);
		free(copy);
	}
}

/* A long line costs what it is long, and no stack. */
static void long_lines(void **state)
{
	(void)state;
	static const char *const pieces[] = {"time ", "(", "a = ", "\"", "x ", ";", "s.bind(", "@h ", "a.", "|"};
	size_t length = 1 << 20;
	char *line = malloc(length);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		size_t size = strlen(pieces[i]);
		for (size_t at = 0; at < length; at++)
			line[at] = pieces[i][at % size];
		assert_true(line_place_find(line, length, lookup).word <= length);
	}
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_word_is_a_command),
		cmocka_unit_test(words_are_parameters),
		cmocka_unit_test(arguments_of_calls),
		cmocka_unit_test(expectations_and_variables),
		cmocka_unit_test(nothing_in_quotes_and_comments),
		cmocka_unit_test(the_level_is_known),
		cmocka_unit_test(the_hint_names_the_next_parameter),
		cmocka_unit_test(any_line_has_a_place),
		cmocka_unit_test(long_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
