/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tshark reads in a capture file, beside what the segments and their connections say of the same frames:
 * numbers, flags, options, payload, checksums. Exit status 77 where tshark is not installed.
 */
#include "made_capture.h"

#include "sosh/segment_flow.h"

enum { SKIPPED = 77, FRAMES = 40 };

static const unsigned char syn_options[] = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7};

struct story {
	struct frame frames[FRAMES];
	unsigned count;
};

static struct frame *next(struct story *story)
{
	assert_true(story->count < FRAMES);
	return &story->frames[story->count++];
}

static void add(struct story *story, unsigned version, bool back, unsigned flags, uint32_t seq, uint32_t ack,
                unsigned window, const char *data)
{
	const uint32_t client = 0xfffffffa, server = 5000;
	bool syn = flags & SEGMENT_SYN;
	frame_tcp(next(story), version, back,
	          (struct tcp_fields){.seq = (back ? server : client) + seq,
	                              .ack = flags & SEGMENT_ACK ? (back ? client : server) + ack : 0,
	                              .flags = flags,
	                              .window = window,
	                              .options = syn ? syn_options : NULL,
	                              .options_length = syn ? sizeof(syn_options) : 0,
	                              .data = data});
}

/* A connection with something of everything. */
static void tell(struct story *story, unsigned version)
{
	enum { S = SEGMENT_SYN, A = SEGMENT_ACK, P = SEGMENT_PSH, F = SEGMENT_FIN };
	add(story, version, false, S, 0, 0, 64000, NULL);
	add(story, version, false, S, 0, 0, 64000, NULL);
	add(story, version, true, S | A, 0, 1, 65000, NULL);
	add(story, version, false, A, 1, 1, 500, NULL);
	add(story, version, false, P | A, 1, 1, 500, "hello, world");
	add(story, version, true, A, 1, 13, 400, NULL);
	add(story, version, true, A, 1, 13, 420, NULL);
	add(story, version, false, P | A, 13, 1, 500, "lost");
	add(story, version, false, P | A, 17, 1, 500, "more");
	add(story, version, true, A, 1, 13, 420, NULL);
	add(story, version, false, P | A, 13, 1, 500, "lost");
	add(story, version, true, A, 1, 21, 420, NULL);
	add(story, version, false, A, 20, 1, 500, NULL);
	add(story, version, true, A, 1, 21, 420, NULL);
	add(story, version, false, F | A, 21, 1, 500, NULL);
	add(story, version, true, F | A, 1, 22, 420, NULL);
	add(story, version, false, A, 22, 2, 500, NULL);
}

static void tell_datagrams(struct story *story, unsigned version)
{
	struct frame *about = next(story);
	frame_udp(about, version, false, "anybody there?");
	frame_icmp_error(next(story), about, version == 4 ? 3 : 1, version == 4 ? 3 : 4, 0, 576);
}

static void write_story(struct capture *capture, const struct story *story)
{
	char comment[40];
	assert_int_equal(pcapng_open(&capture->file, capture->path, "sosh 0.1", &capture->error), 0);
	assert_int_equal(pcapng_interface(&capture->file, "client", PCAPNG_ETHERNET, &capture->error), 0);
	for (unsigned i = 0; i < story->count; i++) {
		const struct frame *frame = &story->frames[i];
		snprintf(comment, sizeof(comment), "send c \"%u\"", i);
		assert_int_equal(capture_frame(capture, 0, 1700000000000000000 + i * 1000001, frame,
		                               frame->back ? PCAPNG_INBOUND : PCAPNG_OUTBOUND, comment),
		                 0);
	}
	assert_int_equal(pcapng_close(&capture->file, &capture->error), 0);
}

/* What we say of the same field. */
typedef void teller(struct buffer *out, const struct segment *segment, const struct segment_place *place, unsigned i);

static bool is_tcp(const struct segment *segment)
{
	return segment->kind == SEGMENT_TCP;
}

#define TELLER(name)                                                                                                   \
	static void name(struct buffer *out, const struct segment *segment, const struct segment_place *place,         \
	                 unsigned i)

TELLER(comment)
{
	(void)segment, (void)place;
	buffer_format(out, "send c \"%u\"", i);
}

TELLER(time_of)
{
	(void)segment, (void)place;
	buffer_format(out, "1700000000.%09u", i * 1000001);
}

TELLER(direction)
{
	(void)place, (void)i;
	bool from_client = segment->from.any.sa_family == AF_INET
	                           ? segment->from.in.sin_addr.s_addr == htonl(0x0a000001)
	                           : segment->from.in6.sin6_addr.s6_addr[15] == 1;
	buffer_text(out, from_client ? "0x00000002" : "0x00000001");
}

TELLER(relative_seq)
{
	(void)i;
	if (is_tcp(segment))
		buffer_number(out, place->seq);
}

TELLER(relative_ack)
{
	(void)i;
	if (is_tcp(segment))
		buffer_number(out, place->ack);
}

TELLER(window)
{
	(void)i;
	if (is_tcp(segment))
		buffer_number(out, place->window);
}

TELLER(payload_length)
{
	(void)place, (void)i;
	if (is_tcp(segment))
		buffer_number(out, (int64_t)segment->length);
}

TELLER(mss)
{
	(void)place, (void)i;
	if (segment->tcp.has_mss)
		buffer_number(out, segment->tcp.mss);
}

TELLER(right_tcp_checksum)
{
	(void)place, (void)i;
	if (is_tcp(segment))
		buffer_number(out, segment->checksum == CHECKSUM_RIGHT);
}

