/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LANGUAGE_READER_H
#define LANGUAGE_READER_H
/*
 * The reader: a position in a script's text and what the parser's parts share. It knows blanks, comments and lines,
 * nothing of commands.
 */
#include "sosh/language.h"

/* One argument as written, before it is known what its place asks for. */
enum word_kind {
	WORD_BARE,   /* a word without $: `text` */
	WORD_QUOTED, /* text between quotes: `expr` */
	WORD_EXPR,   /* anything else: `expr` */
};

struct word {
	enum word_kind kind;
	const char *text; /* as written; not NUL-terminated */
	uint32_t length;
	uint32_t offset;
	struct expr *expr;
	const char *name; /* name=…, or NULL */
	uint32_t name_length;
};

#define WORDS_MOST 4096

struct reader {
	struct script *script;
	const struct parse_options *options;
	const char *at, *end;
	const char *line;     /* where the line of `at` begins */
	uint32_t line_number;
	unsigned depth;       /* open parentheses: newlines are blanks */
	bool unfinished;      /* the text ended inside something */
	struct error error;   /* of the command being read */
	struct word *words;   /* owned; grows */
	unsigned word_count, word_room;
};

/* The offset of `at`. */
uint32_t reader_offset(const struct reader *reader);
/* Complains about the text at an offset. Returns -1. */
int reader_error(struct reader *reader, uint32_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for an end of the text inside something; at a prompt more may come. */
int reader_unfinished(struct reader *reader, uint32_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Goes past blanks, a \ at a line's end, and a comment; inside parentheses past newlines too. */
void reader_blanks(struct reader *reader);
/* True at the end of the text, of the line, or at a `;`. */
bool reader_at_end(const struct reader *reader);
/* Goes past a newline. */
void reader_newline(struct reader *reader);
/* The length of a blank here: 1, 2 for a no-break space, 0 for none. */
size_t reader_blank_length(const char *at, const char *end);
/* The length of a name (letters, digits, _; no digit first), 0 when there is none. */
size_t name_length(const char *at, const char *end);
/* The length of the name's prefix `socket.` or `select.`, which is dropped; 0 for none. */
size_t module_length(const char *at, const char *end);
struct word *reader_add_word(struct reader *reader);

/* strings.c */
/* The length of a string's beginning here ("…, b'…, x"…, f"…, “…): prefix and quote; 0 for none. */
size_t string_begins(const char *at, const char *end);
/* Reads a string with what may follow it: *3, another string. NULL after an error. */
struct expr *read_string(struct reader *reader);

/* expression.c */
/* Reads an expression of the call spelling. NULL after an error. */
struct expr *read_expression(struct reader *reader);
/* Reads `(` arguments `)` into the items. 0 or -1. */
int read_arguments(struct reader *reader);
/* A growing list of expressions, in the arena. */
struct expr_list {
	struct expr **items;
	unsigned count, room;
};
void expr_list_add(struct reader *reader, struct expr_list *list, struct expr *expr);
/* The variable or handle of a name. */
struct expr *expr_name(struct reader *reader, const char *name, size_t length, uint32_t offset);

/* A number by the name of its constants. */
struct expr *expr_constant(struct reader *reader, const char *names, size_t length, int64_t number, uint32_t offset);

/* words.c */
/* Reads one word of the shell spelling into the items. 0 or -1. */
int read_word(struct reader *reader);
/* A word with $NAME in it. */
struct expr *read_dollars(struct reader *reader, const char *text, size_t length, uint32_t offset);
/* The length of a bare word here. */
size_t word_length(const char *at, const char *end);
/* Is the word here just this, between blanks? */
bool word_is(const struct reader *reader, const char *word);

/* bind.c */
/* Gives the items to the command's parameters. `call`: items of the call spelling. 0 or -1. */
int bind_words(struct reader *reader, struct statement *statement, bool call);
/* An assignment's value: one item, or two that are an address. */
struct expr *bind_value(struct reader *reader);

/* expectation.c */
/* Reads the words after =>. 0 or -1. */
int read_expectation(struct reader *reader, struct statement *statement);

/* python.c */
/* A line of Python that sosh passes over (import …): true. */
bool python_skips(struct reader *reader);
/* Complains about a Python block (while, with, …) at a word that is no command. False when it is none. */
bool python_block(struct reader *reader, const char *word, size_t length);

/* literal.c */
/* A number in any form. 0, or -1 when it is none. Reals only when `real`. */
int number_read(const char *text, size_t length, bool real, struct value *value, const char **problem);
/* Constants joined by |; `names` (may be NULL) gets their full names. 0, 1 when it is none, -1 for an unknown one with `error`. */
int constants_read(const char *text, size_t length, const char *group, struct value *value, struct buffer *names,
		   struct error *error);

#endif
