# SPDX-License-Identifier: GPL-3.0-or-later
"""curl against an HTTP answer that is typed in a command file: a download, and an upload that the script checks."""
import subprocess

from common import SECONDS, Sosh, needs

SERVER = r"""
l = create_server 127.0.0.1 0
here = getsockname l
print $here.port

conn = accept l
recv conn 4096                        => ~"^.GET /hello[.]txt HTTP/1[.]1"
sendall conn "HTTP/1.1 200 OK\r\n" "Content-Type: text/plain\r\n" "Content-Length: 13\r\n\r\n"
sendall conn "Hello, world\n"
recv conn                             => ""
close conn

conn = accept l
recv conn 4096                        => ~"POST /here .*name=sosh"
sendall conn "HTTP/1.0 404 Not Found\r\n\r\n" "no such thing"
close conn
"""


def curl(*arguments):
    return subprocess.run(["curl", "-s", "-S", "--noproxy", "*", *arguments], capture_output=True, timeout=SECONDS)


needs("curl")
with Sosh(SERVER) as sosh:
    site = f"http://127.0.0.1:{sosh.line()}"
    done = curl("-D", "-", f"{site}/hello.txt")
    assert done.returncode == 0, done
    assert done.stdout.startswith(b"HTTP/1.1 200 OK\r\n"), done
    assert done.stdout.endswith(b"\r\n\r\nHello, world\n"), done
    done = curl("-f", "-d", "name=sosh", f"{site}/here")
    assert done.returncode == 22 and b"404" in done.stderr, done
