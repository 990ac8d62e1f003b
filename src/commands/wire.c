/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lab's wire in the user's hand: wire and its actions. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"
#include "wire_list.h"
#include "wiring.h"

#define SECOND    1000000000LL
#define REST_MOST 64u

/* What stands behind an action's name. */
struct words {
	struct run *run;
	struct wire *wire;
	unsigned from, to; /* hosts; 0: any */
	bool all;
	const struct value *rest[REST_MOST];
	unsigned count;
};

/* What an action may be told beside its words. */
#define TAKES_ENDS 1u /* from and to */
#define TAKES_ALL  2u /* all */
#define EITHER     4u /* from and to, or words: not both */

struct action {
	const char *name;
	enum progress (*act)(const struct words *words);
	unsigned least, most; /* words beside from, to and all */
	unsigned takes;
	const char *usage;
};

static bool is_word(const struct value *value, const char *word)
{
	return value->kind == VALUE_BYTES && !strcmp(value->blob->bytes, word);
}

/* The host behind "from" or "to". 0, or -1 after a refusal. */
static int read_host(struct words *words, const struct value *value, unsigned *host)
{
	const struct lab *lab = words->run->engine->lab;

	*host = value && value->kind == VALUE_BYTES ? lab_find(lab, value->blob->bytes, value->blob->length) : 0;
	if (*host)
		return 0;
	run_refuse(words->run, "behind from and to stands a host of the lab; lab lists them");
	return -1;
}

/* What stands behind the action. */
static int read_words(struct words *words, const struct value *list)
{
	unsigned count = list->list->count;

	for (unsigned i = 1; i < count; i++) {
		const struct value *value = &list->list->items[i].value;
		bool from = is_word(value, "from"), to = is_word(value, "to");
		const struct value *next = i + 1 < count ? &list->list->items[i + 1].value : NULL;

		if (from || to) {
			if (read_host(words, next, from ? &words->from : &words->to))
				return -1;
			i++;
		} else if (is_word(value, "all")) {
			words->all = true;
		} else if (words->count++ < REST_MOST) {
			words->rest[words->count - 1] = value;
		}
	}
	return 0;
}

static enum progress done(const struct words *words)
{
	entry_result(words->run->entry, 0);
	return CALL_DONE;
}

static enum progress refuse(const struct words *words, const struct error *error)
{
	return run_refuse(words->run, "%s", error->text);
}

static enum progress act_hold(const struct words *words)
{
	struct wire_match match = {.from = words->from, .to = words->to};
	struct error error;

	error_clear(&error);
	for (unsigned i = 0; i < words->count; i++) {
		const struct value *word = words->rest[i];
		if (word->kind != VALUE_BYTES || wire_match_add(&match, word->blob->bytes, &error))
			return error.text[0] ? refuse(words, &error)
			                     : run_refuse(words->run, "wire hold takes flags, such as SYN");
	}
	struct wire_match *kept = words->run->engine->match;
	if (!kept)
		kept = words->run->engine->match = memory_zero(sizeof(*kept));
	*kept = match;
	bool everything = !words->count && !words->from && !words->to;
	wire_hold(words->wire, everything ? NULL : wire_matches, kept);
	return done(words);
}

static enum progress act_flow(const struct words *words)
{
	wire_flow(words->wire);
	return done(words);
}

/* The next held segment of the direction that is meant; NULL: there is none. */
static const struct wire_frame *held_of(const struct words *words, const struct wire_frame *before)
{
	struct wire_match match = {.from = words->from, .to = words->to};
	const struct wire_frame *held = before;

	while ((held = wire_held(words->wire, held)) && !wire_matches(&match, held))
		;
	return held;
}

/* Is what is meant on the wire already? */
static bool has_come(const struct words *words)
{
	for (unsigned i = 0; i < words->count; i++)
		if ((uint64_t)words->rest[i]->number > wire_newest(words->wire))
			return false;
	return words->count || held_of(words, NULL);
}

/* Waits up to the patience for it. 0, or -1 when it was interrupted. */
static int await_segments(const struct words *words)
{
	struct run *run = words->run;
	struct engine *engine = run->engine;
	int64_t now = loop_now();
	struct wiring_wait wait = {.entry = run->entry, .begin = now};

	wait.until = now + (int64_t)(engine->session.settings.patience * SECOND);
	while (!has_come(words) && wiring_wait(engine, &wait, "a segment"))
		;
	if (has_come(words) || !engine->interrupted)
		return 0;
	engine->interrupted = 0;
	run->interrupted = true;
	entry_fail(run->entry, EINTR);
	return -1;
}

typedef int wire_hand(struct wire *wire, uint64_t number, struct error *error);

