/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the place of the cursor in a half-typed line. The line is walked once from its beginning to find the command
 * that the cursor is in, then that command is walked word by word, or argument by argument in the call and method
 * spellings, with the parameters of its row.
 */
#include <string.h>

#include "line_place.h"
#include "line_scan.h"
#include "sosh/symbol.h"

/* Passes `NAME =` or `NAME, NAME =`. False when it is no such thing; then nothing is passed. */
static bool skip_targets(struct line *line)
{
	struct line ahead = *line;
	for (unsigned names = 1;; names++) {
		struct span name = scan_name(&ahead);
		if (name.start == name.end)
			return false;
		size_t behind = ahead.at;
		scan_blanks(&ahead);
		if (scan_peek(&ahead, ahead.at) == '=' && ahead.at > behind &&
		    scan_is_blank(scan_peek(&ahead, ahead.at + 1)))
			break;
		if (scan_peek(&ahead, ahead.at) != ',' || names == 2)
			return false;
		ahead.at++;
		scan_blanks(&ahead);
	}
	line->at = ahead.at + 1;
	return true;
}

/* Where the last part of a joined word (A|B) begins. */
static size_t last_part(const struct line *line, struct span span)
{
	for (size_t at = span.end; at > span.start; at--)
		if (line->text[at - 1] == '|')
			return at;
	return span.start;
}

/* Behind `socket.` or `select.`, where the word begins with that. */
static size_t skip_module(const struct line *line, struct span span)
{
	if (span_begins(line, span, "socket.") || span_begins(line, span, "select."))
		return span.start + strlen("socket.");
	return span.start;
}

/* The parameter that a word of the form name=… names, or -1; `*value` is where its value begins. */
static int named_parameter(const struct line *line, const struct command_spec *spec, struct span word, size_t *value)
{
	size_t at = word.start;
	while (at < word.end && scan_is_name(line->text[at]))
		at++;
	struct span name = {word.start, at};
	while (at < word.end && scan_is_blank(line->text[at]))
		at++;
	if (at >= word.end || line->text[at] != '=')
		return -1;
	for (at++; at < word.end && scan_is_blank(line->text[at]);)
		at++;
	*value = at;
	for (int i = 0; i < spec->param_count; i++)
		if (span_is(line, name, spec->params[i].name))
			return i;
	return -1;
}

/* Does this word alone say where, or does a port follow? */
static bool whole_address(const struct line *line, struct span word)
{
	size_t host, host_length, port;
	const char *text = line->text + word.start;
	size_t length = word.end - word.start;
	if (text[0] == '/' || text[0] == '.' || text[0] == '$' || span_is(line, word, "AF_UNSPEC"))
		return true;
	if (span_begins(line, word, "\"\\0") || span_begins(line, word, "\"\\x00"))
		return true;
	return address_split(text, length, &host, &host_length, &port);
}

/* How far the parameters of the command have been given. */
struct given {
	const struct command_spec *command;
	int parameter;  /* the one that comes next, -1: no more */
	unsigned words; /* that this parameter has taken so far */
};

static void next_parameter(struct given *given, int step)
{
	given->words = 0;
	given->parameter += step;
	if (given->parameter >= given->command->param_count)
		given->parameter = -1;
}

static const struct param *given_param(const struct given *given)
{
	return given->parameter < 0 ? NULL : &given->command->params[given->parameter];
}

static int find_param(const struct command_spec *command, int from, enum param_type type)
{
	for (int i = from; i >= 0 && i < command->param_count; i++)
		if (command->params[i].type == type)
			return i;
	return -1;
}

/* Takes a whole word as an argument of the shell spelling. */
static void give(struct given *given, const struct line *line, struct span word, struct line_place *place)
{
	const struct param *param = given_param(given);
	const char *text = line->text + word.start;
	size_t length = word.end - word.start, value;
	if (param == NULL || named_parameter(line, given->command, word, &value) >= 0)
		return;
	int flags = find_param(given->command, given->parameter, PARAM_FLAGS);
	if (param->type == PARAM_LEVEL && option_find(text, length) != NULL) {
		next_parameter(given, 2);
	} else if (param->type == PARAM_LEVEL) {
		place->level = word.start;
		place->level_length = length;
		next_parameter(given, 1);
	} else if (param->type == PARAM_ADDRESS && given->words == 0 && !whole_address(line, word)) {
		given->words = 1;
	} else if (param->type == PARAM_DATA && flags > 0 && given->words > 0 && span_begins(line, word, "MSG_")) {
		next_parameter(given, flags + 1 - given->parameter);
	} else if (param->many) {
		given->words++;
	} else {
		next_parameter(given, 1);
	}
}

