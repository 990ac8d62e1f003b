/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_PORT_H
#define LAB_PORT_H
/*
 * The wire's end of one host's link: a packet(7) socket with a ring of memory shared with the kernel, into which the
 * kernel puts what the host sends.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct port {
	int fd;              /* -1: not open */
	char *ring;          /* mapped */
	unsigned slots;      /* in the ring */
	unsigned next;       /* slot to be looked at next */
	unsigned unreleased; /* slots before it that the kernel has not been given back */
	uint64_t missed;     /* frames for which there was no room */
};

/* A frame in the ring: valid until port_release. */
struct port_frame {
	char *bytes;
	size_t length;
	bool cut_off; /* it was longer */
	int64_t time; /* CLOCK_REALTIME, ns */
};

/* On the interface of that name in the caller's namespace. 0, or -1 with errno. */
int port_open(struct port *port, const char *name, unsigned slots);
void port_close(struct port *port);
/* The next frame, which stays the next. False: none is there. */
bool port_peek(struct port *port, struct port_frame *frame);
/* Goes on to the one behind it. */
void port_skip(struct port *port);
/* All that were skipped are done with. */
void port_release(struct port *port);
/* Sends messages to the host, at most `count`. How many were taken; -1 with errno: the first was not. */
int port_send(struct port *port, struct mmsghdr *messages, unsigned count);
/* Forgets an error of the socket, which else would make it ready for ever. */
void port_forgive(struct port *port);

#endif
