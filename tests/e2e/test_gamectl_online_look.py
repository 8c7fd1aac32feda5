"""history, show, blame, export, pending, status, get, describe, pin: looking at what runs and how it came about."""
import csv
import http.server
import io
import json
import os
import pathlib
import re
import shutil
import signal
import socketserver
import subprocess
import threading

import pytest

from ctl import GAMECTL, environment
from online import Daemon, Terminal, arena_copy, edit

KEEP = "arenas/frozen-keep.yaml"


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    return arena_copy(tmp_path_factory.mktemp("look"))


@pytest.fixture(scope="module")
def daemon(arena):
    """Four revisions and one failure; tests only look."""
    d = Daemon(bundle=arena)
    try:
        edit(arena / KEEP, "player_hp: 100", "player_hp: 120")
        d.ctl("apply", arena, "-y", "-m", "More air in the keep", code=0)
        edit(arena / KEEP, "player_hp: 120", "player_hp: 12000")
        d.ctl("apply", arena, "-y", "-m", "A finger slipped", code=3)
        edit(arena / KEEP, "player_hp: 12000", "player_hp: 120")
        edit(arena / "weapons/ranged.yaml", "cooldown: 600ms", "cooldown: 550ms")
        d.ctl("apply", arena, "-y", "-m", "Viper: faster, \"much\" faster", code=0)
        d.ctl("rollback", "-y", "-m", "Too fast", code=0)
        yield d
    finally:
        d.close()


# history

def test_history_lists_newest_first_with_failures(daemon):
    lines = daemon.ctl("history", code=0).stdout.splitlines()
    assert lines[0].split() == ["REVISION", "WHEN", "WHO", "HOW", "OUTCOME", "DOCUMENTS", "WHY"]
    heads = [l.split()[0] for l in lines[1:]]
    assert heads[0] == "4" and heads[1] == "3" and heads[2].startswith("a") and heads[3:] == ["2", "1"]
    assert lines[1].endswith("Too fast") and "rollback" in lines[1]
    assert "A finger slipped: 1 finding" in lines[3] and "invalid" in lines[3]
    assert "boot" in lines[5]


def test_history_json_is_the_contract(daemon):
    rows = daemon.json("history")["revisions"]
    assert [r["revision"] for r in rows] == [4, 3, None, 2, 1]
    for r in rows:
        assert {"id", "revision", "parent", "time", "actor", "message", "origin", "outcome", "digest",
                "documents_added", "documents_removed", "documents_changed", "changes_total", "findings_total",
                "rollback_of", "pinned", "error"} <= set(r)
        assert r["time"].endswith("Z") and isinstance(r["actor"]["uid"], int)
    assert rows[0]["parent"] == 3 and rows[0]["rollback_of"] == 2


def test_history_has_a_limit_and_says_that_there_is_more(daemon):
    run = daemon.ctl("history", "--limit", "2", code=0)
    assert len(run.stdout.splitlines()) == 4 and "--limit N shows more" in run.stdout
    assert len(daemon.json("history", "--limit", "2")["revisions"]) == 2
    assert "shows more" not in daemon.ctl("history", "--limit", "5", code=0).stdout


def test_history_filters_and_sorts(daemon):
    rows = daemon.json("history", "--where", 'outcome == "invalid"')["revisions"]
    assert [r["message"] for r in rows] == ["A finger slipped"]
    assert [r["revision"] for r in daemon.json("history", "--sort", "revision", "--limit", "3")["revisions"]] == \
        [None, 1, 2]
    run = daemon.ctl("history", "--where", "outcome ==", code=2)
    assert "--where, column" in run.stderr
    assert "no revision matches" in daemon.ctl("history", "--where", "id > 1000", code=0).stdout


def test_fields_can_be_filtered_too(daemon):
    fields = daemon.json("describe", "Arena/frozen-keep", "--where", 'state == "defaulted"')["fields"]
    assert {"difficulty"} <= {f["field"] for f in fields} and all(f["state"] == "defaulted" for f in fields)
    lines = daemon.json("blame", "Arena/frozen-keep", "--where", "revision > 1")["lines"]
    assert [l["field"] for l in lines] == ["player_hp"]


def test_history_as_csv_keeps_quotes_and_commas(daemon):
    rows = list(csv.DictReader(io.StringIO(daemon.ctl("history", "-o", "csv", code=0).stdout)))
    assert rows[1]["message"] == 'Viper: faster, "much" faster' and rows[1]["revision"] == "3"
    assert rows[2]["revision"] == ""


