/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Netlink: one answer, many, none, an error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "sosh/netlink.h"

static struct nlmsghdr *ask_for_link(char *bytes, int index, unsigned short flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = flags;
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
	link->ifi_index = index;
	return request;
}

struct seen {
	unsigned count;
	int last_index;
};

static int see(const struct nlmsghdr *answer, void *context)
{
	struct seen *seen = context;
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(answer);
	assert_int_equal(answer->nlmsg_type, RTM_NEWLINK);
	seen->count++;
	seen->last_index = link->ifi_index;
	return 0;
}

static int refuse(const struct nlmsghdr *answer, void *context)
{
	(void)answer, (void)context;
	errno = EPROTO;
	return -1;
}

static int open_route(void **state)
{
	static struct netlink netlink;
	*state = &netlink;
	return netlink_open(&netlink, NETLINK_ROUTE);
}

static int close_route(void **state)
{
	netlink_close(*state);
	netlink_close(*state); /* a second time does nothing */
	return 0;
}

static void one_question_one_answer(void **state)
{
	_Alignas(struct nlmsghdr) char bytes[256];
	struct seen seen = {0};
	int index = (int)if_nametoindex("lo");
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(netlink_ask(*state, ask_for_link(bytes, index, 0), see, &seen), 0);
		assert_int_equal(seen.count, i);
		assert_int_equal(seen.last_index, index);
	}
}

static void a_dump_ends_by_itself(void **state)
{
	_Alignas(struct nlmsghdr) char bytes[256];
	struct seen dumped = {0}, asked = {0};
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, 0, NLM_F_DUMP), see, &dumped), 0);
	assert_true(dumped.count >= 1);
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, (int)if_nametoindex("lo"), 0), see, &asked), 0);
	assert_int_equal(asked.count, 1);
}

static void an_ack_comes_behind_the_answer(void **state)
{
	_Alignas(struct nlmsghdr) char bytes[256];
	struct seen seen = {0};
	int index = (int)if_nametoindex("lo");
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, index, NLM_F_ACK), see, &seen), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, index, 0), NULL, NULL), 0);
}

static void the_kernel_s_error_is_errno(void **state)
{
	_Alignas(struct nlmsghdr) char bytes[256];
	struct seen seen = {0};
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, 0x7ffffff0, 0), see, &seen), -1);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(seen.count, 0);
}

static void answers_to_a_question_given_up_are_skipped(void **state)
{
	_Alignas(struct nlmsghdr) char bytes[256];
	struct seen seen = {0};
	int index = (int)if_nametoindex("lo");
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, index, NLM_F_ACK), refuse, NULL), -1);
	assert_int_equal(errno, EPROTO);
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, 0, NLM_F_DUMP), refuse, NULL), -1);
	assert_int_equal(netlink_ask(*state, ask_for_link(bytes, index, 0), see, &seen), 0);
	assert_int_equal(seen.count, 1);
}

static void a_family_that_there_is_not(void **state)
{
	(void)state;
	struct netlink netlink;
	assert_int_equal(netlink_open(&netlink, 31), -1);
	assert_int_not_equal(errno, 0);
	assert_null(netlink.socket);
	netlink_close(&netlink);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_question_one_answer, open_route, close_route),
		cmocka_unit_test_setup_teardown(a_dump_ends_by_itself, open_route, close_route),
		cmocka_unit_test_setup_teardown(an_ack_comes_behind_the_answer, open_route, close_route),
		cmocka_unit_test_setup_teardown(the_kernel_s_error_is_errno, open_route, close_route),
		cmocka_unit_test_setup_teardown(answers_to_a_question_given_up_are_skipped, open_route, close_route),
		cmocka_unit_test(a_family_that_there_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
