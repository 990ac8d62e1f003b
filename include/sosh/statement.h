/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_STATEMENT_H
#define SOSH_STATEMENT_H
/*
 * A statement: what one command asks for, never how it was spelled.
 *
 * Statements live in a script (one parsed text) with all that they point to, and end with it. A script is
 * counted: a job keeps the one that it came from.
 */
#include "sosh/arena.h"
#include "sosh/command.h"
#include "sosh/error.h"
#include "sosh/value.h"

enum expr_kind {
	EXPR_VALUE,    /* `value`, a literal; with `constant`, the names that it was written by */
	EXPR_NAME,     /* the variable or handle called `text` */
	EXPR_PART,     /* `left` . `text` */
	EXPR_ITEM,     /* `left` [ `right` ] */
	EXPR_JOIN,     /* the items' plain texts, one after the other: a word with $NAME inside, an f"…" */
	EXPR_REPEAT,   /* `left`, `right` times */
	EXPR_FLAGS,    /* items joined by | */
	EXPR_FUNCTION, /* `text` (repr, str, len) of `left` */
	EXPR_LIST,     /* [items] */
	EXPR_TUPLE,    /* (items) */
	EXPR_ADDRESS,  /* `left` a host, `right` a port */
};

struct expr {
	enum expr_kind kind;
	uint32_t offset;       /* where it was written, in the script's text; no part of what it says */
	bool optional_host;    /* EXPR_ADDRESS after data (sendto): when `right` turns out to be an
	                          address itself, `left` belongs to the data */
	const char *text;      /* the name, part, function or constant; arena */
	uint32_t length, hash; /* of `text` */
	struct value value;
	struct expr *left, *right;
	struct expr **items;
	unsigned count;
	struct expr *next_literal; /* the script's list of values to clear */
};

enum expect_kind {
	EXPECT_COMPARE, /* a number: `op` and `operand` */
	EXPECT_SECONDS, /* how long it took: `op` and `operand` (a real literal or an expression) */
	EXPECT_ERRORS,  /* one of `errors`, or with COMPARE_NOT none of them */
	EXPECT_STATE,   /* `state` */
	EXPECT_OK,
	EXPECT_ERROR,
	EXPECT_BLOCKS,
	EXPECT_REGEX, /* `text` */
	EXPECT_TEXT,  /* data, or the result as printed: `operand` is a literal or an expression */
	EXPECT_WORD,  /* a word that only running can tell the kind of ($NAME in it): `operand` */
};

enum compare_op { COMPARE_EQUAL, COMPARE_NOT, COMPARE_LEAST, COMPARE_MOST };

#define EXPECT_ERRORS_MOST 8

struct expect {
	enum expect_kind kind;
	enum compare_op op;
	struct expr *operand;
	int errors[EXPECT_ERRORS_MOST]; /* numbers as error_number gives them */
	unsigned error_count;
	int state;
	const char *text; /* EXPECT_REGEX: the pattern; and always, the word as written, for complaints, in `source` */
	const char *source;
	uint32_t offset;
};

struct target {
	const char *name;
	uint32_t length, hash;
};

struct statement {
	const struct command_spec *command;
	struct target targets[2];
	unsigned target_count;
	const char *host;                   /* @HOST, or NULL */
	struct expr *arguments[PARAM_MOST]; /* one a parameter; NULL: its default. A `many` one is an EXPR_LIST */
	bool background;
	struct expect *expects;
	unsigned expect_count;
	struct statement *inner; /* of time and repeat */
	struct place place;      /* of the first word; its text is the line */
	const char *source;      /* as written, from the first word on; not NUL-terminated */
	uint32_t source_length;
};

struct script {
	unsigned references;
	struct arena arena;
	const char *name; /* the file's; NULL at the prompt */
	const char *text; /* the whole text, owned, NUL-terminated */
	size_t text_length;
	struct statement **statements;
	unsigned count, room;
	struct expr *literals; /* those that own memory */
	uint32_t *lines;       /* where each line begins, in `text`; owned */
	uint32_t line_count;
};

struct script *script_new(const char *name, const char *text, size_t length); /* copies both */
struct script *script_take(const char *name, struct buffer *text); /* takes the bytes: the buffer is empty then */
struct script *script_keep(struct script *script);
void script_drop(struct script *script);                             /* the last one frees; NULL is fine */
void script_add(struct script *script, struct statement *statement); /* takes it; it is of the script's arena */

/* Makers; of the arena. */
struct expr *expr_new(struct script *script, enum expr_kind kind, uint32_t offset);
/* Registers a literal that owns memory, so that script_drop releases it. */
struct expr *expr_literal(struct script *script, struct value value, uint32_t offset); /* takes the value */

/* The place of an offset of the script's text. */
void script_place(const struct script *script, uint32_t offset, struct place *place);

/* Do they say the same? Places, columns and sources do not count. */
bool statement_equal(const struct statement *a, const struct statement *b);
bool expr_equal(const struct expr *a, const struct expr *b); /* NULLs are equal */

#endif
