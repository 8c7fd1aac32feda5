"""One side of a case: bytes out, events in. An event is a word:

    101                 the upgrade was accepted (with the right Sec-WebSocket-Accept and sub-protocol)
    400 403 404 ...     it was not; the answer is whole and says in JSON what to do
    WELCOME:NEW         a frame of the server, with its answer, its reason (BYE:kicked), its code (ERROR:not-in-room)
    pong:abc  close:1002  close     control frames of WebSocket
    end  reset          how the connection ended
"""
import base64
import dataclasses
import hashlib
import itertools
import json
import os
import select
import socket
import struct
import time

import frames
from frames import HEADER, pb

PATIENCE = 30
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = base64.b64encode(hashlib.sha1((KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()


@dataclasses.dataclass
class Case:
    name: str
    send: list  # of bytes, each a write of its own
    expect: str  # words; "alive": and the connection works
    over: str = "ws"  # after the upgrade; "raw": before it; "tcp": plain TCP
    hello: bool = True  # HELLO was answered before
    server: str = "usual"  # or "hasty": short deadlines
    drip: bool = False  # byte by byte
    deviates: str = ""  # what RFC 6455 wants instead, and what follows from it

    def __post_init__(self):
        self.send = [self.send] if isinstance(self.send, bytes) else self.send
        self.hello = self.hello and self.over != "raw"


def head(target="/play", method="GET", version="HTTP/1.1", drop=(), extra=(), end="\r\n", **fields):
    """A request head; `fields` replace (Sec_WebSocket_Key="x"), `extra` are lines."""
    lines = {"Host": "game.example", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
             "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Protocol": "gamesrv.v1",
             **{k.replace("_", "-"): v for k, v in fields.items()}}
    text = [f"{method} {target} {version}", *(f"{k}: {v}" for k, v in lines.items() if k not in drop), *extra, "", ""]
    return end.join(text).encode("latin-1")


def ws(payload=b"", opcode=2, fin=True, rsv=0, masked=True, length=None, size=None, mask=b"\x01\x02\x03\x04"):
    """A WebSocket frame of a client. `length` lies about the payload's; `size`: bytes the length is written in."""
    n = len(payload) if length is None else length
    size = size or (1 if n < 126 else 3 if n < 65536 else 9)
    bit = 0x80 if masked else 0
    top = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    top += {1: lambda: bytes([bit | n]), 3: lambda: struct.pack(">BH", bit | 126, n),
            9: lambda: struct.pack(">BQ", bit | 127, n)}[size]()
    if not masked:
        return top + payload
    return top + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(payload))


def close(code=None, reason=b""):
    return ws(b"" if code is None else struct.pack(">H", code) + reason, opcode=8)


_names = itertools.count()


def hello():
    """Of a player that nobody else is."""
    name = f"p{os.getpid()}-{next(_names)}"
    return frames.encode("HELLO", frames.message("HELLO", token=name, protocol=1), flags=frames.UNORDERED)


BEAT = frames.encode("HEARTBEAT", frames.message("HEARTBEAT", time_us=7), flags=frames.UNORDERED)


def _enum(name, enum, value):
    return f"{name}:{enum.Name(value).split('_', 1)[1].lower()}"


def word(data):
    """What a frame of the server is called."""
    frame = frames.decode(data)
    name, m = frames.NAMES[frame.type], frames.unpack(frame)
    if name == "BYE":
        return _enum(name, pb.Reason, m.reason)
    if name == "WELCOME":
        return f"{name}:{pb.Answer.Name(m.answer).split('_', 1)[1]}"
    return f"{name}:{m.code}" if name == "ERROR" else name


class Talk:
    def __init__(self, address, over):
        self.s = socket.create_connection(address, timeout=PATIENCE)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest, self.over, self.ended, self.said_close = b"", over, None, False
        self.answer = None  # of an upgrade that was refused
        self.reason = ""  # of the server's close frame

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.s.close()

    def send(self, data, drip=False):
        try:
            for part in ([data[i:i + 1] for i in range(len(data))] if drip else [data]):
                self.s.sendall(part)
                if drip:
                    time.sleep(0.0005)
        except OSError:
            pass  # the server has had enough; the events tell how

    def event(self, patience=PATIENCE):
        """The next one."""
        end = time.monotonic() + patience
        while True:
            found = self._take()
            if found:
                return found
            if self.ended:
                assert not self.rest, f"ended in the middle: {self.rest[:200]}"
                return self.ended
            left = end - time.monotonic()
            assert left > 0, f"nothing came for {patience} s; unread: {self.rest[:200]}"
            if select.select([self.s], [], [], left)[0]:
                self._read()

    def _read(self):
        try:
            data = self.s.recv(1 << 18)
        except OSError:
            self.ended = "reset"
            return
        self.rest += data
        if not data:
            self.ended = "end"

    def _take(self):
        return {"raw": self._take_http, "ws": self._take_ws, "tcp": self._take_tcp}[self.over]()

    def _take_http(self):
        top, found, body = self.rest.partition(b"\r\n\r\n")
        if not found:
            return None
        lines = top.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        status = lines[0].split()[1]
        if status == "101":
            assert fields["Sec-WebSocket-Accept"] == ACCEPT and fields["Sec-WebSocket-Protocol"] == "gamesrv.v1", fields
            assert "Sec-WebSocket-Extensions" not in fields
            self.rest, self.over = body, "ws"
            return status
        if len(body) < int(fields["Content-Length"]):
            return None
        error = json.loads(body)["error"]
        assert error["code"] and error["message"] and set(error) == {"code", "message", "details"}
        self.answer = (fields, error)
        self.rest = b""
        return status

    def _take_ws(self):
        if len(self.rest) < 2:
            return None
        first, n, at = self.rest[0], self.rest[1], 2
        assert first & 0xF0 == 0x80 and n < 128, f"the server's frame is odd: {self.rest[:16]}"
        if n >= 126:
            at = 4 if n == 126 else 10
            if len(self.rest) < at:
                return None
            n = int.from_bytes(self.rest[2:at], "big")
        if len(self.rest) < at + n:
            return None
        payload, self.rest = self.rest[at:at + n], self.rest[at + n:]
        if first & 15 == 2:
            return word(payload)
        if first & 15 == 8:
            self.reason = payload[2:].decode()
            if not self.said_close:
                self.send(ws(payload, opcode=8))
            return f"close:{struct.unpack('>H', payload[:2])[0]}" if payload else "close"
        return {9: "ping", 10: "pong"}[first & 15] + ":" + payload.decode("latin-1")

    def _take_tcp(self):
        if len(self.rest) < HEADER:
            return None
        whole = frames.header(self.rest)[3]
        if len(self.rest) < whole:
            return None
        data, self.rest = self.rest[:whole], self.rest[whole:]
        return word(data)

    def alive(self):
        """It still answers."""
        probe = os.urandom(4).hex()
        if self.over == "ws":
            self.send(ws(probe.encode(), opcode=9))
            got = self.event()
            assert got == f"pong:{probe}", got
        else:
            self.send(BEAT)
            got = self.event()
            assert got == "HEARTBEAT", got


def run(case, address):
    """Raises AssertionError unless everything comes as expected; gives the Talk."""
    with Talk(address, "raw" if case.over == "ws" else case.over) as t:
        if case.over == "ws":
            t.send(head())
            assert t.event() == "101"
        if case.hello:
            t.send(ws(hello()) if case.over == "ws" else hello())
            got = t.event()
            assert got == "WELCOME:NEW", got
        for data in case.send:
            t.said_close = t.said_close or (case.over == "ws" and data[:1] == b"\x88")
            t.send(data, case.drip)
        seen = []
        for wanted in case.expect.split():
            if wanted == "alive":
                t.alive()
                continue
            seen.append(t.event())
            assert seen[-1] in wanted.split("|"), f"{case.name}: {' '.join(seen)}, expected {case.expect}"
        return t
