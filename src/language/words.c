/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words: the shell spelling, where blanks separate and $NAME stands for a value. */
#include <string.h>

#include "reader.h"

size_t word_length(const char *at, const char *end)
{
	const char *start = at;

	for (; at < end; at++) {
		unsigned char c = (unsigned char)*at;
		if (c > ';' && c != 0xc2 && c != '\\')
			continue;
		if (c == ';' || c == '\n' || reader_blank_length(at, end))
			break;
		if (c == '\\' && end - at > 1 && at[1] == '\n')
			break;
	}
	return (size_t)(at - start);
}

bool word_is(const struct reader *reader, const char *word)
{
	size_t length = strlen(word), left = (size_t)(reader->end - reader->at);

	if (left < length || memcmp(reader->at, word, length))
		return false;
	const char *after = reader->at + length;
	return after == reader->end || *after == '\n' || *after == ';' || reader_blank_length(after, reader->end);
}

static size_t digits(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return (size_t)(at - start);
}

/* $NAME, ${NAME}, $1, with .PART and [INDEX] behind it; *at is at the $. NULL: no name follows. */
static struct expr *dollar(struct reader *reader, const char **at, const char *end)
{
	const char *name = *at + 1;
	uint32_t offset = (uint32_t)(*at - reader->script->text);
	bool brace = name < end && *name == '{';

	name += brace;
	size_t length = name_length(name, end);
	if (!length)
		length = digits(name, end);
	if (!length || (brace && (name + length == end || name[length] != '}'))) {
		reader_error(reader, offset, "after $ the name of a variable is due, as $port; a $ itself stands between quotes");
		return NULL;
	}
	struct expr *expr = expr_name(reader, name, length, offset);
	*at = name + length + brace;
	while (!brace && *at < end) {
		size_t part = **at == '.' ? name_length(*at + 1, end) : 0;
		size_t number = **at == '[' ? digits(*at + 1, end) : 0;
		if (!part && !(number && *at + 1 + number < end && (*at)[1 + number] == ']'))
			break;
		struct expr *outer = expr_new(reader->script, part ? EXPR_PART : EXPR_ITEM, offset);
		outer->left = expr;
		if (part) {
			outer->text = arena_copy(&reader->script->arena, *at + 1, part);
			outer->length = (uint32_t)part;
			*at += 1 + part;
		} else {
			struct value index = value_none();
			const char *problem = NULL;
			number_read(*at + 1, number, false, &index, &problem);
			outer->right = expr_literal(reader->script, index, offset);
			*at += 2 + number;
		}
		expr = outer;
	}
	return expr;
}

struct expr *read_dollars(struct reader *reader, const char *text, size_t length, uint32_t offset)
{
	const char *at = text, *end = text + length;
	struct expr_list parts = { 0 };

	while (at < end) {
		const char *next = memchr(at, '$', (size_t)(end - at));
		size_t before = next ? (size_t)(next - at) : (size_t)(end - at);
		if (before)
			expr_list_add(reader, &parts,
				      expr_literal(reader->script, value_bytes(at, before), (uint32_t)(at - reader->script->text)));
		at += before;
		if (at < end) {
			struct expr *name = dollar(reader, &at, end);
			if (!name)
				return NULL;
			expr_list_add(reader, &parts, name);
		}
	}
	if (parts.count == 1)
		return parts.items[0];
	struct expr *join = expr_new(reader->script, EXPR_JOIN, offset);
	join->items = parts.items;
	join->count = parts.count;
	return join;
}

/* After a string or a parenthesis a blank or the command's end is due. */
static int word_ends(struct reader *reader)
{
	if (reader_at_end(reader) || reader_blank_length(reader->at, reader->end) || *reader->at == '\\')
		return 0;
	return reader_error(reader, reader_offset(reader), "a blank is due here");
}

/* A quote inside a bare word is neither text nor a string's beginning. */
static int check_bare(struct reader *reader, const struct word *word)
{
	const char *quote = memchr(word->text, '"', word->length);

	if (!quote)
		quote = memchr(word->text, '\'', word->length);
	if (!quote)
		return 0;
	return reader_error(reader, (uint32_t)(quote - reader->script->text),
			    "a quote in the middle of a word: put the whole text between quotes");
}

static int read_quoted(struct reader *reader, unsigned index)
{
	struct expr *expr = *reader->at == '(' ? read_expression(reader) : read_string(reader);

	if (!expr)
		return -1;
	struct word *word = &reader->words[index];
	word->expr = expr;
	word->kind = expr->kind == EXPR_VALUE && expr->value.kind == VALUE_BYTES ? WORD_QUOTED : WORD_EXPR;
	word->length = (uint32_t)(reader->at - word->text);
	return word_ends(reader);
}

int read_word(struct reader *reader)
{
	if (reader->word_count >= WORDS_MOST)
		return reader_error(reader, reader_offset(reader), "more than %d arguments", WORDS_MOST);
	struct word *word = reader_add_word(reader);
	unsigned index = reader->word_count - 1;

	if (*reader->at == '(' || string_begins(reader->at, reader->end))
		return read_quoted(reader, index);
	size_t length = word_length(reader->at, reader->end);
	word->length = (uint32_t)length;
	reader->at += length;
	if (check_bare(reader, word))
		return -1;
	if (!memchr(word->text, '$', length))
		return 0;
	struct expr *expr = read_dollars(reader, word->text, length, word->offset);
	if (!expr)
		return -1;
	reader->words[index].expr = expr;
	reader->words[index].kind = WORD_EXPR;
	return 0;
}
