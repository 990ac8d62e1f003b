/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lab: its hosts, their addresses and settings, and everything that may refuse it.
 */
#include "test_lab.h"

#include <dirent.h>
#include <ifaddrs.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "lab/namespace.h"

static unsigned count_entries(const char *path)
{
	unsigned count = 0;
	DIR *folder = opendir(path);
	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

/* A thread that has ended is seen a little longer. */
static bool has_one_thread(void)
{
	int64_t deadline = loop_now() + 2 * SECOND;
	while (count_entries("/proc/self/task") != 3 && loop_now() < deadline)
		poll(NULL, 0, 1);
	return count_entries("/proc/self/task") == 3; /* . and .. */
}

static void the_usual_hosts(void **state)
{
	(void)state;
	struct lab *lab = make_lab(NULL, 0);
	struct buffer text = {0};
	assert_int_equal(lab_count(lab), 2);
	assert_string_equal(lab_name(lab, 1), "client");
	assert_string_equal(lab_name(lab, 2), "server");
	assert_int_equal(lab_find(lab, "server", 6), 2);
	assert_int_equal(lab_find(lab, "serve", 5), 0);
	assert_int_equal(lab_find(lab, "servers", 7), 0);
	struct address address = host_at(lab, 2, AF_INET, 80);
	address_format(&text, &address);
	assert_string_equal(buffer_string(&text), "10.0.0.2:80");
	if (lab_address(lab, 1, AF_INET6, &address)) {
		buffer_empty(&text);
		address_format_host(&text, &address);
		assert_string_equal(buffer_string(&text), "fd00::1");
	}
	assert_false(lab_address(lab, 1, AF_UNIX, &address));
	buffer_clear(&text);
	lab_free(lab);
	assert_true(has_one_thread());
}

/* All addresses of a host, "eth0 10.0.0.1/24 ", in the kernel's order. */
struct listing {
	struct buffer text;
	int mtu;
	unsigned char mac[6];
};

static void list_address(struct buffer *text, const struct ifaddrs *entry)
{
	struct address address = {.length = sizeof(address.in6)};
	memcpy(&address.storage, entry->ifa_addr, sizeof(address.in6));
	if (address.any.sa_family == AF_INET)
		address.length = sizeof(address.in);
	buffer_format(text, "%s ", entry->ifa_name);
	address_format_host(text, &address);
	buffer_text(text, "\n");
}

static int list_addresses(void *context)
{
	struct listing *listing = context;
	struct ifaddrs *all;
	if (getifaddrs(&all) < 0)
		return -1;
	for (const struct ifaddrs *entry = all; entry; entry = entry->ifa_next) {
		int family = entry->ifa_addr ? entry->ifa_addr->sa_family : AF_UNSPEC;
		if (family == AF_INET || family == AF_INET6)
			list_address(&listing->text, entry);
	}
	freeifaddrs(all);
	struct ifreq request = {.ifr_name = "eth0"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int result = ioctl(fd, SIOCGIFMTU, &request);
	listing->mtu = request.ifr_mtu;
	result |= ioctl(fd, SIOCGIFHWADDR, &request);
	memcpy(listing->mac, request.ifr_hwaddr.sa_data, sizeof(listing->mac));
	close(fd);
	return result;
}

static void addresses_are_set(void **state)
{
	(void)state;
	struct lab *lab = make_lab(NULL, 0);
	struct address address;
	bool has_ipv6 = lab_address(lab, 1, AF_INET6, &address);
	for (unsigned host = 1; host <= 2; host++) {
		struct listing listing = {0};
		char wanted[80];
		assert_int_equal(lab_on_host(lab, host, list_addresses, &listing), 0);
		snprintf(wanted, sizeof(wanted), "lo 127.0.0.1\neth0 10.0.0.%u\n%s", host, has_ipv6 ? "lo ::1\n" : "");
		if (has_ipv6) /* and no link-local one */
			snprintf(wanted + strlen(wanted), 40, "eth0 fd00::%u\n", host);
		assert_string_equal(buffer_string(&listing.text), wanted);
		assert_int_equal(listing.mtu, 1500);
		assert_memory_equal(listing.mac, ((unsigned char[]){2, 0, 0, 0, 0, (unsigned char)host}), 6);
		buffer_clear(&listing.text);
	}
	lab_free(lab);
}

static void names_are_judged(void **state)
{
	(void)state;
	static const char *const bad[][3] = {
		{"", NULL, "no name"},         {"12", NULL, "no name"},
		{"a b", NULL, "no name"},      {"b\xc3\xbcro", NULL, "name"},
		{"a.b", NULL, "no name"},      {"a", "a", "two hosts have the name a"},
		{"a\033[2J", NULL, "no name"}, {"@a", NULL, "no name"},
		{"a", "/", "no name"},         {"abcdefghijklmnopqrstuvwxyzabcdef", NULL, "up to 31"},
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct lab *lab = NULL;
		struct error error = {0};
		assert_int_equal(lab_make(&lab, bad[i], bad[i][1] ? 2 : 1, &error), -1);
		assert_null(lab);
		if (!strstr(error.text, bad[i][2]))
			fail_msg("%s: %s", bad[i][0], error.text);
		for (const char *c = error.text; *c; c++)
			assert_true(*c == (*c & 0x7f) && *c >= ' ');
	}
}

static void sixteen_hosts_and_no_more(void **state)
{
	(void)state;
	static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g",    "h", "i",
	                                    "j", "k", "l", "m", "n", "o", "p-_9", "q"};
	struct error error = {0};
	struct lab *none = NULL;
	assert_int_equal(lab_make(&none, names, 17, &error), -1);
	assert_non_null(strstr(error.text, "17 hosts are too many"));
	struct lab *lab = make_lab(names, 16);
	assert_string_equal(lab_name(lab, 16), "p-_9");
	struct address last = host_at(lab, 16, AF_INET, 7);
	int to = bound_on(lab, 16, AF_INET, SOCK_DGRAM, 7), from = socket_on(lab, 1, AF_INET, SOCK_DGRAM);
	assert_int_equal(sendto(from, "x", 1, 0, &last.any, last.length), 1);
	settle(lab);
	char byte;
	assert_int_equal(recv(to, &byte, 1, 0), 1);
	assert_int_equal(lab_make(&lab, NULL, 0, &error), -1);
	assert_non_null(strstr(error.text, "a lab already"));
	close(to);
	close(from);
	lab_free(lab);
}

static void sockets_are_where_they_were_made(void **state)
{
	(void)state;
	struct lab *lab = make_lab(NULL, 0);
	struct address first = host_at(lab, 1, AF_INET, 0), second = host_at(lab, 2, AF_INET, 0);
	int on_first = socket_on(lab, 1, AF_INET, SOCK_DGRAM), outside = socket_on(lab, 0, AF_INET, SOCK_DGRAM);
	assert_int_equal(bind(on_first, &second.any, second.length), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(bind(on_first, &first.any, first.length), 0);
	assert_int_equal(bind(outside, &first.any, first.length), -1);
	assert_int_equal(lab_socket(lab, 1, 99, SOCK_STREAM, 0), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
	close(on_first);
	close(outside);
	lab_free(lab);
}

static int see_link(const struct nlmsghdr *answer, void *context)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(answer);
	*(unsigned *)context = link->ifi_flags;
	return 0;
}

static void netlink_looks_into_a_host(void **state)
{
	(void)state;
	_Alignas(struct nlmsghdr) char bytes[64];
	struct lab *lab = make_lab(NULL, 0);
	struct netlink route;
	unsigned flags = 0;
	assert_int_equal(lab_netlink(lab, 2, NETLINK_ROUTE, &route), 0);
	struct nlmsghdr *request = mnl_nlmsg_put_header(bytes);
	request->nlmsg_type = RTM_GETLINK;
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
	link->ifi_index = 2;
	assert_int_equal(netlink_ask(&route, request, see_link, &flags), 0);
	assert_true((flags & IFF_UP) && (flags & IFF_RUNNING));
	netlink_close(&route);
	assert_int_equal(lab_netlink(lab, 2, 31, &route), -1);
	lab_free(lab);
}

static void settings_are_each_host_s(void **state)
{
	(void)state;
	struct lab *lab = make_lab(NULL, 0);
	struct buffer out = {0};
	struct error error = {0};
	assert_int_equal(lab_sysctl(lab, 1, "net.ipv4.tcp_early_retrans", NULL, &out, &error), 0);
	assert_string_equal(buffer_string(&out), "0");
	buffer_empty(&out);
	assert_int_equal(lab_sysctl(lab, 1, "ipv4.tcp_retries2", "3", &out, &error), 0);
	assert_string_equal(buffer_string(&out), "3");
	buffer_empty(&out);
	assert_int_equal(lab_sysctl(lab, 2, "net/ipv4/tcp_retries2", NULL, &out, &error), 0);
	assert_string_equal(buffer_string(&out), "15");
	assert_int_equal(lab_sysctl(lab, 1, "net.ipv4.ip_local_port_range", "4000 5000", NULL, &error), 0);
	buffer_empty(&out);
	assert_int_equal(lab_sysctl(lab, 1, "net.ipv4.ip_local_port_range", NULL, &out, &error), 0);
	assert_string_equal(buffer_string(&out), "4000 5000");
	buffer_clear(&out);
	lab_free(lab);
}

static void settings_that_are_none(void **state)
{
	(void)state;
	static const char *const bad[][3] = {
		{"net.ipv4.tcp_retrys2", NULL, "near it is tcp_retries2"},
		{"net.ipv4.zzzzzzzzzzzz", NULL, "has no setting"},
		{"net.nowhere.x", NULL, "has no setting"},
		{"kernel.hostname", "x", "begin with net."},
		{"net.ipv4", NULL, "group of settings"},
		{"net.ipv4", "1", "group of settings"},
		{"net.ipv4.tcp_retries2", "many", "refuses the value \"many\""},
		{"net.ipv4.tcp_retries2", "-1", "refuses the value"},
		{"net.ipv4.tcp_retries2", "", "needs a value"},
		{"", NULL, "no name of a setting"},
		{"../kernel/hostname", NULL, "no name of a setting"},
		{"net/../kernel/hostname", "x", "no name of a setting"},
		{"net.ipv4.a\033[2J", NULL, "no name of a setting"},
	};
	struct lab *lab = make_lab(NULL, 0);
	struct buffer out = {0};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct error error = {0};
		assert_int_equal(lab_sysctl(lab, 1, bad[i][0], bad[i][1], &out, &error), -1);
		if (!strstr(error.text, bad[i][2]))
			fail_msg("%s: %s", bad[i][0], error.text);
	}
	char name[500];
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	struct error error = {0};
	assert_int_equal(lab_sysctl(lab, 1, name, NULL, &out, &error), -1);
	assert_non_null(strstr(error.text, "too long"));
	assert_int_equal(out.length, 0);
	lab_free(lab);
}

static void nothing_is_left(void **state)
{
	(void)state;
	lab_free(make_lab(NULL, 0)); /* which may have opened what stays */
	unsigned descriptors = count_entries("/proc/self/fd");
	struct if_nameindex *before = if_nameindex();
	for (int i = 0; i < 3; i++)
		lab_free(make_lab(NULL, 0));
	struct if_nameindex *after = if_nameindex();
	assert_int_equal(count_entries("/proc/self/fd"), descriptors);
	assert_true(has_one_thread());
	for (unsigned i = 0; before[i].if_index || after[i].if_index; i++)
		assert_string_equal(before[i].if_name, after[i].if_name);
	if_freenameindex(before);
	if_freenameindex(after);
}

static void threads_hear_no_signals(void **state)
{
	(void)state;
	struct lab *lab = make_lab(NULL, 0);
	char path[300], line[200];
	unsigned threads = 0;
	DIR *tasks = opendir("/proc/self/task");
	for (const struct dirent *task = readdir(tasks); task; task = readdir(tasks)) {
		if (task->d_name[0] == '.' || atoi(task->d_name) == getpid())
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%s/status", task->d_name);
		FILE *status = fopen(path, "re");
		unsigned long long blocked = 0;
		while (fgets(line, sizeof(line), status))
			sscanf(line, "SigBlk: %llx", &blocked);
		fclose(status);
		assert_true(blocked >> (SIGINT - 1) & blocked >> (SIGCHLD - 1) & blocked >> (SIGUSR1 - 1) & 1);
		threads++;
	}
	closedir(tasks);
	assert_int_equal(threads, 3);
	lab_free(lab);
}

/* With each number of descriptors too few: an error, and nothing left; and then enough. */
static int with_few_descriptors(void)
{
	struct lab *lab = NULL;
	struct error error = {0};
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	for (int fd = 3; fd < 20; fd++)
		close(fd);
	unsigned left = count_entries("/proc/self/fd"), refused = 0;
	for (limit.rlim_cur = 3; limit.rlim_cur < 40; limit.rlim_cur++) {
		struct rlimit before = limit;
		setrlimit(RLIMIT_NOFILE, &limit);
		int result = lab_make(&lab, NULL, 0, &error);
		before.rlim_cur = 1000;
		setrlimit(RLIMIT_NOFILE, &before);
		if (result == 0)
			break;
		if (lab || !strstr(error.text, "no descriptors"))
			return fprintf(stderr, "%lu: %s\n", (unsigned long)limit.rlim_cur, error.text), 1;
		if (count_entries("/proc/self/fd") != left)
			return 2;
		refused++;
	}
	if (!lab || !refused)
		return 3;
	lab_free(lab);
	return count_entries("/proc/self/fd") == left ? 0 : 4;
}

static void descriptors_may_run_out(void **state)
{
	(void)state;
	lab_free(make_lab(NULL, 0)); /* the user namespace is entered with files of its own */
	assert_int_equal(in_child(with_few_descriptors), 0);
}

/* Whom the system gives no rights: in processes of their own. */

static bool become_nobody(void)
{
	if (geteuid() != 0)
		return true;
	return setgid(65534) == 0 && setuid(65534) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
}

static int refused_because(const char *wanted)
{
	struct lab *lab = NULL;
	struct error error = {0};
	if (lab_make(&lab, NULL, 0, &error) == 0)
		return 1;
	if (strstr(error.text, "no lab: ") && strstr(error.text, wanted) && !lab)
		return 0;
	fprintf(stderr, "%s\n", error.text);
	return 2;
}

static int try_user_namespace(void)
{
	return !become_nobody() || unshare(CLONE_NEWUSER) < 0;
}

static bool nobody_may(void)
{
	bool may = in_child(try_user_namespace) == 0;
	if (!may)
		print_message("skipped: this machine gives ordinary users no user namespaces\n");
	return may;
}

/* Makes a lab, connects, and is root in it, but not outside: a file of root's cannot be written. */
static int lab_of_nobody(void)
{
	struct lab *lab = NULL;
	struct error error;
	if (!become_nobody() || lab_make(&lab, NULL, 0, &error) < 0)
		return 1;
	int listener = listen_on(lab, 2, AF_INET, 80); /* a low port */
	struct address address = host_at(lab, 2, AF_INET, 80);
	int client = connect_from(lab, 1, &address);
	settle(lab);
	if (state_of(client) != TCP_ESTABLISHED)
		return 2;
	int outside = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(outside, &address.any, address.length) == 0)
		return 3;
	close(listener);
	close(client);
	close(outside);
	lab_free(lab);
	lab = NULL;
	if (lab_make(&lab, NULL, 0, &error) < 0) /* once more, in the namespace that is entered */
		return 4;
	lab_free(lab);
	return getuid() == 0 ? 0 : 5;
}

