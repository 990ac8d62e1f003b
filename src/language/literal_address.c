/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses as literals: HOST:PORT, (host, port), /path. */
#include <limits.h>

#include "reader.h"
#include "sosh/address.h"

bool address_split(const char *text, size_t length, size_t *host_start, size_t *host_length, size_t *port_start)
{
	if (!length || text[0] == '/')
		return false;
	if (text[0] == '[') {
		const char *close = memchr(text, ']', length);
		if (!close || (size_t)(close - text) + 2 >= length || close[1] != ':')
			return false;
		*host_start = 1;
		*host_length = (size_t)(close - text) - 1;
		*port_start = (size_t)(close - text) + 2;
		return true;
	}
	const char *colon = memchr(text, ':', length);
	if (!colon || memchr(colon + 1, ':', length - (size_t)(colon + 1 - text)) ||
	    (size_t)(colon - text) + 1 == length || memchr(text, '/', length))
		return false;
	*host_start = 0;
	*host_length = (size_t)(colon - text);
	*port_start = *host_length + 1;
	return true;
}

static int port_range(const struct value *port, struct error *error)
{
	if (port->kind == VALUE_NUMBER && port->number != INT_MAX)
		return error_set(error, "a port is a number from 0 to 65535, not %lld", (long long)port->number);
	return error_set(error, "a port is a number from 0 to 65535");
}

/* A port: a number from 0 to 65535 (getaddrinfo wraps larger ones round), else a service's name. */
static int port_fit(struct value *port, struct error *error)
{
	struct value number;
	const char *problem = NULL;

	if (port->kind == VALUE_BYTES) {
		if (number_read(port->blob->bytes, port->blob->length, false, &number, &problem) && !problem) {
			if (port->blob->length && name_length(port->blob->bytes, port->blob->bytes + 1))
				return 0;
			return error_set(error, "a port is a number from 0 to 65535 or a service's name");
		}
		if (problem)
			number = value_number(INT_MAX);
		value_clear(port);
		*port = number;
	}
	if ((port->kind != VALUE_NUMBER && port->kind != VALUE_BOOL) || port->number < 0 || port->number > 65535)
		return port_range(port, error);
	return 0;
}

/* `*` is "", and [::1] stands for what is between the brackets (takes the host). */
static struct value plain_host(struct value host)
{
	const char *text = host.blob->bytes;
	size_t length = host.blob->length;
	bool any = length == 1 && *text == '*', brackets = length > 2 && *text == '[' && text[length - 1] == ']';

	if (!any && !brackets)
		return host;
	struct value plain = any ? value_bytes("", 0) : value_bytes(text + 1, length - 2);
	value_clear(&host);
	return plain;
}

/* Host and port as a value: an address when the host is numeric, else a list of both (takes both). */
static int endpoint(struct value host, struct value port, struct value *value, struct error *error)
{
	struct address address;

	host = plain_host(host);
	if (port_fit(&port, error)) {
		value_clear(&host);
		value_clear(&port);
		return -1;
	}
	/* whether the interface of a scope (fe80::1%lo) exists only running can tell */
	bool scope = memchr(host.blob->bytes, '%', host.blob->length) != NULL;
	if (host.blob->length && port.kind == VALUE_NUMBER && !scope) {
		int found =
			address_from_host(&address, host.blob->bytes, host.blob->length, (unsigned)port.number, error);
		if (found <= 0) {
			value_clear(&host);
			if (!found)
				*value = value_address(&address);
			return found;
		}
	}
	*value = value_list(2);
	value->list->items[0].value = host;
	value->list->items[1].value = port;
	return 0;
}

int address_read(const char *text, size_t length, struct value *value, struct error *error)
{
	struct address address;
	size_t start, host, port;

	if (length && (text[0] == '/' || text[0] == 0)) {
		if (address_from_path(&address, text, length, error))
			return -1;
		*value = value_address(&address);
		return 0;
	}
	if (text_is(text, length, "AF_UNSPEC")) {
		address_unspec(&address);
		*value = value_address(&address);
		return 0;
	}
	if (address_split(text, length, &start, &host, &port))
		return endpoint(value_bytes(text + start, host), value_bytes(text + port, length - port), value, error);
	*value = value_bytes(text, length); /* a path, if the socket turns out to be an AF_UNIX one */
	return 0;
}

/* A list or tuple of host and port; IPv6 may add flow label and scope, as in Python. */
static int address_of_list(struct value *value, struct error *error)
{
	struct list *list = value->list;
	struct value result = value_none();

	if (list->count == 1 || list->count > 4 || !list->count)
		return error_set(error, "an address is (host, port)");
	struct value host = value_keep(list->items[0].value), port = value_keep(list->items[1].value);
	if (host.kind == VALUE_NONE)
		host = value_bytes("", 0);
	if (host.kind != VALUE_BYTES) {
		value_clear(&host);
		value_clear(&port);
		return error_set(error, "an address is (host, port), the host as text");
	}
	if (endpoint(host, port, &result, error))
		return -1;
	if (list->count == 4 && result.kind == VALUE_ADDRESS && result.address->any.sa_family == AF_INET6 &&
	    list->items[3].value.kind == VALUE_NUMBER)
		result.address->in6.sin6_scope_id = (uint32_t)list->items[3].value.number;
	value_clear(value);
	*value = result;
	return 0;
}

int address_fit(struct value *value, struct error *error)
{
	struct value text = *value;
	int failed;

	switch (value->kind) {
	case VALUE_ADDRESS:
		return 0;
	case VALUE_BYTES:
		*value = value_none();
		failed = address_read(text.blob->bytes, text.blob->length, value, error);
		value_clear(&text);
		return failed;
	case VALUE_LIST:
		return address_of_list(value, error);
	case VALUE_NUMBER:
		if (value->number == AF_UNSPEC) {
			struct address address;
			address_unspec(&address);
			*value = value_address(&address);
			return 0;
		}
		/* fall through */
	default:
		return error_set(error, "an address is due here: HOST PORT, HOST:PORT or /path");
	}
}

bool address_like(const char *text, size_t length)
{
	size_t start, host, port;

	return (length && (text[0] == '/' || text[0] == 0)) || text_is(text, length, "AF_UNSPEC") ||
	       address_split(text, length, &start, &host, &port);
}
