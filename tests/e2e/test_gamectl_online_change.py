"""plan, saved plans, apply, confirm, cancel, rollback, reload: what people and scripts see of a change."""
import json
import os
import resource
import signal
import subprocess
import time

import pytest

from ctl import GAMECTL, ctl, write_tree
from online import Daemon, Terminal, arena_copy, edit
from gamesrv import until


@pytest.fixture
def arena(tmp_path):
    return arena_copy(tmp_path)


@pytest.fixture
def daemon(arena):
    d = Daemon(bundle=arena)
    yield d
    d.close()


KEEP = "arenas/frozen-keep.yaml"


def buff(arena, hp=120):
    edit(arena / KEEP, "player_hp: 100", f"player_hp: {hp}")


# plan

def test_plan_shows_before_and_after_and_when(daemon, arena):
    buff(arena)
    edit(arena / KEEP, "warmup: 10s", "warmup: 15s")
    run = daemon.ctl("plan", arena, code=0)
    assert "~ Arena/frozen-keep\n" in run.stdout
    assert "    player_hp  100 → 120  live\n" in run.stdout
    assert "    warmup     10s → 15s  next match\n" in run.stdout
    assert "1 document changed since revision 1; 1 change at once, 1 in matches that open from then on\n" in run.stdout
    assert daemon.revision() == 1


def test_plan_names_whole_documents(daemon, arena):
    (arena / "effects/new.yaml").write_text(
        "kind: Effect\nname: dazed\ntitle: Dazed\nelement: none\nlasts: 1s\ncolour: '#ffffff'\n")
    (arena / "arenas/red-dunes.yaml").unlink()
    edit(arena / "arenas/sunken-bazaar.yaml", "next_arena: red-dunes\n", "")
    edit(arena / "seasons/s2-ash-and-ember.yaml", "red-dunes, ", "")
    out = daemon.ctl("plan", arena, code=0).stdout
    assert "+ Effect/dazed\n" in out and "- Arena/red-dunes\n" in out
    assert "2 documents changed, 1 added, 1 removed since revision 1" in out


def test_plan_of_what_is_in_force_finds_no_difference(daemon, arena):
    run = daemon.ctl("plan", arena, "--exit-code", code=0)
    assert run.stdout == "no difference to revision 1\n"


def test_comments_order_and_spelling_are_no_difference(daemon, arena):
    edit(arena / KEEP, "respawn: 5s\n", "# why not\nrespawn: 5000ms\n")
    run = daemon.ctl("plan", arena, code=0)
    assert run.stdout == "no field differs from revision 1: only comments, order, spelling or places\n"
    assert daemon.json("plan", arena)["changes_total"] == 0


def test_plan_exit_code_is_1_when_something_would_change(daemon, arena):
    buff(arena)
    assert daemon.ctl("plan", arena, "--exit-code").returncode == 1
    assert daemon.ctl("plan", arena).returncode == 0


def test_plan_json_is_the_contract(daemon, arena):
    buff(arena)
    plan = daemon.json("plan", arena)
    assert plan["valid"] is True and plan["would"] == "apply" and plan["base_revision"] == 1
    assert (plan["documents_added"], plan["documents_changed"], plan["documents_removed"]) == (0, 1, 0)
    assert plan["changes"] == [{"op": "changed", "path": "Arena/frozen-keep.player_hp", "kind": "Arena",
                                "name": "frozen-keep", "field": "player_hp", "before": "100", "after": "120",
                                "reload": "live"}]
    assert plan["changes_total"] == 1 and len(plan["digest"]) == 64 and plan["needs_allow_delete"] == 0
    assert {k: plan["effects"][k] for k in ("live", "next", "restart", "rooms", "sessions")} == {
        "live": 1, "next": 0, "restart": 0, "rooms": 0, "sessions": 0}
    assert plan["findings"] == [] and plan["total"] == 0


def test_an_invalid_bundle_is_shown_as_validate_shows_it(daemon, arena):
    buff(arena, 12000)
    run = daemon.ctl("plan", arena, code=3)
    assert run.stdout == ""
    assert "arenas/frozen-keep.yaml:5:12: error: player_hp: 12000 is above the maximum 9999 [max]\n" in run.stderr
    assert "  5 | player_hp: 12000\n    |            ^^^^^\n" in run.stderr
    local = ctl("validate", arena)
    assert local.stderr == run.stderr
    reply = daemon.json("plan", arena, code=3)
    assert reply["valid"] is False and reply["total"] == 1
    found = reply["findings"][0]
    assert (found["code"], found["line"], found["column"], found["path"]) == \
        ("max", 5, 12, "Arena/frozen-keep.player_hp")


