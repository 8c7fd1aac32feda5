"""docs/wire.md, proto/game.proto, the golden frames and this suite's own codec say the same."""
import json
import re

import pytest
from google.protobuf import json_format

import frames
from ctl import TOP

PAGE = (TOP / "docs/wire.md").read_text()
GOLDEN = json.loads((TOP / "tests/golden/wire/frames.json").read_text())["frames"]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda g: g["name"])
def test_a_golden_frame_is_what_this_suite_would_write(golden):
    data = bytes.fromhex(golden["hex"])
    frame = frames.decode(data)
    message = json_format.ParseDict(golden["message"], frames.MESSAGES[golden["type"]]())
    assert (frames.NAMES[frame.type], frame.flags, frame.seq) == (golden["type"], golden["flags"], golden["seq"])
    assert frames.unpack(frame) == message
    again = frames.encode(golden["type"], message, golden["seq"], golden["flags"], bytes(range(25)))
    assert frames.unpack(frames.decode(again)) == message
    assert golden["flags"] & frames.ZSTD or again == data


def rows(heading):
    """The cells of the table under a heading."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [[c.strip() for c in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")][2:]


def test_the_page_lists_every_frame_type_with_its_message():
    shown = {int(r[0], 16): (r[1], r[2]) for r in rows("Types")}
    assert shown == {number: (name, frames.MESSAGES[name].DESCRIPTOR.name) for name, number in frames.TYPES.items()}


def test_the_page_lists_a_close_code_for_every_reason():
    shown = {int(r[0]): r[1] for r in rows("The end of a connection") if r[0].isdigit() and int(r[0]) >= 4000}
    assert shown == {4000 + n: name.removeprefix("REASON_").lower() for name, n in frames.pb.Reason.items()}


def test_the_page_lists_every_answer():
    shown = [r[0] for r in rows("HELLO and its answers")]
    assert shown == [name.removeprefix("ANSWER_") for name, n in frames.pb.Answer.items() if n]


def test_every_code_of_an_error_in_the_daemon_is_on_the_page():
    sources = [f.read_text() for d in ("rooms", "net") for f in (TOP / "gamesrvd" / d).glob("*.c")]
    used = {c for text in sources for c in re.findall(r'(?:\[ROOM_\w+\] = |(?:session|member)_error\([^;"]*)"([a-z-]+)"', text)} - {"ok"}
    shown = {c for row in rows("Errors") for c in re.findall(r"`([a-z-]+)`", row[0])}
    assert used <= shown, used - shown
