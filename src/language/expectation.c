/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expectations: the words after =>. */
#include <regex.h>

#include "sosh/memory.h"
#include "sosh/symbol.h"
#include "sosh/text.h"
#include "typed.h"

#define EXPECT_MOST 1024 /* words behind => */

static struct expr *literal(struct script *script, const struct expect *expect, struct value value)
{
	return expr_literal(script, value, expect->offset);
}

/* >=, <= or !=; the length is passed. */
static size_t operator_length(const char *text, size_t length, enum compare_op *op)
{
	*op = COMPARE_EQUAL;
	if (length < 2 || text[1] != '=')
		return 0;
	if (text[0] == '>')
		*op = COMPARE_LEAST;
	else if (text[0] == '<')
		*op = COMPARE_MOST;
	else if (text[0] == '!')
		*op = COMPARE_NOT;
	else
		return 0;
	return 2;
}

/* Errors joined by |. 1 when it is none. */
static int read_errors(struct expect *expect, const char *text, size_t length, struct error *error)
{
	const char *end = text + length;

	expect->error_count = 0;
	while (text < end) {
		text += module_length(text, end);
		size_t name = name_length(text, end);
		int number = name ? error_number(text, name) : 0;
		bool last = text + name == end;
		if (!number && expect->error_count)
			return error_set(error, "unknown error %.*s", (int)(end - text > 60 ? 60 : end - text), text);
		if (!number || (!last && text[name] != '|'))
			return 1;
		if (expect->error_count == EXPECT_ERRORS_MOST)
			return error_set(error, "more than %d errors in one word", EXPECT_ERRORS_MOST);
		expect->errors[expect->error_count++] = number;
		text += name + !last;
	}
	expect->kind = EXPECT_ERRORS;
	return expect->error_count ? 0 : 1;
}

/* What follows an operator: a number, seconds or a constant. */
static int read_operand(struct script *script, struct expect *expect, const char *text, size_t length,
                        struct error *error)
{
	struct value value;
	struct buffer names;
	const char *problem = NULL;
	int found;

	expect->kind = EXPECT_COMPARE;
	if (length > 1 && text[length - 1] == 's' && !number_read(text, length - 1, true, &value, &problem)) {
		double seconds = value.kind == VALUE_REAL ? value.real : (double)value.number;
		expect->kind = EXPECT_SECONDS;
		expect->operand = literal(script, expect, value_real(seconds));
		return 0;
	}
	if (!number_read(text, length, true, &value, &problem)) {
		expect->operand = literal(script, expect, value);
		return 0;
	}
	if (expect->op == COMPARE_NOT && !problem) { /* !=EPIPE: any end but that */
		found = read_errors(expect, text, length, error);
		if (found <= 0)
			return found;
	}
	buffer_init(&names);
	found = problem ? 1 : constants_read(text, length, NULL, &value, &names, error);
	if (!found) {
		expect->operand = literal(script, expect, value);
		expect->operand->text = arena_copy(&script->arena, buffer_string(&names), names.length);
		expect->operand->length = (uint32_t)names.length;
	}
	buffer_clear(&names);
	if (found > 0)
		return error_set(error, "%s is compared with a number, a constant or seconds, as >=0.5s, not with %.*s",
		                 expect->op == COMPARE_LEAST  ? ">="
		                 : expect->op == COMPARE_MOST ? "<="
		                                              : "!=",
		                 (int)(length > 60 ? 60 : length), text);
	return found;
}

static void offer_error(const char *name, int number, void *context)
{
	(void)number;
	nearest_offer(context, name);
}

/* A word in capitals that is nearly an error's or a state's name is a typo, not text. */
static int check_typo(const char *text, size_t length, struct error *error)
{
	struct nearest nearest = {.wanted = text, .length = length};

	if (length < 5 || length > 20)
		return 0;
	for (size_t i = 0; i < length; i++)
		if (!(text[i] >= 'A' && text[i] <= 'Z') && !strchr("-_0123456789", text[i]))
			return 0;
	if (text[0] == 'E')
		error_each(offer_error, &nearest);
	for (int state = STATE_ESTABLISHED; state <= STATE_CLOSING; state++)
		nearest_offer(&nearest, state_name((enum tcp_state)state));
	if (!nearest.best)
		return 0;
	return error_set(error, "unknown %s %.*s; did you mean %s?",
	                 state_number(nearest.best, strlen(nearest.best)) ? "state" : "error", (int)length, text,
	                 nearest.best);
}

