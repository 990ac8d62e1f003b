# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagrams between sosh and Python's socket module, in both directions, an empty one too."""
import socket

from common import SECONDS, Sosh

COMMANDS = r"""
u = socket AF_INET SOCK_DGRAM
bind u 127.0.0.1 0
sendto u "first" 127.0.0.1:$1         => 5
sendto u "" 127.0.0.1 $1              => 0
data, addr = recvfrom u               => "answer"
print $addr.port
recv u 3 MSG_TRUNC                    => 10 "lon"
"""

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
    peer.bind(("127.0.0.1", 0))
    peer.settimeout(SECONDS)
    port = peer.getsockname()[1]
    with Sosh(COMMANDS, port) as sosh:
        data, address = peer.recvfrom(100)
        assert data == b"first"
        assert peer.recvfrom(100) == (b"", address)
        peer.sendto(b"answer", address)
        assert sosh.line() == str(port)
        peer.sendto(b"long enough"[:10], address)
