/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Python: the lines of a socket tutorial that are no calls. */
#include <string.h>

#include "reader.h"

static bool is(const char *word, size_t length, const char *name)
{
	return strlen(name) == length && !memcmp(word, name, length);
}

bool python_skips(struct reader *reader)
{
	const char *at = reader->at;
	size_t length = name_length(at, reader->end);
	const char *after = at + length;

	if (after < reader->end && !reader_blank_length(after, reader->end))
		return false;
	if (!is(at, length, "import")) {
		const char *newline = memchr(at, '\n', (size_t)(reader->end - at));
		const char *end = newline ? newline : reader->end;
		if (!is(at, length, "from") || !memmem(at, (size_t)(end - at), " import ", 8))
			return false;
	}
	while (!reader_at_end(reader))
		reader->at++;
	return true;
}

/* `with CALL as NAME:`: what to type instead. */
static void with_block(struct reader *reader, const char *word)
{
	const char *newline = memchr(word, '\n', (size_t)(reader->end - word));
	const char *end = newline ? newline : reader->end, *call = word + 4;
	const char *as = memmem(word, (size_t)(end - word), " as ", 4);
	uint32_t offset = (uint32_t)(word - reader->script->text);

	while (call < end && *call == ' ')
		call++;
	size_t name = as ? name_length(as + 4, end) : 0;
	if (!name || as <= call) {
		reader_error(reader, offset, "sosh runs one call a line and has no blocks: make the socket by s = socket, and close s at the end");
		return;
	}
	reader_error(reader, offset, "sosh runs one call a line and has no blocks: type %.*s = %.*s, and at the end close %.*s", (int)name,
		     as + 4, (int)(as - call > 200 ? 200 : as - call), call, (int)name, as + 4);
}

bool python_block(struct reader *reader, const char *word, size_t length)
{
	static const char *const blocks[] = { "while", "if", "for", "def", "break", "continue", "try", "except", "finally", "else",
					      "elif", "class", "return", "pass", "raise", "async", "await", "lambda", "del", "assert",
					      "global", "yield" };
	uint32_t offset = (uint32_t)(word - reader->script->text);

	if (is(word, length, "with")) {
		with_block(reader, word);
		return true;
	}
	while (length && word[length - 1] == ':')
		length--;
	for (unsigned i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		if (!is(word, length, blocks[i]))
			continue;
		reader_error(reader, offset,
			     "%s is Python: sosh runs one call a line and has no blocks; type the calls themselves%s", blocks[i],
			     is(word, length, "while") || is(word, length, "for") ? ", or repeat N COMMAND" : "");
		return true;
	}
	return false;
}
