/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_LANGUAGE_H
#define SOSH_LANGUAGE_H
/*
 * The language: text to statements and back. Reading is separate from running: nothing here knows a
 * handle or a variable.
 */
#include "sosh/statement.h"

enum parse_result {
	PARSE_OK,
	PARSE_ERROR,      /* `report` was called, once for each command that does not read */
	PARSE_INCOMPLETE, /* only with `more`: the text ends inside quotes, parentheses or after a \ */
};

struct parse_options {
	command_lookup *lookup;
	void (*command_names)(void (*each)(const char *name, void *context),
	                      void *context); /* to suggest the nearest */
	bool more;                            /* at a prompt: an unfinished end is PARSE_INCOMPLETE and no error */
	void (*report)(const struct error *error, void *context);
	void *context;
};

/* Reads the whole text of the script into its statements. Those that read stay, also when others do not. */
enum parse_result parse_script(struct script *script, const struct parse_options *options);

/* How a place reads a bare word: the parser's rule, and for $NAME's value when it runs. 0 or -1 with `error`. */
int literal_read(const struct param *param, const char *text, size_t length, struct value *value, struct error *error);
/*
 * Makes an evaluated value fit its place: text is read as a bare word is, numbers are converted and their range is
 * checked. An address that is not numeric becomes a list of host and port. 0 or -1 with `error`.
 */
int literal_fit(const struct param *param, struct value *value, struct error *error);
/* Reads the text of -v NAME=VALUE, or of a script argument used as a value: a number, constant, None, or else text. */
struct value literal_guess(const char *text, size_t length);
/* Splits an address in one word (127.0.0.1:80, [::1]:80, *:80, name:http) into host and port; false when it has no port
 * in it. A path is not split. */
bool address_split(const char *text, size_t length, size_t *host_start, size_t *host_length, size_t *port_start);
/* Reads an expectation's word that holds no $: for the parser, and for a word whose $ was expanded. 0 or -1 with
 * `error`. */
int expect_read(struct script *script, struct expect *expect, const char *text, size_t length, struct error *error);

enum spelling { SPELL_SHELL, SPELL_CALL, SPELL_METHOD };
/* Adds the statement in a spelling, on one line. One without a receiver has no method spelling: the call spelling is
 * written. */
void unparse(struct buffer *out, const struct statement *statement, enum spelling spelling);

#endif
