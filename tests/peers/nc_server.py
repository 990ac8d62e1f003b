# SPDX-License-Identifier: GPL-3.0-or-later
"""netcat as the server of a client in a command file."""
import re
import subprocess

from common import SECONDS, Sosh, needs

CLIENT = r"""
c = socket
connect c 127.0.0.1 $1                => 0
recv c 100                            => "from netcat\n"
sendall c "from sosh\n"               => ok
shutdown c                            => 0
recv c                                => ""
"""

needs("nc")
# -v: it says which port the kernel chose.
netcat = subprocess.Popen(["nc", "-v", "-n", "-N", "-l", "127.0.0.1", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
try:
    port = re.search(rb"(\d+)\s*$", netcat.stderr.readline()).group(1).decode()
    netcat.stdin.write(b"from netcat\n")
    netcat.stdin.close()
    netcat.stdin = None
    with Sosh(CLIENT, port):
        pass
    said, _ = netcat.communicate(timeout=SECONDS)
    assert said == b"from sosh\n", said
finally:
    netcat.kill()
    netcat.wait()
