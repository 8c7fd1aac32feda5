"""Where players get in: addresses, ports, sockets of systemd, limits of descriptors, and what a start refuses."""
import functools
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import time

import pytest

from gamesrv import until
from player import Player, Refused, bundle_files, pb, play_server
from player_line import WsLine

PLUGIN = "/usr/lib/x86_64-linux-gnu/libwebsockets-evlib_ev.so"


@pytest.fixture
def play(daemon):
    def start(*args, **kw):
        return play_server(daemon, *args, **kw)
    return start


def test_a_port_that_the_kernel_chose_is_shared_by_all_loops(play):
    server = play(loops=4)
    assert len(re.findall(r"players on ws://127\.0\.0\.1:\d+/play", server.log())) == 1
    paths = {server.player(f"p{i}").path for i in range(40)}
    assert paths == {f"/play/{i}" for i in range(4)}


def test_several_addresses_are_served(play):
    server = play("--listen", "[::1]:0", "--listen", "localhost:0")
    lines = [WsLine((host, int(port))) for host, port in re.findall(r"players on ws://\[?(127\.0\.0\.1|::1)\]?:(\d+)/play", server.log())]
    assert len(lines) == 3


def test_a_port_that_is_taken_is_refused_with_the_way_out(daemon):
    with socket.create_server(("127.0.0.1", 0)) as s:
        d = daemon("--listen", f"127.0.0.1:{s.getsockname()[1]}", start=False)
        code, words = d.refuses()
    assert code not in (0, None) and "Address already in use; another program uses it, choose another with --listen" in words, (code, words)


def test_two_daemons_never_share_a_port(play, daemon):
    host, port = play().address()
    code, words = daemon("--listen", f"{host}:{port}", start=False).refuses()
    assert code != 0 and "Address already in use" in words, (code, words)


def test_a_daemon_that_ends_leaves_its_port_at_once(play, daemon):
    server = play()
    host, port = server.address()
    ada = server.player("ada")
    server.daemon.stop()
    ada.close()
    again = daemon("--listen", f"{host}:{port}")
    assert f"players on ws://{host}:{port}/play" in again.log()


def test_believing_every_name_is_refused_on_addresses_that_others_reach(daemon):
    code, words = daemon("--listen", "0.0.0.0:0", start=False).refuses()
    assert code != 0 and "auth dev believes every name, and 0.0.0.0:0 is reached from other machines" in words, (code, words)
    assert "set Server.players.auth to token" in words


def test_a_change_to_believing_every_name_is_refused_while_others_reach_us(play):
    server = play("--listen", "0.0.0.0:0", players={"auth": "token"})
    error = server.error("/v1/config/apply", {"files": bundle_files(players={"auth": "dev"})},
                         422, "invalid")
    finding, = error["details"]["findings"]
    assert (finding["code"], finding["path"]) == ("dev-auth", "Server/main.players.auth"), finding


def test_an_address_that_nobody_can_resolve_is_refused(daemon):
    code, words = daemon("--listen", "nowhere.invalid:7350", start=False).refuses()
    assert code != 0 and "nowhere.invalid:7350" in words, (code, words)


# ---- Sockets of systemd ----

ACTIVATE = "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[1], sys.argv[1:])"


def activated(daemon, sockets, names):
    """A daemon that was given these sockets from descriptor 3 on."""
    d = daemon(start=False)

    def give():
        for i, s in enumerate(sockets):
            os.dup2(s.fileno(), 20 + i)
        for i in range(len(sockets)):
            os.dup2(20 + i, 3 + i, inheritable=True)

    env = {"LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": names}
    d.start(before=["env", *(f"{k}={v}" for k, v in env.items()), sys.executable, "-c", ACTIVATE], preexec_fn=give, close_fds=False)
    return d


def test_sockets_of_systemd_are_served_by_all_loops(daemon):
    with socket.create_server(("127.0.0.1", 0)) as web, socket.create_server(("127.0.0.1", 0)) as plain:
        d = activated(daemon, [web, plain], "players:tcp")
        assert f"players on ws://127.0.0.1:{web.getsockname()[1]}/play" in d.log()
        assert f"players on tcp://127.0.0.1:{plain.getsockname()[1]}" in d.log()
        lines = [WsLine(web.getsockname()) for _ in range(8)]
        assert all(line.closed is None for line in lines)


