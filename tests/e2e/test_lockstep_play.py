"""Lockstep through the real daemon: players with a small deterministic game in Python agree on every frame, also after cuts, late
inputs, joins and a state that went astray."""
import random
import time
import zlib

import pytest

from gamesrv import until
from player import bundle_files, frames, play_server

TYPES = {"lockstep": {"mode": "lockstep", "tick": "10ms", "seats": 8, "start_delay": "0s", "control": "member",
                      "lockstep": {"hash_every": 20, "input_delay": 3}}}


class Game:
    """What a client keeps: frames known by number, a state, the inputs in force."""

    def __init__(self, player):
        self.p, self.cursor = player, 0
        j = player.joined
        self.repeats, self.every, self.delay = (j.lockstep.missing_repeats, j.lockstep.hash_every, j.lockstep.input_delay)
        self.first = j.lockstep.frame
        self.known, self.inputs, self.state, self.next = {}, {}, j.seed & 0xffffffff, 0
        self.has_state, self.hashes, self.lies = self.first == 0, {}, 0
        self.desyncs = self.late = 0

    def follow(self):
        self.p.pump(0.01)
        while self.cursor < len(self.p.seen):
            frame, m = self.p.seen[self.cursor]
            self.cursor += 1
            getattr(self, "on_" + frames.NAMES[frame.type].lower(), lambda m: None)(m)
            self.compute()

    def on_bundle(self, m):
        self.known[m.frame] = {i.seat: i.data for i in m.inputs}

    def on_empty(self, m):
        for f in range(m.frame, m.frame + m.count):
            self.known[f] = {}

    def on_snapshot(self, m):
        self.state, self.next, self.has_state = int.from_bytes(m.data, "big"), m.frame + 1, True
        self.inputs = {}
        for f in range(self.first, m.frame + 1):
            self.inputs.update(self.known[f])

    def on_snapshot_wanted(self, m):
        assert self.next > m.frame
        self.p.send("SNAPSHOT", frame=self.next - 1, data=self.state.to_bytes(4, "big"), hash=self.state)

    def on_desync(self, m):
        self.desyncs += 1

    def on_late(self, m):
        self.late += 1

    def on_delay(self, m):
        self.delay = m.input_delay

    def compute(self):
        self.has_state = self.has_state or 0 in self.known  # fed from the beginning
        while self.has_state and self.next in self.known:
            now = self.known[self.next]
            self.inputs = {**self.inputs, **now} if self.repeats else now
            text = repr((self.next, sorted(self.inputs.items()))).encode()
            self.state = zlib.crc32(text, self.state ^ self.lies)
            self.lies = 0
            self.hashes[self.next] = self.state
            if self.next % self.every == 0:
                self.p.hash(self.next, self.state)
            self.next += 1

    def press(self, data, early=0):
        self.p.input(max(0, self.next + self.delay + early), data)


def play(games, seconds, act=lambda g: None):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for g in games:
            g.follow()
            act(g)


def agree(games, at_least=20):
    common = set.intersection(*(set(g.hashes) for g in games))
    assert len(common) >= at_least, [len(g.hashes) for g in games]
    for f in sorted(common):
        assert len({g.hashes[f] for g in games}) == 1, f"frame {f}"


@pytest.fixture
def server(daemon):
    return play_server(daemon, room_types=TYPES)


def start(server, *names):
    players = [server.player(n, transport="tcp" if i % 2 else "ws") for i, n in enumerate(names)]
    for p in players:
        p.join("lockstep", key="m")
    games = [Game(p) for p in players]
    play(games, 0.3)
    return games


def test_all_compute_the_same_with_inputs_early_late_and_missing(server):
    games = start(server, "ada", "bob", "eve")
    dice = random.Random(1)

    def act(g):
        if dice.random() < 0.3:
            g.press(bytes([dice.randrange(4)]), dice.randrange(-6, 3))
    play(games, 2, act)
    agree(games, 100)
    assert sum(g.late for g in games) > 0 and sum(g.desyncs for g in games) == 0


def test_frames_come_on_time_without_any_input(server):
    games = start(server, "ada", "bob")
    first, began = games[0].next, time.monotonic()
    play(games, 2)
    passed = time.monotonic() - began
    assert 0.5 * passed / 0.010 < games[0].next - first < 1.2 * passed / 0.010


def test_a_joiner_gets_the_state_of_a_member(server):
    games = start(server, "ada", "bob")
    play(games, 0.5, lambda g: g.press(b"x"))
    eve = server.player("eve")
    eve.join("lockstep", key="m")
    games.append(Game(eve))
    play(games, 1.5, lambda g: g.has_state and g.press(bytes([g.next & 3])))
    assert games[2].has_state
    agree(games, 50)


def test_with_nobody_to_ask_a_joiner_is_fed_from_the_log_also_across_a_cut(server):
    games = start(server, "ada")
    play(games, 1, lambda g: g.press(bytes([g.next & 7])))
    games[0].p.cut()
    until("ada to be seen as gone", lambda: [r for r in server.get("/v1/rooms")["rooms"] if r["suspended"]])
    eve = server.player("eve")
    eve.join("lockstep", key="m")
    games.append(Game(eve))
    play(games[1:], 0.1)
    eve.cut()
    eve.resume()
    until("eve to have computed what ada saw", lambda: (play(games[1:], 0.1), games[1].next > games[0].next + 20)[1])
    games[0].p.resume()
    play(games, 1, lambda g: g.press(bytes([g.next & 7])))
    agree(games, 100)
    assert eve.all("SNAPSHOT") == []


def test_who_comes_back_goes_on_where_it_was(server):
    games = start(server, "ada", "bob")
    for _ in range(4):
        play(games, 0.2, lambda g: g.press(bytes([g.next & 7])))
        games[1].p.cut()
        play(games[:1], 0.1, lambda g: g.press(bytes([g.next & 7])))
        games[1].p.resume()
    play(games, 0.5)
    agree(games, 80)
    assert games[0].desyncs == games[1].desyncs == 0


def test_a_state_that_went_astray_is_mended(server):
    games = start(server, "ada", "bob", "eve")
    play(games, 0.3)
    games[2].lies = 1
    play(games, 2, lambda g: g.press(bytes([g.next & 3])))
    assert games[2].desyncs >= 1 and games[0].desyncs == 0
    last = min(g.next for g in games) - 1
    assert len({g.hashes[last] for g in games}) == 1


def test_a_new_delay_comes_in_the_stream(server):
    games = start(server, "ada", "bob")
    types = {"lockstep": {**TYPES["lockstep"], "lockstep": {"hash_every": 20, "input_delay": 7}}}
    files = {path.relative_to(server.bundle).as_posix(): path.read_text() for path in server.bundle.rglob("*.yaml")}
    files.update({k: v for k, v in bundle_files(types).items() if k.startswith("rooms/")})
    server.apply(files)
    until("DELAY", lambda: (play(games, 0.1), games[0].delay == games[1].delay == 7)[1])
    play(games, 0.3)
    agree(games)
