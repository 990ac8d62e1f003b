/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sandbox: a user and network namespace for this process alone, as `unshare -Urn` makes it.
 */
#include "sosh/sandbox.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "namespace.h"

static int raise_loopback(struct error *error)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return namespace_refused(error, "sandbox", "loopback", errno);
	int result = ioctl(fd, SIOCGIFFLAGS, &request);
	request.ifr_flags |= IFF_UP | IFF_RUNNING;
	if (result == 0)
		result = ioctl(fd, SIOCSIFFLAGS, &request);
	int number = errno;
	close(fd);
	return result < 0 ? namespace_refused(error, "sandbox", "loopback", number) : 0;
}

int sandbox_enter(struct error *error)
{
	if (namespace_enter(CLONE_NEWNET, "sandbox", error) < 0) {
		/* root needs no user namespace; in one whose map was refused nobody is root */
		if (geteuid() != 0 || unshare(CLONE_NEWNET) < 0)
			return -1;
		error_clear(error);
	}
	return raise_loopback(error);
}
