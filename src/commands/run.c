/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running: a statement from its arguments to its result. A call that need not wait goes straight from run_alone to
 * finish, and a script may have a million of them: there nothing is allocated, cleared or asked of the clock that
 * nobody needs.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capturing.h"
#include "explain.h"
#include "flow.h"
#include "hosts.h"
#include "look.h"
#include "run.h"
#include "sosh/memory.h"
#include "sosh/watch_fact.h"
#include "wire_events.h"
#include "wire_list.h"
#include "wiring.h"

#define SIGNALS_EVERY 256 /* commands between two looks at signals */

static enum progress refuse(struct run *run, int index, const char *format, va_list arguments)
{
	const struct expr *expr = run->statement->arguments[index];
	char text[ERROR_SIZE];

	vsnprintf(text, sizeof(text), format, arguments);
	entry_refuse(run->entry, "%s", text);
	if (expr)
		script_place(run->script, expr->offset, &run->entry->problem->place);
	return CALL_FAILED;
}

enum progress run_refuse(struct run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	refuse(run, 0, format, arguments);
	va_end(arguments);
	return CALL_FAILED;
}

enum progress run_refuse_at(struct run *run, int index, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	refuse(run, index, format, arguments);
	va_end(arguments);
	return CALL_FAILED;
}

enum progress run_done(struct run *run)
{
	entry_result(run->entry, 0);
	return CALL_DONE;
}

struct view_style run_page(const struct run *run)
{
	const struct reporter *reporter = &run->engine->reporter;
	struct view_style style = {.width = 80};

	if (reporter->page)
		reporter->page(reporter->context, &style);
	return style;
}

void run_results(struct run *run, struct value first, struct value second)
{
	value_clear(&run->results[0]);
	value_clear(&run->results[1]);
	run->results[0] = first;
	run->results[1] = second;
	run->result_count = 2;
}

/* The ends of an AF_UNIX connection have no addresses that tell who is who, but the kernel knows. */
static void link_unix(struct engine *engine, struct handle *accepted)
{
	struct handle *client = session_of_inode(&engine->session, watch_peer_inode(&engine->watch, accepted));

	if (client)
		session_link(&engine->session, accepted, client);
}

void run_named(struct run *run, struct handle *handle)
{
	if (!handle)
		return;
	watch_names(handle);
	session_named(&run->engine->session, handle);
	if (handle->family == AF_UNIX && handle->accepted_from && !handle->other)
		link_unix(run->engine, handle);
	if (!run->engine->watching)
		return;
	value_clear(&run->entry->local);
	value_clear(&run->entry->peer);
	if (handle->local.length)
		run->entry->local = value_address(&handle->local);
	if (handle->peer.length)
		run->entry->peer = value_address(&handle->peer);
}

/* What is behind is set by whoever uses it: a call's address by the call, an outcome by the job. */
#define RUN_RESET offsetof(struct run, pending.address.storage)

static struct run *run_new(struct engine *engine, struct script *script, const struct statement *statement)
{
	struct run *run = engine->spare;

	if (run)
		engine->spare = NULL;
	else
		run = memory_get(sizeof(*run));
	memory_wipe(run, RUN_RESET);
	run->engine = engine;
	run->script = script;
	run->statement = statement;
	run->row = row_of(statement->command);
	run->resolving = -1;
	return run;
}

/* Gives back what a run holds, but not what `wait` asks of a job. */
static void run_release(struct run *run)
{
	int count = run->statement->command->param_count;

	for (int i = 0; i < count; i++)
		value_drop(run->arguments[i]);
	if (run->result_count) {
		value_drop(run->results[0]);
		value_drop(run->results[1]);
	}
	if (run->found)
		free(run->found);
	if (!pending_is_empty(&run->pending))
		pending_clear(&run->pending);
	run->script = NULL;
}

void run_free(struct run *run)
{
	if (run->script)
		run_release(run);
	if (run->job)
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

	if (entry->error || entry->refused)
		return;
	struct value first = run->result_count  ? value_keep(run->results[0])
	                     : entry->has_value ? value_keep(entry->value)
	                                        : value_number(entry->result);
	session_set(session, statement->targets[0].name, statement->targets[0].length, first);
	if (statement->target_count == 2)
		session_set(session, statement->targets[1].name, statement->targets[1].length,
		            value_keep(run->results[1]));
}

static void explain(struct run *run)
{
	struct entry *entry = run->entry;
	bool error = entry->error || (entry->has_value && entry->value.kind == VALUE_ERROR && entry->value.number);

	struct engine *engine = run->engine;
	struct explainer explainer = {&engine->session, &engine->journal, &engine->watch};

	if (error && !entry->explanation)
		entry->explanation = explain_entry(&explainer, entry);
	if (entry->taken) /* sendall failed when a part was gone already */
		entry_explain(entry, "%zu of %zu bytes were taken before; %s", entry->taken, run->pending.length,
		              entry->explanation ? entry->explanation : error_text(entry->error));
}

/* Said once, with the first result that it makes poorer. */
static void tell_no_diag(struct run *run)
{
	static const char text[] = "this kernel has no sock_diag(7): who holds a port, and the state of a closed "
				   "connection, cannot be told";
	struct entry *entry = run->entry;

	if (entry->explanation)
		entry_explain(entry, "%s. And %s", entry->explanation, text);
	else if (entry->error)
		entry_explain(entry, "%s", text);
	else
		entry_remark(entry, "%s%s%s", entry->note ? entry->note : "", entry->note ? "; " : "", text);
	run->engine->told_no_diag = true;
}

