# SPDX-License-Identifier: GPL-3.0-or-later
"""sosh as an echo server whose clients are written with Python's socket module; one of them resets."""
import socket
import struct

from common import SECONDS, Sosh

SERVER = r"""
l = create_server 127.0.0.1 0
here = getsockname l
print $here.port
conn, addr = accept l                 => ESTABLISHED
data = recv conn 1024                 => "Hello, world"
sendall conn $data                    => ok
recv conn                             => "" CLOSE-WAIT
close conn                            => CLOSED
print $addr.port

conn = accept l
print accepted
recv conn                             => ECONNRESET
send conn x                           => EPIPE
"""

with Sosh(SERVER) as sosh:
    port = int(sosh.line())
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(b"Hello, world")
        assert client.recv(1024) == b"Hello, world"
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1024) == b""
        assert sosh.line() == str(client.getsockname()[1])
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        assert sosh.line() == "accepted"
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
