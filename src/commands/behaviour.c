/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Behaviour: blocking, timeouts and socket options. */
#include <string.h>

#include "run.h"

#define SOCKET                                                                                                         \
	{                                                                                                              \
		.name = "socket", .show = "SOCKET", .type = PARAM_SOCKET                                               \
	}
#define LEVEL                                                                                                          \
	{                                                                                                              \
		.name = "level", .show = "LEVEL", .type = PARAM_LEVEL, .fallback = "", .group = "SOL_"                 \
	}
#define OPTION                                                                                                         \
	{                                                                                                              \
		.name = "optname", .show = "OPTION", .type = PARAM_OPTION                                              \
	}

static enum progress start_setblocking(struct run *run)
{
	enum progress progress =
		call_setblocking(&run->engine->door, run->entry, run->handle, argument_number(run, 1) != 0);

	return progress == CALL_DONE ? run_done(run) : progress;
}

/* A timeout of 0 seconds is the handle's own way of not blocking. */
static enum progress start_getblocking(struct run *run)
{
	bool blocking;
	enum progress progress = call_getblocking(&run->engine->door, run->entry, run->handle, &blocking);

	if (progress == CALL_DONE)
		entry_result(run->entry, blocking && run->handle->timeout != 0);
	return progress;
}

/* As in Python, None makes the socket block; any other timeout is the handle's own and leaves O_NONBLOCK alone. */
static enum progress start_settimeout(struct run *run)
{
	const struct value *value = &run->arguments[1];
	bool blocking;
	enum progress progress = call_getblocking(&run->engine->door, run->entry, run->handle, &blocking);

	if (progress == CALL_DONE && value->kind == VALUE_NONE && !blocking)
		progress = call_setblocking(&run->engine->door, run->entry, run->handle, true);
	if (progress != CALL_DONE)
		return progress;
	run->handle->timeout = value->kind == VALUE_REAL ? value->real : -1;
	return run_done(run);
}

static enum progress start_gettimeout(struct run *run)
{
	bool blocking;
	enum progress progress = call_getblocking(&run->engine->door, run->entry, run->handle, &blocking);

	if (progress != CALL_DONE)
		return progress;
	if (run->handle->timeout >= 0)
		entry_value(run->entry, value_real(run->handle->timeout));
	else
		entry_value(run->entry, blocking ? value_none() : value_real(0));
	run->entry->result = 0;
	return CALL_DONE;
}

/* The option by its name, or by level and number. */
static int find_option(struct run *run, struct option *option)
{
	const struct expr *name = run->statement->arguments[2];
	const struct option *known =
		name->text && name->kind == EXPR_VALUE ? option_find(name->text, name->length) : NULL;
	bool level = run->arguments[1].kind == VALUE_NUMBER;

	if (known && (!level || known->level == run->arguments[1].number)) {
		*option = *known;
		return 0;
	}
	if (!level) {
		run_refuse(run, "an option without a known name needs its level before it, as SOL_SOCKET 2");
		return -1;
	}
	*option = (struct option){"option", (int)run->arguments[1].number, (int)run->arguments[2].number, OPTION_INT};
	known = option_of(option->level, option->number);
	if (known)
		*option = *known;
	return 0;
}

/* Text of letters: no raw bytes that anybody meant. */
static bool is_word(const struct value *value)
{
	if (value->kind != VALUE_BYTES || !value->blob->length)
		return false;
	for (size_t i = 0; i < value->blob->length; i++)
		if (value->blob->bytes[i] < ' ' || value->blob->bytes[i] > '~')
			return false;
	return true;
}

static enum progress start_setsockopt(struct run *run)
{
	struct option option;
	const struct value *value = &run->arguments[3];

	if (find_option(run, &option))
		return CALL_FAILED;
	if (value->list->count == 1)
		value = &value->list->items[0].value;
	if (option.type == OPTION_INT && is_word(value))
		return run_refuse_at(run, 3,
		                     "%s takes a number, or True or False; raw bytes are written x\"01 00 00 00\"",
		                     option.name);
	enum progress progress = call_setsockopt(&run->engine->door, run->entry, run->handle, &option, value);
	return progress == CALL_DONE ? run_done(run) : progress;
}

static enum progress start_getsockopt(struct run *run)
{
	struct option option;
	struct value value;

	if (find_option(run, &option))
		return CALL_FAILED;
	enum progress progress = call_getsockopt(&run->engine->door, run->entry, run->handle, &option, &value);
	if (progress != CALL_DONE)
		return progress;
	entry_value(run->entry, value);
	run->entry->result = 0;
	return CALL_DONE;
}

const struct row behaviour_rows[] = {
	{{"setblocking",
          "behaviour",
          "let calls on a socket wait, or never wait (O_NONBLOCK)",
          "",
          1,
          2,
          {SOCKET, {.name = "flag", .show = "FLAG", .type = PARAM_BOOL}}},
         start_setblocking,
         NULL,
         NULL},
	{{"getblocking", "behaviour", "tell whether calls on a socket wait: 1 or 0", "", 1, 1, {SOCKET}},
         start_getblocking,
         NULL,
         NULL},
	{{"settimeout",
          "behaviour",
          "limit how long calls on a handle wait; None: without end",
          "",
          1,
          2,
          {SOCKET, {.name = "value", .show = "SECONDS", .type = PARAM_SECONDS, .group = "None"}}},
         start_settimeout,
         NULL,
         NULL},
	{{"gettimeout", "behaviour", "tell how long calls on a handle wait at most", "", 1, 1, {SOCKET}},
         start_gettimeout,
         NULL,
         NULL},
	{{"setsockopt",
          "behaviour",
          "set a socket option",
          "",
          1,
          4,
          {SOCKET, LEVEL, OPTION, {.name = "value", .show = "VALUE", .type = PARAM_SETTING, .many = true}}},
         start_setsockopt,
         NULL,
         NULL},
	{{"getsockopt", "behaviour", "tell the value of a socket option", "", 1, 3, {SOCKET, LEVEL, OPTION}},
         start_getsockopt,
         NULL,
         NULL},
	{.spec = {.name = NULL}},
};
