"""Documents: kind and name, keys, notes, old names, secrets, what documents say about each other, files of a bundle."""
import pytest

from language import Table, case, findings_of

N = "schema: Kind\nfields:\n  s: S\n  n: int\n  walk_speed: int\nstructs:\n  S: {x: int, deep_field: int}\n"

T = Table([
    # kind
    case("kind: unknown, at its value", "n: int", {"a.yaml": "kind: «Knid»\nname: a\n"}, ("kind", None, "unknown kind")),
    case("kind: missing, at the first key", "n: int", {"a.yaml": "«name»: a\nn: 1\n"}, ("kind", None, "kind: ")),
    case("kind: in capitals", "n: int", {"a.yaml": "«KIND»: Kind\nname: a\n"}, ("kind", None, "write kind instead of KIND")),
    case("kind: nothing", "n: int", {"a.yaml": "«kind»:\nname: a\n"}, ("kind", None)),
    case("kind: null", "n: int", {"a.yaml": "kind: «~»\nname: a\n"}, ("kind", None)),
    case("kind: a list", "n: int", {"a.yaml": "kind: «[Kind]»\nname: a\n"}, ("kind", None)),
    case("kind: quoted", "n: int", {"a.yaml": "kind: \"Kind\"\nname: 'a'\nn: 1\n"}),
    case("kind: order of keys means nothing", "n: int", {"a.yaml": "n: «x»\nname: a\nkind: Kind\n"}, ("type", ".n")),
    # name
    case("name: missing, at the first key", "n: int", {"a.yaml": "«kind»: Kind\nn: 1\n"}, ("name", None, "no name")),
    case("name: all that may be", "n: int", {"a.yaml": "kind: Kind\nname: 0-a--9-\n---\nkind: Kind\nname: " + "a" * 63}),
    case("name: 64 letters", "n: int", {"a.yaml": "kind: Kind\nname: «" + "a" * 64 + "»\n"}, ("name", None, "63")),
    case("name: capitals and spaces, with a way out", "n: int", {"a.yaml": "kind: Kind\nname: «Frozen Keep»\n"}, ("name", None, '"Frozen Keep"', "did you mean frozen-keep?")),
    case("name: underscore, dot, umlaut, slash", "n: int", {f"{i}.yaml": f"kind: Kind\nname: «{n}»\n" for i, n in enumerate(("a_b", "a.b", "ä", "a/b", "-a"))},
         *[("name", None)] * 5),
    case("name: empty text", "n: int", {"a.yaml": 'kind: Kind\nname: «""»\n'}, ("name", None)),
    case("name: nothing", "n: int", {"a.yaml": "kind: Kind\n«name»:\n"}, ("name", None)),
    case("name: a number is text", "n: int", {"a.yaml": "kind: Kind\nname: 007\n"}),
    case("name: a list", "n: int", {"a.yaml": "kind: Kind\nname: «[a]»\n"}, ("name", None)),
    case("name: wrong, the rest is checked all the same", "n: int", {"a.yaml": "kind: Kind\nname: «A»\nn: «x»\n"}, ("name", None), ("type", "Kind/?.n")),
    # twice
    case("duplicate document, at the later, both places", "n: int", {"a.yaml": "kind: Kind\nname: x\n", "b.yaml": "# x\nkind: Kind\nname: «x»\n"},
         ("duplicate-document", "Kind/x", "/a.yaml:2:7")),
    case("duplicate document in one file", "n: int", {"a.yaml": "kind: Kind\nname: x\n---\nkind: Kind\nname: «x»\n"}, ("duplicate-document", "Kind/x", "/a.yaml:2:7")),
    case("duplicate document three times", "n: int", {f"{f}.yaml": "kind: Kind\nname: " + ("x" if f == "a" else "«x»") + "\n" for f in "abc"},
         ("duplicate-document", "Kind/x", "/a.yaml:2:7"), ("duplicate-document", "Kind/x", "/a.yaml:2:7")),
    case("one name in two kinds", "schema: Kind\nfields: {}\n---\nschema: Mate\nfields: {}\n", {"a.yaml": "kind: Kind\nname: x\n---\nkind: Mate\nname: x\n"}),
    # unknown keys
    case("unknown key: did you mean", N, "«walk_sped»: 1\n", ("unknown-key", ".walk_sped", "did you mean walk_speed?")),
    case("unknown key: - for _ and capitals", N, "«Walk-Speed»: 1", ("unknown-key", ".Walk-Speed", "did you mean walk_speed?")),
    case("unknown key: one level up", N, "s: {x: 1, «walk_speed»: 2}", ("unknown-key", ".s.walk_speed", "one level up")),
    case("unknown key: one level down", N, "«deep_field»: 2", ("unknown-key", ".deep_field", "one level down, in s")),
    case("unknown key: the fields there are", "only: int", "«zzz»: 2", ("unknown-key", ".zzz", "only")),
    case("unknown key: an old name mistyped", 'walk: int `was:"velocity"`', "«velocty»: 1", ("unknown-key", ".velocty", "did you mean walk?")),
    case("unknown key: odd ones", N, '«"a b"»: 1\n«""»: 2\n«a.b»: 3\n', ("unknown-key", 'Kind/a["a b"]'), ("unknown-key", 'Kind/a[""]'), ("unknown-key", 'Kind/a["a.b"]')),
    case("unknown key: its value is not looked at", N, "«zzz»: {n: [x]}", ("unknown-key", ".zzz")),
    case("keys are case-sensitive", "Hp: int", "«hp»: 1", ("unknown-key", ".hp", "did you mean Hp?")),
    case("notes: in documents, structs, not in maps", "schema: Kind\nfields:\n  s: S\n  m: map[string]int\nstructs:\n  S: {x: int}\n",
         "x-a: {anything: [1]}\ns: {x-b: no, x: 1}\nm: {x-c: «text»}", ("type", ".m.x-c")),
    case("notes: x alone is none", "n: int", "«x»: 1\nx-: 2\n«X-a»: 3", ("unknown-key", ".x"), ("unknown-key", ".X-a")),
    # old names, deprecated
    case("was: the old name works, with a warning at the key", 'walk: int `was:"speed" validate:"required"`', "«speed»: 9", ("deprecated", ".walk", "speed", "write walk")),
    case("was: both at once, the other in the message", 'walk: int `was:"speed"`', "speed: 9\n«walk»: 8", ("both-names", ".walk", "speed", "3")),
    case("was: both at once, the new one first", 'walk: int `was:"speed"`', "walk: 8\n«speed»: 9", ("both-names", ".walk", "speed and walk", "3")),
    case("deprecated: at the key, its text in the message", 'speed: int `deprecated:"use walk_speed"`', "«speed»: 9", ("deprecated", ".speed", "use walk_speed")),
    case("deprecated: not written, no word", 'speed: int `default:"1" deprecated:"use walk_speed"`', ""),
    # references
    case("ref: into another kind, through struct, list and map", "schema: Kind\nfields:\n  m: map[string]S\nstructs:\n  S: {r: 'list[ref[Mate]]'}\n---\nschema: Mate\nfields: {}\n",
         {"a.yaml": "kind: Kind\nname: a\nm: {k: {r: [x, «y»]}}\n", "x.yaml": "kind: Mate\nname: x\n"}, ("ref", "Kind/a.m.k.r[1]", "there is no Mate/y")),
    case("ref: a target with mistakes is there", "schema: Kind\nfields:\n  r: ref[Mate]?\n---\nschema: Mate\nfields: {n: int}\n",
         {"a.yaml": "kind: Kind\nname: a\nr: x\n", "x.yaml": "kind: Mate\nname: x\nn: «x»\n"}, ("type", "Mate/x.n")),
    case("ref: no documents of the kind", "schema: Kind\nfields:\n  r: ref[Mate]?\n---\nschema: Mate\nfields: {n: int}\n", "r: «x»", ("ref", ".r", "there is no document of kind Mate yet")),
    case("ref: name of another kind", "schema: Kind\nfields:\n  r: ref[Mate]?\n---\nschema: Mate\nfields: {n: int}\n", "r: «a»", ("ref", ".r", "there is no Mate/a")),
    # secrets: their lines are told of without being shown
    case("secret: unknown key beside it", 'key: string `secret:"true"`', "key: hunter2\n«kye»: hunter3", ("unknown-key", ".kye")),
])


