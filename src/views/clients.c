/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends that wait to be accepted, as an entry's text tells them. */
#include "clients.h"

#define SINGLY 3u /* so many of the same sort are told one by one */

static bool same_sort(const struct state_change *one, const struct state_change *other)
{
	return one->listener == other->listener && one->from == other->from && one->to == other->to;
}

/* How many there are of the same sort from `first` on, as far as `most`. */
static unsigned count_sort(const struct entry *entry, unsigned index, unsigned first, unsigned most)
{
	unsigned count = 0;

	for (unsigned i = first; i < entry->state_count && count < most; i++)
		count += same_sort(&entry->states[i], &entry->states[index]);
	return count;
}

static bool is_first(const struct entry *entry, unsigned index)
{
	for (unsigned i = index; i > entry->told_states; i--)
		if (same_sort(&entry->states[i - 1], &entry->states[index]))
			return false;
	return true;
}

static const char *word(enum tcp_state state)
{
	const char *name = state_name(state);
	return name ? name : "?";
}

static void add_change(struct buffer *out, const struct state_change *change, bool many, const char *arrow)
{
	if (change->from == STATE_CLOSED && change->to != STATE_SYN_RECEIVED)
		buffer_format(out, " %s to be accepted (%s)", many ? "wait" : "waits", word(change->to));
	else if (change->from == STATE_CLOSED)
		buffer_format(out, " (not accepted yet) %s", word(change->to));
	else
		buffer_format(out, " (not accepted yet) %s%s%s", word(change->from), arrow, word(change->to));
}

bool view_clients(struct buffer *out, const struct session *session, const struct entry *entry, unsigned index,
                  const char *arrow)
{
	const struct state_change *change = &entry->states[index];
	const struct handle *listener = session_handle(session, change->listener);
	unsigned more = 0;

	if (!change->listener)
		return false;
	if (count_sort(entry, index, entry->told_states, SINGLY + 1) > SINGLY) {
		if (!is_first(entry, index))
			return false;
		more = count_sort(entry, index, index + 1, entry->state_count);
	}
	if (listener)
		session_handle_label(out, listener);
	buffer_text(out, ": ");
	value_format(out, &change->peer);
	if (more)
		buffer_format(out, " and %u more", more);
	add_change(out, change, more > 0, arrow);
	return true;
}
