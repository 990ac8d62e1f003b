# SPDX-License-Identifier: GPL-3.0-or-later
"""sosh as the client of an echo server that is written with Python's socket module."""
import socket
import threading

from common import Sosh

CLIENT = r"""
c = socket AF_INET SOCK_STREAM
connect c 127.0.0.1 $1                => 0 ESTABLISHED
sendall c "Hello, world"              => ok
recv c 12 MSG_WAITALL                 => "Hello, world"
sendall c "\x00\xff" "a"*100K         => ok
recv c 2 MSG_WAITALL                  => x"00 ff"
recv c 100K MSG_WAITALL               => 102400
shutdown c                            => 0
recv c                                => ""
"""


def serve(listener):
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(1024):
            connection.sendall(data)


with socket.create_server(("127.0.0.1", 0)) as listener:
    thread = threading.Thread(target=serve, args=(listener,), daemon=True)
    thread.start()
    with Sosh(CLIENT, listener.getsockname()[1]):
        pass
    thread.join(5)
