/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEWS_CLIENTS_H
#define VIEWS_CLIENTS_H
#include "sosh/views.h"

/*
 * A change of an end that waits to be accepted: "server: 127.0.0.1:51334 waits to be accepted (ESTABLISHED)". Many of
 * the same sort are told at the first: "server: 127.0.0.1:51334 and 99 more wait to be accepted (ESTABLISHED)". False
 * when there is nothing to be told of this one.
 */
bool view_clients(struct buffer *out, const struct session *session, const struct entry *entry, unsigned index,
                  const char *arrow);

#endif
