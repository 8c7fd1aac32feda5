"""A daemon of one test's own and its admin API over the Unix socket; nothing between the test and the bytes."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from ctl import BIN, GAMECTL, TOP, environment

GAMESRVD = (TOP / BIN / "gamesrvd").resolve()
PATIENCE = 30  # seconds until something that takes milliseconds counts as never


def until(what, probe, patience=PATIENCE, pause=0.005):
    """The first true answer of probe()."""
    end = time.monotonic() + patience
    while True:
        answer = probe()
        if answer:
            return answer
        assert time.monotonic() < end, f"waited {patience} s in vain for {what}"
        time.sleep(pause)


class Gone(Exception):
    """The daemon ended before it had answered."""


def request(path, method, target, body=None, timeout=60, headers=""):
    """(status, JSON or text) of one HTTP request on a connection of its own."""
    data = b"" if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        try:
            s.connect(str(path))
            s.sendall(head.encode() + b"\r\n" + data)
        except (ConnectionError, FileNotFoundError) as e:
            raise Gone(str(e)) from None
        answer = b""
        try:
            while chunk := s.recv(1 << 20):
                answer += chunk
        except ConnectionError as e:
            raise Gone(str(e)) from None
    top, found, rest = answer.partition(b"\r\n\r\n")
    if not found:
        raise Gone("closed without an answer")
    fields = dict(line.lower().split(b": ", 1) for line in top.split(b"\r\n")[1:])
    if len(rest) != int(fields[b"content-length"]):
        raise Gone("the answer is cut off")
    return int(top.split()[1]), json.loads(rest) if b"json" in fields[b"content-type"] else rest.decode()


class Daemon:
    """gamesrvd on a directory that ends with the test. `before` is put in front of the command (strace, prlimit)."""

    def __init__(self, *args, bundle=None, before=(), start=True):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="gs-"))
        self.data, self.socket = self.dir / "data", self.dir / "s"
        self.args = [*map(str, args), *(["--bundle", str(bundle)] if bundle else [])]
        # The example's players' port is one for the machine, and tests run side by side.
        server = pathlib.Path(bundle or self.dir) / "server.yaml"
        if server.is_file() and "7350" in server.read_text() and "--listen" not in self.args:
            self.args += ["--listen", "127.0.0.1:0"]
        self.process = None
        if start:
            self.start(before=before)

    def command(self, *more):
        return [str(GAMESRVD), "--data", str(self.data), "--socket", str(self.socket), *self.args, *more]

    def start(self, before=(), wait=True, **kw):
        with open(self.dir / "log", "ab") as log:
            self.process = subprocess.Popen([*map(str, before), *self.command()], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=environment(), **kw)
        if wait:
            until(f"gamesrvd to be ready; its log: {self.dir}/log", self.ready, pause=0.001)
        return self

    def log(self):
        return (self.dir / "log").read_text(errors="replace")

    def ready(self):
        assert self.process.poll() is None, self.log()[-4000:]
        try:
            return request(self.socket, "GET", "/readyz")[0] == 200
        except Gone:
            return False

    def refuses(self, **kw):
        """Starts it and gives (exit code, its words) of a start that fails."""
        run = subprocess.run(self.command(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                             env=environment(), **kw)
        return run.returncode, run.stderr

    def api(self, method, target, body=None, code=200, **kw):
        status, reply = request(self.socket, method, target, body, **kw)
        assert code is None or status == code, (status, reply)
        return reply

    def get(self, target, code=200):
        return self.api("GET", target, code=code)

    def post(self, target, body=None, code=200):
        return self.api("POST", target, {} if body is None else body, code=code)

    def apply(self, files, code=200, **more):
        return self.post("/v1/config/apply", {"files": files, **more}, code=code)

    def error(self, target, body, code, word):
        """The details of the error that must come."""
        error = self.post(target, body, code=code)["error"]
        assert error["code"] == word, error
        return error

    def files(self, revision="current"):
        return self.get(f"/v1/revisions/{revision}/files?text=1")["files"]

    def status(self):
        return self.get("/v1/status")

    def revision(self):
        revision = self.status()["revision"]
        return revision["revision"] if revision else 0

    def bundle(self, state=None, patience=PATIENCE, **wanted):
        """status.bundle, once it is as wanted."""
        def probe():
            b = self.status()["bundle"]
            return b if (state is None or b["state"] == state) and all(b[k] == v for k, v in wanted.items()) else None
        try:
            return until(f"the bundle to be {state} {wanted}", probe, patience, 0.02)
        except AssertionError as e:
            raise AssertionError(f"{e}; it is {self.status()['bundle']}; log:\n{self.log()[-3000:]}") from None

    def ctl(self, *args, code=None, **kw):
        run = subprocess.run([str(GAMECTL), *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=60, env={**environment(), "GAMESRV_SOCKET": str(self.socket)}, **kw)
        assert code is None or run.returncode == code, (run.returncode, run.stdout[-3000:], run.stderr[-3000:])
        return run

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(0.3)
            except subprocess.TimeoutExpired:
                if "draining: waits for" in self.log():  # players that a test left behind are sent away
                    self.process.send_signal(signal.SIGINT)
            assert self.process.wait(PATIENCE) == 0, self.log()[-4000:]

    def close(self):
        try:
            self.stop()
        finally:
            if self.process is not None and self.process.poll() is None:
                self.kill()
            crashed = self.process is not None and self.process.returncode < 0 and self.process.returncode != -signal.SIGKILL
            log = self.log() if crashed else ""
            shutil.rmtree(self.dir, ignore_errors=True)
            assert not crashed, f"signal {-self.process.returncode}\n{log[-4000:]}"


SCHEMA = """schema: Thing
# Something with numbers.
fields:
  hp: int `validate:"required,min=1,max=9999"`
  speed: float `default:"1.5"`
  team: string `default:"red" validate:"oneof=red blue" reload:"next"`
  other: ref[Thing]?
  secret_key: string? `secret:"true"`
"""


def thing(name, hp, *more):
    return "\n".join([f"kind: Thing", f"name: {name}", f"hp: {hp}", *more, ""])


def bundle(**things):
    """Files of a small bundle: bundle(a=1, b=2) has Thing/a with hp 1 and Thing/b with hp 2."""
    return {"schemas/thing.yaml": SCHEMA, **{f"things/{n}.yaml": thing(n, hp) for n, hp in things.items()}}


def trials(quick):
    return int(os.environ.get("GAMESRV_TRIALS", quick))
