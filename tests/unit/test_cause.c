/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Causes that need more than one process, or another kernel: who else holds a port, and what is said where the kernel
 * tells nothing. The table of causes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "commands/cause.h"
#include "sosh/engine.h"

/* The explanations and remarks of the commands, and what explain tells, each on a line of its own. */
struct told {
	struct engine engine;
	struct buffer lines;
};

static void on_ended(void *context, const struct entry *entry, bool announced)
{
	struct told *told = context;
	(void)announced;
	if (entry->explanation)
		buffer_format(&told->lines, "%s\n", entry->explanation);
	if (entry->note)
		buffer_format(&told->lines, "%s\n", entry->note);
	if (entry->tail)
		buffer_format(&told->lines, "%s\n", entry->tail);
}

static void told_begin(struct told *told, unsigned port)
{
	struct reporter reporter = {.context = told, .ended = on_ended};
	struct error error;
	assert_int_equal(engine_init(&told->engine, &reporter, &error), 0);
	told->engine.watching = true;
	told->engine.keep_going = true;
	buffer_init(&told->lines);
	session_set(&told->engine.session, "port", 4, value_number(port));
}

static const char *tell(struct told *told, const char *text)
{
	buffer_empty(&told->lines);
	struct script *script = engine_read_text(&told->engine, "text", text, strlen(text), NULL);
	assert_non_null(script);
	engine_run_script(&told->engine, script);
	script_drop(script);
	return buffer_string(&told->lines);
}

static void told_end(struct told *told)
{
	engine_clear(&told->engine);
	buffer_clear(&told->lines);
}

static void assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" does not hold \"%s\"", text, part);
}

/* A child that holds a port of an address until it is killed. */
struct holder {
	pid_t pid;
	unsigned port;
	char who[64]; /* "test_cause, pid 812"; a debugger changes the name */
};

static void hold(int pipe_end, in_addr_t host, int type, int backlog)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, type, 0);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || (backlog >= 0 && listen(fd, backlog) < 0) ||
	    getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		_exit(1);
	unsigned port = ntohs(address.sin_port);
	if (write(pipe_end, &port, sizeof(port)) != sizeof(port))
		_exit(1);
	pause();
	_exit(0);
}

static void name_holder(struct holder *holder)
{
	char path[64], name[32] = "";
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)holder->pid);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(name, sizeof(name), file));
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
	snprintf(holder->who, sizeof(holder->who), "%s, pid %d", name, (int)holder->pid);
}

static void holder_begin_on(struct holder *holder, in_addr_t host, int type, int backlog)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	holder->pid = fork();
	assert_true(holder->pid >= 0);
	if (holder->pid == 0)
		hold(ends[1], host, type, backlog);
	assert_int_equal(read(ends[0], &holder->port, sizeof(holder->port)), sizeof(holder->port));
	name_holder(holder);
	close(ends[0]);
	close(ends[1]);
}

static void holder_begin(struct holder *holder, int type, int backlog)
{
	holder_begin_on(holder, INADDR_LOOPBACK, type, backlog);
}

static void holder_end(const struct holder *holder)
{
	kill(holder->pid, SIGKILL);
	waitpid(holder->pid, NULL, 0);
}

static void a_process_that_listens(void **state)
{
	(void)state;
	struct holder holder;
	struct told told;
	char expected[160];
	holder_begin(&holder, SOCK_STREAM, 0);
	told_begin(&told, holder.port);
	const char *text = tell(&told, "s = socket\nbind s 127.0.0.1 $port");
	snprintf(expected, sizeof(expected), "port %u is held by %s, which listens on 127.0.0.1:%u: end it",
	         holder.port, holder.who, holder.port);
	assert_holds(text, expected);
	text = tell(&told, "connect s 127.0.0.2 $port");
	snprintf(expected, sizeof(expected), "%s has this port, but only on 127.0.0.1:%u", holder.who, holder.port);
	assert_holds(text, expected);
	text = tell(&told, "c = create_connection 127.0.0.1 $port\nsettimeout s 0.05\nconnect s 127.0.0.1 $port");
	snprintf(expected, sizeof(expected), "the accept queue of %s is full (1 wait, backlog 0)", holder.who);
	assert_holds(text, expected);
	told_end(&told);
	holder_end(&holder);
}

/* An IPv6 socket may be its client too. */
static void a_process_that_listens_on_every_interface(void **state)
{
	(void)state;
	struct holder holder;
	struct told told;
	char expected[160];
	holder_begin_on(&holder, INADDR_ANY, SOCK_STREAM, 0);
	told_begin(&told, holder.port);
	const char *text = tell(&told, "c = create_connection 127.0.0.1 $port\ns = socket AF_INET6\n"
	                               "settimeout s 0.05\nconnect s ::ffff:127.0.0.1 $port");
	snprintf(expected, sizeof(expected), "the accept queue of %s is full (1 wait, backlog 0)", holder.who);
	assert_holds(text, expected);
	told_end(&told);
	holder_end(&holder);
}

