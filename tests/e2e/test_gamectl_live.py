"""gamectl on what lives: sessions, rooms, words, kicks, cordons, drains; as people and as scripts see it."""
import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from ctl import GAMECTL, environment
from drain import Table, phase, play
from gamesrv import until
from online import Terminal
from player import pb, play_server


def j(s, *args, code=0):
    reply = json.loads(s.ctl(*args, "-o", "json", code=code).stdout)
    assert reply["apiVersion"] == "gamesrv/v1"
    return reply


def env(s):
    return {**environment(), "GAMESRV_SOCKET": str(s.socket)}


class Screen(Terminal):
    def __init__(self, s, *args, **kw):
        s.daemon.env = lambda: env(s)
        super().__init__(s.daemon, *args, **kw)


@pytest.fixture()
def s(daemon):
    return play(daemon, rooms=2)


# ---- looking ----

def test_status_counts_players(s):
    out = s.ctl("status", code=0).stdout
    assert "players   4 sessions, 4 in 2 rooms; 4 connections on 2 loops\n" in out
    players = j(s, "status")["players"]
    where = players.pop("listening")
    assert players == {"connections": 4, "sessions": 4, "rooms": 2, "seated": 4, "loops": 2}
    assert where[0].startswith("ws://127.0.0.1:") and where[0].endswith("/play") and ":0/" not in where[0]
    assert "listens   " + " ".join(where) + "\n" in out


def test_sessions_and_rooms_are_listed_in_every_format(s):
    table = s.ctl("get", "rooms", code=0).stdout.splitlines()
    assert table[0].split() == ["ROOM", "TYPE", "KEY", "STATE", "PLAYERS", "AGE", "NOTES"] and len(table) == 3
    assert {line.split()[4] for line in table[1:]} == {"2/2"}
    wide = s.ctl("get", "sessions", "-o", "wide", code=0).stdout
    assert "player.py" in wide and "127.0.0.1" in wide and len(wide.splitlines()) == 5
    names = s.ctl("get", "rooms", "-o", "name", code=0).stdout.split()
    assert sorted(names) == sorted(f"room/{t.room}" for t in s.tables)
    rows = list(csv.DictReader(io.StringIO(s.ctl("get", "sessions", "-o", "csv", code=0).stdout)))
    assert {r["player"] for r in rows} == {"duel-0-0", "duel-0-1", "duel-1-0", "duel-1-1"}
    assert s.tables[0].room in s.ctl("get", "rooms", "-o", "yaml", code=0).stdout


def test_conditions_order_and_limits_hold_for_what_lives(s):
    Table(s, 0, "raid")
    assert len(j(s, "get", "rooms", "--where", "type == 'duel' && taken == 2")["rooms"]) == 2
    assert [r["type"] for r in j(s, "get", "rooms", "--sort", "-type", "--limit", "1")["rooms"]] == ["raid"]
    assert len(j(s, "get", "sessions", "--limit", "3")["sessions"]) == 3
    room = s.tables[0].room
    assert {x["player"] for x in j(s, "get", "sessions", "--where", f"room == '{room}'")["sessions"]} == {"duel-0-0", "duel-0-1"}
    assert "column" in s.ctl("get", "rooms", "--where", "type ==", code=2).stderr
    assert s.ctl("get", "rooms", "--where", "type == 'x'", code=0).stdout == "no room matches\n"


def test_one_room_and_one_session_in_full(s):
    t = s.tables[0]
    out = s.ctl("describe", f"room/{t.room}", code=0).stdout
    assert "running" in out and "duel-0-0" in out and t.players[1].session in out
    assert s.ctl("describe", t.room, code=0).stdout.splitlines()[:3] == out.splitlines()[:3]
    d = j(s, "describe", f"room/{t.room}")
    assert [m["player"] for m in d["members"]] == ["duel-0-0", "duel-0-1"] and d["seats"] == 2
    assert j(s, "describe", "player/duel-0-1")["id"] == t.players[1].session
    assert "gamectl get rooms lists them" in s.ctl("describe", "room/r-2000zz", code=7).stderr
    assert "nobody" not in s.ctl("describe", "player/nobody-here", code=7).stdout
    t.players[0].cut()
    until("the seat to be away", lambda: j(s, "describe", t.room)["suspended"] == 1)
    assert "1 away" in s.ctl("get", "rooms", code=0).stdout


def test_watching_shows_it_again(s):
    screen = Screen(s, "get", "rooms", "--watch")
    screen.expect(s.tables[0].room)
    s.ctl("cordon", s.tables[0].room, code=0)
    screen.expect("cordoned")
    os.kill(screen.pid, signal.SIGINT)
    assert screen.end() == -signal.SIGINT


# ---- acting ----

