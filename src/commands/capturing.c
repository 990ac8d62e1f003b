/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capture in the engine. What is sent on loopback waits to be taken when the call that caused it returns, so that
 * reading it once at a command's end is enough; what comes later wakes the loop.
 */
#include "capturing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "events.h"
#include "sosh/memory.h"

#define MOMENT INT64_C(10000000)  /* ns: what comes within is told at once, and by what else is told meanwhile */
#define PAUSE  INT64_C(500000000) /* ns: between two events that tell of segments alone; a person reads them */

struct entry *capturing_running(const struct engine *engine)
{
	struct entry *entry = engine->running;

	return entry && !entry->job && !entry->ended && !entry->plain ? entry : NULL;
}

static void note(struct capturing *capturing, const struct captured *captured, int64_t shift)
{
	struct journal *journal = &capturing->engine->journal;
	uint64_t number = journal->passages.newest + 1;
	struct passage *passage =
		passages_add(&journal->passages, number, captured->link, captured->bytes, captured->length);

	passage->fate = PASSAGE_DELIVERED;
	passage->time = passage->arrived = captured->time + shift;
	passage->moment = ++journal->moment;
	capturing->seen++;
	if (!capturing->unclaimed)
		capturing->unclaimed = number;
	capturing_file_add(capturing, captured, number);
}

/* From the clock of packets to the loop's. */
static int64_t clock_shift(void)
{
	struct timespec real;

	clock_gettime(CLOCK_REALTIME, &real);
	return loop_now() - ((int64_t)real.tv_sec * 1000000000 + real.tv_nsec);
}

/* Those before a time. No more than may have been there at the beginning: others' traffic may never end. */
static void read_until(struct capturing *capturing, int64_t until)
{
	struct captured captured;
	struct segment segment;
	int64_t shift = 0;

	for (unsigned i = 0; i < CAPTURE_ROOM && capture_take(capturing->capture, &captured); i++) {
		if (captured.time >= until)
			break;
		segment_read(&segment, captured.link, captured.bytes, captured.length);
		if (!sieve_passes(capturing, &segment, &captured))
			continue;
		if (!shift)
			shift = clock_shift();
		note(capturing, &captured, shift);
	}
}

static void read_all(struct capturing *capturing)
{
	read_until(capturing, INT64_MAX);
}

static void tell_missed(struct capturing *capturing, struct entry *entry)
{
	uint64_t missed = capture_missed(capturing->capture);

	if (missed > capturing->missed && !entry->note)
		entry_remark(entry, "%llu packets were not captured: they came faster than they were read",
		             (unsigned long long)(missed - capturing->missed));
	capturing->missed = missed;
}

static void claim(struct capturing *capturing, struct entry *entry)
{
	struct passages *passages = &capturing->engine->journal.passages;

	for (uint64_t number = capturing->unclaimed; number && number <= passages->newest; number++) {
		const struct passage *passage = passages_get(passages, number);
		if (passage && !passage->from)
			entry_passage(entry, passages, number);
	}
	capturing->unclaimed = 0;
	source_rearm(capturing->moment, 0);
}

void capturing_settle(struct engine *engine, struct entry *entry)
{
	struct capturing *capturing = engine->capturing;
	const struct entry *running = capturing_running(engine);

	if (!capturing || !capturing->capture)
		return;
	read_all(capturing);
	if ((running && running != entry) || entry->plain) /* below a text alone (print) nothing is shown */
		return;
	claim(capturing, entry);
	tell_missed(capturing, entry);
}

/* Nobody else has told of them. */
static void tell(struct capturing *capturing)
{
	struct engine *engine = capturing->engine;
	struct entry *entry = journal_begin(&engine->journal, NULL, NULL);

	entry->begin = entry->end = capturing->told_at = loop_now();
	entry->ok = true;
	claim(capturing, entry);
	tell_missed(capturing, entry);
	journal_end(&engine->journal, entry);
	if (engine->session.settings.events && engine->reporter.event)
		engine->reporter.event(engine->reporter.context, entry);
}

static void wait_a_moment(struct capturing *capturing)
{
	int64_t soon = loop_now() + MOMENT, later = capturing->told_at + PAUSE;

	if (capturing->idle && capturing->unclaimed)
		source_rearm(capturing->moment, soon > later ? soon : later);
}

static void on_ready(void *context, unsigned events)
{
	struct capturing *capturing = context;
	bool waits = capturing->unclaimed;

	(void)events;
	read_all(capturing);
	if (!waits)
		wait_a_moment(capturing);
}

static void on_moment(void *context, unsigned events)
{
	struct capturing *capturing = context;

	(void)events;
	if (capturing->idle && capturing->unclaimed)
		tell(capturing);
}

void capturing_idle(struct engine *engine, bool idle)
{
	struct capturing *capturing = engine->capturing;

	if (!capturing || !capturing->capture)
		return;
	if (!idle && capturing->idle && capturing->unclaimed)
		tell(capturing);
	capturing->idle = idle;
	wait_a_moment(capturing);
}

static void stop(struct capturing *capturing)
{
	source_remove(capturing->ready);
	source_remove(capturing->moment);
	capture_close(capturing->capture);
	capturing->ready = capturing->moment = NULL;
	capturing->capture = NULL;
}

static struct capturing *make(struct engine *engine)
{
	struct capturing *capturing = memory_zero(sizeof(*capturing));

	capturing->engine = engine;
	pcapng_init(&capturing->file);
	engine->capturing = capturing;
	return capturing;
}

int capturing_begin(struct engine *engine, bool whole, struct error *error)
{
	struct capturing *capturing = engine->capturing ? engine->capturing : make(engine);
	struct capture *capture = capture_open(whole, error);

	if (!capture)
		return -1;
	if (capturing->capture) /* what came while the new one was made */
		read_until(capturing, capture_begun(capture));
	stop(capturing);
	capturing->capture = capture;
	capturing->missed = 0;
	capturing->ready = loop_watch(engine->loop, capture_descriptor(capture), EPOLLIN, on_ready, capturing);
	capturing->moment = loop_timer(engine->loop, 0, on_moment, capturing);
	if (capturing->ready)
		return 0;
	error_set(error, "nothing can be captured: %s", strerror(errno));
	stop(capturing);
	return -1;
}

void capturing_end(struct engine *engine)
{
	struct capturing *capturing = engine->capturing;

	if (!capturing)
		return;
	stop(capturing);
	pcapng_clear(&capturing->file);
	free(capturing->links);
	free(capturing->lost);
	free(capturing);
	engine->capturing = NULL;
}
