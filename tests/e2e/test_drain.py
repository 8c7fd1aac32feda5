"""Draining the server: phases, doors, deadlines, policies, words to players. docs/admin-api.md says what each means."""
import socket
import time

import pytest

from drain import Follower, Table, drain, ends, late, livez, look, newcomer, phase, play, readyz
from gamesrv import until
from player import pb

FAR = 600000


def test_an_empty_server_is_drained_at_once_and_serves_again_after_an_abort(daemon):
    s = play(daemon, rooms=0)
    assert drain(s)["phase"] == "drained" and (readyz(s), livez(s)) == (503, 200)
    assert newcomer(s) == pb.ANSWER_RETRY
    assert s.status()["drain"]["phase"] == "drained"
    assert s.post("/v1/drain/abort")["outcome"] == "aborted"
    assert readyz(s) == 200 and newcomer(s) == pb.ANSWER_NEW
    assert s.error("/v1/drain/abort", {}, 409, "wrong_state")


def test_matches_may_end_and_none_is_lost(daemon):
    s = play(daemon, rooms=20)
    began = time.monotonic()
    d = drain(s, deadline_ms=FAR)
    assert (d["phase"], d["refuses"], d["rooms"], d["sessions"]) == ("draining", True, 20, 40)
    for n, t in enumerate(s.tables):
        t.alive(b"turn %d" % n)
    assert [b["why"] for b in d["blockers"]] == ["running"] * 10 and d["blockers_total"] == 20
    for t in s.tables:
        t.finish()
    for t in s.tables:
        assert t.players[0].expect("LEFT").reason == t.players[1].expect("LEFT").reason == pb.REASON_ROOM_CLOSED
        ends(t)
    d = phase(s, "drained")
    assert (d["outcome"], d["rooms_left"], d["sessions_left"], d["rooms_cut"]) == ("drained", 0, 0, 0)
    assert time.monotonic() - began < FAR / 1000


def test_nobody_joins_once_a_drain_is_acknowledged(daemon):
    """Newcomers knock all the time, on every loop, while the doors are shut; not one is let in behind the answer."""
    s = play(daemon, rooms=2)
    waiting = [s.player(f"w{i}") for i in range(16)]
    for i, p in enumerate(waiting):
        p.send("JOIN", room_type="duel", key=f"table-{i}")
    drain(s, deadline_ms=FAR)
    before = {r["id"]: r["taken"] for r in s.get("/v1/rooms")["rooms"]}
    for i, p in enumerate(waiting):
        if p.line.closed is None:
            p.send("JOIN", room_type="duel", key=f"again-{i}")
    assert newcomer(s) == pb.ANSWER_RETRY
    time.sleep(0.3)
    after = {r["id"]: r["taken"] for r in s.get("/v1/rooms")["rooms"]}
    assert set(after) <= set(before) and all(after[r] <= before[r] for r in after)


def test_a_drain_ends_with_its_deadline(daemon):
    s = play(daemon, rooms=5)
    drain(s, deadline_ms=1500, rate=1)
    for t in s.tables:
        t.alive()
    for t in s.tables:
        assert t.players[0].expect("LEFT").reason == pb.REASON_DRAINED
        ends(t)
    d = phase(s, "drained")
    assert 0 <= late(d) < 1 + 1  # a second for a machine that does other things, too
    assert (d["outcome"], d["rooms_cut"], d["players_cut"]) == ("cut", 5, 10)


def test_load_balancers_get_their_time(daemon):
    s = play(daemon, rooms=1)
    d = drain(s, lb_wait_ms=1500, deadline_ms=FAR)
    assert (d["phase"], d["refuses"]) == ("lb-wait", False)
    assert (readyz(s), livez(s)) == (503, 200)
    late = s.player("late")  # still served, rooms too
    late.join("duel", key="late")
    assert look(s)["phase"] == "lb-wait"
    phase(s, "draining")
    assert newcomer(s, "later") == pb.ANSWER_RETRY
    s.tables[0].alive()


def test_whoever_lost_the_line_comes_back_during_a_drain(daemon):
    s = play(daemon, rooms=2)
    drain(s, deadline_ms=FAR)
    for t in s.tables:
        for p in t.players:
            p.cut()
            assert p.resume().answer == pb.ANSWER_RESUMED
        t.alive(b"back")


def test_the_same_drain_twice_is_one_drain(daemon):
    s = play(daemon, rooms=1)
    first = drain(s, deadline_ms=FAR)
    again = s.post("/v1/server/drain")
    assert again["outcome"] == "joined" and again["drain"]["begun"] == first["begun"]
    assert again["drain"]["deadline"] == first["deadline"]
    changed = s.post("/v1/server/drain", {"deadline_ms": 1000})
    assert changed["outcome"] == "changed" and changed["drain"]["remaining_ms"] <= 1000
    assert phase(s, "drained")["outcome"] == "cut"
    assert s.post("/v1/server/drain")["outcome"] == "joined"


