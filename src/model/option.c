/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The socket options: their levels, numbers and the types of their values.
 */
#include "constants.h"

#include "sosh/symbol.h"

#include "symbols.h"

static const struct option options[] = {
#define OPTION(name, level, type) {#name, level, name, OPTION_##type},
#include "options.inc"
#undef OPTION
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

const struct option *option_find(const char *name, size_t length)
{
	size_t found = names_find(options, OPTION_COUNT, sizeof(options[0]), name, length);

	return found < OPTION_COUNT ? &options[found] : NULL;
}

const struct option *option_of(int level, int number)
{
	const struct option *alias = NULL;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (options[i].number != number || options[i].level != level)
			continue;
		if (!symbol_is_alias(options[i].name))
			return &options[i];
		alias = &options[i];
	}
	return alias;
}

void option_each(void (*each)(const struct option *option, void *context), void *context)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		each(&options[i], context);
}
