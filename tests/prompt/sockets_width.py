# SPDX-License-Identifier: GPL-3.0-or-later
# sockets and info fit the terminal: no line is broken by its edge, whatever the addresses are.
import os

from _terminal import *

NAME = "a-rather-long-name-of-a-socket/that-goes-on-and-on/until-it-is-as-long-as-most-terminals/are-wide.sock"


def table(t, count):
    """The lines below the result of `sockets`."""
    t.send("\x0c")
    t.until(lambda: t.screen.row == t.screen.top(), "a clear screen")
    t.run("sockets")
    lines = t.screen.all()[t.screen.top():]
    begin = lines.index("=> %d" % count)
    return [line for line in lines[begin + 1:] if line and not line.startswith("sosh>")]


def shown(columns, *expected):
    with Terminal(columns=columns, environment={"PAGER": "cat"}) as t:
        os.makedirs(os.path.join(t.home, os.path.dirname(NAME)))
        t.run("x = socket AF_UNIX")
        t.run("bind x " + NAME)
        t.run("l = create_server 127.0.0.1 0")
        lines = table(t, 2)
        equal(len(lines), 3, "lines of %r in %d columns" % (lines, columns))
        for line in lines:
            equal(len(line) <= columns, True, "the width of %r" % line)
        for word in expected:
            equal(word in lines[0] or word in lines[1] or word in lines[2], True, "%r in %r" % (word, lines))
        t.run("info x")
        equal(any(line.startswith("options that") for line in t.screen.all()), True, "a heading of info")
        t.quit()


shown(200, "AF_UNIX", "SOCK_STREAM", "unread", "ready", NAME[-20:])
shown(80, "UNIX", "..", "LISTEN", "rwx")
shown(40, "LISTEN", "..")
