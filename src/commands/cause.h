/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMANDS_CAUSE_H
#define SOSH_COMMANDS_CAUSE_H
/*
 * Causes: why a call failed here and now. They are looked for in the session, in the journal and, where that does not
 * tell, in the kernel: only after a failure, and only by looking.
 */
#include "sosh/watch_fact.h"

struct story;

enum cause_kind {
	CAUSE_NONE,

	/* who holds the address that was wanted */
	HELD_BY_LISTENER,
	HELD_BY_BOUND,
	HELD_BY_UDP,
	HELD_BY_CONNECTION,
	HELD_BY_TIME_WAIT,
	NAME_HELD, /* AF_UNIX */
	NAME_LEFT_OVER,
	NAME_IS_A_FILE,
	NOT_OUR_ADDRESS,
	SAME_CONNECTION, /* both ends are those of another connection */
	NO_PORT_LEFT,
	LOW_PORT,
	IS_BROADCAST,

	/* why nobody answered, or said no */
	BOUND_ONLY, /* it does not listen */
	STOPPED_LISTENING,
	LISTENS_NOW,
	LISTENS_ELSEWHERE,
	LISTENS_TO_IPV6,
	TAKES_FROM_PEER, /* of UDP: connected to another */
	OTHER_TYPE,      /* AF_UNIX */
	OTHER_PROTOCOL,
	CLOSED_THERE,
	HOST_REFUSED, /* another host */
	QUEUE_FULL,
	SILENCE,
	SILENCE_HERE, /* of an address of this machine */
	NOT_ACCEPTED, /* the connection still waits with its listener */
	DEFERS,       /* TCP_DEFER_ACCEPT */

	/* how a connection ended */
	OWN_SHUTDOWN,
	OWN_DISSOLVED,
	CLOSED_UNREAD,
	CLOSED_BY_LINGER,
	DISSOLVED,
	PEER_CLOSED,
	PEER_SHUT_READ,
	LISTENER_GONE,
	CONNECT_FAILED,
	ENDED_BEFORE, /* the connection, with an error that was told */

	/* the wrong socket, or the wrong moment */
	LISTENER_USED,
	ACCEPTED_USED,
	ACCEPTED_ACCEPTS,
	LEFT_CONNECTION, /* accepted, then dissolved */
	ALREADY_CONNECTED,
	FROM_LOOPBACK, /* it is bound to an address that reaches this machine alone */
	PEER_DOES_NOT_READ,
	NO_DESCRIPTOR,
	TOO_BIG_FOR_BUFFER,
	TOO_BIG_FOR_PACKET,

	/* the lab */
	LAB_ADDRESS,       /* another host's; a server was to be made */
	LAB_ADDRESS_BOUND, /* another host's; a socket was to be bound */
	OUTSIDE_LAB,       /* the socket, while the address is a host's */
	OTHER_LOOPBACK,

	/* paths */
	PART_MISSING,
	PART_NO_DIRECTORY,
	PART_NOT_SEARCHABLE,
	PART_NOT_WRITABLE,
};

/* What else is known of it; joined by |. */
enum cause_given {
	NEW_REUSES = 1 << 0, /* SO_REUSEADDR of the socket that was to be bound */
	NEW_DOES_NOT = 1 << 1,
	OLD_REUSES = 1 << 2, /* SO_REUSEADDR of the socket that holds the address, or had it */
	OLD_DOES_NOT = 1 << 3,
	IS_UNIX = 1 << 4,
	OLD_SHARES = 1 << 5,      /* SO_REUSEPORT of the one, while the other is without it */
	HELD_IN_IPV6 = 1 << 6,    /* the port that was wanted over IPv4 */
	HELD_IN_IPV4 = 1 << 7,    /* the other way round */
	PORT_GIVEN_BACK = 1 << 8, /* the kernel had chosen it: what stopped listening has it no more */
	CLIENT_WAITS = 1 << 9,    /* to be accepted */
};

