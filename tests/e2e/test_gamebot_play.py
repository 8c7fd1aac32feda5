"""gamebot against the daemon: the acceptance runs, small in the quick suite; GAMESRV_BOTS makes them as large as bench/acceptance.py
does."""
import json
import os
import subprocess

import pytest

from gamesrv import until
from player import play_server
from test_gamebot import GAMEBOT, gamebot, scenario

BOTS = int(os.environ.get("GAMESRV_BOTS", 40))
TYPES = {
    "tavern": {"mode": "relay", "tick": "20ms", "seats": 64, "start_delay": "0s", "shows": ["Pair"]},
    "match": {"mode": "lockstep", "tick": "16ms", "seats": 16, "start_delay": "0s", "control": "member"},
}
PAIR = {"schemas/pair.yaml": "schema: Pair\nfields:\n  a: int\n  b: int\n"}
FAST = "{heartbeat: 2s}"


def pair(a):
    return f"kind: Pair\nname: x\na: {a}\nb: {100 - a}\n"


@pytest.fixture
def server(daemon):
    return play_server(daemon, room_types=TYPES, files={**PAIR, "pair.yaml": pair(50)}, players=FAST)


def url(server, scheme="ws"):
    host, port = server.address(scheme)
    return f"ws://{host}:{port}/play" if scheme == "ws" else f"tcp://{host}:{port}"


def play(server, path, *args, code=0, scheme="ws"):
    run = gamebot("run", path, "--connect", url(server, scheme), "-o", "json", *args, timeout=600)
    assert run.returncode == code, (run.returncode, run.stdout, run.stderr, server.log()[-3000:])
    return json.loads(run.stdout)


@pytest.mark.parametrize("scheme", ["ws", "tcp"])
def test_bots_play_and_everything_holds(server, tmp_path, scheme):
    report = play(server, scenario(tmp_path, bots=BOTS, group=["play: 300ms", "pause: 100ms"]), scheme=scheme)
    assert report["counts"]["joins"] == BOTS and report["counts"]["delivered"] > 0
    until("the sessions to end with their bots' BYE", lambda: server.status()["players"]["sessions"] == 0)


@pytest.mark.parametrize("options", [["crc32c: true"], ["zstd: true", "bytes: 4KiB"], ["delivery: latest"],
                                     ["delivery: cosmetic"]])
def test_bots_hear_the_same_whatever_they_ask_for(server, tmp_path, options):
    play(server, scenario(tmp_path, bots=10, rate=20, group=options))


def test_cut_lines_lead_back_to_the_same_seat_with_nothing_lost(server, tmp_path):
    report = play(server, scenario(tmp_path, bots=BOTS, rate=10, behaviour="resumer", duration="5m",
                                   group=["cuts: 10", "cut_every: 100ms", "away: 20ms"]))
    counts = report["counts"]
    assert counts["lines_cut"] == BOTS * 10 == counts["reconnects"] and counts["sessions"] == BOTS
    assert counts["resyncs"] == 0


@pytest.mark.slow
def test_chaos_of_every_kind_costs_time_but_no_message(server, tmp_path):
    chaos = ["chaos:", "  bad:", "    up: {delay: 5ms, jitter: 20ms, jitter_share: 20%, stall_every: 500ms, stall: 100ms}",
             "    down: {delay: 5ms, jitter: 20ms, rate: 256KiB}", "    cut_every: 700ms", "    cut_how: any"]
    report = play(server, scenario(tmp_path, *chaos, bots=BOTS, rate=10, duration="2s", settle="20s", group=["line: bad"]))
    assert report["counts"]["resumed"] > 0


def test_lockstep_players_agree_on_every_hash_and_so_does_the_replay(server, tmp_path):
    chaos = ["chaos:", "  wifi:", "    down: {delay: 5ms, jitter: 40ms, jitter_share: 5%, stall_every: 2s, stall: 200ms}",
             "    up: {delay: 5ms, jitter: 40ms, jitter_share: 5%}"]
    path = scenario(tmp_path, *chaos, bots=10, rate=8, behaviour="lockstep", duration="5s",
                    group=["room_type: match", "line: wifi"])
    with subprocess.Popen([str(GAMEBOT), "run", str(path), "--connect", url(server), "-o", "json", "-q"],
                          stdout=subprocess.PIPE) as run:
        rooms = until("rooms that have played", lambda: [r for r in server.get("/v1/rooms")["rooms"] if r["ticks"] > 130])
        logs = [tmp_path / f"{room['id']}.replay" for room in rooms]
        for room, log in zip(rooms, logs):
            server.ctl("replay", room["id"], "-o", log, code=0)
        report = json.loads(run.communicate(timeout=120)[0])
    assert run.returncode == 0, json.dumps(report)
    assert report["counts"]["hashes"] > 500 and report["counts"]["hash_mismatches"] == 0
    for log in logs:
        replay = gamebot("replay", log, "-o", "json")
        assert replay.returncode == 0, replay.stderr
        result = json.loads(replay.stdout)
        assert result["frames"] > 100 and result["compared"] > 0 and result["differing"] == 0


def test_a_player_that_miscalculates_is_found_out_and_set_right(server, tmp_path):
    report = play(server, scenario(tmp_path, bots=5, rate=8, behaviour="lockstep", duration="5s",
                                   group=["room_type: match", "miscalculate_every: 2s"]))
    assert report["counts"]["desyncs_provoked"] > 0 and report["counts"]["desyncs"] == 0


@pytest.mark.slow
def test_rogues_are_shown_the_door_and_nobody_else_notices(server, tmp_path):
    path = scenario(tmp_path, "  - title: rogues", "    behaviour: rogue", "    bots: 17", bots=10, duration="4s")
    report = play(server, path)
    assert report["counts"]["misdeeds"] > 17 and report["counts"]["resyncs"] == 0


def test_each_frame_of_configuration_is_of_one_revision_while_it_changes(server, tmp_path):
    invariant = ["invariants:", "  - {kind: Pair, document: x, fields: [a, b], sum: 100}"]
    path = scenario(tmp_path, *invariant, bots=BOTS, rate=5, duration="4s")
    with subprocess.Popen([str(GAMEBOT), "run", str(path), "--connect", url(server), "-o", "json", "-q"],
                          stdout=subprocess.PIPE) as run:
        applied = 0
        while run.poll() is None and applied < 60:
            applied += 1
            server.apply({**server.files(), "pair.yaml": pair(applied)})
        report = json.loads(run.communicate(timeout=120)[0])
    assert run.returncode == 0, json.dumps(report)
    counts = report["counts"]
    assert applied > 5 and counts["config_frames"] > BOTS and counts["config_broken"] == 0 and counts["lines_lost"] == 0


@pytest.mark.slow
def test_a_killed_server_gets_its_players_back(server, tmp_path):
    """A storm: all come back with jittered back-off, none finds its session, everybody plays on."""
    path = scenario(tmp_path, "thresholds: [sessions_lost >= 1, lost >= 0]", bots=BOTS, rate=5, duration="6s")
    address = url(server, "tcp")
    with subprocess.Popen([str(GAMEBOT), "run", str(path), "--connect", address, "-o", "json", "-q"],
                          stdout=subprocess.PIPE) as run:
        until("all to play", lambda: server.status()["players"]["seated"] >= BOTS)
        server.kill()
        server.start()
        report = json.loads(run.communicate(timeout=120)[0])
    assert run.returncode == 0, json.dumps(report)
    assert report["counts"]["joins"] == 2 * BOTS and report["latencies"]["reconnect"]["max_ms"] < 30000
