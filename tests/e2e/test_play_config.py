"""Configuration meets the game: what players in rooms see of an apply, what their match keeps, what the plan says of it."""
import json

import pytest

from gamesrv import trials, until
from player import ROOM_TYPES, bundle_files, pb, play_server

SCHEMA = """schema: Arena
# A place to fight.
fields:
  hp: int `default:"100" reload:"next"`
  speed: int `default:"1"`
  a: int `default:"50"`
  b: int `default:"50"`
  note: string?
  admin_key: string? `secret:"true"`
"""
TYPES = {
    "open": {**ROOM_TYPES["relay"], "shows": ["Arena"]},
    "closed": ROOM_TYPES["relay"],
    "duel": {**ROOM_TYPES["lockstep"], "shows": ["Arena"], "lockstep": {"input_delay": 3}},
}


def arena(name="pit", **fields):
    return "\n".join(["kind: Arena", f"name: {name}", *(f"{k}: {v}" for k, v in fields.items()), ""])


def files(types=None, **arenas):
    """The whole bundle with these arenas: files(pit={"hp": 1})."""
    return bundle_files(types or TYPES, {"schemas/arena.yaml": SCHEMA,
                                         **{f"arenas/{n}.yaml": arena(n, **f) for n, f in arenas.items()}}, loops=2)


class Watcher:
    """What a player knows of the configuration, from its CONFIG frames alone."""

    def __init__(self, player, room_type="open", key="t"):
        self.player, self.documents, self.revision, self.at = player, {}, 0, 0
        player.join(room_type, key=key)
        self.pinned = player.joined.revision
        self.until(lambda: self.revision)

    def read(self):
        for frame, m in self.player.seen[self.at:]:
            if not isinstance(m, pb.Config):
                continue
            assert m.pinned == self.pinned and m.revision >= self.revision
            self.documents.update({f"{d.kind}/{d.name}": json.loads(d.json) for d in m.documents})
            for name in m.removed:
                del self.documents[name]
            if not m.more:
                self.revision = m.revision
                self.check()
        self.at = len(self.player.seen)

    def check(self):
        for d in self.documents.values():
            assert d["a"] + d["b"] == 100, d

    def until(self, probe):
        def look():
            self.player.pump(0.02)
            self.read()
            return probe()
        until(f"{self.player.name} to see it; knows {self.documents} of {self.revision}", look)
        return self

    def reached(self, revision):
        return self.until(lambda: self.revision >= revision)


@pytest.fixture
def server(daemon):
    s = play_server(daemon, room_types=TYPES, files={k: v for k, v in files(pit={"hp": 100, "speed": 1}).items()
                                                     if "arena" in k})
    return s


def watch(server, name, room_type="open", key="t", transport="ws"):
    return Watcher(server.player(name, transport), room_type, key)


def test_live_fields_reach_a_running_room_and_next_fields_only_new_ones(server):
    old = watch(server, "ada")
    assert old.documents == {"Arena/pit": {"hp": 100, "speed": 1, "a": 50, "b": 50}} and old.pinned == 1
    reply = server.apply(files(pit={"hp": 50, "speed": 2}))
    assert reply["revision"] == 2
    old.reached(2)
    assert old.documents["Arena/pit"] == {"hp": 100, "speed": 2, "a": 50, "b": 50}
    joiner = watch(server, "bob", transport="tcp")  # the same room: as it holds there
    assert joiner.player.room == old.player.room and joiner.documents == old.documents and joiner.pinned == 1
    new = watch(server, "cleo", key="another")
    assert new.pinned == 2 and new.documents["Arena/pit"] == {"hp": 50, "speed": 2, "a": 50, "b": 50}


def test_a_change_of_next_fields_says_nothing_to_a_running_match(server):
    old = watch(server, "ada", "duel")
    server.apply(files(pit={"hp": 50, "speed": 1}))
    server.apply(files(pit={"hp": 50, "speed": 2}))
    old.reached(3)
    assert [m.revision for m in old.player.all("CONFIG")] == [3]
    assert old.documents["Arena/pit"]["hp"] == 100


