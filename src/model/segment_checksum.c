/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Internet checksum (RFC 1071) of IPv4, TCP, UDP and ICMP: right or wrong, put right, and a frame damaged.
 */
#include <netinet/ip.h>
#include <string.h>

#include "segment_parts.h"

enum { IPV4_CHECKSUM = 10, TCP_CHECKSUM = 16, UDP_CHECKSUM = 6, ICMP_CHECKSUM = 2, NO_CHECKSUM = -1 };

/* Adds the bytes as 16-bit words in the machine's own order, which the sum does not mind. */
static uint64_t add_bytes(uint64_t sum, const unsigned char *bytes, size_t length)
{
	uint32_t word;
	uint16_t half = 0;
	for (; length >= sizeof(word); length -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum += word;
	}
	if (length >= sizeof(half)) {
		memcpy(&half, bytes, sizeof(half));
		sum += half;
		bytes += sizeof(half);
		length -= sizeof(half);
		half = 0;
	}
	memcpy(&half, bytes, length);
	return sum + half;
}

static uint16_t fold(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The pseudo header of TCP, UDP and ICMPv6: both hosts, the length, the protocol. RFC 9293, 8200. */
static uint64_t add_pseudo_header(const struct segment *segment)
{
	uint32_t numbers[2] = {htonl((uint32_t)segment->transport_length), htonl(segment->protocol)};
	uint64_t sum = add_bytes(0, (const unsigned char *)numbers, sizeof(numbers));
	if (segment->version == 4) {
		sum = add_bytes(sum, (const unsigned char *)&segment->from.in.sin_addr, 4);
		return add_bytes(sum, (const unsigned char *)&segment->to.in.sin_addr, 4);
	}
	sum = add_bytes(sum, (const unsigned char *)&segment->from.in6.sin6_addr, 16);
	return add_bytes(sum, (const unsigned char *)&segment->to.in6.sin6_addr, 16);
}

static uint16_t transport_sum(const struct segment *segment, const unsigned char *bytes)
{
	bool plain = segment->kind == SEGMENT_ICMP && segment->version == 4;
	uint64_t sum = plain ? 0 : add_pseudo_header(segment);
	return fold(add_bytes(sum, bytes + segment->transport, segment->transport_length));
}

static size_t ipv4_header_length(const struct segment *segment, const unsigned char *bytes)
{
	return (size_t)(bytes[segment->network] & 15) * 4;
}

/* A packet that is sent by way of other hosts may have another address in its checksum: RFC 791, 8200. */
static bool is_routed(const struct segment *segment)
{
	for (unsigned i = 0; i < segment->extra_count && i < SEGMENT_OTHERS; i++) {
		unsigned extra = segment->extras[i];
		if (segment->version == 6 ? extra == IPPROTO_ROUTING : extra == IPOPT_LSRR || extra == IPOPT_SSRR)
			return true;
	}
	return segment->extra_count > SEGMENT_OTHERS;
}

/* Where in the frame the checksum of TCP, UDP or ICMP stands; -1 when there is none or it covers more than is here. */
static ptrdiff_t checksum_place(const struct segment *segment)
{
	static const int places[] = {NO_CHECKSUM, TCP_CHECKSUM, UDP_CHECKSUM, ICMP_CHECKSUM};
	if (!segment->has_header || segment->malformed || segment_is_fragment(segment) || is_routed(segment))
		return NO_CHECKSUM;
	return (ptrdiff_t)segment->transport + places[segment->kind];
}

/* A datagram over IPv4 may do without: 0. */
static bool is_left_out(const struct segment *segment, const unsigned char *checksum)
{
	return segment->kind == SEGMENT_UDP && segment->version == 4 && get16(checksum) == 0;
}

/* True when the IPv4 header is here to its end. */
static bool has_ipv4_header(const struct segment *segment)
{
	return segment->version == 4 && segment->transport > 0;
}

static enum segment_checksum judged(uint16_t sum)
{
	return sum == 0xffff ? CHECKSUM_RIGHT : CHECKSUM_WRONG;
}

/* A host whose interface is to finish the checksum puts there the pseudo header's sum; on loopback it stays so. */
static bool is_left_to_interface(const struct segment *segment, const unsigned char *place)
{
	uint16_t checksum;
	memcpy(&checksum, place, sizeof(checksum));
	return segment->kind != SEGMENT_ICMP && checksum == fold(add_pseudo_header(segment));
}

void segment_judge_checksums(struct segment *segment, const unsigned char *bytes)
{
	if (has_ipv4_header(segment)) {
		size_t length = ipv4_header_length(segment, bytes);
		segment->ip_checksum = judged(fold(add_bytes(0, bytes + segment->network, length)));
	}
	ptrdiff_t place = checksum_place(segment);
	if (place == NO_CHECKSUM || is_left_out(segment, bytes + place))
		return;
	if (segment->kind == SEGMENT_UDP && get16(bytes + place) == 0)
		segment->checksum = CHECKSUM_WRONG; /* over IPv6 it may not be left out */
	else
		segment->checksum = judged(transport_sum(segment, bytes));
	if (segment->checksum == CHECKSUM_WRONG && is_left_to_interface(segment, bytes + place))
		segment->checksum = CHECKSUM_UNKNOWN;
}

static void put_sum(unsigned char *place, uint16_t sum, bool never_zero)
{
	uint16_t checksum = (uint16_t)~sum;
	if (never_zero && checksum == 0)
		checksum = 0xffff;
	memcpy(place, &checksum, sizeof(checksum));
}

int segment_checksum_fix(unsigned link, void *bytes, size_t length)
{
	struct segment segment;
	unsigned char *frame = bytes;
	segment_read(&segment, link, bytes, length);
	if (segment.version == 0)
		return -1;
	if (has_ipv4_header(&segment)) {
		unsigned char *header = frame + segment.network;
		memset(header + IPV4_CHECKSUM, 0, 2);
		put_sum(header + IPV4_CHECKSUM, fold(add_bytes(0, header, ipv4_header_length(&segment, frame))), false);
	}
	ptrdiff_t place = checksum_place(&segment);
	if (place == NO_CHECKSUM || is_left_out(&segment, frame + place))
		return 0;
	memset(frame + place, 0, 2);
	put_sum(frame + place, transport_sum(&segment, frame), segment.kind == SEGMENT_UDP);
	return 0;
}

int segment_corrupt(unsigned link, void *bytes, size_t length, uint32_t choice)
{
	struct segment segment;
	unsigned char *frame = bytes;
	segment_read(&segment, link, bytes, length);
	if (segment.kind == SEGMENT_OTHER || segment.noise)
		return -1;
	size_t at = 0, count = segment.data_length;
	if (count > 0) {
		at = (size_t)(segment.data - frame);
	} else {
		ptrdiff_t place = checksum_place(&segment);
		if (place == NO_CHECKSUM)
			return -1;
		at = (size_t)place;
		count = 2;
	}
	frame[at + choice / 8 % count] ^= (unsigned char)(1u << choice % 8);
	return 0;
}
