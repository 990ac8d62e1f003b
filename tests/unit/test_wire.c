/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wire: frames that flow, are held, delivered, dropped, copied, reordered, lost, delayed; and what is told of them.
 */
#include "test_lab.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>

#include "lab/wire_parts.h"
#include "sosh/watch.h"

#define SEEN 8192

/* What was told. */
struct seen {
	uint64_t number;
	unsigned from, to, flags; /* of TCP */
	size_t length;
	enum wire_fate fate;
	bool corrupted;
};

struct log {
	struct seen seen[SEEN];
	unsigned count;
};

struct scene {
	struct lab *lab;
	struct wire *wire;
	struct loop *loop;
	struct log log;
	bool has_ipv6;
};

#define SYN 0x02u
#define ACK 0x10u

/* The flags of a TCP segment; 0 for others. */
static unsigned flags_of(const char *bytes, size_t length)
{
	bool is_ipv4 = length >= 54 && bytes[12] == 8 && bytes[23] == IPPROTO_TCP;
	bool is_ipv6 = length >= 74 && bytes[12] != 8 && bytes[20] == IPPROTO_TCP;
	return is_ipv4 ? (unsigned char)bytes[47] : is_ipv6 ? (unsigned char)bytes[67] : 0;
}

static void note(void *context, const struct wire_frame *frame)
{
	struct log *log = context;
	assert_true(log->count < SEEN);
	log->seen[log->count++] =
		(struct seen){frame->number, frame->from, frame->to,       flags_of(frame->bytes, frame->length),
	                      frame->length, frame->fate, frame->corrupted};
}

static struct scene *new_scene(const char *const *names, unsigned count)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct address address;
	struct error error;
	scene->lab = make_lab(names, count);
	scene->wire = lab_wire(scene->lab);
	scene->loop = loop_new();
	scene->has_ipv6 = lab_address(scene->lab, 1, AF_INET6, &address);
	wire_tell(scene->wire, note, &scene->log);
	assert_int_equal(wire_attach(scene->wire, scene->loop, &error), 0);
	return scene;
}

static int begin(void **state)
{
	*state = new_scene(NULL, 0);
	return 0;
}

static int begin_with_three(void **state)
{
	static const char *const names[] = {"a", "b", "c"};
	*state = new_scene(names, 3);
	return 0;
}

static int end(void **state)
{
	struct scene *scene = *state;
	lab_free(scene->lab);
	loop_free(scene->loop);
	free(scene);
	return 0;
}

/* Runs the loop until something is told that was not, for two seconds at most. */
static void await_told(struct scene *scene, unsigned count)
{
	int64_t deadline = loop_now() + 2 * SECOND;
	while (scene->log.count < count && loop_now() < deadline)
		loop_once(scene->loop, SECOND / 10);
	assert_true(scene->log.count >= count);
}

static void await_input(struct scene *scene, int fd)
{
	int64_t deadline = loop_now() + 3 * SECOND;
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	while (poll(&ready, 1, 0) == 0 && loop_now() < deadline)
		loop_once(scene->loop, SECOND / 100);
	assert_true(ready.revents & POLLIN);
}

static void assert_seen(const struct scene *scene, unsigned index, uint64_t number, unsigned from, unsigned flags,
                        enum wire_fate fate)
{
	assert_true(index < scene->log.count);
	const struct seen *seen = &scene->log.seen[index];
	assert_int_equal(seen->number, number);
	assert_int_equal(seen->from, from);
	assert_int_equal(seen->to, 3 - from);
	assert_int_equal(seen->flags, flags);
	assert_int_equal(seen->fate, fate);
}

static void deliver(struct scene *scene, uint64_t number)
{
	struct error error = {0};
	if (wire_deliver(scene->wire, number, &error) < 0)
		fail_msg("%s", error.text);
	settle(scene->lab);
}

/* Datagrams: host 1 sends to host 2, unless said otherwise. */
struct pair {
	int from, to;
};

static struct pair datagram_pair(struct scene *scene, unsigned from, unsigned to)
{
	struct pair pair = {socket_on(scene->lab, from, AF_INET, SOCK_DGRAM),
	                    bound_on(scene->lab, to, AF_INET, SOCK_DGRAM, 9)};
	struct address address = host_at(scene->lab, to, AF_INET, 9);
	assert_int_equal(connect(pair.from, &address.any, address.length), 0);
	return pair;
}

