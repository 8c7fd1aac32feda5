"""Applying over the API: what comes into force, what is refused, and that a refusal changes nothing."""
import hashlib
import json
import threading

import pytest

from gamesrv import bundle, request, thing


@pytest.fixture
def two(daemon):
    """Revision 1: Thing/a with hp 1 and Thing/b with hp 2."""
    d = daemon()
    d.apply(bundle(a=1, b=2), message="first")
    return d


def hp(d, name):
    return d.get(f"/v1/config/Thing/{name}")["spec"]["hp"]


def digest(text):
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


def test_without_a_bundle_the_defaults_are_in_force(daemon):
    d = daemon()
    s = d.status()
    assert s["revision"] is None and s["documents"] == 0 and s["bundle"]["state"] == "none"
    assert d.get("/v1/revisions")["revisions"] == []
    d.get("/v1/revisions/current", code=404)
    d.get("/v1/revisions/current/files", code=404)
    assert [k["kind"] for k in d.get("/v1/config")["kinds"] if k["builtin"]]


def test_an_apply_says_what_is_now_in_force(daemon):
    d = daemon()
    reply = d.apply(bundle(a=1, b=2), message="first", base_revision=0)
    assert (reply["outcome"], reply["revision"], reply["base_revision"], reply["would"]) == ("applied", 1, 0, "apply")
    assert (reply["documents_added"], reply["changes_total"]) == (2, 2)
    assert {c["path"] for c in reply["changes"]} == {"Thing/a", "Thing/b"}
    assert d.revision() == 1 and d.files() == bundle(a=1, b=2)
    reply = d.apply(bundle(a=1, b=3))
    (change,) = reply["changes"]
    assert (change["path"], change["before"], change["after"], change["reload"]) == ("Thing/b.hp", "2", "3", "live")
    assert {k: reply["effects"][k] for k in ("live", "next", "restart", "rooms", "sessions")} == {
        "live": 1, "next": 0, "restart": 0, "rooms": 0, "sessions": 0}
    assert set(reply["stages"]) >= {"parse_ms", "plan_ms", "prepare_ms", "record_ms", "commit_ms", "total_ms"}


def test_what_is_in_force_already_makes_no_revision(two):
    reply = two.apply(bundle(a=1, b=2), message="again")
    assert (reply["outcome"], reply["revision"], reply["would"]) == ("unchanged", 1, "nothing")
    assert len(two.get("/v1/revisions")["revisions"]) == 1
    # Also for one whose answer was lost and who asks again from the old base.
    two.apply(bundle(a=1, b=3), base_revision=1)
    assert two.apply(bundle(a=1, b=3), base_revision=1)["outcome"] == "unchanged"


def test_a_comment_alone_is_a_revision_without_changes(two):
    files = {**bundle(a=1, b=2), "things/a.yaml": "# why\n" + thing("a", 1)}
    reply = two.apply(files)
    assert (reply["outcome"], reply["revision"], reply["changes_total"]) == ("applied", 2, 0)
    assert two.files() == files  # byte for byte what was applied


def test_an_invalid_bundle_is_a_row_and_nothing_else(two):
    error = two.error("/v1/config/apply", {"files": bundle(a=1, b=20000), "message": "oops"}, 422, "invalid")
    (finding,) = error["details"]["findings"]
    assert (finding["code"], finding["file"], finding["path"]) == ("max", "things/b.yaml", "Thing/b.hp")
    assert two.revision() == 1 and two.files() == bundle(a=1, b=2)
    failed = two.get("/v1/revisions")["revisions"][0]
    assert (failed["revision"], failed["outcome"], failed["findings_total"], failed["message"]) == (None, "invalid", 1, "oops")
    shown = two.get(f"/v1/revisions/{failed['id']}?id=1")
    assert shown["findings"]["findings"][0]["message"] == finding["message"] and not shown["findings"]["valid"]
    assert two.apply(bundle(a=1, b=3))["revision"] == 2  # the failure took no number


def test_validate_and_plan_leave_no_trace(two):
    assert two.post("/v1/config/validate", {"files": bundle(a=0)})["total"] == 1
    assert two.post("/v1/config/validate", {"files": bundle(a=5)})["valid"]
    plan = two.post("/v1/config/plan", {"files": bundle(a=5, b=2)})
    assert (plan["would"], plan["base_revision"], plan["changes"][0]["after"]) == ("apply", 1, "5")
    two.error("/v1/config/plan", {"files": bundle(a=0, b=2)}, 422, "invalid")
    dry = two.apply(bundle(a=5, b=2), dry_run=True)
    assert (dry["outcome"], dry["revision"]) == ("dry-run", 1)
    two.apply(bundle(a=0, b=2), dry_run=True, code=422)
    assert len(two.get("/v1/revisions")["revisions"]) == 1 and hp(two, "a") == 1


