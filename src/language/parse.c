/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser: a text, command by command, into statements. */
#include <stdlib.h>
#include <string.h>

#include "typed.h"
#include "sosh/memory.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

#define NESTED_MOST 16 /* time and repeat in each other */

static int read_command(struct reader *reader, struct statement *statement, unsigned nested);

/* @HOST */
static int read_host(struct reader *reader, struct statement *statement)
{
	if (*reader->at != '@')
		return 0;
	if (statement->host)
		return reader_error(reader, reader_offset(reader), "one command has one @HOST");
	const char *name = reader->at + 1;
	size_t length = 0;
	while (name + length < reader->end && (name_length(name + length, reader->end) || strchr("0123456789-.", name[length])))
		length++;
	if (!length)
		return reader_error(reader, reader_offset(reader), "after @ a host's name is due");
	statement->host = arena_copy(&reader->script->arena, name, length);
	reader->at = name + length;
	reader_blanks(reader);
	return reader_at_end(reader) ? reader_error(reader, reader_offset(reader), "after @HOST a command is due") : 0;
}

/* Behind `at`: NAME[, NAME] = between blanks? The length up to behind the =, 0 when there is none. */
static size_t assignment_length(const struct reader *reader)
{
	const char *at = reader->at, *end = reader->end;

	for (;;) {
		size_t name = name_length(at, end), blank;
		if (!name)
			return 0;
		at += name;
		const char *after = at;
		while ((blank = reader_blank_length(at, end)))
			at += blank;
		if (at < end && *at == ',') {
			at++;
			while ((blank = reader_blank_length(at, end)))
				at += blank;
			continue;
		}
		if (at == end || *at != '=' || at == after)
			return 0;
		at++;
		if (at < end && *at != '\n' && !reader_blank_length(at, end))
			return 0;
		return (size_t)(at - reader->at);
	}
}

static int add_target(struct reader *reader, struct statement *statement, const char *name, size_t length)
{
	uint32_t offset = (uint32_t)(name - reader->script->text);

	if (statement->target_count == 2)
		return reader_error(reader, offset, "a command gives two results at most");
	if (symbol_find(name, length) || error_number(name, length) || (length == 4 && (!memcmp(name, "None", 4) || !memcmp(name, "True", 4))) ||
	    (length == 5 && !memcmp(name, "False", 5)))
		return reader_error(reader, offset, "%.*s is a constant and cannot be set", (int)length, name);
	statement->targets[statement->target_count++] =
		(struct target){ arena_copy(&reader->script->arena, name, length), (uint32_t)length, text_hash(name, length) };
	return 0;
}

/* NAME[, NAME] = */
static int read_targets(struct reader *reader, struct statement *statement)
{
	size_t length = assignment_length(reader);
	const char *end = reader->at + length;

	if (!length)
		return 0;
	while (reader->at < end && *reader->at != '=') {
		size_t name = name_length(reader->at, end);
		if (name && add_target(reader, statement, reader->at, name))
			return -1;
		reader->at += name ? name : 1;
	}
	reader->at = end;
	reader_blanks(reader);
	return 0;
}

static void offer_command(const char *name, void *context)
{
	nearest_offer(context, name);
}

static int unknown_command(struct reader *reader, const char *word, size_t length)
{
	struct nearest nearest = { .wanted = word, .length = length };
	uint32_t offset = (uint32_t)(word - reader->script->text);
	const char *equals = memchr(word, '=', length);
	struct buffer shown;

	if (equals && equals > word && name_length(word, word + length) == (size_t)(equals - word))
		return reader_error(reader, offset, "= stands between blanks: %.*s = ...", (int)(equals - word), word);
	reader->options->command_names(offer_command, &nearest);
	buffer_init(&shown);
	text_plain(&shown, word, length > 60 ? 60 : length);
	if (nearest.best)
		reader_error(reader, offset, "unknown command %s; did you mean %s?", buffer_string(&shown), nearest.best);
	else
		reader_error(reader, offset, "unknown command %s; help lists the commands", buffer_string(&shown));
	buffer_clear(&shown);
	return -1;
}

/* The end of a command: & and => WORDS, then the line's end. */
static int read_end(struct reader *reader, struct statement *statement)
{
	reader_blanks(reader);
	if (word_is(reader, "&")) {
		statement->background = true;
		reader->at++;
		reader_blanks(reader);
	}
	if (word_is(reader, "=>")) {
		if (statement->background)
			return reader_error(reader, reader_offset(reader), "a job takes no expectation: ask for it by wait %%1 => ...");
		reader->at += 2;
		return read_expectation(reader, statement);
	}
	if (!reader_at_end(reader))
		return reader_error(reader, reader_offset(reader), statement->background ? "after & the command ends; a & that is text stands between quotes"
											 : "the command ends here; what follows is too much");
	return 0;
}

