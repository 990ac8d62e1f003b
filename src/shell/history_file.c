/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads, appends to and shortens the history file. Writers hold flock(2)'s shared lock while they append; who shortens
 * the file holds the exclusive one while a shorter copy takes its name, and a writer whose file has lost its name
 * meanwhile opens it anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>

#include "history_file.h"
#include "sosh/buffer.h"
#include "sosh/memory.h"
#include "sosh/text.h"
#include "xdg.h"

#define ENTRY_MOST ((size_t)64 << 10) /* a longer one is not kept on disk */

static bool has_name_of(const char *path, int fd)
{
	struct stat opened, named;
	return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_dev == named.st_dev &&
	       opened.st_ino == named.st_ino;
}

/* Opens and locks the file. -1 with errno; ENOTSUP when it is no regular file. */
static int open_locked(const char *path, int flags, int lock)
{
	for (unsigned tries = 0; tries < 10; tries++) {
		struct stat status;
		int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
		if (fd < 0)
			return -1;
		flock(fd, lock); /* a file system without locks is used without */
		if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
			close(fd);
			errno = ENOTSUP;
			return -1;
		}
		if (has_name_of(path, fd)) {
			if ((status.st_mode & 077) != 0)
				fchmod(fd, 0600);
			return fd;
		}
		close(fd);
	}
	errno = EAGAIN;
	return -1;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0 && errno != EINTR)
			return -1;
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
	return 0;
}

static int read_all(int fd, struct buffer *out)
{
	char bytes[16384];
	for (;;) {
		ssize_t got = read(fd, bytes, sizeof(bytes));
		if (got < 0 && errno != EINTR)
			return -1;
		if (got == 0)
			return 0;
		if (got > 0)
			buffer_add(out, bytes, (size_t)got);
	}
}

/* Where the entry after the one at `entry` begins, or the end. */
static const char *next_entry(const char *entry, const char *end)
{
	while (entry < end) {
		const char *newline = memchr(entry, '\n', (size_t)(end - entry));
		entry = newline != NULL ? newline + 1 : end;
		if (entry < end && *entry != '\t')
			break;
	}
	return entry;
}

/* The text of the entry between two places: its lines without the tabs before and the newline behind. */
static void decode(struct buffer *out, const char *entry, const char *end)
{
	if (end > entry && end[-1] == '\n')
		end--;
	for (const char *at = entry; at < end; at++)
		if (*at != '\0' && !(*at == '\t' && at > entry && at[-1] == '\n'))
			buffer_char(out, *at);
}

static void encode(struct buffer *out, const char *text)
{
	text += strspn(text, " \t");
	for (; *text != '\0'; text++) {
		buffer_char(out, *text);
		if (*text == '\n')
			buffer_char(out, '\t');
	}
	buffer_char(out, '\n');
}

static void to_readline(struct history_file *history, const char *entry, const char *end)
{
	struct buffer text = {0};
	for (const char *next; entry < end; entry = next) {
		next = next_entry(entry, end);
		buffer_empty(&text);
		decode(&text, entry, next);
		if (text.length > 0)
			add_history(buffer_string(&text));
	}
	if (text.length > 0)
		history->newest = memory_copy(text.bytes, text.length);
	buffer_clear(&text);
}

/* The beginning of the newest HISTORY_ENTRIES. */
static const char *skip_old(const char *entry, const char *end)
{
	size_t count = 0;
	for (const char *at = entry; at < end; at = next_entry(at, end))
		count++;
	for (; count > HISTORY_ENTRIES; count--)
		entry = next_entry(entry, end);
	return entry;
}

/* Puts a copy with only these bytes in the file's place. What fails leaves the file as it was: there is a next time. */
static void replace(const char *path, const char *bytes, size_t length)
{
	struct buffer name = {0};
	char *target = realpath(path, NULL);
	if (target == NULL)
		return;
	buffer_format(&name, "%s.XXXXXX", target);
	int fd = mkostemp(name.bytes, O_CLOEXEC);
	if (fd >= 0) {
		bool written = write_all(fd, bytes, length) == 0;
		if (close(fd) < 0 || !written || rename(name.bytes, target) < 0)
			unlink(name.bytes);
	}
	buffer_clear(&name);
	free(target);
}

static int say(const struct history_file *history, const char *what, struct error *error)
{
	struct buffer path = {0};
	int saved = errno;
	text_plain(&path, history->path, strlen(history->path));
	error_set(error, "cannot %s the history %s: %s; this session's history is kept in memory only", what,
	          buffer_string(&path), strerror(saved));
	buffer_clear(&path);
	return -1;
}

static int load(struct history_file *history, int fd, struct error *error)
{
	struct buffer content = {0};
	int result = read_all(fd, &content);
	if (result < 0)
		say(history, "read", error);
	const char *begin = buffer_string(&content), *end = begin + content.length;
	const char *kept = skip_old(begin, end);
	if (result == 0 && kept > begin)
		replace(history->path, kept, (size_t)(end - kept));
	to_readline(history, kept, end);
	buffer_clear(&content);
	return result;
}

int history_file_open(struct history_file *history, struct error *error)
{
	*history = (struct history_file){.path = xdg_path("XDG_STATE_HOME", ".local/state", "history")};
	using_history();
	stifle_history(HISTORY_ENTRIES);
	if (history->path == NULL)
		return 0;
	int fd = open_locked(history->path, O_RDONLY, LOCK_EX);
	if (fd >= 0) {
		int result = load(history, fd, error);
		close(fd);
		return result;
	}
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	history->failed = true;
	return errno == ENOTSUP ? 0 : say(history, "read", error);
}

/* A file cut off in the middle of an entry gets its newline first. */
static bool ends_in_line(int fd)
{
	char last = '\n';
	off_t size = lseek(fd, 0, SEEK_END);
	return size <= 0 || pread(fd, &last, 1, size - 1) != 1 || last == '\n';
}

static int append(const char *path, const char *text)
{
	struct buffer line = {0};
	if (xdg_make_directories(path) < 0)
		return -1;
	int fd = open_locked(path, O_RDWR | O_APPEND | O_CREAT, LOCK_SH);
	if (fd < 0)
		return -1;
	if (!ends_in_line(fd))
		buffer_char(&line, '\n');
	encode(&line, text);
	int result = write_all(fd, line.bytes, line.length), saved = errno;
	close(fd);
	buffer_clear(&line);
	errno = saved;
	return result;
}

int history_file_add(struct history_file *history, const char *text, struct error *error)
{
	if (text[strspn(text, " \t\r\n")] == '\0' || (history->newest != NULL && strcmp(history->newest, text) == 0))
		return 0;
	add_history(text);
	free(history->newest);
	history->newest = memory_copy(text, strlen(text));
	if (history->path == NULL || history->failed || strlen(text) > ENTRY_MOST)
		return 0;
	if (append(history->path, text) == 0)
		return 0;
	history->failed = true;
	return say(history, "write", error);
}

void history_file_close(struct history_file *history)
{
	free(history->path);
	free(history->newest);
	*history = (struct history_file){0};
}
