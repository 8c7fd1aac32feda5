#!/usr/bin/env python3
"""Players by the thousands: gamesrvd against peers in one run, the server on one core, the generator on the other.

Ours is the whole daemon as released, with everything on (tokens apart: auth dev), flush: turn and flush: tick. The
peers are in bench/peers. Rounds are interleaved, medians reported. `foreign` is what other processes took of a core
meanwhile, `lag` how late the generator was: a figure with much of either is not one, and is marked with (!).

usage: bench/players.py [--build DIR] [--rounds N] [--only PART,...] [--without PEER,...] [--json FILE] [--check]
parts: throughput cost tick idle published. --check exits 1 when a bound of the project is missed.
"""
import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = {"epoll": "epoll, no library", "gorilla": "Go, gorilla/websocket", "ws": "Node.js, ws",
         "colyseus": "Node.js, Colyseus"}
BUNDLE = """\
kind: Server
name: bench
players: {rate: 100000, burst: 100000, connections: 20000, per_address: 20000}
---
{kind: RoomType, name: bench, mode: relay, flush: turn, seats: 10}
---
{kind: RoomType, name: bench-tick, mode: relay, flush: tick, tick: 33ms, seats: 10}
---
{kind: RoomType, name: hall, mode: relay, flush: turn, seats: 512}
"""


