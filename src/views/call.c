/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A system call as strace(1) prints it: sendto(3, "Hello", 5, MSG_NOSIGNAL, NULL, 0) = 5.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <string.h>

#include "call_symbol.h"
#include "sosh/views.h"

/* strace's own default */
#define SHOWN_BYTES 32

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
			add_escape(out, byte, i + 1 < length && bytes[i + 1] >= '0' && bytes[i + 1] <= '7');
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

/* A path ends at its first NUL, an abstract name does not. */
static void add_path(struct buffer *out, const struct address *address)
{
	size_t length;
	const char *path = address_path(address, &length);
	buffer_text(out, "{sa_family=AF_UNIX");
	if (length > 0) {
		bool abstract = path[0] == '\0';
		buffer_text(out, abstract ? ", sun_path=@" : ", sun_path=");
		add_quoted(out, path + abstract, abstract ? length - 1 : strnlen(path, length));
	}
	buffer_char(out, '}');
}

/* A family without a form of its own, or too short for it: its bytes. */
static void add_other_family(struct buffer *out, const struct address *address)
{
	const size_t head = offsetof(struct sockaddr, sa_data);
	size_t length = address->length > sizeof(address->storage) ? sizeof(address->storage) : address->length;
	if (length < head) {
		buffer_text(out, "NULL");
		return;
	}
	buffer_text(out, "{sa_family=");
	call_add_symbol(out, "AF_", address->any.sa_family);
	if (length > head) {
		buffer_text(out, ", sa_data=");
		add_quoted(out, (const char *)&address->storage + head, length - head);
	}
	buffer_char(out, '}');
}

static void add_interface(struct buffer *out, unsigned index)
{
	char name[IF_NAMESIZE];
	if (!index || !if_indextoname(index, name)) {
		buffer_number(out, index);
		return;
	}
	buffer_text(out, "if_nametoindex(");
	add_quoted(out, name, strlen(name));
	buffer_char(out, ')');
}

static void add_inet6(struct buffer *out, const struct address *address)
{
	const struct sockaddr_in6 *in6 = &address->in6;
	char host[INET6_ADDRSTRLEN] = "";
	inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
	buffer_format(out,
	              "{sa_family=AF_INET6, sin6_port=htons(%u), sin6_flowinfo=htonl(%u), "
	              "inet_pton(AF_INET6, \"%s\", &sin6_addr)",
	              ntohs(in6->sin6_port), ntohl(in6->sin6_flowinfo), host);
	if (address->length >= sizeof(*in6)) {
		buffer_text(out, ", sin6_scope_id=");
		if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&in6->sin6_addr))
			add_interface(out, in6->sin6_scope_id);
		else
			buffer_number(out, in6->sin6_scope_id);
	}
	buffer_char(out, '}');
}

static void add_packet(struct buffer *out, const struct sockaddr_ll *link)
{
	buffer_text(out, "{sa_family=AF_PACKET, sll_protocol=");
	call_add_symbol(out, "ETH_P_", ntohs(link->sll_protocol));
	buffer_text(out, ", sll_ifindex=");
	add_interface(out, (unsigned)link->sll_ifindex);
	buffer_text(out, ", sll_hatype=");
	call_add_symbol(out, "ARPHRD_", link->sll_hatype);
	buffer_text(out, ", sll_pkttype=");
	call_add_symbol(out, "PACKET_", link->sll_pkttype);
	buffer_format(out, ", sll_halen=%u", link->sll_halen);
	for (unsigned i = 0; i < link->sll_halen && i < sizeof(link->sll_addr); i++)
		buffer_format(out, "%s%#x", i ? ", " : ", sll_addr=[", link->sll_addr[i]);
	buffer_text(out, link->sll_halen ? "]}" : "}");
}

static void add_netlink(struct buffer *out, const struct sockaddr_nl *netlink)
{
	buffer_format(out, "{sa_family=AF_NETLINK, nl_pid=%d, nl_groups=%#08x}", (int)netlink->nl_pid,
	              netlink->nl_groups);
}