static void pair_close(const struct pair *pair)
{
	close(pair->from);
	close(pair->to);
}

static void send_text(const struct pair *pair, const char *text)
{
	assert_int_equal(send(pair->from, text, strlen(text), 0), strlen(text));
}

/* "" when there is none. */
static const char *receive_text(const struct pair *pair)
{
	static char text[2000];
	ssize_t length = recv(pair->to, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

/* Its segments are numbered behind `newest`. */
static void connect_through_from(struct scene *scene, int family, uint64_t newest)
{
	unsigned before = scene->log.count;
	struct address address = host_at(scene->lab, 2, family, 80);
	int listener = listen_on(scene->lab, 2, family, 80), client = connect_from(scene->lab, 1, &address);
	settle(scene->lab);
	assert_int_equal(state_of(client), TCP_ESTABLISHED);
	int accepted = accept(listener, NULL, NULL);
	assert_true(accepted >= 0);
	assert_int_equal(state_of(accepted), TCP_ESTABLISHED);
	assert_int_equal(scene->log.count, before + 3); /* and nothing else, not before and not between */
	assert_seen(scene, before, newest + 1, 1, SYN, WIRE_CARRIED);
	assert_seen(scene, before + 1, newest + 2, 2, SYN | ACK, WIRE_CARRIED);
	assert_seen(scene, before + 2, newest + 3, 1, ACK, WIRE_CARRIED);
	close(accepted);
	close(client);
	close(listener);
	settle(scene->lab);
}

static void connect_through(struct scene *scene, int family)
{
	connect_through_from(scene, family, wire_newest(scene->wire));
}

static void a_connection_flows(void **state)
{
	struct scene *scene = *state;
	connect_through(scene, AF_INET);
	if (scene->has_ipv6)
		connect_through(scene, AF_INET6);
}

/* Where others number segments too, the next number is behind theirs. */
static void numbers_go_on_behind_others(void **state)
{
	struct scene *scene = *state;
	uint64_t others = wire_newest(scene->wire) + 10, before = others;
	wire_number_after(scene->wire, &others);
	connect_through_from(scene, AF_INET, before);
	others = before; /* the wire is ahead of them now */
	if (scene->has_ipv6)
		connect_through(scene, AF_INET6);
	wire_number_after(scene->wire, NULL);
}

static enum tcp_state pair_state(struct watch *watch, const struct address *local, const struct address *peer)
{
	enum tcp_state found = STATE_NONE;
	struct error error;
	assert_int_equal(watch_pair(watch, local, peer, &found, &error), 0);
	return found;
}

static void step_by_step(struct scene *scene, int family)
{
	struct address server = host_at(scene->lab, 2, family, 80), client = {0};
	struct watch watch;
	struct netlink there;
	wire_hold(scene->wire, NULL, NULL);
	uint64_t newest = wire_newest(scene->wire);
	int listener = listen_on(scene->lab, 2, family, 80), fd = connect_from(scene->lab, 1, &server);
	watch_init(&watch);
	assert_int_equal(lab_netlink(scene->lab, 2, NETLINK_SOCK_DIAG, &there), 0);
	watch_also(&watch, there);
	client.length = sizeof(client.storage);
	assert_int_equal(getsockname(fd, &client.any, &client.length), 0);

	settle(scene->lab);
	assert_int_equal(wire_held_count(scene->wire), 1);
	assert_int_equal(state_of(fd), TCP_SYN_SENT);
	assert_int_equal(pair_state(&watch, &server, &client), STATE_CLOSED);
	deliver(scene, newest + 1);
	assert_int_equal(pair_state(&watch, &server, &client), STATE_SYN_RECEIVED);
	assert_int_equal(state_of(fd), TCP_SYN_SENT);
	deliver(scene, 0);
	assert_int_equal(state_of(fd), TCP_ESTABLISHED);
	assert_int_equal(pair_state(&watch, &server, &client), STATE_SYN_RECEIVED);
	deliver(scene, newest + 3);
	assert_int_equal(pair_state(&watch, &server, &client), STATE_ESTABLISHED);
	assert_int_equal(wire_held_count(scene->wire), 0);
	close(fd);
	close(listener);
	settle(scene->lab);
	wire_flow(scene->wire);
	settle(scene->lab);
	watch_clear(&watch);
}

static void a_handshake_by_hand(void **state)
{
	struct scene *scene = *state;
	step_by_step(scene, AF_INET);
	static const struct {
		unsigned from, flags;
		enum wire_fate fate;
	} wanted[] = {{1, SYN, WIRE_HELD},       {1, SYN, WIRE_DELIVERED},
	              {2, SYN | ACK, WIRE_HELD}, {2, SYN | ACK, WIRE_DELIVERED},
	              {1, ACK, WIRE_HELD},       {1, ACK, WIRE_DELIVERED}};
	for (unsigned i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		assert_seen(scene, i, i / 2 + 1, wanted[i].from, wanted[i].flags, wanted[i].fate);
	if (scene->has_ipv6)
		step_by_step(scene, AF_INET6);
}

static void what_is_dropped_is_sent_again(void **state)
{
	struct scene *scene = *state;
	struct address address = host_at(scene->lab, 2, AF_INET, 80);
	struct error error;
	int listener = listen_on(scene->lab, 2, AF_INET, 80), client = connect_from(scene->lab, 1, &address);
	settle(scene->lab);
	int accepted = accept(listener, NULL, NULL);
	wire_hold(scene->wire, NULL, NULL);
	assert_int_equal(send(client, "hello", 5, 0), 5);
	settle(scene->lab);
	assert_int_equal(wire_held_count(scene->wire), 1);
	assert_int_equal(wire_drop(scene->wire, 4, &error), 0);
	assert_seen(scene, 4, 4, 1, ACK | 0x08, WIRE_DROPPED);
	await_told(scene, 6); /* after 200 ms */
	assert_seen(scene, 5, 5, 1, ACK | 0x08, WIRE_HELD);
	deliver(scene, 0);
	char bytes[10];
	assert_int_equal(recv(accepted, bytes, sizeof(bytes), 0), 5);
	close(accepted);
	close(client);
	close(listener);
}

static void copies_and_another_order(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	struct error error;
	wire_hold(scene->wire, NULL, NULL);
	send_text(&pair, "one");
	send_text(&pair, "two");
	send_text(&pair, "three");
	settle(scene->lab);
	assert_int_equal(wire_held_count(scene->wire), 3);
	assert_string_equal(receive_text(&pair), "");
	deliver(scene, 3);
	assert_int_equal(wire_copy(scene->wire, 1, &error), 0);
	deliver(scene, 1);
	deliver(scene, 2);
	assert_string_equal(receive_text(&pair), "three");
	assert_string_equal(receive_text(&pair), "one");
	assert_string_equal(receive_text(&pair), "one");
	assert_string_equal(receive_text(&pair), "two");
	assert_string_equal(receive_text(&pair), "");
	assert_seen(scene, 4, 1, 1, 0, WIRE_COPIED);
	pair_close(&pair);
}

static void held_ones_flow_on_in_order(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	wire_hold(scene->wire, NULL, NULL);
	assert_true(wire_holds(scene->wire));
	send_text(&pair, "one");
	send_text(&pair, "two");
	settle(scene->lab);
	const struct wire_frame *frame = wire_held(scene->wire, NULL);
	assert_int_equal(frame->number, 1);
	assert_int_equal(frame->to, 2);
	assert_memory_equal(frame->bytes + frame->length - 3, "one", 3);
	frame = wire_held(scene->wire, frame);
	assert_int_equal(frame->number, 2);
	assert_null(wire_held(scene->wire, frame));
	wire_flow(scene->wire);
	assert_false(wire_holds(scene->wire));
	assert_int_equal(wire_held_count(scene->wire), 0);
	send_text(&pair, "three");
	settle(scene->lab);
	assert_string_equal(receive_text(&pair), "one");
	assert_string_equal(receive_text(&pair), "two");
	assert_string_equal(receive_text(&pair), "three");
	pair_close(&pair);
}

static void numbers_that_are_gone(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	struct error error = {0};
	assert_int_equal(wire_deliver(scene->wire, 0, &error), -1);
	assert_non_null(strstr(error.text, "nothing is held"));
	send_text(&pair, "one");
	settle(scene->lab);
	assert_int_equal(wire_drop(scene->wire, 1, &error), -1);
	assert_non_null(strstr(error.text, "segment 1 is not held"));
	assert_int_equal(wire_copy(scene->wire, 2, &error), -1);
	assert_non_null(strstr(error.text, "no segment 2 has come yet; the newest is 1"));
	assert_int_equal(wire_corrupt(scene->wire, UINT64_MAX, &error), -1);
	assert_int_equal(scene->log.count, 1);
	pair_close(&pair);
}

static void too_many_held(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	wire_hold(scene->wire, NULL, NULL);
	for (unsigned i = 0; i < WIRE_KEPT + 2; i++) {
		send_text(&pair, "x");
		settle(scene->lab);
	}
	assert_int_equal(wire_held_count(scene->wire), WIRE_KEPT);
	assert_int_equal(wire_held(scene->wire, NULL)->number, 3);
	assert_seen(scene, WIRE_KEPT, 1, 1, 0, WIRE_OVERFLOW);
	assert_seen(scene, WIRE_KEPT + 2, 2, 1, 0, WIRE_OVERFLOW);
	pair_close(&pair);
}

static bool is_syn(void *context, const struct wire_frame *frame)
{
	(void)context;
	return flags_of(frame->bytes, frame->length) == SYN;
}

static void only_what_matches_is_held(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	struct address address = host_at(scene->lab, 2, AF_INET, 80);
	wire_hold(scene->wire, is_syn, NULL);
	int listener = listen_on(scene->lab, 2, AF_INET, 80), client = connect_from(scene->lab, 1, &address);
	send_text(&pair, "by");
	settle(scene->lab);
	assert_string_equal(receive_text(&pair), "by");
	assert_int_equal(wire_held_count(scene->wire), 1);
	deliver(scene, 0);
	assert_int_equal(state_of(client), TCP_ESTABLISHED);
	close(client);
	close(listener);
	pair_close(&pair);
}

/* As its description says it, written once more. */
static bool lost(uint64_t seed, unsigned from, unsigned to, unsigned n, double percent)
{
	uint64_t state = seed + ((uint64_t)from << 32) + to, z = 0;
	while (n--) {
		z = state += 0x9e3779b97f4a7c15u;
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		z ^= z >> 31;
	}
	return (double)z / 18446744073709551616.0 * 100 < percent;
}

#define DATAGRAMS 100u

/* Which of many datagrams are lost: '.' or 'x' for each. */
static void send_many(struct scene *scene, const struct pair *pair, char fates[DATAGRAMS + 1])
{
	unsigned arrived = 0, kept = 0;
	scene->log.count = 0;
	for (unsigned i = 0; i < DATAGRAMS; i++) {
		send_text(pair, "x");
		settle(scene->lab);
		assert_int_equal(scene->log.count, i + 1);
		fates[i] = scene->log.seen[i].fate == WIRE_LOST ? 'x' : '.';
		kept += fates[i] == '.';
		while (*receive_text(pair))
			arrived++;
	}
	fates[DATAGRAMS] = '\0';
	assert_int_equal(arrived, kept);
}

static void the_same_seed_the_same_losses(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2), back = datagram_pair(scene, 2, 1);
	char first[DATAGRAMS + 1], second[DATAGRAMS + 1], other[DATAGRAMS + 1];
	struct error error = {0};
	assert_int_equal(wire_set_loss(scene->wire, 1, 2, 30, 7, &error), 0);
	send_many(scene, &pair, first);
	assert_int_equal(wire_set_loss(scene->wire, 1, 2, 30, 7, &error), 0);
	send_many(scene, &back, other);
	assert_null(strchr(other, 'x')); /* the other direction */
	send_many(scene, &pair, second);
	assert_string_equal(first, second);
	for (unsigned i = 0; i < DATAGRAMS; i++)
		assert_int_equal(first[i] == 'x', lost(7, 1, 2, i + 1, 30));
	assert_int_equal(wire_set_loss(scene->wire, 0, 0, 30, 8, &error), 0);
	send_many(scene, &pair, other);
	assert_string_not_equal(first, other);
	assert_int_equal(wire_set_loss(scene->wire, 0, 0, 100, 8, &error), 0);
	send_many(scene, &back, other);
	assert_null(strchr(other, '.'));
	assert_int_equal(wire_set_loss(scene->wire, 0, 0, 101, 8, &error), -1);
	assert_int_equal(wire_set_corrupt(scene->wire, 0, 0, -1, 8, &error), -1);
	assert_int_equal(wire_set_delay(scene->wire, 0, 0, -0.1, &error), -1);
	assert_int_equal(wire_set_loss(scene->wire, 0, 0, 0, 8, &error), 0);
	send_many(scene, &back, other);
	assert_null(strchr(other, 'x'));
	pair_close(&pair);
	pair_close(&back);
}

static void a_cut_wire(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2), back = datagram_pair(scene, 2, 1);
	wire_set_cut(scene->wire, 1, 0, true);
	assert_true(wire_faults(scene->wire, 1, 2)->cut);
	assert_false(wire_faults(scene->wire, 2, 1)->cut);
	send_text(&pair, "there");
	send_text(&back, "back");
	settle(scene->lab);
	assert_string_equal(receive_text(&pair), "");
	assert_string_equal(receive_text(&back), "back");
	assert_seen(scene, 0, 1, 1, 0, WIRE_CUT);
	assert_seen(scene, 1, 2, 2, 0, WIRE_CARRIED);
	wire_set_cut(scene->wire, 0, 0, false);
	send_text(&pair, "joined");
	settle(scene->lab);
	assert_string_equal(receive_text(&pair), "joined");
	pair_close(&pair);
	pair_close(&back);
}

static void a_delay(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	struct error error;
	assert_int_equal(wire_set_delay(scene->wire, 0, 2, 0.05, &error), 0);
	assert_int_equal(wire_deadline(scene->wire), 0);
	int64_t start = loop_now();
	send_text(&pair, "late");
	send_text(&pair, "later");
	settle(scene->lab);
	assert_int_not_equal(wire_deadline(scene->wire), 0);
	assert_seen(scene, 0, 1, 1, 0, WIRE_DELAYED);
	assert_seen(scene, 1, 2, 1, 0, WIRE_DELAYED);
	await_told(scene, 4);
	assert_true(loop_now() - start >= SECOND / 20);
	assert_seen(scene, 2, 1, 1, 0, WIRE_CARRIED);
	assert_seen(scene, 3, 2, 1, 0, WIRE_CARRIED);
	assert_string_equal(receive_text(&pair), "late");
	assert_string_equal(receive_text(&pair), "later");
	assert_int_equal(wire_deadline(scene->wire), 0);
	pair_close(&pair);
}

/* 10 frames of 1000 bytes at 100,000 bytes a second. */
static void a_rate(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	char text[959];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	wire_set_rate(scene->wire, 0, 0, 100000);
	int64_t start = loop_now();
	for (int i = 0; i < 10; i++) {
		text[0] = (char)('0' + i);
		send_text(&pair, text);
	}
	await_told(scene, 20);
	assert_int_equal(scene->log.seen[0].length, 1000);
	assert_true(loop_now() - start >= SECOND / 10);
	for (int i = 0; i < 10; i++)
		assert_int_equal(receive_text(&pair)[0], '0' + i);
	pair_close(&pair);
}

static void corrupted_frames(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2);
	struct error error;
	assert_int_equal(wire_set_corrupt(scene->wire, 0, 0, 100, 1, &error), 0);
	for (int i = 0; i < 20; i++)
		send_text(&pair, "some text to be spoilt");
	settle(scene->lab);
	assert_string_equal(receive_text(&pair), ""); /* the checksum tells */
	assert_int_equal(wire_set_corrupt(scene->wire, 0, 0, 0, 1, &error), 0);
	for (int i = 0; i < 20; i++) {
		assert_seen(scene, (unsigned)i, (uint64_t)i + 1, 1, 0, WIRE_CARRIED);
		assert_true(scene->log.seen[i].corrupted);
	}
	wire_hold(scene->wire, NULL, NULL);
	send_text(&pair, "held");
	settle(scene->lab);
	assert_int_equal(wire_copy(scene->wire, 0, &error), 0);
	assert_int_equal(wire_corrupt(scene->wire, 0, &error), 0);
	assert_true(wire_held(scene->wire, NULL)->corrupted);
	deliver(scene, 0);
	assert_string_equal(receive_text(&pair), "held");
	assert_string_equal(receive_text(&pair), "");
	pair_close(&pair);
}

