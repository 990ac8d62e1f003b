/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steering: wait, cancel, sleep, print, assignments, source, repeat, time, quit. */
#include <errno.h>
#include <string.h>

#include "help.h"
#include "meanings.h"
#include "run.h"
#include "settings.h"

#define SOURCE_MOST 32 /* files in each other */
#define COMMAND                                                                                                        \
	{                                                                                                              \
		.name = "command", .show = "COMMAND", .type = PARAM_COMMAND                                            \
	}

static enum progress wait_until_ended(struct run *run)
{
	double seconds;

	run->pending.wait.fd = -1;
	run->pending.wait.deadline_error = ERROR_TIMEOUT;
	if (run->arguments[1].kind == VALUE_REAL) {
		seconds = run->arguments[1].real;
		run->pending.wait.deadline = loop_now() + (int64_t)(seconds * 1e9) + 1;
	}
	return CALL_WAITING;
}

static enum progress start_wait(struct run *run)
{
	if (run->arguments[0].kind != VALUE_NUMBER) {
		if (!jobs_to_wait_for(run->engine, run))
			return run_done(run);
		run->waits_for_all = true;
		return wait_until_ended(run);
	}
	run->waits_for = job_run(run->engine, argument_number(run, 0));
	if (!run->waits_for)
		return run_refuse(run, "there is no job %%%lld; jobs lists them", (long long)argument_number(run, 0));
	if (!run->waits_for->ended)
		return wait_until_ended(run);
	job_outcome(run);
	return run->entry->error || run->entry->refused ? CALL_FAILED : CALL_DONE;
}

static enum progress start_cancel(struct run *run)
{
	struct run *job = job_run(run->engine, argument_number(run, 0));

	if (!job)
		return run_refuse(run, "there is no job %%%lld; jobs lists them", (long long)argument_number(run, 0));
	if (job->ended)
		return run_refuse(run, "job %%%d has ended already", job->job);
	if (job == run)
		return run_refuse(run, "a job cannot cancel itself");
	run_cancel(job, EINTR);
	return run_done(run);
}

static enum progress start_sleep(struct run *run)
{
	return call_sleep(&run->pending, &run->engine->door, run->entry, run->arguments[0].real);
}

static enum progress start_print(struct run *run)
{
	struct buffer text;
	const struct value *values = &run->arguments[0];

	buffer_init(&text);
	for (unsigned i = 0; values->kind == VALUE_LIST && i < values->list->count; i++) {
		if (i)
			buffer_char(&text, ' ');
		value_format_plain(&text, &values->list->items[i].value);
	}
	entry_value(run->entry, value_bytes(buffer_string(&text), text.length));
	run->entry->plain = true;
	run->entry->result = 0;
	buffer_clear(&text);
	return CALL_DONE;
}

static enum progress start_assignment(struct run *run)
{
	entry_value(run->entry, value_keep(run->arguments[0]));
	run->entry->result = 0;
	return CALL_DONE;
}

static enum progress start_quit(struct run *run)
{
	if (run->arguments[0].kind == VALUE_NUMBER && (argument_number(run, 0) < 0 || argument_number(run, 0) > 255))
		return run_refuse(run, "an exit status is a number from 0 to 255");
	run->engine->quitting = true;
	if (run->arguments[0].kind == VALUE_NUMBER)
		run->engine->quit_status = (int)(argument_number(run, 0) & 0xff);
	return run_done(run);
}

/*
 * A command that runs others has no entry of its own, unless it failed before any of them ran or an expectation is
 * judged. `stands`: all that it ran did.
 */
static bool compound_ended(struct engine *engine, struct script *script, const struct statement *statement,
                           const struct error *error, bool stands)
{
	struct run run = {.engine = engine, .script = script, .statement = statement};
	struct entry *entry;

	if (stands && !error->text[0] && !statement->expect_count)
		return true;
	if (!stands && !error->text[0] && !statement->expect_count)
		return false;
	entry = run.entry = journal_begin(&engine->journal, script, statement);
	entry->begin = entry->end = loop_now();
	if (error->text[0])
		entry_refuse(entry, "%s", error->text);
	else if (!stands)
		entry_refuse(entry, "a command in it failed");
	else
		entry_result(entry, 0);
	if (entry->problem) {
		entry->problem->place = error->place;
		if (!error->place.line && statement->arguments[0])
			script_place(script, statement->arguments[0]->offset, &entry->problem->place);
	}
	entry->ok = statement->expect_count ? judge(&run) : false;
	bool ok = entry->ok;
	journal_end(&engine->journal, entry);
	if (engine->reporter.ended)
		engine->reporter.ended(engine->reporter.context, entry, false);
	return ok;
}

static bool run_time(struct engine *engine, struct script *script, const struct statement *statement)
{
	engine->timing = true;
	return engine_run(engine, script, statement->inner);
}

