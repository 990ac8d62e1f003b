/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMANDS_MEANINGS_H
#define SOSH_COMMANDS_MEANINGS_H
/*
 * What words mean: the tables, one home for each kind of word, and how a word finds its meaning. Names and numbers are
 * those of the model's tables; here are only the sentences.
 */
#include "run.h"

/* A row: ASCII sentences, each with its full stop. */
struct meaning {
	const char *name;
	const char *text;
};

/* The rows, in the order of strcmp; `*count` how many. */
const struct meaning *meanings_of_errors(size_t *count);
const struct meaning *meanings_of_states(size_t *count);
const struct meaning *meanings_of_options(size_t *count);
const struct meaning *meanings_of_constants(size_t *count);
const struct meaning *meanings_of_terms(size_t *count);

enum word_kind {
	WORD_UNKNOWN,
	WORD_ERROR,
	WORD_STATE,
	WORD_OPTION,
	WORD_CONSTANT,
	WORD_COMMAND,
	WORD_TERM, /* of the field: RST, backlog */
};

#define WORD_MOST 64

/* What a word is. */
struct word_found {
	enum word_kind kind;
	char word[WORD_MOST];        /* as it is spelled: "TIME-WAIT" for time_wait; of an errno's number its name */
	const char *same_as;         /* whose second name it is, or NULL */
	int64_t number;              /* of all but commands and terms */
	bool is_number;              /* it was written as a number, of an error or of none */
	const struct option *option; /* WORD_OPTION */
	const struct command_spec *command; /* WORD_COMMAND */
	const char *text;                   /* its meaning; NULL for a command, which has help */
};

/* Finds a word, in any case: an error's name or number, a TCP state by any name of Linux, an option, a constant, a
 * command, a word of the field. As written it is looked for first: `listen` is the command, `LISTEN` the state. */
void word_find(struct word_found *found, const char *word, size_t length);

/* meaning_command.c */
/* Adds a command's help, and the errors that it can give with their explanations. `errors` becomes the latter, a list
 * of {error, text}. */
void meaning_of_command(struct buffer *out, const struct command_spec *spec, struct value *errors);
/* Adds a sentence of the table of explanations in which ADDRESS and the like stand for what only a call tells. */
void meaning_of_sentence(struct buffer *out, const char *sentence);

/* meaning.c */
enum progress start_explain(struct run *run);

#endif
