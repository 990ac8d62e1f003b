/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser: a text, command by command, into statements. */
#include <stdlib.h>

#include "cache.h"
#include "reader.h"
#include "sosh/memory.h"
#include "sosh/text.h"

#define NESTED_MOST 16 /* time and repeat in each other */

static int read_command(struct reader *reader, struct statement *statement, unsigned nested);

/* @HOST */
static int read_host(struct reader *reader, struct statement *statement)
{
	const char *name = reader->at + 1, *end = reader->end;
	size_t length = 0;

	if (statement->host)
		return reader_error(reader, reader_offset(reader), "one command has one @HOST");
	while (name + length < end &&
	       (character_is(name[length], CHARACTER_NAME) || name[length] == '-' || name[length] == '.'))
		length++;
	if (!length)
		return reader_error(reader, reader_offset(reader), "after @ a host's name is due");
	statement->host = arena_copy(&reader->script->arena, name, length);
	reader->at = name + length;
	if (!blank_or_end(reader->at, end))
		return reader_error(reader, reader_offset(reader), "a host's name has letters, digits, - and . only");
	reader_blanks(reader);
	return reader_at_end(reader) ? reader_error(reader, reader_offset(reader), "after @HOST a command is due") : 0;
}

static void offer_command(const char *name, void *context)
{
	nearest_offer(context, name);
}

/* The length of names with an = behind them that does not stand between blanks: `x=5`, `x =5`, `a,b= …`. */
static size_t glued_assignment(const char *word, const char *end)
{
	const char *at = word;
	size_t length;

	for (;;) {
		size_t name = name_length(at, end), blank;
		if (!name)
			return 0;
		at += name;
		length = (size_t)(at - word);
		while ((blank = blank_length(at, end)))
			at += blank;
		if (at == end || *at != ',')
			break;
		at++;
		while ((blank = blank_length(at, end)))
			at += blank;
	}
	return at < end && *at == '=' && (at + 1 == end || !strchr("=>", at[1])) ? length : 0;
}

static int unknown_command(struct reader *reader, const char *word, size_t length)
{
	struct nearest nearest = {.wanted = word, .length = length};
	uint32_t offset = reader_offset_of(reader, word);
	size_t glued = glued_assignment(word, reader->end);
	struct buffer shown;

	if (glued && glued < 100)
		return reader_error(reader, offset, "= stands between blanks: %.*s = ...", (int)glued, word);
	const char *instead = python_instead(word, length);
	if (instead)
		return reader_error(reader, offset, "%.*s is no command here: %s", (int)length, word, instead);
	reader->options->command_names(offer_command, &nearest);
	buffer_init(&shown);
	text_plain(&shown, word, length > 60 ? 60 : length);
	if (nearest.best)
		reader_error(reader, offset, "unknown command %s; did you mean %s?", buffer_string(&shown),
		             nearest.best);
	else
		reader_error(reader, offset, "unknown command %s; help lists the commands%s%s", buffer_string(&shown),
		             name_length(word, word + length) == length ? ", and a variable is shown by print $" : "",
		             name_length(word, word + length) == length ? buffer_string(&shown) : "");
	buffer_clear(&shown);
	return -1;
}

/* The end of a command: & and => WORDS, then the line's end. */
static int read_end(struct reader *reader, struct statement *statement)
{
	reader_blanks(reader);
	if (reader_at_end(reader))
		return 0;
	if (word_is(reader, "&")) {
		statement->background = true;
		reader->at++;
		reader_blanks(reader);
	}
	if (word_is(reader, "=>")) {
		if (statement->background)
			return reader_error(reader, reader_offset(reader),
			                    "a job takes no expectation: ask for it by wait %%1 => ...");
		reader->at += 2;
		return read_expectation(reader, statement);
	}
	if (reader_at_end(reader))
		return 0;
	return reader_error(reader, reader_offset(reader),
	                    statement->background ? "after & the command ends; a & that is text stands between quotes"
	                    : text_begins(reader->at, reader->end, "=>")
	                            ? "=> stands between blanks; text that begins so stands between quotes"
	                            : "the command ends here; what follows is too much");
}

/* The receiver of a method: its first argument. */
static void add_receiver(struct reader *reader, const char *receiver, size_t length)
{
	struct word *word = reader_add_word(reader);

	word->kind = WORD_BARE;
	word->text = receiver;
	word->length = (uint32_t)length;
	word->offset = reader_offset_of(reader, receiver);
}

/* time COMMAND, repeat N COMMAND: how many words stand before the command; -1 when it takes none. */
static int words_before_command(const struct command_spec *spec)
{
	int last = spec->param_count - 1;

	return last >= 0 && spec->params[last].type == PARAM_COMMAND ? last : -1;
}

