#!/usr/bin/python3
"""Players while strangers misbehave: 1000 clients in rooms of 10, with and without 2,000 slow or hostile connections beside them.

The daemon has core 0. The generator has core 1, and so has the crowd of strangers, as SCHED_IDLE: it only takes what the
generator leaves, so that what is measured is the server. Runs alternate (quiet, hostile, quiet, ...); the figure is the
ratio of the lower quartiles of p99.

usage: bench/hostile.py [--build DIR] [--rounds N] [--hostile N] [--rate HZ] [--check]
--check exits 1 when the ratio is above 1.2.
"""
import argparse
import heapq
import itertools
import multiprocessing
import os
import pathlib
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests/e2e"), str(HERE.parent / "tests/e2e/conformance")]
os.chdir(HERE.parent)
import frames  # noqa: E402
from players import Server, free_port, pinned  # noqa: E402
from talk import BEAT, head, hello, ws  # noqa: E402

BUNDLE = """\
kind: Server
name: bench
players: {rate: 100000, burst: 100000}
---
{kind: RoomType, name: bench, mode: relay, flush: turn, seats: 10}
---
{kind: RoomType, name: alone, mode: relay, flush: turn, seats: 1}
"""


def join(key):
    return ws(frames.encode("JOIN", frames.message("JOIN", room_type="alone", key=key), seq=1))


def relay(seq):
    return ws(frames.encode("RELAY", frames.message("RELAY", data=b"x" * 4000), seq=seq))


# ---- What strangers do: generators of (bytes, seconds until the next); at their end they connect again ----

def silent():
    yield b"", 60


def dripping_head():
    for byte in head(extra=["X: " + "y" * 200]):
        yield bytes([byte]), 0.5


def dripping_frame():
    yield head() + ws(hello()), 0.5
    while True:
        for byte in ws(BEAT * 4, length=8000):
            yield bytes([byte]), 0.5


def pinging():
    yield head() + ws(hello()), 0.5
    while True:
        yield ws(b"x" * 20, opcode=9) * 20, 0.5


def never_reading():
    yield head() + ws(hello()) + join(os.urandom(4).hex()), 0.5
    for seq in itertools.count(2):
        yield relay(seq), 0.1


def no_http():
    yield os.urandom(200), 1


def bad_frames():
    yield head() + ws(hello()), 0.5
    yield ws(b"GET / HTTP/1.1\r\n\r\n"), 0.5


def empty_parts():
    yield head() + ws(hello()), 0.5
    yield ws(b"", fin=False) + ws(b"", opcode=0, fin=False) * 200, 0.5


def lying_lengths():
    yield head() + ws(hello()), 0.5
    yield ws(b"x", length=1 << 40, size=9), 0.5


KINDS = [silent, dripping_head, dripping_head, dripping_frame, dripping_frame, pinging, never_reading, no_http, bad_frames,
         empty_parts, lying_lengths]


class Stranger:
    def __init__(self, kind, address, selector):
        self.kind, self.address, self.selector, self.s = kind, address, selector, None

    def act(self):
        """Seconds until it acts again."""
        if self.s is None:
            self.s = socket.socket()
            self.s.setblocking(False)
            self.s.connect_ex(self.address)
            self.script = self.kind()
            if self.kind is not never_reading:
                self.selector.register(self.s, selectors.EVENT_READ, self)
            return 0.2
        try:
            data, pause = next(self.script)
            self.s.send(data)
            return pause
        except BlockingIOError:
            return 0.5
        except (OSError, StopIteration):
            self.leave()
            return 0.5

    def hear(self):
        try:
            if self.s.recv(65536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.leave()

    def leave(self):
        if self.s is not None:
            if self.kind is not never_reading:
                self.selector.unregister(self.s)
            self.s.close()
            self.s = None


def crowd(port, count, ready):
    os.sched_setaffinity(0, {1})
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    selector, heap, order = selectors.DefaultSelector(), [], itertools.count()
    for i in range(count):
        stranger = Stranger(KINDS[i % len(KINDS)], ("127.0.0.1", port), selector)
        heapq.heappush(heap, (time.monotonic() + i * 2 / count, next(order), stranger))
    end_of_arrival = time.monotonic() + 4
    while True:
        now = time.monotonic()
        while heap[0][0] <= now:
            _, _, stranger = heapq.heappop(heap)
            heapq.heappush(heap, (now + stranger.act(), next(order), stranger))
        for key, _ in selector.select(max(0, heap[0][0] - time.monotonic())):
            key.data.hear()
        if now > end_of_arrival:
            ready.set()


# ---- The measurement ----

def measure(args, server, hostile, room_from):
    ready = multiprocessing.Event()
    strangers = None
    if hostile:
        strangers = multiprocessing.Process(target=crowd, args=(server.port, args.hostile, ready), daemon=True)
        strangers.start()
        if not ready.wait(60):
            print("the strangers are slow to arrive", file=sys.stderr)
    try:
        out = subprocess.run([f"{args.build}/parts/bench/wsgen", "--port", str(server.port), "--server", str(server.child.pid), "--dialect",
                              "gamesrv", "--rate", str(args.rate), "--seconds", str(args.seconds), "--room-from", str(room_from)],
                             stdout=subprocess.PIPE, text=True, check=True, preexec_fn=pinned(1), timeout=300).stdout
    finally:
        if strangers is not None:
            strangers.kill()
            strangers.join()
    line = next(line for line in out.splitlines() if line.startswith("rate "))
    return {k: float(v) for k, v in (f.split("=", 1) for f in line.split()[1:] if "=" in f) if k != "tag"}


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--build", default="build/release")
    p.add_argument("--rounds", type=int, default=12)
    p.add_argument("--hostile", type=int, default=2000)
    p.add_argument("--rate", type=float, default=4)
    p.add_argument("--seconds", type=float, default=2)
    p.add_argument("--check", action="store_true")
    args = p.parse_args()
    runs = {False: [], True: []}
    with tempfile.TemporaryDirectory() as work:
        bundle = pathlib.Path(work, "bundle")
        bundle.mkdir()
        (bundle / "bench.yaml").write_text(BUNDLE)
        port = free_port()
        with Server([f"{args.build}/gamesrvd", "--bundle", str(bundle), "--data", f"{work}/data", "--socket", f"{work}/s", "--listen",
                     f"127.0.0.1:{port}"], port) as server:
            for i in range(args.rounds * 2):
                r = measure(args, server, i % 2 == 1, i * 1000)
                runs[i % 2 == 1].append(r)
                print(f"{'hostile' if i % 2 else 'quiet':8} p50 {r['p50_us']:6.0f} us  p99 {r['p99_us']:6.0f} us  delivered {r['share']:.3f}  "
                      f"server {r['cpu'] * 100:3.0f} %  generator late by {r.get('lag_ms', 0):.0f} ms", flush=True)
    # What else runs on the machine only ever adds: the lower quartile has least of it.
    p99 = {h: statistics.quantiles([r["p99_us"] for r in runs[h]], n=4)[0] for h in runs}
    cpu = {h: statistics.quantiles([r["cpu"] for r in runs[h]], n=4)[0] * 100 for h in runs}
    print(f"server's CPU quiet {cpu[False]:.0f} %, hostile {cpu[True]:.0f} %")
    ratio = p99[True] / p99[False]
    print(f"p99 quiet {p99[False]:.0f} us, beside {args.hostile} strangers {p99[True]:.0f} us: {ratio:.2f}x")
    return 1 if args.check and ratio > 1.2 else 0


if __name__ == "__main__":
    sys.exit(main())
