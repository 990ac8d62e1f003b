/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between readline and the candidates: where the word begins, what it may become, and the hint above the line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "candidates.h"
#include "complete.h"
#include "prompt.h"
#include "sosh/memory.h"

#define LISTED_MOST 400 /* more than that would only scroll by */

/* The statement up to the cursor: the lines before and the one being typed. Returns where the latter begins. */
static size_t statement_text(const struct completion *completion, struct buffer *out)
{
	if (completion->before->length > 0)
		buffer_add(out, completion->before->bytes, completion->before->length);
	size_t begin = out->length;
	buffer_add(out, rl_line_buffer, (size_t)rl_point);
	return begin;
}

static struct line_place find_place(const struct buffer *text)
{
	return line_place_find(buffer_string(text), text->length, engine_command);
}

char *completion_breaks(struct completion *completion)
{
	struct buffer text = {0};
	size_t begin = statement_text(completion, &text);
	struct line_place place = find_place(&text);
	completion->breaks[0] = place.word > begin ? buffer_string(&text)[place.word - 1] : '\0';
	completion->breaks[1] = '\0';
	buffer_clear(&text);
	return completion->breaks;
}

static const char *shown(const struct param *param)
{
	return param->show != NULL ? param->show : param->name;
}

/* The synopsis, with the name of a parameter between `before` and `after`. */
static void add_synopsis(struct buffer *out, const struct command_spec *command, int parameter, const char *before,
                         const char *after)
{
	struct buffer synopsis = {0};
	command_synopsis(&synopsis, command);
	const char *text = buffer_string(&synopsis), *at = text + strlen(command->name);
	for (int i = 0; i <= parameter && at != NULL; i++) {
		at = strstr(at, shown(&command->params[i]));
		if (at != NULL && i < parameter)
			at += strlen(shown(&command->params[i]));
	}
	size_t start = at != NULL && parameter >= 0 ? (size_t)(at - text) : synopsis.length;
	size_t length = start < synopsis.length ? strlen(shown(&command->params[parameter])) : 0;
	buffer_add(out, text, start);
	if (length > 0)
		buffer_text(out, before);
	buffer_add(out, text + start, length);
	if (length > 0)
		buffer_text(out, after);
	buffer_text(out, text + start + length);
	buffer_clear(&synopsis);
}

static void add_next(struct buffer *out, const struct param *param)
{
	buffer_text(out, shown(param));
	if (param->fallback != NULL && *param->fallback != '\0')
		buffer_format(out, " (%s)", param->fallback);
}

void completion_hint(struct buffer *out, const struct line_place *place, bool colour)
{
	const struct command_spec *command = place->command;
	add_synopsis(out, command, place->parameter, colour ? "\033[1m" : "", colour ? "\033[0m" : "");
	if (place->parameter < 0) {
		buffer_text(out, "   takes no more\n");
		return;
	}
	buffer_text(out, "   next: ");
	add_next(out, &command->params[place->parameter]);
	if (place->other >= 0) {
		buffer_text(out, " or ");
		add_next(out, &command->params[place->other]);
	}
	buffer_char(out, '\n');
}

static void show_hint(const struct completion *completion, const struct line_place *place)
{
	struct buffer hint = {0};
	completion_hint(&hint, place, completion->style->colour);
	prompt_print(hint.bytes, hint.length);
	buffer_clear(&hint);
}

/* How long the beginning is that all the words share. */
static size_t shared_length(const struct candidates *found)
{
	size_t length = strlen(found->words[0]);
	for (unsigned i = 1; i < found->count; i++)
		for (size_t at = 0; at < length; at++)
			if (found->words[i][at] != found->words[0][at])
				length = at;
	return length;
}

/* Readline's array: what to put into the line, then the words when there are several. */
static char **as_matches(const struct candidates *found)
{
	unsigned several = found->count > 1 ? found->count : 0;
	char **matches = memory_zero((several + 2) * sizeof(*matches));
	matches[0] = memory_copy(found->words[0], shared_length(found));
	for (unsigned i = 0; i < several; i++)
		matches[i + 1] = memory_copy(found->words[i], strlen(found->words[i]));
	return matches;
}

/* The word as it stands: readline then leaves the line alone, without ringing the bell. */
static char **same_word(const char *text)
{
	char **matches = memory_zero(2 * sizeof(*matches));
	matches[0] = memory_copy(text, strlen(text));
	rl_completion_suppress_append = 1;
	return matches;
}

static bool ends_in_slash(const char *word)
{
	size_t length = strlen(word);
	return length > 0 && word[length - 1] == '/';
}

static char **answer(const struct completion *completion, const struct line_place *place, const char *line,
                     size_t cursor)
{
	struct candidates found;
	char **matches = NULL;
	bool again = rl_completion_type == '?', hinted = false;
	candidates_find(&found, completion->engine, place, line, cursor);
	if (place->kind == PLACE_ARGUMENT && (found.count == 0 || (cursor == place->word && found.count > 1)) &&
	    !again) {
		show_hint(completion, place);
		hinted = true;
	}
	if (found.count > 0) {
		rl_completion_append_character = found.append;
		rl_filename_completion_desired = found.paths;
		rl_filename_quoting_desired = 0;
		rl_completion_suppress_append = found.count == 1 && found.paths && ends_in_slash(found.words[0]);
		matches = as_matches(&found);
	} else if (hinted) {
		matches = same_word(line + place->word);
	}
	candidates_clear(&found);
	return matches;
}

char **completion_matches(struct completion *completion, const char *text, int start, int end)
{
	struct buffer line = {0};
	char **matches = NULL;
	(void)text;
	(void)end;
	rl_attempted_completion_over = 1;
	size_t begin = statement_text(completion, &line);
	struct line_place place = find_place(&line);
	if (place.word == begin + (size_t)start)
		matches = answer(completion, &place, buffer_string(&line), line.length);
	buffer_clear(&line);
	return matches;
}

void completion_show(char **matches, int count, int longest)
{
	if (count <= LISTED_MOST) {
		rl_display_match_list(matches, count, longest);
		rl_forced_update_display();
		return;
	}
	char text[64];
	int length = snprintf(text, sizeof(text), "%d possibilities\n", count);
	prompt_print(text, (size_t)length);
}
