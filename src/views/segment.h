/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_VIEWS_SEGMENT_H
#define SOSH_VIEWS_SEGMENT_H
/*
 * What the line and the JSON object of a segment share.
 */
#include <jansson.h>

#include "sosh/view_segment.h"

/* Adds an end as shown: client:80, 127.0.0.1:80, [::1]:80; a host alone where there are no ports. */
void segment_end(struct buffer *out, const struct view_segment *view, bool from);
/* The sequence and acknowledgement numbers to show. False when it has none. */
bool segment_numbers(const struct view_segment *view, uint32_t *seq, uint32_t *ack);
/* Adds TCP's options: <mss 1460,sackOK,TS,wscale 7>; nothing when it has none. */
void segment_options(struct buffer *out, const struct view_segment *view);
/* The object; to be dropped with json_decref. */
json_t *segment_object(const struct view_segment *view);

#endif