@pytest.mark.parametrize("c", T.cases, ids=repr)
def test_documents(c):
    T.check(c)


SCHEMA = {"schemas/k.yaml": "schema: K\nfields:\n  n: int\n"}


def codes(files, *options):
    return [(f["file"], f["code"], f["line"], f["path"]) for f in findings_of(files, *options)]


@pytest.mark.parametrize("name", [".hidden.yaml", ".git/a.yaml", "a.yaml~", ".#a.yaml", "4913", "a.yaml.swp", ".a.yaml.swp", "README.md", "sub/.x/a.yaml"])
def test_leftovers_and_other_files_are_passed_over(name):
    assert codes({**SCHEMA, name: "\x00 no yaml"}) == []


@pytest.mark.parametrize("name", ["a.yml", "sub/b.YML", "c.YAML", "schemas/d.yml"])
def test_lookalikes_are_reported(name):
    found = findings_of({**SCHEMA, name: "kind: K\nname: a\n"})
    assert [(f["file"], f["code"], f["severity"], f["line"], f["path"]) for f in found] == [(name, "ignored-file", "warning", None, None)]


def test_schemas_may_lie_in_folders_below_schemas():
    files = {"schemas/deep/er/k.yaml": SCHEMA["schemas/k.yaml"], "a.yaml": "kind: K\nname: a\nn: x\n"}
    assert codes(files) == [("a.yaml", "type", 3, "K/a.n")]


