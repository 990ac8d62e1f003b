/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_PCAPNG_H
#define SOSH_PCAPNG_H
/*
 * Writes captured packets to a file that Wireshark and tshark read: draft-ietf-opsawg-pcapng.
 *
 * Each block is written whole or not at all: when a write fails (the disk is full), the file is cut back to its last
 * whole block and stays readable.
 */
#include "sosh/buffer.h"
#include "sosh/error.h"

/* Link types of interfaces: the registry of draft-ietf-opsawg-pcaplinktype. */
enum pcapng_link {
	PCAPNG_ETHERNET = 1,
	PCAPNG_IP = 101, /* begins with the IPv4 or IPv6 header */
};

enum pcapng_direction {
	PCAPNG_UNKNOWN,
	PCAPNG_INBOUND,
	PCAPNG_OUTBOUND,
};

struct pcapng_packet {
	unsigned interface; /* as pcapng_interface gave it */
	int64_t time;       /* ns since 1970 */
	enum pcapng_direction direction;
	const void *bytes;
	size_t captured;     /* of them that are here */
	size_t length;       /* of them on the wire */
	const char *comment; /* text for people; NULL */
};

struct pcapng {
	int fd;              /* -1: not open */
	char *path;          /* as the user named it; owned */
	unsigned interfaces; /* described so far */
	uint64_t packets;    /* written so far */
	int64_t length;      /* of the whole blocks */
	bool is_regular;     /* it can be cut back, a pipe cannot */
	bool broken;         /* it ends within a block */
	struct buffer block; /* being made */
};

void pcapng_init(struct pcapng *file);
/* Closes it, should it be open, whatever is wrong. */
void pcapng_clear(struct pcapng *file);
/* Makes the file, or empties it, and begins it. A named pipe must have a reader. -1 with `error`: it stays closed. */
int pcapng_open(struct pcapng *file, const char *path, const char *program, struct error *error);
/* Describes an interface; its packets' times are in ns. Returns its number, from 0, or -1 with `error`. */
int pcapng_interface(struct pcapng *file, const char *name, enum pcapng_link link, struct error *error);
/* After a failure others may be tried. 0, or -1 with `error`. */
int pcapng_packet(struct pcapng *file, const struct pcapng_packet *packet, struct error *error);
/* -1 with `error` when what was written may not have arrived; it is closed all the same. */
int pcapng_close(struct pcapng *file, struct error *error);

#endif
