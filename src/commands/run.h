/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_RUN_H
#define COMMANDS_RUN_H
/*
 * A run: one command under way, and the row that says how it runs.
 */
#include "sosh/engine.h"

#define RUN_MOMENT INT64_C(150000000) /* ns: a wait shorter than this is not talked about */

/* What `wait` asks of a job that has ended; its entry may be forgotten by then. */
struct outcome {
	bool has_value, has_data, refused;
	struct value value, data, address;
	int64_t result;
	int error, handle, given;
	char *explanation;
	struct error *problem;
};

struct run {
	struct engine *engine;
	struct script *script; /* kept by the entry; NULL once finished */
	const struct statement *statement;
	const struct row *row;
	struct entry *entry;                /* the journal's; NULL once finished */
	struct value arguments[PARAM_MOST]; /* evaluated; a `many` one is a list, data joined */
	const struct expr *shifted;         /* the next argument, when an address took one word less than it seemed */
	struct handle *handle;              /* the first argument, when it is a socket */
	struct value results[2];            /* what NAME[, NAME] = keeps; None: the plain result */
	unsigned result_count;
	int resolving;         /* the argument whose address is being looked up, -1: none */
	unsigned step, index;  /* the handlers' own */
	struct address *found; /* create_connection's addresses; owned */
	unsigned found_count;
	void (*undo)(struct run *run); /* what is to be undone when it is cancelled; NULL: nothing */
	struct run *waits_for;         /* wait %N */
	bool waits_for_all;
	unsigned host;                     /* of the lab, that it runs on; 0: this machine */
	int job;                           /* 0: in the foreground */
	bool ended;                        /* its call; a foreground run is finished after that */
	bool blocked;                      /* it waited as `blocks` expected */
	bool interrupted;                  /* Ctrl-C ended it: unless that was expected, all that follows stops too */
	bool ok;                           /* it stands */
	struct source *descriptor, *clock; /* of the loop, while it waits */
	int watched_fd;
	unsigned watched_events;
	struct run *next, **link; /* among those that wait */
	struct pending pending;
	struct outcome outcome; /* of an ended job */
};

/* How a command runs: `start` begins it; when it had to wait and its pending call has ended well or badly, `resume` (if
 * any) goes on. */
struct row {
	struct command_spec spec;
	enum progress (*start)(struct run *run);
	enum progress (*resume)(struct run *run, enum progress progress);
	/* Instead of both: runs other commands, and has no entry of its own. */
	bool (*compound)(struct engine *engine, struct script *script, const struct statement *statement);
};

extern const struct row making_rows[], naming_rows[], serving_rows[], data_rows[], ending_rows[], behaviour_rows[],
	looking_rows[], steering_rows[], lab_rows[];
const struct row *row_of(const struct command_spec *spec);
const struct row *row_at(unsigned index);

/* run.c */
/* Ends a run that waits or has just ended: judges, keeps results, reports. */
void run_end(struct run *run);
/* Drops a job's run, or any. */
void run_free(struct run *run);
struct run *job_run(const struct engine *engine, int64_t number);
/* what.c */
/* What a waiting run waits for, in a few words: "data from conn", "a client on l (127.0.0.1:80)". No dumps. */
void run_what(struct run *run, struct buffer *out);

/* waiting.c */
/* Enters a run whose call waits among those that wait, and asks the loop for what it waits for. */
void run_arm(struct run *run);
/* Takes it from there again. */
void run_stop_waiting(struct run *run);
/* Makes a run a job. */
void run_become_job(struct run *run);
/* The loop until an armed run of the foreground has ended or is a job. */
void run_wait(struct run *run);
/* Ends the runs that wait for a job that has ended. */
void run_wake_waiters(struct engine *engine, struct run *ended);
/* Ends a waiting run with an error. */
void run_cancel(struct run *run, int error);
/* Ends the runs that wait on a handle with EBADF, all but one. */
void run_cancel_handle(struct engine *engine, const struct handle *handle, const struct run *but);

/* jobs.c */
/* Remembers what an ended job's entry says; outcome_clear frees it. */
void outcome_take(struct outcome *outcome, const struct entry *entry);
void outcome_clear(struct outcome *outcome);
/* Gives a `wait` the result of what it waited for. */
void job_outcome(struct run *run);
/* How many other jobs a `wait` for all still waits for. */
unsigned jobs_to_wait_for(const struct engine *engine, const struct run *but);

/* evaluate.c */
/* The value of an expression. 0, or -1 with `error` and its place. */
int evaluate(struct engine *engine, struct script *script, const struct expr *expr, struct value *value,
             struct error *error);
/* One argument as its parameter asks, or its default. */
int evaluate_argument(struct engine *engine, struct script *script, const struct statement *statement, int index,
                      struct value *value, struct error *error);
/* All arguments of the run, and its handle. 0 or -1. */
int evaluate_arguments(struct run *run, struct error *error);

/* judge.c */
/* Do the expectations hold? `entry->problem` says what does not. May wait up to the patience for a state. */
bool judge(struct run *run);
/* Is there an expectation of this kind? */
bool expects(const struct statement *statement, enum expect_kind kind);

/* for the handlers */
static inline int64_t argument_number(const struct run *run, int index)
{
	return run->arguments[index].number;
}
/* True when the argument was given or has a default. */
static inline bool argument_given(const struct run *run, int index)
{
	return run->statement->arguments[index] != NULL;
}
/* The address in argument `index`, for a socket of `family` and `type`. CALL_WAITING: return it; `start` is called
 * again when it is there. */
enum progress run_address(struct run *run, int index, int family, int type, struct address *address);
/* Remembers both ends of a handle's connection and who is at the other; shows them when somebody looks. */
void run_named(struct run *run, struct handle *handle);
/* Refuses: a failed command with no errno. Returns CALL_FAILED. */
enum progress run_refuse(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, with the place of argument `index`; run_refuse points at the first one. */
enum progress run_refuse_at(struct run *run, int index, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The number 0 as the result. Returns CALL_DONE. */
enum progress run_done(struct run *run);
/* How wide what the command prints may be. */
struct view_style run_page(const struct run *run);
/* Sets what two names keep (takes both). */
void run_results(struct run *run, struct value first, struct value second);

#endif
