# SPDX-License-Identifier: GPL-3.0-or-later
# The terminal may change its size at every moment: while typing, while waiting, while a list is shown.
from _terminal import *

with Terminal() as t:
    t.send("print 'abc'")
    t.line_is("sosh> print 'abc'")
    for columns in (40, 100, 20, 80, 132, 80):
        t.resize(columns)
    t.send("; print 7")
    t.shows(r"print 'abc'; print 7")
    t.send(ENTER)
    t.prompt()
    t.shows(r"(=> |^)abc$")

    # wrapped at the new width, and not any more
    t.send("y" * 50)
    t.line_is("sosh> " + "y" * 50)
    t.resize(40)
    t.until(lambda: [t.above(), t.line] == ["sosh> " + "y" * 34, "y" * 16], "a line wrapped at 40 columns")
    t.resize(80)
    t.until(lambda: t.line == "sosh> " + "y" * 50, "a line that fits again")
    t.cancel()

    # while a command waits
    t.send("sleep 0.3" + ENTER)
    t.wait("sleep 0.3\n")
    t.resize(60)
    t.prompt()
    t.send("z" * 70)
    t.until(lambda: t.line == "z" * 16, "a line wrapped at 60 columns")
    t.resize(1, 1)
    t.resize(3, 2)
    t.resize(80, 24)
    t.cancel()
    equal(t.run("print 8")[-1][-1], "8")
    t.quit()
