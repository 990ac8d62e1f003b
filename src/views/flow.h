/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEWS_FLOW_H
#define VIEWS_FLOW_H
/*
 * The session as a sequence diagram: what its files share.
 *
 * Entries of the journal become items in the order of their moments (flow_items.c, flow_states.c), each at a lane
 * (flow_lanes.c); items become the lines of a picture (flow_draw.c), of a list (flow_list.c) or rows for JSON
 * (flow_rows.c).
 *
 * Segments that were seen take the place of those that would be inferred: they are read (flow_wire.c), become arrows
 * among the items (flow_segments.c), and those that tell little are drawn together (flow_fold.c).
 */
#include "sosh/views.h"

#define FLOW_PEERS_MOST 64 /* lanes of other processes: more are never shown */

enum { FLOW_ANYBODY = -1, FLOW_NOT_SHOWN = -2 };

enum flow_kind { FLOW_CALL, FLOW_WAIT, FLOW_ARROW, FLOW_STATE };

/* A call that waited has two rows: where it began and where it ended. */
enum flow_phase { PHASE_WHOLE, PHASE_BEGIN, PHASE_END };

enum flow_label {
	LABEL_SYN,
	LABEL_SYN_ACK,
	LABEL_ACK,
	LABEL_FIN,
	LABEL_RST,
	LABEL_CONNECT, /* AF_UNIX has no segments */
	LABEL_END,
	LABEL_RESET, /* its, when something was unread */
	LABEL_DATA,
	LABEL_SEGMENT, /* one that was seen */
};

/* A segment that other things happened beside has two rows: where it left and where it arrived. */
enum flow_part { PART_WHOLE, PART_LEAVES, PART_ARRIVES };

struct flow_arrow {
	int from, to; /* lanes */
	enum flow_label label;
	bool inferred; /* concluded from states and results: nobody has seen it on the wire */
	bool lost;     /* nobody got it */
	bool received; /* data as the receiver's call tells it, else the sender's */
	/* of one that was seen */
	const struct flow_crossing *crossing;
	enum flow_part part;
	bool copy;        /* a copy of it arrives */
	unsigned folded;  /* others that are drawn with it */
	uint64_t last;    /* the number of the last of them */
	uint64_t carried; /* bytes of all */
};

struct flow_item {
	enum flow_kind kind;
	enum flow_phase phase;
	const struct entry *entry;
	uint64_t moment;
	int lane, handle;
	int with;       /* the lane at the other end of the handle's connection; FLOW_ANYBODY, FLOW_NOT_SHOWN */
	unsigned opens; /* descriptors that the call made in its lane */
	bool closes;    /* it closed `handle` */
	enum tcp_state state;
	const struct state_change *change; /* that a state comes from; NULL */
	unsigned strangers;                /* of a state: so many clients of other processes wait with the listener */
	int64_t elapsed;                   /* of a gap before a retransmission, ns; 0 */
	int about;                         /* the handle that it tells of, 0: any */
	bool gone;                         /* another item tells it */
	int rank;                          /* of those of one moment: which comes first, */
	unsigned order;                    /* and then */
	struct flow_arrow arrow;
};

/* A column: sockets that are one endpoint to the learner, or a peer in another process. */
struct flow_lane {
	int first;              /* its first handle; 0: a peer, or a host */
	unsigned host;          /* of the lab, that it is; 0 */
	bool in, in6;           /* of a host: segments of IPv4, of IPv6 were seen */
	unsigned sockets;       /* handles */
	unsigned listeners;     /* of them */
	int owner;              /* of a peer: the first handle that it had to do with */
	struct address address; /* of a peer, length 0 when unnamed */
	bool listens, pair;     /* a server; made by socketpair */
	bool met, incoming;     /* an arrow touches it; the first one came in */
	bool answers;           /* of a peer: it did more than refuse */
	bool chosen;            /* asked for by name */
	int column;             /* from the left; -1: not shown */
	unsigned newest;        /* its last row, from 1 */
	bool started;           /* while drawing: its line has begun, */
	unsigned open, alive;   /* open descriptors, connections that the kernel still knows */
};

/* What is known of a handle, beside the session. */
struct flow_end {
	int lane;              /* -1: none yet */
	int base;              /* the handle whose lane is its */
	int other;             /* the other end */
	uint64_t made_at;      /* moment; 0: not told */
	int next, first, last; /* AF_UNIX: clients that wait with a listener, the oldest first */
	bool listens;
	bool chosen, partner; /* it was asked for; it has to do with one that was */
	bool syn, shaken, fin, peer_fin, acked, over;
	bool syn_lost;                   /* its SYN was not answered: it is sent again */
	unsigned connects;               /* that the journal has, */
	const struct entry *connect;     /* the one that gave it its peer, as far as was told */
	const struct address *dissolved; /* its own address, when its last connect took it away */
	enum tcp_state waiting;          /* of its end that was not accepted yet, as shown */
	enum tcp_state drawn;            /* while drawing */
};

