"""A door that is shut stays shut: from the answer to a cordon on no room opens and nobody joins, however many knock."""
import threading
import time

import pytest

from drain import TYPES
from gamesrv import trials
from player import Player, frames, play_server


class Knocker(threading.Thread):
    """Joins and leaves as fast as it can, new rooms and those of others."""

    def __init__(self, server, n):
        super().__init__(daemon=True)
        self.p, self.n, self.over, self.error, self.joins = Player(server, f"k{n}"), n, False, None, 0
        self.p.login()

    def run(self):
        try:
            k = 0
            while not self.over:
                k += 1
                self.p.send("JOIN", room_type="raid", key=f"r{(self.n + k) % 5}" if k % 2 else f"own-{self.n}-{k}")
                if self.answer() == "JOINED":
                    self.joins += 1
                    self.p.leave()
        except Exception as e:  # told by the test
            self.error = e

    def answer(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for i, (f, m) in enumerate(self.p.inbox):
                name = frames.NAMES[f.type]
                if name in ("JOINED", "ERROR"):
                    self.p.inbox.clear()
                    return name
            self.p.pump(1)
        raise AssertionError("no answer to JOIN")


@pytest.mark.parametrize("target", ["server", "roomtypes/raid"])
def test_no_join_slips_in_behind_a_cordon(daemon, target):
    types = {**TYPES, "raid": {**TYPES["raid"], "seats": 16, "empty_ttl": "0s"}}
    s = play_server(daemon, room_types=types, players={"rate": 100000, "burst": 100000})
    knockers = [Knocker(s, n) for n in range(6)]
    for k in knockers:
        k.start()
    try:
        for round in range(max(3, trials(200) // 12)):
            time.sleep(0.03)
            s.post(f"/v1/{target}/cordon")
            seated = {r["id"]: r["taken"] for r in s.get("/v1/rooms")["rooms"]}
            for _ in range(3):
                time.sleep(0.005)
                now = {r["id"]: r["taken"] for r in s.get("/v1/rooms")["rooms"]}
                assert set(now) <= set(seated) and all(now[r] <= seated[r] for r in now), (round, seated, now)
                seated = now
            s.post(f"/v1/{target}/uncordon")
    finally:
        for k in knockers:
            k.over = True
        for k in knockers:
            k.join(60)
    assert [k.error for k in knockers if k.error] == [] and all(k.joins > 5 for k in knockers)
