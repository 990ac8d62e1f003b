/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command capture: on, off, into a file; alone it tells what is on. */
#include <string.h>

#include "capturing.h"
#include "sosh/memory.h"
#include "sosh/text.h"

static const char *const capture_words[] = {"on", "off", NULL};

const char *engine_capture_word_at(unsigned index)
{
	return capture_words[index];
}

static bool is_on(const struct capturing *capturing)
{
	return capturing && (capturing->capture || capturing->file.fd >= 0);
}

/* "12 segments so far; 12 packets in x.pcapng" */
static void add_counts(struct buffer *text, const struct capturing *capturing)
{
	uint64_t missed = capturing->capture ? capture_missed(capturing->capture) : 0;

	buffer_format(text, "%llu segment%s", (unsigned long long)capturing->seen, capturing->seen == 1 ? "" : "s");
	if (missed)
		buffer_format(text, ", %llu packets missed", (unsigned long long)missed);
	if (capturing->file.fd >= 0)
		buffer_format(text, "; %llu packet%s in %s", (unsigned long long)capturing->file.packets,
		              capturing->file.packets == 1 ? "" : "s", capturing->file.path);
	else if (capturing->lost)
		buffer_format(text, "; the file ended early: %s", capturing->lost);
}

static void remark_counts(struct run *run)
{
	struct buffer text;

	buffer_init(&text);
	add_counts(&text, run->engine->capturing);
	entry_remark(run->entry, "%s", buffer_string(&text));
	buffer_clear(&text);
}

static void json_state(struct entry *entry, const struct capturing *capturing)
{
	bool on = is_on(capturing), writes = on && capturing->file.fd >= 0;
	const struct item items[] = {
		{"on", value_bool(on)},
		{"file", writes ? value_text(capturing->file.path) : value_none()},
		{"segments", value_number(on ? (int64_t)capturing->seen : 0)},
		{"packets", value_number(writes ? (int64_t)capturing->file.packets : 0)},
		{"missed", value_number(on && capturing->capture ? (int64_t)capture_missed(capturing->capture) : 0)},
	};
	unsigned count = sizeof(items) / sizeof(*items);

	entry->table = value_struct(count);
	memcpy(entry->table.list->items, items, sizeof(items));
}

static enum progress show(struct run *run)
{
	const struct engine *engine = run->engine;
	bool on = is_on(engine->capturing);

	entry_value(run->entry, value_word(on ? "on" : "off"));
	run->entry->result = 0;
	json_state(run->entry, engine->capturing);
	if (on)
		remark_counts(run);
	else
		entry_remark(run->entry, "segments are captured after `capture on`%s",
		             engine->lab ? "; those of the lab's wire are seen without it" : "");
	return CALL_DONE;
}

static enum progress refuse(struct run *run, const struct error *error)
{
	if (!is_on(run->engine->capturing))
		capturing_end(run->engine);
	return run_refuse(run, "%s%s", error->text,
	                  run->engine->lab ? ". In the lab the wire shows every segment without it" : "");
}

static enum progress turn_on(struct run *run)
{
	const struct capturing *capturing = run->engine->capturing;
	struct error error;

	error_clear(&error);
	if (capturing && capturing->capture) {
		entry_remark(run->entry, "it is on already");
		return run_done(run);
	}
	if (capturing_begin(run->engine, is_on(capturing), &error))
		return refuse(run, &error);
	entry_remark(run->entry, "the segments of this session's sockets are shown below what caused them");
	return run_done(run);
}

static enum progress turn_off(struct run *run)
{
	struct engine *engine = run->engine;
	struct error error;

	error_clear(&error);
	if (!is_on(engine->capturing)) {
		entry_remark(run->entry, "it is off already");
		return run_done(run);
	}
	capturing_settle(engine, run->entry);
	remark_counts(run);
	int failed = capturing_file_close(engine->capturing, &error);
	capturing_end(engine);
	return failed ? run_refuse(run, "%s", error.text) : run_done(run);
}

/* The ring is made first: a file that is there is not emptied for nothing. */
static enum progress write_to(struct run *run, const char *path)
{
	struct engine *engine = run->engine;
	struct error refused, error;

	error_clear(&refused);
	error_clear(&error);
	capturing_settle(engine, run->entry);
	bool was_on = is_on(engine->capturing), captures = !capturing_begin(engine, true, &refused);
	if (!captures && !engine->lab)
		return refuse(run, &refused);
	if (capturing_file_open(engine->capturing, path, &error)) {
		if (!was_on)
			capturing_end(engine);
		return run_refuse(run, "%s", error.text);
	}
	if (captures)
		entry_remark(run->entry, "the segments are shown, and written to %s%s", path,
		             engine->lab ? " with those of the wire" : "");
	else
		entry_remark(run->entry, "only the wire's segments are written: %s", refused.text);
	return run_done(run);
}

/* The word that was meant by what looks neither like it nor like a file's name; NULL. */
static const char *near_word(const struct blob *word)
{
	struct nearest nearest = {.wanted = word->bytes, .length = word->length};

	if (strpbrk(word->bytes, "./"))
		return NULL;
	nearest_offer(&nearest, "off"); /* of two as near: of is off */
	nearest_offer(&nearest, "on");
	return nearest.best;
}

enum progress start_capture(struct run *run)
{
	const struct blob *word = run->arguments[0].kind == VALUE_BYTES ? run->arguments[0].blob : NULL;

	if (!word)
		return show(run);
	if (!strcmp(word->bytes, "on"))
		return turn_on(run);
	if (!strcmp(word->bytes, "off"))
		return turn_off(run);
	if (strlen(word->bytes) != word->length)
		return run_refuse(run, "a file's name has no zero byte in it");
	const char *meant = near_word(word);
	if (meant)
		return run_refuse(run, "did you mean %s? A file's name has a dot or a slash: ./%s", meant, word->bytes);
	return write_to(run, word->bytes);
}
