# SPDX-License-Identifier: GPL-3.0-or-later
# A command whose segment is delayed says what it waits for; Ctrl-C ends that waiting and leaves the result; what was
# typed meanwhile is run. Looking does not wait, and wire alone says what the wire does.
import subprocess
from _terminal import *

if all(subprocess.run(["unshare", flags, "true"], capture_output=True).returncode for flags in ("-n", "-Urn")):
    print("skipped: no network namespaces here")
    sys.exit(77)

with Terminal(columns=120, rows=50) as t:
    t.run("lab")
    t.run("l = @server create_server 10.0.0.2 80")
    t.run("c = @client create_connection 10.0.0.2 80")
    t.run("conn, addr = accept l")
    t.run("wire delay 60 to server")
    t.send('send c "slow"' + ENTER)
    t.shows(r"^… waiting for #\d+ PSH,ACK to arrive +\(Ctrl-C ends it\)$")
    t.send(CTRL_C)
    t.shows(r"^=> 4$")
    t.shows(r"^   #\d+ .*PSH,ACK .*on its way")
    t.prompt()
    t.run("wire")
    t.shows(r"^=> 0 +the wire flows; from client to server: delay 60 s; \d+ on (its|their) way$")
    equal(t.run("state c")[0].startswith("=> ESTABLISHED"), True, "the state's line")

    t.run("wire delay 1 to server")
    t.run("v = @client socket AF_INET SOCK_DGRAM")
    t.send('sendto v "more" 10.0.0.2 53' + ENTER)
    t.wait("UDP to arrive")
    t.send("print 'typed' 'ahead'" + ENTER)
    t.shows("^typed ahead$")
    t.prompt()

    # what the wire does
    t.run("wire delay 0")
    for command, told in (("wire cut", "flows; cut"), ("wire join from client", "flows; from server to client: cut"),
                          ("wire join", "flows"), ("wire hold UDP", "holds UDP"), ("wire hold", "holds all")):
        t.run(command)
        equal(re.sub(" +", " ", t.run("wire")[0]), "=> 0 the wire " + told, "wire after " + command)
    t.quit()
