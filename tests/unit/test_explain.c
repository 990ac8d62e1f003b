/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Explanations: the right sentence for the socket, the address and the state at hand.
 */
#include "made_entry.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>

#include "commands/explain.h"
#include "commands/explanations.h"

static void assert_explained(struct made *made, const char *expected)
{
	struct explainer explainer = {.session = &made->session, .journal = &made->journal};
	char *text = explain_entry(&explainer, made->entry);
	if (!expected) {
		assert_null(text);
		return;
	}
	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

/* An entry of `command` that failed, on a new socket called `s` (handle 1). */
static struct handle *failed(struct made *made, const char *command, int error, int family, int type)
{
	struct entry *entry = made_begin(made, command, NULL, command);
	struct handle *handle = made_handle(made, family, type, "s");
	entry->handle = handle->number;
	entry_fail(entry, error);
	return handle;
}

static void nobody_listens(void **state)
{
	(void)state;
	struct made made;
	failed(&made, "connect", ECONNREFUSED, AF_INET, SOCK_STREAM);
	made.entry->target = made_address("127.0.0.1", 1);
	assert_explained(&made, "nobody listens on 127.0.0.1:1: start the server first, or check host and port");
	made_end(&made);

	made_begin(&made, "create_connection", NULL, "create_connection 127.0.0.1 1");
	entry_fail(made.entry, ECONNREFUSED);
	made.entry->target = made_address("127.0.0.1", 1);
	assert_explained(&made, "nobody listens on 127.0.0.1:1: start the server first, or check host and port");
	made_end(&made);

	failed(&made, "connect", ECONNREFUSED, AF_UNIX, SOCK_STREAM);
	made.entry->target = made_path("/tmp/s", 6);
	assert_explained(&made, "nobody listens on /tmp/s: the server has not called listen, or only its name is left "
	                        "(unlink it, then bind again)");
	made_end(&made);
}

static void connect_ex_has_its_errno_explained(void **state)
{
	(void)state;
	struct made made;
	struct handle *handle = failed(&made, "connect_ex", 0, AF_INET, SOCK_STREAM);
	handle->state = STATE_SYN_SENT;
	entry_value(made.entry, value_error(EINPROGRESS));
	assert_explained(&made, "no error: the handshake goes on while s does not wait for it (non-blocking, or "
	                        "SO_SNDTIMEO). Connect again tells how it went");
	entry_value(made.entry, value_error(0));
	assert_explained(&made, NULL);
	made_end(&made);
}

static void a_closed_handle(void **state)
{
	(void)state;
	struct made made;
	struct handle *handle = failed(&made, "send", EBADF, AF_INET, SOCK_STREAM);
	handle->fd = -1;
	assert_explained(&made, "handle 1 (s) is closed: make a new socket, a closed one never opens again");
	made.command.name = "close";
	assert_explained(&made, "handle 1 (s) is already closed: there is nothing left to close");
	made_end(&made);
}

static void the_listener_instead_of_the_accepted(void **state)
{
	(void)state;
	struct made made;
	struct handle *handle = failed(&made, "recv", ENOTCONN, AF_INET, SOCK_STREAM);
	handle->state = STATE_LISTEN;
	assert_explained(&made, "s listens and carries no data: accept s first, then use the socket that it gives");
	struct handle *conn = made_handle(&made, AF_INET, SOCK_STREAM, "conn");
	conn->accepted_from = handle->number;
	assert_explained(&made, "s listens and carries no data; accept gave handle 2 (conn): recv conn");
	made.command.name = "send";
	made.entry->error = EPIPE;
	assert_explained(&made, "s listens and carries no data; accept gave handle 2 (conn): send conn");
	conn->fd = -1;
	made.command.name = "getpeername";
	made.entry->error = ENOTCONN;
	assert_explained(&made, "s listens and carries no data: accept s first, then use the socket that it gives");
	made_end(&made);
}

static void a_broken_pipe_by_state(void **state)
{
	(void)state;
	struct made made;
	struct handle *handle = failed(&made, "sendall", EPIPE, AF_INET6, SOCK_STREAM);
	handle->state = STATE_CLOSED;
	assert_explained(&made, "s is not connected: connect s first");
	handle->peer.length = sizeof(struct sockaddr_in6);
	assert_explained(&made,
	                 "the connection is over: the peer is closed and took no more, or this side was shut down. "
	                 "Close s, make a new socket");
	handle->state = STATE_FIN_WAIT_2;
	assert_explained(&made, "s has shut down its sending side: nothing more can be sent");
	made_end(&made);
}

static void the_timeout_tells_its_seconds(void **state)
{
	(void)state;
	struct made made;
	struct handle *handle = failed(&made, "recv", ERROR_TIMEOUT, AF_INET, SOCK_STREAM);
	handle->timeout = 0.5;
	assert_explained(&made, "nothing came within 0.5 s (settimeout); the socket stays usable");
	made_end(&made);
}

static void an_interruption_or_a_cancelled_job(void **state)
{
	(void)state;
	struct made made;
	failed(&made, "accept", EINTR, AF_INET, SOCK_STREAM);
	assert_explained(&made, "interrupted by Ctrl-C; s stays usable");
	made.entry->job = 1;
	assert_explained(&made, "cancelled; s stays usable");
	made_end(&made);
}

static void names_that_are_taken(void **state)
{
	(void)state;
	struct made made;
	failed(&made, "bind", EADDRINUSE, AF_UNIX, SOCK_STREAM);
	made.entry->target = made_path("/tmp/s", 6);
	assert_explained(&made, "/tmp/s exists already, closing a socket does not remove it: when no server has it any "
	                        "more, unlink /tmp/s, then bind again");
	made_end(&made);
	failed(&made, "bind", EADDRINUSE, AF_INET, SOCK_DGRAM);
	made.entry->target = made_address("127.0.0.1", 53);
	assert_explained(&made, "another socket has 127.0.0.1:53: close that one, or take another port");
	made_end(&made);
	failed(&made, "bind", EACCES, AF_INET, SOCK_DGRAM);
	made.entry->target = made_address("127.0.0.1", 53);
	assert_explained(&made,
	                 "ports below 1024 are for root (CAP_NET_BIND_SERVICE): take a higher one, or sosh --sandbox");
	made_end(&made);
}

static void the_other_family(void **state)
{
	(void)state;
	struct made made;
	failed(&made, "connect", EINVAL, AF_INET6, SOCK_STREAM);
	made.entry->target = made_address("127.0.0.1", 80);
	assert_explained(&made, "s is an AF_INET6 socket, but 127.0.0.1:80 is an AF_INET address: "
	                        "make the socket with the address's family");
	made_end(&made);
}

static void udp_hears_of_a_missing_port_late(void **state)
{
	(void)state;
	struct made made;
	struct handle *handle = failed(&made, "send", ECONNREFUSED, AF_INET, SOCK_DGRAM);
	struct value peer = made_address("127.0.0.1", 9);
	handle->peer = *peer.address;
	assert_explained(&made, "nobody has 127.0.0.1:9: an earlier datagram came back as ICMP port unreachable, "
	                        "told one call later. The socket stays usable");
	value_clear(&peer);
	made_end(&made);
}

static void a_host_name_as_written(void **state)
{
	(void)state;
	struct made made;
	failed(&made, "connect", EAI_NONAME, AF_INET, SOCK_STREAM);
	assert_explained(&made,
	                 "there is no host of that name: check the spelling, or give a number such as 127.0.0.1");
	struct expr *address = expr_new(made.script, EXPR_ADDRESS, 1);
	address->left = expr_literal(made.script, value_text("no-such.invalid"), 1);
	made.statement->arguments[1] = address;
	assert_explained(
		&made, "no host is called \"no-such.invalid\": check the spelling, or give a number such as 127.0.0.1");
	made_end(&made);
}

static void an_error_without_a_sentence(void **state)
{
	(void)state;
	struct made made;
	failed(&made, "recv", EXDEV, AF_INET, SOCK_STREAM);
	assert_explained(&made, NULL);
	made_end(&made);
}

/* Each is of an error that has a name, short, and fit for any terminal. */
static void every_row_can_be_said(void **state)
{
	(void)state;
	size_t count;
	const struct explanation *rows = explanations(&count);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(error_name(rows[i].error));
		assert_true(strlen(rows[i].sentence) < 200);
		for (const char *c = rows[i].sentence; *c; c++)
			assert_in_range(*c, ' ', '~');
		assert_int_not_equal(rows[i].sentence[strlen(rows[i].sentence) - 1], '.');
	}
}