def test_documents_come_and_go_and_secrets_never_come(server):
    server.apply(files(pit={"hp": 120, "speed": 1}))
    old = watch(server, "ada")
    server.apply(files(pit={"hp": 120, "speed": 1}, cave={"speed": 3, "admin_key": "hush"}, keep={"hp": 1}))
    old.reached(3)
    assert old.documents.keys() == {"Arena/pit", "Arena/cave"}  # keep sets a field for matches to come
    assert "admin_key" not in old.documents["Arena/cave"]
    server.apply(files(cave={"speed": 3, "admin_key": "hush"}), allow_delete=9)
    server.apply(files(cave={"speed": 4}))
    old.reached(5)
    assert old.documents.keys() == {"Arena/pit", "Arena/cave"}  # pit set hp: it stays until the match ends
    everything = b"".join(f.payload for f, _ in old.player.seen)
    assert b"hush" not in everything and b"***" not in everything


def test_a_room_type_decides_what_its_players_see(server):
    other = watch(server, "ada", "closed")
    assert other.documents == {}
    server.apply(files({**TYPES, "closed": {**TYPES["closed"], "shows": ["Arena"]}}, pit={"hp": 100, "speed": 1}))
    other.reached(2)
    assert other.documents == {"Arena/pit": {"hp": 100, "speed": 1, "a": 50, "b": 50}}
    server.apply(files(pit={"hp": 100, "speed": 1}))
    other.reached(3)
    assert other.documents == {}


def test_much_configuration_comes_in_parts_and_is_whole(server):
    many = {f"a{i:04}": {"speed": i, "note": "x" * 300} for i in range(600)}
    server.apply(files(**many), allow_delete=1)
    player = watch(server, "ada")
    parts = player.player.all("CONFIG_NOW")
    assert len(parts) >= 4 and [p.more for p in parts] == [True] * (len(parts) - 1) + [False]
    assert {n: d["speed"] for n, d in player.documents.items()} == {f"Arena/a{i:04}": i for i in range(600)}
    server.apply(files(**{n: {**f, "speed": f["speed"] + 1} for n, f in many.items()}))
    player.reached(3)
    assert {n: d["speed"] for n, d in player.documents.items()} == {f"Arena/a{i:04}": i + 1 for i in range(600)}


def test_no_apply_closes_a_socket_or_mixes_two_revisions(server):
    watchers = [watch(server, f"p{i}", ("open", "duel")[i % 2], f"t{i % 4}", ("ws", "tcp")[i % 3 == 0]) for i in range(12)]
    rounds, last = trials(60), 1
    for i in range(rounds):
        last = server.apply(files(pit={"hp": 100 + i, "speed": i, "a": i % 100, "b": 100 - i % 100}))["revision"]
        for w in watchers:  # every CONFIG is looked at: a + b is 100
            w.player.pump(0)
            w.read()
            w.player.relay(b"x") if i % 20 == 0 and w.player.joined.room_type == "open" else None
    for w in watchers:
        w.reached(last)
        assert w.player.line.closed is None and w.player.all("BYE") == []
        assert w.documents["Arena/pit"]["hp"] == 100  # the match keeps it
        assert w.documents["Arena/pit"]["speed"] == rounds - 1


def test_who_was_away_hears_of_the_change_when_it_comes_back(server):
    ada, bob = watch(server, "ada"), watch(server, "bob")
    ada.player.cut()
    server.apply(files(pit={"hp": 100, "speed": 7}))
    bob.reached(2)
    assert ada.player.resume().answer == pb.ANSWER_RESUMED
    ada.reached(2)
    assert ada.documents == bob.documents and ada.documents["Arena/pit"]["speed"] == 7


def test_who_missed_too_much_gets_all_of_it_again(server):
    types = {"open": {**TYPES["open"], "resume": {"window": "30s", "messages": 2, "bytes": "1KiB"}}}
    server.apply(files({**TYPES, **types}, pit={"hp": 100, "speed": 1}))
    ada, bob = watch(server, "ada"), watch(server, "bob")
    ada.player.cut()
    for i in range(9):
        last = server.apply(files({**TYPES, **types}, pit={"hp": 100, "speed": 2 + i}))["revision"]
    bob.reached(last)
    assert ada.player.resume().answer == pb.ANSWER_RESYNC
    assert ada.player.expect("JOINED").resync
    ada.reached(last)
    assert ada.documents == bob.documents