/* A word that is none of the fixed ones: a number, a constant, or text to be compared with what is printed. */
static int read_value(struct script *script, struct expect *expect, const char *text, size_t length,
                      struct error *error)
{
	struct value value;
	struct buffer names;
	const char *problem = NULL;

	expect->kind = EXPECT_COMPARE;
	if (!number_read(text, length, true, &value, &problem)) {
		expect->operand = literal(script, expect, value);
		return 0;
	}
	if (problem)
		return error_set(error, "%.*s: %s", (int)(length > 60 ? 60 : length), text, problem);
	buffer_init(&names);
	int found = constants_read(text, length, NULL, &value, &names, error);
	if (!found) {
		expect->operand = literal(script, expect, value);
		if (names.length)
			expect->operand->text = arena_copy(&script->arena, buffer_string(&names), names.length);
		expect->operand->length = (uint32_t)names.length;
	}
	buffer_clear(&names);
	if (found <= 0)
		return found;
	if (check_typo(text, length, error))
		return -1;
	if (length > 1 && strchr("<>=", *text))
		return error_set(error, "a comparison is >=N, <=N or !=N; text that begins so stands between quotes");
	expect->kind = EXPECT_TEXT;
	if (word_constant(text, length, &value))
		value = value_word(arena_copy(&script->arena, text, length));
	expect->operand = literal(script, expect, value);
	return 0;
}

int expect_read(struct script *script, struct expect *expect, const char *text, size_t length, struct error *error)
{
	expect->kind = EXPECT_OK;
	if (text_is(text, length, "ok"))
		return 0;
	expect->kind = EXPECT_ERROR;
	if (text_is(text, length, "error"))
		return 0;
	expect->kind = EXPECT_BLOCKS;
	if (text_is(text, length, "blocks"))
		return 0;
	size_t operator= operator_length(text, length, &expect->op);
	if (operator)
		return read_operand(script, expect, text + operator, length - operator, error);
	int found = read_errors(expect, text, length, error);
	if (found <= 0)
		return found;
	expect->state = (int)state_number(text, length);
	if (expect->state != STATE_NONE) {
		expect->kind = EXPECT_STATE;
		return 0;
	}
	return read_value(script, expect, text, length, error);
}

/* The length of {…} or […] with what is between quotes in it passed over; to the word's end. 0: it is not closed. */
static size_t bracket_length(const char *at, const char *end)
{
	const char *start = at;
	unsigned depth = 0;
	char quote = 0;

	for (; at < end && *at != '\n'; at++) {
		if (quote) {
			if (*at == '\\' && end - at > 1)
				at++;
			else if (*at == quote)
				quote = 0;
			continue;
		}
		if (character_is(*at, CHARACTER_QUOTE))
			quote = *at;
		else if (*at == '{' || *at == '[')
			depth++;
		else if ((*at == '}' || *at == ']') && depth)
			depth--;
		else if (!depth && (*at == ';' || blank_length(at, end)))
			break;
	}
	return depth || quote ? 0 : (size_t)(at - start);
}

/* A word between brackets, or a bare one. */
static int read_bare(struct reader *reader, struct expect *expect)
{
	const char *text = reader->at;
	struct error error;
	bool brackets = *text == '{' || *text == '[';
	unsigned kinds = 0;
	size_t length = brackets ? bracket_length(text, reader->end) : word_length(text, reader->end, &kinds);
	size_t operator= operator_length(text, length, &expect->op);

	if (!length)
		return reader_error(reader, expect->offset, "the %c that begins here is never closed", *text);
	if (kinds & CHARACTER_QUOTE)
		return quote_inside(reader, text, length);
	reader->at += length;
	error_clear(&error);
	if (memchr(text, '$', length)) {
		expect->kind = EXPECT_WORD;
		expect->operand = read_dollars(reader, text + operator, length - operator, expect->offset);
		return expect->operand ? 0 : -1;
	}
	if (expect_read(reader->script, expect, text, length, &error))
		return reader_error(reader, expect->offset, "%s", error.text);
	return 0;
}

