/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A frame's bytes to fields: the link's and the IP header. What follows is in segment_transport.c.
 */
#include <linux/if_ether.h>
#include <string.h>

#include "segment_parts.h"

enum {
	ETHERNET_HEADER = 14,
	VLAN_TAG = 4,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	IPV6_UNIT = 8, /* extension headers count in it */
	LONGEST_STATED = 65535,
};

/* IPv6's extension headers, which are passed over: RFC 8200, 4302, 6275, 7401 (139), 5533 (140). */
static bool is_extension(unsigned protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_FRAGMENT ||
	       protocol == IPPROTO_DSTOPTS || protocol == IPPROTO_AH || protocol == IPPROTO_MH || protocol == 139 ||
	       protocol == 140;
}

static void add_extra(struct segment *segment, unsigned number)
{
	if (segment->extra_count < SEGMENT_OTHERS)
		segment->extras[segment->extra_count] = (uint8_t)number;
	segment->extra_count++;
}

static void set_in(struct address *address, const unsigned char *host)
{
	address->length = sizeof(address->in);
	address->in.sin_family = AF_INET;
	memcpy(&address->in.sin_addr, host, 4);
}

static void set_in6(struct address *address, const unsigned char *host)
{
	address->length = sizeof(address->in6);
	address->in6.sin6_family = AF_INET6;
	memcpy(&address->in6.sin6_addr, host, 16);
}

/*
 * Takes what the header says of the packet's length. A packet that was never cut to what a link carries may be longer
 * than the field can say: then the field is 0, and the packet ends where the frame ends.
 */
static void set_stated(struct segment *segment, struct part *part, size_t stated)
{
	if (stated == 0 && part->here > LONGEST_STATED)
		stated = part->here;
	part->stated = stated;
	if (part->here > stated)
		part->here = stated; /* what a link adds to short frames */
	if (part->here < stated && !part->quoted && !segment->malformed) {
		segment->malformed = "the packet is cut short";
		segment->cut = true;
	}
}

static void read_ipv4_options(struct segment *segment, const unsigned char *at, size_t left)
{
	while (left > 0 && at[0] != 0) {
		size_t length = 1;
		if (at[0] != 1) {
			add_extra(segment, at[0]);
			length = left > 1 ? at[1] : 0;
			if (length < 2 || length > left) {
				segment_blame(segment, "an IPv4 option is longer than its header");
				return;
			}
		}
		at += length;
		left -= length;
	}
}

static void read_ipv4_fields(struct segment *segment, const unsigned char *header)
{
	unsigned fragment = get16(header + 6);
	segment->dscp = header[1] >> 2;
	segment->ecn = header[1] & 3;
	segment->fragment_id = get16(header + 4);
	segment->dont_fragment = fragment & 0x4000;
	segment->more_fragments = fragment & 0x2000;
	segment->fragment_offset = (fragment & 0x1fff) * 8;
	segment->ttl = header[8];
	segment->protocol = header[9];
	set_in(&segment->from, header + 12);
	set_in(&segment->to, header + 16);
}

static void read_ipv4(struct segment *segment, struct part part)
{
	const unsigned char *header = part.at;
	if (part.here < IPV4_HEADER) {
		segment_blame(segment, "the IPv4 header is cut short");
		return;
	}
	if (header[0] >> 4 != 4) {
		segment_blame(segment, "it is no IPv4 packet: its version is another");
		return;
	}
	segment->version = 4;
	read_ipv4_fields(segment, header);
	size_t header_length = (size_t)(header[0] & 15) * 4, stated = get16(header + 2);
	if (header_length < IPV4_HEADER || header_length > part.here) {
		segment_blame(segment, header_length < IPV4_HEADER ? "the IPv4 header's length is too small"
		                                                   : "the IPv4 header is cut short");
		return;
	}
	if (stated < header_length && (stated != 0 || part.here <= LONGEST_STATED)) {
		segment_blame(segment, "the IPv4 packet's length is less than its header's");
		return;
	}
	set_stated(segment, &part, stated);
	read_ipv4_options(segment, header + IPV4_HEADER, header_length - IPV4_HEADER);
	part_pass(&part, header_length);
	segment_read_transport(segment, part);
}

