"""kill -9 anywhere: afterwards exactly the old or the new revision is in force, and none that was acknowledged is lost."""
import os
import random
import re
import signal
import subprocess
import threading
import time

import pytest

from gamesrv import Gone, bundle, request, thing, trials, until

SHARDS = 4
SERVER = "kind: Server\nname: main\nhistory: {count: 40}\n"


def state(hp):
    """A revision's files; some are large, so that a transaction has many pages."""
    return {**bundle(a=hp), "server.yaml": SERVER, "things/pad.yaml": thing("pad", hp) + f"# {hp} " * (hp % 7 * 900)}


class Writer:
    """Applies, rolls back, confirms and cancels as fast as it can; keeps what it was told and what it had asked."""

    def __init__(self, daemon, dice):
        self.daemon, self.dice = daemon, dice
        self.revision, self.files = 0, {}  # acknowledged
        self.asked = None                  # (revision, files) of the request without an answer
        self.before = {}                   # revision -> files, of the last ones
        self.base = None                   # a confirmation is pending: what it falls back to
        self.done = 0

    def post(self, op, body, becomes=None):
        self.asked = (self.revision + 1, becomes) if becomes is not None else None
        status, reply = request(self.daemon.socket, "POST", f"/v1/config/{op}", body)
        assert status == 200, reply
        if becomes is not None:
            assert (reply["revision"], reply["outcome"]) == (self.revision + 1, "applied"), reply
            self.before[self.revision] = self.files
            self.revision, self.files = self.asked
        self.asked = None
        self.done += 1

    def step(self):
        if self.base is not None:
            back = self.base
            if self.dice.random() < 0.5:
                self.post("confirm", {})
                self.base = None
            else:
                self.post("cancel", {}, back)
                self.base = None
            return
        old = [r for r, files in self.before.items() if r > self.revision - 15 and files and files != self.files]
        what = self.dice.random()
        if what < 0.3 and old:
            r = self.dice.choice(old)
            self.post("rollback", {"revision": r}, self.before[r])
            return
        files = state(self.dice.randrange(1, 9000))
        if files == self.files:
            return
        if what < 0.5 and self.revision:
            base = self.files
            self.post("apply", {"files": files, "confirm_ms": 3600_000}, files)
            self.base = base
        else:
            self.post("apply", {"files": files}, files)

    def run(self):
        try:
            while True:
                self.step()
        except Gone:
            pass

    def check(self):
        """After the restart: what is in force is what was acknowledged last or what was being asked."""
        revision, files = self.daemon.revision(), self.daemon.files() if self.daemon.revision() else {}
        allowed = [(self.revision, self.files)] + ([self.asked] if self.asked else [])
        assert (revision, files) in allowed, (revision, self.revision, self.asked and self.asked[0])
        if self.revision and revision != self.revision:
            assert self.daemon.files(self.revision) == self.files  # the acknowledged one is still there
            self.before[self.revision] = self.files
        self.revision, self.files, self.asked = revision, files, None
        confirm = self.daemon.status()["confirm"]
        self.base = self.before.get(confirm["rolls_back_to"], {}) if confirm else None
        if confirm:
            assert self.daemon.files(confirm["rolls_back_to"]) == self.base