static void to_all_hosts(void **state)
{
	struct scene *scene = *state;
	const int on = 1;
	struct address address = {.length = sizeof(address.in)};
	address.in = (struct sockaddr_in){AF_INET, htons(9), {htonl(0x0a0000ffu)}, {0}};
	int from = socket_on(scene->lab, 2, AF_INET, SOCK_DGRAM), to[2];
	for (unsigned i = 0; i < 2; i++) {
		struct address any = {.length = sizeof(any.in), .in = {.sin_family = AF_INET, .sin_port = htons(9)}};
		to[i] = socket_on(scene->lab, i ? 3 : 1, AF_INET, SOCK_DGRAM);
		assert_int_equal(bind(to[i], &any.any, any.length), 0);
	}
	assert_int_equal(setsockopt(from, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
	for (unsigned round = 0; round < 2; round++) {
		assert_int_equal(sendto(from, "x", 1, 0, &address.any, address.length), 1);
		settle(scene->lab);
		if (round == 1) {
			assert_int_equal(wire_held(scene->wire, NULL)->to, 0);
			deliver(scene, 2);
		}
		for (unsigned i = 0; i < 2; i++) {
			char byte;
			assert_int_equal(recv(to[i], &byte, 1, 0), 1);
			assert_int_equal(recv(to[i], &byte, 1, 0), -1);
			assert_int_equal(scene->log.seen[i].number, 1);
			assert_int_equal(scene->log.seen[i].to, i ? 3 : 1);
		}
		wire_hold(scene->wire, NULL, NULL);
	}
	for (unsigned i = 0; i < 2; i++)
		close(to[i]);
	close(from);
}

/* Neighbours that are not there are asked for; nobody sees it. */
static void noise_has_no_number(void **state)
{
	struct scene *scene = *state;
	struct address nobody = host_at(scene->lab, 2, AF_INET, 9);
	nobody.in.sin_addr.s_addr = htonl(0x0a000063u);
	int fd = socket_on(scene->lab, 1, AF_INET, SOCK_DGRAM), fd6 = -1;
	wire_hold(scene->wire, NULL, NULL);
	assert_int_equal(sendto(fd, "x", 1, 0, &nobody.any, nobody.length), 1);
	assert_true(wire_turn(scene->wire) > 0);
	if (scene->has_ipv6) {
		nobody = host_at(scene->lab, 2, AF_INET6, 9);
		nobody.in6.sin6_addr.s6_addr[15] = 0x63;
		fd6 = socket_on(scene->lab, 1, AF_INET6, SOCK_DGRAM);
		assert_int_equal(sendto(fd6, "x", 1, 0, &nobody.any, nobody.length), 1);
		assert_true(wire_turn(scene->wire) > 0);
		close(fd6);
	}
	assert_int_equal(wire_newest(scene->wire), 0);
	assert_int_equal(wire_held_count(scene->wire), 0);
	assert_int_equal(scene->log.count, 0);
	close(fd);
}

static void send_raw(struct scene *scene, const char *bytes, size_t length)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = 2};
	int fd = lab_socket(scene->lab, 1, AF_PACKET, SOCK_RAW, 0);
	assert_true(fd >= 0);
	assert_int_equal(sendto(fd, bytes, length, 0, (struct sockaddr *)&address, sizeof(address)), length);
	close(fd);
	settle(scene->lab);
}

