# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of its own for a test: what it and the programs that it starts do there nobody else sees.

enter() moves this process into a new network namespace, loopback up; of an ordinary user into a new user namespace
too. Where that is not permitted the test is skipped.
"""
import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
PR_CAPBSET_DROP, CAP_NET_RAW = 24, 13
libc = ctypes.CDLL(None, use_errno=True)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def enter():
    user, group = os.geteuid(), os.getegid()
    if user != 0 or libc.unshare(CLONE_NEWNET):
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
            print("skipped: no namespaces here")
            sys.exit(77)
        try:
            write("/proc/self/setgroups", "deny")
            write("/proc/self/uid_map", f"0 {user} 1")
            write("/proc/self/gid_map", f"0 {group} 1")
        except OSError as error:
            print("skipped: no user namespaces here:", error)
            sys.exit(77)
    with socket.socket() as any_socket:
        name = b"lo".ljust(16, b"\0")
        answer = fcntl.ioctl(any_socket, SIOCGIFFLAGS, name + bytes(24))
        flags = struct.unpack_from("h", answer, 16)[0]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, name + struct.pack("h", flags | IFF_UP) + bytes(22))


def without_net_raw():
    """For preexec_fn: what is started has no CAP_NET_RAW, root or not."""
    libc.prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0)
