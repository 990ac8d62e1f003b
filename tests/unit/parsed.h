/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PARSED_H
#define PARSED_H
/*
 * What a test asks of the parser, with the real command table: a text, its statements, and its complaints.
 */
#include <string.h>

#include "sosh/engine.h"

struct parsed {
	struct script *script;
	enum parse_result result;
	unsigned complaints;
	struct error first; /* of them */
};

static void parsed_names(void (*each)(const char *name, void *context), void *context)
{
	for (unsigned i = 0; engine_command_at(i); i++)
		each(engine_command_at(i)->name, context);
}

static void parsed_complaint(const struct error *error, void *context)
{
	struct parsed *parsed = context;

	if (!parsed->complaints++)
		parsed->first = *error;
}

/* Parses; `more`: as at a prompt. To be ended by parsed_clear. */
static void parse_text(struct parsed *parsed, const char *text, size_t length, bool more)
{
	struct parse_options options = {.lookup = engine_command,
	                                .command_names = parsed_names,
	                                .more = more,
	                                .report = parsed_complaint,
	                                .context = parsed};

	*parsed = (struct parsed){.script = script_new("test", text, length)};
	parsed->result = parse_script(parsed->script, &options);
}

static void parsed_clear(struct parsed *parsed)
{
	script_drop(parsed->script);
}

#endif
