#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sources' form: an SPDX line in each file, no file of src over 500 lines, no function over 60.

usage: check_sources.py [TOP]
"""
import shutil
import subprocess
import sys
from pathlib import Path

NO_SPDX = {".md", ".json", ".gitignore", ".clang-format"}  # text for people, and formats without comments of ours
FILE_MOST = 500
FUNCTION_MOST = 60


def files(top):
    """What git keeps; in an unpacked archive, whatever lies in the project's folders."""
    if (top / ".git").exists() and shutil.which("git"):
        git = ["git", "-c", f"safe.directory={top}", "-C", str(top), "ls-files", "-co", "--exclude-standard"]
        names = subprocess.run(git, capture_output=True, text=True, check=True).stdout.splitlines()
        return [top / name for name in names if (top / name).is_file()]
    found = [top / "CMakeLists.txt"]
    for folder in ("src", "include", "tests", "examples", "man", ".ci"):
        found += [path for path in sorted((top / folder).rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return found


def lacks_spdx(path):
    if path.name == "LICENSE" or path.suffix in NO_SPDX or path.name in NO_SPDX:
        return False
    with path.open("rb") as file:
        head = file.read(1000).split(b"\n")[:4]
    return not any(b"SPDX-License-Identifier: GPL-3.0-or-later" in line for line in head)


def long_functions(paths):
    """(path, line, name, lines) of each; needs universal-ctags, which knows where a function ends"""
    ctags = ["ctags", "--fields=+ne", "--kinds-C=f", "-f", "-"] + [str(path) for path in paths]
    for line in subprocess.run(ctags, capture_output=True, text=True, check=True).stdout.splitlines():
        words = line.split("\t")
        fields = dict(word.split(":", 1) for word in words[3:] if ":" in word)
        if "end" in fields:
            length = int(fields["end"]) - int(fields["line"]) + 1
            if length > FUNCTION_MOST:
                yield words[1], fields["line"], words[0], length


def has_universal_ctags():
    if not shutil.which("ctags"):
        return False
    return "Universal Ctags" in subprocess.run(["ctags", "--version"], capture_output=True, text=True).stdout


def main():
    top = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    complaints = []
    sources = []
    for path in files(top):
        name = path.relative_to(top)
        if lacks_spdx(path):
            complaints.append(f"{name}: no SPDX line among its first lines")
        if path.suffix in (".c", ".h") and name.parts[0] in ("src", "include"):
            sources.append(path)
            lines = path.read_text().count("\n")
            if lines > FILE_MOST:
                complaints.append(f"{name}: {lines} lines, more than {FILE_MOST}")
    if has_universal_ctags():
        for path, line, name, length in long_functions(sources):
            complaints.append(f"{Path(path).relative_to(top)}:{line}: {name} has {length} lines, more than {FUNCTION_MOST}")
    else:
        print("functions not measured: universal-ctags is not installed")
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
