/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running: a statement from its arguments to its result, by the loop where it has to wait. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "explain.h"
#include "run.h"
#include "sosh/memory.h"

#define SECOND 1000000000LL
#define MOMENT (150 * SECOND / 1000)  /* a wait shorter than this is not talked about */
#define BLOCKS (100 * SECOND / 1000)  /* what `blocks` asks for, the contract's section 5 */
#define SIGNALS_EVERY 256             /* commands between two looks at signals */

enum progress run_refuse(struct run *run, const char *format, ...)
{
	va_list arguments;
	char text[ERROR_SIZE];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	entry_refuse(run->entry, "%s", text);
	return CALL_FAILED;
}

enum progress run_done(struct run *run)
{
	entry_result(run->entry, 0);
	return CALL_DONE;
}

void run_results(struct run *run, struct value first, struct value second)
{
	value_clear(&run->results[0]);
	value_clear(&run->results[1]);
	run->results[0] = first;
	run->results[1] = second;
	run->result_count = 2;
}

void run_show_names(struct run *run, struct handle *handle)
{
	if (!run->engine->watching || !handle)
		return;
	watch_names(handle);
	value_clear(&run->entry->local);
	value_clear(&run->entry->peer);
	if (handle->local.length)
		run->entry->local = value_address(&handle->local);
	if (handle->peer.length)
		run->entry->peer = value_address(&handle->peer);
}

static struct run *run_new(struct engine *engine, struct script *script, const struct statement *statement)
{
	struct run *run = engine->spare;

	if (run)
		engine->spare = NULL;
	else
		run = memory_get(sizeof(*run));
	memset(run, 0, sizeof(*run));
	run->engine = engine;
	run->script = script_keep(script);
	run->statement = statement;
	run->row = row_of(statement->command);
	run->resolving = -1;
	return run;
}

/* Gives back what a run holds, but not what `wait` asks of a job. */
static void run_release(struct run *run)
{
	for (int i = 0; i < run->statement->command->param_count; i++)
		value_clear(&run->arguments[i]);
	value_clear(&run->results[0]);
	value_clear(&run->results[1]);
	free(run->found);
	run->found = NULL;
	if (run->pending.door)
		pending_clear(&run->pending);
	script_drop(run->script);
	run->script = NULL;
}

void run_free(struct run *run)
{
	if (run->script)
		run_release(run);
	outcome_clear(&run->outcome);
	if (!run->engine->spare)
		run->engine->spare = run;
	else
		free(run);
}

static void keep_targets(struct run *run)
{
	const struct statement *statement = run->statement;
	struct session *session = &run->engine->session;
	const struct entry *entry = run->entry;

	if (!statement->target_count || entry->error || entry->refused)
		return;
	struct value first = run->result_count	? value_keep(run->results[0])
			     : entry->has_value ? value_keep(entry->value)
						: value_number(entry->result);
	session_set(session, statement->targets[0].name, statement->targets[0].length, first);
	if (statement->target_count == 2)
		session_set(session, statement->targets[1].name, statement->targets[1].length, value_keep(run->results[1]));
}

/* The changes of the handles that the command had to do with. */
static void look(struct run *run)
{
	struct session *session = &run->engine->session;
	struct entry *entry = run->entry;

	if (run->handle)
		watch_handle(&run->engine->watch, entry, run->handle);
	if (entry->given && entry->given != entry->handle)
		watch_handle(&run->engine->watch, entry, session_handle(session, entry->given));
}

static void explain(struct run *run)
{
	struct entry *entry = run->entry;

	if (entry->error && !entry->explanation)
		entry->explanation = explain_entry(&run->engine->session, entry);
}

/* Takes the run from the list of those that wait, and from the loop. */
static void stop_waiting(struct run *run)
{
	source_remove(run->descriptor);
	source_remove(run->clock);
	run->descriptor = run->clock = NULL;
	if (run->link) {
		*run->link = run->next;
		if (run->next)
			run->next->link = run->link;
		run->link = NULL;
		run->next = NULL;
	}
}

/* Runs that wait for a job that has ended end too. */
static void wake_waiters(struct engine *engine, struct run *ended)
{
	struct run *run = engine->waiting;

	while (run) {
		struct run *next = run->next;
		if (run->waits_for == ended || (run->waits_for_all && !jobs_to_wait_for(engine, run))) {
			job_outcome(run);
			run_end(run);
			next = engine->waiting; /* the list may have changed */
		}
		run = next;
	}
}