/* Words up to the end of the command, & or =>; `most` of them. */
static int read_words(struct reader *reader, unsigned most)
{
	for (unsigned i = 0; i < most; i++) {
		reader_blanks(reader);
		if (reader_at_end(reader) || word_is(reader, "&") || word_is(reader, "=>"))
			return 0;
		if (read_word(reader))
			return -1;
	}
	return 0;
}

/* The receiver of a method: its first argument. */
static void add_receiver(struct reader *reader, const char *receiver, size_t length)
{
	struct word *word = reader_add_word(reader);

	word->kind = WORD_BARE;
	word->text = receiver;
	word->length = (uint32_t)length;
	word->offset = (uint32_t)(receiver - reader->script->text);
}

/* In the shell spelling a parameter may be named too, where no text could be meant. */
static void name_words(struct reader *reader, const struct command_spec *spec)
{
	for (int i = 0; i < spec->param_count; i++)
		if (spec->params[i].type == PARAM_DATA || spec->params[i].type == PARAM_VALUE || spec->params[i].type == PARAM_PATH)
			return;
	for (unsigned w = 0; w < reader->word_count; w++) {
		struct word *word = &reader->words[w];
		size_t name = word->kind == WORD_BARE ? name_length(word->text, word->text + word->length) : 0;
		if (!name || name == word->length || word->text[name] != '=')
			continue;
		for (int i = 0; i < spec->param_count; i++) {
			if (strlen(spec->params[i].name) != name || memcmp(spec->params[i].name, word->text, name))
				continue;
			word->name = word->text;
			word->name_length = (uint32_t)name;
			word->text += name + 1;
			word->length -= (uint32_t)name + 1;
			break;
		}
	}
}

/* time COMMAND, repeat N COMMAND: how many words stand before the command; -1 when it takes none. */
static int words_before_command(const struct command_spec *spec)
{
	for (int i = 0; i < spec->param_count; i++)
		if (spec->params[i].type == PARAM_COMMAND)
			return i;
	return -1;
}

static int read_inner(struct reader *reader, struct statement *statement, unsigned nested)
{
	reader_blanks(reader);
	if (nested == NESTED_MOST)
		return reader_error(reader, reader_offset(reader), "more than %d commands in each other", NESTED_MOST);
	if (reader_at_end(reader) || word_is(reader, "&") || word_is(reader, "=>"))
		return reader_error(reader, reader_offset(reader), "%s takes a command after it", statement->command->name);
	statement->inner = arena_zero(&reader->script->arena, sizeof(*statement->inner));
	if (read_command(reader, statement->inner, nested + 1))
		return -1;
	/* x = time recv c: the inner command's result is meant */
	if (statement->target_count && statement->inner->target_count)
		return reader_error(reader, reader_offset(reader), "the names stand before %s or before its command, not before both",
				    statement->command->name);
	if (statement->target_count) {
		memcpy(statement->inner->targets, statement->targets, sizeof(statement->targets));
		statement->inner->target_count = statement->target_count;
		statement->target_count = 0;
	}
	return 0;
}

static int read_shell(struct reader *reader, struct statement *statement, unsigned nested)
{
	int before = words_before_command(statement->command);

	reader->word_count = 0;
	if (read_words(reader, before < 0 ? UINT32_MAX : (unsigned)before))
		return -1;
	name_words(reader, statement->command);
	if (bind_words(reader, statement, false))
		return -1;
	return before < 0 ? read_end(reader, statement) : read_inner(reader, statement, nested);
}

/* What may follow the call: .decode() and .encode(), which change nothing. */
static void skip_codec(struct reader *reader)
{
	while (reader->end - reader->at > 8 && (!memcmp(reader->at, ".decode(", 8) || !memcmp(reader->at, ".encode(", 8))) {
		const char *close = memchr(reader->at, ')', (size_t)(reader->end - reader->at));
		if (!close)
			return;
		reader->at = close + 1;
	}
}

