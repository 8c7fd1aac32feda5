"""What may stand around a payload, through the real daemon: checksums, zstd, BATCH, trace context, fields of a later protocol,
both transports. And frames that break the page's rules: the code they end with, and nothing else disturbed."""
import os

import pytest

import frames
from frames import CRC32C, ENCRYPTED, TRACED, UNORDERED, ZSTD, encode, message, pb
from player import Player, play_server

LOOSE = {"rate": 10000, "burst": 10000}


@pytest.fixture(scope="module")
def server():
    s = play_server(players=LOOSE)
    yield s
    s.daemon.close()


@pytest.fixture
def pair(server, request):
    """Two players in a room of their own."""
    names = [f"{request.node.name[:40]}-{i}-{os.getpid()}" for i in range(2)]
    players = [server.player(n) for n in names]
    for p in players:
        p.join("relay", key=names[0])
    yield players
    for p in players:
        p.close()


@pytest.mark.parametrize("transport", ["ws", "tcp"])
@pytest.mark.parametrize("wish", [{"crc32c": True}, {"zstd": True}, {"crc32c": True, "zstd": True}], ids=lambda w: "-".join(w))
def test_a_client_gets_its_frames_as_its_hello_says(server, transport, wish):
    name = f"{transport}-{'-'.join(wish)}"
    fancy, plain = server.player(name, transport, **wish), server.player(name + "-plain")
    fancy.join("relay", key=name), plain.join("relay", key=name)
    data = b"compress me " * 500
    for sender, sent in ((fancy, data), (plain, b"short")):
        sender.relay(sent)
        fancy.expect("RELAYED", data=sent), plain.expect("RELAYED", data=sent)
    long, short = [f for f, m in fancy.seen if f.type == frames.TYPES["RELAYED"]]
    assert bool(long.flags & ZSTD) == wish.get("zstd", False) and not short.flags & ZSTD
    behind_hello = [f for f, _ in fancy.seen if f.type != frames.TYPES["WELCOME"]]
    assert all(bool(f.flags & CRC32C) == wish.get("crc32c", False) for f in behind_hello)
    assert all(not f.flags & (ZSTD | CRC32C) for f, _ in plain.seen)
    fancy.cut(), fancy.resume(), plain.relay(data + b"!")
    fancy.expect("RELAYED", data=data + b"!")


def test_a_client_may_compress_check_and_trace_what_it_sends(pair):
    ada, bob = pair
    for flags in (CRC32C, ZSTD, TRACED, CRC32C | ZSTD | TRACED):
        ada.client_seq += 1
        ada.send_bytes(encode("RELAY", message("RELAY", data=b"%d " % flags * 50), ada.client_seq, flags, os.urandom(25)))
        bob.expect("RELAYED", data=b"%d " % flags * 50)


def test_a_batch_is_its_frames_in_order(pair):
    ada, bob = pair
    inner = [encode("RELAY", message("RELAY", data=b"%d" % i), ada.client_seq + 1 + i) for i in range(256)]
    ada.send_bytes(frames.batch(*inner))
    assert [bob.expect("RELAYED").data for _ in range(256)] == [b"%d" % i for i in range(256)]
    ada.client_seq += 256
    ada.relay(b"goes on")
    bob.expect("RELAYED", data=b"goes on")


def test_fields_of_a_later_protocol_are_ignored(pair):
    ada, bob = pair
    ada.client_seq += 1
    later = message("RELAY", data=b"new").SerializeToString() + b"\xf8\x3f\x01\xfa\x3f\x03abc"
    ada.send_bytes(encode("RELAY", later, ada.client_seq))
    bob.expect("RELAYED", data=b"new")


def relay(data=b"x", seq=1, flags=0):
    return encode("RELAY", message("RELAY", data=data), seq, flags)


def patch(data, at, value):
    return data[:at] + bytes([value]) + data[at + 1:]


BAD = {  # name: (bytes, close code)
    "nothing": (b"", 1002),
    "half-a-header": (relay()[:8], 1002),
    "magic": (patch(relay(), 0, 0xF1), 1002),
    "version": (patch(relay(), 4, 2), 1002),
    "unknown-flag": (patch(relay(), 5, 0x40), 1002),
    "encrypted": (patch(relay(), 5, ENCRYPTED), 1002),
    "length-too-long": (patch(relay(), 15, 200), 1002),
    "length-too-short": (patch(relay(), 15, 1), 1002),
    "length-lies-largely": (patch(relay(), 12, 0x7F), 1009),
    "wrong-checksum": (relay(flags=CRC32C)[:-1] + b"\0", 1002),
    "no-zstd": (patch(relay(), 5, ZSTD), 1002),
    "zstd-bomb": (encode("RELAY", message("RELAY", data=bytes(1 << 22)), 1, ZSTD), 1009),
    "unknown-type": (patch(relay(), 6, 0x77), 4008),
    "of-a-server": (encode("WELCOME", b"", 1), 4008),
    "no-protobuf": (encode("RELAY", b"\xff\xff\xff", 1), 4008),
    "wrong-wire-type": (encode("RELAY", b"\x08\x01", 1), 4008),
    "not-utf-8": (encode("JOIN", b"\x12\x02\xff\xfe", 1), 4008),
    "field-twice": (encode("RELAY", b"\x0a\x01x\x0a\x01y", 1), 4008),
    "bomb-of-seats": (encode("RELAY", b"\x20\x01" * 65, 1), 4008),
    "bomb-of-unknown-fields": (encode("RELAY", b"\xf8\x3f\x01" * 33, 1), 4008),
    "batch-in-batch": (frames.batch(frames.batch(relay())), 4008),
    "batch-with-one-bad": (frames.batch(relay(), patch(relay(), 0, 0)), 1002),
    "batch-of-257": (frames.batch(*[relay(seq=i + 1) for i in range(257)]), 4008),
    "gap-in-commands": (relay(seq=7), 4008),
}


@pytest.mark.parametrize("case", BAD)
def test_a_frame_against_the_rules_ends_its_connection_and_disturbs_nobody(server, case):
    data, code = BAD[case]
    witness, culprit = server.player(f"witness-{case}"), server.player(f"culprit-{case}")
    witness.join("relay", key="witnessed-" + case)
    culprit.send_bytes(data)
    assert culprit.expect("BYE").reason == pb.REASON_PROTOCOL_ERROR
    culprit.expect_close(code)
    witness.relay(b"still here")
    assert witness.expect("RELAYED", data=b"still here")
    witness.close()


def test_nothing_of_a_bad_batch_takes_effect(pair):
    ada, bob = pair
    seq = ada.client_seq
    ada.send_bytes(frames.batch(relay(b"first", seq + 1), patch(relay(b"second", seq + 2), 4, 9)))
    ada.expect_close(1002)
    bob.heartbeat()
    bob.expect("HEARTBEAT")
    assert bob.all("RELAYED") == []


def test_what_comes_before_hello_ends_the_connection(server):
    for first in (relay(), encode("HEARTBEAT", b"", 0, UNORDERED), encode("BYE", b"", 0, UNORDERED)):
        stranger = Player(server, "stranger").connect()
        stranger.send_bytes(first)
        stranger.expect_close()
