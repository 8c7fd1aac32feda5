"""A server with matches on it, to be drained: play(daemon, rooms=3) has a room of two players each, all running."""
import datetime
import http.client
import json
import socket
import threading

from gamesrv import request, until
from player import Player, pb, play_server

TYPES = {
    "duel": {"mode": "relay", "seats": 2, "start_delay": "0s", "end_delay": "0s", "control": "member", "empty_ttl": "1m"},
    "raid": {"mode": "relay", "seats": 4, "start_delay": "0s", "end_delay": "0s", "control": "member", "empty_ttl": "1m"},
}


class Table:
    """A room and who sits in it."""

    def __init__(self, server, n, kind="duel"):
        self.players = [server.player(f"{kind}-{n}-{i}", transport="tcp" if (n + i) % 2 else "ws") for i in range(2)]
        for p in self.players:
            p.join(kind, key=f"{kind}-{n}")
        self.room = self.players[0].room
        assert self.players[1].room == self.room

    def alive(self, word=b"still here"):
        """What one says reaches the other."""
        self.players[0].relay(word)
        assert self.players[1].expect("RELAYED", data=word).seat == self.players[0].seat
        return self

    def finish(self):
        self.players[0].control("finish")
        return self


def play(daemon, rooms=3, kind="duel", **server):
    s = play_server(daemon, room_types=TYPES, **server)
    s.tables = [Table(s, n, kind) for n in range(rooms)]
    return s


def drain(server, target="server", **body):
    """Asks for a drain; the answer's drain."""
    return server.post(f"/v1/{target}/drain", body)["drain"]


def look(server, target="server"):
    found = [d for d in server.get("/v1/drain")["drains"] if d["target"] == target]
    return found[0] if found else None


def phase(server, wanted, target="server"):
    return until(f"the drain of {target} to be {wanted}; it is {look(server, target)}; log:\n{server.log()[-2000:]}",
                 lambda: (d := look(server, target)) and d["phase"] == wanted and d)


def late(drain):
    """Seconds from the deadline to the end."""
    ended, deadline = (datetime.datetime.fromisoformat(drain[k].replace("Z", "+00:00")) for k in ("ended", "deadline"))
    return (ended - deadline).total_seconds()


def readyz(server):
    return request(server.socket, "GET", "/readyz")[0]


def livez(server):
    return request(server.socket, "GET", "/livez")[0]


def newcomer(server, name="late"):
    """The answer to a player who was never here."""
    p = Player(server, name).connect()
    welcome = p.hello()
    p.line.close()
    return welcome.answer


def ends(table, reason=pb.REASON_DRAINED):
    """Every player hears that the server sends it away."""
    for p in table.players:
        assert p.expect("BYE").reason == reason
        p.expect_close()


class Local(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(str(self.path))


class Follower(threading.Thread):
    """Reads the stream of a drain to its end."""

    def __init__(self, server, target="server"):
        super().__init__(daemon=True)
        self.server, self.target, self.lines = server, target, []
        self.start()

    def run(self):
        c = Local(self.server.socket)
        c.request("GET", f"/v1/drain?follow=1&target={self.target}")
        for line in c.getresponse():
            self.lines.append(json.loads(line))
