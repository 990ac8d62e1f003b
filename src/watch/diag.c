/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sock_diag(7): one question about one pair of addresses; a dump only of what is on one port.
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
#include <stdlib.h>
#include <string.h>

#include "sosh/memory.h"

/* The kernel's state of a connection request that has no socket yet, and that of a bound, idle socket. */
#define KERNEL_NEW_SYN_RECEIVED 12
#define KERNEL_BOUND_INACTIVE   13

struct pair {
	struct diag_end local, peer;
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

bool diag_end(struct diag_end *end, const struct address *address)
{
	if (address->length >= sizeof(address->in) && address->any.sa_family == AF_INET) {
		*end = (struct diag_end){.host = mapped(&address->in.sin_addr), .port = address->in.sin_port};
		return true;
	}
	if (address->length >= sizeof(address->in6) && address->any.sa_family == AF_INET6) {
		*end = (struct diag_end){.host = address->in6.sin6_addr,
		                         .port = address->in6.sin6_port,
		                         .scope = address->in6.sin6_scope_id};
		return true;
	}
	return false;
}

static bool pair_read(struct pair *pair, const struct address *local, const struct address *peer)
{
	if (!diag_end(&pair->local, local))
		return false;
	pair->is_ipv4 = IN6_IS_ADDR_V4MAPPED(&pair->local.host);
	if (peer->length == 0) {
		pair->peer = (struct diag_end){.host = pair->is_ipv4 ? mapped("\0\0\0") : in6addr_any};
		return true;
	}
	return diag_end(&pair->peer, peer) && pair->is_ipv4 == !!IN6_IS_ADDR_V4MAPPED(&pair->peer.host);
}

bool diag_is_pair(const struct address *local, const struct address *peer)
{
	struct pair pair;
	return pair_read(&pair, local, peer);
}

static void request_end(const struct pair *pair, const struct diag_end *end, __be32 host[4])
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

static struct address read_end(const struct inet_diag_msg *found, const __be32 host[4], in_port_t port)
{
	struct address end = {0};
	if (found->idiag_family == AF_INET) {
		end.length = sizeof(end.in);
		end.in.sin_family = AF_INET;
		end.in.sin_port = port;
		memcpy(&end.in.sin_addr, host, sizeof(end.in.sin_addr));
	} else {
		end.length = sizeof(end.in6);
		end.in6.sin6_family = AF_INET6;
		end.in6.sin6_port = port;
		memcpy(&end.in6.sin6_addr, host, sizeof(end.in6.sin6_addr));
		if (IN6_IS_ADDR_LINKLOCAL(&end.in6.sin6_addr))
			end.in6.sin6_scope_id = found->id.idiag_if;
	}
	return end;
}

static bool is_nobody(const struct inet_diag_msg *found)
{
	return !found->id.idiag_dport &&
	       !(found->id.idiag_dst[0] | found->id.idiag_dst[1] | found->id.idiag_dst[2] | found->id.idiag_dst[3]);
}

unsigned diag_without_fin(enum tcp_state state, unsigned unacked)
{
	bool counted = state == STATE_FIN_WAIT_1 || state == STATE_CLOSING || state == STATE_LAST_ACK;
	return counted && unacked ? unacked - 1 : unacked;
}

/* The kernel subtracts sequence numbers: a SYN or FIN not yet acknowledged, a FIN not yet read counts as a byte. */
static void read_queues(struct watch_fact *fact, const struct inet_diag_msg *found)
{
	bool fin_came =
		fact->state == STATE_CLOSE_WAIT || fact->state == STATE_LAST_ACK || fact->state == STATE_CLOSING;
	bool syn_left = fact->state == STATE_SYN_SENT || fact->state == STATE_SYN_RECEIVED;
	fact->receive_queue = found->idiag_rqueue - (fin_came && found->idiag_rqueue);
	fact->send_queue = diag_without_fin(fact->state, found->idiag_wqueue - (syn_left && found->idiag_wqueue));
	if (fact->state == STATE_CLOSED) /* a SYN that was refused, or what nobody acknowledges any more */
		fact->send_queue = 0;
}

static void read_fact(struct watch_fact *fact, const struct inet_diag_msg *found, int protocol)
{
	bool is_tcp = protocol == IPPROTO_TCP;
	*fact = (struct watch_fact){
		.family = found->idiag_family,
		.protocol = protocol,
		.type = is_tcp ? SOCK_STREAM : SOCK_DGRAM,
		.local = read_end(found, found->id.idiag_src, found->id.idiag_sport),
		.state = is_tcp ? diag_state(found->idiag_state) : STATE_NONE,
		.timer = found->idiag_timer <= TIMER_PROBE ? (enum watch_timer)found->idiag_timer : TIMER_NONE,
		.timer_ms = found->idiag_timer ? found->idiag_expires : 0,
		.retransmits = found->idiag_retrans,
		.uid = found->idiag_uid,
		.inode = found->idiag_inode,
		.cookie = found->id.idiag_cookie[0] | (uint64_t)found->id.idiag_cookie[1] << 32,
	};
	if (!is_nobody(found))
		fact->peer = read_end(found, found->id.idiag_dst, found->id.idiag_dport);
	fact->listening = fact->state == STATE_LISTEN;
	read_queues(fact, found);
}

/* One answer. -1 with EPROTO when it makes no sense. */
static int read_message(const struct nlmsghdr *message, int protocol, struct watch_fact *fact)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY || mnl_nlmsg_get_payload_len(message) < sizeof(*found) ||
	    (found->idiag_family != AF_INET && found->idiag_family != AF_INET6)) {
		errno = EPROTO;
		return -1;
	}
	read_fact(fact, found, protocol);
	mnl_attr_for_each(attribute, message, sizeof(*found))
	{
		if (mnl_attr_get_type(attribute) == INET_DIAG_SKV6ONLY && mnl_attr_get_payload_len(attribute) >= 1)
			fact->v6only = mnl_attr_get_u8(attribute);
	}
	return 0;
}

