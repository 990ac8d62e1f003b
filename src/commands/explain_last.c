/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain alone: the last failed command, or else the last one, once more with its result and why.
 */
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "sosh/memory.h"
#include "sosh/text.h"

static bool failed(const struct entry *entry)
{
	return entry->error || entry->refused ||
	       (entry->has_value && entry->value.kind == VALUE_ERROR && entry->value.number);
}

/* The newest entry but this one that is a command's and has ended; the newest failed one, if any. */
static const struct entry *last(const struct journal *journal)
{
	const struct entry *newest = NULL;

	for (uint64_t number = journal->newest - 1; number >= journal->oldest && number; number--) {
		const struct entry *entry = journal_entry(journal, number);
		if (!entry || !entry->ended || !entry->statement || !entry->statement->command ||
		    !strcmp(entry->statement->command->name, "explain"))
			continue;
		if (failed(entry))
			return entry;
		if (!newest)
			newest = entry;
	}
	return newest;
}

/* Why it failed; owned. */
static char *why(const struct session *session, const struct entry *entry)
{
	const char *text = entry->explanation;

	if (!failed(entry))
		return NULL;
	if (!text && entry->refused && entry->problem)
		text = entry->problem->text;
	if (text)
		return memory_copy(text, strlen(text));
	char *explained = explain_entry(session, entry);
	if (explained)
		return explained;
	text = error_text(entry->error ? entry->error : (int)entry->value.number);
	return memory_copy(text, strlen(text));
}

enum progress explain_last(struct run *run)
{
	const struct entry *entry = last(&run->engine->journal);
	struct buffer lines, result;

	if (!entry)
		return run_refuse(run, "nothing has been run yet; explain WORD tells what a word means");
	char *explanation = why(&run->engine->session, entry);
	buffer_init(&lines);
	buffer_init(&result);
	entry_format_command(&lines, entry);
	buffer_char(&lines, '\n');
	if (!entry->plain && !(entry->tail && strchr(entry->tail, '\n')))
		entry_format_result(&result, entry);
	if (result.length)
		buffer_format(&lines, "=> %s\n", buffer_string(&result));
	text_fold(&lines, explanation ? explanation : "it went as asked", 2, 2);
	while (lines.length && lines.bytes[lines.length - 1] == '\n')
		lines.bytes[--lines.length] = 0;
	run->entry->tail = memory_copy(buffer_string(&lines), lines.length);
	run->entry->table = value_bytes(buffer_string(&lines), lines.length);
	run->entry->plain = true;
	entry_result(run->entry, 0);
	buffer_clear(&result);
	buffer_clear(&lines);
	free(explanation);
	return CALL_DONE;
}
