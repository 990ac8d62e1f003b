# SPDX-License-Identifier: GPL-3.0-or-later
"""The system calls that are shown, beside strace: run on the same script, compared letter by letter.

Each call that sosh shows must stand in strace's log, in order, its result included. What strace saw and sosh did not show
must be one of the shell's own looks, which change nothing but O_NONBLOCK for the length of one call.

Three things are known to differ. TCP_INFO, SO_RCVTIMEO and SO_SNDTIMEO are shown by their fields where strace prints bytes:
the fields are compared with those bytes. Names that are newer than this strace are compared by their numbers. getaddrinfo is a
function of the C library and no system call.
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SOSH = os.environ["SOSH"]
HERE = Path(__file__).parent
VERSION = "6.1"  # the forms are this version's
TRACE = "trace=%network,close,fcntl,unlink,unlinkat,dup,dup2,dup3,ioctl,eventfd2,openat"
BEGIN, END = "unlink ./begin", "unlink ./end"
MUST = set("""socket socketpair bind listen accept4 connect getsockname getpeername sendto recvfrom shutdown close unlink
fcntl setsockopt getsockopt""".split())
LIBRARY = "getaddrinfo("


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def options():
    """Every socket option there is: asked for, set to a number and to bytes of several lengths."""
    text = (HERE.parents[1] / "src/model/options.inc").read_text()
    lines = []
    for name, level in re.findall(r"(?m)^OPTION\((\w+), (\w+), \w+\)", text):
        family = "AF_INET6" if level == "IPPROTO_IPV6" else "AF_INET"
        kind = "SOCK_DGRAM" if level == "IPPROTO_UDP" else "SOCK_STREAM"
        lines += [f"o_{name} = socket {family} {kind}", f"getsockopt o_{name} {name}",
                  f"setsockopt o_{name} {name} 1", f"getsockopt a {name}"]
        lines += [f"setsockopt o_{name} {name} " + 'b"' + "\\x01" * length + '"' for length in (0, 1, 8, 12, 16, 20, 40)]
        lines += [f"close o_{name}"]
    lines += ["m4 = socket AF_INET SOCK_DGRAM", "m6 = socket AF_INET6 SOCK_DGRAM"]
    group4 = struct.pack("I4xHH4s", 1, 2, 0, bytes([224, 0, 0, 251])).ljust(136, b"\0")
    group6 = struct.pack("I4xHHI16sI", 77, 10, 0, 0, bytes([255, 2] + [0] * 13 + [251]), 1).ljust(136, b"\0")
    for handle, level, group in (("m4", "IPPROTO_IP", group4), ("m6", "IPPROTO_IPV6", group6)):
        lines += [f'setsockopt {handle} {level} 42 x"{group.hex()}"', f'setsockopt {handle} {level} 45 x"{group.hex()}"']
    return lines


def script():
    lines = ["set calls on", BEGIN, *(HERE / "calls_and_strace.sosh").read_text().splitlines(), *options(), END]
    return "\n".join(lines).replace("@PID@", f"{os.getpid():08x}") + "\n"  # abstract names are the whole machine's


def run(room, *arguments):
    """sosh under strace: what it wrote, and the calls of its main thread."""
    log = room / "log"
    for old in room.glob("log.*"):
        old.unlink()
    command = ["strace", "-ff", "-a1", "-s32", "-e", TRACE, "-e", "signal=none", "-o", log, SOSH, "-k", *arguments, "all.sosh"]
    environment = {**os.environ, "LSAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run(command, cwd=room, stdin=subprocess.DEVNULL, capture_output=True, timeout=170, env=environment)
    assert done.returncode == 1, (done.returncode, done.stderr[-2000:])
    main = max(room.glob("log.*"), key=lambda path: path.stat().st_size)  # the other threads only look names up
    lines = [line for line in main.read_text().splitlines() if re.match(r"\w+\(", line)]
    unlinks = [i for i, line in enumerate(lines) if line.startswith(("unlink(\"./begin\")", "unlink(\"./end\")"))]
    assert len(unlinks) == 2, "the log lacks its beginning or its end"
    return done.stdout.decode(), lines[unlinks[0]:unlinks[1] + 1]


def shown_text(output):
    """Lists of the calls of one entry each, and whether it was a job's."""
    entries = []
    for line in output.splitlines():
        if re.match(r"(%\d+ )?=> ", line):
            entries.append((line, line.startswith("%"), []))
        elif re.match(r"   \w+\(.*\) += ", line):
            entries[-1][2].append(line.strip())
    return [entry for entry in entries if entry[2]]


