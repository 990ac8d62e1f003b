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
    # what the wire does
    for command, told in (("wire cut", "flows; cut"), ("wire join from client", "flows; from server to client: cut"),
                          ("wire join", "flows"), ("wire hold UDP", "holds UDP"), ("wire hold", "holds all")):
        t.run(command)
        equal(re.sub(" +", " ", t.run("wire")[0]), "=> 0 the wire " + told, "wire after " + command)
    t.run("wire flow")

    # a held create_connection: its SYN is named, the listener's end is shown with the delivery that made it
    equal(t.run("j = @client create_connection 10.0.0.2 81 &")[0].startswith("%1"), True, "the job's line")
    t.shows("^%1 => ECONNREFUSED")
    t.run("l = @server create_server 10.0.0.2 80")
    t.run("wire hold")
    t.run("k = @client create_connection 10.0.0.2 80")
    t.shows(r"^%2 waits for the SYN,ACK from 10\.0\.0\.2:80 \(the wire holds #\d+ SYN\)$")
    t.run("wire deliver")
    t.shows(r"^=> SYN +\d: SYN-SENT   l: 10\.0\.0\.1:\d+ \(not accepted yet\) SYN-RECEIVED$")
    t.run("wire deliver")
    t.shows(r"^%2 => \d ")
    t.run("wire deliver")

    # nothing is held: deliver waits and says so; Ctrl-C ends it as any call
    t.run("set patience 60")
    t.send("wire deliver" + ENTER)
    t.shows(r"^… waiting for a segment +\(Ctrl-C ends it\)$")
    t.send(CTRL_C)
    t.shows("^=> EINTR")
    t.prompt()
    t.run("wire flow")
    t.run("close l")
    t.run("close k")

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
    t.quit()
