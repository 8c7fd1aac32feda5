"""Wrong usage of all kinds, help, and where output goes: gamectl without a daemon."""
import errno
import json
import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest

from ctl import GAMECTL, ctl, ctl_json, environment


def test_alone_it_shows_every_verb_in_groups():
    run = ctl()
    assert run.returncode == 0 and run.stderr == ""
    assert "Write configuration (no daemon needed)" in run.stdout
    assert re.search(r"^  validate \[PATH\] +Check a bundle", run.stdout, re.M)
    assert "__complete" not in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 100


@pytest.mark.parametrize("args,message,hint", [
    (["validat", "."], 'unknown verb "validat"', "did you mean gamectl validate?"),
    (["schema", "exprot"], 'unknown verb "schema"', "did you mean gamectl schema export?"),
    (["frobnicate"], 'unknown verb "frobnicate"', "gamectl help lists all verbs"),
    (["validate"], "validate: missing path", "gamectl validate . checks the bundle here"),
    (["validate", "a", "b"], 'validate: "b" is one word too many', "see gamectl help validate"),
    (["validate", ".", "--max-finding", "3"], "validate has no option --max-finding", "did you mean --max-findings?"),
    (["validate", ".", "-q"], "validate: unknown option -q", "see gamectl help validate"),
    (["validate", ".", "--threads"], "--threads needs a value: --threads N", "see gamectl help validate"),
    (["validate", ".", "--threads", "two"], '--threads takes a whole number, not "two"', "see gamectl help validate"),
    (["validate", ".", "--max-file", "1"], '--max-file takes a size such as 64KiB or 16MiB, not "1"',
     "see gamectl help validate"),
    (["validate", ".", "-o", "jsno"], "-o jsno: validate prints as table, json, yaml", "did you mean -o json?"),
    (["validate", ".", "-o", "csv"], "-o csv: validate prints as table, json, yaml", "see gamectl help validate"),
    (["validate", "no-such"], "no-such: No such file or directory",
     "name the directory of a bundle; . is the one you are in"),
    (["help", "valdate"], 'no help on "valdate"', "did you mean gamectl help validate?"),
    (["completion", "bahs"], 'completion: shell is one of bash|zsh|fish, not "bahs"', "did you mean bash?"),
    (["validate", ""], ": No such file or directory", "name the directory of a bundle; . is the one you are in"),
    (["init", "Arena"], "init: missing name", "see gamectl help init"),
])
def test_wrong_usage_is_exit_2_with_a_way_out(args, message, hint, tmp_path):
    run = ctl(*args, cwd=tmp_path)
    assert run.stdout == ""
    assert run.stderr == f"gamectl: error: {message}\n  {hint}\n"
    assert run.returncode == 2
    if "-o" not in args and args[0] not in ("help", "completion"):
        run = ctl("-o", "json", *args, cwd=tmp_path)
        error = json.loads(run.stdout)["error"]
        assert (error["code"], error["message"], error["hint"], error["exit_code"]) == ("usage", message, hint, 2)


def test_every_verb_has_help_by_word_and_by_option():
    verbs = re.findall(r"^  ([a-z]+(?: export)?)(?: +[A-Z\[].*)?$", ctl().stdout.split("\n\n", 2)[2], re.M)
    assert len(verbs) >= 8
    for verb in verbs:
        by_word, by_option = ctl("help", *verb.split()), ctl(*verb.split(), "--help")
        assert by_word.returncode == by_option.returncode == 0
        assert by_word.stdout == by_option.stdout == ctl(*verb.split(), "-h").stdout
        assert by_word.stdout.startswith(f"gamectl {verb}") and "Exit codes" in by_word.stdout
        assert max(map(len, by_word.stdout.splitlines())) <= 110


def test_help_knows_its_chapters():
    for name in ("exit-codes", "output", "things"):
        assert ctl("help", name).returncode == 0
    assert "  6  a deadline passed" in ctl("help", "exit-codes").stdout


def test_version_by_verb_and_option():
    assert ctl("--version").stdout == ctl("version").stdout
    assert re.match(r"gamectl \d+\.\d+\.\d+ \(built-in kinds [0-9a-f]{12}\)\n", ctl("version").stdout)
    assert len(ctl_json("version")["builtin_fingerprint"]) == 64