static void frames_that_make_no_sense(void **state)
{
	struct scene *scene = *state;
	char bytes[60] = {2, 0, 0, 0, 0, 77, 2, 0, 0, 0, 0, 1, 8, 0, 0x4f};
	send_raw(scene, bytes, sizeof(bytes)); /* to host 77 */
	assert_int_equal(scene->log.count, 1);
	assert_int_equal(scene->log.seen[0].fate, WIRE_NOWHERE);
	assert_int_equal(scene->log.seen[0].to, 0);
	bytes[5] = 2;
	send_raw(scene, bytes, sizeof(bytes)); /* an IPv4 header of 60 bytes in a frame of 60 */
	assert_seen(scene, 1, 2, 1, 0, WIRE_CARRIED);
	bytes[5] = 1;
	send_raw(scene, bytes, ETH_HLEN + 1); /* to itself */
	assert_int_equal(scene->log.seen[2].fate, WIRE_NOWHERE);
	struct error error;
	assert_int_equal(wire_set_corrupt(scene->wire, 0, 0, 100, 1, &error), 0);
	bytes[5] = 2;
	send_raw(scene, bytes, ETH_HLEN + 1);
	assert_int_equal(scene->log.count, 4);
	assert_int_equal(wire_newest(scene->wire), 4);
}

