"""explain, diff of two bundles, and completion: what a designer asks beside validate, without a daemon."""
import subprocess

import pytest

from ctl import GAMECTL, ctl, ctl_json, environment, write_tree

SCHEMA = """\
schema: Arena
# Rules of one arena.
fields:
  # Hit points at spawn.
  player_hp: int  `validate:"required,min=1,max=9999" unit:"HP" example:"120"`
  # Time before the first wave.
  warmup: duration  `default:"10s" reload:"next"`
  waves: list[Wave]  `validate:"max=50,unique=name"`
  loot: map[string]int  `validate:"dive,gt=0"`
  limits: Limits
structs:
  Wave:
    name: string  `validate:"required"`
    # Who leads it.
    boss: string
  Limits:
    players: int8  `default:"8"`
    token: string  `secret:"true"`
"""
KEEP = """\
kind: Arena
name: keep
player_hp: 120
waves:
  - {name: first, boss: yeti}
  - {name: second}
loot: {gold: 3, odd-key: 4}
limits: {token: hush}
"""


@pytest.fixture
def bundle(tmp_path):
    return write_tree(tmp_path / "game", {"schemas/arena.yaml": SCHEMA, "arenas/keep.yaml": KEEP})


def test_a_kind_lists_its_fields(bundle):
    run = ctl("explain", "Arena", cwd=bundle)
    assert run.stdout == """\
Arena
  Rules of one arena.

  schema    schemas/arena.yaml:1

Fields
  player_hp  int             required  Hit points at spawn.
  warmup     duration        = 10s     Time before the first wave.
  waves      list[Wave]
  loot       map[string]int
  limits     Limits
"""


def test_a_field_has_type_rules_default_reload_and_place(bundle):
    run = ctl("explain", "Arena.player_hp", "--bundle", bundle)
    lines = run.stdout.splitlines()
    assert lines[:3] == ["Arena.player_hp  int, required", "  Hit points at spawn.", ""]
    assert "  unit      HP" in lines and "  example   120" in lines
    assert any(line.startswith("  rules     min=1 ") for line in lines)
    assert any(line.startswith("            max=9999 ") for line in lines)
    assert "  reload    live: running rooms take a change at once, between two ticks" in lines
    assert "  schema    schemas/arena.yaml:5" in lines
    assert "  default   10s" in ctl("explain", "Arena.warmup", "--bundle", bundle).stdout.splitlines()


def test_paths_go_through_lists_and_maps(bundle):
    for path in ("Arena.waves.boss", "Arena.waves[0].boss", "Arena/keep.waves[0].boss"):
        assert "  Who leads it." in ctl("explain", path, cwd=bundle).stdout
    assert "each item: gt=0" in ctl("explain", "Arena.loot", cwd=bundle).stdout


def test_a_document_shows_its_values_and_where_they_stand(bundle):
    run = ctl("explain", "Arena/keep", cwd=bundle)
    assert [line.split() for line in run.stdout.split("Values, the bundle in .\n")[1].splitlines()] == [
        ["player_hp", "120", "arenas/keep.yaml:3"],
        ["warmup", "10s", "default"],
        ["waves", '[{name:', '"first",', "boss:", '"yeti"},', "{name:", '"second"}]', "arenas/keep.yaml:5"],
        ["loot", "{gold:", "3,", "odd-key:", "4}", "arenas/keep.yaml:7"],
        ["limits.players", "8", "default"],
        ["limits.token", "***", "arenas/keep.yaml:8"]]
    assert "limits.token" in run.stdout and "hush" not in run.stdout
    assert ctl("explain", "Arena/keep.waves[0].boss", cwd=bundle).stdout.endswith(
        'Value, the bundle in .\n  waves[0].boss  "yeti"  arenas/keep.yaml:5\n')


def test_json_has_the_same(bundle):
    reply = ctl_json("explain", "Arena/keep.player_hp", cwd=bundle)
    assert (reply["kind"], reply["name"], reply["type"], reply["required"], reply["unit"]) == ("Arena", "keep", "int", True, "HP")
    assert [r["written"] for r in reply["rules"]] == ["required", "min=1", "max=9999"]
    assert reply["values"] == [{"field": "player_hp", "value": "120", "state": "written", "file": "arenas/keep.yaml", "line": 3}]
    assert reply["document"]["limits"] == {"players": 8, "token": "***"}
    assert [f["field"] for f in ctl_json("explain", "Arena", cwd=bundle)["fields"]] == \
        ["player_hp", "warmup", "waves", "loot", "limits"]


