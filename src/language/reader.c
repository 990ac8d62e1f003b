/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader: going through a text by blanks, comments and lines, and complaining about it. */
#include "reader.h"

#include <stdarg.h>
#include <stdio.h>

#include "cache.h"
#include "sosh/memory.h"
#include "sosh/text.h"

uint32_t reader_offset_of(const struct reader *reader, const char *place)
{
	return (uint32_t)(place - reader->script->text);
}

uint32_t reader_offset(const struct reader *reader)
{
	return reader_offset_of(reader, reader->at);
}

uint32_t reader_column(struct reader *reader, const char *place)
{
	if (!reader->counted || reader->counted < reader->line) {
		reader->counted = reader->line;
		reader->column = 1;
	}
	while (reader->counted < place) {
		size_t width = text_utf8(reader->counted, (size_t)(place - reader->counted));

		reader->counted += width ? width : 1;
		reader->column++;
	}
	return reader->column;
}

static void complain(struct reader *reader, uint32_t offset, const char *format, va_list arguments)
{
	struct place place;
	char text[ERROR_SIZE];

	if (reader->error->text[0])
		return; /* the first one tells */
	vsnprintf(text, sizeof(text), format, arguments);
	script_place(reader->script, offset, &place);
	error_at(reader->error, &place, "%s", text);
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

void reader_newline(struct reader *reader)
{
	reader->at++;
	reader->line = reader->at;
	reader->line_number++;
}

/* A `\` with the line's end behind it, which is the text's end perhaps. */
static void skip_joined(struct reader *reader, size_t length)
{
	reader->at += length - 1;
	if (*reader->at == '\n')
		reader_newline(reader);
	else
		reader->at++;
	if (reader->at == reader->end)
		reader->unfinished = true;
}

void reader_skip(struct reader *reader)
{
	while (reader->at < reader->end) {
		size_t blank = blank_length(reader->at, reader->end), joined = joined_length(reader->at, reader->end);

		if (blank) {
			reader->at += blank;
		} else if (joined) {
			skip_joined(reader, joined);
		} else if (*reader->at == '#') {
			const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
			reader->at = newline ? newline : reader->end;
		} else if (reader->depth && *reader->at == '\n') {
			reader_newline(reader);
		} else {
			return;
		}
	}
}

size_t module_length(const char *at, const char *end)
{
	if (end - at > 7 && at[6] == '.' && (!memcmp(at, "socket", 6) || !memcmp(at, "select", 6)))
		return name_length(at + 7, end) ? 7 : 0;
	return end - at > 5 && at[4] == '.' && text_begins(at, end, "time.sleep(") ? 5 : 0;
}

bool text_begins(const char *at, const char *end, const char *word)
{
	for (; *word; at++, word++)
		if (at == end || *at != *word)
			return false;
	return true;
}

struct word *reader_add_word(struct reader *reader)
{
	if (reader->word_count == reader->word_room) {
		reader->word_room = reader->word_room ? reader->word_room * 2 : 16;
		reader->words = memory_resize(reader->words, reader->word_room * sizeof(*reader->words));
	}
	struct word *word = &reader->words[reader->word_count++];
	*word = (struct word){.offset = reader_offset(reader), .text = reader->at};
	return word;
}

const struct command_spec *reader_command(struct reader *reader, const char *name, size_t length)
{
	if (!length)
		return NULL;
	unsigned slot =
		((unsigned char)name[0] * 5u + (unsigned char)name[length - 1] + (unsigned)length * 9u) % CACHE_SLOTS;
	struct cached_command *cached = &reader->cache->slots[slot];

	if (cached->length == length && !memcmp(cached->spec->name, name, length))
		return cached->spec;
	const struct command_spec *spec = reader->options->lookup(name, length);
	if (spec)
		*cached = (struct cached_command){spec, length};
	return spec;
}
