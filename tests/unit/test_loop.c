/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loop: who is called, in which order, and what a callback may do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sosh/loop.h"

#define MILLISECOND INT64_C(1000000)
#define MANY        500

struct fixture {
	struct loop *loop;
	int near, far; /* a pair of sockets: what is written to `far` makes `near` readable */
};

/* What a source does when it is called, and what it was called with. */
struct probe {
	struct source *source;
	unsigned calls, events;
	unsigned order; /* of its first call */
	unsigned *clock;
	void (*act)(struct probe *probe);
	struct fixture *fixture;
	struct probe *other;
};

static void probe_call(void *context, unsigned events)
{
	struct probe *probe = context;
	probe->events = events;
	if (!probe->calls++ && probe->clock)
		probe->order = ++*probe->clock;
	if (probe->act)
		probe->act(probe);
}

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int pair[2];
	assert_non_null(fixture);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	fixture->loop = loop_new();
	assert_non_null(fixture->loop);
	fixture->near = pair[0];
	fixture->far = pair[1];
	*state = fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;
	loop_free(fixture->loop);
	close(fixture->near);
	close(fixture->far);
	free(fixture);
	return 0;
}

static void watch_near(struct fixture *fixture, struct probe *probe, unsigned events)
{
	probe->fixture = fixture;
	probe->source = loop_watch(fixture->loop, fixture->near, events, probe_call, probe);
	assert_non_null(probe->source);
}

static void make_readable(struct fixture *fixture)
{
	assert_int_equal(write(fixture->far, "x", 1), 1);
}

static void take(struct probe *probe)
{
	char c;
	assert_int_equal(read(probe->fixture->near, &c, 1), 1);
}

static void remove_self(struct probe *probe)
{
	source_remove(probe->source);
	probe->source = NULL;
}

static void take_and_remove_self(struct probe *probe)
{
	take(probe);
	remove_self(probe);
}

static void a_ready_descriptor_calls_its_source(void **state)
{
	struct fixture *fixture = *state;
	struct probe reader = {.act = take}, writer = {0};
	watch_near(fixture, &reader, EPOLLIN);
	assert_false(loop_once(fixture->loop, 0));
	make_readable(fixture);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(reader.calls, 1);
	assert_int_equal(reader.events, EPOLLIN);
	assert_false(loop_once(fixture->loop, 0));

	watch_near(fixture, &writer, EPOLLOUT);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(writer.events, EPOLLOUT);
	assert_int_equal(reader.calls, 1);
	source_remove(writer.source);
	assert_false(loop_once(fixture->loop, 0));
}

static void hang_up_comes_to_everyone(void **state)
{
	struct fixture *fixture = *state;
	struct probe nothing = {0}, priority = {0};
	watch_near(fixture, &nothing, 0);
	watch_near(fixture, &priority, EPOLLPRI);
	shutdown(fixture->far, SHUT_RDWR);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(nothing.events, EPOLLHUP);
	assert_int_equal(priority.events, EPOLLHUP);
}

static void what_epoll_refuses(void **state)
{
	struct fixture *fixture = *state;
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_null(loop_watch(fixture->loop, fileno(file), EPOLLIN, probe_call, NULL));
	assert_int_equal(errno, EPERM);
	fclose(file);
	assert_null(loop_watch(fixture->loop, -1, EPOLLIN, probe_call, NULL));
	assert_int_equal(errno, EBADF);
	assert_true(loop_idle(fixture->loop));
}

static void many_on_one_descriptor_go_in_order(void **state)
{
	struct fixture *fixture = *state;
	static struct probe probes[MANY];
	unsigned clock = 0;
	memset(probes, 0, sizeof(probes));
	for (unsigned i = 0; i < MANY; i++) {
		probes[i].clock = &clock;
		probes[i].act = take_and_remove_self;
		watch_near(fixture, &probes[i], EPOLLIN);
	}
	for (unsigned i = 0; i < MANY; i++) {
		make_readable(fixture);
		assert_true(loop_once(fixture->loop, -1));
		assert_int_equal(probes[i].calls, 1);
		assert_int_equal(probes[i].order, i + 1);
		assert_int_equal(clock, i + 1);
	}
	assert_true(loop_idle(fixture->loop));
}

