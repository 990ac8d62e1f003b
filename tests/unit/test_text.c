/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text: escapes, UTF-8, the nearest word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sosh/text.h"

#define BYTES_AND_LENGTH(literal) (literal), sizeof(literal) - 1

static void escapes_are_the_language_s(void **state)
{
	(void)state;
	struct buffer out;
	buffer_init(&out);
	text_escape(&out, BYTES_AND_LENGTH("a\"b\\ \a\b\t\n\v\f\r\x1b\0\x7f\x80\xff~'"));
	assert_string_equal(buffer_string(&out), "a\\\"b\\\\ \\a\\b\\t\\n\\v\\f\\r\\x1b\\x00\\x7f\\x80\\xff~'");
	buffer_empty(&out);
	text_escape(&out, "", 0);
	assert_string_equal(buffer_string(&out), "");
	text_quote(&out, BYTES_AND_LENGTH("x\"\n"));
	assert_string_equal(buffer_string(&out), "\"x\\\"\\n\"");
	buffer_clear(&out);
}

static void plain_text_keeps_quotes_but_no_controls(void **state)
{
	(void)state;
	struct buffer out;
	buffer_init(&out);
	text_plain(&out, BYTES_AND_LENGTH("say \"a\\b\"\x1b[31m\n\xc3\xa9"));
	assert_string_equal(buffer_string(&out), "say \"a\\b\"\\x1b[31m\\n\\xc3\\xa9");
	buffer_clear(&out);
}

static void nothing_unprintable_leaves_any_byte(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		struct buffer out;
		char c = (char)byte;
		buffer_init(&out);
		text_escape(&out, &c, 1);
		text_plain(&out, &c, 1);
		for (size_t i = 0; i < out.length; i++)
			assert_in_range(out.bytes[i], 0x20, 0x7e);
		buffer_clear(&out);
	}
}

static void utf8_is_valid_or_not(void **state)
{
	(void)state;
	assert_int_equal(text_utf8("", 0), 0);
	assert_int_equal(text_utf8("\0", 1), 1);
	assert_int_equal(text_utf8("a", 1), 1);
	assert_int_equal(text_utf8("\xc3\xa9", 2), 2);
	assert_int_equal(text_utf8("\xc3\xa9", 1), 0);
	assert_int_equal(text_utf8("\xe2\x80\x9c", 3), 3);
	assert_int_equal(text_utf8("\xf0\x9f\x90\x8d", 4), 4);
	assert_int_equal(text_utf8("\x80", 1), 0);
	assert_int_equal(text_utf8("\xc0\x80", 2), 0);         /* longer than needed */
	assert_int_equal(text_utf8("\xe0\x80\x80", 3), 0);     /* the same */
	assert_int_equal(text_utf8("\xed\xa0\x80", 3), 0);     /* a surrogate */
	assert_int_equal(text_utf8("\xf4\x90\x80\x80", 4), 0); /* above U+10FFFF */
	assert_int_equal(text_utf8("\xff\xff\xff\xff", 4), 0);
	assert_int_equal(text_utf8("\xc3x", 2), 0);
}

static void every_code_point_comes_back(void **state)
{
	(void)state;
	struct buffer out;
	buffer_init(&out);
	for (uint32_t code = 0; code <= 0x10ffff; code += code < 0x900 ? 1 : 251) {
		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		buffer_empty(&out);
		text_add_utf8(&out, code);
		assert_int_equal(text_utf8(out.bytes, out.length), out.length);
	}
	buffer_empty(&out);
	text_add_utf8(&out, 0x20ac);
	text_add_utf8(&out, 0x1f40d);
	text_add_utf8(&out, 0xe9);
	text_add_utf8(&out, 'e');
	assert_string_equal(buffer_string(&out), "\xe2\x82\xac\xf0\x9f\x90\x8d\xc3\xa9"
	                                         "e");
	buffer_clear(&out);
}

