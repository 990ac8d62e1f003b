# SPDX-License-Identifier: GPL-3.0-or-later
# capture at the prompt: a command's segments are below its result; what comes by itself is told in one block above the
# line being typed, with the change of state that it made; the end of a job has those that ended it; not at all with
# `set events off`. Its words and files are completed.
import socket
from _terminal import *

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import network

network.enter()


def rows(t, pattern):
    return [row for row, line in enumerate(t.screen.all()) if re.search(pattern, line)]


with Terminal(columns=120, rows=40, files={"before.pcapng": ""}) as t:
    t.send("capture o" + TAB + TAB)
    t.shows(r"^off +on *$")
    t.send("n" + ENTER)
    t.shows(r"^=> 0 +the segments of this session's sockets are shown")
    t.prompt()
    t.run("l = create_server 127.0.0.1 8080")

    # a command's own
    lines = t.run("c = create_connection 127.0.0.1:8080")
    equal([line.split()[4] for line in lines[-3:]], ["SYN", "SYN,ACK", "ACK"], "the segments of connect")
    t.run("first = accept l")

    # a client of another process, while a line is being typed
    t.send("accept " + LEFT)
    t.line_is("sosh> accept")
    peer = socket.create_connection(("127.0.0.1", 8080))
    port = peer.getsockname()[1]
    t.shows(r"^l: 127\.0\.0\.1:%d waits to be accepted" % port)
    t.shows(r"^   #\d+  127\.0\.0\.1:%d → 127\.0\.0\.1:8080 +ACK " % port)
    t.line_is("sosh> accept")
    equal(t.screen.column, len("sosh> accept"), "the cursor's column")
    told, syn, ack = (rows(t, pattern)[0] for pattern in
                      (r"^l: 127\.0\.0\.1:%d" % port, r":%d → \S+ +SYN " % port, r":%d → \S+ +ACK " % port))
    equal((told, syn, ack), (told, told + 1, told + 3), "the rows of what was told, one below the other")
    t.cancel()
    t.run("conn = accept l")

    # its data changes no state: a block without a line of its own
    peer.sendall(b"by itself")
    t.shows(r'^   #\d+  127\.0\.0\.1:%d → \S+ +PSH,ACK .* "by itself"' % port)
    t.prompt()
    equal(t.run("recv conn")[0].split()[:3], ["=>", '"by', 'itself"'], "the data is there still")

    # a job's end has what ended it
    t.run("recv conn &")
    peer.sendall(b"for the job")
    t.shows(r'^%1 => "for the job"')
    t.shows(r'^   #\d+  127\.0\.0\.1:%d → \S+ +PSH,ACK .* "for the job"' % port)
    job, segment = rows(t, r'^%1 => "for the job"')[0], rows(t, r'PSH,ACK .* "for the job"')[0]
    equal(segment, job + 1, "the row of the job's segment")
    t.prompt()

    # the other end closes
    peer.close()
    t.shows(r"^conn: ESTABLISHED → CLOSE-WAIT")
    t.shows(r"^   #\d+  127\.0\.0\.1:%d → \S+ +FIN,ACK" % port)
    t.prompt()

    # silent
    t.run("set events off")
    t.run("close conn")
    with socket.create_connection(("127.0.0.1", 8080)) as peer:
        port = peer.getsockname()[1]
        t.run("conn = accept l")
        peer.sendall(b"not told")
        t.run("recv conn")
        t.run("segments 20 => ~\"SYN\"")
    equal(rows(t, r':%d → \S+ +SYN ' % port)[1:], [], "at most once, with the command that met it")
    t.run("set events on")

    # to a file that is completed, and off
    t.send("capture bef" + TAB)
    t.line_is("sosh> capture before.pcapng")
    t.send(ENTER)
    t.shows(r"^=> 0 +the segments are shown, and written to before\.pcapng$")
    t.prompt()
    t.run("capture off")
    t.shows(r"^=> 0 +\d+ segments; [01] packets? in before\.pcapng$")
    equal(t.run("capture")[0].split()[:2], ["=>", "off"], "off")
    equal(t.quit(), 0)
