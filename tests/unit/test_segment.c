/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A frame's bytes as fields: made by hand, cut at every length, and random.
 */
#include "made_frame.h"

#include "sosh/segment.h"

static const unsigned char all_options[] = {
	2,   4,  0x05, 0xb4,                   /* MSS 1460 */
	4,   2,                                /* SACK permitted */
	8,   10, 0,    0,    0, 7, 0, 0, 0, 9, /* timestamps */
	1,                                     /* nothing */
	3,   3,  7,                            /* window scale */
	5,   10, 0,    0,    1, 0, 0, 0, 2, 0, /* SACK */
	253, 4,  0x12, 0x34, 0, 0,             /* an experiment; end */
};

static void read_frame(struct segment *segment, const struct frame *frame)
{
	frame_read(segment, SEGMENT_ETHERNET, frame->bytes, frame->length);
}

static void tcp_with_all_options(unsigned version)
{
	struct frame frame;
	struct segment segment;
	frame_tcp(&frame, version, false,
	          (struct tcp_fields){.seq = 0xfffffffe,
	                              .ack = 12,
	                              .flags = SEGMENT_PSH | SEGMENT_ACK | SEGMENT_URG,
	                              .window = 502,
	                              .urgent = 3,
	                              .options = all_options,
	                              .options_length = sizeof(all_options),
	                              .data = "hello"});
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_int_equal(segment.kind, SEGMENT_TCP);
	assert_true(segment.has_header);
	assert_int_equal(segment.version, version);
	assert_int_equal(segment.ttl, 64);
	assert_address(&segment.from, version == 4 ? "10.0.0.1:51334" : "[fd00::1]:51334");
	assert_address(&segment.to, version == 4 ? "10.0.0.2:80" : "[fd00::2]:80");
	assert_int_equal(segment.tcp.seq, 0xfffffffe);
	assert_int_equal(segment.tcp.ack, 12);
	assert_int_equal(segment.tcp.window, 502);
	assert_int_equal(segment.tcp.urgent, 3);
	assert_true(segment.tcp.has_mss && segment.tcp.has_scale && segment.tcp.has_timestamps);
	assert_true(segment.tcp.sack_permitted);
	assert_int_equal(segment.tcp.mss, 1460);
	assert_int_equal(segment.tcp.scale, 7);
	assert_int_equal(segment.tcp.timestamp, 7);
	assert_int_equal(segment.tcp.echo, 9);
	assert_int_equal(segment.tcp.sack_count, 1);
	assert_int_equal(segment.tcp.sacks[0].begin, 256);
	assert_int_equal(segment.tcp.sacks[0].end, 512);
	assert_int_equal(segment.tcp.other_count, 1);
	assert_int_equal(segment.tcp.others[0], 253);
	assert_int_equal(segment.length, 5);
	assert_int_equal(segment.data_length, 5);
	assert_memory_equal(segment.data, "hello", 5);
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
	assert_int_equal(segment.ip_checksum, version == 4 ? CHECKSUM_RIGHT : CHECKSUM_UNKNOWN);
	assert_flags(&segment, "PSH,ACK,URG");
}

static void tcp_of_both_versions(void **state)
{
	(void)state;
	tcp_with_all_options(4);
	tcp_with_all_options(6);
}

static void flags_as_people_say_them(void **state)
{
	(void)state;
	static const struct {
		unsigned flags;
		const char *text;
	} rows[] = {{2, "SYN"},
	            {0x12, "SYN,ACK"},
	            {0x10, "ACK"},
	            {0x18, "PSH,ACK"},
	            {0x11, "FIN,ACK"},
	            {4, "RST"},
	            {0x14, "RST,ACK"},
	            {0, "none"},
	            {0x19, "FIN,PSH,ACK"},
	            {0xc2, "SYN,ECE,CWR"},
	            {0x1ff, "FIN,SYN,RST,PSH,ACK,URG,ECE,CWR,AE"}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame frame;
		struct segment segment;
		frame_tcp(&frame, 4, true, (struct tcp_fields){.flags = rows[i].flags});
		read_frame(&segment, &frame);
		assert_flags(&segment, rows[i].text);
		assert_address(&segment.from, "10.0.0.2:80");
	}
}