/* All that follows a command's end: states, expectations, the report. */
static void finish(struct run *run)
{
	struct engine *engine = run->engine;
	struct entry *entry = run->entry;

	keep_targets(run);
	if (engine->watching)
		look(run);
	entry->ok = run->statement->expect_count ? judge(run) : !entry->error && !entry->refused;
	if (engine->watching || !entry->ok)
		explain(run);
	entry->ended = true;
	if (run->job) {
		engine->jobs_waiting--;
		outcome_take(&run->outcome, entry);
	}
	if (engine->reporter.ended)
		engine->reporter.ended(engine->reporter.context, entry, run->job != 0);
	run->ok = entry->ok;
	run->entry = NULL;
	journal_end(&engine->journal, entry);
	run_release(run);
	if (run->job)
		wake_waiters(engine, run);
}

void run_end(struct run *run)
{
	stop_waiting(run);
	run->entry->end = loop_now();
	run->ended = true;
	if (run->job) /* in the foreground whoever waits for it finishes it, outside the loop's callbacks */
		finish(run);
}

void run_cancel(struct run *run, int error)
{
	value_clear(&run->entry->value);
	run->entry->has_value = false;
	entry_fail(run->entry, error);
	run_end(run);
}

void run_cancel_handle(struct engine *engine, const struct handle *handle, const struct run *but)
{
	struct run *run = engine->waiting;

	while (run) {
		if (run == but || run->handle != handle) {
			run = run->next;
			continue;
		}
		run_cancel(run, EBADF);
		run = engine->waiting; /* the list may have changed */
	}
}

static void arm(struct run *run);

/* A look-up for an argument has ended: the command itself can begin. */
static enum progress looked_up(struct run *run)
{
	struct address address;
	struct value *argument = &run->arguments[run->resolving];

	bool found = resolved_address(&run->pending, 0, &address);
	pending_clear(&run->pending);
	memset(&run->pending, 0, sizeof(run->pending));
	run->resolving = -1;
	if (!found)
		return run_refuse(run, "the name has no address of the socket's family");
	value_clear(argument);
	*argument = value_address(&address);
	return run->row->start(run);
}

/* A pending call has ended one way or the other, or waits again. */
static void advance(struct run *run, enum progress progress)
{
	if (progress != CALL_WAITING) { /* its descriptor may be closed next */
		source_remove(run->descriptor);
		run->descriptor = NULL;
	}
	if (progress == CALL_DONE && run->resolving >= 0)
		progress = looked_up(run);
	else if (progress != CALL_WAITING && run->row->resume)
		progress = run->row->resume(run, progress);
	if (progress == CALL_WAITING)
		arm(run);
	else
		run_end(run);
}

static void on_descriptor(void *context, unsigned events)
{
	struct run *run = context;

	(void)events;
	advance(run, run->pending.again(&run->pending));
}

static enum progress expire(struct run *run)
{
	struct pending *pending = &run->pending;

	if (pending->expired)
		return pending->expired(pending);
	if (!pending->wait.deadline_error)
		return run_done(run);
	entry_fail(run->entry, pending->wait.deadline_error);
	return CALL_FAILED;
}

static void on_clock(void *context, unsigned events)
{
	struct run *run = context;
	const struct call_wait *wait = &run->pending.wait;

	(void)events;
	if (wait->deadline && loop_now() >= wait->deadline)
		advance(run, expire(run));
	else if (wait->again)
		advance(run, run->pending.again(&run->pending));
	else
		arm(run);
}

/* Enters the run among those that wait, at the end. */
static void enter(struct run *run)
{
	struct run **link = &run->engine->waiting;

	if (run->link)
		return;
	while (*link)
		link = &(*link)->next;
	*link = run;
	run->link = link;
	run->next = NULL;
}

/* Asks the loop for what the pending call waits for. */
static void arm(struct run *run)
{
	const struct call_wait *wait = &run->pending.wait;
	struct loop *loop = run->engine->loop;
	int64_t time = wait->deadline;

	enter(run);
	if (run->descriptor && (wait->fd != run->watched_fd || wait->events != run->watched_events)) {
		source_remove(run->descriptor);
		run->descriptor = NULL;
	}
	if (wait->again && (!time || wait->again < time))
		time = wait->again;
	if (wait->fd >= 0 && !run->descriptor) {
		run->descriptor = loop_watch(loop, wait->fd, wait->events, on_descriptor, run);
		run->watched_fd = wait->fd;
		run->watched_events = wait->events;
	}
	if (run->descriptor)
		source_pause(run->descriptor, wait->again != 0);
	if (run->clock)
		source_rearm(run->clock, time);
	else if (time)
		run->clock = loop_timer(loop, time, on_clock, run);
}