def test_an_abort_lets_newcomers_in_and_matches_go_on(daemon):
    s = play(daemon, rooms=2)
    drain(s, deadline_ms=FAR)
    room = s.get(f"/v1/rooms/{s.tables[0].room}")
    assert room["draining"]
    s.post("/v1/drain/abort")
    assert readyz(s) == 200 and not s.get(f"/v1/rooms/{s.tables[0].room}")["draining"]
    Table(s, 9)
    for t in s.tables:
        t.alive()
    assert look(s)["outcome"] == "aborted"


def test_policy_end_ends_matches_in_order(daemon):
    s = play(daemon, rooms=3)
    drain(s, deadline_ms=FAR, policy="end")
    for t in s.tables:
        for p in t.players:
            assert p.expect("LEFT").reason in (pb.REASON_ROOM_CLOSED, pb.REASON_DRAINED)
        ends(t)
    assert phase(s, "drained")["outcome"] == "drained"


def test_policy_kick_keeps_to_the_rate(daemon):
    s = play(daemon, rooms=10)
    began = time.monotonic()
    drain(s, deadline_ms=FAR, policy="kick", rate=10)
    for t in s.tables:
        ends(t)
    took = time.monotonic() - began
    assert phase(s, "drained")["outcome"] == "drained"
    assert 1.5 < took  # 20 players at 10 a second


def test_players_are_told_and_told_again(daemon):
    s = play(daemon, rooms=1)
    drain(s, deadline_ms=3000, notices_ms=[1500])
    p = s.tables[0].players[0]
    first, second = p.expect("NOTICE"), p.expect("NOTICE")
    assert first.kind == second.kind == "drain" and "going down" in first.text
    assert 2000 < first.in_ms <= 3000 and 500 < second.in_ms <= 1600
    ends(s.tables[0])


def test_those_in_no_room_are_sent_away_and_told_to_reconnect(daemon):
    s = play(daemon, rooms=0)
    lobby = [s.player(f"p{i}") for i in range(5)]
    drain(s, deadline_ms=FAR)
    for p in lobby:
        bye = p.expect("BYE")
        assert (bye.reason, bye.advice) == (pb.REASON_DRAINED, pb.ADVICE_RECONNECT)
        p.expect_close()
    phase(s, "drained")


def test_a_room_type_is_drained_and_others_play_on(daemon):
    s = play(daemon, rooms=2)
    raid = Table(s, 0, "raid")
    d = s.post("/v1/roomtypes/duel/drain", {"deadline_ms": FAR})["drain"]
    assert (d["target"], d["rooms"], d["sessions"]) == ("roomtype/duel", 2, 4)
    assert readyz(s) == 200
    lone = s.player("lone")
    lone.send("JOIN", room_type="duel", key="new")
    lone.expect_error("cordoned")
    lone.join("raid", key="raid-0")
    for t in s.tables:
        t.alive().finish()
    assert phase(s, "drained", "roomtype/duel")["outcome"] == "drained"
    raid.alive()
    for t in s.tables:  # they are still there, and play something else
        for p in t.players:
            p.expect("LEFT")
    s.tables[0].players[0].join("raid", key="another")
    s.post("/v1/roomtypes/duel/uncordon")
    Table(s, 7)


def test_a_room_is_drained_alone(daemon):
    s = play(daemon, rooms=2)
    s.post(f"/v1/rooms/{s.tables[0].room}/drain", {"deadline_ms": 1000})
    third = s.player("third")
    third.send("JOIN", room=s.tables[0].room)
    third.expect_error("cordoned")
    for p in s.tables[0].players:
        assert p.expect("LEFT").reason == pb.REASON_DRAINED
    assert phase(s, "drained", f"room/{s.tables[0].room}")["outcome"] == "cut"
    s.tables[1].alive()
    assert s.post(f"/v1/rooms/{s.tables[0].room}/drain")["outcome"] == "joined"  # it is over, and known for a while
    s.error("/v1/rooms/r-2000zz/drain", {}, 404, "not_found")


def test_a_drain_is_followed_line_by_line(daemon):
    s = play(daemon, rooms=1)
    drain(s, deadline_ms=FAR)
    follower = Follower(s)
    until("two lines", lambda: len(follower.lines) >= 2)
    s.tables[0].finish()
    follower.join(30)
    assert follower.lines[-1]["phase"] == "drained" and follower.lines[-1]["outcome"] == "drained"
    assert all(line["target"] == "server" for line in follower.lines)
    assert s.get("/v1/drain?follow=1", code=200)["phase"] == "drained"


