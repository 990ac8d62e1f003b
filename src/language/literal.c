/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Literals: what a bare word means in its place, and what an evaluated value must be to fit there. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "sosh/address.h"
#include "sosh/symbol.h"
#include "sosh/text.h"

#define COUNT_MOST 0x7ffff000 /* what one read takes at most, MAX_RW_COUNT of read(2) */

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/* The power of 1024 that a number's last letter stands for, as a shift; -1 for no such letter. */
static int suffix_shift(char c)
{
	switch (c) {
	case 'K':
	case 'k':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	default:
		return -1;
	}
}

static int real_read(const char *text, size_t length, struct value *value)
{
	char copy[64], *end;

	if (!length || length >= sizeof(copy) || !((text[0] >= '0' && text[0] <= '9') || strchr(".-+", text[0])))
		return -1;
	for (size_t i = 0; i < length; i++)
		if (!strchr("0123456789.eE+-", text[i]) || !text[i])
			return -1;
	memcpy(copy, text, length);
	copy[length] = 0;
	errno = 0;
	double real = strtod(copy, &end);
	if (*end || end == copy || errno == ERANGE)
		return -1;
	*value = value_real(real);
	return 0;
}

int number_read(const char *text, size_t length, bool real, struct value *value, const char **problem)
{
	const char *at = text, *end = text + length;
	bool minus = at < end && *at == '-';
	uint64_t number = 0, most = minus ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
	int base = 10, shift = 0;

	*problem = NULL;
	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
		base = 16;
		at += 2;
	} else if (end - at > 1 && suffix_shift(end[-1]) > 0) {
		shift = suffix_shift(*--end);
	}
	if (at == end)
		return -1;
	for (; at < end; at++) {
		int digit = digit_of(*at);
		if (digit >= base)
			return real && base == 10 && !shift ? real_read(text, length, value) : -1;
		if (number > (most - (unsigned)digit) / (unsigned)base) {
			*problem = "it is too large";
			return -1;
		}
		number = number * (unsigned)base + (unsigned)digit;
	}
	if (number > most >> shift) {
		*problem = "it is too large";
		return -1;
	}
	number <<= shift;
	*value = value_number(minus ? (int64_t)(0 - number) : (int64_t)number);
	return 0;
}

static void offer_symbol(const struct symbol *symbol, void *context)
{
	nearest_offer(context, symbol->name);
}

static int unknown_constant(const char *name, size_t length, const char *group, struct error *error)
{
	struct nearest nearest = { .wanted = name, .length = length };

	symbol_each(group ? group : "", offer_symbol, &nearest);
	if (!nearest.best && group)
		symbol_each("", offer_symbol, &nearest);
	if (nearest.best)
		return error_set(error, "unknown constant %.*s; did you mean %s?", (int)length, name, nearest.best);
	return error_set(error, "unknown constant %.*s", (int)(length > 100 ? 100 : length), name);
}

/* One name of a constant; within SHUT_ the prefix may be left out. */
static const struct symbol *one_constant(const char *name, size_t length, const char *group)
{
	const struct symbol *symbol = symbol_find(name, length);
	char whole[32];

	if (symbol || !group || strcmp(group, "SHUT_") || length > 8)
		return symbol;
	memcpy(whole, "SHUT_", 5);
	for (size_t i = 0; i < length; i++)
		whole[5 + i] = name[i];
	return symbol_find(whole, length + 5);
}

int constants_read(const char *text, size_t length, const char *group, struct value *value, struct buffer *names,
		   struct error *error)
{
	const char *at = text, *end = text + length;
	int64_t number = 0;
	bool known = false;

	while (at < end) {
		at += module_length(at, end);
		size_t name = name_length(at, end);
		bool last = at + name == end;
		if (!name || (!last && at[name] != '|') || (!last && at + name + 1 == end))
			return 1;
		const struct symbol *symbol = one_constant(at, name, group);
		int errno_number = symbol ? 0 : error_number(at, name);
		if (!symbol && !errno_number) {
			if (known || symbol_looks_like(at, name) || (!last && symbol_looks_like(at + name + 1, (size_t)(end - at) - name - 1)))
				return unknown_constant(at, name, group, error), -1;
			return 1;
		}
		number |= symbol ? symbol->number : errno_number;
		if (names)
			buffer_format(names, "%s%s", known ? "|" : "", symbol ? symbol->name : error_name(errno_number));
		known = true;
		at += name + !last;
	}
	if (!known)
		return 1;
	*value = value_number(number);
	return 0;
}

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
	if (!colon || memchr(colon + 1, ':', length - (size_t)(colon + 1 - text)) || (size_t)(colon - text) + 1 == length ||
	    memchr(text, '/', length))
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