def test_words_reach_whom_they_are_meant_for(s):
    a, b = s.tables
    assert s.ctl("say", "Restart at noon", "--in", "30m", code=0).stdout == "said to 4 players\n"
    for t in s.tables:
        for p in t.players:
            notice = p.expect("NOTICE")
            assert (notice.kind, notice.text, notice.in_ms) == ("say", "Restart at noon", 1800000)
    assert "2 players" in s.ctl("say", "to a room", f"room/{a.room}", code=0).stdout
    assert a.players[1].expect("NOTICE").text == "to a room"
    assert "1 player" in s.ctl("say", "to one", "player/duel-1-0", code=0).stdout
    assert b.players[0].expect("NOTICE").text == "to one"
    b.players[1].pump(0.2)
    assert "NOTICE" not in b.players[1].names()
    s.ctl("say", "x", "room/r-2000zz", code=7)
    s.ctl("say", "", code=2)
    assert "said to server (4 players): Restart at noon" in s.log()


def test_a_kicked_player_is_told_and_the_seat_is_free(s):
    t = s.tables[0]
    assert "kicked" in s.ctl("kick", "player/duel-0-0", "-m", "see you", code=0).stdout
    bye = t.players[0].expect("BYE")
    assert (bye.reason, bye.text) == (pb.REASON_KICKED, "see you")
    assert t.players[0].expect_close() == 4002
    assert t.players[1].expect("MEMBER", event=pb.MEMBER_LEFT)
    until("the seat to be free", lambda: j(s, "describe", t.room)["taken"] == 1)


def test_many_at_once_need_a_condition_and_a_yes(s):
    assert "4 sessions" in s.ctl("kick", "--all", "--dry-run", code=0).stdout
    assert len(j(s, "get", "sessions")["sessions"]) == 4
    assert "no terminal" in s.ctl("kick", "--all", code=2).stderr
    room = s.tables[0].room
    out = s.ctl("kick", "--where", f"room == '{room}'", "-y", code=0).stdout
    assert "2 sessions" in out and "2 kicked" in out
    assert j(s, "kick", "--all", "-y")["done"] == 2
    for bad in (["kick"], ["kick", "--all", "--where", "true"], ["kick", "s-2000zz", "--all"], ["kick", "room/" + room]):
        s.ctl(*bad, code=2)


def test_a_question_on_the_terminal_may_be_answered_with_no(s):
    screen = Screen(s, "close", "--all")
    screen.expect("close them?").type("n\n")
    assert screen.end() == 7 and "nothing was done" in screen.seen
    assert len(j(s, "get", "rooms")["rooms"]) == 2
    screen = Screen(s, "close", "--all")
    screen.expect("close them?").type("y\n")
    assert screen.end() == 0
    until("the rooms to be closed", lambda: not j(s, "get", "rooms")["rooms"])


def test_a_closed_room_lets_its_members_go_on(s):
    t = s.tables[0]
    s.ctl("close", t.room, "-m", "broken map", code=0)
    left = t.players[0].expect("LEFT")
    assert left.reason == pb.REASON_ROOM_CLOSED and "broken map" in left.text
    t.players[0].join("raid", key="elsewhere")
    run = s.ctl("close", t.room, s.tables[1].room, code=8)
    assert f"there is no room {t.room}" in run.stderr and f"room {s.tables[1].room} closed" in run.stdout


def test_a_match_is_finished_in_order(s):
    t = s.tables[0]
    s.ctl("close", t.room, "--finish", code=0)
    assert t.players[0].expect("ROOM", state=pb.ROOM_ENDING)
    assert t.players[0].expect("LEFT")


def test_a_cordon_refuses_newcomers_until_it_is_taken_away(s):
    p = s.player("late")
    for thing in ("server", "roomtype/duel", "RoomType/duel", f"room/{s.tables[0].room}"):
        assert "takes in nobody new\n" in s.ctl("cordon", thing, code=0).stdout
        p.send("JOIN", room_type="duel", key="duel-0")
        assert p.expect("ERROR").code == "cordoned"
        assert "open" in s.ctl("uncordon", thing, code=0).stdout
    assert "as before" in s.ctl("uncordon", code=0).stdout
    s.ctl("cordon", "roomtype/unknown", code=7)
    s.ctl("cordon", "s-200000", code=2)


def test_a_replay_is_saved_as_it_is(daemon):
    s = play_server(daemon)
    p = s.player("ada")
    p.join("lockstep", key="x")
    path = pathlib.Path(s.bundle) / "x.replay"
    s.ctl("replay", p.room, "-o", path, code=0)
    piped = subprocess.run([str(GAMECTL), "replay", p.room], capture_output=True, env=env(s), timeout=60)
    assert piped.returncode == 0 and path.read_bytes()[:32] == piped.stdout[:32] and len(piped.stdout) > 32
    q = s.player("bob")
    q.join("relay", key="y")
    assert "lockstep" in s.ctl("replay", q.room, code=4).stderr


