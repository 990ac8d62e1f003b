/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table: every command's row, by families, in the order in which help lists them. */
#include <stddef.h>
#include <string.h>

#include "run.h"

/* Each family's rows end with one without a name. */
static const struct row *const families[] = {making_rows,    naming_rows,  serving_rows,  data_rows, ending_rows,
                                             behaviour_rows, looking_rows, steering_rows, lab_rows};

/* The same, those first of which long scripts have the most. */
static const struct row *const by_use[] = {data_rows,    steering_rows,  making_rows,  ending_rows, naming_rows,
                                           serving_rows, behaviour_rows, looking_rows, lab_rows};
_Static_assert(sizeof(by_use) == sizeof(families), "every family is looked through");

const struct command_spec *engine_command(const char *name, size_t length)
{
	for (unsigned family = 0; family < sizeof(by_use) / sizeof(*by_use); family++)
		for (const struct row *row = by_use[family]; row->spec.name; row++)
			if (row->spec.name[0] == name[0] && !strncmp(row->spec.name, name, length) &&
			    !row->spec.name[length])
				return &row->spec;
	return NULL;
}

const struct row *row_at(unsigned index)
{
	for (unsigned family = 0; family < sizeof(families) / sizeof(*families); family++)
		for (const struct row *row = families[family]; row->spec.name; row++)
			if (row->spec.name[0] != '=' && !index--)
				return row;
	return NULL;
}

const struct command_spec *engine_command_at(unsigned index)
{
	const struct row *row = row_at(index);

	return row ? &row->spec : NULL;
}

const struct row *row_of(const struct command_spec *spec)
{
	return (const struct row *)((const char *)spec - offsetof(struct row, spec));
}
