/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What segments mean beside those before them: relative numbers, directions, what comes again.
 */
#include "made_frame.h"

#include "sosh/segment_flow.h"

enum { CLIENT_SYN = 1000, SERVER_SYN = 0xffffff00 }; /* the server's numbers go round */

#define S   SEGMENT_SYN
#define A   SEGMENT_ACK
#define P   SEGMENT_PSH
#define F   SEGMENT_FIN
#define R   SEGMENT_RST
#define OUT false
#define IN  true

struct wire {
	struct segment_flows flows;
	struct segment_place place; /* of the last one */
	uint64_t number;
};

static const unsigned char scale_option[] = {3, 3, 7, 0};

static void feed(struct wire *wire, const struct frame *frame)
{
	struct segment segment;
	frame_read(&segment, SEGMENT_ETHERNET, frame->bytes, frame->length);
	segment_flows_add(&wire->flows, &segment, ++wire->number, &wire->place);
}

/* Sends with relative numbers, and checks that they come back so. */
static void tcp(struct wire *wire, bool back, unsigned flags, uint32_t seq, uint32_t ack, unsigned window,
                const char *data, enum segment_role role, uint64_t first)
{
	struct frame frame;
	uint32_t mine = back ? SERVER_SYN : CLIENT_SYN, theirs = back ? CLIENT_SYN : SERVER_SYN;
	frame_tcp(&frame, 4, back,
	          (struct tcp_fields){.seq = mine + seq,
	                              .ack = flags & A ? theirs + ack : 0,
	                              .flags = flags,
	                              .window = window,
	                              .options = scale_option,
	                              .options_length = flags & S ? sizeof(scale_option) : 0,
	                              .data = data});
	feed(wire, &frame);
	assert_true(wire->place.known);
	assert_int_equal(wire->place.role, role);
	assert_int_equal(wire->place.first, first);
	assert_int_equal(wire->place.seq, seq);
	assert_int_equal(wire->place.ack, flags & A ? ack : 0);
	assert_int_equal(wire->place.opener, !back);
}

static void begin(struct wire *wire)
{
	*wire = (struct wire){.number = 0};
	segment_flows_init(&wire->flows);
}

static void open_connection(struct wire *wire)
{
	begin(wire);
	tcp(wire, OUT, S, 0, 0, 1000, NULL, ROLE_PLAIN, 0);
	assert_true(wire->place.begun);
	assert_int_equal(wire->place.window, 1000);
	tcp(wire, IN, S | A, 0, 1, 1000, NULL, ROLE_PLAIN, 0);
	assert_false(wire->place.scaled);
	tcp(wire, OUT, A, 1, 1, 500, NULL, ROLE_PLAIN, 0);
	assert_true(wire->place.scaled);
	assert_int_equal(wire->place.window, 64000);
}

static void end(struct wire *wire)
{
	segment_flows_clear(&wire->flows);
	assert_null(wire->flows.newest);
}

static void a_whole_life(void **state)
{
	(void)state;
	struct wire wire;
	char answer[400] = {0};
	uint32_t end_of_it = sizeof(answer); /* one byte is the NUL, numbers begin at 1 */
	memset(answer, '.', sizeof(answer) - 1);
	open_connection(&wire);
	tcp(&wire, OUT, P | A, 1, 1, 500, "hello", ROLE_PLAIN, 0);
	tcp(&wire, IN, A, 1, 6, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, P | A, 1, 6, 500, answer, ROLE_PLAIN, 0);
	tcp(&wire, OUT, A, 6, end_of_it, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, F | A, 6, end_of_it, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, A, end_of_it, 7, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, F | A, end_of_it, 7, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, A, 7, end_of_it + 1, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, P | A, 1, 6, 500, answer, ROLE_RETRANSMISSION, 6); /* over the end of the numbers */
	end(&wire);
}

static void a_handshake_sent_again(void **state)
{
	(void)state;
	struct wire wire;
	begin(&wire);
	tcp(&wire, OUT, S, 0, 0, 1000, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, S, 0, 0, 1000, NULL, ROLE_RETRANSMISSION, 1);
	tcp(&wire, IN, S | A, 0, 1, 1000, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, S, 0, 0, 1000, NULL, ROLE_RETRANSMISSION, 1);
	tcp(&wire, IN, S | A, 0, 1, 1000, NULL, ROLE_RETRANSMISSION, 3);
	tcp(&wire, OUT, A, 1, 1, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, S | A, 0, 1, 1000, NULL, ROLE_RETRANSMISSION, 3);
	tcp(&wire, OUT, A, 1, 1, 500, NULL, ROLE_DUPLICATE_ACK, 6);
	end(&wire);
}

