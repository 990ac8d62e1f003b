/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An address argument: numeric ones as they are, names looked up in the socket's family. */
#include <string.h>

#include "hosts.h"
#include "run.h"

static enum progress path_address(struct run *run, int index, const struct value *text, int family,
                                  struct address *address)
{
	struct error error;

	if (family != AF_UNIX)
		return run_refuse_at(run, index, "an address needs a port: HOST PORT or HOST:PORT");
	error_clear(&error);
	if (address_from_path(address, text->blob->bytes, text->blob->length, &error))
		return run_refuse_at(run, index, "%s", error.text);
	return CALL_DONE;
}

/* Host and service as text for getaddrinfo. */
static enum progress look_up(struct run *run, int index, const struct value *host, const struct value *port, int family,
                             int type, struct address *address)
{
	struct buffer service, known;
	char name[1025]; /* NI_MAXHOST */

	if (strlen(host->blob->bytes) != host->blob->length)
		return run_refuse_at(run, index, "a host's name has no zero byte in it");
	if (host->blob->length >= sizeof(name))
		return run_refuse_at(run, index, "a host's name has at most %d characters", (int)sizeof(name) - 1);
	memcpy(name, host->blob->bytes, host->blob->length + 1);
	buffer_init(&service);
	buffer_init(&known);
	value_format_plain(&service, port);
	bool of_lab = host_by_name(run, name, family, &known);
	enum progress progress = call_resolve(&run->pending, &run->engine->door, run->entry,
	                                      of_lab  ? buffer_string(&known)
	                                      : *name ? name
	                                              : NULL,
	                                      buffer_string(&service), family, type);
	buffer_clear(&service);
	buffer_clear(&known);
	if (progress == CALL_WAITING)
		run->resolving = index;
	if (progress != CALL_DONE)
		return progress;
	bool found = resolved_address(&run->pending, 0, address);
	pending_clear(&run->pending);
	memset(&run->pending, 0, sizeof(run->pending));
	return found ? CALL_DONE : run_refuse_at(run, index, "the name has no address of the socket's family");
}

enum progress run_address(struct run *run, int index, int family, int type, struct address *address)
{
	const struct value *value = &run->arguments[index];
	struct error error;

	error_clear(&error);
	if (value->kind == VALUE_ADDRESS) {
		*address = *value->address;
		return CALL_DONE;
	}
	if (value->kind == VALUE_BYTES)
		return path_address(run, index, value, family, address);
	if (value->kind != VALUE_LIST)
		return run_refuse_at(run, index, "an address is due");
	const struct value *host = &value->list->items[0].value, *port = &value->list->items[1].value;
	if (family == AF_UNIX)
		return run_refuse_at(run, index,
		                     "the address of an AF_UNIX socket is a path, as /tmp/s, or \"\\0name\"");
	if (!host->blob->length && port->kind == VALUE_NUMBER) {
		if (address_any(address, family == AF_INET6 ? AF_INET6 : AF_INET, (unsigned)port->number))
			return run_refuse_at(run, index, "there is no such address in the socket's family");
		return CALL_DONE;
	}
	if (memchr(host->blob->bytes, '%', host->blob->length) && port->kind == VALUE_NUMBER) {
		int found = address_from_host(address, host->blob->bytes, host->blob->length, (unsigned)port->number,
		                              &error);
		if (found <= 0)
			return found ? run_refuse_at(run, index, "%s", error.text) : CALL_DONE;
	}
	return look_up(run, index, host, port, family == AF_INET || family == AF_INET6 ? family : AF_UNSPEC, type,
	               address);
}