def pinned(core):
    return lambda: os.sched_setaffinity(0, {core})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One server process on core 0; `dialect` is what the generator needs to know."""

    def __init__(self, command, port, dialect=(), env=None, cwd=None, ready=None):
        self.command, self.port, self.dialect, self.ready = command, port, list(dialect), ready
        self.env, self.cwd = dict(os.environ, **(env or {})), cwd

    def __enter__(self):
        self.child = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.env,
                                      cwd=self.cwd, preexec_fn=pinned(0))
        end = time.monotonic() + 60
        while not self.listening():
            if self.child.poll() is not None or time.monotonic() > end:
                sys.exit(f"{' '.join(self.command)}: does not serve (exit {self.child.poll()})")
            time.sleep(0.05)
        return self

    def listening(self):
        if self.ready and not os.path.exists(self.ready):
            return False
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *error):
        self.child.send_signal(signal.SIGINT)
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Field:
    """Who takes part, and how each is started."""

    def __init__(self, args, work):
        self.args, self.work, self.runs = args, work, 0
        self.wsgen = os.path.join(args.build, "parts", "bench", "wsgen")
        self.peers = [p for p in PEERS if p not in args.without.split(",") and self.build(p)]

    def build(self, peer):
        if peer == "epoll":
            return os.path.exists(os.path.join(self.args.build, "parts", "bench", "epoll_peer"))
        if peer == "gorilla":
            env = dict(os.environ, GOPATH="/usr/share/gocode", GO111MODULE="off")
            return shutil.which("go") and subprocess.run(
                ["go", "build", "-o", f"{self.work}/gorilla", "."], cwd=f"{HERE}/peers/go-gorilla", env=env,
                check=False).returncode == 0
        folder = f"{self.work}/node-{peer}"
        shutil.copytree(f"{HERE}/peers/node-{peer}", folder, ignore=shutil.ignore_patterns("node_modules"))
        return shutil.which("npm") and subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=False).returncode == 0

    def start(self, who, mode, clients=1000, members=10):
        port = free_port()
        self.runs += 1
        if who in ("gamesrv", "hall"):
            name = f"{self.work}/d{self.runs}"
            kind = {"each": "bench", "tick": "bench-tick", "hall": "hall"}[mode]
            with open(f"{self.work}/bundle.yaml", "w", encoding="ascii") as f:
                f.write(BUNDLE)
            os.makedirs(f"{name}.bundle")
            shutil.copy(f"{self.work}/bundle.yaml", f"{name}.bundle/bench.yaml")
            return Server([os.path.join(self.args.build, "gamesrvd"), "--bundle", f"{name}.bundle", "--data", name, "--socket",
                           f"{self.work}/s{self.runs}", "--listen", f"127.0.0.1:{port}"], port,
                          ["--dialect", "gamesrv", "--room-type", kind])
        if who == "epoll":
            return Server([os.path.join(self.args.build, "parts", "bench", "epoll_peer"), str(port),
                           "cork" if mode == "each" else "tick", "30"], port)
        if who == "gorilla":
            return Server([f"{self.work}/gorilla", str(port), mode, "30"], port)
        if who == "ws":
            return Server(["node", "server.js", str(port), mode, "30"], port, cwd=f"{self.work}/node-ws")
        paths = f"{self.work}/paths{self.runs}"
        return Server(["node", "server.js", str(port), mode, "30", str(clients), str(members), paths], port,
                      ["--dialect", "colyseus", "--paths", paths], {"NODE_ENV": "production"},
                      f"{self.work}/node-colyseus", ready=paths)

    def generate(self, server, *options):
        """Each line of the generator as (word, {key: number})."""
        command = [self.wsgen, "--port", server.port, "--server", server.child.pid, *server.dialect, *options]
        out = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                             preexec_fn=pinned(1), timeout=900)
        lines = []
        for line in out.stdout.splitlines():
            word, *fields = line.split()
            lines.append((word, {k: float(v) for k, v in (f.split("=", 1) for f in fields if "=" in f) if k != "tag"}))
            if self.args.verbose:
                print("   ", line, file=sys.stderr)
        if out.returncode != 0:
            print(f"{' '.join(map(str, command))}: exit {out.returncode}\n{out.stderr}", file=sys.stderr)
        return lines

    def measure(self, who, mode, *options, clients=1000, members=10):
        with self.start(who, mode, clients, members) as server:
            return self.generate(server, "--clients", clients, "--members", members, *options)


def last(lines, word):
    found = [fields for name, fields in lines if name == word]
    return found[-1] if found else {}


def broken(lines):
    """What makes a figure worthless, whoever served it."""
    return [f"{k}={v[k]:.0f}" for _, v in lines for k in ("bad", "astray", "gaps", "refused", "failed") if v.get(k)]


class Table:
    """Figures of all rounds by (row, column)."""

    def __init__(self):
        self.values, self.marks = {}, {}

    def add(self, row, lines, column, value):
        if value is None:
            return
        self.values.setdefault((row, column), []).append(value)
        self.marks.setdefault((row, column), []).append(
            max((max(f.get("foreign", 0), f.get("lag_ms", 0) / 100) for _, f in lines), default=0) > 0.25)
        if broken(lines):
            print(f"{row} {column}: {' '.join(broken(lines))}", file=sys.stderr)

    def get(self, row, column):
        values = self.values.get((row, column))
        return statistics.median(values) if values else None

    def text(self, row, column, form):
        value = self.get(row, column)
        if value is None:
            return "-"
        noisy = sum(self.marks[row, column]) * 2 > len(self.marks[row, column])
        return form.format(value) + (" (!)" if noisy else "")

    def show(self, title, columns):
        """columns: (name, heading, format)"""
        rows = list(dict.fromkeys(row for row, _ in self.values))
        print(f"\n{title}\n\n| | " + " | ".join(h for _, h, _ in columns) + " |\n|---|" + "---|" * len(columns))
        for row in rows:
            print(f"| {PEERS.get(row, row)} | " + " | ".join(self.text(row, n, f) for n, _, f in columns) + " |")
        print(flush=True)


def throughput(field, table, verdicts):
    for _ in range(field.args.rounds):
        for who in ["gamesrv", *field.peers]:
            start = {"gamesrv": 24, "epoll": 24, "gorilla": 4}.get(who, 2)
            lines = field.measure(who, "each", "--mode", "knee", "--rate", start, "--factor", 1.2, "--seconds", 1)
            knee = last(lines, "knee")
            table.add(who, lines, "knee", knee.get("knee"))
            table.add(who, lines, "p99", knee.get("p99_us_50", 0) / 1000)
            table.add(who, lines, "cost", knee.get("us_per_message_50"))
    table.show("Throughput: 1000 clients, rooms of 10, every message to all as a frame of its own",
               [("knee", "delivered/s", "{:,.0f}"), ("p99", "p99 at half of it, ms", "{:.1f}"),
                ("cost", "us of CPU a message there", "{:.2f}")])
    ours = table.get("gamesrv", "knee")
    for peer, least, goal in (("gorilla", 5, 8), ("ws", 7, 7), ("colyseus", 7, 7), ("epoll", 0.6, 0.85)):
        verdicts.least(f"throughput against {PEERS[peer]}", ours, table.get(peer, "knee"), least, goal)


def cost(field, table, verdicts):
    for _ in range(field.args.rounds * 2):
        for who in ["gamesrv", *field.peers]:
            lines = field.measure(who, "each", "--rate", 8, "--seconds", 4)
            rate = last(lines, "rate")
            table.add(who, lines, "cost", rate.get("us_per_message") if rate.get("share", 0) > 0.95 else None)
            table.add(who, lines, "cpu", rate.get("cpu", 0) * 100)
            table.add(who, lines, "p99", rate.get("p99_us", 0) / 1000)
    table.show("Cost: 1000 clients, rooms of 10, 80,000 delivered messages/s",
               [("cost", "us of CPU a message", "{:.2f}"), ("cpu", "CPU, % of a core", "{:.0f}"), ("p99", "p99, ms", "{:.1f}")])
    verdicts.most("CPU a message against Go", table.get("gamesrv", "cost"), table.get("gorilla", "cost"), 0.75, 0.6)


def tick(field, table, verdicts):
    for _ in range(field.args.rounds * 2):
        for who in ["gamesrv", *[p for p in field.peers if p in ("epoll", "gorilla")]]:
            lines = field.measure(who, "tick", "--rate", 20, "--seconds", 4, clients=3000)
            rate = last(lines, "rate")
            table.add(who, lines, "cpu", rate.get("cpu", 0) * 100 if rate.get("share", 0) > 0.95 else None)
            table.add(who, lines, "p99", rate.get("p99_us", 0) / 1000)
            table.add(who, lines, "share", rate.get("share", 0) * 100)
    table.show("Tick: 3000 clients, rooms of 10, 30 Hz, each sends 20 records/s (an age includes the wait for the tick)",
               [("cpu", "CPU, % of a core", "{:.0f}"), ("p99", "p99, ms", "{:.1f}"), ("share", "delivered, %", "{:.1f}")])
    verdicts.most("CPU of ticks against Go", table.get("gamesrv", "cpu"), table.get("gorilla", "cpu"), 0.8, 0.7)


def idle(field, table, verdicts):
    for _ in range(field.args.rounds):
        for who in ["gamesrv", *[p for p in field.peers if p in ("epoll", "gorilla")]]:
            for clients in (10000, 19000):
                lines = field.measure(who, "each", "--mode", "idle", "--seconds", 20, "--per-address", 5000, clients=clients)
                connect, beats = last(lines, "connect"), last(lines, "idle")
                table.add(who, lines, f"accept{clients}", connect.get("us_per_client"))
                if clients == 19000:
                    table.add(who, lines, "bytes", connect.get("bytes_per_client"))
                    table.add(who, lines, "cpu", beats.get("cpu", 0) * 100)
                    table.add(who, lines, "beat", beats.get("us_per_beat"))
                    table.add(who, lines, "open", beats.get("open"))
    table.show("Connections: 19,000, a heartbeat each 15 s",
               [("open", "open", "{:,.0f}"), ("bytes", "bytes a connection", "{:,.0f}"), ("cpu", "CPU, % of a core", "{:.1f}"),
                ("beat", "us a heartbeat", "{:.1f}"), ("accept10000", "us of CPU to let one of 10,000 in", "{:.0f}"),
                ("accept19000", "of 19,000", "{:.0f}")])
    verdicts.most("bytes a connection", table.get("gamesrv", "bytes"), 1, 4096, 4096)
    verdicts.most("CPU of idle connections against Go", table.get("gamesrv", "cpu"), table.get("gorilla", "cpu"), 0.5, 0.5)
    verdicts.most("letting in one of 19,000 against one of 10,000", table.get("gamesrv", "accept19000"),
                  table.get("gamesrv", "accept10000"), 1.2, 1.2)


# What authors of Go game servers published: (row, mode, clients, members, messages a second of each client, records of 32 bytes
# in a message, their p99 in ms). As we read it: 30 times a second everybody gets 128 bytes; KB/s are those of records.
PUBLISHED = [("10,000 connections in rooms of 10, 128,400 messages/s", "each", 10000, 10, 1.284, 1, 41),
             ("5,000 clients, 30 Hz, 128 bytes", "each", 5000, 10, 3, 4, 62.3),
             ("one room of 10, 18 KB/s of broadcast", "hall", 10, 10, 18000 / 32 / 100, 1, 21),
             ("one room of 100, 142 KB/s of broadcast", "hall", 100, 100, 142000 / 32 / 10000, 1, 49),
             ("one room of 500, 680 KB/s of broadcast", "hall", 500, 500, 680000 / 32 / 250000, 1, 137)]


def published(field, table, verdicts):
    for _ in range(field.args.rounds):
        for row, mode, clients, members, hz, records, theirs in PUBLISHED:
            lines = field.measure("hall" if mode == "hall" else "gamesrv", mode, "--rate", hz, "--records", records, "--seconds",
                                  5, "--per-address", 5000, clients=clients, members=members)
            rate = last(lines, "rate")
            table.add(row, lines, "theirs", theirs)
            table.add(row, lines, "p99", rate.get("p99_us", 0) / 1000)
            table.add(row, lines, "p50", rate.get("p50_us", 0) / 1000)
            table.add(row, lines, "delivered", rate.get("frames"))
            table.add(row, lines, "kb", rate.get("mb", 0) * 1000)
            table.add(row, lines, "cpu", rate.get("cpu", 0) * 100)
    table.show("Figures that were published for Go servers of this kind, and ours under the same load on one core",
               [("theirs", "their p99, ms", "{:.1f}"), ("p99", "our p99, ms", "{:.1f}"), ("p50", "p50, ms", "{:.1f}"),
                ("delivered", "frames/s", "{:,.0f}"), ("kb", "KB/s out, all told", "{:,.0f}"),
                ("cpu", "CPU, % of a core", "{:.0f}")])
    for row, *_, theirs in PUBLISHED:
        verdicts.most(f"p99, {row}", table.get(row, "p99"), theirs, 1, 1)


class Verdicts:
    def __init__(self):
        self.lines, self.missed = [], False

    def say(self, what, ratio, bound, goal, good, better):
        self.missed |= not good
        word = "ok" if better else "ok, short of the goal" if good else "MISSED"
        self.lines.append(f"{what}: {ratio:.2f} (bound {bound}, goal {goal}) {word}")

    def least(self, what, ours, theirs, bound, goal):
        if ours and theirs:
            self.say(what, ours / theirs, bound, goal, ours / theirs >= bound, ours / theirs >= goal)

    def most(self, what, ours, theirs, bound, goal):
        if ours is not None and theirs:
            self.say(what, ours / theirs, bound, goal, ours / theirs <= bound, ours / theirs <= goal)


PARTS = {"throughput": throughput, "cost": cost, "tick": tick, "idle": idle, "published": published}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build", "release"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--without", default="")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    args.build = os.path.abspath(args.build)
    if os.cpu_count() < 2:
        sys.exit("two cores are needed: one for the server, one for the generator")
    verdicts, tables = Verdicts(), {}
    with tempfile.TemporaryDirectory(prefix="gamesrv-bench-") as work:
        field = Field(args, work)
        for part in args.only.split(","):
            tables[part] = Table()
            PARTS[part](field, tables[part], verdicts)
    print("\n".join(verdicts.lines))
    if args.json:
        with open(args.json, "w", encoding="ascii") as f:
            json.dump({part: {f"{r} | {c}": v for (r, c), v in t.values.items()} for part, t in tables.items()}, f, indent=1)
    if args.check and verdicts.missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
