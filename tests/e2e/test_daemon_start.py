"""gamesrvd as a person or a service manager starts it: options, checks, locks, sockets, notifications."""
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import time

import pytest

from ctl import ARENA, environment
from gamesrv import GAMESRVD, Daemon, request, until


def run(*args, env=None, **kw):
    return subprocess.run([str(GAMESRVD), *map(str, args)], env=env or environment(), text=True, timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True, **kw)


OPTIONS = ("--bundle", "--data", "--socket", "--listen", "--http", "--watch", "--strict-boot", "--log-level", "--check",
           "--version", "--help")


def test_help_and_manual_know_every_option():
    shown = run("--help")
    assert shown.returncode == 0 and shown.stderr == ""
    manual = run("--man")
    assert manual.returncode == 0
    for option in OPTIONS:
        assert f"  {option}" in shown.stdout
        assert option.replace("-", "\\-") in manual.stdout
    assert all(len(line) <= 100 for line in shown.stdout.splitlines())
    page = subprocess.run(["man", "--warnings", "-l", "-"], input=manual.stdout, text=True, capture_output=True,
                          env=environment())
    assert page.returncode == 0 and page.stderr == "" and "Wins over Server.watch" in " ".join(page.stdout.split())
    assert run("--version").stdout.startswith("gamesrvd 0.")
    assert run("-h").stdout == shown.stdout


@pytest.mark.parametrize("args,says", [
    (["--bundel", "x"], "unknown option --bundel; did you mean --bundle?"),
    (["--frobnicate"], "unknown option --frobnicate; gamesrvd --help lists all"),
    (["arena"], 'unexpected word "arena"; to run a bundle write --bundle arena'),
    (["--data"], "--data needs a value: --data DIR"),
    (["--data="], "--data needs a value that is not empty"),
    (["--check=yes"], "--check takes no value"),
    (["--data", "a", "--data", "b"], "--data is given twice"),
    (["--watch", "on"], '--watch: "on" is none of off, plan-only, auto'),
    (["--log-level", "loud"], '"loud" is none of error, warn, info, debug'),
    (["--socket", "/tmp/" + "x" * 120], "longer than 107 bytes"),
    (["--listen", "127.0.0.1"], '"127.0.0.1" has no port'),
    (["--listen", "127.0.0.1:99999"], "no port from 0 to 65535"),
    (["--listen", "a b:1"], "is not ADDRESS:PORT"),
    (["--listen", "[::1:5"], "is not ADDRESS:PORT"),
    (["--listen", "[:z:]:5"], "between [ and ] is no IPv6 address"),
    (["--listen", "h:1", "--listen", "h:1"], '"h:1" is given twice'),
    (sum((["--listen", f"h:{i}"] for i in range(17)), []), "one address too many"),
    (["--http", "0.0.0.0:7351"], "is not a loopback address"),
    (["--http", "example.org:7351"], "is not a loopback address"),
    (["--http", "[::]:7351"], "is not a loopback address"),
    (["\x1b[31m"], "\\x1B[31m"),
])
def test_a_wrong_option_says_the_way_out(args, says):
    got = run(*args)
    assert got.returncode == 2 and got.stdout == ""
    assert got.stderr.startswith("gamesrvd: error: ") and got.stderr.count("\n") == 1
    assert says in got.stderr and "\x1b" not in got.stderr


def test_options_win_over_the_server_document_and_say_so(daemon, tmp_path):
    (tmp_path / "server.yaml").write_text("kind: Server\nname: main\nwatch: auto\n")
    d = daemon("--watch", "plan-only", "--listen", "127.0.0.1:0", "--listen=[::1]:0", bundle=tmp_path)
    status, reply = request(d.socket, "GET", "/v1/status")
    assert status == 200
    assert reply["overrides"] == [
        {"option": "--listen", "field": "Server.listen", "value": "127.0.0.1:0"},
        {"option": "--listen", "field": "Server.listen", "value": "[::1]:0"},
        {"option": "--watch", "field": "Server.watch", "value": "plan-only"}]
    assert reply["bundle"]["watch"] == "plan-only"
    assert reply["state"] == "ready" and reply["pid"] == d.process.pid
    assert d.log().count("players on ws://") == 2


def test_directories_and_socket_are_private(daemon):
    d = daemon(start=False)
    d.socket = d.dir / "run/s"
    old = os.umask(0)
    try:
        d.start()
    finally:
        os.umask(old)
    mode = {p: stat.S_IMODE(os.stat(p).st_mode) for p in (d.data, d.socket.parent, d.socket)}
    assert list(mode.values()) == [0o700, 0o750, 0o660]
    for f in d.data.iterdir():
        assert stat.S_IMODE(f.stat().st_mode) & 0o077 == 0, f


