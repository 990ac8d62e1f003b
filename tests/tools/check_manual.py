#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual is executed: it is clean, says of each command what the program's help says, and its examples run.

usage: SOSH=PROGRAM check_manual.py lint|help|examples MANUAL
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
ESCAPES = {r"\e": "\\", r"\(ti": "~", r"\(ha": "^", r"\(aq": "'", r"\(dq": '"', r"\&": "", r"\-": "-"}


def sosh(*arguments, folder=None):
    environment = dict(os.environ)
    if folder:
        environment.update(HOME=folder, XDG_STATE_HOME=f"{folder}/.state", XDG_CONFIG_HOME=f"{folder}/.config")
    return subprocess.run([os.environ["SOSH"], *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=50)


def lint(manual):
    if not shutil.which("mandoc"):
        print("skipped: mandoc is not installed")
        return SKIPPED
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", manual], capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    return 1 if done.stdout or done.stderr or done.returncode else 0


def unescape(text):
    for escape, plain in ESCAPES.items():
        if escape != r"\e":
            text = text.replace(escape, plain)
    return text.replace(r"\e", "\\")


def synopsis(words):
    """What a .It line shows: macros gone, Op and Oo…Oc as brackets."""
    shown, to_close = [], 0
    for word in words:
        if word in ("Op", "Oo"):
            shown.append("[")
            to_close += word == "Op"
        elif word == "Oc":
            shown.append("]")
        elif word == "...":
            shown[-1] += "..."
        elif word not in ("Ic", "Ar", "No", "Ns", "Cm"):
            shown.append(unescape(word))
    text = " ".join(shown + ["]"] * to_close)
    return text.replace("[ ", "[").replace(" ]", "]")


def entries(manual):
    """{command: (synopsis, one-line help, examples)} of the COMMANDS section, and its examples outside of entries."""
    found, current, section = {}, None, None
    lines = Path(manual).read_text().splitlines()
    for number, line in enumerate(lines):
        if line.startswith(".Sh"):
            section, current = line[4:], None
        elif section == "COMMANDS" and line.startswith(".It Ic "):
            current = line.split()[2]
            found[current] = [synopsis(line.split()[1:]), unescape(lines[number + 1]), 0]
        elif current and line == '.\\" example':
            found[current][2] += 1
    return found


def commands():
    """The names that help lists: `help NAME` knows each of them."""
    listed = sosh("-c", "help").stdout
    return sorted(set(re.findall(r"[a-z_]+", listed)) & set(known(listed)))


def known(listed):
    words = sorted(set(re.findall(r"[a-z][a-z_]*", listed)))
    for word in words:
        done = sosh("-q", "-c", f"help {word} => ok")
        if done.returncode == 0:
            yield word


def compare_help(manual):
    complaints = []
    described = entries(manual)
    names = commands()
    if not names:
        complaints.append("help lists no command")
    for name in names:
        if name not in described:
            complaints.append(f"{name}: not in the manual")
            continue
        shown, line, examples = described[name]
        said = sosh("-c", f"help {name}").stdout.replace("…", "...").splitlines()
        if said[0] != shown:
            complaints.append(f"{name}: the manual's synopsis is '{shown}', help's '{said[0]}'")
        if said[1].lower() != line.rstrip(".").lower():
            complaints.append(f"{name}: the manual says '{line}', help '{said[1]}'")
        if not examples:
            complaints.append(f"{name}: no example in the manual")
    complaints += [f"{name}: in the manual only" for name in described if name not in names]
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


def examples(manual):
    """(line, text) of each display after a line .\\" example"""
    lines = Path(manual).read_text().splitlines()
    for number, line in enumerate(lines):
        if line == '.\\" example':
            end = lines.index(".Ed", number)
            yield number + 1, "".join(unescape(text) + "\n" for text in lines[number + 2:end])


def can_make_hosts():
    """Whether this system lets us make network namespaces, as a lab does."""
    return any(subprocess.run(["unshare", flags, "true"], capture_output=True).returncode == 0 for flags in ("-n", "-Urn"))


def run_examples(manual):
    bad = count = 0
    has_lab = can_make_hosts()
    for number, text in examples(manual):
        count += 1
        if re.search(r"^lab\b", text, re.M) and not has_lab:
            continue
        with tempfile.TemporaryDirectory(prefix="sosh-test.") as folder:
            done = sosh("-q", "-c", text, folder=folder)
        if done.returncode or done.stderr:
            print(f"the example in line {number} ends with status {done.returncode}:\n{text}{done.stderr}")
            bad = 1
    if not count:
        print("no example in the manual")
        return 1
    return bad


def main():
    checks = {"lint": lint, "help": compare_help, "examples": run_examples}
    return checks[sys.argv[1]](sys.argv[2])


if __name__ == "__main__":
    sys.exit(main())
