/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_JOURNAL_H
#define SOSH_JOURNAL_H
/*
 * The journal: what happened, in order. Everything that is shown comes from here.
 *
 * An entry is one command: the system calls made for it, the state changes that it caused, its result.
 * `calls` and `watch` write it while the command runs; views only read it. Entries are
 * numbered from 1. The journal keeps the newest JOURNAL_ENTRIES; older ones are forgotten, their numbers are not used
 * again. Of their data it keeps about JOURNAL_BYTES: where there is more, that of the oldest is cut to its beginning.
 * Both happen only in journal_begin, and never to an entry that has not ended; the newest is not cut.
 */
#include "sosh/error.h"
#include "sosh/passage.h"
#include "sosh/session.h"
#include "sosh/statement.h"

#define JOURNAL_ENTRIES 16384u
#define JOURNAL_BYTES   ((size_t)64 << 20)
#define CALL_ARGUMENTS  6

/* One argument of a system call, as strace would print it. */
enum call_argument_kind {
	ARGUMENT_INT,     /* number, decimal */
	ARGUMENT_SYMBOL,  /* number, by the group `prefix`, joined with | where they are flags */
	ARGUMENT_DATA,    /* the first bytes (kept), 32 shown; one more tells that there are more */
	ARGUMENT_ADDRESS, /* a sockaddr (kept) */
	ARGUMENT_LENGTH,  /* [room => number]: a value-result length; [number] when it is the same */
	ARGUMENT_VALUE, /* what a pointer points to (kept): {l_onoff=1, l_linger=0}, [1] for an int; a word as it is */
	ARGUMENT_POINTER, /* number: an address whose bytes are not shown */
	ARGUMENT_NULL,
};

struct call_argument {
	enum call_argument_kind kind;
	const char *prefix; /* static: "AF_", "MSG_", …; NULL */
	int64_t room;       /* ARGUMENT_LENGTH: what it was before the call */
	struct value value; /* the number, bytes, address or structure */
};

/* A system call as it was made. */
struct call {
	const char *name; /* static: the system call's, sendto for send; or getaddrinfo */
	unsigned count;
	struct call_argument arguments[CALL_ARGUMENTS];
	int64_t result;   /* -1 when it failed */
	int error;        /* errno, EAI_…; 0 */
	int64_t duration; /* ns */
};

/*
 * A change of a TCP state. An end that waits to be accepted has no handle yet: `handle` is 0 then, and it is known by
 * its listener and its peer.
 */
struct state_change {
	int handle, listener;
	enum tcp_state from, to;
	struct value peer; /* kept; None with a handle */
};

struct entry {
	uint64_t number;
	const struct statement *statement; /* kept through `script` */
	struct script *script;             /* kept */
	int handle;                        /* that it was made on, 0: none */
	int given;                         /* the new handle that it gave, 0: none */
	int job;                           /* 0: none */
	unsigned host;                     /* of the lab, that it was made on; 0: this machine */

	bool ended;
	bool waited; /* its call had to wait: so long that somebody notices, or while other things happened */
	uint64_t begun, finished; /* the order of all beginnings and ends, from 1 */
	bool ok;                  /* the command stands, expectation included */
	bool refused;             /* sosh refused it before any call: `error` is 0, `problem` says why */
	int64_t result;           /* what the call returned; -1 when it failed */
	int error;                /* see symbol.h; 0 */
	bool has_value;           /* `value` is the result to print; else `result` is */
	struct value value;       /* data, address, state, …; kept */
	bool has_data;            /* `data` was received */
	struct value data;
	size_t cut;           /* bytes that the journal has cut off the data, or the value */
	struct value address; /* VALUE_ADDRESS, or None */
	struct value sent;    /* the beginning of what was sent, when somebody looks; None */
	size_t taken;         /* of a sendall that failed: the bytes that had been taken before */
	char *tail; /* the value after a count, or more lines (tables): printed behind the result; NULL; owned */
	struct value table; /* what `tail` says, as JSON's value; None */
	struct value more;  /* a structure: further keys of JSON beside that value; None */
	bool timed;         /* `time`: say how long it took */
	bool plain;         /* the result is text to be shown as it is (print, help) */
	bool drawn;         /* `tail` is a picture made for the terminal: nothing in it is to be escaped any more */