struct cause {
	enum cause_kind kind;
	unsigned given;
	const struct handle *who; /* a handle of this session, or NULL: `process` says who */
	char process[64];         /* "nginx, pid 812"; "" when nobody is meant */
	struct watch_fact fact;   /* of the socket or connection in question; local.length 0: none */
	uint64_t how;             /* the entry that did it; 0: none */
	int failure;              /* how that entry ended */
	int64_t count, most;      /* -1: not known */
	struct buffer text;       /* a list, a part of a path */
};

/* Fills in story->cause. */
void cause_find(struct story *story);

/* A sentence about a cause. The first row of the cause that fits and whose {placeholders} are all known is the one. */
struct cause_row {
	enum cause_kind kind;
	int error;            /* 0: any */
	unsigned given;       /* what must be so */
	const char *sentence; /* see placeholders.c */
	const char *commands; /* what to type, a line each; NULL: nothing helps here */
};
const struct cause_row *cause_rows(size_t *count);

/*
 * For the finders, a file each. Each sets story->cause.kind when it has found something.
 */
void cause_of_address(struct story *story); /* cause_address.c: EADDRINUSE, EADDRNOTAVAIL, EACCES */
void cause_of_name(struct story *story);    /* cause_name.c: AF_UNIX names and paths */
void cause_of_refusal(struct story *story); /* cause_refusal.c: ECONNREFUSED */
void cause_of_silence(struct story *story); /* cause_silence.c: TIMEOUT, ETIMEDOUT, EINPROGRESS, EALREADY, EAGAIN */
void cause_of_end(struct story *story);     /* cause_end.c: ECONNRESET, EPIPE, ENOTCONN */
void cause_of_use(struct story *story);     /* cause_use.c: EINVAL, EISCONN, EMFILE, EMSGSIZE */
/* The entry of the shutdown of a handle, through any of its copies (dup); 0: none. cause_end.c */
uint64_t handle_shut_in(const struct session *session, const struct handle *handle, bool reading);
bool cause_of_listener_used(struct story *story); /* cause_use.c: a listener where its connection was meant */
bool cause_of_lab(struct story *story);           /* cause_lab.c: which host was forgotten; false: none */

/* cause_holder.c */
/* What is looked for on a port. */
struct holder_search {
	struct story *story;
	const struct address *wanted;
	bool wanted_v6only;
	uint64_t own; /* the cookie of the story's socket, which is no holder; 0 */
	int (*rank)(const struct holder_search *,
	            const struct watch_fact *); /* 0: not this one; the highest is taken */
	int best;
	struct watch_fact found;
};
/* Looks at all sockets of IPPROTO_TCP or IPPROTO_UDP on the wanted port. False: nobody was found. */
bool holder_find(struct holder_search *search, int protocol);
/* Do the addresses clash, IPV6_V6ONLY considered? */
bool holder_clashes(const struct holder_search *search, const struct watch_fact *fact);
/* The handle of the socket or connection that the kernel has described; NULL: it is of no handle of this session. */
const struct handle *holder_handle(const struct story *story, const struct watch_fact *fact);
/* Takes this one: its handle, or its process. */
void holder_take(struct story *story, const struct watch_fact *fact);
/* SO_COOKIE; 0: none. */
uint64_t handle_cookie(const struct handle *handle);
/* A number that getsockopt(2) knows; `otherwise` where it does not, or the handle is closed. */
int handle_option(const struct handle *handle, int level, int number, int otherwise);
/* Has a socket of TCP that was bound lost its port? That of a listener which the kernel chose ends with the listening.
 */
bool gave_port_back(const struct handle *handle);

/*
 * The listener at an address, as seen from watch->host, of TCP or of this session's AF_UNIX ones, when its queue is
 * full: then its fact (cause_silence.c). Asks for addresses, never for all sockets.
 */
bool listener_is_full(const struct session *session, struct watch *watch, const struct address *target, int type,
                      struct watch_fact *fact);

#endif
