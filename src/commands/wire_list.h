/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_WIRE_LIST_H
#define COMMANDS_WIRE_LIST_H
/*
 * The wire: its action, its list, and which segments it holds.
 */
#include "run.h"
#include "sosh/wire.h"

/* Which segments `wire hold` keeps back: those of these hosts that are as one of the words says. */
#define MATCH_WORDS 8u
struct wire_match {
	unsigned from, to; /* hosts; 0: any */
	struct wire_word {
		const char *name;    /* static */
		int kind;            /* enum segment_kind; SEGMENT_OTHER: any */
		unsigned set, clear; /* TCP flags that must be there, or not */
		bool data, no_data;
	} words[MATCH_WORDS];
	unsigned count; /* 0: all */
};

/* Adds a word such as SYN, SYN,ACK, FIN, RST, ACK, data, TCP, UDP, ICMP. 0, or -1 with `error`. */
int wire_match_add(struct wire_match *match, const char *word, struct error *error);
/* For wire_hold; the context is a struct wire_match. */
bool wire_matches(void *match, const struct wire_frame *frame);

enum progress start_wire(struct run *run);
/* Its actions with what they take: "loss PERCENT [SEED] [from HOST] [to HOST]". NULL at the end. */
const char *wire_usage_at(unsigned index);
/* What is held, as a table and as a list for JSON. */
enum progress wire_list(struct run *run);
/* What the wire does: "flows", "holds SYN from client"; and "; loss 10 % (seed 1)", with something before each way when
 * they differ. */
void wire_format_hold(struct buffer *out, const struct engine *engine);
void wire_format_faults(struct buffer *out, const struct engine *engine, const char *before);
enum progress start_segments(struct run *run);
/* The hosts and what the wire does, likewise. */
enum progress lab_show(struct run *run);

#endif
