/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the TCP states mean, by their names in RFC 9293, with the times of Linux.
 */
#include "meanings.h"

/* clang-format off */
static const struct meaning rows[] = {
	{"CLOSE-WAIT", "The peer has ended its sending side: its FIN has come, and recv gives the end of the stream once all is read. This side can still send. It lasts until this program closes, with no limit of time; close leads to LAST-ACK. Many of them mean a forgotten close after recv gave nothing."},
	{"CLOSED", "There is no connection: the socket is new, or its connection has ended. From here connect leads to SYN-SENT, and listen to LISTEN. In the RFC it is no state at all but the want of one; the kernel's name is CLOSE, and ss shows UNCONN. A socket whose connection has ended can still hold data to be read."},
	{"CLOSING", "Both sides closed at the same time: both FINs are on their way, the peer's has come, but not the ACK of our own. It is rare and short, and ends in TIME-WAIT with that ACK."},
	{"ESTABLISHED", "The connection is made: both sides can send and receive. The kernel of the server makes it, before accept takes it. It ends when one side closes or shuts down (FIN-WAIT-1 there, CLOSE-WAIT at the other), or at once by RST. It has no sign of life of its own: a vanished peer is noticed only by sending or by keepalive. ss shows ESTAB."},
	{"FIN-WAIT-1", "This side has closed or shut down its sending side: its FIN is sent, but not acknowledged. It is short, for the ACK comes at once or after up to 40 ms, and leads to FIN-WAIT-2; if the peer closes at the same time, to CLOSING. The FIN waits behind data that the peer does not take. The kernel writes FIN_WAIT1, ss FIN-WAIT-1."},
	{"FIN-WAIT-2", "This side has ended its sending side and the peer's kernel has acknowledged it; now the peer has to close. After shutdown this side can still receive, with no limit of time. After close, Linux forgets it after 60 s (net.ipv4.tcp_fin_timeout, TCP_LINGER2), and what still comes is answered by RST. The peer's FIN leads to TIME-WAIT. The kernel writes FIN_WAIT2."},
	{"LAST-ACK", "The peer closed first, and now this side has too: its FIN is sent, the last ACK is missing. It is short, and ends in CLOSED. No program has the socket any more; if no ACK comes, the kernel repeats the FIN for a while and gives up."},
	{"LISTEN", "The socket waits for clients: listen has been called. The kernel makes the connections by itself and puts them in the accept queue, which holds backlog + 1; when it is full, further SYNs are ignored and those clients wait. accept takes them out one by one, as new sockets. It ends with close or shutdown, which resets those still in the queue."},
	{"SYN-RECEIVED", "The server's kernel has had a SYN and answered SYN,ACK; the ACK that makes the connection is missing. No program has such a socket yet. The SYN,ACK is repeated 5 times (net.ipv4.tcp_synack_retries), for about 63 s, then it is forgotten. With TCP_DEFER_ACCEPT, or when the accept queue is full, it stays here although the ACK has come. The kernel writes SYN_RECV, ss SYN-RECV."},
	{"SYN-SENT", "connect has sent a SYN and waits for the SYN,ACK, which leads to ESTABLISHED; RST ends it with ECONNREFUSED. Without an answer the SYN is repeated (net.ipv4.tcp_syn_retries, TCP_SYNCNT), and after about 130 s it ends with ETIMEDOUT. Till then send and recv give EAGAIN where they do not wait, and there is no peer's name yet. close ends it without a segment."},
	{"TIME-WAIT", "This side closed first, and both FINs are acknowledged. The kernel remembers the four numbers for 60 s more, to repeat the last ACK and to keep late segments out of a new connection. No program has the socket any more. It does no harm; bind to its port gives EADDRINUSE unless SO_REUSEADDR was set on the old socket and on the new one. A connection that ends by RST has none."},
};
/* clang-format on */

const struct meaning *meanings_of_states(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
