/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sock_diag(7): one question about one pair of addresses, never a dump.
 *
 * Where the connection is gone the kernel's look-up falls back to a listener on the local port, so the answer
 * counts only when it is about the very pair. An IPv6 socket may hold an IPv4 connection (addresses
 * like ::ffff:127.0.0.1): such ends are compared as IPv6 and asked for as IPv4, which finds both sorts.
 */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <string.h>

/* The kernel's state of a connection request that has no socket yet, and that of a bound, idle socket. */
#define KERNEL_NEW_SYN_RECEIVED 12
#define KERNEL_BOUND_INACTIVE   13

/* One end as IPv6 has it: an IPv4 address is a mapped one. */
struct end {
	struct in6_addr host;
	in_port_t port; /* network order */
	uint32_t scope;
};

struct pair {
	struct end local, peer;
	bool is_ipv4;
};

enum tcp_state diag_state(unsigned kernel_state)
{
	if (kernel_state == KERNEL_NEW_SYN_RECEIVED)
		return STATE_SYN_RECEIVED;
	if (kernel_state == KERNEL_BOUND_INACTIVE)
		return STATE_CLOSED;
	return kernel_state <= STATE_CLOSING ? (enum tcp_state)kernel_state : STATE_NONE;
}

static struct in6_addr mapped(const void *ipv4)
{
	struct in6_addr host = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
	memcpy(&host.s6_addr[12], ipv4, 4);
	return host;
}

static bool end_read(struct end *end, const struct address *address)
{
	if (address->length >= sizeof(address->in) && address->any.sa_family == AF_INET) {
		*end = (struct end){.host = mapped(&address->in.sin_addr), .port = address->in.sin_port};
		return true;
	}
	if (address->length >= sizeof(address->in6) && address->any.sa_family == AF_INET6) {
		*end = (struct end){.host = address->in6.sin6_addr,
		                    .port = address->in6.sin6_port,
		                    .scope = address->in6.sin6_scope_id};
		return true;
	}
	return false;
}

static bool pair_read(struct pair *pair, const struct address *local, const struct address *peer)
{
	if (!end_read(&pair->local, local))
		return false;
	pair->is_ipv4 = IN6_IS_ADDR_V4MAPPED(&pair->local.host);
	if (peer->length == 0) {
		pair->peer = (struct end){.host = pair->is_ipv4 ? mapped("\0\0\0") : in6addr_any};
		return true;
	}
	return end_read(&pair->peer, peer) && pair->is_ipv4 == !!IN6_IS_ADDR_V4MAPPED(&pair->peer.host);
}

bool diag_is_pair(const struct address *local, const struct address *peer)
{
	struct pair pair;
	return pair_read(&pair, local, peer);
}

static void request_end(const struct pair *pair, const struct end *end, __be32 host[4])
{
	if (pair->is_ipv4)
		memcpy(host, &end->host.s6_addr[12], 4);
	else
		memcpy(host, &end->host, 16);
}

static void request_fill(struct inet_diag_req_v2 *request, const struct pair *pair, uint64_t cookie)
{
	uint64_t wanted = cookie ? cookie : UINT64_MAX; /* INET_DIAG_NOCOOKIE, twice */
	request->sdiag_family = pair->is_ipv4 ? AF_INET : AF_INET6;
	request->sdiag_protocol = IPPROTO_TCP;
	request->idiag_states = UINT32_MAX;
	request->id.idiag_sport = pair->local.port;
	request->id.idiag_dport = pair->peer.port;
	request_end(pair, &pair->local, request->id.idiag_src);
	request_end(pair, &pair->peer, request->id.idiag_dst);
	request->id.idiag_if = pair->local.scope ? pair->local.scope : pair->peer.scope;
	request->id.idiag_cookie[0] = (uint32_t)wanted;
	request->id.idiag_cookie[1] = (uint32_t)(wanted >> 32);
}

struct answer {
	const struct pair *pair;
	enum tcp_state state;
};

static bool is_end(const struct end *end, unsigned family, const __be32 host[4], in_port_t port)
{
	struct in6_addr address;
	if (family == AF_INET)
		address = mapped(host);
	else
		memcpy(&address, host, sizeof(address));
	return end->port == port && IN6_ARE_ADDR_EQUAL(&end->host, &address);
}

static int read_answer(const struct nlmsghdr *message, void *context)
{
	struct answer *answer = context;
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY || mnl_nlmsg_get_payload_len(message) < sizeof(*found)) {
		errno = EPROTO;
		return -1;
	}
	if (is_end(&answer->pair->local, found->idiag_family, found->id.idiag_src, found->id.idiag_sport) &&
	    is_end(&answer->pair->peer, found->idiag_family, found->id.idiag_dst, found->id.idiag_dport))
		answer->state = diag_state(found->idiag_state);
	return 0;
}

int diag_ask(struct netlink *diag, const struct address *local, const struct address *peer, uint64_t cookie,
             enum tcp_state *state)
{
	_Alignas(struct nlmsghdr) char bytes[256] = {0};
	struct pair pair;
	if (!pair_read(&pair, local, peer)) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	request_fill(mnl_nlmsg_put_extra_header(message, sizeof(struct inet_diag_req_v2)), &pair, cookie);
	struct answer answer = {.pair = &pair, .state = STATE_CLOSED};
	/* ENOENT: there is no such connection. ESTALE: there is one, with another cookie. */
	if (netlink_ask(diag, message, read_answer, &answer) < 0 && errno != ENOENT && errno != ESTALE)
		return -1;
	*state = answer.state;
	return 0;
}