static void a_known_ipv4_checksum(void **state)
{
	(void)state;
	unsigned char header[] = "\x45\0\0\x14\0\0\x40\0\x40\x11\xb8\xc0\xc0\xa8\0\1\xc0\xa8\0\xc7";
	struct segment segment;
	frame_read(&segment, 0x0800, header, 20);
	assert_int_equal(segment.ip_checksum, CHECKSUM_RIGHT);
	assert_int_equal(segment.network, 0);
	assert_address(&segment.from, "192.168.0.1:0");
	header[8]--;
	frame_read(&segment, 0x0800, header, 20);
	assert_int_equal(segment.ip_checksum, CHECKSUM_WRONG);
}

static void udp_with_and_without_checksum(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	for (unsigned version = 4; version <= 6; version += 2) {
		frame_udp(&frame, version, false, "odd");
		read_frame(&segment, &frame);
		assert_null(segment.malformed);
		assert_int_equal(segment.kind, SEGMENT_UDP);
		assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
		assert_int_equal(segment.length, 3);
		assert_flags(&segment, "UDP");
		frame.bytes[frame.length - 1] ^= 1;
		read_frame(&segment, &frame);
		assert_int_equal(segment.checksum, CHECKSUM_WRONG);
		frame_put16(&frame, frame.transport + 6, 0);
		read_frame(&segment, &frame);
		assert_int_equal(segment.checksum, version == 4 ? CHECKSUM_UNKNOWN : CHECKSUM_WRONG);
	}
}

static void a_short_frame_is_padded(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	frame_udp(&frame, 4, false, "hi");
	frame_bytes(&frame, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16);
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_int_equal(segment.data_length, 2);
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
}

static void vlan_tags_are_passed_over(void **state)
{
	(void)state;
	struct frame frame, tagged = {0};
	struct segment segment;
	frame_udp(&frame, 4, false, "hi");
	frame_bytes(&tagged, frame.bytes, 12);
	frame32(&tagged, 0x88a80001);
	frame32(&tagged, 0x81000002);
	frame_bytes(&tagged, frame.bytes + 12, frame.length - 12);
	read_frame(&segment, &tagged);
	assert_null(segment.malformed);
	assert_int_equal(segment.kind, SEGMENT_UDP);
	assert_int_equal(segment.network, 22);
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
}

static void cooked_bytes(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	frame_tcp(&frame, 6, false, (struct tcp_fields){.flags = SEGMENT_SYN});
	frame_read(&segment, 0x86dd, frame.bytes + 14, frame.length - 14);
	assert_null(segment.malformed);
	assert_flags(&segment, "SYN");
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
	assert_int_equal(segment.transport, 40);
}

static void ipv4_options_and_ecn(void **state)
{
	(void)state;
	struct frame frame = {0};
	struct segment segment;
	frame_ethernet(&frame, 0x0800);
	frame_ipv4(&frame, IPPROTO_TCP, "\x94\4\0\0\1\7\3\0", 8); /* router alert; record route */
	frame.bytes[frame.network + 1] = 10 << 2 | 3;
	frame_tcp_part(&frame, (struct tcp_fields){.flags = SEGMENT_ACK});
	frame_end(&frame, IPPROTO_TCP, 16);
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_int_equal(segment.extra_count, 2);
	assert_int_equal(segment.extras[0], 0x94);
	assert_int_equal(segment.extras[1], 7);
	assert_int_equal(segment.dscp, 10);
	assert_int_equal(segment.ecn, 3);
	assert_true(segment.dont_fragment);
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
	assert_flags(&segment, "ACK");
	frame.bytes[frame.network + 21] = 60;
	read_frame(&segment, &frame);
	assert_string_equal(segment.malformed, "an IPv4 option is longer than its header");
}

