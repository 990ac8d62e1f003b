/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain WORD: what an error, a TCP state, an option, a constant, a command or a word of the field means.
 */
#include <string.h>
#include <sys/socket.h>

#include "explain.h"
#include "meanings.h"
#include "sosh/memory.h"
#include "sosh/text.h"

#define INDENT     2
#define WORD_SHOWN 60

static const char *const kinds[] = {
	[WORD_UNKNOWN] = "",          [WORD_ERROR] = "error",     [WORD_STATE] = "state", [WORD_OPTION] = "option",
	[WORD_CONSTANT] = "constant", [WORD_COMMAND] = "command", [WORD_TERM] = "term",
};

static const char *level_name(int level)
{
	return level == SOL_SOCKET ? "SOL_SOCKET" : symbol_name("IPPROTO_", level);
}

static const char *type_name(enum option_type type)
{
	switch (type) {
	case OPTION_INT:
		return "a number (int)";
	case OPTION_LINGER:
		return "on or off and seconds (struct linger)";
	case OPTION_TIMEVAL:
		return "seconds (struct timeval)";
	case OPTION_TEXT:
		return "text";
	case OPTION_ERROR:
		return "an errno";
	case OPTION_BYTES:
		break;
	}
	return "bytes, or a structure's fields";
}

static void error_heading(struct buffer *out, const struct word_found *found)
{
	if (found->number == ERROR_TIMEOUT)
		buffer_text(out, "no errno, a word of sosh");
	else if (found->number < 0)
		buffer_format(out, "error %lld of getaddrinfo(3)", (long long)found->number);
	else
		buffer_format(out, "errno %lld", (long long)found->number);
	buffer_format(out, ": %s", error_text((int)found->number));
}

/* The line above the sentences: what kind of word it is, and its number. */
static void heading(struct buffer *out, const struct word_found *found)
{
	if (found->kind == WORD_TERM) {
		buffer_format(out, "%s\n", found->word);
		return;
	}
	buffer_format(out, "%s   ", found->word);
	if (found->same_as)
		buffer_format(out, "another name of %s, ", found->same_as);
	switch (found->kind) {
	case WORD_ERROR:
		error_heading(out, found);
		break;
	case WORD_STATE:
		buffer_format(out, "TCP state %lld", (long long)found->number);
		break;
	case WORD_OPTION:
		buffer_format(out, "option %lld of %s; value: %s", (long long)found->number,
		              level_name(found->option->level), type_name(found->option->type));
		break;
	default:
		buffer_format(out, "constant %lld", (long long)found->number);
		if (found->number > 9)
			buffer_format(out, " (0x%llx)", (unsigned long long)found->number);
		break;
	}
	buffer_char(out, '\n');
}

/* The same keys for each kind of word; None for what it has not. Takes the errors. */
static struct value table_of(const struct word_found *found, const char *text, struct value errors)
{
	static const char *const names[] = {"word", "kind", "number", "level", "type", "text", "errors"};
	const struct option *option = found->option;
	bool numbered = found->kind != WORD_COMMAND && found->kind != WORD_TERM &&
	                !(found->kind == WORD_ERROR && found->number == ERROR_TIMEOUT);
	struct value values[] = {
		value_word(found->word),
		value_word(kinds[found->kind]),
		numbered ? value_number(found->number) : value_none(),
		option ? value_word(level_name(option->level)) : value_none(),
		option ? value_word(type_name(option->type)) : value_none(),
		value_word(text),
		errors,
	};
	struct value table = value_struct(sizeof(names) / sizeof(names[0]));

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		table.list->items[i] = (struct item){names[i], values[i]};
	return table;
}

static enum progress give(struct run *run, const struct word_found *found)
{
	struct value errors = value_none();
	struct buffer lines;

	buffer_init(&lines);
	if (found->kind == WORD_COMMAND) {
		meaning_of_command(&lines, found->command, &errors);
	} else {
		heading(&lines, found);
		text_fold(&lines, found->text ? found->text : "", INDENT, INDENT);
	}
	while (lines.length && lines.bytes[lines.length - 1] == '\n')
		lines.bytes[--lines.length] = 0;
	run->entry->tail = memory_copy(buffer_string(&lines), lines.length);
	run->entry->table = table_of(found, found->text ? found->text : buffer_string(&lines), errors);
	run->entry->plain = true;
	entry_result(run->entry, 0);
	buffer_clear(&lines);
	return CALL_DONE;
}

static void offer(const char *word, void *context)
{
	nearest_offer(context, word);
}

/* linger for SO_LINGER, nodelay for TCP_NODELAY: the shortest of them. */
static void offer_ending(const char *word, void *context)
{
	struct nearest *ending = context;
	size_t length = strlen(word);

	if (length <= ending->length || ending->length < 2 || word[length - ending->length - 1] != '_' ||
	    text_distance(word + length - ending->length, ending->length, ending->wanted, ending->length, 0) ||
	    (ending->best && strlen(ending->best) <= length))
		return;
	ending->best = word;
}

static enum progress refuse(struct run *run, const struct blob *word, const struct word_found *found)
{
	struct nearest nearest = {.wanted = word->bytes, .length = word->length};
	struct nearest ending = nearest;
	struct buffer shown;

	engine_each_word(offer, &nearest);
	engine_each_word(offer_ending, &ending);
	buffer_init(&shown);
	text_plain(&shown, word->bytes, word->length > WORD_SHOWN ? WORD_SHOWN : word->length);
	if (found->is_number)
		run_refuse(run, "no error has the number %s", buffer_string(&shown));
	else if (ending.best)
		run_refuse(run, "no meaning is known of %s; did you mean %s?", buffer_string(&shown), ending.best);
	else if (nearest.best)
		run_refuse(run, "no meaning is known of %s; did you mean %s?", buffer_string(&shown), nearest.best);
	else
		run_refuse(run,
		           "no meaning is known of %s; explain takes errors, TCP states, options, constants, commands "
		           "and words such as RST",
		           buffer_string(&shown));
	buffer_clear(&shown);
	return CALL_FAILED;
}

enum progress start_explain(struct run *run)
{
	struct word_found found;

	if (run->arguments[0].kind != VALUE_BYTES)
		return explain_last(run);
	const struct blob *word = run->arguments[0].blob;
	word_find(&found, word->bytes, word->length);
	return found.kind == WORD_UNKNOWN ? refuse(run, word, &found) : give(run, &found);
}
