/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_ERROR_H
#define SOSH_ERROR_H
/*
 * An error: the user's or our own trouble, said once by whoever finds it, printed only by the
 * shell. A failed system call is no error but a result (see journal.h).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a piece of text stands. Pointers are borrowed from the text's owner. */
struct place {
	const char *file; /* as the user named it; "-c", "-" for the standard input; NULL at the prompt */
	uint32_t line;    /* from 1; 0: nowhere */
	uint32_t column;  /* from 1, in characters (UTF-8), of `text` */
	const char *text; /* the whole line, or NULL; ends at a newline or NUL */
};

#define ERROR_SIZE 600

struct error {
	struct place place;    /* line 0 where it has none */
	char text[ERROR_SIZE]; /* one sentence: what is wrong and what to do. "" : no error */
};

void error_clear(struct error *error);
/* Says why, cut at ERROR_SIZE. Returns -1, so that `return error_set(…)` reads well. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, with a place. `place` may be NULL. */
int error_at(struct error *error, const struct place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
