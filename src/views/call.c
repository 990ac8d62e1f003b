/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A system call as strace(1) prints it, without the result: send(3, "Hello", 5, MSG_NOSIGNAL).
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>

#include "sosh/views.h"

/* strace's own default */
#define SHOWN_BYTES 32

/* Groups whose numbers are flags. The bits in `named` are no flags but one number with a name of its own. */
static const struct flag_group {
	const char *prefix;
	uint64_t named;
} flag_groups[] = {
	{"MSG_", 0}, {"SOCK_", 0xf}, {"AI_", 0}, {"NI_", 0}, {"POLL", 0}, {"EPOLL", 0}, {"O_", O_ACCMODE}, {"FD_", 0},
};

/* One byte outside printable ASCII: by name, else octal, with all digits only where another digit follows. */
static void add_escape(struct buffer *out, unsigned char byte, bool digit_follows)
{
	static const char named[] = "\t\n\v\f\r\"\\", letters[] = "tnvfr\"\\";
	const char *at = byte ? strchr(named, byte) : NULL;
	if (at)
		buffer_format(out, "\\%c", letters[at - named]);
	else
		buffer_format(out, digit_follows ? "\\%03o" : "\\%o", byte);
}

/* The bytes in strace's quotes. */
static void add_quoted(struct buffer *out, const char *bytes, size_t length)
{
	buffer_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\')
			buffer_char(out, (char)byte);
		else
			add_escape(out, byte, i + 1 < length && bytes[i + 1] >= '0' && bytes[i + 1] <= '9');
	}
	buffer_char(out, '"');
}

static void add_data(struct buffer *out, const struct value *value)
{
	if (value->kind != VALUE_BYTES) {
		buffer_text(out, "NULL");
		return;
	}
	size_t length = value->blob->length;
	add_quoted(out, value->blob->bytes, length < SHOWN_BYTES ? length : SHOWN_BYTES);
	if (length > SHOWN_BYTES)
		buffer_text(out, "...");
}

static void add_path(struct buffer *out, const struct address *address)
{
	size_t length;
	const char *path = address_path(address, &length);
	buffer_text(out, "{sa_family=AF_UNIX");
	if (length > 0) {
		bool abstract = path[0] == '\0';
		buffer_text(out, abstract ? ", sun_path=@" : ", sun_path=");
		add_quoted(out, path + abstract, length - abstract);
	}
	buffer_char(out, '}');
}

/* A family without a form of its own, or too short for it: its bytes. */
static void add_other_family(struct buffer *out, const struct address *address)
{
	const size_t head = offsetof(struct sockaddr, sa_data);
	const char *name = symbol_name("AF_", address->any.sa_family);
	if (address->length < head) {
		buffer_text(out, "{}");
		return;
	}
	if (name)
		buffer_format(out, "{sa_family=%s", name);
	else
		buffer_format(out, "{sa_family=%#x", address->any.sa_family);
	size_t length = address->length > sizeof(address->storage) ? sizeof(address->storage) : address->length;
	if (length > head && address->any.sa_family != AF_UNSPEC) {
		buffer_text(out, ", sa_data=");
		add_quoted(out, (const char *)&address->storage + head, length - head);
	}
	buffer_char(out, '}');
}

static void add_address(struct buffer *out, const struct value *value)
{
	char host[INET6_ADDRSTRLEN] = "";
	if (value->kind != VALUE_ADDRESS || value->address->length == 0) {
		buffer_text(out, "NULL");
		return;
	}
	const struct address *address = value->address;
	int family = address->length >= sizeof(sa_family_t) ? address->any.sa_family : AF_UNSPEC;
	if (family == AF_INET && address->length >= sizeof(struct sockaddr_in)) {
		inet_ntop(AF_INET, &address->in.sin_addr, host, sizeof(host));
		buffer_format(out, "{sa_family=AF_INET, sin_port=htons(%u), sin_addr=inet_addr(\"%s\")}",
		              ntohs(address->in.sin_port), host);
	} else if (family == AF_INET6 && address->length >= sizeof(struct sockaddr_in6)) {
		inet_ntop(AF_INET6, &address->in6.sin6_addr, host, sizeof(host));
		buffer_format(out,
		              "{sa_family=AF_INET6, sin6_port=htons(%u), sin6_flowinfo=htonl(%u), "
		              "inet_pton(AF_INET6, \"%s\", &sin6_addr), sin6_scope_id=%u}",
		              ntohs(address->in6.sin6_port), ntohl(address->in6.sin6_flowinfo), host,
		              address->in6.sin6_scope_id);
	} else if (family == AF_UNIX) {
		add_path(out, address);
	} else {
		add_other_family(out, address);
	}
}

