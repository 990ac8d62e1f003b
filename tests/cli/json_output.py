# SPDX-License-Identifier: GPL-3.0-or-later
"""--json: one object a command as it ends, every key in each, and nothing else on standard output."""
import base64
import json
import os
import subprocess
import tempfile
from pathlib import Path

KEYS = set("""n file line command handle job host result errno ok data data_base64 address value calls states segments
explanation seconds""".split())


def run(commands, *options, status=0, folder=None):
    done = subprocess.run([os.environ["SOSH"], "--json", *options, "-c", commands], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=50, cwd=folder)
    assert done.returncode == status, (commands, done)
    entries = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    for entry in entries:
        assert set(entry) - {"waiting"} == KEYS, set(entry) ^ KEYS
        assert isinstance(entry["seconds"], (int, float)) and entry["seconds"] >= 0
        for call in entry["calls"]:
            assert set(call) == {"name", "text", "result", "errno", "seconds"}, call
        for state in entry["states"]:
            assert set(state) == {"handle", "from", "to"}, state
    return entries


def one(commands, **options):
    return run(commands, **options)[-1]


def results():
    entries = run("a, b = socketpair\nsend a hello; recv b\nclose a\nrecv b", "-q")
    assert [entry["command"] for entry in entries] == ["socketpair", "send", "recv", "close", "recv"]
    assert [entry["line"] for entry in entries] == [1, 2, 2, 3, 4]
    assert [entry["n"] for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[1]["handle"] == 1 and entries[1]["result"] == 5 and entries[1]["data"] is None
    assert entries[2]["data"] == "hello" and entries[2]["result"] == 5
    assert entries[4]["data"] == "" and entries[4]["data_base64"] == "" and entries[4]["result"] == 0
    assert all(entry["ok"] and entry["errno"] is None for entry in entries)
    assert all(entry["job"] is None and entry["host"] is None for entry in entries)
    assert any(call["name"] == "socketpair" for call in entries[0]["calls"])


def received_bytes():
    entry = one(r'a, b = socketpair; send a x"00 ff 1b" "\"\\é"; recv b')
    assert base64.b64decode(entry["data_base64"]) == b"\x00\xff\x1b\"\\\xc3\xa9"
    assert entry["data"] == r"\x00\xff\x1b\"\\\xc3\xa9", entry["data"]


def failures():
    entries = run("recv 7; socket 99; s = socket; recv s => EPERM; recv s => ENOTCONN", "-k", status=1)
    missing, refused, _, unmet, met = entries
    assert not missing["ok"] and missing["errno"] is None and missing["result"] == -1 and missing["explanation"]
    assert not refused["ok"] and refused["errno"] == "EAFNOSUPPORT" and refused["explanation"]
    assert unmet["errno"] == "ENOTCONN" and not unmet["ok"]
    assert met["errno"] == "ENOTCONN" and met["ok"] and met["result"] == -1
    assert one("s = socket; connect s nobody.invalid 80", status=1)["errno"].startswith("EAI_")
    assert one("a, b = socketpair; settimeout a 0.01; recv a", status=1)["errno"] == "TIMEOUT"
    assert run("socket\nrcev 1", status=2) == []


def addresses():
    inet = one("l = create_server 127.0.0.1 0; getsockname l")["address"]
    assert inet == {"family": "AF_INET", "host": "127.0.0.1", "port": inet["port"]} and inet["port"] > 0
    with tempfile.TemporaryDirectory(prefix="sosh-test.") as folder:
        unix = one("s = socket AF_UNIX; bind s ./name; getsockname s", folder=folder)["address"]
    assert unix == {"family": "AF_UNIX", "path": "./name"}, unix
    sender = one("u = socket AF_INET SOCK_DGRAM; bind u 127.0.0.1 0; h = getsockname u; sendto u x $h; recvfrom u")
    assert sender["address"]["host"] == "127.0.0.1" and sender["data"] == "x"
    stream = one("a, b = socketpair; send a x; recvfrom b")
    assert stream["data"] == "x"


def values():
    assert one("s = socket; getsockopt s SO_TYPE")["value"] == 1
    assert one("s = socket; state s")["value"] == "CLOSED"
    assert one("s = socket; getsockopt s SO_LINGER")["value"] == {"l_onoff": 0, "l_linger": 0}
    assert one("s = socket; gettimeout s")["value"] is None
    assert one("s = socket; settimeout s 0.5; gettimeout s")["value"] == 0.5
    assert one("print one 2")["value"] == "one 2"
    assert one("help recv")["value"]
    assert one("a, b = socketpair; recv a &; jobs")["command"] in ("jobs", "recv")


def states():
    entries = run("l = create_server 127.0.0.1 0; h = getsockname l; c = socket; connect c $h; close c")
    by_command = {entry["command"]: entry["states"] for entry in entries}
    assert {"handle": 2, "from": "CLOSED", "to": "ESTABLISHED"} in by_command["connect"], by_command
    assert by_command["close"][0]["from"] == "ESTABLISHED", by_command


def jobs():
    entries = run("a, b = socketpair; recv a &; send b x; wait %1")
    assert sorted(entry["command"] for entry in entries) == ["recv", "send", "socketpair", "wait"], entries
    job = next(entry for entry in entries if entry["command"] == "recv")
    assert job["job"] == 1 and job["data"] == "x"
    wait = next(entry for entry in entries if entry["command"] == "wait")
    assert wait["data"] == "x" and wait["result"] == 1


def compound():
    entries = run("a, b = socketpair; repeat 3 send a x; time recv b")
    assert [entry["command"] for entry in entries] == ["socketpair", "send", "send", "send", "recv"], entries
    with tempfile.TemporaryDirectory(prefix="sosh-test.") as folder:
        Path(folder, "inner.sosh").write_text("\nsocket\nsocket\n")
        entries = run("source inner.sosh", folder=folder)
    inner = [entry for entry in entries if entry["command"] == "socket"]
    assert [(entry["file"], entry["line"]) for entry in inner] == [("inner.sosh", 2), ("inner.sosh", 3)], entries


for test in (results, received_bytes, failures, addresses, values, states, jobs, compound):
    test()