static void data_and_fin_sent_again(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	tcp(&wire, OUT, P | A, 1, 1, 500, "one", ROLE_PLAIN, 0);             /* 4 */
	tcp(&wire, OUT, P | A, 4, 1, 500, "two", ROLE_PLAIN, 0);             /* 5 */
	tcp(&wire, OUT, F | A, 7, 1, 500, NULL, ROLE_PLAIN, 0);              /* 6 */
	tcp(&wire, OUT, P | A, 4, 1, 500, "two", ROLE_RETRANSMISSION, 5);    /* 7 */
	tcp(&wire, OUT, F | A, 7, 1, 500, NULL, ROLE_RETRANSMISSION, 6);     /* 8 */
	tcp(&wire, OUT, F | A, 1, 1, 500, "onetwo", ROLE_RETRANSMISSION, 4); /* 9: together */
	tcp(&wire, OUT, A, 2, 1, 500, "n", ROLE_RETRANSMISSION, 4);
	tcp(&wire, OUT, A, 8, 1, 500, NULL, ROLE_DUPLICATE_ACK, 3);
	end(&wire);
}

/* Old bytes with new ones behind them: the new ones are this one's. */
static void a_retransmission_that_brings_more(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	tcp(&wire, OUT, A, 1, 1, 500, "one", ROLE_PLAIN, 0);             /* 4 */
	tcp(&wire, OUT, A, 1, 1, 500, "onetwo", ROLE_RETRANSMISSION, 4); /* 5 */
	tcp(&wire, OUT, A, 4, 1, 500, "two", ROLE_RETRANSMISSION, 5);
	tcp(&wire, OUT, A, 3, 1, 500, "etwo", ROLE_RETRANSMISSION, 4);
	end(&wire);
}

static void out_of_order(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	tcp(&wire, OUT, A, 4, 1, 500, "two", ROLE_PLAIN, 0);        /* 4 */
	tcp(&wire, OUT, A, 1, 1, 500, "one", ROLE_OUT_OF_ORDER, 0); /* 5 */
	tcp(&wire, OUT, A, 1, 1, 500, "one", ROLE_RETRANSMISSION, 5);
	tcp(&wire, OUT, A, 4, 1, 500, "two", ROLE_RETRANSMISSION, 4);
	end(&wire);
}

static void duplicate_acks_and_window_updates(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	tcp(&wire, OUT, A, 1, 1, 500, "one", ROLE_PLAIN, 0);
	tcp(&wire, IN, A, 1, 4, 400, NULL, ROLE_PLAIN, 0); /* 5 */
	tcp(&wire, OUT, A, 4, 1, 500, "lost", ROLE_PLAIN, 0);
	tcp(&wire, OUT, A, 8, 1, 500, "more", ROLE_PLAIN, 0);
	tcp(&wire, IN, A, 1, 4, 400, NULL, ROLE_DUPLICATE_ACK, 5);
	tcp(&wire, IN, A, 1, 4, 400, NULL, ROLE_DUPLICATE_ACK, 5);
	tcp(&wire, OUT, A, 4, 1, 500, "lost", ROLE_RETRANSMISSION, 6);
	tcp(&wire, IN, A, 1, 12, 400, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, A, 1, 12, 600, NULL, ROLE_WINDOW_UPDATE, 0);
	assert_int_equal(wire.place.window, 600 << 7);
	tcp(&wire, IN, P | A, 1, 12, 600, "data", ROLE_PLAIN, 0);
	end(&wire);
}

static void keepalive_and_its_answer(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	tcp(&wire, OUT, A, 0, 1, 500, NULL, ROLE_KEEPALIVE, 0);
	tcp(&wire, IN, A, 1, 1, 500, NULL, ROLE_PROBE_ANSWER, 0);
	tcp(&wire, OUT, P | A, 1, 1, 500, "x", ROLE_PLAIN, 0);
	tcp(&wire, IN, A, 1, 2, 500, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, A, 0, 2, 500, NULL, ROLE_KEEPALIVE, 0);
	tcp(&wire, IN, A, 0, 2, 500, NULL, ROLE_KEEPALIVE, 0);
	tcp(&wire, OUT, A, 2, 1, 500, NULL, ROLE_PROBE_ANSWER, 0);
	tcp(&wire, OUT, P | A, 1, 1, 500, "x", ROLE_RETRANSMISSION, 6); /* one byte is no keepalive */
	tcp(&wire, OUT, R | A, 2, 1, 0, NULL, ROLE_PLAIN, 0);
	end(&wire);
}

