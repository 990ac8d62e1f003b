# SPDX-License-Identifier: GPL-3.0-or-later
# set calls on at the prompt: each call below its result, cut between its arguments where the line ends.
from _terminal import *


def plain(lines):
    """Which descriptors are free is the caller's."""
    return [re.sub(r"^(   \w+\()\d+", r"\1D", line) for line in lines]


with Terminal() as t:
    t.run("a, b = socketpair")
    equal(t.run("set calls on"), ["=> 0"])
    equal(plain(t.run("send a hello"))[1:], ["   sendto(D, \"hello\", 5, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0) = 5"])
    t.run("s = socket")
    lines = plain(t.run("connect s 127.0.0.1 1"))
    wanted = ["   connect(D, {sa_family=AF_INET, sin_port=htons(1),", "      sin_addr=inet_addr(\"127.0.0.1\")}, 16)"]
    equal([line for line in lines if line.startswith("   connect(")][-1:], wanted[:1])
    equal(lines[-2:], wanted[1:] + ["      = -1 ECONNREFUSED (Connection refused)"])
    equal(all(len(line) <= 80 for line in lines), True, "lines that fit")
    t.send("recv a &" + ENTER)
    t.shows("waits for data")
    t.run("send b again")
    t.shows(r"^   recvfrom\(\d+, \"again\", 4096, MSG_DONTWAIT, NULL, NULL\) = 5$")
    t.run("set calls off")
    equal(len(t.run("send a x")), 1, "lines after set calls off")
    t.quit()
