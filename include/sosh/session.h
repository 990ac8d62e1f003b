/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SESSION_H
#define SOSH_SESSION_H
/*
 * The session: handles, variables and settings. Pure data; nothing here makes a system call.
 */
#include "sosh/address.h"
#include "sosh/symbol.h"
#include "sosh/value.h"

/*
 * What the descriptors of one open socket share (dup(2)): the kernel's open file description.
 */
struct open_socket {
	unsigned references; /* open handles */
	bool lowat;          /* SO_RCVLOWAT was set above 1 */
};

/* A handle: never freed, never reused; closed ones are still known. */
struct handle {
	int number; /* from 1 */
	int fd;     /* -1 once closed: the kernel itself then says EBADF */
	int family, type, protocol;
	char *name;                 /* the last name assigned to it, or NULL; owned */
	double timeout;             /* settimeout's seconds; negative: none */
	struct open_socket *open;   /* NULL once closed */
	enum tcp_state state;       /* as last seen */
	struct address local, peer; /* as last seen, length 0 when never */
	uint64_t cookie;            /* SO_COOKIE, kept at close to recognise the connection afterwards; 0: unknown */
	bool linger;                /* SO_LINGER with a time was set: close may wait */
};

struct setting_values {
	double patience; /* seconds that a state word, wire deliver, … may take; 1 */
	bool echo;       /* write each command before its result */
};

struct session {
	struct handle **handles; /* index number - 1 */
	unsigned handle_count, handle_room;
	unsigned open_count;
	struct variable *variables; /* hash table, see session.c */
	unsigned variable_count, variable_room;
	struct setting_values settings;
};

struct variable {
	char *name; /* NULL: free place */
	uint32_t length, hash;
	struct value value;
};

void session_init(struct session *session);
void session_clear(struct session *session); /* closes nothing: descriptors end with the process */

/* A new handle for a descriptor; `open` is shared with the handle that it copies, or NULL for a new socket. */
struct handle *session_add_handle(struct session *session, int fd, int family, int type, int protocol,
                                  struct open_socket *open);
/* Marks it closed: fd -1, its share of the open socket dropped. */
void session_closed(struct session *session, struct handle *handle);
/*
 * Forgets a closed handle that nobody has seen: of a command that failed after it had made the socket. Frees it, when
 * it is the newest: its number is not spent then.
 */
void session_withdraw(struct session *session, struct handle *handle);
/* By number, or NULL. */
struct handle *session_handle(const struct session *session, int64_t number);
/* What people call it: its name, else its number; into `out`. */
void session_handle_label(struct buffer *out, const struct handle *handle);

/* A variable by name, or NULL. `hash` is text_hash of the name. Borrowed until the next set. */
const struct value *session_get(const struct session *session, const char *name, size_t length, uint32_t hash);
/* Sets (takes the value). A handle takes this as its name. */
void session_set(struct session *session, const char *name, size_t length, struct value value);
void session_each(const struct session *session, void (*each)(const struct variable *variable, void *context),
                  void *context);

#endif
