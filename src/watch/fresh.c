/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fresh socket: what the kernel gives a new one of that kind.
 */
#include <unistd.h>

#include "sosh/descriptor.h"
#include "sosh/watch_fact.h"

int watch_fresh(const struct handle *like, struct handle *fresh)
{
	int fd = descriptor_raise(socket(like->family, like->type | SOCK_CLOEXEC, like->protocol));

	*fresh = (struct handle){.fd = fd, .family = like->family, .type = like->type, .protocol = like->protocol};
	return fd < 0 ? -1 : 0;
}

void watch_fresh_end(struct handle *fresh)
{
	if (fresh->fd >= 0)
		close(fresh->fd);
	fresh->fd = -1;
}
