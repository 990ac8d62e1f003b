# SPDX-License-Identifier: GPL-3.0-or-later
# Tab, Ctrl-C, searches and editing on lines that make no sense: no crash, no hang, whatever is typed.
import random
from _terminal import *

PIECES = ["socket", "bind ", "send s ", "setsockopt s ", "time ", "repeat 2 ", "source ", "s.", "s.bind(", "(", ")", "[", "]",
          "=>", " => ", "=", " = ", "|", ",", ".", "$", "$a.", "%", "\"", "'", "\\", ";", "#", "& ", "@h ", "MSG_", " ",
          "\u201c", "\u201d", "\u00e9", "\u4e2d", "-1", "f\"{"]
KEYS = [TAB, TAB, TAB, LEFT, UP, DOWN, CTRL_A, BACKSPACE, CTRL_R, "\x07", CTRL_U, "\x19", "\x1b.", "\x1b?", "\x1b*", "\x0b", "\x14",
        pasted("a\nb"), CTRL_C, CTRL_Z]
chance = random.Random(4)

with Terminal() as t:
    t.run("s = socket AF_UNIX")
    for turn in range(150):
        t.send("".join(chance.choice(PIECES if chance.random() < 0.7 else KEYS) for _ in range(chance.randrange(1, 15))))
        if turn % 20 == 0:
            t.resize(chance.choice((5, 20, 80, 120)))
        t.send(CTRL_C)
    t.resize(80)
    t.send(CTRL_C + CTRL_U)
    t.send("print 4242" + ENTER)
    t.shows("^4242")  # after resizing in the middle of lists something may stand behind it
    t.prompt()
    # a long line, typed and completed
    t.send(pasted("send s " + "x" * 20000))
    t.send(TAB + CTRL_C)
    t.prompt()
    t.send(pasted("time " * 5000) + TAB)
    t.cancel()
    equal(t.quit() in (0, 1, 2), True)
