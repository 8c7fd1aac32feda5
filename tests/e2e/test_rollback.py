"""Rollback: former content as a new revision, through the same checks as every change."""
import hashlib
import sqlite3

import pytest

from gamesrv import SCHEMA, bundle, thing


@pytest.fixture
def five(daemon):
    """Revisions 1 to 5: Thing/a with hp 1 to 5."""
    d = daemon()
    for hp in range(1, 6):
        d.apply(bundle(a=hp))
    return d


def test_without_a_number_the_one_before_comes_back(five):
    reply = five.post("/v1/config/rollback", {"message": "undo"})
    assert (reply["outcome"], reply["revision"]) == ("applied", 6) and five.files() == bundle(a=4)
    r = five.status()["revision"]
    assert (r["origin"], r["rollback_of"], r["parent"], r["message"]) == ("rollback", 4, 5, "undo")
    assert five.post("/v1/config/rollback")["revision"] == 7 and five.files() == bundle(a=5)  # undo of the undo


def test_any_kept_revision_can_come_back(five):
    (change,) = five.post("/v1/config/rollback", {"revision": 2})["changes"]
    assert (change["before"], change["after"]) == ("5", "2")
    five.kill()
    five.start()
    assert five.revision() == 6 and five.files() == bundle(a=2)


def test_dry_run_conflict_and_unchanged(five):
    reply = five.post("/v1/config/rollback", {"revision": 1, "dry_run": True})
    assert reply["outcome"] == "dry-run" and reply["changes"][0]["after"] == "1" and five.revision() == 5
    error = five.error("/v1/config/rollback", {"revision": 1, "if_revision": 4}, 409, "conflict")
    assert error["details"]["revision"] == 5
    assert five.post("/v1/config/rollback", {"revision": 5})["outcome"] == "unchanged"
    assert five.revision() == 5


@pytest.mark.parametrize("n", [6, 99, 10 ** 15])
def test_a_revision_that_never_was(five, n):
    five.error("/v1/config/rollback", {"revision": n}, 404, "not_found")


def test_nothing_to_go_back_from(daemon):
    daemon().error("/v1/config/rollback", {}, 404, "not_found")


def test_back_to_before_the_first_revision_is_a_mass_deletion(daemon):
    d = daemon()
    d.apply(bundle(a=1))
    d.error("/v1/config/rollback", {}, 422, "mass_delete")
    assert d.post("/v1/config/rollback", {"allow_delete": 1})["documents_removed"] == 1
    assert d.status()["documents"] == 0


def test_the_next_plan_compares_with_what_came_back(five):
    """Desired state moves as a whole: nothing remembers the revision that was left."""
    five.post("/v1/config/rollback", {"revision": 1})
    plan = five.post("/v1/config/plan", {"files": bundle(a=1), "base_revision": 6})
    assert plan["would"] == "nothing"
    (change,) = five.post("/v1/config/plan", {"files": bundle(a=5)})["changes"]
    assert (change["before"], change["after"]) == ("1", "5")
    blame = five.get("/v1/blame?path=Thing/a.hp")["lines"]
    assert [(l["field"], l["revision"]) for l in blame] == [("hp", 6)]


def part(data):
    return len(data).to_bytes(8, "little") + data


def spoil(d, revision, text):
    """As if an older gamesrvd had recorded other files in this revision: all digests agree, only today's check would
    not let them pass."""
    d.stop()
    db = sqlite3.connect(d.data / "history.db")
    digest = hashlib.blake2b(text.encode(), digest_size=32).digest()
    blob = db.execute("INSERT INTO blob (digest, bytes, text) VALUES (?, ?, ?)", (digest, len(text), text.encode())).lastrowid
    db.execute("UPDATE file_version SET blob = ? WHERE path = 'things/a.yaml' AND since = ?", (blob, revision))
    db.commit()
    db.close()
    d.start()


def test_a_revision_that_would_not_pass_today_names_one_that_would(five):
    spoil(five, 2, thing("a", 0))
    spoil(five, 1, thing("a", -7))
    error = five.error("/v1/config/rollback", {"revision": 1}, 422, "invalid")
    assert error["details"]["findings"][0]["code"] == "min" and error["details"]["nearest_acceptable"] == 3
    assert "nearest" in error["message"] and "3" in error["message"]
    assert five.revision() == 5
    assert five.get("/v1/revisions")["revisions"][0]["outcome"] == "invalid"
    assert five.post("/v1/config/rollback", {"revision": 3})["outcome"] == "applied"


def test_texts_that_went_bad_do_not_come_back(five):
    five.stop()
    db = sqlite3.connect(five.data / "history.db")
    db.execute("UPDATE blob SET text = ? WHERE id = (SELECT blob FROM file_version WHERE path = 'things/a.yaml' AND since = 2)",
               (thing("a", 77).encode(),))
    db.commit()
    db.close()
    five.start()
    error = five.error("/v1/config/rollback", {"revision": 2}, 507, "storage")
    assert "things/a.yaml" in error["message"] and "damaged" in error["message"]
    assert five.revision() == 5 and five.files() == bundle(a=5)
    # The same text applied by hand mends the history.
    assert five.apply(bundle(a=2))["outcome"] == "applied"
    five.kill()
    five.start()
    assert five.files() == bundle(a=2)


def test_schemas_come_back_with_their_documents(daemon):
    d = daemon()
    d.apply(bundle(a=1))
    wide = SCHEMA.replace("max=9999", "max=99999")
    d.apply({"schemas/thing.yaml": wide, "things/a.yaml": thing("a", 50000)})
    d.post("/v1/config/rollback", {"revision": 1})
    d.error("/v1/config/apply", {"files": bundle(a=50000)}, 422, "invalid")
    d.post("/v1/config/rollback", {"revision": 2})
    assert d.get("/v1/config/Thing/a")["spec"]["hp"] == 50000


def test_a_rollback_without_a_reason_says_the_same_everywhere(daemon):
    d = daemon()
    d.apply(bundle(a=1), message="one")
    d.apply(bundle(a=2), message="two")
    d.post("/v1/config/rollback", {"revision": 1})
    assert d.get("/v1/revisions/3")["revision"]["message"] == "back to revision 1"
    assert d.get("/v1/blame?path=Thing/a.hp")["lines"][0]["message"] == "back to revision 1"
    assert "back to revision 1" in d.ctl("history", code=0).stdout.splitlines()[1]
    d.apply(bundle(a=3), confirm_ms=60000)
    d.post("/v1/config/cancel")
    assert d.get("/v1/revisions/5")["revision"]["message"] == "back to revision 3"
