/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * info: what was done with the socket and what became of it, from the journal.
 */
#include <string.h>

#include "info.h"

#define HISTORY_MOST 20u
#define TEXT_MOST    200u /* of a command and of its result */

static bool concerns(const struct entry *entry, int handle)
{
	if (entry->handle == handle || entry->given == handle)
		return true;
	for (unsigned i = 0; i < entry->state_count; i++)
		if (entry->states[i].handle == handle)
			return true;
	return false;
}

/* The newest of them, oldest first. */
static unsigned find_entries(const struct info *info, const struct entry *found[HISTORY_MOST])
{
	const struct journal *journal = &info->run->engine->journal;
	unsigned count = 0;

	for (uint64_t number = journal->newest; number >= journal->oldest && number && count < HISTORY_MOST; number--) {
		const struct entry *entry = journal_entry(journal, number);
		if (entry && entry != info->run->entry && concerns(entry, info->handle->number))
			found[count++] = entry;
	}
	for (unsigned i = 0; i < count / 2; i++) {
		const struct entry *other = found[i];
		found[i] = found[count - 1 - i];
		found[count - 1 - i] = other;
	}
	return count;
}

/* "CLOSED -> SYN-SENT -> ESTABLISHED", and a list of {from, to}. */
static struct value states_of(const struct entry *entry, int handle, struct buffer *text)
{
	struct value states = value_list(entry->state_count);
	unsigned count = 0;
	enum tcp_state last = STATE_NONE;

	for (unsigned i = 0; i < entry->state_count; i++) {
		const struct state_change *change = &entry->states[i];
		const char *from = state_name(change->from), *to = state_name(change->to);
		if (change->handle != handle || !to)
			continue;
		if (from && (!count || last != change->from))
			buffer_format(text, "%s%s", count ? ", " : "", from);
		buffer_format(text, "%s%s", text->length ? " -> " : "", to);
		struct value pair = value_struct(2);
		pair.list->items[0] = (struct item){"from", from ? value_word(from) : value_none()};
		pair.list->items[1] = (struct item){"to", value_word(to)};
		states.list->items[count++].value = pair;
		last = change->to;
	}
	states.list->count = count;
	return states;
}

static void result_of(const struct entry *entry, struct buffer *text)
{
	if (!entry->statement)
		return;
	if (!entry->ended)
		buffer_text(text, "still waits");
	else if (!entry->plain && !(entry->tail && strchr(entry->tail, '\n')))
		entry_format_result(text, entry);
	else
		buffer_number(text, entry->result);
}

static void cut(struct buffer *text)
{
	if (text->length <= TEXT_MOST)
		return;
	text->length = TEXT_MOST;
	buffer_text(text, "..");
}

static struct value entry_value_of(const struct entry *entry, const struct buffer *command, const struct buffer *result,
                                   struct value states)
{
	struct value value = value_struct(4);

	value.list->items[0] = (struct item){"n", value_number((int64_t)entry->number)};
	value.list->items[1] =
		(struct item){"command", entry->statement ? value_word(buffer_string(command)) : value_none()};
	value.list->items[2] =
		(struct item){"result", entry->statement ? value_word(buffer_string(result)) : value_none()};
	value.list->items[3] = (struct item){"states", states};
	return value;
}

static struct value show_entry(struct info *info, const struct entry *entry)
{
	struct buffer command, result, states, line;
	char number[24];

	buffer_init(&command);
	buffer_init(&result);
	buffer_init(&states);
	buffer_init(&line);
	entry_format_command(&command, entry);
	result_of(entry, &result);
	struct value changes = states_of(entry, info->handle->number, &states);
	cut(&command);
	cut(&result);
	if (entry->statement)
		buffer_format(&line, "%s%s%s", entry->ended ? "=> " : "", buffer_string(&result),
		              states.length ? ", " : "");
	buffer_text(&line, buffer_string(&states));
	snprintf(number, sizeof(number), "%llu", (unsigned long long)entry->number);
	info_fact(info, number, value_none(), buffer_string(&line), "%s",
	          entry->statement ? buffer_string(&command) : "(by itself)");
	struct value value = entry_value_of(entry, &command, &result, changes);
	buffer_clear(&command);
	buffer_clear(&result);
	buffer_clear(&states);
	buffer_clear(&line);
	return value;
}

void info_history(struct info *info)
{
	const struct entry *found[HISTORY_MOST];
	unsigned count = find_entries(info, found);
	struct value history = value_list(count);

	for (unsigned i = 0; i < count; i++)
		history.list->items[i].value = show_entry(info, found[i]);
	info_section_as(info, "history", "its last commands", history);
}
