/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capture on loopback: each packet once, in order, with its length; what finds no room is counted; and whose segments
 * an entry has. In a network namespace of its own; where that is refused, the capture is skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sosh/capture.h"
#include "sosh/descriptor.h"
#include "sosh/journal.h"
#include "sosh/sandbox.h"
#include "sosh/segment.h"

#define BIG 40000u

static bool may_capture;

static struct capture *begin(bool whole)
{
	struct error error = {0};
	if (!may_capture)
		skip();
	struct capture *capture = capture_open(whole, &error);
	assert_string_equal(error.text, "");
	assert_non_null(capture);
	return capture;
}

/* A datagram to a port of loopback where somebody receives, so that no error comes back. */
struct talk {
	int from, to;
	struct sockaddr_in address;
};

static struct talk talk_begin(void)
{
	struct talk talk = {.from = socket(AF_INET, SOCK_DGRAM, 0), .to = socket(AF_INET, SOCK_DGRAM, 0)};
	socklen_t length = sizeof(talk.address);
	talk.address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(talk.to, (struct sockaddr *)&talk.address, length), 0);
	assert_int_equal(getsockname(talk.to, (struct sockaddr *)&talk.address, &length), 0);
	assert_int_equal(connect(talk.from, (struct sockaddr *)&talk.address, length), 0);
	return talk;
}

static void talk_end(const struct talk *talk)
{
	close(talk->from);
	close(talk->to);
}

static bool is_ready(const struct capture *capture)
{
	struct pollfd ready = {.fd = capture_descriptor(capture), .events = POLLIN};
	return poll(&ready, 1, 0) == 1;
}

static void take(struct capture *capture, const char *text, size_t length, size_t here)
{
	struct captured captured;
	struct segment segment;
	char name[CAPTURE_NAME];
	assert_true(capture_take(capture, &captured));
	assert_int_equal(captured.link, ETH_P_IP);
	assert_true(captured.outgoing);
	assert_int_equal(captured.whole, 28 + length);
	assert_int_equal(captured.length, here ? here : captured.whole);
	capture_interface(captured.interface, name);
	assert_string_equal(name, "lo");
	segment_read(&segment, captured.link, captured.bytes, captured.length);
	assert_int_equal(segment.kind, SEGMENT_UDP);
	assert_int_equal(segment.length, length);
	assert_memory_equal(segment.data, text, strlen(text));
}

static void each_packet_is_told_once(void **state)
{
	(void)state;
	struct capture *capture = begin(false);
	struct captured captured;
	static char big[BIG] = "big";
	struct talk talk = talk_begin();
	assert_true(capture_descriptor(capture) >= DESCRIPTOR_OWN);
	assert_false(is_ready(capture));
	assert_int_equal(send(talk.from, "one", 3, 0), 3);
	assert_int_equal(send(talk.from, "", 0, 0), 0);
	assert_int_equal(send(talk.from, big, sizeof(big), 0), BIG);
	assert_true(is_ready(capture));
	take(capture, "one", 3, 0);
	take(capture, "", 0, 0);
	take(capture, "big", BIG, 384); /* its beginning */
	assert_false(capture_take(capture, &captured));
	assert_false(is_ready(capture));
	talk_end(&talk);
	capture_close(capture);
	capture_close(NULL);
}

static void whole_packets_are_whole(void **state)
{
	(void)state;
	struct capture *capture = begin(true);
	static char big[BIG] = "big";
	struct talk talk = talk_begin();
	for (unsigned i = 0; i < 1000; i++) { /* more than there are slots: they are used again */
		assert_int_equal(send(talk.from, big, sizeof(big), 0), BIG);
		take(capture, "big", BIG, 0);
	}
	assert_int_equal(capture_missed(capture), 0);
	talk_end(&talk);
	capture_close(capture);
}

