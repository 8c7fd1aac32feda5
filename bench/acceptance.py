#!/usr/bin/python3
"""The runs gamesrv is accepted by, at full size: gamebot plays against a daemon that is configured, drained, killed under it.

usage: bench/acceptance.py [--build DIR] [--other-builds DIR...] [--scale X] [RUN...]
RUN: resume lockstep config drain ten-thousand storm (default: all). --scale 0.1 plays them with a tenth of the bots.
--other-builds: replays of the lockstep matches are computed by the gamebot of these builds too (-O0, sanitizers).
Exits 1 when one of them was missed. A bot takes a descriptor here and one in the daemon: ulimit -n.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests/e2e"))

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument("--build", default=str(TOP / "build/release"))
parser.add_argument("--other-builds", nargs="*", default=[])
parser.add_argument("--scale", type=float, default=1.0)
parser.add_argument("runs", nargs="*")
args = parser.parse_args()
os.environ["GAMESRV_BIN"] = str(pathlib.Path(args.build).resolve())

from gamesrv import Daemon, until  # noqa: E402
from player import document, play_server  # noqa: E402

GAMEBOT = pathlib.Path(os.environ["GAMESRV_BIN"]) / "gamebot"
RELAY = {"mode": "relay", "tick": "33ms", "seats": 64, "start_delay": "0s", "resume": {"window": "60s"}}
LOCKSTEP = {"mode": "lockstep", "tick": "16ms", "seats": 8, "start_delay": "0s", "control": "member", "log": "64MiB"}
WIFI = {"up": {"delay": "10ms", "jitter": "60ms", "jitter_share": "5%", "stall_every": "10s", "stall": "300ms"},
        "down": {"delay": "10ms", "jitter": "60ms", "jitter_share": "5%", "stall_every": "10s", "stall": "300ms"}}


def bots(n, whole=10):
    return max(whole, int(n * args.scale) // whole * whole)


class Play:
    """gamebot run with this scenario, in the background; report() waits for its end."""

    def __init__(self, server, name, groups, **fields):
        host, port = server.address("ws")
        self.work = tempfile.TemporaryDirectory(prefix="gamesrv-acceptance-")
        path = pathlib.Path(self.work.name) / f"{name}.yaml"
        fields = {"ready_within": "3m", "settle": "30s", **fields}
        path.write_text(document("Scenario", name, {**fields, "groups": [{"title": f"g{i}", **g} for i, g in enumerate(groups)]}))
        self.child = subprocess.Popen([str(GAMEBOT), "run", str(path), "--connect", f"ws://{host}:{port}/play", "-o", "json"],
                                      stdout=subprocess.PIPE)

    def report(self):
        out = self.child.communicate()[0]
        self.work.cleanup()
        report = json.loads(out)
        report["exit"] = self.child.returncode
        return report


def seated(server):
    return server.status()["players"]["seated"]


def missed(report):
    return [t["threshold"] for t in report["thresholds"] if not t["holds"]] + (
        [f"exit code {report['exit']}"] if report["exit"] not in (0, 1) else [])


def resume():
    n = bots(1000)
    with_server = play_server(Daemon, room_types={"tavern": RELAY}, tcp=False)
    try:
        r = Play(with_server, "resume", [{"behaviour": "resumer", "bots": n, "rate": 1.0, "cuts": 100, "cut_every": "800ms",
                                          "away": "200ms"}], duration="1h", ramp="5s",
                 thresholds=[f"reconnects == {n * 100}", "resyncs == 0", f"sessions == {n}"]).report()
    finally:
        with_server.close()
    return r, f"{r['counts']['reconnects']} resumes, p99 {r['latencies']['reconnect']['p99_ms']:.0f} ms with up to 300 ms away"


def lockstep():
    n = bots(200, 4)
    server = play_server(Daemon, room_types={"match": LOCKSTEP}, tcp=False)
    try:
        play = Play(server, "lockstep", [{"behaviour": "lockstep", "bots": n, "room_size": 4, "rate": 8.0, "room_type": "match",
                                          "line": "wifi"}], duration="30s", chaos={"wifi": WIFI}, thresholds=["hashes > 10000"])
        def long_ones():
            found = [x for x in server.get("/v1/rooms?limit=10")["rooms"] if x["ticks"] > 1200]
            return found if len(found) == min(10, n // 4) else None
        rooms = until("matches to run", long_ones, patience=120)
        replays = 0
        for room in rooms:
            log = server.dir / f"{room['id']}.replay"
            server.ctl("replay", room["id"], "-o", log, code=0)
            hashes = set()
            for build in (args.build, *args.other_builds):
                run = subprocess.run([f"{build}/gamebot", "replay", str(log), "--every", "1", "-o", "json"],
                                     capture_output=True, check=True)
                hashes.add(run.stdout)
                replays += 1
            assert len(hashes) == 1, f"{room['id']}: builds differ"
        r = play.report()
    finally:
        server.close()
    return r, f"{r['counts']['hashes']} hashes compared, {replays} replays of {len(rooms)} matches, all the same"


def config():
    n = bots(3000)
    room = {**RELAY, "shows": ["Pair"]}
    big = "\n".join(["kind: Big", "name: maps", "maps:",
                     *(f"  - {{a: {i}, b: {i * 7 % 1000}, name: map-{i}}}" for i in range(20000)), ""])
    files = {"schemas/big.yaml": "schema: Big\nfields:\n  maps: list[Map]\nstructs:\n  Map: {a: int, b: int, name: string}\n",
             "schemas/pair.yaml": "schema: Pair\nfields:\n  a: int\n  b: int\n", "big.yaml": big}

    def pair(a):
        return f"kind: Pair\nname: x\na: {a}\nb: {100 - a}\n"

    server = play_server(Daemon, room_types={"tavern": room}, files={**files, "pair.yaml": pair(50)}, tcp=False)
    group = [{"behaviour": "chatter", "bots": n, "rate": 1.0}]
    try:
        quiet = Play(server, "quiet", group, duration="20s", ramp="5s").report()
        busy = Play(server, "config", group, duration="20s", ramp="5s", thresholds=["lines_lost == 0"],
                    invariants=[{"kind": "Pair", "fields": "[a, b]", "sum": 100}])
        applied = 0
        while busy.child.poll() is None:
            begin = time.monotonic()
            if seated(server) >= n:
                applied += 1
                server.write({"pair.yaml": pair(applied % 100), "big.yaml": big.replace("a: 5,", f"a: {applied},", 1)})
                server.ctl("apply", server.bundle, "-y", code=0)
            time.sleep(max(0, 1 - (time.monotonic() - begin)))
        r = busy.report()
    finally:
        server.close()
    p99 = [x["latencies"]["echo"]["p99_ms"] for x in (quiet, r)]
    return r, (f"{applied} applies, {r['counts']['config_frames']} CONFIG frames, echo p99 {p99[1]:.1f} ms, "
               f"{p99[1] / p99[0]:.2f} of the run without ({p99[0]:.1f} ms)")


def drain():
    matches = bots(200, 1)
    room = {**LOCKSTEP, "max_duration": "25s", "end_delay": "1s", "log": "1MiB"}
    server = play_server(Daemon, room_types={"match": room}, tcp=False)
    try:
        play = Play(server, "drain", [{"behaviour": "lockstep", "bots": matches * 4, "room_size": 4, "rate": 4.0,
                                       "room_type": "match"}], duration="2m", ramp="5s")
        until("all matches to run", lambda: seated(server) >= matches * 4, patience=120)
        begin = time.monotonic()
        answer = server.post("/v1/server/drain", {"deadline_ms": 60000, "notices_ms": []})
        open_ = server.status()["players"]["rooms"]
        most, done = open_, None
        while done is None:
            d = next(x for x in server.get("/v1/drain")["drains"] if x["target"] == "server")
            most = max(most, server.status()["players"]["rooms"])
            if d["phase"] == "drained":
                done = d
            assert time.monotonic() - begin < 90, d
            time.sleep(0.1)
        took = time.monotonic() - begin
        play.child.send_signal(2)
        r = play.report()
    finally:
        server.close()
    if most > open_ or done["rooms_cut"] or took > 61 or answer["outcome"] != "started":
        r["thresholds"].append({"threshold": f"rooms {open_} then {most}, cut {done['rooms_cut']}", "holds": False})
    return r, f"{open_} matches ended by themselves, {done['rooms_cut']} cut, none opened; {took:.1f} s of 60"


def ten_thousand():
    n = bots(10000)
    server = play_server(Daemon, room_types={"tavern": RELAY}, tcp=False)
    try:
        r = Play(server, "ten-thousand", [{"behaviour": "chatter", "bots": n, "rate": 1.28}], duration="30s", ramp="10s").report()
    finally:
        server.close()
    return r, (f"{r['peak_playing']} at play, {r['rates']['delivered']:.0f} messages/s, echo p99 "
               f"{r['latencies']['echo']['p99_ms']:.1f} ms, gamebot's own lag p99 {r['latencies']['lag']['p99_ms']:.1f} ms")


def storm():
    n = bots(10000)
    # A port that stays the same over the restart.
    server = play_server(Daemon, room_types={"tavern": RELAY}, tcp=False)
    host, port = server.address("ws")
    server.daemon.args = [f"{host}:{port}" if a == "127.0.0.1:0" else a for a in server.daemon.args]
    try:
        play = Play(server, "storm", [{"behaviour": "chatter", "bots": n, "rate": 0.2}], duration="45s", ramp="10s",
                    thresholds=["sessions_lost >= 1", "lost >= 0", f"joins == {n * 2}", "reconnect max < 30s"])
        until("all to play", lambda: seated(server) >= n, patience=180)
        server.kill()
        server.start()
        r = play.report()
    finally:
        server.close()
    return r, f"all {r['counts']['joins'] - n} back, the last after {r['latencies']['reconnect']['max_ms'] / 1000:.1f} s"


RUNS = {"resume": resume, "lockstep": lockstep, "config": config, "drain": drain, "ten-thousand": ten_thousand, "storm": storm}


def main():
    failed = False
    for name in args.runs or RUNS:
        begin = time.monotonic()
        report, words = RUNS[name]()
        bad = missed(report)
        failed |= bool(bad)
        print(f"acceptance {name}: {'MISSED ' + ', '.join(bad) if bad else 'ok'}: {words} ({time.monotonic() - begin:.0f} s)",
              flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
