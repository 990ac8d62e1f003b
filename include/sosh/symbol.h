/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SYMBOL_H
#define SOSH_SYMBOL_H
/*
 * Symbols: the constants by their C names, and the names of errors and of TCP states.
 *
 * The tables are sorted at build time or by hand and searched by halves: starting costs nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
	const char *name;
	int64_t number;
};

/* The constant of that name (AF_INET, MSG_PEEK, errno names not included), or NULL. */
const struct symbol *symbol_find(const char *name, size_t length);
/* The name of a number in a group: the first whose name begins with `prefix` ("AF_"), or NULL. */
const char *symbol_name(const char *prefix, int64_t number);
/* Calls `each` for every constant whose name begins with `prefix` ("" for all), in the order of names. */
void symbol_each(const char *prefix, void (*each)(const struct symbol *symbol, void *context), void *context);
/* True for a word that can only be meant as a constant: capitals with a known prefix (AF_FOO). */
bool symbol_looks_like(const char *name, size_t length);

/*
 * Errors. One number space: errno(3)'s are positive, EAI_… of getaddrinfo(3) negative as in netdb.h,
 * and TIMEOUT (sosh's own word for a call's own timeout, no errno) is ERROR_TIMEOUT.
 */
#define ERROR_TIMEOUT 100000
/* 0 when the name is none. EWOULDBLOCK is EAGAIN, ENOTSUP is EOPNOTSUPP. */
int error_number(const char *name, size_t length);
/* "ECONNREFUSED", "EAI_NONAME", "TIMEOUT"; "0" for 0; NULL for a number without a name. */
const char *error_name(int number);
/* strerror(3), gai_strerror(3) and our own sentence. Never NULL. */
const char *error_text(int number);
/* Calls `each` for each error's name. */
void error_each(void (*each)(const char *name, int number, void *context), void *context);

/* TCP states: the kernel's numbers (netinet/tcp.h, TCP_ESTABLISHED is 1) with RFC 9293's names. */
enum tcp_state {
	STATE_NONE = 0, /* no TCP, or not known */
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT,
	STATE_SYN_RECEIVED,
	STATE_FIN_WAIT_1,
	STATE_FIN_WAIT_2,
	STATE_TIME_WAIT,
	STATE_CLOSED,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_CLOSING,
};
/* "CLOSE-WAIT"; NULL for STATE_NONE and unknown ones. */
const char *state_name(enum tcp_state state);
/* STATE_NONE when it is none of the eleven names. Takes "_" for "-" too. */
enum tcp_state state_number(const char *name, size_t length);

/*
 * Socket options: the level found from the name and the type of its value.
 */
enum option_type {
	OPTION_INT,     /* int; on/off options too */
	OPTION_LINGER,  /* struct linger, socket(7) */
	OPTION_TIMEVAL, /* struct timeval, as seconds; 0 is None */
	OPTION_TEXT,    /* a string: TCP_CONGESTION, SO_BINDTODEVICE */
	OPTION_ERROR,   /* SO_ERROR: an errno as a value */
	OPTION_BYTES,   /* anything else: raw bytes */
};
struct option {
	const char *name;
	int level, number;
	enum option_type type;
};
/* By name (level found from it), or NULL. */
const struct option *option_find(const char *name, size_t length);
/* By level and number, or NULL. */
const struct option *option_of(int level, int number);
void option_each(void (*each)(const struct option *option, void *context), void *context);

#endif
