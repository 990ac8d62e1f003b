/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOSH_LAB_H
#define SOSH_LAB_H
/*
 * The lab: hosts, each a network namespace of its own with loopback and one link, and the wire that joins the links
 * (wire.h). Nothing outside is touched, and nothing outlives the process.
 *
 * Hosts are numbered from 1; host N has 10.0.0.N/24, fd00::N/64 and the MAC address 02:00:00:00:00:NN on `eth0`.
 * 0 stands for where the process itself is.
 */
#include "sosh/address.h"
#include "sosh/buffer.h"
#include "sosh/error.h"
#include "sosh/netlink.h"

#define LAB_HOSTS 16
#define LAB_NAME  31 /* bytes in a host's name, at most */

struct lab;
struct wire;

/*
 * Makes a lab with these hosts (none: client and server). An ordinary user's process enters a user namespace of its own
 * for that, in which the user is root, and stays in it; its own network stays the same. It must have one thread then.
 * 0, or -1 with `error`; then nothing is left of it but, perhaps, that user namespace. `*lab` must be NULL: of each lab
 * there is one.
 */
int lab_make(struct lab **lab, const char *const *names, unsigned count, struct error *error);
/* Ends it; sockets that were made in it keep their host's network until they are closed. NULL is fine. */
void lab_free(struct lab *lab);

unsigned lab_count(const struct lab *lab);
/* Borrowed. */
const char *lab_name(const struct lab *lab, unsigned host);
/* The number of the host with this name; 0: there is none. */
unsigned lab_find(const struct lab *lab, const char *name, size_t length);
/* False where the kernel has no such family: IPv6. */
bool lab_address(const struct lab *lab, unsigned host, int family, struct address *address);
/* Borrowed. */
struct wire *lab_wire(const struct lab *lab);

/*
 * Does something on a host, in a thread there, and waits for its end: what is made there (sockets; all of
 * /proc/sys/net) is the host's. It must not wait and not use the lab. Returns what the task returned, with its errno.
 */
typedef int lab_task(void *context);
int lab_on_host(struct lab *lab, unsigned host, lab_task *task, void *context);
/* socket(2) there. */
int lab_socket(struct lab *lab, unsigned host, int family, int type, int protocol);
/* A netlink socket there, for watch_also (NETLINK_SOCK_DIAG). 0, or -1 with errno. */
int lab_netlink(struct lab *lab, unsigned host, int family, struct netlink *netlink);
/*
 * A setting of a host's network, sysctl(8): `net.ipv4.tcp_retries2`, or the same without `net.`, or with slashes.
 * Sets it to `value` unless that is NULL; adds what it is then to `out` unless that is NULL. -1 with `error`.
 */
int lab_sysctl(struct lab *lab, unsigned host, const char *name, const char *value, struct buffer *out,
               struct error *error);

#endif
