/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pager. While it runs the terminal is its own, and nothing else goes on: jobs wait in the kernel, so that
 * nothing is written over its screen. Signals from the keyboard are blocked in this process then (only the event loop
 * lets them in); those that came meanwhile were meant for the pager and are dropped.
 */
#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prompt.h"

static const int from_keyboard[] = {SIGINT, SIGQUIT, SIGTSTP};
enum { FROM_KEYBOARD = sizeof(from_keyboard) / sizeof(*from_keyboard) };

static bool is_longer(const char *text, size_t length)
{
	struct winsize size;
	unsigned lines = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row)
		return false;
	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines >= size.ws_row; /* one is the prompt's */
}

static bool is_installed(const char *name)
{
	const char *path = getenv("PATH");
	char file[4096];

	while (path && *path) {
		size_t length = strcspn(path, ":");
		int written = snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, name);
		if (length && written > 0 && (size_t)written < sizeof(file) && !access(file, X_OK))
			return true;
		path += length + (path[length] == ':');
	}
	return false;
}

/* Who does not know less is told how to leave it; who has set it up as he likes it is not. */
static const char *less_command(void)
{
	const char *settings = getenv("LESS");

	return settings && *settings ? "less -R" : "less -R '-PsSpace goes on, q leaves'";
}

/* NULL: none. */
static const char *pager_command(void)
{
	const char *pager = getenv("PAGER");

	if (!pager)
		return is_installed("less") ? less_command() : NULL;
	return *pager && strcmp(pager, "cat") != 0 ? pager : NULL;
}

static bool start(const char *command, int input, pid_t *pid)
{
	const char *const arguments[] = {"sh", "-c", command, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	extern char **environ;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int error = posix_spawn(pid, "/bin/sh", &actions, &attributes, (char **)arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error == 0;
}

/* Until the pager has all, or wants no more. */
static void feed(int output, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(output, text, length);
		if (written < 0 && errno != EINTR)
			return;
		if (written > 0) {
			text += written;
			length -= (size_t)written;
		}
	}
}

/* Its exit status, negative when a signal ended it. There is no shell to come back to from Ctrl-Z: it goes on. */
static int await(pid_t pid)
{
	int status;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return -WTERMSIG(status);
		kill(pid, SIGCONT);
	}
}

static void drop_keyboard_signals(void)
{
	const struct timespec now = {0};
	sigset_t set, pending;

	sigpending(&pending);
	for (int i = 0; i < FROM_KEYBOARD; i++) {
		sigemptyset(&set);
		sigaddset(&set, from_keyboard[i]);
		if (sigismember(&pending, from_keyboard[i]))
			sigtimedwait(&set, NULL, &now);
	}
}

bool pager_show(const char *text, size_t length)
{
	const char *command = is_longer(text, length) ? pager_command() : NULL;
	int ends[2];
	pid_t pid;

	if (!command || pipe2(ends, O_CLOEXEC))
		return false;
	fflush(stdout);
	prompt_lend(true);
	bool started = start(command, ends[0], &pid);
	close(ends[0]);
	if (started)
		feed(ends[1], text, length);
	close(ends[1]);
	int status = started ? await(pid) : -1;
	prompt_lend(false);
	drop_keyboard_signals();
	return started && status <= 0; /* one that complains may have shown nothing */
}
