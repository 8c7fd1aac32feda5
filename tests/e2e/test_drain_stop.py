"""What outlives the process, and how it ends: kill -9 in each phase of a drain, SIGTERM, SIGINT, a second signal."""
import signal
import socket
import sqlite3
import subprocess
import time

import pytest

from drain import Table, drain, ends, livez, look, newcomer, phase, play, readyz
from gamesrv import PATIENCE, until
from player import pb

FAR = 600000


def restart(s):
    s.kill()
    s.daemon.start(wait=False)
    until("the admin API to answer", lambda: answers(s))


def answers(s):
    try:
        return livez(s) == 200
    except Exception:
        return False


def seconds(d):
    """begun and deadline, as texts: what must not move."""
    return d["begun"], d["deadline"]


# ---- kill -9 ----

def test_killed_in_lb_wait_it_goes_on_waiting_with_the_same_clock(daemon):
    s = play(daemon, rooms=1)
    before = drain(s, lb_wait_ms=4000, deadline_ms=FAR)
    began = time.monotonic()
    restart(s)
    d = look(s)
    assert (d["phase"], d["refuses"], readyz(s)) == ("lb-wait", False, 503) and seconds(d) == seconds(before)
    assert newcomer(s) == pb.ANSWER_NEW
    phase(s, "drained")
    assert 3 < time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("policy,notices,wanted", [("end", [300000], "notify"), ("wait", [], "draining")])
def test_killed_later_it_keeps_its_doors_shut(daemon, policy, notices, wanted):
    s = play(daemon, rooms=1)
    before = drain(s, deadline_ms=FAR, policy=policy, notices_ms=notices)
    assert before["phase"] == wanted
    restart(s)
    # The rooms ended with the process, so there is nothing left to wait for; but nobody new gets in, from the first moment on.
    d = phase(s, "drained")
    assert seconds(d) == seconds(before) and readyz(s) == 503
    assert newcomer(s) == pb.ANSWER_RETRY


def test_killed_when_drained_it_stays_drained_until_it_is_called_off(daemon):
    s = play(daemon, rooms=0)
    drain(s)
    for _ in range(2):
        restart(s)
        assert look(s)["phase"] == "drained" and newcomer(s) == pb.ANSWER_RETRY
    s.post("/v1/drain/abort")
    restart(s)
    assert look(s) is None and readyz(s) == 200 and newcomer(s) == pb.ANSWER_NEW


def test_a_drain_that_was_called_off_does_not_come_back(daemon):
    s = play(daemon, rooms=1)
    drain(s, deadline_ms=FAR)
    s.post("/v1/drain/abort")
    restart(s)
    assert look(s) is None and readyz(s) == 200


def test_cordons_outlive_every_end_and_a_drained_type_a_kill(daemon):
    s = play(daemon, rooms=0)
    s.post("/v1/server/cordon", {"message": "not yet"})
    s.post("/v1/roomtypes/raid/drain")
    restart(s)
    assert readyz(s) == 503 and newcomer(s) == pb.ANSWER_RETRY
    s.stop()
    s.daemon.start(wait=False)
    until("the admin API to answer", lambda: answers(s))
    listed = s.get("/v1/drain")
    assert listed["state"] == "cordoned" and [c["message"] for c in listed["cordons"]] == ["not yet"]
    s.post("/v1/server/uncordon")
    p = s.player("ada")
    p.send("JOIN", room_type="raid", key="x")
    p.expect_error("cordoned")
    s.post("/v1/roomtypes/raid/uncordon")
    p.join("raid", key="x")


# ---- Signals ----

def wait_end(s, patience=30):
    assert s.process.wait(patience) == 0, s.log()[-3000:]


def test_sigterm_lets_matches_end(daemon):
    s = play(daemon, rooms=3, shutdown={"deadline": "60s"})
    s.process.terminate()
    until("readyz to fail", lambda: readyz(s) == 503)
    assert livez(s) == 200 and s.status()["state"] == "stopping"
    d = phase(s, "draining")
    assert d["origin"] == "signal" and d["deadline_ms"] == 60000
    assert newcomer(s) == pb.ANSWER_RETRY
    s.error("/v1/drain/abort", {}, 409, "wrong_state")
    for t in s.tables:
        t.alive().finish()
    for t in s.tables:
        ends(t)
    wait_end(s)
    s.daemon.start()  # and the next start serves
    assert look(s) is None and newcomer(s) == pb.ANSWER_NEW


def test_sigterm_closes_what_is_left_at_its_deadline(daemon):
    s = play(daemon, rooms=3, shutdown={"deadline": "1s"})
    began = time.monotonic()
    s.process.terminate()
    for t in s.tables:
        t.alive()
    for t in s.tables:
        ends(t)
    wait_end(s)
    assert time.monotonic() - began < PATIENCE


def test_with_nobody_there_sigterm_ends_at_once(daemon):
    s = play(daemon, rooms=0, shutdown={"deadline": "300s"})
    s.process.terminate()
    wait_end(s)