static void ipv6_extension_headers(void **state)
{
	(void)state;
	struct frame frame = {0};
	struct segment segment;
	frame_ethernet(&frame, 0x86dd);
	frame_ipv6(&frame, IPPROTO_HOPOPTS);
	frame.bytes[frame.network + 1] = 0x20; /* ECN 2 */
	frame_bytes(&frame, "\x3c\0\1\4\0\0\0\0", 8);
	frame_bytes(&frame, "\x06\1\1\x0c\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	frame.transport = frame.length;
	frame_tcp_part(&frame, (struct tcp_fields){.flags = SEGMENT_SYN, .data = "x"});
	frame_end(&frame, IPPROTO_TCP, 16);
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_int_equal(segment.extra_count, 2);
	assert_int_equal(segment.extras[0], IPPROTO_HOPOPTS);
	assert_int_equal(segment.extras[1], IPPROTO_DSTOPTS);
	assert_int_equal(segment.protocol, IPPROTO_TCP);
	assert_int_equal(segment.ecn, 2);
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
	assert_int_equal(segment.length, 1);
}

static void fragments_of_ipv4(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	frame_udp(&frame, 4, false, "01234567");
	frame_put16(&frame, frame.transport + 4, 1000); /* the whole datagram's */
	frame_put16(&frame, frame.network + 6, 0x2000);
	frame_end(&frame, IPPROTO_UDP, -1);
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_true(segment_is_fragment(&segment) && segment.more_fragments);
	assert_int_equal(segment.fragment_id, 0x1234);
	assert_int_equal(segment.checksum, CHECKSUM_UNKNOWN);
	assert_int_equal(segment.length, 8);
	assert_flags(&segment, "UDP");
	frame_put16(&frame, frame.network + 6, 185);
	frame_end(&frame, IPPROTO_UDP, -1);
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_false(segment.has_header);
	assert_int_equal(segment.fragment_offset, 1480);
	assert_int_equal(segment.length, 16);
	assert_address(&segment.from, "10.0.0.1:0");
	assert_flags(&segment, "fragment");
}

static void fragments_of_ipv6(void **state)
{
	(void)state;
	struct frame frame = {0};
	struct segment segment;
	frame_ethernet(&frame, 0x86dd);
	frame_ipv6(&frame, IPPROTO_FRAGMENT);
	frame_bytes(&frame, "\x3c\0\x05\xa9\1\2\3\4",
	            8); /* destination options, which are not here; 1448, more follow */
	frame_bytes(&frame, "rest", 4);
	frame_end(&frame, 0, -1);
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_int_equal(segment.fragment_offset, 1448);
	assert_true(segment.more_fragments);
	assert_int_equal(segment.fragment_id, 0x01020304);
	assert_int_equal(segment.length, 4);
	assert_flags(&segment, "fragment");
}

static void icmp_errors_quote(void **state)
{
	(void)state;
	for (unsigned version = 4; version <= 6; version += 2) {
		struct frame about, frame;
		struct segment segment;
		frame_tcp(&about, version, false, (struct tcp_fields){.seq = 77, .flags = SEGMENT_SYN});
		frame_icmp_error(&frame, &about, version == 4 ? 3 : 2, version == 4 ? 4 : 0, 1400, 576);
		read_frame(&segment, &frame);
		assert_null(segment.malformed);
		assert_flags(&segment, version == 4 ? "ICMP 3/4" : "ICMPv6 2/0");
		assert_int_equal(segment.icmp.mtu, 1400);
		assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
		assert_true(segment.icmp.is_error && segment.icmp.has_ends && segment.icmp.has_seq);
		assert_int_equal(segment.icmp.protocol, IPPROTO_TCP);
		assert_int_equal(segment.icmp.seq, 77);
		assert_address(&segment.icmp.from, version == 4 ? "10.0.0.1:51334" : "[fd00::1]:51334");
		assert_address(&segment.icmp.to, version == 4 ? "10.0.0.2:80" : "[fd00::2]:80");
		/* the eight bytes that RFC 792 asks for; seven; no whole IP header */
		size_t header = version == 4 ? 20 : 40;
		frame_icmp_error(&frame, &about, 3, 3, 0, header + 8);
		read_frame(&segment, &frame);
		assert_null(segment.malformed);
		assert_true(segment.icmp.has_seq);
		frame_icmp_error(&frame, &about, 3, 3, 0, header + 7);
		read_frame(&segment, &frame);
		assert_null(segment.malformed);
		assert_true(segment.icmp.has_ends && !segment.icmp.has_seq);
		frame_icmp_error(&frame, &about, 3, 3, 0, header - 1);
		read_frame(&segment, &frame);
		assert_null(segment.malformed);
		assert_false(segment.icmp.has_ends);
	}
}

static void an_error_about_an_error_is_not_followed(void **state)
{
	(void)state;
	struct frame udp, first, second;
	struct segment segment;
	frame_udp(&udp, 4, false, "x");
	frame_icmp_error(&first, &udp, 3, 3, 0, 576);
	frame_icmp_error(&second, &first, 11, 0, 0, 576);
	read_frame(&segment, &second);
	assert_null(segment.malformed);
	assert_int_equal(segment.icmp.protocol, IPPROTO_ICMP);
	assert_address(&segment.icmp.from, "10.0.0.2:0");
}

static void echo(void **state)
{
	(void)state;
	struct frame frame = {0};
	struct segment segment;
	frame_ip(&frame, 6, IPPROTO_ICMPV6);
	frame_bytes(&frame, "\x80\0\0\0\0\5\0\6ping", 12);
	frame_end(&frame, IPPROTO_ICMPV6, 2);
	read_frame(&segment, &frame);
	assert_int_equal(segment.noise, NOISE_NONE);
	assert_true(segment.icmp.is_echo);
	assert_int_equal(segment.icmp.id, 5);
	assert_int_equal(segment.icmp.sequence, 6);
	assert_int_equal(segment.length, 4);
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
}

static void noise_of_ipv6(unsigned type, enum segment_noise expected)
{
	struct frame frame = {0};
	struct segment segment;
	frame_ip(&frame, 6, IPPROTO_ICMPV6);
	frame8(&frame, type);
	frame_bytes(&frame, "\0\0\0\0\0\0\0", 7);
	frame_end(&frame, IPPROTO_ICMPV6, 2);
	read_frame(&segment, &frame);
	assert_int_equal(segment.noise, expected);
}

static void noise(void **state)
{
	(void)state;
	struct frame frame = {0};
	struct segment segment;
	noise_of_ipv6(1, NOISE_NONE);
	noise_of_ipv6(129, NOISE_NONE);
	noise_of_ipv6(130, NOISE_GROUP);
	noise_of_ipv6(143, NOISE_GROUP);
	noise_of_ipv6(133, NOISE_ROUTER);
	noise_of_ipv6(134, NOISE_ROUTER);
	noise_of_ipv6(135, NOISE_NEIGHBOUR);
	noise_of_ipv6(137, NOISE_NEIGHBOUR);
	frame_ethernet(&frame, 0x0806);
	frame_bytes(&frame, "\0\1\10\0\6\4\0\1", 8);
	read_frame(&segment, &frame);
	assert_int_equal(segment.noise, NOISE_ARP);
	assert_flags(&segment, "ARP");
	frame_ethernet(&frame, 0x88cc);
	read_frame(&segment, &frame);
	assert_int_equal(segment.noise, NOISE_LINK);
	assert_flags(&segment, "ethertype 0x88cc");
	frame = (struct frame){0};
	frame_ip(&frame, 4, IPPROTO_IGMP);
	frame_bytes(&frame, "\x16\0\0\0\xe0\0\0\1", 8);
	frame_end(&frame, IPPROTO_IGMP, -1);
	read_frame(&segment, &frame);
	assert_int_equal(segment.noise, NOISE_GROUP);
	frame = (struct frame){0};
	frame_ip(&frame, 4, 47);
	frame_end(&frame, 47, -1);
	read_frame(&segment, &frame);
	assert_int_equal(segment.noise, NOISE_NONE);
	assert_flags(&segment, "protocol 47");
}

/* Cut at every length it is malformed, cut in the payload it is only cut; one byte read too far is a fault. */
static void cut_everywhere(const struct frame *frame, size_t payload)
{
	for (size_t length = 0; length < frame->length; length++) {
		struct segment segment;
		frame_read(&segment, SEGMENT_ETHERNET, frame->bytes, length);
		assert_non_null(segment.malformed);
		assert_int_equal(segment.cut, length >= frame->length - payload);
		assert_int_equal(segment.checksum, CHECKSUM_UNKNOWN);
		assert_true(segment.data_length <= length);
		if (segment.cut)
			assert_int_equal(segment.length, payload);
	}
}

static void truncations(void **state)
{
	(void)state;
	struct frame frame, error;
	for (unsigned version = 4; version <= 6; version += 2) {
		frame_tcp(&frame, version, false,
		          (struct tcp_fields){.flags = SEGMENT_ACK,
		                              .options = all_options,
		                              .options_length = sizeof(all_options),
		                              .data = "hello"});
		cut_everywhere(&frame, 5);
		frame_icmp_error(&error, &frame, 3, 3, 0, 1000);
		cut_everywhere(&error, frame.length - frame.network);
		frame_udp(&frame, version, false, "hello");
		cut_everywhere(&frame, 5);
	}
}

/* What is wrong is said. */
static void malformed_fields(void **state)
{
	(void)state;
	static const struct {
		size_t at; /* in the frame */
		unsigned byte;
		const char *text;
	} rows[] = {
		{14, 0x65, "it is no IPv4 packet: its version is another"},
		{14, 0x44, "the IPv4 header's length is too small"},
		{17, 19, "the IPv4 packet's length is less than its header's"},
		{16, 0xff, "the packet is cut short"},
		{46, 0x40, "the TCP header's length is too small"},
		{46, 0xf0, "the TCP header is cut short"},
		{55, 0, "a TCP option is longer than its header"},
		{55, 200, "a TCP option is longer than its header"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame frame;
		struct segment segment;
		frame_tcp(&frame, 4, false, (struct tcp_fields){.options = "\2\4\5\xb4", .options_length = 4});
		frame.bytes[rows[i].at] = (unsigned char)rows[i].byte;
		read_frame(&segment, &frame);
		assert_non_null(segment.malformed);
		assert_string_equal(segment.malformed, rows[i].text);
	}
}

static void malformed_datagrams(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	frame_udp(&frame, 6, false, "hello");
	frame_put16(&frame, frame.transport + 4, 7);
	read_frame(&segment, &frame);
	assert_string_equal(segment.malformed, "the UDP length is less than its header's");
	frame_put16(&frame, frame.transport + 4, 14);
	read_frame(&segment, &frame);
	assert_string_equal(segment.malformed, "the UDP length is more than the packet has");
	frame_put16(&frame, frame.transport + 4, 10);
	read_frame(&segment, &frame);
	assert_null(segment.malformed);
	assert_int_equal(segment.length, 2);
	frame.bytes[frame.network] = 0x45;
	read_frame(&segment, &frame);
	assert_string_equal(segment.malformed, "it is no IPv6 packet: its version is another");
}

/* Before it is cut to what a link carries a packet may be longer than its length's field can say. */
static void a_packet_over_64_kilobytes(void **state)
{
	(void)state;
	for (unsigned version = 4; version <= 6; version += 2) {
		struct frame frame;
		struct segment segment;
		size_t length = 100000;
		unsigned char *bytes = calloc(1, length);
		assert_non_null(bytes);
		frame_tcp(&frame, version, false, (struct tcp_fields){.flags = SEGMENT_ACK});
		frame_put16(&frame, frame.network + (version == 4 ? 2 : 4), 0);
		memcpy(bytes, frame.bytes, frame.length);
		frame_read(&segment, SEGMENT_ETHERNET, bytes, length);
		assert_null(segment.malformed);
		assert_int_equal(segment.length, length - frame.length);
		free(bytes);
	}
}

static uint32_t random_state = 1;

static uint32_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	return random_state ^= random_state << 5;
}

static void check_sane(const struct segment *segment, size_t length)
{
	struct buffer text;
	assert_true(segment->data_length <= length && segment->data_length <= segment->length + segment->cut);
	assert_true(segment->transport + segment->transport_length <= length);
	assert_true(segment->tcp.sack_count <= SEGMENT_SACKS);
	uint32_t sum = 0;
	for (size_t i = 0; i < segment->data_length; i++)
		sum += segment->data[i];
	(void)sum;
	buffer_init(&text);
	segment_flags(&text, segment);
	assert_true(text.length > 0);
	buffer_clear(&text);
}

static void make_any(struct frame *frame)
{
	struct frame about;
	unsigned version = random_number() % 2 ? 4 : 6;
	if (random_number() % 3 == 0) {
		frame_udp(frame, version, false, "some data");
		return;
	}
	frame_tcp(frame, version, false,
	          (struct tcp_fields){.flags = SEGMENT_ACK,
	                              .options = all_options,
	                              .options_length = sizeof(all_options),
	                              .data = "0123456789"});
	if (random_number() % 2)
		return;
	about = *frame;
	frame_icmp_error(frame, &about, version == 4 ? 3 : 1, 0, 0, random_number() % 100);
}

/* Frames with some bytes changed, and cut anywhere: nothing is read beyond, put right beyond or turned beyond. */
static void fuzz(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 60000; round++) {
		struct frame frame;
		struct segment segment;
		make_any(&frame);
		for (unsigned changes = random_number() % 5; changes > 0; changes--)
			frame.bytes[random_number() % frame.length] = (unsigned char)random_number();
		size_t length = random_number() % 3 ? frame.length : random_number() % (frame.length + 1);
		frame_read(&segment, SEGMENT_ETHERNET, frame.bytes, length);
		check_sane(&segment, length);
		unsigned char *copy = malloc(length + 1);
		assert_non_null(copy);
		memcpy(copy + 1, frame.bytes, length);
		segment_checksum_fix(SEGMENT_ETHERNET, copy + 1, length);
		segment_read(&segment, SEGMENT_ETHERNET, copy + 1, length);
		assert_true(segment.ip_checksum != CHECKSUM_WRONG && segment.checksum != CHECKSUM_WRONG);
		segment_corrupt(SEGMENT_ETHERNET, copy + 1, length, random_number());
		free(copy);
	}
}