def shown_json(output):
    entries = []
    for entry in map(json.loads, output.splitlines()):
        calls = []
        for call in entry["calls"]:
            assert call["text"].startswith(call["name"] + "("), call
            assert (call["result"] == -1) == (call["errno"] is not None), call
            calls.append(f"{call['text']} = {call['result']}" + (f" {call['errno']}" if call["errno"] else ""))
        if calls:
            entries.append((entry["command"], entry["job"] is not None, calls))
    return entries


def result_alone(line):
    """A line of strace with its result as JSON has it: without the error's text, flags as a number."""
    text, result = line.rsplit(") = ", 1)
    word = re.match(r"(-1 \w+)|0x[0-9a-f]+|-?\d+", result)[0]
    return f"{text}) = " + (str(int(word, 16)) if word.startswith("0x") else word)


numbers = {}


def number_of(name):
    if name not in numbers:
        done = subprocess.run([SOSH, "-q", "-c", f"print {name}"], capture_output=True, text=True)
        numbers[name] = int(done.stdout)
    return numbers[name]


def same_time(shown, traced):
    """{tv_sec=…, tv_usec=…} and the bytes of it."""
    ours = re.match(r'(.*TIMEO_OLD, )\{tv_sec=(-?\d+), tv_usec=(-?\d+)\}(.*)$', shown)
    bytes_ = re.match(r'(.*TIMEO_OLD, )"((?:[^"\\]|\\.)*)"(.*)$', traced)
    return bool(ours and bytes_ and ours[1] == bytes_[1] and ours[4] == bytes_[3]
                and struct.unpack("qq", unoctal(bytes_[2])) == (int(ours[2]), int(ours[3])))


def unoctal(text):
    named = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
    return bytes(named[m[2]] if m[2] else int(m[1], 8) if m[1] else ord(m[0])
                 for m in re.finditer(r'\\(?:([0-7]{1,3})|(.))|.', text))


STATES = """ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING""".split()
FIRST_FIELDS = "ca_state retransmits probes backoff options rto ato snd_mss rcv_mss unacked sacked".split()


def same_tcp_info(shown, traced):
    """The fields, and the first 32 bytes of them. Later ones are not in strace's line."""
    ours = re.match(r"(.*TCP_INFO, )\{([^}]*)\}(.*)$", shown)
    bytes_ = re.match(r'(.*TCP_INFO, )"((?:[^"\\]|\\.)*)"\.\.\.(.*)$', traced)
    if not ours or not bytes_ or ours[1] != bytes_[1] or ours[3] != bytes_[3]:
        return False
    fields = dict(field.split("=") for field in ours[2].split(", "))
    values = struct.unpack("6B2xIIIIII", unoctal(bytes_[2]))
    wanted = {f"tcpi_{name}": str(value) for name, value in zip(FIRST_FIELDS, values[1:])}
    wanted["tcpi_state"] = "TCP_" + STATES[values[0] - 1]
    return len(fields) > 50 and all(fields.get(name) == value for name, value in wanted.items())


