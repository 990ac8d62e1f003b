# SPDX-License-Identifier: GPL-3.0-or-later
# Ctrl-C at the prompt: the line stays to be seen and is forgotten, wherever in it the cursor was.
from _terminal import *

with Terminal() as t:
    t.send("print 'half" + LEFT * 3)
    t.line_is("sosh> print 'half")
    t.cancel()
    equal(t.above(), "sosh> print 'half^C")

    # on an empty line, and many times
    for _ in range(20):
        t.cancel()

    # a wrapped line, the cursor in its first row
    t.send("x" * 200 + CTRL_A)
    t.until(lambda: (t.line, t.screen.column) == ("sosh> " + "x" * 74, 6), "the cursor at the beginning")
    t.cancel()
    equal(t.above(), "x" * (200 - 74 - 80) + "^C")

    # while searching
    t.run("print 1234")
    t.send(CTRL_R + "123")
    t.line_is("(reverse-i-search)`123': print 1234")
    t.cancel()
    equal(t.above(), "sosh> print 1234^C")
    equal(t.screen.all().count("(reverse-i-search)`123': print 1234"), 0)

    # a numeric argument, a quoted key, half of a key sequence
    for keys in ("\x1b3", "\x16", "\x18"):
        t.send(keys)
        t.cancel()

    # in a statement that goes on
    t.run('print "abc', prompt="  ... ")
    t.send("def" + CTRL_C)
    t.prompt()
    equal(t.run("print 5")[-1][-1], "5")
    equal(t.quit(), 0)