/* What happened when. */
struct flow_step {
	uint64_t moment;
	const struct entry *entry;
	bool begins; /* a call that is going to wait */
};

struct flow_closed {
	uint64_t entry;
	int handle;
};

/* An address and port as they are compared: IPv4 as IPv6 maps it. */
struct flow_key {
	unsigned char bytes[18];
};

/* A segment that was seen. */
struct flow_crossing {
	const struct passage *passage;
	enum segment_kind kind;
	unsigned flags;  /* TCP's */
	uint32_t end;    /* TCP: the sequence number behind it, relative */
	uint32_t length; /* of its data */
	bool answer;     /* sent by ends[1] of its link */
	int link, next;  /* the next one of the link; -1 */
	int lanes[2];    /* it goes from and to; -1: not known */
	int handles[2];  /* 0: not known */
};

/* What two ends say to each other. */
struct flow_link {
	enum segment_kind kind;
	struct flow_key ends[2];
	int first, last; /* crossings */
	int next;        /* link with the same hash; -1 */
	struct {
		enum tcp_state state; /* as told */
		uint64_t placed;      /* the moment of the last state that found its segment */
	} sides[2];
};

/* Lanes between which segments of this machine were captured, and the first and last moment of that. */
struct flow_seen {
	int lanes[2];
	uint64_t first, last;
};

#define FLOW_BUCKETS 1024u

struct flow_wire {
	struct flow_crossing *crossings; /* by numbers */
	unsigned count, room;
	struct flow_link *links;
	unsigned link_count, link_room;
	int buckets[FLOW_BUCKETS];
	struct flow_seen *seen;
	unsigned seen_count, seen_room;
};

struct flow {
	const struct session *session;
	const struct journal *journal;
	const struct view_style *style;
	struct flow_end *ends; /* index number - 1 */
	struct flow_lane *lanes;
	unsigned lane_count, lane_room;
	int *host_lanes; /* index the host's number; -1: none yet */
	struct flow_wire wire;
	int peers[FLOW_PEERS_MOST]; /* lanes */
	unsigned peer_count;
	struct flow_step *steps;
	unsigned step_count, step_room;
	struct flow_closed *closed; /* by entries */
	unsigned closed_count;
	struct flow_item *items;
	unsigned item_count, item_room;
	struct flow_item nowhere; /* an arrow that is not told */
	bool choosy;              /* sockets were chosen */
	int focus;                /* the one that was chosen: of others only what has to do with it; -1 */
	int *shown;               /* lanes, from left to right */
	unsigned shown_count;
	/* of the entry being read */
	const struct flow_step *step;
	bool *used; /* its state changes that have been told */
	unsigned used_room;
};

/* flow_lanes.c */
/* The lane of a handle. */
int flow_lane_of(struct flow *flow, int handle);
/* The lane at the other end of a handle's connection, or of the address where it is known; -1: not known. */
int flow_peer_lane(struct flow *flow, int handle, const struct address *address);
/* Another handle that is bound to the address, NULL: none. */
const struct handle *flow_bound(const struct flow *flow, const struct handle *handle, const struct address *address);
/* Whom it is connected to, as far as was told; NULL: nobody. */
const struct address *flow_peer_now(const struct flow *flow, int handle);
bool flow_is_peer(const struct flow *flow, int lane);
/* The lane of a host of the lab; -1: there is no such host. */
int flow_host_lane(struct flow *flow, unsigned host);
bool flow_is_host(const struct flow *flow, int lane);
/* Notes which were chosen. */
void flow_note_chosen(struct flow *flow, const int *handles, unsigned count);
/* Has the item to do with them? */
bool flow_is_told(const struct flow *flow, const struct flow_item *item);
/* Decides which lanes are shown, and in which order. */
void flow_choose(struct flow *flow, const int *handles, unsigned count);
/* Shows no more lanes than that (0: all the same), the newest ones. */
void flow_limit(struct flow *flow, unsigned most);
/* What names the lane in a command: a handle's name, or its number; 0: nothing does. */
int flow_lane_name(struct buffer *out, const struct flow *flow, int lane);
/* What a lane is called: "l, conn"; its address, or nothing. */
void flow_lane_title(struct buffer *out, const struct flow *flow, int lane);
void flow_lane_address(struct buffer *out, const struct flow *flow, int lane);