# ---- draining ----

def test_a_drain_shows_its_progress_and_its_end(s):
    run = subprocess.Popen([str(GAMECTL), "drain", "--deadline", "10m"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           env=env(s))
    phase(s, "draining")
    for t in s.tables:
        t.finish()
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0 and err == ""
    assert re.match(r"server: draining, \d of 2 rooms, \d of 4 sessions left, (about \w+ to go, )?at most ", out), out
    assert out.splitlines()[-2:] == ["server: drained, 0 of 2 rooms, 0 of 4 sessions left", "server is drained"]


def test_the_deadline_makes_it_exit_code_6(s):
    run = s.ctl("drain", "--deadline", "1s", code=6)
    assert "the deadline closed 2 rooms with 4 players; server is drained" in run.stderr
    assert j(s, "drain", "--detach")["outcome"] == "joined"


def test_a_drain_that_is_called_off_makes_its_follower_exit_with_4(s):
    run = subprocess.Popen([str(GAMECTL), "drain", "--deadline", "10m"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           env=env(s))
    phase(s, "draining")
    assert s.ctl("drain", "--abort", code=0).stdout == "called off: server is open to newcomers\n"
    out, err = run.communicate(timeout=60)
    assert run.returncode == 4 and "was called off" in err
    s.ctl("drain", "--abort", code=4)


def test_the_end_of_the_daemon_is_told_to_a_follower(s):
    run = subprocess.Popen([str(GAMECTL), "drain", "--deadline", "10m"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           env=env(s))
    assert run.stdout.readline().startswith("server: ")  # only a line of the stream says that there is one
    s.kill()
    out, err = run.communicate(timeout=60)
    assert run.returncode == 5 and "closed the connection" in err


def test_detached_it_returns_at_once_and_says_how_to_go_on(s):
    out = s.ctl("drain", "roomtype/duel", "--detach", "--deadline", "10m", code=0).stdout
    assert "roomtype/duel: draining, 2 of 2 rooms" in out and "gamectl drain roomtype/duel shows how it goes on" in out
    assert "is being drained" in s.ctl("uncordon", "roomtype/duel", code=4).stderr


def test_a_plan_names_what_would_hold_it_up(s):
    out = s.ctl("drain", "--plan", "--deadline", "5m", code=0).stdout
    assert "would touch 2 rooms and 4 sessions" in out and "duel: 2 rooms, 4 players" in out
    assert "2 rooms may still play at the deadline" in out and s.tables[0].room in out
    assert j(s, "drain", "--plan")["plan"]["rooms"] == 2


@pytest.mark.parametrize("args", [["--rate", "fast"], ["--rate", "0"], ["--notice", "soon"], ["--policy", "slay"], ["--wait", "--detach"],
                                  ["--plan", "--abort"], ["--abort", "--rate", "5"], ["roomtype/duel", "--lb-wait", "1s"],
                                  ["player/x"], ["Arena/x"]])
def test_wrong_options_of_a_drain_change_nothing(s, args):
    s.ctl("drain", *args, code=2)
    assert s.get("/v1/drain")["drains"] == []


def test_on_a_terminal_a_drain_is_painted(s):
    screen = Screen(s, "drain", "--deadline", "10m")
    screen.expect("waits for").expect("playing for").expect("2 of 2 rooms, 4 of 4 sessions left")
    assert "\x1b[1mdraining" in screen.seen
    os.kill(screen.pid, signal.SIGINT)
    assert screen.end() == -signal.SIGINT and "goes on with the drain" in screen.seen
    assert phase(s, "draining")


# ---- help ----

def test_completion_knows_what_lives(s):
    def words(*line):
        return [w.split("\t")[0] for w in s.ctl("__complete", "--", *line, code=0).stdout.splitlines()]
    rooms = sorted(f"room/{t.room}" for t in s.tables)
    assert sorted(words("close", "")) == rooms
    assert words("describe", "room/") and set(words("describe", "room/")) == set(rooms)
    assert {"server", "roomtype/duel", "roomtype/raid", *rooms} == set(words("drain", ""))
    assert f"session/{s.tables[0].players[0].session}" in words("kick", "")
    assert words("kick", "s-")[0].startswith("s-")
    assert {"rooms", "sessions"} <= set(words("get", ""))
    assert words("drain", "--policy", "") == ["wait", "end", "kick"]


def test_everybody_who_acts_stands_in_the_log(s):
    s.ctl("kick", "player/duel-0-0", code=0)
    s.ctl("kick", "s-2000zz", code=7)
    s.ctl("kick", "--all", "--dry-run", code=0)
    log = s.log()
    assert "200 in" in log and f"kicked {s.tables[0].players[0].session}" in log
    assert "404 in" in log and "there is no session s-2000zz" in log and "would kick" in log
