# SPDX-License-Identifier: GPL-3.0-or-later
"""netcat as a UDP client of a command file."""
import subprocess

from common import Sosh, needs

SERVER = r"""
u = socket AF_INET SOCK_DGRAM
bind u 127.0.0.1 0
here = getsockname u
print $here.port
data, addr = recvfrom u 100           => "from netcat\n"
sendto u "from sosh\n" $addr          => 10
"""

needs("nc")
with Sosh(SERVER) as sosh:
    netcat = subprocess.Popen(["nc", "-u", "127.0.0.1", sosh.line()], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        netcat.stdin.write(b"from netcat\n")
        netcat.stdin.flush()
        assert netcat.stdout.readline() == b"from sosh\n"
    finally:
        netcat.kill()
        netcat.communicate()
