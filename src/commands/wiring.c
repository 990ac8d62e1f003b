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
	passage->fate = fate_of(frame->fate);
	if (passage->fate != PASSAGE_DELIVERED)
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

	while (wire && !engine->interrupted) {
		wire_settle(wire);
		int64_t deadline = wire_deadline(wire), now = loop_now();
		if (!deadline)
			return;
		loop_once(engine->loop, deadline > now ? deadline - now : 0);
	}
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
