# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as JSON: hosts, what each command put on the wire and what became of it, what is held."""
import json
import os
import subprocess
import sys

HANDSHAKE = """lab
l = @server create_server 10.0.0.2 80
wire hold
c = @client socket
connect c 10.0.0.2 80
wire
wire deliver
segments
wire deliver
wait %1
wire deliver
conn, addr = accept l
wire cut from client
wire flow
send c "lost"
lab
"""


def run(commands):
    done = subprocess.run([os.environ["SOSH"], "--json", "-c", commands], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=50)
    assert done.returncode == 0, done
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def of(entries, command):
    return [entry for entry in entries if entry["command"] == command]


def brief(segment):
    return (segment["n"], segment["from"].split(":")[0], segment["flags"], segment["seq"], segment["ack"],
            segment["length"], segment["fate"])


def handshake():
    entries = run(HANDSHAKE)
    first, last = of(entries, "lab")
    assert [host["host"] for host in first["value"]] == ["client", "server"], first
    assert first["wire"]["holds"] is False and first["wire"]["held"] == 0, first
    assert [(way["from"], way["cut"]) for way in last["wire"]["ways"]] == [("client", True), ("server", False)], last
    assert of(entries, "create_server")[0]["host"] == "server"
    assert of(entries, "socket")[0]["host"] == "client"
    assert of(entries, "accept")[0]["host"] == "server"
    assert of(entries, "wait")[0]["errno"] is None

    connect = of(entries, "connect")[0]  # a job: its object comes at its end
    assert connect["job"] == 1 and connect["host"] == "client" and connect["result"] == 0, connect
    assert [brief(s) for s in connect["segments"]] == [(1, "client", "SYN", 0, None, 0, "delivered")], connect
    assert set(connect["segments"][0]) == {"n", "from", "to", "flags", "seq", "ack", "length", "fate"}
    assert connect["segments"][0]["to"] == "server:80"

    hold, listed, one, two, three, cut, flow = of(entries, "wire")
    assert hold["value"] is None or hold["value"] == [], hold
    assert listed["result"] == 1, listed
    held = listed["value"][0]
    assert held["n"] == 1 and held["flags"] == "SYN" and held["to"] == "server:80" and held["retransmission_of"] is None
    assert held["data"] is None and held["age"] >= 0 and held["entry"] == connect["n"], held
    assert [entry["value"] for entry in (one, two, three)] == ["SYN", "SYN,ACK", "ACK"]
    assert [brief(s) for s in one["segments"]] == [(2, "server", "SYN,ACK", 0, 1, 0, "held")], one
    assert [brief(s) for s in two["segments"]] == [(3, "client", "ACK", 1, 1, 0, "held")], two
    assert {"handle": 2, "from": "SYN-SENT", "to": "ESTABLISHED"} in two["states"], two
    told = of(entries, "segments")[0]
    assert told["result"] == 1 and told["value"] == "<SYN,ACK", told
    assert entries.index(two) < entries.index(connect), "the job's end comes behind what ended it"

    sent = of(entries, "send")[0]
    assert [brief(s) for s in sent["segments"]] == [(4, "client", "PSH,ACK", 1, 1, 4, "lost")], sent


def datagrams():
    entries = run("lab\nwire hold\nv = @client socket AF_INET SOCK_DGRAM\nsendto v x\"00 ff\" 10.0.0.2 53\nwire\n"
                  "wire deliver\nwire drop\n")
    assert entries[4]["value"][0]["data"] == "\\x00\\xff", entries[4]
    assert entries[4]["value"][0]["seq"] is None and entries[4]["value"][0]["window"] is None
    assert entries[3]["segments"][0]["fate"] == "held" and entries[3]["segments"][0]["length"] == 2
    assert [brief(s)[2] for s in entries[5]["segments"]] == ["ICMP 3/3"], entries[5]
    assert entries[6]["value"] == "ICMP 3/3"


if all(subprocess.run(["unshare", flags, "true"], capture_output=True).returncode for flags in ("-n", "-Urn")):
    print("skipped: no network namespaces here")
    sys.exit(77)
handshake()
datagrams()
