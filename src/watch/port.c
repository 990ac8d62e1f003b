/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is on a port: a dump that the kernel filters, of IPv4 and of IPv6.
 */
#include <errno.h>

#include "ask.h"
#include "diag.h"

/* A kernel without the one of TCP has none of which a question can be answered. */
static void note_refusal(struct watch *watch, struct netlink *diag, int protocol)
{
	if (errno != ENOENT)
		ask_again(watch, diag);
	else if (protocol == IPPROTO_TCP)
		watch->no_diag = true;
}

int watch_each_on_port(struct watch *watch, int protocol, unsigned port,
                       void (*each)(const struct watch_fact *fact, void *context), void *context)
{
	struct facts facts = {0};
	struct netlink *diag = ask_on(watch, watch->host);
	if (!diag)
		return -1;
	/* all states: also 13, a bound, idle socket, which Linux tells since 6.8 */
	if (diag_dump(diag, AF_INET, protocol, UINT32_MAX, port, &facts) < 0 ||
	    diag_dump(diag, AF_INET6, protocol, UINT32_MAX, port, &facts) < 0) {
		note_refusal(watch, diag, protocol);
		facts_clear(&facts);
		return -1;
	}
	int count = (int)facts.count;
	for (int i = 0; i < count; i++)
		each(&facts.list[i], context);
	facts_clear(&facts);
	return count;
}

/* What every interface means: 1 IPv4's, 2 both families', 0 it is one host. */
static int every_interface(const struct diag_end *end)
{
	static const struct in6_addr any4 = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
	if (IN6_IS_ADDR_UNSPECIFIED(&end->host))
		return 2;
	return IN6_ARE_ADDR_EQUAL(&end->host, &any4);
}

bool watch_overlaps(const struct address *held, const struct address *wanted)
{
	struct diag_end a, b;
	if (held->length >= sizeof(sa_family_t) && held->any.sa_family == AF_UNIX)
		return held->length > sizeof(sa_family_t) && address_equal(held, wanted);
	if (!diag_end(&a, held) || !diag_end(&b, wanted) || a.port != b.port)
		return false;
	if (every_interface(&a) == 2 || every_interface(&b) == 2)
		return true;
	bool both_ipv4 = IN6_IS_ADDR_V4MAPPED(&a.host) && IN6_IS_ADDR_V4MAPPED(&b.host);
	if (both_ipv4 && (every_interface(&a) || every_interface(&b)))
		return true;
	return IN6_ARE_ADDR_EQUAL(&a.host, &b.host) && (a.scope == b.scope || !a.scope || !b.scope);
}
