/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_NETLINK_H
#define SOSH_NETLINK_H
/*
 * One question to the kernel over netlink(7), by libmnl: for sock_diag(7) and rtnetlink(7).
 */
#include <libmnl/libmnl.h>

struct netlink {
	struct mnl_socket *socket; /* NULL: not open */
	unsigned sequence;
	unsigned port;
};

/* Opens a socket of a netlink family (NETLINK_SOCK_DIAG, NETLINK_ROUTE). 0, or -1 with errno. */
int netlink_open(struct netlink *netlink, int family);
void netlink_close(struct netlink *netlink);
/*
 * Sends one request (its sequence is set here, NLM_F_REQUEST is added) and hands each answer to `each` until the last
 * (for a dump, NLMSG_DONE; otherwise one answer or an ACK). 0, or -1 with errno: the kernel's own error (ENOENT: no
 * such thing), EPROTO for an answer that makes no sense, or EINTR for a dump (read to its end) that changed while it
 * was read. Never waits longer than a second (ETIMEDOUT).
 */
int netlink_ask(struct netlink *netlink, struct nlmsghdr *request,
                int (*each)(const struct nlmsghdr *answer, void *context), void *context);

#endif
