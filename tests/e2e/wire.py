"""The admin socket at the level of bytes: what a stranger, a sloppy or a hostile client sends."""
import json
import socket
import time


class Wire:
    def __init__(self, path, timeout=10):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(timeout)
        self.s.connect(str(path))
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.s.close()

    def send(self, data):
        self.s.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def _more(self):
        data = self.s.recv(65536)
        self.rest += data
        return data

    def answer(self):
        """(status, headers, body) of the next answer; None: closed without one."""
        while b"\r\n\r\n" not in self.rest:
            if not self._more():
                assert self.rest == b"", self.rest
                return None
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        status = int(lines[0].split()[1])
        length = int(headers.get("content-length", 0))
        while len(self.rest) < length:
            assert self._more(), "closed in the middle of an answer"
        body, self.rest = self.rest[:length], self.rest[length:]
        return status, headers, body

    def error(self):
        """(status, code, message), in the one shape all errors have."""
        status, headers, body = self.answer()
        assert headers["content-type"] == "application/json"
        reply = json.loads(body)
        assert reply["apiVersion"] == "gamesrv/v1" and set(reply["error"]) == {"code", "message", "details"}
        return status, reply["error"]["code"], reply["error"]["message"]

    def closed(self, patience=10):
        """True once the other end closed; what it still sent is lost."""
        end = time.monotonic() + patience
        self.s.settimeout(patience)
        try:
            while self._more():
                assert time.monotonic() < end
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True


def request(method, path, body=None, headers=""):
    data = b"" if body is None else body if isinstance(body, bytes) else body.encode()
    length = "" if body is None else f"Content-Length: {len(data)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{length}{headers}\r\n".encode() + data


def ask(path, method, target, body=None, headers=""):
    with Wire(path) as w:
        return w.send(request(method, target, body, headers)).answer()


def ask_json(path, method, target, body=None, headers="", status=200):
    got, _, text = ask(path, method, target, None if body is None else json.dumps(body), headers)
    assert got == status, (got, text[:2000])
    return json.loads(text)
