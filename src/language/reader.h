/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LANGUAGE_READER_H
#define LANGUAGE_READER_H
/*
 * The reader: a position in a script's text and what the parser's parts share. It knows blanks, comments and lines,
 * nothing of commands.
 */
#include <string.h>

#include "characters.h"
#include "sosh/language.h"

/* One argument as written, before it is known what its place asks for. */
enum word_kind {
	WORD_BARE,   /* a word without $: `text` */
	WORD_QUOTED, /* text between quotes: `expr` */
	WORD_EXPR,   /* anything else: `expr` */
};

struct word {
	enum word_kind kind;
	uint32_t length, offset, name_length;
	const char *text; /* as written; not NUL-terminated */
	const char *name; /* name=…, or NULL */
	struct expr *expr;
};

#define WORDS_MOST 65536 /* arguments of one command */
#define CHAIN_MOST 64    /* parentheses in each other, parts of parts: no text can exhaust the stack */

struct command_cache;

struct reader {
	struct script *script;
	const struct parse_options *options;
	struct command_cache *cache;
	const char *at, *end;
	const char *line; /* where the line of `at` begins */
	uint32_t line_number;
	uint32_t column; /* that of `counted`, a place in the line */
	const char *counted;
	unsigned depth;      /* open parentheses: newlines are blanks */
	bool unfinished;     /* the text ended inside something */
	struct error *error; /* of the command being read */
	struct word *words;  /* owned; grows */
	unsigned word_count, word_room;
	bool named; /* one of the words has a parameter's name before it */
};

