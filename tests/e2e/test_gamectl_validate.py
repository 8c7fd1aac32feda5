"""validate as a designer meets it: exact text, exit codes, streams, caps, one file of a bundle, other schemas."""
import json
import os
import pty
import subprocess

import pytest

from ctl import ARENA, GAMECTL, ctl, ctl_json, environment, write_tree

SCHEMA = """\
schema: Arena
# Rules of one arena.
fields:
  # Hit points at spawn.
  player_hp: int  `validate:"required,min=1,max=9999"`
  difficulty: string  `validate:"oneof=normal hard" default:"normal"`
"""
GOOD = "kind: Arena\nname: keep\nplayer_hp: 120\n"


@pytest.fixture
def bundle(tmp_path):
    return write_tree(tmp_path / "game", {"schemas/arena.yaml": SCHEMA, "arenas/keep.yaml": GOOD})


def test_a_good_bundle_is_one_line_on_standard_output(bundle):
    run = ctl("validate", bundle)
    assert (run.returncode, run.stdout, run.stderr) == (0, "1 document of 1 kind, no errors\n", "")


def test_the_example_is_sound():
    run = ctl("validate", ARENA)
    assert run.returncode == 0 and run.stderr == ""
    documents, kinds = map(int, (run.stdout.split()[0], run.stdout.split()[3]))
    assert documents >= 60 and kinds >= 7


def test_every_mistake_at_once_with_place_rule_and_way_out(bundle):
    (bundle / "arenas/keep.yaml").write_text("kind: Arena\nname: keep\nplayer_hp: 12000\ndificulty: hard\n")
    (bundle / "arenas/ruin.yaml").write_text("kind: Arena\nname: ruin\nplayer_hp: 80\ndifficulty: easy\n")
    run = ctl("validate", bundle)
    assert run.returncode == 3
    assert run.stdout == ("3 errors in 2 of 3 files\n"
                          "gamectl explain Arena.player_hp says what belongs there\n")
    assert run.stderr.startswith("""\
arenas/keep.yaml:3:12: error: player_hp: 12000 is above the maximum 9999 [max]
  3 | player_hp: 12000
    |            ^^^^^
  rule at schemas/arena.yaml:5""")
    assert "arenas/keep.yaml:4:1: error: unknown field dificulty [unknown-key]\n" in run.stderr \
        or "[unknown-key]\n  4 | dificulty: hard\n    | ^^^^^^^^^\n" in run.stderr
    assert "did you mean difficulty?" in run.stderr
    assert "arenas/ruin.yaml:4:13: error: difficulty: " in run.stderr and "[oneof]" in run.stderr


def test_json_is_the_findings_object_on_standard_output(bundle):
    (bundle / "arenas/keep.yaml").write_text("kind: Arena\nname: keep\nplayer_hp: 12000\n")
    reply = ctl_json("validate", bundle, code=3)
    (finding,) = reply["findings"]
    assert (reply["valid"], reply["total"], reply["documents"]) == (False, 1, 1)
    assert {k: finding[k] for k in ("code", "severity", "file", "line", "column", "end_line", "end_column", "path", "message",
                                    "rule")} == {
        "code": "max", "severity": "error", "file": "arenas/keep.yaml", "line": 3, "column": 12, "end_line": 3,
        "end_column": 17, "path": "Arena/keep.player_hp", "message": "12000 is above the maximum 9999",
        "rule": {"file": "schemas/arena.yaml", "line": 5}}
    (bundle / "arenas/keep.yaml").write_text(GOOD)
    assert ctl_json("validate", bundle)["valid"] is True


def test_yaml_output_says_the_same(bundle):
    run = ctl("validate", bundle, "-o", "yaml")
    assert run.stdout.startswith("apiVersion: gamesrv/v1\nvalid: true\nfindings: []\ntotal: 0\n")


def test_findings_can_be_limited_and_the_rest_is_counted(bundle):
    for i in range(30):
        (bundle / f"arenas/a{i:02}.yaml").write_text(f"kind: Arena\nname: a{i:02}\nplayer_hp: 0\n")
    run = ctl("validate", bundle, "--max-findings", 5)
    assert run.stderr.count(": error: ") == 5 and "25 more" in run.stderr
    assert "30 errors in 30 of 32 files" in run.stdout
    reply = ctl_json("validate", bundle, "--max-findings", 5, code=3)
    assert (len(reply["findings"]), reply["total"]) == (5, 30)
    assert len(ctl_json("validate", bundle, "--max-findings", 0, code=3)["findings"]) == 30


def test_one_file_is_checked_with_the_bundle_around_it(bundle):
    write_tree(bundle, {"arenas/ruin.yaml": "kind: Arena\nname: ruin\nplayer_hp: 0\n"})
    run = ctl("validate", "arenas/keep.yaml", cwd=bundle)
    assert (run.returncode, run.stdout) == (0, "arenas/keep.yaml, no errors; in other files of the bundle: 1 error\n")
    run = ctl("validate", "ruin.yaml", cwd=bundle / "arenas")
    assert run.returncode == 3 and run.stdout.startswith("1 error in arenas/ruin.yaml\n")


def test_warnings_are_no_errors(bundle):
    (bundle / "arenas/other.yml").write_text(GOOD)
    run = ctl("validate", bundle)
    assert run.returncode == 0 and run.stdout == "1 document of 1 kind, no errors, 1 warning\n"
    assert "[ignored-file]" in run.stderr


