/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of captured packets. Each block is made in memory, then written by one write(2); numbers are in the machine's
 * own order, which the first block tells readers.
 */
#include "sosh/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sosh/memory.h"
#include "sosh/text.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	SECTION_OS = 3,
	SECTION_PROGRAM = 4,
	INTERFACE_NAME = 2,
	INTERFACE_RESOLUTION = 9,
	NANOSECONDS = 9, /* 10^-9 */
	PACKET_FLAGS = 2,
	MODE = 0666, /* less the umask */
};

/* An option's length has 16 bits, and is rounded up to 4 bytes. */
#define OPTION_MOST ((size_t)0xfffc)

static void add16(struct buffer *block, unsigned number)
{
	uint16_t half = (uint16_t)number;
	buffer_add(block, &half, sizeof(half));
}

static void add32(struct buffer *block, uint32_t number)
{
	buffer_add(block, &number, sizeof(number));
}

static void add_padded(struct buffer *block, const void *bytes, size_t length)
{
	buffer_add(block, bytes, length);
	buffer_fill(block, '\0', -length & 3);
}

static void add_option(struct buffer *block, unsigned code, const void *bytes, size_t length)
{
	add16(block, code);
	add16(block, (unsigned)length);
	add_padded(block, bytes, length);
}

/* An option of text must be UTF-8: what is none is escaped, what is too long is cut between characters. */
static void add_text(struct buffer *block, unsigned code, const char *text)
{
	struct buffer valid;
	size_t left = strlen(text);
	buffer_init(&valid);
	while (left > 0) {
		size_t step = text_utf8(text, left), before = valid.length;
		if (step > 0)
			buffer_add(&valid, text, step);
		else
			text_escape(&valid, text, step = 1);
		if (valid.length > OPTION_MOST) {
			valid.length = before;
			break;
		}
		text += step;
		left -= step;
	}
	if (valid.length > 0)
		add_option(block, code, valid.bytes, valid.length);
	buffer_clear(&valid);
}

/* A block's length stands at its beginning and at its end; it is put in by write_block. */
static void begin_block(struct buffer *block, uint32_t type)
{
	buffer_empty(block);
	add32(block, type);
	add32(block, 0);
}

/* Takes back what was written of a block. False when that cannot be done. */
static bool cut_back(const struct pcapng *file)
{
	return file->is_regular && ftruncate(file->fd, file->length) == 0 &&
	       lseek(file->fd, file->length, SEEK_SET) == file->length;
}

/* Returns how many bytes were written; with fewer than asked for errno says why. */
static size_t write_all(int fd, const char *bytes, size_t length)
{
	size_t done = 0;
	while (done < length) {
		ssize_t count = write(fd, bytes + done, length - done);
		if (count == -1 && errno == EINTR)
			continue;
		if (count == -1)
			break;
		done += (size_t)count;
	}
	return done;
}

static int write_block(struct pcapng *file, struct error *error)
{
	struct buffer *block = &file->block;
	uint32_t length = (uint32_t)(block->length + sizeof(length));
	add32(block, length);
	if (block->overflow)
		return error_set(error, "%s: the packet is too long", file->path);
	if (file->broken)
		return error_set(error, "%s: it ends within a packet, nothing more is written", file->path);
	memcpy(block->bytes + sizeof(uint32_t), &length, sizeof(length));
	size_t done = write_all(file->fd, block->bytes, block->length);
	if (done == block->length) {
		file->length += (int64_t)done;
		return 0;
	}
	int reason = errno;
	if (done > 0)
		file->broken = !cut_back(file);
	return error_set(error, "%s: %s", file->path,
	                 reason == EAGAIN ? "the pipe is full, its reader does not read" : strerror(reason));
}

void pcapng_init(struct pcapng *file)
{
	*file = (struct pcapng){.fd = -1};
}

void pcapng_clear(struct pcapng *file)
{
	if (file->fd != -1)
		close(file->fd);
	free(file->path);
	buffer_clear(&file->block);
	pcapng_init(file);
}

static int write_section(struct pcapng *file, const char *program, struct error *error)
{
	struct buffer *block = &file->block;
	begin_block(block, BLOCK_SECTION);
	add32(block, BYTE_ORDER_MAGIC);
	add16(block, 1); /* version 1.0 */
	add16(block, 0);
	add32(block, UINT32_MAX); /* the section's length is not said */
	add32(block, UINT32_MAX);
	add_text(block, SECTION_OS, "Linux");
	add_text(block, SECTION_PROGRAM, program);
	add_option(block, OPTION_END, "", 0);
	return write_block(file, error);
}

/* Without O_NONBLOCK a named pipe would be waited for: until somebody opens it, and whenever it is full. */
static int open_file(const char *path, bool *is_regular)
{
	struct stat status;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);
	if (fd == -1)
		return -1;
	if (fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || fcntl(fd, F_SETFL, 0) == 0)) {
		*is_regular = S_ISREG(status.st_mode);
		return fd;
	}
	int reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

int pcapng_open(struct pcapng *file, const char *path, const char *program, struct error *error)
{
	bool is_regular = false;
	int fd = open_file(path, &is_regular);
	if (fd == -1)
		return error_set(error, "%s: %s", path, errno == ENXIO ? "nobody reads this pipe" : strerror(errno));
	file->fd = fd;
	file->path = memory_copy(path, strlen(path));
	file->is_regular = is_regular;
	if (write_section(file, program, error) == 0)
		return 0;
	pcapng_clear(file);
	return -1;
}

int pcapng_interface(struct pcapng *file, const char *name, enum pcapng_link link, struct error *error)
{
	const unsigned char resolution = NANOSECONDS;
	struct buffer *block = &file->block;
	begin_block(block, BLOCK_INTERFACE);
	add16(block, link);
	add16(block, 0);
	add32(block, 0); /* packets are not cut */
	add_text(block, INTERFACE_NAME, name);
	add_option(block, INTERFACE_RESOLUTION, &resolution, sizeof(resolution));
	add_option(block, OPTION_END, "", 0);
	if (write_block(file, error) == -1)
		return -1;
	return (int)file->interfaces++;
}

int pcapng_packet(struct pcapng *file, const struct pcapng_packet *packet, struct error *error)
{
	struct buffer *block = &file->block;
	uint64_t time = (uint64_t)packet->time;
	uint32_t direction = packet->direction;
	if (packet->interface >= file->interfaces)
		return error_set(error, "%s: interface %u was not described", file->path, packet->interface);
	begin_block(block, BLOCK_PACKET);
	add32(block, packet->interface);
	add32(block, (uint32_t)(time >> 32));
	add32(block, (uint32_t)time);
	add32(block, (uint32_t)packet->captured);
	add32(block, (uint32_t)packet->length);
	add_padded(block, packet->bytes, packet->captured);
	if (packet->comment)
		add_text(block, OPTION_COMMENT, packet->comment);
	if (direction != PCAPNG_UNKNOWN)
		add_option(block, PACKET_FLAGS, &direction, sizeof(direction));
	if (packet->comment || direction != PCAPNG_UNKNOWN)
		add_option(block, OPTION_END, "", 0);
	if (write_block(file, error) == -1)
		return -1;
	file->packets++;
	return 0;
}

int pcapng_close(struct pcapng *file, struct error *error)
{
	int result = 0;
	if (file->fd != -1 && close(file->fd) == -1)
		result = error_set(error, "%s: %s", file->path, strerror(errno));
	file->fd = -1;
	pcapng_clear(file);
	return result;
}