def test_all_kinds_with_their_first_words(bundle, tmp_path):
    run = ctl("explain", cwd=bundle)
    assert run.stdout.startswith("Kinds of the bundle in .\n") and "  Arena     Rules of one arena.\n" in run.stdout
    kinds = {k["kind"]: k["builtin"] for k in ctl_json("explain", cwd=bundle)["kinds"]}
    assert kinds == {"Arena": False, "Server": True, "RoomType": True, "Queue": True}


def test_without_bundle_and_daemon_the_built_in_kinds_are_known(tmp_path):
    env = environment()
    env.pop("GAMESRV_SOCKET")
    env["XDG_RUNTIME_DIR"] = str(tmp_path)
    run = ctl("explain", "Server.watch", cwd=tmp_path, env=env)
    assert run.returncode == 0 and "built in" in run.stdout
    run = ctl("explain", "Arena", cwd=tmp_path, env=env)
    assert run.returncode == 7 and "only the built-in kinds are known here" in run.stderr


@pytest.mark.parametrize("what,message,hint", [
    ("Arna", "no kind Arna in the bundle in .", "did you mean Arena?"),
    ("Arena.player_hpp", 'Arena has no field "player_hpp"', "did you mean player_hp?"),
    ("Arena.waves.bos", 'Wave has no field "bos"', "did you mean boss?"),
    ("Arena.player_hp.x", 'player_hp is of type int: there is no "x" inside', None),
    ("Arena.player_hp[0]", "[0]: this is no list", None),
    ("Arena/nope", "no Arena/nope in the bundle in .", None),
    ("Arena/keep.waves[7]", "Arena/keep has nothing at waves[7]", None),
])
def test_no_such_thing_is_exit_7(bundle, what, message, hint):
    run = ctl("explain", what, cwd=bundle)
    assert run.stderr == f"gamectl: error: {message}\n" + (f"  {hint}\n" if hint else "")
    assert (run.returncode, run.stdout) == (7, "")


def test_a_path_that_is_none_is_wrong_usage(bundle):
    assert ctl("explain", "Arena.waves[x", cwd=bundle).returncode == 2


def test_equal_meaning_is_no_difference(bundle, tmp_path):
    write_tree(tmp_path / "other", {"schemas/arena.yaml": SCHEMA, "x/y.yaml": """\
# the same in other words
"name": 'keep'
kind: Arena
waves: [{name: second}, {boss: "yeti", name: first}]
limits:
    token: hush
    players: 8
loot:
  odd-key: 0x4
  gold: +3
warmup: 10000ms
player_hp: 120
"""})
    run = ctl("diff", bundle, tmp_path / "other")
    assert run.returncode in (0, 1)
    assert "warmup" not in run.stdout and "loot" not in run.stdout and "limits" not in run.stdout


def test_differences_are_exit_1_and_typed(bundle, tmp_path):
    write_tree(tmp_path / "new", {"schemas/arena.yaml": SCHEMA,
                                  "arenas/keep.yaml": KEEP.replace("120", "140").replace("boss: yeti", "boss: king") + "warmup: 1m\n",
                                  "arenas/ruin.yaml": "kind: Arena\nname: ruin\nplayer_hp: 1\n"})
    run = ctl("diff", bundle, tmp_path / "new")
    assert (run.returncode, run.stderr) == (1, "")
    head, summary = run.stdout.rstrip("\n").rsplit("\n\n", 1)
    assert summary == "1 document changed, 1 added"
    assert head.splitlines()[0] == "~ Arena/keep" and head.splitlines()[-1] == "+ Arena/ruin"
    assert "    player_hp    " in head and "120 → 140" in head and "10s → 1m" in head and "next match" in head
    reply = ctl_json("diff", bundle, tmp_path / "new", code=1)
    assert (reply["documents_changed"], reply["documents_added"], reply["documents_removed"]) == (1, 1, 0)
    assert {"op": "changed", "path": "Arena/keep.player_hp", "kind": "Arena", "name": "keep", "field": "player_hp",
            "before": "120", "after": "140", "reload": "live"} in reply["changes"]


def test_a_bundle_compared_with_itself_is_exit_0(bundle):
    run = ctl("diff", bundle, bundle)
    assert (run.returncode, run.stdout, run.stderr) == (0, "no difference\n", "")
    assert ctl_json("diff", bundle, bundle)["changes"] == []