static void a_closed_window_is_probed(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	tcp(&wire, OUT, P | A, 1, 1, 500, "full", ROLE_PLAIN, 0);
	tcp(&wire, IN, A, 1, 5, 0, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, A, 4, 1, 500, NULL, ROLE_WINDOW_PROBE, 0);
	tcp(&wire, IN, A, 1, 5, 0, NULL, ROLE_PROBE_ANSWER, 0);
	tcp(&wire, OUT, A, 5, 1, 500, "y", ROLE_WINDOW_PROBE, 0); /* as other systems do: 8 */
	tcp(&wire, OUT, A, 5, 1, 500, "y", ROLE_WINDOW_PROBE, 8);
	tcp(&wire, IN, A, 1, 5, 300, NULL, ROLE_WINDOW_UPDATE, 0);
	tcp(&wire, OUT, A, 5, 1, 500, "yes", ROLE_RETRANSMISSION, 8);
	end(&wire);
}

static void both_open_at_once(void **state)
{
	(void)state;
	struct wire wire;
	begin(&wire);
	tcp(&wire, OUT, S, 0, 0, 1000, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, S, 0, 0, 1000, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, S | A, 0, 1, 1000, NULL, ROLE_PLAIN, 0);
	tcp(&wire, IN, S | A, 0, 1, 1000, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, S | A, 0, 1, 1000, NULL, ROLE_RETRANSMISSION, 1);
	end(&wire);
}

/* A segment with the numbers as they are in the header. */
static void raw(struct wire *wire, bool back, unsigned flags, uint32_t seq, uint32_t ack, const char *data)
{
	struct frame frame;
	frame_tcp(&frame, 4, back, (struct tcp_fields){.seq = seq, .ack = ack, .flags = flags, .data = data});
	feed(wire, &frame);
}

static void assert_numbers(const struct wire *wire, uint32_t seq, uint32_t ack)
{
	assert_int_equal(wire->place.seq, seq);
	assert_int_equal(wire->place.ack, ack);
}

static void refused(void **state)
{
	(void)state;
	struct wire wire;
	begin(&wire);
	tcp(&wire, OUT, S, 0, 0, 1000, NULL, ROLE_PLAIN, 0);
	raw(&wire, IN, R | A, 0, CLIENT_SYN + 1, NULL);
	assert_numbers(&wire, 1, 1);
	assert_false(wire.place.opener || wire.place.begun);
	end(&wire);
}

/* The same ends once more: numbers begin anew, and the other end may open. */
static void the_same_ends_again(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	raw(&wire, IN, S, 5000, 0, NULL);
	assert_true(wire.place.opener && wire.place.begun);
	assert_numbers(&wire, 0, 0);
	raw(&wire, OUT, S | A, 7000, 5001, NULL);
	assert_false(wire.place.opener);
	assert_int_equal(wire.place.role, ROLE_PLAIN);
	assert_numbers(&wire, 0, 1);
	raw(&wire, IN, A, 5001, 7001, NULL);
	assert_true(wire.place.opener);
	assert_numbers(&wire, 1, 1);
	end(&wire);
}

/* RFC 9293, 3.5.1: one end forgot the connection and opens it anew; the other answers with its old numbers. */
static void half_open(void **state)
{
	(void)state;
	struct wire wire;
	open_connection(&wire);
	tcp(&wire, OUT, P | A, 1, 1, 500, "hello", ROLE_PLAIN, 0);
	raw(&wire, OUT, S, 900000, 0, NULL);
	assert_numbers(&wire, 0, 0);
	assert_int_equal(wire.place.role, ROLE_PLAIN);
	raw(&wire, IN, A, SERVER_SYN + 1, CLIENT_SYN + 6, NULL);
	assert_numbers(&wire, 1, 6);
	raw(&wire, OUT, R, CLIENT_SYN + 6, 0, NULL);
	assert_numbers(&wire, 6, 0);
	raw(&wire, OUT, S, 900000, 0, NULL);
	assert_int_equal(wire.place.role, ROLE_RETRANSMISSION);
	assert_int_equal(wire.place.first, 5);
	raw(&wire, IN, S | A, 80, 900001, NULL);
	assert_numbers(&wire, 0, 1);
	assert_false(wire.place.opener);
	end(&wire);
}