/* The order of the wire is that in which frames were sent, whichever host sent them. */
static void numbers_follow_the_time(void **state)
{
	struct scene *scene = *state;
	struct pair pair = datagram_pair(scene, 1, 2), back = datagram_pair(scene, 2, 1);
	for (int i = 0; i < 3; i++) {
		send_text(&back, "x");
		send_text(&pair, "x");
	}
	int64_t now = loop_now();
	settle(scene->lab);
	assert_int_equal(scene->log.count, 6);
	for (unsigned i = 0; i < 6; i++)
		assert_seen(scene, i, i + 1, i % 2 ? 1 : 2, 0, WIRE_CARRIED);
	wire_hold(scene->wire, NULL, NULL);
	send_text(&pair, "x");
	settle(scene->lab);
	assert_true(wire_held(scene->wire, NULL)->time >= now - SECOND / 100);
	assert_true(wire_held(scene->wire, NULL)->time <= loop_now() + SECOND / 100);
	pair_close(&pair);
	pair_close(&back);
}

#define BULK ((size_t)3 << 20)

static void a_bulk_transfer_arrives_whole(void **state)
{
	struct scene *scene = *state;
	struct address address = host_at(scene->lab, 2, AF_INET, 80);
	int listener = listen_on(scene->lab, 2, AF_INET, 80), client = connect_from(scene->lab, 1, &address);
	await_input(scene, listener);
	int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	unsigned char *sent = malloc(BULK), *received = malloc(BULK);
	for (size_t i = 0; i < BULK; i++)
		sent[i] = (unsigned char)random_number(i, 1);
	wire_tell(scene->wire, NULL, NULL);
	for (size_t out = 0, in = 0; in < BULK;) {
		ssize_t some = send(client, sent + out, BULK - out, MSG_DONTWAIT);
		out += some > 0 ? (size_t)some : 0;
		some = recv(accepted, received + in, BULK - in, 0);
		in += some > 0 ? (size_t)some : 0;
		if (some < 0)
			await_input(scene, accepted);
	}
	assert_memory_equal(sent, received, BULK);
	assert_int_equal(wire_missed(scene->wire), 0);
	free(sent);
	free(received);
	close(accepted);
	close(client);
	close(listener);
}

