"""Rooms that come and go by the thousands leave nothing behind: memory, descriptors, seats and timers are back where they were."""
import os
import re

from gamesrv import BIN, trials, until
from player import pb, play_server

SANITIZED = any(name in str(BIN) for name in ("asan", "tsan"))  # they keep what was freed


def memory_kib(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def metric(server, name):
    text = server.daemon.get("/metrics")
    text = text if isinstance(text, str) else text.decode()
    return int(re.search(rf"^gamesrv_{name} (\d+)$", text, re.M).group(1))


def cycle(players, kind, n):
    ada, bob = players
    ada.join(kind, key=f"k{n}")
    bob.join(room=ada.room)
    ada.relay(b"hello")
    bob.expect("RELAYED", data=b"hello")
    if n % 3 == 0:
        bob.control("finish")
        ada.expect("ROOM", state=pb.ROOM_ENDING)
    for p in players:
        p.leave()
        p.inbox.clear()
        p.seen.clear()


def run(server, count):
    players = [server.player("ada"), server.player("bob", transport="tcp")]
    for n in range(count):
        cycle(players, "lockstep" if n % 2 else "relay", n)
    for p in players:
        p.settle()
        p.close()
    until("all rooms to be closed", lambda: metric(server, "rooms_open") == 0)


def test_ten_thousand_rooms_leave_nothing(daemon):
    count = trials(1000)
    kinds = {k: {"mode": k, "tick": "20ms", "start_delay": "0s", "control": "member", "empty_ttl": "0s", "end_delay": "1m"}
             for k in ("relay", "lockstep")}
    server = play_server(daemon, room_types=kinds, players={"rate": 100000, "burst": 100000, "resume": "0s"})
    pid = server.daemon.process.pid
    run(server, 100)  # pools and tables reach their size
    memory, fds = memory_kib(pid), descriptors(pid)
    run(server, count)
    assert metric(server, "room_members") == 0
    assert metric(server, "rooms_opened_total") >= count + 100
    assert metric(server, "rooms_failed_total") == 0
    until("descriptors back where they were", lambda: descriptors(pid) <= fds)
    if not SANITIZED:
        assert memory_kib(pid) - memory < 1024
