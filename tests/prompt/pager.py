# SPDX-License-Identifier: GPL-3.0-or-later
# What is longer than the screen is read in a pager; the session goes on after it, however it ended.
from _terminal import *


def story(t):
    t.run("a, b = socketpair")
    t.run("repeat 12 send a x")
    t.run("repeat 12 recv b 1")


def flow(t):
    t.send("flow" + ENTER)


# The pager has the terminal: its lines are edited by it, its Ctrl-C is not ours.
with Terminal(environment={"PAGER": "trap 'echo STOPPED; exit 0' INT; cat; echo READ; read answer < /dev/tty; echo \"<$answer>\""}) as t:
    story(t)
    flow(t)
    t.wait(r"^READ$")
    t.send("yes" + ENTER)
    t.wait(r"^<yes>$")
    t.prompt()
    flow(t)
    t.wait(r"^READ$")
    t.send(CTRL_C)
    t.wait(r"STOPPED$")
    t.prompt()
    equal(t.run("print 7"), ["7"])
    t.run("recv b 1 MSG_DONTWAIT")
    t.send("help" + ENTER)
    t.wait(r"^READ$")
    t.send(ENTER)
    t.prompt()
    equal(t.run("sockets")[-1][:3], "2  ")  # what is short is not paged
    t.quit()

# None is wanted, it is missing, or it fails: the text is printed.
for pager in ("", "cat", "no-such-pager-here", "false", "exec 0<&-; exit 3"):
    with Terminal(environment={"PAGER": pager}) as t:
        story(t)
        flow(t)
        t.prompt()
        equal(len([line for line in t.screen.all() if "1 byte " in line]), 12, "arrows with PAGER=%r" % pager)
        equal(t.run("print 7"), ["7"])
        t.quit()

# One that a signal ends, or that reads nothing, leaves the session as it was.
for pager in ("kill -INT $$", "exit 0"):
    with Terminal(environment={"PAGER": pager}) as t:
        story(t)
        t.send("flow" + ENTER)
        t.prompt()
        equal(t.run("print 7"), ["7"])
        t.quit()

# Never of a file.
with Terminal(environment={"PAGER": "echo PAGED"}, files={"s.sosh": "flow\nhelp\n"}) as t:
    story(t)
    t.run("source s.sosh")
    if "PAGED" in t.plain:
        t.fail("a file's output was paged")
    t.send("flow" + ENTER)
    t.wait(r"^PAGED$")
    t.prompt()
    t.quit()

# So is all that is long, but nothing that failed.
with Terminal(rows=12, environment={"PAGER": "echo PAGED; cat > /dev/null"}) as t:
    t.run("s = socket")
    for command in ("info s", "explain connect", "explain RST", "repeat 12 socket", "sockets"):
        lines = t.run(command)
        equal("PAGED" in "".join(lines), command in ("info s", "explain connect", "sockets"), command)
    t.quit()

# less says how to leave it. A plain terminal: no other screen, no sequences of keys.
if shutil.which("less"):
    with Terminal(environment={"TERM": "dumb", "LESS": None, "PAGER": None}) as t:
        t.send("help" + ENTER)
        t.wait("q leaves|RETURN")
        if "RETURN" in t.plain:  # less warns of such a terminal first
            t.send(ENTER)
            t.wait("q leaves")
        t.send("q")
        t.wait("sosh> ")
        t.run("print 7")
        t.quit()