/* Any bytes, in memory of just their size. */
static void any_bytes_at_all(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 20000; n++) {
		size_t length = random_number(1, n) % 80;
		char *bytes = malloc(length + 1), *before = malloc(length + 1);
		for (size_t i = 0; i < length; i++)
			bytes[i] = (char)random_number(n, i);
		if (length > 20 && n % 2) /* IPv6 with options before ICMPv6 */
			memcpy(bytes + 12, "\x86\xdd\x60\0\0\0\0\0\0", 9);
		frame_is_noise(bytes, length);
		assert_int_equal(frame_targets(bytes, length, 1, 2) & ~UINT32_C(4), 0);
		memcpy(before, bytes, length);
		if (length) {
			size_t place = frame_turn_bit(bytes, length, random_number(2, n));
			assert_int_equal(__builtin_popcount((unsigned char)(bytes[place] ^ before[place])), 1);
			bytes[place] = before[place];
		}
		assert_memory_equal(bytes, before, length);
		free(bytes);
		free(before);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_connection_flows),
		TEST(numbers_go_on_behind_others),
		TEST(a_handshake_by_hand),
		TEST(what_is_dropped_is_sent_again),
		TEST(copies_and_another_order),
		TEST(held_ones_flow_on_in_order),
		TEST(numbers_that_are_gone),
		TEST(too_many_held),
		TEST(only_what_matches_is_held),
		TEST(the_same_seed_the_same_losses),
		TEST(a_cut_wire),
		TEST(a_delay),
		TEST(a_rate),
		TEST(corrupted_frames),
		cmocka_unit_test_setup_teardown(to_all_hosts, begin_with_three, end),
		TEST(noise_has_no_number),
		TEST(frames_that_make_no_sense),
		TEST(numbers_follow_the_time),
		TEST(a_bulk_transfer_arrives_whole),
		cmocka_unit_test(any_bytes_at_all),
	};
	if (!machine_allows())
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
