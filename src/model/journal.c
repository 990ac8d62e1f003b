/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: a ring of entries by number, and what it forgets when the ring or its room for data is full.
 */
#include "sosh/journal.h"

#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"

/* An entry whose arrays grew beyond this gives them back when it is forgotten. */
#define ROOM_WORTH_KEEPING 16u
/* So much of an old entry's data is kept: of all entries together less than JOURNAL_BYTES. */
#define DATA_WORTH_KEEPING ((size_t)1 << 10)

void journal_init(struct journal *journal)
{
	memset(journal, 0, sizeof(*journal));
	arena_init(&journal->memory);
	passages_init(&journal->passages);
	journal->entries = memory_zero(JOURNAL_ENTRIES * sizeof(journal->entries[0]));
	journal->oldest = 1;
}

static struct entry **slot_of(const struct journal *journal, uint64_t number)
{
	return &journal->entries[number % JOURNAL_ENTRIES];
}

static void clear_calls(struct entry *entry)
{
	for (unsigned i = 0; i < entry->call_count; i++) {
		for (unsigned j = 0; j < entry->calls[i].count; j++)
			value_clear(&entry->calls[i].arguments[j].value);
	}
	entry->call_count = 0;
	if (entry->call_room > ROOM_WORTH_KEEPING) {
		free(entry->calls);
		entry->calls = NULL;
		entry->call_room = 0;
	}
}

static void drop_texts(struct entry *entry)
{
	free(entry->tail);
	free(entry->note);
	free(entry->explanation);
	free(entry->problem);
}

/* Empties an entry; its arrays keep their room. */
static void entry_reset(struct entry *entry)
{
	struct call *calls;
	struct state_change *states = entry->states;
	unsigned call_room, state_room = entry->state_room;

	if (entry->call_room)
		clear_calls(entry);
	for (unsigned i = 0; i < entry->state_count; i++)
		value_drop(states[i].peer);
	calls = entry->calls;
	call_room = entry->call_room;
	value_drop(entry->value);
	value_drop(entry->data);
	value_drop(entry->address);
	value_drop(entry->sent);
	value_drop(entry->table);
	value_drop(entry->more);
	value_drop(entry->target);
	value_drop(entry->local);
	value_drop(entry->peer);
	if (entry->tail || entry->note || entry->explanation || entry->problem)
		drop_texts(entry);
	script_drop(entry->script);
	memory_wipe(entry, sizeof(*entry));
	entry->calls = calls;
	entry->call_room = call_room;
	entry->states = states;
	entry->state_room = state_room;
}

static struct entry *entry_take(struct journal *journal)
{
	struct entry *entry = journal->spare;

	if (!entry)
		return arena_zero(&journal->memory, sizeof(*entry));
	journal->spare = entry->spare;
	entry->spare = NULL;
	return entry;
}

/* Gives back what an entry holds; its own memory ends with the journal's. */
static void entry_free(struct entry *entry)
{
	entry_reset(entry);
	free(entry->calls);
	free(entry->states);
}

void journal_clear(struct journal *journal)
{
	for (unsigned i = 0; journal->entries && i < JOURNAL_ENTRIES; i++)
		if (journal->entries[i])
			entry_free(journal->entries[i]);
	for (unsigned i = 0; i < journal->aside_count; i++)
		entry_free(journal->aside[i]);
	while (journal->spare)
		entry_free(entry_take(journal));
	free(journal->entries);
	free(journal->aside);
	arena_clear(&journal->memory);
	passages_clear(&journal->passages);
	memset(journal, 0, sizeof(*journal));
}

/* Those set aside that have ended meanwhile go when their place is needed. */
static void forget_aside(struct journal *journal)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < journal->aside_count; i++) {
		struct entry *entry = journal->aside[i];

		if (!entry->ended) {
			journal->aside[kept++] = entry;
			continue;
		}
		journal->bytes -= entry->bytes;
		entry_reset(entry);
		entry->spare = journal->spare;
		journal->spare = entry;
	}
	journal->aside_count = kept;
}

static void set_aside(struct journal *journal, struct entry *entry)
{
	if (journal->aside_count == journal->aside_room)
		forget_aside(journal);
	if (journal->aside_count == journal->aside_room) {
		journal->aside_room = journal->aside_room > 0 ? journal->aside_room * 2 : 16;
		journal->aside = memory_resize(journal->aside, journal->aside_room * sizeof(journal->aside[0]));
	}
	journal->aside[journal->aside_count++] = entry;
}

