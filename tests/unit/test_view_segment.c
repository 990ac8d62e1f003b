/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A segment as a line and as JSON.
 */
#include "made_frame.h"

#include "sosh/view_segment.h"

static const unsigned char syn_options[] = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7};
static const unsigned char timestamps[] = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0};

static bool host_name(struct buffer *out, const struct address *host, void *context)
{
	struct buffer text;
	buffer_init(&text);
	address_format_host(&text, host);
	bool is_client = strcmp(buffer_string(&text), "10.0.0.1") == 0 || strcmp(buffer_string(&text), "fd00::1") == 0;
	buffer_clear(&text);
	buffer_text(out, is_client ? "client" : context ? context : "left out");
	return is_client || context;
}

/* The line of a frame at a width; `place` may be NULL. */
static void assert_line(const struct frame *frame, struct view_segment view, unsigned width, const char *expected)
{
	struct segment segment;
	struct buffer out;
	const struct view_style style = {.width = width};
	frame_read(&segment, SEGMENT_ETHERNET, frame->bytes, frame->length);
	view.segment = &segment;
	buffer_init(&out);
	view_segment_line(&out, &view, &style);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static const struct segment_place answered = {
	.known = true, .begun = true, .seq = 0, .ack = 1, .window = 65160, .role = ROLE_PLAIN};

static void a_handshake(void **state)
{
	(void)state;
	struct frame frame;
	const struct view_segment view = {
		.number = 3, .place = &answered, .host_name = host_name, .context = (void *)"server"};
	frame_tcp(&frame, 4, true,
	          (struct tcp_fields){.seq = 12345,
	                              .ack = 777,
	                              .flags = SEGMENT_SYN | SEGMENT_ACK,
	                              .window = 65160,
	                              .options = syn_options,
	                              .options_length = sizeof(syn_options)});
	assert_line(&frame, view, 120,
	            "#3  server:80 > client:51334  SYN,ACK  seq 0 ack 1  win 65160  "
	            "<mss 1460,sackOK,TS,wscale 7>\n");
	assert_line(&frame, view, 80, "#3  server:80 > client:51334  SYN,ACK  seq 0 ack 1  win 65160\n");
}

static void without_names_and_place(void **state)
{
	(void)state;
	struct frame frame;
	frame_tcp(&frame, 6, false, (struct tcp_fields){.seq = 4000000000, .flags = SEGMENT_SYN, .window = 10});
	assert_line(&frame, (struct view_segment){.number = 0}, 100,
	            "[fd00::1]:51334 > [fd00::2]:80  SYN      seq 4000000000  win 10\n");
}

static void data_is_escaped(void **state)
{
	(void)state;
	struct frame frame;
	frame_tcp(&frame, 4, false, (struct tcp_fields){.flags = SEGMENT_ACK, .data = "\033[2J\"hi\"\xff"});
	assert_line(&frame, (struct view_segment){.number = 0}, 200,
	            "10.0.0.1:51334 > 10.0.0.2:80  ACK      seq 0 ack 0  len 9  \"\\x1b[2J\\\"hi\\\"\\xff\"  win 0\n");
}

static const struct segment_place repeated = {
	.known = true, .seq = 1, .ack = 1, .window = 64256, .role = ROLE_RETRANSMISSION, .first = 4};

/* Things go one after the other, and what may not go stays. */
static void narrow_lines(void **state)
{
	(void)state;
	struct frame frame;
	const struct view_segment view = {
		.number = 12, .place = &repeated, .fate = "held", .host_name = host_name, .context = (void *)"server"};
	frame_tcp(&frame, 4, false,
	          (struct tcp_fields){.flags = SEGMENT_PSH | SEGMENT_ACK,
	                              .options = timestamps,
	                              .options_length = sizeof(timestamps),
	                              .data = "comment allez-vous aujourd'hui, mon ami ?"});
	const char *lines[] = {
		"#12  client:51334 > server:80  PSH,ACK  seq 1 ack 1  len 41  \"comment allez-vous aujourd'hui, \"..."
		"  retransmission of 4  held  win 64256  <TS>\n",
		"#12  client:51334 > server:80  PSH,ACK  seq 1 ack 1  len 41  \"comment \"..."
		"  retransmission of 4  held  win 64256  <TS>\n",
		"#12  client:51334 > server:80  PSH,ACK  seq 1 ack 1  len 41  \"comment \"..."
		"  retransmission of 4  held  win 64256\n",
		"#12  client:51334 > server:80  PSH,ACK  seq 1 ack 1  len 41  retransmission of 4  held  win 64256\n",
		"#12  client:51334 > server:80  PSH,ACK  seq 1 ack 1  len 41  retransmission of 4  held\n",
		"#12  client:51334 > server:80  PSH,ACK  len 41  retransmission of 4  held\n",
	};
	size_t count = sizeof(lines) / sizeof(lines[0]);
	for (size_t i = 0; i < count; i++) {
		assert_line(&frame, view, (unsigned)strlen(lines[i]) - 1, lines[i]);
		if (i + 1 < count)
			assert_line(&frame, view, (unsigned)strlen(lines[i]) - 2, lines[i + 1]);
	}
	assert_line(&frame, view, 1, lines[count - 1]);
}

static void columns_are_kept(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	struct view_segment view = {.number = 3, .number_width = 4, .ends_width = 32};
	frame_udp(&frame, 4, false, "q");
	assert_line(&frame, view, 100, "#3    10.0.0.1:51334 > 10.0.0.2:80      UDP      len 1  \"q\"\n");
	frame_read(&segment, SEGMENT_ETHERNET, frame.bytes, frame.length);
	view.segment = &segment;
	assert_int_equal(view_segment_ends_width(&view), strlen("10.0.0.1:51334 > 10.0.0.2:80"));
}

static void icmp_tells_what_it_is_about(void **state)
{
	(void)state;
	struct frame frame, about;
	frame_udp(&about, 4, false, "secret");
	frame_icmp_error(&frame, &about, 3, 3, 0, 576);
	assert_line(&frame, (struct view_segment){.number = 2, .host_name = host_name}, 200,
	            "#2  10.0.0.2 > client  ICMP 3/3  len 34  about client:51334 > 10.0.0.2:80\n");
	frame_tcp(&about, 6, false, (struct tcp_fields){.flags = SEGMENT_ACK});
	frame_icmp_error(&frame, &about, 2, 0, 1280, 40);
	assert_line(&frame, (struct view_segment){.number = 2}, 200,
	            "#2  fd00::2 > fd00::1  ICMPv6 2/0  len 40  mtu 1280  about fd00::1 > fd00::2\n");
}

static void faults_are_said(void **state)
{
	(void)state;
	struct frame frame;
	frame_tcp(&frame, 4, false, (struct tcp_fields){.flags = SEGMENT_ACK | SEGMENT_URG, .urgent = 1, .data = "x"});
	frame.bytes[frame.length - 1] ^= 1;
	assert_line(
		&frame, (struct view_segment){.number = 0}, 200,
		"10.0.0.1:51334 > 10.0.0.2:80  ACK,URG  seq 0 ack 0  len 1  \"y\"  wrong checksum  urgent 1  win 0\n");
	frame.bytes[frame.network + 8]--;
	frame.bytes[frame.length - 1] ^= 1;
	assert_line(&frame, (struct view_segment){.number = 0}, 60,
	            "10.0.0.1:51334 > 10.0.0.2:80  ACK,URG  len 1  wrong IP checksum  urgent 1\n");
	frame.bytes[frame.transport + 12] = 0;
	assert_line(
		&frame, (struct view_segment){.number = 0}, 200,
		"10.0.0.1:51334 > 10.0.0.2:80  ACK,URG  seq 0 ack 0  malformed: the TCP header's length is too small"
		"  urgent 1  win 0\n");
	frame_ethernet(&frame, 0x0800);
	assert_line(&frame, (struct view_segment){.number = 0}, 200,
	            "? > ?  ethertype 0x0800  malformed: the IPv4 header is cut short\n");
}

static void fragments_and_congestion(void **state)
{
	(void)state;
	struct frame frame;
	frame_udp(&frame, 4, false, "0123456789abcdef");
	frame_put16(&frame, frame.network + 6, 0x2000 | 185);
	frame.bytes[frame.network + 1] = 3;
	frame_end(&frame, IPPROTO_UDP, -1);
	assert_line(&frame, (struct view_segment){.number = 0}, 200,
	            "10.0.0.1 > 10.0.0.2  fragment  len 24  bytes 1480..1504 of packet 4660, more follow  "
	            "congestion seen\n");
}

static void other_options(void **state)
{
	(void)state;
	static const unsigned char options[] = {30, 2, 77, 2, 5, 10, 0, 0, 0, 20, 0, 0, 0, 30, 0, 0};
	const struct segment_place place = {.known = true, .seq = 3, .ack = 5};
	struct frame frame;
	frame_tcp(&frame, 4, false,
	          (struct tcp_fields){
			  .ack = 15, .flags = SEGMENT_ACK, .options = options, .options_length = sizeof(options)});
	assert_line(&frame, (struct view_segment){.place = &place}, 200,
	            "10.0.0.1:51334 > 10.0.0.2:80  ACK      seq 3 ack 5  win 0  <sack 10..20,mptcp,option 77>\n");
}

static void colours_take_no_columns(void **state)
{
	(void)state;
	struct frame frame;
	struct segment segment;
	struct buffer out;
	const struct view_style style = {.width = 80, .colour = true, .unicode = true};
	frame_tcp(&frame, 4, false, (struct tcp_fields){.flags = SEGMENT_SYN});
	frame_read(&segment, SEGMENT_ETHERNET, frame.bytes, frame.length);
	const struct view_segment view = {.segment = &segment, .fate = "dropped", .ends_width = 30};
	buffer_init(&out);
	view_segment_line(&out, &view, &style);
	assert_string_equal(out.bytes, "10.0.0.1:51334 \u2192 10.0.0.2:80    \033[1mSYN\033[0m      seq 0  "
	                               "\033[33mdropped\033[0m  \033[2mwin 0\033[0m\n");
	buffer_clear(&out);
}

static void assert_json(const struct frame *frame, struct view_segment view, const char *expected)
{
	struct segment segment;
	struct buffer out;
	frame_read(&segment, SEGMENT_ETHERNET, frame->bytes, frame->length);
	view.segment = &segment;
	buffer_init(&out);
	view_segment_json(&out, &view);
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
}

static void json(void **state)
{
	(void)state;
	struct frame frame;
	frame_tcp(&frame, 4, true, (struct tcp_fields){.flags = SEGMENT_SYN | SEGMENT_ACK});
	assert_json(&frame,
	            (struct view_segment){.number = 3,
	                                  .place = &answered,
	                                  .fate = "dropped",
	                                  .host_name = host_name,
	                                  .context = (void *)"server"},
	            "{\"n\":3,\"from\":\"server:80\",\"to\":\"client:51334\",\"flags\":\"SYN,ACK\",\"seq\":0,\"ack\":1,"
	            "\"length\":0,\"fate\":\"dropped\"}");
	frame_tcp(&frame, 6, false, (struct tcp_fields){.seq = 7, .flags = SEGMENT_SYN, .data = "hi"});
	assert_json(&frame, (struct view_segment){.number = 1},
	            "{\"n\":1,\"from\":\"[fd00::1]:51334\",\"to\":\"[fd00::2]:80\",\"flags\":\"SYN\",\"seq\":7,"
	            "\"ack\":null,\"length\":2,\"fate\":null}");
	frame_udp(&frame, 4, false, "q");
	assert_json(&frame, (struct view_segment){.number = 1},
	            "{\"n\":1,\"from\":\"10.0.0.1:51334\",\"to\":\"10.0.0.2:80\",\"flags\":\"UDP\",\"seq\":null,"
	            "\"ack\":null,\"length\":1,\"fate\":null}");
	frame_ethernet(&frame, 0x0806);
	assert_json(&frame, (struct view_segment){.number = 0},
	            "{\"n\":null,\"from\":null,\"to\":null,\"flags\":\"ARP\",\"seq\":null,\"ack\":null,\"length\":0,"
	            "\"fate\":null}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake),
		cmocka_unit_test(without_names_and_place),
		cmocka_unit_test(data_is_escaped),
		cmocka_unit_test(narrow_lines),
		cmocka_unit_test(columns_are_kept),
		cmocka_unit_test(icmp_tells_what_it_is_about),
		cmocka_unit_test(faults_are_said),
		cmocka_unit_test(fragments_and_congestion),
		cmocka_unit_test(other_options),
		cmocka_unit_test(colours_take_no_columns),
		cmocka_unit_test(json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
