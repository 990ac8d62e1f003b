# SPDX-License-Identifier: GPL-3.0-or-later
# In 80 columns no word is broken: lines of jobs and help go on in the next one, and of a process's name and number the
# number stays whole.
import os
import socket

from _terminal import *

with Terminal() as t:
    t.run("set events off")
    t.run("a_listener_of_a_rather_long_name = create_server 127.0.0.1 0 backlog=0")
    t.run("here = getsockname a_listener_of_a_rather_long_name")
    port = int(re.search(r":(\d+)", t.above()).group(1))
    client = socket.create_connection(("127.0.0.1", port))
    t.run("conn = accept a_listener_of_a_rather_long_name")
    process = "(%d)" % os.getpid()
    lines = t.run("sockets --all")
    equal(any(process in line for line in lines), True, "%s in %r" % (process, lines))
    t.run("accept a_listener_of_a_rather_long_name &")
    lines = t.run("jobs")
    equal(lines[-1][:3], "   ", "the second line of a job")
    equal(" ".join(" ".join(lines[1:]).split()),
          "%%1 accept a_listener_of_a_rather_long_name & waits for a client on "
          "a_listener_of_a_rather_long_name (127.0.0.1:%d)" % port)
    lines = t.run("help socket")
    equal([line for line in lines if len(line) > 78], [])
    equal("TYPE a constant or a number (SOCK_...); default SOCK_STREAM; by name: type=" in
          " ".join(" ".join(lines).split()), True)
    client.close()
    t.quit()
