"""The admin API as bytes: heads, bodies, connections, and every shape of error."""
import concurrent.futures
import json
import re
import socket
import subprocess
import time

import pytest

from ctl import ARENA
from online import Daemon, until
from wire import Wire, ask, ask_json, request

LIMITS = """kind: Server
name: main
admin: {connections: %d, body: 4KiB, bundle_body: 64KiB, request_timeout: 1s, idle_timeout: 2s}
"""


@pytest.fixture(scope="module")
def daemon():
    d = Daemon(bundle=ARENA)
    yield d
    d.close()


@pytest.fixture()
def small(tmp_path):
    """A daemon with limits that a test can reach."""
    def make(connections=8):
        (tmp_path / "server.yaml").write_text(LIMITS % connections)
        made.append(Daemon(bundle=tmp_path))
        return made[-1]
    made = []
    yield make
    for d in made:
        d.close()


def refused(daemon, data):
    """Status, code and message; and that the connection is closed afterwards."""
    with Wire(daemon.socket) as w:
        got = w.send(data).error()
        assert w.closed()
        return got


H = "Host: localhost\r\n"


@pytest.mark.parametrize("head,status,code,says", [
    ("GET /v1/status HTTP/1.1\nHost: x\n\n", 400, "bad_request", "lone LF"),
    ("get /v1/status HTTP/1.1\r\n" + H + "\r\n", 400, "bad_request", "method"),
    ("GET /v1/status\r\n" + H + "\r\n", 400, "bad_request", "METHOD, space, path"),
    ("GET /v1/status HTTP/3.0\r\n" + H + "\r\n", 505, "bad_request", "HTTP version 3.0"),
    ("GET /v1/status HTTP/1.1\r\n\r\n", 400, "bad_request", "Host is given 0 times"),
    ("GET /v1/status HTTP/1.1\r\n" + H + H + "\r\n", 400, "bad_request", "Host is given 2 times"),
    ("GET /v1/status HTTP/1.1\r\n" + H + "A: b\r\n c\r\n\r\n", 400, "bad_request", "second line"),
    ("GET /v1/status HTTP/1.1\r\n" + H + "A b\r\n\r\n", 400, "bad_request", "header 2 is not NAME: VALUE"),
    ("GET /v1/\x00 HTTP/1.1\r\n" + H + "\r\n", 400, "bad_request", "control character 0x00"),
    ("\x16\x03\x01\x02\x00", 400, "bad_request", "control character 0x16"),
    ("GET /" + "a" * 9000, 431, "too_large", "longer than 8192 bytes"),
    ("GET / HTTP/1.1\r\n" + H + "A: b\r\n" * 64 + "\r\n", 431, "too_large", "more than 64 headers"),
    ("POST /v1/config/plan HTTP/1.1\r\n" + H + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, "length_required",
     "Content-Length"),
    ("POST /v1/config/plan HTTP/1.1\r\n" + H + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400, "bad_request",
     "given 2 times"),
    ("POST /v1/config/plan HTTP/1.1\r\n" + H + "Content-Length: -1\r\n\r\n", 400, "bad_request", "not a whole number"),
    ("POST /v1/config/plan HTTP/1.1\r\n" + H + "Content-Length: 99999999999999999999\r\n\r\n", 413, "too_large",
     "20 digits"),
    ("GET /v1/status HTTP/1.1\r\n" + H + "Expect: fun\r\n\r\n", 417, "bad_request", "100-continue"),
])
def test_a_hostile_head_is_refused_and_the_connection_ends(daemon, head, status, code, says):
    got = refused(daemon, head)
    assert got[:2] == (status, code) and says in got[2]
    assert ask(daemon.socket, "GET", "/livez")[0] == 200


