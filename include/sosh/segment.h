/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SEGMENT_H
#define SOSH_SEGMENT_H
/*
 * A segment: the bytes of one frame as fields. RFC 791, 8200, 9293, 768, 792, 4443.
 *
 * Bytes are read one by one, so they need no alignment, and never beyond their length. What is wrong with them is said
 * in `malformed`; the fields that could be read are there all the same.
 */
#include "sosh/address.h"

enum segment_kind {
	SEGMENT_OTHER, /* no IP, or another protocol of it */
	SEGMENT_TCP,
	SEGMENT_UDP,
	SEGMENT_ICMP, /* `version` tells ICMPv6 */
};

/* What hosts say to each other to find their ways, which is nobody's traffic. */
enum segment_noise {
	NOISE_NONE,
	NOISE_ARP,
	NOISE_NEIGHBOUR, /* ICMPv6 neighbour discovery and redirects */
	NOISE_ROUTER,    /* ICMPv6 router discovery */
	NOISE_GROUP,     /* IGMP and MLD: who listens to which group */
	NOISE_LINK,      /* neither IP nor ARP */
};

enum segment_checksum {
	CHECKSUM_UNKNOWN, /* there is none, the sender left it to its interface, or what it covers is not all here */
	CHECKSUM_RIGHT,
	CHECKSUM_WRONG,
};

/* TCP's flags by their bits, RFC 9293, 3168, 9768. */
enum segment_flag {
	SEGMENT_FIN = 0x001,
	SEGMENT_SYN = 0x002,
	SEGMENT_RST = 0x004,
	SEGMENT_PSH = 0x008,
	SEGMENT_ACK = 0x010,
	SEGMENT_URG = 0x020,
	SEGMENT_ECE = 0x040,
	SEGMENT_CWR = 0x080,
	SEGMENT_AE = 0x100,
};

#define SEGMENT_SACKS  4u /* more do not fit into a header */
#define SEGMENT_OTHERS 8u

struct segment_sack {
	uint32_t begin, end;
};

struct segment_tcp {
	uint32_t seq, ack;
	uint16_t flags;          /* enum segment_flag */
	uint16_t window, urgent; /* as in the header, not scaled */
	bool has_mss, has_scale, has_timestamps, sack_permitted;
	uint8_t scale;
	uint16_t mss;
	uint32_t timestamp, echo;
	unsigned sack_count;
	struct segment_sack sacks[SEGMENT_SACKS];
	unsigned other_count; /* of options not named here; the first SEGMENT_OTHERS are kept */
	uint8_t others[SEGMENT_OTHERS];
};

struct segment_icmp {
	uint8_t type, code;
	bool is_echo;
	uint16_t id, sequence; /* of an echo or its reply */
	uint32_t mtu;          /* of "fragmentation needed" and "packet too big" */
	bool is_error;         /* it quotes the beginning of a packet */
	bool has_ends;         /* … of which the ends could be read: */
	uint8_t protocol;
	struct address from, to;
	bool has_seq; /* it was TCP's: */
	uint32_t seq;
};

struct segment {
	enum segment_kind kind;
	enum segment_noise noise;
	const char *malformed; /* static: what is wrong; NULL */
	bool cut;              /* what is wrong is only that the payload's end is not here */
	bool has_header;       /* the header of `kind` was read: ports, tcp, icmp */

	uint16_t ethertype; /* ETH_P_… */
	uint8_t version;    /* 4, 6; 0: no IP */
	uint8_t protocol;   /* IPPROTO_… */
	uint8_t ttl;        /* or hop limit */
	uint8_t dscp, ecn;
	bool dont_fragment, more_fragments;
	uint32_t fragment_id, fragment_offset; /* in bytes; a packet is a fragment when it has an offset or more come */
	unsigned extra_count; /* IPv4 options or IPv6 extension headers; the first SEGMENT_OTHERS are kept */
	uint8_t extras[SEGMENT_OTHERS];

	struct address from, to; /* port 0 where there is none; length 0 without IP */
	struct segment_tcp tcp;
	struct segment_icmp icmp;

	const unsigned char *data; /* payload; borrowed from the frame */
	size_t data_length;        /* of it that is here */
	size_t length;             /* of it by the headers */

	enum segment_checksum ip_checksum, checksum;
	size_t network, transport; /* where the headers begin in the frame */
	size_t transport_length;   /* of header and payload, as far as they are here */
};

/*
 * Reads a frame. `link` is 0 for a whole Ethernet frame (VLAN tags are passed over); for the bytes behind a link's
 * header, as a cooked packet socket gives them, their ETH_P_… The segment borrows the bytes.
 */
#define SEGMENT_ETHERNET 0u
void segment_read(struct segment *segment, unsigned link, const void *bytes, size_t length);

bool segment_is_fragment(const struct segment *segment);
/* Adds what it is, as the wire's commands name it: SYN  SYN,ACK  PSH,ACK  UDP  ICMP 3/3  ICMPv6 1/4  ARP  fragment. */
void segment_flags(struct buffer *out, const struct segment *segment);

/*
 * Computes anew the checksums of a frame that was changed: IPv4's, and that of TCP, UDP or ICMP where all that it
 * covers is here. A UDP datagram over IPv4 that has none gets none. 0, or -1 when the frame has no IP header.
 */
int segment_checksum_fix(unsigned link, void *bytes, size_t length);
/*
 * Damages a frame: turns one bit of its payload, or where it has none, of its checksum; no checksum is put right.
 * `choice` is any number: which bit. 0, or -1 when it is neither TCP, UDP nor ICMP.
 */
int segment_corrupt(unsigned link, void *bytes, size_t length, uint32_t choice);

#endif
