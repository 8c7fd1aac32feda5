"""Caps and their flags, hostile documents, and what a finding's JSON says about its place and its rule."""
import json
import time

import pytest

from ctl import ctl_json, write_tree
from language import findings_of, validate

SCHEMA = {"schemas/k.yaml": "schema: K\nfields:\n  any: string? `validate:\"-\"`\n  s: string?\n  l: list[int]?\n  self: K?\n"}


def doc(text):
    return {**SCHEMA, "a.yaml": "kind: K\nname: a\n" + text}


def told(files, *options):
    return [(f["file"], f["code"], f["line"], f["column"]) for f in findings_of(files, *options)]


def test_depth_counts_the_document_as_level_1_and_can_be_lowered_and_raised():
    def nested(levels):
        return doc("any: " + "[" * (levels - 1) + "]" * (levels - 1) + "\n")
    assert told(nested(64)) == [] and told(nested(65)) == [("a.yaml", "depth", 3, 69)]
    assert told(nested(65), "--max-depth", "65") == []
    assert told(nested(4), "--max-depth", "3") == [("a.yaml", "depth", 3, 8)]
    assert told(nested(1000), "--max-depth", "1000") == []


def test_depth_holds_for_block_and_flow_maps_and_lists():
    block = "".join("  " * i + "k:\n" for i in range(1, 70))
    assert told(doc("any:\n" + block)) == [("a.yaml", "depth", 67, 129)]
    assert told(doc("any: " + "{k: " * 70 + "}" * 70 + "\n")) == [("a.yaml", "depth", 3, 6 + 63 * 4)]


def test_a_million_brackets_are_refused_at_once():
    begin = time.monotonic()
    assert told(doc("any: " + "[" * 1_000_000)) == [("a.yaml", "depth", 3, 69)]
    assert time.monotonic() - begin < 5


def test_scalars_files_bundles_and_documents_have_caps_with_flags():
    long = doc("s: " + "x" * 70000 + "\n")
    assert told(long) == [("a.yaml", "too-large", 3, 4)]
    assert told(long, "--max-scalar", "70000B") == []
    assert told(doc("s: '" + "x" * 41 + "'\n"), "--max-scalar", "40B") == [("a.yaml", "too-large", 3, 4)]
    large = doc("s: x\n" + "# filler\n" * 100)
    assert told(large, "--max-file", "500B") == [("a.yaml", "too-large", None, None)]
    assert told(large, "--max-bundle", "500B") == [("a.yaml", "too-large", None, None)]
    two = doc("---\nkind: K\nname: b\n---\nkind: K\nname: c\n")
    assert told(two, "--max-documents", "3") == []
    assert [(f, c) for f, c, *_ in told(two, "--max-documents", "2")] == [("a.yaml", "too-large")]


def test_a_cap_says_value_and_bound():
    (f,) = findings_of(doc("s: " + "x" * 70000 + "\n"))
    assert "70000" in f["message"] and "65536" in f["message"] and f["hint"]


def test_a_bomb_of_nine_levels_is_refused_quickly():
    text = "x-0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for i in range(1, 10):
        text += f"x-{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]\n"
    begin = time.monotonic()
    found = told(doc(text + "any: *a9\n"))
    assert [c for _, c, *_ in found] == ["too-large"] and time.monotonic() - begin < 2


def test_sharing_a_little_is_no_bomb():
    assert told(doc("x-a: &a [1, 2, 3]\n" + "".join(f"x-{i}: *a\n" for i in range(3000)) + "l: *a\n")) == []


def test_more_findings_than_shown_are_counted(tmp_path):
    top = write_tree(tmp_path, doc("l: [" + ", ".join(["x"] * 1500) + "]\n"))
    reply = ctl_json("validate", top, code=3)
    assert len(reply["findings"]) == 1000 and reply["total"] >= 1000
    assert len(ctl_json("validate", top, "--max-findings", 7, code=3)["findings"]) == 7


@pytest.mark.parametrize("before, column, byte, utf16", [("ab", 9, 24, 9), ("é", 8, 24, 8), ("日", 8, 25, 8), ("😀", 8, 26, 9), ("e\u0301", 9, 25, 9)])
def test_a_place_is_given_in_code_points_bytes_and_utf16(before, column, byte, utf16):
    """Compilers count code points, tools bytes, editors UTF-16."""
    (f,) = findings_of({"schemas/k.yaml": "schema: K\nfields:\n  m: map[string]int\n", "a.yaml": f"kind: K\nname: a\nm: {{{before}: x}}\n"})
    assert (f["line"], f["column"], f["byte"], f["utf16_column"]) == (3, column, byte, utf16)


def test_the_rule_of_a_finding_is_its_fields_line():
    files = {"schemas/k.yaml": "# K\nschema: K\nfields:\n  s: list[S] `validate:\"max=1\"`\nstructs:\n  S:\n\n    # Doc.\n    n: int `validate:\"required,max=5\"`\n",
             "a.yaml": "kind: K\nname: a\ns:\n  - {n: 6}\n  - {}\n"}
    found = [(f["code"], f["rule"]) for f in findings_of(files)]
    assert found == [("max", {"file": "schemas/k.yaml", "line": 4}), ("max", {"file": "schemas/k.yaml", "line": 9}),
                     ("required", {"file": "schemas/k.yaml", "line": 9})]


def test_required_in_a_struct_that_came_by_alias_or_merge_shows_where_its_text_stands():
    schema = {"schemas/k.yaml": "schema: K\nfields:\n  s: S?\n  t: S?\nstructs:\n  S:\n    a: int?\n    n: int `validate:\"required\"`\n"}
    found = findings_of({**schema, "a.yaml": "kind: K\nname: a\nx-b: &b {a: 1}\ns: *b\nt: {<<: *b}\n"})
    assert [(f["code"], f["path"], f["line"], f["column"]) for f in found] == [("required", "K/a.s.n", 3, 10), ("required", "K/a.t.n", 3, 10)]
    assert "used at line 4, column 4" in found[0]["hint"] and "used at line 5, column 9" in found[1]["hint"]


def test_a_kind_may_hold_itself_and_its_records_have_no_kind_and_name():
    assert told(doc("self: {s: x, self: {self: {s: y}}}\n")) == []
    assert told(doc("self: {name: b}\n")) == [("a.yaml", "unknown-key", 3, 8)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_doc_of_a_field_is_the_comment_above_whatever_the_line_ends(end, tmp_path):
    schema = "# Not this.\n\n# A kind\n# of its own.\nschema: K\nfields:\n  # First line.\n  #   Second line.\n  n: int\n\n  # Far away.\n\n  m: int\n"
    top = write_tree(tmp_path, {"schemas/k.yaml": schema.replace("\n", end).encode()})
    assert ctl_json("explain", "K", "--bundle", top)["doc"] == "A kind\nof its own."
    assert ctl_json("explain", "K.n", "--bundle", top)["doc"] == "First line.\n  Second line."
    assert not ctl_json("explain", "K.m", "--bundle", top)["doc"]


def test_old_findings_are_gone_when_the_text_is_right_again(tmp_path):
    top = write_tree(tmp_path, doc("l: [x]\n"))
    assert len(validate(top)["findings"]) == 1
    write_tree(top, doc("l: [1]\n"))
    assert validate(top) == {"apiVersion": "gamesrv/v1", "valid": True, "findings": [], "total": 0, "documents": 1, "kinds": 1, "files": 2}