/* One held segment is handed on, dropped or copied; its flags are added to the value. */
static int act_on(const struct words *words, uint64_t number, wire_hand *hand, struct buffer *flags)
{
	struct engine *engine = words->run->engine;
	struct error error;
	struct segment segment;
	const struct passage *passage = passages_get(&engine->journal.passages, number);
	error_clear(&error);
	if (hand(words->wire, number, &error)) {
		refuse(words, &error);
		return -1;
	}
	if (!passage)
		return 0;
	passage_read(passage, &segment);
	if (flags->length)
		buffer_char(flags, ' ');
	segment_flags(flags, &segment);
	wiring_settle(engine);
	if (engine->watching)
		wiring_look(engine, words->run->entry, passage);
	return 0;
}

/* The numbers that are meant: those given, all that are held of that direction, or the oldest. */
static unsigned meant(const struct words *words, uint64_t *numbers)
{
	const struct wire_frame *held = NULL;
	unsigned count = 0, most = words->all ? WIRE_KEPT : 1;

	for (; count < words->count; count++)
		numbers[count] = (uint64_t)words->rest[count]->number;
	while (!words->count && count < most && (held = held_of(words, held)))
		numbers[count++] = held->number;
	return count;
}

static enum progress refuse_none(const struct words *words)
{
	const struct session *session = &words->run->engine->session;
	const char *from = session_host_name(session, words->from), *to = session_host_name(session, words->to);

	return run_refuse(words->run, "no segment%s%s%s%s is held%s", from ? " from " : "", from ? from : "",
	                  to ? " to " : "", to ? to : "",
	                  wire_holds(words->wire) ? "" : ": the wire flows; wire hold keeps segments back");
}

static enum progress by_hand(const struct words *words, wire_hand *hand)
{
	struct entry *entry = words->run->entry;
	struct buffer flags;
	int failed = 0;

	for (unsigned i = 0; i < words->count; i++)
		if (words->rest[i]->kind != VALUE_NUMBER || words->rest[i]->number < 1)
			return run_refuse(words->run, "a segment is named by its number; wire lists those held");
	words->run->engine->delivering = true;
	if (await_segments(words))
		return CALL_FAILED;
	if (!wire_held_count(words->wire) || (!words->count && !held_of(words, NULL)))
		return refuse_none(words);
	uint64_t *numbers = memory_get(WIRE_KEPT * sizeof(*numbers));
	unsigned count = meant(words, numbers);
	buffer_init(&flags);
	for (unsigned i = 0; i < count && !failed; i++)
		failed = act_on(words, numbers[i], hand, &flags);
	free(numbers);
	if (!failed) {
		entry_value(entry, value_word(buffer_string(&flags)));
		entry->result = count;
	}
	buffer_clear(&flags);
	return failed ? CALL_FAILED : CALL_DONE;
}

static enum progress act_deliver(const struct words *words)
{
	return by_hand(words, wire_deliver);
}

static enum progress act_drop(const struct words *words)
{
	return by_hand(words, wire_drop);
}

static enum progress act_copy(const struct words *words)
{
	return by_hand(words, wire_copy);
}

/* A number of the rest; NAN when it is none. */
static double number_at(const struct words *words, unsigned index)
{
	double number = NAN;

	if (index < words->count)
		value_as_real(words->rest[index], &number);
	return number;
}

/* Is the index-th of the rest a number? -1 after a refusal, which says what `example` is one of. */
static int check_number(const struct words *words, unsigned index, const char *what, const char *example)
{
	struct buffer given;

	if (!isnan(number_at(words, index)))
		return 0;
	buffer_init(&given);
	value_format(&given, words->rest[index]);
	run_refuse(words->run, "%s is a number, as in wire %s; %.40s is none", what, example, buffer_string(&given));
	buffer_clear(&given);
	return -1;
}

static enum progress act_delay(const struct words *words)
{
	struct error error;

	error_clear(&error);
	if (check_number(words, 0, "a delay in seconds", "delay 0.5"))
		return CALL_FAILED;
	if (wire_set_delay(words->wire, words->from, words->to, number_at(words, 0), &error))
		return refuse(words, &error);
	return done(words);
}

/* A percentage, and the seed behind it. -1 after a refusal. */
static int read_chance(const struct words *words, const char *example, uint64_t *seed)
{
	*seed = 1;
	if (check_number(words, 0, "a percentage", example))
		return -1;
	if (words->count < 2)
		return 0;
	if (words->rest[1]->kind != VALUE_NUMBER || words->rest[1]->number < 0) {
		run_refuse(words->run, "the seed behind the percentage is a whole number from 0, as in wire %s",
		           example);
		return -1;
	}
	*seed = (uint64_t)words->rest[1]->number;
	return 0;
}

static enum progress act_loss(const struct words *words)
{
	struct error error;
	uint64_t seed;

	error_clear(&error);
	if (read_chance(words, "loss 20 7", &seed))
		return CALL_FAILED;
	if (wire_set_loss(words->wire, words->from, words->to, number_at(words, 0), seed, &error))
		return refuse(words, &error);
	return done(words);
}

