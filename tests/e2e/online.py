"""A daemon of one test's own, and gamectl talking to it."""
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from ctl import ARENA, BIN, GAMECTL, TOP, environment

GAMESRVD = (TOP / BIN / "gamesrvd").resolve()
PATIENCE = 20  # seconds until something that takes milliseconds counts as never


def until(what, probe, patience=PATIENCE):
    """The first true answer of probe()."""
    end = time.monotonic() + patience
    while True:
        answer = probe()
        if answer:
            return answer
        assert time.monotonic() < end, f"waited {patience} s in vain for {what}"
        time.sleep(0.02)


class Daemon:
    """gamesrvd on a directory that ends with the test; the socket's path is short, whatever the test is called."""

    def __init__(self, *args, bundle=None):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="gs-"))
        self.socket = self.dir / "run/s"
        self.args = [*args, *(["--bundle", str(bundle)] if bundle else [])]
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen(
            [str(GAMESRVD), "--data", str(self.dir / "data"), "--socket", str(self.socket), *map(str, self.args)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment())
        until(f"gamesrvd to answer; its log: {self.dir}/log", self.answers)
        return self

    def answers(self):
        assert self.process.poll() is None, (self.dir / "log").read_text()[-3000:]
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(str(self.socket))
            except OSError:
                return False
        return self.ctl("status").returncode == 0

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            assert self.process.wait(PATIENCE) == 0, (self.dir / "log").read_text()[-3000:]
        self.log.close()

    def close(self):
        try:
            self.stop()
        finally:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            shutil.rmtree(self.dir, ignore_errors=True)

    def env(self, **extra):
        return {**environment(**extra), "GAMESRV_SOCKET": str(self.socket)}

    def ctl(self, *args, code=None, cwd=None, **kw):
        kw.setdefault("stdin", subprocess.DEVNULL)
        run = subprocess.run([str(GAMECTL), *map(str, args)], cwd=cwd, env=self.env(), text=True, timeout=60,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kw)
        if code is not None:
            assert run.returncode == code, (run.returncode, run.stdout[-3000:], run.stderr[-3000:])
        return run

    def json(self, *args, code=0, **kw):
        run = self.ctl(*args, "-o", "json", code=code, **kw)
        reply = json.loads(run.stdout)
        assert reply["apiVersion"] == "gamesrv/v1"
        return reply

    def revision(self):
        return self.json("status")["revision"]["revision"]


class Terminal:
    """gamectl on a terminal of its own, where it asks, paints and shows progress."""

    def __init__(self, daemon, *args, cwd=None):
        pid, self.fd = pty.fork()
        if pid == 0:
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
