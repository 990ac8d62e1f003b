/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assignments: the names before =, and a value behind it that is no command's result. */
#include "reader.h"
#include "sosh/symbol.h"
#include "sosh/text.h"
#include "typed.h"

static const char *past_blanks(const char *at, const char *end)
{
	size_t blank;

	while ((blank = blank_length(at, end)))
		at += blank;
	return at;
}

/* Behind `at`: NAME[, NAME] = between blanks? The length up to behind the =, 0 when there is none. */
static size_t targets_length(const struct reader *reader)
{
	const char *at = reader->at, *end = reader->end;

	for (;;) {
		size_t name = name_length(at, end);
		if (!name)
			return 0;
		const char *behind = at + name;
		at = past_blanks(behind, end);
		if (at == end)
			return 0;
		if (*at == ',') {
			at = past_blanks(at + 1, end);
			continue;
		}
		if (*at != '=' || at == behind)
			return 0;
		at++;
		return blank_or_end(at, end) ? (size_t)(at - reader->at) : 0;
	}
}

static int add_target(struct reader *reader, struct statement *statement, const char *name, size_t length)
{
	uint32_t offset = reader_offset_of(reader, name);
	struct value value;

	if (statement->target_count == 2)
		return reader_error(reader, offset, "a command gives two results at most");
	if (symbol_find(name, length) || error_number(name, length) || !word_constant(name, length, &value))
		return reader_error(reader, offset, "%.*s is a constant and cannot be set", (int)length, name);
	statement->targets[statement->target_count++] = (struct target){
		arena_copy(&reader->script->arena, name, length), (uint32_t)length, text_hash(name, length)};
	return 0;
}

int read_targets(struct reader *reader, struct statement *statement)
{
	size_t length = targets_length(reader);
	const char *end = reader->at + length;

	if (!length)
		return 0;
	if (statement->target_count)
		return reader_error(reader, reader_offset(reader),
		                    "the names stand before the whole or before its last command, not before both");
	while (*reader->at != '=') {
		size_t name = name_length(reader->at, end);
		if (name && add_target(reader, statement, reader->at, name))
			return -1;
		reader->at += name ? name : 1;
	}
	reader->at = end;
	reader_blanks(reader);
	if (reader_at_end(reader))
		return reader_error(reader, reader_offset(reader), "after = a command or a value is due");
	return 0;
}

/* NAME.PART: a part of a variable, unless it is a host with its port behind it: example.com 80. */
static bool is_part(const struct reader *reader)
{
	struct reader ahead = *reader;
	size_t length = word_length(reader->at, reader->end, NULL);

	if (memchr(reader->at, ':', length) && !memchr(reader->at, '(', length) && !memchr(reader->at, '[', length))
		return false;
	ahead.at += length;
	reader_blanks(&ahead);
	return reader_at_end(&ahead) || !(character_is(*ahead.at, CHARACTER_NAME) || *ahead.at == '$');
}

/* [::1]:80 is no list. */
static bool is_list(const char *at, const char *end)
{
	size_t number, colons = 0;

	for (number = 1; at + number < end && (character_is(at[number], CHARACTER_NAME) || strchr(":.%-", at[number]));
	     number++)
		colons += at[number] == ':';
	return colons < 2 || at + number == end || at[number] != ']';
}

/* Does the value begin as one of the call spelling does: (…), […], "…", NAME(…, NAME[…, NAME.…? */
static bool begins_expression(const struct reader *reader)
{
	const char *at = reader->at, *end = reader->end;
	size_t name = name_length(at, end);

	if (*at == '(' || string_begins(at, end))
		return true;
	if (*at == '[')
		return is_list(at, end);
	if (!name || at + name == end)
		return false;
	if (at[name] == '(' || at[name] == '[')
		return true;
	return at[name] == '.' && name_length(at + name + 1, end) && is_part(reader);
}

/* ("127.0.0.1", 80) is an address. */
static bool is_endpoint(const struct expr *expr)
{
	if (expr->kind != EXPR_TUPLE || expr->count != 2)
		return false;
	const struct expr *host = expr->items[0], *port = expr->items[1];
	return host->kind == EXPR_VALUE && host->value.kind == VALUE_BYTES && port->kind == EXPR_VALUE &&
	       port->value.kind == VALUE_NUMBER && port->value.number >= 0 && port->value.number <= 65535;
}

/* A name alone is the variable, not text; an address is one. */
static struct expr *assigned_word(struct reader *reader, const struct word *word)
{
	static const struct param value_param = {.name = "value", .show = "VALUE", .type = PARAM_VALUE};
	size_t name = name_length(word->text, word->text + word->length);
	struct error error;
	struct value value;

	if (word->kind != WORD_BARE)
		return typed_word(reader, &value_param, word);
	error_clear(&error);
	if (!word_constant(word->text, word->length, &value))
		return expr_literal(reader->script, value, word->offset);
	if (constants_read(word->text, word->length, NULL, &value, NULL, &error) <= 0)
		return typed_word(reader, &value_param, word);
	if (name && name == word->length)
		return expr_name(reader, word->text, name, word->offset);
	return expr_literal(reader->script, literal_guess(word->text, word->length), word->offset);
}

/* An expression, a word as its operand. */
static struct expr *word_operand(struct reader *reader, const struct word *word)
{
	return word->kind == WORD_BARE ? bare_text(reader, word) : word->expr;
}

static struct expr *assigned_words(struct reader *reader)
{
	struct word *words = reader->words;

	if (reader->word_count == 1)
		return assigned_word(reader, &words[0]);
	if (reader->word_count == 2)
		return address_of(reader, word_operand(reader, &words[0]), word_operand(reader, &words[1]));
	reader_error(reader, words[2].offset, "one value is due after =, or an address as HOST PORT");
	return NULL;
}

/* A value of the call spelling, or a text, or anything in parentheses, that a port follows. */
static struct expr *assigned_expression(struct reader *reader)
{
	bool text = *reader->at == '(' || string_begins(reader->at, reader->end);
	struct expr *expr = read_expression(reader);

	if (!expr)
		return NULL;
	if (is_endpoint(expr))
		return address_of(reader, expr->items[0], expr->items[1]);
	if (!text || reader_at_end(reader) || word_is(reader, "&") || word_is(reader, "=>"))
		return expr;
	if (read_word(reader))
		return NULL;
	return address_of(reader, expr, word_operand(reader, &reader->words[0]));
}

int read_assignment(struct reader *reader, struct statement *statement)
{
	reader->word_count = 0;
	statement->command = reader_command(reader, "=", 1);
	if (begins_expression(reader)) {
		statement->arguments[0] = assigned_expression(reader);
	} else {
		if (read_words(reader, NULL, 3))
			return -1;
		if (!reader->word_count)
			return reader_error(reader, reader_offset(reader), "after = a command or a value is due");
		statement->arguments[0] = assigned_words(reader);
	}
	return statement->arguments[0] ? 0 : -1;
}