static void add_inet(struct buffer *out, const struct sockaddr_in *in)
{
	char host[INET_ADDRSTRLEN] = "";
	inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
	buffer_format(out, "{sa_family=AF_INET, sin_port=htons(%u), sin_addr=inet_addr(\"%s\")}", ntohs(in->sin_port),
	              host);
}

static void add_address(struct buffer *out, const struct address *address)
{
	int family = address->length >= sizeof(sa_family_t) ? address->any.sa_family : AF_UNSPEC;
	if (family == AF_INET && address->length >= sizeof(struct sockaddr_in))
		add_inet(out, &address->in);
	else if (family == AF_INET6 && address->length >= offsetof(struct sockaddr_in6, sin6_scope_id))
		add_inet6(out, address);
	else if (family == AF_UNIX)
		add_path(out, address);
	else if (family == AF_NETLINK && address->length >= sizeof(struct sockaddr_nl))
		add_netlink(out, (const struct sockaddr_nl *)&address->storage);
	else if (family == AF_PACKET && address->length >= sizeof(struct sockaddr_ll))
		add_packet(out, (const struct sockaddr_ll *)&address->storage);
	else
		add_other_family(out, address);
}

static void add_value(struct buffer *out, const struct value *value);

static void add_fields(struct buffer *out, const struct list *fields)
{
	buffer_char(out, '{');
	for (unsigned i = 0; i < fields->count; i++) {
		const struct item *item = &fields->items[i];
		buffer_format(out, "%s%s=", i ? ", " : "", item->name);
		if (item->value.kind == VALUE_NUMBER)
			buffer_number(out, item->value.number);
		else
			add_value(out, &item->value);
	}
	buffer_char(out, '}');
}

static void add_value(struct buffer *out, const struct value *value)
{
	switch (value->kind) {
	case VALUE_STRUCT:
		add_fields(out, value->list);
		break;
	case VALUE_BYTES:
		add_quoted(out, value->blob->bytes, value->blob->length);
		break;
	case VALUE_ADDRESS:
		add_address(out, value->address);
		break;
	case VALUE_WORD:
	case VALUE_LIST:
		value_format(out, value);
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

static void add_length(struct buffer *out, const struct call_argument *argument)
{
	buffer_char(out, '[');
	if (argument->room != argument->value.number) {
		buffer_number(out, argument->room);
		buffer_text(out, " => ");
	}
	buffer_number(out, argument->value.number);
	buffer_char(out, ']');
}

static void add_argument(struct buffer *out, const struct call_argument *argument)
{
	const struct value *value = &argument->value;
	switch (argument->kind) {
	case ARGUMENT_INT:
		buffer_number(out, value->number);
		break;
	case ARGUMENT_SYMBOL:
		call_add_symbol(out, argument->prefix, value->number);
		break;
	case ARGUMENT_DATA:
		add_data(out, value);
		break;
	case ARGUMENT_ADDRESS:
	case ARGUMENT_VALUE:
		add_value(out, value);
		break;
	case ARGUMENT_LENGTH:
		add_length(out, argument);
		break;
	case ARGUMENT_POINTER:
		if (value->number)
			buffer_format(out, "%#llx", (unsigned long long)value->number);
		else
			buffer_text(out, "NULL");
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

/* The flags that a call gives: 0x802 (flags O_RDWR|O_NONBLOCK). */
static const char *flags_given(const struct call *call)
{
	if (call->count < 2 || strcmp(call->name, "fcntl") != 0)
		return NULL;
	int64_t command = call->arguments[1].value.number;
	return command == F_GETFL ? "O_" : command == F_GETFD ? "FD_" : NULL;
}

void view_call_result(struct buffer *out, const struct call *call)
{
	const char *flags = flags_given(call), *name = error_name(call->error);
	buffer_text(out, " = ");
	if (call->error) {
		buffer_number(out, call->error < 0 ? call->error : -1); /* getaddrinfo's is its result */
		if (name)
			buffer_format(out, " %s (%s)", name, error_text(call->error));
		else
			buffer_format(out, " (errno %d)", call->error);
	} else if (flags && call->result) {
		buffer_format(out, "%#llx (flags ", (unsigned long long)call->result);
		call_add_symbol(out, flags, call->result);
		buffer_char(out, ')');
	} else {
		buffer_number(out, call->result);
	}
}
