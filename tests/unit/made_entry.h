/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEST_MADE_ENTRY_H
#define TEST_MADE_ENTRY_H
/*
 * A journal entry made by hand, for the tests of what only reads entries: nothing was called and nothing was parsed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/journal.h"
#include "sosh/memory.h"

struct made {
	struct session session;
	struct journal journal;
	struct command_spec command;
	struct script *script;
	struct statement *statement;
	struct entry *entry;
};

static inline struct value made_address(const char *host, unsigned port)
{
	struct address address;
	struct error error;
	assert_int_equal(address_from_host(&address, host, strlen(host), port, &error), 0);
	return value_address(&address);
}

static inline struct value made_path(const char *path, size_t length)
{
	struct address address;
	struct error error;
	assert_int_equal(address_from_path(&address, path, length, &error), 0);
	return value_address(&address);
}

/* Begins an entry of `command`, written as `source` in line 3 of `file`. */
static inline struct entry *made_begin(struct made *made, const char *command, const char *file, const char *source)
{
	session_init(&made->session);
	journal_init(&made->journal);
	made->journal.record_calls = true;
	made->command = (struct command_spec){.name = command};
	made->script = script_new(file, source, strlen(source));
	made->statement = arena_zero(&made->script->arena, sizeof(*made->statement));
	made->statement->command = &made->command;
	made->statement->source = made->script->text;
	made->statement->source_length = (uint32_t)strlen(source);
	made->statement->place =
		(struct place){.file = made->script->name, .line = 3, .column = 1, .text = made->script->text};
	script_add(made->script, made->statement);
	made->entry = journal_begin(&made->journal, made->script, made->statement);
	return made->entry;
}

/* A handle with a name (or NULL) in the session. */
static inline struct handle *made_handle(struct made *made, int family, int type, const char *name)
{
	struct handle *handle = session_add_handle(&made->session, 1000, family, type, 0, NULL);
	if (name)
		session_set(&made->session, name, strlen(name), value_handle(handle->number));
	return handle;
}

static inline void made_end(struct made *made)
{
	journal_end(&made->journal, made->entry);
	journal_clear(&made->journal);
	script_drop(made->script);
	session_clear(&made->session);
}

#endif
