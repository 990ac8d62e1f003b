# SPDX-License-Identifier: GPL-3.0-or-later
# A job whose command is refused complains as the command without & does; Ctrl-C leaves no nameless socket behind.
from _terminal import *


def complaint(lines):
    return [re.sub(r"^1:\d+: ", "", line) for line in lines]


with Terminal() as t:
    t.run("set events off")
    equal("no variable or handle is called conn" in "".join(t.run("recv conn &")), True)
    equal("no variable or handle is called nosuch" in "".join(t.run("x = accept nosuch &")), True)
    equal(complaint(t.run("recv conn &"))[0], complaint(t.run("recv conn"))[0])
    t.run("l = create_server 127.0.0.1 0 backlog=0")
    t.run("here = getsockname l")
    t.run("a = create_connection $here")
    t.send("c = create_connection $here" + ENTER)
    t.wait("waiting for the SYN,ACK")
    t.send(CTRL_C)
    t.wait("its socket is closed again")
    t.prompt()
    equal(t.run("sockets")[0], "=> 2")
    equal(t.run("socket")[0][:4], "=> 3")
    t.quit()
