"""Every case of the tables against a daemon; and the page that says where the library deviates."""
import re

import pytest

from cases_frames import FRAMES
from cases_framing import WS
from cases_upgrade import RAW
from ctl import TOP
from player import play_server
from talk import run

CASES = [*RAW, *WS, *FRAMES]
DEADLINES = {"usual": {}, "hasty": {"handshake": "300ms", "hello": "400ms"}}


@pytest.fixture(scope="module")
def servers():
    made = {}

    def server(name):
        if name not in made:
            made[name] = play_server(players={"origins": ['"https://game.example"'], "rate": 100000, "burst": 100000, **DEADLINES[name]})
        return made[name]

    yield server
    for s in made.values():
        s.daemon.close()


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_case(servers, case):
    run(case, servers(case.server).address("tcp" if case.over == "tcp" else "ws"))


def test_there_are_cases_enough_and_each_has_a_name_of_its_own():
    names = [c.name for c in CASES]
    assert len(names) == len(set(names)) >= 150


def test_the_page_lists_the_deviations_and_no_others():
    page = (TOP / "docs/conformance.md").read_text()
    rows = re.findall(r"(?m)^\| ((?:`[a-z0-9-]+` ?)+)\|", page)
    assert {name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)} == {c.name for c in CASES if c.deviates}