static size_t extension_length(unsigned protocol, const unsigned char *header)
{
	if (protocol == IPPROTO_FRAGMENT)
		return IPV6_UNIT;
	if (protocol == IPPROTO_AH)
		return ((size_t)header[1] + 2) * 4;
	return ((size_t)header[1] + 1) * IPV6_UNIT;
}

static void read_fragment_header(struct segment *segment, const unsigned char *header)
{
	unsigned fragment = get16(header + 2);
	segment->fragment_offset = fragment & 0xfff8;
	segment->more_fragments = fragment & 1;
	segment->fragment_id = get32(header + 4);
}

/* Passes over the extension headers. False when one is not whole. */
static bool read_extensions(struct segment *segment, struct part *part)
{
	while (is_extension(segment->protocol) && segment->fragment_offset == 0) {
		size_t length = part->here < IPV6_UNIT ? SIZE_MAX : extension_length(segment->protocol, part->at);
		if (length > part->here) {
			segment_blame(segment, "an IPv6 extension header is cut short");
			return false;
		}
		add_extra(segment, segment->protocol);
		if (segment->protocol == IPPROTO_FRAGMENT)
			read_fragment_header(segment, part->at);
		segment->protocol = part->at[0];
		part_pass(part, length);
	}
	return true;
}

static void read_ipv6(struct segment *segment, struct part part)
{
	const unsigned char *header = part.at;
	if (part.here < IPV6_HEADER) {
		segment_blame(segment, "the IPv6 header is cut short");
		return;
	}
	if (header[0] >> 4 != 6) {
		segment_blame(segment, "it is no IPv6 packet: its version is another");
		return;
	}
	segment->version = 6;
	segment->dscp = (uint8_t)((get16(header) >> 6) & 63);
	segment->ecn = header[1] >> 4 & 3;
	segment->protocol = header[6];
	segment->ttl = header[7];
	set_in6(&segment->from, header + 8);
	set_in6(&segment->to, header + 24);
	part_pass(&part, IPV6_HEADER);
	set_stated(segment, &part, get16(header + 4));
	if (read_extensions(segment, &part))
		segment_read_transport(segment, part);
}

void segment_read_network(struct segment *segment, struct part part)
{
	if (segment->ethertype == ETH_P_IP) {
		read_ipv4(segment, part);
	} else if (segment->ethertype == ETH_P_IPV6) {
		read_ipv6(segment, part);
	} else {
		bool arp = segment->ethertype == ETH_P_ARP || segment->ethertype == ETH_P_RARP;
		segment->noise = arp ? NOISE_ARP : NOISE_LINK;
	}
}

static bool is_vlan(unsigned ethertype)
{
	return ethertype == ETH_P_8021Q || ethertype == ETH_P_8021AD;
}

/* Takes the link's header off. False when it is not whole. */
static bool read_link(struct segment *segment, struct part *part)
{
	size_t at = ETHERNET_HEADER - 2, end = ETHERNET_HEADER;
	while (end <= part->here && is_vlan(get16(part->at + at))) {
		at += VLAN_TAG;
		end += VLAN_TAG;
	}
	if (end > part->here) {
		segment_blame(segment, "the Ethernet header is cut short");
		return false;
	}
	segment->ethertype = (uint16_t)get16(part->at + at);
	part_pass(part, end);
	return true;
}

void segment_read(struct segment *segment, unsigned link, const void *bytes, size_t length)
{
	struct part part = {.frame = bytes, .at = bytes, .here = length, .stated = length};
	*segment = (struct segment){.ethertype = (uint16_t)link};
	if (link == SEGMENT_ETHERNET && !read_link(segment, &part))
		return;
	segment->network = length - part.here;
	segment_read_network(segment, part);
	segment_judge_checksums(segment, bytes);
}

bool segment_is_fragment(const struct segment *segment)
{
	return segment->fragment_offset > 0 || segment->more_fragments;
}
