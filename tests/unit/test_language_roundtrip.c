/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a statement says is what its text says: parse(unparse(s, spelling)) equals s, for random statements in each of
 * the three spellings. SOSH_SEED and SOSH_ROUNDS in the environment vary the run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "statement_generator.h"

static void command_names(void (*each)(const char *name, void *context), void *context)
{
	for (unsigned i = 0; engine_command_at(i); i++)
		each(engine_command_at(i)->name, context);
}

static void complained(const struct error *error, void *context)
{
	print_error("%u:%u: %s\n", error->place.line, error->place.column, error->text);
	(void)context;
}

static struct script *parsed(const char *text, size_t length, enum parse_result *result)
{
	struct parse_options options = {.lookup = engine_command, .command_names = command_names, .report = complained};
	struct script *script = script_new("test", text, length);

	*result = parse_script(script, &options);
	return script;
}

/* statement_equal does not look at what only running can settle. */
static bool same_hosts(const struct statement *a, const struct statement *b)
{
	for (int i = 0; i < PARAM_MOST; i++)
		if (a->arguments[i] && a->arguments[i]->optional_host != b->arguments[i]->optional_host)
			return false;
	return true;
}

static bool comes_back(const struct statement *statement, enum spelling spelling)
{
	static const char *const spellings[] = {"shell", "call", "method"};
	enum parse_result result;
	struct buffer text, again;

	buffer_init(&text);
	buffer_init(&again);
	unparse(&text, statement, spelling);
	struct script *script = parsed(buffer_string(&text), text.length, &result);
	bool same = result == PARSE_OK && script->count == 1 && statement_equal(statement, script->statements[0]) &&
	            same_hosts(statement, script->statements[0]);
	if (result == PARSE_OK && script->count == 1)
		unparse(&again, script->statements[0], spelling);
	if (!same)
		print_error("%s spelling: %s\n          again: %s\n", spellings[spelling], buffer_string(&text),
		            buffer_string(&again));
	script_drop(script);
	buffer_clear(&text);
	buffer_clear(&again);
	return same;
}

static void random_statements_come_back(void **state)
{
	unsigned long seed = from_environment("SOSH_SEED", 9293), rounds = from_environment("SOSH_ROUNDS", 6000);
	struct generator generator = {.state = seed};
	unsigned failures = 0;

	(void)state;
	print_message("seed %lu, %lu statements\n", seed, rounds);
	for (unsigned long round = 0; round < rounds && failures < 10; round++) {
		generator.script = script_new(NULL, "", 0);
		struct statement *statement = generate_statement(&generator);
		for (int spelling = SPELL_SHELL; spelling <= SPELL_METHOD; spelling++)
			failures += !comes_back(statement, (enum spelling)spelling);
		script_drop(generator.script);
	}
	assert_int_equal(failures, 0);
}

/* The spellings of one line. */
static void spellings_are(const char *line, const char *shell, const char *call, const char *method)
{
	const char *const expected[] = {shell, call, method};
	enum parse_result result;
	struct script *script = parsed(line, strlen(line), &result);
	struct buffer text;

	assert_int_equal(result, PARSE_OK);
	assert_int_equal(script->count, 1);
	for (int spelling = SPELL_SHELL; spelling <= SPELL_METHOD; spelling++) {
		buffer_init(&text);
		unparse(&text, script->statements[0], (enum spelling)spelling);
		assert_string_equal(buffer_string(&text), expected[spelling]);
		buffer_clear(&text);
	}
	script_drop(script);
}

static void spellings_read_well(void **state)
{
	(void)state;
	spellings_are("bind 1 127.0.0.1 65432", "bind 1 (\"127.0.0.1\", 65432)", "bind(1, (\"127.0.0.1\", 65432))",
	              "1.bind((\"127.0.0.1\", 65432))");
	spellings_are("conn, addr = s.accept() &", "conn, addr = accept s &", "conn, addr = accept(s) &",
	              "conn, addr = s.accept() &");
	spellings_are("send c hello MSG_OOB => 5 >=0.5s", "send c \"hello\" MSG_OOB => 5 >=0.5s",
	              "send(c, \"hello\", MSG_OOB) => 5 >=0.5s", "c.send(\"hello\", MSG_OOB) => 5 >=0.5s");
	spellings_are("recv c flags=MSG_PEEK", "recv c flags=MSG_PEEK", "recv(c, flags=MSG_PEEK)",
	              "c.recv(flags=MSG_PEEK)");
	spellings_are("shutdown s WR", "shutdown s SHUT_WR", "shutdown(s, SHUT_WR)", "s.shutdown(SHUT_WR)");
	spellings_are("x = time recv c", "time x = recv c", "time x = recv(c)", "time x = c.recv()");
	spellings_are("socket", "socket", "socket()", "socket()");
	spellings_are("close 1 c 2", "close 1 c 2", "close(1, c, 2)", "1.close(c, 2)");
	spellings_are("sendto u \"a\" \"b\" $y", "sendto u \"a\" \"b\" $y", "sendto(u, \"a\", \"b\", y)",
	              "u.sendto(\"a\", \"b\", y)");
	spellings_are("print pre$x", "print f\"pre{x}\"", "print(f\"pre{x}\")", "print(f\"pre{x}\")");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_statements_come_back),
		cmocka_unit_test(spellings_read_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