@pytest.mark.parametrize("first,second", [(signal.SIGTERM, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)])
def test_a_second_signal_sends_everybody_away_now(daemon, first, second):
    s = play(daemon, rooms=2, shutdown={"deadline": "300s"})
    s.process.send_signal(first)
    phase(s, "draining")
    s.process.send_signal(second)
    for t in s.tables:
        ends(t)
    wait_end(s)


def test_sigint_says_goodbye_and_ends(daemon):
    s = play(daemon, rooms=2, shutdown={"deadline": "300s"})
    lone = s.player("lone")
    s.process.send_signal(signal.SIGINT)
    assert lone.expect("BYE").advice == pb.ADVICE_RECONNECT
    for t in s.tables:
        ends(t)
    wait_end(s)


def test_a_prestop_drain_and_the_signal_behind_it_share_one_budget(daemon):
    s = play(daemon, rooms=2, shutdown={"deadline": "300s"})
    began = time.monotonic()
    before = drain(s, deadline_ms=2500)
    s.process.terminate()
    until("the signal to be taken", lambda: s.status()["state"] == "stopping")
    assert look(s)["deadline"] == before["deadline"]
    for t in s.tables:
        ends(t)
    wait_end(s)
    assert time.monotonic() - began < PATIENCE


def test_a_signal_brings_the_deadline_of_a_long_drain_nearer(daemon):
    s = play(daemon, rooms=1, shutdown={"deadline": "1s"})
    drain(s, deadline_ms=FAR)
    began = time.monotonic()
    s.process.terminate()
    ends(s.tables[0])
    wait_end(s)
    assert time.monotonic() - began < PATIENCE
    s.daemon.start()  # what the drain was for has happened
    assert look(s) is None and readyz(s) == 200


def test_a_drained_server_ends_at_once_and_serves_again_when_it_is_back(daemon):
    s = play(daemon, rooms=0, shutdown={"deadline": "300s"})
    drain(s)
    s.stop()
    s.daemon.start()
    assert look(s) is None and newcomer(s) == pb.ANSWER_NEW


def test_load_balancers_get_their_time_from_a_signal_too(daemon):
    s = play(daemon, rooms=0, shutdown={"deadline": "60s", "lb_wait": "1s"})
    began = time.monotonic()
    s.process.terminate()
    until("readyz to fail", lambda: readyz(s) == 503)
    assert newcomer(s) == pb.ANSWER_NEW  # readyz fails before anybody is refused
    wait_end(s)
    assert time.monotonic() - began > 0.9


def test_systemd_is_told_what_is_waited_for(daemon, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "n"))
        listener.settimeout(30)
        s = play(daemon, rooms=0, shutdown={"deadline": "60s"})
        s.stop()
        s.daemon.start(before=["env", f"NOTIFY_SOCKET={tmp_path / 'n'}"])
        s.tables = [Table(s, 0)]
        s.process.terminate()
        words = ""
        while "draining: waits for" not in words:
            words = listener.recv(4096).decode()
        assert "STOPPING=1" in words and "1 rooms and 2 sessions" in words and "EXTEND_TIMEOUT_USEC=6" in words
        s.tables[0].finish()
        ends(s.tables[0])
        wait_end(s)


# ---- Clocks and disks ----

def history(s, sql, *args):
    with sqlite3.connect(s.data / "history.db") as db:
        db.execute(sql, args)
    db.close()


@pytest.mark.parametrize("moved_s,least_ms,most_ms", [(-100, 490000, 500000), (3600, 590000, 600000)])
def test_after_a_boot_of_the_machine_the_wall_clock_decides_but_never_gives_more(daemon, moved_s, least_ms, most_ms):
    s = play(daemon, rooms=0)
    drain(s, lb_wait_ms=FAR - 1000, deadline_ms=FAR)
    s.kill()
    history(s, "UPDATE drain SET boot_id = 'another', boottime_us = 1, wall_us = wall_us + ? * 1000000", moved_s)
    s.daemon.start(wait=False)
    until("the admin API to answer", lambda: answers(s))
    d = look(s)
    assert d["phase"] == "lb-wait" and least_ms <= d["remaining_ms"] <= most_ms, d


def test_a_full_disk_does_not_hinder_a_drain_and_it_says_so(daemon):
    s = play(daemon, rooms=1)
    wal = s.data / "history.db-wal"
    subprocess.run(["prlimit", "--pid", str(s.process.pid), f"--fsize={wal.stat().st_size}:unlimited"], check=True)
    d = drain(s, deadline_ms=FAR)
    assert d["phase"] == "draining" and d["durable"] is False
    run = s.ctl("drain", "--detach", code=0)
    assert "could not be recorded" in run.stderr
    subprocess.run(["prlimit", "--pid", str(s.process.pid), "--fsize=unlimited:unlimited"], check=True)
    until("the drain to be recorded", lambda: look(s)["durable"])
    restart(s)
    assert phase(s, "drained")["begun"] == d["begun"]


def test_a_row_that_is_not_ours_is_left_alone(daemon):
    s = play(daemon, rooms=0)
    drain(s, lb_wait_ms=FAR - 1000, deadline_ms=FAR)
    s.kill()
    history(s, "UPDATE drain SET policy = 'surprise'")
    s.daemon.start()
    assert look(s) is None and 'a drain of "server" in the store is left alone' in s.log()
