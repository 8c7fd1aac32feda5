"""Reads every #include: a folder may include only what lies on a lower floor (docs/architecture.md)."""
import pathlib
import re

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]

# Longest prefix wins. Same floor, other folder: not allowed, unless listed in BESIDE.
FLOORS = {
    "lib/base": 0,
    "lib/conf": 1,
    "lib/conf/rules": 1,
    "schemas": 2,
    "lib/wire": 2,
    "lib/http": 2,
    "lib/admin": 3,
    "gamesrvd/loop": 4,
    "gamesrvd/obs": 4,
    "gamesrvd/store": 5,
    "gamesrvd/config": 6,
    "gamesrvd/rooms": 7,
    "gamesrvd/match": 8,
    "gamesrvd/net": 9,
    "gamesrvd/drain": 10,
    "gamesrvd/control": 11,
    "gamesrvd": 12,
    "gamectl": 12,
    "gamebot": 12,
}
BESIDE = {("lib/conf", "lib/conf/rules"), ("lib/conf/rules", "lib/conf"), ("gamesrvd/obs", "gamesrvd/loop")}
PROGRAMS = {"gamesrvd", "gamectl", "gamebot"}
SEARCH = ["", "lib", "schemas"]  # where a quoted include is looked for, besides its own folder
GENERATED = {"schemas/builtin.h": "schemas", "game.pb-c.h": "lib/wire", "wire/names.h": "lib/wire"}


def folder_of(path: str) -> str:
    if path in GENERATED:
        return GENERATED[path]
    hits = [f for f in FLOORS if path.startswith(f + "/")]
    assert hits, f"{path}: no floor is named for this folder; add it to docs/architecture.md and here"
    return max(hits, key=len)


def sources():
    for root in ("lib", "schemas", "gamesrvd", "gamectl", "gamebot"):
        yield from sorted((TOP / root).rglob("*.[ch]"))


def resolve(file: pathlib.Path, name: str) -> str:
    if name in GENERATED:
        return name
    for base in [file.parent, file.parent.parent, *(TOP / s for s in SEARCH)]:
        if (base / name).is_file():
            return (base / name).resolve().relative_to(TOP).as_posix()
    raise AssertionError(f"{file.relative_to(TOP)}: cannot find \"{name}\"")


def includes(file: pathlib.Path):
    for number, line in enumerate(file.read_text().splitlines(), 1):
        hit = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
        if hit:
            yield number, hit.group(1)


def complaint(mine: str, theirs: str):
    if mine == theirs or (mine, theirs) in BESIDE:
        return None
    if theirs.split("/")[0] in PROGRAMS and theirs.split("/")[0] != mine.split("/")[0]:
        return "a program includes only lib/ and its own folder"
    if FLOORS[theirs] >= FLOORS[mine]:
        return f"floor {FLOORS[mine]} includes floor {FLOORS[theirs]}"
    return None


def test_every_include_goes_down_the_floors():
    wrong = []
    for file in sources():
        path = file.relative_to(TOP).as_posix()
        for number, name in includes(file):
            problem = complaint(folder_of(path), folder_of(resolve(file, name)))
            if problem:
                wrong.append(f"{path}:{number}: {name}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("mine,theirs,allowed", [
    ("lib/base", "lib/conf", False),
    ("gamesrvd/store", "gamesrvd/config", False),
    ("gamesrvd/config", "gamesrvd/store", True),
    ("gamectl", "gamesrvd/control", False),
    ("gamectl", "lib/admin", True),
])
def test_the_lint_itself_can_fail(mine, theirs, allowed):
    assert (complaint(mine, theirs) is None) == allowed