struct answer {
	const struct pair *pair;
	struct watch_fact *fact;
	bool found;
};

static bool is_end(const struct diag_end *end, const struct address *address)
{
	struct diag_end found;
	if (address->length == 0) /* a listener's peer */
		return end->port == 0;
	return diag_end(&found, address) && end->port == found.port && IN6_ARE_ADDR_EQUAL(&end->host, &found.host);
}

static int read_answer(const struct nlmsghdr *message, void *context)
{
	struct answer *answer = context;
	struct watch_fact fact;
	if (read_message(message, IPPROTO_TCP, &fact) < 0)
		return -1;
	if (is_end(&answer->pair->local, &fact.local) && is_end(&answer->pair->peer, &fact.peer)) {
		*answer->fact = fact;
		answer->found = true;
	}
	return 0;
}

int diag_ask(struct netlink *diag, const struct address *local, const struct address *peer, uint64_t cookie,
             struct watch_fact *fact)
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
	struct answer answer = {.pair = &pair, .fact = fact};
	/* ENOENT: there is no such connection. ESTALE: there is one, with another cookie. */
	if (netlink_ask(diag, message, read_answer, &answer) < 0 && errno != ENOENT && errno != ESTALE)
		return -1;
	return answer.found;
}

struct watch_fact *facts_add(struct facts *facts)
{
	if (facts->count == facts->room) {
		facts->room = facts->room ? 2 * facts->room : 8;
		facts->list = memory_resize(facts->list, facts->room * sizeof(*facts->list));
	}
	return &facts->list[facts->count++];
}

void facts_clear(struct facts *facts)
{
	free(facts->list);
	*facts = (struct facts){0};
}

struct dump {
	int protocol;
	unsigned port;
	struct facts *facts;
};

static int read_one_of_many(const struct nlmsghdr *message, void *context)
{
	const struct dump *dump = context;
	struct watch_fact fact;
	if (read_message(message, dump->protocol, &fact) < 0)
		return -1;
	if (address_port(&fact.local) == (int)dump->port)
		*facts_add(dump->facts) = fact;
	return 0;
}

/* The program that the kernel runs for each socket: what is not on the port is not sent. */
static void only_port(struct nlmsghdr *message, unsigned port)
{
	/* `yes` and `no` say how far to jump; 4 beyond the end refuses */
	const struct inet_diag_bc_op program[] = {
		{.code = INET_DIAG_BC_S_GE, .yes = 8, .no = 20},
		{.no = (unsigned short)port},
		{.code = INET_DIAG_BC_S_LE, .yes = 8, .no = 12},
		{.no = (unsigned short)port},
	};
	mnl_attr_put(message, INET_DIAG_REQ_BYTECODE, sizeof(program), program);
}

int diag_dump(struct netlink *diag, int family, int protocol, uint32_t states, unsigned port, struct facts *facts)
{
	size_t before = facts->count;
	struct dump dump = {.protocol = protocol, .port = port, .facts = facts};
	int result = -1;
	errno = EINTR;
	for (int tries = 0; result < 0 && errno == EINTR && tries < DUMP_TRIES; tries++) {
		_Alignas(struct nlmsghdr) char bytes[256] = {0};
		struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
		message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
		message->nlmsg_flags = NLM_F_DUMP;
		struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(message, sizeof(*request));
		request->sdiag_family = (unsigned char)family;
		request->sdiag_protocol = (unsigned char)protocol;
		request->idiag_states = states;
		only_port(message, port);
		facts->count = before;
		result = netlink_ask(diag, message, read_one_of_many, &dump);
	}
	return result;
}