def test_max_findings_bounds_what_is_shown(daemon, arena):
    for f in (arena / "heroes").iterdir():
        f.write_text(f.read_text().replace("speed: ", "speed: 9"))
    reply = daemon.json("plan", arena, "--max-findings", "2", code=3)
    assert len(reply["findings"]) == 2 and reply["total"] > 2
    run = daemon.ctl("plan", arena, "--max-findings", "2", code=3)
    assert run.stderr.count("error:") == 2 and "not shown" in run.stderr


def test_a_deprecated_field_is_a_warning_and_no_obstacle(daemon, arena):
    edit(arena / KEEP, "respawn: 5s", "max_players: 8")
    run = daemon.ctl("plan", arena, code=0)
    assert "warning: max_players: " in run.stderr and "[deprecated]" in run.stderr
    assert [f["code"] for f in daemon.json("plan", arena)["findings"]] == ["deprecated"]


def test_secrets_are_never_shown(daemon, arena):
    edit(arena / "integrations/webhooks.yaml", "example-token-not-for-production-1", "hunter2-hunter2-hunter2")
    for output in ("table", "json", "yaml"):
        run = daemon.ctl("plan", arena, "-o", output, code=0)
        assert "hunter2" not in run.stdout + run.stderr and "example-token" not in run.stdout
        assert "***" in run.stdout
    edit(arena / "integrations/webhooks.yaml", "hunter2-hunter2-hunter2", "hunter2")
    run = daemon.ctl("plan", arena, code=3)
    assert "hunter2" not in run.stderr


@pytest.mark.parametrize("path, code, says", [
    ("nowhere", 2, "name the directory of a bundle"),
    (KEEP, 2, "is one file, but plan takes a whole bundle"),
])
def test_plan_of_no_bundle(daemon, arena, path, code, says):
    assert says in daemon.ctl("plan", arena / path, code=code).stderr


# saved plans

def test_a_saved_plan_is_applied_as_planned(daemon, arena, tmp_path):
    buff(arena)
    saved = tmp_path / "patch.plan"
    run = daemon.ctl("plan", arena, "--out", saved, code=0)
    assert f"saved: gamectl apply {saved} does this while revision 1 is in force\n" in run.stdout
    assert saved.stat().st_mode & 0o777 == 0o600
    content = json.loads(saved.read_text())
    assert list(content["files"]) == [KEEP] and len(content["unchanged"]) > 40
    buff_again = arena / KEEP
    edit(buff_again, "player_hp: 120", "player_hp: 777")  # after the plan: must not matter
    run = daemon.ctl("apply", saved, "-y", "-m", "as planned", code=0)
    assert "revision 2 is in force" in run.stdout
    assert daemon.json("get", "Arena", "--where", 'name == "frozen-keep"')["items"][0]["spec"]["player_hp"] == 120


def test_a_saved_plan_is_refused_when_its_base_moved(daemon, arena, tmp_path):
    saved = tmp_path / "patch.plan"
    buff(arena)
    daemon.ctl("plan", arena, "--out", saved, code=0)
    edit(arena / KEEP, "player_hp: 120", "player_hp: 140")
    daemon.ctl("apply", arena, "-y", "-m", "the other one", code=0)
    run = daemon.ctl("apply", saved, "-y", code=4)
    assert "revision 2 is in force, not 1" in run.stderr
    assert "first came revision 2: " in run.stderr and ', "the other one"' in run.stderr
    assert "Arena/frozen-keep.player_hp  100   120   140" in run.stderr
    reply = daemon.json("apply", saved, "-y", code=4)
    assert reply["error"]["code"] == "conflict"
    assert reply["error"]["details"]["clashes"] == [
        {"path": "Arena/frozen-keep.player_hp", "base": "100", "mine": "120", "theirs": "140"}]
    assert daemon.revision() == 2


def test_a_saved_plan_of_another_daemon_is_refused(daemon, arena, tmp_path):
    """Both are at revision 1, but not at the same one."""
    saved = tmp_path / "patch.plan"
    buff(arena)
    daemon.ctl("plan", arena, "--out", saved, code=0)
    edit(arena / "heroes/brak.yaml", "speed: 4.2", "speed: 4.4")
    other = Daemon(bundle=arena)
    try:
        run = other.ctl("apply", saved, "-y", code=4)
        assert "revision 1 of this daemon is not the one that the plan was made on" in run.stderr
        assert "plan again" in run.stderr and other.revision() == 1
    finally:
        other.close()
    daemon.ctl("apply", saved, "-y", code=0)


