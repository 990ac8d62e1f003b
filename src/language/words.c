/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words: the shell spelling, where blanks separate and $NAME stands for a value. */
#include "reader.h"

size_t word_length(const char *at, const char *end, unsigned *kinds)
{
	const char *start = at;
	unsigned seen = 0;
	size_t length;

	for (; at < end; at++) {
		unsigned kind = characters[(unsigned char)*at];
		if (!(kind & ~(CHARACTER_NAME | CHARACTER_DIGIT | CHARACTER_STRING)))
			continue;
		if (kind & (CHARACTER_BLANK | CHARACTER_END))
			break;
		if (kind & CHARACTER_LOOK) {
			if (blank_length(at, end) || joined_length(at, end))
				break;
			kind |= quote_here(at, end, &length) ? CHARACTER_QUOTE : 0;
		}
		seen |= kind;
	}
	if (kinds)
		*kinds = seen;
	return (size_t)(at - start);
}

bool blank_or_end(const char *at, const char *end)
{
	return at == end || character_is(*at, CHARACTER_BLANK | CHARACTER_END) || blank_length(at, end) ||
	       joined_length(at, end);
}

int word_constant(const char *text, size_t length, struct value *value)
{
	if (text_is(text, length, "None"))
		*value = value_none();
	else if (text_is(text, length, "True") || text_is(text, length, "False"))
		*value = value_bool(length == 4);
	else
		return -1;
	return 0;
}

/* .PART and [INDEX] behind a $NAME, as far as they go. NULL after an error. */
static struct expr *dollar_parts(struct reader *reader, struct expr *expr, const char **at, const char *end)
{
	for (unsigned chain = 0; *at < end; chain++) {
		size_t part = **at == '.' ? name_length(*at + 1, end) : 0;
		size_t number = **at == '[' ? digits_length(*at + 1, end) : 0;
		if (!part && !(number && *at + 1 + number < end && (*at)[1 + number] == ']'))
			break;
		if (chain == CHAIN_MOST) {
			reader_error(reader, reader_offset_of(reader, *at), "more than %d parts of each other",
			             CHAIN_MOST);
			return NULL;
		}
		if (part) {
			expr = expr_part(reader, expr, *at + 1, part);
			*at += 1 + part;
			continue;
		}
		struct value index = value_none();
		const char *problem = NULL;
		struct expr *item = expr_new(reader->script, EXPR_ITEM, expr->offset);
		if (number_read(*at + 1, number, false, &index, &problem)) {
			reader_error(reader, reader_offset_of(reader, *at + 1), "%s",
			             problem ? problem : "a number is due here");
			return NULL;
		}
		item->left = expr;
		item->right = expr_literal(reader->script, index, reader_offset_of(reader, *at + 1));
		*at += 2 + number;
		expr = item;
	}
	return expr;
}

/* $NAME, $1, with .PART and [INDEX] behind it, also between braces: ${NAME}; *at is at the $. NULL after an error. */
static struct expr *dollar(struct reader *reader, const char **at, const char *end)
{
	const char *name = *at + 1;
	uint32_t offset = reader_offset_of(reader, *at);
	bool brace = name < end && *name == '{';

	name += brace;
	size_t length = name_length(name, end);
	if (!length)
		length = digits_length(name, end);
	if (!length) {
		reader_error(reader, offset,
		             "after $ the name of a variable is due, as $port; a $ itself stands between quotes");
		return NULL;
	}
	*at = name + length;
	struct expr *expr = dollar_parts(reader, expr_name(reader, name, length, offset), at, end);
	if (!expr || !brace)
		return expr;
	if (*at == end || **at != '}') {
		reader_error(reader, offset, "the { behind this $ is never closed");
		return NULL;
	}
	++*at;
	return expr;
}

struct expr *read_dollars(struct reader *reader, const char *text, size_t length, uint32_t offset)
{
	const char *at = text, *end = text + length;
	struct expr_list parts = {0};