/* Of two captures at a time each packet belongs to one, by its time. */
static void one_follows_another(void **state)
{
	(void)state;
	struct capture *old = begin(false);
	struct talk talk = talk_begin();
	struct captured captured;
	assert_int_equal(send(talk.from, "one", 3, 0), 3);
	struct capture *new = begin(true);
	assert_int_equal(send(talk.from, "two", 3, 0), 3);
	assert_true(capture_take(old, &captured));
	assert_true(captured.time < capture_begun(new));
	assert_true(capture_take(old, &captured));
	assert_true(captured.time >= capture_begun(new));
	take(new, "two", 3, 0);
	assert_false(capture_take(new, &captured));
	talk_end(&talk);
	capture_close(old);
	capture_close(new);
}

static void what_finds_no_room_is_counted(void **state)
{
	(void)state;
	struct capture *capture = begin(false);
	struct captured captured;
	uint64_t taken = 0;
	struct talk talk = talk_begin();
	for (unsigned i = 0; i < CAPTURE_ROOM + 1000; i++)
		assert_int_equal(send(talk.from, &i, sizeof(i), 0), sizeof(i));
	while (capture_take(capture, &captured))
		taken++;
	assert_int_equal(send(talk.from, "later", 5, 0), 5);
	take(capture, "later", 5, 0);
	assert_int_equal(taken, CAPTURE_ROOM);
	assert_int_equal(capture_missed(capture), 1000);
	talk_end(&talk);
	capture_close(capture);
}

static void others_protocols_are_left_out(void **state)
{
	(void)state;
	struct capture *capture = begin(false);
	struct captured captured;
	char name[CAPTURE_NAME];
	int unix_pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, unix_pair), 0);
	assert_int_equal(send(unix_pair[0], "x", 1, 0), 1);
	assert_false(capture_take(capture, &captured));
	close(unix_pair[0]);
	close(unix_pair[1]);
	capture_interface(4711, name);
	assert_string_equal(name, "interface 4711");
	capture_close(capture);
}

/* An entry has its own segments, also where others' numbers lie between. */
static void an_entry_has_its_own(void **state)
{
	(void)state;
	/* IPv4, UDP from 127.0.0.1:1 to 127.0.0.1:2, without checksums */
	static const unsigned char packet[28] = {0x45, 0, 0,   28, 0, 0, 0x40, 0, 64, 17, 0, 0, 127, 0,
	                                         0,    1, 127, 0,  0, 1, 0,    1, 0,  2,  0, 8, 0,   0};
	struct entry first = {.number = 1}, second = {.number = 2};
	struct passages passages;
	struct segment segment;
	passages_init(&passages);
	for (uint64_t number = 1; number <= 4; number++)
		assert_non_null(passages_add(&passages, number, ETH_P_IP, packet, sizeof(packet)));
	assert_null(entry_segment(&first, 1));
	entry_passage(&first, &passages, 3);
	entry_passage(&first, &passages, 1);
	entry_passage(&second, &passages, 2);
	entry_passage(&second, &passages, 3); /* it has an owner */
	entry_passage(&second, &passages, 9); /* it never came */
	assert_int_equal(first.first_segment, 1);
	assert_int_equal(first.last_segment, 3);
	assert_int_equal(second.first_segment, 2);
	assert_int_equal(second.last_segment, 2);
	assert_non_null(entry_segment(&first, 3));
	assert_null(entry_segment(&first, 2));
	passage_read(entry_segment(&second, 2), &segment);
	assert_int_equal(segment.kind, SEGMENT_UDP);
	assert_int_equal(address_port(&segment.to), 2);
	passages_clear(&passages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_packet_is_told_once),      cmocka_unit_test(whole_packets_are_whole),
		cmocka_unit_test(what_finds_no_room_is_counted), cmocka_unit_test(others_protocols_are_left_out),
		cmocka_unit_test(an_entry_has_its_own),          cmocka_unit_test(one_follows_another),
	};
	struct error error = {0};
	may_capture = sandbox_enter(&error) == 0;
	if (!may_capture)
		print_message("skipped in part: %s\n", error.text);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
