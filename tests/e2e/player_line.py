"""What carries frames to the daemon and back, at the level of bytes: a WebSocket by hand, and plain TCP."""
import base64
import hashlib
import os
import select
import socket
import struct
import time

from frames import HEADER, header

PATIENCE = 30


class Refused(Exception):
    """The upgrade was answered with something else than 101."""

    def __init__(self, status, head, body):
        super().__init__(f"{status}: {body[:200]!r}")
        self.status, self.head, self.body = status, head, body


class Line:
    """A socket and what arrived on it. `closed` is None, or how it ended: a close code, "reset" or "eof"."""

    def __init__(self, address, source=None):
        self.s = socket.create_connection(address, timeout=PATIENCE, source_address=(source, 0) if source else None)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest, self.closed, self.reason = b"", None, ""

    def raw(self, data):
        """Bytes as they are; a line that is gone takes nothing."""
        try:
            self.s.sendall(data)
        except OSError:
            pass

    def more(self, seconds):
        """True if bytes came (or the end) within this time."""
        if self.closed is not None:
            return False
        ready, _, _ = select.select([self.s], [], [], seconds)
        if not ready:
            return False
        try:
            data = self.s.recv(1 << 18)
        except OSError:
            self.closed = "reset"
            return True
        if not data:
            self.closed = "eof"
        self.rest += data
        return True

    def frames(self):
        """Whole frames that arrived, in order."""
        while self.closed is None or self.rest:
            data = self.take()
            if data is None:
                return
            yield data

    def cut(self):
        """Gone without a word: the kernel says RST."""
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.s.close()
        self.closed = self.closed or "cut"

    def close(self):
        self.s.close()
        self.closed = self.closed or "closed here"


class TcpLine(Line):
    def send(self, frame):
        self.raw(frame)

    def take(self):
        if len(self.rest) < HEADER:
            return None
        whole = header(self.rest)[3]
        if len(self.rest) < whole:
            return None
        frame, self.rest = self.rest[:whole], self.rest[whole:]
        return frame


class WsLine(Line):
    def __init__(self, address, path="/play", headers=(), source=None):
        super().__init__(address, source)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {address[0]}:{address[1]}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: gamesrv.v1", *headers]
        self.raw("\r\n".join([*lines, "", ""]).encode())
        end = time.monotonic() + PATIENCE
        while b"\r\n\r\n" not in self.rest and self.closed is None:
            self.more(1)
            assert time.monotonic() < end, "no answer to the upgrade"
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        head = head.decode(errors="replace")
        if not head.startswith("HTTP/1.1 101"):
            while self.closed is None and self.more(5):
                pass
            raise Refused(int(head.split()[1]) if head else 0, head, self.rest.decode(errors="replace"))
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert fields["sec-websocket-accept"] == base64.b64encode(digest).decode().lower()
        assert fields["sec-websocket-protocol"] == "gamesrv.v1"

    def ws(self, payload, opcode=2, fin=True, rsv=0, masked=True, length=None):
        """One WebSocket frame; `length` lies about the payload's."""
        n = len(payload) if length is None else length
        first = (0x80 if fin else 0) | rsv << 4 | opcode
        bit = 0x80 if masked else 0
        head = struct.pack(">BB", first, bit | n) if n < 126 else (
            struct.pack(">BBH", first, bit | 126, n) if n < 65536 else struct.pack(">BBQ", first, bit | 127, n))
        if not masked:
            return head + payload
        mask = os.urandom(4)
        key = int.from_bytes((mask * (len(payload) // 4 + 1))[:len(payload)], "big")
        return head + mask + (int.from_bytes(payload, "big") ^ key).to_bytes(len(payload), "big")

    def send(self, frame):
        self.raw(self.ws(frame))

    def take(self):
        """The next binary message; control frames are dealt with on the way."""
        while len(self.rest) >= 2:
            opcode, n, at = self.rest[0] & 15, self.rest[1], 2
            assert self.rest[0] & 0x80 and not self.rest[0] & 0x70 and n < 128, self.rest[:16]
            if n >= 126:
                at = 4 if n == 126 else 10
                if len(self.rest) < at:
                    return None
                n = int.from_bytes(self.rest[2:at], "big")
            if len(self.rest) < at + n:
                return None
            payload, self.rest = self.rest[at:at + n], self.rest[at + n:]
            if opcode == 2:
                return payload
            if opcode == 8:
                self.closed = struct.unpack(">H", payload[:2])[0] if payload else 1005
                self.reason = payload[2:].decode()
                self.raw(self.ws(payload, opcode=8))
                return None
            assert opcode in (9, 10), f"opcode {opcode}"
            if opcode == 9:
                self.raw(self.ws(payload, opcode=10))
        return None
