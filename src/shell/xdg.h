/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_SHELL_XDG_H
#define SOSH_SHELL_XDG_H
/*
 * Where a user's files are, by the XDG Base Directory Specification.
 */

/*
 * The path of sosh's file `name` in the directory that the environment's `variable` names, or else in `fallback`
 * under the home directory. To be freed; NULL when there is no home directory. Relative paths do not count, as the
 * specification says.
 */
char *xdg_path(const char *variable, const char *fallback, const char *name);
/* Makes the directories above a path that are missing, mode 0700. 0, or -1 with errno. */
int xdg_make_directories(const char *path);

#endif
