/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_ENGINE_H
#define SOSH_ENGINE_H
/*
 * The engine: runs statements, keeps the jobs, judges expectations. It prints nothing: it tells its reporter.
 */
#include <signal.h>

#include "sosh/calls.h"
#include "sosh/lab.h"
#include "sosh/language.h"
#include "sosh/loop.h"
#include "sosh/views.h"
#include "sosh/watch.h"

struct run;

/* What the shell does with what happens. Any may be NULL. */
struct reporter {
	void *context;
	/* An entry has ended. `announced`: it is a job's, and comes while something else is going on. */
	void (*ended)(void *context, const struct entry *entry, bool announced);
	/* A command of the foreground has begun to wait, and has done so for a moment; `what`: "a client on
	 * 127.0.0.1:80"; Ctrl-Z makes a job of it only if `stoppable`. */
	void (*waiting)(void *context, const struct entry *entry, const char *what, bool stoppable);
	/* A job was started, or made of the foreground's command by Ctrl-Z; `what` it waits for. */
	void (*job_started)(void *context, const struct entry *entry, const char *what);
	/* A text that does not parse (of source), for each command of it. */
	void (*complaint)(void *context, const struct error *error);
	/* Something happened by itself while nothing ran: an entry without statement. */
	void (*event)(void *context, const struct entry *entry);
	/* How wide what is printed may be, and in which characters; NULL: plain ASCII, 80 columns. */
	void (*page)(void *context, struct view_style *style);
	/* A command is about to run (set echo on). */
	void (*echo)(void *context, const struct statement *statement);
};

/* A handle whose next change is a delayed ACK away. */
struct unsettled {
	int handle;
	int64_t until; /* loop_now's clock */
};
#define UNSETTLED_MOST 16

struct engine {
	struct session session;
	struct journal journal;
	struct door door;
	struct watch watch;
	struct loop *loop;
	struct reporter reporter;
	bool watching;     /* look for state changes after each command: somebody will show them */
	bool told_no_diag; /* that the kernel has no sock_diag: once */
	bool settling;     /* a person waits: give a delayed ACK its time before the result is shown */
	struct unsettled unsettled[UNSETTLED_MOST]; /* to be looked at once more */
	unsigned unsettled_count;
	bool wants_calls;                  /* system calls are shown whatever the setting says: JSON has them */
	bool keep_going;                   /* -k: a failed command does not end a source */
	volatile sig_atomic_t interrupted; /* Ctrl-C; set by a signal handler, taken back by the prompt */
	volatile sig_atomic_t suspended;   /* Ctrl-Z */
	bool quitting;
	int quit_status;    /* -1: as it went */
	bool syntax_failed; /* a sourced file did not parse: exit status 2 */
	struct run **jobs;  /* index number - 1; kept after their end, for wait */
	unsigned job_count, job_room, jobs_waiting;
	struct run **waiting_end;        /* where the next one is linked */
	struct run *waiting;             /* list of the runs that wait, in the order in which they began */
	struct run *spare;               /* an ended run, to be used again */
	unsigned turns;                  /* commands run, to look at signals now and then */
	bool timing;                     /* the next command is `time`'s */
	unsigned depth;                  /* of source */
	struct lab *lab;                 /* NULL: there is none */
	struct capturing *capturing;     /* NULL: capture is off; owned */
	struct wire_match *match;        /* what the wire keeps back; owned */
	struct wire_events *wire_events; /* see wire_events.h; NULL: nothing came yet */
	struct entry *running;           /* the foreground's command; NULL: none runs */
	bool delivering;                 /* it hands on what is held: jobs that end by that are told after it */
	struct run *late;                /* list of these */
	struct events *events;           /* see engine_events; NULL: nobody wants to hear */
};

/* 0, or -1 with `error` (no descriptors). `reporter` is copied. */
int engine_init(struct engine *engine, const struct reporter *reporter, struct error *error);
/* Ends the jobs that wait (EINTR, reported): all that has to be done before the process ends. */
void engine_end_jobs(struct engine *engine);
/* The same, and frees everything. */
void engine_clear(struct engine *engine);

/*
 * Runs one statement to its end, or until it is a job. True when it stands (a started job does); false when it failed
 * or its expectation was not met.
 */
bool engine_run(struct engine *engine, struct script *script, const struct statement *statement);
/* Runs all of a script: stops at the first failure (unless keep_going), at quit and when interrupted. True when all
 * stood. */
bool engine_run_script(struct engine *engine, struct script *script);
/*
 * From now on changes of TCP states that come by themselves are told to the reporter, while nothing runs (engine_idle)
 * and unless the setting `events` is off. 0, or -1 with `error`.
 */
int engine_events(struct engine *engine, struct error *error);
/* Nothing runs now (true), or something is about to. */
void engine_idle(struct engine *engine, bool idle);
/* Lets jobs go on without waiting; to be called when nothing runs. */
void engine_turn(struct engine *engine);

/* Reads a file ("-": standard input) into a script and parses it; complaints go to the reporter. NULL when it cannot be
 * read (`error` is set) or does not parse (`error` stays clear). */
struct script *engine_read_file(struct engine *engine, const char *path, struct error *error);
/* Parses a text under a name (NULL: typed at the prompt; then `*incomplete` may be set, when it is not NULL). NULL when
 * it does not parse. */
struct script *engine_read_text(struct engine *engine, const char *name, const char *text, size_t length,
                                bool *incomplete);
/* A command by name, for the parser and completion. */
const struct command_spec *engine_command(const char *name, size_t length);
/* Every command, in the contract's order of families. NULL at the end. */
const struct command_spec *engine_command_at(unsigned index);
/* The names that `set` takes, in order. NULL at the end. */
const char *engine_setting_at(unsigned index);
/* The words that `capture` takes beside a file's name. NULL at the end. */
const char *engine_capture_word_at(unsigned index);
/* The words that `wire` takes first, and those behind `wire hold`. NULL at the end. */
const char *engine_wire_action_at(unsigned index);
const char *engine_wire_flag_at(unsigned index);
/* Calls `each` for every segment that the wire holds. */
void engine_each_held(const struct engine *engine, void (*each)(uint64_t number, void *context), void *context);
/* Calls `each` for every word that `explain` knows: commands, TCP states, errors, constants, options among them. */
void engine_each_word(void (*each)(const char *word, void *context), void *context);
/* Jobs that wait, for completion: calls `each` with the number and the command. */
void engine_each_job(const struct engine *engine, void (*each)(int number, const struct entry *entry, void *context),
                     void *context);

#endif