# ---- check ----

def test_check_says_that_all_is_fine_and_serves_nothing(tmp_path):
    got = run("--check", "--bundle", ARENA, "--data", tmp_path / "data", "--socket", tmp_path / "s", "--http",
              "127.0.0.1:0")
    assert got.returncode == 0 and got.stderr == ""
    assert [line.rsplit(": ", 1)[1].split(",")[0] for line in got.stdout.splitlines()] == ["fine"] * 4
    assert not (tmp_path / "s").exists() and not (tmp_path / "s.lock").exists()


def test_check_reports_all_that_is_wrong(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b/a.yaml").write_text("kind: Server\nname: main\nwatch: perhaps\n")
    (tmp_path / "data").write_text("no directory")
    (tmp_path / "s").write_text("no socket")
    got = run("--check", "--bundle", tmp_path / "b", "--data", tmp_path / "data", "--socket", tmp_path / "s")
    assert got.returncode == 3
    assert "a.yaml:3:8: error:" in got.stderr and "[oneof]" in got.stderr
    assert "exists and is not a socket" in got.stderr and str(tmp_path / "data") in got.stderr
    assert "fine" not in got.stdout


def test_check_sees_a_daemon_that_runs(daemon):
    d = daemon()
    got = run("--check", "--data", d.data, "--socket", d.socket)
    assert got.returncode == 4 and got.stderr.count(f"pid {d.process.pid}") == 2
    assert request(d.socket, "GET", "/livez") == (200, "ok\n")


# ---- locks ----

def test_a_second_daemon_never_shares_a_data_directory(daemon, tmp_path):
    d = daemon()
    got = run("--data", d.data, "--socket", tmp_path / "other")
    assert got.returncode == 4
    assert f"gamesrvd (pid {d.process.pid}) already uses the data directory {d.data}" in got.stderr
    assert not (tmp_path / "other").exists()
    assert request(d.socket, "GET", "/livez") == (200, "ok\n")


def test_a_second_daemon_never_takes_a_live_socket(daemon, tmp_path):
    d = daemon()
    before = os.stat(d.socket).st_ino
    got = run("--data", tmp_path / "data", "--socket", d.socket)
    assert got.returncode == 4
    assert f"gamesrvd (pid {d.process.pid}) already serves {d.socket}" in got.stderr
    assert os.stat(d.socket).st_ino == before and request(d.socket, "GET", "/livez") == (200, "ok\n")


def test_of_many_that_start_at_once_one_wins(tmp_path):
    ran = [subprocess.Popen([str(GAMESRVD), "--data", str(tmp_path / f"d{i}"), "--socket", str(tmp_path / "s")],
                            env=environment(), stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) for i in range(6)]
    try:
        until("all but one to give up", lambda: sum(p.poll() is not None for p in ran) == 5)
        assert sorted(p.poll() for p in ran if p.poll() is not None) == [4] * 5
        alive = [p for p in ran if p.poll() is None][0]
        until("the winner to answer", lambda: (tmp_path / "s").exists() and answers(tmp_path / "s"))
        assert request(tmp_path / "s", "GET", "/v1/status")[1]["pid"] == alive.pid
    finally:
        for p in ran:
            p.terminate()
            p.communicate(timeout=30)


def answers(path):
    with socket.socket(socket.AF_UNIX) as s:
        return s.connect_ex(str(path)) == 0


def test_a_socket_of_a_killed_daemon_is_replaced(daemon):
    d = daemon()
    d.process.kill()
    d.process.wait()
    assert d.socket.is_socket() and not answers(d.socket)
    d.start()
    assert request(d.socket, "GET", "/livez") == (200, "ok\n")


def test_a_socket_of_another_program_is_left_alone(tmp_path):
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(tmp_path / "s"))
        s.listen()
        got = run("--data", tmp_path / "data", "--socket", tmp_path / "s")
        assert got.returncode == 4 and "another program answers on" in got.stderr
    assert (tmp_path / "s").is_socket()


@pytest.mark.parametrize("spoil,says,code", [
    (lambda p: (p / "s").write_text("x"), "exists and is not a socket", 4),
    (lambda p: (p / "s").symlink_to("/etc/passwd"), "exists and is not a socket", 4),
    (lambda p: (p / "s.lock").symlink_to("/etc/passwd"), "cannot lock", 9),
    (lambda p: (p / "s.lock").mkdir(), "cannot lock", 9),
    (lambda p: p.chmod(0o777), "anybody may write into the socket's directory", 7),
])
def test_odd_things_in_the_way_are_named_and_left_alone(tmp_path, spoil, says, code):
    place = tmp_path / "run"
    place.mkdir()
    spoil(place)
    got = run("--data", tmp_path / "data", "--socket", place / "s")
    assert got.returncode == code and says in got.stderr, got.stderr
    assert pathlib.Path("/etc/passwd").read_text().startswith("root:")


