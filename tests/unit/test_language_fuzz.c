/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts that nobody wrote: valid lines and random statements, mutated, are parsed without a crash, a leak or a hang,
 * each complaint has a place in the text, and what reads says the same when it is written again. SOSH_SEED and
 * SOSH_ROUNDS in the environment vary the run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parsed.h"
#include "statement_generator.h"

static const char *const lines[] = {
	"s = socket AF_INET SOCK_STREAM # a comment",
	"bind(1, (\"127.0.0.1\", 65432)) => ok",
	"conn, addr = s.accept() &",
	"@client send c \"hello\\n\\x41\" b'x' x\"48 65\" MSG_PEEK|MSG_OOB => 5 >=0.5s",
	"sendto u hi $x.host[0] ${y} fe80::1%lo 80",
	"recv c 64K => ~\"[a-z]+\" EAGAIN|EWOULDBLOCK CLOSE-WAIT >=$n {a=1, b=[2]}",
	"print(f\"{x!r} {{}} {len(y)*3}\", [1, (2,), ()], a|b|AF_INET, \"ab\"*3, addr[-1].port)",
	"time repeat 3 c.recv(4096).decode(\"utf-8\")",
	"x = [::1]:80; y = example.com 80; z = \"a\" \"b\" * 2; w = /tmp/s",
	"setsockopt s SOL_SOCKET SO_LINGER 1 0\r\nwait %1 0.5 \\\n => TIMEOUT",
	"from socket import (AF_INET,\n  SOCK_STREAM)\nwith socket.socket() as s:\n    s.listen(backlog=5)",
	"print \u201ctypographic\u201d \u2018quotes\u2019\u00a0$port:$1 None True -1 0x0c",
};
#define LINES (sizeof(lines) / sizeof(*lines))

static const char *const tokens[] = {
	"\"",
	"'",
	"\\",
	"(",
	")",
	"[",
	"]",
	"{",
	"}",
	"$",
	"${",
	"=>",
	" => ",
	" = ",
	"=",
	"&",
	" & ",
	";",
	"\n",
	"\r\n",
	"\\\n",
	"#",
	"|",
	"*",
	",",
	".",
	":",
	"%",
	"@",
	"~",
	"f\"",
	"x\"",
	"b'",
	"-",
	"0x",
	"1e9",
	"99999999999999999999",
	"64K",
	"MSG_PEEK",
	"AF_",
	"EAGAIN",
	"LISTEN",
	"None",
	"True",
	"socket.",
	"select.",
	".decode()",
	"repr(",
	"len(",
	"with ",
	"import ",
	"time ",
	"repeat 2 ",
	">=",
	"!=",
	"\u201c",
	"\u2019",
	"\u00a0",
	"\xff",
	"\xe2\x80",
	"\x01",
	"ok",
	"blocks",
	"/tmp/s",
	"[::1]:80",
	"127.0.0.1",
	"$1",
	"_",
	"0.5s",
};
#define TOKENS (sizeof(tokens) / sizeof(*tokens))

/* A part of `text` taken out, doubled, or another thing put into it. */
static void mutate(struct generator *generator, struct buffer *text)
{
	struct buffer out;
	size_t at = generate_number(generator, (unsigned)text->length + 1), left = text->length - at;
	size_t length = left ? generate_number(generator, left < 12 ? (unsigned)left : 12) : 0;
	char byte = (char)generate_number(generator, 256);

	buffer_init(&out);
	buffer_add(&out, buffer_string(text), at);
	switch (generate_number(generator, 6)) {
	case 0: /* without */
		break;
	case 1: /* twice */
		buffer_add(&out, text->bytes + at, length);
		buffer_add(&out, text->bytes + at, length);
		break;
	case 2: /* a byte */
		buffer_char(&out, byte);
		break;
	case 3: /* a command */
		buffer_text(&out, engine_command_at(generate_number(generator, command_count()))->name);
		length = 0;
		break;
	default:
		buffer_text(&out, tokens[generate_number(generator, TOKENS)]);
		length = one_in(generator, 2) ? length : 0;
	}
	buffer_add(&out, buffer_string(text) + at + length, left - length);
	buffer_clear(text);
	*text = out;
}

/* A line, several, or a random statement. */
static void first_text(struct generator *generator, struct buffer *text)
{
	if (one_in(generator, 2)) {
		generator->script = script_new(NULL, "", 0);
		unparse(text, generate_statement(generator), (enum spelling)generate_number(generator, 3));
		script_drop(generator->script);
		return;
	}
	do {
		buffer_text(text, lines[generate_number(generator, LINES)]);
		buffer_char(text, '\n');
	} while (one_in(generator, 3));
}

/* What was read is written in each spelling and read again. */
static bool all_come_back(const struct parsed *parsed)
{
	bool same = true;

	for (unsigned i = 0; i < parsed->script->count && same; i++) {
		for (int spelling = SPELL_SHELL; spelling <= SPELL_METHOD && same; spelling++) {
			struct parsed again;
			struct buffer text;

			buffer_init(&text);
			unparse(&text, parsed->script->statements[i], (enum spelling)spelling);
			parse_text(&again, buffer_string(&text), text.length, false);
			same = again.result == PARSE_OK && again.script->count == 1 &&
			       statement_equal(parsed->script->statements[i], again.script->statements[0]);
			if (!same)
				print_error("again: %s\n%s\n", buffer_string(&text),
				            again.complaints ? again.first.text : "");
			parsed_clear(&again);
			buffer_clear(&text);
		}
	}
	return same;
}

static bool one_text(struct generator *generator, const struct buffer *text)
{
	struct parsed parsed;

	parse_text(&parsed, buffer_string(text), text->length, one_in(generator, 4));
	bool told = (parsed.result == PARSE_ERROR) == (parsed.complaints > 0) || parsed.result == PARSE_INCOMPLETE;
	bool placed = !parsed.complaints ||
	              (parsed.first.place.line >= 1 && parsed.first.place.line <= parsed.script->line_count &&
	               parsed.first.place.column >= 1 && parsed.first.text[0]);
	bool same = all_come_back(&parsed);
	if (!told || !placed || !same)
		print_error("text: %s\n%u complaints: %s\n", buffer_string(text), parsed.complaints, parsed.first.text);
	parsed_clear(&parsed);
	return told && placed && same;
}

static void mutated_texts_do_no_harm(void **state)
{
	unsigned long seed = from_environment("SOSH_SEED", 793), rounds = from_environment("SOSH_ROUNDS", 6000);
	struct generator generator = {.state = seed};
	unsigned failures = 0;

	(void)state;
	print_message("seed %lu, %lu texts\n", seed, rounds);
	for (unsigned long round = 0; round < rounds && failures < 5; round++) {
		struct buffer text;

		buffer_init(&text);
		first_text(&generator, &text);
		for (unsigned times = generate_number(&generator, 5); times; times--)
			mutate(&generator, &text);
		failures += !one_text(&generator, &text);
		buffer_clear(&text);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutated_texts_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
