/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entering a user namespace, and why the system refuses namespaces.
 *
 * Systems refuse them in many ways, mostly by a sysctl that says so: they are looked up when it has failed, to
 * be named to the user.
 */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Why a namespace was refused: a sysctl with this value, or else what the errno alone says. */
struct refusal {
	int error;
	const char *file; /* of the sysctl; NULL: any */
	long value;
	const char *advice;
};

static const struct refusal refusals[] = {
	{EPERM, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1,
         "AppArmor keeps user namespaces from ordinary users; run sosh as root, or run: "
         "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
	{EACCES, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1,
         "AppArmor keeps user namespaces from ordinary users; run sosh as root, or run: "
         "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
	{EPERM, "/proc/sys/kernel/unprivileged_userns_clone", 0,
         "this system keeps user namespaces from ordinary users; run sosh as root, or run: "
         "sudo sysctl kernel.unprivileged_userns_clone=1"},
	{ENOSPC, "/proc/sys/user/max_user_namespaces", 0,
         "this system allows no user namespaces; run: sudo sysctl user.max_user_namespaces=1000"},
	{ENOSPC, "/proc/sys/user/max_net_namespaces", 0,
         "this system allows no network namespaces; run: sudo sysctl user.max_net_namespaces=1000"},
	{EPERM, NULL, 0,
         "the system does not allow new user namespaces here, as in most containers; run sosh as root "
         "with CAP_SYS_ADMIN (docker run --privileged), or outside the container"},
	{EACCES, NULL, 0, "a security policy of this system forbids new user namespaces; run sosh as root"},
	{ENOSPC, NULL, 0,
         "too many user or network namespaces exist, or too many within each other; "
         "see the sysctls user.max_user_namespaces and user.max_net_namespaces"},
	{EUSERS, NULL, 0, "too many user namespaces within each other; start sosh outside of some of them"},
	{EINVAL, NULL, 0, "this kernel has no user or network namespaces (CONFIG_USER_NS, CONFIG_NET_NS)"},
	{ENOSYS, NULL, 0, "this kernel has no user or network namespaces (CONFIG_USER_NS, CONFIG_NET_NS)"},
};

static bool sysctl_is(const char *file, long value)
{
	char text[32];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	return strtol(text, NULL, 10) == value;
}

int namespace_refused(struct error *error, const char *purpose, const char *what, int number)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		const struct refusal *refusal = &refusals[i];
		if (refusal->error == number && (!refusal->file || sysctl_is(refusal->file, refusal->value)))
			return error_set(error, "no %s: %s: %s: %s", purpose, what, strerror(number), refusal->advice);
	}
	return error_set(error, "no %s: %s: %s", purpose, what, strerror(number));
}

static int write_file(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_t length = strlen(text);
	ssize_t written = write(fd, text, length);
	int number = errno;
	close(fd);
	errno = number;
	return written == (ssize_t)length ? 0 : -1;
}

/* user_namespaces(7): an ordinary user may map one group only after giving up setgroups(2). */
static int map_user(uid_t user, gid_t group, const char *purpose, struct error *error)
{
	char map[40];
	if (write_file("/proc/self/setgroups", "deny") < 0 && errno != ENOENT)
		return namespace_refused(error, purpose, "/proc/self/setgroups", errno);
	snprintf(map, sizeof(map), "0 %lu 1", (unsigned long)user);
	if (write_file("/proc/self/uid_map", map) < 0)
		return namespace_refused(error, purpose, "/proc/self/uid_map", errno);
	snprintf(map, sizeof(map), "0 %lu 1", (unsigned long)group);
	if (write_file("/proc/self/gid_map", map) < 0)
		return namespace_refused(error, purpose, "/proc/self/gid_map", errno);
	return 0;
}

int namespace_enter(int flags, const char *purpose, struct error *error)
{
	uid_t user = geteuid();
	gid_t group = getegid();
	if (unshare(flags | CLONE_NEWUSER) < 0)
		return namespace_refused(error, purpose, "unshare", errno);
	return map_user(user, group, purpose, error);
}

/* In the child. */
static _Noreturn void tell_of_entering(int flags, const char *purpose, int fd)
{
	struct error error;
	if (namespace_enter(flags, purpose, &error) < 0) {
		ssize_t written = write(fd, error.text, strlen(error.text));
		(void)written;
	}
	_exit(0);
}

/* What the child says, until it has ended; how much. */
static size_t read_all(int fd, char *text, size_t size)
{
	size_t length = 0;
	for (;;) {
		ssize_t some = read(fd, text + length, size - length);
		if (some < 0 && errno == EINTR)
			continue;
		if (some <= 0)
			return length;
		length += (size_t)some;
	}
}

int namespace_try(int flags, const char *purpose, struct error *error)
{
	int ends[2];
	char text[ERROR_SIZE];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(error, "no %s: %s", purpose, strerror(errno));
	pid_t child = fork();
	if (child == 0)
		tell_of_entering(flags, purpose, ends[1]);
	int number = errno;
	close(ends[1]);
	size_t length = child < 0 ? 0 : read_all(ends[0], text, sizeof(text));
	close(ends[0]);
	if (child < 0)
		return error_set(error, "no %s: fork: %s", purpose, strerror(number));
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return length ? error_set(error, "%.*s", (int)length, text) : 0;
}
