"""gamectl against a daemon of one test's own, piped and on a terminal; the example game to edit."""
import fcntl
import json
import os
import pathlib
import pty
import select
import shutil
import struct
import termios

import gamesrv
from ctl import ARENA, GAMECTL, environment
from gamesrv import until


class Daemon(gamesrv.Daemon):
    def env(self):
        return {**environment(), "GAMESRV_SOCKET": str(self.socket)}

    def json(self, *args, code=0, **kw):
        run = self.ctl(*args, "-o", "json", code=code, **kw)
        reply = json.loads(run.stdout)
        assert reply["apiVersion"] == "gamesrv/v1"
        return reply


class Terminal:
    """gamectl on a terminal of its own, where it asks, paints and shows progress."""

    def __init__(self, daemon, *args, cwd=None, columns=80):
        pid, self.fd = pty.fork()
        if pid == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.chdir(cwd or "/")
            os.execve(str(GAMECTL), [str(GAMECTL), *map(str, args)], daemon.env())
        self.pid, self.seen, self.status = pid, "", None

    def read(self, seconds=0.1):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # the other end is gone
            return False
        self.seen += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)

    def expect(self, text):
        def probe():
            self.read()
            return text in self.seen
        try:
            until(repr(text), probe)
        except AssertionError as e:
            raise AssertionError(f"{e}; the terminal shows:\n{self.seen}") from None
        return self

    def type(self, text):
        os.write(self.fd, text.encode())
        return self

    def end(self):
        """The exit code; negative: the signal."""
        def probe():
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            return pid
        until("gamectl to end", probe)
        while self.read(0.05):
            pass
        os.close(self.fd)
        return self.status


def arena_copy(directory):
    """The example game, for tests to edit."""
    copy = pathlib.Path(directory) / "arena"
    shutil.copytree(ARENA, copy)
    return copy


def edit(file, old, new):
    text = pathlib.Path(file).read_text()
    assert text.count(old) == 1, (file, old, text.count(old))
    pathlib.Path(file).write_text(text.replace(old, new))
