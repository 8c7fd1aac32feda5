"""Frames of docs/wire.md that nobody should send, the same over WebSocket and plain TCP."""
import struct

import frames
from frames import CRC32C, ENCRYPTED, MAGIC, TRACED, UNORDERED, VERSION, ZSTD, batch, encode, message
from talk import BEAT, Case, hello, ws

FRAMES = []
WELCOME = "WELCOME:NEW"


def both(name, send, expect_ws, expect_tcp=None, **more):
    """`send`: frames. Plain TCP has no close code: what stands in front of it and the end."""
    send = [send] if isinstance(send, bytes) else send
    words = [w for w in expect_ws.split() if not w.startswith("close")]
    FRAMES.append(Case(f"{name}-ws", [ws(f) for f in send], expect_ws, over="ws", **more))
    FRAMES.append(Case(f"{name}-tcp", send, expect_tcp or " ".join(words), over="tcp", **more))


def header(magic=MAGIC, version=VERSION, flags=UNORDERED, type=2, seq=0, length=0):
    return struct.pack(">IBBHII", magic, version, flags, type, seq, length)


BAD = "BYE:protocol_error close:1002 end"
ODD = "BYE:protocol_error close:4008 end"
BIG = "BYE:protocol_error close:1009 end"

both("heartbeat", BEAT, "HEARTBEAT alive")
both("heartbeat-with-checksum", encode("HEARTBEAT", message("HEARTBEAT", time_us=1), flags=UNORDERED | CRC32C), "HEARTBEAT alive")
both("heartbeat-with-trace", encode("HEARTBEAT", message("HEARTBEAT", time_us=1), flags=UNORDERED | TRACED, trace=b"\x01" * 25),
     "HEARTBEAT alive")
both("heartbeat-with-unknown-field", encode("HEARTBEAT", b"\x08\x07\xf8\x07\x01", flags=UNORDERED), "HEARTBEAT alive")
both("bad-magic", header(magic=0xF0F0F0F1), BAD)
both("http-as-a-frame", b"GET / HTTP/1.1\r\n\r\n", BAD)
both("version-0", header(version=0), BAD)
both("version-2", header(version=2), BAD)
both("encrypted", header(flags=UNORDERED | ENCRYPTED), BAD)
both("unknown-flags", header(flags=0xF0), BAD)
both("type-0", header(type=0), ODD)
both("unknown-type", header(type=0x7F), ODD)
both("type-of-the-server", encode("WELCOME", flags=UNORDERED), ODD)
both("type-of-the-room", encode("RELAYED", b"", seq=1), ODD)
both("length-of-4-gib", header(length=0xFFFFFFFF), BIG)
both("length-one-above-the-most", header(length=16385), BIG)
both("wrong-checksum", encode("HEARTBEAT", b"\x08\x07", flags=UNORDERED | CRC32C)[:-1] + b"\0", BAD)
both("payload-cut-in-a-field", encode("HEARTBEAT", b"\x08", flags=UNORDERED), ODD)
both("payload-of-another-wire-type", encode("HEARTBEAT", b"\x0a\x01x", flags=UNORDERED), ODD)
both("payload-with-a-group", encode("HEARTBEAT", b"\x0b\x0c", flags=UNORDERED), ODD)
both("zstd-that-is-none", header(flags=UNORDERED | ZSTD, length=4) + b"abcd", BAD)
both("zstd-bomb", encode("RELAY", b"\0" * (1 << 24), seq=1, flags=ZSTD), "BYE:protocol_error close:1002|close:1009 end")
both("second-hello", hello(), ODD)
both("command-with-a-gap", encode("LEAVE", b"", seq=7), ODD)
both("command-seen-before", encode("LEAVE", b"", seq=0), "alive")
both("command-outside-of-a-room", encode("RELAY", message("RELAY", data=b"x"), seq=1), "ERROR:not-in-room alive")
both("join-of-nothing", encode("JOIN", message("JOIN", room="r-2zzzzz"), seq=1), "ERROR:no-such-room alive")
both("batch", batch(BEAT, BEAT), "HEARTBEAT HEARTBEAT alive")
both("empty-batch", batch(), "alive")
both("batch-in-a-batch", batch(batch(BEAT)), "BYE:protocol_error close:1002|close:4008 end")
both("batch-of-257", batch(*[BEAT] * 257), "BYE:protocol_error close:1002|close:4008 end")
both("batch-with-one-bad-frame", batch(BEAT, BEAT, header(version=9)), "BYE:protocol_error close:1002|close:4008 end")
both("hello-in-a-batch", batch(hello()), "BYE:protocol_error close:1002|close:4008 end", hello=False)
both("heartbeat-before-hello", BEAT, ODD, hello=False)
both("join-before-hello", encode("JOIN", message("JOIN", room_type="relay"), seq=1), ODD, hello=False)
both("hello-of-another-protocol", encode("HELLO", message("HELLO", token="ada", protocol=9), flags=UNORDERED),
     "ERROR:protocol BYE:protocol_error close:4008 end", hello=False)
both("hello-without-a-name", encode("HELLO", message("HELLO", protocol=1), flags=UNORDERED),
     "ERROR:bad-player-name BYE:protocol_error close:4008 end", hello=False)
both("hello-with-foreign-resume-token", encode("HELLO", message("HELLO", token="ada", protocol=1, resume_token=b"x" * 40), flags=UNORDERED),
     "WELCOME:GONE alive", "WELCOME:GONE", hello=False)
both("bye", encode("BYE", message("BYE"), flags=UNORDERED), "BYE:client_bye close:1000 end")

FRAMES += [
    Case("bytes-behind-a-frame-ws", ws(BEAT + b"x"), BAD),
    Case("two-frames-in-a-message-ws", ws(BEAT + BEAT), BAD),
    Case("half-a-frame-ws", ws(BEAT[:-1]), BAD),
    Case("half-a-header-ws", ws(BEAT[:9]), BAD),
    Case("byte-by-byte-tcp", BEAT, "HEARTBEAT alive", over="tcp", drip=True),
    Case("hundred-in-one-write-tcp", BEAT * 100, "HEARTBEAT " * 100 + "alive", over="tcp"),
    Case("one-and-a-half-tcp", [BEAT + BEAT[:7], BEAT[7:]], "HEARTBEAT HEARTBEAT alive", over="tcp"),
    Case("upgrade-to-websocket-tcp", b"GET /play HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n", "BYE:protocol_error end", over="tcp", hello=False),
    Case("silence-tcp", [], "BYE:protocol_error end", over="tcp", hello=False, server="hasty"),
    Case("half-a-hello-tcp", hello()[:-1], "BYE:protocol_error end", over="tcp", hello=False, server="hasty"),
]
