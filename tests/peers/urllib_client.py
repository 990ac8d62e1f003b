# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's urllib against an HTTP answer that is typed in a command file."""
import urllib.request

from common import SECONDS, Sosh

SERVER = r"""
l = create_server 127.0.0.1 0
here = getsockname l
print $here.port
conn, addr = accept l
recv conn 4096                        => ~"GET /a HTTP/1[.]1"
sendall conn "HTTP/1.1 200 OK\r\n" "X-From: sosh\r\n" "Content-Length: 5\r\n" "\r\n" "typed"
shutdown conn                         => 0
close conn
"""

with Sosh(SERVER) as sosh:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{sosh.line()}/a", timeout=SECONDS) as answer:
        assert answer.status == 200
        assert answer.headers["X-From"] == "sosh"
        assert answer.read() == b"typed"