def test_a_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    got = run("--data", tmp_path / "file/data", "--socket", tmp_path / "s")
    assert got.returncode == 9 and f"cannot make the data directory {tmp_path}/file/data" in got.stderr
    got = run("--data", tmp_path / "data", "--socket", tmp_path / "no/such/s")
    assert got.returncode == 9 and f"cannot make the socket's directory {tmp_path}/no/such" in got.stderr


def test_a_data_directory_open_to_all_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o777)
    got = run("--data", tmp_path / "data", "--socket", tmp_path / "s")
    assert got.returncode == 7 and "chmod o-w" in got.stderr


# ---- end ----

def test_it_ends_in_order_and_removes_its_socket(daemon):
    for number in (signal.SIGTERM, signal.SIGINT):
        d = daemon()
        with socket.socket(socket.AF_UNIX) as idle:
            idle.connect(str(d.socket))
            d.process.send_signal(number)
            assert d.process.wait(30) == 0
        assert not d.socket.exists() and not pathlib.Path(f"{d.socket}.lock").exists()
        assert d.log().rstrip().endswith("stopped")


@pytest.mark.parametrize("wait", [0, 0.002, 0.01, 0.05])
def test_an_apply_in_flight_is_carried_out_and_answered_or_neither(daemon, wait):
    d = daemon()
    files = {f"q{i}.yaml": f"kind: Queue\nname: q{i}\nroom_type: r\n" for i in range(300)}
    files["r.yaml"] = "kind: RoomType\nname: r\nmode: relay\n"
    d.apply({"r.yaml": files["r.yaml"]})
    before = d.revision()
    body = json.dumps({"files": files}).encode()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(d.socket))
        s.sendall(b"POST /v1/config/apply HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        time.sleep(wait)
        d.process.terminate()
        answer = b""
        try:
            while chunk := s.recv(65536):
                answer += chunk
        except ConnectionError:
            pass
    assert d.process.wait(30) == 0
    d.start()
    done = answer.startswith(b"HTTP/1.1 200 ")
    assert done or answer == b"" or answer.startswith(b"HTTP/1.1 503 "), answer[:500]
    assert d.revision() == (before + 1 if done else before)


def test_a_second_signal_ends_at_once(daemon):
    d = daemon()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(d.socket))
        s.sendall(b"GET /v1/status HTTP/1.1\r\n")  # half a request: worth waiting for, for a while
        until("the connection to be taken", lambda: "gamesrv_admin_connections 2" in request(
            d.socket, "GET", "/metrics")[1])
        d.process.terminate()
        until("the first signal to be heard", lambda: "a second one ends at once" in d.log())
        assert d.process.poll() is None
        d.process.terminate()
        assert d.process.wait(5) == -signal.SIGTERM
    d.start()  # what was left behind is no obstacle
    assert request(d.socket, "GET", "/livez") == (200, "ok\n")


def test_while_it_stops_it_takes_no_more(daemon):
    d = daemon()
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(str(d.socket))
        s.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n")
        until("the connection to be taken", lambda: "gamesrv_admin_connections 2" in request(
            d.socket, "GET", "/metrics")[1])
        d.process.terminate()
        until("the signal to be heard", lambda: "a second one ends at once" in d.log())
        assert not answers(d.socket)
        s.sendall(b"\r\n")
        assert s.recv(65536).startswith(b"HTTP/1.1 503 ")
    assert d.process.wait(30) == 0


# ---- surroundings ----