	while (at < end) {
		const char *next = memchr(at, '$', (size_t)(end - at));
		size_t before = next ? (size_t)(next - at) : (size_t)(end - at);
		if (before)
			expr_list_add(
				reader, &parts,
				expr_literal(reader->script, value_bytes(at, before), reader_offset_of(reader, at)));
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

int word_ends(struct reader *reader)
{
	if (blank_or_end(reader->at, reader->end))
		return 0;
	if (reader->at[-1] == ')' && word_is(reader, "=>"))
		return 0;
	return reader_error(reader, reader_offset(reader), "a blank is due here");
}

int quote_inside(struct reader *reader, const char *text, size_t length)
{
	size_t width;
	const char *at = text;

	while (at < text + length && !quote_here(at, text + length, &width))
		at++;
	return reader_error(reader, reader_offset_of(reader, at),
	                    "a quote in the middle of a word: put the whole text between quotes");
}

bool enclosed_begins(const struct reader *reader)
{
	return reader->at < reader->end && (*reader->at == '(' || string_begins(reader->at, reader->end));
}

struct expr *read_enclosed(struct reader *reader)
{
	struct expr *expr = *reader->at == '(' ? read_postfix(reader) : read_string(reader, false);

	if (!expr || skip_codec(reader))
		return NULL;
	return reader->at < reader->end && *reader->at == '*' ? read_repeat(reader, expr) : expr;
}

static int read_quoted(struct reader *reader, unsigned index)
{
	struct expr *expr = read_enclosed(reader);

	if (!expr)
		return -1;
	struct word *word = &reader->words[index];
	word->expr = expr;
	word->kind = expr->kind == EXPR_VALUE && expr->value.kind == VALUE_BYTES ? WORD_QUOTED : WORD_EXPR;
	word->length = (uint32_t)(reader->at - word->text);
	return word_ends(reader);
}

static int read_bare(struct reader *reader, unsigned index)
{
	struct word *word = &reader->words[index];
	unsigned kinds;
	size_t length = word_length(reader->at, reader->end, &kinds);

	word->text = reader->at;
	word->length = (uint32_t)length;
	reader->at += length;
	if (kinds & CHARACTER_QUOTE)
		return quote_inside(reader, word->text, length);
	if (!(kinds & CHARACTER_DOLLAR))
		return 0;
	struct expr *expr = read_dollars(reader, word->text, length, word->offset);
	word->expr = expr;
	word->kind = WORD_EXPR;
	return expr ? 0 : -1;
}

int read_word(struct reader *reader)
{
	if (reader->word_count >= WORDS_MOST)
		return reader_error(reader, reader_offset(reader), "more than %d arguments", WORDS_MOST);
	reader_add_word(reader);
	if (enclosed_begins(reader))
		return read_quoted(reader, reader->word_count - 1);
	return read_bare(reader, reader->word_count - 1);
}

bool command_names_words(const struct command_spec *spec)
{
	for (int i = 0; i < spec->param_count; i++)
		if (spec->params[i].type == PARAM_DATA || spec->params[i].type == PARAM_VALUE ||
		    spec->params[i].type == PARAM_PATH || spec->params[i].type == PARAM_NAME)
			return false;
	return true;
}

/* The length of a parameter's name with the = behind it, 0 for none. */
static size_t parameter_length(const struct reader *reader, const struct command_spec *spec)
{
	size_t length = name_length(reader->at, reader->end);

	if (!length || reader->at + length == reader->end || reader->at[length] != '=' || !command_names_words(spec))
		return 0;
	for (int i = 0; i < spec->param_count; i++)
		if (text_is(reader->at, length, spec->params[i].name))
			return length + 1;
	return 0;
}

static int read_named_word(struct reader *reader, const char *name, size_t length)
{
	unsigned index = reader->word_count;

	reader->at += length;
	if (read_word(reader))
		return -1;
	reader->words[index].name = name;
	reader->named = true;
	reader->words[index].name_length = (uint32_t)length - 1;
	return 0;
}

int read_words(struct reader *reader, const struct command_spec *spec, unsigned most)
{
	for (unsigned i = 0; i < most; i++) {
		reader_blanks(reader);
		if (reader_at_end(reader) || word_is(reader, "&") || word_is(reader, "=>"))
			return 0;
		if (*reader->at == '=' && text_begins(reader->at, reader->end, "=>"))
			return reader_error(reader, reader_offset(reader),
			                    "=> stands between blanks; text that begins so stands between quotes");
		size_t named = spec ? parameter_length(reader, spec) : 0;
		if (named ? read_named_word(reader, reader->at, named) : read_word(reader))
			return -1;
	}
	return 0;
}
