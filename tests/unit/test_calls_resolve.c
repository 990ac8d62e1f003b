/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Name look-ups through the door: numbers at once, names by a thread, failures, an abandoned one.
 */
#include "test_calls.h"

#include <netdb.h>

static enum progress resolve(struct bench *bench, const char *host, const char *service, int family)
{
	struct entry *entry = bench_entry(bench);
	return call_resolve(&bench->pending, &bench->door, entry, host, service, family, SOCK_STREAM);
}

static void assert_found(struct bench *bench, unsigned index, const char *text)
{
	struct address address;
	struct buffer out;
	buffer_init(&out);
	assert_true(resolved_address(&bench->pending, index, &address));
	address_format(&out, &address);
	assert_string_equal(buffer_string(&out), text);
	buffer_clear(&out);
}

static void numbers_need_no_call(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(resolve(bench, "127.0.0.1", "80", AF_INET), CALL_DONE);
	assert_found(bench, 0, "127.0.0.1:80");
	struct address address;
	assert_false(resolved_address(&bench->pending, 1, &address));
	assert_int_equal(bench->entry->call_count, 0);
	assert_int_equal(resolve(bench, "::1", "65535", AF_INET), CALL_DONE);
	assert_found(bench, 0, "[::1]:65535");
	assert_int_equal(resolve(bench, "", "4444", AF_INET), CALL_DONE);
	assert_found(bench, 0, "0.0.0.0:4444");
	assert_int_equal(resolve(bench, "*", "", AF_INET6), CALL_DONE);
	assert_found(bench, 0, "[::]:0");
}

static void a_service_may_have_a_name(void **state)
{
	struct bench *bench = *state;
	if (!getservbyname("http", "tcp"))
		skip();
	assert_int_equal(resolve(bench, "127.0.0.1", "http", AF_INET), CALL_DONE);
	assert_found(bench, 0, "127.0.0.1:80");
	assert_int_equal(resolve(bench, "", "http", AF_INET), CALL_DONE);
	assert_found(bench, 0, "0.0.0.0:80");
	assert_failed(bench, resolve(bench, "127.0.0.1", "no-such-service", AF_INET), EAI_SERVICE);
}

static void a_name_is_looked_up_aside(void **state)
{
	struct bench *bench = *state;
	enum progress progress = resolve(bench, "localhost", "80", AF_INET);
	assert_int_equal(progress, CALL_WAITING);
	assert_true(bench->pending.wait.fd >= 0);
	assert_string_equal(bench->pending.wait.what, "the name server");
	assert_int_equal(bench_finish(&bench->pending, progress), CALL_DONE);
	assert_found(bench, 0, "127.0.0.1:80");
	struct address address;
	assert_false(resolved_address(&bench->pending, 1, &address));
	assert_int_equal(bench->entry->call_count, 1);
	assert_string_equal(bench->entry->calls[0].name, "getaddrinfo");
	assert_int_equal(bench->entry->calls[0].result, 0);
	assert_true(bench->entry->calls[0].duration > 0);
}

static void the_result_survives_the_next_call(void **state)
{
	struct bench *bench = *state;
	struct handle *client = bench_socket(bench, AF_INET, SOCK_DGRAM);
	struct address address;
	assert_int_equal(resolve(bench, "127.0.0.1", "9", AF_INET), CALL_DONE);
	assert_true(resolved_address(&bench->pending, 0, &address));
	assert_int_equal(call_connect(&bench->pending, &bench->door, bench->entry, client, &address, false), CALL_DONE);
	assert_found(bench, 0, "127.0.0.1:9");
}

static void a_failed_look_up_has_its_eai_number(void **state)
{
	struct bench *bench = *state;
	enum progress progress = bench_finish(&bench->pending, resolve(bench, "two words", "80", AF_INET));
	assert_int_equal(progress, CALL_FAILED);
	assert_true(bench->entry->error < 0);
	assert_non_null(error_name(bench->entry->error));
	assert_int_equal(bench->entry->calls[0].error, bench->entry->error);
	assert_int_equal(bench->entry->calls[0].result, -1);
	assert_failed(bench, bench_finish(&bench->pending, resolve(bench, "localhost", "80", 99)), EAI_FAMILY);
	assert_failed(bench, resolve(bench, "", "80", AF_UNIX), EAI_FAMILY);
}

static void a_scope_that_is_none_is_refused(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(resolve(bench, "fe80::1%nosuch0", "80", AF_INET6), CALL_FAILED);
	assert_true(bench->entry->refused);
	assert_int_equal(bench->entry->error, 0);
}

static void an_abandoned_look_up_ends_by_itself(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(resolve(bench, "localhost", "80", AF_INET), CALL_WAITING);
	int before = bench->pending.wait.fd;
	pending_clear(&bench->pending);
	/* The thread closes the eventfd when it is done: then nothing of it is left. */
	for (int64_t end = loop_now() + 10 * SECOND; fcntl(before, F_GETFD) >= 0;)
		assert_true(loop_now() < end && poll(NULL, 0, 1) == 0);
	assert_null(bench->pending.resolver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_need_no_call),
		TEST(a_service_may_have_a_name),
		TEST(a_name_is_looked_up_aside),
		TEST(the_result_survives_the_next_call),
		TEST(a_failed_look_up_has_its_eai_number),
		TEST(a_scope_that_is_none_is_refused),
		TEST(an_abandoned_look_up_ends_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
