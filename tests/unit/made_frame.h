/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEST_MADE_FRAME_H
#define TEST_MADE_FRAME_H
/*
 * Frames made by hand: Ethernet, IPv4 between 10.0.0.1 and 10.0.0.2 or IPv6 between fd00::1 and fd00::2, with
 * checksums summed byte by byte, in another way than the program's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sosh/segment.h"

struct frame {
	unsigned char bytes[4096];
	size_t length;
	unsigned version;
	size_t network, transport;
	bool back; /* from 2 to 1 */
};

enum { CLIENT_PORT = 51334, SERVER_PORT = 80 };

static inline void frame8(struct frame *frame, unsigned number)
{
	frame->bytes[frame->length++] = (unsigned char)number;
}

static inline void frame16(struct frame *frame, unsigned number)
{
	frame8(frame, number >> 8);
	frame8(frame, number & 255);
}

static inline void frame32(struct frame *frame, uint32_t number)
{
	frame16(frame, number >> 16);
	frame16(frame, number & 0xffff);
}

static inline void frame_bytes(struct frame *frame, const void *bytes, size_t length)
{
	if (length)
		memcpy(frame->bytes + frame->length, bytes, length);
	frame->length += length;
}

static inline void frame_put16(struct frame *frame, size_t at, unsigned number)
{
	frame->bytes[at] = (unsigned char)(number >> 8);
	frame->bytes[at + 1] = (unsigned char)number;
}

static inline void frame_ethernet(struct frame *frame, unsigned ethertype)
{
	frame->length = 0;
	frame_bytes(frame, "\x02\0\0\0\0\2\x02\0\0\0\0\1", 12);
	frame16(frame, ethertype);
}

static inline void frame_host4(struct frame *frame, unsigned last)
{
	frame_bytes(frame, "\x0a\0\0", 3);
	frame8(frame, last);
}

