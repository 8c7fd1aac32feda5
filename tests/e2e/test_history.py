"""The history: what it keeps, what it forgets, and that damage is named and never served."""
import random
import shutil
import sqlite3

import pytest

from gamesrv import bundle, thing, until


def change(d, *statements):
    """Edits the closed database from outside."""
    db = sqlite3.connect(d.data / "history.db")
    for s in statements:
        db.execute(*s) if isinstance(s, tuple) else db.execute(s)
    db.commit()
    db.close()


@pytest.fixture
def three(daemon):
    d = daemon()
    for hp in range(1, 4):
        d.apply(bundle(a=hp), message=f"hp {hp}")
    return d


def test_pages_run_from_the_newest_to_the_oldest(three):
    for n in range(4):
        three.apply(bundle(a=0), code=422)
    seen, cursor = [], ""
    while True:
        page = three.get(f"/v1/revisions?limit=2{cursor}")
        seen += [(r["id"], r["revision"]) for r in page["revisions"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [(7, None), (6, None), (5, None), (4, None), (3, 3), (2, 2), (1, 1)]
    three.get("/v1/revisions?limit=0", code=400)
    three.get("/v1/revisions?cursor=x", code=400)


def test_every_revision_has_its_files_changes_and_author(three):
    for n in (1, 2, 3):
        r = three.get(f"/v1/revisions/{n}")
        assert r["revision"]["message"] == f"hp {n}" and r["revision"]["parent"] == n - 1
        assert r["revision"]["actor"]["uid"] >= 0 and r["revision"]["actor"]["name"]
        assert three.files(n) == bundle(a=n)
    digests = three.get("/v1/revisions/2/files")
    assert len(digests["files"]["things/a.yaml"]) == 64 and digests["digest"] == three.get("/v1/revisions/2")["revision"]["digest"]
    assert three.get("/v1/revisions/current")["revision"]["revision"] == 3
    for odd, code in (("0", 400), ("4", 404), ("x", 400), ("-1", 400), ("99999999999999999999", 400)):
        three.get(f"/v1/revisions/{odd}", code=code)
        three.get(f"/v1/revisions/{odd}/files", code=code)


def test_blame_follows_each_field(three):
    three.apply({**bundle(b=9), "things/a.yaml": thing("a", 3, "speed: 2.5")}, message="speed")
    three.apply({**bundle(b=9), "things/a.yaml": thing("a", 3, "speed: 2.5", "team: blue")}, message="team")
    lines = {l["field"]: (l["revision"], l["value"], l["message"]) for l in three.get("/v1/blame?path=Thing/a")["lines"]}
    assert lines["hp"] == (3, "3", "hp 3") and lines["speed"] == (4, "2.5", "speed")
    assert lines["team"] == (5, '"blue"', "team") and lines["other"] == (1, None, "hp 1")
    (line,) = three.get("/v1/blame?path=Thing/b.hp")["lines"]
    assert (line["revision"], line["actor"]["name"]) == (4, three.status()["revision"]["actor"]["name"])
    three.get("/v1/blame?path=Thing/zz", code=404)
    three.get("/v1/blame?path=Thing/a.zz", code=404)
    three.get("/v1/blame?path=Thing", code=400)
    three.get("/v1/blame", code=400)


def test_blame_reaches_into_lists_and_structs(daemon):
    d = daemon()
    schema = ("schema: Box\nfields:\n  inner: In\n  items: list[In] `validate:\"unique=id\"`\n"
              "structs:\n  In:\n    id: string\n    n: int `default:\"1\"`\n")
    text = "kind: Box\nname: x\ninner: {{id: i, n: {0}}}\nitems:\n  - {{id: p, n: 1}}\n  - {{id: q, n: {1}}}\n"
    for inner, q in ((1, 1), (2, 1), (2, 5)):
        d.apply({"schemas/b.yaml": schema, "b.yaml": text.format(inner, q)})
    (line,) = d.get("/v1/blame?path=Box/x.inner.n")["lines"]
    assert (line["field"], line["revision"], line["value"]) == ("inner.n", 2, "2")
    assert {l["field"] for l in d.get("/v1/blame?path=Box/x.inner")["lines"]} == {"inner.id", "inner.n"}
    (line,) = d.get("/v1/blame?path=Box/x.items%5B1%5D.n")["lines"]
    assert (line["revision"], line["value"]) == (3, "5")


def server(**history):
    return "kind: Server\nname: main\nhistory:\n" + "".join(f"  {k}: {v}\n" for k, v in history.items())


def kept(d):
    return [r["revision"] for r in d.get("/v1/revisions?limit=10000")["revisions"]]


def test_history_is_bounded_and_pins_stay(daemon):
    d = daemon()
    base = {"server.yaml": server(count=10)}
    for hp in range(1, 4):
        d.apply({**base, **bundle(a=hp)})
    assert d.post("/v1/revisions/2/pin", {"pinned": True})["pinned"]
    d.post("/v1/revisions/77/pin", {"pinned": True}, code=404)
    d.post("/v1/revisions/2/pin", {"pinned": "yes"}, code=400)
    d.post("/v1/revisions/2/pin", {}, code=400)
    for hp in range(4, 31):
        d.apply({**base, **bundle(a=hp)})
    until("the pruning", lambda: kept(d) == [*range(30, 21, -1), 2])
    d.get("/v1/revisions/5", code=404)
    d.error("/v1/config/rollback", {"revision": 5}, 404, "not_found")
    assert d.files(2) == {**base, **bundle(a=2)}
    d.kill()
    d.start()
    assert d.revision() == 30 and d.files() == {**base, **bundle(a=30)}
    assert d.post("/v1/config/rollback", {"revision": 2})["outcome"] == "applied"


def test_failures_do_not_push_revisions_out(daemon):
    d = daemon()
    base = {"server.yaml": server(count=20)}
    for hp in range(1, 11):
        d.apply({**base, **bundle(a=hp)})
    for n in range(40):
        d.apply({**base, **bundle(a=0)}, code=422)
    until("the pruning", lambda: len(kept(d)) <= 20)
    assert [n for n in kept(d) if n] == list(range(10, 0, -1)) and kept(d)[0] is None


def test_small_edits_cost_small_rows(daemon):
    d = daemon()
    files = {**bundle(), **{f"things/t{i}.yaml": thing(f"t{i}", 5) for i in range(300)}}
    d.apply(files)
    for n in range(20):
        d.apply({**files, "things/t7.yaml": thing("t7", 6 + n)})
    d.stop()
    db = sqlite3.connect(d.data / "history.db")
    assert db.execute("SELECT count(*) FROM file_version").fetchone()[0] == 301 + 20
    assert db.execute("SELECT count(*) FROM blob").fetchone()[0] == 301 + 20
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    db.close()


# ---- Damage ----

def refused(d, *words):
    code, said = d.refuses()
    assert code not in (0, None) and code > 0, (code, said)
    assert "history.db" in said or "revision" in said, said
    for w in words:
        assert w in said, said
    return said


@pytest.mark.parametrize("statement,word", [
    ("UPDATE attempt SET message = 'other' WHERE revision = 2", "revision 2"),
    ("UPDATE attempt SET uid = 4711 WHERE revision = 3", "revision 3"),
    ("UPDATE attempt SET digest = randomblob(32) WHERE revision = 1", "revision 1"),
    ("UPDATE revision SET chain = randomblob(32) WHERE number = 2", "revision 2"),
    ("UPDATE revision SET prev = randomblob(32) WHERE number = 2", "revision 2"),
    ("UPDATE blob SET text = CAST('kind: Thing' AS BLOB) WHERE id = (SELECT max(id) FROM blob)", "things/a.yaml"),
    ("UPDATE blob SET digest = randomblob(32) WHERE id = (SELECT max(id) FROM blob)", "things/a.yaml"),
    ("DELETE FROM blob WHERE id = (SELECT max(id) FROM blob)", "things/a.yaml"),
    ("DELETE FROM file_version WHERE path = 'schemas/thing.yaml'", "revision 3"),
    ("UPDATE file_version SET path = 'things/z.yaml' WHERE until IS NULL AND path = 'things/a.yaml'", "revision 3"),
    ("UPDATE migration SET digest = randomblob(32)", "0001"),
    ("DELETE FROM migration", "0001"),
    ("PRAGMA user_version = 0", "format"),
    ("PRAGMA user_version = 12345", "newer"),
    ("PRAGMA application_id = 1", "not a history"),
    ("DROP TABLE blob", "blob"),
    ("DROP TABLE attempt", "attempt"),
])
def test_a_meddled_history_is_named_and_not_served(three, statement, word):
    three.stop()
    change(three, statement)
    refused(three, word)


def test_a_removed_newest_revision_is_noticed(three):
    """The chain alone cannot tell that its end is missing; the files do."""
    three.stop()
    change(three, "DELETE FROM revision WHERE number = 3", "DELETE FROM attempt WHERE revision = 3")
    refused(three, "revision 3")


@pytest.mark.parametrize("damage", ["empty", "text", "half", "zeros", "directory", "fifo", "dangling", "wal-only"])
def test_a_file_that_is_no_database(three, damage):
    three.stop()
    db = three.data / "history.db"
    whole = db.read_bytes()
    db.unlink()
    if damage == "empty":
        db.write_bytes(b"")
    elif damage == "text":
        db.write_text("this is not the database you are looking for\n" * 200)
    elif damage == "half":
        db.write_bytes(whole[:len(whole) // 2])
    elif damage == "zeros":
        db.write_bytes(bytes(len(whole)))
    elif damage == "directory":
        db.mkdir()
    elif damage == "fifo":
        import os
        os.mkfifo(db)
    elif damage == "dangling":
        db.symlink_to("nowhere")
    else:
        (three.data / "history.db-wal").write_bytes(b"x" * 5000)
    refused(three)


def test_a_foreign_database_is_left_as_it_was(three, tmp_path):
    three.stop()
    foreign = tmp_path / "other.db"
    db = sqlite3.connect(foreign)
    db.execute("CREATE TABLE t (x)")
    db.commit()
    db.close()
    shutil.copy(foreign, three.data / "history.db")
    refused(three, "not a history of gamesrvd")
    assert (three.data / "history.db").read_bytes() == foreign.read_bytes()


def test_random_damage_is_never_served_as_truth(three):
    """Whatever bytes are flipped: the daemon refuses, or serves exactly what was applied."""
    three.stop()
    db = three.data / "history.db"
    whole, dice = db.read_bytes(), random.Random(3)
    refusals = 0
    for _ in range(40):
        spoiled = bytearray(whole)
        for _ in range(dice.choice((1, 4, 200))):
            spoiled[dice.randrange(len(spoiled))] ^= 1 << dice.randrange(8)
        for extra in three.data.glob("history.db*"):
            extra.unlink()
        db.write_bytes(spoiled)
        three.start(wait=False)
        until("a decision", lambda: three.process.poll() is not None or three_ready(three))
        if three.process.poll() is None:
            assert three.files() == bundle(a=3) and three.revision() == 3
            three.stop()
        else:
            refusals += 1
            assert three.process.returncode > 0, three.log()[-2000:]
    assert refusals > 10


def three_ready(d):
    try:
        return d.ready()
    except AssertionError:
        return False


def test_a_second_daemon_is_told_whose_directory_it_is(three):
    code, said = three.refuses()
    assert code > 0 and said
    assert three.revision() == 3