/* May it have put something on the wire? */
static bool concerns_wire(const struct run *run)
{
	return run->entry->host || run->waits_for || run->waits_for_all || run->row->start == start_wire;
}

/* Looking sends nothing: what comes meanwhile is others'. */
static void settle(struct run *run)
{
	const char *family = run->row->spec.family;

	if (!run->entry->host || !strcmp(family, "looking") || !strcmp(family, "the lab"))
		wiring_settle(run->engine);
	else
		wiring_await(run->engine, run->entry);
}

/* All that follows a command's end: states, expectations, the report. */
static void finish(struct run *run)
{
	struct engine *engine = run->engine;
	struct entry *entry = run->entry;

	if (run->statement->target_count)
		keep_targets(run);
	if (engine->lab && !run->job && concerns_wire(run))
		settle(run);
	else if (run->job)
		wire_events_tell(engine); /* what ended the job, before its end */
	if (engine->capturing)
		capturing_settle(engine, entry);
	if (entry->error && run->pending.bytes)
		entry->taken = run->pending.done;
	if (engine->watching || entry->error) /* why it failed may lie in the state */
		look(run);
	if (engine->watching)
		remark(run);
	entry->ok = run->statement->expect_count ? judge(run) : !entry->error && !entry->refused;
	if (engine->watching && engine->settling && !run->job) {
		look_until_settled(run);
		capturing_settle(engine, entry);
	}
	if (engine->watching || !entry->ok)
		explain(run);
	if (engine->watch.missed && !engine->told_no_diag && (engine->watching || !entry->ok))
		tell_no_diag(run);
	journal_end(&engine->journal, entry);
	if (run->job) {
		engine->jobs_waiting--;
		outcome_take(&run->outcome, entry);
	}
	if (engine->reporter.ended)
		engine->reporter.ended(engine->reporter.context, entry, run->job != 0);
	if (!run->job)
		engine->running = NULL;
	run->ok = entry->ok;
	if (run->interrupted && !run->ok)
		engine->interrupted = 1;
	run->entry = NULL;
	run_release(run);
	if (run->job)
		run_wake_waiters(engine, run);
}

/* A job's end that a command has set off is told behind that command's own result. */
static void put_off(struct run *run)
{
	struct run **last = &run->engine->late;

	while (*last)
		last = &(*last)->next;
	run->next = NULL;
	*last = run;
}

static void finish_late(struct engine *engine)
{
	engine->delivering = false;
	while (engine->late) {
		struct run *run = engine->late;
		engine->late = run->next;
		run->next = NULL;
		finish(run);
	}
}

void run_end(struct run *run)
{
	if (run->link)
		run_stop_waiting(run);
	if (run->entry->begin)
		run->entry->end = loop_now();
	run->ended = true;
	if (run->job && run->engine->delivering)
		put_off(run);
	else if (run->job) /* in the foreground whoever waits for it finishes it, outside the loop's callbacks */
		finish(run);
}

static enum progress begin(struct run *run)
{
	struct error error;

	if (run->statement->host && host_find(run))
		return CALL_FAILED;
	if (evaluate_arguments(run, &error)) {
		entry_refuse(run->entry, "%s", error.text);
		run->entry->problem->place = error.place;
		return CALL_FAILED;
	}
	if (run->statement->host && host_check(run))
		return CALL_FAILED;
	run->entry->host = run->handle ? run->handle->host : run->host;
	run->engine->door.host = run->host;
	run->engine->watch.host = run->entry->host;
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

/* Will anybody ask how long it took? */
static bool needs_clock(const struct engine *engine, const struct statement *statement)
{
	return engine->timing || engine->journal.record_calls || statement->expect_count;
}

/* While the wire is held a call that waits for a segment lets the learner go on. */
static bool becomes_job(const struct run *run)
{
	const struct engine *engine = run->engine;

	return !run->statement->expect_count && wiring_holds(engine) && run->pending.handle &&
	       run->pending.handle->host;
}

static bool run_alone(struct engine *engine, struct script *script, const struct statement *statement)
{
	struct run *run = run_new(engine, script, statement);

	run->entry = journal_begin(&engine->journal, script, statement);
	run->entry->timed = engine->timing;
	engine->running = run->entry;
	if (needs_clock(engine, statement))
		run->entry->begin = loop_now();
	engine->timing = false;
	enum progress progress = begin(run);
	if (statement->background || (progress == CALL_WAITING && becomes_job(run))) {
		if (progress == CALL_WAITING)
			run_arm(run);
		wiring_settle(engine);
		capturing_settle(engine, run->entry);
		if (engine->lab && engine->watching)
			look(run);
		run_become_job(run);
		if (progress != CALL_WAITING)
			run_end(run);
		if (engine->delivering)
			finish_late(engine);
		return true;
	}
	if (progress == CALL_WAITING) {
		run_arm(run);
		run_wait(run);
		if (run->job)
			return true;
	} else {
		run_end(run);
	}
	finish(run);
	if (engine->delivering)
		finish_late(engine);
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

/* A script that will look back at its states has to watch them. */
static void watch_for_flow(struct engine *engine, const struct script *script)
{
	for (unsigned i = 0; i < script->count && !engine->watching; i++)
		for (const struct statement *one = script->statements[i]; one; one = one->inner)
			if (row_of(one->command)->start == start_flow)
				engine->watching = true;
}

bool engine_run_script(struct engine *engine, struct script *script)
{
	bool all = true;

	watch_for_flow(engine, script);

	for (unsigned i = 0; i < script->count && !engine->quitting; i++) {
		if (engine_run(engine, script, script->statements[i]))
			continue;
		all = false;
		if (!engine->keep_going || engine->interrupted)
			break;
	}
	return all;
}
