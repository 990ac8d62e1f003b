/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What follows the IP headers: TCP, UDP, ICMP and the packet that an ICMP error quotes.
 */
#include <linux/if_ether.h>

#include "segment_parts.h"

enum {
	TCP_HEADER = 20,
	UDP_HEADER = 8,
	ICMP_HEADER = 8,
	QUOTED_HEADER = 8, /* an ICMP error need not quote more of it: RFC 792 */
};

enum { /* TCP's options: RFC 9293, 7323, 2018 */
       OPTION_END,
       OPTION_NOTHING,
       OPTION_MSS,
       OPTION_SCALE,
       OPTION_SACK_PERMITTED,
       OPTION_SACK,
       OPTION_TIMESTAMPS = 8,
};

static void set_port(struct address *address, unsigned port)
{
	if (address->any.sa_family == AF_INET)
		address->in.sin_port = htons((uint16_t)port);
	else
		address->in6.sin6_port = htons((uint16_t)port);
}

static void set_ports(struct segment *segment, const unsigned char *header)
{
	set_port(&segment->from, get16(header));
	set_port(&segment->to, get16(header + 2));
}

static void set_data(struct segment *segment, const struct part *part)
{
	segment->data = part->at;
	segment->data_length = part->here;
	segment->length = part->stated;
}

/* Of this kind; what is payload is known when its header was read. */
static void begin(struct segment *segment, enum segment_kind kind)
{
	segment->kind = kind;
	segment->data_length = segment->length = 0;
}

static void read_sacks(struct segment_tcp *tcp, const unsigned char *option, size_t length)
{
	for (size_t at = 2; at + 8 <= length && tcp->sack_count < SEGMENT_SACKS; at += 8) {
		tcp->sacks[tcp->sack_count].begin = get32(option + at);
		tcp->sacks[tcp->sack_count].end = get32(option + at + 4);
		tcp->sack_count++;
	}
}

/* One option that is whole. With a length that is not its own it counts among the others, as TCP ignores it. */
static void read_tcp_option(struct segment_tcp *tcp, const unsigned char *option, size_t length)
{
	if (option[0] == OPTION_MSS && length == 4) {
		tcp->has_mss = true;
		tcp->mss = (uint16_t)get16(option + 2);
	} else if (option[0] == OPTION_SCALE && length == 3) {
		tcp->has_scale = true;
		tcp->scale = option[2];
	} else if (option[0] == OPTION_SACK_PERMITTED && length == 2) {
		tcp->sack_permitted = true;
	} else if (option[0] == OPTION_SACK && length > 2 && length % 8 == 2) {
		read_sacks(tcp, option, length);
	} else if (option[0] == OPTION_TIMESTAMPS && length == 10) {
		tcp->has_timestamps = true;
		tcp->timestamp = get32(option + 2);
		tcp->echo = get32(option + 6);
	} else {
		if (tcp->other_count < SEGMENT_OTHERS)
			tcp->others[tcp->other_count] = option[0];
		tcp->other_count++;
	}
}

static void read_tcp_options(struct segment *segment, const unsigned char *at, size_t left)
{
	while (left > 0 && at[0] != OPTION_END) {
		size_t length = 1;
		if (at[0] != OPTION_NOTHING) {
			length = left > 1 ? at[1] : 0;
			if (length < 2 || length > left) {
				segment_blame(segment, "a TCP option is longer than its header");
				return;
			}
			read_tcp_option(&segment->tcp, at, length);
		}
		at += length;
		left -= length;
	}
}

static void read_tcp(struct segment *segment, struct part part)
{
	const unsigned char *header = part.at;
	struct segment_tcp *tcp = &segment->tcp;
	begin(segment, SEGMENT_TCP);
	if (part.here >= QUOTED_HEADER) {
		set_ports(segment, header);
		tcp->seq = get32(header + 4);
	}
	if (part.here < TCP_HEADER) {
		segment_blame(segment, "the TCP header is cut short");
		return;
	}
	size_t length = (size_t)(header[12] >> 4) * 4;
	segment->has_header = true;
	tcp->ack = get32(header + 8);
	tcp->flags = get16(header + 12) & 0x1ff;
	tcp->window = (uint16_t)get16(header + 14);
	tcp->urgent = (uint16_t)get16(header + 18);
	if (length < TCP_HEADER || length > part.here) {
		segment_blame(segment, length < TCP_HEADER ? "the TCP header's length is too small"
		                                           : "the TCP header is cut short");
		return;
	}
	read_tcp_options(segment, header + TCP_HEADER, length - TCP_HEADER);
	part_pass(&part, length);
	set_data(segment, &part);
}

