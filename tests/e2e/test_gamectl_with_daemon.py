"""The offline verbs when a daemon is there: kinds, values, differences, completion and stored revisions come from it."""
import socket
import subprocess
import time

import pytest

from ctl import GAMECTL, write_tree
from online import Daemon, arena_copy, edit

KEEP = "arenas/frozen-keep.yaml"


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    return arena_copy(tmp_path_factory.mktemp("with"))


@pytest.fixture(scope="module")
def daemon(arena):
    """Two revisions; the second has 120 hit points in the keep."""
    d = Daemon(bundle=arena)
    try:
        edit(arena / KEEP, "player_hp: 100", "player_hp: 120")
        d.ctl("apply", arena, "-y", "-m", "More air", code=0)
        yield d
    finally:
        d.close()


def test_explain_knows_the_daemons_kinds_and_values(daemon, tmp_path):
    kinds = daemon.json("explain", cwd=tmp_path)["kinds"]
    assert {"Arena", "Monster", "Server"} <= {k["kind"] for k in kinds}
    run = daemon.ctl("explain", "Arena/frozen-keep.player_hp", cwd=tmp_path, code=0)
    assert run.stdout.splitlines()[0] == "Arena/frozen-keep.player_hp  int32, required"
    value = run.stdout.split("Value, in force with revision 2\n")[1].split()
    assert value[:2] == ["player_hp", "120"] and value[2].startswith(KEEP + ":")


def test_a_socket_on_the_command_line_wins_over_the_bundle_here(daemon, arena, tmp_path):
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", arena, copy], check=True)
    edit(copy / KEEP, "player_hp: 120", "player_hp: 777")
    here = daemon.json("explain", "Arena/frozen-keep.player_hp", cwd=copy)
    there = daemon.json("explain", "Arena/frozen-keep.player_hp", "--socket", daemon.socket, cwd=copy)
    assert (here["values"][0]["value"], there["values"][0]["value"]) == ("777", "120")
    assert (here["from"], there["from"]) == ("the bundle in .", "in force with revision 2")


def test_explain_of_an_unknown_document_is_exit_7(daemon, tmp_path):
    run = daemon.ctl("explain", "Arena/nope", cwd=tmp_path, code=7)
    assert run.stdout == "" and "nope" in run.stderr


def test_init_takes_kinds_from_the_daemon(daemon, tmp_path):
    assert "kind: Monster\nname: ogre\n" in daemon.ctl("init", "Monster", "ogre", cwd=tmp_path, code=0).stdout


def test_diff_of_a_bundle_is_against_what_is_in_force(daemon, arena, tmp_path):
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", arena, copy], check=True)
    assert daemon.ctl("diff", copy, code=0).stdout == "no difference\n"
    edit(copy / KEEP, "player_hp: 120", "player_hp: 140")
    run = daemon.ctl("diff", copy, code=1)
    assert run.stdout == "~ Arena/frozen-keep\n    player_hp  120 → 140  live\n\n1 document changed\n"
    reply = daemon.json("diff", copy, code=1)
    assert (reply["from"], reply["to"]) == ("current", str(copy))


def test_diff_of_two_revisions_and_of_a_revision_with_a_bundle(daemon, arena):
    assert "player_hp  100 → 120" in daemon.ctl("diff", "1", "2", code=1).stdout
    assert "player_hp  120 → 100" in daemon.ctl("diff", "2", "1", code=1).stdout
    assert "player_hp  120 → 100" in daemon.ctl("diff", "1", code=1).stdout
    assert daemon.ctl("diff", arena, "2", code=0).stdout == "no difference\n"
    assert daemon.ctl("diff", "1", "99", code=7).stdout == ""


def test_stored_revisions_that_would_break_are_listed_before_an_upgrade(daemon, arena, tmp_path):
    assert daemon.ctl("validate", "--stored", cwd=tmp_path, code=0).stdout == "2 stored revisions, none would break\n"
    schemas = tmp_path / "schemas"
    subprocess.run(["cp", "-r", arena / "schemas", schemas], check=True)
    edit(schemas / "arena.yaml", 'player_hp:   int32          `validate:"required,min=1,max=9999"',
         'player_hp:   int32          `validate:"required,min=1,max=110"')
    run = daemon.ctl("validate", "--stored", "--against-schema", schemas, code=3)
    assert run.stdout.startswith("revision 2 (") and "Arena/" in run.stdout
    assert "is above the maximum 110" in run.stdout
    assert run.stdout.splitlines()[-1].endswith("stored revisions would break: no rollback to them")
    reply = daemon.json("validate", "--stored", "--against-schema", schemas, code=3)
    assert (reply["valid"], reply["checked"]) == (False, 2) and reply["broken"] >= 1
    assert reply["revisions"][0]["revision"] == 2 and reply["revisions"][0]["findings"][0]["code"] == "max"
    assert daemon.ctl("validate", arena, "--stored", code=2).stdout == ""


@pytest.mark.parametrize("words,offered", [
    (["explain", "Are"], "Arena\tA place to fight in: who comes in, what waits for them, how long a match lasts and what it pays.\n"),
    (["explain", "Arena/froz"], "Arena/frozen-keep\n"),
    (["diff", "2"], "2\tMore air\n"),
    (["show", "2"], "2\tMore air\n"),
])
def test_completion_asks_the_daemon(daemon, tmp_path, words, offered):
    run = daemon.ctl("__complete", "--", *words, cwd=tmp_path, code=0)
    assert "".join(line + "\n" for line in run.stdout.splitlines() if not line.startswith(":")) == offered


def test_completion_never_waits_for_a_daemon_that_hangs(tmp_path):
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(tmp_path / "s"))
        s.listen(8)
        begin = time.monotonic()
        run = subprocess.run([GAMECTL, "__complete", "--", "--socket", tmp_path / "s", "explain", "A"], cwd=tmp_path,
                             capture_output=True, text=True)
        assert run.returncode == 0 and run.stderr == ""
        assert time.monotonic() - begin < 5


def test_wrong_files_for_the_daemons_kinds(daemon, tmp_path):
    """A bundle without schemas: its kinds are unknown, which validate and diff tell alike."""
    write_tree(tmp_path, {"a.yaml": "kind: Arena\nname: a\n"})
    assert "[kind]" in daemon.ctl("validate", tmp_path, code=3).stderr
    assert "[kind]" in daemon.ctl("diff", tmp_path, code=3).stderr
