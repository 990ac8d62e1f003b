# SPDX-License-Identifier: GPL-3.0-or-later
"""What each command shows of both ends: the `states` and `waiting` of JSON, and the lines that a person reads."""
import json
import os
import re
import subprocess

ECHO = """l = create_server 127.0.0.1 0; h = getsockname l
c = socket; connect c $h; a = accept l
"""


def sosh(commands, *options):
    done = subprocess.run([os.environ["SOSH"], *options, "-c", commands], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=50)
    assert done.returncode == 0, (commands, done)
    return done.stdout.decode()


def entries(commands):
    return [json.loads(line) for line in sosh(commands, "--json").splitlines()]


def changes(entry):
    return [(change["handle"], change["from"], change["to"]) for change in entry["states"]]


def reaches(entry, handle, *wanted):
    """The handle's last state in the entry."""
    last = [to for number, _, to in changes(entry) if number == handle]
    assert last and last[-1] in wanted, (entry["command"], handle, wanted, changes(entry))


def both_ends_of_a_close():
    done = entries(ECHO + "close c; recv a; close a; state c => TIME-WAIT")
    reaches(done[4], 3, "ESTABLISHED")
    reaches(done[5], 2, "FIN-WAIT-1", "FIN-WAIT-2")
    reaches(done[5], 3, "CLOSE-WAIT")
    reaches(done[7], 3, "CLOSED", "LAST-ACK")
    reaches(done[7], 2, "TIME-WAIT")


def both_ends_of_a_half_close():
    done = entries(ECHO + "shutdown c; send a answer; recv c; shutdown a")
    reaches(done[5], 2, "FIN-WAIT-1", "FIN-WAIT-2")
    reaches(done[5], 3, "CLOSE-WAIT")
    assert changes(done[7]) == [] or changes(done[7])[0][2] == "FIN-WAIT-2", done[7]
    reaches(done[8], 2, "TIME-WAIT")


def both_ends_of_a_reset():
    done = entries(ECHO + "setsockopt c SO_LINGER 1 0; close c")
    reaches(done[6], 2, "CLOSED")
    reaches(done[6], 3, "CLOSED")


def a_delayed_ack_is_seen_by_a_later_command():
    done = entries(ECHO + "send c x; recv a; send a y; recv c; shutdown c; sleep 0.2; print 1")
    seen = [change for entry in done[10:] for change in changes(entry) if change[0] == 2]
    assert seen[-1][2] == "FIN-WAIT-2", seen


def one_that_waits_to_be_accepted():
    done = entries("""l = create_server 127.0.0.1 0; h = getsockname l
        c = socket; connect c $h; n = getsockname c; close c; a = accept l""")
    first, last = done[3]["waiting"], done[5]["waiting"]
    port = done[4]["address"]["port"]
    assert [(w["listener"], w["peer"]["port"], w["from"], w["to"]) for w in first] == [
        (1, port, "CLOSED", "ESTABLISHED")], first
    assert [(w["from"], w["to"]) for w in last] == [("ESTABLISHED", "CLOSE-WAIT")], last
    reaches(done[6], 3, "CLOSE-WAIT")
    assert "waiting" not in done[0]


def those_that_wait_when_the_listener_closes():
    done = entries("""l = create_server 127.0.0.1 0; h = getsockname l
        c = socket; connect c $h; d = socket; connect d $h; close l; recv c => ECONNRESET""")
    reaches(done[6], 1, "CLOSED")
    reaches(done[6], 2, "CLOSED")
    reaches(done[6], 3, "CLOSED")


def ipv6_and_mapped():
    done = entries("""l = create_server :: 0 AF_INET6 dualstack_ipv6=True; p = getsockname l
        c = socket; connect c 127.0.0.1 $p.port; a = accept l; close c""".replace(
            "create_server :: 0 AF_INET6 dualstack_ipv6=True",
            'create_server(("::", 0), family=AF_INET6, dualstack_ipv6=True)'))
    reaches(done[5], 3, "CLOSE-WAIT")


def copies():
    done = entries(ECHO + "d = dup c; close c; close d")
    assert changes(done[6]) == [], changes(done[6])
    reaches(done[7], 3, "CLOSE-WAIT")


def the_lines_of_a_person():
    text = sosh(ECHO + "close c; close a")
    assert re.search(r"=> 0 +c: CLOSED → ESTABLISHED   l: 127\.0\.0\.1:\d+ waits to be accepted \(ESTABLISHED\)", text), text
    assert re.search(r"=> 0 +c: ESTABLISHED → FIN-WAIT-[12]   a: ESTABLISHED → CLOSE-WAIT", text), text
    assert re.search(r"=> 0 +a: CLOSE-WAIT → (LAST-ACK|CLOSED)   c: FIN-WAIT-[12] → TIME-WAIT", text), text


for name, test in list(globals().items()):
    if callable(test) and getattr(test, "__module__", "") == "__main__" and test.__code__.co_argcount == 0:
        test()