/* A path that no socket of this network namespace has may be that of a server in another one. */
static void a_path_whose_server_is_not_known(void **state)
{
	(void)state;
	struct told told;
	told_begin(&told, 0);
	char path[] = "/tmp/test_cause_XXXXXX";
	assert_non_null(mkdtemp(path));
	session_set(&told.engine.session, "at", 2, value_text(path));
	const char *text = tell(&told, "l = socket AF_UNIX\nbind l $at/s\nclose l\nm = socket AF_UNIX\nbind m $at/s");
	assert_holds(text, "is left over, l had it and was closed in entry 3, close l: unlink ");
	text = tell(&told, "unlink $at/s\nbind m $at/s\nunlink $at/s");
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	close(fd);
	text = tell(&told, "close m\nn = socket AF_UNIX\nbind n $at/s");
	assert_holds(text, "no socket of this network namespace has it");
	text = tell(&told, "explain");
	assert_holds(text, "now\n");
	assert_null(strstr(text, "to type"));
	unlink(name.sun_path);
	rmdir(path);
	told_end(&told);
}

static void a_process_that_is_only_bound(void **state)
{
	(void)state;
	struct holder holder;
	struct told told;
	char expected[160];
	holder_begin(&holder, SOCK_DGRAM, -1);
	told_begin(&told, holder.port);
	const char *text = tell(&told, "s = socket AF_INET SOCK_DGRAM\nbind s 127.0.0.1 $port");
	snprintf(expected, sizeof(expected), "UDP port %u is held by %s", holder.port, holder.who);
	assert_holds(text, expected);
	told_end(&told);
	holder_end(&holder);
}

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;
	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static void a_kernel_that_tells_nothing(void **state)
{
	(void)state;
	struct told told;
	told_begin(&told, 0);
	told.engine.watch.no_diag = true;
	const char *text = tell(&told, "b = socket\nbind b 127.0.0.1 0\nhere = getsockname b\ns = socket\n"
	                               "bind s $here\nconnect s $here\nconnect s $here\nbind s $here");
	assert_holds(text, "is held by handle 1 (b), which is bound to 127.0.0.1:");
	assert_holds(text, "handle 1 (b) is bound to 127.0.0.1:");
	assert_int_equal(count_of(text, "this kernel has no sock_diag"), 1);
	told_end(&told);
}

/* Looking for a cause takes nothing away: the error of a datagram that came back is told by the call that comes next.
 */
static void looking_changes_nothing(void **state)
{
	(void)state;
	struct told told;
	told_begin(&told, 0);
	const char *text =
		tell(&told, "u = socket AF_INET SOCK_DGRAM\nbind u 127.0.0.1 0\nhere = getsockname u\nclose u\n"
	                    "v = socket AF_INET SOCK_DGRAM\nconnect v $here\nsend v x\n"
	                    "bind v 127.0.0.1 0\nexplain\nlisten v\nexplain");
	assert_null(strstr(text, "was closed in"));
	text = tell(&told, "recv v 9 MSG_DONTWAIT => ECONNREFUSED");
	assert_holds(text, "any more: u was closed in entry 4, close u");
	told_end(&told);
}

/* A range of one port, which a connection to the same server has already. */
static void no_port_is_left(void **state)
{
	(void)state;
	struct told told;
	char text[128], expected[128];
	told_begin(&told, 0);
	tell(&told, "l = create_server 127.0.0.1 0\nhere = getsockname l\nc = create_connection $here\nd = socket");
	unsigned port = (unsigned)address_port(&told.engine.session.handles[1]->local);
	snprintf(text, sizeof(text), "setsockopt d IPPROTO_IP 51 %u\nconnect d $here", port << 16 | port);
	snprintf(expected, sizeof(expected), "no local port of %u to %u is free for 127.0.0.1:", port, port);
	assert_holds(tell(&told, text), expected);
	told_end(&told);
}

/* Short, plain, and each kind has something to say. */
static void every_cause_can_be_said(void **state)
{
	(void)state;
	size_t count;
	const struct cause_row *rows = cause_rows(&count);
	bool said[PART_NOT_WRITABLE + 1] = {true};
	for (size_t i = 0; i < count; i++) {
		said[rows[i].kind] = true;
		assert_true(strlen(rows[i].sentence) < 260);
		for (const char *c = rows[i].sentence; *c; c++)
			assert_in_range(*c, ' ', '~');
		assert_int_not_equal(rows[i].sentence[strlen(rows[i].sentence) - 1], '.');
	}
	for (unsigned kind = 0; kind <= PART_NOT_WRITABLE; kind++)
		if (!said[kind])
			fail_msg("nothing is said of cause %u", kind);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_that_listens),
		cmocka_unit_test(a_process_that_listens_on_every_interface),
		cmocka_unit_test(a_path_whose_server_is_not_known),
		cmocka_unit_test(a_process_that_is_only_bound),
		cmocka_unit_test(a_kernel_that_tells_nothing),
		cmocka_unit_test(looking_changes_nothing),
		cmocka_unit_test(no_port_is_left),
		cmocka_unit_test(every_cause_can_be_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