def test_history_as_names(daemon):
    assert daemon.ctl("history", "-o", "name", "--limit", "2", code=0).stdout == "revision/4\nrevision/3\n"


# show

def without_age(text):
    return re.sub(r"^when .*$", "when", text, flags=re.M)


def test_show_says_who_when_why_and_what(daemon):
    out = daemon.ctl("show", "3", code=0).stdout
    assert out.startswith("revision 3\n") and 'Viper: faster, "much" faster' in out
    assert "~ Weapon/viper\n    cooldown  600ms → 550ms  live\n" in out
    assert daemon.json("show", "3")["changes"][0]["path"] == "Weapon/viper.cooldown"
    assert daemon.json("show", "current")["revision"]["revision"] == 4
    assert without_age(daemon.ctl("show", "r3", code=0).stdout) == without_age(out)


def test_show_of_a_failure_has_its_findings(daemon):
    failed = next(r for r in daemon.json("history")["revisions"] if r["revision"] is None)
    run = daemon.ctl("show", f"a{failed['id']}", code=0)
    assert run.stdout.startswith(f"attempt a{failed['id']}\n") and "A finger slipped" in run.stdout
    assert "12000 is above the maximum 9999 [max]" in run.stderr
    assert daemon.json("show", f"a{failed['id']}")["findings"]["findings"][0]["code"] == "max"


@pytest.mark.parametrize("word, code", [("99", 7), ("a99", 7), ("yesterday", 2), ("-1", 2), ("", 2),
                                        ("9" * 30, 2), ("3; drop", 2)])
def test_show_of_what_is_not_there(daemon, word, code):
    run = daemon.ctl("show", "--", word)
    assert run.returncode == code and run.stderr.startswith("gamectl: error: ") and run.stdout == ""


# describe

def test_describe_breaks_long_values_over_lines(daemon):
    lines = daemon.ctl("describe", "Arena/frozen-keep", code=0).stdout.splitlines()
    assert max(map(len, lines)) <= 110
    at = next(i for i, l in enumerate(lines) if l.startswith("waves "))
    column = lines[at].index('- name: "first blood"')
    assert lines[at + 1].lstrip().startswith("delay: 20s") and lines[at + 1].index("delay") == column + 2
    wide = daemon.ctl("describe", "Arena/frozen-keep", "-o", "wide", code=0).stdout.splitlines()
    assert next(l for l in wide if l.startswith("waves ")).endswith("}]")


# blame

def test_blame_names_the_revision_of_each_field(daemon):
    lines = daemon.json("blame", "Arena/frozen-keep")["lines"]
    by_field = {l["field"]: l for l in lines}
    assert by_field["player_hp"]["revision"] == 2 and by_field["player_hp"]["message"] == "More air in the keep"
    assert by_field["title"]["revision"] == 1
    out = daemon.ctl("blame", "Arena/frozen-keep.player_hp", code=0).stdout.splitlines()
    assert len(out) == 2 and out[0].split()[0] == "FIELD"
    assert out[1].split()[:3] == ["player_hp", "120", "2"] and out[1].endswith("More air in the keep")


@pytest.mark.parametrize("thing, code", [("Arena/nowhere", 7), ("Nothing/frozen-keep", 7), ("Arena", 2),
                                         ("Arena/frozen-keep.no_such", 7)])
def test_blame_of_what_is_not_there(daemon, thing, code):
    assert daemon.ctl("blame", thing).returncode == code


# export

def files_of(top):
    top = pathlib.Path(top)
    return {str(f.relative_to(top)): f.read_bytes() for f in top.rglob("*.yaml")}


def test_export_gives_back_what_was_applied_byte_for_byte(daemon, arena, tmp_path):
    run = daemon.ctl("export", "3", tmp_path / "out", code=0)
    assert files_of(tmp_path / "out") == files_of(arena)
    assert f"files in {tmp_path}/out" in run.stdout
    reply = daemon.json("export", tmp_path / "now")
    assert reply["revision"] == 4 and reply["files"] == len(files_of(arena)) and len(reply["digest"]) == 64
    assert b"cooldown: 600ms" in (tmp_path / "now/weapons/ranged.yaml").read_bytes()
    assert [p.name for p in tmp_path.iterdir() if "tmp" in p.name] == []