def test_the_loser_hears_who_won_and_what_clashes(two):
    two.apply(bundle(a=1, b=3), base_revision=1, message="faster")
    error = two.error("/v1/config/apply", {"files": bundle(a=9, b=4), "base_revision": 1}, 409, "conflict")
    details = error["details"]
    assert (details["base_revision"], details["revision"], details["winner"]["message"]) == (1, 2, "faster")
    assert details["clashes"] == [{"path": "Thing/b.hp", "base": "2", "mine": "4", "theirs": "3"}]
    assert [c["path"] for c in details["theirs"]] == ["Thing/b.hp"]
    two.error("/v1/config/plan", {"files": bundle(a=9, b=4), "base_revision": 1}, 409, "conflict")
    error = two.error("/v1/config/apply", {"files": bundle(a=9, b=4), "base_revision": 77}, 409, "conflict")
    assert error["details"]["clashes"] == [] and error["details"]["winner"] is None
    assert two.revision() == 2


def test_mass_deletion_must_be_meant(daemon):
    d = daemon()
    ten = {f"t{i}": 1 for i in range(10)}
    d.apply(bundle(**ten))
    eight = {k: 1 for k in list(ten)[:8]}
    assert d.apply(bundle(**eight))["outcome"] == "applied"  # two of ten: a fifth, not more
    five = bundle(**{k: 1 for k in list(ten)[:5]})
    assert d.post("/v1/config/plan", {"files": five})["needs_allow_delete"] == 3
    error = d.error("/v1/config/apply", {"files": five, "allow_delete": 2}, 422, "mass_delete")
    assert error["details"] == {"documents_removed": 3, "documents": 8}
    d.error("/v1/config/apply", {"files": {}, "allow_delete": 7}, 422, "mass_delete")
    assert d.revision() == 2
    assert d.get("/v1/revisions")["revisions"][0]["outcome"] == "refused"
    assert d.apply(five, allow_delete=3)["documents_removed"] == 3
    assert d.apply({}, allow_delete=5)["revision"] == 4
    assert d.status()["documents"] == 0


def test_only_edited_files_need_to_travel(two):
    files = bundle(a=1, b=2)
    unchanged = {p: digest(t) for p, t in files.items() if p != "things/b.yaml"}
    reply = two.post("/v1/config/apply", {"files": {"things/b.yaml": thing("b", 7)}, "unchanged": unchanged})
    assert reply["outcome"] == "applied" and two.files() == bundle(a=1, b=7)
    unchanged["things/b.yaml"] = digest(files["things/b.yaml"])  # not what is in force any more
    unchanged["things/c.yaml"] = "0" * 64
    error = two.error("/v1/config/apply", {"files": {}, "unchanged": unchanged}, 409, "missing_files")
    assert sorted(error["details"]["files"]) == ["things/b.yaml", "things/c.yaml"]
    assert two.revision() == 2


def test_a_document_in_use_cannot_go(two):
    two.apply({**bundle(a=1), "things/b.yaml": thing("b", 2, "other: a")})
    error = two.error("/v1/config/apply", {"files": {**bundle(), "things/b.yaml": thing("b", 2, "other: a")}}, 422, "invalid")
    codes = {f["code"] for f in error["details"]["findings"]}
    assert "in-use" in codes or "ref" in codes
    assert hp(two, "a") == 1


def test_secrets_are_never_shown(two):
    files = {**bundle(b=2), "things/a.yaml": thing("a", 1, "secret_key: hunter2")}
    two.apply(files)
    two.apply({**files, "things/a.yaml": thing("a", 1, "secret_key: hunter3")})
    for target in ("/v1/revisions/2", "/v1/revisions/3", "/v1/config/Thing", "/v1/config/Thing/a", "/v1/status",
                   "/v1/blame?path=Thing/a"):
        assert "hunter" not in json.dumps(two.get(target)), target
    (change,) = two.get("/v1/revisions/3")["changes"]
    assert (change["before"], change["after"]) == ("***", "***")
    assert two.files()["things/a.yaml"].endswith("hunter3\n")  # the files are what was written


@pytest.mark.parametrize("path", ["../a.yaml", "/a.yaml", "a//b.yaml", "a/./b.yaml", "a.txt", "", "x\ny.yaml", ".git/a.yaml",
                                  "a" * 300 + ".yaml", "d/" * 600 + "a.yaml", "a\u0000.yaml"])
def test_odd_paths_are_refused(two, path):
    status, reply = request(two.socket, "POST", "/v1/config/apply", {"files": {path: thing("x", 1)}})
    assert status == 400 and reply["error"]["code"] == "bad_request"
    assert two.revision() == 1


