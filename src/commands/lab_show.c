/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab in a running lab: its hosts, and what the wire does. */
#include <string.h>

#include "sosh/memory.h"
#include "sosh/text.h"
#include "wire_list.h"
#include "wiring.h"

#define SECOND 1000000000.0

static void add_part(struct buffer *out, size_t begin, const char *text)
{
	buffer_text(out, out->length > begin ? ", " : "");
	buffer_text(out, text);
}

/* "loss 10 % (seed 1), delay 0.1 s". Nothing when there are no faults. */
static void add_faults(struct buffer *out, const struct wire_faults *faults)
{
	size_t begin = out->length;
	char text[80];

	if (faults->cut)
		add_part(out, begin, "cut");
	if (faults->loss > 0) {
		snprintf(text, sizeof(text), "loss %g %% (seed %llu)", faults->loss,
		         (unsigned long long)faults->loss_seed);
		add_part(out, begin, text);
	}
	if (faults->corrupt > 0) {
		snprintf(text, sizeof(text), "corrupt %g %% (seed %llu)", faults->corrupt,
		         (unsigned long long)faults->corrupt_seed);
		add_part(out, begin, text);
	}
	if (faults->delay > 0) {
		snprintf(text, sizeof(text), "delay %g s", (double)faults->delay / SECOND);
		add_part(out, begin, text);
	}
	if (faults->rate) {
		snprintf(text, sizeof(text), "rate %llu bytes/s", (unsigned long long)faults->rate);
		add_part(out, begin, text);
	}
}

typedef void each_way(const struct engine *engine, unsigned from, unsigned to, void *context);

static void for_each_way(const struct engine *engine, each_way *each, void *context)
{
	unsigned count = lab_count(engine->lab);

	for (unsigned from = 1; from <= count; from++)
		for (unsigned to = 1; to <= count; to++)
			if (from != to)
				each(engine, from, to, context);
}

/* The faults of all ways, when they are the same. */
struct common {
	struct buffer text;
	bool differ;
};

static void compare(const struct engine *engine, unsigned from, unsigned to, void *context)
{
	struct common *common = context;
	struct buffer own;

	buffer_init(&own);
	add_faults(&own, wire_faults(lab_wire(engine->lab), from, to));
	if (from == 1 && to == 2)
		buffer_add(&common->text, buffer_string(&own), own.length);
	else if (strcmp(buffer_string(&own), buffer_string(&common->text)) != 0)
		common->differ = true;
	buffer_clear(&own);
}

/* Where the ways go, and what stands before each. */
struct ways {
	struct buffer *out;
	const char *before;
};

static void add_way(const struct engine *engine, unsigned from, unsigned to, void *context)
{
	const struct lab *lab = engine->lab;
	const struct ways *ways = context;
	struct buffer faults;

	buffer_init(&faults);
	add_faults(&faults, wire_faults(lab_wire(lab), from, to));
	if (faults.length)
		buffer_format(ways->out, "%sfrom %s to %s: %s", ways->before, lab_name(lab, from), lab_name(lab, to),
		              buffer_string(&faults));
	buffer_clear(&faults);
}

void wire_format_hold(struct buffer *out, const struct engine *engine)
{
	const struct wire_match *match = engine->match;

	if (!wiring_holds(engine)) {
		buffer_text(out, "flows");
		return;
	}
	buffer_text(out, "holds");
	for (unsigned i = 0; match && i < match->count; i++)
		buffer_format(out, " %s", match->words[i].name);
	if (match && match->from)
		buffer_format(out, " from %s", lab_name(engine->lab, match->from));
	if (match && match->to)
		buffer_format(out, " to %s", lab_name(engine->lab, match->to));
	if (!match || !(match->count || match->from || match->to))
		buffer_text(out, " all");
}

