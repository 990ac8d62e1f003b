# SPDX-License-Identifier: GPL-3.0-or-later
# Colour only on a terminal and never with NO_COLOR; nothing depends on it.
from _terminal import *

COLOUR = re.compile(rb"\x1b\[[0-9;]*m")

with Terminal() as t:
    t.run("socket AF_INET")
    t.run("close 99")
    t.send("recv " + TAB)
    t.shows("next: SOCKET|recv")
    equal(COLOUR.search(t.raw), None, "colour with NO_COLOR")
    t.cancel()
    plain = t.run("print 5")
    t.quit()

with Terminal(environment={"NO_COLOR": None}) as t:
    equal(t.run("print 5"), plain)
    equal(bool(COLOUR.search(t.raw)), True, "colour on a terminal")
    # the colour takes no room: a line wraps where it should
    t.send("x" * 74)
    t.until(lambda: "sosh> " + "x" * 74 in t.screen.all(), "a full row")
    t.send("y")
    t.line_is("y")
    t.cancel()
    t.quit()