/* A pattern that does not compile is told before anything runs. */
static int check_pattern(struct reader *reader, const struct expect *expect, size_t length)
{
	regex_t pattern;
	char problem[200];

	if (strlen(expect->text) != length)
		return reader_error(reader, expect->offset, "a regular expression has no NUL byte in it");
	int failed = regcomp(&pattern, expect->text, REG_EXTENDED | REG_NOSUB);
	if (failed)
		regerror(failed, &pattern, problem, sizeof(problem));
	else
		regfree(&pattern);
	return failed ? reader_error(reader, expect->offset, "no regular expression: %s", problem) : 0;
}

static int read_regex(struct reader *reader, struct expect *expect)
{
	expect->kind = EXPECT_REGEX;
	reader->at++;
	if (!string_begins(reader->at, reader->end)) {
		size_t length = word_length(reader->at, reader->end, NULL);
		expect->text = arena_copy(&reader->script->arena, reader->at, length);
		reader->at += length;
		if (!length)
			return reader_error(reader, expect->offset,
			                    "after ~ a regular expression is due, between quotes");
		return check_pattern(reader, expect, length);
	}
	struct expr *expr = read_string(reader, false);
	if (!expr)
		return -1;
	if (expr->kind != EXPR_VALUE)
		return reader_error(reader, expect->offset, "after ~ a plain text between quotes is due");
	const struct blob *blob = expr->value.blob;
	expect->text = arena_copy(&reader->script->arena, blob->bytes, blob->length);
	return check_pattern(reader, expect, blob->length);
}

/* A text; or ("127.0.0.1", 80) as Python prints an address. */
static int read_enclosed_text(struct reader *reader, struct expect *expect)
{
	struct expr *expr = read_enclosed(reader);

	expect->kind = EXPECT_TEXT;
	if (expr && expr->kind == EXPR_TUPLE && expr->count == 2)
		expr = address_of(reader, expr->items[0], expr->items[1]);
	expect->operand = expr;
	return expr ? 0 : -1;
}

static int read_one(struct reader *reader, struct expect *expect)
{
	const char *start = reader->at;
	int failed;

	expect->offset = reader_offset(reader);
	if (*reader->at == '~')
		failed = read_regex(reader, expect);
	else if (enclosed_begins(reader))
		failed = read_enclosed_text(reader, expect);
	else
		failed = read_bare(reader, expect);
	if (failed || word_ends(reader))
		return -1;
	expect->source = arena_copy(&reader->script->arena, start, (size_t)(reader->at - start));
	return 0;
}

/* Room for one more. */
static void grow(struct reader *reader, struct statement *statement, unsigned *room)
{
	struct expect *more;

	if (statement->expect_count < *room)
		return;
	*room = *room ? *room * 2 : 2;
	more = arena_zero(&reader->script->arena, *room * sizeof(*more));
	if (statement->expect_count)
		memcpy(more, statement->expects, statement->expect_count * sizeof(*more));
	statement->expects = more;
}

int read_expectation(struct reader *reader, struct statement *statement)
{
	unsigned room = 0;

	for (;;) {
		reader_blanks(reader);
		if (reader_at_end(reader))
			break;
		if (word_is(reader, "&"))
			return reader_error(reader, reader_offset(reader),
			                    "a job takes no expectation: ask for it by wait");
		if (word_is(reader, "=>"))
			return reader_error(reader, reader_offset(reader), "one command has one =>");
		if (statement->expect_count == EXPECT_MOST)
			return reader_error(reader, reader_offset(reader), "more than %d words are expected",
			                    EXPECT_MOST);
		grow(reader, statement, &room);
		if (read_one(reader, &statement->expects[statement->expect_count]))
			return -1;
		statement->expect_count++;
	}
	if (!statement->expect_count)
		return reader_error(reader, reader_offset(reader),
		                    "after => what is expected is due, as ok, 12, \"text\" or ECONNREFUSED");
	return 0;
}
