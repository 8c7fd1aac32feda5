"""Anything at all at the players' ports, by chance and from a seed that the failure names: nobody else is disturbed, nothing is left."""
import os
import random
import socket
import struct
import sys

import pytest

from ctl import TOP
from gamesrv import trials, until
from player import play_server

sys.path.append(str(TOP / "tests/e2e/conformance"))
from talk import BEAT, close, head, hello, ws  # noqa: E402


def mutated(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([0, 0, 0, 1, 1, 3, 10])):
        if not data:
            break
        at = rng.randrange(len(data))
        match rng.randrange(4):
            case 0: data[at] = rng.randrange(256)
            case 1: del data[at:at + rng.randrange(1, 9)]
            case 2: data[at:at] = rng.randbytes(rng.randrange(1, 9))
            case 3: data[at:at] = data[at:at + rng.randrange(1, 200)]
    return bytes(data)


def frame(rng):
    payload = rng.choice([BEAT, hello(), b"", b"x", rng.randbytes(rng.randrange(300)), b"\0" * rng.randrange(20000)])
    length = rng.choice([None] * 20 + [0, 125, 126, 65535, 1 << 20, (1 << 63) - 1])
    return ws(payload, opcode=rng.choice([2] * 12 + list(range(16))), fin=rng.random() < 0.8, rsv=rng.choice([0] * 20 + [1, 4]),
              masked=rng.random() < 0.95, length=length, size=rng.choice([None] * 20 + [9]))


def script(rng, scheme):
    """Bytes that a client sends."""
    if scheme == "tcp":
        return mutated(rng, b"".join(rng.choice([hello(), BEAT, BEAT * 5, rng.randbytes(40)]) for _ in range(rng.randrange(1, 8))))
    begin = mutated(rng, head()) if rng.random() < 0.3 else head()
    frames = b"".join(frame(rng) for _ in range(rng.randrange(8)))
    return begin + (ws(hello()) if rng.random() < 0.7 else b"") + mutated(rng, frames) + (close(1000) if rng.random() < 0.2 else b"")


def play(rng, address, scheme):
    with socket.create_connection(address, timeout=30) as s:
        data = script(rng, scheme)
        try:
            while data:
                n = rng.choice([1, 2, 100, 1000, 100000])
                s.sendall(data[:n])
                data = data[n:]
                if rng.random() < 0.2:
                    s.settimeout(0.01)
                    s.recv(65536)
        except OSError:
            pass
        end = rng.random()
        if end < 0.3:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif end < 0.6:
            try:
                s.shutdown(socket.SHUT_WR)
                s.settimeout(0.05)
                while s.recv(65536):
                    pass
            except OSError:
                pass


@pytest.mark.parametrize("scheme", ["ws", "tcp"])
def test_whatever_strangers_send_the_daemon_plays_on(daemon, scheme):
    seed = int(os.environ.get("GAMESRV_SEED", random.randrange(1 << 32)))
    print(f"GAMESRV_SEED={seed}")
    rng = random.Random(seed)
    server = play_server(daemon, players={"resume": "0s", "hello": "500ms", "handshake": "500ms"})
    ada, bob = server.player("ada"), server.player("bob", transport=scheme)
    ada.join("relay", key="t")
    bob.join("relay", key="t")
    descriptors = f"/proc/{server.daemon.process.pid}/fd"
    before = len(os.listdir(descriptors))
    for i in range(trials(150)):
        play(rng, server.address(scheme), scheme)
        if i % 25 == 0:
            ada.relay(b"%d" % i)
            bob.expect("RELAYED", data=b"%d" % i)
    until("strangers to be gone", lambda: ada.heartbeat().pump(0.2) and bob.heartbeat().pump(0.2) and len(os.listdir(descriptors)) <= before)
    ada.relay(b"still here")
    bob.expect("RELAYED", data=b"still here")