def test_export_into_an_empty_directory_that_exists(daemon, arena, tmp_path):
    daemon.ctl("export", "3", ".", code=0, cwd=tmp_path)
    assert files_of(tmp_path) == files_of(arena)


def test_export_refuses_a_directory_with_something_in_it(daemon, arena, tmp_path):
    (tmp_path / "arenas").mkdir()
    (tmp_path / "arenas/mine.yaml").write_text("x")
    (tmp_path / "arenas/frozen-keep.yaml").write_text("x")
    run = daemon.ctl("export", "3", tmp_path, code=7)
    assert "is not empty" in run.stderr and "--force" in run.stderr
    run = daemon.ctl("export", "3", tmp_path, "--force", code=0)
    assert f"{tmp_path}/arenas/mine.yaml is no file of that revision" in run.stderr
    assert (tmp_path / "arenas/mine.yaml").read_text() == "x"
    assert (tmp_path / "arenas/frozen-keep.yaml").read_bytes() == (arena / KEEP).read_bytes()


def test_export_that_fails_leaves_nothing(daemon, tmp_path):
    assert daemon.ctl("export", "99", tmp_path / "out").returncode == 7
    (tmp_path / "file").write_text("")
    assert daemon.ctl("export", tmp_path / "file").returncode in (7, 9)
    assert daemon.ctl("export", tmp_path / "no/such/out").returncode == 9
    run = subprocess.run(["bash", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$0" export "$1"', str(GAMECTL),
                          str(tmp_path / "out")], env=daemon.env(), capture_output=True, text=True)
    assert run.returncode == 9 and "File too large" in run.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]


# pending and status

def test_a_restart_field_waits_and_is_told_until_it_runs(tmp_path):
    arena = arena_copy(tmp_path)
    daemon = Daemon(bundle=arena)
    try:
        assert "nothing waits" in daemon.ctl("pending", code=0).stdout
        edit(arena / "server.yaml", "listen: [127.0.0.1:7350]", "listen: [127.0.0.1:7390]")
        run = daemon.ctl("apply", arena, "-y", code=0)
        assert "restart" in run.stdout and "1 change waits for a restart of gamesrvd: gamectl pending" in run.stdout
        out = daemon.ctl("pending", code=0).stdout
        assert "Server/main.listen" in out and "7350" in out and "7390" in out
        reply = daemon.json("pending")
        assert reply["total"] == 1 and reply["pending"][0]["since_revision"] == 2
        assert "1 field waits for a restart: gamectl pending" in daemon.ctl("status", code=0).stdout
        daemon.stop()
        daemon.start()
        assert daemon.json("pending")["total"] == 0
    finally:
        daemon.close()


def test_status_is_an_overview(daemon, arena):
    out = daemon.ctl("status", code=0).stdout
    labels = [l.split()[0] for l in out.splitlines()]
    assert labels[:4] == ["gamesrvd", "revision", "holds", "bundle"]
    assert "ready" in out and "rollback by" in out and "Too fast" in out
    assert f"bundle    {arena} " in out


def test_status_json_is_the_contract(daemon, arena):
    s = daemon.json("status")
    assert s["state"] == "ready" and s["revision"]["revision"] == 4 and s["confirm"] is None
    assert s["pid"] == daemon.process.pid and s["uptime_ms"] >= 0 and s["started"].endswith("Z")
    assert s["bundle"]["path"] == str(arena) and s["bundle"]["watch"] == "off"
    assert s["drift"]["running"] == s["drift"]["desired"] == 4
    assert len(s["schema_fingerprint"]) == 64 and isinstance(s["alarms"], list)
    assert s["documents"] == sum(k["documents"] for k in daemon.json("get")["kinds"])


def test_status_watch_streams_and_ends_with_its_reader(daemon):
    run = subprocess.run(["bash", "-c", '"$0" status --watch -o json | head -n 2', str(GAMECTL)],
                         env=daemon.env(), capture_output=True, text=True, timeout=30)
    assert run.returncode == 0 and run.stderr == ""
    assert [json.loads(l)["state"] for l in run.stdout.splitlines()] == ["ready", "ready"]


# get and describe

def test_get_without_a_kind_lists_the_kinds(daemon):
    out = daemon.ctl("get", code=0).stdout.splitlines()
    rows = {l.split()[0]: l.split() for l in out[1:]}
    assert rows["Monster"][1] == "16" and rows["Arena"][1] == "8" and rows["Server"][1] == "1"
    kinds = {k["kind"]: k for k in daemon.json("get")["kinds"]}
    assert kinds["Server"]["builtin"] is True and kinds["Arena"]["builtin"] is False
    assert kinds["Arena"]["doc"].startswith("A place to fight in")