static bool run_repeat(struct engine *engine, struct script *script, const struct statement *statement)
{
	struct value count;
	struct error error;
	bool all = true;

	error_clear(&error);
	if (evaluate_argument(engine, script, statement, 0, &count, &error))
		return compound_ended(engine, script, statement, &error, false);
	for (int64_t i = 0; i < count.number && !engine->quitting && !engine->interrupted; i++) {
		if (engine_run(engine, script, statement->inner))
			continue;
		all = false;
		if (!engine->keep_going)
			break;
	}
	return all && !engine->interrupted;
}

static bool source_file(struct engine *engine, const char *path, struct error *error)
{
	if (engine->depth >= SOURCE_MOST) {
		error_set(error, "source goes %d files deep: does %s source itself?", SOURCE_MOST, path);
		return false;
	}
	struct script *script = engine_read_file(engine, path, error);
	if (!script) {
		engine->syntax_failed |= !error->text[0];
		if (!error->text[0])
			error_set(error, "%s does not read; nothing of it was run", path);
		return false;
	}
	engine->depth++;
	bool all = engine_run_script(engine, script);
	engine->depth--;
	script_drop(script);
	return all;
}

static bool run_source(struct engine *engine, struct script *script, const struct statement *statement)
{
	struct value path;
	struct error error;

	error_clear(&error);
	if (evaluate_argument(engine, script, statement, 0, &path, &error))
		return compound_ended(engine, script, statement, &error, false);
	bool all = false, failed_before = engine->syntax_failed;
	if (strlen(path.blob->bytes) != path.blob->length)
		error_set(&error, "a file's name has no zero byte in it");
	else
		all = source_file(engine, path.blob->bytes, &error);
	value_clear(&path);
	bool stands = compound_ended(engine, script, statement, &error, all);
	if (stands)
		engine->syntax_failed = failed_before;
	return stands;
}

const struct row steering_rows[] = {
	{{"wait",
          "steering",
          "wait for a job and give its result; alone, for all jobs",
          "",
          1,
          2,
          {{.name = "job", .show = "%N", .type = PARAM_JOB, .fallback = ""},
           {.name = "seconds", .show = "SECONDS", .type = PARAM_SECONDS, .fallback = ""}}},
         start_wait,
         NULL,
         NULL},
	{{"cancel",
          "steering",
          "end a job that waits, with EINTR",
          "",
          1,
          1,
          {{.name = "job", .show = "%N", .type = PARAM_JOB}}},
         start_cancel,
         NULL,
         NULL},
	{{"sleep",
          "steering",
          "wait for some seconds",
          "",
          1,
          1,
          {{.name = "seconds", .show = "SECONDS", .type = PARAM_SECONDS}}},
         start_sleep,
         NULL,
         NULL},
	{{"print",
          "steering",
          "print values, a blank between",
          "the text",
          1,
          1,
          {{.name = "value", .show = "VALUE", .type = PARAM_VALUE, .fallback = "", .many = true}}},
         start_print,
         NULL,
         NULL},
	{{"set",
          "steering",
          "show or change a setting",
          "",
          1,
          2,
          {{.name = "name", .show = "NAME", .type = PARAM_NAME, .fallback = ""},
           {.name = "value", .show = "VALUE", .type = PARAM_VALUE, .fallback = ""}}},
         start_set,
         NULL,
         NULL},
	{{"source",
          "steering",
          "run the commands of a file",
          "",
          0,
          1,
          {{.name = "file", .show = "FILE", .type = PARAM_PATH}}},
         NULL,
         NULL,
         run_source},
	{{"repeat",
          "steering",
          "run a command N times",
          "",
          2,
          2,
          {{.name = "count", .show = "N", .type = PARAM_COUNT}, COMMAND}},
         NULL,
         NULL,
         run_repeat},
	{{"time", "steering", "run a command and tell how long it took", "", 2, 1, {COMMAND}}, NULL, NULL, run_time},
	{{"help",
          "steering",
          "list the commands, or explain one",
          "",
          1,
          1,
          {{.name = "name", .show = "COMMAND", .type = PARAM_NAME, .fallback = ""}}},
         start_help,
         NULL,
         NULL},
	{{"explain",
          "steering",
          "tell what a word means, or why the last command failed",
          "",
          1,
          1,
          {{.name = "word", .show = "WORD", .type = PARAM_NAME, .fallback = ""}}},
         start_explain,
         NULL,
         NULL},
	{{"quit",
          "steering",
          "leave sosh",
          "",
          0,
          1,
          {{.name = "status", .show = "STATUS", .type = PARAM_NUMBER, .fallback = ""}}},
         start_quit,
         NULL,
         NULL},
	{{"=", "", "keep a value under a name", "", 1, 1, {{.name = "value", .show = "VALUE", .type = PARAM_VALUE}}},
         start_assignment,
         NULL,
         NULL},
	{.spec = {.name = NULL}},
};
