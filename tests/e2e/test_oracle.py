"""An independent oracle: ajv with the exported JSON Schema must agree with gamectl validate on thousands of generated
documents, for the rules that JSON Schema can express. The generator makes schemas from those rules, and documents that
are right, nearly right, and wrong; what both judges are asked is only: valid or not."""
import hashlib
import json
import os
import random
import shutil
import subprocess

import pytest

from ctl import BIN, TOP, ctl, ctl_json, write_tree

ORACLE = TOP / "tests/oracle"
KINDS, DOCUMENTS = 12, 300  # 3,600 a seed
SEEDS = [int(s) for s in os.environ.get("GAMESRV_SEEDS", "20261 20262").split()]


@pytest.fixture(scope="session")
def judge():
    """node_modules in the build directory, made again when the lock file changes."""
    digest = hashlib.sha256((ORACLE / "package-lock.json").read_bytes()).hexdigest()[:12]
    home = (TOP / BIN).resolve().parent / f"oracle-{digest}"
    if not (home / "ready").is_file():
        home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ORACLE / name, home)
        run = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=home, capture_output=True,
                             text=True, timeout=300)
        assert run.returncode == 0, run.stderr
        (home / "ready").touch()
    shutil.copy(ORACLE / "judge.mjs", home)

    def verdicts(schema_file, documents):
        run = subprocess.run(["node", "judge.mjs", str(schema_file)], cwd=home, capture_output=True, text=True, timeout=300,
                             input="".join(json.dumps(d) + "\n" for d in documents))
        assert run.returncode == 0, run.stderr
        return [json.loads(line) for line in run.stdout.splitlines()]

    return verdicts


# A field: its line of schema, and a way to make a value. Most values are right by the generator's own lights, so that whole
# documents pass often enough; the others lie next to a bound, or are of another type altogether.
WORDS = ["", "a", "ab", "frost", "fret", "Frost9", "ice-king", "fire-fly", "abc7", "naïve", "日本語", "🐉🐉", "x y", "UPPER",
         "lower", " ", "0xff", "ff09", "#a0b1c2", "#fff", "yeti"]
RIGHT, NEAR = 0.93, 0.98


class Field:
    def __init__(self, tag, make):
        self.tag, self.make = tag, make


def chooser(right, near, wild):
    right = list(right) or near

    def make(r):
        dice = r.random()
        return r.choice(right if dice < RIGHT else near if dice < NEAR else wild)
    return make


def integer(r):
    bits = r.choice(["int", "int8", "int16", "int32", "uint8", "uint16", "uint32"])
    low, high = {"int": (-2**53 + 1, 2**53 - 1), "int8": (-128, 127), "int16": (-32768, 32767), "int32": (-2**31, 2**31 - 1),
                 "uint8": (0, 255), "uint16": (0, 65535), "uint32": (0, 2**32 - 1)}[bits]
    a = r.randint(max(low, -100), 50)
    b = a + r.randint(2, 60)
    rules, right = r.choice([
        ([], lambda v: True), ([f"min={a}"], lambda v: v >= a), ([f"max={b}"], lambda v: v <= b),
        ([f"min={a}", f"max={b}"], lambda v: a <= v <= b), ([f"gt={a}"], lambda v: v > a), ([f"lt={b}"], lambda v: v < b),
        ([f"gte={a}", f"lt={b}"], lambda v: a <= v < b), ([f"oneof={a} {b}"], lambda v: v in (a, b)),
        ([f"eq={b}"], lambda v: v == b), ([f"ne={a}"], lambda v: v != a), ([f"noneof={a} {b}"], lambda v: v not in (a, b))])
    near = [a - 1, a, a + 1, b - 1, b, b + 1]
    wild = [low, high, low - 1, high + 1, 0, 1.5, "12", True, None, [], {}]
    return bits, rules, chooser([v for v in near if low <= v <= high and right(v)], near, wild)


def number(r):
    a = r.randint(-20, 20) / 4
    b = a + r.randint(3, 20) / 4
    rules, right = r.choice([
        ([], lambda v: True), ([f"min={a}"], lambda v: v >= a), ([f"gt={a}", f"lt={b}"], lambda v: a < v < b),
        ([f"gte={a}", f"lte={b}"], lambda v: a <= v <= b), ([f"max={b}"], lambda v: v <= b)])
    near = [a, b, (a + b) / 2, a - 0.25, b + 0.25, int(a), int(b)]
    return "float", rules, chooser(filter(right, near), near, ["1.5", False, None, [1.5], 1e30, -1e-9, 0])