def test_documents_against_the_schemas_of_another_directory(bundle, tmp_path):
    write_tree(tmp_path / "next", {"schemas/arena.yaml": SCHEMA.replace("max=9999", "max=100")})
    for other in (tmp_path / "next", tmp_path / "next/schemas"):
        run = ctl("validate", bundle, "--against-schema", other)
        assert run.returncode == 3 and "120 is above the maximum 100 [max]" in run.stderr
    run = ctl("validate", bundle, "--against-schema", tmp_path / "none")
    assert run.returncode == 2 and "none: No such file or directory" in run.stderr


@pytest.mark.parametrize("flag,value,enough,text,code", [
    ("--max-depth", 3, 10, "kind: Arena\nname: keep\nplayer_hp: [[[[1]]]]\n", "depth"),
    ("--max-file", "100B", "1KiB", GOOD + "#" * 200 + "\n", "too-large"),
    ("--max-scalar", "10B", "1KiB", GOOD + "difficulty: " + "n" * 50 + "\n", "too-large"),
    ("--max-bundle", "100B", "1MiB", GOOD, "too-large"),
    ("--max-documents", 1, 10, GOOD + "---\n" + GOOD.replace("keep", "ruin"), "too-large"),
])
def test_flags_move_the_caps(bundle, flag, value, enough, text, code):
    (bundle / "arenas/keep.yaml").write_text(text)

    def codes(v):
        return [f["code"] for f in json.loads(ctl("validate", bundle, flag, v, "-o", "json").stdout)["findings"]]

    assert code in codes(value)
    assert code not in codes(enough)


def test_threads_change_nothing_but_time(bundle):
    write_tree(bundle, {f"arenas/a{i}.yaml": f"kind: Arena\nname: a{i}\nplayer_hp: {i * 5000}\n" for i in range(50)})
    one, four = (ctl("validate", bundle, "--threads", n) for n in (1, 4))
    assert (one.returncode, one.stdout, one.stderr) == (four.returncode, four.stdout, four.stderr)
    assert one.returncode == 3


def test_a_directory_that_may_not_be_read_is_exit_9(bundle):
    if os.geteuid() == 0:
        run = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", GAMECTL, "validate", "/root"],
                             env=environment(), capture_output=True, text=True)
    else:
        bundle.chmod(0)
        run = ctl("validate", bundle)
        bundle.chmod(0o755)
    assert run.returncode == 9, run.stderr
    assert "Permission denied" in run.stderr


def test_hostile_text_never_reaches_the_terminal(bundle):
    (bundle / "arenas/keep.yaml").write_text('kind: Arena\nname: keep\nplayer_hp: 5\ndifficulty: "\\e[2J\\a"\n')
    (bundle / "arenas/\x1b[31m.yaml").write_text("kind: Arena\nname: Ünï\nplayer_hp: 0\n")
    run = ctl("validate", bundle)
    assert run.returncode == 3
    assert not any(c in run.stderr + run.stdout for c in "\x1b\x07")


def test_colour_only_where_it_is_seen(bundle):
    (bundle / "arenas/keep.yaml").write_text("kind: Arena\nname: keep\nplayer_hp: 0\n")
    ours, theirs = pty.openpty()
    run = subprocess.Popen([GAMECTL, "validate", bundle], stdout=subprocess.PIPE, stderr=theirs, env=environment())
    out = run.stdout.read()
    assert run.wait() == 3
    os.close(theirs)
    text = os.read(ours, 65536)
    os.close(ours)
    assert b"\x1b[" in text and b"\x1b" not in out


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero"])
def test_a_device_is_no_bundle(path):
    run = ctl("validate", path)
    assert run.returncode in (2, 3, 9) and run.stderr != ""


@pytest.mark.parametrize("name, why", [("README.md", "does not end in .yaml"), ("arenas/keep.yml", "does not end in .yaml"),
                                       ("arenas/keep.yaml~", "does not end in .yaml"), (".hidden.yaml", "dot")])
def test_a_file_that_is_none_of_the_bundle_is_refused_with_what_is_expected(bundle, name, why):
    (bundle / name).write_text(GOOD)
    run = ctl("validate", bundle / name)
    assert run.returncode == 2 and run.stdout == ""
    assert f"{name} is passed over in the bundle {bundle}: it " in run.stderr and why in run.stderr
    assert "name a .yaml file of the bundle, or its directory" in run.stderr


def test_a_file_that_is_none_of_a_bundle_outside_of_any_is_refused_as_well(tmp_path):
    (tmp_path / "README.md").write_text("# Hello\n")
    run = ctl("validate", tmp_path / "README.md")
    assert (run.returncode, run.stderr) == (2, f"gamectl: error: {tmp_path}/README.md: is not a .yaml file\n"
                                               "  name a directory, or a file that ends in .yaml\n")


def test_one_file_may_be_named_by_a_link(bundle):
    (bundle / "arenas/keep.yaml").write_text(GOOD.replace("120", "12000"))
    (bundle / "arenas/keep.yaml").rename(bundle / "arenas/.data")
    (bundle / "arenas/keep.yaml").symlink_to(".data")
    run = ctl("validate", bundle / "arenas/keep.yaml")
    assert run.returncode == 3 and "arenas/keep.yaml:3:12: error: player_hp" in run.stderr