/* Which other parameter may begin where `given` stands: what may be left out, or may end a list. */
static int other_parameter(const struct given *given)
{
	const struct param *param = given_param(given);
	if (param == NULL)
		return -1;
	if (param->type == PARAM_LEVEL ||
	    (param->many && given->words > 0 && given->parameter + 1 < given->command->param_count))
		return given->parameter + 1;
	return -1;
}

/* The words behind a command, up to `&` and `=>`. */
static void read_tail(struct line *line, struct line_place *place)
{
	bool expecting = false;
	place->kind = PLACE_NOTHING;
	while (line->at < line->end) {
		scan_blanks(line);
		struct span word = scan_word(line);
		place->word = last_part(line, word);
		if (line->at < line->end && span_is(line, word, "=>"))
			expecting = true;
		else if (line->at == line->end && expecting)
			place->kind = PLACE_EXPECT;
	}
}

/* The word at the cursor is an argument. */
static void end_at_argument(const struct line *line, struct span word, const struct given *given,
                            struct line_place *place)
{
	size_t value = word.start;
	int named = named_parameter(line, given->command, word, &value);
	place->kind = PLACE_ARGUMENT;
	place->parameter = named >= 0 ? named : given->parameter;
	place->other = named >= 0 ? -1 : other_parameter(given);
	word.start = named >= 0 ? value : word.start;
	word.start = last_part(line, word);
	place->word = skip_module(line, word);
}

/* True when a whole command follows, as behind `time`. */
static bool read_words(struct line *line, struct line_place *place)
{
	struct given given = {.command = place->command, .parameter = place->command->param_count > 0 ? 0 : -1};
	for (;;) {
		scan_blanks(line);
		const struct param *param = given_param(&given);
		if (param != NULL && param->type == PARAM_COMMAND)
			return true;
		struct line before = *line;
		struct span word = scan_word(line);
		if (line->at == line->end) {
			end_at_argument(line, word, &given, place);
			return false;
		}
		if (span_is(line, word, "=>") || span_is(line, word, "&")) {
			*line = before;
			read_tail(line, place);
			return false;
		}
		give(&given, line, word, place);
	}
}

/* One argument of the call spelling, up to its comma or the closing parenthesis. True when it ends before the cursor.
 */
static bool read_call_argument(struct line *line, struct span *argument)
{
	unsigned depth = 0;
	char kind;
	size_t content;
	scan_blanks(line);
	argument->start = line->at;
	for (; line->at < line->end;) {
		char c = line->text[line->at];
		argument->end = line->at;
		if (depth == 0 && (c == ',' || c == ')'))
			return true;
		if (quote_at(line, line->at, &kind) != 0) {
			scan_quote(line, &kind, &content);
			continue;
		}
		depth += c == '(' || c == '[' || c == '{';
		depth -= (c == ')' || c == ']' || c == '}') && depth > 0;
		line->at++;
	}
	argument->end = line->end;
	return false;
}

/* Where the word that ends at the cursor begins inside an argument, tuples and lists included. */
static size_t call_word(const struct line *line, struct span argument)
{
	size_t at = line->end;
	while (at > argument.start && strchr("()[]{}|,=+*: \t\r\n", line->text[at - 1]) == NULL)
		at--;
	return skip_module(line, (struct span){at, line->end});
}

/* Behind the opening parenthesis; `parameter` is the first that an argument fills. */
static void read_call(struct line *line, struct line_place *place, int parameter)
{
	const struct command_spec *command = place->command;
	struct span argument;
	while (read_call_argument(line, &argument)) {
		char stop = line->text[line->at++];
		if (stop == ')') {
			read_tail(line, place);
			return;
		}
		if (command->params[parameter].type == PARAM_LEVEL) {
			place->level = skip_module(line, argument);
			place->level_length = argument.end - place->level;
		}
		if (parameter < command->param_count - 1)
			parameter++;
		else if (!command->params[parameter].many)
			parameter = command->param_count;
	}
	size_t value;
	int named = named_parameter(line, command, argument, &value);
	if (named >= 0)
		parameter = named;
	place->kind = PLACE_ARGUMENT;
	place->parameter = parameter < command->param_count ? parameter : -1;
	if (named < 0 && parameter + 1 < command->param_count && command->params[parameter].type == PARAM_FLAGS)
		place->other = parameter + 1; /* sendto(data, address) leaves the flags out, as in Python */
	place->word = call_word(line, argument);
}