static void forget_oldest(struct journal *journal)
{
	struct entry **slot = slot_of(journal, journal->oldest);

	journal->oldest++;
	if (!(*slot)->ended) {
		set_aside(journal, *slot);
		*slot = NULL;
		return;
	}
	journal->bytes -= (*slot)->bytes;
	entry_reset(*slot);
}

static size_t value_bytes_held(const struct value *value)
{
	size_t bytes = 0;

	switch (value->kind) {
	case VALUE_BYTES:
	case VALUE_WORD:
		return value->blob->length;
	case VALUE_ADDRESS:
		return sizeof(struct address);
	case VALUE_LIST:
	case VALUE_STRUCT:
		for (unsigned i = 0; i < value->list->count; i++)
			bytes += sizeof(struct item) + value_bytes_held(&value->list->items[i].value);
		return bytes;
	default:
		return 0;
	}
}

/* The received data is mostly also the value. */
static bool is_data_value(const struct entry *entry)
{
	return entry->data.kind == entry->value.kind && entry->data.references == entry->value.references;
}

static size_t entry_bytes(const struct entry *entry)
{
	size_t bytes = value_bytes_held(&entry->value) + value_bytes_held(&entry->table);

	if (!is_data_value(entry))
		bytes += value_bytes_held(&entry->data);
	if (entry->sent.kind != VALUE_NONE)
		bytes += value_bytes_held(&entry->sent);
	if (entry->tail != NULL)
		bytes += strlen(entry->tail);
	if (entry->call_count > ROOM_WORTH_KEEPING)
		bytes += entry->call_count * sizeof(entry->calls[0]);
	return bytes;
}

/* Cuts it to its beginning; returns the bytes that were cut off. */
static size_t cut_value(struct value *value)
{
	size_t length = value_bytes_held(value);
	struct value whole = *value;

	if (length <= DATA_WORTH_KEEPING)
		return 0;
	*value = whole.kind == VALUE_BYTES ? value_bytes(whole.blob->bytes, DATA_WORTH_KEEPING) : value_none();
	value_drop(whole);
	return length - value_bytes_held(value);
}

/* Keeps what tells the story, and of much data only the beginning. */
static void entry_cut(struct journal *journal, struct entry *entry)
{
	bool same = is_data_value(entry);
	size_t value = cut_value(&entry->value), data = same ? value : cut_value(&entry->data);

	if (same && data) {
		value_drop(entry->data);
		entry->data = value_keep(entry->value);
	}
	entry->cut += data ? data : value;
	entry->has_value &= !value || entry->value.kind != VALUE_NONE;
	cut_value(&entry->table);
	if (entry->tail != NULL && strlen(entry->tail) > DATA_WORTH_KEEPING) {
		free(entry->tail);
		entry->tail = NULL;
	}
	if (entry->call_count > ROOM_WORTH_KEEPING)
		clear_calls(entry);
	journal->bytes -= entry->bytes;
	entry->bytes = entry_bytes(entry);
	journal->bytes += entry->bytes;
}

/* The oldest first, down to a half: not to look for them again at each command. */
static void cut_oldest(struct journal *journal)
{
	for (uint64_t i = journal->oldest; i < journal->newest && journal->bytes > JOURNAL_BYTES / 2; i++) {
		struct entry *entry = *slot_of(journal, i);
		if (entry->ended && entry->bytes > DATA_WORTH_KEEPING)
			entry_cut(journal, entry);
	}
}

static void make_room(struct journal *journal)
{
	if (journal->newest - journal->oldest + 1 == JOURNAL_ENTRIES)
		forget_oldest(journal);
	if (journal->bytes <= JOURNAL_BYTES)
		return;
	forget_aside(journal);
	cut_oldest(journal);
}

struct entry *journal_begin(struct journal *journal, struct script *script, const struct statement *statement)
{
	struct entry **slot;

	make_room(journal);
	slot = slot_of(journal, ++journal->newest);
	if (*slot == NULL)
		*slot = entry_take(journal);
	(*slot)->number = journal->newest;
	(*slot)->begun = ++journal->moment;
	(*slot)->statement = statement;
	(*slot)->script = script != NULL ? script_keep(script) : NULL;
	return *slot;
}

void journal_end(struct journal *journal, struct entry *entry)
{
	if (entry->ended)
		return;
	entry->ended = true;
	entry->finished = ++journal->moment;
	entry->bytes = entry_bytes(entry);
	journal->bytes += entry->bytes;
}

const struct entry *journal_entry(const struct journal *journal, uint64_t number)
{
	if (number >= journal->oldest && number <= journal->newest)
		return *slot_of(journal, number);
	for (unsigned i = 0; i < journal->aside_count; i++) {
		if (journal->aside[i]->number == number)
			return journal->aside[i];
	}
	return NULL;
}
