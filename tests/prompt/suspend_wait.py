# SPDX-License-Identifier: GPL-3.0-or-later
# Ctrl-Z makes a job of a call that waits; at the prompt it does nothing.
from _terminal import *

with Terminal() as t:
    t.send("pri")
    t.line_is("sosh> pri")
    t.send(CTRL_Z + "nt 12")
    t.line_is("sosh> print 12")
    t.send(ENTER)
    t.prompt()
    t.run("a, b = socketpair")
    t.send("recv a" + ENTER)
    t.wait("recv a\n")
    t.send(CTRL_Z)
    t.prompt()
    t.shows(r"%1\b")
    t.send("send b 'from the job'; print 'half" + LEFT)
    t.line_is("sosh> send b 'from the job'; print 'half")
    t.cancel()
    t.run("send b done")
    t.shows(r'^%1 .*"done"')
    t.prompt()
    t.quit()
