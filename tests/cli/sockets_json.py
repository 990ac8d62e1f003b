# SPDX-License-Identifier: GPL-3.0-or-later
"""sockets and info as JSON; sockets --all with what another process holds; many handles."""
import json
import os
import re
import socket
import subprocess
import tempfile

KEYS = set("""handle name fd family type protocol state left local peer unread unacked waiting backlog readable writable
exceptional jobs host""".split())

PAIR = """l = create_server 127.0.0.1 0
here = getsockname l
c = create_connection $here
conn = accept l
send c hello
"""


def run(commands, *options, status=0, folder=None):
    done = subprocess.run([os.environ["SOSH"], *options, "-c", commands], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=50, cwd=folder)
    assert done.returncode == status, (commands, done)
    return done.stdout.decode()


def last(commands, command, **options):
    entries = [json.loads(line) for line in run(commands, "--json", **options).splitlines()]
    return [entry for entry in entries if entry["command"] == command][-1]


def open_ones():
    entry = last(PAIR + "w = create_connection $here; send w abc; recv c &; sockets; cancel %1", "sockets")
    rows = entry["value"]
    assert entry["result"] == 4 and len(rows) == 4, entry
    assert all(set(row) == KEYS | {"clients"} for row in rows), rows[0]
    listener, client, conn, waiting = rows
    assert listener["state"] == "LISTEN" and listener["waiting"] == 1 and listener["backlog"] == 128, listener
    assert listener["readable"] and not listener["writable"] and listener["unread"] is None
    assert [(one["handle"], one["state"], one["unread"], one["peer"]) for one in listener["clients"]] == [
        (4, "ESTABLISHED", 3, waiting["local"])], listener
    assert client["jobs"] == [1] and client["clients"] is None and client["peer"] == listener["local"]
    assert conn["unread"] == 5 and conn["unacked"] == 0 and conn["readable"] and conn["jobs"] == []
    assert isinstance(conn["fd"], int) and conn["family"] == "AF_INET" and conn["protocol"] == 0
    assert entry["closed"] == [] and "others" not in entry


def closed_ones():
    entry = last(PAIR + "recv conn; close c conn; state c => TIME-WAIT; sockets", "sockets")
    assert entry["result"] == 1 and len(entry["value"]) == 1
    (closed,) = entry["closed"]
    assert set(closed) == KEYS and closed["handle"] == 2 and closed["fd"] is None, closed
    assert closed["state"] == "TIME-WAIT" and 50 < closed["left"] <= 60, closed


def others():
    """This process is the other one."""
    with tempfile.TemporaryDirectory(prefix="sosh-test.") as folder, \
            socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as path, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        path.bind(os.path.join(folder, "name"))
        path.listen()
        datagrams.bind(("127.0.0.2", 0))
        udp = datagrams.getsockname()[1]
        port = server.getsockname()[1]
        commands = f"""c = create_connection 127.0.0.1 {port}
x = socket AF_UNIX; connect x {folder}/name
u = socket AF_INET SOCK_DGRAM; bind u 127.0.0.1 {udp}
sockets --all"""
        entry = last(commands, "sockets")
        found = {(other["family"], other["type"], other["state"]): other for other in entry["others"]}
        assert entry["result"] == 3 and set(entry["others"][0]) == KEYS | {"pid", "process", "uid"}, entry
        listener = found["AF_INET", "SOCK_STREAM", "LISTEN"]
        assert listener["pid"] == os.getpid() and listener["local"] == f"127.0.0.1:{port}", listener
        assert listener["process"] and listener["handle"] is None and listener["waiting"] == 1
        accepted = found["AF_INET", "SOCK_STREAM", "ESTABLISHED"]  # nobody has accepted it
        assert accepted["pid"] is None and accepted["peer"] == entry["value"][0]["local"], accepted
        assert found["AF_UNIX", "SOCK_STREAM", None]["pid"] == os.getpid(), found
        assert found["AF_INET", "SOCK_DGRAM", None]["local"] == f"127.0.0.2:{udp}", found
        text = run(commands)
        assert re.search(r"not this session's, on the same ports:\n.*\(%d\) +AF_INET +SOCK_STREAM +LISTEN" % os.getpid(),
                         text, re.S), text
        assert "same ports" not in run(commands.replace(" --all", ""))


def all_about_one():
    value = last(PAIR + "setsockopt c TCP_NODELAY 1; info c", "info")["value"]
    assert list(value) == ["what", "addresses", "state", "timers", "options", "tcp_info", "history"], list(value)
    assert value["what"]["handle"] == 2 and value["what"]["name"] == "c" and value["what"]["other_end"] == 3
    assert value["what"]["blocking"] is True and value["what"]["timeout"] is None
    assert value["addresses"]["peer"].startswith("127.0.0.1:")
    assert value["state"]["state"] == "ESTABLISHED" and value["state"]["unacked"] == 0
    assert value["options"]["TCP_NODELAY"] == {"value": 1, "default": 0}, value["options"]["TCP_NODELAY"]
    assert value["options"]["SO_REUSEADDR"] == {"value": 0, "default": 0}
    assert "SO_ERROR" not in value["options"] and not any("REPAIR" in name for name in value["options"])
    assert value["tcp_info"]["tcpi_state"] == "TCP_ESTABLISHED" and value["tcp_info"]["tcpi_bytes_sent"] == 5
    assert [entry["n"] for entry in value["history"]] == [3, 5, 6], value["history"]
    assert value["history"][0]["states"][-1]["to"] == "ESTABLISHED", value["history"][0]
    assert value["history"][1]["command"] == "send c hello" and value["history"][1]["result"] == "5"
    entry = last("s = socket; info s", "info")
    assert entry["calls"] == [], entry["calls"]  # looks are not calls of the user
    gone = last("s = socket; close s; info s", "info")["value"]
    assert list(gone) == ["what", "addresses", "state", "history"] and gone["what"]["descriptor"] is None, gone
    listener = last(PAIR + "info l", "info")["value"]
    assert listener["tcp_info"]["tcpi_sacked"] == 128 and listener["state"]["backlog"] == 128


def only_the_last_twenty():
    value = last("a, b = socketpair; repeat 30 send a x; info a", "info")["value"]
    assert [entry["n"] for entry in value["history"]] == list(range(12, 32)), value["history"]


def no_descriptor_is_left():
    """The fresh socket of info is closed again, and takes no descriptor that the user's next one would have."""
    rows = last("s = socket; repeat 5 info s; t = socket; sockets", "sockets")["value"]
    assert rows[1]["fd"] == rows[0]["fd"] + 1, rows


def many():
    entry = last("repeat 200 socketpair; sockets", "sockets")
    assert entry["result"] == 400 and len({row["fd"] for row in entry["value"]}) == 400


for test in (open_ones, closed_ones, others, all_about_one, only_the_last_twenty, no_descriptor_is_left, many):
    test()
