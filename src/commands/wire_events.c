/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes on the wire by itself. What comes together is told together; then nothing for a while. Of a segment that
 * is sent again and again the first repetitions are told: wire lists them all.
 */
#include "wire_events.h"

#include <stdlib.h>

#include "sosh/memory.h"

#define TOGETHER     INT64_C(10000000)  /* ns: what belongs together comes within */
#define PAUSE        INT64_C(500000000) /* ns: from one telling to the next */
#define REPEATS_TOLD 3u
#define REPEATED     64u /* segments whose repetitions are counted, the newest */

struct wire_events {
	struct engine *engine;
	struct source *clock;
	bool idle;
	uint64_t first;  /* of those to be told; 0: there are none */
	int64_t told_at; /* when something was told last */
	struct {
		uint64_t first;
		unsigned count;
	} repeated[REPEATED]; /* index first % REPEATED */
};

static void on_clock(void *context, unsigned ready);

static struct wire_events *make(struct engine *engine)
{
	struct wire_events *events = memory_zero(sizeof(*events));

	events->engine = engine;
	events->idle = true;
	events->clock = loop_timer(engine->loop, 0, on_clock, events);
	engine->wire_events = events;
	return events;
}

/* How often the segment that it repeats has been repeated, this one included; 0: it repeats none. */
static unsigned repeats(struct wire_events *events, const struct passage *passage)
{
	uint64_t first = passage->place.first;
	unsigned place = (unsigned)(first % REPEATED);

	if (passage->place.role != ROLE_RETRANSMISSION || !first)
		return 0;
	if (events->repeated[place].first != first) {
		events->repeated[place].first = first;
		events->repeated[place].count = 0;
	}
	return ++events->repeated[place].count;
}

/* Those told by this entry: from the first on, to one that is told no more or to the last. */
static void claim(struct wire_events *events, struct entry *entry)
{
	struct passages *passages = &events->engine->journal.passages;

	for (uint64_t number = events->first; number <= passages->newest; number++) {
		const struct passage *passage = passages_get(passages, number);
		if (passage && passage->from) /* else it was captured */
			entry_passage(entry, passages, number);
	}
	events->first = 0;
	source_rearm(events->clock, 0);
}

static void tell(struct wire_events *events)
{
	struct engine *engine = events->engine;
	struct entry *entry = journal_begin(&engine->journal, NULL, NULL);

	entry->begin = entry->end = events->told_at = loop_now();
	entry->ok = true;
	claim(events, entry);
	journal_end(&engine->journal, entry);
	if (engine->session.settings.events && engine->reporter.event)
		engine->reporter.event(engine->reporter.context, entry);
}

static void on_clock(void *context, unsigned ready)
{
	struct wire_events *events = context;

	(void)ready;
	if (events->idle && events->first)
		tell(events);
}

void wire_events_note(struct engine *engine, struct passage *passage)
{
	struct wire_events *events = engine->wire_events;

	if (!engine->events) /* nobody wants to hear */
		return;
	if (!events)
		events = make(engine);
	if (!events->idle || repeats(events, passage) > REPEATS_TOLD || events->first)
		return;
	int64_t now = loop_now(), at = events->told_at + PAUSE;
	events->first = passage->number;
	source_rearm(events->clock, at > now + TOGETHER ? at : now + TOGETHER);
}

void wire_events_tell(struct engine *engine)
{
	struct wire_events *events = engine->wire_events;

	if (events && events->idle && events->first)
		tell(events);
}

void wire_events_idle(struct engine *engine, bool idle)
{
	struct wire_events *events = engine->wire_events;

	if (!events)
		return;
	if (!idle && events->first)
		tell(events);
	events->idle = idle;
}

void wire_events_free(struct wire_events *events)
{
	free(events); /* its clock ends with the loop */
}
