/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a socket's inode to a process that has it open, through /proc/PID/fd: proc(5).
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sosh/text.h"
#include "sosh/watch_fact.h"

/* A folder below the open one. NULL: not there, or not ours to read. */
static DIR *open_below(int folder, const char *path)
{
	int fd = openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *opened = fd < 0 ? NULL : fdopendir(fd);
	if (fd >= 0 && !opened)
		close(fd);
	return opened;
}

static bool holds(int processes, const char *pid, const char *wanted)
{
	char path[32], target[64];
	bool found = false;
	snprintf(path, sizeof(path), "%.16s/fd", pid);
	DIR *descriptors = open_below(processes, path);
	if (!descriptors)
		return false;
	for (struct dirent *entry; !found && (entry = readdir(descriptors));) {
		ssize_t length = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof(target) - 1);
		if (length > 0) {
			target[length] = '\0';
			found = strcmp(target, wanted) == 0;
		}
	}
	closedir(descriptors);
	return found;
}

/* A process may call itself anything: escaped. */
static void read_name(int processes, const char *pid, struct watch_process *process)
{
	char path[32], bytes[64];
	struct buffer name;
	snprintf(path, sizeof(path), "%.16s/comm", pid);
	int fd = openat(processes, path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, bytes, sizeof(bytes));
	if (fd >= 0)
		close(fd);
	if (length > 0 && bytes[length - 1] == '\n')
		length--;
	buffer_init(&name);
	text_plain(&name, bytes, length > 0 ? (size_t)length : 0);
	snprintf(process->name, sizeof(process->name), "%s", buffer_string(&name));
	buffer_clear(&name);
}

bool watch_process(uint64_t inode, struct watch_process *process)
{
	char wanted[64];
	bool found = false;
	DIR *processes = inode ? open_below(AT_FDCWD, "/proc") : NULL;
	if (!processes)
		return false;
	snprintf(wanted, sizeof(wanted), "socket:[%llu]", (unsigned long long)inode);
	for (struct dirent *entry; !found && (entry = readdir(processes));) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || !holds(dirfd(processes), entry->d_name, wanted))
			continue;
		*process = (struct watch_process){.pid = atoi(entry->d_name)};
		read_name(dirfd(processes), entry->d_name, process);
		found = true;
	}
	closedir(processes);
	return found;
}
