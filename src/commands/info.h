/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_INFO_H
#define COMMANDS_INFO_H
/*
 * info: all about one socket, in sections, as text and as a structure.
 */
#include "sockets.h"

#define SECTIONS_MOST 9

struct info {
	struct run *run;
	struct handle *handle;
	struct watch_fact fact; /* zero where nothing is known */
	bool known;
	struct watch_queues queues;
	unsigned ready;
	unsigned width;
	struct buffer text;
	struct item sections[SECTIONS_MOST]; /* that are done */
	unsigned section_count;
	/* the section in the making */
	struct view_fact *facts; /* its texts are owned */
	struct item *items;
	unsigned count, room;
	bool verbatim; /* names are shown as they are, else _ as a blank */
};

/* A fact of the section: `key` (static) is its name, `value` (taken) what is shown and what JSON has. */
void info_value(struct info *info, const char *key, struct value value, const char *meaning);
/* The same with another text to be shown. */
void info_fact(struct info *info, const char *key, struct value value, const char *meaning, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Ends the section; one without facts is left out. `key` is static. */
void info_section(struct info *info, const char *key, const char *heading);
/* Ends it with this value for JSON (taken), instead of a structure of its facts. */
void info_section_as(struct info *info, const char *key, const char *heading, struct value value);

/* info_what.c */
void info_what(struct info *info);
void info_addresses(struct info *info);
/* info_state.c */
void info_state(struct info *info);
void info_timers(struct info *info);
/* info_options.c */
/* getsockopt of an option in the language's form, as a look that nothing notes. False: the socket does not tell. */
bool look_option(struct engine *engine, struct handle *handle, const struct option *option, struct value *value);
void info_options(struct info *info);
void info_tcp(struct info *info);
/* info_history.c */
void info_history(struct info *info);

/* info.c */
enum progress start_info(struct run *run);

#endif
