"""init and schema export: what is made from a schema must be right by it."""
import json
import shutil
import subprocess

import pytest

from ctl import ARENA, TOP, ctl, ctl_json, write_tree


def kinds():
    return [k["kind"] for k in ctl_json("explain", "--bundle", ARENA)["kinds"]]


def test_a_new_document_of_any_kind_passes_at_once(tmp_path):
    """In a bundle that has what it may refer to."""
    game = tmp_path / "game"
    shutil.copytree(ARENA, game)
    assert len(kinds()) >= 10
    for kind in kinds():
        if kind == "Server":  # of which there is one
            (game / "server.yaml").unlink()
        run = ctl("init", kind, "brand-new", "--bundle", game)
        assert run.returncode == 0 and run.stderr == ""
        assert run.stdout.startswith("#") or run.stdout.startswith("kind:")
        (game / f"new-{kind.lower()}.yaml").write_text(run.stdout)
    run = ctl("validate", game)
    assert run.returncode == 0, run.stderr


def test_every_comment_line_taken_off_gives_a_sound_document_too(tmp_path):
    """#field: default, as the author would uncomment it."""
    game = tmp_path / "game"
    shutil.copytree(ARENA, game)
    text = ctl("init", "Monster", "brand-new", "--bundle", game).stdout
    fields = [f["field"] for f in ctl_json("explain", "Monster", "--bundle", game)["fields"]]
    for field in fields:
        assert any(line.lstrip("#").startswith(f"{field}:") for line in text.splitlines()), field


def test_init_says_no_to_a_bad_name_and_an_unknown_kind(tmp_path):
    for name in ("Sun", "a_b", "a b", "a" * 64, ""):
        run = ctl("init", "Arena", name, "--bundle", ARENA)
        assert run.returncode == 2 and "is no name" in run.stderr and run.stdout == ""
    run = ctl("init", "Arna", "a", "--bundle", ARENA)
    assert run.returncode == 7 and "did you mean Arena?" in run.stderr
    assert ctl_json("init", "Arena", "a", "--bundle", ARENA)["text"].count("kind: Arena\nname: a\n") == 1


def test_json_schema_describes_every_kind(tmp_path):
    schema = json.loads(ctl("schema", "export", "--bundle", ARENA).stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(kinds()) <= set(schema["$defs"])
    hp = schema["$defs"]["Arena"]["properties"]["player_hp"]
    assert (hp["type"], hp["minimum"], hp["maximum"]) == ("integer", 1, 9999)
    assert hp["description"].startswith("Hit points a player spawns with")
    difficulty = schema["$defs"]["Arena"]["properties"]["difficulty"]
    assert difficulty["enum"] == ["normal", "hard", "nightmare"] and difficulty["default"] == "normal"


def test_the_c_header_compiles(tmp_path):
    run = ctl("schema", "export", "--format", "c", "--bundle", ARENA, "--builtin", "--out", tmp_path / "kinds.h")
    assert run.returncode == 0 and run.stdout.startswith(f"{tmp_path}/kinds.h: ")
    (tmp_path / "use.c").write_text('#include "kinds.h"\nint hp(const struct conf_arena *a);\n'
                                    "int hp(const struct conf_arena *a)\n{\n\treturn a->player_hp;\n}\n")
    run = subprocess.run(["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", f"-I{TOP}/lib", "-c", "use.c"], cwd=tmp_path,
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_broken_schema_is_not_exported(tmp_path):
    write_tree(tmp_path, {"schemas/a.yaml": "schema: A\nfields:\n  x: int  `validate:\"min=a\"`\n"})
    run = ctl("schema", "export", cwd=tmp_path)
    assert run.returncode == 3 and run.stdout == "" and "[schema-param]" in run.stderr
    run = ctl("explain", "A", cwd=tmp_path)
    assert run.returncode == 3 and "[schema-param]" in run.stderr
    assert ctl("explain", "Server", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("where,code,message", [("/dev/full", 9, "No space left on device"),
                                                ("/nonexistent/x.json", 9, "No such file or directory")])
def test_a_file_that_cannot_be_written_is_exit_9(where, code, message):
    run = ctl("schema", "export", "--bundle", ARENA, "--out", where)
    assert run.returncode == code and run.stderr == f"gamectl: error: {where}: {message}\n"
