/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_H
#define SOSH_WATCH_H
/*
 * What the kernel tells by itself. Nothing here changes what it looks at: SO_ERROR is never read.
 */
#include "sosh/journal.h"
#include "sosh/netlink.h"

struct watch {
	struct netlink diag;       /* opened when first needed */
	bool no_diag;              /* the kernel has no sock_diag */
	bool missed;               /* something could not be told for want of it */
	int notices;               /* an epoll instance, see watch_notices; 0: none */
	struct netlink *elsewhere; /* of the lab's hosts, index number - 1; owned */
	unsigned elsewhere_count;
	unsigned host; /* where to ask what no handle tells; 0: on this machine, and for a pair then on all hosts */
};

void watch_init(struct watch *watch);
void watch_clear(struct watch *watch);
/* The next host of the lab: takes a NETLINK_SOCK_DIAG that was opened there. */
void watch_also(struct watch *watch, struct netlink diag);

/* True when it is a TCP (or MPTCP) stream socket, which has states. */
bool watch_has_state(const struct handle *handle);
/*
 * The TCP state of a handle, also after close: by getsockopt(TCP_INFO), tcp(7); of a closed one by sock_diag(7)
 * with its address pair and cookie; STATE_CLOSED once the kernel has forgotten it. STATE_NONE when it has none.
 * Costs one system call while it is open.
 */
enum tcp_state watch_state(struct watch *watch, const struct handle *handle);
/* The state of any pair of addresses that the kernel knows; STATE_CLOSED when it knows none. -1 with `error` when it
 * cannot be asked. */
int watch_pair(struct watch *watch, const struct address *local, const struct address *peer, enum tcp_state *state,
               struct error *error);
/* Notes in the entry what changed since the handle was last looked at, and remembers it. `entry` may be NULL. */
void watch_handle(struct watch *watch, struct entry *entry, struct handle *handle);
/* How many bytes lie unread in an open socket (FIONREAD); -1: it has no such number. */
int64_t watch_unread(const struct handle *handle);
/* Remembers the names and the cookie of a handle (getsockname, getpeername): before close, and to show both ends. */
void watch_names(struct handle *handle);

/*
 * Notices of changes that come by themselves. watch_notices gives a descriptor (the watch's own) that becomes readable
 * when there are some, or -1 with `error`; after that each handle is to be given to watch_notice when it is new and
 * when it has begun to listen. Costs nothing while nothing happens. Closing a descriptor ends its notices.
 */
int watch_notices(struct watch *watch, struct error *error);
void watch_notice(struct watch *watch, const struct handle *handle);
/* The numbers of handles that may have changed, at most `most` at a time. How many; 0: no more. */
unsigned watch_noticed(struct watch *watch, int *numbers, unsigned most);

#endif
