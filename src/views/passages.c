/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What crossed the wire while a command ran, as lines below its result.
 */
#include "sosh/view_segment.h"

#define INDENT     3u
#define LINES_MOST 24u

bool view_lab_host(struct buffer *out, const struct address *host, void *session)
{
	const struct session *known = session;
	const char *name = session_host_name(known, session_host_of(known, host));

	if (name)
		buffer_text(out, name);
	return name;
}

void view_of_passage(struct view_segment *view, struct segment *segment, const struct passage *passage,
                     const struct session *session)
{
	passage_read(passage, segment);
	*view = (struct view_segment){.number = passage->number,
	                              .segment = segment,
	                              .place = &passage->place,
	                              .host_name = view_lab_host,
	                              .context = (void *)(uintptr_t)session};
	if (passage->fate != PASSAGE_DELIVERED)
		view->fate = passage_fate_name(passage->fate);
}

bool view_of_entry(struct view_segment *view, struct segment *segment, const struct entry *entry, uint64_t number,
                   const struct session *session)
{
	const struct passage *passage = entry_segment(entry, number);

	if (passage)
		view_of_passage(view, segment, passage, session);
	return passage;
}

/* The first one that was not told when a job began. */
static uint64_t first_of(const struct entry *entry)
{
	return entry->told_segment >= entry->first_segment ? entry->told_segment + 1 : entry->first_segment;
}

/* The number behind the last one that is shown; `*width`: the columns that their ends take, so that all are aligned. */
static uint64_t measure(const struct session *session, const struct entry *entry, unsigned *width)
{
	unsigned lines = 0;
	uint64_t number = first_of(entry);

	*width = 0;
	for (; number <= entry->last_segment && lines < LINES_MOST; number++) {
		struct view_segment view;
		struct segment segment;
		if (!view_of_entry(&view, &segment, entry, number, session))
			continue;
		unsigned own = view_segment_ends_width(&view);
		*width = own > *width ? own : *width;
		lines++;
	}
	return number;
}

static void add_rest(struct buffer *out, const struct entry *entry, uint64_t number)
{
	uint64_t count = 0;

	for (; number <= entry->last_segment; number++)
		count += entry_segment(entry, number) != NULL;
	if (count)
		buffer_format(out, "   ... and %llu more\n", (unsigned long long)count);
}

void view_segments_of(struct buffer *out, const struct session *session, const struct entry *entry,
                      const struct view_style *style)
{
	struct view_style narrow = *style;
	unsigned width;

	if (!entry->passages)
		return;
	narrow.width = style->width > 2 * INDENT ? style->width - INDENT : INDENT;
	uint64_t end = measure(session, entry, &width);
	for (uint64_t number = first_of(entry); number < end; number++) {
		struct view_segment view;
		struct segment segment;
		if (!view_of_entry(&view, &segment, entry, number, session))
			continue;
		view.ends_width = width;
		buffer_fill(out, ' ', INDENT);
		view_segment_line(out, &view, &narrow);
	}
	add_rest(out, entry, end);
}
