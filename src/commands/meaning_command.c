/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command means: its help, and the errors that it can give, from the table of explanations.
 */
#include <errno.h>
#include <string.h>

#include "explain.h"
#include "explanations.h"
#include "help.h"
#include "meanings.h"
#include "sosh/text.h"

#define INDENT 4

/* What stands for what only a call tells; any other {placeholder} is written in capitals. */
static const struct {
	const char *name, *stands;
} placeholders[] = {
	{"it", "SOCKET"},
	{"handle", "SOCKET"},
	{"which", "SOCKET"},
	{"target", "ADDRESS"},
	{"timeout", "N"},
	{"family", "AF_..."},
	{"target_family", "AF_..."},
	{"unwaiting", "the call did not wait (non-blocking, MSG_DONTWAIT), or not longer (SO_RCVTIMEO, SO_SNDTIMEO)"},
	{"stopped", "interrupted by Ctrl-C or cancelled"},
};

/* Which sockets and states a row is about, where it says so. */
static const struct {
	unsigned situation;
	const char *name;
} situations[] = {
	{ON_TCP, "TCP"},        {ON_UDP, "UDP"},
	{ON_UNIX, "AF_UNIX"},   {ON_DGRAM, "datagrams"},
	{ON_STREAM, "streams"}, {ON_IPV6, "AF_INET6"},
	{IN_LISTEN, "LISTEN"},  {IN_SYN_SENT, "SYN-SENT"},
	{TO_PATH, "a path"},    {TO_ABSTRACT, "an abstract name"},
	{TO_PORT_0, "port 0"},  {TO_IPV6, "IPv6"},
	{IN_JOB, "a job"},
};

static void add_placeholder(struct buffer *out, const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++) {
		if (strlen(placeholders[i].name) == length && !memcmp(placeholders[i].name, name, length)) {
			buffer_text(out, placeholders[i].stands);
			return;
		}
	}
	for (size_t i = 0; i < length; i++)
		buffer_char(out, name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i]);
}

void meaning_of_sentence(struct buffer *out, const char *sentence)
{
	for (const char *next = sentence; *next;) {
		size_t plain = strcspn(next, "{");
		buffer_add(out, next, plain);
		next += plain;
		const char *end = strchr(next, '}');
		if (!end) {
			buffer_text(out, next);
			return;
		}
		add_placeholder(out, next + 1, (size_t)(end - next - 1));
		next = end + 1;
	}
}

static bool takes(const struct command_spec *spec, enum param_type type)
{
	for (int i = 0; i < spec->param_count; i++)
		if (spec->params[i].type == type)
			return true;
	return false;
}

/* Has the command a row of its own for the error? */
static bool has_own(const struct command_spec *spec, int error)
{
	size_t count;
	const struct explanation *rows = explanations(&count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].commands && rows[i].error == error && explanation_is_for(&rows[i], spec->name))
			return true;
	return false;
}

/* Rows for any command fit by what the command takes and gives. */
static bool general_fits(const struct explanation *row, const struct command_spec *spec)
{
	bool names = takes(spec, PARAM_ADDRESS) && strcmp(spec->family, "looking") != 0;
	bool files = names || (takes(spec, PARAM_PATH) && strcmp(spec->family, "steering") != 0);

	if (row->error < 0)
		return names;
	if ((row->when & TO_PATH) && !names)
		return false;
	if ((row->when & IN_JOB) && !has_own(spec, EAGAIN))
		return false;
	switch (row->error) {
	case EBADF:
	case ENOTSOCK:
		return takes(spec, PARAM_SOCKET);
	case ENOTDIR:
	case ENAMETOOLONG:
	case ELOOP:
	case EROFS:
	case ENOSPC:
		return files;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return strstr(spec->keeps, "handle");
	default:
		return false;
	}
}

/* Is the row only what is said when the one before it lacks a {placeholder}? */
static bool stands_in(const struct explanation *rows, size_t index)
{
	const struct explanation *row = &rows[index], *before = row - 1;

	return index && before->error == row->error && before->when == row->when &&
	       (before->commands == row->commands ||
	        (before->commands && row->commands && !strcmp(before->commands, row->commands)));
}

static bool fits_alone(const struct explanation *rows, size_t index, const struct command_spec *spec)
{
	const struct explanation *row = &rows[index];

	if (stands_in(rows, index))
		return false;
	if (row->commands)
		return explanation_is_for(row, spec->name);
	return general_fits(row, spec) && !has_own(spec, row->error);
}

/* Situations that one sentence is said of are told apart by a call alone. */
static bool fits(const struct explanation *rows, size_t index, const struct command_spec *spec)
{
	if (!fits_alone(rows, index, spec))
		return false;
	for (size_t i = 0; i < index; i++)
		if (rows[i].error == rows[index].error && !strcmp(rows[i].sentence, rows[index].sentence) &&
		    fits_alone(rows, i, spec))
			return false;
	return true;
}

static void row_text(struct buffer *out, const struct explanation *row)
{
	bool first = true;

	for (size_t i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
		if (!(row->when & situations[i].situation))
			continue;
		buffer_format(out, "%s%s", first ? "" : ", ", situations[i].name);
		first = false;
	}
	if (!first)
		buffer_text(out, ": ");
	meaning_of_sentence(out, row->sentence);
}

static struct value row_value(const char *name, const struct buffer *text)
{
	struct value row = value_struct(2);

	row.list->items[0] = (struct item){"error", value_word(name)};
	row.list->items[1] = (struct item){"text", value_word(buffer_string(text))};
	return row;
}

/* All that is said of one error, from the row `first` on. Returns how many rows that were. */
static unsigned one_error(struct buffer *out, const struct command_spec *spec, size_t first, struct value *errors,
                          unsigned filled)
{
	size_t count;
	const struct explanation *rows = explanations(&count);
	const char *name = error_name(rows[first].error);
	struct buffer text;
	unsigned found = 0;

	buffer_init(&text);
	buffer_format(out, "  %s\n", name ? name : "?");
	for (size_t i = first; i < count; i++) {
		if (rows[i].error != rows[first].error || !fits(rows, i, spec))
			continue;
		buffer_empty(&text);
		row_text(&text, &rows[i]);
		text_fold(out, buffer_string(&text), INDENT, INDENT + 2);
		errors->list->items[filled + found++].value = row_value(name ? name : "?", &text);
	}
	buffer_clear(&text);
	return found;
}

static bool came_before(const struct explanation *rows, size_t index, const struct command_spec *spec)
{
	for (size_t i = 0; i < index; i++)
		if (rows[i].error == rows[index].error && fits(rows, i, spec))
			return true;
	return false;
}

void meaning_of_command(struct buffer *out, const struct command_spec *spec, struct value *errors)
{
	size_t count;
	const struct explanation *rows = explanations(&count);
	unsigned all = 0, filled = 0;

	help_command(out, spec);
	for (size_t i = 0; i < count; i++)
		all += fits(rows, i, spec);
	*errors = value_list(all);
	if (all)
		buffer_text(out, "errors that it can give:\n");
	for (size_t i = 0; i < count; i++)
		if (fits(rows, i, spec) && !came_before(rows, i, spec))
			filled += one_error(out, spec, i, errors, filled);
}