static inline void frame_host6(struct frame *frame, unsigned last)
{
	frame_bytes(frame, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
	frame8(frame, last);
}

/* An IPv4 header with `options` (a multiple of 4 bytes). The length and the checksum come with frame_end. */
static inline void frame_ipv4(struct frame *frame, unsigned protocol, const void *options, size_t options_length)
{
	frame->version = 4;
	frame->network = frame->length;
	frame8(frame, 0x45 + (unsigned)options_length / 4);
	frame8(frame, 0);
	frame16(frame, 0);
	frame16(frame, 0x1234);
	frame16(frame, 0x4000);
	frame8(frame, 64);
	frame8(frame, protocol);
	frame16(frame, 0);
	frame_host4(frame, frame->back ? 2 : 1);
	frame_host4(frame, frame->back ? 1 : 2);
	frame_bytes(frame, options, options_length);
	frame->transport = frame->length;
}

/* Extension headers go behind; frame->transport is then where the last one ends. */
static inline void frame_ipv6(struct frame *frame, unsigned next)
{
	frame->version = 6;
	frame->network = frame->length;
	frame32(frame, 0x60000000);
	frame16(frame, 0);
	frame8(frame, next);
	frame8(frame, 64);
	frame_host6(frame, frame->back ? 2 : 1);
	frame_host6(frame, frame->back ? 1 : 2);
	frame->transport = frame->length;
}

static inline void frame_ip(struct frame *frame, unsigned version, unsigned protocol)
{
	frame_ethernet(frame, version == 4 ? 0x0800 : 0x86dd);
	if (version == 4)
		frame_ipv4(frame, protocol, NULL, 0);
	else
		frame_ipv6(frame, protocol);
}

static inline void frame_ports(struct frame *frame)
{
	frame16(frame, frame->back ? SERVER_PORT : CLIENT_PORT);
	frame16(frame, frame->back ? CLIENT_PORT : SERVER_PORT);
}

static inline uint32_t frame_sum(const unsigned char *bytes, size_t length)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

static inline unsigned frame_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* Puts the lengths in, then the checksums: `place` is that of the transport's in its header, -1: none. */
static inline void frame_end(struct frame *frame, unsigned protocol, int place)
{
	size_t length = frame->length - frame->transport, hosts = frame->version == 4 ? 8 : 32;
	unsigned char *network = frame->bytes + frame->network;
	uint32_t sum = 0;
	if (frame->version == 4) {
		frame_put16(frame, frame->network + 2, (unsigned)(frame->length - frame->network));
		frame_put16(frame, frame->network + 10, 0);
		frame_put16(frame, frame->network + 10,
		            frame_fold(frame_sum(network, frame->transport - frame->network)));
	} else {
		frame_put16(frame, frame->network + 4, (unsigned)(frame->length - frame->network - 40));
	}
	if (place < 0)
		return;
	if (protocol != IPPROTO_ICMP)
		sum = frame_sum(network + (frame->version == 4 ? 12 : 8), hosts) + (uint32_t)length + protocol;
	frame_put16(frame, frame->transport + (size_t)place, 0);
	sum += frame_sum(frame->bytes + frame->transport, length);
	frame_put16(frame, frame->transport + (size_t)place, frame_fold(sum));
}

struct tcp_fields {
	uint32_t seq, ack;
	unsigned flags, window, urgent;
	const void *options;
	size_t options_length; /* a multiple of 4 */
	const char *data;      /* a C string; NULL */
};

/* The TCP header and data behind the IP headers. */
static inline void frame_tcp_part(struct frame *frame, struct tcp_fields tcp)
{
	frame_ports(frame);
	frame32(frame, tcp.seq);
	frame32(frame, tcp.ack);
	frame16(frame, (unsigned)(5 + tcp.options_length / 4) << 12 | tcp.flags);
	frame16(frame, tcp.window);
	frame16(frame, 0);
	frame16(frame, tcp.urgent);
	frame_bytes(frame, tcp.options, tcp.options_length);
	if (tcp.data)
		frame_bytes(frame, tcp.data, strlen(tcp.data));
}

static inline void frame_tcp(struct frame *frame, unsigned version, bool back, struct tcp_fields tcp)
{
	*frame = (struct frame){.back = back};
	frame_ip(frame, version, IPPROTO_TCP);
	frame_tcp_part(frame, tcp);
	frame_end(frame, IPPROTO_TCP, 16);
}

static inline void frame_udp(struct frame *frame, unsigned version, bool back, const char *data)
{
	*frame = (struct frame){.back = back};
	frame_ip(frame, version, IPPROTO_UDP);
	frame_ports(frame);
	frame16(frame, 8 + (unsigned)strlen(data));
	frame16(frame, 0);
	frame_bytes(frame, data, strlen(data));
	frame_end(frame, IPPROTO_UDP, 6);
}

/* An ICMP error that quotes `most` bytes of another frame's packet. */
static inline void frame_icmp_error(struct frame *frame, const struct frame *about, unsigned type, unsigned code,
                                    uint32_t word, size_t most)
{
	unsigned protocol = about->version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	size_t length = about->length - about->network;
	*frame = (struct frame){.back = !about->back};
	frame_ip(frame, about->version, protocol);
	frame8(frame, type);
	frame8(frame, code);
	frame16(frame, 0);
	frame32(frame, word);
	frame_bytes(frame, about->bytes + about->network, length < most ? length : most);
	frame_end(frame, protocol, 2);
}

/*
 * Reads a copy that ends where its memory ends, so that whoever reads beyond is found out. The copy is kept until the
 * next call, `segment` borrows it.
 */
static inline void frame_read(struct segment *segment, unsigned link, const unsigned char *bytes, size_t length)
{
	static unsigned char *copy;
	free(copy);
	copy = malloc(length + 1);
	assert_non_null(copy);
	memcpy(copy + 1, bytes, length); /* at an odd address */
	segment_read(segment, link, copy + 1, length);
}

static inline void assert_flags(const struct segment *segment, const char *expected)
{
	struct buffer text;
	buffer_init(&text);
	segment_flags(&text, segment);
	assert_string_equal(buffer_string(&text), expected);
	buffer_clear(&text);
}

static inline void assert_address(const struct address *address, const char *expected)
{
	struct buffer text;
	buffer_init(&text);
	address_format(&text, address);
	assert_string_equal(buffer_string(&text), expected);
	buffer_clear(&text);
}

#endif
