"""docs/tutorial.md, every command of it, against a real daemon: what the page shows is what a reader sees.

Blocks fenced as ```console are run in order in one shell, in a copy of examples/arena; a line `$ command` is run,
the lines below it are its output (both streams). Times, digests, numbers of processes and the user's name differ
from reader to reader and are compared as placeholders; runs of spaces count as one.
"""
import os
import pathlib
import pwd
import re
import subprocess

import pytest

from ctl import ARENA, GAMECTL, TOP
from online import Daemon, arena_copy

PAGE = TOP / "docs/tutorial.md"
MARK = "--end-of-command--"


def steps(text):
    """[(line number, command, expected output)] of every console block."""
    found, inside = [], False
    for n, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append((n, line[2:], []))
        elif inside and line.startswith("> ") and found and not found[-1][2]:
            found[-1] = (found[-1][0], found[-1][1] + "\n" + line[2:], [])
        elif inside:
            assert found, f"{PAGE.name}:{n}: output before any command"
            found[-1][2].append(line)
    return [(n, command, "\n".join(out)) for n, command, out in found]


def plain(text, arena="", daemon=None):
    """The text with everything that differs from run to run taken out."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    if arena:
        text = text.replace(str(arena), "/srv/arena")
    if daemon:
        text = re.sub(r"option +--listen 127.0.0.1:0 .*\n?", "", text)  # tests' own; see gamesrv.py
        text = text.replace(str(daemon.process.pid), "4711").replace(str(daemon.socket), "/run/gamesrv/gamesrv.sock")
    text = re.sub(rf"\b{re.escape(user)}\b", "anna", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>", text)
    text = re.sub(r"(\d+(ms|s|m|h|d))+ ago|just now", "<ago>", text)
    text = re.sub(r"\b(after|in|up) (\d+(ms|s|m|h|d))+", r"\1 <span>", text)
    text = re.sub(r"\d+(\.\d+)?KiB$", "<size>", text, flags=re.M)
    text = re.sub(r"\b[0-9a-f]{64}\b", "<digest>", text)
    text = re.sub(r"\bon \d+ loops?$", "on <n> loops", text, flags=re.M)
    text = re.sub(r"^option +--listen 127.0.0.1:0 .*\n?", "", text, flags=re.M)  # a port of the test's own
    text = re.sub(r"127\.0\.0\.1:\d+/play", "127.0.0.1:7350/play", text)
    text = re.sub(r"[ \t]+", " ", text)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


class Shell:
    def __init__(self, daemon, cwd):
        env = {**daemon.env(), "PATH": f"{GAMECTL.parent}:{os.environ['PATH']}", "HOME": str(cwd)}
        self.process = subprocess.Popen(["bash", "--norc", "--noprofile"], cwd=cwd, env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, command):
        """Output of the command; $? is there for the next one, as in any shell."""
        self.process.stdin.write(f"{{ {command}\n}} </dev/null; status=$?; echo; echo {MARK}; (exit $status)\n")
        self.process.stdin.flush()
        out = []
        for line in self.process.stdout:
            if line == MARK + "\n":
                return "".join(out)[:-1]
            out.append(line)
        raise AssertionError(f"the shell ended at: {command}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def test_every_command_of_the_tutorial_says_what_the_page_shows(tmp_path):
    arena = arena_copy(tmp_path)
    daemon = Daemon(bundle=arena)
    shell = Shell(daemon, arena)
    wrong = []
    try:
        for n, command, expected in steps(PAGE.read_text()):
            got = shell.run(command)
            if plain(got, arena, daemon) != plain(expected):
                wrong.append(f"{PAGE.name}:{n}: $ {command}\n-- the page shows:\n{expected}\n-- it says:\n{got}")
        assert wrong == [], "\n\n".join(wrong)
    finally:
        shell.close()
        daemon.close()


def test_the_tutorial_shows_no_verb_that_does_not_exist():
    assert not [out for _, _, out in steps(PAGE.read_text()) if "unknown verb" in out or "has no option" in out]


def test_the_tutorial_shows_enough_commands_to_be_a_tutorial():
    verbs = {command.split()[1] for _, command, _ in steps(PAGE.read_text()) if command.startswith("gamectl ")}
    assert {"status", "validate", "explain", "plan", "apply", "confirm", "history", "show", "blame", "rollback",
            "export", "diff", "get", "describe", "init", "pending"} <= verbs


@pytest.mark.parametrize("script", ["quickstart"])
def test_what_scripts_change_in_the_example_is_there(script):
    """sed that finds nothing says nothing."""
    text = (TOP / "scripts" / script).read_text()
    keep = (ARENA / "arenas/frozen-keep.yaml").read_text()
    for old in ("player_hp: 100", "warmup: 10s"):
        assert f"s/^{old}$" in text and re.search(rf"^{old}$", keep, re.M)