def same_number(shown, traced):
    """Names that this strace does not know."""
    pattern = re.escape(traced)
    pattern = re.sub(r"0x[0-9a-f]+\\ /\\\*\\ \w+\\\?\\\?(?:\\\?)?\\ \\\*/", r"(\\w+)", pattern)
    pattern = re.sub(r"SOL_UDPLITE,\\ (\d+)", r"SOL_UDPLITE,\\ (\\w+)", pattern)
    names = re.fullmatch(pattern, shown)
    unknown = re.findall(r"(?:0x([0-9a-f]+) /\*|SOL_UDPLITE, (\d+))", traced)
    if not names or not unknown:
        return False
    values = [int(hexadecimal, 16) if hexadecimal else int(decimal) for hexadecimal, decimal in unknown]
    return all(re.match(r"[A-Z]", name) and number_of(name) == value for name, value in zip(names.groups(), values))


def same(shown, traced, plain):
    traced = plain(traced)
    return shown == traced or same_time(shown, traced) or same_tcp_info(shown, traced) or same_number(shown, traced)


def nearest(shown, lines, plain):
    """What strace has of the same call and descriptor, to be shown beside it."""
    head = re.match(r"\w+\([^,)]*", shown)[0]
    return next((line for line in lines if plain(line).startswith(head)),
                next((line for line in lines if line.startswith(head.split("(")[0])), "(no such call)"))


def align(entries, lines, plain):
    """Marks the lines that are shown; complains of those that are not there."""
    used, position, wrong = [False] * len(lines), 0, []
    for title, is_job, calls in entries:
        at = 0 if is_job else position  # a job's calls were made while other commands ran
        for call in calls:
            if call.startswith(LIBRARY):
                continue
            found = next((i for i in range(at, len(lines)) if not used[i] and same(call, lines[i], plain)), None)
            if found is None:
                left = [line for i, line in enumerate(lines) if i >= at and not used[i]]
                wrong.append(f"of {title}\n  sosh:   {call}\n  strace: {plain(nearest(call, left, plain))}")
                continue
            used[found] = True
            at = found + 1
        position = position if is_job else at
    return used, wrong


OWN = 1000  # from here on the shell's own descriptors
LOOKS = [re.compile(pattern) for pattern in (
    r"fcntl\(\d+, F_GETFL\) = ",
    r"getsockname\(", r"getpeername\(", r"openat\(.* = -1 ENOENT ",
    r"getsockopt\(\d+, SOL_TCP, TCP_INFO, ",
    r"getsockopt\(\d+, SOL_SOCKET, SO_(COOKIE|MEMINFO|ACCEPTCONN|REUSEADDR|REUSEPORT|BROADCAST|SNDBUF|TYPE|DOMAIN|PROTOCOL|LINGER|RCVLOWAT|RCVTIMEO_OLD|SNDTIMEO_OLD), ",
    r"getsockopt\(\d+, (SOL_IP, (IP_MTU|IP_MTU_DISCOVER|0x33 [^,]*)|SOL_IPV6, (IPV6_MTU|IPV6_MTU_DISCOVER|IPV6_V6ONLY)), ",
    r"ioctl\(\d+, (FIONREAD|SIOCINQ|SIOCATMARK|SIOCOUTQ|TIOCOUTQ|TCGETS|SIOCGIFNAME|SIOCGIFINDEX|TIOCGWINSZ), ",
    # the fruitless repeats of a call that waits
    r"(recvfrom|sendto|accept4|connect)\(.* = -1 E(AGAIN|INPROGRESS|ALREADY) ",
    r"recvfrom\(.*MSG_PEEK.*MSG_WAITALL.* = \d+",
)]


def is_look(line):
    first = re.match(r"\w+\((-?\d+)", line)
    return (first and int(first[1]) >= OWN) or any(look.match(line) for look in LOOKS)