void wire_format_faults(struct buffer *out, const struct engine *engine, const char *before)
{
	struct common common = {.differ = false};
	struct ways ways = {out, before};

	buffer_init(&common.text);
	for_each_way(engine, compare, &common);
	if (common.differ)
		for_each_way(engine, add_way, &ways);
	else if (common.text.length)
		buffer_format(out, "; %s", buffer_string(&common.text));
	buffer_clear(&common.text);
	if (wire_missed(lab_wire(engine->lab)))
		buffer_format(out, "; %llu frames came too fast and were missed",
		              (unsigned long long)wire_missed(lab_wire(engine->lab)));
}

static void add_wire(struct buffer *out, const struct engine *engine)
{
	buffer_format(out, "\n%-12s  ", "(the wire)");
	wire_format_hold(out, engine);
	if (wiring_holds(engine))
		buffer_format(out, ", %u held now", wire_held_count(lab_wire(engine->lab)));
	wire_format_faults(out, engine, "\n              ");
}

/* Ways with faults, for JSON. */
struct faulty {
	struct value list;
	unsigned count;
};

static void take_way(const struct engine *engine, unsigned from, unsigned to, void *context)
{
	const struct wire_faults *faults = wire_faults(lab_wire(engine->lab), from, to);
	struct faulty *faulty = context;
	const struct item items[] = {
		{"from", value_text(lab_name(engine->lab, from))},
		{"to", value_text(lab_name(engine->lab, to))},
		{"cut", value_bool(faults->cut)},
		{"delay", value_real((double)faults->delay / SECOND)},
		{"rate", faults->rate ? value_number((int64_t)faults->rate) : value_none()},
		{"loss", value_real(faults->loss)},
		{"corrupt", value_real(faults->corrupt)},
	};
	struct value way = value_struct(sizeof(items) / sizeof(*items));

	memcpy(way.list->items, items, sizeof(items));
	faulty->list.list->items[faulty->count++].value = way;
}

static struct value wire_value(const struct engine *engine)
{
	unsigned count = lab_count(engine->lab);
	const struct wire *wire = lab_wire(engine->lab);
	struct faulty faulty = {.list = value_list(count * (count - 1))};
	struct value value = value_struct(3);

	for_each_way(engine, take_way, &faulty);
	value.list->items[0] = (struct item){"holds", value_bool(wire_holds(wire))};
	value.list->items[1] = (struct item){"held", value_number(wire_held_count(wire))};
	value.list->items[2] = (struct item){"ways", faulty.list};
	return value;
}

/* The hosts as a table, and as a list for JSON. */
enum progress lab_show(struct run *run)
{
	const struct engine *engine = run->engine;
	unsigned count = lab_count(engine->lab);
	struct value table = value_list(count);
	struct buffer lines;

	buffer_init(&lines);
	for (unsigned host = 1; host <= count; host++) {
		struct value row = value_struct(3);
		struct address in, in6;
		bool has_in6 = lab_address(engine->lab, host, AF_INET6, &in6);
		lab_address(engine->lab, host, AF_INET, &in);
		buffer_format(&lines, "%s%-12s  ", host > 1 ? "\n" : "", lab_name(engine->lab, host));
		address_format_host(&lines, &in);
		row.list->items[0] = (struct item){"host", value_text(lab_name(engine->lab, host))};
		row.list->items[1] = (struct item){"in", value_address(&in)};
		if (has_in6) {
			buffer_text(&lines, "  ");
			address_format_host(&lines, &in6);
			row.list->items[2] = (struct item){"in6", value_address(&in6)};
		} else {
			row.list->items[2] = (struct item){"in6", value_none()};
		}
		table.list->items[host - 1].value = row;
	}
	add_wire(&lines, engine);
	run->entry->tail = memory_copy(buffer_string(&lines), lines.length);
	run->entry->table = table;
	run->entry->more = value_struct(1);
	run->entry->more.list->items[0] = (struct item){"wire", wire_value(engine)};
	buffer_clear(&lines);
	entry_result(run->entry, count);
	return CALL_DONE;
}
