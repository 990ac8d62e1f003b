/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_TCP_FIELDS_H
#define COMMANDS_TCP_FIELDS_H
/*
 * What the fields of TCP_INFO mean, tcp(7).
 */
#include "sosh/value.h"

struct tcp_field {
	const char *name;
	const char *unit;    /* of the number: "us", "ms", "bytes", "segments", "bytes/s"; "" for a plain one */
	const char *meaning; /* half a sentence */
};

/* By name, NULL when there is none. */
const struct tcp_field *tcp_field_find(const char *name);
/* In the table's order; NULL at the end. */
const struct tcp_field *tcp_field_at(unsigned index);
/* Adds the number as people read it: microseconds in ms, flags and states by name, what has no limit so. */
void tcp_field_format(struct buffer *out, const struct tcp_field *field, const struct value *value);

#endif
