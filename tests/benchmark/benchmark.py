#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command of sosh costs, beside the bare system calls and beside Python.

usage: benchmark.py --sosh PROGRAM --calls BENCHMARK_CALLS --cost BENCHMARK_COST [--runs N]

The command file sends and receives 12 bytes over loopback, 50,000 times each. All programs run in turn, several
times; what is shown are medians. Instructions are valgrind's (callgrind), the difference of two lengths of the
file, so that starting and ending do not count, and reading and parsing do.
"""
import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PAIRS = 50000
SHORT, LONG = 1000, 6000  # pairs, for instructions
FEW, MANY = 10, 10000  # handles
BEGIN = "l = create_server 127.0.0.1 0\nh = getsockname l\nc = socket\nconnect c $h\na = accept l\n"
PAIR = 'send c "Hello, world"\nrecv a 4096\n'
PYTHON_BEGIN = """import socket
l = socket.create_server(("127.0.0.1", 0))
c = socket.socket()
c.connect(l.getsockname())
a, peer = l.accept()
"""
PYTHON_PAIR = 'c.send(b"Hello, world")\na.recv(4096)\n'
PYTHON_LOOP = PYTHON_BEGIN + f'for i in range({PAIRS}):\n    c.send(b"Hello, world")\n    a.recv(4096)\n'


class Bench:
    def __init__(self, options, folder):
        self.sosh, self.calls, self.cost, self.runs = options.sosh, options.calls, options.cost, options.runs
        self.folder = Path(folder)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def script(self, pairs, handles=0):
        return self.file(f"{pairs}-{handles}.sosh", "socket\n" * handles + BEGIN + PAIR * pairs)

    def once(self, command):
        """(wall, user and system, KiB at the peak) of one run"""
        done = subprocess.run([self.cost, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        words = done.stdout.split()
        if words[3] != "0" and command[0] != "nc":  # some netcats take -h for a mistake
            sys.exit(f"{' '.join(command)} ended with {words[3]}")
        return float(words[0]), float(words[1]), int(words[2])

    def medians(self, commands, runs):
        """Of each command the medians of `once`; they take turns, so that a busy moment hits all alike."""
        measured = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                measured[name].append(self.once(command))
        return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in measured.items()}

    def instructions(self, options, handles=0):
        """User instructions a command"""
        counts = []
        for pairs in (SHORT, LONG):
            command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.folder}/callgrind", self.sosh,
                       *options, self.script(pairs, handles)]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
            if done.returncode or not found:
                return None
            counts.append(int(found.group(1)))
        return (counts[1] - counts[0]) / (2 * (LONG - SHORT))


def speed(bench):
    script = bench.script(PAIRS)
    commands = {
        "bare C": [bench.calls, str(PAIRS)],
        "sosh --quiet": [bench.sosh, "--quiet", script],
        "sosh > /dev/null": [bench.sosh, script],
        "Python, the same lines": [sys.executable, bench.file("lines.py", PYTHON_BEGIN + PYTHON_PAIR * PAIRS)],
        "Python, a loop": [sys.executable, bench.file("loop.py", PYTHON_LOOP)],
    }
    found = bench.medians(commands, bench.runs)
    print(f"{2 * PAIRS:,} send and recv of 12 bytes, median of {bench.runs}     wall      user+sys")
    for name, (wall, cpu, memory) in found.items():
        print(f"  {name:<44} {wall:8.3f} s  {cpu:8.3f} s  {memory / 1024:6.1f} MiB")
    for over, under in (("sosh --quiet", "bare C"), ("sosh --quiet", "Python, a loop"), ("sosh --quiet", "Python, the same lines"),
                        ("sosh > /dev/null", "bare C")):
        wall, cpu = (found[over][i] / found[under][i] for i in (0, 1))
        print(f"  {over + ' / ' + under:<44} {wall:8.2f}    {cpu:8.2f}")


def count(bench):
    print("user instructions a command")
    if not shutil.which("valgrind"):
        print("  not counted: valgrind is not installed")
        return
    for name, options in (("--quiet", ["--quiet"]), ("with output", []), ("--json", ["--json"])):
        found = bench.instructions(options)
        print(f"  {name:<44} {found:8,.0f}" if found else f"  {name:<44} not counted: it did not run under valgrind")


def starting(bench):
    commands = {"sosh -c ''": [bench.sosh, "-c", ""]}
    if shutil.which("nc"):
        commands["nc -h"] = ["nc", "-h"]
    found = bench.medians(commands, bench.runs * 40)
    print(f"starting and ending, median of {bench.runs * 40}")
    for name, (wall, _, memory) in found.items():
        print(f"  {name:<44} {wall * 1000:8.3f} ms {memory / 1024:8.1f} MiB at the peak")
    if "nc -h" in found:
        ratio = found["sosh -c ''"][0] / found["nc -h"][0]
        print(f"  {'sosh / nc':<44} {ratio:8.2f}")


def many_handles(bench):
    """The cost of a pair must not grow with the number of handles."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    print("microseconds a command, by the number of open handles")
    for handles in (FEW, MANY):
        if limit != resource.RLIM_INFINITY and limit < handles + 100:
            print(f"  {handles:<44,} not measured: no more than {limit} descriptors are allowed")
            continue
        commands = {pairs: [bench.sosh, "--quiet", bench.script(pairs, handles)] for pairs in (100, 10100)}
        found = bench.medians(commands, bench.runs)
        print(f"  {handles:<44,} {(found[10100][0] - found[100][0]) / 20000 * 1e6:8.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sosh", required=True)
    parser.add_argument("--calls", required=True)
    parser.add_argument("--cost", required=True)
    parser.add_argument("--runs", type=int, default=9)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(parser.parse_args(), folder)
        os.environ["LC_ALL"] = "C.UTF-8"
        for part in (speed, count, starting, many_handles):
            part(bench)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
