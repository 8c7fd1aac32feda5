"""Tables of the configuration language: schema and document in, exact findings out, through the real binary.

    case("an int above its bound", 'hp: int `validate:"max=9"`', "hp: «10»",
         ("max", ".hp", "10 is above the maximum 9"))

«» mark what the findings point at, from the first to the last place; they are no part of the text. A finding is
(code, path, parts of message and hint...); a path that begins with "." belongs to Kind/a. A place that no mark can
show is given as (line, column, end_line, end_column) in the finding.

All cases of a table are one bundle, so a table costs one run. For that `Kind` and `Mate` are replaced by names of the
case's own, of the same length; a case that would change what is said about others is `solo`. The usual heads are put in
front: `schema: Kind` with `fields:`, `kind: Kind` with `name: a`; a case with other files than a.yaml, or without that
head, gives {path: text}.
"""
import json
import re
import subprocess
import tempfile

from ctl import GAMECTL, environment, write_tree

HEAD = "kind: Kind\nname: a\n"
SCHEMA_HEAD = "schema: Kind\nfields:\n"


WARNINGS = {"deprecated", "redundant-required", "version-text", "js-int", "ignored-file", "similar-key"}


class Case:
    def __init__(self, name, schema, doc, *wants, twins=True, solo=False):
        self.name, self.wants, self.twins, self.solo = name, wants, twins, solo
        self.files = {}
        if schema is not None:
            self.files["schemas/{}.yaml"] = schema if re.search("«?schema»?:", schema) else SCHEMA_HEAD + indented(schema)
        if isinstance(doc, dict):
            self.files.update({"{}/" + name: text for name, text in doc.items()})
        elif doc is not None:
            self.files["{}/a.yaml"] = HEAD.encode() + doc if isinstance(doc, bytes) else HEAD + doc

    def __repr__(self):
        return self.name


def indented(text):
    return "".join("  " + line if line.strip() else line for line in text.splitlines(keepends=True))


def case(*args, **kw):
    return Case(*args, **kw)


def marks(text):
    """The text without «», and the places they stood around, by their beginnings."""
    out, line, column, opened, places = [], 1, 1, [], []
    for c in text:
        if c == "«":
            places.append(None)
            opened.append((len(places) - 1, line, column))
        elif c == "»":
            i, l, k = opened.pop()
            places[i] = (l, k, line, column)
        else:
            out.append(c)
            line, column = (line + 1, 1) if c == "\n" else (line, column + 1)
    assert not opened, text
    return "".join(out), places


class Table:
    """One bundle made of many cases, and what the binary says about each."""

    def __init__(self, cases):
        assert len({c.name for c in cases}) == len(cases), "two cases of one name"
        self.cases = cases
        self.names = {f"{i:03}": c for i, c in enumerate(cases)}
        self.number = {c: n for n, c in self.names.items()}
        self.places = {}
        self.answers = {}

    def tree(self, twist=lambda data: data, solo=None):
        """The files of all cases that may lie together, or of one that may not."""
        files = {}
        for number, c in self.names.items():
            if c is not (solo or c) or c.solo != bool(solo):
                continue
            for name, text in c.files.items():
                name = name.format("c" + number)
                if not isinstance(text, bytes):
                    text, self.places[name] = marks(text)
                    text = text.encode("utf-8", "surrogateescape")
                text = own(text, number)
                files[name] = twist(text) if c.twins else text
        return files

    def run(self, twist=lambda data: data, options=(), env=None):
        """{case: its findings}, in the order of the files' names."""
        found = {c: [] for c in self.cases}
        for solo in [None, *(c for c in self.cases if c.solo)]:
            for f in findings_of(self.tree(twist, solo), *options, env=env):
                c = self.names[re.search(r"c(\d{3})", f["file"])[1]]
                found[c].append({k: v if k == "file" else shared(v, self.number[c]) for k, v in f.items()})
        return found

    def answer(self, c):
        if not self.answers:
            self.answers = self.run()
        return self.answers[c]

    def check(self, c):
        findings = self.answer(c)
        told = "\n".join(show(f) for f in findings)
        wants = list(c.wants)
        assert [f["code"] for f in findings] == [w[0] for w in wants], told
        for name in sorted(n.format("c" + self.number[c]) for n in c.files):
            of_file = [f for f in findings if f["file"] == name]
            places = list(self.places.get(name, ()))
            for f in of_file:
                want = wants.pop(0)
                place = next((w for w in want if isinstance(w, tuple)), None) or (places.pop(0) if places else None)
                assert (f["code"], f["severity"]) == (want[0], "warning" if want[0] in WARNINGS else "error"), told
                path = want[1] if want[1] is None or not want[1].startswith(".") else "Kind/a" + want[1]
                assert f["path"] == path, told
                here = tuple(f[k] for k in ("line", "column", "end_line", "end_column")) if f["line"] else None
                assert here == place, f"it should be at {place}:\n{told}"
                said = f["message"] + "\n" + (f["hint"] or "")
                for part in want[2:]:
                    assert isinstance(part, tuple) or part in said, f"no {part!r} in:\n{told}"
            assert not places, f"nothing at {places}:\n{told}"
        assert not wants, told


def own(text, number):
    return re.sub(rb"\b(Kind|Mate)\b", lambda m: m[0][:1] + number.encode(), text)


def shared(value, number):
    if isinstance(value, str):
        return re.sub(rf"\b([KM]){number}\b", lambda m: {"K": "Kind", "M": "Mate"}[m[1]], value)
    return value


def show(f):
    return (f"{f['file']}:{f['line']}:{f['column']}-{f['end_line']}:{f['end_column']} [{f['code']}] {f['path']}: "
            f"{f['message']} | {f['hint']}")


def validate(top, *options, env=None):
    run = subprocess.run([str(GAMECTL), "validate", str(top), "-o", "json", "--max-findings", "0", *options],
                         stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=env or environment())
    assert run.returncode in (0, 3), (run.returncode, run.stdout[-2000:], run.stderr[-2000:])
    reply = json.loads(run.stdout)
    assert reply["valid"] is (run.returncode == 0) and reply["total"] == len(reply["findings"])
    return reply


def findings_of(files, *options, **kw):
    """Of a bundle of one's own."""
    with tempfile.TemporaryDirectory(prefix="lang-") as top:
        return validate(write_tree(top, files), *options, **kw)["findings"]


TWINS = {"byte-order mark": lambda data: b"\xef\xbb\xbf" + data,
         "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
         "lone CR": lambda data: data.replace(b"\n", b"\r")}
