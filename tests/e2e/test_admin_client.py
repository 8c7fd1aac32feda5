"""gamectl's side of the socket against programs that are not gamesrvd, or one that does not behave."""
import json
import socket
import threading

import pytest

from ctl import ctl, environment


class Fake:
    """Answers every connection with the same bytes, once the request's head is there."""

    def __init__(self, path, answer):
        self.answer = answer
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.requests = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            with s:
                data = b""
                while b"\r\n\r\n" not in data:
                    chunk = s.recv(65536)
                    if not chunk:
                        break
                    data += chunk
                self.requests.append(data.decode())
                try:
                    s.sendall(self.answer)
                except OSError:
                    pass


def http(status, body, kind="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind.encode(), len(data)) + data


def status_of(path, **kw):
    return ctl("status", "--socket", path, env=environment(http_proxy="http://127.0.0.1:1", ALL_PROXY="socks5://x"), **kw)


@pytest.mark.parametrize("answer,code,says", [
    (b"", 5, "closed the connection without an answer"),
    (b"SSH-2.0-OpenSSH_9.2\r\n", 5, "closed the connection without an answer"),
    (http(200, b"<html>", "text/html"), 9, "is not one of gamesrvd"),
    (http(200, b""), 9, "is not one of gamesrvd"),
    (http(200, b"[1]"), 9, "is not one of gamesrvd"),
    (http(200, b'{"a":1,"a":2}'), 9, "is not one of gamesrvd"),
    (http(500, {"oops": 1}), 9, "is not one of gamesrvd"),
    (http(200, {"x": "y"})[:-4], 5, "closed the connection without an answer"),
    (http(503, {"apiVersion": "gamesrv/v1", "error": {"code": "unavailable", "message": "gamesrvd is stopping",
                                                       "details": {}}}), 5, "gamesrvd is stopping"),
    (http(400, {"apiVersion": "gamesrv/v1", "error": {"code": "bad_request", "message": "\x1b[2Jred",
                                                       "details": {}}}), 2, "\\x1B[2Jred"),
])
def test_an_answer_that_is_none_of_ours_is_named(tmp_path, answer, code, says):
    fake = Fake(tmp_path / "s", answer)
    got = status_of(tmp_path / "s")
    assert got.returncode == code and says in got.stderr and "\x1b" not in got.stderr, got.stderr
    assert "X-Gamesrv-Builtin: " in fake.requests[0] and "User-Agent: gamectl/" in fake.requests[0]


def test_a_path_too_long_for_a_socket_is_named():
    got = status_of("/tmp/" + "x" * 150)
    assert got.returncode == 2 and "107 bytes" in got.stderr
