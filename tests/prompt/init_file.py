# SPDX-License-Identifier: GPL-3.0-or-later
# The init file runs first; what is wrong in it is told, and the session goes on.
from _terminal import *

with Terminal(files={"config/sosh/init.sosh": "# mine\nport = 4444\nprint 'hello from init'\n"}) as t:
    t.shows("hello from init")
    equal(t.run("print $port")[-1][-4:], "4444")
    equal(t.quit(), 0)

with Terminal(files={"config/sosh/init.sosh": "print 'before'\nnonsense here\n"}) as t:
    t.shows(r"init.sosh:2:1: ")
    equal(t.run("print 5")[-1][-1], "5")
    t.quit()

with Terminal(files={"config/sosh/init.sosh": "close 7\n"}) as t:
    equal(t.run("print 5")[-1][-1], "5")
    t.quit()

with Terminal(files={".config/sosh/init.sosh": "print 'the default place'\n"}, environment={"XDG_CONFIG_HOME": None}) as t:
    t.shows("the default place")
    t.quit()

with Terminal(files={".config/sosh/init.sosh": "print 'the default place'\n"}, environment={"XDG_CONFIG_HOME": "relative"}) as t:
    t.shows("the default place")
    t.quit()

with Terminal(files={"config/sosh/init.sosh": "a, b = socketpair\nrecv a\n"}, wait=False) as t:
    t.wait("waiting for data")
    t.send(CTRL_C)
    t.wait("=> EINTR")
    t.prompt()
    t.quit()

with Terminal(files={"config/sosh/init.sosh": "quit 3\n"}, wait=False) as t:
    equal(t.finish() in (0, 2, 3), True)
