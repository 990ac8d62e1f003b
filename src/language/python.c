/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Python: the lines of a socket tutorial that are no calls. */
#include <string.h>

#include "reader.h"

/* The end of the command here: its line's, a `;` or a comment. */
static const char *line_end(const char *at, const char *end)
{
	while (at < end && !character_is(*at, CHARACTER_END) && *at != '#')
		at++;
	return at;
}

/* `from socket import (` goes on to the `)`. */
static void skip_import(struct reader *reader, const char *end)
{
	const char *open = memchr(reader->at, '(', (size_t)(end - reader->at));

	if (!open || memchr(open, ')', (size_t)(end - open))) {
		reader->at = end;
		return;
	}
	reader->depth++;
	for (reader->at = open + 1; reader->at < reader->end && *reader->at != ')';) {
		const char *before = reader->at;
		reader_blanks(reader);
		reader->at += reader->at == before;
	}
	reader->depth--;
	if (reader->at < reader->end)
		reader->at++;
	else
		reader->unfinished = true;
}

bool python_skips(struct reader *reader)
{
	const char *at = reader->at;

	if (*at != 'i' && *at != 'f')
		return false;
	size_t length = name_length(at, reader->end);
	const char *after = at + length;
	if (after < reader->end && !blank_length(after, reader->end))
		return false;
	if (!text_is(at, length, "import") && !text_is(at, length, "from"))
		return false;
	const char *end = line_end(at, reader->end);
	if (*at == 'f' && !memmem(at, (size_t)(end - at), " import ", 8))
		return false;
	skip_import(reader, end);
	return true;
}

/* `with CALL as NAME:`: what to type instead. */
static void with_block(struct reader *reader, const char *word)
{
	const char *newline = memchr(word, '\n', (size_t)(reader->end - word));
	const char *end = newline ? newline : reader->end, *call = word + 4;
	const char *as = memmem(word, (size_t)(end - word), " as ", 4);
	uint32_t offset = reader_offset_of(reader, word);

	while (call < end && character_is(*call, CHARACTER_BLANK))
		call++;
	size_t name = as ? name_length(as + 4, end) : 0;
	size_t plain = name_length(call, end);
	if (!as && plain && call + plain < end && call[plain] == ':') {
		reader_error(reader, offset,
		             "sosh runs one call a line and has no blocks: leave this line out, and close %.*s at "
		             "the end",
		             (int)plain, call);
		return;
	}
	if (!name || as <= call) {
		reader_error(reader, offset,
		             "sosh runs one call a line and has no blocks: make the socket by s = socket, and close s "
		             "at the end");
		return;
	}
	reader_error(reader, offset,
	             "sosh runs one call a line and has no blocks: type %.*s = %.*s, and at the end close %.*s",
	             (int)name, as + 4, (int)(as - call > 200 ? 200 : as - call), call, (int)name, as + 4);
}

bool python_block(struct reader *reader, const char *word, size_t length)
{
	static const char *const blocks[] = {"while",  "if",     "for",     "def",   "break", "continue",
	                                     "try",    "except", "finally", "else",  "elif",  "class",
	                                     "return", "pass",   "raise",   "async", "await", "lambda",
	                                     "del",    "assert", "global",  "yield"};
	uint32_t offset = reader_offset_of(reader, word);

	if (text_is(word, length, "with")) {
		with_block(reader, word);
		return true;
	}
	while (length && word[length - 1] == ':')
		length--;
	for (unsigned i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		if (!text_is(word, length, blocks[i]))
			continue;
		reader_error(reader, offset,
		             "%s is Python: sosh runs one call a line and has no blocks; type the calls themselves%s",
		             blocks[i],
		             text_is(word, length, "while") || text_is(word, length, "for") ? ", or repeat N COMMAND"
		                                                                            : "");
		return true;
	}
	return false;
}

const char *python_instead(const char *word, size_t length)
{
	static const struct {
		const char *word, *instead;
	} words[] = {
		{"exit", "quit leaves sosh"},
		{"sys.exit", "quit leaves sosh"},
		{"logout", "quit leaves sosh"},
		{"?", "help lists the commands"},
		{"man", "help COMMAND tells more"},
		{"fg", "wait %1 waits for a job"},
		{"bg", "& behind a command or Ctrl-Z while it waits makes it a job"},
		{"kill", "cancel %1 ends a job"},
		{"clear", "Ctrl-L clears the screen"},
		{"echo", "print prints values"},
		{"read", "recv receives data"},
		{"write", "send sends data"},
		{"ls", "sockets lists the open handles"},
		{"ss", "sockets lists the open handles"},
		{"netstat", "sockets lists the open handles"},
	};

	while (length && (word[length - 1] == ')' || word[length - 1] == '('))
		length--;
	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_is(word, length, words[i].word))
			return words[i].instead;
	return NULL;
}