def test_the_manual_page_is_clean_roff():
    man = ctl("help", "--man").stdout
    assert ".SS \"gamectl validate [PATH] [options]\"" in man.replace("\\-", "-")
    run = subprocess.run(["man", "--warnings", "-l", "-E", "UTF-8", "-"], input=man, text=True, capture_output=True,
                         env={**environment(), "MANWIDTH": "100"})
    assert run.returncode == 0 and run.stderr == ""
    assert "EXIT STATUS" in run.stdout and "gamectl validate [PATH] [options]" in run.stdout


def test_a_full_disk_is_exit_9_with_a_message():
    with open("/dev/full", "w") as full:
        run = ctl("help", "output", stdout=full)
    assert run.returncode == 9
    assert run.stderr == "gamectl: error: cannot write to standard output: No space left on device\n"


def test_closed_standard_output_is_exit_9():
    run = subprocess.run(["sh", "-c", f"exec '{GAMECTL}' version >&-"], env=environment(), capture_output=True, text=True)
    assert run.returncode == 9 and "cannot write to standard output: Bad file descriptor" in run.stderr


def test_a_reader_that_left_is_no_error():
    run = subprocess.run(["bash", "-c", f"'{GAMECTL}' help --man | true; exit ${{PIPESTATUS[0]}}"], env=environment(),
                         capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_hostile_bytes_on_the_command_line_do_not_reach_the_terminal(tmp_path):
    run = subprocess.run([GAMECTL, b"validate", b"\x1b[31m\xff\x07"], env=environment(), capture_output=True)
    assert run.returncode == 2
    assert run.stderr.startswith(b"gamectl: error: \\x1B[31m\\xFF\\x07: No such file")
    run = subprocess.run([GAMECTL, b"validate", b"\xff", b"-o", b"json"], env=environment(), capture_output=True)
    assert json.loads(run.stdout)["error"]["message"] == "\\xFF: No such file or directory"


class Terminal:
    """gamectl with standard output and error on one pseudo terminal."""

    def __init__(self, *args, **env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(GAMECTL, [str(GAMECTL), *map(str, args)], {**environment(), **env})
        self.seen = b""

    def read(self, until=None, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until in self.seen):
            if not select.select([self.fd], [], [], 0.1)[0]:
                continue
            try:
                more = os.read(self.fd, 65536)
            except OSError as e:
                assert e.errno == errno.EIO
                break
            if not more:
                break
            self.seen += more
        return self.seen.decode()

    def end(self):
        self.read()
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return status


def test_colour_on_a_terminal_only_and_no_color_obeyed():
    on_terminal = Terminal()
    on_terminal.end()
    assert b"\x1b[1mgamectl\x1b[0m" in on_terminal.seen
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = Terminal(**env)
        plain.end()
        assert b"\x1b" not in plain.seen
    assert "\x1b" not in ctl().stdout
    assert "\x1b[1m" in ctl("help", "version", "--color", "always").stdout or "\x1b[1m" in ctl("--color=always").stdout


def test_ctrl_c_ends_it_as_the_shell_expects(tmp_path):
    out_r, out_w = os.pipe()
    filler = b"x" * 65536
    os.set_blocking(out_w, False)
    try:
        while True:
            os.write(out_w, filler)
    except BlockingIOError:
        pass
    os.set_blocking(out_w, True)
    run = subprocess.Popen([GAMECTL, "help", "--man"], stdout=out_w, stderr=subprocess.PIPE, env=environment())
    time.sleep(0.3)
    assert run.poll() is None
    run.send_signal(signal.SIGINT)
    assert run.wait(10) == -signal.SIGINT
    assert run.stderr.read() == b""
    os.close(out_r)
    os.close(out_w)


def test_half_a_verb_names_the_whole():
    assert "did you mean gamectl schema export?" in ctl("schema").stderr


def test_a_directory_without_yaml_is_told(tmp_path):
    run = ctl("validate", tmp_path)
    assert run.returncode == 0 and "holds no .yaml files" in run.stderr
