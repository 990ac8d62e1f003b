/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CALLS_TCP_INFO_H
#define CALLS_TCP_INFO_H
#include <stddef.h>

#include "sosh/value.h"

/* TCP_INFO's structure, tcp(7), by its fields; those that the kernel did not fill are left out. */
struct value tcp_info_value(const void *bytes, size_t length);

#endif
