/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of captured packets, read back by a small reader of the test's own.
 */
#include "made_capture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

/* One block, and its options from `options` on. */
struct block {
	uint32_t type, length;
	const unsigned char *body; /* between the lengths */
	size_t body_length;
};

struct reader {
	unsigned char bytes[200000];
	size_t length, at;
};

static uint32_t number32(const unsigned char *bytes)
{
	uint32_t number;
	memcpy(&number, bytes, sizeof(number));
	return number;
}

static unsigned number16(const unsigned char *bytes)
{
	uint16_t number;
	memcpy(&number, bytes, sizeof(number));
	return number;
}

static void read_file(struct reader *reader, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_not_equal(fd, -1);
	ssize_t length = read(fd, reader->bytes, sizeof(reader->bytes));
	assert_in_range(length, 1, sizeof(reader->bytes) - 1);
	reader->length = (size_t)length;
	reader->at = 0;
	close(fd);
}

/* The next block, whose length stands at both its ends; false at the end of the file. */
static bool next_block(struct reader *reader, struct block *block)
{
	const unsigned char *begin = reader->bytes + reader->at;
	if (reader->at == reader->length)
		return false;
	assert_true(reader->at + 12 <= reader->length);
	block->type = number32(begin);
	block->length = number32(begin + 4);
	assert_int_equal(block->length % 4, 0);
	assert_true(block->length >= 12 && reader->at + block->length <= reader->length);
	assert_int_equal(number32(begin + block->length - 4), block->length);
	block->body = begin + 8;
	block->body_length = block->length - 12;
	reader->at += block->length;
	return true;
}

/* The option's value, its length in *length; NULL when it is not there. Options must end as they should. */
static const unsigned char *option(const struct block *block, size_t at, unsigned code, size_t *length)
{
	const unsigned char *found = NULL;
	while (at < block->body_length) {
		assert_true(at + 4 <= block->body_length);
		unsigned this = number16(block->body + at), size = number16(block->body + at + 2);
		if (this == 0) {
			assert_int_equal(size, 0);
			assert_int_equal(at + 4, block->body_length);
			return found;
		}
		if (this == code) {
			found = block->body + at + 4;
			*length = size;
		}
		at += 4 + (size + 3) / 4 * 4;
	}
	assert_int_equal(at, block->body_length);
	assert_null(found); /* options without an end */
	return NULL;
}

static void assert_option(const struct block *block, size_t at, unsigned code, const void *bytes, size_t length)
{
	size_t found_length = 0;
	const unsigned char *found = option(block, at, code, &found_length);
	assert_non_null(found);
	assert_int_equal(found_length, length);
	assert_memory_equal(found, bytes, length);
}

static size_t packet_options(const struct block *block)
{
	return 20 + (number32(block->body + 12) + 3) / 4 * 4;
}

static void assert_section(struct reader *reader)
{
	struct block block;
	assert_true(next_block(reader, &block));
	assert_int_equal(block.type, 0x0a0d0d0a);
	assert_int_equal(number32(block.body), 0x1a2b3c4d);
	assert_int_equal(number16(block.body + 4), 1);
	assert_int_equal(number16(block.body + 6), 0);
	assert_option(&block, 16, 4, "sosh 0.1", 8);
	assert_option(&block, 16, 3, "Linux", 5);
}

static void assert_interface(struct reader *reader, unsigned link, const char *name)
{
	struct block block;
	assert_true(next_block(reader, &block));
	assert_int_equal(block.type, 1);
	assert_int_equal(number16(block.body), link);
	assert_int_equal(number32(block.body + 4), 0);
	assert_option(&block, 8, 2, name, strlen(name));
	assert_option(&block, 8, 9, "\x09", 1);
}

static void assert_packet(struct reader *reader, struct block *block, unsigned interface, uint64_t time,
                          const struct frame *frame)
{
	assert_true(next_block(reader, block));
	assert_int_equal(block->type, 6);
	assert_int_equal(number32(block->body), interface);
	assert_int_equal((uint64_t)number32(block->body + 4) << 32 | number32(block->body + 8), time);
	assert_int_equal(number32(block->body + 12), frame->length);
	assert_int_equal(number32(block->body + 16), frame->length);
	assert_memory_equal(block->body + 20, frame->bytes, frame->length);
}