/* Makes a waiting run a job. */
static void become_job(struct run *run)
{
	struct engine *engine = run->engine;
	struct buffer what;

	if (engine->job_count == engine->job_room) {
		engine->job_room = engine->job_room ? engine->job_room * 2 : 16;
		engine->jobs = memory_resize(engine->jobs, engine->job_room * sizeof(struct run *));
	}
	engine->jobs[engine->job_count++] = run;
	engine->jobs_waiting++;
	run->job = run->entry->job = (int)engine->job_count;
	if (run->ended || !run->link || !engine->reporter.job_started)
		return;
	buffer_init(&what);
	run_what(run, &what);
	engine->reporter.job_started(engine->reporter.context, run->entry, buffer_string(&what));
	buffer_clear(&what);
}

static void tell_waiting(struct run *run)
{
	struct engine *engine = run->engine;
	struct buffer what;

	if (!engine->reporter.waiting)
		return;
	buffer_init(&what);
	run_what(run, &what);
	engine->reporter.waiting(engine->reporter.context, run->entry, buffer_string(&what));
	buffer_clear(&what);
}

/* It waits as it was expected to: ends it. */
static void blocked(struct run *run)
{
	struct buffer text;

	buffer_init(&text);
	buffer_text(&text, "as expected it waits for ");
	run_what(run, &text);
	free(run->entry->explanation);
	run->entry->explanation = memory_copy(buffer_string(&text), text.length);
	buffer_clear(&text);
	run->blocked = true;
	run_cancel(run, run->waits_for || run->waits_for_all ? ERROR_TIMEOUT : EINTR);
}

/* The loop until a command of the foreground has ended or is a job. */
static void wait_in_foreground(struct run *run)
{
	struct engine *engine = run->engine;
	int64_t begin = loop_now(), blocks = expects(run->statement, EXPECT_BLOCKS) ? begin + BLOCKS : 0;
	bool told = false;

	while (!run->ended && !run->job) {
		int64_t now = loop_now(), timeout = -1;
		if (engine->interrupted) {
			engine->interrupted = 0;
			run_cancel(run, EINTR);
		} else if (engine->suspended) {
			engine->suspended = 0;
			if (!run->statement->expect_count)
				become_job(run);
		} else if (blocks && now >= blocks) {
			blocked(run);
		} else {
			if (!told && now >= begin + MOMENT) {
				tell_waiting(run);
				told = true;
			}
			if (!told)
				timeout = begin + MOMENT - now;
			if (blocks && (timeout < 0 || blocks - now < timeout))
				timeout = blocks - now;
			loop_once(engine->loop, timeout);
		}
	}
}

void engine_turn(struct engine *engine)
{
	for (int i = 0; i < 1000 && loop_once(engine->loop, 0); i++)
		;
}

static enum progress begin(struct run *run)
{
	struct error error;

	error_clear(&error);
	if (run->statement->host)
		return run_refuse(run, "there is no lab, so no host is called %s", run->statement->host);
	if (evaluate_arguments(run, &error)) {
		run->entry->problem = error;
		entry_refuse(run->entry, "%s", error.text);
		run->entry->problem.place = error.place;
		return CALL_FAILED;
	}
	return run->row->start(run);
}

/* What is done before each command: jobs go on, signals are seen. */
static bool before(struct engine *engine, const struct statement *statement)
{
	if (engine->jobs_waiting || ++engine->turns % SIGNALS_EVERY == 0)
		engine_turn(engine);
	if (engine->reporter.echo && engine->session.settings.echo)
		engine->reporter.echo(engine->reporter.context, statement);
	return !engine->interrupted;
}

static bool run_alone(struct engine *engine, struct script *script, const struct statement *statement)
{
	struct run *run = run_new(engine, script, statement);

	run->entry = journal_begin(&engine->journal, script, statement);
	run->entry->timed = engine->timing;
	run->entry->begin = loop_now();
	engine->timing = false;
	enum progress progress = begin(run);
	if (statement->background) {
		if (progress == CALL_WAITING)
			arm(run);
		become_job(run);
		if (progress != CALL_WAITING)
			run_end(run);
		return true;
	}
	if (progress == CALL_WAITING) {
		arm(run);
		wait_in_foreground(run);
		if (run->job)
			return true;
	} else {
		run_end(run);
	}
	finish(run);
	bool ok = run->ok;
	run_free(run);
	return ok;
}

bool engine_run(struct engine *engine, struct script *script, const struct statement *statement)
{
	const struct row *row = row_of(statement->command);

	if (!before(engine, statement))
		return false;
	return row->compound ? row->compound(engine, script, statement) : run_alone(engine, script, statement);
}

bool engine_run_script(struct engine *engine, struct script *script)
{
	bool all = true;

	for (unsigned i = 0; i < script->count && !engine->quitting; i++) {
		if (engine_run(engine, script, script->statements[i]))
			continue;
		all = false;
		if (!engine->keep_going || engine->interrupted)
			break;
	}
	return all;
}
