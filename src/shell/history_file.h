/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_HISTORY_FILE_H
#define SOSH_SHELL_HISTORY_FILE_H
/*
 * The history on disk: $XDG_STATE_HOME/sosh/history, mode 0600.
 *
 * An entry is a line; a further line of the same entry begins with a tab. Each is appended in one write as soon as it
 * is accepted, so that no end of the program loses it and several sessions may share the file.
 */
#include "sosh/error.h"

#define HISTORY_ENTRIES 5000

struct history_file {
	char *path;   /* owned; NULL: there is none */
	char *newest; /* the entry added last, owned */
	bool failed;  /* it could not be written: said once, not tried again */
};

/*
 * Finds the file, cuts it to HISTORY_ENTRIES and gives its entries to readline. No file or no home directory is
 * fine. -1 with `error` when it is there and cannot be used; the history then lives in memory.
 */
int history_file_open(struct history_file *history, struct error *error);
/*
 * Adds an entry to readline's history and to the file; blank ones and repetitions of the newest are left out. -1 with
 * `error` the first time that the file cannot be written.
 */
int history_file_add(struct history_file *history, const char *text, struct error *error);
void history_file_close(struct history_file *history);

#endif