@pytest.mark.parametrize("target,status,code,says", [
    ("/", 400, "bad_request", "empty part"),
    ("/v1/../livez", 400, "bad_request", ". or .."),
    ("/v1/%2e%2e/livez", 400, "bad_request", ". or .."),
    ("/v1/config/%zz", 400, "bad_request", "two hex digits"),
    ("/v1/config/%ff", 400, "bad_request", "UTF-8"),
    ("/v1/config/a%00b", 400, "bad_request", "control character"),
    ("/v1/status?verbose=1", 400, "bad_request", 'unknown query parameter "verbose"'),
    ("/v1/config/Arena?limit=1&limit=2", 400, "bad_request", "given twice"),
    ("/v1/config/Arena?limit=none", 400, "bad_request", "whole number from 1 to 10000"),
    ("/v1/config/Arena?where=a%20%3D%201", 400, "bad_request", "where, column 3: write == to compare"),
    ("/v1/config/Arena?sort=a,", 400, "bad_request", "sort, column 3"),
    ("/nothing", 404, "not_found", "/v1/openapi.json"),
    ("/v1/status/more", 404, "not_found", "no such path"),
    ("/v1/config/Nothing", 404, "not_found", "Nothing"),
    ("/v1/config/Arena/%C3%A9%2F..", 404, "not_found", "é/.."),
])
def test_a_wrong_path_or_query_says_what_is_wrong(daemon, target, status, code, says):
    with Wire(daemon.socket) as w:
        got = w.send(request("GET", target)).error()
        assert got[:2] == (status, code) and says in got[2]
        assert w.send(request("GET", "/livez")).answer()[0] == 200  # the connection goes on


def test_a_wrong_method_names_the_right_ones(daemon):
    status, headers, body = ask(daemon.socket, "DELETE", "/v1/status")
    assert (status, headers["allow"]) == (405, "get")
    assert json.loads(body)["error"]["code"] == "method_not_allowed"
    assert ask(daemon.socket, "GET", "/v1/config/apply")[0] == 404  # GET /v1/config/{kind} has that path


@pytest.mark.parametrize("body,says", [
    ("{", "line 1, column 1"),
    ("[]", "not a JSON object"),
    ('{"files":{},"files":{}}', "duplicate object key"),
    ('{"a":' + "[" * 40 + "]" * 40 + "}", "deeper than 32 levels"),
    (b'{"a":"\xff"}', "line 1"),
    ('{"a":"\\u0000"}', "line 1"),
    ("{} {}", "end of file expected"),
    ('{"files":[]}', "files"),
    ('{"files":{"../a.yaml":""}}', "../a.yaml"),
    ('{"files":{"a.yaml":5}}', "a.yaml"),
    ('{"files":{},"base_revision":"x"}', "base_revision"),
])
def test_a_wrong_body_says_what_is_wrong(daemon, body, says):
    with Wire(daemon.socket) as w:
        got = w.send(request("POST", "/v1/config/plan", body)).error()
        assert got[:2] == (400, "bad_request") and says in got[2], got
        assert w.send(request("GET", "/livez")).answer()[0] == 200


def test_a_body_where_none_belongs_is_refused(daemon):
    got = refused(daemon, request("GET", "/v1/status", "{}"))
    assert got == (400, "bad_request", "this request takes no body")


def test_head_answers_without_a_body(daemon):
    with Wire(daemon.socket) as w:
        w.send("HEAD /livez HTTP/1.1\r\n" + H + "\r\n")
        head = b""
        while b"\r\n\r\n" not in head:
            head += w.s.recv(4096)
        assert b"Content-Length: 3\r\n" in head and head.endswith(b"\r\n\r\n")
        assert w.send(request("GET", "/livez")).answer()[2] == b"ok\n"


def test_pipelined_requests_are_answered_in_order(daemon):
    with Wire(daemon.socket) as w:
        w.send(request("GET", "/livez") + request("GET", "/v1/pending") + request("POST", "/v1/config/plan", "{}")
               + request("GET", "/nothing") + request("GET", "/livez", headers="Connection: close\r\n"))
        assert [w.answer()[0] for _ in range(5)][0::3] == [200, 404]
        assert w.closed()


