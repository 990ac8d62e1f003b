/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WATCH_FACT_H
#define SOSH_WATCH_FACT_H
/*
 * What the kernel tells of a socket beside its state: queues, timers, who holds it. All of it is asked for by
 * sock_diag(7), ioctl(2), poll(2) and /proc; nothing here changes what it looks at.
 */
#include "sosh/watch.h"

enum watch_timer {
	TIMER_NONE,
	TIMER_RETRANSMIT,
	TIMER_KEEPALIVE,
	TIMER_TIME_WAIT, /* also of a closed socket in FIN-WAIT-2: when the kernel forgets it */
	TIMER_PROBE,     /* of a zero window */
};

/* One socket as the kernel describes it. */
struct watch_fact {
	int family, protocol;       /* AF_INET, AF_INET6, AF_UNIX; IPPROTO_TCP, IPPROTO_UDP, 0 */
	int type;                   /* SOCK_STREAM, … */
	struct address local, peer; /* length 0: none */
	enum tcp_state state;       /* STATE_NONE for UDP and AF_UNIX; a bound, idle TCP socket is STATE_CLOSED */
	bool listening;
	bool connected;         /* of an AF_UNIX socket found by its name: it has, or had, a peer; accepted ones too */
	bool shut_read;         /* the same: it was shut down for reading, and takes no clients any more */
	bool v6only;            /* IPV6_V6ONLY; of sockets that are not ours only when they have no peer */
	unsigned receive_queue; /* bytes to be read (of UDP sockets that are not ours the memory that they take);
	                           of a listener: connections that wait to be accepted */
	unsigned send_queue;    /* bytes not yet acknowledged; of a listener: the backlog */
	enum watch_timer timer;
	unsigned timer_ms;    /* until it expires */
	unsigned retransmits; /* how often the timer has expired in a row */
	unsigned uid;
	uint64_t inode;      /* 0: no socket any more (TIME-WAIT) or none that can be closed yet */
	uint64_t cookie;     /* SO_COOKIE */
	uint64_t peer_inode; /* of an AF_UNIX socket found by its name: the other end's; 0: none */
};

/*
 * Of a handle, also after its close while the kernel knows the connection. 0, or -1: nothing is known. Without
 * sock_diag an open one has no timer. One question, no dump, but for a socket in SYN-SENT whose peer is not remembered.
 */
int watch_fact(struct watch *watch, const struct handle *handle, struct watch_fact *fact);
/* Of the TCP connection (or with a peer of length 0: the listener) that these addresses name exactly. 0 or -1. */
int watch_fact_of_pair(struct watch *watch, const struct address *local, const struct address *peer,
                       struct watch_fact *fact);
/*
 * Calls `each` for every socket and connection on a local port of watch->host: IPPROTO_TCP or IPPROTO_UDP, both
 * families, TIME-WAIT too; bound, idle TCP sockets since Linux 6.8. A dump: only for a failed call or when the user
 * asks. How many, or -1 when the kernel cannot be asked. `each` may ask again: all have been read before it is called.
 */
int watch_each_on_port(struct watch *watch, int protocol, unsigned port,
                       void (*each)(const struct watch_fact *fact, void *context), void *context);
/*
 * The same for AF_UNIX sockets bound to this very file or abstract name. Accepted sockets have the name of their
 * listener too: they do not listen and have a peer_inode. A path that is not there nobody holds.
 */
int watch_each_of_name(struct watch *watch, const struct address *name,
                       void (*each)(const struct watch_fact *fact, void *context), void *context);
/* Would a socket bound to `held` keep one from being bound to `wanted` (same port; the same host, or one of them every
 * interface)? "Every interface" of IPv6 is taken to include IPv4's: ask v6only beside. */
bool watch_overlaps(const struct address *held, const struct address *wanted);

/* The process that holds the socket with this inode. */
struct watch_process {
	int pid;
	char name[32]; /* /proc/PID/comm, escaped to printable ASCII */
};
/* Reads /proc: other users' processes are not seen by an ordinary user. False: not found. */
bool watch_process(uint64_t inode, struct watch_process *process);

/* Calls `each` for every address of this machine's interfaces, with the interface's name: getifaddrs(3). 0 or -1. */
int watch_each_address(void (*each)(const struct address *address, const char *interface, void *context),
                       void *context);
/* Is it an address of this machine (127.0.0.0/8 and "every interface" included)? */
bool watch_is_own_address(const struct address *address);
/* Is it a broadcast address: 255.255.255.255, or that of one of this machine's networks? */
bool watch_is_broadcast(const struct address *address);
/* Is it one that every host has: loopback, or every interface? */
bool watch_is_everyones_address(const struct address *address);

/* A handle's queues, asked of its descriptor; of a closed TCP one of sock_diag. A number that the kind of socket has
 * not is -1. */
struct watch_queues {
	int64_t unread;  /* bytes to be read (FIONREAD; of datagrams: of the next one) */
	int64_t unacked; /* bytes not yet acknowledged (SIOCOUTQ without the FIN); of AF_UNIX: not read by the peer */
	int64_t waiting; /* of a listener: connections to be accepted */
	int64_t backlog; /* of a listener: listen's argument as the kernel took it; one more may wait */
};
void watch_queues(struct watch *watch, const struct handle *handle, struct watch_queues *queues);
/* Of a connected, open AF_UNIX socket: the inode of its other end; 0: not known. */
uint64_t watch_peer_inode(struct watch *watch, const struct handle *handle);
/* poll(2)'s events of an open handle now: POLLIN|POLLOUT|POLLPRI|POLLRDHUP and the error bits. 0 when closed. */
unsigned watch_ready(const struct handle *handle);
/*
 * getsockopt(2) of an option as a look, not recorded: the bytes, at most `room`. Their count or -1 with errno: EPERM
 * for those whose reading changes something (SO_ERROR, TCP_SAVED_SYN, …).
 */
int watch_option(const struct handle *handle, int level, int number, void *bytes, unsigned room);
/* Does reading that option take something away, or make a descriptor? */
bool watch_option_changes(int level, int number);
/*
 * A socket of the same kind that nothing has been done with, to be compared with: a handle that is in no session.
 * 0, or -1 with errno. Ended by watch_fresh_end.
 */
int watch_fresh(const struct handle *like, struct handle *fresh);
void watch_fresh_end(struct handle *fresh);

#endif