HEX = set("0123456789abcdefABCDEF")
TEXT_RULES = [
    ([], lambda v: True), (["min=2"], lambda v: len(v) >= 2), (["max=5"], lambda v: len(v) <= 5), (["len=4"], lambda v: len(v) == 4),
    (["min=1", "max=6"], lambda v: 1 <= len(v) <= 6), (["oneof=yeti frost lower"], lambda v: v in ("yeti", "frost", "lower")),
    (["eq=yeti"], lambda v: v == "yeti"), (["ne=yeti"], lambda v: v != "yeti"),
    (["noneof=yeti frost"], lambda v: v not in ("yeti", "frost")), (["alpha"], lambda v: v.isascii() and v.isalpha()),
    (["alphanum"], lambda v: v.isascii() and v.isalnum()), (["notblank"], lambda v: v.strip()), (["ascii"], str.isascii), (["printascii"], str.isascii),
    (["startswith=fr"], lambda v: v.startswith("fr")), (["endswith=t"], lambda v: v.endswith("t")),
    (["contains=e"], lambda v: "e" in v), (["excludes=o"], lambda v: "o" not in v),
    (["hexcolor"], lambda v: v.startswith("#")), (["hexadecimal"], lambda v: v and set(v) <= HEX),
    (["pattern='[a-z]+[0-9]?'"], lambda v: v.isascii() and v.isalpha() and v.islower()),
    (["pattern='(ice|fire)-[a-z]{2,4}'"], lambda v: v in ("ice-king", "fire-fly")),
    (["hexcolor|oneof=yeti frost"], lambda v: v in ("yeti", "frost", "#a0b1c2")),
    (["min=3", "alpha|hexcolor"], lambda v: v in ("frost", "UPPER", "#a0b1c2", "lower")),
    (["omitempty", "min=3"], lambda v: v == "" or len(v) >= 3)]


def text(r):
    rules, right = r.choice(TEXT_RULES)
    return "string", rules, chooser(filter(right, WORDS), WORDS, [5, True, None, ["a"], {"a": "b"}])


def boolean(r):
    rules = r.choice([[], ["eq=true"]])
    return "bool", rules, chooser([True] if rules else [True, False], [True, False], ["true", 0, None, "no"])


