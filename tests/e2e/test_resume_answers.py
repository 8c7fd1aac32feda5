"""Resume: its answers, in all circumstances; and that a bad token changes nothing."""
import random
import struct
import time

import pytest

from gamesrv import until
from player import Player, pb, play_server
from test_session_login import metric

TYPES = {
    "relay": {"mode": "relay", "seats": 64, "start_delay": "0s", "flush": "turn"},
    "short": {"mode": "relay", "seats": 8, "start_delay": "0s", "resume": {"messages": 10, "bytes": "4KiB", "window": "20s"}},
    "brief": {"mode": "relay", "seats": 8, "start_delay": "0s", "resume": {"window": "300ms"}},
}


@pytest.fixture
def server(daemon):
    return play_server(daemon, room_types=TYPES, players={"rate": 10000, "burst": 10000, "resume": "20s"})


def table(server, *names, type="relay"):
    players = [server.player(n, ("ws", "tcp")[i % 2]) for i, n in enumerate(names)]
    for p in players:
        p.join(type, key="t")
    return players


def test_resumed_what_was_missed_comes_in_order(server):
    a, b = table(server, "ada", "bob")
    a.cut()
    for i in range(30):
        b.relay(b"%d" % i)
    b.settle()
    welcome = a.resume(answers=(pb.ANSWER_RESUMED,))
    assert welcome.epoch == 2
    for i in range(30):
        a.expect("RELAYED", data=b"%d" % i)
    assert welcome.replayed >= 30


def test_resync_after_more_than_is_kept(server):
    a, b = table(server, "ada", "bob", type="short")
    a.cut()
    for i in range(50):
        b.relay(b"%d" % i)
    b.settle()
    a.resume(answers=(pb.ANSWER_RESYNC,))
    joined = a.expect("JOINED", resync=True)
    assert joined.seat == a.seat and joined.room_seq >= 50
    b.relay(b"afterwards")
    a.expect("RELAYED", data=b"afterwards")


def test_moved_to_the_loop_that_keeps_the_session(server):
    a = server.player("ada")
    other = "/play/1" if a.path == "/play/0" else "/play/0"
    a.cut()
    b = Player(server, "ada")
    b.connect(path=other)
    welcome = b.hello(resume_token=a.resume_token)
    assert welcome.answer == pb.ANSWER_MOVED and welcome.path == a.path
    b.expect_close(1000)
    a.resume(answers=(pb.ANSWER_RESUMED,))


def test_gone_says_why_and_another_hello_on_the_line_begins_anew(server):
    a = server.player("ada")
    token = a.resume_token
    a.bye()
    a.expect_close(1000)
    again = Player(server, "ada").connect(path=a.path)
    welcome = again.hello(resume_token=token)
    assert (welcome.answer, welcome.reason) == (pb.ANSWER_GONE, pb.REASON_CLIENT_BYE)
    assert again.hello().answer == pb.ANSWER_NEW


def test_gone_after_the_window(server):
    a, b = table(server, "ada", "bob", type="brief")
    a.cut()
    b.expect("MEMBER", event=pb.MEMBER_LEFT)
    a.connect(path=a.path)
    welcome = a.hello(resume_token=a.resume_token)
    assert (welcome.answer, welcome.reason) == (pb.ANSWER_GONE, pb.REASON_RESUME_EXPIRED)


def test_gone_after_a_restart_of_the_server(server):
    a = server.player("ada")
    server.daemon.stop() if hasattr(server.daemon, "stop") else server.daemon.kill()
    before = server.daemon.log().count("players on ws://")
    server.daemon.start()
    until("the new listener", lambda: server.daemon.log().count("players on ws://") > before)
    a.connect(path="/play")
    for _ in range(2):
        welcome = a.hello(resume_token=a.resume_token)
        assert welcome.answer == pb.ANSWER_GONE


def test_a_bad_token_a_thousand_times_changes_nothing(server):
    a, b = table(server, "ada", "bob")
    a.cut()
    b.expect("MEMBER", event=pb.MEMBER_SUSPENDED)
    b.relay(b"for ada")
    rng = random.Random(7)
    eve = None
    for i in range(1000):
        bad = bytearray(a.resume_token)
        bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
        if i % 4 == 0:
            if eve:
                eve.cut()
            eve = Player(server, "eve").connect(path=a.path)
        assert eve.hello(resume_token=bytes(bad[:rng.choice([len(bad), len(bad), rng.randrange(1, len(bad))])])).answer == pb.ANSWER_GONE
    eve.cut()
    b.quiet(0.1, but=("RELAYED", "HEARTBEAT", "ACK", "CONFIG_NOW", "MEMBER", "ROOM"))
    assert len([m for m in b.all("MEMBER") if m.event == pb.MEMBER_RESUMED]) == 0
    a.resume(answers=(pb.ANSWER_RESUMED,))
    a.expect("RELAYED", data=b"for ada")


def test_retry_while_the_server_is_cordoned_and_resumes_go_on(server):
    a, b = table(server, "ada", "bob")
    server.daemon.ctl("cordon", "server", code=0)
    eve = Player(server, "eve").connect()
    welcome = eve.hello()
    assert welcome.answer == pb.ANSWER_RETRY and 1000 <= welcome.retry_after_ms < 5000
    eve.expect_close(1013)
    a.cut()
    assert a.resume(answers=(pb.ANSWER_RESUMED,)).session == a.session
    again = Player(server, "bob")  # its game was started anew
    again.login(answers=(pb.ANSWER_RESYNC,))
    server.daemon.ctl("uncordon", "server", code=0)
    assert server.player("eve").welcome.answer == pb.ANSWER_NEW


