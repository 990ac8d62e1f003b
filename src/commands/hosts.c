/* SPDX-License-Identifier: GPL-3.0-or-later */
/* @HOST: the hosts of the lab, as commands name them. */
#include "hosts.h"

#include <string.h>

#include "sosh/watch_fact.h"

/* Commands that are made on no socket, and do something else on another host. */
static const char *const hosted[] = {"socket", "create_server", "create_connection", "sockets", "state", "sysctl"};

/* The host that @HOST names. 0, or -1 after a refusal. */
int host_find(struct run *run)
{
	const char *name = run->statement->host;
	const struct engine *engine = run->engine;

	run->host = engine->lab ? lab_find(engine->lab, name, strlen(name)) : 0;
	if (run->host)
		return 0;
	if (engine->lab)
		run_refuse(run, "no host of the lab is called %s; lab lists them", name);
	else
		run_refuse(run, "there is no lab, so no host is called %s: lab makes one", name);
	return -1;
}

static bool is_hosted(const char *command)
{
	for (size_t i = 0; i < sizeof(hosted) / sizeof(*hosted); i++)
		if (!strcmp(hosted[i], command))
			return true;
	return false;
}

/* @HOST before a command that is made on a socket may only name that socket's host. 0, or -1 after a refusal. */
int host_check(struct run *run)
{
	const char *host = run->handle ? session_host_name(&run->engine->session, run->handle->host) : NULL;

	if (run->handle ? run->handle->host == run->host : is_hosted(run->statement->command->name))
		return 0;
	if (run->handle)
		run_refuse(run, "this socket is on %s: a socket stays on the host that it was made on",
		           host ? host : "this machine, not in the lab");
	else
		run_refuse(run, "%s does the same on every host", run->statement->command->name);
	return -1;
}

bool host_knows(const struct session *session, unsigned host, const struct address *address)
{
	if (!host)
		return watch_is_own_address(address);
	return session_host_of(session, address) || watch_is_everyones_address(address);
}

bool host_has(const struct session *session, unsigned host, const struct address *address)
{
	return host_knows(session, host, address) && session_host_from(session, host, address) == host;
}

bool host_by_name(const struct run *run, const char *name, int family, struct buffer *out)
{
	const struct engine *engine = run->engine;
	unsigned host = run->entry->host ? lab_find(engine->lab, name, strlen(name)) : 0;
	struct address address;

	if (!host || !lab_address(engine->lab, host, family == AF_INET6 ? AF_INET6 : AF_INET, &address))
		return false;
	address_format_host(out, &address);
	return true;
}