def test_a_folder_named_schemas_elsewhere_holds_documents():
    assert codes({**SCHEMA, "x/schemas/a.yaml": "kind: K\nname: a\n"}) == []


def test_a_kind_declared_twice_is_told_at_the_later_file():
    found = findings_of({**SCHEMA, "schemas/z.yaml": "schema: K\nfields: {}\n"})
    assert [(f["file"], f["code"], f["line"], f["column"]) for f in found] == [("schemas/z.yaml", "schema-duplicate", 1, 9)]
    assert "schemas/k.yaml:1" in found[0]["message"]


@pytest.mark.parametrize("kind", ["Server", "RoomType", "Queue"])
def test_a_built_in_kind_cannot_be_declared(kind):
    found = findings_of({"schemas/z.yaml": f"schema: {kind}\nfields: {{}}\n"})
    assert [(f["code"], f["line"], f["column"]) for f in found] == [("schema-duplicate", 1, 9)]
    assert "built-in" in found[0]["message"]


def test_there_is_one_server_document():
    found = findings_of({"a.yaml": "kind: Server\nname: a\n", "b.yaml": "kind: Server\nname: b\n"})
    assert [(f["file"], f["code"], f["line"], f["column"], f["path"]) for f in found] == [("b.yaml", "duplicate-document", 2, 7, "Server/b")]
    assert "a.yaml:2:7" in found[0]["message"]


def test_with_a_broken_schema_documents_of_its_kind_wait_and_others_are_checked():
    files = {"schemas/bad.yaml": "schema: B\nfields:\n  n: integer\n", **SCHEMA, "b.yaml": "kind: B\nname: b\nzzz: 1\n",
             "k.yaml": "kind: K\nname: k\nn: x\n", "q.yaml": "kind: Q\nname: q\n"}
    assert codes(files) == [("k.yaml", "type", 3, "K/k.n"), ("q.yaml", "kind", 1, None), ("schemas/bad.yaml", "schema-type", 3, None)]


def test_with_a_schema_whose_kind_cannot_be_read_unknown_kinds_are_not_told():
    files = {"schemas/bad.yaml": "schema: [B\n", **SCHEMA, "b.yaml": "kind: B\nname: b\n", "k.yaml": "kind: K\nname: k\nn: x\n"}
    assert codes(files) == [("k.yaml", "type", 3, "K/k.n"), ("schemas/bad.yaml", "yaml", 1, None)]


def test_paths_that_differ_in_case_only_are_told():
    found = findings_of({**SCHEMA, "A.yaml": "kind: K\nname: a\n", "a.yaml": "kind: K\nname: b\n"})
    assert [(f["file"], f["code"], f["line"]) for f in found] == [("a.yaml", "duplicate-document", None)]
    assert "A.yaml" in found[0]["message"]


def test_a_number_javascript_cannot_hold_is_told_in_kinds_shown_to_clients():
    room = "kind: RoomType\nname: r\nmode: state\nshows: [Shown]\n"
    schemas = {"schemas/s.yaml": "schema: Shown\nfields: {n: int, u: uint64}\n---\nschema: Unshown\nfields: {n: int}\n"}
    files = {**schemas, "r.yaml": room, "s.yaml": "kind: Shown\nname: s\nn: 9007199254740993\nu: 9007199254740992\n",
             "u.yaml": "kind: Unshown\nname: u\nn: 9007199254740993\n"}
    assert codes(files) == [("s.yaml", "js-int", 3, "Shown/s.n")]