static void assert_folded(const char *text, size_t first, size_t rest, const char *expected)
{
	struct buffer out;
	buffer_init(&out);
	text_fold(&out, text, first, rest);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void text_is_folded_at_blanks(void **state)
{
	(void)state;
	char word[2 * TEXT_WIDTH], expected[5 * TEXT_WIDTH];
	assert_folded("", 2, 2, "");
	assert_folded("   ", 2, 2, "");
	assert_folded("a  b ", 2, 4, "  a b\n");
	memset(word, 'w', sizeof(word));
	word[TEXT_WIDTH - 2] = 0; /* two blanks and this fill a line */
	snprintf(expected, sizeof(expected), "  %s\n    b\n", word);
	assert_folded(strcat(word, " b"), 2, 4, expected);
	memset(word, 'w', sizeof(word));
	word[TEXT_WIDTH - 4] = 0;
	snprintf(expected, sizeof(expected), "  %s b\n    c\n", word);
	assert_folded(strcat(word, " b c"), 2, 4, expected);
	memset(word, 'w', sizeof(word));
	word[sizeof(word) - 10] = 0; /* longer than a line */
	snprintf(expected, sizeof(expected), "%s\n b\n", word);
	assert_folded(strcat(word, " b"), 0, 1, expected);
}

static unsigned distance(const char *a, const char *b, unsigned most)
{
	return text_distance(a, strlen(a), b, strlen(b), most);
}

static void distances_count_the_typos(void **state)
{
	(void)state;
	assert_int_equal(distance("send", "send", 3), 0);
	assert_int_equal(distance("SEND", "send", 3), 0);
	assert_int_equal(distance("sned", "send", 3), 1);
	assert_int_equal(distance("sen", "send", 3), 1);
	assert_int_equal(distance("sennd", "send", 3), 1);
	assert_int_equal(distance("sand", "send", 3), 1);
	assert_int_equal(distance("", "abc", 3), 3);
	assert_int_equal(distance("", "abc", 2), 3);
	assert_int_equal(distance("kitten", "sitting", 9), 3);
	assert_int_equal(distance("kitten", "sitting", 2), 3);
	assert_int_equal(distance("abcdef", "uvwxyz", 2), 3);
	assert_int_equal(distance("badc", "abcd", 2), 2);
	assert_int_equal(distance("AF_INTE", "AF_INET", 0), 1);
}

static void very_long_words_are_no_typos(void **state)
{
	(void)state;
	char word[200];
	memset(word, 'x', sizeof(word));
	assert_int_equal(text_distance(word, 64, word, 64, 2), 0);
	assert_int_equal(text_distance(word, 65, word, 65, 2), 3);
	assert_int_equal(text_distance(word, 200, word, 200, 2), 3);
}

static const char *nearest(const char *wanted)
{
	static const char *const words[] = {"socket", "bind", "listen", "connect", "connect_ex",
	                                    "send",   "recv", "fd",     "state",   "wait"};
	struct nearest nearest = {.wanted = wanted, .length = strlen(wanted)};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		nearest_offer(&nearest, words[i]);
	return nearest.best;
}

static void the_nearest_word_is_found(void **state)
{
	(void)state;
	assert_string_equal(nearest("sokcet"), "socket");
	assert_string_equal(nearest("conect"), "connect");
	assert_string_equal(nearest("connct_ex"), "connect_ex");
	assert_string_equal(nearest("lsiten"), "listen");
	assert_string_equal(nearest("Recv"), "recv");
	assert_string_equal(nearest("snd"), "send");
	assert_null(nearest("x"));
	assert_null(nearest(""));
	assert_null(nearest("frobnicate"));
	assert_null(nearest("ls"));
}

static void the_hash_is_fnv_1a(void **state)
{
	(void)state;
	assert_int_equal(text_hash("", 0), 0x811c9dc5u);
	assert_int_equal(text_hash("a", 1), 0xe40c292cu);
	assert_int_equal(text_hash("foobar", 6), 0xbf9cf968u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_are_the_language_s),
		cmocka_unit_test(plain_text_keeps_quotes_but_no_controls),
		cmocka_unit_test(nothing_unprintable_leaves_any_byte),
		cmocka_unit_test(utf8_is_valid_or_not),
		cmocka_unit_test(every_code_point_comes_back),
		cmocka_unit_test(text_is_folded_at_blanks),
		cmocka_unit_test(distances_count_the_typos),
		cmocka_unit_test(very_long_words_are_no_typos),
		cmocka_unit_test(the_nearest_word_is_found),
		cmocka_unit_test(the_hash_is_fnv_1a),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
