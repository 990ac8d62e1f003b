/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The states of TCP sockets, told by the kernel: of an open one through its descriptor, of a closed one through
 * its addresses.
 */
#include "sosh/watch.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "diag.h"
#include "sosh/memory.h"

void watch_init(struct watch *watch)
{
	*watch = (struct watch){0};
}

void watch_clear(struct watch *watch)
{
	netlink_close(&watch->diag);
	for (unsigned i = 0; i < watch->elsewhere_count; i++)
		netlink_close(&watch->elsewhere[i]);
	free(watch->elsewhere);
	if (watch->notices > 0)
		close(watch->notices);
	watch_init(watch);
}

void watch_also(struct watch *watch, struct netlink diag)
{
	size_t count = watch->elsewhere_count + 1;
	watch->elsewhere = memory_resize(watch->elsewhere, count * sizeof(*watch->elsewhere));
	watch->elsewhere[watch->elsewhere_count++] = diag;
}

bool watch_has_state(const struct handle *handle)
{
	bool is_inet = handle->family == AF_INET || handle->family == AF_INET6;
	bool is_tcp = handle->protocol == 0 || handle->protocol == IPPROTO_TCP || handle->protocol == IPPROTO_MPTCP;
	return is_inet && is_tcp && handle->type == SOCK_STREAM;
}

bool ask_name(int fd, bool peer, struct address *address)
{
	struct sockaddr_storage storage;
	socklen_t length = sizeof(storage);
	struct sockaddr *name = (struct sockaddr *)&storage;
	if ((peer ? getpeername(fd, name, &length) : getsockname(fd, name, &length)) < 0)
		return false;
	address->length = length < sizeof(storage) ? length : sizeof(storage);
	memcpy(&address->storage, &storage, address->length);
	return true;
}

/*
 * An open socket whose connection is in TIME-WAIT reads CLOSED: the kernel has moved the connection to an entry of its
 * own.
 */
static enum tcp_state state_of_remains(struct watch *watch, const struct handle *handle)
{
	struct watch_fact fact;
	return ask_remains(watch, handle, &fact) ? fact.state : STATE_CLOSED;
}

/* What is left of a closed handle's connection. */
static enum tcp_state state_after_close(struct watch *watch, const struct handle *handle)
{
	struct watch_fact fact;
	if (!diag_is_pair(&handle->local, &handle->peer)) /* it never had a name */
		return STATE_CLOSED;
	int found = ask_pair(watch, handle->host, &handle->local, &handle->peer, handle->cookie, &fact);
	if (found < 0)
		return watch->no_diag ? STATE_CLOSED : handle->state;
	return found ? fact.state : STATE_CLOSED;
}

enum tcp_state watch_state(struct watch *watch, const struct handle *handle)
{
	if (!watch_has_state(handle))
		return STATE_NONE;
	if (handle->fd < 0)
		return state_after_close(watch, handle);
	unsigned char state = 0; /* tcp_info begins with it; the rest is not asked for */
	socklen_t length = sizeof(state);
	if (getsockopt(handle->fd, IPPROTO_TCP, TCP_INFO, &state, &length) < 0)
		return STATE_NONE;
	enum tcp_state told = diag_state(state);
	return told == STATE_CLOSED ? state_of_remains(watch, handle) : told;
}

int watch_pair(struct watch *watch, const struct address *local, const struct address *peer, enum tcp_state *state,
               struct error *error)
{
	if (!local->length || !peer->length || !diag_is_pair(local, peer))
		return error_set(error, "a TCP connection has two addresses of IPv4 or two of IPv6");
	struct watch_fact fact = {.state = STATE_CLOSED};
	int found = ask_pair_anywhere(watch, local, peer, &fact);
	*state = found > 0 ? fact.state : STATE_CLOSED;
	if (found >= 0)
		return 0;
	if (watch->no_diag)
		return error_set(error, "this kernel does not tell the states of connections (sock_diag(7)); "
		                        "ask for the state of a socket instead");
	return error_set(error, "the kernel does not tell the state: %s", strerror(errno));
}

void watch_handle(struct watch *watch, struct entry *entry, struct handle *handle)
{
	if (handle->fd < 0 && handle->state == STATE_CLOSED) /* it will not come back */
		return;
	enum tcp_state state = watch_state(watch, handle);
	if (state == STATE_NONE || state == handle->state)
		return;
	if (entry)
		entry_state(entry, handle->number, handle->state, state);
	handle->state = state;
}

int64_t watch_unread(const struct handle *handle)
{
	int unread;

	return ioctl(handle->fd, FIONREAD, &unread) == 0 ? unread : -1;
}

void watch_names(struct handle *handle)
{
	struct stat status;
	if (handle->fd < 0)
		return;
	if (handle->family == AF_UNIX && !handle->inode && fstat(handle->fd, &status) == 0)
		handle->inode = status.st_ino;
	ask_name(handle->fd, false, &handle->local);
	/* ENOTCONN: the last one known stays, and a cookie made now would not be that of its TIME-WAIT entry */
	bool connected = ask_name(handle->fd, true, &handle->peer);
	socklen_t length = sizeof(handle->cookie);
	if (connected && !handle->cookie)
		getsockopt(handle->fd, SOL_SOCKET, SO_COOKIE, &handle->cookie, &length);
}
