# SPDX-License-Identifier: GPL-3.0-or-later
# Tab completes what fits the place: commands, handles, variables, constants, options, settings, jobs, expectations.
from _terminal import *


def becomes(t, typed, line):
    """A Tab makes this of the typed text."""
    t.send(typed + TAB)
    t.until(lambda: t.line == ("sosh> " + line).rstrip() and t.screen.column == len("sosh> " + line),
            "the line %r after %r and Tab, not %r" % (line, typed, t.line))
    t.cancel()


def offers(t, typed, *words):
    """A Tab lists these, among others."""
    first = t.screen.row
    t.send(typed + TAB)
    t.until(lambda: set(words) <= set(" ".join(t.screen.all()[first + 1:]).split()), "%s after %r" % (words, typed))
    shown = set(" ".join(t.screen.all()[first + 1:]).split())
    t.cancel()
    return shown


with Terminal(columns=100, rows=50) as t:
    t.run("server = create_server 127.0.0.1 0")
    t.run("client = socket")
    t.run("socket AF_UNIX")
    t.run("port = 4444")
    t.run("addr = getsockname server")
    t.run("old = socket")
    t.run("close old")

    # commands, behind targets and behind commands that take one
    becomes(t, "getsockn", "getsockname ")
    becomes(t, "getso", "getsock")
    offers(t, "getso", "getsockname", "getsockopt")
    becomes(t, "a, b = socketp", "a, b = socketpair ")
    becomes(t, "time getpe", "time getpeername ")
    becomes(t, "repeat 3 getpe", "repeat 3 getpeername ")
    becomes(t, "help getpe", "help getpeername ")
    becomes(t, "explain getpe", "explain getpeername ")
    becomes(t, "explain ECONNREF", "explain ECONNREFUSED ")
    becomes(t, "explain econnref", "explain ECONNREFUSED ")
    becomes(t, "explain TIME-W", "explain TIME-WAIT ")
    becomes(t, "explain MSG_DONTW", "explain MSG_DONTWAIT ")
    becomes(t, "explain so_reusea", "explain SO_REUSEADDR ")
    offers(t, "explain EAI_", "EAI_AGAIN", "EAI_NONAME")
    offers(t, "explain ", "accept", "connect")
    becomes(t, "explain backl", "explain backlog ")
    equal("AF_PACKET" in offers(t, "socket ", "AF_INET", "AF_INET6", "AF_UNIX"), False)  # the usual ones first
    becomes(t, "socket AF_PACK", "socket AF_PACKET ")
    becomes(t, "sockets -", "sockets --all ")
    becomes(t, "sockets(all=T", "sockets(all=True")
    becomes(t, "info serv", "info server ")
    t.run("finished = socket")
    t.run("close finished")
    becomes(t, "flow fini", "flow finished ")  # closed ones too
    becomes(t, "listen server; getpe", "listen server; getpeername ")
    becomes(t, "import socket; getpe", "import socket; getpeername ")

    # handles by name and number, open ones
    becomes(t, "recv se", "recv server ")
    becomes(t, "recv 3", "recv 3 ")
    shown = offers(t, "recv ", "client", "server", "3")
    equal("old" in shown, False, "whether a closed one is offered")

    # constants that fit the place
    offers(t, "socket ", "AF_INET", "AF_INET6", "AF_UNIX")
    becomes(t, "socket AF_UNI", "socket AF_UNIX ")
    becomes(t, "socket af_uni", "socket AF_UNIX ")
    becomes(t, "socket AF_INET SOCK_DG", "socket AF_INET SOCK_DGRAM ")
    becomes(t, "socket AF_INET SOCK_DGRAM|SOCK_NON", "socket AF_INET SOCK_DGRAM|SOCK_NONBLOCK ")
    offers(t, "shutdown client ", "SHUT_RD", "SHUT_WR", "SHUT_RDWR", "RD", "WR", "RDWR")
    becomes(t, "recv client 10 MSG_DONTW", "recv client 10 MSG_DONTWAIT ")
    becomes(t, "recv client 10 MSG_PEEK|MSG_DONTW", "recv client 10 MSG_PEEK|MSG_DONTWAIT ")
    becomes(t, "send client text MSG_DONTW", "send client text MSG_DONTWAIT ")
    becomes(t, "setsockopt client SO_REUSEA", "setsockopt client SO_REUSEADDR ")
    becomes(t, "setsockopt client IPPROTO_TCP TCP_NODE", "setsockopt client IPPROTO_TCP TCP_NODELAY ")
    offers(t, "getsockopt client SOL_SOCKET SO_R", "SO_RCVBUF", "SO_REUSEADDR")
    becomes(t, "setblocking client T", "setblocking client True ")
    becomes(t, "settimeout client N", "settimeout client None ")

    # variables and their parts
    becomes(t, "connect client 127.0.0.1:$por", "connect client 127.0.0.1:$port ")
    becomes(t, "print $addr.ho", "print $addr.host ")
    offers(t, "print $addr.", "host", "port")

    # settings, jobs, expectations
    becomes(t, "set pat", "set patience ")
    t.run("accept server &")
    t.run("accept server &")
    becomes(t, "wait %", "wait %")
    offers(t, "cancel ", "%1", "%2")
    becomes(t, "cancel %2", "cancel %2 ")
    becomes(t, "close client => EHOSTU", "close client => EHOSTUNREACH ")
    becomes(t, "close client => EAGAIN|EINT", "close client => EAGAIN|EINTR ")
    becomes(t, "listen server => bl", "listen server => blocks ")
    becomes(t, "state server => CLOSE-", "state server => CLOSE-WAIT ")

    # the call and method spellings
    becomes(t, "server.getpe", "server.getpeername(")
    becomes(t, "1.getpe", "1.getpeername(")
    becomes(t, "s = socket(AF_UNI", "s = socket(AF_UNIX")
    becomes(t, "s = socket.socket(socket.AF_INET, socket.SOCK_DG", "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM")
    becomes(t, "client.connect((addr.ho", "client.connect((addr.host")
    becomes(t, "client.connect((addr.host, por", "client.connect((addr.host, port")
    becomes(t, "listen(se", "listen(server")
    becomes(t, "server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEA",
            "server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR")

    # in a statement that goes on
    t.run("x = socket(", prompt="  ... ")
    t.send("AF_UNI" + TAB)
    t.line_is("  ... AF_UNIX")
    t.cancel()

    # nothing fits: nothing changes
    for line in ("nosuch wor", "print 'getsockn", "# getsockn", "@ho"):
        t.send(line + TAB + TAB + "!")
        t.line_is("sosh> " + line + "!")
        t.cancel()
    t.quit()
