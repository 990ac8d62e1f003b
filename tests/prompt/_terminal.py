# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal with sosh on it, for the tests of the prompt.

The program named by SOSH runs on a pseudo-terminal, with its own home, state and configuration directories. What it
writes goes through a small screen model, so that a test can ask what a person would see. Nothing sleeps for
a fixed time: each wait is for something to be seen, and fails with a picture of the screen.
"""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

SECONDS = 15
PROMPT = "sosh> "

ENTER, TAB, ESCAPE, BACKSPACE = "\r", "\t", "\x1b", "\x7f"
CTRL_A, CTRL_C, CTRL_D, CTRL_R, CTRL_U, CTRL_Z = "\x01", "\x03", "\x04", "\x12", "\x15", "\x1a"
UP, DOWN, LEFT = "\x1b[A", "\x1b[B", "\x1b[D"


def pasted(text):
    """The text as a terminal sends a paste."""
    return "\x1b[200~" + text + "\x1b[201~"


class Screen:
    """The part of a terminal's behaviour that readline uses."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [[]]  # all that was written; the screen is the last `rows` of it
        self.row = self.column = 0
        self.pending = ""
        self.bell = 0
        self.titles = []  # sequences that nobody should send

    def text(self, row):
        return "".join(cell or " " for cell in self.lines[row]).rstrip()

    def all(self):
        return [self.text(row) for row in range(len(self.lines))]

    def top(self):
        return max(0, len(self.lines) - self.rows)

    def down(self):
        self.row += 1
        while self.row >= len(self.lines):
            self.lines.append([])

    def put(self, character):
        if self.column >= self.columns:
            self.column = 0
            self.down()
        line = self.lines[self.row]
        while len(line) <= self.column:
            line.append(None)
        line[self.column] = character
        self.column += 1

    def control(self, parameters, final):
        numbers = [int(n) for n in re.findall(r"\d+", parameters)]
        count = max(1, numbers[0]) if numbers else 1
        line = self.lines[self.row]
        if final == "A":
            self.row = max(self.top(), self.row - count)
        elif final == "B":
            for _ in range(count):
                self.down()
        elif final == "C":
            self.column = min(self.columns - 1, self.column + count)
        elif final == "D":
            self.column = max(0, min(self.column, self.columns - 1) - count)
        elif final == "G":
            self.column = count - 1
        elif final == "K":
            mode = numbers[0] if numbers else 0
            if mode == 0:
                del line[self.column:]
            elif mode == 2:
                del line[:]
        elif final == "J":
            mode = numbers[0] if numbers else 0
            if mode == 0:
                del line[self.column:]
                del self.lines[self.row + 1:]
            else:
                del self.lines[self.top():]
                self.lines.append([])
                self.row = len(self.lines) - 1
        elif final == "H":
            row = (numbers[0] if numbers else 1) - 1
            self.row = self.top() + row
            while self.row >= len(self.lines):
                self.lines.append([])
            self.column = (numbers[1] if len(numbers) > 1 else 1) - 1
        elif final == "P":
            del line[self.column:self.column + count]
        elif final == "@":
            line[self.column:self.column] = [" "] * count
        elif final not in "mhl":
            raise AssertionError("unknown control sequence %r %r" % (parameters, final))

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        at = 0
        while at < len(text):
            character = text[at]
            if character == "\x1b":
                match = re.compile(r"\x1b(\[([0-9;?]*)([@-~])|[=>M78]|\([B0])").match(text, at)
                if match is None:
                    if len(text) - at > 20:
                        raise AssertionError("unknown escape sequence %r" % text[at:at + 20])
                    self.pending = text[at:]
                    return
                if match.group(3):
                    self.control(match.group(2), match.group(3))
                at = match.end()
                continue
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.down()
            elif character == "\b":
                self.column = max(0, min(self.column, self.columns - 1) - 1)
            elif character == "\a":
                self.bell += 1
            elif character >= " ":
                self.put(character)
            at += 1


