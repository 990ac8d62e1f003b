/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * AF_UNIX sockets as sock_diag(7) describes them, by inode or by name.
 *
 * A path is compared as a file: another name of it, or the same name seen from another folder, is the same, and a
 * socket whose file was removed does not hold the one that was made in its place. Where the file system gives sockets
 * other numbers than stat(2) tells, the names are compared. The kernel filters none of this.
 */
#include <errno.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "ask.h"
#include "diag.h"
#include "unix_diag.h"

#define RECEIVING_ENDED 1 /* the kernel's RCV_SHUTDOWN */

#define SHOWN (UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID)

/* An answer and the file that the socket was bound to. */
struct found {
	struct watch_fact fact;
	bool has_file;
	struct unix_diag_vfs file;
};

/* A header and a request; `dump` is NLM_F_DUMP or 0. */
static struct nlmsghdr *request(char *bytes, unsigned dump, uint64_t inode)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message->nlmsg_flags = (unsigned short)dump;
	struct unix_diag_req *wanted = mnl_nlmsg_put_extra_header(message, sizeof(*wanted));
	wanted->sdiag_family = AF_UNIX;
	wanted->udiag_states = UINT32_MAX;
	wanted->udiag_ino = (uint32_t)inode;
	wanted->udiag_show = SHOWN;
	wanted->udiag_cookie[0] = wanted->udiag_cookie[1] = UINT32_MAX; /* any */
	return message;
}

static void read_name(struct address *address, const struct nlattr *attribute)
{
	size_t length = mnl_attr_get_payload_len(attribute);
	const char *name = mnl_attr_get_payload(attribute);
	struct error ignored;
	if (length > 0 && name[0] != '\0')
		length = strnlen(name, length);
	address_from_path(address, name, length, &ignored);
}

static void read_attribute(struct found *found, const struct nlattr *attribute)
{
	unsigned length = mnl_attr_get_payload_len(attribute);
	struct unix_diag_rqlen queues;
	switch (mnl_attr_get_type(attribute)) {
	case UNIX_DIAG_NAME:
		read_name(&found->fact.local, attribute);
		break;
	case UNIX_DIAG_VFS:
		found->has_file = length >= sizeof(found->file);
		if (found->has_file)
			memcpy(&found->file, mnl_attr_get_payload(attribute), sizeof(found->file));
		break;
	case UNIX_DIAG_PEER:
		if (length >= sizeof(uint32_t))
			found->fact.peer_inode = mnl_attr_get_u32(attribute);
		break;
	case UNIX_DIAG_RQLEN:
		if (length < sizeof(queues))
			break;
		memcpy(&queues, mnl_attr_get_payload(attribute), sizeof(queues));
		found->fact.receive_queue = queues.udiag_rqueue;
		found->fact.send_queue = queues.udiag_wqueue;
		break;
	case UNIX_DIAG_SHUTDOWN:
		found->fact.shut_read = length > 0 && mnl_attr_get_u8(attribute) & RECEIVING_ENDED;
		break;
	case UNIX_DIAG_UID:
		if (length >= sizeof(uint32_t))
			found->fact.uid = mnl_attr_get_u32(attribute);
		break;
	default:
		break;
	}
}

static int read_message(const struct nlmsghdr *message, struct found *found)
{
	const struct unix_diag_msg *told = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY || mnl_nlmsg_get_payload_len(message) < sizeof(*told)) {
		errno = EPROTO;
		return -1;
	}
	*found = (struct found){.fact = {
					.family = AF_UNIX,
					.type = told->udiag_type,
					.listening = told->udiag_state == STATE_LISTEN,
					.connected = told->udiag_state == STATE_ESTABLISHED,
					.inode = told->udiag_ino,
					.cookie = told->udiag_cookie[0] | (uint64_t)told->udiag_cookie[1] << 32,
				}};
	mnl_attr_for_each(attribute, message, sizeof(*told)) read_attribute(found, attribute);
	return 0;
}

static int read_one(const struct nlmsghdr *message, void *context)
{
	return read_message(message, context);
}

int unix_diag_ask(struct netlink *diag, uint64_t inode, struct watch_fact *fact)
{
	_Alignas(struct nlmsghdr) char bytes[256] = {0};
	struct found found = {0};
	if (!inode) /* for the kernel any */
		return 0;
	if (netlink_ask(diag, request(bytes, 0, inode), read_one, &found) < 0)
		return errno == ENOENT ? 0 : -1;
	*fact = found.fact;
	return 1;
}

struct search {
	const struct address *name;
	struct stat file;
	bool has_file;
	struct facts facts;
};

/* The kernel's own form of a device number. */
static uint32_t kernel_device(dev_t device)
{
	return major(device) << 20 | minor(device);
}

static bool is_wanted(const struct search *search, const struct found *found)
{
	if (search->has_file && found->has_file && found->file.udiag_vfs_dev == kernel_device(search->file.st_dev))
		return found->file.udiag_vfs_ino == (uint32_t)search->file.st_ino;
	return found->fact.local.length && address_equal(&found->fact.local, search->name);
}

static int read_one_of_many(const struct nlmsghdr *message, void *context)
{
	struct search *search = context;
	struct found found;
	if (read_message(message, &found) < 0)
		return -1;
	if (is_wanted(search, &found))
		*facts_add(&search->facts) = found.fact;
	return 0;
}

/* False when the name cannot be held: a path that is not there. */
static bool search_begin(struct search *search)
{
	size_t length;
	const char *path = address_path(search->name, &length);
	if (!path || length == 0)
		return false;
	if (path[0] == '\0')
		return true;
	char text[sizeof(search->name->un.sun_path) + 1] = {0};
	memcpy(text, path, length < sizeof(text) ? length : sizeof(text) - 1);
	search->has_file = stat(text, &search->file) == 0;
	return search->has_file || (errno != ENOENT && errno != ENOTDIR);
}

static int dump(struct netlink *diag, struct search *search)
{
	int result = -1;
	errno = EINTR;
	for (int tries = 0; result < 0 && errno == EINTR && tries < DUMP_TRIES; tries++) {
		_Alignas(struct nlmsghdr) char bytes[256] = {0};
		search->facts.count = 0;
		result = netlink_ask(diag, request(bytes, NLM_F_DUMP, 0), read_one_of_many, search);
	}
	return result;
}

int watch_each_of_name(struct watch *watch, const struct address *name,
                       void (*each)(const struct watch_fact *fact, void *context), void *context)
{
	struct search search = {.name = name};
	struct netlink *diag = ask_on(watch, watch->host);
	if (!diag)
		return -1;
	if (!search_begin(&search))
		return 0;
	int result = dump(diag, &search);
	if (result < 0)
		ask_again(watch, diag);
	int count = result < 0 ? -1 : (int)search.facts.count;
	for (int i = 0; i < count; i++)
		each(&search.facts.list[i], context);
	facts_clear(&search.facts);
	return count;
}
