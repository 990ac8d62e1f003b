/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The little of a frame's bytes that the wire itself needs to see.
 */
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "wire_parts.h"

#define IPV6_SIZE    40u
#define MLD_QUERY    130
#define MLD_DONE     132
#define ND_REDIRECT  137
#define MLD_2_REPORT 143

static unsigned byte_at(const char *bytes, size_t place)
{
	return (unsigned char)bytes[place];
}

static unsigned ethertype(const char *bytes)
{
	return byte_at(bytes, 12) << 8 | byte_at(bytes, 13);
}

/* MLD stands behind a header of hop-by-hop options. */
static bool is_noise_of_ipv6(const char *bytes, size_t length)
{
	size_t place = ETH_HLEN + IPV6_SIZE;
	if (length <= place + 1)
		return false;
	unsigned next = byte_at(bytes, ETH_HLEN + 6);
	if (next == IPPROTO_HOPOPTS) {
		next = byte_at(bytes, place);
		place += (byte_at(bytes, place + 1) + 1u) * 8u;
	}
	if (next != IPPROTO_ICMPV6 || length <= place)
		return false;
	unsigned type = byte_at(bytes, place);
	/* MLD and neighbour discovery lie side by side: RFC 2710, RFC 4861 */
	return (type >= MLD_QUERY && type <= ND_REDIRECT) || type == MLD_2_REPORT;
}

bool frame_is_noise(const char *bytes, size_t length)
{
	if (length < ETH_HLEN)
		return false;
	switch (ethertype(bytes)) {
	case ETH_P_ARP:
		return true;
	case ETH_P_IP:
		return length > ETH_HLEN + 9 && byte_at(bytes, ETH_HLEN + 9) == IPPROTO_IGMP;
	case ETH_P_IPV6:
		return is_noise_of_ipv6(bytes, length);
	default:
		return false;
	}
}

uint32_t frame_targets(const char *bytes, size_t length, unsigned from, unsigned count)
{
	static const char host[5] = {2, 0, 0, 0, 0}; /* the sixth byte is its number */
	if (length < ETH_HLEN)
		return 0;
	if (bytes[0] & 1) /* a group, broadcast among them */
		return ((UINT32_C(2) << count) - 2) & ~(UINT32_C(1) << from);
	unsigned to = byte_at(bytes, 5);
	if (memcmp(bytes, host, sizeof(host)) != 0 || to < 1 || to > count || to == from)
		return 0;
	return UINT32_C(1) << to;
}

size_t frame_turn_bit(char *bytes, size_t length, uint64_t random)
{
	size_t place = 0;
	if (length > ETH_HLEN && ethertype(bytes) == ETH_P_IP)
		place = ETH_HLEN + (byte_at(bytes, ETH_HLEN) & 15u) * 4u;
	else if (length > ETH_HLEN && ethertype(bytes) == ETH_P_IPV6)
		place = ETH_HLEN + IPV6_SIZE;
	if (place == 0 || place >= length)
		place = length > ETH_HLEN ? ETH_HLEN : 0;
	uint64_t bit = random % ((uint64_t)(length - place) * 8u);
	place += (size_t)(bit / 8);
	bytes[place] = (char)(bytes[place] ^ (1 << (bit % 8)));
	return place;
}
