/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_COMMANDS_EXPLANATIONS_H
#define SOSH_COMMANDS_EXPLANATIONS_H
/*
 * The table of explanations. The first row that fits is the one: its command and error are the entry's, all its
 * conditions hold, and all its {placeholders} are known.
 */
#include <stddef.h>

/* What must be so; joined by |. */
enum situation {
	ON_TCP = 1 << 0,    /* the socket: AF_INET or AF_INET6, SOCK_STREAM */
	ON_UDP = 1 << 1,    /* the same, SOCK_DGRAM */
	ON_UNIX = 1 << 2,   /* AF_UNIX */
	ON_DGRAM = 1 << 3,  /* SOCK_DGRAM of any family */
	ON_STREAM = 1 << 4, /* SOCK_STREAM and SOCK_SEQPACKET of any family */
	ON_IPV6 = 1 << 5,   /* AF_INET6 */
	IN_LISTEN = 1 << 6, /* the TCP states */
	IN_SYN_SENT = 1 << 7,
	IN_CONNECTION = 1 << 8,    /* ESTABLISHED and all that follow it */
	SENT_FIN = 1 << 9,         /* it has ended its own sending side */
	NEVER_CONNECTED = 1 << 10, /* CLOSED, and no peer was ever seen */
	WAS_CONNECTED = 1 << 11,   /* CLOSED, and a peer was seen */
	IS_CLOSED = 1 << 12,       /* the handle */
	TO_PATH = 1 << 13,         /* the address given: an AF_UNIX path */
	TO_ABSTRACT = 1 << 14,     /* an abstract AF_UNIX name */
	TO_PORT_0 = 1 << 15,
	TO_LOW_PORT = 1 << 16,     /* 1 to 1023 */
	TO_OTHER_FAMILY = 1 << 17, /* not the socket's */
	TO_LINK_LOCAL = 1 << 18,   /* fe80::… without an interface */
	TO_MAPPED = 1 << 19,       /* ::ffff:127.0.0.1 */
	TO_IPV6 = 1 << 20,
	IN_JOB = 1 << 21, /* the command is a job */
};

struct explanation {
	const char *commands; /* names with blanks between, "setsockopt(IP_TTL)" for one option; NULL: any */
	int error;            /* see symbol.h */
	unsigned when;        /* situations; 0: always */
	const char *sentence; /* see placeholders in explain.c */
};

/* All of them; `*count` how many. */
const struct explanation *explanations(size_t *count);

#endif
