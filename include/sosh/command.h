/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMAND_H
#define SOSH_COMMAND_H
/*
 * A command as data: what can be known of it without running it. Its row (see commands/table.h) holds this
 * and its handler. The parser, help, completion, the manual's test and the fuzzer read it.
 */
#include <stdbool.h>
#include <stddef.h>

/* What a parameter's place asks for. */
enum param_type {
	PARAM_SOCKET,  /* a handle's number or name */
	PARAM_ADDRESS, /* HOST PORT, HOST:PORT, /path, … */
	PARAM_END,     /* a socket when it stands alone, an address when another follows */
	PARAM_NUMBER,  /* an int that the kernel judges, or constants of `group` joined by | */
	PARAM_COUNT,   /* 0 and more */
	PARAM_SECONDS, /* a real number >= 0, or None where the fallback is None */
	PARAM_BOOL,    /* True False 1 0 */
	PARAM_SWITCH,  /* the word that `show` says, as --all; or a PARAM_BOOL */
	PARAM_DATA,    /* text or bytes; several are joined */
	PARAM_FLAGS,   /* MSG_…, a trailing word after data */
	PARAM_LEVEL,   /* SOL_…, IPPROTO_…: may be left out before an option */
	PARAM_OPTION,  /* SO_…, TCP_…, …, or a number after a level */
	PARAM_SETTING, /* an option's value */
	PARAM_JOB,     /* %1 */
	PARAM_PATH,    /* a file's name */
	PARAM_NAME,    /* a word: a setting's, a command's name */
	PARAM_VALUE,   /* anything */
	PARAM_COMMAND, /* a whole command (time, repeat) */
};

#define PARAM_MOST 8

struct param {
	const char *name; /* Python's: "backlog"; what name=value takes */
	const char *show; /* in the synopsis: "BACKLOG" */
	enum param_type type;
	const char *fallback; /* its default, as typed; NULL: must be given. "" : none, and may be left out */
	const char *group;    /* constants that fit: "AF_", "SOCK_", "SHUT_"; NULL: any. Of PARAM_SECONDS: "None" where
	                         None fits */
	bool many;            /* takes all that follow (at least one, unless it has a fallback) */
};

struct command_spec {
	const char *name;
	const char *family; /* the contract's: "making", "data", … */
	const char *help;   /* one line, no full stop */
	const char *keeps;  /* what NAME = … keeps, "" for the plain result: "the handle", "the handle, the peer's
	                       address" */
	int results;        /* how many names may stand before `=` (1 or 2) */
	int param_count;
	struct param params[PARAM_MOST];
};

/* How the parser asks for a command by name; NULL when there is none. */
typedef const struct command_spec *command_lookup(const char *name, size_t length);

/* How many parameters must be given. */
int command_required(const struct command_spec *spec);
struct buffer;
/* Adds "recv SOCKET [COUNT [FLAGS]]". */
void command_synopsis(struct buffer *out, const struct command_spec *spec);

#endif