def test_get_lists_the_documents_of_a_kind(daemon):
    out = daemon.ctl("get", "Weapon", code=0).stdout.splitlines()
    assert out[0].split()[:4] == ["NAME", "TITLE", "CLASS", "RARITY"] and out[0].split()[-1] == "PLACE"
    assert len(out) == 15 and any("weapons/ranged.yaml:" in l for l in out)
    wide = daemon.ctl("get", "Weapon", "-o", "wide", code=0).stdout
    assert "DAMAGE" in wide and "{3}" in wide
    names = daemon.ctl("get", "Weapon", "-o", "name", code=0).stdout.split()
    assert "Weapon/viper" in names and len(names) == 14


def test_get_filters_sorts_and_limits(daemon):
    bosses = daemon.ctl("get", "Monster", "--where", 'spec.rank == "boss"', "-o", "name", code=0).stdout.split()
    assert sorted(bosses) == ["Monster/ash-tyrant", "Monster/bog-mother", "Monster/storm-drake", "Monster/yeti"]
    dear = daemon.json("get", "Weapon", "--sort=-spec.price", "--limit", "2")["items"]
    assert [w["name"] for w in dear] == ["thunder-maul", "dawnbreaker"]
    assert "no document matches" in daemon.ctl("get", "Monster", "--where", "spec.hp > 9000000", code=0).stdout
    assert daemon.ctl("get", "Monster", "--where", "spec.hp >").returncode == 2


def test_get_shows_numbers_as_they_were_written(daemon):
    out = daemon.ctl("get", "Arena", code=0).stdout
    assert " 0.35 " in out
    for output in ("table", "wide", "csv", "json", "yaml"):
        assert "0000000000" not in daemon.ctl("get", "Arena", "-o", output, code=0).stdout


def test_get_of_what_is_not_there(daemon):
    assert daemon.ctl("get", "Monstr").returncode == 7
    run = daemon.ctl("get", "Arena/frozen-keep", code=2)
    assert "gamectl describe" in run.stderr


