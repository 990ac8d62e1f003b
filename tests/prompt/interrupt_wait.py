# SPDX-License-Identifier: GPL-3.0-or-later
# Ctrl-C ends a call that waits with EINTR, at every moment, and the session goes on.
from _terminal import *

with Terminal() as t:
    t.run("a, b = socketpair")
    for _ in range(5):
        t.send("recv a" + ENTER)
        t.wait("recv a\n")
        t.send(CTRL_C)
        t.wait("=> EINTR")
        t.prompt()
    # at any moment: before it waits, while it does, after
    for count in range(1, 12):
        t.send("recv a" + ENTER)
        for _ in range(count):
            t.send(CTRL_C)
        t.until(lambda: t.line == "sosh>" or t.line.endswith("recv a") or "EINTR" in t.line, "anything")
        t.send(CTRL_C)
        t.prompt()
    # all of a line, and all of a paste
    t.send(pasted("recv a\nprint 'next'\nprint 'last'\n") + ENTER)
    t.wait("waiting for data")
    t.send(CTRL_C)
    t.wait("=> EINTR")
    t.prompt()
    equal([line for line in t.screen.all() if line.endswith(("=> next", "=> last"))], [])
    t.run("send b hello")
    equal('"hello"' in "".join(t.run("recv a")), True)
    t.quit()