def test_a_broken_side_is_exit_3_with_its_findings(bundle, tmp_path):
    write_tree(tmp_path / "bad", {"schemas/arena.yaml": SCHEMA, "a.yaml": "kind: Arena\nname: keep\nplayer_hp: 0\n"})
    run = ctl("diff", bundle, tmp_path / "bad")
    assert run.returncode == 3 and "a.yaml:3:12: error: player_hp" in run.stderr
    assert ctl_json("diff", bundle, tmp_path / "bad", code=3)["valid"] is False


def test_without_a_daemon_the_second_side_is_missing(bundle):
    run = ctl("diff", bundle)
    assert run.returncode == 5 and run.stdout == "" and "gamectl: error: " in run.stderr


def complete(line, cwd):
    """What bash offers at the end of the line, by sourcing the script in bash."""
    script = """
source <("$GAMECTL" completion bash)
PATH="$(dirname "$GAMECTL"):$PATH"
COMP_LINE=$1 COMP_POINT=${#1}
read -ra COMP_WORDS <<< "${1//=/ = }"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_gamectl
printf '%s\\n' "${COMPREPLY[@]}"
"""
    run = subprocess.run(["bash", "-c", script, "bash", line], cwd=cwd, capture_output=True, text=True,
                         env={**environment(), "GAMECTL": str(GAMECTL)})
    assert run.returncode == 0 and run.stderr == "", run.stderr
    return run.stdout.split()


@pytest.mark.parametrize("line,offered", [
    ("gamectl vali", ["validate"]),
    ("gamectl comp", ["completion"]),
    ("gamectl schema ", ["export"]),
    ("gamectl completion ", ["bash", "zsh", "fish"]),
    ("gamectl validate . --max-f", ["--max-findings", "--max-file"]),
    ("gamectl validate . -o ", ["table", "json", "yaml"]),
    ("gamectl validate . --output=j", ["json"]),
    ("gamectl validate --color ne", ["never"]),
    ("gamectl help exi", ["exit-codes"]),
    ("gamectl explain Are", ["Arena"]),
    ("gamectl explain Arena.", ["Arena.player_hp", "Arena.warmup", "Arena.waves", "Arena.loot", "Arena.limits"]),
    ("gamectl explain Arena.waves.b", ["Arena.waves.boss"]),
    ("gamectl explain Arena/", ["Arena/keep"]),
    ("gamectl init A", ["Arena"]),
    ("gamectl frobnicate ", []),
])
def test_bash_completes(bundle, line, offered):
    got = complete(line, bundle)
    if offered and offered[0].startswith("--"):
        assert set(offered) == set(got)
    else:
        assert got == offered


def test_bash_completes_files_where_a_path_belongs(bundle):
    assert complete("gamectl validate ar", bundle) == ["arenas"]
    assert complete("gamectl explain --bundle s", bundle) == ["schemas"]


def test_completion_scripts_are_valid_shell():
    for shell in ("bash",):
        run = subprocess.run([shell, "-n"], input=ctl("completion", shell).stdout, text=True, capture_output=True)
        assert run.returncode == 0, run.stderr
    assert ctl("completion", "zsh").stdout.startswith("#compdef gamectl\n")
    assert "complete -c gamectl" in ctl("completion", "fish").stdout


def test_built_in_kinds_are_known_without_bundle_and_daemon(tmp_path):
    out = ctl("explain", "Server.watch", cwd=tmp_path).stdout
    assert out.startswith("Server.watch  string\n") and "default   off" in out
    run = ctl("explain", "Arena.waves", cwd=tmp_path)
    assert run.returncode == 7 and "--bundle PATH" in run.stderr and "--socket PATH" in run.stderr


def test_a_socket_of_the_environment_without_a_daemon_is_a_warning(tmp_path):
    env = {**environment(), "GAMESRV_SOCKET": str(tmp_path / "none")}
    run = subprocess.run([str(GAMECTL), "explain", "Server.watch"], cwd=tmp_path, env=env, capture_output=True,
                         text=True)
    assert run.returncode == 0 and run.stdout.startswith("Server.watch  string\n")
    assert run.stderr.startswith("gamectl: warning: no gamesrvd answers on ") and run.stderr.count("\n") == 1
    run = subprocess.run([str(GAMECTL), "explain", "Server.watch", "--socket", str(tmp_path / "none")], cwd=tmp_path,
                         env=env, capture_output=True, text=True)
    assert run.returncode == 5 and run.stdout == ""
