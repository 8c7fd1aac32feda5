"""RFC 6455 after the upgrade: masks, lengths, bits, opcodes, fragments, control frames, closing."""
from talk import BEAT, Case, close, hello, ws

WS = []
UNMASKED = ("5.1: a server closes on an unmasked frame. libwebsockets 4.1 reads it. Masks protect proxies from what pages "
            "send; browsers mask always, and nothing behind the gate reads WebSocket but the library, so nobody gains by it.")
LENGTHS = ("5.2: lengths are written in the fewest bytes. libwebsockets 4.1 does not look. The length is the same number "
           "and bounded in the same way.")


def case(name, send, expect, **more):
    WS.append(Case(name, send, expect, **more))


# Lengths and masks
case("masked-binary", ws(BEAT), "HEARTBEAT alive")
case("mask-of-zeros", ws(BEAT, mask=b"\0\0\0\0"), "HEARTBEAT alive")
case("mask-of-ones", ws(BEAT, mask=b"\xff\xff\xff\xff"), "HEARTBEAT alive")
case("byte-by-byte", ws(BEAT), "HEARTBEAT alive", drip=True)
case("two-messages-in-one-write", ws(BEAT) + ws(BEAT), "HEARTBEAT HEARTBEAT alive")
case("hundred-messages-in-one-write", ws(BEAT) * 100, "HEARTBEAT " * 100 + "alive")
case("unmasked-binary", ws(BEAT, masked=False), "HEARTBEAT alive", deviates=UNMASKED)
case("unmasked-ping", ws(b"x", opcode=9, masked=False), "pong:x alive", deviates=UNMASKED)
case("unmasked-close", [ws(b"\x03\xe8", opcode=8, masked=False)], "close:1000 end", deviates=UNMASKED)
case("length-in-three-bytes", ws(BEAT, size=3), "HEARTBEAT alive", deviates=LENGTHS)
case("length-in-nine-bytes", ws(BEAT, size=9), "HEARTBEAT alive", deviates=LENGTHS)
case("empty-binary", ws(b""), "BYE:protocol_error close:1002 end")
case("one-byte-binary", ws(b"\xf0"), "BYE:protocol_error close:1002 end")
case("length-with-its-top-bit", ws(b"x", length=1 << 63, size=9), "close:1002 end")
case("length-of-2-to-62", ws(b"x", length=1 << 62, size=9), "close:1009 end")
case("length-of-4-gib", ws(b"x", length=1 << 32, size=9), "close:1009 end")
case("length-one-above-the-most", ws(b"x", length=16385), "close:1009 end")
case("length-above-the-most-then-a-byte", [ws(b"", length=1 << 40, size=9), b"x"], "close:1009 end")
case("message-above-the-most-in-parts", ws(b"x" * 9000, fin=False) + ws(b"x" * 9000, opcode=0), "close:1009 end")
case("largest-message", ws(b"\xf0\xf0\xf0\xf0\x01\x10\x00\x02" + b"\0" * 16376), "BYE:protocol_error close:1002|close:4008 end")

# Reserved bits and opcodes
for bit in (1, 2, 4, 7):
    case(f"reserved-bits-{bit}", ws(BEAT, rsv=bit), "close:1002 end")
case("reserved-bit-on-ping", ws(b"x", opcode=9, rsv=4), "close:1002 end")
for opcode in (3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF):
    case(f"opcode-{opcode:x}", ws(b"x", opcode=opcode), "close:1002 end")

# Text
case("text", ws(b"hello", opcode=1), "BYE:protocol_error close:1003 end")
case("empty-text", ws(b"", opcode=1), "BYE:protocol_error close:1003 end")
case("text-that-is-no-utf-8", ws(b"\xff\xfe", opcode=1), "BYE:protocol_error close:1003 end")
case("text-in-parts", ws(b"he", opcode=1, fin=False) + ws(b"llo", opcode=0), "BYE:protocol_error close:1003 end")
case("text-that-is-a-frame", ws(BEAT, opcode=1), "BYE:protocol_error close:1003 end")

# Fragments
case("two-parts", ws(BEAT[:5], fin=False) + ws(BEAT[5:], opcode=0), "HEARTBEAT alive")
case("two-parts-in-two-writes", [ws(BEAT[:5], fin=False), ws(BEAT[5:], opcode=0)], "HEARTBEAT alive")
case("a-part-for-each-byte", ws(BEAT[:1], fin=False) + b"".join(ws(BEAT[i:i + 1], opcode=0, fin=False) for i in range(1, len(BEAT)))
     + ws(b"", opcode=0), "HEARTBEAT alive")