def test_http_1_0_closes_unless_asked_to_stay(daemon):
    with Wire(daemon.socket) as w:
        assert w.send("GET /livez HTTP/1.0\r\n\r\n").answer()[1]["connection"] == "close"
        assert w.closed()
    with Wire(daemon.socket) as w:
        w.send("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert w.answer()[1]["connection"] == "keep-alive"
        assert w.send("GET /livez HTTP/1.0\r\n\r\n").answer()[0] == 200


def test_a_client_that_waits_for_100_continue_gets_it(daemon):
    body = json.dumps({"files": {}, "allow_delete": 1000})
    with Wire(daemon.socket) as w:
        w.send(request("POST", "/v1/config/plan", "", headers="").replace(
            b"Content-Length: 0", f"Content-Length: {len(body)}\r\nExpect: 100-continue".encode()))
        assert w.answer()[0] == 100
        assert w.send(body).answer()[0] == 200


def test_curl_sends_a_bundle_of_megabytes(daemon, tmp_path):
    files = {f"m{i}.yaml": "# " + "x" * 1000 + "\n" + f"kind: Nope{i}\nname: y\n" for i in range(2000)}
    (tmp_path / "body").write_text(json.dumps({"files": files}))
    run = subprocess.run(["curl", "-sS", "--unix-socket", str(daemon.socket), "--data-binary", f"@{tmp_path}/body",
                          "http://localhost/v1/config/validate?"], capture_output=True, timeout=60)
    reply = json.loads(run.stdout)
    assert (reply["valid"], reply["total"], len(reply["findings"])) == (False, 2000, 1000)


def test_a_refused_body_is_not_asked_for(daemon):
    with Wire(daemon.socket) as w:
        w.send("POST /v1/nothing HTTP/1.1\r\n" + H + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert w.error()[0] == 404
        assert w.closed()


def test_a_head_may_arrive_byte_by_byte(daemon):
    with Wire(daemon.socket) as w:
        for byte in request("GET", "/v1/config/Arena?limit=1"):
            w.send(bytes([byte]))
        assert len(json.loads(w.answer()[2])["items"]) == 1


def test_a_listing_is_cut_into_pages_that_together_are_the_whole(daemon):
    whole = ask_json(daemon.socket, "GET", "/v1/config/Monster?sort=-name")
    assert whole["next_cursor"] is None and len(whole["items"]) > 4
    names, cursor = [], "0"
    while cursor is not None:
        page = ask_json(daemon.socket, "GET", f"/v1/config/Monster?sort=-name&limit=3&cursor={cursor}")
        names += [i["name"] for i in page["items"]]
        cursor = page["next_cursor"]
    assert names == [i["name"] for i in whole["items"]] == sorted(names, reverse=True)
    some = ask_json(daemon.socket, "GET", "/v1/config/Monster?where=name%20~%20%22" + names[0] + "%22")
    assert names[0] in [i["name"] for i in some["items"]] and len(some["items"]) < len(names)


def test_numbers_keep_the_text_their_author_gave_them(daemon):
    _, _, body = ask(daemon.socket, "GET", "/v1/config/Arena")
    assert re.search(rb'"spawn_rate":0\.\d{1,4}[,}]', body) and b"0000000" not in body


# ---- limits ----

def test_a_head_that_drips_is_cut_off_at_the_deadline(small):
    d = small()
    with Wire(d.socket) as w:
        began = time.monotonic()
        w.send("GET /live")
        got = w.error()
        assert got[:2] == (408, "timeout") and 0.8 < time.monotonic() - began < 6
        assert w.closed()


def test_a_dripping_client_does_not_extend_its_deadline(small):
    d = small()
    with Wire(d.socket) as w:
        began = time.monotonic()
        try:
            for byte in b"GET /livez HTTP/1.1\r\nX: " + b"a" * 600:
                w.send(bytes([byte]))
                time.sleep(0.01)
        except ConnectionError:
            pass
        assert time.monotonic() - began < 6
        assert w.error()[0] == 408


def test_a_body_that_stops_half_way_is_cut_off(small):
    d = small()
    with Wire(d.socket) as w:
        w.send("POST /v1/config/plan HTTP/1.1\r\n" + H + "Content-Length: 100\r\n\r\n{")
        assert w.error()[:2] == (408, "timeout")
        assert w.closed()


def test_an_idle_connection_is_closed_without_a_word(small):
    d = small()
    with Wire(d.socket) as w:
        assert w.answer() is None


def test_bodies_are_measured_before_they_are_read(small):
    d = small()
    assert refused(d, "POST /v1/config/plan HTTP/1.1\r\n" + H + "Content-Length: 65537\r\n\r\n") == (
        413, "too_large", "the body has 65537 bytes; the limit is 65536 (Server.admin.bundle_body)")
    got = refused(d, "POST /v1/config/confirm HTTP/1.1\r\n" + H + "Content-Length: 4097\r\n\r\n")
    assert got[:2] == (413, "too_large") and "Server.admin.body" in got[2]
    fits = '{"files":{"a.yaml":"' + "#" * 65000 + '"}}'
    assert ask(d.socket, "POST", "/v1/config/validate", fits)[0] == 200


def test_a_client_that_sends_all_before_it_reads_still_hears_413(small):
    d = small()
    with Wire(d.socket) as w:
        w.send(request("POST", "/v1/config/plan", b" " * 5_000_000))
        assert w.error()[0] == 413


def test_one_connection_too_many_is_told_so(small):
    d = small(connections=4)
    held = [Wire(d.socket) for _ in range(4)]
    try:
        for w in held:
            w.send("GET ")
        time.sleep(0.2)
        with Wire(d.socket) as w:
            got = w.error()
            assert got[:2] == (503, "unavailable") and "Server.admin.connections" in got[2]
    finally:
        for w in held:
            w.s.close()
    until("room again", lambda: ask(d.socket, "GET", "/livez")[0] == 200)


def test_a_connection_between_two_requests_makes_room(small):
    d = small(connections=4)
    held = [Wire(d.socket) for _ in range(4)]
    for w in held:
        assert w.send(request("GET", "/livez")).answer()[0] == 200
    assert ask(d.socket, "GET", "/livez")[0] == 200
    assert held[0].closed(1)  # idle longest
    assert held[3].send(request("GET", "/livez")).answer()[0] == 200
    for w in held:
        w.s.close()


def test_limits_change_while_the_daemon_runs(small, tmp_path):
    d = small()
    (tmp_path / "server.yaml").write_text((LIMITS % 8).replace("request_timeout: 1s", "request_timeout: 3s"))
    d.ctl("apply", tmp_path, "-y", code=0)
    with Wire(d.socket) as w:
        began = time.monotonic()
        assert w.send("GET /").error()[0] == 408
        assert time.monotonic() - began > 2


def test_a_hundred_clients_at_once_are_all_answered(daemon):
    def one(i):
        with Wire(daemon.socket, timeout=30) as w:
            return w.send(request("GET", "/v1/status" if i % 2 else "/v1/revisions")).answer()[0]
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        got = list(pool.map(one, range(100)))
    # 64 fit; who comes above that is told at once
    assert set(got) <= {200, 503} and got.count(200) >= 64


def test_clients_that_leave_in_the_middle_leave_nothing_behind(daemon):
    for i in range(60):
        w = Wire(daemon.socket)
        data = request("POST", "/v1/config/validate", json.dumps({"files": {f"a{i}.yaml": "kind: X\nname: y\n" * 50}}))
        w.send(data[:len(data) * (i % 10 + 1) // 10])
        w.s.close()
    for i in range(40):
        w = Wire(daemon.socket)
        w.send(request("GET", "/v1/openapi.json") * 20)
        w.s.close()

    def open_now():
        text = ask(daemon.socket, "GET", "/metrics")[2].decode()
        return re.search(r"^gamesrv_admin_connections 1$", text, re.M)
    until("connections to be let go", open_now)


def test_a_reader_that_does_not_read_holds_nobody(daemon):
    slow = [Wire(daemon.socket) for _ in range(8)]
    for w in slow:
        w.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        w.send(request("GET", "/v1/openapi.json") * 100)
    began = time.monotonic()
    for _ in range(20):
        assert ask(daemon.socket, "GET", "/livez")[0] == 200
    assert time.monotonic() - began < 5
    for w in slow:  # and it still gets everything, once it reads
        for _ in range(100):
            assert w.answer()[0] == 200
        w.s.close()


def test_a_client_of_another_version_may_look_but_not_write(daemon):
    other = "X-Gamesrv-Builtin: " + "0" * 64 + "\r\nX-Gamesrv-Version: 9.9.9\r\n"
    assert ask(daemon.socket, "GET", "/v1/status", headers=other)[0] == 200
    assert ask(daemon.socket, "POST", "/v1/config/plan", '{"files":{}}', headers=other)[0] != 409
    with Wire(daemon.socket) as w:
        got = w.send(request("POST", "/v1/config/apply", '{"files":{}}', headers=other)).error()
    assert got[:2] == (409, "wrong_state") and "9.9.9" in got[2] and "0.1.0" in got[2]
    own = ask_json(daemon.socket, "GET", "/v1/status")["builtin_fingerprint"]
    same = f"X-Gamesrv-Builtin: {own}\r\n"
    assert ask(daemon.socket, "POST", "/v1/config/confirm", "{}", headers=same)[0] == 409  # nothing to confirm