def test_the_conflict_of_a_saved_plan_is_told_when_other_files_moved(daemon, arena, tmp_path):
    saved = tmp_path / "patch.plan"
    buff(arena)
    daemon.ctl("plan", arena, "--out", saved, code=0)
    edit(arena / "heroes/brak.yaml", "speed: 4.2", "speed: 4.4")
    daemon.ctl("apply", arena, "-y", code=0)
    run = daemon.ctl("apply", saved, "-y", code=4)
    assert "revision 2 is in force, not 1" in run.stderr
    assert "Hero/brak" in run.stderr


@pytest.mark.parametrize("spoil, says", [
    (lambda p: p.update(base_revision=2), "was changed after it was written"),
    (lambda p: p["files"].update({KEEP: "kind: Arena\n"}), "was changed after it was written"),
    (lambda p: p.update(saved_plan=2), "is a saved plan in format 2, by gamectl"),
    (lambda p: p.pop("saved_plan"), "is no saved plan"),
    (lambda p: p.pop("integrity"), "is damaged"),
])
def test_a_spoiled_plan_is_refused_and_changes_nothing(daemon, arena, tmp_path, spoil, says):
    saved = tmp_path / "patch.plan"
    buff(arena)
    daemon.ctl("plan", arena, "--out", saved, code=0)
    content = json.loads(saved.read_text())
    spoil(content)
    saved.write_text(json.dumps(content))
    assert says in daemon.ctl("apply", saved, "-y", code=2).stderr
    assert daemon.revision() == 1


@pytest.mark.parametrize("content", [b"", b"{", b"\0\xff", b"[" * 100000, b'"text"', b"player_hp: 100\n"])
def test_any_bytes_as_a_plan_are_an_error(daemon, tmp_path, content):
    saved = tmp_path / "patch.plan"
    saved.write_bytes(content)
    assert "is no saved plan" in daemon.ctl("apply", saved, "-y", code=2).stderr


def test_a_plan_cut_off_by_a_full_disk_is_not_left_behind(daemon, arena, tmp_path):
    buff(arena)
    run = daemon.ctl("plan", arena, "--out", "/dev/full", code=9)
    assert "/dev/full: No space left on device" in run.stderr

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
    run = daemon.ctl("plan", arena, "--out", tmp_path / "patch.plan", code=9, preexec_fn=small_files)
    assert "File too large" in run.stderr and list(tmp_path.glob("*patch*")) == []
    run = daemon.ctl("plan", arena, "--out", tmp_path / "no/patch.plan", code=9)
    assert "No such file or directory" in run.stderr


# apply

def test_apply_changes_and_says_so(daemon, arena):
    buff(arena)
    run = daemon.ctl("apply", arena, "-y", "-m", "More air", code=0)
    assert "player_hp  100 → 120  live" in run.stdout and "revision 2 is in force" in run.stdout
    last = daemon.json("history")["revisions"][0]
    assert (last["revision"], last["message"], last["origin"], last["outcome"]) == (2, "More air", "apply", "applied")


def test_apply_json_is_the_contract(daemon, arena):
    buff(arena)
    reply = daemon.json("apply", arena, "-y")
    assert reply["outcome"] == "applied" and reply["revision"] == 2 and reply["base_revision"] == 1
    assert reply["confirm"] is None and reply["pending_total"] == 0 and reply["changes_total"] == 1
    assert {"parse_ms", "plan_ms", "prepare_ms", "record_ms", "commit_ms", "total_ms"} <= set(reply["stages"])


def test_apply_of_what_is_in_force_makes_no_revision(daemon, arena):
    run = daemon.ctl("apply", arena, "-y", code=0)
    assert run.stdout == "nothing to do: revision 1 says all of this already\n"
    assert daemon.json("apply", arena, "-y")["outcome"] == "unchanged"
    assert daemon.revision() == 1


def test_apply_without_a_terminal_wants_y(daemon, arena):
    buff(arena)
    run = daemon.ctl("apply", arena, code=2)
    assert "-y goes on without a question" in run.stderr
    assert daemon.json("apply", arena, code=2)["error"]["code"] == "usage"
    assert daemon.revision() == 1