static void one_who_takes_nothing_lets_the_next_try(void **state)
{
	struct fixture *fixture = *state;
	struct probe first = {0}, second = {.act = take_and_remove_self}, third = {0};
	watch_near(fixture, &first, EPOLLIN);
	watch_near(fixture, &second, EPOLLIN);
	watch_near(fixture, &third, EPOLLIN);
	make_readable(fixture);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(first.calls, 1);
	assert_int_equal(second.calls, 1);
	assert_int_equal(third.calls, 0);
}

static void pause_other(struct probe *probe)
{
	source_pause(probe->other->source, true);
}

static void a_paused_source_keeps_its_place(void **state)
{
	struct fixture *fixture = *state;
	unsigned clock = 0;
	struct probe first = {.clock = &clock}, second = {.clock = &clock, .act = pause_other};
	watch_near(fixture, &first, EPOLLIN);
	watch_near(fixture, &second, EPOLLIN);
	second.other = &second;
	source_pause(first.source, true);
	source_pause(first.source, true);
	make_readable(fixture);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(first.calls, 0);
	assert_int_equal(second.calls, 1); /* and has paused itself */
	assert_true(loop_idle(fixture->loop));
	assert_false(loop_once(fixture->loop, 0));
	source_pause(second.source, false);
	source_pause(first.source, false);
	clock = second.calls = 0;
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(first.order, 1);
	assert_int_equal(second.order, 2);
	take(&first);
}

static void a_hang_up_nobody_listens_to_does_not_spin(void **state)
{
	struct fixture *fixture = *state;
	struct probe probe = {0};
	watch_near(fixture, &probe, EPOLLIN);
	source_pause(probe.source, true);
	shutdown(fixture->far, SHUT_RDWR);
	int64_t before = loop_now();
	assert_false(loop_once(fixture->loop, 20 * MILLISECOND));
	assert_true(loop_now() - before >= 20 * MILLISECOND);
	assert_int_equal(probe.calls, 0);
}

static void remove_other_and_self(struct probe *probe)
{
	source_remove(probe->other->source);
	probe->other->source = NULL;
	remove_self(probe);
}

static void a_callback_may_remove_any_source(void **state)
{
	struct fixture *fixture = *state;
	struct probe first = {.act = remove_other_and_self}, second = {0}, timer = {0};
	watch_near(fixture, &first, EPOLLIN);
	watch_near(fixture, &second, EPOLLIN);
	first.other = &second;
	make_readable(fixture);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(second.calls, 0);
	watch_near(fixture, &first, EPOLLIN);
	first.other = &timer;
	timer.source = loop_timer(fixture->loop, 1, probe_call, &timer);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(first.calls, 2);
	assert_int_equal(timer.calls, 0);
	assert_true(loop_idle(fixture->loop));
	source_remove(NULL);
}

static void add_another(struct probe *probe)
{
	if (!probe->other->source)
		watch_near(probe->fixture, probe->other, EPOLLIN);
}

static void a_callback_may_add_a_source(void **state)
{
	struct fixture *fixture = *state;
	struct probe added = {0}, first = {.act = add_another, .other = &added};
	watch_near(fixture, &first, EPOLLIN);
	make_readable(fixture);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(added.calls, 0); /* what was ready was so before it was there */
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(first.calls, 2);
	assert_int_equal(added.calls, 1);
}

