/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_REPORT_H
#define SHELL_REPORT_H
/*
 * The report: what happens, written to the standard output (results) and the standard error (complaints).
 */
#include "sosh/engine.h"
#include "sosh/views.h"

struct report {
	struct engine *engine;
	struct view_style style;       /* of the standard output */
	struct view_style error_style; /* of the standard error */
	bool json, quiet;
	bool interactive;   /* a person types: no complaint where the result line has said it */
	bool started;       /* the first command has run: complaints are no more of reading */
	bool closed;        /* the standard output is gone */
	struct buffer text; /* scratch */
};

void report_init(struct report *report, struct engine *engine);
void report_clear(struct report *report);
/* The engine's reporter whose context is the report. */
struct reporter report_reporter(struct report *report);
/* Complains of an error on the standard error. */
void report_error(struct report *report, const struct error *error);
/* Writes what is left; false when the standard output is gone. */
bool report_flush(struct report *report);

#endif