static void noise_of_random_bytes(void **state)
{
	(void)state;
	static const unsigned links[] = {SEGMENT_ETHERNET, 0x0800, 0x86dd, 0x0806, 0x1234};
	for (unsigned round = 0; round < 60000; round++) {
		unsigned char bytes[120];
		struct segment segment;
		size_t length = random_number() % sizeof(bytes);
		unsigned link = links[random_number() % 5];
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (unsigned char)random_number();
		bytes[0] = link == 0x0800 ? 0x45 : link == 0x86dd ? 0x60 : bytes[0];
		frame_read(&segment, link, bytes, length);
		check_sane(&segment, length);
	}
}

/* As frames on loopback have it: only the pseudo header is summed. */
static void a_checksum_left_to_the_interface(void **state)
{
	(void)state;
	for (unsigned version = 4; version <= 6; version += 2) {
		struct frame frame;
		struct segment segment;
		frame_tcp(&frame, version, false, (struct tcp_fields){.flags = SEGMENT_ACK, .data = "hello"});
		size_t hosts = version == 4 ? 8 : 32, length = frame.length - frame.transport;
		uint32_t sum = frame_sum(frame.bytes + frame.transport - hosts, hosts);
		unsigned partial = ~frame_fold(sum + (uint32_t)length + IPPROTO_TCP) & 0xffff;
		frame_put16(&frame, frame.transport + 16, partial);
		read_frame(&segment, &frame);
		assert_int_equal(segment.checksum, CHECKSUM_UNKNOWN);
		frame_put16(&frame, frame.transport + 16, partial + 1);
		read_frame(&segment, &frame);
		assert_int_equal(segment.checksum, CHECKSUM_WRONG);
		segment_checksum_fix(SEGMENT_ETHERNET, frame.bytes, frame.length);
		read_frame(&segment, &frame);
		assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
	}
}

