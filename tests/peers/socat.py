# SPDX-License-Identifier: GPL-3.0-or-later
"""socat as a UDP client, and as an echo server on a UNIX socket."""
import subprocess
import tempfile
import time
from pathlib import Path

from common import SECONDS, Sosh, needs

UDP_SERVER = r"""
u = socket AF_INET SOCK_DGRAM
bind u 127.0.0.1 0
here = getsockname u
print $here.port
data, addr = recvfrom u 100           => "from socat"
sendto u "from sosh" $addr            => 9
"""

UNIX_CLIENT = r"""
c = socket AF_UNIX
connect c $1                          => 0
sendall c "back to me"                => ok
recv c 10 MSG_WAITALL                 => "back to me"
shutdown c                            => 0
recv c                                => ""
"""


def wait_for(path):
    end = time.monotonic() + SECONDS
    while not path.exists():
        assert time.monotonic() < end, f"{path} does not come"
        time.sleep(0.01)


needs("socat")
with Sosh(UDP_SERVER) as sosh:
    socat = subprocess.Popen(["socat", "-", f"UDP4:127.0.0.1:{sosh.line()}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        socat.stdin.write(b"from socat")
        socat.stdin.flush()
        assert socat.stdout.read(9) == b"from sosh"
    finally:
        socat.kill()
        socat.communicate()
with tempfile.TemporaryDirectory(prefix="sosh-test.") as folder:
    path = Path(folder) / "socket"
    socat = subprocess.Popen(["socat", f"UNIX-LISTEN:{path}", "PIPE"])
    try:
        wait_for(path)
        with Sosh(UNIX_CLIENT, path):
            pass
        socat.wait(SECONDS)
    finally:
        socat.kill()
        socat.wait()
