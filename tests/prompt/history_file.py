# SPDX-License-Identifier: GPL-3.0-or-later
# The history: on disk as soon as a line is accepted, for its owner alone, shared by sessions, never too long.
import stat
import subprocess
from _terminal import *

with Terminal() as t:
    t.run("print 1")
    t.run("print 1")
    t.run("")
    t.run("   print 2  ")
    equal(t.history(), "print 1\nprint 2\n")
    equal(stat.S_IMODE(os.stat(t.state).st_mode), 0o600)
    equal(stat.S_IMODE(os.stat(os.path.dirname(t.state)).st_mode), 0o700)
    # while a command waits, it is there already
    t.run("a, b = socketpair")
    t.send("recv a" + ENTER)
    t.wait("recv a\n")
    t.until(lambda: t.history().endswith("recv a\n"), "the line on disk")
    t.kill(signal.SIGKILL)
    equal(t.finish(), -signal.SIGKILL)
    with Terminal(home=t.home) as second, Terminal(home=t.home) as third:
        second.send(UP)
        second.line_is("sosh> recv a")
        second.cancel()
        second.run("print 'second'")
        third.run("print 'third'")
        second.run("print 'second again'")
        equal(second.history().splitlines()[-3:], ["print 'second'", "print 'third'", "print 'second again'"])
        second.quit()
        third.quit()

# only the newest 5000 are kept; a mode that is too open is narrowed; text of several lines stays together
old = "".join("print %d\n" % n for n in range(6000)) + "print (\n\t'x'\n\t)\n"
with Terminal(files={"state/sosh/history": old}) as t:
    equal(t.history(), "".join("print %d\n" % n for n in range(1001, 6000)) + "print (\n\t'x'\n\t)\n")
    equal(stat.S_IMODE(os.stat(t.state).st_mode), 0o600)
    t.send(UP)
    t.line_is(")")
    t.send(UP)
    t.line_is("sosh> print 5999")
    t.cancel()
    equal(os.listdir(os.path.dirname(t.state)), ["history"])
    t.quit()

# what cannot be written is told once and stops nothing
with Terminal(files={"state": "a file, no directory"}) as t:
    told = [t.run("print 1"), t.run("print 2")]
    equal([sum("cannot write" in line for line in lines) for lines in told], [1, 0], "how often it is told")
    t.send(UP)
    t.line_is("sosh> print 2")
    t.cancel()
    equal(t.quit(), 0)

# no home: no history, and not a word about it
with Terminal(environment={"HOME": None, "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None}) as t:
    equal("history" in "".join(t.run("print 1")), False)
    equal(t.quit(), 0)

# the default place, made when it is missing; a relative path does not count
for place in (None, "relative"):
    with Terminal(environment={"XDG_STATE_HOME": place}) as t:
        t.run("print 1")
        t.state = os.path.join(t.home, ".local", "state", "sosh", "history")
        equal(t.history(), "print 1\n")
        t.quit()

# strange bytes do no harm
with Terminal(files={"state/sosh/history": b"print 1\n\xff\xfe\x00\x1b]0;title\x07\n\n\t\n\tx\nno newline at the end"}) as t:
    t.send(UP)
    t.line_is("sosh> no newline at the end")
    for _ in range(6):
        t.send(UP)
    t.line_is("sosh> print 1")
    equal(b"\x1b]0;" in t.raw, False, "a control sequence on the terminal")
    t.cancel()
    t.run("print 2")
    equal(open(t.state, "rb").read().endswith(b"no newline at the end\nprint 2\n"), True)
    t.quit()
