"""The confirm window: only confirm() ends it well, and nothing but the deadline or cancel() ends it badly."""
import sqlite3
import time

import pytest

from gamesrv import bundle, until

NEVER = 3600_000


@pytest.fixture
def two(daemon):
    d = daemon()
    d.apply(bundle(a=1), message="first")
    return d


def newest(d):
    return d.get("/v1/revisions")["revisions"][0]


def test_confirm_keeps_it(two):
    reply = two.apply(bundle(a=2), confirm_ms=NEVER)
    assert reply["outcome"] == "applied" and reply["confirm"]["rolls_back_to"] == 1
    assert two.status()["revision"]["outcome"] == "pending"
    assert NEVER - 60_000 < two.status()["confirm"]["remaining_ms"] <= NEVER
    assert two.post("/v1/config/confirm") == {"apiVersion": "gamesrv/v1", "revision": 2, "outcome": "confirmed"}
    s = two.status()
    assert s["confirm"] is None and s["revision"]["outcome"] == "confirmed" and s["revision"]["revision"] == 2
    two.error("/v1/config/confirm", {}, 409, "wrong_state")
    two.error("/v1/config/cancel", {}, 409, "wrong_state")


def test_without_confirmation_it_comes_back(two):
    two.apply(bundle(a=2), confirm_ms=300)
    assert two.files() == bundle(a=2)
    until("the take-back", lambda: two.revision() == 3)
    assert two.files() == bundle(a=1)
    back, tried, _ = two.get("/v1/revisions")["revisions"]
    assert (back["origin"], back["rollback_of"], back["outcome"]) == ("confirm-timeout", 1, "applied")
    assert tried["outcome"] == "rolled-back" and two.status()["confirm"] is None


def test_cancel_takes_it_back_at_once(two):
    two.apply(bundle(a=2), confirm_ms=NEVER)
    reply = two.post("/v1/config/cancel")
    assert (reply["outcome"], reply["revision"], reply["confirm"]) == ("applied", 3, None)
    assert two.files() == bundle(a=1) and newest(two)["origin"] == "cancel"


def test_the_first_revision_ever_can_be_taken_back(daemon):
    d = daemon()
    assert d.apply(bundle(a=1), confirm_ms=NEVER)["confirm"]["rolls_back_to"] == 0
    assert d.post("/v1/config/cancel")["revision"] == 2
    assert d.status()["documents"] == 0


def test_nothing_but_confirm_confirms(two):
    two.apply(bundle(a=2), confirm_ms=900)
    assert two.post("/v1/config/validate", {"files": bundle(a=2)})["valid"]
    two.post("/v1/config/plan", {"files": bundle(a=2)})
    two.apply(bundle(a=3), dry_run=True)
    two.error("/v1/config/apply", {"files": bundle(a=2)}, 409, "confirm_pending")
    error = two.error("/v1/config/apply", {"files": bundle(a=3)}, 409, "confirm_pending")
    assert error["details"]["confirm"]["revision"] == 2
    two.error("/v1/config/rollback", {}, 409, "confirm_pending")
    two.error("/v1/config/apply", {"files": bundle(a=0)}, 409, "confirm_pending")
    until("the take-back", lambda: two.revision() == 3)
    assert two.files() == bundle(a=1)


def test_a_restart_inside_the_window_changes_nothing(two):
    two.apply(bundle(a=2), confirm_ms=2500)
    for _ in range(3):
        two.kill()
        two.start()
        assert two.revision() == 2 and two.status()["confirm"]["remaining_ms"] < 2500
    two.error("/v1/config/apply", {"files": bundle(a=3)}, 409, "confirm_pending")
    until("the take-back", lambda: two.revision() == 3)
    assert two.files() == bundle(a=1)


def test_confirmation_after_a_restart(two):
    two.apply(bundle(a=2), confirm_ms=NEVER)
    two.kill()
    two.start()
    two.post("/v1/config/confirm")
    two.kill()
    two.start()
    assert two.status()["confirm"] is None and two.files() == bundle(a=2)


def test_a_window_that_closed_while_nobody_was_here(two):
    two.apply(bundle(a=2), confirm_ms=400)
    two.kill()
    time.sleep(0.5)
    two.start()
    assert two.revision() == 3 and two.files() == bundle(a=1) and two.status()["confirm"] is None
    assert newest(two)["origin"] == "confirm-timeout"


def meddle(d, sql, *values):
    """What another boot of the machine, or a wall clock that was set, would have left in the database."""
    d.kill()
    db = sqlite3.connect(d.data / "history.db")
    with db:
        db.execute(sql, values)
    db.close()
    d.start()


def test_the_wall_clock_means_nothing_within_one_boot(two):
    two.apply(bundle(a=2), confirm_ms=NEVER)
    meddle(two, "UPDATE confirm SET wall_us = 1")
    assert two.revision() == 2 and two.status()["confirm"]["remaining_ms"] > NEVER / 2
    meddle(two, "UPDATE confirm SET wall_us = 9000000000000000")
    assert NEVER / 2 < two.status()["confirm"]["remaining_ms"] <= NEVER


def test_after_a_boot_of_the_machine_the_wall_clock_decides(two):
    two.apply(bundle(a=2), confirm_ms=NEVER)
    meddle(two, "UPDATE confirm SET boot_id = 'another', boottime_us = 9000000000000000")
    assert NEVER / 2 < two.status()["confirm"]["remaining_ms"] <= NEVER
    meddle(two, "UPDATE confirm SET boot_id = 'another', wall_us = ?", int((time.time() - 5) * 1e6))
    assert two.revision() == 3 and two.files() == bundle(a=1)


def test_an_unchanged_apply_opens_no_window(two):
    reply = two.apply(bundle(a=1), confirm_ms=NEVER)
    assert reply["outcome"] == "unchanged" and reply["confirm"] is None and two.status()["confirm"] is None


def test_gamectl_hears_both_ends(two, tmp_path):
    for path, text in bundle(a=2).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    two.ctl("apply", tmp_path, "-y", "--confirm", "1h", code=0)
    two.ctl("apply", tmp_path, "-y", code=4)
    two.ctl("cancel", code=0)
    assert two.files() == bundle(a=1)
    two.ctl("confirm", code=4)