def drop_flips(lines):
    """Takes out each change of O_NONBLOCK that is taken back after one connect or accept."""
    drop = set()
    for i in range(1, len(lines) - 1):
        call = re.match(r"(?:connect|accept4)\((\d+),", lines[i])
        there = call and re.fullmatch(rf"fcntl\({call[1]}, F_SETFL, (.*)\|O_NONBLOCK\) = 0", lines[i - 1])
        if there and lines[i + 1] == f"fcntl({call[1]}, F_SETFL, {there[1]}) = 0":
            drop |= {i - 1, i + 1}
    return [line for i, line in enumerate(lines) if i not in drop]


def drop_own(lines):
    """Takes out descriptors of the shell's or the C library's own, files too: made, used for a look or moved away, closed."""
    drop = set()
    for i, line in enumerate(lines):
        made = re.match(r"(socket\(AF_(?:NETLINK|UNIX), |eventfd2\(|openat\().* = (\d+)$", line)
        if not made or i in drop:
            continue
        fd = made[2]
        end = next((j for j in range(i + 1, len(lines)) if lines[j] == f"close({fd}) = 0"), None)
        inside = [j for j in range(i + 1, end) if re.match(rf"\w+\({fd}[,)]", lines[j])] if end else []
        harmless = rf"(fcntl\({fd}, F_DUPFD_CLOEXEC, {OWN}\) = |ioctl\({fd}, SIOCGIF(NAME|INDEX), |" \
                   rf"connect\({fd}, {{sa_family=AF_UNIX, sun_path=\"/var/run/nscd|" \
                   rf"bind\({fd}, {{sa_family=AF_NETLINK, |sendto\({fd}, .*nlmsg_type=RTM_GET|" \
                   rf"(getsockname|recvmsg)\({fd}, {{(msg_name={{)?sa_family=AF_NETLINK, )"  # getifaddrs(3)
        used = inside or not made[1].startswith("socket")
        if end and used and all(re.match(harmless, lines[j]) for j in inside):
            drop |= {i, end, *inside}
    return [line for i, line in enumerate(lines) if i not in drop]


def compare(name, entries, lines, plain):
    shown = [call for entry in entries for call in entry[2]]
    names = {call.split("(")[0] for call in shown}
    assert MUST <= names, f"{name}: not shown at all: {MUST - names}"
    assert len(shown) > 1500 and any(is_job for _, is_job, _ in entries), f"{name}: only {len(shown)} calls are shown"
    made = len(lines)
    lines = drop_own(drop_flips(lines))
    used, wrong = align(entries, lines, plain)
    hidden = [line for line, is_used in zip(lines, used) if not is_used and not is_look(line)]
    for text in wrong[:20]:
        print(f"{name}: shown, but not so in strace's log: {text}")
    for line in hidden[:20]:
        print(f"{name}: made, but neither shown nor a look\n  strace: {line}")
    print(f"{name}: {len(shown)} calls shown, {made} made")
    return len(wrong) + len(hidden)


def main():
    try:
        version = subprocess.run(["strace", "-V"], capture_output=True, text=True).stdout.split("\n")[0].split()[-1]
    except OSError:
        skip("no strace here")
    can = subprocess.run(["strace", "-e", "trace=none", "true"], capture_output=True, text=True)
    if can.returncode:
        skip("strace cannot trace here: " + can.stderr.strip().split("\n")[0])
    if not Path("/proc/net/if_inet6").exists():
        skip("no IPv6 here")
    with tempfile.TemporaryDirectory(prefix="sosh-test.") as folder:
        room = Path(folder)
        (room / "all.sosh").write_text(script())
        (room / "inner.sosh").write_text("socket\nclose 1\n")
        output, lines = run(room)
        wrong = compare("text", shown_text(output), lines, lambda line: line)
        output, lines = run(room, "--json")
        wrong += compare("json", shown_json(output), lines, result_alone)
    if wrong and version != VERSION:
        skip(f"strace is {version}, whose forms differ from those of {VERSION}")
    sys.exit(1 if wrong else 0)


main()
