/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_LINE_PLACE_H
#define SOSH_SHELL_LINE_PLACE_H
/*
 * Where in a half-typed line the cursor stands: in which command, at which parameter, in which word. It reads what is
 * not finished and may be nonsense, so it never complains: what it does not understand is PLACE_NOTHING.
 */
#include "sosh/language.h"

enum place_kind {
	PLACE_NOTHING,  /* nothing can be completed: a comment, text between quotes, a new name */
	PLACE_COMMAND,  /* a command's name */
	PLACE_HOST,     /* a host's name behind @ */
	PLACE_METHOD,   /* a command's name behind a receiver and a dot */
	PLACE_ARGUMENT, /* a value of `parameter` */
	PLACE_EXPECT,   /* a word behind => */
	PLACE_VARIABLE, /* a variable's name behind $ */
	PLACE_PART,     /* a part's name behind the variable `owner` and a dot */
};

struct line_place {
	enum place_kind kind;
	enum spelling spelling;
	const struct command_spec *command; /* NULL: not known yet, or no such command */
	int parameter;                      /* index in command->params; -1: it takes no more */
	int other;                          /* another parameter that may begin here, or -1 */
	size_t word;                        /* where the word to be completed begins */
	char quote;                         /* the quote that is open around the word, or 0 */
	size_t owner, owner_length;         /* PLACE_PART: the variable; PLACE_METHOD: the receiver */
	size_t level, level_length;         /* the LEVEL that was given before an option; length 0: none */
	bool module;                        /* PLACE_METHOD behind `socket.` or `select.`: any command */
};

/* Reads `line` up to `cursor` (a byte's index). */
struct line_place line_place_find(const char *line, size_t cursor, command_lookup *lookup);

#endif
