# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests with peers share: a sosh that runs a command file, in a temporary directory of its own."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 20


def needs(*programs):
    """Ends the test as skipped when a peer is not installed."""
    for program in programs:
        if not shutil.which(program):
            print(f"skipped: {program} is not installed")
            sys.exit(77)


class Sosh:
    """A running command file; `with` it, and its end is checked: status 0, nothing on standard error."""

    def __init__(self, commands, *arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="sosh-test.")
        room = Path(self.folder.name)
        script = room / "script.sosh"
        script.write_text(commands)
        environment = dict(os.environ, HOME=str(room), XDG_STATE_HOME=str(room / "state"), XDG_CONFIG_HOME=str(room / "config"))
        self.process = subprocess.Popen(
            [os.environ["SOSH"], "-q", str(script), *map(str, arguments)], cwd=room, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        return self

    def line(self):
        """The next line that the script prints."""
        return self.process.stdout.readline().rstrip("\n")

    def __exit__(self, kind, value, trace):
        try:
            if kind:
                self.process.kill()
            rest, complaints = self.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            rest, complaints = self.process.communicate()
            complaints += "(it did not end)"
        self.folder.cleanup()
        if complaints:
            print(complaints, file=sys.stderr)
        if not kind:
            assert self.process.returncode == 0, f"exit status {self.process.returncode}"
            assert not complaints
