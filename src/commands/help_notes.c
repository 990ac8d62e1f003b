/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What help says of a command beyond its parameters: how to read what it shows.
 */
#include "help.h"

/* clang-format off */
static const struct meaning rows[] = {
	{"flow", "Time goes downwards. A column is a socket, or a listener together with the sockets that accept took from it; its calls stand beside it, its states in the margin. An arrow is a segment, or data with its size; one that ends in x reached nobody. A column is dotted while only the kernel still knows its connection. waits marks where a call began to wait. Segments are inferred from states and results: a call never shows them."},
	{"info", "Of TCP_INFO each field has the kernel's name, its unit and what it means. Options that have the value of a fresh socket are only counted. At the end stand its last commands, with their entries' numbers, as history has them. explain WORD tells more of any state or option."},
	{"sockets", "unread (in) are bytes that have come and wait for recv, unacked (out) those that send took and the peer has not acknowledged. ready (rwx) has r where recv or accept would not wait, w where send would not, x where there is an error or urgent data. 1/128 waiting, of a listener: one connection waits for accept, the backlog is 128; the line (waits) below it is that connection. TIME-WAIT 57 s: so long until the kernel forgets it. Of a process its number stands in parentheses. explain unread, explain backlog and so on tell more."},
};
/* clang-format on */

const struct meaning *help_notes(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