/* Host and port as a value: an address when the host is numeric, else a list of both (takes both). */
static int endpoint(struct value host, struct value port, struct value *value, struct error *error)
{
	struct address address;

	if (host.kind == VALUE_BYTES && host.blob->length == 1 && host.blob->bytes[0] == '*') {
		value_clear(&host);
		host = value_bytes("", 0);
	}
	if (port_fit(&port, error)) {
		value_clear(&host);
		value_clear(&port);
		return -1;
	}
	if (host.blob->length && port.kind == VALUE_NUMBER) {
		int found = address_from_host(&address, host.blob->bytes, host.blob->length, (unsigned)port.number, error);
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

/* An address in one text. `bare`: a word, not between quotes. */
static int address_read(const char *text, size_t length, struct value *value, struct error *error)
{
	struct address address;
	size_t start, host, port;

	if (length && (text[0] == '/' || text[0] == 0)) {
		if (address_from_path(&address, text, length, error))
			return -1;
		*value = value_address(&address);
		return 0;
	}
	if (length == 9 && !memcmp(text, "AF_UNSPEC", 9)) {
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

static int address_fit(struct value *value, struct error *error)
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

static const char *number_wanted(const struct param *param)
{
	switch (param->type) {
	case PARAM_SECONDS:
		return param->group ? "seconds, as 0.5, or None" : "seconds, as 0.5";
	case PARAM_BOOL:
		return "True or False";
	case PARAM_JOB:
		return "a job's number, as %1";
	case PARAM_SOCKET:
	case PARAM_END:
		return "a socket's number or name";
	case PARAM_FLAGS:
		return "flags, as MSG_PEEK";
	default:
		return param->group ? "a constant or a number" : "a number";
	}
}

/* The range of a number in its place. What the kernel can judge goes to the kernel. */
static int range_fit(const struct param *param, struct value *value, struct error *error)
{
	int64_t number = value->number;

	if (param->type == PARAM_COUNT && (number < 0 || number > COUNT_MOST))
		return error_set(error, "%s is a number from 0 to %d, not %lld", param->show, COUNT_MOST, (long long)number);
	if ((param->type == PARAM_NUMBER || param->type == PARAM_FLAGS) && (number < INT_MIN || number > UINT_MAX))
		return error_set(error, "%s does not fit an int: %lld", param->show, (long long)number);
	if (param->type == PARAM_JOB && (number < 1 || number > INT_MAX))
		return error_set(error, "jobs count from %%1");
	return 0;
}

static int seconds_fit(const struct param *param, struct value *value, struct error *error)
{
	double real;

	if (value->kind == VALUE_NONE && param->group)
		return 0;
	if (value->kind == VALUE_NONE || value->kind == VALUE_HANDLE || !value_as_real(value, &real))
		return error_set(error, "%s is %s", param->show, number_wanted(param));
	if (!(real >= 0) || real > 1e9)
		return error_set(error, "%s is a number of seconds from 0 to a billion", param->show);
	*value = value_real(real);
	return 0;
}

/* Numbers of all kinds; `value` is none of text. */
static int number_fit(const struct param *param, struct value *value, struct error *error)
{
	if (param->type == PARAM_SECONDS)
		return seconds_fit(param, value, error);
	if (value->kind != VALUE_NUMBER && value->kind != VALUE_BOOL && value->kind != VALUE_HANDLE && value->kind != VALUE_ERROR)
		return error_set(error, "%s is %s", param->show, number_wanted(param));
	if (param->type == PARAM_BOOL)
		*value = value_bool(value->number != 0);
	else if (param->type == PARAM_SOCKET || param->type == PARAM_END)
		*value = (struct value){ .kind = VALUE_HANDLE, .number = value->number };
	else
		*value = value_number(value->number);
	return range_fit(param, value, error);
}

/* Text in a number's place. */
static int number_of_text(const struct param *param, const char *text, size_t length, struct value *value, struct error *error)
{
	const char *problem = NULL;
	int found;

	if (param->type == PARAM_JOB && length && text[0] == '%') {
		text++;
		length--;
	}
	if (length == 4 && !memcmp(text, "None", 4))
		*value = value_none();
	else if ((length == 4 && !memcmp(text, "True", 4)) || (length == 5 && !memcmp(text, "False", 5)))
		*value = value_bool(length == 4);
	else if (number_read(text, length, param->type == PARAM_SECONDS, value, &problem)) {
		found = problem ? 1 : constants_read(text, length, param->group, value, NULL, error);
		if (found > 0)
			error_set(error, "%s is %s, not %.*s%s%s", param->show, number_wanted(param), (int)(length > 60 ? 60 : length),
				  text, problem ? ": " : "", problem ? problem : "");
		if (found)
			return -1;
	}
	return number_fit(param, value, error);
}

/* The value place: a number, a constant, True, False, None, else text. */
static struct value value_read(const char *text, size_t length)
{
	struct value value;
	struct error error;
	const char *problem = NULL;

	if (!number_read(text, length, true, &value, &problem))
		return value;
	if (length == 4 && !memcmp(text, "None", 4))
		return value_none();
	if ((length == 4 && !memcmp(text, "True", 4)) || (length == 5 && !memcmp(text, "False", 5)))
		return value_bool(length == 4);
	if (!constants_read(text, length, NULL, &value, NULL, &error))
		return value;
	return value_bytes(text, length);
}

struct value literal_guess(const char *text, size_t length)
{
	struct value value;
	struct error error;
	size_t start, host, port;

	if (address_split(text, length, &start, &host, &port) && host && !address_read(text, length, &value, &error)) {
		if (value.kind == VALUE_ADDRESS)
			return value;
		value_clear(&value);
	}
	return value_read(text, length);
}

int literal_read(const struct param *param, const char *text, size_t length, struct value *value, struct error *error)
{
	switch (param->type) {
	case PARAM_ADDRESS:
		return address_read(text, length, value, error);
	case PARAM_DATA:
	case PARAM_PATH:
	case PARAM_NAME:
		*value = value_bytes(text, length);
		return 0;
	case PARAM_VALUE:
	case PARAM_SETTING:
		*value = value_read(text, length);
		return 0;
	default:
		return number_of_text(param, text, length, value, error);
	}
}

/* Any value as text, for data and names. */
static int text_fit(const struct param *param, struct value *value, struct error *error)
{
	struct buffer text;

	if (value->kind == VALUE_BYTES)
		return 0;
	if (value->kind == VALUE_NONE || value->kind == VALUE_LIST || value->kind == VALUE_STRUCT)
		return error_set(error, "%s is %s", param->show,
				 param->type == PARAM_DATA ? "text or bytes" : param->type == PARAM_PATH ? "a path" : "a word");
	buffer_init(&text);
	value_format_plain(&text, value);
	value_clear(value);
	*value = value_bytes(buffer_string(&text), text.length);
	buffer_clear(&text);
	return 0;
}

int literal_fit(const struct param *param, struct value *value, struct error *error)
{
	struct value text = *value;
	int failed;

	switch (param->type) {
	case PARAM_ADDRESS:
		return address_fit(value, error);
	case PARAM_DATA:
	case PARAM_PATH:
	case PARAM_NAME:
		return text_fit(param, value, error);
	case PARAM_VALUE:
	case PARAM_SETTING:
	case PARAM_OPTION:
	case PARAM_LEVEL:
		if (param->type == PARAM_VALUE || param->type == PARAM_SETTING || value->kind == VALUE_NUMBER)
			return 0;
		/* fall through */
	default:
		if (value->kind != VALUE_BYTES)
			return number_fit(param, value, error);
		*value = value_none();
		failed = number_of_text(param, text.blob->bytes, text.blob->length, value, error);
		value_clear(&text);
		return failed;
	}
}
