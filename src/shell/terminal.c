/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal's modes, termios(3).
 *
 * Without ICANON: its line editing would eat keys that are meant for the next line, and no more than 4095 of
 * them would fit into a line that has not ended.
 */
#include <sys/ioctl.h>

#include "terminal.h"

void terminal_quiet(struct terminal *terminal)
{
	if (terminal->quiet || tcgetattr(terminal->fd, &terminal->normal) < 0)
		return;
	terminal->waiting = terminal->normal;
	terminal->waiting.c_iflag &= ~(tcflag_t)(ICRNL | INLCR);
	terminal->waiting.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	terminal->waiting.c_lflag |= ISIG;
	terminal->waiting.c_cc[VMIN] = 1;
	terminal->waiting.c_cc[VTIME] = 0;
	terminal->quiet = tcsetattr(terminal->fd, TCSADRAIN, &terminal->waiting) == 0;
}

void terminal_normal(struct terminal *terminal)
{
	if (terminal->quiet)
		tcsetattr(terminal->fd, TCSADRAIN, &terminal->normal);
	terminal->quiet = false;
}

void terminal_again(const struct terminal *terminal)
{
	if (terminal->quiet)
		tcsetattr(terminal->fd, TCSANOW, &terminal->waiting);
}

bool terminal_typed_ahead(const struct terminal *terminal)
{
	int count = 0;
	return ioctl(terminal->fd, FIONREAD, &count) == 0 && count > 0;
}