@pytest.mark.parametrize("body", [
    {"files": []}, {"files": {"a.yaml": 1}}, {"files": {"a.yaml": None}}, {"unchanged": {"a.yaml": "xyz"}},
    {"unchanged": {"a.yaml": 1}}, {"base_revision": "1"}, {"base_revision": -2}, {"confirm_ms": -1},
    {"confirm_ms": 10 ** 18}, {"dry_run": 1}, {"message": 5}, {"message": "x" * 5000}, {"allow_delete": 1.5},
    {"fils": {}}, {"max_findings": -1}, [], "text", 5, None, b"{", b"\xff", b'{"files":{},"files":{}}'])
def test_odd_bodies_are_refused(two, body):
    if not isinstance(body, (bytes, dict)):
        body = json.dumps(body).encode()
    status, reply = request(two.socket, "POST", "/v1/config/apply", body)
    assert status == 400 and reply["error"]["code"] == "bad_request" and reply["error"]["message"]
    assert two.revision() == 1


def test_files_named_twice_are_refused(two):
    text = thing("x", 1)
    body = {"files": {"things/a.yaml": text}, "unchanged": {"things/a.yaml": digest(thing("a", 1))}}
    assert "twice" in two.error("/v1/config/apply", body, 400, "bad_request")["message"]


def test_findings_are_capped_but_counted(two):
    files = bundle(**{f"t{i}": 0 for i in range(50)})
    details = two.error("/v1/config/apply", {"files": files, "max_findings": 3}, 422, "invalid")["details"]
    assert len(details["findings"]) == 3 and details["total"] == 50


def test_restart_fields_wait_and_say_so_until_the_restart(daemon):
    d = daemon()
    schema = "schema: Slow\nfields:\n  port: int `validate:\"required\" reload:\"restart\"`\n  hp: int `default:\"1\"`\n"
    files = {"schemas/s.yaml": schema, "s.yaml": "kind: Slow\nname: a\nport: 1\n"}
    d.apply(files)
    d.stop()
    d.start()
    assert d.status()["pending_total"] == 0
    reply = d.apply({**files, "s.yaml": "kind: Slow\nname: a\nport: 2\nhp: 3\n"})
    assert reply["pending_total"] == 1 and reply["effects"]["restart"] == 1
    row = {"path": "Slow/a.port", "running": "1", "desired": "2", "reload": "restart", "since_revision": 2}
    assert d.get("/v1/pending") == {"apiVersion": "gamesrv/v1", "pending": [row], "total": 1}
    d.apply({**files, "s.yaml": "kind: Slow\nname: a\nport: 2\nhp: 4\n"})
    assert d.status()["pending"] == [row]
    d.stop()
    d.start()
    assert d.status()["pending_total"] == 0


def test_taking_a_restart_change_back_ends_the_waiting(daemon):
    d = daemon()
    schema = "schema: Slow\nfields:\n  port: int `validate:\"required\" reload:\"restart\"`\n"
    d.apply({"schemas/s.yaml": schema, "s.yaml": "kind: Slow\nname: a\nport: 1\n"})
    d.stop()
    d.start()
    d.apply({"schemas/s.yaml": schema, "s.yaml": "kind: Slow\nname: a\nport: 2\n"})
    assert d.get("/v1/pending")["total"] == 1
    d.post("/v1/config/rollback")
    assert d.get("/v1/pending")["total"] == 0


def test_the_schema_in_force_is_served(two):
    schema = two.get("/v1/schema")
    assert list(schema["files"]) == ["schemas/thing.yaml"] and schema["revision"] == 1
    assert schema["fingerprint"] != schema["builtin_fingerprint"]
    assert schema["fingerprint"] == two.status()["schema_fingerprint"]


def test_documents_show_where_each_field_came_from(two):
    fields = {f["field"]: f for f in two.get("/v1/config/Thing/a")["fields"]}
    assert (fields["hp"]["state"], fields["hp"]["file"], fields["hp"]["line"]) == ("written", "things/a.yaml", 3)
    assert (fields["speed"]["state"], fields["speed"]["value"], fields["speed"]["line"]) == ("defaulted", "1.5", None)
    assert fields["team"]["reload"] == "next"
    two.get("/v1/config/Thing/zz", code=404)
    two.get("/v1/config/Zing", code=404)
    assert [i["name"] for i in two.get("/v1/config/Thing?where=spec.hp%20%3E%201")["items"]] == ["b"]


def test_readers_see_whole_revisions_while_writers_write(two):
    """a + b is 100 in every revision; no answer may mix two."""
    two.apply(bundle(a=40, b=60))
    stop, wrong, seen = threading.Event(), [], set()

    def read():
        while not stop.is_set():
            items = two.get("/v1/config/Thing")
            a, b = (i["spec"]["hp"] for i in items["items"])
            seen.add(items["revision"])
            if a + b != 100:
                wrong.append((a, b))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for r in readers:
        r.start()
    for n in range(60):
        two.apply(bundle(a=1 + n, b=99 - n))
    stop.set()
    for r in readers:
        r.join()
    assert not wrong and len(seen) > 3
