/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the words of the field mean that are no names of Linux: those that sosh itself uses, and some that one meets
 * beside them. Figures are those of Linux.
 */
#include "meanings.h"

/* clang-format off */
static const struct meaning rows[] = {
	{"ACK", "A flag of TCP segments: it says up to which byte all has come. Every segment but the first SYN has it, and alone, without data, it is sent to acknowledge. The kernel sends it, no program does: that data is acknowledged does not say that the peer's program has read it."},
	{"FIN", "A flag of TCP segments: its sender has finished sending. shutdown with SHUT_WR and close send it, after all data. The peer's recv gives the end of the stream (\"\") once everything before it is read. Each direction ends by a FIN of its own."},
	{"MSS", "The maximum segment size: the most data that one TCP segment carries. Both ends tell theirs in the handshake: on an Ethernet 1460 bytes over IPv4 (1500 less 40 of headers, and 12 less with timestamps), on loopback 32 to 64 kB. It is no limit for send, which takes any amount. The option is TCP_MAXSEG."},
	{"MTU", "The maximum transmission unit: the largest packet that a link carries, headers included. An Ethernet has 1500 bytes, loopback 65536. A datagram that is longer is cut into fragments, and TCP cuts its data to fit (MSS)."},
	{"Nagle", "Nagle's algorithm: while data is not yet acknowledged, TCP keeps back a further segment that is not full, and joins what is sent meanwhile. Together with the delayed ACK of the peer it can cost 40 ms. TCP_NODELAY switches it off, which does not give messages borders: a stream has none."},
	{"PSH", "A flag of TCP segments: hand the data on, nothing more comes at once. The kernel sets it on the last segment of a send. A program neither sets nor sees it, and it marks no end of a message."},
	{"RST", "A flag of TCP segments: this connection does not exist, or ends at once. The kernel answers by it where nobody listens (ECONNREFUSED), and where data comes for a closed socket. close sends it when data lies unread, or with SO_LINGER 0. The other end gets ECONNRESET once, and after that EPIPE from send."},
	{"RTO", "The retransmission timeout: what is not acknowledged within it is sent again, and it doubles each time. It follows the measured round trips, and is 200 ms at least and 120 s at most; a SYN begins with 1 s. info shows it as tcpi_rto."},
	{"RTT", "The round trip time: from sending a segment to its acknowledgement. The kernel measures and smooths it; info shows it as tcpi_rtt. On loopback it is some microseconds, but a delayed ACK adds 40 ms."},
	{"SIGPIPE", "The signal that a send gives beside EPIPE. Unless it is ignored or handled it ends the program without a word. C programs send with MSG_NOSIGNAL or ignore it; Python ignores it from the start, and in sosh it never comes."},
	{"SYN", "The flag of the first TCP segment of a connection: it asks for one and names the first sequence number, of which it uses up one. connect sends it. The answer is SYN,ACK from a listener, RST where nobody listens; without an answer it is sent again, for the first time after 1 s."},
	{"TCP", "The protocol of SOCK_STREAM on AF_INET and AF_INET6, RFC 9293. It carries bytes in both directions between two ends, in order and without loss, or says that it failed. It keeps no borders between messages: what one send gave may come in several recvs, and several in one."},
	{"UDP", "The protocol of SOCK_DGRAM on AF_INET and AF_INET6, RFC 768. It carries single messages, each whole, without a connection. A message may be lost, doubled or overtaken, and its sender is not told. connect only notes the peer: nothing is sent, and nobody is asked."},
	{"URG", "A flag of TCP segments: urgent data is among what comes. send with MSG_OOB sends one such byte, recv with MSG_OOB takes it. It is hardly used any more."},
	{"abstract-name", "A name of an AF_UNIX socket that is no file: it begins with a zero byte, as \"\\0name\". It vanishes with its last socket, needs no unlink, and belongs to the network namespace. Only Linux has it."},
	{"accept-queue", "Where made connections wait until accept takes them. The kernel makes them without the program, so a client is connected, and may send, before accept is called. How many have room is the backlog."},
	{"backlog", "How many made connections may wait for accept: the argument of listen, at most net.core.somaxconn (4096). On Linux one more has room. When the queue is full further SYNs get no answer: clients wait, and are not refused. It does not limit how many connections a server has at once."},
	{"blocking", "A blocking socket waits until a call can be done, as every new socket does. With setblocking SOCKET False the call gives EAGAIN instead (EINPROGRESS from connect), and settimeout limits the waiting. poll and select tell when a call would not wait."},
	{"broadcast", "A datagram to all machines of a network, such as 255.255.255.255. Its sender needs SO_BROADCAST, else sending gives EACCES. Receivers are bound to 0.0.0.0 or to the broadcast address. Only UDP over IPv4 has it."},
	{"client", "The end that begins: it calls connect. Its port is mostly chosen by the kernel (ephemeral). Once the connection is made both ends have the same rights."},
	{"connection", "Two ends that know each other, named by four numbers: the address and the port of each. That is why one port of a server carries any number of connections, each with a socket of its own that accept gives."},
	{"cwnd", "The congestion window: how many segments TCP lets be on their way at once. It begins with 10, grows with each acknowledgement, and shrinks when something is lost. info shows it as tcpi_snd_cwnd."},
	{"datagram", "A message that is sent and received whole: one send is one recv. What has no room in the buffer of recv is lost. UDP has 65507 bytes of data at most over IPv4."},
	{"delayed-ACK", "The receiver of data waits with its acknowledgement, mostly 40 ms, so that it can go with data or with that of the next segment. That is why a state like FIN-WAIT-1 may stay for a moment. TCP_QUICKACK sends them at once, for a while."},
	{"descriptor", "The number that the kernel gives a program for an open socket or file: the lowest one that is free, so a closed one's is soon another's. sosh shows it as fd, and calls sockets by handles, which are never used again."},
	{"ephemeral", "An ephemeral port is one that the kernel chooses: for a client at connect, and for bind to port 0. It is of the range net.ipv4.ip_local_port_range (32768 to 60999). getsockname tells which."},
	{"half-close", "The end of one direction only: shutdown with SHUT_WR sends FIN, and this side still receives. The peer reads the end of the stream and can go on sending. The states are FIN-WAIT-2 on this side and CLOSE-WAIT on the other."},
	{"handle", "How sosh calls a socket: a number from 1 up that is never used again in the session, or the name given by NAME = socket. It is not the descriptor. A closed handle is still known: state, info and flow tell of it."},
	{"handshake", "How a TCP connection is made, in three segments: SYN from the client, SYN,ACK from the server, ACK from the client. The kernels do it, after listen and connect; accept has no part in it, it only takes what is made."},
	{"keepalive", "Segments without data that ask whether a silent peer is still there. SO_KEEPALIVE switches them on. The first comes after 7200 s of silence (TCP_KEEPIDLE), then every 75 s (TCP_KEEPINTVL), and after 9 without an answer (TCP_KEEPCNT) the connection ends with ETIMEDOUT."},
	{"listener", "A socket that listen has been called on: it waits for clients and carries no data. accept gives a new socket for each client, and send and recv are for that one. It stays in LISTEN whatever becomes of its connections."},
	{"loopback", "The interface lo, by which a machine reaches itself: 127.0.0.1 (and all of 127.0.0.0/8) and ::1. Nothing leaves the machine, nothing is lost, and most segments are handled before the call returns. A server that is bound to it is not reached from elsewhere."},
	{"multicast", "A datagram to all who have joined a group: 224.0.0.0 to 239.255.255.255, ff00::/8. IP_ADD_MEMBERSHIP and IPV6_JOIN_GROUP join. On Linux any socket bound to 0.0.0.0 and the port gets it when the machine has joined, unless IP_MULTICAST_ALL is 0."},
	{"port", "A number from 1 to 65535 that tells the sockets of one address apart; TCP and UDP have separate ones. A server is bound to a known port, a client mostly gets one from the kernel (ephemeral). Ports below 1024 are for root. bind to port 0 asks for any free one."},
	{"retransmission", "Data that is not acknowledged in time (RTO) is sent again, up to net.ipv4.tcp_retries2 times (15), about 15 minutes. After that a call gives ETIMEDOUT; before, the program notices only that it takes long."},
	{"segment", "What TCP sends: a header with both ports, numbers and flags (SYN, ACK, FIN, RST), and perhaps data. One send may become several segments, several sends one. A segment is to TCP what a datagram is to UDP, but no program sees its borders."},
	{"sequence-number", "The number that TCP gives each byte of a direction, beginning with one chosen at random. SYN and FIN use up one each. An ACK names the next one that is expected."},
	{"server", "The end that waits: it calls bind, listen and accept, and has a known port. For each client it gets a socket of its own; its listener goes on waiting."},
	{"stream", "Bytes in order, without borders: what SOCK_STREAM carries. One recv gives what is there, at most as much as asked for, whatever the sends were. Who wants messages sends their length before them, or a mark behind them."},
	{"unacked", "Bytes that send has taken and the peer's kernel has not acknowledged yet: they lie in the send buffer, sent or not. sockets shows them. For AF_UNIX it is what the peer has not read."},
	{"unread", "Bytes that have come and lie in the receive buffer until recv takes them; sockets shows them, of a UDP socket those of the next datagram. A close while some are unread sends RST instead of FIN."},
	{"window", "How many more bytes a TCP receiver has room for; every segment tells it. When the program does not read it shrinks to 0, the sender waits, and its send waits once its own buffer is full. That is how a slow reader slows down the sender."},
};
/* clang-format on */

const struct meaning *meanings_of_terms(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
