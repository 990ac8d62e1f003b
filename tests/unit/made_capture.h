/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEST_MADE_CAPTURE_H
#define TEST_MADE_CAPTURE_H
/*
 * A folder of its own for a test's capture file, gone with it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "made_frame.h"

#include "sosh/pcapng.h"

struct capture {
	char folder[64], path[80];
	struct pcapng file;
	struct error error;
};

static inline void capture_make(struct capture *capture)
{
	const char *top = getenv("TMPDIR");
	*capture = (struct capture){.folder = ""};
	if (!top || strlen(top) > 40)
		top = "/tmp";
	snprintf(capture->folder, sizeof(capture->folder), "%s/capture.XXXXXX", top);
	assert_non_null(mkdtemp(capture->folder));
	snprintf(capture->path, sizeof(capture->path), "%s/a.pcapng", capture->folder);
	pcapng_init(&capture->file);
}

static inline void capture_remove(struct capture *capture)
{
	pcapng_clear(&capture->file);
	unlink(capture->path);
	assert_int_equal(rmdir(capture->folder), 0);
}

static inline int capture_frame(struct capture *capture, unsigned interface, int64_t time, const struct frame *frame,
                                enum pcapng_direction direction, const char *comment)
{
	const struct pcapng_packet packet = {.interface = interface,
	                                     .time = time,
	                                     .direction = direction,
	                                     .bytes = frame->bytes,
	                                     .captured = frame->length,
	                                     .length = frame->length,
	                                     .comment = comment};
	return pcapng_packet(&capture->file, &packet, &capture->error);
}

#endif