@pytest.mark.parametrize("transport", ["ws", "tcp"])
def test_a_hundred_resumes_in_a_row_while_the_old_line_is_open(server, transport):
    a = server.player("ada", transport)
    a.join("relay", key="t")
    lines = []
    for i in range(100):
        lines.append(a.line)
        a.line = None
        assert a.resume(answers=(pb.ANSWER_RESUMED,)).epoch == i + 2
    assert metric(server, "sessions") == 1
    a.relay(b"here")
    a.expect("RELAYED", data=b"here")
    until("the old lines to be closed", lambda: metric(server, "connections") == 1)


def test_fifty_players_cut_twenty_times_each_lose_nothing_and_double_nothing(server, pytestconfig):
    """Each numbers its messages; cut at random moments, also in the middle of what it sends. Player checks that both streams
    have neither gap nor repetition; here it is checked that everybody got every message of everybody once, in order."""
    players, cuts, rng = 50, 20, random.Random(11)
    rooms = {}
    all_players = []
    for i in range(players):
        p = server.player(f"p{i}", ("ws", "tcp")[i % 2])
        p.sent = 0
        p.cuts, p.table = 0, i % 10
        key = f"room{p.table}"
        p.join("relay", key=key)
        rooms.setdefault(key, []).append(p)
        all_players.append(p)

    def say(p):
        p.sent += 1
        try:
            p.relay(struct.pack(">III", p.table, p.seat, p.sent))
        except OSError:
            pass  # it is in p.unacked, and sent again

    while any(p.cuts < cuts for p in all_players):
        for p in rng.sample(all_players, 20):
            for _ in range(rng.randrange(3)):
                say(p)
            if p.cuts < cuts and rng.random() < 0.5:
                p.cuts += 1
                p.line.cut()
                if rng.random() < 0.3:
                    for q in rng.sample(all_players, 5):
                        if q.line.closed is None:
                            say(q)
                p.resume(answers=(pb.ANSWER_RESUMED,))
            p.pump(0)
    for p in all_players:
        p.settle()
    for members in rooms.values():
        wanted = {m.seat: m.sent for m in members}
        for p in members:
            def have():
                p.pump(0.01)
                got = {}
                for m in p.all("RELAYED"):
                    table, seat, n = struct.unpack(">III", m.data)
                    assert table == p.table, "bytes of another room"
                    assert seat == m.seat and n == got.get(seat, 0) + 1, (p.name, seat, n, got.get(seat))
                    got[seat] = n
                return got == {s: n for s, n in wanted.items() if n}
            until(f"everything to reach {p.name}", have)
    assert metric(server, "sessions") == players


def test_a_slow_reader_is_suspended_and_comes_back_without_a_gap(daemon):
    server = play_server(daemon, room_types={"relay": {**TYPES["relay"], "resume": {"messages": 65536, "bytes": "16MiB"}}},
                         players={"rate": 100000, "burst": 100000, "queue": {"soft": "32KiB", "soft_for": "10s", "hard": "64KiB"}})
    slow, fast = table(server, "slow", "fast")
    n = 0
    begin = time.monotonic()
    while metric(server, "connections_too_slow_total") == 0:
        assert time.monotonic() - begin < 30
        for _ in range(50):
            n += 1
            fast.relay(struct.pack(">I", n) + b"x" * 4000)
        fast.settle()
    assert fast.line.closed is None
    fast.expect("MEMBER", event=pb.MEMBER_SUSPENDED)
    welcome = slow.resume(answers=(pb.ANSWER_RESUMED, pb.ANSWER_RESYNC))
    if welcome.answer == pb.ANSWER_RESUMED:
        last = [struct.unpack(">I", m.data[:4])[0] for m in slow.all("RELAYED")]
        until("the rest", lambda: slow.pump(0.01) is not None and len(slow.all("RELAYED")) == n)
        assert [struct.unpack(">I", m.data[:4])[0] for m in slow.all("RELAYED")] == list(range(1, n + 1)), last[-3:]
    fast.relay(b"on we go")
    slow.expect("RELAYED", data=b"on we go")


def test_a_slow_reader_misses_cosmetics_and_keeps_the_latest(daemon):
    server = play_server(daemon, room_types=TYPES,
                         players={"rate": 100000, "burst": 100000, "queue": {"soft": "16KiB", "soft_for": "1m", "hard": "64MiB"}})
    slow, fast = table(server, "slow", "fast")
    for i in range(3000):
        fast.relay(b"o" * 4000) if i % 10 == 0 else None
        fast.relay(b"c" * 3000, delivery=pb.DELIVERY_COSMETIC)
        fast.relay(struct.pack(">I", i) + b"l" * 3000, delivery=pb.DELIVERY_LATEST, key=1)
        if i % 100 == 99:
            fast.settle()
    fast.settle()
    assert metric(server, "frames_dropped_total") > 1000
    until("the ordered ones and the newest", lambda: slow.pump(0.05) is not None and
          len([m for m in slow.all("RELAYED") if m.data[:1] == b"o"]) == 300 and
          any(struct.unpack(">I", m.data[:4])[0] == 2999 for m in slow.all("RELAYED") if m.key == 1))


def test_who_wants_checksums_gets_them_on_every_frame(server):
    a, b = server.player("ada", crc32c=True), server.player("bob")
    a.join("relay", key="t")
    b.join("relay", key="t")
    b.relay(b"one")
    a.expect("RELAYED", data=b"one")
    a.cut()
    b.relay(b"two").settle()
    a.resume(answers=(pb.ANSWER_RESUMED,))
    a.expect("RELAYED", data=b"two")
    assert all(f.flags & 4 for f, _ in a.seen)  # frames.decode() has checked each
    assert not any(f.flags & 4 for f, _ in b.seen)
