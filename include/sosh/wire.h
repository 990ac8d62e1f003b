/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_WIRE_H
#define SOSH_WIRE_H
/*
 * The wire of a lab: every frame that a host sends is taken here and handed on to the hosts that it is for (by its
 * destination MAC address; to all others when that is a group's), or kept, or lost, as the wire is told.
 *
 * Frames are numbered from 1 in the order in which they came (see wire_number_after). What networks say by themselves
 * (ARP, neighbour and router discovery, MLD, IGMP) is handed on unless the wire is cut, but not numbered, held or told.
 * Hosts are named by their numbers, see lab.h. Everything happens in the functions below; but for wire_settle nothing
 * waits.
 */
#include "sosh/error.h"
#include "sosh/loop.h"

#define WIRE_KEPT 4096 /* frames held, and frames delayed, at most */

struct wire;

enum wire_fate {
	WIRE_CARRIED,   /* handed on as it came, or after a delay */
	WIRE_HELD,      /* kept until wire_deliver, wire_drop or wire_flow */
	WIRE_DELAYED,   /* on its way: told again when it is handed on */
	WIRE_DELIVERED, /* a held one, by wire_deliver */
	WIRE_COPIED,    /* a copy of a held one, by wire_copy; it is held still */
	WIRE_DROPPED,   /* a held one, by wire_drop */
	WIRE_LOST,      /* by the loss that was asked for */
	WIRE_CUT,       /* the wire is cut */
	WIRE_OVERFLOW,  /* more than WIRE_KEPT: the oldest held one, or the new one that should be delayed */
	WIRE_FAILED,    /* the kernel did not take it on the other side, or it is longer than the wire carries */
	WIRE_NOWHERE,   /* no host has its destination MAC address */
};

struct wire_frame {
	uint64_t number;
	unsigned from, to; /* hosts; `to` is 0 for all others, or for none */
	int64_t time;      /* when it came, loop_now's clock */
	const char *bytes; /* Ethernet header first; borrowed */
	size_t length;
	enum wire_fate fate;
	bool corrupted; /* a bit of it was turned over here */
};

/*
 * Who is told of each frame as it comes, and again when its fate changes; one to several hosts is told for each of
 * them. What is borrowed is valid until it returns; it must not use the wire.
 */
typedef void wire_told(void *context, const struct wire_frame *frame);
void wire_tell(struct wire *wire, wire_told *told, void *context);
/* Others number segments too: a new frame's number is higher than theirs, which is read here whenever one comes.
 * Borrowed. */
void wire_number_after(struct wire *wire, const uint64_t *newest);

/* Moving: the owner watches the descriptor for EPOLLIN and takes a turn when it is ready or the deadline has come. */
int wire_descriptor(const struct wire *wire);
/* Moves what is there; a bounded number of frames. How many were moved: 0, nothing was there. */
unsigned wire_turn(struct wire *wire);
/*
 * Takes turns until nothing is there and nothing is under way in the kernel, for 0.2 s at most. Frames that are delayed
 * are not waited for. The one function here that may wait: on a busy machine, some milliseconds.
 */
void wire_settle(struct wire *wire);
/* How many frames are delayed. */
unsigned wire_delayed_count(const struct wire *wire);
/* When a delayed frame is due, loop_now's clock; 0: none is. */
int64_t wire_deadline(const struct wire *wire);
/* Does all that with a loop, until wire_detach, which is to come before loop_free. -1 with `error`. */
int wire_attach(struct wire *wire, struct loop *loop, struct error *error);
void wire_detach(struct wire *wire);

/* Holding. A filter says which frames are to be held (NULL: all); a later one replaces it for frames to come. */
typedef bool wire_filter(void *context, const struct wire_frame *frame);
void wire_hold(struct wire *wire, wire_filter *filter, void *context);
/* No longer holds: those held go on in order, as if they came now. */
void wire_flow(struct wire *wire);
bool wire_holds(const struct wire *wire);

unsigned wire_held_count(const struct wire *wire);
/* The held frame behind another one, the oldest behind NULL; NULL: no more. Borrowed until the wire is used. */
const struct wire_frame *wire_held(const struct wire *wire, const struct wire_frame *before);
/* The number of the newest frame; 0: none has come yet. */
uint64_t wire_newest(const struct wire *wire);
/* Frames that came faster than turns were taken, and were missed. */
uint64_t wire_missed(const struct wire *wire);

/* A held frame by its number, 0: the oldest. By hand it goes whatever the faults are. -1 with `error`: it is not held.
 */
int wire_deliver(struct wire *wire, uint64_t number, struct error *error);
int wire_copy(struct wire *wire, uint64_t number, struct error *error);
int wire_drop(struct wire *wire, uint64_t number, struct error *error);
/* Turns one bit of it over. */
int wire_corrupt(struct wire *wire, uint64_t number, struct error *error);

/*
 * Faults, each of one direction; a host of 0 means any. They begin with the next frame that flows.
 *
 * Whether a frame is lost depends on the seed, its direction and its place in it alone: the n-th frame of a direction
 * since the loss was set draws the n-th number of SplitMix64 begun with seed + 2^32 * from + to, and is lost
 * when that is below the percentage of 2^64. Corruption likewise, with 2^40 more; it turns over one bit behind the IP
 * header.
 */
struct wire_faults {
	bool cut;
	int64_t delay;        /* ns */
	uint64_t rate;        /* bytes a second, Ethernet header included; 0: no limit */
	double loss, corrupt; /* percent */
	uint64_t loss_seed, corrupt_seed;
};
/* Borrowed. */
const struct wire_faults *wire_faults(const struct wire *wire, unsigned from, unsigned to);
/* 0, or -1 with `error`: no percentage, no time. */
int wire_set_loss(struct wire *wire, unsigned from, unsigned to, double percent, uint64_t seed, struct error *error);
int wire_set_corrupt(struct wire *wire, unsigned from, unsigned to, double percent, uint64_t seed, struct error *error);
int wire_set_delay(struct wire *wire, unsigned from, unsigned to, double seconds, struct error *error);
void wire_set_rate(struct wire *wire, unsigned from, unsigned to, uint64_t rate);
/* Cut, or joined again. What is cut loses everything; the links stay up. */
void wire_set_cut(struct wire *wire, unsigned from, unsigned to, bool cut);

#endif
