/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's life, and reading texts and files for it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capturing.h"
#include "events.h"
#include "run.h"
#include "sosh/text.h"
#include "wire_events.h"
#include "wiring.h"

#define READ_SIZE 65536

int engine_init(struct engine *engine, const struct reporter *reporter, struct error *error)
{
	memset(engine, 0, sizeof(*engine));
	session_init(&engine->session);
	journal_init(&engine->journal);
	watch_init(&engine->watch);
	engine->door.journal = &engine->journal;
	engine->door.session = &engine->session;
	engine->reporter = *reporter;
	engine->quit_status = -1;
	engine->waiting_end = &engine->waiting;
	engine->loop = loop_new();
	if (!engine->loop)
		return error_set(error, "no event loop: %s", strerror(errno));
	return 0;
}

void engine_end_jobs(struct engine *engine)
{
	while (engine->waiting)
		run_cancel(engine->waiting, EINTR);
}

void engine_clear(struct engine *engine)
{
	engine_end_jobs(engine);
	for (unsigned i = 0; i < engine->job_count; i++)
		run_free(engine->jobs[i]);
	free(engine->jobs);
	free(engine->spare);
	events_free(engine->events);
	wire_events_free(engine->wire_events);
	wiring_end(engine);
	capturing_end(engine);
	if (engine->loop)
		loop_free(engine->loop);
	lab_free(engine->lab);
	free(engine->match);
	watch_clear(&engine->watch);
	journal_clear(&engine->journal);
	session_clear(&engine->session);
}

static void report(const struct error *error, void *context)
{
	struct engine *engine = context;

	if (engine->reporter.complaint)
		engine->reporter.complaint(engine->reporter.context, error);
}

static void command_names(void (*each)(const char *name, void *context), void *context)
{
	const struct command_spec *spec;

	for (unsigned i = 0; (spec = engine_command_at(i)); i++)
		each(spec->name, context);
}

/* Parses a new script, which it takes. NULL when it does not parse. */
static struct script *parse(struct engine *engine, struct script *script, bool *incomplete)
{
	struct parse_options options = {.lookup = engine_command,
	                                .command_names = command_names,
	                                .more = incomplete != NULL,
	                                .report = report,
	                                .context = engine};
	enum parse_result result = parse_script(script, &options);

	if (incomplete)
		*incomplete = result == PARSE_INCOMPLETE;
	if (result == PARSE_OK)
		return script;
	script_drop(script);
	return NULL;
}

struct script *engine_read_text(struct engine *engine, const char *name, const char *text, size_t length,
                                bool *incomplete)
{
	return parse(engine, script_new(name, text, length), incomplete);
}

/* All of a descriptor into the buffer. 0 or -1. */
static int read_all(const struct engine *engine, int fd, const char *path, struct buffer *text, struct error *error)
{
	for (;;) {
		size_t room = READ_SIZE;
		char *bytes = buffer_room(text, &room);
		if (!room)
			return error_set(error, "%s is longer than 256M bytes: no command file", path);
		ssize_t got = read(fd, bytes, room);
		if (!got)
			return 0;
		if (engine->interrupted)
			return error_set(error, "reading %s was interrupted", path);
		if (got > 0)
			text->length += (size_t)got;
		else if (errno != EINTR)
			return error_set(error, "%s cannot be read: %s", path, strerror(errno));
	}
}

/* Opening and reading may wait (a FIFO): Ctrl-C is let in, which elsewhere only the loop does. */
static void let_interrupt_in(sigset_t *before)
{
	sigset_t interrupt;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_UNBLOCK, &interrupt, before);
}

struct script *engine_read_file(struct engine *engine, const char *path, struct error *error)
{
	bool standard = !strcmp(path, "-");
	sigset_t before;

	let_interrupt_in(&before);
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct script *script = NULL;
	struct buffer text, shown;

	error_clear(error);
	buffer_init(&shown);
	text_plain(&shown, path, strlen(path));
	buffer_init(&text);
	if (fd < 0)
		error_set(error, "%s cannot be opened: %s", buffer_string(&shown), strerror(errno));
	else if (!read_all(engine, fd, buffer_string(&shown), &text, error))
		script = parse(engine, script_take(path, &text), NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (fd >= 0 && !standard)
		close(fd);
	buffer_clear(&text);
	buffer_clear(&shown);
	return script;
}
