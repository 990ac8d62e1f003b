#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One door to the kernel: fails when a room that is no door of src/FLOORS reaches a socket call.

usage: check_symbols.py FOLDER-OF-THE-LIBRARIES [TOP]
"""
import os
import subprocess
import sys
from pathlib import Path

SOCKET_CALLS = frozenset(
    """socket socketpair bind connect listen accept accept4 shutdown
    send sendto sendmsg sendmmsg sendfile sendfile64 recv recvfrom recvmsg recvmmsg __recv_chk __recvfrom_chk
    getsockname getpeername setsockopt getsockopt""".split()
)


def doors(floors):
    for line in floors.read_text().splitlines():
        words = line.split("#")[0].split()
        if words and words[0] == "door":
            return set(words[1:])
    return set()


def undefined(library):
    """(member, symbol) of each symbol that the library leaves open"""
    nm = os.environ.get("NM", "nm")
    lines = subprocess.run([nm, "-u", "-A", library], check=True, capture_output=True, text=True).stdout.splitlines()
    for line in lines:
        place, kind, symbol = line.rsplit(None, 2)
        if kind in "Uwv":
            yield place.rstrip(":").split(":")[-1], symbol.split("@")[0]


def main():
    folder = Path(sys.argv[1])
    top = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parents[2]
    allowed = doors(top / "src/FLOORS")
    libraries = sorted(folder.glob("libsosh_*.a"))
    if not allowed or not libraries:
        print(f"no door in src/FLOORS, or no libsosh_*.a in {folder}")
        return 1
    bad = 0
    for library in libraries:
        room = library.stem.removeprefix("libsosh_")
        if room in allowed:
            continue
        for member, symbol in undefined(library):
            if symbol in SOCKET_CALLS:
                print(f"{room}: {member} calls {symbol}, which only {', '.join(sorted(allowed))} may")
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
