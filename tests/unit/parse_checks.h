/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PARSE_CHECKS_H
#define PARSE_CHECKS_H
/*
 * What the parser refuses, with the complaint's place.
 * To be included behind cmocka.h.
 */
#include "parsed.h"

/* The text's first complaint: its place and a part of it. */
static void fails_bytes(const char *text, size_t length, unsigned line, unsigned column, const char *part)
{
	struct parsed parsed;

	parse_text(&parsed, text, length, false);
	if (!parsed.complaints || parsed.first.place.line != line || parsed.first.place.column != column ||
	    !strstr(parsed.first.text, part))
		print_error("%s: %u complaints, the first %u:%u: %s\nexpected %u:%u: %s\n", text, parsed.complaints,
		            parsed.first.place.line, parsed.first.place.column, parsed.first.text, line, column, part);
	assert_int_equal(parsed.result, PARSE_ERROR);
	assert_int_equal(parsed.first.place.line, line);
	assert_int_equal(parsed.first.place.column, column);
	assert_non_null(strstr(parsed.first.text, part));
	assert_string_equal(parsed.first.place.file, "test");
	parsed_clear(&parsed);
}

static void fails(const char *text, unsigned column, const char *part)
{
	fails_bytes(text, strlen(text), 1, column, part);
}

#endif
