/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEST_LAB_H
#define TEST_LAB_H
/*
 * What the tests of the lab share: a lab, sockets on its hosts, what was told of the frames.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sosh/lab.h"
#include "sosh/loop.h"
#include "sosh/wire.h"

#define SECOND INT64_C(1000000000)

/* In a child: its exit status. */
static inline int in_child(int (*run)(void))
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(run());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline int try_namespaces(void)
{
	return unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0;
}

/* Whether this machine lets anybody make network namespaces; then a lab has to be possible. */
static inline bool machine_allows(void)
{
	bool allows = in_child(try_namespaces) == 0;
	if (!allows)
		print_message("skipped: this machine allows no network namespaces\n");
	return allows;
}

static inline struct lab *make_lab(const char *const *names, unsigned count)
{
	struct lab *lab = NULL;
	struct error error = {0};
	if (lab_make(&lab, names, count, &error) < 0)
		fail_msg("%s", error.text);
	return lab;
}

static inline struct address host_at(const struct lab *lab, unsigned host, int family, unsigned port)
{
	struct address address;
	assert_true(lab_address(lab, host, family, &address));
	address.in.sin_port = htons((uint16_t)port); /* at the same place for IPv6 */
	return address;
}

static inline int socket_on(struct lab *lab, unsigned host, int family, int type)
{
	int fd = lab_socket(lab, host, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	return fd;
}

static inline int bound_on(struct lab *lab, unsigned host, int family, int type, unsigned port)
{
	const struct address address = host_at(lab, host, family, port);
	int fd = socket_on(lab, host, family, type);
	assert_int_equal(bind(fd, &address.any, address.length), 0);
	return fd;
}

static inline int listen_on(struct lab *lab, unsigned host, int family, unsigned port)
{
	int fd = bound_on(lab, host, family, SOCK_STREAM, port);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* A connection that has begun. */
static inline int connect_from(struct lab *lab, unsigned host, const struct address *to)
{
	int fd = socket_on(lab, host, to->any.sa_family, SOCK_STREAM);
	assert_int_equal(connect(fd, &to->any, to->length), -1);
	assert_int_equal(errno, EINPROGRESS);
	return fd;
}

static inline unsigned state_of(int fd)
{
	struct tcp_info information = {0};
	socklen_t length = sizeof(information);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &information, &length), 0);
	return information.tcpi_state;
}

/* Moves all that is there. */
static inline void settle(struct lab *lab)
{
	wire_settle(lab_wire(lab));
}

#endif
