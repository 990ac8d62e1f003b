# SPDX-License-Identifier: GPL-3.0-or-later
# SIGTERM and SIGHUP end the shell at every moment and leave the terminal as it was.
from _terminal import *

for keys, seen in (("", None), ("print 'half", None), ("sleep 60" + ENTER, "sleep 60\n"), (CTRL_R + "x", None)):
    for number in (signal.SIGTERM, signal.SIGHUP):
        with Terminal() as t:
            t.send(keys)
            if seen:
                t.wait(seen)
            # readline's modes are not a terminal's usual ones
            t.until(lambda: not termios.tcgetattr(t.fd)[3] & termios.ECHO, "the terminal taken")
            t.kill(number)
            equal(t.finish(), 128 + number, "the exit status")
            modes = termios.tcgetattr(t.fd)[3]
            equal(bool(modes & termios.ECHO) and bool(modes & termios.ICANON), True, "the terminal given back")

# Ctrl-\ does nothing
with Terminal() as t:
    t.send("ab")
    t.line_is("sosh> ab")
    t.send("\x1cc")
    t.line_is("sosh> abc")
    t.cancel()
    # stopped and gone on
    t.send("print 'stay'")
    t.line_is("sosh> print 'stay'")
    t.kill(signal.SIGSTOP)
    os.waitpid(t.pid, os.WUNTRACED)
    t.kill(signal.SIGCONT)
    t.send(ENTER)
    t.prompt()
    t.shows(r"(=> |^)stay$")
    t.quit()

# the terminal goes away: the half-typed line must not run
with Terminal() as t:
    path = os.path.join(t.home, "ran")
    t.send("create_server " + path)
    t.line_is("sosh> create_server " + path)
    os.close(t.fd)
    t.fd = os.open("/dev/null", os.O_RDWR)
    end = time.monotonic() + SECONDS
    while t.status is None and time.monotonic() < end:
        pid, status = os.waitpid(t.pid, os.WNOHANG)
        if pid:
            t.status = os.waitstatus_to_exitcode(status)
        else:
            select.select([], [], [], 0.02)
    equal(t.status is not None, True, "whether it has ended")
    equal(os.path.exists(path), False, "whether the half-typed line ran")
