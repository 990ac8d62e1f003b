/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The quick way for the plainest lines, of which long files are made: COMMAND SOCKET, and behind it a number or a text
 * without escapes. They say the same as by the general way (words.c, bind.c), which takes every line that is not quite
 * so plain.
 */
#include <string.h>

#include "reader.h"
#include "sosh/text.h"

/* What was found of a plain line, before anything is made of it. */
struct plain_line {
	const char *name, *argument, *end; /* the socket's name, what follows it, where the line ends */
	size_t name_length, argument_length;
	int64_t number;
};

static const char *past_blanks(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at;
}

static bool ends(const char *at, const char *end)
{
	return at == end || *at == '\n';
}

/* A few digits. */
static const char *plain_number(struct plain_line *line, const char *at, const char *end)
{
	line->number = 0;
	for (; at < end && character_is(*at, CHARACTER_DIGIT) && at - line->argument < 9; at++)
		line->number = line->number * 10 + (*at - '0');
	return at > line->argument ? at : NULL;
}

/* "…" without a backslash or a newline in it; the argument becomes what stands between the quotes. */
static const char *plain_text(struct plain_line *line, const char *at, const char *end)
{
	if (*at != '"')
		return NULL;
	line->argument = ++at;
	while (at < end && *at != '"' && *at != '\\' && *at != '\n')
		at++;
	line->argument_length = (size_t)(at - line->argument);
	return at < end && *at == '"' ? at + 1 : NULL;
}

/* Is the line plain? Nothing is made yet, so the general way can still take it. */
static bool is_plain(const struct reader *reader, const struct command_spec *spec, struct plain_line *line)
{
	const char *end = reader->end, *at = past_blanks(reader->at, end);
	enum param_type second = spec->param_count > 1 ? spec->params[1].type : PARAM_SOCKET;

	line->name = at;
	line->name_length = name_length(at, end);
	line->argument = at = past_blanks(at + line->name_length, end);
	if (!line->name_length || (at == line->name + line->name_length && !ends(at, end)))
		return false;
	if (ends(at, end)) {
		line->argument = NULL;
	} else {
		if (second == PARAM_COUNT || second == PARAM_NUMBER)
			at = plain_number(line, at, end);
		else
			at = second == PARAM_DATA ? plain_text(line, at, end) : NULL;
		if (!at || !ends(at = past_blanks(at, end), end))
			return false;
	}
	line->end = at;
	return true;
}

/* Do the parameters fit: a socket first, and none that must be given behind those that are? */
static bool fits(const struct command_spec *spec, const struct plain_line *line)
{
	for (int i = line->argument ? 2 : 1; i < spec->param_count; i++)
		if (!spec->params[i].fallback)
			return false;
	return true;
}

bool read_quickly(struct reader *reader, struct statement *statement)
{
	const struct command_spec *spec = statement->command;
	struct script *script = reader->script;
	struct plain_line line;

	if (!spec->param_count || spec->params[0].type != PARAM_SOCKET || spec->params[0].many ||
	    !is_plain(reader, spec, &line) || !fits(spec, &line))
		return false;
	statement->arguments[0] = expr_name(reader, line.name, line.name_length, reader_offset_of(reader, line.name));
	reader->at = line.end;
	if (!line.argument)
		return true;
	if (spec->params[1].type != PARAM_DATA) {
		statement->arguments[1] =
			expr_literal(script, value_number(line.number), reader_offset_of(reader, line.argument));
		return true;
	}
	uint32_t offset = reader_offset_of(reader, line.argument - 1);
	struct expr *list = expr_new(script, EXPR_LIST, offset);
	list->items = arena_zero(&script->arena, sizeof(*list->items));
	list->items[0] = expr_literal(script, value_bytes(line.argument, line.argument_length), offset);
	list->count = 1;
	statement->arguments[1] = list;
	return true;
}
