/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calls that never wait: making, naming, ending, O_NONBLOCK.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

static int bare_type(int type)
{
	return type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* The two arguments that socket(2) and socketpair(2) share. */
static void record_making(struct call *call, int family, int type)
{
	call_symbol(call, "AF_", family);
	call_symbol(call, "SOCK_", type);
}

/* A protocol has a name in some families only. */
static void record_protocol(struct call *call, int family, int protocol)
{
	if (family == AF_INET || family == AF_INET6)
		call_symbol(call, "IPPROTO_", protocol);
	else if (family == AF_NETLINK)
		call_symbol(call, "NETLINK_", protocol);
	else if (family == AF_PACKET)
		call_symbol(call, "ETH_P_", ntohs((uint16_t)protocol));
	else
		call_int(call, (uint32_t)protocol);
}

enum progress call_socket(struct door *door, struct entry *entry, int family, int type, int protocol,
                          struct handle **made)
{
	int64_t began = record_begin(door);
	int fd = door->host && door->socket_on
	                 ? door->socket_on(door->lab, door->host, family, type | SOCK_CLOEXEC, protocol)
	                 : socket(family, type | SOCK_CLOEXEC, protocol);
	struct call *call = record_end(door, entry, "socket", began, fd);
	record_making(call, family, type | SOCK_CLOEXEC);
	record_protocol(call, family, protocol);
	*made = NULL;
	if (fd < 0)
		return record_failure(entry, errno);
	*made = session_add_handle(door->session, fd, family, bare_type(type), protocol, NULL);
	(*made)->host = door->host;
	return CALL_DONE;
}

enum progress call_socketpair(struct door *door, struct entry *entry, int family, int type, int protocol,
                              struct handle *made[2])
{
	int fds[2];
	int64_t began = record_begin(door);
	int result = socketpair(family, type | SOCK_CLOEXEC, protocol, fds);
	struct call *call = record_end(door, entry, "socketpair", began, result);
	record_making(call, family, type | SOCK_CLOEXEC);
	call_int(call, (uint32_t)protocol);
	made[0] = made[1] = NULL;
	if (result < 0) {
		call_pointer(call, fds);
		return record_failure(entry, errno);
	}
	if (call) {
		struct value pair = value_list(2);
		pair.list->items[0].value = value_number(fds[0]);
		pair.list->items[1].value = value_number(fds[1]);
		call_value(call, pair);
	}
	for (int i = 0; i < 2; i++)
		made[i] = session_add_handle(door->session, fds[i], family, bare_type(type), protocol, NULL);
	return CALL_DONE;
}

static int record_fcntl(struct door *door, struct entry *entry, int fd, int command, int argument)
{
	int64_t began = record_begin(door);
	int result = fcntl(fd, command, argument);
	struct call *call = record_end(door, entry, "fcntl", began, result);
	call_int(call, fd);
	call_symbol(call, "F_", command);
	if (command == F_SETFL)
		call_symbol(call, "O_", argument);
	else if (command != F_GETFL)
		call_int(call, argument);
	return result;
}

enum progress call_dup(struct door *door, struct entry *entry, struct handle *handle, struct handle **made)
{
	*made = NULL;
	int fd = record_fcntl(door, entry, handle->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return record_failure(entry, errno);
	*made = session_add_handle(door->session, fd, handle->family, handle->type, handle->protocol, handle->open);
	(*made)->timeout = handle->timeout;
	(*made)->host = handle->host;
	(*made)->linger = handle->linger;
	(*made)->abort = handle->abort;
	(*made)->state = handle->state;
	return CALL_DONE;
}

enum progress call_bind(struct door *door, struct entry *entry, struct handle *handle, const struct address *address)
{
	record_target(entry, address);
	int64_t began = record_begin(door);
	int result = bind(handle->fd, &address->any, address->length);
	struct call *call = record_end(door, entry, "bind", began, result);
	call_int(call, handle->fd);
	record_address(call, address);
	return record_outcome(entry, result);
}

enum progress call_listen(struct door *door, struct entry *entry, struct handle *handle, int backlog)
{
	int64_t began = record_begin(door);
	int result = listen(handle->fd, backlog);
	struct call *call = record_end(door, entry, "listen", began, result);
	call_int(call, handle->fd);
	call_int(call, backlog);
	return record_outcome(entry, result);
}

typedef int name_call(int fd, struct sockaddr *address, socklen_t *length);

static enum progress call_name(struct door *door, struct entry *entry, struct handle *handle, name_call *ask,
                               const char *name, struct address *address)
{
	socklen_t length = sizeof(address->storage);
	int64_t began = record_begin(door);
	int result = ask(handle->fd, &address->any, &length);
	address->length = result < 0 ? 0 : length;
	struct call *call = record_end(door, entry, name, began, result);
	call_int(call, handle->fd);
	record_found(call, address);
	return result < 0 ? record_failure(entry, errno) : CALL_DONE;
}

/* glibc declares its own with a union for the address: a plain pointer needs these. */
static int ask_sockname(int fd, struct sockaddr *address, socklen_t *length)
{
	return getsockname(fd, address, length);
}

static int ask_peername(int fd, struct sockaddr *address, socklen_t *length)
{
	return getpeername(fd, address, length);
}

enum progress call_getsockname(struct door *door, struct entry *entry, struct handle *handle, struct address *address)
{
	return call_name(door, entry, handle, ask_sockname, "getsockname", address);
}

enum progress call_getpeername(struct door *door, struct entry *entry, struct handle *handle, struct address *address)
{
	return call_name(door, entry, handle, ask_peername, "getpeername", address);
}

enum progress call_shutdown(struct door *door, struct entry *entry, struct handle *handle, int how)
{
	int64_t began = record_begin(door);
	int result = shutdown(handle->fd, how);
	struct call *call = record_end(door, entry, "shutdown", began, result);
	call_int(call, handle->fd);
	call_symbol(call, "SHUT_", how);
	return record_outcome(entry, result);
}

enum progress call_unlink(struct door *door, struct entry *entry, const char *path)
{
	struct stat status;
	if (lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode)) {
		entry_refuse(entry, "%s is no socket: unlink removes AF_UNIX names, nothing else", path);
		return CALL_FAILED;
	}
	int64_t began = record_begin(door);
	int result = unlink(path);
	struct call *call = record_end(door, entry, "unlink", began, result);
	call_value(call, value_text(path));
	return record_outcome(entry, result);
}

enum progress call_setblocking(struct door *door, struct entry *entry, struct handle *handle, bool blocking)
{
	int flags = record_fcntl(door, entry, handle->fd, F_GETFL, 0);
	if (flags < 0)
		return record_failure(entry, errno);
	flags = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
	int result = record_fcntl(door, entry, handle->fd, F_SETFL, flags);
	if (result == 0)
		handle->timeout = -1;
	return record_outcome(entry, result);
}

enum progress call_getblocking(struct door *door, struct entry *entry, struct handle *handle, bool *blocking)
{
	int flags = record_fcntl(door, entry, handle->fd, F_GETFL, 0);
	if (flags < 0)
		return record_failure(entry, errno);
	*blocking = !(flags & O_NONBLOCK);
	return CALL_DONE;
}