def test_a_dry_run_changes_nothing(daemon, arena):
    buff(arena)
    run = daemon.ctl("apply", arena, "--dry-run", code=0)
    assert "100 → 120" in run.stdout and "dry run: nothing was changed; revision 1 is in force" in run.stdout
    assert daemon.json("apply", arena, "--dry-run")["outcome"] == "dry-run"
    assert daemon.revision() == 1 and len(daemon.json("history")["revisions"]) == 1


def test_a_stale_base_loses_with_a_three_way_table(daemon, arena):
    buff(arena)
    daemon.ctl("apply", arena, "-y", "-m", "first", code=0)
    edit(arena / KEEP, "player_hp: 120", "player_hp: 90")
    run = daemon.ctl("apply", arena, "-y", "--if-revision", "1", code=4)
    lines = run.stderr.splitlines()
    assert "revision 2 is in force, not 1" in lines[0]
    assert any(l.split() == ["BOTH", "CHANGED", "BASE", "MINE", "THEIRS"] for l in lines)
    assert any(l.split() == ["Arena/frozen-keep.player_hp", "100", "90", "120"] for l in lines)
    assert daemon.revision() == 2


def test_two_at_once_and_one_wins(daemon, arena, tmp_path):
    other = arena_copy(tmp_path / "other")
    buff(arena, 120)
    buff(other, 130)
    both = [subprocess.Popen([str(GAMECTL), "apply", str(b), "-y", "--if-revision", "1"], env=daemon.env(),
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for b in (arena, other)]
    for p in both:
        p.communicate(timeout=60)
    assert sorted(p.returncode for p in both) == [0, 4]
    assert daemon.revision() == 2


def test_an_invalid_apply_is_refused_and_remembered(daemon, arena):
    buff(arena, -1)
    assert "[min]" in daemon.ctl("apply", arena, "-y", "-m", "oops", code=3).stderr
    last = daemon.json("history")["revisions"][0]
    assert last["revision"] is None and last["outcome"] == "invalid" and last["findings_total"] == 1
    run = daemon.ctl("show", f"a{last['id']}", code=0)
    assert "invalid" in run.stdout and "oops" in run.stdout
    assert daemon.revision() == 1


def test_a_mass_deletion_must_be_meant(daemon, arena, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    run = daemon.ctl("apply", empty, "-y", code=7)
    count = daemon.json("status")["documents"]
    assert f"--allow-delete {count}" in run.stderr and "gamectl plan lists them" in run.stderr
    assert f"to apply it say --allow-delete {count}" in daemon.ctl("plan", empty, code=0).stdout
    assert daemon.json("apply", empty, "-y", code=7)["error"]["code"] == "mass_delete"
    daemon.ctl("apply", empty, "-y", "--allow-delete", count - 1, code=7)
    daemon.ctl("apply", empty, "-y", "--allow-delete", count, code=0)
    assert daemon.json("status")["documents"] == 0


def test_wrong_options_are_told_before_anything_happens(daemon, arena):
    assert "give --confirm" in daemon.ctl("apply", arena, "-y", "--wait", code=2).stderr
    assert "duration" in daemon.ctl("apply", arena, "-y", "--confirm", "5", code=2).stderr
    assert daemon.ctl("apply", arena, "-y", "--allow-delete", "0").returncode == 2
    assert daemon.ctl("apply", arena, "-y", "--if-revision", "x").returncode == 2


def test_a_file_that_is_no_text_is_told_as_validate_tells_it(daemon, arena):
    (arena / "effects/curses.yaml").write_bytes(b"kind: Effect\nname: \xff\xfe\n")
    run = daemon.ctl("apply", arena, "-y", code=3)
    assert "effects/curses.yaml:2:7: error:" in run.stderr and "[encoding]" in run.stderr


# the confirm window

def test_a_confirmed_change_stays(daemon, arena):
    buff(arena)
    run = daemon.ctl("apply", arena, "-y", "--confirm", "5m", code=0)
    assert "revision 1 comes back in 4m59s" in run.stdout or "revision 1 comes back in 5m" in run.stdout
    assert "gamectl confirm    keeps it" in run.stdout and "gamectl cancel     takes it back now" in run.stdout
    assert "gamectl confirm keeps revision 2" in daemon.ctl("status", code=0).stdout
    status = daemon.json("status")
    assert status["confirm"]["revision"] == 2 and status["confirm"]["rolls_back_to"] == 1
    assert 0 < status["confirm"]["remaining_ms"] <= 300000
    assert daemon.ctl("confirm", code=0).stdout == "revision 2 is confirmed and stays\n"
    assert daemon.json("status")["confirm"] is None
    assert daemon.json("history")["revisions"][0]["outcome"] == "confirmed"
    assert daemon.json("confirm", code=4)["error"]["code"] == "wrong_state"


def test_a_cancelled_change_is_gone_at_once(daemon, arena):
    buff(arena)
    daemon.ctl("apply", arena, "-y", "--confirm", "5m", code=0)
    assert daemon.ctl("cancel", code=0).stdout == "taken back: revision 3 is in force\n"
    back = daemon.json("get", "Arena", "--where", 'name == "frozen-keep"')["items"][0]
    assert back["spec"]["player_hp"] == 100
    assert daemon.ctl("cancel").returncode == 4


def test_other_changes_are_refused_while_one_waits(daemon, arena):
    buff(arena)
    daemon.ctl("apply", arena, "-y", "--confirm", "5m", code=0)
    edit(arena / KEEP, "player_hp: 120", "player_hp: 130")
    run = daemon.ctl("apply", arena, "-y", code=4)
    assert "gamectl confirm keeps it, gamectl cancel takes it back" in run.stderr
    assert daemon.json("rollback", "-y", code=4)["error"]["code"] == "confirm_pending"
    daemon.ctl("validate", arena, code=0)
    daemon.ctl("plan", arena, code=0)
    assert daemon.json("status")["confirm"]["revision"] == 2


def test_wait_ends_with_6_when_nobody_confirms(daemon, arena):
    buff(arena)
    run = daemon.ctl("apply", arena, "-y", "--confirm", "1s", "--wait", code=6)
    assert "nobody confirmed revision 2 in time: it was taken back" in run.stderr
    assert daemon.json("history")["revisions"][0]["origin"] == "confirm-timeout"
    buff_again = daemon.json("apply", arena, "-y", "--confirm", "1s", "--wait", code=6)
    assert buff_again["final"] == "rolled-back"


def test_wait_ends_with_0_when_somebody_confirms(daemon, arena):
    buff(arena)
    waiting = subprocess.Popen([str(GAMECTL), "apply", str(arena), "-y", "--confirm", "1m", "--wait"],
                               env=daemon.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL)
    until("the change", lambda: daemon.json("status")["confirm"])
    daemon.ctl("confirm", code=0)
    out, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 0, err
    assert "revision 2 is confirmed" in out


def test_wait_ends_with_4_when_somebody_cancels(daemon, arena):
    buff(arena)
    waiting = subprocess.Popen([str(GAMECTL), "apply", str(arena), "-y", "--confirm", "1m", "--wait"],
                               env=daemon.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL)
    until("the change", lambda: daemon.json("status")["confirm"])
    daemon.ctl("cancel", code=0)
    out, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 4 and "was cancelled" in err


# rollback

def test_rollback_brings_the_former_content_back_as_a_new_revision(daemon, arena):
    buff(arena)
    daemon.ctl("apply", arena, "-y", code=0)
    run = daemon.ctl("rollback", "-y", "-m", "too much", code=0)
    assert "player_hp  120 → 100  live" in run.stdout and "revision 3 is in force" in run.stdout
    last = daemon.json("history")["revisions"][0]
    assert (last["origin"], last["rollback_of"], last["message"]) == ("rollback", 1, "too much")


def test_rollback_to_a_named_revision(daemon, arena):
    for hp in (110, 120, 130):
        edit(arena / KEEP, "player_hp: " + ("100" if hp == 110 else str(hp - 10)), f"player_hp: {hp}")
        daemon.ctl("apply", arena, "-y", code=0)
    assert daemon.json("rollback", "2", "--dry-run")["changes"][0]["after"] == "110"
    assert daemon.revision() == 4
    assert daemon.json("rollback", "2", "-y")["revision"] == 5
    assert daemon.json("rollback", "2", "-y")["outcome"] == "unchanged"
    assert daemon.ctl("rollback", "99", "-y").returncode == 7
    assert daemon.ctl("rollback", "soon", "-y").returncode == 2
    assert daemon.ctl("rollback", "current", "-y").returncode == 2
    assert daemon.ctl("rollback").returncode == 2
    assert daemon.ctl("rollback", "3", "-y", "--if-revision", "2").returncode == 4
    assert daemon.revision() == 5


# reload

def test_reload_reads_the_bundle_on_disk(daemon, arena):
    assert "is what revision 1 says already" in daemon.ctl("reload", code=0).stdout
    buff(arena)
    run = daemon.ctl("reload", code=0)
    assert "100 → 120" in run.stdout and "revision 2 is in force" in run.stdout
    edit(arena / KEEP, "player_hp: 120", "player_hp: 12000")
    run = daemon.ctl("reload", code=3)
    assert "arenas/frozen-keep.yaml:5:12: error:" in run.stderr and "[max]" in run.stderr
    assert daemon.json("reload", code=3)["findings"][0]["code"] == "max"
    assert daemon.revision() == 2


# on a terminal

def test_on_a_terminal_it_shows_and_asks(daemon, arena):
    buff(arena)
    t = Terminal(daemon, "apply", arena).expect("apply this?").type("n\n")
    assert t.end() == 7 and "nothing was changed" in t.seen and daemon.revision() == 1
    assert "player_hp" in t.seen and "\x1b[32m" in t.seen
    t = Terminal(daemon, "apply", arena).expect("apply this?").type("y\n")
    assert t.end() == 0 and "revision 2 is in force" in t.seen.replace("\x1b[32m", "").replace("\x1b[0m", "")
    t = Terminal(daemon, "rollback").expect("rollback this?").type("yes\n")
    assert t.end() == 0 and daemon.revision() == 3


def test_what_was_shown_is_what_is_applied_or_nothing(daemon, arena, tmp_path):
    other = arena_copy(tmp_path / "other")
    buff(arena, 120)
    edit(other / "heroes/brak.yaml", "speed: 4.2", "speed: 4.4")
    t = Terminal(daemon, "apply", arena).expect("apply this?")
    daemon.ctl("apply", other, "-y", code=0)
    t.type("y\n")
    assert t.end() == 4 and "revision 2 is in force, not 1" in t.seen
    assert daemon.revision() == 2


def test_nothing_to_apply_asks_nothing(daemon, arena):
    t = Terminal(daemon, "apply", arena)
    assert t.end() == 0 and "nothing to do" in t.seen and "apply this?" not in t.seen


def test_ctrl_c_lets_go_and_the_daemon_goes_on(daemon, arena):
    buff(arena)
    os.kill(daemon.process.pid, signal.SIGSTOP)
    t = Terminal(daemon, "apply", arena, "-y")
    # The connection is accepted by the kernel; with the daemon stopped, the first answer never comes.
    t.expect("gamesrvd")
    os.kill(daemon.process.pid, signal.SIGCONT)
    t.end()
    edit(arena / KEEP, "player_hp: 120", "player_hp: 121")
    revision = daemon.revision()
    ctl_pid = subprocess.Popen([str(GAMECTL), "confirm"], env=daemon.env(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert ctl_pid.communicate(timeout=30) and ctl_pid.returncode == 4 and daemon.revision() == revision
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        held = subprocess.Popen([str(GAMECTL), "cancel"], env=daemon.env(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(0.5)
        held.send_signal(signal.SIGINT)
        _, err = held.communicate(timeout=30)
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    assert held.returncode == -signal.SIGINT
    assert "the daemon goes on with the cancelling" in err and "gamectl status" in err


def test_long_work_shows_progress_on_a_terminal_only(daemon, arena):
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        t = Terminal(daemon, "status")
        t.expect("gamesrvd: waiting for the answer")
        piped = subprocess.Popen([str(GAMECTL), "status"], env=daemon.env(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(0.8)
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    assert t.end() == 0 and "revision" in t.seen
    out, err = piped.communicate(timeout=30)
    assert piped.returncode == 0 and err == "" and "revision" in out


# only what changed travels

def test_a_file_the_daemon_does_not_have_is_sent_in_a_second_try(daemon, arena):
    """Between the look at the digests and the apply another revision comes: the daemon asks for the texts."""
    write_tree(arena, {"x-note.yaml": "kind: Effect\nname: dazed\ntitle: Dazed\nelement: none\nlasts: 1s\n"
                                      "colour: '#ffffff'\n"})
    reply = daemon.json("apply", arena, "-y")
    assert reply["documents_added"] == 1
    (arena / "x-note.yaml").unlink()
    reply = daemon.json("apply", arena, "-y")
    assert reply["documents_removed"] == 1 and reply["revision"] == 3