def test_get_watch_shows_changes_as_they_come(tmp_path):
    arena = arena_copy(tmp_path)
    daemon = Daemon(bundle=arena)
    try:
        watching = subprocess.Popen([str(GAMECTL), "get", "Hero", "--watch", "-o", "json"], env=daemon.env(),
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        first = json.loads(watching.stdout.readline())
        edit(arena / "heroes/brak.yaml", "speed: 4.2", "speed: 4.4")
        daemon.ctl("apply", arena, "-y", code=0)
        second = json.loads(watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        watching.wait(20)
        watching.stdout.close()
        speed = {(n, i["name"]): i["spec"]["speed"] for n, r in enumerate((first, second)) for i in r["items"]}
        assert speed[0, "brak"] == 4.2 and speed[1, "brak"] == 4.4
    finally:
        daemon.close()


def test_describe_shows_each_field_and_where_it_was_written(daemon):
    out = daemon.ctl("describe", "Arena/frozen-keep", code=0).stdout
    assert out.startswith("Arena/frozen-keep in revision 4, arenas/frozen-keep.yaml:1\n\nFIELD")
    rows = {l.split()[0]: l.split() for l in out.splitlines()[3:]}
    assert rows["player_hp"] == ["player_hp", "line", "5", "live", "120"]
    assert rows["difficulty"] == ["difficulty", "default", "live", '"normal"']
    fields = {f["field"]: f for f in daemon.json("describe", "Arena/frozen-keep")["fields"]}
    assert fields["player_hp"]["state"] == "written" and fields["player_hp"]["line"] == 5
    assert fields["difficulty"]["state"] == "defaulted" and fields["warmup"]["reload"] == "next"
    assert fields["max_players"]["state"] == "absent"


def test_describe_of_what_is_not_there(daemon):
    assert daemon.ctl("describe", "Arena/nowhere").returncode == 7
    assert daemon.ctl("describe", "Arena").returncode == 2
    assert daemon.ctl("describe", "Arena/").returncode == 2


def test_a_secret_is_shown_nowhere(daemon):
    for args in (["get", "Webhook"], ["get", "Webhook", "-o", "wide"], ["get", "Webhook", "-o", "json"],
                 ["get", "Webhook", "-o", "csv"], ["describe", "Webhook/match-stats"],
                 ["describe", "Webhook/match-stats", "-o", "yaml"], ["blame", "Webhook/match-stats"],
                 ["show", "1"], ["show", "1", "-o", "json"], ["status", "-o", "json"]):
        run = daemon.ctl(*args, code=0)
        assert "example-token" not in run.stdout + run.stderr, args


# pin

def test_a_revision_is_pinned_and_let_go(daemon):
    assert "is never removed" in daemon.ctl("pin", "2", code=0).stdout
    assert [r["revision"] for r in daemon.json("history")["revisions"] if r["pinned"]] == [2]
    assert "(pinned)" in daemon.ctl("show", "2", code=0).stdout
    assert daemon.json("pin", "2", "--off")["pinned"] is False
    assert daemon.ctl("pin", "99").returncode == 7


# nobody there, or somebody else

ONLINE = [["plan", "."], ["apply", ".", "-y"], ["confirm"], ["cancel"], ["history"], ["show", "1"], ["blame", "A/b"],
          ["rollback", "-y"], ["export", "out"], ["pending"], ["status"], ["reload"], ["get"], ["get", "Arena"],
          ["describe", "A/b"], ["pin", "1"]]


@pytest.mark.parametrize("args", ONLINE, ids=lambda a: a[0])
def test_without_a_daemon_every_verb_says_so_and_how_to_go_on(tmp_path, args):
    env = {**environment(), "GAMESRV_SOCKET": str(tmp_path / "none")}
    run = subprocess.run([str(GAMECTL), *args], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert run.returncode == 5 and run.stdout == ""
    assert f"no gamesrvd answers on {tmp_path}/none" in run.stderr and "gamesrvd --bundle DIR" in run.stderr
    assert "--socket" in run.stderr
    run = subprocess.run([str(GAMECTL), *args, "-o", "json"], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert run.returncode == 5 and json.loads(run.stdout)["error"]["code"] == "unreachable"


def test_a_socket_path_that_cannot_be_one_is_named(tmp_path):
    env = environment()
    for path, code, says in ((str(tmp_path) + "/" + "x" * 120, 2, "longer than 107 bytes"), (str(tmp_path), 5, ""),
                             ("/etc/passwd", 5, "is no socket")):
        run = subprocess.run([str(GAMECTL), "status", "--socket", path], env=env, capture_output=True, text=True)
        assert run.returncode == code and says in run.stderr, run.stderr


def test_who_may_not_use_the_socket_is_told_what_to_do(daemon):
    if os.geteuid() != 0:
        pytest.skip("takes another user to be refused")
    daemon.dir.chmod(0o755)
    gamectl = shutil.copy(GAMECTL, daemon.dir / "gamectl")  # the build may lie where only root comes
    run = subprocess.run([str(gamectl), "status"], env=daemon.env(), capture_output=True, text=True, user="nobody",
                         group="nogroup", extra_groups=[], cwd="/")
    assert run.returncode == 7 and "permission" in run.stderr and "gamesrv-readers" in run.stderr


class Other(threading.Thread):
    """Something else that listens on a Unix socket and answers what it is told to."""

    def __init__(self, path, answer):
        super().__init__(daemon=True)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)
            do_POST = do_GET

            def log_message(self, *args):
                pass

            def address_string(self):
                return "unix"
        self.server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        self.start()

    def run(self):
        self.server.serve_forever()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1,2", b"[]", b"\xff\xfe", b'"ok"'])
def test_an_answer_that_is_none_of_ours_is_an_error(tmp_path, body):
    other = Other(tmp_path / "s", lambda path: (200, body))
    try:
        run = subprocess.run([str(GAMECTL), "status", "--socket", str(tmp_path / "s")], env=environment(),
                             capture_output=True, text=True)
        assert run.returncode == 9 and "not one of gamesrvd" in run.stderr and run.stdout == ""
    finally:
        other.close()


@pytest.mark.parametrize("path", ["../../escape.yaml", "/tmp/escape.yaml", "a/../../escape.yaml", "a//b.yaml",
                                  "evil\n.yaml", ".ssh/authorized_keys"])
def test_export_writes_nowhere_but_into_its_directory(tmp_path, path):
    body = json.dumps({"apiVersion": "gamesrv/v1", "revision": 1, "digest": "0" * 64,
                       "files": {"ok.yaml": "x", path: "x"}}).encode()
    other = Other(tmp_path / "s", lambda _: (200, body))
    try:
        run = subprocess.run([str(GAMECTL), "export", "out", "--socket", str(tmp_path / "s")], env=environment(),
                             cwd=tmp_path, capture_output=True, text=True)
        assert run.returncode == 9 and "no file of a bundle" in run.stderr
        assert sorted(p.name for p in tmp_path.iterdir()) == ["s"]
    finally:
        other.close()


@pytest.mark.parametrize("body", [{}, {"revision": 7}, {"revision": {"revision": "x", "time": 5}, "bundle": [],
                                                       "alarms": {}, "confirm": [1]}, {"revisions": {}, "items": 3},
                                  {"next_cursor": "again", "revisions": [{}], "items": [{}], "fields": [7]}])
def test_answers_with_odd_shapes_crash_nothing(tmp_path, body):
    body = json.dumps({"apiVersion": "gamesrv/v1", **body}).encode()
    other = Other(tmp_path / "s", lambda _: (200, body))
    (tmp_path / "b").mkdir()
    try:
        for args in ONLINE:
            args = ["b" if a == "." else a for a in args]
            if args[0] in ("history", "get"):
                args = [*args, "--limit", "5"] if len(args) > 1 or args[0] == "history" else args
            run = subprocess.run([str(GAMECTL), *args, "--socket", str(tmp_path / "s")], env=environment(),
                                 cwd=tmp_path, capture_output=True, text=True, timeout=30)
            assert 0 <= run.returncode <= 9, (args, run.returncode, run.stderr)
    finally:
        other.close()


def test_a_message_of_the_daemon_cannot_paint_the_terminal(tmp_path):
    body = json.dumps({"error": {"code": "conflict", "message": "\x1b[31mred\x07"}}).encode()
    other = Other(tmp_path / "s", lambda _: (409, body))
    try:
        run = subprocess.run([str(GAMECTL), "confirm", "--socket", str(tmp_path / "s")], env=environment(),
                             capture_output=True, text=True)
        assert run.returncode == 4 and "\x1b" not in run.stderr and "\\x1B[31mred\\x07" in run.stderr
    finally:
        other.close()


def test_help_of_every_online_verb_names_its_exit_codes():
    for args in ONLINE:
        run = subprocess.run([str(GAMECTL), "help", args[0]], env=environment(), capture_output=True, text=True)
        assert run.returncode == 0 and "no daemon answers" in run.stdout, args


def test_the_terminal_gets_colour_and_pipes_do_not(daemon):
    assert "\x1b[" not in daemon.ctl("status", code=0).stdout
    t = Terminal(daemon, "status")
    assert t.end() == 0 and "\x1b[" in t.seen


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("words", [["blame", "Arena/frozen-keep"], ["get", "Arena"], ["get", "Weapon"], ["get"],
                                   ["history"], ["help", "apply"], ["help", "output"]])
def test_nothing_is_wider_than_the_terminal(daemon, columns, words):
    t = Terminal(daemon, *words, "--color", "never", columns=columns)
    assert t.end() == 0
    too_wide = [l for l in t.seen.splitlines() if len(l) > columns]
    assert not too_wide and len(t.seen.splitlines()) > 3, t.seen


@pytest.mark.parametrize("words, hint", [
    (["get", "Arenas"], "did you mean Arena?"),
    (["get", "arena"], "did you mean Arena?"),
    (["get", "Zebra"], "gamectl get lists the kinds"),
    (["describe", "arena/frozen-keep"], "did you mean Arena/frozen-keep?"),
    (["describe", "Arena/frozen-kep"], "did you mean Arena/frozen-keep?"),
    (["describe", "Arena/zzz"], "gamectl get KIND lists the documents of a kind"),
    (["blame", "Arena/frozen-kep"], "did you mean Arena/frozen-keep?"),
    (["blame", "Arena/frozen-keep.player-hp"], "did you mean Arena/frozen-keep.player_hp?"),
    (["describe", "Zebra/a"], "gamectl get lists the kinds"),
    (["show", "99"], "gamectl history lists them"),
])
def test_a_mistyped_name_gets_the_way_out(daemon, words, hint):
    run = daemon.ctl(*words, code=7)
    assert run.stderr.splitlines()[1] == "  " + hint and run.stderr.startswith("gamectl: error: ")
