/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command's row says of its parameters.
 */
#include "sosh/command.h"

#include "sosh/buffer.h"

int command_required(const struct command_spec *spec)
{
	int required = 0;

	for (int i = 0; i < spec->param_count; i++)
		required += spec->params[i].fallback == NULL;
	return required;
}

static void add_param(struct buffer *out, const struct param *param)
{
	buffer_text(out, param->show != NULL ? param->show : param->name);
	if (param->many)
		buffer_text(out, "...");
}

/* Those that may be left out stand in brackets: one by one before the last required one, nested after it. */
void command_synopsis(struct buffer *out, const struct command_spec *spec)
{
	int last_required = -1, open = 0;

	buffer_text(out, spec->name);
	for (int i = 0; i < spec->param_count; i++) {
		if (spec->params[i].fallback == NULL)
			last_required = i;
	}
	for (int i = 0; i < spec->param_count; i++) {
		bool optional = spec->params[i].fallback != NULL;

		buffer_text(out, optional ? " [" : " ");
		add_param(out, &spec->params[i]);
		if (optional && i < last_required)
			buffer_char(out, ']');
		open += i > last_required;
	}
	buffer_fill(out, ']', (size_t)open);
}