static void joined_in_the_middle(void **state)
{
	(void)state;
	struct wire wire;
	begin(&wire);
	raw(&wire, IN, A, 500000, 70000, "abc");
	assert_numbers(&wire, 1, 1);
	assert_true(wire.place.opener && !wire.place.begun);
	raw(&wire, OUT, A, 70000, 500003, NULL);
	assert_numbers(&wire, 1, 4);
	raw(&wire, IN, A, 500000, 70000, "abc");
	assert_int_equal(wire.place.role, ROLE_RETRANSMISSION);
	assert_int_equal(wire.place.first, 1);
	raw(&wire, OUT, A, 69990, 500003, "0123456789"); /* sent before anyone looked */
	assert_int_equal(wire.place.role, ROLE_RETRANSMISSION);
	assert_int_equal(wire.place.first, 0);
	end(&wire);
}

static void datagrams_and_their_errors(void **state)
{
	(void)state;
	struct wire wire;
	struct frame frame, error;
	begin(&wire);
	frame_udp(&frame, 6, false, "x");
	feed(&wire, &frame);
	assert_true(wire.place.known && wire.place.opener);
	assert_int_equal(wire.place.role, ROLE_PLAIN);
	frame_icmp_error(&error, &frame, 1, 4, 0, 576);
	feed(&wire, &error);
	assert_true(wire.place.known && !wire.place.opener);
	frame_udp(&frame, 6, true, "y");
	feed(&wire, &frame);
	assert_false(wire.place.opener);
	frame_icmp_error(&error, &frame, 1, 4, 0, 576);
	feed(&wire, &error);
	assert_true(wire.place.opener);
	assert_int_equal(wire.flows.count, 1);
	end(&wire);
}

static void what_belongs_to_nothing(void **state)
{
	(void)state;
	struct wire wire;
	struct frame frame = {0};
	begin(&wire);
	frame_ethernet(&frame, 0x0806);
	feed(&wire, &frame);
	assert_false(wire.place.known);
	frame_tcp(&frame, 4, false, (struct tcp_fields){.flags = S});
	frame.bytes[frame.transport + 12] = 0x10;
	feed(&wire, &frame);
	assert_false(wire.place.known);
	frame_udp(&frame, 4, false, "x");
	frame_put16(&frame, frame.network + 6, 100);
	feed(&wire, &frame);
	assert_false(wire.place.known);
	assert_int_equal(wire.flows.count, 0);
	end(&wire);
}

/* What comes again is told apart by ports, versions and protocols, as long as it is remembered. */
static void many_connections(void **state)
{
	(void)state;
	struct wire wire;
	struct frame frame;
	begin(&wire);
	for (unsigned i = 0; i < SEGMENT_FLOWS + 100; i++) {
		frame_tcp(&frame, i % 2 ? 4 : 6, false, (struct tcp_fields){.seq = i, .flags = S});
		frame_put16(&frame, frame.transport, 1000 + i);
		feed(&wire, &frame);
		assert_int_equal(wire.place.role, ROLE_PLAIN);
		feed(&wire, &frame);
		assert_int_equal(wire.place.role, ROLE_RETRANSMISSION);
		assert_int_equal(wire.place.first, wire.number - 1);
	}
	assert_int_equal(wire.flows.count, SEGMENT_FLOWS);
	frame_tcp(&frame, 6, false, (struct tcp_fields){.seq = 0, .flags = S});
	frame_put16(&frame, frame.transport, 1000);
	feed(&wire, &frame); /* forgotten */
	assert_int_equal(wire.place.role, ROLE_PLAIN);
	frame_tcp(&frame, 4, false, (struct tcp_fields){.seq = 201, .flags = S});
	frame_put16(&frame, frame.transport, 1201);
	feed(&wire, &frame); /* kept */
	assert_int_equal(wire.place.role, ROLE_RETRANSMISSION);
	end(&wire);
}

/* Of a long stream the beginning is forgotten, not that it was sent. */
static void a_long_stream(void **state)
{
	(void)state;
	struct wire wire;
	unsigned count = SEGMENT_RANGES * 3;
	open_connection(&wire);
	for (unsigned i = 0; i < count; i++)
		tcp(&wire, OUT, A, 1 + i * 4, 1, 500, "data", ROLE_PLAIN, 0);
	uint64_t last = wire.number;
	tcp(&wire, OUT, A, 1 + (count - 1) * 4, 1, 500, "data", ROLE_RETRANSMISSION, last);
	tcp(&wire, OUT, A, 1 + (count - SEGMENT_RANGES) * 4, 1, 500, "data", ROLE_RETRANSMISSION,
	    last - SEGMENT_RANGES + 1);
	tcp(&wire, OUT, A, 1, 1, 500, "data", ROLE_RETRANSMISSION, 0);
	end(&wire);
}

