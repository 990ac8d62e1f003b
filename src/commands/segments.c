/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segments: what the last commands put on the wire. */
#include "sosh/text.h"
#include "sosh/watch_fact.h"
#include "wire_list.h"

/* The ends of a segment, or of the connection that an ICMP error is about. */
static void ends_of(const struct segment *segment, const struct address **from, const struct address **to)
{
	bool about = segment->kind == SEGMENT_ICMP && segment->icmp.has_ends;

	*from = about ? &segment->icmp.to : &segment->from;
	*to = about ? &segment->icmp.from : &segment->to;
}

/* Is this end the socket's address? A later fragment has no ports: then the host alone must fit. */
static bool is_end(const struct segment *segment, const struct address *end, const struct address *own)
{
	struct address host = *own;

	if (segment->has_header || !segment_is_fragment(segment))
		return watch_overlaps(own, end);
	if (host.any.sa_family == AF_INET)
		host.in.sin_port = 0;
	else if (host.any.sa_family == AF_INET6)
		host.in6.sin6_port = 0;
	return watch_overlaps(&host, end);
}

/* Is it of the socket's traffic? `*sent`: by it. */
static bool is_of(const struct handle *handle, const struct passage *passage, const struct segment *segment, bool *sent)
{
	const struct address *from, *to;

	ends_of(segment, &from, &to);
	*sent = passage->from == handle->host && is_end(segment, from, &handle->local);
	bool got = !*sent && (passage->to == handle->host || !passage->to) && is_end(segment, to, &handle->local);
	return (*sent || got) && (!handle->peer.length || is_end(segment, *sent ? to : from, &handle->peer));
}

static void add_segment(struct buffer *text, const struct handle *handle, const struct passage *passage, int64_t *count)
{
	struct segment segment;
	bool sent = passage->place.opener || !passage->place.known;

	passage_read(passage, &segment);
	if (handle && !is_of(handle, passage, &segment, &sent))
		return;
	buffer_text(text, *count ? " " : "");
	buffer_char(text, sent ? '>' : '<');
	segment_flags(text, &segment);
	++*count;
}

/* When the last N commands began, in the journal's order. */
static uint64_t first_of(const struct journal *journal, uint64_t now, int64_t commands)
{
	uint64_t begun = journal->moment;

	for (uint64_t number = now - 1; commands > 0 && number >= journal->oldest && number; number--) {
		const struct entry *entry = journal_entry(journal, number);
		if (!entry || !entry->statement)
			continue;
		begun = entry->begun;
		commands--;
	}
	return begun;
}

/* The first argument is a socket, by its name or, before a second one, its number; alone a number is the second one. 0
 * or -1. */
static int read_arguments(struct run *run, struct handle **handle, int64_t *commands)
{
	const struct session *session = &run->engine->session;
	const struct value *first = &run->arguments[0];

	*handle = NULL;
	*commands = argument_given(run, 1) ? argument_number(run, 1) : 1;
	if (!argument_given(run, 0))
		return 0;
	if (first->kind == VALUE_NUMBER && !argument_given(run, 1)) {
		*commands = first->number;
		return 0;
	}
	if (first->kind == VALUE_BYTES)
		first = session_get(session, first->blob->bytes, first->blob->length,
		                    text_hash(first->blob->bytes, first->blob->length));
	if (first && (first->kind == VALUE_HANDLE || first->kind == VALUE_NUMBER))
		*handle = session_handle(session, first->number);
	if (*handle)
		return 0;
	run_refuse(run, "segments takes a socket, and of how many commands; sockets lists the sockets");
	return -1;
}

enum progress start_segments(struct run *run)
{
	const struct engine *engine = run->engine;
	const struct passages *passages = &engine->journal.passages;
	struct handle *handle;
	int64_t commands, count = 0;
	struct buffer text;

	if (read_arguments(run, &handle, &commands))
		return CALL_FAILED;
	if (handle && !handle->local.length)
		watch_names(handle);
	uint64_t from = first_of(&engine->journal, run->entry->number, commands);
	uint64_t oldest = passages->newest > PASSAGES ? passages->newest - PASSAGES + 1 : 1;
	buffer_init(&text);
	for (uint64_t number = oldest; number <= passages->newest; number++) {
		const struct passage *passage = passages_get(passages, number);
		if (passage && passage->moment > from && passage->moment < run->entry->begun)
			add_segment(&text, handle, passage, &count);
	}
	entry_value(run->entry, count ? value_word(buffer_string(&text)) : value_text(""));
	run->entry->result = count;
	buffer_clear(&text);
	return CALL_DONE;
}
