#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Floors that nothing climbs: fails when a file includes what its room's line in src/FLOORS does not allow.

usage: check_floors.py [TOP]
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_floors(path):
    """{room: floor}, {room: rooms it may include}, {header: its room}"""
    floors, allowed, owner = {}, {}, {}
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if not words or words[0] == "door":
            continue
        if words[0] == "header":
            owner.update({name: words[1] for name in words[2:]})
            continue
        floors[words[1]] = int(words[0])
        allowed[words[1]] = words[2:]
    return floors, allowed, owner


class Checker:
    def __init__(self, top):
        self.top = top
        self.floors, self.allowed, self.owner = read_floors(top / "src/FLOORS")
        self.complaints = []

    def check_table(self):
        for room, others in self.allowed.items():
            for other in others:
                if other not in self.floors:
                    self.complaints.append(f"src/FLOORS: {room} includes {other}, which is no room")
                elif self.floors[other] >= self.floors[room]:
                    self.complaints.append(f"src/FLOORS: {other} is not on a lower floor than {room}")
        for folder in sorted((self.top / "src").iterdir()):
            if folder.is_dir() and folder.name not in self.floors:
                self.complaints.append(f"src/{folder.name}: no room of src/FLOORS")

    def room_of_include(self, path, kind, name):
        """The room that an included file belongs to; None for one of the system."""
        if name.startswith("sosh/"):
            header = name[len("sosh/"):].removesuffix(".h")
            if header not in self.owner:
                self.complaints.append(f"{path}: {name} has no room in src/FLOORS")
                return None
            return self.owner[header]
        if kind == "<":
            return None
        for base in (path.parent, self.top / "src", self.top / "include"):
            found = (base / name).resolve()
            if not found.is_file():
                continue
            parts = found.relative_to(self.top.resolve()).parts
            return parts[1] if parts[0] == "src" and len(parts) > 2 else None
        self.complaints.append(f"{path}: includes {name}, which is not there")
        return None

    def check_file(self, path, room):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            other = self.room_of_include(path, match.group(1), match.group(2))
            if other and other != room and other not in self.allowed[room]:
                where = f"{path.relative_to(self.top)}:{number}"
                self.complaints.append(f"{where}: {room} may not include {match.group(2)} of {other}")

    def run(self):
        self.check_table()
        for path in sorted((self.top / "src").rglob("*.[ch]")):
            room = path.relative_to(self.top / "src").parts[0]
            if room in self.floors:
                self.check_file(path, room)
        for path in sorted((self.top / "include/sosh").glob("*.h")):
            room = self.owner.get(path.stem)
            if room:
                self.check_file(path, room)
            else:
                self.complaints.append(f"include/sosh/{path.name}: no room in src/FLOORS")
        return self.complaints


def main():
    top = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    complaints = Checker(top).run()
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