/* The offset of `at`. */
uint32_t reader_offset(const struct reader *reader);
/* The offset of a place in the text. */
uint32_t reader_offset_of(const struct reader *reader, const char *place);
/* The column of a place in the line of `at`, which no earlier place may be asked for after. */
uint32_t reader_column(struct reader *reader, const char *place);
/* Complains about the text at an offset. Returns -1. */
int reader_error(struct reader *reader, uint32_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for an end of the text inside something; at a prompt more may come. */
int reader_unfinished(struct reader *reader, uint32_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What is left of reader_blanks when it is no plain blank. */
void reader_skip(struct reader *reader);
/* Goes past blanks, a \ at a line's end, and a comment; inside parentheses past newlines too. */
static inline void reader_blanks(struct reader *reader)
{
	while (reader->at < reader->end && character_is(*reader->at, CHARACTER_BLANK))
		reader->at++;
	if (reader->at < reader->end &&
	    (character_is(*reader->at, CHARACTER_SKIP) || (reader->depth && *reader->at == '\n')))
		reader_skip(reader);
}
/* True at the end of the text, of the line, or at a `;`. */
static inline bool reader_at_end(const struct reader *reader)
{
	return reader->at == reader->end || character_is(*reader->at, CHARACTER_END);
}
/* Goes past a newline. */
void reader_newline(struct reader *reader);
struct word *reader_add_word(struct reader *reader);
/* The command of a name, or NULL. */
const struct command_spec *reader_command(struct reader *reader, const char *name, size_t length);

/* The length of the name's prefix `socket.` or `select.`, which is dropped; 0 for none. */
size_t module_length(const char *at, const char *end);
/* Is the text just this? */
static inline bool text_is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && !memcmp(text, word, length);
}
/* Does the text go on with this? */
bool text_begins(const char *at, const char *end, const char *word);

/* strings.c */
/* The length of a string's beginning here ("…, b'…, x"…, f"…, “…): prefix and quote; 0 for none. */
size_t string_beginning(const char *at, const char *end);
static inline size_t string_begins(const char *at, const char *end)
{
	if (at == end || !character_is(*at, CHARACTER_STRING | CHARACTER_QUOTE | CHARACTER_LOOK) ||
	    (at + 1 < end && !character_is(*at, CHARACTER_QUOTE | CHARACTER_LOOK) &&
	     character_is(at[1], CHARACTER_NAME | CHARACTER_BLANK)))
		return 0;
	return string_beginning(at, end);
}
/* Reads a string and those behind it, which are one with it. `apart`: blanks may stand between. NULL after an error. */
struct expr *read_string(struct reader *reader, bool apart);

/* format.c */
/* Text that is put together of literals and other expressions; what is side by side and known is one. */
struct text_parts {
	struct expr_list {
		struct expr **items; /* of the arena */
		unsigned count, room;
	} list;
	struct buffer text; /* not yet in the list */
};
void text_parts_init(struct text_parts *parts);
void text_parts_add(struct reader *reader, struct text_parts *parts, struct expr *expr);
/* One expression of all that was added; the parts are cleared. */
struct expr *text_parts_end(struct reader *reader, struct text_parts *parts, uint32_t offset);
void text_parts_clear(struct text_parts *parts);
/* Adds what stands between the quotes of an f"…". 0 or -1. */
int read_format(struct reader *reader, struct text_parts *parts, const char *body, const char *end);
/* One escape of a string, added to `out`; *at is behind the backslash. 0 or -1. */
int read_escape(struct reader *reader, struct buffer *out, const char **at, const char *end);

/* expression.c */
/* Reads an expression of the call spelling. NULL after an error. */
struct expr *read_expression(struct reader *reader);
/* Reads one of its operands, with what is close behind it: (…), x.part, x[0]. NULL after an error. */
struct expr *read_postfix(struct reader *reader);
/* Reads the `*N` behind a text. NULL after an error. */
struct expr *read_repeat(struct reader *reader, struct expr *left);
/* Goes past .encode(…) and .decode(…), which change nothing. 0 or -1. */
int skip_codec(struct reader *reader);
/* Reads `(` arguments `)` into the items. 0 or -1. */
int read_arguments(struct reader *reader);
void expr_list_add(struct reader *reader, struct expr_list *list, struct expr *expr);
/* The variable or handle of a name. */
struct expr *expr_name(struct reader *reader, const char *name, size_t length, uint32_t offset);
/* Part `name` of `left`. */
struct expr *expr_part(struct reader *reader, struct expr *left, const char *name, size_t length);
/* A number by the name of its constants. */
struct expr *expr_constant(struct reader *reader, const char *names, size_t length, int64_t number, uint32_t offset);

/* words.c */
/* Reads one word of the shell spelling into the items. 0 or -1. */
int read_word(struct reader *reader);
/* Reads words up to the end of the command, & or =>; `most` of them. `spec`: whose parameters may be named. 0 or -1. */
int read_words(struct reader *reader, const struct command_spec *spec, unsigned most);
/* Does a string or a parenthesis begin here, and reading it, with *N behind it. NULL after an error. */
bool enclosed_begins(const struct reader *reader);
struct expr *read_enclosed(struct reader *reader);
/* After a string or a parenthesis a blank or the command's end is due. 0 or -1. */
int word_ends(struct reader *reader);
/* Complains about a quote inside a bare word, which is neither text nor a string's beginning. Returns -1. */
int quote_inside(struct reader *reader, const char *text, size_t length);
/* A word with $NAME in it. */
struct expr *read_dollars(struct reader *reader, const char *text, size_t length, uint32_t offset);
/* The length of a bare word here; `kinds` (may be NULL): of all its characters. */
size_t word_length(const char *at, const char *end, unsigned *kinds);
/* Does a blank, or the command's end, stand here? */
bool blank_or_end(const char *at, const char *end);
/* Is the word here just this, between blanks? */
static inline bool word_is(const struct reader *reader, const char *word)
{
	return reader->at < reader->end && *reader->at == *word && text_begins(reader->at, reader->end, word) &&
	       blank_or_end(reader->at + strlen(word), reader->end);
}
/* May parameters be named in the shell spelling, no text being due that could look so? */
bool command_names_words(const struct command_spec *spec);
/* Python's True, False and None: 0 or -1. */
int word_constant(const char *text, size_t length, struct value *value);

/* quick.c */
/* Reads the arguments of one of the plainest lines; false, and nothing was done, when it is none. */
bool read_quickly(struct reader *reader, struct statement *statement);

/* bind.c */
/* Gives the items to the command's parameters. `call`: items of the call spelling. 0 or -1. */
int bind_words(struct reader *reader, struct statement *statement, bool call);

/* assign.c */
/* NAME[, NAME] = before a command or value. 0 or -1. */
int read_targets(struct reader *reader, struct statement *statement);
/* An assignment of a value, no command: `NAME = VALUE`, up to behind the value. 0 or -1. */
int read_assignment(struct reader *reader, struct statement *statement);

/* expectation.c */
/* Reads the words after =>. 0 or -1. */
int read_expectation(struct reader *reader, struct statement *statement);

/* python.c */
/* What to type instead of a word that Python or another shell has for it; NULL for any other word. */
const char *python_instead(const char *word, size_t length);
/* A line of Python that sosh passes over (import …): true. */
bool python_skips(struct reader *reader);
/* Complains about a Python block (while, with, …) at a word that is no command. False when it is none. */
bool python_block(struct reader *reader, const char *word, size_t length);

/* literal.c */
/* A number in any form. 0, or -1 when it is none. Reals only when `real`. */
int number_read(const char *text, size_t length, bool real, struct value *value, const char **problem);
/*
 * Constants (and numbers) joined by |; `names` (may be NULL) gets their full names, nothing where a number was among
 * them. 0, 1 when it is none, -1 for an unknown one with `error`.
 */
int constants_read(const char *text, size_t length, const char *group, struct value *value, struct buffer *names,
                   struct error *error);

/* literal_address.c */
/* An address in one text. 0 or -1. */
int address_read(const char *text, size_t length, struct value *value, struct error *error);
/* Is the text an address in itself, with its port or as a path? */
bool address_like(const char *text, size_t length);
/* Makes any value an address, or what will be looked up. 0 or -1. */
int address_fit(struct value *value, struct error *error);

#endif