/* flow_items.c */
void flow_collect(struct flow *flow, const int *handles, unsigned count);
struct flow_item *flow_add(struct flow *flow, enum flow_kind kind, int lane, int handle);
/* Whom a socket that was accepted has to do with. */
int flow_with(struct flow *flow, int handle);
/* Nothing when one of the lanes is not known. */
struct flow_item *flow_add_arrow(struct flow *flow, int from, int to, enum flow_label label);
/* An arrow touches the lane. */
void flow_meet(struct flow *flow, int lane, bool incoming, bool answers);
struct flow_end *flow_end(const struct flow *flow, int handle);
bool flow_is(const struct entry *entry, const char *name);
/* The address that the call was given, or NULL. */
const struct address *flow_target(const struct entry *entry);
bool flow_closes(const struct flow *flow, int handle);

/* flow_connect.c: what a connect shows; of TCP the states tell the rest. */
void flow_note_connect(struct flow *flow, const struct entry *entry, int handle);
void flow_tell_connecting(struct flow *flow, const struct entry *entry, int handle);
void flow_tell_connect(struct flow *flow, const struct entry *entry, int handle);
/* Whom it has to do with from now on. */
void flow_connects(struct flow *flow, const struct entry *entry, int handle);
/* Was the SYN that began it sent to a socket of this machine and not answered at once? */
bool flow_is_unanswered(const struct flow *flow, const struct entry *entry, int handle);
/* The end of a connection of AF_UNIX, which has no states: by its own close, or as it is told of the peer's. */
void flow_tell_unix_end(struct flow *flow, int handle);
void flow_tell_unix_reset(struct flow *flow, const struct entry *entry);
/* A client of AF_UNIX and the socket that accept makes of it have no names to find each other by. */
void flow_unqueue_client(struct flow *flow, int accepted, int listener);

/* flow_data.c: the arrows of data that an entry sent, or received from another process. */
void flow_tell_sent(struct flow *flow, const struct entry *entry);
void flow_tell_received(struct flow *flow, const struct entry *entry);
/* A datagram that nobody got, of which a later call is told. */
void flow_tell_refused_datagram(struct flow *flow, const struct entry *entry);

/* flow_states.c: arrows and states from the changes of the entry being read, of one handle or (0) all that are left. */
void flow_changes(struct flow *flow, int handle);
void flow_changes_begin(struct flow *flow);

/* flow_wire.c: the segments that were seen. */
void flow_wire_read(struct flow *flow);
void flow_wire_clear(struct flow *flow);
/* The link that a change of state is of, and which of its ends that is; NULL: none was seen. */
struct flow_link *flow_link_of(const struct flow *flow, const struct state_change *change, unsigned *side);
/* Is what the entry being read says of these lanes seen? Then it need not be inferred. */
bool flow_is_seen(const struct flow *flow, int from, int to);

/* flow_segments.c: makes them arrows, and puts states and calls beside them. */
void flow_segments(struct flow *flow);

/* flow_fold.c: draws together what tells little by itself; for the lanes that are shown. */
void flow_fold(struct flow *flow);

/* flow_segment_text.c */
void flow_segment_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, size_t width);
/* What ends before it reaches the other side: "held", "on its way"; NULL: it was lost, or did arrive. */
const char *flow_stops(const struct flow_arrow *arrow);

/* flow_text.c: the text of an item, in as many columns. */
void flow_call_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, size_t width);
void flow_label_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, size_t width);
void flow_state_text(struct buffer *out, const struct flow *flow, const struct flow_item *item, int call_of);
/* The same in as many columns, where two states look never alike. */
void flow_state_short(struct buffer *out, const struct flow *flow, const struct flow_item *item, int call_of,
                      size_t width);
/* Data, or its beginning, and how many bytes there are of it: `"Hello" 5 bytes`; nothing where there is no room. */
void flow_data_text(struct buffer *out, const struct flow *flow, const char *data, size_t length, long long bytes,
                    size_t width);
/* How many bytes an arrow carries, -1: none. */
int64_t flow_bytes(const struct flow_item *item);
/* Adds text in at most so many columns. */
void flow_cut(struct buffer *out, const struct view_style *style, const char *text, size_t width);
size_t flow_columns(const char *text);

#define FLOW_COLUMNS_MOST 12 /* lanes side by side */
/* How many lanes fit side by side; 0: not even two. */
unsigned flow_fits(const struct flow *flow);
/* flow_draw.c, flow_list.c: the picture of the lanes shown. */
void flow_draw(struct buffer *out, struct flow *flow, unsigned first_item);
void flow_list(struct buffer *out, const struct flow *flow, unsigned first_item);
/* Is the item about lanes that are shown? */
bool flow_is_shown(const struct flow *flow, const struct flow_item *item);

/* flow_rows.c */
struct value flow_rows(const struct flow *flow, unsigned first_item);

/* flow_print.c: the finished picture for a terminal with colours. */
void flow_print(struct buffer *out, const char *text, const struct view_style *style);

#endif
