"""Who a connection belongs to: first and second logins, names, tokens, and what operators see."""
import base64
import json
import os
import signal
import struct
import subprocess
import time

import pytest

import frames
from gamesrv import until
from player import Player, pb, play_server


@pytest.fixture
def server(daemon):
    return play_server(daemon)


def metric(server, name):
    for line in server.get("/metrics").splitlines():
        if line.startswith(f"gamesrv_{name} "):
            return int(line.split()[1])
    raise AssertionError(name)


@pytest.mark.parametrize("transport", ["ws", "tcp"])
def test_a_second_login_supersedes_the_first_at_once(server, transport):
    first = server.player("ada", transport)
    first.join("relay", key="t")
    second = Player(server, "ada", transport)
    welcome = second.login(answers=(pb.ANSWER_RESYNC,))
    assert welcome.session == first.session and welcome.epoch == 2
    assert second.expect("JOINED").seat == first.seat
    first.expect_close(4004 if transport == "ws" else None)
    assert first.expect("BYE").reason == pb.REASON_SUPERSEDED
    assert metric(server, "sessions") == 1
    second.relay(b"mine now")
    assert second.expect("RELAYED", data=b"mine now").seat == first.seat


def test_twenty_logins_of_one_player_in_a_row_leave_one_session(server):
    for i in range(20):
        p = Player(server, "ada", "tcp" if i % 3 == 0 else "ws")
        p.login(answers=(pb.ANSWER_NEW,))
    assert metric(server, "sessions") == 1
    until("the others to be closed", lambda: metric(server, "connections") == 1)