/* Closes the other pair's descriptor and watches a quiet one, which gets its number. */
static void replace_other(struct probe *probe)
{
	struct probe *other = probe->other;
	int pair[2];
	if (!other->source)
		return;
	remove_self(probe);
	source_remove(other->source);
	close(other->fixture->near);
	close(other->fixture->far);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	other->fixture->near = pair[0];
	other->fixture->far = pair[1];
	other->source = loop_watch(probe->fixture->loop, pair[0], EPOLLIN, probe_call, other);
	other->act = NULL;
	other->calls = 0;
}

static void events_of_a_closed_descriptor_do_not_reach_its_successor(void **state)
{
	struct fixture *fixture = *state, second;
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	second = (struct fixture){.loop = fixture->loop, .near = pair[0], .far = pair[1]};
	struct probe a = {.act = replace_other}, b = {.act = replace_other};
	a.other = &b;
	b.other = &a;
	watch_near(fixture, &a, EPOLLIN);
	watch_near(&second, &b, EPOLLIN);
	make_readable(fixture);
	make_readable(&second);
	assert_true(loop_once(fixture->loop, -1)); /* whichever comes first replaces the other */
	assert_int_equal(a.calls + b.calls, 1);
	assert_false(loop_once(fixture->loop, 0));
	close(second.near);
	close(second.far);
}

static void run_the_loop(struct probe *probe)
{
	struct loop *loop = probe->fixture->loop;
	take(probe);
	source_pause(probe->source, true);
	make_readable(probe->fixture);
	probe->other->act = take_and_remove_self;
	watch_near(probe->fixture, probe->other, EPOLLIN);
	assert_true(loop_once(loop, -1));
	assert_int_equal(probe->other->calls, 1);
	source_pause(probe->source, false);
}

static void a_callback_may_run_the_loop(void **state)
{
	struct fixture *fixture = *state;
	struct probe inner = {0}, outer = {.act = run_the_loop, .other = &inner};
	watch_near(fixture, &outer, EPOLLIN);
	make_readable(fixture);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(outer.calls, 1);
	assert_false(loop_once(fixture->loop, 0));
}

static void timers_go_by_their_deadlines(void **state)
{
	struct fixture *fixture = *state;
	static struct probe probes[MANY];
	unsigned clock = 0;
	memset(probes, 0, sizeof(probes));
	int64_t now = loop_now();
	for (unsigned i = 0; i < MANY; i++) { /* 7919 is prime: every deadline in turn, some twice */
		probes[i].clock = &clock;
		probes[i].source = loop_timer(fixture->loop, now - 1000 + (i * 7919) % 400, probe_call, &probes[i]);
	}
	for (unsigned i = 0; i < MANY; i += 5)
		source_remove(probes[i].source);
	for (unsigned i = 1; i < MANY; i += 5)
		source_rearm(probes[i].source, now - 500 + (i * 7919) % 400);
	assert_true(loop_once(fixture->loop, 0));
	assert_true(loop_idle(fixture->loop));
	assert_int_equal(clock, MANY - MANY / 5);
	for (unsigned i = 0; i < MANY; i++) {
		assert_int_equal(probes[i].calls, i % 5 != 0);
		for (unsigned j = 0; i % 5 && j < MANY; j++) {
			int64_t di = (i % 5 == 1 ? 500 : 0) + (i * 7919) % 400;
			int64_t dj = (j % 5 == 1 ? 500 : 0) + (j * 7919) % 400;
			if (j % 5 && di < dj)
				assert_true(probes[i].order < probes[j].order);
		}
	}
}

static void a_timer_is_never_early_and_calls_once(void **state)
{
	struct fixture *fixture = *state;
	struct probe probe = {0};
	int64_t deadline = loop_now() + 12345678;
	probe.source = loop_timer(fixture->loop, deadline, probe_call, &probe);
	assert_false(loop_idle(fixture->loop));
	assert_false(loop_once(fixture->loop, 0));
	assert_true(loop_once(fixture->loop, -1));
	assert_true(loop_now() >= deadline);
	assert_int_equal(probe.calls, 1);
	assert_int_equal(probe.events, 0);
	assert_true(loop_idle(fixture->loop));
	assert_false(loop_once(fixture->loop, MILLISECOND));
	source_rearm(probe.source, loop_now());
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(probe.calls, 2);
}

