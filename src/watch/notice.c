/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notices: an epoll instance of its own over the user's TCP sockets, edge triggered, which becomes readable when the
 * kernel changes the state of one by itself. It takes no event away from anyone.
 */
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "sosh/descriptor.h"
#include "sosh/watch.h"

#define BATCH 16

int watch_notices(struct watch *watch, struct error *error)
{
	if (watch->notices > 0)
		return watch->notices;
	int fd = descriptor_raise(epoll_create1(EPOLL_CLOEXEC));
	if (fd < 0)
		return error_set(error, "the kernel gives no notice of changes: no descriptor is left");
	return watch->notices = fd;
}

void watch_notice(struct watch *watch, const struct handle *handle)
{
	/* A change of state wakes whoever waits, and is told when any event of these is there; data wakes only EPOLLIN
	 */
	unsigned events = handle->state == STATE_LISTEN ? EPOLLIN : EPOLLOUT | EPOLLRDHUP;
	struct epoll_event event = {.events = events | EPOLLET, .data.u64 = (uint64_t)handle->number};

	if (watch->notices <= 0 || handle->fd < 0 || !watch_has_state(handle))
		return;
	if (epoll_ctl(watch->notices, EPOLL_CTL_ADD, handle->fd, &event) < 0 && errno == EEXIST)
		epoll_ctl(watch->notices, EPOLL_CTL_MOD, handle->fd, &event);
}

unsigned watch_noticed(struct watch *watch, int *numbers, unsigned most)
{
	struct epoll_event events[BATCH];
	unsigned count = 0;

	if (watch->notices <= 0)
		return 0;
	int got = epoll_wait(watch->notices, events, most < BATCH ? (int)most : BATCH, 0);
	for (int i = 0; i < got; i++)
		numbers[count++] = (int)events[i].data.u64;
	return count;
}
