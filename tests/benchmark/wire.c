/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the wire costs: a bulk transfer and round trips of one byte through it, beside the same two hosts joined by a
 * plain veth pair; with both ends in the thread that moves the frames, as in the shell, and with each in a
 * process of its own. And how long it takes to make a lab. Medians; the rounds of both take turns.
 *
 * usage: benchmark_wire [MEGABYTES [ROUND-TRIPS [ROUNDS]]]
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/host.h"
#include "lab/link.h"
#include "sosh/wire.h"

#define CHUNK  65536
#define ROUNDS 100 /* at most */

static size_t bulk_size = (size_t)128 << 20;
static int trips = 2000;
static int rounds = 5;

static struct lab *lab;
static struct agent plain[2];
static struct loop *loop;
static char chunk[CHUNK];

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static void check(bool good, const char *what)
{
	if (!good)
		fail(what);
}

/* The plain pair: what the lab does for its hosts, and nothing between. */

static int join(void *context)
{
	(void)context;
	struct netlink route;
	struct link_end here = {.name = "eth0", .index = HOST_ETH0};
	struct link_end there = {.name = "eth0", .index = HOST_ETH0, .thread = plain[1].id};
	host_mac(1, here.mac);
	host_mac(2, there.mac);
	check(netlink_open(&route, NETLINK_ROUTE) == 0, "netlink");
	check(link_make_pair(&route, &here, &there) == 0, "veth");
	netlink_close(&route);
	return 0;
}

static void make_plain(void)
{
	struct host_setup setups[2];
	for (unsigned i = 0; i < 2; i++) {
		setups[i] = (struct host_setup){.host = i + 1, .count = 2};
		check(agent_start(&plain[i]) == 0, "thread");
		check(agent_do(&plain[i], host_leave, &setups[i]) == 0, setups[i].error.text);
	}
	agent_do(&plain[0], join, NULL);
	for (unsigned i = 0; i < 2; i++)
		check(agent_do(&plain[i], host_set_up, &setups[i]) == 0, setups[i].error.text);
}

/* A connection between host 1 and host 2. */