static void an_ordinary_user_has_one_too(void **state)
{
	(void)state;
	if (!nobody_may())
		skip();
	assert_int_equal(in_child(lab_of_nobody), 0);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
	syscall(SYS_capset, &header, none);
}

static int without_user_namespaces(void)
{
	struct error error;
	if (!become_nobody() || namespace_enter(0, "test", &error) < 0)
		return 10;
	int fd = open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		return 11;
	close(fd);
	drop_capabilities();
	return refused_because("user.max_user_namespaces");
}

/* Network namespaces alone are refused: to one who may have them, or to one who would enter a user namespace for it,
 * which then is not entered. */
static int no_network_namespaces(bool may_administer)
{
	struct error error;
	struct stat before, after;
	if (!become_nobody() || namespace_enter(0, "test", &error) < 0)
		return 10;
	int fd = open("/proc/sys/user/max_net_namespaces", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		return 11;
	close(fd);
	if (!may_administer)
		drop_capabilities();
	stat("/proc/self/ns/user", &before);
	int result = refused_because("user.max_net_namespaces");
	stat("/proc/self/ns/user", &after);
	return result ? result : before.st_ino == after.st_ino ? 0 : 12;
}

static int without_network_namespaces(void)
{
	return no_network_namespaces(true);
}

static int without_any_rights(void)
{
	return no_network_namespaces(false);
}

/* As containers do it. */
static int with_seccomp(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_unshare, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof(code) / sizeof(*code), code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return 10;
	return refused_because("in most containers");
}

static int with_seccomp_as_nobody(void)
{
	return become_nobody() ? with_seccomp() : 12;
}

static void *wait_for_ever(void *context)
{
	(void)context;
	for (;;)
		pause();
	return NULL;
}

static int with_a_thread(void)
{
	pthread_t thread;
	if (!become_nobody() || pthread_create(&thread, NULL, wait_for_ever, NULL) != 0)
		return 10;
	drop_capabilities();
	return refused_because("several threads");
}

static void refusals_are_explained(void **state)
{
	(void)state;
	assert_int_equal(in_child(with_seccomp), 0);
	assert_int_equal(in_child(with_seccomp_as_nobody), 0);
	assert_int_equal(in_child(with_a_thread), 0);
	if (!nobody_may())
		skip();
	assert_int_equal(in_child(without_user_namespaces), 0);
	assert_int_equal(in_child(without_network_namespaces), 0);
	assert_int_equal(in_child(without_any_rights), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ordinary_user_has_one_too), /* before this process enters a namespace itself */
		cmocka_unit_test(refusals_are_explained),
		cmocka_unit_test(names_are_judged),
		cmocka_unit_test(the_usual_hosts),
		cmocka_unit_test(addresses_are_set),
		cmocka_unit_test(sixteen_hosts_and_no_more),
		cmocka_unit_test(sockets_are_where_they_were_made),
		cmocka_unit_test(netlink_looks_into_a_host),
		cmocka_unit_test(settings_are_each_host_s),
		cmocka_unit_test(settings_that_are_none),
		cmocka_unit_test(nothing_is_left),
		cmocka_unit_test(threads_hear_no_signals),
		cmocka_unit_test(descriptors_may_run_out),
	};
	if (!machine_allows())
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
