/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CALLS_OPTION_RECORD_H
#define CALLS_OPTION_RECORD_H
/*
 * Noting setsockopt and getsockopt, with the names and the forms in which strace prints them. A NULL call is fine.
 */
#include "record.h"

void record_setsockopt(struct call *call, int fd, const struct option *option, const void *bytes, socklen_t length);
/* `room` was offered, `length` is filled; both in the option's own unit. */
void record_getsockopt(struct call *call, int fd, const struct option *option, const void *bytes, socklen_t room,
                       socklen_t length);

#endif