def test_a_client_that_is_stopped_is_superseded_like_any_other(server):
    pid = os.fork()
    if pid == 0:
        p = server.player("ada")
        p.join("relay", key="t")
        os.write(2, b"")
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    try:
        _, status = os.waitpid(pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        second = Player(server, "ada")
        begin = time.monotonic()
        welcome = second.login(answers=(pb.ANSWER_RESYNC,))
        assert welcome.epoch == 2
        second.expect("JOINED")
        assert time.monotonic() - begin < 15  # no heartbeat of the stopped one is waited for
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.mark.parametrize("name, code", [
    ("", "bad-player-name"), (" ada", "bad-player-name"), ("a\nb", "bad-player-name"), ("x" * 65, "bad-player-name"),
    ("a\u202eb", "bad-player-name"),
])
def test_a_name_that_hides_something_is_refused_with_words(server, name, code):
    p = Player(server, name).connect()
    p.send("HELLO", token=name, protocol=1)
    assert p.expect_error(code).text
    assert p.expect("BYE").reason == pb.REASON_PROTOCOL_ERROR
    p.expect_close(4008)
    assert metric(server, "sessions") == 0


def test_names_are_any_letters(server):
    assert server.player("Анна ☃").welcome.player == "Анна ☃"


# ---- auth: token ----

def mint(server, player, **more):
    return server.post("/v1/tokens", {"player": player, **more})["token"]


def refused(server, token, code):
    p = Player(server, "x").connect()
    p.send("HELLO", token=token, protocol=1)
    p.expect_error(code)
    p.expect_close(4008)


@pytest.fixture
def strict(daemon):
    return play_server(daemon, players={"auth": "token"})


def test_a_token_of_the_server_itself_lets_its_player_in_again_and_again(strict):
    token = mint(strict, "ada")
    a = Player(strict, "ada")
    assert a.login(token=token).player == "ada"
    again = Player(strict, "ada")  # a token is no ticket: whoever holds it is the player, until it expires
    assert again.login(token=token).epoch == 2
    a.expect_close(4004)


def test_what_is_wrong_with_a_token_is_said(strict):
    good = mint(strict, "ada")
    head, body, foot = "v4.public", good.split(".")[2], good.split(".")[3]
    refused(strict, "ada", "token-malformed")
    refused(strict, good[:-3], "token-malformed")
    refused(strict, f"{head}.{body[:-2]}AA.{foot}", "token-forged")
    refused(strict, f"{head}.{'A' * len(body)}.{foot}", "token-forged")
    other = base64.urlsafe_b64encode(json.dumps({"kid": "nobody"}).encode()).rstrip(b"=").decode()
    refused(strict, f"{head}.{body}.{other}", "token-unknown-key")
    short = mint(strict, "ada", ttl_s=1)
    until("the token to expire", lambda: metric_after(strict, short), pause=0.1)
    assert metric(strict, "hellos_refused_total") >= 6


def metric_after(server, token):
    p = Player(server, "ada").connect()
    p.send("HELLO", token=token, protocol=1)
    p.pump(1)
    errors = p.all("ERROR")
    p.cut()
    return errors and errors[0].code == "token-expired"


def test_a_key_of_another_server_is_unknown_until_the_configuration_names_it(daemon):
    login = play_server(daemon)
    token = mint(login, "ada")
    kid = json.loads(base64.urlsafe_b64decode(token.split(".")[3] + "=="))["kid"]
    game = play_server(daemon, players={"auth": "token"})
    refused(game, token, "token-unknown-key")
    seed = (login.daemon.data / "keys/players.key").read_text().split()[1]
    public = subprocess.run(["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"], check=True, capture_output=True,
                            input=bytes.fromhex("302e020100300506032b657004220420" + seed)).stdout[-32:]
    key = base64.b64encode(public).decode()
    game.write({"server.yaml": "kind: Server\nname: main\nloops: 2\nlisten_tcp: []\nplayers:\n  auth: token\n  keys:\n"
                f"    - {{id: {kid}, public: {key}}}\n"})
    game.ctl("apply", "-y", str(game.bundle), code=0)
    p = Player(game, "ada")
    assert p.login(token=token).player == "ada"  # the running server, without a restart


def test_gamectl_mints_tokens(strict):
    run = strict.daemon.ctl("token", "ada", "--ttl", "5m", code=0)
    p = Player(strict, "ada")
    assert p.login(token=run.stdout.strip()).player == "ada"
    reply = json.loads(strict.daemon.ctl("token", "ada", "-o", "json", code=0).stdout)
    assert reply["player"] == "ada" and reply["token"].startswith("v4.public.") and reply["expires"]
    bad = strict.daemon.ctl("token", "a\nb")
    assert bad.returncode != 0 and "visible" in bad.stderr


# ---- Heartbeats ----

def test_silence_ends_the_line_and_a_resume_brings_the_seat_back(daemon):
    server = play_server(daemon, players={"heartbeat": "200ms", "misses": 3, "rate": 10000, "burst": 10000})
    p = server.player("ada")
    p.join("relay", key="t")
    q = server.player("bob")
    q.join("relay", key="t")
    end = time.monotonic() + 5
    while p.line.closed is None and time.monotonic() < end:
        q.relay(b"bytes that the silent one is sent do not count").pump(0.01)
        p.pump(0.03)
    assert p.line.closed == 4000
    assert q.expect("MEMBER", event=pb.MEMBER_SUSPENDED).seat.player == "ada"
    seat = p.seat
    p.resume()
    assert p.seat == seat
    assert metric(server, "connections_silent_total") == 1


def test_heartbeats_alone_keep_a_line(daemon):
    server = play_server(daemon, players={"heartbeat": "150ms", "misses": 2})
    p = server.player("ada")
    for _ in range(20):
        p.heartbeat()
        assert p.expect("HEARTBEAT").echo_us
        time.sleep(0.05)
    assert p.line.closed is None


def test_a_connection_that_never_says_hello_ends(daemon):
    server = play_server(daemon, players={"hello": "200ms"})
    p = Player(server, "ada").connect()
    p.expect_close(4008)
    assert "HELLO" in p.expect("BYE").text


def test_a_server_that_was_held_up_listens_before_it_judges(daemon):
    server = play_server(daemon, players={"hello": "300ms", "heartbeat": "300ms", "misses": 2})
    ada, bob = server.player("ada"), Player(server, "bob").connect()
    os.kill(server.daemon.process.pid, signal.SIGSTOP)
    try:
        ada.heartbeat()
        bob.send("HELLO", token="bob", protocol=1)
        time.sleep(2)
    finally:
        os.kill(server.daemon.process.pid, signal.SIGCONT)
    assert bob.expect("WELCOME").answer == pb.ANSWER_NEW
    ada.expect("HEARTBEAT")
    assert ada.line.closed is None


def test_a_shorter_heartbeat_holds_for_those_who_are_here(daemon):
    server = play_server(daemon)
    p = server.player("ada")
    server.write({"server.yaml": "kind: Server\nname: main\nloops: 2\nlisten_tcp: []\nplayers: {heartbeat: 100ms, misses: 1}\n"})
    server.ctl("apply", "-y", str(server.bundle), code=0)
    p.expect_close(4000)


# ---- Rates ----

def test_above_the_rate_commands_are_refused_one_by_one(daemon):
    server = play_server(daemon, players={"rate": 5, "burst": 10})
    p = server.player("ada")
    p.join("relay", key="t")
    for i in range(30):
        p.relay(struct.pack(">I", i))
    p.settle()
    refused_seqs = {e.client_seq for e in p.all("ERROR")}
    until("the echoes", lambda: p.pump(0.01) is not None and len(p.all("RELAYED")) + len(refused_seqs) >= 30)
    echoed = {m.data for m in p.all("RELAYED")}
    assert len(refused_seqs) >= 15 and all(e.code == "rate-limited" and e.retry_after_ms for e in p.all("ERROR"))
    # Each was carried out or refused, and never both.
    assert len(echoed) + len(refused_seqs) == 30
    assert echoed == {struct.pack(">I", i) for i in range(30) if i + 2 not in refused_seqs}


def test_who_does_not_stop_is_shown_out(daemon):
    server = play_server(daemon, players={"rate": 5, "burst": 5, "strikes": 20})
    p = server.player("ada")
    p.join("relay", key="t")
    with pytest.raises((AssertionError, OSError)):
        for i in range(2000):
            p.relay(b"x")
            p.pump(0)
            assert p.line.closed is None
    p.expect_close(4009)
    bye = p.expect("BYE")
    assert bye.reason == pb.REASON_RATE_LIMITED and bye.retry_after_ms
    assert metric(server, "sessions") == 0


# ---- Hostile payloads through the real thing ----

def zstd_bomb(blocks=100, size=131072):
    """13 MB of one letter in 400 bytes: RLE blocks, without a content size that would give it away."""
    block = b"".join((last | 1 << 1 | size << 3).to_bytes(3, "little") + b"A" for last in [0] * (blocks - 1) + [1])
    frame = frames.encode("RELAY", b"\x28\xb5\x2f\xfd\x00\x70" + block, 1, 0)
    return frame[:5] + b"\1" + frame[6:]


HOSTILE = [
    ("a bomb for zstd", zstd_bomb, 1002),
    ("unknown type", lambda: frames.encode(0x7777, b"", 1, 0), 4008),
    ("the server's own type", lambda: frames.encode("WELCOME", b"", 1, 0), 4008),
    ("lying length in the payload", lambda: frames.encode("RELAY", b"\x0a\x7fx", 1, 0), 4008),
    ("truncated header", lambda: frames.encode("LEAVE", b"", 1, 0)[:15], 1002),
    ("length beyond the frame", lambda: frames.encode("LEAVE", b"", 1, 0)[:12] + struct.pack(">I", 9), 1002),
    ("bytes behind the frame", lambda: frames.encode("LEAVE", b"", 1, 0) + b"x", 1002),
    ("a length of 4 GiB", lambda: frames.encode("LEAVE", b"", 1, 0)[:12] + b"\xff\xff\xff\xff", 1009),
    ("wrong magic", lambda: b"\0" + frames.encode("LEAVE", b"", 1, 0)[1:], 1002),
    ("another version", lambda: frames.encode("LEAVE", b"", 1, 0)[:4] + b"\2" + frames.encode("LEAVE", b"", 1, 0)[5:], 1002),
    ("a gap in the numbers", lambda: frames.encode("LEAVE", b"", 7, 0), 4008),
    ("wrong checksum", lambda: frames.encode("LEAVE", b"", 1, 4)[:-1] + b"\x99", 1002),
    ("a batch in a batch", lambda: frames.encode("BATCH", pb.Batch(frames=[frames.encode(
        "BATCH", b"", 0, 16)]).SerializeToString(), 0, 16), 4008),
    ("two hundred and fifty-seven frames in a batch", lambda: frames.encode("BATCH", pb.Batch(frames=[frames.encode(
        "HEARTBEAT", b"", 0, 16)] * 257).SerializeToString(), 0, 16), None),
    ("a bomb of empty elements", lambda: frames.encode("RELAY", b"\x20\x00" * 4000, 1, 0), 4008),
    ("garbage for zstd", lambda: frames.encode("RELAY", b"\x28\xb5\x2f\xfd garbage", 1, 0)[:5] + b"\1" + frames.encode(
        "RELAY", b"\x28\xb5\x2f\xfd garbage", 1, 0)[6:], 1002),
]


def test_hostile_payloads_end_their_sender_with_the_right_code_and_disturb_nobody(server):
    watch = server.player("watch")
    watch.join("relay", key="t")
    wrong = []
    for name, make, code in HOSTILE:
        eve = server.player("eve")
        eve.send_bytes(make())
        eve.expect_close()
        bye = eve.all("BYE")
        if (code and eve.line.closed != code) or not bye or bye[0].reason != pb.REASON_PROTOCOL_ERROR or not bye[0].text:
            wrong.append((name, eve.line.closed, [b.text for b in bye]))
    assert wrong == []
    watch.relay(b"still here")
    watch.expect("RELAYED", data=b"still here")
    assert watch.line.closed is None and metric(server, "sessions") == 1