def test_a_rollback_reaches_the_players_as_any_change_does(server):
    ada = watch(server, "ada")
    server.apply(files(pit={"hp": 50, "speed": 9}))
    ada.reached(2)
    server.post("/v1/config/rollback", {})
    ada.reached(3)
    assert ada.documents["Arena/pit"] == {"hp": 100, "speed": 1, "a": 50, "b": 50}


def test_a_spectator_sees_what_players_see(server):
    ada = watch(server, "ada")
    eve = server.player("eve")
    eve.join("open", key="t", spectate=True)
    now = eve.expect("CONFIG_NOW")
    assert json.loads(now.documents[0].json) == ada.documents["Arena/pit"]
    server.apply(files(pit={"hp": 100, "speed": 2}))
    assert json.loads(eve.expect("CONFIG").documents[0].json)["speed"] == 2


def test_the_plan_names_rooms_that_see_a_change_and_those_that_keep_what_they_have(server):
    for i in range(3):
        watch(server, f"p{i}", "open", f"t{i}")
    watch(server, "q", "duel", "d")
    watch(server, "r", "closed", "c")
    change = files(pit={"hp": 50, "speed": 2})
    effects = server.post("/v1/config/plan", {"files": change})["effects"]
    assert effects["rooms"] == 4 and effects["sessions"] == 4
    assert effects["now"] == {"rooms": 4, "sessions": 4} and effects["keep"] == {"rooms": 4, "sessions": 4}
    tally = {"changes": 1, "rooms": 4, "sessions": 4}
    assert effects["documents"] == [{"kind": "Arena", "name": "pit", "room_types": [
        {"name": "duel", "rooms": 1, "sessions": 1}, {"name": "open", "rooms": 3, "sessions": 3}], "now": tally, "keep": {**tally, "older": 0}}]
    change = files({**TYPES, "duel": {**TYPES["duel"], "seats": 4, "lockstep": {"input_delay": 5}}},
                   pit={"hp": 100, "speed": 1})
    effects = server.post("/v1/config/plan", {"files": change})["effects"]
    tally = {"changes": 1, "rooms": 1, "sessions": 1}
    assert effects["documents"] == [{"kind": "RoomType", "name": "duel", "room_types": [
        {"name": "duel", "rooms": 1, "sessions": 1}], "now": tally, "keep": {**tally, "older": 0}}]
    assert server.apply(change)["effects"]["documents"] == effects["documents"]
    again = files(pit={"hp": 50, "speed": 1})  # by now these rooms are of an older revision
    assert server.post("/v1/config/plan", {"files": again})["effects"]["documents"][0]["keep"] == {
        "changes": 1, "rooms": 4, "sessions": 4, "older": 4}


def test_gamectl_says_it_in_words(server, tmp_path):
    watch(server, "ada", "open", "t0")
    watch(server, "bob", "open", "t1")
    server.write({"arenas/pit.yaml": arena("pit", hp=50, speed=2)})
    shown = server.ctl("plan", server.bundle, code=0).stdout
    assert "at the next tick in 2 rooms of open, for 2 players" in shown
    assert "2 rooms of open keep hp 100 until their match ends" in shown
    server.ctl("apply", server.bundle, "--yes", code=0)
    server.write({"arenas/pit.yaml": arena("pit", hp=40, speed=2), "arenas/new.yaml": arena("new", hp=4)})
    again = server.ctl("plan", server.bundle, code=0).stdout
    assert "2 rooms of open keep hp as it was at the start until their match ends" in again
    assert "2 rooms of open do without it until their match ends" in again
    assert "\n2 rooms with 2 players see it at the next tick\n" in shown
    assert "\n2 rooms with 2 players keep what they have until their match ends\n" in shown
