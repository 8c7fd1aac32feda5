"""Schemas: the language's own mistakes, found when the schema loads and told at the field's spec."""
import pytest

from language import Table, case, findings_of


def bad(name, spec, *want, **kw):
    """A field whose spec is wrong: the finding covers the whole spec."""
    return case(name, f"f: «{spec}»\nok: int", None, want, **kw)


def field(rest, **kw):
    return f"f: {rest}\nok: int"


T = Table([
    # forms
    case("short and long form, doc by comment, notes", '# Doc.\na: int `validate:"required,min=1" reload:"live"`\n'
         'b: {type: int, validate: "required,min=1", reload: live, doc: "Hit points: at spawn"}\nx-note: anything\n'
         'c: {type: string, x-why: {a: b}}', "a: 1\nb: 1"),
    case("long form: rules hold", 'b: {type: int, validate: "min=5"}', "b: «1»", ("min", ".b")),
    bad("long form without type", "{validate: required}", "schema-key", None, "type"),
    bad("long form with an unknown tag", "{type: int, valdate: required}", "schema-tag", None, "valdate", "did you mean validate?"),
    bad("unknown tag", 'int `valdate:"required"`', "schema-tag", None, "valdate", "did you mean validate?"),
    bad("tag twice", 'int `reload:"live" reload:"next"`', "schema-tag", None, "reload", "twice"),
    bad("tags without backticks", 'int validate:"min=1"', "schema-tag", None, "backtick"),
    bad("an unclosed backtick", 'int `validate:"min=1"', "schema-tag", None, "backtick"),
    bad("an unclosed quote", 'int `validate:"min=1`', "schema-tag", None, "quote"),
    case("a space in a tag", 'f: int `validate«:» "min=1"`', None, ("yaml", None, "colon")),
    bad("text behind the backtick", 'int `validate:"min=1"` extra', "schema-tag", None, "extra"),
    bad("Go's json tag", 'int `json:"f" validate:"min=1"`', "schema-tag", None, "json"),
    case("tags over two lines", "f: int `validate:\"min=5\"\n    default:\"6\"`", "f: «1»", ("min", ".f")),
    case("a hash in a tag needs the long form", 'f: «int `doc:"a» # b"`\nok: int', None, ("schema-tag", None, "long form")),
    # types
    bad("unknown type", "integer", "schema-type", None, "integer", "did you mean int?"),
    bad("type of another language", "str", "schema-type", None, "did you mean string?"),
    bad("an unsigned int without width", "uint", "schema-type", None, "did you mean uint64?"),
    bad("type in capitals", "Int", "schema-type", None, "int"),
    case("null for a type", "«f»:\nok: int", None, ("schema-type", None)),
    bad("list of what", "list", "schema-type", None, "list["),
    bad("list of nothing", '"list[]"', "schema-type", None),
    bad("list not closed", '"list[int"', "schema-type", None, "]"),
    bad("two brackets too many", '"list[int]]"', "schema-type", None),
    bad("map with other keys", '"map[int]string"', "schema-type", None, "string"),
    bad("map in another style", '"map<string,int>"', "schema-type", None),
    bad("Go's slice", '"[]int"', "schema-type", None, "list[int]"),
    bad("array in another style", '"int[]"', "schema-type", None, "list[int]"),
    bad("ref without kind", "ref", "schema-type", None, "ref["),
    bad("ref to no kind", "ref[Nope]", "schema-type", None, "unknown kind Nope", "schema: Nope"),
    bad("two question marks", "int??", "schema-type", None),
    bad("int of odd width", "int24", "schema-type", None),
    case("all types", "a: bool\nb: int\nc: int8\nd: uint64\ne: float\nf: string\ng: duration\nh: size\ni: percent\nj: time\n"
         "k: ref[Kind]?\nl: list[list[int?]]?\nm: map[string]list[string]\nn: uint8\no: int64", ""),
    case("a struct's name", "schema: Kind\nfields:\n  s: S\n  t: list[S]?\nstructs:\n  S: {x: int}\n", "s: {x: 1}"),
    case("an unknown struct", "schema: Kind\nfields:\n  s: «Wavee»\nstructs:\n  Wave: {x: int}\n", None, ("schema-type", None, "did you mean Wave?")),
    # cycles
    case("a struct in itself", "schema: Kind\nfields:\n  s: S\nstructs:\n  S:\n    x: int\n    s: «S»\n", None, ("schema-cycle", None, "S")),
    case("structs in a ring", "schema: Kind\nfields:\n  a: A\nstructs:\n  A: {b: B}\n  B: {a: «A»}\n", None, ("schema-cycle", None, "?")),
    case("no cycles: lists, maps and null", "schema: Kind\nfields:\n  a: A\nstructs:\n  A:\n    l: list[A]\n    m: map[string]A\n    n: A?\n", "a: {l: [{}], m: {x: {}}, n: {n: null}}"),
    # rules
    bad("unknown rule", 'int `validate:"minn=1"`', "schema-rule", None, "minn", "did you mean min?"),
    bad("empty rule", 'int `validate:"min=1,,max=2"`', "schema-rule", None),
    bad("a rule of Go's that is not here", 'string `validate:"iscolor"`', "schema-rule", None, "iscolor"),
    bad("rule not for the type", 'bool `validate:"min=1"`', "schema-rule", None, "min", "bool"),
    bad("text rule on a number", 'int `validate:"email"`', "schema-rule", None, "email"),
    bad("unique on an int", 'int `validate:"unique"`', "schema-rule", None, "unique"),
    bad("no parameter", 'int `validate:"min"`', "schema-arity", None, "min"),
    bad("an empty parameter", 'int `validate:"min="`', "schema-arity", None, "min"),
    bad("a parameter too many", 'int `validate:"min=1 2"`', "schema-arity", None, "min"),
    bad("a parameter where none belongs", 'int `validate:"required=true"`', "schema-arity", None, "required"),
    bad("a parameter that is no number", 'int `validate:"min=abc"`', "schema-param", None, "abc"),
    bad("a fraction for an int", 'int `validate:"min=1.5"`', "schema-param", None, "1.5"),
    bad("a number for a duration", 'duration `validate:"min=5"`', "schema-param", None, "5s"),
    bad("a unit for an int", 'int `validate:"min=5s"`', "schema-param", None, "5s"),
    bad("a number for a size", 'size `validate:"max=100"`', "schema-param", None, "100B"),
    bad("a number for a percent", 'percent `validate:"max=100"`', "schema-param", None, "100%"),
    bad("a length below zero", 'string `validate:"min=-1"`', "schema-param", None, "-1"),
    bad("a bound beyond the type", 'int8 `validate:"max=300"`', "schema-param", None, "300"),
    bad("min above max", 'int `validate:"min=5,max=1"`', "schema-param", None, "min=5", "max=1"),
    bad("gt equal to lt", 'int `validate:"gt=5,lt=5"`', "schema-param", None),
    bad("min above max for text", 'string `validate:"min=5,max=1"`', "schema-param", None),
    bad("min above max of durations in other units", 'duration `validate:"min=2m,max=90s"`', "schema-param", None),
    bad("gt and lt with no whole number between them", 'int `validate:"gt=5,lt=6"`', "schema-param", None, "gt=5", "lt=6"),
    case("gt and lt with a fraction between them", 'f: float `validate:"gt=5,lt=6"`', "f: 5.5"),
    bad("len outside of min and max", 'string `validate:"len=3,min=5"`', "schema-param", None, "min=5", "len=3"),
    bad("a count below 0", 'list[int] `validate:"lt=0"`', "schema-param", None, "no value can pass it"),
    bad("more than the type holds", 'uint8 `validate:"gt=255"`', "schema-param", None, "no value can pass it"),
    bad("less than the type holds", 'uint8 `validate:"min=-1"`', "schema-param", None, "outside uint8 (0 to 255)"),
    bad("a semicolon between rules", 'int `validate:"min=3;max=5"`', "schema-param", None, "a comma stands between two rules"),
    bad("a colon for an equals sign", 'int `validate:"min:3"`', "schema-rule", None, "write min=3"),
    bad("a comma in a parameter", 'string `validate:"oneof=a,bbbbbbbb"`', "schema-rule", None, "bbbbbbbb", "single quotes"),
    bad("tags behind the backticks", 'int `validate:"min=1"` reload:"live"', "schema-tag", None, "one pair of backticks"),
    case("min equal to max", 'f: int `validate:"min=5,max=5"`', "f: 5"),
    bad("a rule twice", 'int `validate:"min=1,min=2"`', "schema-rule", None, "min", "twice"),
    bad("required twice", 'int `validate:"required,required"`', "schema-rule", None, "required", "twice"),
    case("presence rules may repeat", 'a: int\nf: int `validate:"required_if=a 1,required_if=a 2"`', "a: 3"),
    bad("oneof without a value of the type", 'int `validate:"oneof=1 two"`', "schema-param", None, "two"),
    bad("oneof twice the same", "string `validate:\"oneof=a b a\"`", "schema-param", None, '"a"'),
    bad("a pattern that does not compile", "string `validate:\"pattern='a('\"`", "schema-param", None),
    bad("an unclosed single quote in a parameter", "string `validate:\"oneof='a b\"`", "schema-param", None, "quote"),
    bad("dive on a scalar", 'int `validate:"dive,min=1"`', "schema-rule", None, "dive"),
    bad("keys on a list", '"list[int] `validate:\\"dive,keys,min=1,endkeys\\"`"', "schema-rule", None, "keys"),
    bad("keys without dive", '"map[string]int `validate:\\"keys,min=1,endkeys\\"`"', "schema-rule", None, "keys"),
    bad("keys without endkeys", '"map[string]int `validate:\\"dive,keys,min=1\\"`"', "schema-rule", None, "endkeys"),
    bad("endkeys without keys", '"map[string]int `validate:\\"dive,min=1,endkeys\\"`"', "schema-rule", None, "endkeys"),
    bad("a presence rule inside an alternative", 'int `validate:"min=1|required"`', "schema-rule", None, "required"),
    bad("a presence rule behind dive", '"list[int] `validate:\\"dive,required_if=ok 1\\"`"', "schema-rule", None, "required_if"),
    bad("omitempty in an alternative", 'int `validate:"omitempty|min=1"`', "schema-rule", None),
    case("unique=Field without such a field", "schema: Kind\nfields:\n  f: «list[S] `validate:\"unique=nam\"`»\nstructs:\n  S: {name: string}\n", None,
         ("schema-field", None, "nam", "name")),
    # fields
    bad("a field that is not there", 'int `validate:"gtfield=nope"`', "schema-field", None, "nope"),
    bad("a field's near miss", 'int `validate:"gtfield=okk"`', "schema-field", None, "okk", "did you mean ok?"),
    bad("a parent that is not there", 'int `validate:"gtfield=../ok"`', "schema-field", None),
    bad("a field by Go's name", 'int `validate:"gtfield=Limits.Max"`', "schema-field", None),
    bad("comparing with itself", 'int `validate:"gtfield=f"`', "schema-field", None),
    bad("depending on itself", 'int `validate:"required_with=f"`', "schema-field", None, "itself"),
    bad("depending on its own value", 'int `validate:"excluded_if=f 1"`', "schema-field", None, "itself"),
    case("comparing with the field of its name in the record around", "schema: Kind\nfields:\n  x: int\n  s: S\nstructs:\n  S:\n    x: int `validate:\"gtfield=../x\"`\n    s: S?\n",
         "x: 1\ns: {x: 2, s: {x: 3, s: {x: «3»}}}", ("gtfield", ".s.s.s.x", "../x", "3")),
    case("comparing fields of different types", "s: string\nf: «int `validate:\"gtfield=s\"`»", None, ("schema-field", None, "s")),
    case("comparing an int with a float", "s: float\nf: «int `validate:\"gtfield=s\"`»", None, ("schema-field", None, "s")),
    case("comparing ints of other widths", "s: int8\nf: int `validate:\"gtfield=s\"`", "s: 1\nf: 2"),
    case("required_if with a value that its field cannot have", "m: int\nf: «int `validate:\"required_if=m two\"`»", None, ("schema-param", None, "two")),
    bad("required_if with half a pair", 'int `validate:"required_if=ok"`', "schema-arity", None),
    case("required_if on a list", "l: list[int]\nf: «int `validate:\"required_if=l 1\"`»", None, ("schema-field", None, "l")),
    # tags' values
    bad("reload of a fourth kind", 'int `reload:"later"`', "schema-tag", None, "later", "next"),
    bad("secret of a third kind", 'int `secret:"yes"`', "schema-tag", None, "yes", "true"),
    bad("a default of another type", 'int `default:"abc"`', "schema-default", None, "abc"),
    bad("a default out of range", 'int `validate:"max=5" default:"9"`', "schema-default", None, "9", "5"),
    bad("a default outside the choice", 'string `validate:"oneof=a b" default:"c"`', "schema-default", None, "c"),
    bad("a default outside the machine type", 'int8 `default:"300"`', "schema-default", None, "300"),
    bad("a default without unit", 'duration `default:"10"`', "schema-default", None, "10s"),
    bad("a default for a list", '"list[int] `default:\\"[]\\"`"', "schema-default", None),
    case("a default for a struct", "schema: Kind\nfields:\n  s: «S `default:\"{}\"`»\nstructs:\n  S: {x: int}\n", None, ("schema-default", None)),
    case("defaults that break a rule between them", "lo: int `default:\"9\"`\nhi: «int `default:\"5\" validate:\"gtfield=lo\"`»", None, ("schema-default", None, "lo")),
    bad("required beside a default", 'int `validate:"required" default:"5"`', "redundant-required", None),
    # keys of the schema
    case("a schema without a name", "«schema»:\nfields: {}\n", None, ("schema-key", None, "such as Arena"), solo=True),
    case("a name that is none", "schema: «x y»\nfields: {}\n", None, ("schema-key", None, "such as Arena"), solo=True),
    case("an unknown key", "schema: Kind\n«field»:\n  a: int\nfields:\n  b: int\n", None, ("schema-key", None, "field", "did you mean fields?")),
    case("a field called kind", "«kind»: string\nok: int", None, ("schema-key", None, "kind")),
    case("a field called name", "«name»: string\nok: int", None, ("schema-key", None, "name")),
    case("name and kind in a struct are fine", "schema: Kind\nfields:\n  s: S\nstructs:\n  S: {name: string, kind: string}\n", "s: {name: a, kind: b}"),
    case("field names", "«1a»: int\n«a b»: int\n«ä»: int\n«a.b»: int\n«-a»: int\n_a: int\na-b: int\nA9: int", None,
         *[("schema-key", None)] * 5),
    case("a field twice", "a: int\n«a»: string", None, ("duplicate-key", None, "line 3")),
    case("a struct twice", "schema: Kind\nfields:\n  s: S\nstructs:\n  S: {x: int}\n  «S»: {y: int}\n", None, ("duplicate-key", None)),
    case("a struct named like a type", "schema: Kind\nfields:\n  a: int\nstructs:\n  «string»: {y: int}\n", None, ("schema-duplicate", None)),
    case("fields that are no mapping", "schema: Kind\nfields: «[a]»\n", None, ("schema-key", None, "mapping")),
    case("a schema without fields", "schema: Kind\nfields: {}\n", ""),
    case("an old name that is another field", "a: int\nb: «int `was:\"a\"`»", None, ("schema-tag", None, "a")),
    case("two fields of one old name", "a: int `was:\"z\"`\nb: «int `was:\"z\"`»", None, ("schema-tag", None, "z")),
    # other documents are checked all the same
    case("sound kinds beside a broken one in one file", "schema: Kind\nfields:\n  a: «integer»\n---\nschema: Mate\nfields:\n  b: int\n",
         {"m.yaml": "kind: Mate\nname: m\nb: «x»\n", "k.yaml": "kind: Kind\nname: k\na: x\n"}, ("type", "Mate/m.b"), ("schema-type", None)),
    case("a document under schemas/", "schema: Kind\nfields: {}\n---\n«kind»: Kind\nname: a\n", None, ("schema-key", None, "schema is missing", "belongs beside it")),
    case("a schema outside schemas/", None, {"a.yaml": "«schema»: Kind\nfields: {}\n"}, ("kind", None, "schemas/")),
])


@pytest.mark.parametrize("c", T.cases, ids=repr)
def test_schema(c):
    T.check(c)