/* NAME(...), with `receiver` (length 0: none) as its first argument; `at` is at the parenthesis. */
static int read_call(struct reader *reader, struct statement *statement, const char *receiver, size_t length)
{
	if (words_before_command(statement->command) >= 0)
		return reader_error(reader, reader_offset(reader), "%s has only the shell spelling: %s%s COMMAND", statement->command->name,
				    statement->command->name, words_before_command(statement->command) ? " N" : "");
	reader->word_count = 0;
	if (length)
		add_receiver(reader, receiver, length);
	if (read_arguments(reader) || bind_words(reader, statement, true))
		return -1;
	skip_codec(reader);
	if (!reader_at_end(reader) && !reader_blank_length(reader->at, reader->end) && !word_is(reader, "=>"))
		return reader_error(reader, reader_offset(reader), "after ) the command ends: a blank is due here");
	return read_end(reader, statement);
}

/* NAME.COMMAND( or NUMBER.COMMAND(: the length of the receiver, 0 when it is none. */
static size_t receiver_length(const struct reader *reader)
{
	const char *at = reader->at, *end = reader->end;
	size_t length = name_length(at, end);

	if (!length)
		while (at + length < end && at[length] >= '0' && at[length] <= '9')
			length++;
	if (!length || at + length == end || at[length] != '.')
		return 0;
	size_t name = name_length(at + length + 1, end);
	return name && at + length + 1 + name < end && at[length + 1 + name] == '(' ? length : 0;
}

/* An assignment of a value, no command: `NAME = VALUE`. */
static int read_assignment(struct reader *reader, struct statement *statement)
{
	const char *start = reader->at;

	reader->word_count = 0;
	statement->command = reader->options->lookup("=", 1);
	size_t name = name_length(start, reader->end);
	bool expression = *start == '(' || (name && (start + name < reader->end) && (start[name] == '(' || start[name] == '[' ||
		(start[name] == '.' && name_length(start + name + 1, reader->end))));
	if (*start == '[') { /* a list, or [::1]:80 */
		const char *close = memchr(start, ']', (size_t)(reader->end - start));
		expression = !close || !memchr(start, ':', (size_t)(close - start));
	}
	if (expression) {
		struct expr *expr = read_expression(reader);
		bool pair = expr && expr->kind == EXPR_TUPLE && expr->count == 2 && expr->items[0]->kind == EXPR_VALUE &&
			    expr->items[0]->value.kind == VALUE_BYTES && expr->items[1]->kind == EXPR_VALUE &&
			    expr->items[1]->value.kind == VALUE_NUMBER;
		statement->arguments[0] = pair ? address_of(reader, expr->items[0], expr->items[1]) : expr;
		return statement->arguments[0] ? read_end(reader, statement) : -1;
	}
	if (read_words(reader, UINT32_MAX))
		return -1;
	if (!reader->word_count)
		return reader_error(reader, reader_offset(reader), "after = a command or a value is due");
	statement->arguments[0] = bind_value(reader);
	return statement->arguments[0] ? read_end(reader, statement) : -1;
}

/* A word that is no command: a value to assign, Python, or a typo. */
static int read_other(struct reader *reader, struct statement *statement, const char *word, size_t length)
{
	if (!statement->target_count)
		return python_block(reader, word, length) ? -1 : unknown_command(reader, word, length);
	if (statement->target_count == 2)
		return reader_error(reader, (uint32_t)(word - reader->script->text), "two names take the two results of a command");
	size_t name = name_length(word, reader->end);
	const char *after = word + name;
	if (name && name == length) { /* NAME = WORD and more: a typo of a command, unless it is an address */
		struct reader ahead = *reader;
		ahead.at = after;
		reader_blanks(&ahead);
		bool port = ahead.at < ahead.end && (*ahead.at == '$' || (*ahead.at >= '0' && *ahead.at <= '9'));
		if (!reader_at_end(&ahead) && !port && !word_is(&ahead, "=>"))
			return unknown_command(reader, word, length);
	} else if (name && after < reader->end && *after == '(' && name + 1 <= length && memcmp(word, "repr", 4) &&
		   memcmp(word, "str(", 4) && memcmp(word, "len(", 4) && memcmp(word, "bytes", 5)) {
		return unknown_command(reader, word, name);
	}
	return read_assignment(reader, statement);
}

/* The names must be as many as the command gives results. */
static int check_targets(struct reader *reader, const struct statement *statement, uint32_t offset)
{
	if ((int)statement->target_count <= statement->command->results || !statement->target_count)
		return 0;
	if (!statement->command->results)
		return reader_error(reader, offset, "%s gives no result to keep", statement->command->name);
	return reader_error(reader, offset, "%s gives one result", statement->command->name);
}

