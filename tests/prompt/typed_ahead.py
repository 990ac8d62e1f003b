# SPDX-License-Identifier: GPL-3.0-or-later
# What is typed while a command runs is not lost: it is the next line, keys and all.
from _terminal import *

with Terminal() as t:
    t.run("a, b = socketpair")
    t.run("sleep 0.5 &")
    t.send("wait" + ENTER)
    t.wait("wait\n")
    t.send("print 'ahexad'" + LEFT * 3 + BACKSPACE)
    t.line_is("sosh> print 'ahead'")
    t.send(ENTER)
    t.prompt()
    t.shows(r"(=> |^)ahead$")
    # whole lines, and the end of the input
    t.send("sleep 0.3" + ENTER + "print 'two'" + ENTER + "print 'three'" + ENTER + CTRL_D)
    t.finish()
    t.shows(r"(=> |^)two$")
    t.shows(r"(=> |^)three$")

# much of it, more than a terminal's line holds
with Terminal(rows=200) as t:
    text = "0123456789" * 600
    t.send("sleep 0.4" + ENTER)
    t.wait("sleep 0.4\n")
    t.send("size = '" + text[:3500] + "'" + ENTER)
    t.wait('^=> "0123')
    t.prompt()
    equal(t.run("print(len(size))")[-1][-4:], "3500")
    t.quit()
