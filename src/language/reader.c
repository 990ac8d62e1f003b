/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader: going through a text by blanks, comments, names and lines. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "sosh/memory.h"

uint32_t reader_offset(const struct reader *reader)
{
	return (uint32_t)(reader->at - reader->script->text);
}

static int complain(struct reader *reader, uint32_t offset, const char *format, va_list arguments)
{
	struct place place;
	char text[ERROR_SIZE];

	if (reader->error.text[0])
		return -1; /* the first one tells */
	vsnprintf(text, sizeof(text), format, arguments);
	script_place(reader->script, offset, &place);
	return error_at(&reader->error, &place, "%s", text);
}

int reader_error(struct reader *reader, uint32_t offset, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(reader, offset, format, arguments);
	va_end(arguments);
	return -1;
}

int reader_unfinished(struct reader *reader, uint32_t offset, const char *format, ...)
{
	va_list arguments;

	reader->unfinished = true;
	va_start(arguments, format);
	complain(reader, offset, format, arguments);
	va_end(arguments);
	return -1;
}

size_t reader_blank_length(const char *at, const char *end)
{
	if (at == end)
		return 0;
	if (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\f' || *at == '\v')
		return 1;
	/* U+00A0, which web pages and slides put between words */
	if (end - at > 1 && at[0] == '\xc2' && at[1] == '\xa0')
		return 2;
	return 0;
}

void reader_newline(struct reader *reader)
{
	reader->at++;
	reader->line = reader->at;
	reader->line_number++;
}

/* The length of a `\` with the newline behind it, 0 for none. */
static size_t joined_line(const char *at, const char *end)
{
	if (at == end || *at != '\\')
		return 0;
	if (end - at > 1 && at[1] == '\n')
		return 2;
	return end - at > 2 && at[1] == '\r' && at[2] == '\n' ? 3 : 0;
}

void reader_blanks(struct reader *reader)
{
	for (;;) {
		size_t blank = reader_blank_length(reader->at, reader->end);
		if (blank) {
			reader->at += blank;
			continue;
		}
		size_t joined = joined_line(reader->at, reader->end);
		if (joined) {
			reader->at += joined - 1;
			reader_newline(reader);
			if (reader->at == reader->end)
				reader->unfinished = true;
		} else if (reader->at < reader->end && *reader->at == '#') {
			const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
			reader->at = newline ? newline : reader->end;
		} else if (reader->depth && reader->at < reader->end && *reader->at == '\n') {
			reader_newline(reader);
		} else {
			return;
		}
	}
}

bool reader_at_end(const struct reader *reader)
{
	return reader->at == reader->end || *reader->at == '\n' || *reader->at == ';';
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

size_t name_length(const char *at, const char *end)
{
	const char *start = at;

	if (at == end || (*at >= '0' && *at <= '9'))
		return 0;
	while (at < end && name_char(*at))
		at++;
	return (size_t)(at - start);
}

size_t module_length(const char *at, const char *end)
{
	if (end - at > 7 && at[6] == '.' && (!memcmp(at, "socket", 6) || !memcmp(at, "select", 6)) && name_length(at + 7, end))
		return 7;
	if (end - at > 10 && !memcmp(at, "time.sleep(", 11))
		return 5;
	return 0;
}

struct word *reader_add_word(struct reader *reader)
{
	if (reader->word_count == reader->word_room) {
		reader->word_room = reader->word_room ? reader->word_room * 2 : 16;
		reader->words = memory_resize(reader->words, reader->word_room * sizeof(*reader->words));
	}
	struct word *word = &reader->words[reader->word_count++];
	*word = (struct word){ .offset = reader_offset(reader), .text = reader->at };
	return word;
}