def test_followers_that_go_away_leave_nothing_behind(daemon):
    s = play(daemon, rooms=1)
    drain(s, deadline_ms=FAR)

    for _ in range(30):

        with socket.socket(socket.AF_UNIX) as c:
            c.connect(str(s.socket))
            c.sendall(b"GET /v1/drain?follow=1 HTTP/1.1\r\nHost: x\r\n\r\n")
            assert c.recv(65536).startswith(b"HTTP/1.1 200")
    until("the connections to be closed", lambda: "gamesrv_admin_connections 1" in s.get("/metrics"))



def test_the_plan_says_what_would_be_touched_and_touches_nothing(daemon):
    s = play(daemon, rooms=3)
    reply = s.post("/v1/server/drain", {"dry_run": True, "deadline_ms": 5000})
    plan = reply["plan"]
    assert reply["outcome"] == "dry-run" and reply["drain"] is None
    assert (plan["rooms"], plan["sessions"], plan["blockers_total"]) == (3, 6, 3)
    assert plan["types"] == [{"type": "duel", "rooms": 3, "players": 6, "usual_ms": None}] and plan["eta_ms"] is None
    assert readyz(s) == 200 and newcomer(s) == pb.ANSWER_NEW and s.get("/v1/drain")["drains"] == []


def test_past_matches_make_the_forecast(daemon):
    s = play(daemon, rooms=2)
    s.tables[0].finish()
    s.tables[0].players[0].expect("LEFT")
    plan = s.post("/v1/server/drain", {"dry_run": True})["plan"]
    assert plan["eta_ms"] is not None and plan["types"][0]["usual_ms"] > 0


@pytest.mark.parametrize("body,word", [
    ({"policy": "slay"}, "policy"), ({"rate": 0}, "rate"), ({"deadline_ms": 10**12}, "deadline_ms"),
    ({"notices_ms": [-1]}, "notices_ms"), ({"notices_ms": [1] * 9}, "notices_ms"), ({"notices_ms": 5}, "notices_ms"),
    ({"lb_wait_ms": 5000, "deadline_ms": 1000}, "lb_wait_ms"), ({"surprise": 1}, "surprise")])
def test_a_wish_that_cannot_be_is_refused_whole(daemon, body, word):
    s = play(daemon, rooms=0)
    assert word in s.error("/v1/server/drain", body, 400, "bad_request")["message"]
    assert readyz(s) == 200


def raw(s, request):
    with socket.socket(socket.AF_UNIX) as c:
        c.settimeout(30)
        c.connect(str(s.socket))
        c.sendall(request)
        data = b""
        while chunk := c.recv(65536):
            data += chunk
    return data


def test_a_stream_suits_old_clients_and_those_that_want_the_head_alone(daemon):
    s = play(daemon, rooms=1)
    drain(s, deadline_ms=1500)
    head = raw(s, b"HEAD /v1/drain?follow=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200") and head.endswith(b"\r\n\r\n") and b"ndjson" in head
    old = raw(s, b"GET /v1/drain?follow=1 HTTP/1.0\r\n\r\n")
    top, _, lines = old.partition(b"\r\n\r\n")
    assert b"chunked" not in top and lines.count(b"\n") >= 2 and b'"phase":"drained"' in lines
    assert s.get("/v1/drain?follow=1&target=room/r-2000zz", code=404) and s.get("/v1/drain?target=x&follow=1", code=400)


def test_a_daemon_that_ends_tells_its_followers_last(daemon):
    s = play(daemon, rooms=1)
    drain(s, deadline_ms=FAR)
    follower = Follower(s)
    until("a line", lambda: follower.lines)
    s.tables[0].finish()
    s.process.terminate()
    ends(s.tables[0])
    assert s.process.wait(30) == 0
    follower.join(30)
    assert follower.lines[-1]["phase"] == "drained"


def test_the_metrics_show_it(daemon):
    s = play(daemon, rooms=1)
    assert "gamesrv_drain_phase 0\n" in s.get("/metrics")
    drain(s, deadline_ms=FAR)
    assert "gamesrv_drain_phase 4\n" in s.get("/metrics") and "gamesrv_cordoned 1\n" in s.get("/metrics")


def test_who_has_not_said_yet_who_it_is_may_be_somebody_who_comes_back(daemon):
    s = play(daemon, rooms=1)
    drain(s, deadline_ms=FAR)
    p = s.tables[0].players[0].cut()
    p.connect()
    time.sleep(0.5)  # some sweeps of those in no room
    assert p.hello(resume_token=p.resume_token).answer == pb.ANSWER_RESUMED
    s.tables[0].alive(b"back")
