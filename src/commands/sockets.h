/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_SOCKETS_H
#define COMMANDS_SOCKETS_H
/*
 * The table of sockets: what it is made of.
 */
#include "run.h"
#include "sosh/watch_fact.h"

/* A socket as one line of the table shows it, and as a structure of JSON. */
struct socket_line {
	const struct handle *handle; /* NULL: it has none */
	const char *name;            /* of the handle; of others, who holds it; "" */
	const char *host;            /* of the lab; NULL: this machine */
	const char *brief_name;      /* where there is little room; NULL: the same */
	int family, type, protocol;
	enum tcp_state state;
	int64_t left_ms;                    /* until the kernel forgets it; -1: it does not, or nobody asked */
	const struct address *local, *peer; /* borrowed; length 0: none */
	struct watch_queues queues;
	unsigned ready;
	const int *jobs; /* that wait on it */
	unsigned job_count;
};

/* Values that become a list. */
struct values {
	struct value *items; /* owned */
	unsigned count, room;
};
/* Takes the value. */
void values_add(struct values *values, struct value value);

/* The table in the making. */
struct socket_listing {
	struct run *run;
	struct view_table table;
	struct value open; /* a list, as JSON has it */
	struct values closed, others;
};

/* Adds a line to the table. */
void socket_line_show(struct socket_listing *listing, const struct socket_line *line);
/* As a structure, with `extra` more items, None as yet, at its end. */
struct value socket_line_value(const struct socket_line *line, unsigned extra);

/* Is it of the hosts that are listed? */
bool socket_is_meant(const struct socket_listing *listing, const struct handle *handle);
/* Adds what others hold on the ports and names of this session's sockets, when there is any. */
void list_others(struct socket_listing *listing);
/* "TCP", "UDP6", "unix": the kind of a socket in a word. */
void socket_kind(struct buffer *out, int family, int type, int protocol);
/* Milliseconds until the kernel forgets it; -1 when no such clock runs. */
int64_t time_left(const struct watch_fact *fact);
/* Whether it is closed, and something of it may still be known to the kernel. */
bool may_be_known(const struct engine *engine, const struct handle *handle);

enum progress start_sockets(struct run *run);

#endif
