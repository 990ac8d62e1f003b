# SPDX-License-Identifier: GPL-3.0-or-later
# What a peer in another process does is told above the line being typed, once, and not at all with `set events off`;
# a result shows both ends as they are after a delayed ACK.
import socket
from _terminal import *


def count(t, pattern):
    return sum(bool(re.search(pattern, line)) for line in t.screen.all())


with Terminal() as t:
    t.run("l = create_server 127.0.0.1 0")
    t.run("addr = getsockname l")
    port = int(re.search(r":(\d+)$", t.above()).group(1))

    def client():
        peer = socket.create_connection(("127.0.0.1", port))
        t.shows(r"^l: 127\.0\.0\.1:%d waits to be accepted \(ESTABLISHED\)$" % peer.getsockname()[1])
        t.prompt()
        return peer

    # a client of another process
    peer = client()
    t.run("conn = accept l")
    equal(count(t, r"waits to be accepted"), 1, "how often it was told")
    peer.close()
    t.shows(r"^conn: ESTABLISHED → CLOSE-WAIT +the peer has closed its side$")
    t.prompt()
    t.run("close conn")

    # the peer closes its side while a line is being typed
    peer = client()
    t.run("next = accept l")
    t.send("recv nex" + LEFT)
    t.until(lambda: t.line == "sosh> recv nex" and t.screen.column == len("sosh> recv ne"), "the half-typed line")
    peer.shutdown(socket.SHUT_WR)
    t.shows(r"^next: ESTABLISHED → CLOSE-WAIT +the peer has closed its side$")
    t.until(lambda: t.line == "sosh> recv nex" and t.screen.column == len("sosh> recv ne"), "the line as it was")
    t.cancel()
    t.run("close next")
    equal(count(t, r"^next: ESTABLISHED → CLOSE-WAIT"), 1, "how often it was told")
    peer.close()

    # the peer resets
    peer = client()
    t.run("two = accept l")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    peer.close()
    t.shows(r"^two: ESTABLISHED → CLOSED +reset, or timed out: recv or send tells which$")
    t.prompt()

    # closed here, then there: followed by its addresses
    peer = client()
    t.run("three = accept l")
    t.run("close three")
    t.shows(r"three: ESTABLISHED → FIN-WAIT")
    peer.close()
    t.shows(r"^three: FIN-WAIT-[12] → TIME-WAIT +both sides are closed; kept for 60 s$")
    t.prompt()

    # many come at once: each is told once, and together with others; who comes later is told alone
    t.run("many = create_server 127.0.0.1 0 AF_INET 200")
    t.run("getsockname many")
    many = int(re.search(r":(\d+)$", t.above()).group(1))

    def told():
        lines = [line for line in t.screen.all() if "to be accepted" in line]
        text = " ".join(lines[lines.index(before) + 1:])
        return len(lines), sum(1 + int(more or 0) for more in re.findall(r"(?:and (\d+) more wait|waits) to be", text))

    before = [line for line in t.screen.all() if "to be accepted" in line][-1]
    lines = told()[0]
    peers = [socket.create_connection(("127.0.0.1", many)) for _ in range(100)]
    t.until(lambda: told()[1] >= 100, "a hundred clients")
    t.shows(r"^many: 127\.0\.0\.1:\d+ and \d+ more wait to be accepted \(ESTABLISHED\)$")
    equal(told()[0] - lines < 50, True, "few lines")
    for more in range(1, 4):
        peers.append(socket.create_connection(("127.0.0.1", many)))
        t.shows(r"^many: 127\.0\.0\.1:%d waits to be accepted \(ESTABLISHED\)$" % peers[-1].getsockname()[1])
        t.prompt()
        equal(told()[1], 100 + more, "clients told")
    t.run("copy = dup many")
    peers.append(socket.create_connection(("127.0.0.1", many)))
    t.shows(r"127\.0\.0\.1:%d waits to be accepted" % peers[-1].getsockname()[1])
    t.prompt()
    equal(told()[1], 104, "clients told, of a listener and its copy")
    t.run("close many copy")
    for peer in peers:
        peer.close()

    # silent
    t.run("set events off")
    peer = socket.create_connection(("127.0.0.1", port))
    t.run("four = accept l")
    peer.close()
    t.run("state four => CLOSE-WAIT")
    equal(count(t, r"^four: ESTABLISHED"), 0, "how often it was told with events off")
    t.run("set events on")

    # a job tells for itself
    t.run("c = socket")
    t.run("accept l &")
    t.run("connect c $addr")
    t.shows(r"^%1 => \d+ ")
    equal(count(t, r"^c: "), 0, "lines of an event for what a command did")

    # in a dialogue the ACK of a FIN is delayed: the result waits for it
    t.run("conn = wait %1")
    t.run("send c hello")
    t.run("recv conn")
    t.run("send conn hello")
    t.run("recv c")
    t.run("shutdown c")
    t.shows(r"^=> 0 +c: ESTABLISHED → FIN-WAIT-1 → FIN-WAIT-2$")
    t.shows(r"^   conn: ESTABLISHED → CLOSE-WAIT$")
    equal(t.quit(), 0)
