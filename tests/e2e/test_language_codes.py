"""The tables leave nothing out: every code of the manual and every rule has a case that shows it, and no other code is given."""
import re

from ctl import TOP
from test_language_sameness import TABLES

ELSEWHERE = {"in-use", "unreadable", "js-int", "ignored-file", "too-large", "dev-auth",
             "listen-address"}  # not about one document; they have tests of their own
HELPERS = {"dive", "keys", "endkeys", "omitempty", "opaque"}  # rules without findings


def codes_of_the_manual():
    section = (TOP / "docs/config-language.md").read_text().split("### Codes\n")[1].split("\n## ")[0]
    return {code for row in re.findall(r"(?m)^\| (`.*?) \|", section) for code in re.findall(r"`([a-z-]+)`", row)}


def rules():
    return {f.stem.removeprefix("rule_") for f in (TOP / "lib/conf/rules").glob("rule_*.c")} - HELPERS


def shown():
    return {f["code"] for t in TABLES.values() for c in t.cases for f in t.answer(c)}


def test_every_code_is_in_the_manual():
    assert shown() - codes_of_the_manual() - rules() == set()


def test_every_code_of_the_manual_has_a_case():
    assert codes_of_the_manual() - shown() - ELSEWHERE == set()


def test_every_rule_has_a_case():
    assert rules() - shown() == set()