/* A first fragment has less than the datagram's length, and a datagram too long for the field has 0. */
static bool set_datagram(struct segment *segment, struct part *part)
{
	size_t length = get16(part->at + 4);
	if (length == 0 && segment->version == 6 && part->stated > UINT16_MAX)
		length = part->stated;
	if (segment_is_fragment(segment) && length > part->stated)
		length = part->stated;
	if (length < UDP_HEADER || length > part->stated) {
		segment_blame(segment, length < UDP_HEADER ? "the UDP length is less than its header's"
		                                           : "the UDP length is more than the packet has");
		return false;
	}
	part->stated = length;
	if (part->here > length)
		part->here = length;
	return true;
}

static void read_udp(struct segment *segment, struct part part)
{
	begin(segment, SEGMENT_UDP);
	if (part.here < UDP_HEADER) {
		segment_blame(segment, "the UDP header is cut short");
		return;
	}
	set_ports(segment, part.at);
	segment->has_header = true;
	if (!part.quoted && !set_datagram(segment, &part))
		return;
	segment->transport_length = part.here;
	part_pass(&part, UDP_HEADER);
	set_data(segment, &part);
}

/* The packet that an error is about: who sent it to whom. Much of it may be missing. */
static void read_quoted(struct segment *segment, struct part part)
{
	struct segment quoted = {.ethertype = segment->version == 4 ? ETH_P_IP : ETH_P_IPV6};
	struct segment_icmp *icmp = &segment->icmp;
	part.quoted = true;
	segment_read_network(&quoted, part);
	if (quoted.version == 0)
		return;
	icmp->has_ends = true;
	icmp->protocol = quoted.protocol;
	icmp->from = quoted.from;
	icmp->to = quoted.to;
	icmp->has_seq = quoted.kind == SEGMENT_TCP && quoted.transport_length >= QUOTED_HEADER;
	icmp->seq = quoted.tcp.seq;
}

static enum segment_noise icmp6_noise(unsigned type)
{
	if ((type >= 130 && type <= 132) || type == 143)
		return NOISE_GROUP;
	if (type == 133 || type == 134)
		return NOISE_ROUTER;
	return type >= 135 && type <= 137 ? NOISE_NEIGHBOUR : NOISE_NONE;
}

/* RFC 792: unreachable, source quench, redirect, time exceeded, parameter problem. */
static bool is_icmp4_error(unsigned type)
{
	return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

static void read_icmp4_type(struct segment_icmp *icmp, const unsigned char *header)
{
	icmp->is_error = is_icmp4_error(icmp->type);
	icmp->is_echo = icmp->type == 8 || icmp->type == 0;
	if (icmp->type == 3 && icmp->code == 4)
		icmp->mtu = get16(header + 6);
}

static void read_icmp6_type(struct segment_icmp *icmp, const unsigned char *header)
{
	icmp->is_error = icmp->type < 128;
	icmp->is_echo = icmp->type == 128 || icmp->type == 129;
	if (icmp->type == 2)
		icmp->mtu = get32(header + 4);
}

static void read_icmp(struct segment *segment, struct part part)
{
	const unsigned char *header = part.at;
	struct segment_icmp *icmp = &segment->icmp;
	begin(segment, SEGMENT_ICMP);
	if (part.here < ICMP_HEADER) {
		segment_blame(segment, "the ICMP header is cut short");
		return;
	}
	segment->has_header = true;
	icmp->type = header[0];
	icmp->code = header[1];
	if (segment->version == 4) {
		read_icmp4_type(icmp, header);
	} else {
		read_icmp6_type(icmp, header);
		segment->noise = icmp6_noise(icmp->type);
	}
	if (icmp->is_echo) {
		icmp->id = (uint16_t)get16(header + 4);
		icmp->sequence = (uint16_t)get16(header + 6);
	}
	part_pass(&part, ICMP_HEADER);
	set_data(segment, &part);
	if (icmp->is_error && !part.quoted)
		read_quoted(segment, part);
}

void segment_read_transport(struct segment *segment, struct part part)
{
	unsigned icmp = segment->version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	segment->transport = (size_t)(part.at - part.frame);
	segment->transport_length = part.here;
	set_data(segment, &part);
	if (segment->version == 4 && segment->protocol == IPPROTO_IGMP)
		segment->noise = NOISE_GROUP;
	if (segment->fragment_offset > 0)
		return; /* the header was in the first one */
	if (segment->protocol == IPPROTO_TCP)
		read_tcp(segment, part);
	else if (segment->protocol == IPPROTO_UDP)
		read_udp(segment, part);
	else if (segment->protocol == icmp)
		read_icmp(segment, part);
}
