# SPDX-License-Identifier: GPL-3.0-or-later
# What is said of mistakes that are easily made in a lab.
import subprocess
from _terminal import *

if all(subprocess.run(["unshare", flags, "true"], capture_output=True).returncode for flags in ("-n", "-Urn")):
    print("skipped: no network namespaces here")
    sys.exit(77)

with Terminal(columns=220, rows=50) as t:
    def says(command, pattern):
        line = t.run(command)[0]
        if not re.search(pattern, line):
            raise AssertionError("%s\nsays %s\nand not %s" % (command, line, pattern))

    t.run("lab")
    says("wire loss abc", 'a percentage is a number, as in wire loss 20 7; "abc" is none$')
    says("wire delay 1s", 'a delay in seconds is a number, as in wire delay 0.5; "1s" is none$')
    says("@client sysctl net.ipv4.tcp_congestion_control nosuch", 'refuses the value "nosuch": it has nothing of that name$')
    says("@client sysctl tcp_syn_retries", "no setting tcp_syn_retries; near it is net.ipv4.tcp_syn_retries$")

    # a host was forgotten
    says("l = create_server 10.0.0.2 80", "the lab's host server: @server create_server 10.0.0.2 80 makes it there$")
    t.run("b = @client socket")
    says("bind b 10.0.0.2 80", "host server, and b is on another: make the socket there, @server socket$")
    t.run("o = socket")
    t.run("settimeout o 0.2")
    says("connect o 10.0.0.2 80", r"in the lab 10\.0\.0\.2 is host server, but o is on this machine")
    t.run("l = @server create_server 127.0.0.1 8080")
    says("c = @client create_connection 127.0.0.1 8080", "each host has its own loopback: handle \\d+ .l. listens on that of server")

    # what is looked at is not what explain is about; what looks like on and off is no file
    t.run("@server sysctl net.ipv4.tcp_retries2 9")
    for look in ("wire", "segments", "capture"):
        t.run(look)
    says("explain", "^entry \\d+: @server sysctl net.ipv4.tcp_retries2 9$")
    says("segments", '^=> ""$')
    for word, meant in (("of", "off"), ("onn", "on"), ("ofF", "off")):
        says("capture " + word, "did you mean %s. A file's name has a dot or a slash: ./%s$" % (meant, word))
    t.quit()
