# SPDX-License-Identifier: GPL-3.0-or-later
"""netcat as the client of a server in a command file, over TCP and over a UNIX socket."""
import subprocess
import tempfile

from common import SECONDS, Sosh, needs

TCP = r"""
l = create_server 127.0.0.1 0
here = getsockname l
print $here.port
conn, addr = accept l
recv conn 100                         => "from netcat\n"
recv conn 100                         => ""
sendall conn "from sosh\n"            => ok
close conn
"""

UNIX = r"""
l = socket AF_UNIX
bind l $1
listen l
print listening
conn = accept l
recv conn 100                         => "from netcat\n"
sendall conn "from sosh\n"            => ok
close conn l
unlink $1                             => 0
"""


def netcat(*arguments):
    done = subprocess.run(["nc", "-N", *arguments], input=b"from netcat\n", capture_output=True, timeout=SECONDS)
    assert done.stdout == b"from sosh\n", done


needs("nc")
with Sosh(TCP) as sosh:
    netcat("127.0.0.1", sosh.line())
with tempfile.TemporaryDirectory(prefix="sosh-test.") as folder:
    path = f"{folder}/socket"
    with Sosh(UNIX, path) as sosh:
        assert sosh.line() == "listening"
        netcat("-U", path)