TELLER(right_udp_checksum)
{
	(void)place, (void)i;
	if (segment->kind == SEGMENT_UDP)
		buffer_number(out, segment->checksum == CHECKSUM_RIGHT);
	else if (segment->kind == SEGMENT_ICMP)
		buffer_text(out, "1"); /* of the quoted one, which is whole */
}

TELLER(retransmission)
{
	(void)segment, (void)i;
	buffer_text(out, place->role == ROLE_RETRANSMISSION ? "1" : "");
}

TELLER(keepalive)
{
	(void)segment, (void)i;
	buffer_text(out, place->role == ROLE_KEEPALIVE ? "1" : "");
}

TELLER(probe_answer)
{
	(void)segment, (void)i;
	buffer_text(out, place->role == ROLE_PROBE_ANSWER ? "1" : "");
}

TELLER(window_update)
{
	(void)segment, (void)i;
	buffer_text(out, place->role == ROLE_WINDOW_UPDATE ? "1" : "");
}

TELLER(duplicate_ack)
{
	(void)segment, (void)i;
	if (place->role == ROLE_DUPLICATE_ACK)
		buffer_number(out, (int64_t)place->first);
}

TELLER(right_icmp_checksum)
{
	(void)place, (void)i;
	if (segment->kind == SEGMENT_ICMP && segment->version == 4)
		buffer_number(out, segment->checksum == CHECKSUM_RIGHT);
}

TELLER(right_icmp6_checksum)
{
	(void)place, (void)i;
	if (segment->kind == SEGMENT_ICMP && segment->version == 6)
		buffer_number(out, segment->checksum == CHECKSUM_RIGHT);
}

static const struct {
	const char *name; /* tshark's */
	teller *tell;
} fields[] = {
	{"frame.comment", comment},
	{"frame.time_epoch", time_of},
	{"frame.packet_flags_direction", direction},
	{"tcp.seq", relative_seq},
	{"tcp.ack", relative_ack},
	{"tcp.window_size", window},
	{"tcp.len", payload_length},
	{"tcp.options.mss_val", mss},
	{"tcp.checksum.status", right_tcp_checksum},
	{"udp.checksum.status", right_udp_checksum},
	{"icmp.checksum.status", right_icmp_checksum},
	{"icmpv6.checksum.status", right_icmp6_checksum},
	{"tcp.analysis.retransmission", retransmission},
	{"tcp.analysis.keep_alive", keepalive},
	{"tcp.analysis.keep_alive_ack", probe_answer},
	{"tcp.analysis.window_update", window_update},
	{"tcp.analysis.duplicate_ack_frame", duplicate_ack},
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

/* All fields of each frame, one frame a line, as tshark has them; to be freed. */
static char *ask(const struct capture *capture)
{
	struct buffer command;
	size_t length = 0, room = 65536;
	char *text = calloc(1, room);
	assert_non_null(text);
	buffer_init(&command);
	/* a home of its own: no preferences of the user's */
	buffer_format(
		&command,
		"HOME=%s XDG_CONFIG_HOME=%s tshark -n -r %s -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE "
		"-T fields -E occurrence=f -E separator='|'",
		capture->folder, capture->folder, capture->path);
	for (unsigned i = 0; i < FIELDS; i++)
		buffer_format(&command, " -e %s", fields[i].name);
	buffer_text(&command, " 2>/dev/null");
	FILE *pipe = popen(buffer_string(&command), "r");
	assert_non_null(pipe);
	while (length + 1 < room && !feof(pipe))
		length += fread(text + length, 1, room - 1 - length, pipe);
	assert_int_equal(pclose(pipe), 0);
	buffer_clear(&command);
	return text;
}

/* The same as we have them. */
static void answer(struct buffer *out, const struct story *story)
{
	struct segment_flows flows;
	segment_flows_init(&flows);
	for (unsigned i = 0; i < story->count; i++) {
		struct segment segment;
		struct segment_place place;
		segment_read(&segment, SEGMENT_ETHERNET, story->frames[i].bytes, story->frames[i].length);
		segment_flows_add(&flows, &segment, i + 1, &place);
		for (unsigned field = 0; field < FIELDS; field++) {
			buffer_text(out, field ? "|" : "");
			fields[field].tell(out, &segment, &place, i);
		}
		buffer_char(out, '\n');
	}
	segment_flows_clear(&flows);
}

static void tshark_says_the_same(unsigned version)
{
	static struct story story;
	struct capture capture;
	struct buffer ours;
	story.count = 0;
	tell(&story, version);
	tell_datagrams(&story, version);
	story.frames[8].bytes[story.frames[8].length - 1] ^= 1; /* the checksum of "more" is wrong */
	capture_make(&capture);
	write_story(&capture, &story);
	char *theirs = ask(&capture);
	buffer_init(&ours);
	answer(&ours, &story);
	assert_string_equal(theirs, buffer_string(&ours));
	buffer_clear(&ours);
	free(theirs);
	capture_remove(&capture);
}

static void over_ipv4(void **state)
{
	(void)state;
	tshark_says_the_same(4);
}

static void over_ipv6(void **state)
{
	(void)state;
	tshark_says_the_same(6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(over_ipv4), cmocka_unit_test(over_ipv6)};
	if (system("tshark --version >/dev/null 2>&1") != 0) {
		puts("skipped: tshark is not installed (Debian's package tshark)");
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