static enum progress act_corrupt(const struct words *words)
{
	struct error error;
	uint64_t seed;

	error_clear(&error);
	if (read_chance(words, "corrupt 20 7", &seed))
		return CALL_FAILED;
	if (wire_set_corrupt(words->wire, words->from, words->to, number_at(words, 0), seed, &error))
		return refuse(words, &error);
	return done(words);
}

static enum progress act_rate(const struct words *words)
{
	double rate = number_at(words, 0);

	if (!(rate >= 0 && rate < 1e15) || words->rest[0]->kind != VALUE_NUMBER)
		return run_refuse(words->run, "a rate is a whole number of bytes a second, as 64K; 0 ends the limit");
	wire_set_rate(words->wire, words->from, words->to, (uint64_t)rate);
	return done(words);
}

static enum progress act_cut(const struct words *words)
{
	wire_set_cut(words->wire, words->from, words->to, true);
	return done(words);
}

static enum progress act_join(const struct words *words)
{
	wire_set_cut(words->wire, words->from, words->to, false);
	return done(words);
}

/* clang-format off */
static const struct action actions[] = {
	{"hold", act_hold, 0, REST_MOST, TAKES_ENDS | TAKES_ALL, "hold [FLAGS...] [from HOST] [to HOST]"},
	{"flow", act_flow, 0, 0, 0, "flow"},
	{"deliver", act_deliver, 0, REST_MOST, TAKES_ENDS | TAKES_ALL | EITHER, "deliver [N...|[all] [from HOST] [to HOST]]"},
	{"drop", act_drop, 0, REST_MOST, TAKES_ENDS | TAKES_ALL | EITHER, "drop [N...|[all] [from HOST] [to HOST]]"},
	{"copy", act_copy, 0, REST_MOST, TAKES_ALL, "copy [N...|all]"},
	{"delay", act_delay, 1, 1, TAKES_ENDS, "delay SECONDS [from HOST] [to HOST]"},
	{"loss", act_loss, 1, 2, TAKES_ENDS, "loss PERCENT [SEED] [from HOST] [to HOST]"},
	{"corrupt", act_corrupt, 1, 2, TAKES_ENDS, "corrupt PERCENT [SEED] [from HOST] [to HOST]"},
	{"rate", act_rate, 1, 1, TAKES_ENDS, "rate BYTES [from HOST] [to HOST]"},
	{"cut", act_cut, 0, 0, TAKES_ENDS, "cut [from HOST] [to HOST]"},
	{"join", act_join, 0, 0, TAKES_ENDS, "join [from HOST] [to HOST]"},
};
/* clang-format on */
#define ACTIONS (sizeof(actions) / sizeof(*actions))

const char *engine_wire_action_at(unsigned index)
{
	return index < ACTIONS ? actions[index].name : NULL;
}

const char *wire_usage_at(unsigned index)
{
	return index < ACTIONS ? actions[index].usage : NULL;
}

static const struct action *find_action(struct run *run)
{
	const struct value *first = &run->arguments[0].list->items[0].value;
	struct nearest nearest = {0};

	if (first->kind == VALUE_BYTES)
		nearest = (struct nearest){.wanted = first->blob->bytes, .length = first->blob->length};
	for (size_t i = 0; i < ACTIONS && nearest.wanted; i++) {
		if (!strcmp(actions[i].name, nearest.wanted))
			return &actions[i];
		nearest_offer(&nearest, actions[i].name);
	}
	if (nearest.best)
		run_refuse(run, "the wire knows no such word; did you mean %s?", nearest.best);
	else
		run_refuse(run,
		           "the wire knows hold, flow, deliver, drop, copy, delay, loss, corrupt, rate, cut, join");
	return NULL;
}

/* Can the action be told all that it is told? */
static bool takes(const struct action *action, const struct words *words)
{
	bool ends = words->from || words->to;

	if (words->count < action->least || words->count > action->most)
		return false;
	if ((ends && !(action->takes & TAKES_ENDS)) || (words->all && !(action->takes & TAKES_ALL)))
		return false;
	if (words->all && words->count) /* hold all is hold, but hold all SYN says two things */
		return false;
	return !ends || !words->count || !(action->takes & EITHER);
}

enum progress start_wire(struct run *run)
{
	struct engine *engine = run->engine;

	if (!engine->lab)
		return run_refuse(run, "there is no lab, so no wire: lab makes one");
	wiring_settle(engine);
	if (run->arguments[0].kind != VALUE_LIST)
		return wire_list(run);
	const struct action *action = find_action(run);
	struct words words = {.run = run, .wire = lab_wire(engine->lab)};
	if (!action || read_words(&words, &run->arguments[0]))
		return CALL_FAILED;
	if (!takes(action, &words))
		return run_refuse(run, "usage: wire %s", action->usage);
	return action->act(&words);
}