/* Is each word of `some` in `all`? No words at all stand for every command. */
static bool covers(const char *all, const char *some)
{
	if (!all)
		return true;
	for (; some && *some; some += strspn(some, " ")) {
		size_t length = strcspn(some, " ");
		const char *at = all;
		for (; *at; at += strspn(at, " ")) {
			size_t word = strcspn(at, " ");
			if (word == length && memcmp(at, some, length) == 0)
				break;
			at += word;
		}
		if (*at == '\0')
			return false;
		some += length;
	}
	return some != NULL;
}

/* Does the first need no more placeholders than the second? */
static bool asks_no_more(const char *first, const char *second)
{
	for (const char *at = strchr(first, '{'); at; at = strchr(at + 1, '{')) {
		char name[32];
		snprintf(name, sizeof(name), "%.*s", (int)(strcspn(at, "}") + 1), at);
		if (!strstr(second, name))
			return false;
	}
	return true;
}

static void no_row_is_hidden_by_an_earlier_one(void **state)
{
	(void)state;
	size_t count;
	const struct explanation *rows = explanations(&count);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			bool hides = rows[i].error == rows[j].error && (rows[i].when & rows[j].when) == rows[i].when &&
			             covers(rows[i].commands, rows[j].commands) &&
			             asks_no_more(rows[i].sentence, rows[j].sentence);
			if (hides)
				fail_msg("\"%s\" hides \"%s\"", rows[i].sentence, rows[j].sentence);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(connect_ex_has_its_errno_explained),
		cmocka_unit_test(a_closed_handle),
		cmocka_unit_test(the_listener_instead_of_the_accepted),
		cmocka_unit_test(a_broken_pipe_by_state),
		cmocka_unit_test(the_timeout_tells_its_seconds),
		cmocka_unit_test(an_interruption_or_a_cancelled_job),
		cmocka_unit_test(names_that_are_taken),
		cmocka_unit_test(the_other_family),
		cmocka_unit_test(udp_hears_of_a_missing_port_late),
		cmocka_unit_test(a_host_name_as_written),
		cmocka_unit_test(an_error_without_a_sentence),
		cmocka_unit_test(every_row_can_be_said),
		cmocka_unit_test(no_row_is_hidden_by_an_earlier_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
