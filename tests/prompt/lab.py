# SPDX-License-Identifier: GPL-3.0-or-later
# The handshake stepped at the terminal: what each segment sets off stands below it, a job that it ends behind that;
# what TCP sends again by itself is told above the line being typed, and not without end; hosts and the wire's words are
# completed; quit ends at once.
import subprocess
from _terminal import *

if all(subprocess.run(["unshare", flags, "true"], capture_output=True).returncode for flags in ("-n", "-Urn")):
    print("skipped: no network namespaces here")
    sys.exit(77)


def matches(lines, *patterns):
    if len(lines) != len(patterns) or not all(re.search(p, l) for p, l in zip(patterns, lines)):
        raise AssertionError("%s\nis not\n%s" % ("\n".join(lines), "\n".join(patterns)))


def becomes(t, typed, line):
    t.send(typed + TAB)
    t.until(lambda: t.line == ("sosh> " + line).rstrip() and t.screen.column == len("sosh> " + line),
            "the line %r after %r and Tab" % (line, typed))
    t.cancel()


with Terminal(columns=120, rows=50) as t:
    matches(t.run("lab"), "^=> 2$", r"^client +10\.0\.0\.1 +fd00::1|^client +10\.0\.0\.1", "^server ", "^.the wire. +flows$")
    t.run("l = @server create_server 10.0.0.2 80")
    t.run("wire hold")
    t.run("c = @client socket")

    becomes(t, "x = @cl", "x = @client ")
    becomes(t, "@serv", "@server ")
    becomes(t, "wire del", "wire del")
    becomes(t, "wire deli", "wire deliver ")
    becomes(t, "wire hold SY", "wire hold SYN")
    becomes(t, "wire hold SYN fr", "wire hold SYN from ")
    becomes(t, "wire cut from cl", "wire cut from client ")
    becomes(t, "wire delay 1 to se", "wire delay 1 to server ")

    matches(t.run("connect c 10.0.0.2 80"),
            r"^%1 waits for the SYN,ACK from 10\.0\.0\.2:80 \(the wire holds #1 SYN\)$",
            "^   c: CLOSED → SYN-SENT$",
            r"^   #1  client:\d+ → server:80  SYN +seq 0  held ")
    becomes(t, "wire drop 1", "wire drop 1 ")
    becomes(t, "wire drop al", "wire drop all ")

    # nobody lets it go: it comes again while a line is being typed
    t.send("wire deli" + LEFT)
    t.shows(r"^   #2  client:\d+ → server:80  SYN +seq 0  retransmission of 1  held ")
    t.line_is("sosh> wire deli")
    equal(t.screen.column, len("sosh> wire del"), "the cursor's column")
    t.cancel()
    lines = t.run("wire")
    matches(lines, r"^=> \d+ +held$", r"^#1  client:\d+ > server:80  SYN ", r"^ +held [1-9]\.\d s, by entry \d+: connect c 10",
            r"^ +sent again: #2")

    matches(t.run("wire deliver"), r"^=> SYN +l: 10\.0\.0\.1:\d+ \(not accepted yet\) SYN-RECEIVED$",
            r"^   #\d+  server:80 → client:\d+  SYN,ACK  seq 0 ack 1  held ")
    t.run("wire hold ACK")  # repeated SYNs and their answers go
    t.run("wire deliver all")
    t.shows(r"^%1 => 0 .*connect c 10\.0\.0\.2 80$")
    t.run("wire flow")
    t.run("conn, addr = accept l")
    matches(t.run("state c"), "^=> ESTABLISHED$")

    # a cut wire: what is sent again is told three times and no more
    t.run("d = @client create_connection 10.0.0.2 80")
    t.run("wire cut")
    matches(t.run("send d x"), "^=> 1$", r"^   #\d+ .*PSH,ACK .*lost")
    number = int(re.search(r"#(\d+)", t.above()).group(1))
    t.shows(r"retransmission of %d  lost" % number)
    t.prompt()
    t.run("wire join")
    began = time.monotonic()
    equal(t.quit(), 0, "the exit status")
    if time.monotonic() - began > 5:
        raise AssertionError("quit took %.1f s" % (time.monotonic() - began))
