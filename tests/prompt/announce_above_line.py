# SPDX-License-Identifier: GPL-3.0-or-later
# The end of a job is told above the line being typed, which stays as it was: half-typed, wrapped, searched for.
import time
from _terminal import *

END = r"%\d+.*sleep"


def announced(t, number):
    t.until(lambda: any(re.match(r"%%%d\b" % number, line) for line in t.screen.all()), "the end of job %d" % number)


with Terminal() as t:
    # half-typed, the cursor inside
    t.run("sleep 0.4 &")
    t.send("print 'half'" + LEFT * 5)
    t.line_is("sosh> print 'half'")
    column = t.screen.column
    announced(t, 1)
    t.line_is("sosh> print 'half'")
    equal(t.screen.column, column, "the cursor's column")
    equal(t.screen.all().count("sosh> print 'half'"), 1, "how often the line is seen")
    t.send("XY")
    t.line_is("sosh> print 'XYhalf'")
    t.cancel()

    # wrapped over three rows, the cursor in the second
    t.run("sleep 0.4 &")
    text = "print '" + "0123456789" * 18 + "'"
    t.send(text + LEFT * 60)
    rows = lambda: [("sosh> " + text)[i:i + 80] for i in (0, 80, 160)]
    t.until(lambda: t.screen.all()[-3:] == rows() and t.screen.column == 194 - 60 - 80, "the wrapped line")
    announced(t, 2)
    t.until(lambda: t.screen.all()[-3:] == rows() and t.screen.column == 194 - 60 - 80, "the wrapped line again")
    equal(t.screen.all().count(rows()[0]), 1, "how often its first row is seen")
    t.send("Z")
    t.until(lambda: t.screen.all()[-2].endswith("Z" + rows()[1][54:79]), "a letter in the middle")
    t.cancel()

    # during a search
    t.run("print 777")
    t.run("sleep 0.4 &")
    t.send(CTRL_R + "77")
    t.line_is("(reverse-i-search)`77': print 777")
    announced(t, 3)
    t.line_is("(reverse-i-search)`77': print 777")
    t.send(ENTER)
    t.prompt()
    equal(t.above()[-3:], "777")
    t.shows(r"^sosh> print 777$")

    # in a statement that goes on
    t.run("sleep 0.4 &")
    t.run("print (", prompt="  ... ")
    t.send('"abc')
    announced(t, 4)
    t.line_is('  ... "abc')
    t.cancel()

    # many at once
    for _ in range(10):
        t.run("sleep 0.3 &")
    t.send("still here")
    announced(t, 14)
    for number in range(5, 14):
        announced(t, number)
    t.line_is("sosh> still here")
    t.cancel()
    equal(t.quit(), 0)
