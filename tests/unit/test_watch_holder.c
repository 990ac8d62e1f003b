/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a port, a path or a name, and which addresses are this machine's.
 */
#include "watched.h"

#include <net/if.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>

static const struct watch_fact *with_inode(const struct seen *seen, uint64_t inode)
{
	for (size_t i = 0; i < seen->count; i++) {
		if (seen->list[i].inode == inode)
			return &seen->list[i];
	}
	return NULL;
}

static void sockets_on_a_tcp_port(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct handle waiting = make(AF_INET, SOCK_STREAM);
	struct seen seen = {0};
	assert_int_equal(connect_to(&waiting, &c.listener), 0);
	assert_int_equal(see_port(watch, IPPROTO_TCP, &c.listener, &seen), 3);
	assert_int_equal(seen.count, 3);
	const struct watch_fact *listener = with_inode(&seen, inode_of(&c.listener));
	const struct watch_fact *accepted = with_inode(&seen, inode_of(&c.accepted));
	const struct watch_fact *queued = with_inode(&seen, 0);
	assert_non_null(listener);
	assert_true(listener->listening);
	assert_int_equal(listener->receive_queue, 1);
	assert_non_null(accepted);
	assert_int_equal(accepted->state, STATE_ESTABLISHED);
	assert_true(address_equal(&accepted->peer, &c.client.local));
	assert_non_null(queued);
	assert_true(address_equal(&queued->peer, &waiting.local));
	reset(&waiting);
	disconnect(&c);
	assert_int_equal(see_port(watch, IPPROTO_TCP, &c.listener, &seen), 0);
	assert_int_equal(seen.count, 0);
}

static bool tells_idle_sockets(void)
{
	struct utsname name;
	int major = 0, minor = 0;
	uname(&name);
	return sscanf(name.release, "%d.%d", &major, &minor) == 2 && (major > 6 || (major == 6 && minor >= 8));
}

static void a_bound_idle_socket(void **state)
{
	struct watch *watch = *state;
	struct handle idle = bound("127.0.0.1", SOCK_STREAM);
	struct seen seen = {0};
	int expected = tells_idle_sockets() ? 1 : 0;
	assert_int_equal(see_port(watch, IPPROTO_TCP, &idle, &seen), expected);
	if (expected) {
		assert_int_equal(seen.list[0].state, STATE_CLOSED);
		assert_false(seen.list[0].listening);
		assert_true(address_equal(&seen.list[0].local, &idle.local));
		assert_int_equal(seen.list[0].inode, inode_of(&idle));
	}
	shut(&idle);
}

