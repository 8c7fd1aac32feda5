"""Rules: each with what passes, what fails, and what is said; levels, alternatives, quotes, references to fields."""
import json

import pytest

from language import Table, case


def texts(rule, good, bad, *parts):
    """A rule on texts: all of `good` pass, each of `bad` is a finding."""
    lines = [f"  - {json.dumps(v, ensure_ascii=False)}\n" for v in good]
    lines += [f"  - «{json.dumps(v, ensure_ascii=False)}»\n" for v in bad]
    code = rule.split("=")[0].split("|")[0]
    return case(f"texts: {rule}", "t: list[string] `validate:\"dive," + rule.replace("\\", "\\\\") + "\"`", "t:\n" + "".join(lines),
                *[(code, f".t[{len(good) + i}]", *parts) for i in range(len(bad))])


W = "schema: Kind\nfields:\n  w: {}\nstructs:\n  S: {{x: int?, y: string?}}\n"
UUID = "a987fbc9-4bed-3078-cf07-9141ba07c9f3"

T = Table([
    # bounds
    case("min and max: the bound itself passes", 'a: int `validate:"min=1,max=9"`\nb: int `validate:"min=1,max=9"`', "a: 1\nb: 9"),
    case("min and max: value and bound in the message", 'a: int `validate:"min=1,max=9"`\nb: int `validate:"min=1,max=9"`', "a: «0»\nb: «10»",
         ("min", ".a", "0 is below the minimum 1"), ("max", ".b", "10 is above the maximum 9")),
    case("gte and lte", 'a: int `validate:"gte=1"`\nb: int `validate:"lte=9"`', "a: «0»\nb: «10»", ("gte", ".a", "0", "1"), ("lte", ".b", "10", "9")),
    case("gt and lt: the bound itself fails", 'a: float `validate:"gt=0,lt=1"`\nb: float `validate:"gt=0,lt=1"`\nc: float `validate:"gt=0,lt=1"`',
         "a: «0»\nb: «1»\nc: 0.5", ("gt", ".a", "0 is not above 0"), ("lt", ".b", "1 is not below 1")),
    case("bounds: negative numbers", 'a: int `validate:"min=-5,max=-1"`\nb: int `validate:"min=-5,max=-1"`', "a: «-6»\nb: «0»", ("min", ".a", "-6", "-5"), ("max", ".b", "-1")),
    case("bounds: the ends of 64 bits", 'a: int `validate:"min=-9223372036854775808,max=9223372036854775807"`\nb: uint64 `validate:"max=18446744073709551614"`',
         "a: 9223372036854775807\nb: «18446744073709551615»", ("max", ".b", "18446744073709551614")),
    case("bounds: hex", 'a: int `validate:"max=0xff"`', "a: «256»", ("max", ".a", "256", "0xff")),
    case("bounds: floats as people write them", 'a: float `validate:"max=0.1"`', "a: «0.30000000000000004»", ("max", ".a", "0.30000000000000004", "0.1")),
    case("bounds: durations compare by length, not by text", 'a: duration `validate:"min=1m,max=2m"`\nb: duration `validate:"min=1m"`\nc: duration `validate:"max=2m"`',
         "a: 90s\nb: «59s»\nc: «120001ms»", ("min", ".b", "59s", "1m"), ("max", ".c", "2m")),
    case("bounds: sizes", 'a: size `validate:"max=1MiB"`\nb: size `validate:"max=1MiB"`', "a: 1024KiB\nb: «1025KiB»", ("max", ".b", "1025KiB", "1MiB")),
    case("bounds: code points of a text", 'a: string `validate:"max=2"`\nb: string `validate:"max=2"`\nc: string `validate:"min=2"`',
         "a: 日本\nb: «日本語»\nc: «😀»", ("max", ".b", "3 characters", "2"), ("min", ".c", "1 character", "2")),
    case("bounds: items and entries", 'a: list[int] `validate:"max=2"`\nb: map[string]int `validate:"min=2"`', "a: «[1, 2, 3]»\nb: «{x: 1}»",
         ("max", ".a", "3 items", "2"), ("min", ".b", "1 entry", "2")),
    case("bounds: a list over lines", 'a: list[int] `validate:"max=1"`\nb: int', "a:\n  «- 1\n  - 2»\nb: 1", ("max", ".a")),
    case("len", 'a: string `validate:"len=3"`\nb: list[int] `validate:"len=3"`\nc: map[string]int `validate:"len=1"`\nd: string `validate:"len=3"`',
         "a: «äö»\nb: «[1]»\nc: «{}»\nd: äöü", ("len", ".a", "2", "3"), ("len", ".b", "1", "3"), ("len", ".c", "0", "1")),
    case("maxbytes", 'a: string `validate:"maxbytes=4"`\nb: string `validate:"maxbytes=4"`\nc: string `validate:"maxbytes=1KiB"`', "a: ää\nb: «äää»\nc: x", ("maxbytes", ".b", "6", "4")),
    # eq, ne, choices
    case("eq and ne by value", 'a: int `validate:"eq=16"`\nb: duration `validate:"eq=1m30s"`\nc: float `validate:"ne=0.5"`\nd: bool `validate:"eq=true"`\ne: string `validate:"ne=x"`\nf: size `validate:"eq=1KiB"`',
         "a: 0x10\nb: 90s\nc: «5e-1»\nd: «false»\ne: «x»\nf: 1024B", ("ne", ".c", "0.5"), ("eq", ".d", "true"), ("ne", ".e", "x")),
    case("eq of counts", 'a: list[int] `validate:"eq=2"`', "a: «[1]»", ("eq", ".a", "2")),
    case("oneof: texts", 'a: string `validate:"oneof=normal hard nightmare"`\nb: string `validate:"oneof=normal hard nightmare"`', "a: hard\nb: «Hard»",
         ("oneof", ".b", "normal", "hard", "nightmare", "did you mean hard?")),
    case("oneof: quoted, with spaces, comma, pipe, equals, quote", "a: list[string] `validate:\"dive,oneof='a b' 'c,d' 'e|f' 'g=h' 'it''s'\"`",
         "a: [a b, 'c,d', e|f, g=h, it's, «a»]", ("oneof", ".a[5]", """is not one of "a b", "c,d", e|f, g=h, it's""")),
    case("oneof: nothing is a choice", "a: string `validate:\"oneof='' b\"`\nc: string `validate:\"oneof='' b\"`", 'a: ""\nc: «x»', ("oneof", ".c", 'is not one of "", b')),
    case("oneof: numbers by value", 'a: int `validate:"oneof=1 2 16"`\nb: int `validate:"oneof=1 2"`\nc: duration `validate:"oneof=1m 2m"`', "a: 0x10\nb: «3»\nc: 60s", ("oneof", ".b", "3", "1, 2")),
    case("noneof", 'a: string `validate:"noneof=admin root"`', "a: «root»", ("noneof", ".a", "root")),
    case("oneofci", 'a: string `validate:"oneofci=red blue"`\nb: string `validate:"oneofci=red blue"`', "a: ReD\nb: «green»", ("oneofci", ".b", "red, blue")),
    case("oneof: 0x2C and 0x7C", 'a: string `validate:"oneof=a0x2Cb c0x7Cd"`\nb: string `validate:"oneof=a0x2Cb"`', "a: c|d\nb: «ab»", ("oneof", ".b", "a,b")),
    # spaces and order
    case("spaces around commas", 'a: int `validate:" min=1 , max=9 "`', "a: «10»", ("max", ".a")),
    case("order of rules does not matter", 'a: int `validate:"max=9,min=1"`\nb: int `validate:"min=1,max=9"`', "a: «0»\nb: «0»", ("min", ".a"), ("min", ".b")),
    # alternatives
    case("a|b: one is enough", 'a: int `validate:"eq=-1|min=5"`\nb: int `validate:"eq=-1|min=5"`', "a: -1\nb: 7"),
    case("a|b: the first one's name, all in the message", 'a: int `validate:"eq=-1|min=5"`', "a: «3»", ("eq", ".a", "3", "eq=-1|min=5")),
    case("a|b|c", 'a: string `validate:"ipv4|ipv6|eq=any,max=50"`\nb: string `validate:"ipv4|ipv6|eq=any"`', "a: ::1\nb: «nothing»", ("ipv4", ".b", "ipv4|ipv6|eq=any")),
    case("a|b with quotes", "a: string `validate:\"eq='a|b'|eq=c\"`\nb: string `validate:\"eq='a|b'|eq=c\"`", "a: a|b\nb: «a»", ("eq", ".b")),
    # dive
    case("dive: container and elements apart", 'a: list[int] `validate:"min=2,dive,min=5"`', "a: [5, «4»]", ("min", ".a[1]", "4", "5")),
    case("dive: the container's own", 'a: list[int] `validate:"min=2,dive,min=5"`', "a: «[«4»]»", ("min", ".a", "1 item"), ("min", ".a[0]", "4")),
    case("dive twice", 'a: list[list[int]] `validate:"dive,max=1,dive,max=3"`', "a: [[1], «[1, «4»]»]", ("max", ".a[1]", "2 items"), ("max", ".a[1][1]", "4")),
    case("keys", 'a: map[string]int `validate:"dive,keys,alphanum,max=3,endkeys,gt=0"`', "a: {abc: 1, «a-b»: 2, «abcd»: «0»}",
         ("alphanum", '.a.a-b', "a-b"), ("max", ".a.abcd", "4 characters"), ("gt", ".a.abcd", "0")),
    case("keys: oneof", 'a: map[string]int `validate:"dive,keys,oneof=x y,endkeys"`', "a: {x: 1, «z»: 2}", ("oneof", ".a.z", "x, y")),
    case("keys only", 'a: map[string]list[int] `validate:"dive,keys,lowercase,endkeys,min=1,dive,max=5"`', "a: {«A»: [1], b: «[]», c: [«6»]}",
         ("lowercase", ".a.A"), ("min", ".a.b"), ("max", ".a.c[0]")),
    case("structs in lists and maps are always checked", "schema: Kind\nfields:\n  l: list[S]\n  m: map[string]S\nstructs:\n  S: {x: 'int `validate:\"max=5\"`'}\n",
         "l: [{x: «6»}]\nm: {k: {x: «7»}}", ("max", ".l[0].x"), ("max", ".m.k.x")),
    case("dive and nullable elements", 'a: list[int?] `validate:"dive,required,min=5"`', "a: [«null», «4», 5]", ("required", ".a[0]"), ("min", ".a[1]")),
    case("dive and omitempty", 'a: list[string] `validate:"dive,omitempty,email"`', 'a: ["", «x», a@b.co]', ("email", ".a[1]")),
    # unique
    case("unique: the second element, the first in the message", 'a: list[string] `validate:"unique"`', "a: [x, y, «x»]", ("unique", ".a[2]", "x", "[0]")),
    case("unique: by value", 'a: list[duration] `validate:"unique"`\nb: list[int] `validate:"unique"`', "a: [60s, «1m»]\nb: [16, «0x10»]", ("unique", ".a[1]"), ("unique", ".b[1]")),
    case("unique: values of a map", 'a: map[string]int `validate:"unique"`', "a: {x: 1, y: «1»}", ("unique", ".a.y")),
    case("unique: nulls", 'a: list[int?] `validate:"unique"`', "a: [null, 1, «~»]", ("unique", ".a[2]", "null")),
    case("unique: structs", W.format("list[S] `validate:\"unique\"`"), "w: [{x: 1, y: a}, {x: 1, y: b}, «{y: a, x: 1}»]", ("unique", ".w[2]", "[0]")),
    case("unique=Field", W.format("list[S] `validate:\"unique=y\"`"), "w:\n  - {x: 1, y: a}\n  - {x: 1, y: b}\n  - «{x: 2, y: a}»\n  - {x: 3}\n  - {x: 3}",
         ("unique", ".w[2]", "y", '"a"', "[0]")),
    case("unique=Field: a field that is a struct", "schema: Kind\nfields:\n  w: 'list[S] `validate:\"unique=at\"`'\nstructs:\n  S: {at: P}\n  P: {x: int}\n", "w: [{at: {x: 1}}, «{at: {x: 1}}»]",
         ("unique", ".w[1]", "the same at is already at [0]")),
    case("unique=Field in a map", W.format("map[string]S `validate:\"unique=y\"`"), "w: {a: {y: k}, b: «{y: k}»}", ("unique", ".w.b", "y", '"a"')),
    case("unique: more than a few", 'a: list[int] `validate:"unique"`', "a: [" + ", ".join(map(str, range(200))) + ", «77»]", ("unique", ".a[200]", "77", "[77]")),
    # fields
    case("fields: all six", "b: int\n" + "".join(f"a{i}: int `validate:\"{r}=b\"`\n" for i, r in enumerate(("eqfield", "nefield", "gtfield", "gtefield", "ltfield", "ltefield"))),
         "b: 5\na0: «4»\na1: «5»\na2: «5»\na3: «4»\na4: «5»\na5: «6»", ("eqfield", ".a0", "4", "b", "5"), ("nefield", ".a1", "5", "b"), ("gtfield", ".a2", "5", "b"), ("gtefield", ".a3", "4", "b"),
         ("ltfield", ".a4", "5", "b"), ("ltefield", ".a5", "6", "b")),
    case("fields: absent or null others are not compared", "b: int?\nc: int\na: int `validate:\"gtfield=b,gtfield=c\"`\n".replace(",gtfield=c", ""), "b: null\na: 1"),
    case("fields: parent", "schema: Kind\nfields:\n  top: int\n  s: S\nstructs:\n  S: {x: 'int `validate:\"ltfield=../top\"`'}\n", "top: 5\ns: {x: «5»}", ("ltfield", ".s.x", "../top", "5")),
    case("fields: ../ in a list means around the list", "schema: Kind\nfields:\n  top: int\n  s: list[S]\nstructs:\n  S: {x: 'int `validate:\"ltfield=../top\"`'}\n", "top: 5\ns: [{x: 1}, {x: «5»}]", ("ltfield", ".s[1].x")),
    case("fields: root and path", "schema: Kind\nfields:\n  limits: L\n  s: map[string]S\nstructs:\n  L: {max: int}\n  S: {x: 'int `validate:\"ltefield=/limits.max\"`'}\n",
         "limits: {max: 5}\ns: {k: {x: «6»}}", ("ltefield", ".s.k.x", "/limits.max", "5")),
    case("fields: two up", "schema: Kind\nfields:\n  top: int\n  a: A\nstructs:\n  A: {b: B}\n  B: {x: 'int `validate:\"ltfield=../../top\"`'}\n", "top: 5\na: {b: {x: «5»}}", ("ltfield", ".a.b.x")),
    case("fields: down into a struct", "schema: Kind\nfields:\n  s: S\n  x: int `validate:\"gtfield=s.x\"`\nstructs:\n  S: {x: int}\n", "s: {x: 5}\nx: «5»", ("gtfield", ".x", "s.x")),
    case("fields: a wrong other is one mistake", "b: int\na: int `validate:\"gtfield=b\"`", "b: «x»\na: 1", ("type", ".b")),
    case("fields: durations, sizes, times", "b: duration\na: duration `validate:\"gtfield=b\"`\nd: time\nc: time `validate:\"gtfield=d\"`",
         "b: 60s\na: «1m»\nd: 2026-05-01T12:00:00Z\nc: «2026-05-01T14:00:00+02:00»", ("gtfield", ".a", "1m"), ("gtfield", ".c")),
    # texts: as go-playground/validator answers where the name is the same
    texts("alpha", ["abc", "ABC"], ["", "a1", "ä", "a b", "Ж"]),
    texts("alphanum", ["abc", "A1", "1"], ["", "a-1", "ä", "１"]),
    texts("ascii", ["", "abc", "~ !"], ["ä", "日"]),
    texts("printascii", ["", "abc ~"], ["ä", "\t"]),
    texts("lowercase", ["abc", "a-1", "ä", "ß", "日本", "123"], ["", "Abc", "Ä", "Ж", "ǅ"]),
    texts("notblank", ["a", " a "], ["", " ", "\t\n", "\u3000", "\u00a0"]),
    texts("startswith=ab", ["ab", "abc"], ["", "a", "AB", " ab"], "ab"),
    texts("endswith=yz", ["yz", "xyz"], ["", "z", "YZ"], "yz"),
    texts("contains=mm", ["mm", "amma"], ["", "m", "MM"], "mm"),
    texts("excludes=qq", ["", "q"], ["qq", "aqqa"], "qq"),
    texts("hexadecimal", ["ff", "0xff", "0XFF", "00"], ["", "0x", "g"]),
    texts("hexcolor", ["#fff", "#FFF", "#ffff", "#ffffff", "#ffffff80"], ["", "fff", "#ff", "#fffff", "#ggg"]),
    texts("base64", ["aGk=", "AAAA", "aGkh"], ["", "aGk", "aG==x", "-_==", "aG k=", "===="]),
    texts("uuid", [UUID, "00000000-0000-0000-0000-000000000000"], ["", UUID.upper(), UUID.replace("-", ""), "{" + UUID + "}"]),
    texts("semver", ["1.2.3", "1.0.0-alpha.1+build.5", "0.0.0"], ["", "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01"]),
    texts("email", ["a@b.c", "a.b+c@d-e.org", "ä@b.de", "a@ä.de", '"a b"@c.de'], ["", "a", "a@b", "a@b.", "@b.co", "a@", "a..b@c.de", ".a@b.co", "a b@c.de", "a@-b.co", "John <a@b.co>"]),
    texts("hostname", ["ab", "a-b", "ab.cd", "A1"], ["", "a", "a.b", "1a", "a-", "-a", "a_b", "a..b", "a b", "ä"]),
    texts("hostname_port", ["a:1", "a.b:65535", ":80", "1.2.3.4:80"], ["", "a", "a:", "a:0", "a:65536", "a:http", "::1:80", "a:1:2"]),
    texts("fqdn", ["a.b", "a.b.", "a-b.example", "a.b1"], ["", "a", "a.1", "a..b", "-a.b", "a.b c"]),
    texts("ip", ["1.2.3.4", "::1", "::ffff:1.2.3.4"], ["", "1.2.3", "1.2.3.256", "01.2.3.4", "[::1]", "1.2.3.4/8", "fe80::1%eth0"]),
    texts("ipv4", ["1.2.3.4"], ["", "::1", "1.2.3"]),
    texts("ipv6", ["::1", "1:2:3:4:5:6:7:8"], ["", "1.2.3.4", "1::2::3"]),
    texts("cidr", ["1.2.3.4/8", "1.2.3.4/08", "::1/128"], ["", "1.2.3.4", "1.2.3.4/33", "::1/129"]),
    texts("url", ["http://a", "mailto:x@y.z", "ftp://a/b?c#d", "http://[::1]:80/"], ["", "a", "//a", "http://", "http://a b", "://a", "http://%zz"]),
    texts("http_url", ["http://a", "https://a/b", "HTTP://A"], ["", "ftp://a", "http://", "a"]),
    texts("timezone", ["UTC", "Europe/Berlin"], ["", "Local", "Nope/Nope", "../etc/passwd", "europe/berlin"]),
    texts("cron", ["* * * * *", "0 */5 * * 1-5", "@daily", "0 0 1,15 * *"], ["", "* * * *", "61 * * * *", "x * * * *", "@sometimes"]),
    texts("datetime", ["2026-05-01T12:00:00Z"], ["", "2026-05-01", "12:00"]),
    texts("datetime='%Y-%m-%d'", ["2026-05-01", "2024-02-29"], ["", "2026-5-1", "2026-02-30", "2026-05-01x", "01.05.2026"], "%Y-%m-%d"),
    texts("pattern='[A-Z]{2}[0-9]+'", ["AB1", "ZZ999"], ["", "AB", "xAB1", "AB1x", "ab1"], "[A-Z]{2}[0-9]+"),
    case("pattern: the field's example is the way out", "a: string `validate:\"pattern='[A-Z]{2}-[0-9]+'\" example:\"AB-12\"`", "a: «x»", ("pattern", ".a", "for example AB-12")),
    texts("pattern='a|bc'", ["a", "bc"], ["", "ab", "ac", "b"]),
    texts("pattern='.'", ["ä", "日", "😀", "x"], ["", "ab", "e\u0301"]),
    texts("pattern='a{2,3}'", ["aa", "aaa"], ["a", "aaaa"]),
    case("port", 'a: int `validate:"port"`\nb: int `validate:"port"`\nc: string `validate:"port"`', "a: 65535\nb: «0»\nc: «\"65536\"»", ("port", ".b", "0"), ("port", ".c", "65536")),
    # messages never hold control characters, and stay short
    case("messages: a long value is cut", 'a: string `validate:"email"`', "a: «" + "x" * 3000 + "»", ("email", ".a", "xxx...")),
    case("messages: escapes", 'a: string `validate:"max=3"`', 'a: «"a\\tb\\n\\nc"»', ("max", ".a", "\\x09", "6 characters")),
    case("messages: a secret's value is not shown", 'a: string `secret:"true" validate:"email,min=50"`\nb: int `secret:"true"`', "a: ««hunter2»»\nb: «hunter3»",
         ("email", ".a", "the secret"), ("min", ".a", "the secret"), ("type", ".b", "the secret")),
])


@pytest.mark.parametrize("c", T.cases, ids=repr)
def test_rules(c):
    T.check(c)


def test_secrets_are_in_no_finding():
    for c in T.cases:
        for f in T.answer(c):
            assert "hunter" not in f["message"] + (f["hint"] or "")
