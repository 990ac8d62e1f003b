# SPDX-License-Identifier: GPL-3.0-or-later
# Pasted lines run one by one as if typed: one that does not read complains, the others run.
from _terminal import *

TUTORIAL = """    import socket
    HOST = '127.0.0.1'
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.bind((HOST, 0))
    s.listen()
    addr = s.getsockname()
    c = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    c.connect(addr)
    conn, peer = s.accept()
    c.sendall(b'Hello, world')
    data = conn.recv(1024)
    print('Received', repr(data))
"""

with Terminal(rows=60) as t:
    t.send(pasted("print 'one'\nnonsense 1\nprint 'two'\n\nprint (\n'three'\n)\nprint 'four"))
    t.line_is("print 'four")
    t.send(ENTER)
    t.prompt("  ... ")
    for word in ("one", "two", "three"):
        t.shows(r"(=> |^)%s$" % word)
    t.shows("nonsense.*(command|unknown)|(command|unknown).*nonsense")
    t.send("and a half'" + ENTER)
    t.prompt()
    t.shows("four.*|and a half")

    t.send(pasted(TUTORIAL))
    t.line_is("")
    t.send(ENTER)
    t.prompt()
    t.shows(r"""Received b?['"]Hello, world""")
    # and the same without the terminal's brackets, tabs for the indentation
    t.run("close s c conn")
    t.send(TUTORIAL.replace("    ", "\t").replace("\n", "\r").replace("print('Received'", "print('Again'"))
    t.shows(r"""Again b?['"]Hello, world""")
    t.prompt()
    # a paste that never ends can be given up
    t.send("\x1b[200~print 'lost'")
    t.cancel()
    equal(t.run("print 99")[-1][-2:], "99")
    t.quit()
