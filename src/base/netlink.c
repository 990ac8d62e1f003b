/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One question to the kernel over netlink(7) and its answers, told from those of earlier questions by
 * their sequence.
 */
#include "sosh/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "sosh/descriptor.h"
#include "sosh/loop.h"

#define ANSWER_SIZE  16384 /* the kernel's answers are at most 8192 bytes, or as much as is asked for */
#define LONGEST_WAIT INT64_C(1000000000)

/* An open socket with its descriptor out of the way of the user's. NULL with errno. */
static struct mnl_socket *open_socket(int family)
{
	struct mnl_socket *low = mnl_socket_open2(family, SOCK_CLOEXEC);
	if (!low)
		return NULL;
	int high = fcntl(mnl_socket_get_fd(low), F_DUPFD_CLOEXEC, DESCRIPTOR_OWN);
	if (high < 0)
		return low;
	struct mnl_socket *raised = mnl_socket_fdopen(high);
	if (!raised) {
		close(high);
		return low;
	}
	mnl_socket_close(low);
	return raised;
}

int netlink_open(struct netlink *netlink, int family)
{
	*netlink = (struct netlink){0};
	struct mnl_socket *socket = open_socket(family);
	if (!socket)
		return -1;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		int error = errno;
		mnl_socket_close(socket);
		errno = error;
		return -1;
	}
	netlink->socket = socket;
	netlink->port = mnl_socket_get_portid(socket);
	return 0;
}

void netlink_close(struct netlink *netlink)
{
	if (netlink->socket)
		mnl_socket_close(netlink->socket);
	*netlink = (struct netlink){0};
}

static int fail(int error)
{
	errno = error;
	return -1;
}

static int wait_for_answer(const struct netlink *netlink, int64_t deadline)
{
	struct pollfd ready = {.fd = mnl_socket_get_fd(netlink->socket), .events = POLLIN};
	for (;;) {
		int64_t left = deadline - loop_now();
		if (left < 0)
			return fail(ETIMEDOUT);
		int count = poll(&ready, 1, (int)((left + 999999) / 1000000));
		if (count > 0)
			return 0;
		if (count < 0 && errno != EINTR)
			return -1;
	}
}

struct question {
	const struct nlmsghdr *request;
	int (*each)(const struct nlmsghdr *answer, void *context);
	void *context;
	bool finished;
	bool changed; /* the dump, while it was read */
};

/* NLMSG_ERROR (an ACK is the error 0) and NLMSG_DONE both begin with the kernel's -errno; the latter may have none. */
static int read_end(struct question *question, const struct nlmsghdr *answer)
{
	question->finished = true;
	if (mnl_nlmsg_get_payload_len(answer) < sizeof(int))
		return answer->nlmsg_type != NLMSG_DONE ? fail(EPROTO) : question->changed ? fail(EINTR) : 0;
	const int *error = mnl_nlmsg_get_payload(answer);
	if (*error < 0)
		return fail(-*error);
	return question->changed ? fail(EINTR) : 0;
}

static int read_answer(struct question *question, const struct nlmsghdr *answer)
{
	if (answer->nlmsg_flags & NLM_F_DUMP_INTR)
		question->changed = true;
	if (answer->nlmsg_type == NLMSG_ERROR || answer->nlmsg_type == NLMSG_DONE)
		return read_end(question, answer);
	if (answer->nlmsg_type == NLMSG_NOOP)
		return 0;
	if (answer->nlmsg_type < NLMSG_MIN_TYPE)
		return fail(EPROTO);
	if (question->each && question->each(answer, question->context) < 0)
		return -1;
	question->finished = !(answer->nlmsg_flags & NLM_F_MULTI) && !(question->request->nlmsg_flags & NLM_F_ACK);
	return 0;
}

/* All messages of one datagram. Those of another sequence answer a question that was given up. */
static int read_answers(struct netlink *netlink, struct question *question, const char *bytes, int length)
{
	const struct nlmsghdr *answer = (const struct nlmsghdr *)(const void *)bytes;
	while (!question->finished && mnl_nlmsg_ok(answer, length)) {
		if (mnl_nlmsg_seq_ok(answer, netlink->sequence) && mnl_nlmsg_portid_ok(answer, netlink->port) &&
		    read_answer(question, answer) < 0)
			return -1;
		answer = mnl_nlmsg_next(answer, &length);
	}
	return 0;
}

int netlink_ask(struct netlink *netlink, struct nlmsghdr *request,
                int (*each)(const struct nlmsghdr *answer, void *context), void *context)
{
	_Alignas(struct nlmsghdr) char bytes[ANSWER_SIZE];
	struct question question = {.request = request, .each = each, .context = context};
	if (++netlink->sequence == 0) /* 0 would match anything */
		netlink->sequence = 1;
	request->nlmsg_seq = netlink->sequence;
	request->nlmsg_flags |= NLM_F_REQUEST;
	if (mnl_socket_sendto(netlink->socket, request, request->nlmsg_len) < 0)
		return -1;
	int64_t deadline = loop_now() + LONGEST_WAIT;
	while (!question.finished) {
		if (wait_for_answer(netlink, deadline) < 0)
			return -1;
		ssize_t length = mnl_socket_recvfrom(netlink->socket, bytes, sizeof(bytes));
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -1;
		if (read_answers(netlink, &question, bytes, (int)length) < 0)
			return -1;
	}
	return 0;
}
