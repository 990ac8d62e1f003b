/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wire in the engine. Each frame is told once when it comes, and belongs to the command that runs then; what
 * becomes of it later is told again.
 */
#include "wiring.h"

#include "capturing.h"
#include "look.h"
#include "wire_events.h"

static enum passage_fate fate_of(enum wire_fate fate)
{
	switch (fate) {
	case WIRE_HELD:
	case WIRE_COPIED:
		return PASSAGE_HELD;
	case WIRE_DELAYED:
		return PASSAGE_ON_ITS_WAY;
	case WIRE_CARRIED:
	case WIRE_DELIVERED:
		return PASSAGE_DELIVERED;
	case WIRE_DROPPED:
		return PASSAGE_DROPPED;
	default:
		return PASSAGE_LOST;
	}
}

static struct passage *note_new(struct engine *engine, const struct wire_frame *frame)
{
	struct journal *journal = &engine->journal;
	struct passage *passage =
		passages_add(&journal->passages, frame->number, SEGMENT_ETHERNET, frame->bytes, frame->length);
	struct entry *entry = engine->running;

	passage->from = frame->from;
	passage->to = frame->to;
	passage->time = frame->time;
	passage->moment = ++journal->moment;
	if (entry)
		entry_passage(entry, &journal->passages, frame->number);
	else
		wire_events_note(engine, passage);
	capturing_wire(engine, frame);
	return passage;
}

/* What became of it, by what became of it for one host: one to several is lost when none of them gets it. */
static void note_fate(struct passage *passage, const struct wire_frame *frame)
{
	enum passage_fate fate = fate_of(frame->fate);
	uint32_t host = UINT32_C(1) << frame->to;

	passage->under_way &= ~host;
	if (fate == PASSAGE_ON_ITS_WAY)
		passage->under_way |= host;
	if (fate == PASSAGE_DELIVERED && !passage->got && passage->to)
		passage->to = frame->to;
	passage->got &= ~host;
	if (fate == PASSAGE_DELIVERED)
		passage->got |= host;
	if (fate == PASSAGE_DELIVERED || fate == PASSAGE_LOST)
		fate = passage->under_way ? PASSAGE_ON_ITS_WAY : passage->got ? PASSAGE_DELIVERED : PASSAGE_LOST;
	passage->fate = fate;
}

static void on_frame(void *context, const struct wire_frame *frame)
{
	struct engine *engine = context;
	struct passage *passage = passages_get(&engine->journal.passages, frame->number);

	if (!passage && frame->number <= engine->journal.passages.newest)
		return; /* forgotten */
	if (!passage)
		passage = note_new(engine, frame);
	passage->corrupted |= frame->corrupted;
	if (frame->fate == WIRE_COPIED) {
		if (passage->copies < PASSAGE_COPIES)
			passage->copied[passage->copies] = ++engine->journal.moment;
		passage->copies++;
		return;
	}
	note_fate(passage, frame);
	if (fate_of(frame->fate) != PASSAGE_DELIVERED)
		return;
	passage->arrived = loop_now();
	if (!passage->arrived_moment) /* by the first host, of several */
		passage->arrived_moment = ++engine->journal.moment;
}

int wiring_begin(struct engine *engine, struct error *error)
{
	struct wire *wire = lab_wire(engine->lab);

	wire_tell(wire, on_frame, engine);
	wire_number_after(wire, &engine->journal.passages.newest);
	return wire_attach(wire, engine->loop, error);
}

void wiring_end(struct engine *engine)
{
	if (engine->lab)
		wire_detach(lab_wire(engine->lab));
}

bool wiring_holds(const struct engine *engine)
{
	return engine->lab && wire_holds(lab_wire(engine->lab));
}

void wiring_settle(struct engine *engine)
{
	struct wire *wire = engine->lab ? lab_wire(engine->lab) : NULL;

	if (wire)
		wire_settle(wire);
}

bool wiring_wait(struct engine *engine, struct wiring_wait *wait, const char *what)
{
	int64_t now = loop_now(), next = wait->until;

	if (engine->interrupted || (wait->until && now >= wait->until))
		return false;
	if (!wait->told && now >= wait->begin + RUN_MOMENT) {
		wait->told = true;
		if (engine->reporter.waiting)
			engine->reporter.waiting(engine->reporter.context, wait->entry, what, false);
	}
	if (!wait->told && (!next || wait->begin + RUN_MOMENT < next))
		next = wait->begin + RUN_MOMENT;
	loop_once(engine->loop, next ? next - now : -1);
	return true;
}

/* The first segment of the entry, from `number` to `last`, that its own host sent and that is still on its way. */
static const struct passage *on_its_way(const struct entry *entry, uint64_t number, uint64_t last)
{
	for (; number && number <= last; number++) {
		const struct passage *passage = entry_segment(entry, number);
		if (passage && passage->fate == PASSAGE_ON_ITS_WAY && passage->from == entry->host)
			return passage;
	}
	return NULL;
}

/* "#5 PSH,ACK to arrive" */
static void add_arrival(struct buffer *out, const struct passage *passage)
{
	struct segment segment;

	passage_read(passage, &segment);
	buffer_format(out, "#%llu ", (unsigned long long)passage->number);
	segment_flags(out, &segment);
	buffer_text(out, " to arrive");
}

void wiring_await(struct engine *engine, struct entry *entry)
{
	struct wiring_wait wait = {.entry = entry, .begin = loop_now()};
	const struct passage *passage;
	struct buffer what;

	wiring_settle(engine);
	uint64_t number = entry->first_segment, last = entry->last_segment; /* what they set off comes behind */
	buffer_init(&what);
	engine->suspended = 0;
	while ((passage = on_its_way(entry, number, last)) && !engine->suspended) {
		number = passage->number;
		buffer_empty(&what);
		add_arrival(&what, passage);
		if (!wiring_wait(engine, &wait, buffer_string(&what)))
			break;
	}
	engine->suspended = 0;
	buffer_clear(&what);
	wiring_settle(engine);
}

void wiring_look(struct engine *engine, struct entry *entry, const struct passage *passage)
{
	const struct session *session = &engine->session;
	struct segment segment;

	passage_read(passage, &segment);
	if (segment.kind != SEGMENT_TCP)
		return;
	int family = segment.from.any.sa_family;
	struct handle *ends[] = {
		session_connected(session, passage->from, family, SOCK_STREAM, &segment.from, &segment.to),
		session_connected(session, passage->to, family, SOCK_STREAM, &segment.to, &segment.from)};
	for (int i = 0; i < 2; i++)
		if (ends[i])
			look_at(engine, entry, ends[i]);
}
