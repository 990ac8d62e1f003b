/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One segment as JSON's object, every key always there.
 */
#include <stdlib.h>

#include "segment.h"
#include "sosh/memory.h"

static json_t *json_text(struct buffer *text)
{
	json_t *string = json_stringn(buffer_string(text), text->length);
	buffer_clear(text);
	return string ? string : json_null();
}

static json_t *json_end(const struct view_segment *view, bool from)
{
	struct buffer text;
	buffer_init(&text);
	segment_end(&text, view, from);
	return json_text(&text);
}

static json_t *json_flags(const struct segment *segment)
{
	struct buffer text;
	buffer_init(&text);
	segment_flags(&text, segment);
	return json_text(&text);
}

json_t *segment_object(const struct view_segment *view)
{
	const struct segment *segment = view->segment;
	uint32_t seq = 0, ack = 0;
	bool has_seq = segment_numbers(view, &seq, &ack), has_ack = has_seq && segment->tcp.flags & SEGMENT_ACK;
	json_t *object = json_object();
	json_object_set_new(object, "n", view->number ? json_integer((json_int_t)view->number) : json_null());
	json_object_set_new(object, "from", segment->version ? json_end(view, true) : json_null());
	json_object_set_new(object, "to", segment->version ? json_end(view, false) : json_null());
	json_object_set_new(object, "flags", json_flags(segment));
	json_object_set_new(object, "seq", has_seq ? json_integer(seq) : json_null());
	json_object_set_new(object, "ack", has_ack ? json_integer(ack) : json_null());
	json_object_set_new(object, "length", json_integer((json_int_t)segment->length));
	json_object_set_new(object, "fate", view->fate ? json_string(view->fate) : json_null());
	return object;
}

static int write_piece(const char *bytes, size_t length, void *out)
{
	buffer_add(out, bytes, length);
	return 0;
}

void view_segment_json(struct buffer *out, const struct view_segment *view)
{
	json_set_alloc_funcs(memory_get, free); /* as view_json: no key is ever missing */
	json_t *object = segment_object(view);
	json_dump_callback(object, write_piece, out, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(object);
}