def notifications(d, path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(30)

    def next_with(word):
        while True:
            text = listener.recv(4096).decode()
            if word in text:
                return text
    return listener, next_with


@pytest.mark.parametrize("path", ["{dir}/notify", "\0{dir}/notify"])
def test_systemd_is_told_what_happens(daemon, path):
    d = daemon(start=False)
    name = path.format(dir=d.dir)
    listener, next_with = notifications(d, name)
    with listener:
        d.process = subprocess.Popen(d.command(), env={**environment(), "NOTIFY_SOCKET": name.replace("\0", "@")},
                                     stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert "READY=1" in next_with("READY")
        assert request(d.socket, "GET", "/readyz") == (200, "ok\n")
        d.process.send_signal(signal.SIGHUP)
        assert "MONOTONIC_USEC=" in next_with("RELOADING=1")
        next_with("READY=1")
        d.process.terminate()
        next_with("STOPPING=1")
        assert d.process.wait(30) == 0


def test_under_the_journal_lines_carry_their_level(tmp_path):
    with open(tmp_path / "log", "wb") as log:
        st = os.fstat(log.fileno())
        env = {**environment(), "JOURNAL_STREAM": f"{st.st_dev}:{st.st_ino}"}
        p = subprocess.Popen([str(GAMESRVD), "--data", str(tmp_path / "d"), "--socket", str(tmp_path / "s")],
                             env=env, stderr=log, stdin=subprocess.DEVNULL)
        until("ready", lambda: "ready" in (tmp_path / "log").read_text())
        p.terminate()
        assert p.wait(30) == 0
    assert all(line.startswith("<6>") for line in (tmp_path / "log").read_text().splitlines())


def test_closed_standard_descriptors_do_no_harm(tmp_path):
    p = subprocess.Popen(["/bin/sh", "-c", 'exec "$0" --data "$1/d" --socket "$1/s" <&- >&- 2>&-', str(GAMESRVD),
                          str(tmp_path)], env=environment())
    try:
        until("it to answer", lambda: (tmp_path / "s").exists() and answers(tmp_path / "s"))
        assert request(tmp_path / "s", "GET", "/livez") == (200, "ok\n")
        assert all(os.readlink(f"/proc/{p.pid}/fd/{fd}") == "/dev/null" for fd in (0, 1, 2))
    finally:
        p.terminate()
        assert p.wait(30) == 0


def test_probes_have_a_port_of_their_own(daemon):
    d = daemon("--http", "127.0.0.1:0", bundle=ARENA)
    port = int(d.log().split("http://127.0.0.1:")[1].split("/")[0])

    def ask(target, method="GET"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
            s.sendall(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while chunk := s.recv(65536):
                answer += chunk
        return int(answer.split()[1]), answer.split(b"\r\n\r\n", 1)[1].decode()
    assert ask("/livez") == (200, "ok\n") and ask("/readyz") == (200, "ok\n")
    status, text = ask("/metrics")
    assert status == 200 and "\ngamesrv_config_revision 1\n" in text and "\ngamesrv_config_documents 75\n" in text
    for target, method in (("/v1/status", "GET"), ("/v1/config/apply", "POST"), ("/v1/openapi.json", "GET")):
        status, text = ask(target, method)
        assert status == 404 and "only /metrics, /livez and /readyz" in text
    again = run("--data", d.dir / "d2", "--socket", d.dir / "s2", "--http", f"127.0.0.1:{port}")
    assert again.returncode == 4 and "another program uses it" in again.stderr


def test_the_document_may_name_the_port_and_only_a_loopback_one(daemon, tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    document = tmp_path / "server.yaml"
    document.write_text(f"kind: Server\nname: main\nhttp: 127.0.0.1:{port}\n")
    d = daemon(bundle=tmp_path)
    assert socket.create_connection(("127.0.0.1", port), timeout=10).close() is None
    error = d.error("/v1/config/apply", {"files": {"server.yaml": "kind: Server\nname: main\nhttp: 0.0.0.0:80\n"}}, 422,
                    "invalid")
    assert error["details"]["findings"][0]["path"] == "Server/main.http"


def test_descriptors_that_run_out_come_back(daemon):
    d = daemon(start=False)
    d.start(before=["prlimit", "--nofile=40:40"])
    held = []
    try:
        for _ in range(60):
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(10)
            s.connect(str(d.socket))
            held.append(s)
        until("the log to say so", lambda: "no descriptors left" in d.log())
        before = cpu(d.process.pid)
        time.sleep(0.5)
        assert cpu(d.process.pid) - before < 0.3  # it waits, it does not spin
        assert d.process.poll() is None
    finally:
        for s in held:
            s.close()

    def recovered():
        try:
            return request(d.socket, "GET", "/livez") == (200, "ok\n")
        except Exception:
            return False
    until("it to answer again", recovered)


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_an_idle_daemon_sleeps(daemon):
    d = daemon(bundle=ARENA)
    before = cpu(d.process.pid)
    time.sleep(1)
    assert cpu(d.process.pid) - before < 0.1


def test_threads_have_names(daemon):
    d = daemon()

    def names():
        return {pathlib.Path(f"/proc/{d.process.pid}/task/{t}/comm").read_text().strip()
                for t in os.listdir(f"/proc/{d.process.pid}/task")}
    until("all names", lambda: {"gamesrvd", "work", "store", "names"} <= names())
