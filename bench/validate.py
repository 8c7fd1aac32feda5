#!/usr/bin/env python3
"""How long `gamectl validate` takes on 10 MB in 20,000 documents, against libyaml's bare events on the same
bytes and against peers in Go and Node.

Ours is the whole process from start to exit; the others report what parsing and checking took, without their
start and without reading files. Rounds are interleaved, medians reported.

usage: bench/validate.py [--build DIR] [--rounds N] [--no-peers] [--check]
--check exits 1 when a bound of the project is missed.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, cores):
    """Wall milliseconds, peak resident KiB, what it printed."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT,
                                 preexec_fn=lambda: os.sched_setaffinity(0, cores))
        _, status, usage = os.wait4(child.pid, 0)
        wall = (time.perf_counter() - start) * 1000
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {child.returncode}\n{text}")
    return wall, usage.ru_maxrss, text


def told_ms(command, cores):
    return float(re.search(r"ms=([0-9.]+)", run(command, cores)[2]).group(1))


def build_peers(work):
    """The peers that this machine has the tools for."""
    peers = {}
    if shutil.which("go"):
        env = dict(os.environ, GOPATH="/usr/share/gocode", GO111MODULE="off", GOCACHE=f"{work}/go-cache")
        binary = os.path.join(work, "go-peer")
        subprocess.run(["go", "build", "-o", binary, "."], cwd=f"{HERE}/peers/go", env=env, check=True)
        peers["go"] = [binary]
    if shutil.which("npm"):
        shutil.copytree(f"{HERE}/peers/node", f"{work}/node", ignore=shutil.ignore_patterns("node_modules"))
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=f"{work}/node", check=True)
        peers["node"] = ["node", f"{work}/node/peer.js"]
    return peers


def measure(args, work):
    bundle = os.path.join(work, "bundle")
    subprocess.run([sys.executable, f"{HERE}/gen_rooms.py", bundle], check=True)
    rooms = os.path.join(bundle, "rooms")
    size = sum(os.path.getsize(os.path.join(rooms, f)) for f in os.listdir(rooms))
    gamectl = [os.path.join(args.build, "gamectl"), "validate", bundle]
    events = [os.path.join(args.build, "parts", "bench", "yaml_events"), rooms]
    peers = {} if args.no_peers else build_peers(work)
    cores = sorted(os.sched_getaffinity(0))
    one, two = set(cores[:1]), set(cores[:2])
    times = {name: [] for name in ["events", "one", "two", *peers]}
    rss = []
    for _ in range(args.rounds):
        times["events"].append(told_ms(events, one))
        wall, peak, _ = run(gamectl, one)
        times["one"].append(wall)
        rss.append(peak)
        wall, peak, _ = run(gamectl, two)
        times["two"].append(wall)
        rss.append(peak)
        for name, command in peers.items():
            times[name].append(told_ms(command + [rooms], two))
    return size, {n: statistics.median(t) for n, t in times.items()}, max(rss) * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build", "release"))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gamesrv-bench-") as work:
        size, ms, rss = measure(args, work)
    print(f"validate bytes={size} events_ms={ms['events']:.1f} one_core_ms={ms['one']:.1f} "
          f"two_cores_ms={ms['two']:.1f} peak_rss={rss} "
          + " ".join(f"{n}_ms={ms[n]:.1f}" for n in ("go", "node") if n in ms))
    bounds = [("one core / libyaml events", ms["one"] / ms["events"], 1.8),
              ("two cores / libyaml events", ms["two"] / ms["events"], 1.2),
              ("peak RSS / input", rss / size, 8.0)]
    bounds += [(f"two cores / {n}", ms["two"] / ms[n], b) for n, b in (("go", 0.2), ("node", 0.4)) if n in ms]
    for what, ratio, bound in bounds:
        print(f"validate {what}: {ratio:.2f} (bound {bound}) {'ok' if ratio <= bound else 'MISSED'}")
    if args.check and any(ratio > bound for _, ratio, bound in bounds):
        sys.exit(1)


if __name__ == "__main__":
    main()
