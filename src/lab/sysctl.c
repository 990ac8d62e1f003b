/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of a host's network, sysctl(8): files under /proc/sys/net, whose contents are those of the network
 * namespace of the thread that opens them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sosh/lab.h"
#include "sosh/text.h"

#define ROOT "/proc/sys/"

struct setting {
	char path[256]; /* under ROOT: net/ipv4/… */
	const char *name, *value;
	struct buffer *out;
	struct error *error;
};

/* Whether a name begins with one of the trees beside `net`. */
static bool is_elsewhere(const char *name)
{
	static const char *const trees[] = {"abi", "crypto", "debug", "dev", "fs", "kernel", "user", "vm"};
	size_t length = strcspn(name, "./");
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		if (strlen(trees[i]) == length && memcmp(trees[i], name, length) == 0)
			return true;
	}
	return false;
}

static bool is_plain(const char *name)
{
	return *name &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@") == strlen(name);
}

/* The first of dot and slash divides the parts, as for sysctl(8); the other is one of an interface's name. */
static int read_name(struct setting *setting)
{
	const char *name = setting->name;
	if (!is_plain(name))
		return error_set(setting->error, "no name of a setting; one looks like net.ipv4.tcp_retries2");
	if (is_elsewhere(name))
		return error_set(setting->error, "%.80s is no setting of a host's network: those begin with net.",
		                 name);
	bool whole = strncmp(name, "net.", 4) == 0 || strncmp(name, "net/", 4) == 0;
	int length = snprintf(setting->path, sizeof(setting->path), "%s%s", whole ? "" : "net/", name);
	if (length < 0 || (size_t)length >= sizeof(setting->path))
		return error_set(setting->error, "%.80s… is too long for the name of a setting", name);
	char divider = name[strcspn(name, "./")];
	for (char *c = setting->path + 4; divider == '.' && *c; c++)
		*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
	setting->path[3] = '/';
	if (strstr(setting->path, "..") || strstr(setting->path, "//"))
		return error_set(setting->error, "no name of a setting; one looks like net.ipv4.tcp_retries2");
	return 0;
}

/* The entry in the longest part of the path that exists that is most like the part which does not. */
static void find_nearest(const char *path, char nearest_name[NAME_MAX + 1])
{
	char folder[sizeof(((struct setting *)0)->path) + sizeof(ROOT)];
	*nearest_name = '\0';
	snprintf(folder, sizeof(folder), ROOT "%s", path);
	char *end = strrchr(folder, '/');
	*end = '\0';
	DIR *entries = opendir(folder);
	if (!entries)
		return;
	struct nearest nearest = {.wanted = end + 1, .length = strlen(end + 1)};
	for (const struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
		const char *before = nearest.best;
		nearest_offer(&nearest, entry->d_name);
		if (nearest.best != before) {
			snprintf(nearest_name, NAME_MAX + 1, "%s", entry->d_name);
			nearest.best = nearest_name;
		}
	}
	closedir(entries);
}

/* The group that has a setting of which the last part alone was named: "ipv4"; NULL. */
static const char *find_elsewhere(const char *path)
{
	static const char *const groups[] = {"ipv4", "ipv6", "core", "unix", "netfilter"};
	char whole[sizeof(((struct setting *)0)->path) + sizeof(ROOT) + 16];
	const char *name = path + strlen("net/");
	for (size_t i = 0; !strchr(name, '/') && i < sizeof(groups) / sizeof(*groups); i++) {
		snprintf(whole, sizeof(whole), ROOT "net/%s/%s", groups[i], name);
		if (access(whole, F_OK) == 0)
			return groups[i];
	}
	return NULL;
}

static int not_opened(const struct setting *setting, int number)
{
	char nearest[NAME_MAX + 1];
	if (number == ENOENT || number == ENOTDIR) {
		const char *where = find_elsewhere(setting->path);
		if (where)
			return error_set(setting->error, "this host has no setting %.80s; near it is net.%s.%.80s",
			                 setting->name, where, setting->path + strlen("net/"));
		find_nearest(setting->path, nearest);
		if (*nearest)
			return error_set(setting->error, "this host has no setting %.80s; near it is %.80s",
			                 setting->name, nearest);
		return error_set(setting->error,
		                 "this host has no setting %.80s; some belong to the whole machine alone",
		                 setting->name);
	}
	if (number == EISDIR)
		return error_set(setting->error, "%.80s is a group of settings: name one of them", setting->name);
	if (number == EACCES || number == EPERM || number == EROFS)
		return error_set(setting->error, "%.80s may not be %s here: %s", setting->name,
		                 setting->value ? "changed" : "read", strerror(number));
	return error_set(setting->error, "%.80s: %s", setting->name, strerror(number));
}

/* 0, or an errno; -1 when the setting cannot be opened. */
static int write_value(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_t length = strlen(value);
	ssize_t written = write(fd, value, length);
	int number = written < 0 ? errno : written == (ssize_t)length ? 0 : EINVAL;
	close(fd);
	return number;
}

static int value_refused(const struct setting *setting, int number)
{
	struct buffer quoted = {0};
	text_quote(&quoted, setting->value, strnlen(setting->value, 80));
	error_set(setting->error, "%.80s: the kernel refuses the value %s: %s", setting->name, buffer_string(&quoted),
	          number == ENOENT ? "it has nothing of that name" : strerror(number));
	buffer_clear(&quoted);
	return -1;
}

/* What a setting says of a value that it does not take; ENOENT: of a name that nothing has. */
static bool is_refusal(int number)
{
	return number == EINVAL || number == ERANGE || number == E2BIG || number == ENOENT;
}

static int set_value(struct setting *setting, const char *path)
{
	if (strlen(setting->value) == 0) /* a write of nothing does nothing */
		return error_set(setting->error, "%.80s: a setting needs a value", setting->name);
	int number = write_value(path, setting->value);
	if (number < 0)
		return not_opened(setting, errno);
	if (is_refusal(number))
		return value_refused(setting, number);
	return number ? not_opened(setting, number) : 0;
}

/* Without the newline at the end; several numbers have a blank between. */
static int get_value(struct setting *setting, const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text));
	int number = errno;
	if (fd >= 0)
		close(fd);
	if (length < 0)
		return not_opened(setting, number);
	while (length > 0 && text[length - 1] == '\n')
		length--;
	for (ssize_t i = 0; i < length; i++)
		text[i] = text[i] == '\t' ? ' ' : text[i];
	buffer_add(setting->out, text, (size_t)length);
	return 0;
}

static int handle_setting(void *context)
{
	struct setting *setting = context;
	char path[sizeof(setting->path) + sizeof(ROOT)];
	snprintf(path, sizeof(path), ROOT "%s", setting->path);
	if (setting->value && set_value(setting, path) < 0)
		return -1;
	return setting->out ? get_value(setting, path) : 0;
}

int lab_sysctl(struct lab *lab, unsigned host, const char *name, const char *value, struct buffer *out,
               struct error *error)
{
	struct setting setting = {.name = name, .value = value, .out = out, .error = error};
	if (read_name(&setting) < 0)
		return -1;
	return lab_on_host(lab, host, handle_setting, &setting);
}