static int read_inner(struct reader *reader, struct statement *statement, unsigned nested)
{
	reader_blanks(reader);
	if (nested == NESTED_MOST)
		return reader_error(reader, reader_offset(reader), "more than %d commands in each other", NESTED_MOST);
	if (reader_at_end(reader) || word_is(reader, "&") || word_is(reader, "=>"))
		return reader_error(reader, reader_offset(reader), "%s takes a command after it",
		                    statement->command->name);
	statement->inner = arena_zero(&reader->script->arena, sizeof(*statement->inner));
	/* x = time recv c: the inner command's result is meant */
	memcpy(statement->inner->targets, statement->targets, sizeof(statement->targets));
	statement->inner->target_count = statement->target_count;
	statement->target_count = 0;
	return read_command(reader, statement->inner, nested + 1);
}

static int read_shell(struct reader *reader, struct statement *statement, unsigned nested)
{
	int before = words_before_command(statement->command);

	if (read_quickly(reader, statement))
		return 0;
	reader->word_count = 0;
	reader->named = false;
	if (read_words(reader, statement->command, before < 0 ? UINT32_MAX : (unsigned)before) ||
	    bind_words(reader, statement, false))
		return -1;
	return before < 0 ? read_end(reader, statement) : read_inner(reader, statement, nested);
}

/* NAME(...), with `receiver` (length 0: none) as its first argument; `at` is at the parenthesis. */
static int read_call(struct reader *reader, struct statement *statement, const char *receiver, size_t length)
{
	int before = words_before_command(statement->command);

	if (before >= 0)
		return reader_error(reader, reader_offset(reader), "%s has only the shell spelling: %s%s COMMAND",
		                    statement->command->name, statement->command->name, before ? " N" : "");
	reader->word_count = 0;
	reader->named = false;
	if (length)
		add_receiver(reader, receiver, length);
	if (read_arguments(reader) || bind_words(reader, statement, true) || skip_codec(reader))
		return -1;
	if (!blank_or_end(reader->at, reader->end) && *reader->at != '#' && !word_is(reader, "=>"))
		return reader_error(reader, reader_offset(reader), "after ) the command ends: a blank is due here");
	return read_end(reader, statement);
}

/* NAME.COMMAND( or NUMBER.COMMAND(: the length of the receiver, 0 when it is none. */
static size_t receiver_length(const struct reader *reader)
{
	const char *at = reader->at, *end = reader->end;
	size_t length = name_length(at, end);

	if (!length)
		length = digits_length(at, end);
	if (!length || at + length == end || at[length] != '.')
		return 0;
	size_t name = name_length(at + length + 1, end);
	return name && at + length + 1 + name < end && at[length + 1 + name] == '(' ? length : 0;
}

static bool is_function(const char *name, size_t length)
{
	return text_is(name, length, "repr") || text_is(name, length, "str") || text_is(name, length, "len") ||
	       text_is(name, length, "bytes");
}

/* NAME = WORD and more: a typo of a command, unless it is an address or a text that is put together. */
static bool is_typo(const struct reader *reader, const char *after)
{
	struct reader ahead = *reader;

	ahead.at = after;
	reader_blanks(&ahead);
	return !reader_at_end(&ahead) && *ahead.at != '$' && *ahead.at != '*' && *ahead.at != '|' &&
	       !character_is(*ahead.at, CHARACTER_DIGIT) && !word_is(&ahead, "=>") && !word_is(&ahead, "&");
}

