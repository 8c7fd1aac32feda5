"""A player, independent of the server's code (docs/wire.md): Player speaks frames, numbers its commands, follows both streams
and fails on a gap, a repetition or a frame nobody knows; play_server() starts a daemon that players can reach.

    server = play_server(daemon)              # one room type per mode: "relay", "lockstep"
    ada = server.player("ada")                # connected, HELLO answered with NEW
    bob = server.player("bob", transport="tcp")
    ada.join("relay", key="table-1"); bob.join("relay", key="table-1")
    ada.relay(b"hi")
    assert bob.expect("RELAYED", data=b"hi").seat == ada.seat
    ada.cut(); ada.resume()                   # same seat; unacknowledged commands are sent again
"""
import itertools
import os
import re
import time

import frames
from ctl import write_tree
from frames import UNORDERED, Frame, pb
from gamesrv import Daemon, until
from player_line import PATIENCE, Refused, TcpLine, WsLine  # noqa: F401 (Refused is for tests)

ROOM_TYPES = {
    "relay": {"mode": "relay", "tick": "20ms", "seats": 16, "start_delay": "0s", "control": "member"},
    "lockstep": {"mode": "lockstep", "tick": "16ms", "seats": 8, "start_delay": "0s", "control": "member"},
}
# What carries no number of its own: HELLO and what may be lost.
UNNUMBERED = {"HELLO", "HEARTBEAT", "BYE", "BATCH"}
_addresses = itertools.count()


