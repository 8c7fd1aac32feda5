#!/usr/bin/env python3
"""The daemon with 10,000 documents: an apply after editing one file against the first apply, and its start
against `gamectl validate` on the same bundle.

Applies are whole `gamectl apply` processes, so every stage is in: reading and hashing the bundle, the request,
parse, check, plan, record, commit. `stages` are the daemon's own figures. A start counts from exec until /readyz
says yes. Medians.

usage: bench/daemon.py [--build DIR] [--rounds N] [--files N] [--check]
--check exits 1 when a bound of the project is missed.
"""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Daemon:
    def __init__(self, build, work, name):
        self.socket = os.path.join(work, name + ".sock")
        self.log = open(os.path.join(work, name + ".log"), "wb")
        self.command = [os.path.join(build, "gamesrvd"), "--data", os.path.join(work, name), "--socket", self.socket]

    def ready(self):
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(self.socket)
                s.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return s.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def __enter__(self):
        begin = time.perf_counter()
        self.child = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        while not self.ready():
            if self.child.poll() is not None:
                sys.exit(f"gamesrvd ended with {self.child.returncode}; see {self.log.name}")
            time.sleep(0.0005)
        self.took = (time.perf_counter() - begin) * 1000  # milliseconds until it was ready
        return self

    def __exit__(self, *error):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait()


def timed(command):
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    wall = (time.perf_counter() - begin) * 1000
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout.decode()}")
    return wall, done.stdout


def apply(args, daemon, bundle):
    wall, out = timed([os.path.join(args.build, "gamectl"), "apply", bundle, "--socket", daemon.socket, "-y",
                       "-o", "json"])
    answer = json.loads(out)
    if answer["outcome"] != "applied":
        sys.exit(f"the apply said {answer['outcome']}")
    return wall, answer["stages"]["total_ms"]


def edit(bundle, value):
    path = sorted(os.listdir(os.path.join(bundle, "rooms")))
    path = os.path.join(bundle, "rooms", path[len(path) // 2])
    with open(path, encoding="ascii") as f:
        text = f.read()
    with open(path, "w", encoding="ascii") as f:
        f.write(re.sub(r"(?m)^  rate: \d+$", f"  rate: {value}", text, count=1))


def measure(args, work):
    bundle = os.path.join(work, "bundle")
    subprocess.run([sys.executable, f"{HERE}/gen_rooms.py", bundle, "10000", str(args.files)], check=True)
    times = {name: [] for name in ("first", "first_stages", "edit", "edit_stages", "start", "validate")}
    for round_ in range(args.rounds):
        with Daemon(args.build, work, f"d{round_}") as daemon:
            wall, stages = apply(args, daemon, bundle)
            times["first"].append(wall)
            times["first_stages"].append(stages)
            for n in range(3):
                edit(bundle, 501 + round_ * 3 + n)
                wall, stages = apply(args, daemon, bundle)
                times["edit"].append(wall)
                times["edit_stages"].append(stages)
        times["validate"].append(timed([os.path.join(args.build, "gamectl"), "validate", bundle])[0])
        with daemon:
            times["start"].append(daemon.took)
        shutil.rmtree(os.path.join(work, f"d{round_}"))
    return {name: statistics.median(values) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build", "release"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gamesrv-bench-") as work:
        ms = measure(args, work)
    print("daemon " + " ".join(f"{name}_ms={value:.1f}" for name, value in ms.items()))
    missed = False
    for what, ratio, bound in (("edit / first apply", ms["edit"] / ms["first"], 0.05),
                               ("edit / first apply, stages in the daemon", ms["edit_stages"] / ms["first_stages"], 0.05),
                               ("start / validate", ms["start"] / ms["validate"], 1.0)):
        missed |= ratio > bound
        print(f"daemon {what}: {ratio:.3f} (bound {bound}) {'ok' if ratio <= bound else 'MISSED'}")
    if args.check and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