static void all_that_was_written(void **state)
{
	(void)state;
	static struct reader reader;
	struct capture capture;
	struct frame first, second;
	struct block block;
	const int64_t time = 1700000000123456789;
	size_t length;
	frame_tcp(&first, 4, false, (struct tcp_fields){.flags = SEGMENT_SYN});
	frame_udp(&second, 6, true, "an odd one");
	capture_make(&capture);
	assert_int_equal(pcapng_open(&capture.file, capture.path, "sosh 0.1", &capture.error), 0);
	assert_int_equal(pcapng_interface(&capture.file, "client", PCAPNG_ETHERNET, &capture.error), 0);
	assert_int_equal(pcapng_interface(&capture.file, "lo", PCAPNG_IP, &capture.error), 1);
	assert_int_equal(capture_frame(&capture, 0, time, &first, PCAPNG_OUTBOUND, "connect c server:80"), 0);
	assert_int_equal(capture_frame(&capture, 1, time + 1, &second, PCAPNG_UNKNOWN, NULL), 0);
	assert_int_equal(capture_frame(&capture, 0, time + 2, &second, PCAPNG_INBOUND, "caf\xc3\xa9 \xff"), 0);
	assert_int_equal(capture.file.packets, 3);
	assert_int_equal(pcapng_close(&capture.file, &capture.error), 0);
	read_file(&reader, capture.path);
	assert_section(&reader);
	assert_interface(&reader, 1, "client");
	assert_interface(&reader, 101, "lo");
	assert_packet(&reader, &block, 0, (uint64_t)time, &first);
	assert_option(&block, packet_options(&block), 1, "connect c server:80", 19);
	assert_option(&block, packet_options(&block), 2, &(uint32_t){2}, 4);
	assert_packet(&reader, &block, 1, (uint64_t)time + 1, &second);
	assert_null(option(&block, packet_options(&block), 1, &length));
	assert_packet(&reader, &block, 0, (uint64_t)time + 2, &second);
	assert_option(&block, packet_options(&block), 1, "caf\xc3\xa9 \\xff", 10);
	assert_option(&block, packet_options(&block), 2, &(uint32_t){1}, 4);
	assert_false(next_block(&reader, &block));
	capture_remove(&capture);
}

/* The file begins anew; a packet that was cut says how long it was; a very long comment ends between two characters. */
static void a_cut_packet_and_a_long_comment(void **state)
{
	(void)state;
	static struct reader reader;
	static char comment[70000];
	struct capture capture;
	struct block block;
	size_t length;
	capture_make(&capture);
	for (size_t i = 0; i + 1 < sizeof(comment); i++)
		comment[i] = i % 3 == 0 ? '\xe2' : i % 3 == 1 ? '\x82' : '\xac'; /* the sign of the euro */
	for (unsigned i = 0; i < 2; i++) {
		const struct pcapng_packet packet = {
			.bytes = "abcde", .captured = 5, .length = 1500, .comment = comment};
		assert_int_equal(pcapng_open(&capture.file, capture.path, "sosh 0.1", &capture.error), 0);
		assert_int_equal(pcapng_interface(&capture.file, "lo", PCAPNG_ETHERNET, &capture.error), 0);
		assert_int_equal(pcapng_packet(&capture.file, &packet, &capture.error), 0);
		assert_int_equal(pcapng_close(&capture.file, &capture.error), 0);
	}
	read_file(&reader, capture.path);
	assert_section(&reader);
	assert_interface(&reader, 1, "lo");
	assert_true(next_block(&reader, &block));
	assert_int_equal(number32(block.body + 12), 5);
	assert_int_equal(number32(block.body + 16), 1500);
	const unsigned char *found = option(&block, packet_options(&block), 1, &length);
	assert_non_null(found);
	assert_in_range(length, 65530, 65535);
	assert_int_equal(length % 3, 0);
	assert_false(next_block(&reader, &block));
	capture_remove(&capture);
}

static void what_cannot_be_opened(void **state)
{
	(void)state;
	struct capture capture;
	capture_make(&capture);
	assert_int_equal(pcapng_open(&capture.file, capture.folder, "sosh", &capture.error), -1);
	assert_non_null(strstr(capture.error.text, strerror(EISDIR)));
	assert_non_null(strstr(capture.error.text, capture.folder));
	assert_int_equal(capture.file.fd, -1);
	assert_int_equal(pcapng_open(&capture.file, "/no-such-folder/a", "sosh", &capture.error), -1);
	assert_non_null(strstr(capture.error.text, strerror(ENOENT)));
	assert_int_equal(mkfifo(capture.path, 0600), 0);
	assert_int_equal(pcapng_open(&capture.file, capture.path, "sosh", &capture.error), -1);
	assert_non_null(strstr(capture.error.text, "nobody reads this pipe"));
	assert_int_equal(pcapng_open(&capture.file, "/dev/full", "sosh", &capture.error), -1);
	assert_non_null(strstr(capture.error.text, strerror(ENOSPC)));
	assert_int_equal(capture.file.fd, -1);
	capture_remove(&capture);
}

