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
	int newest;          /* of these, the last one made */
	bool lowat;          /* SO_RCVLOWAT was set above 1 */
	bool shares;         /* SO_REUSEPORT is set: clients may go to another listener of the same name */
};

/* How the connection of a handle was ended from this side: entries of the journal, 0: not. */
struct handle_ending {
	uint64_t closed_in;    /* close of its last descriptor */
	uint64_t shut_in;      /* shutdown of its sending side */
	uint64_t shut_read_in; /* shutdown of its receiving side */
	uint64_t dissolved_in; /* connect to AF_UNSPEC */
	int64_t unread;        /* bytes that lay unread when it was closed; -1: not known */
	bool shut_early;       /* that shutdown came before the connection, which it holds for all the same */
	bool reuse;            /* SO_REUSEADDR was set when it was closed */
};

/* A handle: never freed, never reused; closed ones are still known. */
struct handle {
	int number; /* from 1 */
	int fd;     /* -1 once closed: the kernel itself then says EBADF */
	int family, type, protocol;
	unsigned host;              /* of the lab, that it was made on; 0: this machine */
	char *name;                 /* the last name assigned to it, or NULL; owned */
	double timeout;             /* settimeout's seconds; negative: none */
	struct open_socket *open;   /* NULL once closed */
	int older_copy;             /* the handle that was made before it on this open socket; 0: none is open */
	enum tcp_state state;       /* as last seen */
	struct address local, peer; /* as last seen, length 0 when never */
	uint64_t inode;             /* of an AF_UNIX socket, whose ends have no addresses; 0: never seen */
	uint64_t cookie;            /* SO_COOKIE, kept at close to recognise the connection afterwards; 0: unknown */
	bool linger;                /* SO_LINGER with a time was set: close may wait */
	bool abort;                 /* SO_LINGER with a time of 0 was set: close sends RST */

	/* whom it has to do with in this session; numbers of handles, 0: none */
	int other;                          /* the other end of its connection */
	int accepted_from;                  /* the listener that accept took it from */
	int waits_with;                     /* of a client: the listener where its connection waits to be accepted */
	int next_waiting, previous_waiting; /* the list of the clients that wait there, the newest first */
	int first_waiting;                  /* of a listener: where that list begins */
	enum tcp_state waiting_state;       /* of a client: the state of its end that waits there, as last seen */
	unsigned lost;                      /* datagrams that had no room in it, as last seen */
	struct handle_ending ending;        /* how it was ended from this side */
};

struct setting_values {
	double patience; /* seconds that a state word, wire deliver, … may take; 1 */
	bool echo;       /* write each command before its result */
	bool events;     /* tell what happens by itself; on */
	bool calls;      /* show each system call */
};

/* A host of the lab, as its sockets are told apart. */
struct session_host {
	char *name;             /* owned */
	struct address in, in6; /* its addresses, port 0; of length 0: none */
};

struct session {
	struct handle **handles; /* index number - 1 */
	unsigned handle_count, handle_room;
	unsigned open_count;
	struct session_host *hosts; /* index number - 1 */
	unsigned host_count;
	struct relation *relations; /* hash table of names, see relation.c */
	unsigned relation_count, relation_room;
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

/* Adds a host of the lab: its number is one more than the last one's. Copies all. */
void session_add_host(struct session *session, const char *name, const struct address *in, const struct address *in6);
/* The host that has this address, whatever the port; 0: none. */
unsigned session_host_of(const struct session *session, const struct address *address);
/*
 * Where an address leads from a host: to the host of the lab that has it, else (loopback, every interface) to that host
 * itself. From this machine, 0, always to itself: what it has is not told here.
 */
unsigned session_host_from(const struct session *session, unsigned host, const struct address *address);
/* Its name, borrowed; NULL for 0 and unknown ones. */
const char *session_host_name(const struct session *session, unsigned host);

/* A new handle for a descriptor; `open` is shared with the handle that it copies, or NULL for a new socket. */
struct handle *session_add_handle(struct session *session, int fd, int family, int type, int protocol,
                                  struct open_socket *open);
/* Another open handle of the same open socket (dup), the newest; NULL: there is none. */
struct handle *session_copy(const struct session *session, const struct handle *handle);
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

/*
 * Relations: who is at the other end of whom (relation.c). Found by addresses, without a look at all handles.
 */
/* The handle's `local` or `peer` became known: links it with its other end, or with the listener where it waits. */
void session_named(struct session *session, struct handle *handle);
/* The open handle of the AF_UNIX socket with that inode, or NULL. */
struct handle *session_of_inode(const struct session *session, uint64_t inode);
/* One copy (dup) takes the place of another: with whom it waits, who waits with it, and its other end unless it knows
 * one itself. */
void session_stand_in(struct session *session, struct handle *handle, struct handle *copy);
/* It has no ends, and nothing to do with anybody any more. */
void session_unlink(struct session *session, struct handle *handle);
/* Links two ends that have no addresses (AF_UNIX). */
void session_link(struct session *session, struct handle *one, struct handle *other);
/*
 * The handle of that kind of socket that is bound to the address, as seen from a host, and has no peer, or the one that
 * is bound to its port on every interface there; an open one before a closed one. NULL: none.
 */
struct handle *session_bound(const struct session *session, unsigned host, int family, int type,
                             const struct address *address);
/* The same, where a client of that address goes: one that is bound and known not to listen is passed over. */
struct handle *session_listener(const struct session *session, unsigned host, int family, int type,
                                const struct address *address);
/* The handle on that host whose connection has these ends, an open one before a closed one. NULL: none. */
struct handle *session_connected(const struct session *session, unsigned host, int family, int type,
                                 const struct address *local, const struct address *peer);

/* A variable by name, or NULL. `hash` is text_hash of the name. Borrowed until the next set. */
const struct value *session_get(const struct session *session, const char *name, size_t length, uint32_t hash);
/* Sets (takes the value). A handle takes this as its name. */
void session_set(struct session *session, const char *name, size_t length, struct value value);
void session_each(const struct session *session, void (*each)(const struct variable *variable, void *context),
                  void *context);

#endif
