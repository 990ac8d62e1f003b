/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The explanations themselves: what Linux means by each error of each call, and what to do. Special rows come before
 * general ones. Plain ASCII: sentences go to a terminal.
 */
#include <errno.h>
#include <netdb.h>

#include "explanations.h"
#include "sosh/symbol.h"

#define MAKERS    "socket socketpair create_server create_connection"
#define BINDERS   "bind create_server"
#define LISTENERS "listen create_server"
#define CONNECTS  "connect connect_ex create_connection"
#define SENDS     "send sendall sendto sendmsg sendfile"
#define RECVS     "recv recvfrom recvmsg"
#define OPTIONS   "setsockopt getsockopt"
/* Calls that are given an address. */
#define ADDRESSED "bind create_server connect connect_ex create_connection sendto sendmsg"
/* Calls that reach for another machine. */
#define REACHING CONNECTS " " SENDS " " RECVS

/* clang-format off */
static const struct explanation rows[] = {
	/* the handle itself */
	{"close", EBADF, IS_CLOSED, "{which} is already closed: there is nothing left to close"},
	{NULL, EBADF, IS_CLOSED | IN_JOB, "{which} was closed: that ends its jobs"},
	{NULL, EBADF, IS_CLOSED, "{which} is closed: make a new socket, a closed one never opens again"},
	{NULL, ENOTSOCK, TO_PATH, "{target} is not the name of a socket"},
	{NULL, ENOTSOCK, 0, "the descriptor is open, but it is no socket: a file or a pipe"},

	/* the waiting was ended */
	{"create_connection", EINTR, 0, "{stopped}: its socket is closed again"},
	{CONNECTS, EINTR, ON_TCP, "{stopped}; {it} goes on trying: connect again tells how it went"},
	{"sendall", EINTR, 0, "{stopped}; a part of the data may have been sent"},
	{"wait", EINTR, 0, "the job was cancelled, or waiting for it was interrupted by Ctrl-C"},
	{NULL, EINTR, 0, "{stopped}; {it} stays usable"},
	{NULL, EINTR, 0, "{stopped}"},
	{"wait", ERROR_TIMEOUT, 0, "only the waiting has ended: the job goes on"},
	{RECVS, ERROR_TIMEOUT, 0, "nothing came within {timeout} s (settimeout); the socket stays usable"},
	{"accept", ERROR_TIMEOUT, 0, "no client came within {timeout} s (settimeout); the socket stays usable"},
	{"connect connect_ex", ERROR_TIMEOUT, ON_UNIX, "the queue of {target} stayed full for {timeout} s (settimeout): nobody accepts there"},
	{"connect connect_ex", ERROR_TIMEOUT, 0, "no answer from {target} within {timeout} s (settimeout); {it} goes on trying"},
	{"create_connection", ERROR_TIMEOUT, 0, "no answer from {target} in the time given: the host is down, a firewall drops the segments, or the server's queue is full"},
	{SENDS, ERROR_TIMEOUT, ON_STREAM, "no room came within {timeout} s (settimeout): the send buffer is full, the peer does not read. The socket stays usable, a part may have been sent"},
	{SENDS, ERROR_TIMEOUT, 0, "no room came within {timeout} s (settimeout); the socket stays usable"},
	{NULL, ERROR_TIMEOUT, 0, "it took longer than {timeout} s (settimeout); the socket stays usable"},
	{NULL, ERROR_TIMEOUT, 0, "it took longer than the time given"},

	/* not now: no errors at all */
	{"connect connect_ex", EINPROGRESS, IN_CONNECTION, "no error: {it} does not wait (non-blocking, or SO_SNDTIMEO), and the connection is made by now. Connect again gives 0"},
	{"connect connect_ex", EINPROGRESS, WAS_CONNECTED, "no error: {it} does not wait (non-blocking, or SO_SNDTIMEO), and the attempt has ended by now. Connect again tells how"},
	{"connect connect_ex", EINPROGRESS, 0, "no error: the handshake goes on while {it} does not wait for it (non-blocking, or SO_SNDTIMEO). Connect again tells how it went"},
	{"connect connect_ex", EALREADY, 0, "no error: the attempt of an earlier connect, to {peer}, still goes on; wait, then connect again"},
	{"connect connect_ex", EALREADY, 0, "no error: the attempt of an earlier connect still goes on; wait, then connect again"},
	{"connect connect_ex", EAGAIN, ON_UNIX, "the queue of {target} is full, nobody accepts there; no error for a socket that does not wait: try again later"},
	{CONNECTS, EAGAIN, 0, "no local port is free: close some sockets, then try again"},
	{"accept", EAGAIN, 0, "no client is there yet; no error: {unwaiting}. Try again later"},
	{"accept", EAGAIN, 0, "no client is there yet; no error: {it} does not wait (non-blocking), or not longer (SO_RCVTIMEO). Try again later"},
	{SENDS " " RECVS, EAGAIN, IN_SYN_SENT, "no error: {it} is still connecting. Wait until it is ESTABLISHED"},
	{RECVS, EAGAIN, 0, "nothing is there yet; no error: {unwaiting}. Try again later"},
	{RECVS, EAGAIN, 0, "nothing is there yet; no error: the call did not wait (non-blocking, MSG_DONTWAIT), or not longer (SO_RCVTIMEO). Try again later"},
	{SENDS, EAGAIN, ON_UNIX | ON_DGRAM, "the receiver's queue is full until it reads; no error: {unwaiting}. Try again later"},
	{SENDS, EAGAIN, ON_UNIX | ON_DGRAM, "the receiver's queue is full until it reads; no error: the call did not wait (non-blocking, MSG_DONTWAIT), or not longer (SO_SNDTIMEO). Try again later"},
	{SENDS, EAGAIN, ON_STREAM, "the send buffer is full until the peer reads; no error: {unwaiting}. Try again later"},
	{SENDS, EAGAIN, ON_STREAM, "the send buffer is full until the peer reads; no error: the call did not wait (non-blocking, MSG_DONTWAIT), or not longer (SO_SNDTIMEO). Try again later"},
	{NULL, EAGAIN, 0, "not now; no error: the call did not wait. Try again later"},

	/* out of something */
	{"accept", EMFILE, 0, "no descriptor is left. Close a socket, or raise the limit (set nofile), then accept again"},
	{NULL, EMFILE, 0, "no descriptor is left: close sockets that are not needed any more, or raise the limit (set nofile)"},
	{NULL, ENFILE, 0, "the whole machine has no file left to open: close something, or raise the sysctl fs.file-max"},
	{"setsockopt", ENOBUFS, 0, "the socket is in as many multicast groups as the kernel allows (sysctl net.ipv4.igmp_max_memberships)"},
	{SENDS, ENOBUFS, 0, "the queue of the network interface is full, or the kernel has no memory for it: try again later"},
	{NULL, ENOBUFS, 0, "the kernel has no buffer memory for it: close something, then try again"},
	{RECVS, ENOMEM, 0, "there is no memory for so many bytes: ask for fewer"},
	{NULL, ENOMEM, 0, "there is no memory for it: close something, then try again"},

	/* making */
	{"socket socketpair", EAFNOSUPPORT, 0, "the kernel has no such address family; usual ones are AF_INET, AF_INET6 and AF_UNIX"},
	{MAKERS, EAFNOSUPPORT, TO_IPV6, "the kernel has no IPv6: use an IPv4 address"},
	{MAKERS, EPROTONOSUPPORT, 0, "this family and type have no such protocol: leave it out, 0 chooses the right one"},
	{MAKERS, ESOCKTNOSUPPORT, 0, "this family has no such socket type: AF_INET has SOCK_STREAM (TCP) and SOCK_DGRAM (UDP), only AF_UNIX has SOCK_SEQPACKET"},
	{"socket socketpair", EINVAL, 0, "there is no such socket type or protocol number; usual types are SOCK_STREAM and SOCK_DGRAM"},
	{"socket", EPERM, 0, "raw sockets are for root (CAP_NET_RAW): sosh --sandbox has that right in a network of its own"},
	{"socket", EACCES, 0, "not allowed: ICMP sockets of SOCK_DGRAM are for the groups in the sysctl net.ipv4.ping_group_range (1 0: for nobody), others for root"},
	{"socketpair", EOPNOTSUPP, 0, "only AF_UNIX makes pairs: leave the family out, or connect two sockets through a listener"},

	/* addresses that do not fit, for all calls that take one */
	{ADDRESSED, EINVAL, TO_OTHER_FAMILY, "{it} is an {family} socket, but {target} is an {target_family} address: make the socket with the address's family"},
	{ADDRESSED, EAFNOSUPPORT, TO_OTHER_FAMILY, "{it} is an {family} socket, but {target} is an {target_family} address: make the socket with the address's family"},
	{ADDRESSED, EAFNOSUPPORT, 0, "an address of this family does not fit this socket"},
	{ADDRESSED, EINVAL, TO_LINK_LOCAL, "a link-local address needs its interface: write {host}%eth0, with the right interface's name"},
	{ADDRESSED, ENODEV, 0, "there is no such network interface"},

	/* names in the file system, for bind, connect, sendto and unlink */
	{BINDERS, ENOENT, TO_PATH, "the directory of {target} does not exist"},
	{"unlink", ENOENT, 0, "there is nothing of that name: nothing to remove"},
	{ADDRESSED, ENOENT, ON_UNIX, "there is no {target}: no server has bound that name, or it was unlinked"},
	{NULL, ENOTDIR, TO_PATH, "a part of {target} that should be a directory is none"},
	{NULL, ENOTDIR, 0, "a part of the path that should be a directory is none"},
	{NULL, ENAMETOOLONG, 0, "the name is too long: a socket's may have 107 bytes, each part of a path 255"},
	{NULL, ELOOP, 0, "the path goes through too many symbolic links"},
	{NULL, EROFS, 0, "that file system can only be read: take another directory, such as /tmp"},
	{NULL, ENOSPC, TO_PATH, "no room is left in the file system of {target}"},
	{BINDERS, EACCES, TO_PATH, "no permission to make {target}: its directory must be writable, such as /tmp"},
	{"unlink", EACCES, 0, "no permission to remove it: its directory must be writable"},
	{"unlink", EPERM, 0, "not allowed: it belongs to another user, or it is no socket"},
	{"unlink", EISDIR, 0, "that is a directory; unlink removes only the names of sockets"},
	{ADDRESSED, EACCES, TO_PATH, "no permission: connecting needs the right to write to {target}, and to search its directories"},

	/* bind */
	{BINDERS, EADDRINUSE, TO_PATH, "{target} exists already, closing a socket does not remove it: when no server has it any more, unlink {target}, then bind again"},
	{BINDERS, EADDRINUSE, TO_ABSTRACT, "another socket has the name {target}: it is free again when that one is closed"},
	{BINDERS, EADDRINUSE, TO_PORT_0, "no port is free: close some sockets"},
	{"bind", EADDRINUSE, ON_UDP, "another socket has {target}: close that one, or take another port"},
	{"bind", EADDRINUSE, ON_TCP, "{target} is taken: by an open socket, or by a connection in TIME-WAIT (up to 60 s). Take another port, or set SO_REUSEADDR before bind, on the old socket too"},
	{BINDERS, EADDRINUSE, 0, "another socket has {target}: close that one, or take another port"},
	{BINDERS, EADDRNOTAVAIL, TO_IPV6, "{host} is no address of this machine: use ::1, :: (all its addresses) or one of its own"},
	{BINDERS, EADDRNOTAVAIL, 0, "{host} is no address of this machine: use 127.0.0.1, 0.0.0.0 (all its addresses) or one of its own"},
	{BINDERS, EACCES, TO_LOW_PORT, "ports below 1024 are for root (CAP_NET_BIND_SERVICE): take a higher one, or sosh --sandbox"},
	{"bind", EINVAL, ON_UNIX, "{it} has a name already: a socket is bound once. Make a new one"},
	{"bind", EINVAL, IN_SYN_SENT, "{it} is connecting, which gave it an address: bind comes before connect. Make a new socket"},
	{"bind", EINVAL, IN_CONNECTION, "{it} is connected, which gave it an address: bind comes before connect. Make a new socket"},
	{"bind", EINVAL, 0, "{it} has an address already, {local}: a socket is bound once. Make a new one"},
	{"bind", EINVAL, 0, "{it} is bound or connected already, or the address is none for it: a socket gets its address once"},

	/* listen */
	{LISTENERS, EADDRINUSE, 0, "another socket already listens on {local}: close that one, or bind another port"},
	{LISTENERS, EADDRINUSE, 0, "another socket already listens there: close that one, or bind another port"},
	{"listen", EINVAL, ON_UNIX, "{it} has no name yet (bind {handle} /path first), or it is connected already"},
	{"listen", EINVAL, IN_SYN_SENT, "{it} is connecting: only an unused socket can listen. Make a new one"},
	{"listen", EINVAL, ON_TCP, "{it} is a connection: only an unused socket can listen. Make a new one"},
	{LISTENERS, EOPNOTSUPP, ON_DGRAM, "a datagram socket does not listen: bind it, then recvfrom takes what comes from anybody"},
	{LISTENERS, EOPNOTSUPP, 0, "this kind of socket does not listen: only SOCK_STREAM and SOCK_SEQPACKET do"},

	/* accept */
	{"accept", EINVAL, IN_CONNECTION, "{it} is a connection, it does not listen: accept on the listening socket"},
	{"accept", EINVAL, ON_UNIX, "{it} is connected to {peer}, it does not listen: accept on the listening socket"},
	{"accept", EINVAL, NEVER_CONNECTED, "{it} does not listen yet: listen {handle} first"},
	{"accept", EINVAL, 0, "{it} does not listen: listen {handle} first, or it was shut down"},
	{"accept", EOPNOTSUPP, ON_DGRAM, "a datagram socket has no connections to accept: recvfrom tells the sender of each datagram"},
	{"accept", EOPNOTSUPP, 0, "this kind of socket has no connections to accept"},
	{"accept", ECONNABORTED, 0, "the client gave up before it was accepted: accept again"},
	{"accept", EPERM, 0, "a firewall rule of this machine forbids it"},

	/* connect */
	{CONNECTS, ECONNREFUSED, TO_PORT_0, "nobody can listen on port 0: connect to the port that the server really has (getsockname)"},
	{CONNECTS, ECONNREFUSED, TO_PATH | ON_DGRAM, "the socket that was bound to {target} is closed, only its name is left: unlink it, then bind again"},
	{CONNECTS, ECONNREFUSED, TO_PATH, "nobody listens on {target}: the server has not called listen, or only its name is left (unlink it, then bind again)"},
	{CONNECTS, ECONNREFUSED, 0, "nobody listens on {target}: start the server first, or check host and port"},
	{CONNECTS, ECONNREFUSED, 0, "nobody listens there: start the server first, or check host and port"},
	{CONNECTS, ETIMEDOUT, 0, "{target} never answered: the host is down, a firewall drops the segments, or the server's queue is full"},
	{"connect connect_ex", EISCONN, IN_LISTEN, "{it} listens: a listener cannot connect. Make a new socket"},
	{"connect connect_ex", EISCONN, SENT_FIN, "{it} has had its connection: one socket, one connection. Make a new socket"},
	{"connect connect_ex", EISCONN, WAS_CONNECTED, "{it} has had its connection: one socket, one connection. Make a new socket"},
	{"connect connect_ex", EISCONN, 0, "{it} is connected already, to {peer}: one socket, one connection. Make a new socket"},
	{"connect connect_ex", EISCONN, 0, "{it} is connected already: one socket, one connection. Make a new socket"},
	{"connect connect_ex", ECONNABORTED, 0, "an earlier attempt had failed, and its error was told before: connect again"},
	{CONNECTS, ECONNRESET, 0, "{target} reset the connection while it was being made: try again"},
	{CONNECTS, EADDRNOTAVAIL, TO_IPV6, "no local address and port can reach {target}: IPv6 may be off here, or the same pair is still in TIME-WAIT (60 s)"},
	{CONNECTS, EADDRNOTAVAIL, 0, "no local port is free for {target}: all are in use, or the same pair is still in TIME-WAIT (60 s)"},
	{CONNECTS, EADDRINUSE, 0, "the local address is in use by another connection to {target}: bind another port, or none"},
	{"connect connect_ex sendto sendmsg", EPROTOTYPE, 0, "{target} is a socket of another type: use the same type (SOCK_STREAM, SOCK_DGRAM) on both sides"},
	{"connect connect_ex", EINVAL, ON_UNIX, "{it} listens, and a listener cannot connect; or {target} is no name for it"},
	{CONNECTS, EINVAL, 0, "{target} is no address that this socket can connect to"},
	{"connect connect_ex", EPERM, ON_UNIX, "{target} takes datagrams only from the socket that it is connected to"},
	{"connect connect_ex", EOPNOTSUPP, 0, "this kind of socket does not connect"},

	/* roads */
	{REACHING, ENETUNREACH, TO_MAPPED, "{host} is an IPv4 address in IPv6 form, and {it} has IPV6_V6ONLY, or there is no road to it"},
	{REACHING, ENETUNREACH, TO_IPV6, "this machine has no route to {host}: nothing was sent. It may have no IPv6 network; try an IPv4 address"},
	{REACHING, ENETUNREACH, 0, "this machine has no route to {host}: nothing was sent. Check the address and the network"},
	{REACHING, ENETUNREACH, 0, "there is no route to the peer's network"},
	{REACHING, EHOSTUNREACH, 0, "no way to {host}: nobody answers at that address of the own network, or a router said no"},
	{REACHING, EHOSTUNREACH, 0, "the peer's host cannot be reached: nobody answers at its address, or a router said no"},
	{REACHING, ENETDOWN, 0, "the network interface is down"},
	{"connect connect_ex sendto sendmsg", EACCES, ON_UDP, "if {host} is a broadcast address, set SO_BROADCAST first (setsockopt {handle} SO_BROADCAST 1); else a route or firewall forbids it"},
	{SENDS, EACCES, ON_UDP, "sending to a broadcast address needs SO_BROADCAST (setsockopt {handle} SO_BROADCAST 1); else a route or firewall forbids it"},
	{CONNECTS, EACCES, 0, "a route or a firewall rule of this machine forbids {target}"},
	{"sendto sendmsg", EPERM, ON_UNIX, "{target} takes datagrams only from the socket that it is connected to"},
	{SENDS, EPERM, ON_UNIX, "the peer takes datagrams only from the socket that it is connected to"},
	{REACHING, EPERM, 0, "a firewall rule of this machine forbids it"},

	/* send */
	{SENDS, EPIPE, IN_LISTEN, "{it} listens and carries no data: send on the socket that accept gave"},
	{SENDS, EPIPE, SENT_FIN, "{it} has shut down its sending side: nothing more can be sent"},
	{SENDS, EPIPE, ON_TCP | NEVER_CONNECTED, "{it} is not connected: connect {handle} first"},
	{SENDS, EPIPE, ON_TCP | WAS_CONNECTED, "the connection is over: the peer is closed and took no more, or this side was shut down. Close {handle}, make a new socket"},
	{SENDS, EPIPE, ON_TCP, "{it} is not connected, or not any more, or it was shut down for sending: nothing can be sent"},
	{SENDS, EPIPE, ON_UNIX, "the peer is closed, or one side was shut down: nothing can be sent any more"},
	{SENDS, EPIPE, 0, "{it} was shut down for sending: nothing can be sent any more"},
	{SENDS, EDESTADDRREQ, 0, "to whom? Name the address (sendto), or connect {handle} once"},
	{SENDS, EISCONN, 0, "{it} is connected: send without an address"},
	{"sendto sendmsg", EOPNOTSUPP, ON_UNIX | ON_STREAM, "a stream takes no address with its data: connect {handle} first, then send. Or the flag is not for this socket"},
	{SENDS, EOPNOTSUPP, ON_DGRAM, "a datagram socket cannot do that: MSG_OOB is for streams"},
	{SENDS " " RECVS, EOPNOTSUPP, 0, "this kind of socket does not know that flag or that call"},
	{SENDS, ENOTCONN, ON_UNIX | ON_DGRAM, "{it} has no peer, or its peer is closed: name the address (sendto), or connect {handle}"},
	{SENDS, ENOTCONN, 0, "{it} is not connected: connect {handle} first, or use the socket that accept gave"},
	{SENDS, EMSGSIZE, ON_UDP, "too big for one datagram: UDP takes 65507 bytes over IPv4, 65527 over IPv6, and less with IP_PMTUDISC_DO. Send smaller pieces"},
	{SENDS, EMSGSIZE, 0, "too big for one message: at most the send buffer's size (SO_SNDBUF). Send smaller pieces"},
	{"sendto", EINVAL, TO_PORT_0, "port 0 is nobody's: send to the port that the receiver really has (getsockname)"},
	{"sendto", EINVAL, 0, "{target} is no address to send to from this socket"},
	{"sendto sendmsg", ECONNREFUSED, TO_PATH | ON_DGRAM, "the socket that was bound to {target} is closed, only its name is left: unlink it, then bind again"},
	{"sendto sendmsg", ECONNREFUSED, TO_ABSTRACT, "no socket has the name {target}"},
	{SENDS " " RECVS, ECONNREFUSED, ON_UDP, "nobody has {peer}: an earlier datagram came back as ICMP port unreachable, told one call later. The socket stays usable"},
	{SENDS " " RECVS, ECONNREFUSED, ON_UDP, "nobody has the port: an earlier datagram came back as ICMP port unreachable, told one call later. The socket stays usable"},
	{SENDS, ECONNREFUSED, ON_UNIX, "the peer is closed: connect {handle} to another, or name the address (sendto)"},
	{SENDS " " RECVS, ECONNREFUSED, ON_TCP, "the connect before was refused: nobody listened there"},

	/* recv */
	{RECVS, ENOTCONN, IN_LISTEN, "{it} listens and carries no data: receive on the socket that accept gave"},
	{RECVS, ENOTCONN, 0, "{it} is not connected: connect {handle} first, or use the socket that accept gave"},
	{RECVS, EINVAL, ON_TCP, "with MSG_OOB: there is no urgent byte (none was sent, it was read, or SO_OOBINLINE keeps it in the stream)"},
	{RECVS, EINVAL, ON_UNIX | ON_STREAM, "{it} is not connected: connect {handle} first, or use the socket that accept gave. With MSG_OOB: no urgent byte is there"},
	{RECVS, ECONNABORTED, 0, "the connection was ended from this machine (ss -K): make a new socket"},

	/* connections that end badly; told once, then recv gives the end of the stream */
	{SENDS " " RECVS, ECONNRESET, ON_UNIX, "the peer closed without having read all that was sent to it, or the listener before it accepted"},
	{SENDS " " RECVS, ECONNRESET, 0, "the peer reset the connection: it closed with data unread or by SO_LINGER 0, or was restarted. Close {handle}, make a new socket"},
	{SENDS " " RECVS, ETIMEDOUT, 0, "the peer no longer answers (its machine or the network is gone): the connection is over. Close {handle}"},

	/* names and ends */
	{"getpeername", ENOTCONN, IN_LISTEN, "{it} listens, it has no peer: ask the socket that accept gave"},
	{"getpeername", ENOTCONN, IN_SYN_SENT, "{it} is still connecting: it has a peer when it is ESTABLISHED"},
	{"getpeername", ENOTCONN, WAS_CONNECTED, "{it} has no peer any more: the connection is over"},
	{"getpeername", ENOTCONN, SENT_FIN, "{it} has no peer any more: the connection is over"},
	{"getpeername", ENOTCONN, 0, "{it} has no peer: it is not connected"},
	{"getpeername", EINVAL, 0, "{it} was shut down: it has no peer any more"},
	{"shutdown", ENOTCONN, ON_TCP | WAS_CONNECTED, "the connection of {it} is over already: close {handle}"},
	{"shutdown", ENOTCONN, SENT_FIN, "the connection of {it} is over already: close {handle}"},
	{"shutdown", ENOTCONN, NEVER_CONNECTED, "{it} is not connected. On Linux it is shut down all the same: a later send gives EPIPE. Make a new socket"},
	{"shutdown", ENOTCONN, ON_UDP, "{it} is not connected: it has nothing to shut down. On Linux a waiting recv wakes all the same"},
	{"shutdown", ENOTCONN, 0, "{it} is not connected: it has nothing to shut down"},
	{"shutdown", EINVAL, 0, "HOW is one of SHUT_RD, SHUT_WR and SHUT_RDWR"},
	{"shutdown", EOPNOTSUPP, 0, "this kind of socket cannot be shut down: close {handle}"},

	/* options: those of one name first */
	{"setsockopt(IPV6_V6ONLY)", EINVAL, 0, "too late, {it} has its address: IPV6_V6ONLY is set before bind and connect. Make a new socket"},
	{"setsockopt(TCP_KEEPIDLE) setsockopt(TCP_KEEPINTVL)", EINVAL, 0, "the option takes 1 to 32767 seconds"},
	{"setsockopt(TCP_KEEPCNT)", EINVAL, 0, "the option takes 1 to 127 probes"},
	{"setsockopt(IP_TTL)", EINVAL, 0, "a TTL is 1 to 255; -1 gives the default back"},
	{"setsockopt(SO_ATTACH_FILTER)", EINVAL, 0, "the kernel takes no such program: 8 bytes for each instruction, the last of them a return. x\"06 00 00 00 00 00 00 00\" drops all"},
	{"setsockopt(SO_ATTACH_FILTER)", EPERM, 0, "of a TCP socket new kernels want CAP_NET_ADMIN for a filter, or the filter is locked (SO_LOCK_FILTER)"},
	{"setsockopt(SO_DETACH_FILTER) setsockopt(SO_DETACH_BPF)", ENOENT, 0, "{it} has no filter: there is nothing to take away"},
	{OPTIONS, EOPNOTSUPP, ON_UNIX, "an AF_UNIX socket has only the options of SOL_SOCKET"},
	{OPTIONS, EOPNOTSUPP, 0, "this kind of socket has no such option"},
	{OPTIONS, ENOPROTOOPT, ON_UDP, "a UDP socket has no such option: options of TCP are for SOCK_STREAM, and some can only be read"},
	{"setsockopt", ENOPROTOOPT, 0, "this socket has no such option at that level, or it can only be read"},
	{"getsockopt", ENOPROTOOPT, 0, "this socket has no such option at that level, or it can only be set"},
	{"setsockopt", EINVAL, ON_IPV6, "the option does not take that value, or not in that size. IPV6_V6ONLY must be set before bind"},
	{"setsockopt", EINVAL, 0, "the option does not take that value, or not in that size, or not in the socket's state"},
	{"getsockopt", EINVAL, 0, "the option cannot be asked in the socket's state, or not in that size"},
	{"setsockopt", EDOM, 0, "the time is out of range: seconds of 0 or more"},
	{OPTIONS, EPERM, 0, "this option is for root (CAP_NET_ADMIN, CAP_NET_RAW): sosh --sandbox has that right in a network of its own"},
	{OPTIONS, EACCES, 0, "this option is for root (CAP_NET_ADMIN): sosh --sandbox has that right in a network of its own"},
	{OPTIONS, ENODEV, 0, "there is no such network interface, or none leads to that multicast group"},
	{"setsockopt", ENOENT, 0, "there is nothing of that name: TCP_CONGESTION takes those in the sysctl net.ipv4.tcp_available_congestion_control"},
	{"setsockopt", EADDRINUSE, 0, "the socket is in that multicast group already"},
	{"setsockopt", EADDRNOTAVAIL, 0, "the socket is not in that multicast group, or this machine does not have that address"},
	{"setsockopt", EISCONN, 0, "{it} is connected: this option must be set before"},
	{OPTIONS, ENOTCONN, 0, "{it} is not connected: this option is only for a connected socket"},
	{"setsockopt", EBUSY, 0, "too late: this option must be set before the socket is used"},

	/* host names: getaddrinfo(3) */
	{NULL, EAI_NONAME, 0, "no host is called {name}: check the spelling, or give a number such as 127.0.0.1"},
	{NULL, EAI_NONAME, 0, "there is no host of that name: check the spelling, or give a number such as 127.0.0.1"},
	{NULL, EAI_AGAIN, 0, "no name server answers for {name}: check the network, or give a number such as 127.0.0.1"},
	{NULL, EAI_AGAIN, 0, "no name server answers: check the network, or give a number such as 127.0.0.1"},
	{NULL, EAI_FAIL, 0, "the name server could not answer: give a number such as 127.0.0.1"},
	{NULL, EAI_SERVICE, 0, "no service is called {service} for this type of socket (/etc/services): give the port's number"},
	{NULL, EAI_SERVICE, 0, "there is no such service for this type of socket (/etc/services): give the port's number"},
	{NULL, EAI_ADDRFAMILY, 0, "{name} has no {family} address: make the socket with the other family"},
	{NULL, EAI_ADDRFAMILY, 0, "the host has no address of this family: use the other family"},
	{NULL, EAI_NODATA, 0, "the name exists, but has no address of this family: use the other family"},
	{NULL, EAI_FAMILY, 0, "names are looked up for AF_INET and AF_INET6 only"},
	{NULL, EAI_SOCKTYPE, 0, "there is no such socket type, or it does not go with the protocol"},
	{NULL, EAI_BADFLAGS, 0, "there are no such flags: they are those called AI_"},
	{NULL, EAI_MEMORY, 0, "there is no memory for the look-up: close something, then try again"},
};
/* clang-format on */

const struct explanation *explanations(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