static int read_named(struct reader *reader, struct statement *statement, unsigned nested)
{
	uint32_t offset;

	reader->at += module_length(reader->at, reader->end);
	offset = reader_offset(reader);
	size_t receiver = receiver_length(reader);
	const char *name = reader->at + (receiver ? receiver + 1 : 0);
	size_t length = name_length(name, reader->end), word = word_length(reader->at, reader->end);
	bool call = receiver || (length && name + length < reader->end && name[length] == '(');

	statement->command = length && (call || length == word) ? reader->options->lookup(name, length) : NULL;
	if (!statement->command && receiver && statement->target_count && length == 6 && (!memcmp(name, "decode", 6) || !memcmp(name, "encode", 6)))
		return read_assignment(reader, statement);
	if (!statement->command && receiver)
		return unknown_command(reader, name, length);
	if (!statement->command || statement->command->name[0] == '=')
		return read_other(reader, statement, reader->at, call && !statement->target_count ? length : word);
	if (check_targets(reader, statement, offset))
		return -1;
	const char *start = reader->at;
	reader->at = name + length;
	return call ? read_call(reader, statement, start, receiver) : read_shell(reader, statement, nested);
}

static int read_command(struct reader *reader, struct statement *statement, unsigned nested)
{
	const char *start = reader->at;
	uint32_t line = reader->line_number;
	const char *line_start = reader->line;

	if (read_host(reader, statement) || read_targets(reader, statement))
		return -1;
	if (reader_at_end(reader))
		return reader_error(reader, reader_offset(reader), "after = a command or a value is due");
	if (read_host(reader, statement) || read_named(reader, statement, nested))
		return -1;
	statement->place.file = reader->script->name;
	statement->place.line = line;
	statement->place.text = line_start;
	statement->place.column = 1;
	for (const char *at = line_start; at < start; at++)
		statement->place.column += ((unsigned char)*at & 0xc0) != 0x80;
	statement->source = start;
	statement->source_length = (uint32_t)(reader->at - start);
	while (statement->source_length && reader_blank_length(start + statement->source_length - 1, reader->end))
		statement->source_length--;
	return 0;
}

/* Goes to the end of the line after an error: the next line may read well. */
static void recover(struct reader *reader, const char *start)
{
	const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));

	(void)start;
	reader->at = newline ? newline : reader->end;
	reader->depth = 0;
}

/* One command into the script. */
static enum parse_result read_one(struct reader *reader)
{
	const char *start = reader->at;

	if (python_skips(reader))
		return PARSE_OK;
	struct statement *statement = arena_zero(&reader->script->arena, sizeof(*statement));
	error_clear(&reader->error);
	if (!read_command(reader, statement, 0)) {
		script_add(reader->script, statement);
		return PARSE_OK;
	}
	if (reader->unfinished && reader->options->more)
		return PARSE_INCOMPLETE;
	reader->unfinished = false;
	reader->options->report(&reader->error, reader->options->context);
	recover(reader, start);
	return PARSE_ERROR;
}

/* A text with a NUL in it is no command file. */
static int check_text(struct reader *reader)
{
	const char *nul = memchr(reader->at, 0, (size_t)(reader->end - reader->at));

	error_clear(&reader->error);
	if (nul)
		return reader_error(reader, (uint32_t)(nul - reader->script->text), "this is no text: it holds a NUL byte");
	return 0;
}

enum parse_result parse_script(struct script *script, const struct parse_options *options)
{
	struct reader reader = { .script = script, .options = options, .at = script->text, .end = script->text + script->text_length,
				 .line = script->text, .line_number = 1 };
	enum parse_result result = PARSE_OK;

	if (check_text(&reader)) {
		options->report(&reader.error, options->context);
		return PARSE_ERROR;
	}
	if (script->text_length >= 3 && !memcmp(reader.at, "\xef\xbb\xbf", 3))
		reader.at += 3; /* the byte order mark of some editors */
	while (result != PARSE_INCOMPLETE) {
		reader_blanks(&reader);
		if (reader.unfinished && reader.at == reader.end && options->more) {
			result = PARSE_INCOMPLETE;
		} else if (reader.at == reader.end) {
			break;
		} else if (*reader.at == '\n') {
			reader_newline(&reader);
		} else if (*reader.at == ';') {
			reader.at++;
		} else {
			enum parse_result one = read_one(&reader);
			result = one == PARSE_OK ? result : one;
		}
	}
	free(reader.words);
	return result;
}
