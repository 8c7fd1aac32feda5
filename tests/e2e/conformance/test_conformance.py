"""Every case of the tables against a daemon; and the page that says where the library deviates."""
import os
import re

import pytest

from cases_frames import FRAMES
from cases_framing import WS
from cases_upgrade import RAW
from ctl import TOP
from player import play_server
from talk import Case, head, run, ws

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