class Terminal:
    def __init__(self, *arguments, columns=80, rows=24, files=None, environment=None, home=None, wait=True):
        """`files`: names below the home directory, and what is in them. `home`: another terminal's, to share it."""
        self.own_home = home is None
        self.home = home or tempfile.mkdtemp(prefix="sosh-prompt-")
        self.state = os.path.join(self.home, "state", "sosh", "history")
        for name, content in (files or {}).items():
            path = os.path.join(self.home, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
        self.screen = Screen(columns, rows)
        self.raw = b""
        self.left = b""
        self.seen = 0  # up to where wait() has looked, in self.plain
        self.plain = ""
        self.sent = 0  # how much of it was there when keys were last sent
        self.status = None
        self.start(arguments, environment or {}, columns, rows)
        if wait:
            self.prompt()

    def start(self, arguments, changes, columns, rows):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("NO_COLOR", "INPUTRC", "COLUMNS", "LINES")}
        environment.update(HOME=self.home, XDG_STATE_HOME=os.path.join(self.home, "state"),
                           XDG_CONFIG_HOME=os.path.join(self.home, "config"), TERM="xterm", LC_ALL="C.UTF-8",
                           NO_COLOR="1")
        for name, value in changes.items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        program = os.path.abspath(os.environ["SOSH"])
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.chdir(self.home)
                os.execve(program, [program, *arguments], environment)
            finally:
                os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        if self.own_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def fail(self, what):
        picture = "\n".join("  |%s" % line for line in self.screen.all()[-40:])
        picture += "\nthe cursor: row %d of %d, column %d" % (self.screen.row + 1, len(self.screen.lines), self.screen.column)
        picture += "\nthe last output: %r" % self.plain[-200:]
        raise AssertionError("%s\nthe screen:\n%s" % (what, picture))

    def read(self, seconds):
        """Takes what came in up to `seconds`. False when the terminal was closed."""
        if not select.select([self.fd], [], [], max(0, seconds))[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.raw += data
        data = self.left + data
        for cut in range(0, 4):  # a character that is not whole yet stays
            try:
                text = data[:len(data) - cut].decode()
                self.left = data[len(data) - cut:]
                break
            except UnicodeDecodeError:
                continue
        else:
            text = data.decode(errors="replace")
            self.left = b""
        self.screen.feed(text)
        self.plain += text
        return bool(data)

    def until(self, holds, what):
        end = time.monotonic() + SECONDS
        while True:
            result = holds()
            if result:
                return result
            if time.monotonic() > end:
                self.fail("waited in vain for " + what)
            if not self.read(0.2) and not holds():
                self.fail("sosh ended before " + what)

    def send(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        self.sent = len(self.plain)
        while data:
            readable, writable, _ = select.select([self.fd], [self.fd], [], SECONDS)
            if readable:
                self.read(0)
            if writable:
                data = data[os.write(self.fd, data[:1024]):]
            if not readable and not writable:
                self.fail("sosh takes no keys")

    def wait(self, pattern):
        """Until the pattern is found in what came since the last wait."""
        def found():
            # colours and the erasing of lines are not what is waited for
            text = re.sub(r"\x1b\[[0-9;?]*[@-~]", "", self.plain[self.seen:]).replace("\r", "")
            return re.search(pattern, text, re.M)
        match = self.until(found, "%r" % pattern)
        self.seen = len(self.plain)
        return match

    @property
    def line(self):
        """The line that the cursor is in."""
        return self.screen.text(self.screen.row)

    def shows(self, pattern):
        """Until some line of the screen matches."""
        return self.until(lambda: next((m for line in reversed(self.screen.all())
                                        for m in [re.search(pattern, line)] if m), None), "a line %r" % pattern)

    def line_is(self, text):
        """Until the cursor's line is exactly this."""
        self.until(lambda: self.line == text.rstrip(), "the line %r, not %r" % (text, self.line))

    def prompt(self, text=PROMPT):
        """Until a new empty prompt is there and the cursor stands in it."""
        self.until(lambda: len(self.plain) > self.sent and self.line == text.rstrip() and self.screen.column == len(text), "the prompt")
        self.seen = len(self.plain)

    def cancel(self):
        """Gives the line up, and is at an empty prompt again."""
        self.seen = len(self.plain)
        self.send(CTRL_C)
        self.wait(r"\^C\n")
        self.prompt()

    def run(self, command, prompt=PROMPT):
        """Types a command and gives the lines that it wrote, up to the next prompt."""
        first = self.screen.row
        self.send(command + ENTER)
        self.until(lambda: self.screen.row > first and self.line == prompt.rstrip() and
                   self.screen.column == len(prompt), "the prompt after %r" % command)
        self.seen = len(self.plain)
        return [self.screen.text(row) for row in range(first + 1, self.screen.row)]

    def above(self, count=1):
        """The line that stands `count` above the cursor's."""
        return self.screen.text(self.screen.row - count)

    def resize(self, columns, rows=24):
        self.screen.columns, self.screen.rows = columns, rows
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def kill(self, number):
        os.kill(self.pid, number)

    def finish(self):
        """Waits for the end; the exit status, negative for a signal."""
        end = time.monotonic() + SECONDS
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                self.fail("sosh does not end")
            else:
                try:
                    self.read(0.05)
                except OSError:
                    pass
        while select.select([self.fd], [], [], 0)[0] and self.read(0):
            pass
        return self.status

    def quit(self):
        self.send("quit" + ENTER)
        return self.finish()

    def history(self):
        with open(self.state, encoding="utf-8") as file:
            return file.read()


def equal(got, wanted, what="it"):
    if got != wanted:
        print("%s is\n  %r\nand should be\n  %r" % (what, got, wanted), file=sys.stderr)
        raise AssertionError(what)
