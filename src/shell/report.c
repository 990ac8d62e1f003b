/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report: entries to the standard output, complaints to the standard error. */
#include "report.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pager.h"
#include "prompt.h"
#include "sosh/text.h"

#define WIDTH_DEFAULT 80
#define WIDTH_FREE    100000 /* no terminal: lines are not folded */

static unsigned terminal_width(int fd)
{
	struct winsize size;

	if (!isatty(fd))
		return WIDTH_FREE;
	return !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : WIDTH_DEFAULT;
}

static struct view_style style_of(int fd)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	return (struct view_style){
		.colour = isatty(fd) && !(no_colour && *no_colour) && term && strcmp(term, "dumb") != 0,
		.unicode = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.width = terminal_width(fd),
	};
}

void report_init(struct report *report, struct engine *engine)
{
	memset(report, 0, sizeof(*report));
	report->engine = engine;
	report->style = style_of(STDOUT_FILENO);
	report->error_style = style_of(STDERR_FILENO);
	buffer_init(&report->text);
}

void report_clear(struct report *report)
{
	buffer_clear(&report->text);
}

/* A closed standard output ends the program, without noise. */
static void check_output(struct report *report)
{
	if (!ferror(stdout) || report->closed)
		return;
	report->closed = true;
	report->engine->quitting = true;
	report->engine->quit_status = 1;
}

bool report_flush(struct report *report)
{
	fflush(stdout);
	check_output(report);
	return !report->closed;
}

static void plain_write(FILE *stream, const char *text, size_t length)
{
	fwrite(text, 1, length, stream);
}

/* The scratch text to the standard output, above what is being typed. */
static void write_text(struct report *report)
{
	if (report->interactive && !report->json) {
		prompt_print(buffer_string(&report->text), report->text.length);
	} else {
		(report->interactive ? prompt_write : plain_write)(stdout, buffer_string(&report->text),
		                                                   report->text.length);
		check_output(report);
	}
	buffer_empty(&report->text);
}

static void write_error(struct report *report)
{
	report_flush(report);
	(report->interactive ? prompt_write : plain_write)(stderr, buffer_string(&report->text), report->text.length);
	buffer_empty(&report->text);
}

void report_error(struct report *report, const struct error *error)
{
	report->error_style.width = terminal_width(STDERR_FILENO);
	view_error(&report->text, error, &report->error_style);
	write_error(report);
}

/* Text that somebody wants to read, longer than the screen, goes through a pager; what a script prints never does. */
static void show_entry(struct report *report, const struct entry *entry, bool announced)
{
	bool typed = report->interactive && !announced && entry->statement && !entry->statement->place.file;
	bool reads = entry->tail && (entry->plain || strchr(entry->tail, '\n'));

	if (typed && reads && !entry->error && !entry->refused &&
	    pager_show(buffer_string(&report->text), report->text.length)) {
		buffer_empty(&report->text);
		return;
	}
	write_text(report);
}

/* Why a command does not stand, with its place. */
static void complain(struct report *report, const struct entry *entry)
{
	struct error error;
	const char *name = entry->statement ? entry->statement->command->name : "";

	error_clear(&error);
	if (entry->problem) {
		error = *entry->problem;
	} else {
		bool told =
			!report->quiet && !report->json && isatty(STDOUT_FILENO); /* the result line has explained it */
		const char *why = told ? NULL : entry->explanation;

		error_set(&error, "%s failed with %s%s%s", name,
		          error_name(entry->error) ? error_name(entry->error) : "an error", why ? ": " : "",
		          why ? why : "");
	}
	if (!error.place.line && entry->statement)
		error.place = entry->statement->place;
	report_error(report, &error);
}

static bool wants_text(const struct report *report, const struct entry *entry)
{
	bool printed = entry->plain && entry->has_value; /* print; help is no result */

	return !report->quiet || (printed && entry->ok) || (report->interactive && entry->plain);
}

static void on_ended(void *context, const struct entry *entry, bool announced)
{
	struct report *report = context;
	bool unmet = entry->problem && !entry->refused;

	if (report->json) {
		view_json(&report->text, &report->engine->session, entry);
		write_text(report);
	} else if (wants_text(report, entry) && !(report->interactive && entry->refused)) {
		if (report->interactive)
			report->style.width = terminal_width(STDOUT_FILENO);
		report->style.timing = entry->timed;
		report->style.calls = report->engine->session.settings.calls;
		view_text(&report->text, &report->engine->session, entry, &report->style);
		show_entry(report, entry, announced);
	}
	bool never_ran = report->interactive && entry->refused;
	if (entry->ok || (announced && !never_ran))
		return;
	if (!report->interactive || report->quiet || report->json || unmet || entry->refused)
		complain(report, entry);
}

static void on_event(void *context, const struct entry *entry)
{
	struct report *report = context;

	if (report->json || report->quiet)
		return;
	if (report->interactive)
		report->style.width = terminal_width(STDOUT_FILENO);
	view_text(&report->text, &report->engine->session, entry, &report->style);
	write_text(report);
}

static void on_page(void *context, struct view_style *style)
{
	struct report *report = context;

	if (report->interactive)
		report->style.width = terminal_width(STDOUT_FILENO);
	*style = report->style;
}

static void on_complaint(void *context, const struct error *error)
{
	report_error(context, error);
}

static void on_waiting(void *context, const struct entry *entry, const char *what, bool stoppable)
{
	struct report *report = context;
	struct buffer line;

	if (report->json || report->quiet || !isatty(STDERR_FILENO)) {
		report_flush(report);
		return;
	}
	buffer_init(&line);
	buffer_text(&line, report->error_style.unicode ? "… waiting for " : "... waiting for ");
	buffer_text(&line, what);
	buffer_text(&line, report->interactive && stoppable && !entry->statement->expect_count
	                           ? "   (Ctrl-C ends, Ctrl-Z: a job)"
	                           : "   (Ctrl-C ends it)");
	report->error_style.width = terminal_width(STDERR_FILENO);
	view_line(&report->text, buffer_string(&line), &report->error_style);
	buffer_clear(&line);
	write_error(report);
}

static void on_job_started(void *context, const struct entry *entry, const char *what)
{
	struct report *report = context;

	if (report->json || report->quiet)
		return;
	if (report->interactive)
		report->style.width = terminal_width(STDOUT_FILENO);
	view_waiting(&report->text, &report->engine->session, entry, what, &report->style);
	write_text(report);
}

static void on_echo(void *context, const struct statement *statement)
{
	struct report *report = context;

	if (report->json || report->quiet)
		return;
	buffer_text(&report->text, "sosh> ");
	for (uint32_t i = 0; i < statement->source_length; i++)
		if (statement->source[i] == '\n')
			buffer_char(&report->text, ' ');
		else
			text_plain(&report->text, statement->source + i, 1);
	buffer_char(&report->text, '\n');
	write_text(report);
}

struct reporter report_reporter(struct report *report)
{
	return (struct reporter){.context = report,
	                         .ended = on_ended,
	                         .waiting = on_waiting,
	                         .job_started = on_job_started,
	                         .complaint = on_complaint,
	                         .event = on_event,
	                         .page = on_page,
	                         .echo = on_echo};
}