UNITS = [("duration", ["10s", "1m30s", "0s", "1.5s", "500ms", "2h"], ["10", "ten", 10, "1e3s", "", None, "s", "5 s"]),
         ("size", ["4KiB", "0B", "1GiB"], ["1KB", "x", 4096, "-1B", None, ""]),
         ("percent", ["12.5%", "0%", "100%"], ["12", 12.5, "%", None, []]),
         ("time", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.25+02:00"], ["2026-01-02", "now", 1767225600, None])]


def united(r):
    name, right, wrong = r.choice(UNITS)
    return name, [], chooser(right, right + wrong, wrong)


def scalar(r):
    return r.choice([integer, number, text, text, boolean, united])(r)


def listing(r):
    type_, rules, make = scalar(r)
    own, counts = r.choice([([], [0, 1, 3]), (["min=1"], [1, 2]), (["max=3"], [0, 3]), (["len=2"], [2]),
                            (["min=1", "max=4"], [1, 4]), (["unique"], [0, 1, 1, 2])])
    if own == ["unique"] and type_ in [u[0] for u in UNITS]:
        own = []  # 1m and 60s are the same: JSON Schema cannot see it
    count, wild = chooser(counts, [0, 1, 2, 3, 4, 5], [1]), chooser([None], [None], ["x", 3, {}, None])
    null = r.random() < 0.2
    nested = own + (["dive", *rules] if rules else [])
    return (f"list[{type_}{'?' if null else ''}]", nested,
            lambda r: [make(r) for _ in range(count(r))] if r.random() < NEAR else wild(r))


def mapping(r):
    type_, rules, make = scalar(r)
    every = ["a", "ab", "frost", "ice-king", "x-note", "Frost9", "日本語"]
    keys, right = r.choice([([], every), (["keys", "alphanum", "endkeys"], ["a", "ab", "frost", "Frost9"]),
                            (["keys", "max=5", "endkeys"], ["a", "ab", "frost", "日本語"]),
                            (["keys", "oneof=ab frost", "endkeys"], ["ab", "frost"])])
    own, counts = r.choice([([], [0, 1, 2]), (["min=1"], [1, 2]), (["max=2"], [0, 2])])
    behind = ["dive", *keys, *rules] if keys or rules else []
    count = chooser(counts, [0, 1, 2, 3], [1])

    def make_map(r):
        if r.random() > NEAR:
            return r.choice(["x", 3, []])
        names = right if r.random() < RIGHT else every
        return {k: make(r) for k in r.sample(names, min(count(r), len(names)))}
    return f"map[string]{type_}", own + behind, make_map


def field(r, structs, depth=0):
    choice = r.random()
    if choice < 0.6:
        type_, rules, make = scalar(r)
    elif choice < 0.75:
        type_, rules, make = listing(r)
    elif choice < 0.87 or depth == 2:
        type_, rules, make = mapping(r)
    else:
        name = f"S{len(structs)}"
        structs[name] = None  # its place, before the structs it holds
        inner = {f"f{i}": field(r, structs, depth + 1) for i in range(r.randint(1, 4))}
        structs[name] = inner
        if r.random() < 0.5:
            type_, rules, make = name, [], lambda r: record(r, inner) if r.random() < NEAR else r.choice(["x", [], None])
        else:
            type_, rules = f"list[{name}]", r.choice([[], ["max=2"], ["min=1"]])
            make = lambda r: [record(r, inner) for _ in range(r.choice([1, 1, 2, 3]))] if r.random() < NEAR else {}
    if r.random() < 0.15:
        type_ += "?"
    if r.random() < 0.5:
        rules = ["required", *rules]
    return Field(f"{type_}" + (f"  `validate:\"{','.join(rules)}\"`" if rules else ""), make)


def record(r, fields):
    out = {}
    for name, f in fields.items():
        if r.random() < 0.97:
            out[name] = f.make(r)
        elif r.random() < 0.3:
            out[name] = None
    if r.random() < 0.03:
        out[r.choice(["fo", "f99", "x-note", "F0"])] = r.choice([1, "x", None, {}])
    return out


def kind(r, name):
    structs = {}
    fields = {f"f{i}": field(r, structs) for i in range(r.randint(2, 5))}
    lines = [f"schema: {name}", "fields:"] + [f"  {n}: {f.tag}" for n, f in fields.items()]
    if structs:
        lines.append("structs:")
        for s, inner in structs.items():
            lines += [f"  {s}:"] + [f"    {n}: {f.tag}" for n, f in inner.items()]
    return "\n".join(lines) + "\n", fields


@pytest.mark.parametrize("seed", SEEDS)
def test_ajv_agrees_with_validate(judge, tmp_path, seed):
    r = random.Random(seed)
    files, documents = {}, {}
    for k in range(KINDS):
        name = f"Kind{k}"
        files[f"schemas/{name.lower()}.yaml"], fields = kind(r, name)
        for d in range(DOCUMENTS):
            document = {"kind": name, "name": f"d{d}", **record(r, fields)}
            documents[f"{name.lower()}/d{d:04}.yaml"] = document
    # JSON is YAML: both judges read the same bytes.
    files.update({path: json.dumps(d, ensure_ascii=False) + "\n" for path, d in documents.items()})
    write_tree(tmp_path / "bundle", files)

    run = ctl("validate", tmp_path / "bundle", "-o", "json", "--max-findings", 0)
    findings = json.loads(run.stdout)["findings"]
    broken = [f for f in findings if f["file"] and f["file"].startswith("schemas/") and f["severity"] == "error"]
    assert not broken, broken[:3]
    ours = {}
    for f in findings:
        if f["severity"] == "error":
            ours.setdefault(f["file"], f"{f['path']}: {f['message']} [{f['code']}]")

    export = ctl("schema", "export", "--format", "json-schema", "--bundle", tmp_path / "bundle", "--out", tmp_path / "schema.json")
    assert export.returncode == 0, export.stderr
    theirs = dict(zip(documents, judge(tmp_path / "schema.json", documents.values())))

    apart = [f"{path}: gamectl says {ours.get(path, 'valid')!r}, ajv says {theirs[path] or 'valid'!r}\n  {json.dumps(d)}"
             for path, d in documents.items() if (path in ours) != (theirs[path] is not None)]
    valid = sum(path not in ours for path in documents)
    assert len(documents) // 10 < valid < len(documents) * 9 // 10, f"{valid} of {len(documents)} valid: a lopsided generator"
    assert not apart, f"{len(apart)} of {len(documents)} apart:\n" + "\n".join(apart[:12])


def test_the_example_passes_both(judge, tmp_path):
    export = ctl("schema", "export", "--format", "json-schema", "--bundle", TOP / "examples/arena", "--out", tmp_path / "s.json")
    assert export.returncode == 0, export.stderr
    name = "frozen-keep"
    document = ctl_json("explain", f"Arena/{name}", "--bundle", TOP / "examples/arena")["document"]
    assert judge(tmp_path / "s.json", [{"kind": "Arena", "name": name, **document}]) == [None]
    assert judge(tmp_path / "s.json", [{"kind": "Arena", "name": name, **document, "player_hp": 0}])[0] is not None