/* A changed frame's checksums are the ones that a host would have sent. */
static void checksums_are_put_right(void **state)
{
	(void)state;
	for (unsigned version = 4; version <= 6; version += 2) {
		struct frame right[3], changed;
		struct segment segment;
		frame_tcp(&right[0], version, false, (struct tcp_fields){.flags = SEGMENT_ACK, .data = "hello"});
		frame_udp(&right[1], version, false, "hello");
		frame_icmp_error(&right[2], &right[1], version == 4 ? 3 : 1, 3, 0, 576);
		for (unsigned i = 0; i < 3; i++) {
			static const size_t places[] = {16, 6, 2};
			changed = right[i];
			frame_put16(&changed, changed.transport + places[i], 0xabcd);
			if (version == 4)
				frame_put16(&changed, changed.network + 10, 0xabcd);
			read_frame(&segment, &changed);
			assert_int_equal(segment.checksum, CHECKSUM_WRONG);
			assert_int_equal(segment_checksum_fix(SEGMENT_ETHERNET, changed.bytes, changed.length), 0);
			assert_memory_equal(changed.bytes, right[i].bytes, changed.length);
		}
	}
}

static void a_sum_of_zero_is_sent_as_ones(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	frame_udp(&frame, 4, false, "\1\1");
	unsigned checksum = (unsigned)frame.bytes[frame.transport + 6] << 8 | frame.bytes[frame.transport + 7];
	frame_put16(&frame, frame.transport + 8, 0x0101 + checksum); /* now it sums to ones */
	if (0x0101 + checksum > 0xffff)
		frame_put16(&frame, frame.transport + 8, (0x0101 + checksum + 1) & 0xffff);
	frame_put16(&frame, frame.transport + 6, 1);
	segment_checksum_fix(SEGMENT_ETHERNET, frame.bytes, frame.length);
	assert_int_equal(frame.bytes[frame.transport + 6], 0xff);
	assert_int_equal(frame.bytes[frame.transport + 7], 0xff);
	read_frame(&segment, &frame);
	assert_int_equal(segment.checksum, CHECKSUM_RIGHT);
}

