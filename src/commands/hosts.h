/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_HOSTS_H
#define COMMANDS_HOSTS_H
/*
 * @HOST: on which host of the lab a command runs.
 */
#include "run.h"

/* The host that @HOST names, into run->host. 0, or -1 after a refusal. */
int host_find(struct run *run);
/* Is it an address of that host, or for one of the lab, of any of the lab? Then its sockets can be asked for. */
bool host_knows(const struct session *session, unsigned host, const struct address *address);
/* Is it an address of that host itself? */
bool host_has(const struct session *session, unsigned host, const struct address *address);
/* The address of a host of the lab by its name, for a socket there: adds it as text. False: there is no such host. */
bool host_by_name(const struct run *run, const char *name, int family, struct buffer *out);
/* Does @HOST mean something before this command, with these arguments? 0, or -1 after a refusal. */
int host_check(struct run *run);

#endif