/*
 * Behind the command's name, which was read: `receivers` arguments stand before the parenthesis. True when a whole
 * command follows.
 */
static bool read_arguments(struct line *line, struct line_place *place, struct span name, int receivers)
{
	place->command = line->lookup(line->text + name.start, name.end - name.start);
	place->kind = PLACE_NOTHING;
	place->spelling = SPELL_SHELL;
	if (place->command == NULL)
		return false;
	if (receivers == 0 && scan_is_blank(scan_peek(line, line->at)))
		return read_words(line, place);
	if (scan_peek(line, line->at) == '(') {
		line->at++;
		place->spelling = receivers > 0 ? SPELL_METHOD : SPELL_CALL;
		read_call(line, place, receivers);
	}
	return false;
}

static bool read_method(struct line *line, struct line_place *place, struct span owner)
{
	line->at++;
	struct span name = scan_name(line);
	place->module = span_is(line, owner, "socket") || span_is(line, owner, "select");
	place->kind = PLACE_METHOD;
	place->spelling = SPELL_METHOD;
	place->owner = owner.start;
	place->owner_length = owner.end - owner.start;
	place->word = name.start;
	return line->at < line->end && read_arguments(line, place, name, place->module ? 0 : 1);
}

/* A command from its beginning, at a blank or its first word. True when it takes a whole command, which follows. */
static bool read_command(struct line *line, struct line_place *place)
{
	for (;;) {
		scan_blanks(line);
		if (scan_peek(line, line->at) == '@') {
			place->word = line->at + 1;
			scan_word(line);
			if (line->at == line->end) {
				place->kind = PLACE_HOST;
				place->spelling = SPELL_SHELL;
				return false;
			}
		} else if (!skip_targets(line))
			break;
	}
	struct span name = scan_name(line);
	place->word = name.start;
	place->spelling = SPELL_SHELL;
	place->kind = line->at == line->end ? PLACE_COMMAND : PLACE_NOTHING;
	if (line->at == line->end)
		return false;
	if (scan_peek(line, line->at) == '.' && name.end > name.start)
		return read_method(line, place, name);
	return read_arguments(line, place, name, 0);
}

/* $NAME and $NAME.PART may stand anywhere outside quotes. True when the cursor is in one. */
static bool find_variable(const struct line *line, size_t from, struct line_place *place)
{
	size_t dot = 0, at = line->end;
	for (; at > from && (scan_is_name(line->text[at - 1]) || (line->text[at - 1] == '.' && dot == 0)); at--)
		if (line->text[at - 1] == '.')
			dot = at;
	if (at == from || line->text[at - 1] != '$')
		return false;
	place->kind = dot != 0 ? PLACE_PART : PLACE_VARIABLE;
	place->word = dot != 0 ? dot : at;
	place->owner = at;
	place->owner_length = dot != 0 ? dot - 1 - at : 0;
	return true;
}

/* NAME.PART of the call spelling, where a bare name is the variable. */
static void find_part(const struct line *line, struct line_place *place)
{
	for (size_t at = line->end; at > place->word; at--) {
		if (line->text[at - 1] != '.')
			continue;
		place->kind = PLACE_PART;
		place->owner = place->word;
		place->owner_length = at - 1 - place->word;
		place->word = at;
		return;
	}
}

/* Between quotes only a file's name can be completed. */
static void inside_quote(const struct situation *situation, struct line_place *place)
{
	bool path = place->kind == PLACE_ARGUMENT && place->parameter >= 0 &&
	            place->command->params[place->parameter].type == PARAM_PATH;
	place->word = situation->content;
	place->quote = situation->quote;
	if (!path)
		place->kind = PLACE_NOTHING;
}

struct line_place line_place_find(const char *text, size_t cursor, command_lookup *lookup)
{
	struct line_place place = {.kind = PLACE_NOTHING, .parameter = -1, .other = -1, .word = cursor};
	struct line line = {.text = text, .end = cursor, .lookup = lookup};
	struct situation situation = scan_all(line);
	if (situation.comment)
		return place;
	line.at = situation.command;
	while (read_command(&line, &place))
		;
	if (situation.quote != 0)
		inside_quote(&situation, &place);
	else if (!find_variable(&line, situation.command, &place) && place.kind == PLACE_ARGUMENT &&
	         place.spelling != SPELL_SHELL)
		find_part(&line, &place);
	if (place.word > cursor)
		place.word = cursor;
	return place;
}
