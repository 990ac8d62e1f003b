/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers by name, as strace(1) prints them.
 */
#include "call_symbol.h"

#include <fcntl.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <string.h>

#include "sosh/symbol.h"

#define SOCK_TYPES 0xfu /* the bits of a socket type that are no flags */

/* Groups whose numbers are flags. */
static const char *const flag_groups[] = {"MSG_", "SOCK_", "AI_", "NI_", "POLL", "EPOLL", "O_", "FD_"};

/* Names that strace has and the language has not, or has another for. */
static const struct {
	const char *prefix, *name;
	int64_t number;
} more_names[] = {
	{"MSG_", "MSG_PROBE", 0x10},
	{"MSG_", "MSG_SENDPAGE_NOTLAST", 0x20000},
	{"MSG_", "MSG_NO_SHARED_FRAGS", 0x80000},
	{"MSG_", "MSG_CMSG_COMPAT", 0x80000000},
	{"O_", "FASYNC", O_ASYNC},
	{"FD_", "FD_CLOEXEC", FD_CLOEXEC},
	{"NETLINK_", "NETLINK_UNUSED", 1},
	{"ETH_P_", "htons(ETH_P_802_3)", ETH_P_802_3},
	{"ETH_P_", "htons(ETH_P_ALL)", ETH_P_ALL},
	{"ETH_P_", "htons(ETH_P_ARP)", ETH_P_ARP},
	{"ETH_P_", "htons(ETH_P_IP)", ETH_P_IP},
	{"ETH_P_", "htons(ETH_P_IPV6)", ETH_P_IPV6},
	{"ARPHRD_", "ARPHRD_ETHER", ARPHRD_ETHER},
	{"ARPHRD_", "ARPHRD_LOOPBACK", ARPHRD_LOOPBACK},
	{"ARPHRD_", "ARPHRD_NETROM", ARPHRD_NETROM},
	{"ARPHRD_", "ARPHRD_NONE", 0xfffe},
};

static const char *name_of(const char *prefix, int64_t number)
{
	for (size_t i = 0; i < sizeof(more_names) / sizeof(*more_names); i++)
		if (more_names[i].number == number && strcmp(more_names[i].prefix, prefix) == 0)
			return more_names[i].name;
	return symbol_name(prefix, number);
}

static bool is_flags(const char *prefix)
{
	for (size_t i = 0; i < sizeof(flag_groups) / sizeof(*flag_groups); i++)
		if (strcmp(flag_groups[i], prefix) == 0)
			return true;
	return false;
}

/* 0x63 and what it is none of, in a comment. */
static void add_unknown(struct buffer *out, const char *prefix, uint64_t number)
{
	if (strcmp(prefix, "ETH_P_") == 0)
		buffer_format(out, "htons(%#llx /* ETH_P_??? */)", (unsigned long long)number);
	else
		buffer_format(out, "%#llx /* %s%s */", (unsigned long long)number, prefix,
		              strcmp(prefix, "SOL_") == 0 ? "??" : "???");
}

/* Flags in the order of their bits, but for two that strace puts last; none of `no_flags` is one. */
static void add_flags(struct buffer *out, const char *prefix, uint64_t number, uint64_t no_flags)
{
	const uint64_t last = strcmp(prefix, "O_") == 0 ? O_ASYNC : strcmp(prefix, "SOCK_") == 0 ? SOCK_NONBLOCK : 0;
	const uint64_t parts[] = {number & ~no_flags & ~last, number & last};
	const char *separator = "";
	uint64_t unknown = number & no_flags;
	for (int part = 0; part < 2; part++)
		for (uint64_t left = parts[part]; left; left &= left - 1) {
			const char *name = name_of(prefix, (int64_t)(left & -left));
			if (name)
				buffer_format(out, "%s%s", separator, name);
			else
				unknown |= left & -left;
			separator = name ? "|" : separator;
		}
	if (unknown && *separator)
		buffer_format(out, "|%#llx", (unsigned long long)unknown);
	else if (unknown)
		add_unknown(out, prefix, unknown);
}

/* SOCK_STREAM|SOCK_CLOEXEC: the type is one number. */
static void add_socket_type(struct buffer *out, uint64_t number)
{
	const char *type = number & SOCK_TYPES ? name_of("SOCK_", (int64_t)(number & SOCK_TYPES)) : NULL;
	if (type) {
		buffer_text(out, type);
		number &= ~(uint64_t)SOCK_TYPES;
		if (!number)
			return;
		buffer_char(out, '|');
	}
	add_flags(out, "SOCK_", number, SOCK_TYPES);
}

/* O_RDWR|O_NONBLOCK: so are reading and writing, of which one is always there. */
static void add_open_flags(struct buffer *out, uint64_t number)
{
	static const char *const access[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	buffer_text(out, access[number & O_ACCMODE]);
	number &= ~(uint64_t)O_ACCMODE;
	if (!number)
		return;
	buffer_char(out, '|');
	add_flags(out, "O_", number, 0);
}

void call_add_symbol(struct buffer *out, const char *prefix, int64_t number)
{
	uint64_t bits = number < 0 ? (uint32_t)number : (uint64_t)number;
	const char *name = is_flags(prefix) ? NULL : name_of(prefix, number);
	if (name)
		buffer_text(out, name);
	else if (!is_flags(prefix))
		add_unknown(out, prefix, bits);
	else if (strcmp(prefix, "O_") == 0)
		add_open_flags(out, bits);
	else if (bits == 0)
		buffer_char(out, '0');
	else if (strcmp(prefix, "SOCK_") == 0)
		add_socket_type(out, bits);
	else
		add_flags(out, prefix, bits, 0);
}