def yaml(value):
    """Flow style; enough for fields."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {yaml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(yaml, value)) + "]"
    return {True: "true", False: "false", None: "null"}[value] if value is None or isinstance(value, bool) else str(value)


def document(kind, name, fields):
    return "\n".join([f"kind: {kind}", f"name: {name}", *(f"{k}: {yaml(v)}" for k, v in fields.items()), ""])


def bundle_files(room_types=None, files=None, **server):
    """A bundle for players as {path: text}; `server`: fields of the Server document."""
    server.setdefault("shutdown", {"deadline": "0s"})  # a test's end is no drain
    types = {name: document("RoomType", name, fields) for name, fields in (room_types or ROOM_TYPES).items()}
    return {"server.yaml": document("Server", "main", server),
            **{f"rooms/{name}.yaml": text for name, text in types.items()}, **(files or {})}


def play_server(start=Daemon, *args, room_types=None, files=None, tcp=True, **server):
    """A PlayServer. `start`: Daemon, or the `daemon` fixture, whose daemons end with the test."""
    # An address of its own for each daemon: every one may have the same port.
    n = next(_addresses)
    host = f"127.{1 + os.getpid() % 250}.{1 + os.getpid() // 250 % 250}.{1 + n % 250}"
    server.setdefault("loops", 2)
    if tcp:
        server.setdefault("listen_tcp", [f"{host}:7360"])
    d = start("--listen", "127.0.0.1:0", *args, start=False)
    top = d.dir / "bundle"
    write_tree(top, bundle_files(room_types, files, **server))
    d.args += ["--bundle", str(top)]
    d.start()
    return PlayServer(d, top)


class PlayServer:
    def __init__(self, daemon, bundle):
        self.daemon, self.bundle, self.players = daemon, bundle, []

    def __getattr__(self, name):  # apply(), get(), ctl(), log() and all the rest
        return getattr(self.daemon, name)

    def address(self, scheme="ws"):
        def probe():
            found = re.findall(rf"players on {scheme}://\[?([^\s\"\]]+)\]?:(\d+)", self.daemon.log())
            return found and (found[-1][0], int(found[-1][1]))
        return until(f"players on {scheme}; log:\n{self.daemon.log()[-2000:]}", probe)

    def write(self, files):
        """Changes the bundle on disk."""
        write_tree(self.bundle, files)

    def player(self, name="ada", transport="ws", **hello):
        p = Player(self, name, transport, **hello)
        self.players.append(p)
        p.login()
        return p


class Player:
    def __init__(self, server, name="ada", transport="ws", **hello):
        self.server, self.name, self.transport, self.extra = server, name, transport, hello
        self.path, self.resume_token, self.line = "/play", b"", None
        self.seq = {"session": 0, "room": 0}  # the last ordered number that arrived
        self.client_seq, self.unacked = 0, {}  # commands sent, and those nobody acknowledged
        self.inbox, self.seen = [], []  # what no test asked for yet; everything
        self.session = self.room = self.seat = self.joined = self.welcome = None

    # ---- the line ----

    def connect(self, path=None, headers=(), source=None):
        scheme = "tcp" if self.transport == "tcp" else "ws"
        address = self.server.address(scheme)
        self.line = TcpLine(address, source) if scheme == "tcp" else WsLine(address, path or self.path, headers, source)
        return self

    def raw(self, data):
        self.line.raw(data)
        return self

    def send_bytes(self, data):
        """One message with these bytes, whatever they are."""
        self.line.send(data)
        return self

    def cut(self):
        self.line.cut()
        return self

    def close(self):
        self.line.close()
        return self

    # ---- sending ----

    def send(self, type, message=None, flags=0, seq=None, **fields):
        """A frame; commands get their number and are kept until they are acknowledged."""
        payload = message if message is not None else frames.message(type, **fields)
        if type in UNNUMBERED or (seq is None and flags & UNORDERED):
            data = frames.encode(type, payload, self.client_seq if seq is None else seq, flags | UNORDERED)
        else:
            if seq is None:
                self.client_seq = seq = self.client_seq + 1
            data = frames.encode(type, payload, seq, flags)
            self.unacked[seq] = data
        self.line.send(data)
        return self

    def hello(self, token=None, **fields):
        """HELLO and its answer, a Welcome."""
        fields = {"protocol": 1, "client_build": "player.py", **self.extra, **fields}
        self.send("HELLO", token=self.name if token is None else token, session_seq=self.seq["session"],
                  room_seq=self.seq["room"], **fields)
        welcome = self.welcome = self.expect("WELCOME")
        if welcome.path:
            self.path = welcome.path
        if welcome.answer in (pb.ANSWER_NEW, pb.ANSWER_RESUMED, pb.ANSWER_RESYNC):
            self.session, self.resume_token = welcome.session, welcome.resume_token
            self._acked(welcome.client_seq)
        return welcome

    def login(self, **fields):
        """Connects, says HELLO, follows MOVED. Gives the Welcome; every answer but NEW fails unless `answers` has it."""
        answers = fields.pop("answers", (pb.ANSWER_NEW,))
        for _ in range(8):
            self.connect()
            welcome = self.hello(**fields)
            if welcome.answer != pb.ANSWER_MOVED:
                assert welcome.answer in answers, welcome
                return welcome
            self.line.close()
        raise AssertionError("MOVED in circles")

    def resume(self, answers=(pb.ANSWER_RESUMED, pb.ANSWER_RESYNC), **fields):
        """A new line for the same session; what was not carried out is sent again."""
        if self.line is not None and self.line.closed is None:
            self.line.cut()
        self.inbox = [f for f in self.inbox if f[0].type not in (frames.TYPES["WELCOME"], frames.TYPES["BYE"])]
        welcome = self.login(answers=answers, resume_token=self.resume_token, **fields)
        if welcome.answer in (pb.ANSWER_RESUMED, pb.ANSWER_RESYNC):
            for seq in sorted(self.unacked):
                self.line.send(self.unacked[seq])
        return welcome

    def join(self, room_type="", key="", room="", spectate=False):
        self.send("JOIN", room_type=room_type, key=key, room=room, spectate=spectate)
        return self.expect("JOINED")

    def leave(self):
        self.send("LEAVE")
        return self.expect("LEFT")

    def relay(self, data, delivery=0, key=0, to=()):
        return self.send("RELAY", data=data, delivery=delivery, key=key, to=to)

    def input(self, frame, data):
        return self.send("INPUT", frame=frame, data=data)

    def hash(self, frame, value):
        return self.send("HASH", frame=frame, hash=value)

    def control(self, verb, reason=""):
        return self.send("CONTROL", verb=pb.Verb.Value(f"VERB_{verb.upper()}"), reason=reason)

    def heartbeat(self):
        return self.send("HEARTBEAT", time_us=time.monotonic_ns() // 1000, session_seq=self.seq["session"],
                         room_seq=self.seq["room"])

    def bye(self):
        return self.send("BYE", reason=pb.REASON_CLIENT_BYE)

    # ---- receiving ----

    def pump(self, seconds=0.0):
        """Takes in what arrived, waiting at most this long for the first of it. True if anything came."""
        came = self.line.more(seconds)
        for data in self.line.frames():
            self._arrived(frames.decode(data))
        return came

    def expect(self, type, patience=PATIENCE, **wanted):
        """The next message of this type (whose fields are as wanted); others stay for later. An ERROR or a BYE that
        nobody asked for ends the wait."""
        number, end = frames.number(type), time.monotonic() + patience
        while True:
            for i, (frame, m) in enumerate(self.inbox):
                if frame.type == number and all(getattr(m, k) == v for k, v in wanted.items()):
                    del self.inbox[i]
                    return m
            trouble = [m for f, m in self.inbox if f.type in (frames.TYPES["ERROR"], frames.TYPES["BYE"])]
            assert not trouble or type in ("ERROR", "BYE"), f"{self.name} waits for {type}, got {trouble[0]}"
            assert self.line.closed is None, f"{self.name} waits for {type}; closed: {self.line.closed} {self.line.reason}"
            left = end - time.monotonic()
            assert left > 0, f"{self.name} waited {patience} s for {type} {wanted}; has {self.names()}"
            self.pump(min(left, 1))

    def expect_error(self, code):
        error = self.expect("ERROR")
        assert error.code == code, error
        return error

    def expect_close(self, code=None, patience=PATIENCE):
        """How the line ended; what the server said before is in the inbox."""
        end = time.monotonic() + patience
        while self.line.closed is None:
            assert time.monotonic() < end, f"{self.name} waited {patience} s for the end; has {self.names()}"
            self.pump(0.2)
        assert code is None or self.line.closed == code, (self.line.closed, self.line.reason, self.names())
        return self.line.closed

    def quiet(self, seconds=0.2, but=("HEARTBEAT", "ACK")):
        """Nothing but these arrives for so long, and nothing else waits."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self.line.closed is None:
            self.pump(left)
        assert [n for n in self.names() if n not in but] == [], self.names()

    def names(self):
        return [frames.NAMES[f.type] for f, _ in self.inbox]

    def all(self, type):
        """Every message of this type so far, asked for or not."""
        return [m for f, m in self.seen if f.type == frames.number(type)]

    def settle(self, patience=PATIENCE):
        """Until every command is acknowledged."""
        end = time.monotonic() + patience
        while self.unacked:
            assert time.monotonic() < end, f"never acknowledged: {sorted(self.unacked)}"
            self.heartbeat()
            self.pump(0.1)
        return self

    def _acked(self, client_seq):
        self.unacked = {seq: data for seq, data in self.unacked.items() if seq > client_seq}

    def _arrived(self, frame):
        m = frames.unpack(frame)
        if frame.type == frames.TYPES["BATCH"]:
            self._follow(frame, m)  # the server's has a number when a resume must bring it again
            for inner in m.frames:
                self._arrived(frames.decode(inner))
            return
        self._follow(frame, m)
        self._note(frame, m)
        self.seen.append((frame, m))
        self.inbox.append((frame, m))

    def _follow(self, frame, m):
        """Both streams count up by one; what is unordered repeats the number before it."""
        stream = "room" if frame.type >= 0x100 else "session"
        last, name = self.seq[stream], frames.NAMES[frame.type]
        if name == "WELCOME" and m.answer in (pb.ANSWER_NEW, pb.ANSWER_RESYNC):
            self.seq["session"] = frame.seq
        elif frame.flags & UNORDERED:
            # What a slow receiver gets late keeps the number it had.
            assert frame.seq <= last or name == "WELCOME", f"{name} has {frame.seq}, {stream} is at {last}"
        else:
            assert frame.seq == last + 1, f"{name} has {frame.seq}, {stream} is at {last}"
            self.seq[stream] = frame.seq

    def _note(self, frame, m):
        name = frames.NAMES[frame.type]
        if name == "ACK":
            self._acked(m.client_seq)
        elif name == "HEARTBEAT":
            self._acked(m.client_seq)
        elif name == "JOINED":
            self.joined, self.room, self.seat = m, m.room, m.seat
            self.seq["room"] = m.room_seq
        elif name == "LEFT":
            self.room = self.seat = None


__all__ = ["Frame", "Player", "PlayServer", "Refused", "play_server", "bundle_files", "document", "frames", "pb"]