static void both_families(void **state)
{
	struct watch *watch = *state;
	if (!has_ipv6())
		skip();
	const int on = 1;
	struct handle any6 = listening("::", 8), only6 = make(AF_INET6, SOCK_STREAM);
	struct handle client = make(AF_INET, SOCK_STREAM);
	struct address target = host("127.0.0.1", port_of(&any6)), every = host("::", 0);
	assert_int_equal(connect(client.fd, &target.any, target.length), 0);
	struct seen seen = {0};
	assert_int_equal(watch_each_on_port(watch, IPPROTO_TCP, port_of(&any6), see, &seen), 2);
	const struct watch_fact *listener = with_inode(&seen, inode_of(&any6));
	const struct watch_fact *queued = with_inode(&seen, 0);
	assert_non_null(listener);
	assert_false(listener->v6only);
	assert_non_null(queued);
	assert_int_equal(queued->family, AF_INET6); /* it holds an IPv4 connection */
	assert_true(IN6_IS_ADDR_V4MAPPED(&queued->local.in6.sin6_addr));

	setsockopt(only6.fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	assert_int_equal(bind_to(&only6, &every), 0);
	assert_int_equal(listen(only6.fd, 8), 0);
	assert_int_equal(see_port(watch, IPPROTO_TCP, &only6, &seen), 1);
	assert_true(seen.list[0].v6only);
	struct watch_fact fact;
	assert_int_equal(watch_fact(watch, &only6, &fact), 0);
	assert_true(fact.v6only);
	reset(&client);
	shut(&any6);
	shut(&only6);
}

/* More than one message of the kernel's holds. */
static void many_on_one_udp_port(void **state)
{
	enum { MANY = 400 };
	struct watch *watch = *state;
	static struct handle handles[MANY];
	const int on = 1;
	struct address address = host("127.0.0.1", 0);
	for (int i = 0; i < MANY; i++) {
		handles[i] = make(AF_INET, SOCK_DGRAM);
		if (i > 0) /* the first one gets a port of its own */
			setsockopt(handles[i].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		assert_int_equal(bind_to(&handles[i], &address), 0);
		setsockopt(handles[i].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		address = handles[0].local;
	}
	struct seen seen = {0};
	assert_int_equal(see_port(watch, IPPROTO_UDP, &handles[0], &seen), MANY);
	assert_int_equal(seen.count, MANY);
	assert_int_equal(seen.list[0].protocol, IPPROTO_UDP);
	assert_int_equal(seen.list[0].type, SOCK_DGRAM);
	assert_int_equal(seen.list[0].state, STATE_NONE);
	assert_int_equal(seen.list[0].peer.length, 0);
	assert_int_equal(seen.list[0].uid, getuid());
	assert_true(address_equal(&seen.list[0].local, &address));
	for (int i = 0; i < MANY; i++)
		shut(&handles[i]);
}

struct nested {
	struct watch *watch;
	const struct handle *handle;
	size_t again;
	int found;
};

static void ask_again(const struct watch_fact *fact, void *context)
{
	struct nested *nested = context;
	struct seen seen;
	struct watch_fact pair;
	if (!address_equal(&fact->local, &nested->handle->local))
		return;
	nested->again = see_port(nested->watch, IPPROTO_TCP, nested->handle, &seen);
	nested->found += watch_fact_of_pair(nested->watch, &fact->local, &fact->peer, &pair) == 0;
}

static void a_question_inside_an_answer(void **state)
{
	struct watch *watch = *state;
	struct connection c = connected();
	struct nested nested = {.watch = watch, .handle = &c.listener};
	assert_true(watch_each_on_port(watch, IPPROTO_TCP, port_of(&c.listener), ask_again, &nested) >= 2);
	assert_int_equal(nested.again, 2);
	assert_int_equal(nested.found, 2);
	disconnect(&c);
}

/* In the child: holds the listener, under a name that no terminal should see, until the parent says so. */
static void hold(int ready, int done)
{
	char byte = 0;
	prctl(PR_SET_NAME, "h\033[1m");
	if (write(ready, &byte, 1) == 1 && read(done, &byte, 1) == 0)
		_exit(0);
	_exit(1);
}

static void another_process_holds_the_port(void **state)
{
	struct watch *watch = *state;
	struct handle listener = listening("127.0.0.1", 8);
	uint64_t inode = inode_of(&listener);
	int ready[2], done[2], status;
	char byte;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(done), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(done[1]);
		hold(ready[1], done[0]);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	shut(&listener);
	struct seen seen = {0};
	struct watch_process process = {0};
	assert_int_equal(see_port(watch, IPPROTO_TCP, &listener, &seen), 1);
	assert_int_equal(seen.list[0].inode, inode);
	assert_true(watch_process(seen.list[0].inode, &process));
	assert_int_equal(process.pid, child);
	assert_string_equal(process.name, "h\\x1b[1m");
	close(done[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_false(watch_process(inode, &process));
	assert_false(watch_process(0, &process));
	close(done[0]);
	close(ready[0]);
	close(ready[1]);
}

/* A folder for the sockets of one test. */
struct folder {
	char name[32];
	char path[64];
	struct address address;
};

static void folder_make(struct folder *folder)
{
	struct error error;
	strcpy(folder->name, "/tmp/watch-XXXXXX");
	assert_non_null(mkdtemp(folder->name));
	snprintf(folder->path, sizeof(folder->path), "%s/socket", folder->name);
	assert_int_equal(address_from_path(&folder->address, folder->path, strlen(folder->path), &error), 0);
}

static void folder_remove(struct folder *folder)
{
	unlink(folder->path);
	assert_int_equal(rmdir(folder->name), 0);
}

static void a_path(void **state)
{
	struct watch *watch = *state;
	struct folder folder;
	struct handle holder = make(AF_UNIX, SOCK_DGRAM), second = make(AF_UNIX, SOCK_DGRAM);
	struct watch_process process;
	struct seen seen = {0};
	folder_make(&folder);
	assert_int_equal(watch_each_of_name(watch, &folder.address, see, &seen), 0);
	assert_int_equal(bind_to(&holder, &folder.address), 0);
	assert_int_equal(watch_each_of_name(watch, &folder.address, see, &seen), 1);
	assert_int_equal(seen.list[0].family, AF_UNIX);
	assert_int_equal(seen.list[0].type, SOCK_DGRAM);
	assert_int_equal(seen.list[0].inode, inode_of(&holder));
	assert_int_equal(seen.list[0].uid, getuid());
	assert_true(address_equal(&seen.list[0].local, &folder.address));
	assert_true(watch_process(seen.list[0].inode, &process));
	assert_int_equal(process.pid, getpid());
	unlink(folder.path);
	assert_int_equal(watch_each_of_name(watch, &folder.address, see, &seen), 0);
	assert_int_equal(bind_to(&second, &folder.address), 0);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(watch_each_of_name(watch, &folder.address, see, &seen), 1);
	assert_int_equal(seen.list[0].inode, inode_of(&second));
	shut(&second);
	assert_int_equal(access(folder.path, F_OK), 0); /* the file stays, and nobody holds it */
	assert_int_equal(watch_each_of_name(watch, &folder.address, see, &seen), 0);
	shut(&holder);
	folder_remove(&folder);
}

static void an_accepted_socket_has_its_listener_s_name(void **state)
{
	struct watch *watch = *state;
	struct folder folder;
	struct handle listener = make(AF_UNIX, SOCK_STREAM), client = make(AF_UNIX, SOCK_STREAM);
	struct seen seen = {0};
	folder_make(&folder);
	assert_int_equal(bind_to(&listener, &folder.address), 0);
	assert_int_equal(listen(listener.fd, 5), 0);
	assert_int_equal(connect_to(&client, &listener), 0);
	struct handle accepted = accepted_by(&listener);
	assert_int_equal(watch_each_of_name(watch, &folder.address, see, &seen), 2);
	const struct watch_fact *first = with_inode(&seen, inode_of(&listener));
	const struct watch_fact *second = with_inode(&seen, inode_of(&accepted));
	assert_non_null(first);
	assert_true(first->listening);
	assert_int_equal(first->send_queue, 5);
	assert_non_null(second);
	assert_false(second->listening);
	assert_int_equal(second->peer_inode, inode_of(&client));
	shut(&client);
	shut(&accepted);
	shut(&listener);
	folder_remove(&folder);
}

static void an_abstract_name(void **state)
{
	struct watch *watch = *state;
	struct handle holder = make(AF_UNIX, SOCK_STREAM);
	struct address any = {.length = sizeof(sa_family_t), .un = {.sun_family = AF_UNIX}};
	struct seen seen = {0};
	assert_int_equal(bind_to(&holder, &any), 0); /* the kernel chooses one */
	assert_int_equal(watch_each_of_name(watch, &holder.local, see, &seen), 1);
	assert_int_equal(seen.list[0].inode, inode_of(&holder));
	assert_true(address_equal(&seen.list[0].local, &holder.local));
	shut(&holder);
	assert_int_equal(watch_each_of_name(watch, &holder.local, see, &seen), 0);
	assert_int_equal(watch_each_of_name(watch, &any, see, &seen), 0); /* no name: not all that have none */
}

static void overlaps(void **state)
{
	static const struct {
		const char *held, *wanted;
		unsigned held_port, wanted_port;
		bool overlap;
	} cases[] = {
		{"127.0.0.1", "127.0.0.1", 80, 80, true},
		{"127.0.0.1", "127.0.0.1", 80, 81, false},
		{"127.0.0.1", "127.0.0.2", 80, 80, false},
		{"0.0.0.0", "127.0.0.2", 80, 80, true},
		{"127.0.0.2", "0.0.0.0", 80, 80, true},
		{"::", "127.0.0.1", 80, 80, true},
		{"127.0.0.1", "::", 80, 80, true},
		{"0.0.0.0", "::1", 80, 80, false},
		{"::1", "0.0.0.0", 80, 80, false},
		{"0.0.0.0", "::", 80, 80, true},
		{"::1", "::", 80, 80, true},
		{"::1", "::2", 80, 80, false},
		{"127.0.0.1", "::1", 80, 80, false},
		{"::ffff:127.0.0.1", "127.0.0.1", 80, 80, true},
		{"::ffff:0.0.0.0", "127.0.0.1", 80, 80, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct address held = host(cases[i].held, cases[i].held_port);
		struct address wanted = host(cases[i].wanted, cases[i].wanted_port);
		if (watch_overlaps(&held, &wanted) != cases[i].overlap)
			fail_msg("%s and %s", cases[i].held, cases[i].wanted);
	}
	struct address path, other, unnamed = {.length = sizeof(sa_family_t), .un = {.sun_family = AF_UNIX}};
	struct error error;
	assert_int_equal(address_from_path(&path, "/tmp/a", 6, &error), 0);
	assert_int_equal(address_from_path(&other, "/tmp/b", 6, &error), 0);
	assert_true(watch_overlaps(&path, &path));
	assert_false(watch_overlaps(&path, &other));
	assert_false(watch_overlaps(&unnamed, &unnamed));
}

struct addresses {
	int count;
	bool loopback;
};

static void note_address(const struct address *address, const char *interface, void *context)
{
	struct addresses *addresses = context;
	struct address wanted = host("127.0.0.1", 0);
	addresses->count++;
	assert_true(watch_is_own_address(address));
	if (address_equal(address, &wanted)) {
		addresses->loopback = true;
		assert_int_not_equal(if_nametoindex(interface), 0);
	}
}

static void own_addresses(void **state)
{
	(void)state;
	static const char *const own[] = {"127.0.0.1", "127.9.9.9", "0.0.0.0", "::", "::ffff:127.0.0.1"};
	static const char *const others[] = {"192.0.2.1", "203.0.113.9", "2001:db8::1", "::ffff:192.0.2.1"};
	struct addresses addresses = {0};
	struct address path;
	struct error error;
	assert_int_equal(watch_each_address(note_address, &addresses), 0);
	assert_true(addresses.loopback);
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		struct address address = host(own[i], 80);
		assert_true(watch_is_own_address(&address));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct address address = host(others[i], 80);
		assert_false(watch_is_own_address(&address));
	}
	assert_int_equal(address_from_path(&path, "/tmp/a", 6, &error), 0);
	assert_false(watch_is_own_address(&path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sockets_on_a_tcp_port),
		TEST(a_bound_idle_socket),
		TEST(both_families),
		TEST(many_on_one_udp_port),
		TEST(a_question_inside_an_answer),
		TEST(another_process_holds_the_port),
		TEST(a_path),
		TEST(an_accepted_socket_has_its_listener_s_name),
		TEST(an_abstract_name),
		TEST(overlaps),
		TEST(own_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
