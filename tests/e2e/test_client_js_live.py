"""The JavaScript client against the real daemon: under Node, and in headless Chromium. The scenarios are in clients/js/e2e."""
import json
import shlex
import shutil
import subprocess
import threading

import pytest

import client_js
from player import play_server

SCHEMA = """schema: Rules
fields:
  speed: float `default:"3"`
  goal: int32 `default:"10" reload:"next"`
"""
RULES = "kind: Rules\nname: standard\nspeed: {speed}\ngoal: {goal}\n"
ROOM_TYPES = {
    "relay": {"mode": "relay", "tick": "20ms", "seats": 16, "start_delay": "0s", "control": "member"},
    "shown": {"mode": "relay", "tick": "20ms", "seats": 16, "shows": ["Rules"]},
    "tavern": {"mode": "relay", "tick": "1s", "flush": "immediate", "seats": 100},
    "lockstep": {"mode": "lockstep", "tick": "16ms", "seats": 8, "start_delay": "10m", "control": "member",
                 "resume": {"messages": 64}, "lockstep": {"hash_every": 10}},
    "brittle": {"mode": "lockstep", "tick": "16ms", "seats": 8, "start_delay": "10m", "control": "member",
                "resume": {"messages": 0}, "lockstep": {"hash_every": 10}},
}
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")


@pytest.fixture
def server(daemon):
    return play_server(daemon, room_types=ROOM_TYPES, tcp=False, files={
        "schemas/rules.yaml": SCHEMA, "rules.yaml": RULES.format(speed=3, goal=10)},
        players={"heartbeat": "400ms", "rate": 2000, "burst": 2000})


def play(server, kind, *scenarios, patience=120, **answers):
    """{scenario: what it found}. `answers`: what this test does when a scenario asks for it."""
    host, port = server.address()
    command = ["node", "--enable-source-maps", "e2e/run.js", kind, f"ws://{host}:{port}/play", *scenarios]
    process = subprocess.Popen(command, cwd=client_js.ready(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    alarm = threading.Timer(patience, process.kill)
    alarm.start()
    try:
        for line in process.stdout:
            message = json.loads(line)
            if "ask" not in message:
                break
            verb, *rest = message["ask"].split()
            process.stdin.write(json.dumps(answers[verb](*rest)) + "\n")
            process.stdin.flush()
        else:
            raise AssertionError(f"no result\n{process.stderr.read()[-3000:]}\n{server.log()[-3000:]}")
    finally:
        alarm.cancel()
        process.kill()
        process.wait()
    assert "results" in message, f"{message['failed']}\n{server.log()[-3000:]}"
    return message["results"]


def apply_rules(server, speed, goal):
    def ask():
        files = server.files()
        files["rules.yaml"] = RULES.format(speed=speed, goal=goal)
        return server.apply(files)["revision"]
    return ask


@pytest.mark.parametrize("kind", ["node", "chromium"])
def test_what_is_said_is_heard_by_all_in_one_order_and_once_whatever_breaks(server, kind):
    found = play(server, kind, "relay", "cuts", *(["tavern"] if kind == "chromium" else []))
    assert found["relay"]["names"] == ["ada", "bob"]
    assert found["cuts"]["sent"] == 100
    assert kind == "node" or found["tavern"]["state"] == "live"


@pytest.mark.parametrize("kind", ["node", "chromium"])
def test_lockstep_members_joiners_and_those_who_were_cut_compute_the_same(server, kind):
    found = play(server, kind, "lockstep", "astray")
    assert found["lockstep"]["frames"] > 200 and found["astray"]["differed"] and found["astray"]["frames"] > 60


def test_a_silent_line_is_suspect_then_mended(server):
    states = play(server, "node", "silence")["silence"]["states"]
    assert states[:4] == ["connecting", "live", "session:new", "suspect"], states
    assert states[-3:] == ["live", "session:resumed", "closed"], states


def test_two_tabs_of_one_player_do_not_fight(server):
    play(server, "node", "supersede")


def test_configuration_reaches_players_as_it_holds_in_their_room(server):
    found = play(server, "node", "config", apply=apply_rules(server, 4.5, 20))["config"]
    assert found["before"] == {"speed": 3, "goal": 10}
    assert found["after"] == {"speed": 4.5, "goal": 10}
    assert found["fresh"] == {"speed": 4.5, "goal": 20}
    assert found["changes"] == [{"revision": 2, "pinned": 1, "changed": ["Rules/standard"], "removed": []}]
    assert found["pinned"] == [1, 2] and found["later"] == "already-seated"
    assert found["states"] == ["connecting", "live", "session:new", "closed"]


def test_after_a_crash_of_the_daemon_players_come_back_with_a_new_session(server):
    host, port = server.address()
    server.daemon.args += ["--listen", f"{host}:{port}"]

    def crash():
        server.kill()
        server.daemon.start()
        return True
    found = play(server, "node", "crash", crash=crash)["crash"]
    assert found["reason"] in ("resume_expired", "server_fault", "session-lost"), found
    assert found["states"][-3:] == ["live", "session:new", "closed"], found


def operator(server):
    def ctl(*args):
        run = server.ctl(*shlex.split(" ".join(args)), code=0)
        return run.stdout
    return ctl


def test_a_kicked_player_reads_the_operators_words_and_stays_away(server):
    found = play(server, "node", "kick", ctl=operator(server))["kick"]
    assert found == {"code": "kicked", "message": "kicked: go home", "closeCode": 4002, "left": "kicked"}


def test_players_of_a_server_that_drains_are_told_and_wait_their_turn(server):
    found = play(server, "node", "drain", ctl=operator(server))["drain"]
    assert [n["kind"] for n in found["notices"]] == ["drain", "drain"]
    assert 2000 >= found["notices"][0]["inMs"] > found["notices"][1]["inMs"] > 0
    assert found["refused"] == "already-seated" and found["end"]["reason"] == "drained"
    assert found["tries"] <= 6 and "waiting:retry" in found["states"]  # not in circles
    assert found["states"][-3:] == ["live", "session:new", "closed"]


def test_who_is_cut_again_while_catching_up_misses_no_frame(server):
    found = play(server, "node", "flicker")["flicker"]
    assert min(found["resyncs"]) > 1 and found["frames"] > 60
