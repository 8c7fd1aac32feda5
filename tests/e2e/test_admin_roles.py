"""Who may do what: the kernel says who is there. Other users are played by root, so this needs root."""
import os
import shutil
import subprocess

import pytest

from ctl import GAMECTL, environment
from gamesrv import GAMESRVD, Daemon, until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="plays other users: needs root")

READERS = 54321
READER, STRANGER = 54001, 54002


class Shared(Daemon):
    """Root's daemon on a machine that has the group of readers, wherever this one has it or not."""

    def __init__(self):
        if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            pytest.skip("no mount namespaces here")
        super().__init__(start=False)
        self.socket = self.dir / "run/s"
        group = self.dir / "group"
        group.write_text(open("/etc/group").read() + f"gamesrv-readers:x:{READERS}:\n")
        self.dir.chmod(0o755)
        self.gamectl = self.dir / "gamectl"
        shutil.copy(GAMECTL, self.gamectl)
        inside = f'mount --bind "{group}" /etc/group && exec "$0" "$@"'
        self.start(before=["unshare", "-m", "sh", "-c", inside])

    def as_user(self, uid, *args, groups=()):
        return subprocess.run([str(self.gamectl), *args, "--socket", str(self.socket)], user=uid, group=uid,
                              extra_groups=groups, env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=30, cwd="/")

    def code(self, uid, method, path, groups=()):
        """The HTTP status that a user gets."""
        run = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "--unix-socket",
                              str(self.socket), f"http://localhost{path}"], user=uid, group=uid, extra_groups=groups,
                             capture_output=True, text=True, timeout=30, cwd="/")
        return int(run.stdout)


@pytest.fixture()
def shared():
    d = Shared()
    yield d
    d.close()


def test_readers_look_and_change_nothing(shared):
    stat = os.stat(shared.socket)
    assert (stat.st_gid, os.stat(shared.socket.parent).st_gid) == (READERS, READERS)
    for groups in ([READERS], [1, 2, 3, READERS]):
        assert shared.code(READER, "GET", "/v1/status", groups) == 200
        assert shared.code(READER, "POST", "/v1/config/validate", groups) == 200
        assert shared.code(READER, "POST", "/v1/config/plan", groups) == 200
        for path in ("apply", "confirm", "cancel", "rollback", "reload"):
            assert shared.code(READER, "POST", f"/v1/config/{path}", groups) == 403
        assert shared.code(READER, "POST", "/v1/revisions/1/pin", groups) == 403
    assert shared.as_user(READER, "status", groups=[READERS]).returncode == 0
    got = shared.as_user(READER, "rollback", "-y", groups=[READERS])
    assert got.returncode == 7 and "may only read" in got.stderr


def test_others_do_not_even_reach_the_socket(shared):
    got = shared.as_user(STRANGER, "status")
    assert got.returncode == 7 and "no permission to use the socket" in got.stderr


def test_others_are_refused_where_the_files_let_them_through(shared):
    shared.socket.parent.chmod(0o755)
    shared.socket.chmod(0o666)
    for path in ("/v1/status", "/livez", "/v1/config"):
        assert shared.code(STRANGER, "GET", path) == 403
    got = shared.as_user(STRANGER, "status")
    assert got.returncode == 7 and f"user {STRANGER} may not use this daemon" in got.stderr


def test_a_daemon_of_a_user_belongs_to_that_user_and_root(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, READER, READER)
    for p in [tmp_path, *tmp_path.parents]:  # pytest keeps its directories to root
        if p.is_relative_to("/tmp") and str(p) != "/tmp":
            p.chmod(0o755)
    binary = tmp_path / "gamesrvd"
    shutil.copy(GAMESRVD, binary)
    env = {**environment(), "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    del env["GAMESRV_SOCKET"]
    p = subprocess.Popen([str(binary)], user=READER, group=READER, extra_groups=[], env=env, stdin=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, cwd="/")
    try:
        socket = home / "gamesrv/gamesrv.sock"
        until("the socket at its default place", socket.is_socket)
        until("an answer to root", lambda: subprocess.run(["curl", "-sf", "--unix-socket", str(socket),
                                                           "http://localhost/readyz"]).returncode == 0)
        assert (home / ".local/state/gamesrv/history.db").is_file()
        assert os.stat(home / ".local/state/gamesrv").st_mode & 0o777 == 0o700
    finally:
        p.terminate()
        assert p.wait(30) == 0
