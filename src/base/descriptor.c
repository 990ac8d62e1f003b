/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descriptors of the shell's own, moved out of the way of the user's.
 */
#include "sosh/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

int descriptor_raise(int fd)
{
	if (fd < 0 || fd >= DESCRIPTOR_OWN)
		return fd;
	int raised = fcntl(fd, F_DUPFD_CLOEXEC, DESCRIPTOR_OWN);
	if (raised < 0)
		return fd;
	close(fd);
	return raised;
}