static const struct flag_group *flag_group(const char *prefix)
{
	for (size_t i = 0; i < sizeof(flag_groups) / sizeof(flag_groups[0]); i++)
		if (strcmp(flag_groups[i].prefix, prefix) == 0)
			return &flag_groups[i];
	return NULL;
}

/* A flag's name, or "" and its bit among the unknown ones. */
static const char *flag_name(const char *prefix, uint64_t bit, uint64_t *unknown)
{
	const char *name = symbol_name(prefix, (int64_t)bit);
	if (!name)
		*unknown |= bit;
	return name;
}

/* SOCK_STREAM|SOCK_CLOEXEC, in the order of the bits, what has no name last. */
static void add_flags(struct buffer *out, const struct flag_group *group, uint64_t number)
{
	const char *separator = "";
	uint64_t unknown = 0, low = number & group->named;
	if (group->named) {
		const char *name = flag_name(group->prefix, low, &unknown);
		if (name) {
			buffer_text(out, name);
			separator = "|";
		}
	}
	for (uint64_t rest = number & ~group->named; rest; rest &= rest - 1) {
		const char *name = flag_name(group->prefix, rest & -rest, &unknown);
		if (!name)
			continue;
		buffer_format(out, "%s%s", separator, name);
		separator = "|";
	}
	if (unknown)
		buffer_format(out, "%s%#llx", separator, (unsigned long long)unknown);
}

static void add_symbol(struct buffer *out, const char *prefix, int64_t number)
{
	const char *name = prefix ? symbol_name(prefix, number) : NULL;
	const struct flag_group *group = prefix ? flag_group(prefix) : NULL;
	if (name)
		buffer_text(out, name);
	else if (group && number != 0)
		add_flags(out, group, number < 0 ? (uint32_t)number : (uint64_t)number);
	else
		buffer_number(out, number);
}

/* Seconds as the struct timeval that the call was given. */
static void add_timeval(struct buffer *out, double seconds)
{
	int64_t micros = seconds < 9e12 ? (int64_t)(seconds * 1e6 + 0.5) : INT64_MAX;
	buffer_format(out, "{tv_sec=%lld, tv_usec=%lld}", (long long)(micros / 1000000), (long long)(micros % 1000000));
}

static void add_value(struct buffer *out, const struct value *value)
{
	switch (value->kind) {
	case VALUE_STRUCT:
	case VALUE_LIST:
		value_format(out, value);
		break;
	case VALUE_BYTES:
		add_quoted(out, value->blob->bytes, value->blob->length);
		break;
	case VALUE_ADDRESS:
		add_address(out, value);
		break;
	case VALUE_REAL:
		add_timeval(out, value->real);
		break;
	case VALUE_NONE: /* the language's word for a timeval of 0 */
		add_timeval(out, 0);
		break;
	case VALUE_ERROR:
		buffer_format(out, "[%s]", error_name((int)value->number) ? error_name((int)value->number) : "?");
		break;
	default:
		buffer_char(out, '[');
		value_format(out, value);
		buffer_char(out, ']');
	}
}

static void add_argument(struct buffer *out, const struct call_argument *argument)
{
	switch (argument->kind) {
	case ARGUMENT_INT:
		buffer_number(out, argument->value.number);
		break;
	case ARGUMENT_SYMBOL:
		add_symbol(out, argument->prefix, argument->value.number);
		break;
	case ARGUMENT_DATA:
		add_data(out, &argument->value);
		break;
	case ARGUMENT_ADDRESS:
		add_address(out, &argument->value);
		break;
	case ARGUMENT_LENGTH:
		buffer_char(out, '[');
		buffer_number(out, argument->value.number);
		buffer_char(out, ']');
		break;
	case ARGUMENT_VALUE:
		add_value(out, &argument->value);
		break;
	case ARGUMENT_NULL:
		buffer_text(out, "NULL");
		break;
	}
}

void view_call(struct buffer *out, const struct call *call)
{
	buffer_text(out, call->name);
	buffer_char(out, '(');
	for (unsigned i = 0; i < call->count; i++) {
		if (i > 0)
			buffer_text(out, ", ");
		add_argument(out, &call->arguments[i]);
	}
	buffer_char(out, ')');
}
