/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAB_WIRE_PARTS_H
#define LAB_WIRE_PARTS_H
/*
 * The wire from inside.
 */
#include "host.h"
#include "ring.h"
#include "sosh/lab.h"
#include "sosh/wire.h"

#define WIRE_BATCH 64 /* frames in one system call */

/* A frame that is kept: held or delayed. */
struct kept {
	struct kept *next, *previous; /* of those held */
	struct wire_frame frame;      /* its bytes are those below */
	uint32_t targets;             /* bit N: host N */
	int64_t due;                  /* of one delayed */
	uint64_t order;               /* among those due at the same time */
	char bytes[];
};

/* A binary heap, the next one first. */
struct delayed {
	struct kept **heap; /* owned, as what it points to */
	unsigned count, room;
	uint64_t order;
};

/* One direction. */
struct path {
	struct wire_faults faults;
	uint64_t loss_count, corrupt_count; /* frames since it was set */
	int64_t busy_until;                 /* the rate lets nothing through before; 0: never used */
};

/* What is sent by the next system call. */
struct batch {
	unsigned count;
	struct wire_frame frames[WIRE_BATCH];
	struct iovec parts[WIRE_BATCH];
	struct mmsghdr messages[WIRE_BATCH];
};

struct wire {
	unsigned count;
	struct ring ring;
	struct sockaddr_ll addresses[LAB_HOSTS + 1]; /* by host */
	uint64_t newest;
	const uint64_t *newest_elsewhere; /* NULL: nobody else numbers */
	wire_told *told;
	void *told_context;
	bool holding;
	wire_filter *filter; /* NULL: all */
	void *filter_context;
	struct kept *oldest, *youngest; /* of those held */
	unsigned held_count;
	struct delayed delayed;
	struct path paths[LAB_HOSTS + 1][LAB_HOSTS + 1]; /* from, to */
	struct batch batch;
	struct source *source, *timer; /* NULL: not attached */
	int backlog;                   /* see wire_settle.c; -1: it cannot be asked for */
};

/* wire_frame.c: what is seen of a frame's bytes. */

/* What hosts say without being asked by anybody: ARP, neighbour and router discovery, MLD, IGMP. */
bool frame_is_noise(const char *bytes, size_t length);
/* The hosts, as bits, that it is for. */
uint32_t frame_targets(const char *bytes, size_t length, unsigned from, unsigned count);
/* Turns over the bit that a random number says, behind the IP header. Returns the byte's place. */
size_t frame_turn_bit(char *bytes, size_t length, uint64_t random);

/* wire_fault.c: what the faults make of a frame. */

struct verdict {
	enum wire_fate fate; /* WIRE_CARRIED, WIRE_DELAYED, WIRE_LOST, WIRE_CUT */
	bool corrupt;
	uint64_t random; /* which bit */
	int64_t due;
};
struct verdict path_judge(struct path *path, unsigned from, unsigned to, const struct wire_frame *frame);
/* The n-th number of SplitMix64 begun with a seed. */
uint64_t random_number(uint64_t seed, uint64_t n);

/* wire_keep.c: frames that are kept. */

struct kept *kept_new(const struct wire_frame *frame, uint32_t targets);
void held_add(struct wire *wire, struct kept *kept);
/* Out of the list; it is the caller's. */
void held_take(struct wire *wire, struct kept *kept);
void delayed_add(struct delayed *delayed, struct kept *kept, int64_t due);
/* The next one if it is due, which is the caller's; NULL. */
struct kept *delayed_take(struct delayed *delayed, int64_t now);
void kept_clear(struct wire *wire);

/* wire_send.c: handing on. */

/* The first of the hosts, of which there is one. */
unsigned first_target(uint32_t targets);
/* Tells of a frame to these hosts; none: once, to nobody. */
void frame_tell(struct wire *wire, struct wire_frame frame, uint32_t targets, enum wire_fate fate);
/* By the next batch: its bytes are used until batch_flush. */
void batch_add(struct wire *wire, unsigned to, const struct wire_frame *frame);
void batch_flush(struct wire *wire);
/* As a flowing wire does, faults and all. Its bytes are used until batch_flush. */
void frame_flow(struct wire *wire, struct wire_frame *frame, uint32_t targets, char *bytes);
/* At once. 0, or -1 with errno. */
int frame_send(struct wire *wire, const struct kept *kept);

/* wire_settle.c: what tells of the kernel's backlog; -1. */
int backlog_open(void);

/* wire.c: sets the loop's timer, after anything was delayed. */
void wire_arm(struct wire *wire);

#endif
