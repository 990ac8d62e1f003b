/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Until all is done that is under way. What is sent over a veth pair waits in the receiving processor's backlog until
 * that works it off: mostly at once, before the sending call returns, but on a busy machine a thread of the kernel does
 * it some milliseconds later. /proc/net/softnet_stat tells how much lies there.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sosh/descriptor.h"
#include "wire_parts.h"

enum {
	STAT_SIZE = 65536, /* a line of 135 bytes for each processor */
	COLUMN_BACKLOG = 11,
	QUIET_ROUNDS = 2, /* a frame that is just being worked on lies nowhere */
};
#define LONGEST INT64_C(200000000) /* ns: others' traffic may never end */
#define PAUSE   50000L             /* ns: lets the kernel's threads run */

int backlog_open(void)
{
	return descriptor_raise(open("/proc/net/softnet_stat", O_RDONLY | O_CLOEXEC));
}

/* Of one line: columns of hexadecimal digits. Where there is no such column (Linux before 5.10) nothing lies there. */
static bool has_backlog(const char *line)
{
	char *next = NULL;
	for (unsigned column = 0; column < COLUMN_BACKLOG; column++, line = next)
		if (strtoul(line, &next, 16), next == line || *next != ' ')
			return false;
	return strtoul(line, NULL, 16) > 0;
}

static bool is_quiet(int fd)
{
	static char text[STAT_SIZE + 1];
	ssize_t length = fd < 0 ? 0 : pread(fd, text, STAT_SIZE, 0);
	text[length > 0 ? length : 0] = '\0';
	for (char *line = text, *end; *line; line = end) {
		for (end = line; *end && *end != '\n'; end++)
			;
		if (*end)
			*end++ = '\0';
		if (has_backlog(line))
			return false;
	}
	return true;
}

void wire_settle(struct wire *wire)
{
	const struct timespec pause = {.tv_nsec = PAUSE};
	int64_t deadline = loop_now() + LONGEST;
	unsigned rounds = 0;
	while (rounds < QUIET_ROUNDS && loop_now() < deadline) {
		if (wire_turn(wire) > 0) {
			rounds = 0;
		} else if (is_quiet(wire->backlog)) {
			rounds++;
		} else {
			rounds = 0;
			nanosleep(&pause, NULL);
		}
	}
}
