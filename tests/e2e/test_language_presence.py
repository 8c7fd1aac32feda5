"""Presence: absent, null and written; defaults; omitempty; what a field asks of others."""
import pytest

from language import Table, case

S = "schema: Kind\nfields:\n{}structs:\n  S:\n{}"


def nested(top, inner):
    lines = "".join
    return S.format(lines(f"  {x}\n" for x in top.split("\n")), lines(f"    {x}\n" for x in inner.split("\n")))


T = Table([
    # required, explicit, defaults
    case("required: absent, at the document's first key", 'a: int `validate:"required"`\nb: int', {"a.yaml": "«kind»: Kind\nname: a\nb: 1\n"},
         ("required", ".a", "required")),
    case("required: absent in a struct, at its first key", nested("s: S", 'x: int `validate:"required"`\ny: int'), "s:\n  «y»: 1\n",
         ("required", ".s.x")),
    case("required: absent in an empty struct, at its {}", nested("s: S", 'x: int `validate:"required"`'), "s: «{}»\n", ("required", ".s.x")),
    case("required: absent in a struct that is absent", nested("s: S\nn: int", 'x: int `validate:"required"`'), "n: 1\n"),
    case("required: struct absent", nested('s: S `validate:"required"`', 'x: int'), {"a.yaml": "«kind»: Kind\nname: a\n"}, ("required", ".s")),
    case("required: several, all told", 'a: int `validate:"required"`\nb: int `validate:"required"`\nc: int',
         {"a.yaml": "««kind»»: Kind\nname: a\nc: 1\n"}, ("required", ".a"), ("required", ".b")),
    case("required: false, 0 and nothing in quotes satisfy it", 'a: bool `validate:"required"`\nb: int `validate:"required"`\n'
         'c: string `validate:"required"`\nd: list[int] `validate:"required"`\ne: map[string]int `validate:"required"`',
         'a: false\nb: 0\nc: ""\nd: []\ne: {}\n'),
    case("required: nothing behind the key of a type without ? is null, once", 'a: int `validate:"required"`', "«a»:\n", ("null", ".a")),
    case("required: a value that does not fit is there", 'a: int `validate:"required,min=5"`', "a: «x»", ("type", ".a")),
    case("required with default: a warning", 'a: «int `validate:"required" default:"5"`»', "", ("redundant-required", None, "explicit")),
    case("required with default: a null may still fail", 'a: int? `validate:"required" default:"5"`', "a: «~»", ("required", ".a", "null")),
    case("explicit: a default does not count", 'a: int `validate:"explicit" default:"5"`', {"a.yaml": "«kind»: Kind\nname: a\n"},
         ("explicit", ".a")),
    case("explicit: written", 'a: int `validate:"explicit" default:"5"`', "a: 5"),
    case("explicit: a written null is written", 'a: int? `validate:"explicit"`', "a: null"),
    case("value rules: absent", 'a: int `validate:"min=5"`\nb: string `validate:"email"`\nc: list[int] `validate:"min=1"`', ""),
    case("value rules: 0, false and an empty text are checked", 'a: int `validate:"min=5"`\nb: string `validate:"min=1"`\nc: list[int] `validate:"min=1"`\n'
         'd: map[string]int `validate:"min=1"`\ne: bool `validate:"eq=true"`', 'a: «0»\nb: «""»\nc: «[]»\nd: «{}»\ne: «false»\n',
         ("min", ".a", "0", "5"), ("min", ".b"), ("min", ".c"), ("min", ".d"), ("eq", ".e")),
    # omitempty
    case("omitempty: null, nothing, [] and {}", 'a: string? `validate:"omitempty,email"`\nb: string `validate:"omitempty,email"`\n'
         'c: list[int] `validate:"omitempty,min=2"`\nd: map[string]int `validate:"omitempty,min=2"`', 'a: null\nb: ""\nc: []\nd: {}\n'),
    case("omitempty: a written 0 or false is checked", 'a: int `validate:"omitempty,min=5"`\nb: bool `validate:"omitempty,eq=true"`\n'
         'c: duration `validate:"omitempty,min=1s"`\nd: float `validate:"omitempty,gt=0"`',
         "a: «0»\nb: «false»\nc: «0s»\nd: «0»\n", ("min", ".a"), ("eq", ".b"), ("min", ".c"), ("gt", ".d")),
    case("omitempty: what is not empty is checked", 'a: string `validate:"omitempty,email"`', "a: «x»", ("email", ".a")),
    case("omitempty: a blank text is not empty", 'a: string `validate:"omitempty,notblank"`', 'a: «" "»', ("notblank", ".a")),
    case("omitempty: order does not matter", 'a: string `validate:"email,omitempty"`', 'a: ""'),
    case("omitempty never disarms required_if", 'm: string\na: string? `validate:"omitempty,required_if=m on"`', "m: on\na: «null»",
         ("required_if", ".a")),
    case("omitempty never disarms required", 'a: string? `validate:"omitempty,required"`', "a: «~»", ("required", ".a")),
    case("omitempty never disarms excluded_if", 'm: string\na: string `validate:"omitempty,excluded_if=m on"`', 'm: on\na: «""»',
         ("excluded_if", ".a")),
    # required_if and its kin
    case("required_if: fires", 'mode: string\nport: int `validate:"required_if=mode tcp"`', {"a.yaml": "«kind»: Kind\nname: a\nmode: tcp\n"},
         ("required_if", ".port", "mode", "tcp")),
    case("required_if: other value", 'mode: string\nport: int `validate:"required_if=mode tcp"`', "mode: unix"),
    case("required_if: absent other", 'mode: string\nport: int `validate:"required_if=mode tcp"`', ""),
    case("required_if: the default counts", 'mode: string `default:"tcp"`\nport: int `validate:"required_if=mode tcp"`',
         {"a.yaml": "«kind»: Kind\nname: a\n"}, ("required_if", ".port")),
    case("required_if: pairs are ANDed", 'a: string\nb: int\nc: int `validate:"required_if=a x b 1"`', "a: x\nb: 2"),
    case("required_if: pairs are ANDed, all hold", 'a: string\nb: int\nc: int `validate:"required_if=a x b 1"`',
         {"a.yaml": "«kind»: Kind\nname: a\na: x\nb: 1\n"}, ("required_if", ".c")),
    case("required_if: repeated is OR", 'a: string\nb: int\nc: int `validate:"required_if=a x,required_if=b 1"`',
         {"a.yaml": "«kind»: Kind\nname: a\na: y\nb: 1\n"}, ("required_if", ".c", "b")),
    case("required_if: bool, duration, quoted text", "a: bool\nb: duration\nc: string\nd: int `validate:\"required_if=a true b 90s c 'x y'\"`",
         {"a.yaml": "«kind»: Kind\nname: a\na: true\nb: 1m30s\nc: x y\n"}, ("required_if", ".d")),
    case("required_if: parent and root", nested("mode: string\ns: S", 'p: int `validate:"required_if=../mode tcp"`\nq: int `validate:"required_if=/mode tcp"`\nz: int'),
         "mode: tcp\ns:\n  ««z»»: 1\n", ("required_if", ".s.p"), ("required_if", ".s.q")),
    case("required_if: an empty text", "a: string\nb: int `validate:\"required_if=a ''\"`", {"a.yaml": "«kind»: Kind\nname: a\na: \"\"\n"},
         ("required_if", ".b")),
    case("required_unless: fires", 'mode: string\nport: int `validate:"required_unless=mode unix"`', {"a.yaml": "«kind»: Kind\nname: a\nmode: tcp\n"},
         ("required_unless", ".port")),
    case("required_unless: spared", 'mode: string\nport: int `validate:"required_unless=mode unix"`', "mode: unix"),
    case("required_unless: absent other fires", 'mode: string\nport: int `validate:"required_unless=mode unix"`', {"a.yaml": "«kind»: Kind\nname: a\n"},
         ("required_unless", ".port")),
    case("required_with: any", 'a: int\nb: int\nc: int `validate:"required_with=a b"`', {"a.yaml": "«kind»: Kind\nname: a\nb: 1\n"}, ("required_with", ".c")),
    case("required_with: none", 'a: int\nb: int\nc: int `validate:"required_with=a b"`', ""),
    case("required_with: null is not there", 'a: int?\nc: int `validate:"required_with=a"`', "a: null"),
    case("required_with: a default is there", 'a: int `default:"5"`\nc: int `validate:"required_with=a"`', {"a.yaml": "«kind»: Kind\nname: a\n"},
         ("required_with", ".c")),
    case("required_with_all: all", 'a: int\nb: int\nc: int `validate:"required_with_all=a b"`', {"a.yaml": "«kind»: Kind\nname: a\na: 1\nb: 1\n"},
         ("required_with_all", ".c")),
    case("required_with_all: one", 'a: int\nb: int\nc: int `validate:"required_with_all=a b"`', "a: 1"),
    case("required_without: any is missing", 'a: int\nb: int\nc: int `validate:"required_without=a b"`', {"a.yaml": "«kind»: Kind\nname: a\na: 1\n"},
         ("required_without", ".c")),
    case("required_without: none is missing", 'a: int\nb: int\nc: int `validate:"required_without=a b"`', "a: 1\nb: 1"),
    case("required_without_all: all are missing", 'a: int\nb: int\nc: int `validate:"required_without_all=a b"`', {"a.yaml": "«kind»: Kind\nname: a\n"},
         ("required_without_all", ".c")),
    case("required_without_all: one is there", 'a: int\nb: int\nc: int `validate:"required_without_all=a b"`', "b: 1"),
    case("one of two, both forms", 'a: int `validate:"required_without=b"`\nb: int `validate:"required_without=a,excluded_with=a"`', {"a.yaml": "««kind»»: Kind\nname: a\n"},
         ("required_without", ".a"), ("required_without", ".b")),
    # excluded
    case("excluded_if: at the value", 'm: string\na: int `validate:"excluded_if=m off"`', "m: off\na: «5»", ("excluded_if", ".a", "m", "off")),
    case("excluded_if: spared", 'm: string\na: int `validate:"excluded_if=m off"`', "m: on\na: 5"),
    case("excluded_if: a default does not count as written", 'm: string\na: int `default:"5" validate:"excluded_if=m off"`', "m: off"),
    case("excluded_if: written null is not there", 'm: string\na: int? `validate:"excluded_if=m off"`', "m: off\na: null"),
    case("excluded_unless", 'm: string\na: int `validate:"excluded_unless=m on"`', "m: off\na: «5»", ("excluded_unless", ".a")),
    case("excluded_unless: other absent", 'm: string\na: int `validate:"excluded_unless=m on"`', "a: «5»", ("excluded_unless", ".a")),
    case("excluded_with", 'a: int\nb: int `validate:"excluded_with=a"`', "a: 1\nb: «2»", ("excluded_with", ".b", "a")),
    case("excluded_with: the other's default is a value", 'a: int `default:"1"`\nb: int `validate:"excluded_with=a"`', "b: «2»", ("excluded_with", ".b")),
    case("excluded_without", 'a: int\nb: int `validate:"excluded_without=a"`', "b: «2»", ("excluded_without", ".b", "a")),
    case("excluded_without: a default is there", 'a: int `default:"1"`\nb: int `validate:"excluded_without=a"`', "b: 2"),
    case("excluded: 0 and false are there", 'a: int\nb: int `validate:"excluded_with=a"`\nc: bool `validate:"excluded_with=a"`',
         "a: 0\nb: «0»\nc: «false»", ("excluded_with", ".b"), ("excluded_with", ".c")),
    # presence and lists
    case("presence in structs of lists", nested("w: list[S]", 'x: int `validate:"required"`\ny: int'), "w:\n  - x: 1\n  - «y»: 1\n  - «{}»\n",
         ("required", ".w[1].x"), ("required", ".w[2].x")),
    case("presence in structs of maps", nested("w: map[string]S", 'x: int `validate:"required"`\ny: int'), "w:\n  a: {x: 1}\n  b: {«y»: 1}\n",
         ("required", ".w.b.x")),
    case("presence: a null struct is not asked", nested("s: S?", 'x: int `validate:"required"`'), "s: null"),
    case("all rules of all fields in one run", 'a: int `validate:"required,min=5"`\nb: string `validate:"min=3,email,lowercase"`', "a: «1»\nb: «««A»»»",
         ("min", ".a"), ("email", ".b"), ("lowercase", ".b"), ("min", ".b")),
    # defaults
    case("defaults first, then checks between fields", 'lo: int `default:"1"`\nhi: int `validate:"gtfield=lo"`', "hi: «1»", ("gtfield", ".hi", "lo")),
    case("a default against what was written", 'lo: int\nhi: int `default:"5" validate:"gtfield=lo"`', {"a.yaml": "«kind»: Kind\nname: a\nlo: 9\n"},
         ("gtfield", ".hi", "lo", "5", "9")),
    case("a default that refers to nothing", 'r: ref[Kind] `default:"b"`', {"a.yaml": "«kind»: Kind\nname: a\n"}, ("ref", ".r", "Kind/b")),
])


@pytest.mark.parametrize("c", T.cases, ids=repr)
def test_presence(c):
    T.check(c)
