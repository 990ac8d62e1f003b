/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_CAPTURING_H
#define COMMANDS_CAPTURING_H
/*
 * Capture in the engine: the segments of the session's own sockets that this machine's interfaces send and receive are
 * noted in the journal, beside those of the lab's wire and with numbers of the same row, and written to a file.
 *
 * A segment belongs to the command in the foreground; one that comes while none runs belongs to what is told next: the
 * end of a job, a change of a state, or if nothing else is told for a moment, an event of its own. Where nobody
 * waits at a prompt it is the next command's.
 */
#include "run.h"
#include "sosh/capture.h"
#include "sosh/pcapng.h"
#include "sosh/wire.h"

#define CAPTURE_TRIES  16u
#define CAPTURE_SIGHTS 32u

/* Both ends of a segment. */
struct ends {
	struct address from, to;
};

/* A segment as it was seen on an interface. */
struct sight {
	uint32_t hash;
	unsigned interface;
	int64_t time;
};

/* What is remembered to tell the session's own segments from others'. */
struct sieve {
	struct ends tries[CAPTURE_TRIES]; /* attempts to connect, of sockets that have lost their names since */
	unsigned next_try;
	struct sight sights[CAPTURE_SIGHTS]; /* the last ones of the session */
	unsigned next_sight;
	struct ends fragments; /* of the last first fragment of the session; later ones have no ports */
	uint32_t fragment_id;
};

struct capturing {
	struct engine *engine;
	struct capture *capture; /* NULL: this machine's interfaces may not be captured, only the wire is written */
	struct source *ready, *moment;
	struct sieve sieve;
	bool idle;           /* at the prompt: nothing runs */
	uint64_t unclaimed;  /* the first segment that belongs to no entry yet; 0: none */
	int64_t told_at;     /* when an event told of segments last */
	uint64_t seen;       /* segments noted */
	uint64_t missed;     /* of those that capture_missed counts: told */
	struct pcapng file;  /* fd -1: none */
	unsigned *links;     /* interfaces as the file knows them, by its numbers; owned */
	unsigned link_count; /* 0 stands for the wire */
	char *lost;          /* why the file ended early; NULL; owned */
};

/* Reads what has come. An entry takes what nobody has yet, unless it is a job's and another command runs. Nothing when
 * capture is off. */
void capturing_settle(struct engine *engine, struct entry *entry);
/* Nothing runs now, or something is about to. */
void capturing_idle(struct engine *engine, bool idle);
/* Writes a new frame of the wire to the file. */
void capturing_wire(struct engine *engine, const struct wire_frame *frame);
/* Begins; does nothing when it is on already. 0, or -1 with `error`. */
int capturing_begin(struct engine *engine, bool whole, struct error *error);
/* Ends it, and closes the file. NULL is fine. */
void capturing_end(struct engine *engine);
/* The foreground's command, below which segments can be shown; NULL. */
struct entry *capturing_running(const struct engine *engine);

/* capturing_sieve.c: is it of one of the session's sockets, and not seen before on another interface? */
bool sieve_passes(struct capturing *capturing, const struct segment *segment, const struct captured *captured);

/* capturing_file.c: the file. What cannot be written ends it, which is told. */
int capturing_file_open(struct capturing *capturing, const char *path, struct error *error);
void capturing_file_add(struct capturing *capturing, const struct captured *captured, uint64_t number);
/* -1 with `error` when what was written may not have arrived. */
int capturing_file_close(struct capturing *capturing, struct error *error);

/* capture.c: the command. */
enum progress start_capture(struct run *run);

#endif