static void what_has_no_checksum_gets_none(void **state)
{
	(void)state;
	struct frame frame;
	frame_udp(&frame, 4, false, "hello");
	frame_put16(&frame, frame.transport + 6, 0);
	assert_int_equal(segment_checksum_fix(SEGMENT_ETHERNET, frame.bytes, frame.length), 0);
	assert_int_equal(frame.bytes[frame.transport + 6] | frame.bytes[frame.transport + 7], 0);
	frame_ethernet(&frame, 0x0806);
	assert_int_equal(segment_checksum_fix(SEGMENT_ETHERNET, frame.bytes, frame.length), -1);
	assert_int_equal(segment_corrupt(SEGMENT_ETHERNET, frame.bytes, frame.length, 1), -1);
}

static unsigned bits_turned(const struct frame *a, const struct frame *b, size_t from, size_t to)
{
	unsigned count = 0;
	for (size_t i = from; i < to; i++)
		count += (unsigned)__builtin_popcount(a->bytes[i] ^ b->bytes[i]);
	return count;
}

static void one_bit_is_turned(void **state)
{
	(void)state;
	struct frame right, damaged;
	struct segment segment;
	frame_tcp(&right, 4, false, (struct tcp_fields){.flags = SEGMENT_ACK, .data = "hello"});
	for (uint32_t choice = 0; choice < 200; choice++) {
		damaged = right;
		assert_int_equal(segment_corrupt(SEGMENT_ETHERNET, damaged.bytes, damaged.length, choice), 0);
		assert_int_equal(bits_turned(&right, &damaged, 0, right.length), 1);
		assert_int_equal(bits_turned(&right, &damaged, right.length - 5, right.length), 1);
		read_frame(&segment, &damaged);
		assert_int_equal(segment.checksum, CHECKSUM_WRONG);
		assert_int_equal(segment.ip_checksum, CHECKSUM_RIGHT);
	}
	frame_tcp(&right, 6, false, (struct tcp_fields){.flags = SEGMENT_ACK});
	damaged = right;
	assert_int_equal(segment_corrupt(SEGMENT_ETHERNET, damaged.bytes, damaged.length, 5), 0);
	assert_int_equal(bits_turned(&right, &damaged, right.transport + 16, right.transport + 18), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_of_both_versions),
		cmocka_unit_test(flags_as_people_say_them),
		cmocka_unit_test(a_known_ipv4_checksum),
		cmocka_unit_test(udp_with_and_without_checksum),
		cmocka_unit_test(a_short_frame_is_padded),
		cmocka_unit_test(vlan_tags_are_passed_over),
		cmocka_unit_test(cooked_bytes),
		cmocka_unit_test(ipv4_options_and_ecn),
		cmocka_unit_test(ipv6_extension_headers),
		cmocka_unit_test(fragments_of_ipv4),
		cmocka_unit_test(fragments_of_ipv6),
		cmocka_unit_test(icmp_errors_quote),
		cmocka_unit_test(an_error_about_an_error_is_not_followed),
		cmocka_unit_test(echo),
		cmocka_unit_test(noise),
		cmocka_unit_test(truncations),
		cmocka_unit_test(malformed_fields),
		cmocka_unit_test(malformed_datagrams),
		cmocka_unit_test(a_packet_over_64_kilobytes),
		cmocka_unit_test(fuzz),
		cmocka_unit_test(noise_of_random_bytes),
		cmocka_unit_test(a_checksum_left_to_the_interface),
		cmocka_unit_test(checksums_are_put_right),
		cmocka_unit_test(a_sum_of_zero_is_sent_as_ones),
		cmocka_unit_test(what_has_no_checksum_gets_none),
		cmocka_unit_test(one_bit_is_turned),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
