/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which causes an error may have, and who looks for them.
 */
#include <errno.h>

#include "explanations.h"
#include "story.h"

static bool is_unix(const struct story *story)
{
	if (story->handle)
		return story->handle->family == AF_UNIX;
	return story->target && story->target->any.sa_family == AF_UNIX;
}

static const struct finder {
	int error;
	void (*find)(struct story *story);
	void (*find_unix)(struct story *story);
} finders[] = {
	{EADDRINUSE, cause_of_address, cause_of_name},
	{EADDRNOTAVAIL, cause_of_address, NULL},
	{EACCES, cause_of_address, cause_of_name},
	{ENOENT, NULL, cause_of_name},
	{ENOTDIR, NULL, cause_of_name},
	{ECONNREFUSED, cause_of_refusal, cause_of_name},
	{ERROR_TIMEOUT, cause_of_silence, cause_of_silence},
	{ETIMEDOUT, cause_of_silence, NULL},
	{EINPROGRESS, cause_of_silence, NULL},
	{EALREADY, cause_of_silence, NULL},
	{EAGAIN, cause_of_silence, cause_of_silence},
	{ECONNRESET, cause_of_end, cause_of_end},
	{EPIPE, cause_of_end, cause_of_end},
	{ENOTCONN, cause_of_end, cause_of_end},
	{EINVAL, cause_of_use, cause_of_use},
	{EISCONN, cause_of_use, cause_of_use},
	{EMFILE, cause_of_use, cause_of_use},
	{EMSGSIZE, cause_of_use, cause_of_use},
};

void cause_find(struct story *story)
{
	if (story->situation & TO_OTHER_FAMILY)
		return;
	if (cause_of_lab(story))
		return;
	for (size_t i = 0; i < sizeof(finders) / sizeof(finders[0]); i++) {
		if (finders[i].error != story->error)
			continue;
		void (*find)(struct story *) = is_unix(story) ? finders[i].find_unix : finders[i].find;
		if (find)
			find(story);
		return;
	}
}
