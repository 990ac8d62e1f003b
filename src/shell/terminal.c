/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal's modes, termios(3).
 *
 * Readline would change them for each line. Between two lines the terminal's own line editing would then eat keys,
 * show them, and hold no more than 4095 of them.
 */
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

static void mark_pastes(const struct terminal *terminal, bool on)
{
	if (!terminal->pastes)
		return;
	fputs(on ? "\033[?2004h" : "\033[?2004l", terminal->output);
	fflush(terminal->output);
}

void terminal_take_again(const struct terminal *terminal)
{
	if (!terminal->taken)
		return;
	tcsetattr(terminal->fd, TCSADRAIN, &terminal->ours);
	mark_pastes(terminal, true);
}

void terminal_take(struct terminal *terminal, bool pastes)
{
	if (tcgetattr(terminal->fd, &terminal->normal) < 0)
		return;
	terminal->ours = terminal->normal;
	terminal->ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	terminal->ours.c_lflag |= ISIG;
	terminal->ours.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | ISTRIP | INPCK);
	terminal->ours.c_cc[VMIN] = 0; /* reading never waits: Ctrl-C may take away what poll(2) has just seen */
	terminal->ours.c_cc[VTIME] = 0;
	terminal->ours.c_cc[VLNEXT] = _POSIX_VDISABLE;
	terminal->taken = true;
	terminal->pastes = pastes;
	terminal_take_again(terminal);
}

void terminal_lend(const struct terminal *terminal)
{
	if (!terminal->taken)
		return;
	mark_pastes(terminal, false);
	tcsetattr(terminal->fd, TCSADRAIN, &terminal->normal);
}

void terminal_give_back(struct terminal *terminal)
{
	if (!terminal->taken)
		return;
	mark_pastes(terminal, false);
	tcsetattr(terminal->fd, TCSADRAIN, &terminal->normal);
	terminal->taken = false;
}

bool terminal_typed_ahead(const struct terminal *terminal)
{
	int count = 0;
	return ioctl(terminal->fd, FIONREAD, &count) == 0 && count > 0;
}
