/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths in the XDG directories.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sosh/buffer.h"
#include "sosh/memory.h"
#include "xdg.h"

char *xdg_path(const char *variable, const char *fallback, const char *name)
{
	struct buffer path = {0};
	const char *directory = getenv(variable), *home = getenv("HOME");
	if (directory != NULL && directory[0] == '/')
		buffer_text(&path, directory);
	else if (home != NULL && home[0] == '/')
		buffer_format(&path, "%s/%s", home, fallback);
	else
		return NULL;
	buffer_format(&path, "/sosh/%s", name);
	return path.bytes;
}

int xdg_make_directories(const char *path)
{
	char *part = memory_copy(path, strlen(path));
	int result = 0;
	for (char *slash = strchr(part + 1, '/'); slash != NULL && result == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0700) < 0 && errno != EEXIST)
			result = -1;
		*slash = '/';
	}
	free(part);
	return result;
}