def several_applies(d):
    """Seconds in which this build does some ten requests on this machine."""
    begin = time.monotonic()
    for _ in range(5):
        d.status()
    return max(0.05, 4 * (time.monotonic() - begin))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_killed_at_a_random_moment(daemon, shard):
    d, dice = daemon(), random.Random(shard * 1000 + 1)
    w = Writer(d, dice)
    asked, span = 0, several_applies(d)
    for trial in range(max(1, trials(200) // SHARDS)):
        writer = threading.Thread(target=w.run)
        writer.start()
        time.sleep(dice.random() * span)
        d.kill()
        writer.join()
        asked += w.asked is not None
        d.start()
        w.check()
    assert w.done > trial / 4 and (asked or trial < 20)  # it was killed at work, not idle


def test_killed_while_it_starts(daemon):
    """Also the first start, which makes the database, and one that rolls back what was not confirmed."""
    dice = random.Random(5)
    d = daemon(start=False)
    for trial in range(max(5, trials(200) // 8)):
        d.start(wait=False)
        time.sleep(dice.random() * 0.06)
        d.kill()
    d.start()
    d.apply(state(1))
    d.apply(state(2), confirm_ms=1)
    d.kill()
    for trial in range(max(5, trials(200) // 8)):
        d.start(wait=False)
        time.sleep(dice.random() * 0.06)
        d.kill()
    d.start()
    until("the take-back", lambda: d.files() == state(1))
    assert d.revision() == 3


# ---- One kill at every system call of one apply ----

def may_trace(d):
    run = subprocess.Popen(["strace", "-o", "/dev/null", "-p", str(d.process.pid)], stderr=subprocess.PIPE, text=True)
    line = run.stderr.readline()
    run.terminate()
    run.communicate()
    return "attached" in line


def thread_id(d, name):
    """The thread's; the process's first thread is control. A thread gives itself its name, perhaps after we look."""
    def probe():
        for tid in os.listdir(f"/proc/{d.process.pid}/task"):
            with open(f"/proc/{d.process.pid}/task/{tid}/comm") as f:
                if f.read().strip() == name:
                    return tid
        return None

    return str(d.process.pid) if name == "control" else until(f"the thread {name}", probe)


def traced(d, thread, *options):
    """strace on one thread; gives the process once it is attached."""
    tid = thread_id(d, thread)
    with open(d.dir / "strace", "w") as said:
        run = subprocess.Popen(["strace", "-qq", "-p", tid, *options], stderr=said)

    def attached():
        try:
            with open(f"/proc/{d.process.pid}/task/{tid}/status") as f:
                text = f.read()
        except OSError:
            return True  # the call that it waited in was the one to kill it at
        assert run.poll() is None or d.process.poll() is not None, (d.dir / "strace").read_text() + text
        return f"TracerPid:\t{run.pid}" in text or "State:\tZ" in text or d.process.poll() is not None

    until("strace to attach", attached, pause=0.001)
    return run


@pytest.mark.slow
@pytest.mark.parametrize("what", ["apply", "rollback"])
@pytest.mark.parametrize("thread", ["control", "work", "store"])
def test_killed_at_every_system_call(daemon, thread, what, tmp_path):
    d = daemon()
    if not may_trace(d):
        pytest.skip("strace may not attach here")
    d.apply(state(1))
    d.apply(state(2))
    n = 2

    def body():
        return ("/v1/config/apply", {"files": state(n + 1)}) if what == "apply" else ("/v1/config/rollback", {})

    d.stop()
    d.start()  # as in every trial: the first change after a start
    log = tmp_path / "trace"
    tracer = traced(d, thread, "-o", str(log))
    d.post(*body())
    tracer.terminate()
    tracer.wait()
    n = d.revision()
    calls = {}
    for name in re.findall(r"^(\w+)\(", log.read_text(), re.M):
        calls[name] = calls.get(name, 0) + 1
    assert sum(calls.values()) >= 5, calls
    every = [(name, k) for name, count in sorted(calls.items()) for k in range(1, count + 1)]
    killed = []
    for name, k in every:
        old = (d.revision(), d.files())
        previous = d.files(old[0] - 1)
        new = (old[0] + 1, state(n + 1) if what == "apply" else previous)
        d.kill()
        d.start()
        tracer = traced(d, thread, "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={k}")
        try:
            answered = request(d.socket, "POST", *body())[0] == 200
        except Gone:
            answered = False
        tracer.terminate()
        tracer.wait()
        if d.process.poll() is None:
            d.kill()
        elif d.process.returncode == -signal.SIGKILL:
            killed.append(name)
        d.start()
        now = (d.revision(), d.files())
        assert now in (old, new), (name, k)
        assert not answered or now == new, (name, k)
        n = now[0]
    # How often a thread waits or wakes another differs from run to run, what it writes does not.
    assert len(killed) >= len(every) * 0.4, (killed, every)
    assert thread != "store" or {"pwrite64", "fdatasync"} <= set(killed)


# ---- Disks and descriptors that run out ----

def storage_fails(d, hp, words=()):
    error = d.error("/v1/config/apply", {"files": state(hp)}, 507, "storage")
    assert "not made" in error["message"] and any(w in error["message"] for w in words or [""]), error
    assert d.status()["alarms"][0]["code"] == "storage"


def works_again(d, old, hp):
    assert d.files() == old
    assert d.apply(state(hp))["outcome"] == "applied" and d.files() == state(hp)
    assert d.status()["alarms"] == []
    d.kill()
    d.start()
    assert d.files() == state(hp)


def limit(d, what, value):
    subprocess.run(["prlimit", "--pid", str(d.process.pid), f"--{what}={value}"], check=True)


def test_a_file_that_may_not_grow(daemon):
    d = daemon()
    d.apply(state(1))
    limit(d, "fsize", f"{(d.data / 'history.db-wal').stat().st_size + 10000}:unlimited")
    for hp in (6, 13, 20):
        storage_fails(d, hp)
        assert d.files() == state(1) and d.revision() == 1
    d.post("/v1/config/validate", {"files": state(3)})
    limit(d, "fsize", "unlimited:unlimited")
    works_again(d, state(1), 6)


def in_namespace(d, *command):
    """Runs where the daemon sees its own disk."""
    return subprocess.run(["nsenter", "-t", str(d.process.pid), "-U", "-m", "--preserve-credentials", *command],
                          capture_output=True, text=True)


@pytest.fixture
def small_disk(daemon):
    """A daemon whose data directory is a file system of 2 MiB of its own."""
    d = daemon(start=False)
    d.data.mkdir()
    before = ["unshare", "-Urm", "sh", "-c", f'mount -t tmpfs -o size=2m,mode=0700 none {d.data} && exec "$@"', "sh"]
    if subprocess.run([*before, "true"], capture_output=True).returncode != 0:
        pytest.skip("no namespaces here")
    return d.start(before=before)


def test_a_full_disk(small_disk):
    d = small_disk
    d.apply(state(1))
    assert in_namespace(d, "sh", "-c", f"head -c 4000000 /dev/zero > {d.data}/fill; true").returncode == 0
    for hp in (6, 13, 20):
        storage_fails(d, hp, ("full", "No space"))
        assert d.files() == state(1)
    assert d.post("/v1/config/plan", {"files": state(5)})["would"] == "apply"
    in_namespace(d, "rm", f"{d.data}/fill")
    assert d.apply(state(6))["revision"] == 2 and d.status()["alarms"] == []


def test_a_take_back_waits_for_room_on_the_disk(small_disk):
    d = small_disk
    d.apply(state(1))
    d.apply(state(6), confirm_ms=700)
    assert in_namespace(d, "sh", "-c", f"head -c 4000000 /dev/zero > {d.data}/fill; true").returncode == 0
    until("the alarm", lambda: "take-back-failed" in [a["code"] for a in d.status()["alarms"]])
    assert d.files() == state(6) and d.status()["confirm"]["remaining_ms"] == 0
    in_namespace(d, "rm", f"{d.data}/fill")
    until("the take-back", lambda: d.files() == state(1))
    until("the end of the alarm", lambda: d.status()["alarms"] == [])  # told once the change is in force
    assert d.status()["confirm"] is None


@pytest.mark.parametrize("call,error", [("pwrite64", "EIO"), ("pwrite64", "ENOSPC"), ("fdatasync", "EIO"), ("fdatasync", "ENOSPC")])
def test_a_disk_that_answers_with_errors(daemon, call, error):
    d = daemon()
    if not may_trace(d):
        pytest.skip("strace may not attach here")
    d.apply(state(1))
    tracer = traced(d, "store", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}")
    for hp in (6, 13):
        storage_fails(d, hp)
        assert d.files() == state(1)
    tracer.terminate()
    tracer.wait()
    works_again(d, state(1), 6)


def test_a_sync_that_failed_once_does_not_come_true_later(daemon):
    """The transaction was written but not made safe; it was reported as not made, so a crash must not bring it back."""
    d = daemon()
    if not may_trace(d):
        pytest.skip("strace may not attach here")
    d.apply(state(1))
    tracer = traced(d, "store", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1")
    storage_fails(d, 6)
    tracer.terminate()
    tracer.wait()
    d.kill()
    d.start()
    assert d.files() == state(1) and d.revision() == 1


def test_a_read_only_data_directory_is_named(daemon, tmp_path):
    d = daemon()
    d.apply(state(1))
    d.stop()
    run = subprocess.run(["unshare", "-Urm", "sh", "-c", f'mount --bind {d.data} {d.data} && mount -o remount,ro,bind {d.data} && '
                          'exec "$@"', "sh", *d.command()], capture_output=True, text=True, timeout=30)
    if "unshare" in run.stderr or "mount" in run.stderr:
        pytest.skip("no namespaces here")
    assert run.returncode > 0 and str(d.data) in run.stderr, run.stderr
    d.start()
    assert d.files() == state(1)


def test_no_descriptors_left(daemon, tmp_path):
    import json
    import socket
    top = tmp_path / "b"
    for path, text in state(1).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    d = daemon(bundle=top)
    d.bundle("in-sync")
    fds = f"/proc/{d.process.pid}/fd"

    def send(s, target, body):
        data = json.dumps(body).encode()
        s.sendall(f"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
                  .encode() + data)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += s.recv(65536)
        head, _, rest = answer.partition(b"\r\n\r\n")
        want = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
        while len(rest) < want:
            rest += s.recv(65536)
        return int(head.split()[1]), json.loads(rest)

    time.sleep(0.2)  # connections of before are closed
    with socket.socket(socket.AF_UNIX) as s:
        before = len(os.listdir(fds))
        s.settimeout(30)
        s.connect(str(d.socket))
        until("the connection", lambda: len(os.listdir(fds)) > before)
        limit(d, "nofile", f"{max(map(int, os.listdir(fds))) + 1}:4096")
        holes = max(map(int, os.listdir(fds))) + 1 - len(os.listdir(fds))
        status, reply = send(s, "/v1/config/reload", {})
        if holes == 0:
            assert status == 422 and reply["error"]["details"]["findings"], reply
        status, reply = send(s, "/v1/config/apply", {"files": state(2)})
        assert status in (200, 507, 503), reply
        limit(d, "nofile", "1024:4096")
    made = status == 200
    until("room for connections", d.ready)
    assert d.files() == state(2 if made else 1)
    assert d.apply(state(3))["outcome"] == "applied"
    assert d.post("/v1/config/reload")["outcome"] == "applied" and d.files() == state(1)