static void an_interface_must_be_described(void **state)
{
	(void)state;
	struct capture capture;
	struct frame frame;
	frame_udp(&frame, 4, false, "x");
	capture_make(&capture);
	assert_int_equal(pcapng_open(&capture.file, capture.path, "sosh", &capture.error), 0);
	assert_int_equal(capture_frame(&capture, 0, 0, &frame, PCAPNG_UNKNOWN, NULL), -1);
	assert_non_null(strstr(capture.error.text, "interface 0"));
	assert_int_equal(capture.file.packets, 0);
	capture_remove(&capture);
}

static off_t size_of(const char *path)
{
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

/* A full disk, as far as a limit of the file's size plays one: the last block is not there in part. */
static void a_full_disk(void **state)
{
	(void)state;
	static struct reader reader;
	struct capture capture;
	struct frame frame;
	struct block block;
	struct rlimit limit;
	unsigned packets = 0, found = 0;
	frame_tcp(&frame, 4, false, (struct tcp_fields){.flags = SEGMENT_ACK, .data = "some data"});
	capture_make(&capture);
	assert_int_equal(pcapng_open(&capture.file, capture.path, "sosh 0.1", &capture.error), 0);
	assert_int_equal(pcapng_interface(&capture.file, "lo", PCAPNG_ETHERNET, &capture.error), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	const struct rlimit small = {.rlim_cur = 1001, .rlim_max = limit.rlim_max};
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	while (capture_frame(&capture, 0, packets, &frame, PCAPNG_UNKNOWN, NULL) == 0 && packets < 100)
		packets++;
	int again = capture_frame(&capture, 0, packets, &frame, PCAPNG_UNKNOWN, NULL);
	off_t size = size_of(capture.path);
	setrlimit(RLIMIT_FSIZE, &limit);
	signal(SIGXFSZ, before);
	assert_in_range(packets, 3, 20);
	assert_int_equal(again, -1);
	assert_non_null(strstr(capture.error.text, strerror(EFBIG)));
	assert_int_equal(size, capture.file.length);
	assert_int_equal(capture_frame(&capture, 0, packets, &frame, PCAPNG_UNKNOWN, NULL),
	                 0); /* there is room again */
	assert_int_equal(pcapng_close(&capture.file, &capture.error), 0);
	read_file(&reader, capture.path);
	assert_section(&reader);
	assert_interface(&reader, 1, "lo");
	for (; found <= packets; found++)
		assert_packet(&reader, &block, 0, found, &frame);
	assert_false(next_block(&reader, &block));
	capture_remove(&capture);
}

/* A pipe that took a part of a block can take no other. */
static void a_pipe_that_breaks(void **state)
{
	(void)state;
	struct capture capture;
	static char bytes[300000];
	const struct pcapng_packet packet = {.bytes = bytes, .captured = sizeof(bytes), .length = sizeof(bytes)};
	capture_make(&capture);
	assert_int_equal(mkfifo(capture.path, 0600), 0);
	int reader = open(capture.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_int_not_equal(reader, -1);
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pcapng_open(&capture.file, capture.path, "sosh 0.1", &capture.error), 0);
	assert_int_equal(pcapng_interface(&capture.file, "lo", PCAPNG_ETHERNET, &capture.error), 0);
	assert_int_equal(pcapng_packet(&capture.file, &packet, &capture.error), -1);
	assert_non_null(strstr(capture.error.text, "its reader does not read"));
	assert_int_equal(pcapng_packet(&capture.file, &packet, &capture.error), -1);
	assert_non_null(strstr(capture.error.text, "it ends within a packet"));
	signal(SIGPIPE, before);
	close(reader);
	capture_remove(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_was_written),  cmocka_unit_test(a_cut_packet_and_a_long_comment),
		cmocka_unit_test(what_cannot_be_opened), cmocka_unit_test(an_interface_must_be_described),
		cmocka_unit_test(a_full_disk),           cmocka_unit_test(a_pipe_that_breaks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