/* A word that is no command: a value to assign, Python, or a typo. */
static int read_other(struct reader *reader, struct statement *statement, size_t length)
{
	const char *word = reader->at;
	size_t name = name_length(word, reader->end);

	if (!statement->target_count)
		return python_block(reader, word, length) ? -1 : unknown_command(reader, word, length);
	if (statement->target_count == 2)
		return reader_error(reader, reader_offset(reader), "two names take the two results of a command");
	if (name && name == length && is_typo(reader, word + name))
		return unknown_command(reader, word, length);
	if (name && word + name < reader->end && word[name] == '(' && !is_function(word, name))
		return unknown_command(reader, word, name);
	return read_assignment(reader, statement) ? -1 : read_end(reader, statement);
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

/* A word with a dot, a parenthesis or anything else behind a name: the call or method spelling, or no command. */
static int read_call_or_other(struct reader *reader, struct statement *statement)
{
	const char *start = reader->at;
	size_t receiver = receiver_length(reader);
	const char *name = start + (receiver ? receiver + 1 : 0);
	size_t length = name_length(name, reader->end);
	bool call = receiver || (length && name + length < reader->end && name[length] == '(');
	bool codec = receiver && (text_is(name, length, "decode") || text_is(name, length, "encode"));

	statement->command = call && !codec ? reader_command(reader, name, length) : NULL;
	if (!statement->command && receiver && !(codec && statement->target_count))
		return unknown_command(reader, name, length);
	if (!statement->command) {
		bool head = call && !statement->target_count;
		return read_other(reader, statement, head ? length : word_length(start, reader->end, NULL));
	}
	if (check_targets(reader, statement, reader_offset_of(reader, name)))
		return -1;
	reader->at = name + length;
	return read_call(reader, statement, start, receiver);
}

static int read_named(struct reader *reader, struct statement *statement, unsigned nested)
{
	reader->at += module_length(reader->at, reader->end);
	const char *start = reader->at;
	size_t length = name_length(start, reader->end);

	if (!length || !blank_or_end(start + length, reader->end))
		return read_call_or_other(reader, statement);
	statement->command = reader_command(reader, start, length);
	if (!statement->command)
		return read_other(reader, statement, length);
	if (check_targets(reader, statement, reader_offset(reader)))
		return -1;
	reader->at += length;
	return read_shell(reader, statement, nested);
}

static int read_command(struct reader *reader, struct statement *statement, unsigned nested)
{
	const char *start = reader->at;

	statement->place.file = reader->script->name;
	statement->place.line = reader->line_number;
	statement->place.text = reader->line;
	statement->place.column = reader_column(reader, start);
	if ((*start == '@' && read_host(reader, statement)) || read_targets(reader, statement) ||
	    (*reader->at == '@' && read_host(reader, statement)) || read_named(reader, statement, nested))
		return -1;
	statement->source = start;
	statement->source_length = (uint32_t)(reader->at - start);
	while (statement->source_length && character_is(start[statement->source_length - 1], CHARACTER_BLANK))
		statement->source_length--;
	return 0;
}

/*
 * Goes to the end of the line after an error: the next line may read well. Where parentheses are open, lines that
 * begin with a blank or a closing one belong to them.
 */
static void recover(struct reader *reader)
{
	for (;;) {
		const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
		reader->at = newline ? newline : reader->end;
		if (!newline || !reader->depth || reader->end - newline < 2 ||
		    !(character_is(newline[1], CHARACTER_BLANK) || newline[1] == ')' || newline[1] == ']'))
			break;
		reader_newline(reader);
	}
	reader->depth = 0;
}

/* One command into the script. */
static enum parse_result read_one(struct reader *reader)
{
	if (text_begins(reader->at, reader->end, "sosh> ")) { /* a line of a lesson, its prompt copied too */
		reader->at += 6;
		reader_blanks(reader);
		if (reader_at_end(reader))
			return PARSE_OK;
	}
	if (python_skips(reader))
		return PARSE_OK;
	struct statement *statement = arena_zero(&reader->script->arena, sizeof(*statement));
	reader->error->text[0] = 0;
	if (!read_command(reader, statement, 0)) {
		script_add(reader->script, statement);
		return PARSE_OK;
	}
	if (reader->unfinished && reader->options->more)
		return PARSE_INCOMPLETE;
	reader->unfinished = false;
	reader->options->report(reader->error, reader->options->context);
	recover(reader);
	return PARSE_ERROR;
}

/* A text with a NUL in it is no command file. */
static int check_text(struct reader *reader)
{
	const char *nul = memchr(reader->at, 0, (size_t)(reader->end - reader->at));

	if (nul)
		return reader_error(reader, reader_offset_of(reader, nul), "this is no text: it holds a NUL byte");
	return 0;
}

static enum parse_result read_all(struct reader *reader)
{
	enum parse_result result = PARSE_OK;

	for (;;) {
		reader_blanks(reader);
		if (reader->at == reader->end)
			return reader->unfinished && reader->options->more ? PARSE_INCOMPLETE : result;
		if (*reader->at == '\n') {
			reader_newline(reader);
		} else if (*reader->at == ';') {
			reader->at++;
		} else {
			enum parse_result one = read_one(reader);
			result = one == PARSE_OK ? result : one;
			if (one == PARSE_INCOMPLETE)
				return one;
		}
	}
}

enum parse_result parse_script(struct script *script, const struct parse_options *options)
{
	struct command_cache cache = {0};
	struct error error;
	struct reader reader = {.script = script,
	                        .options = options,
	                        .cache = &cache,
	                        .end = script->text + script->text_length,
	                        .line_number = 1,
	                        .error = &error};

	reader.at = reader.line = script->text + script->lines[0];
	error_clear(&error);
	if (check_text(&reader)) {
		options->report(&error, options->context);
		return PARSE_ERROR;
	}
	enum parse_result result = read_all(&reader);
	free(reader.words);
	return result;
}
