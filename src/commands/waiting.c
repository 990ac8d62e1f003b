/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting runs: what the loop does for them until they end, are cancelled or become jobs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "run.h"
#include "sosh/memory.h"

#define SECOND 1000000000LL
#define BLOCKS (100 * SECOND / 1000) /* what `blocks` asks for, the contract's section 5 */

void run_stop_waiting(struct run *run)
{
	source_remove(run->descriptor);
	source_remove(run->clock);
	run->descriptor = run->clock = NULL;
	if (run->link) {
		*run->link = run->next;
		if (run->next)
			run->next->link = run->link;
		else
			run->engine->waiting_end = run->link;
		run->link = NULL;
		run->next = NULL;
	}
}

void run_wake_waiters(struct engine *engine, struct run *ended)
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

/* What a recv with MSG_WAITALL had taken is not lost with it. */
static void keep_taken(struct run *run)
{
	struct entry *entry = run->entry;
	const char *bytes;
	size_t count = pending_taken(&run->pending, &bytes);
	struct buffer text;

	if (!count)
		return;
	entry->data = value_bytes(bytes, count);
	entry->has_data = true;
	buffer_init(&text);
	value_format(&text, &entry->data);
	entry_explain(entry, "%s%staken before: %s", entry->explanation ? entry->explanation : "",
	              entry->explanation ? "; " : "", buffer_string(&text));
	buffer_clear(&text);
}

void run_cancel(struct run *run, int error)
{
	value_clear(&run->entry->value);
	run->entry->has_value = false;
	keep_taken(run);
	pending_cancel(&run->pending);
	entry_fail(run->entry, error);
	if (run->undo) {
		run_stop_waiting(run);
		run->undo(run);
	}
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
		entry_explain(run->entry, "its socket was closed while it waited");
		run_cancel(run, EBADF);
		run = engine->waiting; /* the list may have changed */
	}
}

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
	else if (progress != CALL_WAITING && run->row->resume) {
		run->engine->door.host = run->host;
		progress = run->row->resume(run, progress);
	}
	if (progress == CALL_WAITING)
		run_arm(run);
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
		run_arm(run);
}

/* Enters the run among those that wait, at the end. */
static void enter(struct run *run)
{
	struct engine *engine = run->engine;

	if (run->link)
		return;
	*engine->waiting_end = run;
	run->link = engine->waiting_end;
	run->next = NULL;
	engine->waiting_end = &run->next;
}

void run_arm(struct run *run)
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

void run_become_job(struct run *run)
{
	struct engine *engine = run->engine;
	struct buffer what;

	if (engine->job_count == engine->job_room) {
		engine->job_room = engine->job_room ? engine->job_room * 2 : 16;
		engine->jobs = memory_resize(engine->jobs, engine->job_room * sizeof(struct run *));
	}
	engine->jobs[engine->job_count++] = run;
	engine->jobs_waiting++;
	if (engine->running == run->entry)
		engine->running = NULL;
	run->job = run->entry->job = (int)engine->job_count;
	memset(&run->outcome, 0, sizeof(run->outcome));
	run->entry->waited |= !run->ended;
	if (run->ended || !run->link || !engine->reporter.job_started)
		return;
	buffer_init(&what);
	run_what(run, &what);
	engine->reporter.job_started(engine->reporter.context, run->entry, buffer_string(&what));
	run->entry->told_states = run->entry->state_count;
	run->entry->told_segment = run->entry->last_segment;
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
	engine->reporter.waiting(engine->reporter.context, run->entry, buffer_string(&what), true);
	buffer_clear(&what);
}

/* It waits as it was expected to: ends it. */
static void blocked(struct run *run)
{
	struct buffer text;

	buffer_init(&text);
	run_what(run, &text);
	entry_explain(run->entry, "as expected it waits for %s", buffer_string(&text));
	buffer_clear(&text);
	run->blocked = run->entry->waited = true;
	run_cancel(run, run->waits_for || run->waits_for_all ? ERROR_TIMEOUT : EINTR);
}

void run_wait(struct run *run)
{
	struct engine *engine = run->engine;
	int64_t begin = loop_now(), blocks = expects(run->statement, EXPECT_BLOCKS) ? begin + BLOCKS : 0;
	uint64_t moment = engine->journal.moment;
	bool told = false;

	while (!run->ended && !run->job) {
		int64_t now = loop_now(), timeout = -1;
		if (engine->interrupted) {
			engine->interrupted = 0;
			run->interrupted = true;
			if (run->waits_for || run->waits_for_all)
				entry_explain(run->entry, "only the waiting was interrupted: the job goes on");
			run_cancel(run, EINTR);
		} else if (engine->suspended) {
			engine->suspended = 0;
			if (!run->statement->expect_count)
				run_become_job(run);
		} else if (blocks && now >= blocks) {
			blocked(run);
		} else {
			if (!told && now >= begin + RUN_MOMENT) {
				tell_waiting(run);
				run->entry->waited = told = true;
			}
			if (!told)
				timeout = begin + RUN_MOMENT - now;
			if (blocks && (timeout < 0 || blocks - now < timeout))
				timeout = blocks - now;
			loop_once(engine->loop, timeout);
		}
	}
	if (run->pending.wait.events & EPOLLIN) /* for others, who did something meanwhile */
		run->entry->waited |= engine->journal.moment != moment;
}

void engine_turn(struct engine *engine)
{
	for (int i = 0; i < 1000 && loop_once(engine->loop, 0); i++)
		;
}
