"""Rooms through the real daemon: relay between loops and transports, who comes and goes, operators' words in the log."""
import time

import pytest

from gamesrv import until
from player import pb, play_server


@pytest.fixture
def server(daemon):
    return play_server(daemon)


def seated(server, *names, key="t", room_type="relay"):
    players = [server.player(name, transport="tcp" if i % 2 else "ws") for i, name in enumerate(names)]
    for p in players:
        p.join(room_type, key=key)
    return players


def test_everybody_hears_everything_in_one_order(server):
    players = seated(server, "ada", "bob", "eve", "kim")
    for i in range(50):
        for p in players:
            p.relay(f"{p.name}{i}".encode())
    heard = [[p.expect("RELAYED") for _ in range(200)] for p in players]
    orders = [[m.data for m in list_] for list_ in heard]
    assert orders[0] == orders[1] == orders[2] == orders[3]
    for p in players:  # each in the order it spoke
        assert [d for d in orders[0] if d.startswith(p.name.encode())] == [f"{p.name}{i}".encode() for i in range(50)]


def test_no_byte_of_one_room_reaches_another(server):
    a = seated(server, "ada", "bob", key="a")
    b = seated(server, "eve", "kim", key="b")
    for i in range(30):
        a[0].relay(b"a" * 100)
        b[0].relay(b"b" * 100)
    for players, data in ((a, b"a" * 100), (b, b"b" * 100)):
        for p in players:
            for _ in range(30):
                assert p.expect("RELAYED").data == data
            p.quiet(but=("HEARTBEAT", "ACK", "CONFIG_NOW", "MEMBER", "ROOM"))


def test_a_message_to_one_seat_reaches_that_seat_only(server):
    ada, bob, eve = seated(server, "ada", "bob", "eve")
    ada.relay(b"psst", to=[bob.seat])
    ada.relay(b"all")
    assert bob.expect("DIRECT").data == b"psst"
    eve.expect("RELAYED", data=b"all")
    assert eve.all("DIRECT") == []


def test_who_joins_by_type_sits_with_others_and_a_full_room_is_passed_over(daemon):
    server = play_server(daemon, room_types={"duel": {"mode": "relay", "seats": 2, "start_delay": "0s"}})
    players = [server.player(f"p{i}") for i in range(6)]
    rooms = [p.join("duel").room for p in players]
    assert sorted(rooms.count(r) for r in set(rooms)) == [2, 2, 2]


def test_refusals_have_codes(server):
    ada, bob = server.player("ada"), server.player("bob", transport="tcp")
    ada.send("JOIN", room_type="nowhere")
    ada.expect_error("no-such-room-type")
    ada.send("JOIN", room="r-zzzz")
    ada.expect_error("no-such-room")
    ada.send("LEAVE")
    ada.expect_error("not-in-room")
    ada.join("relay", key="k")
    ada.send("JOIN", room_type="relay")
    ada.expect_error("already-seated")
    ada.send("INPUT", frame=1, data=b"x")
    ada.expect_error("wrong-mode")
    bob.join("relay", room="", key="k")
    bob.control("finish")
    bob.expect("ROOM", state=pb.ROOM_ENDING)
    kim = server.player("kim")
    kim.send("JOIN", room=ada.room)
    kim.expect_error("room-ended")


def test_state_mode_is_refused_by_name(daemon):
    server = play_server(daemon, room_types={"world": {"mode": "state"}})
    ada = server.player("ada")
    ada.send("JOIN", room_type="world")
    ada.expect_error("mode-not-served")


def test_the_life_of_a_match_is_heard(daemon):
    server = play_server(daemon, room_types={"duel": {
        "mode": "relay", "min_players": 2, "start_delay": "50ms", "max_duration": "1s", "end_delay": "100ms"}})
    ada, bob = server.player("ada"), server.player("bob")
    ada.join("duel", key="k")
    assert ada.joined.state == pb.ROOM_OPEN
    bob.join("duel", key="k")
    for state, actor in ((pb.ROOM_RUNNING, "room"), (pb.ROOM_ENDING, "room"), (pb.ROOM_CLOSED, "room")):
        for p in (ada, bob):
            m = p.expect("ROOM")
            assert (m.state, m.actor) == (state, actor), m
    for p in (ada, bob):
        assert p.expect("LEFT").reason == pb.REASON_ROOM_CLOSED
    ada.join("duel", key="k")  # the session lives on, the key is free


def test_an_empty_room_closes_and_a_new_one_opens(daemon):
    server = play_server(daemon, room_types={"relay": {"mode": "relay", "empty_ttl": "200ms"}})
    ada = server.player("ada")
    first = ada.join("relay", key="k").room
    ada.leave()

    def gone():
        ada.send("JOIN", room=first)
        code = ada.expect("ERROR").code if not joined() else None
        return code == "no-such-room"

    def joined():
        until("an answer", lambda: ada.pump(0.05) or [n for n in ada.names() if n in ("JOINED", "ERROR")])
        if "JOINED" in ada.names():
            ada.expect("JOINED")
            ada.leave()
            return True
        return False
    time.sleep(0.4)
    until("the room to be gone", gone)
    assert ada.join("relay", key="k").room != first


def test_spectators_watch(server):
    ada, = seated(server, "ada")
    eve = server.player("eve", transport="tcp")
    eve.join(room=ada.room, spectate=True)
    assert eve.joined.spectator and eve.seat >= 16
    ada.relay(b"look")
    eve.expect("RELAYED", data=b"look")
    eve.relay(b"me too")
    eve.expect_error("not-allowed")


def test_latest_and_cosmetic_carry_no_number(server):
    ada, bob = seated(server, "ada", "bob")
    before = bob.seq["room"]
    ada.relay(b"pos", delivery=pb.DELIVERY_LATEST, key=7)
    ada.relay(b"dust", delivery=pb.DELIVERY_COSMETIC)
    ada.relay(b"hit")
    m = bob.expect("RELAYED", data=b"pos")
    assert (m.delivery, m.key) == (pb.DELIVERY_LATEST, 7)
    bob.expect("RELAYED", data=b"hit")
    assert bob.seq["room"] - before <= 2  # MEMBER of bob himself may have come in between


@pytest.mark.parametrize("flush", ["immediate", "turn", "tick"])
def test_each_way_to_flush_loses_and_doubles_nothing(daemon, flush):
    server = play_server(daemon, room_types={"relay": {"mode": "relay", "flush": flush, "tick": "20ms"}})
    ada, bob = seated(server, "ada", "bob")
    for i in range(60):
        ada.relay(b"%d" % i)
    assert [bob.expect("RELAYED").data for _ in range(60)] == [b"%d" % i for i in range(60)]


def test_a_room_is_closed_by_its_own_fault_only_others_go_on(server):
    """The nearest thing to a fault from outside: one room is closed under load, the other never notices."""
    a = seated(server, "ada", "bob", key="a")
    b = seated(server, "eve", "kim", key="b")
    a[0].control("finish")
    a[1].expect("ROOM", state=pb.ROOM_ENDING)
    for i in range(100):
        b[0].relay(b"%d" % i)
    assert [b[1].expect("RELAYED").data for _ in range(100)] == [b"%d" % i for i in range(100)]
