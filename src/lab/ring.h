/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_RING_H
#define LAB_RING_H
/*
 * All ends of the wire at once: one packet(7) socket with a ring of memory shared with the kernel, into which the
 * kernel puts what the hosts send, in that order.
 */
#include <linux/if_packet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct ring {
	int fd;              /* -1: not open */
	char *memory;        /* mapped */
	unsigned next;       /* slot to be looked at next */
	unsigned unreleased; /* slots before it that the kernel has not been given back */
	uint64_t missed;     /* frames for which there was no room */
};

/* A frame in the ring: valid until ring_release. */
struct ring_frame {
	unsigned interface; /* its index */
	char *bytes;
	size_t length;
	bool cut_off; /* it was longer */
	int64_t time; /* CLOCK_REALTIME, ns */
};

/* In the network namespace of the caller. 0, or -1 with errno. */
int ring_open(struct ring *ring);
void ring_close(struct ring *ring);
/* Takes the next frame. False: none is there. */
bool ring_take(struct ring *ring, struct ring_frame *frame);
/* All that were taken are done with. */
void ring_release(struct ring *ring);
/* Where a message is to go: its msg_name. */
struct sockaddr_ll ring_address(unsigned interface);
/* Sends messages, at most `count`. How many were taken; -1 with errno: the first was not. */
int ring_send(struct ring *ring, struct mmsghdr *messages, unsigned count);
/* Forgets an error of the socket, which else would make it ready for ever. */
void ring_forgive(struct ring *ring);

#endif
