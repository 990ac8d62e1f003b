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

/* How many columns the ends take at most, so that all lines are aligned. */
static unsigned ends_width(const struct session *session, const struct entry *entry, uint64_t last)
{
	unsigned width = 0;

	for (uint64_t number = entry->first_segment; number <= last; number++) {
		const struct passage *passage = passages_get(entry->passages, number);
		struct view_segment view;
		struct segment segment;
		if (!passage)
			continue;
		view_of_passage(&view, &segment, passage, session);
		unsigned own = view_segment_ends_width(&view);
		width = own > width ? own : width;
	}
	return width;
}

void view_segments_of(struct buffer *out, const struct session *session, const struct entry *entry,
                      const struct view_style *style)
{
	struct view_style narrow = *style;
	uint64_t last = entry->last_segment;

	if (!entry->passages)
		return;
	if (last - entry->first_segment >= LINES_MOST)
		last = entry->first_segment + LINES_MOST - 1;
	narrow.width = style->width > 2 * INDENT ? style->width - INDENT : INDENT;
	unsigned width = ends_width(session, entry, last);
	for (uint64_t number = entry->first_segment; number <= last; number++) {
		const struct passage *passage = passages_get(entry->passages, number);
		struct view_segment view;
		struct segment segment;
		if (!passage)
			continue;
		view_of_passage(&view, &segment, passage, session);
		view.ends_width = width;
		buffer_fill(out, ' ', INDENT);
		view_segment_line(out, &view, &narrow);
	}
	if (last < entry->last_segment)
		buffer_format(out, "   ... and %llu more\n", (unsigned long long)(entry->last_segment - last));
}