	struct call *calls; /* owned */
	unsigned call_count, call_room;
	struct state_change *states; /* owned */
	unsigned state_count, state_room;
	unsigned told_states;            /* of a job: those that were told when it began */
	uint64_t first_segment;          /* the first that came while it ran; 0: none did */
	uint64_t last_segment;           /* between them there may be others', see entry_segment */
	uint64_t told_segment;           /* of a job: the last that was told when it began */
	const struct passages *passages; /* where these are; borrowed */
	struct value target;             /* the address that the call was given, or None */
	struct value local, peer; /* the ends of the handle's (or the given one's) connection, to be shown; or None */
	char *note;               /* a remark on a success: "end of the stream"; NULL; owned */
	char *explanation;        /* why it failed and what to do; NULL; owned */
	int64_t begin, end;       /* loop_now's clock; set by the caller; both 0 when nobody asks how long it took */
	size_t bytes;             /* of data, once ended: the journal's own count */
	struct entry *spare;      /* the journal's own: the next empty one */
	struct error *problem;    /* an unmet expectation, or why sosh refused; NULL; owned; see entry_problem */
};

struct journal {
	struct entry **entries; /* a ring of JOURNAL_ENTRIES; a forgotten one's memory is used again */
	struct arena memory;    /* of the entries */
	struct entry *spare;    /* list of empty entries, to be taken first */
	uint64_t newest;        /* number of the newest; 0: none */
	uint64_t oldest;        /* number of the oldest kept in the ring; above `newest` when there is none */
	struct entry **aside;   /* those that had not ended when they became too old for the ring */
	unsigned aside_count, aside_room;
	size_t bytes;             /* of data in ended entries */
	uint64_t moment;          /* counts beginnings and ends */
	struct passages passages; /* what crossed the wire or was captured */
	bool record_calls;        /* keep each call's arguments (needed by JSON); else only results */
};

void journal_init(struct journal *journal);
void journal_clear(struct journal *journal);
/*
 * A new entry for a statement of a script, all else in it zero: the caller may set `begin`. Without either it is an
 * event: something that happened by itself.
 * Borrowed: the journal owns it. It stays valid until it has ended and a later journal_begin forgets it.
 */
struct entry *journal_begin(struct journal *journal, struct script *script, const struct statement *statement);
/* Ends it: from now on it may be forgotten, by the next journal_begin. */
void journal_end(struct journal *journal, struct entry *entry);
/* By number, NULL when forgotten. Those that wait are found however old they are. */
const struct entry *journal_entry(const struct journal *journal, uint64_t number);

/*
 * Adds a call to an entry, NULL when calls are not recorded. The caller fills arguments with the makers below,
 * which take a NULL call. Borrowed until the entry's next call.
 */
struct call *entry_call(struct journal *journal, struct entry *entry, const char *name);
void call_int(struct call *call, int64_t number);
void call_symbol(struct call *call, const char *prefix, int64_t number);
void call_data(struct call *call, const char *bytes, size_t length);
void call_address(struct call *call, const struct address *address);
void call_length(struct call *call, int64_t room, int64_t number);
void call_value(struct call *call, struct value value); /* takes it */
void call_pointer(struct call *call, const void *pointer);
void call_null(struct call *call);

void entry_state(struct entry *entry, int handle, enum tcp_state from, enum tcp_state to);
/* The same of an end that waits with a listener. */
void entry_waiting_state(struct entry *entry, int listener, const struct address *peer, enum tcp_state from,
                         enum tcp_state to);

/* Gives the entry a segment that has none yet. */
void entry_passage(struct entry *entry, struct passages *passages, uint64_t number);
/* The segment with that number, when it is the entry's and not forgotten; NULL. */
const struct passage *entry_segment(const struct entry *entry, uint64_t number);

/* Moves the state changes of one entry behind those of another. */
void entry_take_states(struct entry *entry, struct entry *from);

/* Results; each once. */
void entry_result(struct entry *entry, int64_t result);
void entry_value(struct entry *entry, struct value value); /* takes it */
void entry_fail(struct entry *entry, int error);           /* result -1 */
/* Where to say what is wrong: the entry's problem, made empty when it has none. */
struct error *entry_problem(struct entry *entry);
/* Refused by sosh itself; returns -1. */
int entry_refuse(struct entry *entry, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says why it failed and what to do, or remarks on a success; each replaces what was said before, which may be an
 * argument. */
void entry_explain(struct entry *entry, const char *format, ...) __attribute__((format(printf, 2, 3)));
void entry_remark(struct entry *entry, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds the result as printed after `=>`, without explanation: 12, "data", ECONNREFUSED, 1  c:POLLIN. */
void entry_format_result(struct buffer *out, const struct entry *entry);
/* The command as typed, on one line. */
void entry_format_command(struct buffer *out, const struct entry *entry);

#endif
