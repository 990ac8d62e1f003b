/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of each cause, and what to type. Special rows come before general ones. Plain ASCII: sentences go to a
 * terminal.
 */
#include <errno.h>

#include "cause.h"
#include "sosh/symbol.h"

/* clang-format off */
static const struct cause_row rows[] = {
	/* the address is held */
	{HELD_BY_LISTENER, 0, OLD_SHARES, "port {port} is held by {who}, which listens on {held} with SO_REUSEPORT: setsockopt {handle} SO_REUSEPORT 1 before bind shares it", "setsockopt {handle} SO_REUSEPORT 1\n{again}"},
	{HELD_BY_LISTENER, 0, 0, "port {port} is held by {who}, which listens on {held}: close {holder}, or take another port", "close {holder}\n{again}"},
	{HELD_BY_LISTENER, 0, 0, "port {port} is held by {who}, which listens on {held}: end it, or take another port", NULL},
	{HELD_BY_BOUND, 0, NEW_REUSES | OLD_DOES_NOT, "port {port} is held by {who}, which is bound to {held} and does not listen. It must have SO_REUSEADDR too: setsockopt {holder} SO_REUSEADDR 1, or close {holder}", "setsockopt {holder} SO_REUSEADDR 1\n{again}"},
	{HELD_BY_BOUND, 0, NEW_DOES_NOT | OLD_REUSES, "port {port} is held by {who}, which is bound to {held} and does not listen. It has SO_REUSEADDR, {it} has not: setsockopt {handle} SO_REUSEADDR 1, then bind again", "setsockopt {handle} SO_REUSEADDR 1\n{again}"},
	{HELD_BY_BOUND, 0, 0, "port {port} is held by {who}, which is bound to {held}, it does not listen: close {holder}, or take another port", "close {holder}\n{again}"},
	{HELD_BY_BOUND, 0, 0, "port {port} is held by {who}, which is bound to {held}, it does not listen: end it, or take another port", NULL},
	{HELD_BY_UDP, 0, 0, "UDP port {port} is held by {who}, bound to {held}: close {holder}, or take another port", "close {holder}\n{again}"},
	{HELD_BY_UDP, 0, 0, "UDP port {port} is held by {who}, bound to {held}: end it, or take another port", NULL},
	{HELD_BY_CONNECTION, 0, NEW_DOES_NOT | OLD_REUSES, "port {port} is held by a connection of {who} with {held_peer}, {held_state}. It has SO_REUSEADDR, {it} has not: setsockopt {handle} SO_REUSEADDR 1, then bind again", "setsockopt {handle} SO_REUSEADDR 1\n{again}"},
	{HELD_BY_CONNECTION, 0, NEW_REUSES | OLD_DOES_NOT, "port {port} is held by a connection of {who} with {held_peer}, {held_state}. SO_REUSEADDR is not enough: {end} is without it. Take another port, or setsockopt {holder} SO_REUSEADDR 1", "setsockopt {holder} SO_REUSEADDR 1\n{again}"},
	{HELD_BY_CONNECTION, 0, NEW_REUSES | OLD_DOES_NOT, "port {port} is held by a connection of {who} with {held_peer}, {held_state}. SO_REUSEADDR is not enough: the old socket was without it. Take another port, or wait", NULL},
	{HELD_BY_CONNECTION, 0, NEW_DOES_NOT | OLD_DOES_NOT, "port {port} is held by a connection of {who} with {held_peer}, {held_state}: take another port. SO_REUSEADDR helps only on both, {it} and {who}", "setsockopt {handle} SO_REUSEADDR 1\nsetsockopt {holder} SO_REUSEADDR 1\n{again}"},
	{HELD_BY_CONNECTION, 0, NEW_DOES_NOT, "port {port} is held by a connection of {who} with {held_peer}, {held_state}. SO_REUSEADDR on {it} helps only if the old socket had it too; else take another port", NULL},
	{HELD_BY_CONNECTION, 0, 0, "port {port} is held by a connection of {who} with {held_peer}, {held_state}: take another port. SO_REUSEADDR helps only if the old socket had it too", NULL},
	{HELD_BY_CONNECTION, 0, 0, "port {port} is held by the connection {held} -> {held_peer}, {held_state}, which no process has any more. SO_REUSEADDR helps only if the old socket had it too", NULL},
	{HELD_BY_TIME_WAIT, 0, NEW_DOES_NOT | OLD_REUSES, "{held} -> {held_peer} is in TIME-WAIT for {seconds}. The old socket had SO_REUSEADDR: setsockopt {handle} SO_REUSEADDR 1, then bind again", "setsockopt {handle} SO_REUSEADDR 1\n{again}"},
	{HELD_BY_TIME_WAIT, 0, NEW_REUSES | OLD_DOES_NOT, "{held} -> {held_peer} is in TIME-WAIT for {seconds}. SO_REUSEADDR does not help, as the old socket was without it: wait, or take another port", NULL},
	{HELD_BY_TIME_WAIT, 0, OLD_DOES_NOT, "{held} -> {held_peer} is in TIME-WAIT for {seconds}: wait, or take another port. SO_REUSEADDR would help only if the old socket had had it too", NULL},
	{HELD_BY_TIME_WAIT, 0, NEW_DOES_NOT, "{held} -> {held_peer} is in TIME-WAIT for {seconds}: wait, or take another port. SO_REUSEADDR on {it} helps only if the old socket had it too", NULL},
	{HELD_BY_TIME_WAIT, 0, 0, "{held} -> {held_peer} is in TIME-WAIT for {seconds}: wait, or take another port. SO_REUSEADDR helps only if the old socket had it too", NULL},
	{NAME_HELD, 0, 0, "{target} is the name of {who}: close {holder}, unlink {text}, then bind again", "close {holder}\nunlink {text}\n{again}"},
	{NAME_HELD, 0, 0, "{target} is the name of {who}: close {holder}, then bind again", "close {holder}\n{again}"},
	{NAME_HELD, 0, 0, "{target} is the name of {who}: end it, or take another name", NULL},
	{NAME_LEFT_OVER, EADDRINUSE, 0, "{target} is left over, {end} had it and was closed in {how}: unlink {text}, then bind again", "unlink {text}\n{again}"},
	{NAME_LEFT_OVER, EADDRINUSE, 0, "{target} exists, and no socket of this network namespace has it. Its server may run in another one (a container, a sandbox): connect tells. If it is left over, unlink {text}, then bind again", NULL},
	{NAME_LEFT_OVER, 0, 0, "nobody listens on {target}: it is left over, {end} had it and was closed in {how}. The server must unlink {text}, then bind again", NULL},
	{NAME_LEFT_OVER, 0, 0, "nobody listens on {target}, and no socket of this network namespace has it: it is left over, then the server must unlink {text} and bind again; or its server, in another namespace, does not listen", NULL},
	{NAME_IS_A_FILE, 0, 0, "{target} exists and is no socket: bind makes a new name, so take another path", NULL},
	{NOT_OUR_ADDRESS, 0, 0, "{host} is no address of this machine; its addresses: {text}", NULL},
	{SAME_CONNECTION, 0, 0, "{held} -> {held_peer} is still in TIME-WAIT, for {seconds}: bind another port, or none", NULL},
	{SAME_CONNECTION, 0, 0, "{held} -> {held_peer} is the connection of {who}, {held_state}: bind another port, or none", NULL},
	{SAME_CONNECTION, 0, 0, "{held} -> {held_peer} is a connection already, {held_state}: bind another port, or none", NULL},
	{NO_PORT_LEFT, 0, 0, "no local port of {text} is free for {target}: all are in use, or in TIME-WAIT there (up to 60 s)", NULL},
	{LOW_PORT, 0, 0, "ports below {most} are for root (CAP_NET_BIND_SERVICE): take a higher one, or sosh --sandbox", NULL},
	{IS_BROADCAST, 0, 0, "{host} is a broadcast address: setsockopt {handle} SO_BROADCAST 1 first", "setsockopt {handle} SO_BROADCAST 1\n{again}"},

	/* nobody answers there, or the answer is no */
	{BOUND_ONLY, 0, 0, "{who} is bound to {held}, but does not listen yet: listen {holder}", "listen {holder}\n{again}"},
	{BOUND_ONLY, 0, 0, "{who} is bound to {held}, but does not listen yet", NULL},
	{STOPPED_LISTENING, EINVAL, IS_UNIX, "{it} was shut down for reading in {how}: it takes no clients any more, and listen does not change that. Make a new socket", NULL},
	{STOPPED_LISTENING, 0, IS_UNIX, "{end} was shut down for reading in {how}: it takes no clients any more, and listen does not change that. Close it, unlink {held}, make a new socket", NULL},
	{STOPPED_LISTENING, 0, IS_UNIX, "{who} has {held}, but was shut down for reading: it takes no clients any more", NULL},
	{STOPPED_LISTENING, EINVAL, PORT_GIVEN_BACK, "{it} stopped listening in {how}, and has lost its port, which the kernel had chosen: bind {handle} {held}, then listen {handle} again", "bind {handle} {held}\nlisten {handle}\n{again}"},
	{STOPPED_LISTENING, 0, PORT_GIVEN_BACK, "{end} stopped listening in {how}, and has lost its port, which the kernel had chosen: bind {holder} {held}, then listen {holder} again", "bind {holder} {held}\nlisten {holder}\n{again}"},
	{STOPPED_LISTENING, EINVAL, 0, "{it} stopped listening in {how}: listen {handle} again", "listen {handle}\n{again}"},
	{STOPPED_LISTENING, 0, 0, "{end} stopped listening in {how}: listen {holder} again", "listen {holder}\n{again}"},
	{LISTENS_NOW, 0, 0, "it was refused before, but now {who} has {held}: {command} again", "{again}"},
	{LISTENS_ELSEWHERE, 0, HELD_IN_IPV6, "nobody has {target}; {who} has this port, but only on {held}: connect to that with an AF_INET6 socket, or let the server listen on :: with IPV6_V6ONLY 0", NULL},
	{LISTENS_ELSEWHERE, 0, HELD_IN_IPV4, "nobody has {target}; {who} has this port, but only on {held}: connect to that with an AF_INET socket, or let the server be an AF_INET6 socket that listens on ::", NULL},
	{LISTENS_ELSEWHERE, 0, 0, "nobody has {target}; {who} has this port, but only on {held}: connect to that, or bind the server to {any}", NULL},
	{LISTENS_TO_IPV6, 0, 0, "nobody has {target}; {who} has this port, but only for IPv6 (IPV6_V6ONLY): connect to ::1 with an AF_INET6 socket, or set IPV6_V6ONLY to 0 before bind", NULL},
	{TAKES_FROM_PEER, 0, 0, "{who} has {held}, but it is connected to {held_peer} and takes datagrams from there alone: to anybody else the port is unreachable", NULL},
	{OTHER_TYPE, 0, 0, "{target} is the name of {who}, which is {text}: make the socket with the same type", NULL},
	{OTHER_PROTOCOL, 0, 0, "nobody has this port with {protocol}; {who} has it with {other_protocol}: use the same type on both sides (SOCK_STREAM is TCP, SOCK_DGRAM is UDP)", NULL},
	{CLOSED_THERE, 0, 0, "nobody has {held} any more: {end} was closed in {how}", NULL},
	{HOST_REFUSED, 0, 0, "{host} was reached and said no: nobody listens on its port {port}, or a firewall refuses", NULL},
	{QUEUE_FULL, ERROR_TIMEOUT, IS_UNIX, "the queue of {who} stayed full ({count} wait, backlog {most}): accept {holder} makes room", "accept {holder}\n{again}"},
	{QUEUE_FULL, ERROR_TIMEOUT, IS_UNIX, "the queue of {who} stayed full ({count} wait, backlog {most}): it does not accept", NULL},
	{QUEUE_FULL, ERROR_TIMEOUT, 0, "the accept queue of {who} is full ({count} wait, backlog {most}), so the SYN is not answered: accept {holder} makes room", "accept {holder}\n{again}"},
	{QUEUE_FULL, ERROR_TIMEOUT, 0, "the accept queue of {who} is full ({count} wait, backlog {most}), so the SYN is not answered until it accepts", NULL},
	{QUEUE_FULL, EAGAIN, 0, "the queue of {who} is full ({count} wait, backlog {most}): accept {holder} makes room. No error for a socket that does not wait", "accept {holder}\n{again}"},
	{QUEUE_FULL, EAGAIN, 0, "the queue of {who} is full ({count} wait, backlog {most}) until it accepts. No error for a socket that does not wait", NULL},
	{QUEUE_FULL, ETIMEDOUT, 0, "the accept queue of {who} is full ({count} wait, backlog {most}), so the SYN was never answered: accept {holder} makes room", "accept {holder}\n{again}"},
	{QUEUE_FULL, ETIMEDOUT, 0, "the accept queue of {who} is full ({count} wait, backlog {most}), so the SYN was never answered", NULL},
	{QUEUE_FULL, 0, 0, "no error: {it} goes on connecting, but the accept queue of {who} is full ({count} wait, backlog {most}): accept {holder} makes room", "accept {holder}\n{again}"},
	{QUEUE_FULL, 0, 0, "no error: {it} goes on connecting, but the accept queue of {who} is full ({count} wait, backlog {most})", NULL},
	{SILENCE, ERROR_TIMEOUT, 0, "no answer from {target} within {timeout} s (settimeout): the host is down, or a firewall drops the SYN. {it} goes on trying, after 1, 2, 4 s", NULL},
	{SILENCE_HERE, ERROR_TIMEOUT, 0, "no answer from {target}, an address of this machine, within {timeout} s (settimeout): the accept queue of who listens there was full, or something drops the SYN. {it} goes on trying, after 1, 2, 4 s", NULL},
	{SILENCE_HERE, ERROR_TIMEOUT, 0, "no answer from {target}, an address of this machine, in the time given: the accept queue of who listens there was full, or something drops the SYN", NULL},
	{SILENCE_HERE, 0, 0, "{target}, an address of this machine, never answered: the accept queue of who listens there was full, or something drops the SYN", NULL},
	{NOT_ACCEPTED, ERROR_TIMEOUT, 0, "nothing came within {timeout} s (settimeout): {it} still waits to be accepted, the server does not know of it. accept {holder} takes it", "accept {holder}"},
	{NOT_ACCEPTED, EAGAIN, 0, "nothing is there yet: {it} still waits to be accepted, accept {holder} takes it. No error: the call did not wait", "accept {holder}"},
	{DEFERS, 0, 0, "a client is there, but has sent no data: {it} has TCP_DEFER_ACCEPT, which keeps it in SYN-RECEIVED until then", NULL},

	/* how it ended */
	{OWN_SHUTDOWN, 0, 0, "{it} ended its sending side in {how}: nothing more can be sent", NULL},
	{OWN_DISSOLVED, 0, 0, "{it} left its connection in {how}: connect it again", NULL},
	{CLOSED_UNREAD, 0, 0, "{end} (the other end) was closed in {how}, with {bytes} unread: that resets the connection", NULL},
	{CLOSED_BY_LINGER, 0, 0, "{end} (the other end) was closed in {how}, with SO_LINGER 0: that resets the connection", NULL},
	{DISSOLVED, 0, 0, "{end} (the other end) left the connection in {how}: that resets it", NULL},
	{PEER_CLOSED, ECONNRESET, 0, "{end} (the other end) was closed in {how}; what was sent after that was answered by RST", NULL},
	{PEER_CLOSED, EPIPE, 0, "{end} (the other end) was closed in {how}: nothing can be sent any more", NULL},
	{PEER_CLOSED, ECONNREFUSED, 0, "{end} (the other end) was closed in {how}: nothing can be sent any more", NULL},
	{PEER_CLOSED, 0, 0, "the connection is over: {end} (the other end) was closed in {how}", NULL},
	{PEER_SHUT_READ, 0, 0, "{end} (the other end) ended its receiving side in {how}: nothing can be sent any more", NULL},
	{LISTENER_GONE, 0, 0, "{end} ended in {how}, while {it} waited to be accepted: that resets the connection", NULL},
	{CONNECT_FAILED, 0, 0, "{it} is not connected: {how}, failed with {failure}", NULL},
	{ENDED_BEFORE, 0, 0, "the connection ended with {failure}, told in {how}: nothing can be sent any more. Make a new socket", NULL},

	/* the wrong socket, or the wrong moment */
	{LISTENER_USED, 0, 0, "{it} listens and carries no data; accept gave {who}: {command} {holder}", "{command} {holder}"},
	{LISTENER_USED, 0, 0, "{it} listens and carries no data: accept {handle} first, then use the socket that it gives", "accept {handle}"},
	{ACCEPTED_ACCEPTS, 0, 0, "{it} was accepted from {end}: it is a connection, it does not listen. accept {holder} takes the next client", "accept {holder}"},
	{LEFT_CONNECTION, 0, 0, "{it} left its connection in {how}: it is like a new socket now, and does not listen. listen {handle} first", "listen {handle}\n{again}"},
	{ACCEPTED_USED, 0, 0, "{it} was accepted from {end}: it is a connection, and can neither bind, listen nor accept. Make a new socket", NULL},
	{ALREADY_CONNECTED, 0, 0, "{it} is connected already, to {peer} ({end}): one socket, one connection. Make a new socket", NULL},
	{FROM_LOOPBACK, 0, 0, "{it} has the local address {local}, from which only this machine is reached, and {host} is elsewhere: make a new socket", NULL},
	{PEER_DOES_NOT_READ, EAGAIN, 0, "the send buffer is full, {end} (the other end) has {bytes} unread: recv {holder} makes room. No error: the call did not wait", "recv {holder}\n{again}"},
	{PEER_DOES_NOT_READ, 0, 0, "no room came within {timeout} s (settimeout): {end} (the other end) has {bytes} unread, recv {holder} makes room. A part may have been sent", "recv {holder}"},
	{NO_DESCRIPTOR, 0, CLIENT_WAITS, "no descriptor is left: {most} are allowed, {count} handles are open; the client stays in the queue. Close a socket, or raise the limit (set nofile), then accept again", NULL},
	{NO_DESCRIPTOR, 0, 0, "no descriptor is left: {most} are allowed, {count} handles are open. Close some, or raise the limit (set nofile)", NULL},
	{TOO_BIG_FOR_BUFFER, 0, 0, "too big for one message: it must fit the send buffer, SO_SNDBUF, which has {most} bytes with the kernel's own. Send smaller pieces", NULL},
	{TOO_BIG_FOR_PACKET, 0, 0, "too big for one packet: {most} bytes fit, and IP_MTU_DISCOVER forbids to cut it up. Send smaller pieces", NULL},

	/* the lab */
	{LAB_ADDRESS, 0, 0, "{host} is an address of the lab's host {text}: @{text} create_server {host} {port} makes it there", "@{text} create_server {host} {port}"},
	{LAB_ADDRESS_BOUND, 0, 0, "{host} is an address of the lab's host {text}, and {it} is on another: make the socket there, @{text} socket", "@{text} socket"},
	{OUTSIDE_LAB, 0, 0, "in the lab {host} is host {text}, but {it} is on this machine, which has no link to it: make the socket on a host of the lab, @HOST socket", NULL},
	{OUTSIDE_LAB, 0, 0, "in the lab {host} is host {text}, but this machine has no link to it: begin with a host of the lab, @HOST {command}", NULL},
	{OTHER_LOOPBACK, 0, 0, "each host has its own loopback: {who} listens on that of {text}. From another host connect to an address of {text}, where it must listen", NULL},

	/* paths */
	{PART_MISSING, 0, 0, "the directory {text} does not exist", NULL},
	{PART_NO_DIRECTORY, 0, 0, "{text} is no directory", NULL},
	{PART_NOT_SEARCHABLE, 0, 0, "no permission to search the directory {text}", NULL},
	{PART_NOT_WRITABLE, 0, 0, "no permission to write to {text}", NULL},
};
/* clang-format on */

const struct cause_row *cause_rows(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