/* A segment with a wrong checksum, and whatever numbers. */
static void tcp_damaged(struct wire *wire, unsigned flags, uint32_t seq, const char *data, enum segment_role role,
                        uint64_t first)
{
	struct frame frame;
	frame_tcp(&frame, 4, OUT,
	          (struct tcp_fields){
			  .seq = CLIENT_SYN + seq, .ack = SERVER_SYN + 1, .flags = flags, .window = 7, .data = data});
	frame.bytes[frame.transport + 16] ^= 1;
	feed(wire, &frame);
	assert_true(wire->place.known);
	assert_true(wire->place.opener);
	assert_int_equal(wire->place.seq, seq);
	assert_int_equal(wire->place.role, role);
	assert_int_equal(wire->place.first, first);
}

/* What its receiver throws away has no effect on what comes later, but it is sent again. */
static void damaged(void **state)
{
	(void)state;
	struct wire wire;
	begin(&wire);
	tcp_damaged(&wire, S, 0, NULL, ROLE_PLAIN, 0); /* 1 */
	tcp(&wire, OUT, S, 0, 0, 1000, NULL, ROLE_RETRANSMISSION, 1);
	tcp(&wire, IN, S | A, 0, 1, 1000, NULL, ROLE_PLAIN, 0);
	tcp(&wire, OUT, A, 1, 1, 500, NULL, ROLE_PLAIN, 0);
	tcp_damaged(&wire, P | A, 1, "abc", ROLE_PLAIN, 0);          /* 5 */
	tcp_damaged(&wire, P | A, 1 << 20, "abc", ROLE_PLAIN, 0);    /* 6: its number is the damage */
	tcp_damaged(&wire, S | A, 99, NULL, ROLE_PLAIN, 0);          /* 7 */
	tcp_damaged(&wire, P | A, 1, "abc", ROLE_RETRANSMISSION, 5); /* 8 */
	tcp(&wire, OUT, P | A, 4, 1, 500, "def", ROLE_PLAIN, 0);     /* 9 */
	tcp(&wire, OUT, P | A, 1, 1, 500, "abc", ROLE_RETRANSMISSION, 5);
	tcp(&wire, OUT, P | A, 7, 1, 500, "ghi", ROLE_PLAIN, 0);
	tcp(&wire, OUT, P | A, 4, 1, 500, "def", ROLE_RETRANSMISSION, 9);
	end(&wire);
}

/* Any numbers and flags: it neither ends nor grows. */
static void fuzz(void **state)
{
	(void)state;
	struct wire wire;
	uint32_t random = 7;
	begin(&wire);
	for (unsigned i = 0; i < 100000; i++) {
		random = random * 1664525 + 1013904223;
		uint32_t step = random >> 8;
		struct segment segment = {
			.kind = SEGMENT_TCP, .has_header = true, .version = 4, .protocol = IPPROTO_TCP};
		segment.from.length = segment.to.length = sizeof(segment.from.in);
		segment.from.in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)(step & 3))};
		segment.to.in =
			(struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)(step >> 2 & 3))};
		segment.tcp.flags = step >> 4 & 0x1f;
		segment.tcp.seq = (step >> 10 & 63) * (i % 1000 ? 1 : 0x3000001);
		segment.tcp.ack = step >> 13 & 63;
		segment.tcp.window = step >> 16 & 1;
		segment.length = step >> 18 & 7;
		segment_flows_add(&wire.flows, &segment, i + 1, &wire.place);
		assert_true(wire.place.known);
		assert_true(wire.place.first <= i);
		assert_non_null(segment_role_name(wire.place.role));
	}
	assert_true(wire.flows.count <= 10);
	end(&wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_life),
		cmocka_unit_test(a_handshake_sent_again),
		cmocka_unit_test(data_and_fin_sent_again),
		cmocka_unit_test(a_retransmission_that_brings_more),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(duplicate_acks_and_window_updates),
		cmocka_unit_test(keepalive_and_its_answer),
		cmocka_unit_test(a_closed_window_is_probed),
		cmocka_unit_test(both_open_at_once),
		cmocka_unit_test(refused),
		cmocka_unit_test(the_same_ends_again),
		cmocka_unit_test(half_open),
		cmocka_unit_test(joined_in_the_middle),
		cmocka_unit_test(datagrams_and_their_errors),
		cmocka_unit_test(what_belongs_to_nothing),
		cmocka_unit_test(many_connections),
		cmocka_unit_test(a_long_stream),
		cmocka_unit_test(damaged),
		cmocka_unit_test(fuzz),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
