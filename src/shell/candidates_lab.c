/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The candidates of the lab: hosts, and the words of wire.
 */
#include <stdio.h>
#include <string.h>

#include "candidates.h"

struct word {
	const char *text;
	size_t length;
};

static bool is(const struct word *word, const char *text)
{
	return strlen(text) == word->length && memcmp(word->text, text, word->length) == 0;
}

/* The word that ends before `*at`, which moves to its beginning; of length 0: there is none. */
static struct word word_before(const char *line, size_t *at)
{
	size_t end = *at;
	while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t'))
		end--;
	size_t begin = end;
	while (begin > 0 && line[begin - 1] != ' ' && line[begin - 1] != '\t')
		begin--;
	*at = begin;
	return (struct word){line + begin, end - begin};
}

void candidates_hosts(struct candidates *found, const struct engine *engine)
{
	for (unsigned host = 1; host <= engine->session.host_count; host++)
		candidates_offer(found, session_host_name(&engine->session, host));
}

static void offer_held(uint64_t number, void *found)
{
	char word[24];
	snprintf(word, sizeof(word), "%llu", (unsigned long long)number);
	candidates_offer(found, word);
}

static void offer_words(struct candidates *found, const char *(*at)(unsigned index))
{
	for (unsigned i = 0; at(i); i++)
		candidates_offer(found, at(i));
}

/* What may follow an action. */
static void offer_behind(struct candidates *found, const struct engine *engine, const struct word *action)
{
	bool by_hand = is(action, "deliver") || is(action, "drop") || is(action, "copy");
	if (by_hand)
		engine_each_held(engine, offer_held, found);
	if (by_hand)
		candidates_offer(found, "all");
	if (is(action, "hold"))
		offer_words(found, engine_wire_flag_at);
	if (!is(action, "copy") && !is(action, "flow")) {
		candidates_offer(found, "from");
		candidates_offer(found, "to");
	}
}

void candidates_wire(struct candidates *found, const struct engine *engine, const char *line, size_t word)
{
	size_t at = word;
	struct word last = word_before(line, &at), action = last;
	if (is(&last, "wire")) {
		offer_words(found, engine_wire_action_at);
		return;
	}
	if (is(&last, "from") || is(&last, "to")) {
		candidates_hosts(found, engine);
		return;
	}
	for (struct word before = last; before.length > 0 && !is(&before, "wire"); before = word_before(line, &at))
		action = before;
	offer_behind(found, engine, &action);
}