case("empty-first-part", ws(b"", fin=False) + ws(BEAT, opcode=0), "HEARTBEAT alive")
case("empty-last-part", ws(BEAT, fin=False) + ws(b"", opcode=0), "HEARTBEAT alive")
case("only-empty-parts", ws(b"", fin=False) + ws(b"", opcode=0), "BYE:protocol_error close:1002 end")
case("a-thousand-empty-parts", ws(b"", fin=False) + ws(b"", opcode=0, fin=False) * 1000, "close:1002 end")
case("ping-between-parts", [ws(BEAT[:5], fin=False) + ws(b"p", opcode=9), ws(BEAT[5:], opcode=0)], "pong:p|HEARTBEAT pong:p|HEARTBEAT alive")
case("pong-between-parts", ws(BEAT[:5], fin=False) + ws(b"p", opcode=10) + ws(BEAT[5:], opcode=0), "HEARTBEAT alive")
case("close-between-parts", [ws(BEAT[:5], fin=False), close(1000)], "close:1000 end")
case("continuation-of-nothing", ws(BEAT, opcode=0), "close:1002 end")
case("continuation-of-nothing-not-final", ws(BEAT, opcode=0, fin=False), "close:1002 end")
case("continuation-after-the-end", ws(BEAT) + ws(BEAT, opcode=0), "HEARTBEAT close:1002 end")
case("new-message-between-parts", ws(BEAT[:5], fin=False) + ws(BEAT), "close:1002 end")
case("text-between-parts", ws(BEAT[:5], fin=False) + ws(b"x", opcode=1), "close:1002 end")
case("parts-that-never-end", ws(b"\xf0" * 100, fin=False) + ws(b"\0" * 100, opcode=0, fin=False), "alive")

# Control frames
case("ping", ws(b"hello", opcode=9), "pong:hello alive")
case("empty-ping", ws(b"", opcode=9), "pong: alive")
case("ping-of-125-bytes", ws(b"a" * 125, opcode=9), "pong:" + "a" * 125 + " alive")
case("ping-byte-by-byte", ws(b"slow", opcode=9), "pong:slow alive", drip=True)
case("two-pings-at-once", ws(b"a", opcode=9) + ws(b"b", opcode=9), "pong:a alive")
case("pong-that-nobody-asked-for", ws(b"x", opcode=10), "alive")
case("empty-pong", ws(b"", opcode=10), "alive")
case("ping-in-parts", ws(b"x", opcode=9, fin=False), "close:1002 end")
case("pong-in-parts", ws(b"x", opcode=10, fin=False), "close:1002 end")
case("close-in-parts", [ws(b"\x03\xe8", opcode=8, fin=False)], "close:1002 end")
case("ping-of-126-bytes", ws(b"a" * 126, opcode=9), "close:1002 end|reset")
case("pong-of-126-bytes", ws(b"a" * 126, opcode=10), "close:1002 end|reset")
case("close-of-126-bytes", [ws(b"\x03\xe8" + b"a" * 124, opcode=8)], "close:1002 end|reset")
case("ping-with-a-long-length", ws(b"a", opcode=9, size=9), "close:1002 end|reset")

# Closing
case("close-without-code", [close()], "close end")
case("close-1000", [close(1000)], "close:1000 end")
case("close-with-reason", [close(1000, b"good night")], "close:1000 end")
case("close-with-the-longest-reason", [close(1000, b"a" * 123)], "close:1000 end")
for code in (1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
    case(f"close-{code}", [close(code)], f"close:{code} end")
for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
    case(f"close-{code}-means-nothing", [close(code)], "close:1002 end")
for code in (1012, 1013, 1014):
    case(f"close-{code}", [close(code)], "close:1002 end",
         deviates="IANA has given this code a meaning since. libwebsockets 4.1 takes it for none; the connection ends all the same.")
case("close-of-one-byte", [ws(b"\x03", opcode=8)], "close:1002 end")
case("close-with-reason-that-is-no-utf-8", [close(1000, b"\xff\xfe")], "close:1002 end")
case("close-byte-by-byte", [close(1000, b"slow")], "close:1000 end", drip=True)
case("message-before-close", [ws(BEAT), close(1000)], "HEARTBEAT close:1000 end")
case("message-behind-close", [close(1000) + ws(BEAT)], "close:1000 end|reset")
case("ping-behind-close", [close(1000) + ws(b"x", opcode=9)], "close:1000 end|reset")
case("two-closes", [close(1000) + close(1001)], "close:1000 end|reset")
case("close-before-hello", [close(1000)], "close:1000 end", hello=False)

# HELLO itself, cut
case("hello-in-parts", (lambda h: ws(h[:7], fin=False) + ws(h[7:], opcode=0))(hello()), "WELCOME:NEW alive", hello=False)
case("hello-byte-by-byte", ws(hello()), "WELCOME:NEW alive", hello=False, drip=True)
