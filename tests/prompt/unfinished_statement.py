# SPDX-License-Identifier: GPL-3.0-or-later
# A statement that has not ended goes on in the next line, and is one entry of the history.
from _terminal import *

with Terminal() as t:
    t.run('print "one', prompt="  ... ")
    t.run("  two", prompt="  ... ")
    t.run('three"')
    t.shows(r"one\\n  two\\nthree|^three$|=> one")
    equal(t.history(), 'print "one\n\t  two\n\tthree"\n', "the history")
    t.send(UP)
    t.line_is('three"')
    equal([t.above(2), t.above()], ['sosh> print "one', "  two"])
    t.cancel()
    t.run("print (", prompt="  ... ")
    t.run("", prompt="  ... ")
    t.run("'ab',", prompt="  ... ")
    t.run("'cd')")
    t.run("print \\", prompt="  ... ")
    t.run("'ef'")
    t.shows("ef$")
    # the end of the input ends it with a complaint, and not the session
    t.run('print "never', prompt="  ... ")
    t.send(CTRL_D)
    t.prompt()
    equal(t.run("print 77")[-1][-2:], "77")
    t.send(CTRL_D)
    equal(t.finish(), 2)