def test_what_is_given_for_another_process_is_not_ours(daemon):
    d = daemon(start=False)
    d.start(before=["env", "LISTEN_PID=1", "LISTEN_FDS=1"])
    assert "no address for players" in d.log()


def test_a_given_file_is_refused_by_its_number(daemon, tmp_path):
    with open(tmp_path / "file", "w") as f:
        d = daemon(start=False)
        run = d.command()

        def give():
            os.dup2(f.fileno(), 3, inheritable=True)

        done = subprocess.run(["env", "LISTEN_FDS=1", sys.executable, "-c", ACTIVATE, *run], capture_output=True, text=True,
                              timeout=60, preexec_fn=give, close_fds=False)
    assert done.returncode != 0 and "descriptor 3, which LISTEN_FDS gives, is no TCP socket" in done.stderr, done.stderr


# ---- Without the plug-in, without descriptors ----

@pytest.mark.skipif(not os.path.exists(PLUGIN) or not shutil.which("strace"), reason="needs strace and the plug-in's usual place")
def test_without_the_event_plugin_the_daemon_refuses_to_start(daemon):
    d = daemon("--listen", "127.0.0.1:0", start=False)
    done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-P", PLUGIN, "-e", "inject=openat,open:error=ENOENT", *d.command()],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and "libwebsockets-evlib-ev" in done.stderr, (done.returncode, done.stderr)


def connect(server, patience=30):
    end = time.monotonic() + patience
    while True:
        try:
            return WsLine(server.address())
        except (Refused, OSError, ValueError):
            assert time.monotonic() < end, "never let in again"
            time.sleep(0.1)


def test_the_reserve_of_descriptors_is_never_touched_and_accepting_resumes(daemon):
    def limited(*args, **kw):
        d = daemon(*args, **kw)
        d.start = functools.partial(d.start, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200)))
        return d

    server = play_server(limited, players={"fd_reserve": 60})
    lines, refused = [], None
    while refused is None:
        assert len(lines) < 200
        try:
            lines.append(WsLine(server.address()))
        except Refused as e:
            refused = e
    assert refused.status == 503 and "Retry-After: " in refused.head and "come back later" in refused.body
    assert len(lines) > 50
    assert server.status()["state"] == "ready"  # the admin API has descriptors left
    assert len(os.listdir(f"/proc/{server.daemon.process.pid}/fd")) <= 200 - 60 + 8
    for line in lines:
        line.close()
    connect(server)


def test_limits_hold_from_the_next_arrival_on(play):
    server = play(players={"per_address": 3})
    lines = [WsLine(server.address()) for _ in range(3)]
    with pytest.raises(Refused) as e:
        WsLine(server.address())
    assert e.value.status == 429 and "Retry-After: " in e.value.head
    other = WsLine(server.address(), source="127.0.0.2")
    server.apply(bundle_files(loops=2, players={"per_address": 4}))
    lines.append(WsLine(server.address()))
    with pytest.raises(Refused):
        WsLine(server.address())
    lines.pop().close()
    connect(server)
    assert other.closed is None


def test_plain_tcp_is_told_in_a_frame(play):
    server = play(players={"connections": 1})
    ada = server.player("ada", transport="tcp")
    bob = Player(server, "bob", transport="tcp").connect()
    bye = bob.expect("BYE")
    assert bye.advice == pb.ADVICE_RECONNECT and 1000 <= bye.retry_after_ms <= 5000 and "no place" in bye.text
    assert bob.expect_close() == "eof"
    ada.close()
    connect(server)


def test_connections_that_come_and_go_leave_nothing(play):
    server = play()
    pid = server.daemon.process.pid
    before = len(os.listdir(f"/proc/{pid}/fd"))
    for i in range(300):
        line = WsLine(server.address())
        line.cut() if i % 3 else line.close()
    for i in range(300):
        s = socket.create_connection(server.address())
        s.sendall(b"GET /play HT" if i % 2 else b"nonsense\r\n\r\n")
        s.close()
    until("descriptors to be given back", lambda: len(os.listdir(f"/proc/{pid}/fd")) <= before)