static void a_timer_without_deadline_is_idle(void **state)
{
	struct fixture *fixture = *state;
	struct probe probe = {0};
	probe.source = loop_timer(fixture->loop, 0, probe_call, &probe);
	assert_true(loop_idle(fixture->loop));
	assert_false(loop_once(fixture->loop, 0));
	source_rearm(probe.source, 1);
	assert_false(loop_idle(fixture->loop));
	source_rearm(probe.source, 0);
	assert_true(loop_idle(fixture->loop));
	source_pause(probe.source, true); /* means nothing for a timer */
	source_rearm(probe.source, 1);
	assert_true(loop_once(fixture->loop, 0));
}

static void rearm_in_the_past(struct probe *probe)
{
	source_rearm(probe->source, 1);
}

static void a_timer_that_is_always_due_lets_others_run(void **state)
{
	struct fixture *fixture = *state;
	struct probe always = {.act = rearm_in_the_past}, reader = {.act = take}, other = {0};
	always.source = loop_timer(fixture->loop, 1, probe_call, &always);
	other.source = loop_timer(fixture->loop, loop_now(), probe_call, &other);
	watch_near(fixture, &reader, EPOLLIN);
	make_readable(fixture);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(always.calls, 1);
	assert_int_equal(other.calls, 1);
	assert_int_equal(reader.calls, 1);
	assert_true(loop_once(fixture->loop, -1));
	assert_int_equal(always.calls, 2);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static void signals_come_only_while_it_waits(void **state)
{
	struct fixture *fixture = *state;
	struct probe reader = {0};
	struct sigaction action = {.sa_handler = count_signal}, before;
	sigset_t set;
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	loop_block_signals(fixture->loop, &set);
	signals = 0;
	raise(SIGUSR1);
	assert_int_equal(signals, 0);
	assert_false(loop_once(fixture->loop, -1));
	assert_int_equal(signals, 1);
	raise(SIGUSR1);
	assert_false(loop_once(fixture->loop, 0)); /* it only looks: they come too */
	assert_int_equal(signals, 2);
	make_readable(fixture);
	watch_near(fixture, &reader, EPOLLIN);
	raise(SIGUSR1);
	assert_true(loop_once(fixture->loop, -1)); /* it is busy: they come too */
	assert_int_equal(signals, 3);
	raise(SIGUSR1);
	assert_int_equal(signals, 3);
	loop_free(fixture->loop); /* lets them in again */
	assert_int_equal(signals, 4);
	fixture->loop = loop_new();
	sigaction(SIGUSR1, &before, NULL);
}

static void its_own_descriptor_is_out_of_the_way(void **state)
{
	(void)state;
	int before = dup(0), after;
	close(before);
	struct loop *loop = loop_new();
	after = dup(0);
	close(after);
	loop_free(loop);
	assert_int_equal(before, after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ready_descriptor_calls_its_source),
		TEST(hang_up_comes_to_everyone),
		TEST(what_epoll_refuses),
		TEST(many_on_one_descriptor_go_in_order),
		TEST(one_who_takes_nothing_lets_the_next_try),
		TEST(a_paused_source_keeps_its_place),
		TEST(a_hang_up_nobody_listens_to_does_not_spin),
		TEST(a_callback_may_remove_any_source),
		TEST(a_callback_may_add_a_source),
		TEST(events_of_a_closed_descriptor_do_not_reach_its_successor),
		TEST(a_callback_may_run_the_loop),
		TEST(timers_go_by_their_deadlines),
		TEST(a_timer_is_never_early_and_calls_once),
		TEST(a_timer_without_deadline_is_idle),
		TEST(a_timer_that_is_always_due_lets_others_run),
		TEST(signals_come_only_while_it_waits),
		TEST(its_own_descriptor_is_out_of_the_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