static int make_socket(void *context)
{
	(void)context;
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int socket_on(bool by_wire, unsigned host)
{
	return by_wire ? lab_on_host(lab, host, make_socket, NULL) : agent_do(&plain[host - 1], make_socket, NULL);
}

static void run_loop(int fd, short events)
{
	struct pollfd ready = {.fd = fd, .events = events};
	while (poll(&ready, 1, 0) == 0)
		loop_once(loop, INT64_C(1000000));
}

static void connect_ends(bool by_wire, int ends[2])
{
	struct address address;
	int listener = socket_on(by_wire, 2);
	lab_address(lab, 2, AF_INET, &address);
	address.in.sin_port = htons(80);
	const int on = 1;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	check(bind(listener, &address.any, address.length) == 0 && listen(listener, 1) == 0, "listen");
	ends[0] = socket_on(by_wire, 1);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	check(connect(ends[0], &address.any, address.length) == 0 || errno == EINPROGRESS, "connect");
	run_loop(listener, POLLIN);
	ends[1] = accept(listener, NULL, NULL);
	check(ends[1] >= 0, "accept");
	run_loop(ends[0], POLLOUT);
	close(listener);
}

static void close_ends(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
	while (loop_once(loop, 0))
		;
}

/* One thread: the ends are watched by the loop that moves the frames. */

struct transfer {
	int ends[2];
	size_t sent, received;
};

static void send_some(void *context, unsigned events)
{
	(void)events;
	struct transfer *transfer = context;
	ssize_t sent = 0;
	while (transfer->sent < bulk_size && (sent = send(transfer->ends[0], chunk, CHUNK, MSG_DONTWAIT)) > 0)
		transfer->sent += (size_t)sent;
}

static void receive_some(void *context, unsigned events)
{
	(void)events;
	struct transfer *transfer = context;
	ssize_t received;
	while ((received = recv(transfer->ends[1], chunk, CHUNK, MSG_DONTWAIT)) > 0)
		transfer->received += (size_t)received;
}

static double bulk_in_one_thread(bool by_wire)
{
	struct transfer transfer = {0};
	connect_ends(by_wire, transfer.ends);
	int64_t begin = loop_now();
	struct source *sender = loop_watch(loop, transfer.ends[0], EPOLLOUT, send_some, &transfer);
	struct source *receiver = loop_watch(loop, transfer.ends[1], EPOLLIN, receive_some, &transfer);
	while (transfer.received < bulk_size) {
		loop_once(loop, -1);
		source_pause(sender, transfer.sent >= bulk_size);
	}
	double seconds = (double)(loop_now() - begin) / 1e9;
	source_remove(sender);
	source_remove(receiver);
	close_ends(transfer.ends);
	return (double)bulk_size * 8 / seconds / 1e9;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static double median(double *numbers, int count)
{
	qsort(numbers, (size_t)count, sizeof(*numbers), compare);
	return numbers[count / 2];
}

static void pass_byte(int from, int to)
{
	check(send(from, "x", 1, MSG_DONTWAIT) == 1, "send");
	while (recv(to, chunk, 1, MSG_DONTWAIT) != 1)
		loop_once(loop, -1);
}

/* loop_once(-1) must end without a wire too: a plain pair has passed it on when send returns. */
static double trip_in_one_thread(bool by_wire)
{
	int ends[2];
	double *times = calloc((size_t)trips, sizeof(*times));
	connect_ends(by_wire, ends);
	for (int i = 0; i < trips; i++) {
		int64_t begin = loop_now();
		pass_byte(ends[0], ends[1]);
		pass_byte(ends[1], ends[0]);
		times[i] = (double)(loop_now() - begin) / 1e3;
	}
	close_ends(ends);
	double result = median(times, trips);
	free(times);
	return result;
}

/* Processes: each end has one; this one moves the frames until one of them writes its result. */

static void block(int fd)
{
	fcntl(fd, F_SETFL, 0);
}

static pid_t start(double (*run)(int), int end, int other, int result)
{
	pid_t child = fork();
	if (child)
		return child;
	close(other);
	block(end);
	double number = run(end);
	ssize_t written = result >= 0 ? write(result, &number, sizeof(number)) : 0;
	_exit(written < 0);
}

static void note_end(void *ended, unsigned events)
{
	(void)events;
	*(bool *)ended = true;
}

static double in_processes(bool by_wire, double (*client)(int), double (*server)(int), bool client_tells)
{
	int ends[2], result[2];
	double number = 0;
	bool ended = false;
	connect_ends(by_wire, ends);
	check(pipe(result) == 0, "pipe");
	pid_t first = start(client, ends[0], ends[1], client_tells ? result[1] : -1);
	pid_t second = start(server, ends[1], ends[0], client_tells ? -1 : result[1]);
	struct source *end = loop_watch(loop, result[0], EPOLLIN, note_end, &ended);
	while (!ended)
		loop_once(loop, -1);
	source_remove(end);
	check(read(result[0], &number, sizeof(number)) == sizeof(number), "result");
	close_ends(ends);
	while (waitpid(first, NULL, WNOHANG) == 0 || waitpid(second, NULL, WNOHANG) == 0)
		loop_once(loop, INT64_C(1000000));
	close(result[0]);
	close(result[1]);
	return number;
}

static double send_bulk(int fd)
{
	for (size_t sent = 0; sent < bulk_size;) {
		ssize_t some = send(fd, chunk, CHUNK, MSG_NOSIGNAL);
		check(some > 0, "send");
		sent += (size_t)some;
	}
	return recv(fd, chunk, 1, 0) < 0 ? -1 : 0; /* until the other end has all */
}

static double receive_bulk(int fd)
{
	int64_t begin = loop_now();
	for (size_t received = 0; received < bulk_size;) {
		ssize_t some = recv(fd, chunk, CHUNK, 0);
		check(some > 0, "recv");
		received += (size_t)some;
	}
	return (double)bulk_size * 8 / (double)(loop_now() - begin);
}

static double ping(int fd)
{
	double *times = calloc((size_t)trips, sizeof(*times));
	for (int i = 0; i < trips; i++) {
		int64_t begin = loop_now();
		check(send(fd, "x", 1, MSG_NOSIGNAL) == 1 && recv(fd, chunk, 1, 0) == 1, "ping");
		times[i] = (double)(loop_now() - begin) / 1e3;
	}
	return median(times, trips);
}

static double pong(int fd)
{
	while (recv(fd, chunk, 1, 0) == 1)
		check(send(fd, "x", 1, MSG_NOSIGNAL) == 1, "pong");
	return 0;
}

static double bulk_in_processes(bool by_wire)
{
	return in_processes(by_wire, send_bulk, receive_bulk, false);
}

static double trip_in_processes(bool by_wire)
{
	return in_processes(by_wire, ping, pong, true);
}

/* The table. */

static void measure(const char *name, const char *unit, double (*run)(bool))
{
	double without[ROUNDS], with[ROUNDS];
	for (int i = 0; i < rounds; i++) {
		without[i] = run(false);
		with[i] = run(true);
	}
	double a = median(without, rounds), b = median(with, rounds);
	printf("%-36s %10.2f %10.2f %10.2f  %s\n", name, a, b, b - a, unit);
	fflush(stdout);
}

static double make_lab(void)
{
	struct error error;
	int64_t begin = loop_now();
	if (lab_make(&lab, NULL, 0, &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		exit(1);
	}
	return (double)(loop_now() - begin) / 1e6;
}

int main(int argc, char **argv)
{
	struct error error;
	double times[ROUNDS];
	bulk_size = argc > 1 ? (size_t)atol(argv[1]) << 20 : bulk_size;
	trips = argc > 2 ? atoi(argv[2]) : trips;
	rounds = argc > 3 ? atoi(argv[3]) : rounds;
	if (rounds < 1 || rounds > ROUNDS || trips < 1)
		return 2;
	for (int i = 0; i < rounds; i++) {
		lab_free(lab);
		lab = NULL;
		times[i] = make_lab();
	}
	loop = loop_new();
	check(loop != NULL, "epoll");
	check(wire_attach(lab_wire(lab), loop, &error) == 0, "wire");
	make_plain();
	printf("%-36s %10s %10s %10s\n", "", "plain veth", "the wire", "difference");
	measure("bulk, one thread", "Gbit/s", bulk_in_one_thread);
	measure("bulk, processes", "Gbit/s", bulk_in_processes);
	measure("round trip of 1 byte, one thread", "us", trip_in_one_thread);
	measure("round trip of 1 byte, processes", "us", trip_in_processes);
	printf("%-36s %10s %10.2f %10s  ms\n", "making a lab of two", "", median(times, rounds), "");
	printf("%-36s %10s %10llu\n", "frames missed by the wire", "", (unsigned long long)wire_missed(lab_wire(lab)));
	for (unsigned i = 0; i < 2; i++)
		agent_end(&plain[i]);
	lab_free(lab);
	loop_free(loop);
	return 0;
}
