# SPDX-License-Identifier: GPL-3.0-or-later
# A typed line runs, its output comes below it, and the prompt comes back; the end of the input ends the shell.
from _terminal import CTRL_D, Terminal, equal

with Terminal() as t:
    equal(t.run('print "one"'), ["one"])
    equal(t.run(""), [])
    equal(t.run("   "), [])
    t.run("print $x")
    t.shows(r"sosh> print \$x")
    t.send("half" + CTRL_D)  # not the end: there is text in the line
    t.line_is("sosh> half")

with Terminal() as t:
    t.run('print "one"')
    t.send(CTRL_D)
    equal(t.finish(), 0)
    equal(t.screen.column, 0, "the column that the shell leaves the cursor in")
    equal(t.above(), "sosh>")

with Terminal() as t:
    equal(t.quit(), 0)
