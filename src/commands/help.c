/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help: all from the table. */
#include <string.h>

#include "help.h"
#include "sosh/memory.h"
#include "sosh/text.h"
#include "wire_list.h"

static void give(struct run *run, struct buffer *text)
{
	while (text->length && text->bytes[text->length - 1] == '\n')
		text->bytes[--text->length] = 0;
	run->entry->tail = memory_copy(buffer_string(text), text->length);
	run->entry->table = value_bytes(buffer_string(text), text->length);
	run->entry->plain = true;
	entry_result(run->entry, 0);
	buffer_clear(text);
}

/* Where what is said of a command or a parameter begins. */
enum { COMMAND = 21, PARAMETER = 18 };

/* Adds the text folded, its first line behind what is there, `column` long. */
static void fold_behind(struct buffer *out, const char *text, size_t column)
{
	struct buffer lines;

	buffer_init(&lines);
	text_fold(&lines, text, column, column);
	buffer_text(out, buffer_string(&lines) + column);
	buffer_clear(&lines);
}

static enum progress all_commands(struct run *run)
{
	const struct command_spec *spec;
	const char *family = "";
	struct buffer text;

	buffer_init(&text);
	for (unsigned i = 0; (spec = engine_command_at(i)); i++) {
		if (strcmp(family, spec->family))
			buffer_format(&text, "%s%s\n", i ? "\n" : "", spec->family);
		family = spec->family;
		buffer_format(&text, "  %-17s  ", spec->name);
		fold_behind(&text, spec->help, COMMAND);
	}
	buffer_text(&text, "\nhelp COMMAND tells more of one, explain WORD of any word; man sosh tells all.\n"
	                   "COMMAND &          starts a call that may wait as a job\n"
	                   "NAME = COMMAND     keeps a result; $NAME stands for it\n"
	                   "COMMAND => WORDS   says what must come of it\n");
	give(run, &text);
	return CALL_DONE;
}

static const char *type_text(const struct param *param)
{
	switch (param->type) {
	case PARAM_SOCKET:
		return "a handle's number or name";
	case PARAM_ADDRESS:
		return "HOST PORT, HOST:PORT, /path, or a variable that holds one";
	case PARAM_END:
		return "a handle's number or name, or the first of two addresses";
	case PARAM_NUMBER:
		return param->group ? "a constant or a number" : "a number";
	case PARAM_COUNT:
		return "a number from 0";
	case PARAM_SECONDS:
		return param->group ? "seconds, as 0.5, or None" : "seconds, as 0.5";
	case PARAM_BOOL:
		return "True or False";
	case PARAM_SWITCH:
		return "that word";
	case PARAM_DATA:
		return "text or bytes; several are joined";
	case PARAM_FLAGS:
		return "MSG_ constants, joined by |";
	case PARAM_LEVEL:
		return "SOL_SOCKET, IPPROTO_TCP and others; found from the option's name";
	case PARAM_OPTION:
		return "SO_REUSEADDR, TCP_NODELAY and others";
	case PARAM_SETTING:
		return "a number, True or False, seconds, text, or the structure's fields";
	case PARAM_JOB:
		return "a job, as %1";
	case PARAM_PATH:
		return "a file's name";
	case PARAM_NAME:
		return "a name";
	case PARAM_COMMAND:
		return "a whole command, its & and => included";
	default:
		return "any value";
	}
}

static void one_parameter(struct buffer *text, const struct param *param)
{
	struct buffer says;

	buffer_init(&says);
	buffer_text(&says, type_text(param));
	if (param->group && param->type != PARAM_SECONDS && param->type != PARAM_FLAGS && param->type != PARAM_LEVEL)
		buffer_format(&says, " (%s...)", param->group);
	if (param->fallback && *param->fallback)
		buffer_format(&says, "; default %s", param->fallback);
	buffer_format(&says, "; by name: %s=", param->name);
	buffer_format(text, "  %-14s  ", param->show);
	fold_behind(text, buffer_string(&says), PARAMETER);
	buffer_clear(&says);
}

static void add_note(struct buffer *out, const struct command_spec *spec)
{
	size_t count;
	const struct meaning *notes = help_notes(&count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(notes[i].name, spec->name))
			text_fold(out, notes[i].text, 2, 2);
}

void help_command(struct buffer *out, const struct command_spec *spec)
{
	command_synopsis(out, spec);
	buffer_format(out, "\n%s\n", spec->help);
	for (int i = 0; i < spec->param_count; i++)
		one_parameter(out, &spec->params[i]);
	for (unsigned i = 0; !strcmp(spec->name, "wire") && wire_usage_at(i); i++)
		buffer_format(out, "  wire %s\n", wire_usage_at(i));
	if (*spec->keeps)
		buffer_format(out, "  NAME = %s keeps %s\n", spec->name, spec->keeps);
	add_note(out, spec);
}

enum progress start_help(struct run *run)
{
	const struct blob *name = run->arguments[0].kind == VALUE_BYTES ? run->arguments[0].blob : NULL;
	struct nearest nearest = {0};
	struct word_found found;
	struct buffer text;

	if (!name)
		return all_commands(run);
	const struct command_spec *spec =
		name->length && name->bytes[0] != '=' ? engine_command(name->bytes, name->length) : NULL;
	buffer_init(&text);
	if (spec) {
		help_command(&text, spec);
		give(run, &text);
		return CALL_DONE;
	}
	nearest = (struct nearest){.wanted = name->bytes, .length = name->length};
	for (unsigned i = 0; (spec = engine_command_at(i)); i++)
		nearest_offer(&nearest, spec->name);
	text_plain(&text, name->bytes, name->length > 60 ? 60 : name->length);
	word_find(&found, name->bytes, name->length);
	if (found.kind != WORD_UNKNOWN && !found.is_number)
		run_refuse(run, "%s is no command; explain %s tells what it means", found.word, buffer_string(&text));
	else if (nearest.best)
		run_refuse(run, "there is no command %s; did you mean %s?", buffer_string(&text), nearest.best);
	else
		run_refuse(run, "there is no command %s; help lists them", buffer_string(&text));
	buffer_clear(&text);
	return CALL_FAILED;
}
