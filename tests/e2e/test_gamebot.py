"""gamebot against a small server that errs on request: it must find out, and say so with its exit code."""
import json
import pathlib
import signal
import subprocess

import pytest

from ctl import BIN
from fake_server import FakeServer
from gamesrv import environment, until

GAMEBOT = pathlib.Path(BIN) / "gamebot"


def scenario(tmp_path, *more, behaviour="chatter", bots=20, rate=40, name="test.yaml", group=(), **fields):
    lines = ["kind: Scenario", "name: test", "ramp: 100ms", *(f"{k}: {v}" for k, v in {"duration": "800ms", "settle": "5s",
             **fields}.items()), "groups:", "  - title: all", f"    behaviour: {behaviour}", f"    bots: {bots}",
             f"    rate: {rate}", "    room_size: 5", *(f"    {line}" for line in group), *more, ""]
    (tmp_path / name).write_text("\n".join(lines))
    return tmp_path / name


def gamebot(*args, timeout=120, **kw):
    return subprocess.run([str(GAMEBOT), *map(str, args)], capture_output=True, text=True, timeout=timeout,
                          env=environment(), **kw)


def play(path, server, *args, code=0):
    run = gamebot("run", path, "--connect", server.url, "-o", "json", *args)
    assert run.returncode == code, (run.returncode, run.stdout, run.stderr)
    return json.loads(run.stdout)


def test_a_server_without_faults_passes_and_everything_is_counted(tmp_path):
    with FakeServer() as server:
        report = play(scenario(tmp_path), server)
    counts = report["counts"]
    assert report["passed"] and counts["joins"] == 20 and counts["rooms"] == 4
    said = counts["sent"] - 20  # of the commands were JOIN
    assert report["latencies"]["echo"]["count"] == said
    assert 0 < report["rates"]["sent"] * report["seconds"] <= counts["sent"]
    assert report["latencies"]["delivery"]["count"] == counts["delivered"] - said > 2 * said


@pytest.mark.parametrize("fault,check", [
    ("lose", "lost"), ("double", "duplicated"), ("misroute", "misrouted"), ("corrupt", "misrouted"), ("gap", "gaps"),
    ("double-frame", "duplicated"), ("one-room", "misrouted"), ("back", "config_broken"),
])
def test_a_server_that_errs_is_found_out(tmp_path, fault, check):
    with FakeServer(fault) as server:
        report = play(scenario(tmp_path), server, code=1)
    assert report["counts"][check] > 0 and not report["passed"]


def test_refused_commands_are_no_lost_ones(tmp_path):
    with FakeServer("refuse") as server:
        report = play(scenario(tmp_path, bots=1), server)
    assert report["counts"]["refused"] > 0 and report["counts"]["lost"] == 0


def test_a_resumer_comes_back_every_time_with_nothing_lost(tmp_path):
    with FakeServer() as server:
        report = play(scenario(tmp_path, behaviour="resumer", duration="60s", group=["cuts: 5", "cut_every: 60ms", "away: 20ms"]),
                      server)
    counts = report["counts"]
    assert counts["reconnects"] == counts["resumed"] == 100 and report["end"] == "done" and counts["sessions"] == 20


@pytest.mark.parametrize("fault,check", [("gone", "sessions_lost"), ("lying-welcome", "lost")])
def test_a_resume_that_goes_wrong_is_found_out(tmp_path, fault, check):
    with FakeServer(fault) as server:
        report = play(scenario(tmp_path, behaviour="resumer", bots=5, group=["cuts: 2", "cut_every: 100ms"]), server, code=1)
    assert report["counts"][check] > 0


def test_chaos_delays_and_cuts_and_nothing_is_lost(tmp_path):
    chaos = ["chaos:", "  bad:", "    up: {delay: 30ms, jitter: 10ms}",
             "    down: {delay: 30ms, stall_every: 300ms, stall: 50ms, rate: 64KiB}", "    cut_every: 500ms"]
    with FakeServer() as server:
        report = play(scenario(tmp_path, *chaos, duration="2s", group=["line: bad"]), server)
    assert report["latencies"]["echo"]["p50_ms"] >= 60
    assert report["counts"]["lines_cut"] > 10 and report["counts"]["resumed"] > 10


def test_an_invariant_of_the_configuration_is_checked(tmp_path):
    invariant = ["invariants:", "  - {kind: Pair, document: x, fields: [a, nested.b], sum: 100}"]
    path = scenario(tmp_path, *invariant)
    with FakeServer() as server:
        assert play(path, server)["counts"]["config_frames"] == 40
    with FakeServer(sum=101) as server:
        assert play(path, server, code=1)["counts"]["config_broken"] == 40


def test_thresholds_decide(tmp_path):
    path = scenario(tmp_path, "thresholds: [echo p50 < 10s, joins == 20, delivered rate >= 1/s]")
    with FakeServer() as server:
        assert all(t["holds"] for t in play(path, server)["thresholds"])
    path = scenario(tmp_path, "thresholds: [echo p50 < 1us]")
    with FakeServer() as server:
        assert not play(path, server, code=1)["thresholds"][0]["holds"]
    path = scenario(tmp_path, "thresholds: [lost <= 1000000]")
    with FakeServer("lose") as server:
        assert play(path, server)["counts"]["lost"] > 0  # what a threshold names is its own affair


def test_the_same_seed_gives_the_same_play(tmp_path):
    def said(seed):
        with FakeServer() as server:
            play(scenario(tmp_path, bots=3, rate=5), server, "--seed", seed, "-d", "500ms")
            return server.relayed
    assert said(7) == said(7)


def test_the_text_report_names_what_was_missed(tmp_path):
    with FakeServer("lose") as server:
        run = gamebot("run", scenario(tmp_path), "--connect", server.url)
    assert run.returncode == 1
    assert "FAIL  lost == 0: " in run.stdout and "echo " in run.stdout and run.stdout.endswith("failed: 1 missed\n")
    assert "gamebot: lost: bot" in run.stderr


def test_interrupted_it_gives_the_report_so_far(tmp_path):
    with FakeServer() as server:
        child = subprocess.Popen([str(GAMEBOT), "run", str(scenario(tmp_path, duration="10m")), "--connect", server.url, "-o",
                                  "json"], stdout=subprocess.PIPE, env=environment())
        until("bots to talk", lambda: server.relayed >= 100 or child.poll() is not None)
        child.send_signal(signal.SIGINT)
        out = child.communicate(timeout=60)[0]
    assert child.returncode == 0 and json.loads(out)["end"] == "interrupted"


def test_nobody_there_is_exit_5(tmp_path):
    run = gamebot("run", scenario(tmp_path), "--connect", "tcp://127.0.0.1:1")
    assert (run.returncode, run.stdout) == (5, "") and "no answer" in run.stderr


def test_a_server_that_never_greets_is_exit_6(tmp_path):
    import socket
    with socket.create_server(("127.0.0.1", 0)) as mute:
        run = gamebot("run", scenario(tmp_path, ready_within="1s"), "--connect", f"tcp://127.0.0.1:{mute.getsockname()[1]}")
    assert run.returncode == 6 and "not all bots got into their rooms in time" in run.stdout


def test_mistakes_in_a_scenario_are_shown_where_they_stand(tmp_path):
    path = scenario(tmp_path, "thresholds: [ecko p99 < 5ms, echo < 5ms, echo p99 < 5]", "chaos: {bad: {share: 5%}}",
                    behaviour="chater", group=["line: bat"])
    run = gamebot("check", path)
    assert run.returncode == 3
    assert run.stderr.count("^\n") >= 5
    for words in ('no behaviour is called "chater" [behaviour]', "did you mean chatter?", "did you mean bad?",
                  'no metric is called "ecko" [threshold]', "did you mean echo?", "does not say what of the latency is meant",
                  '"5" is no bound for this'):
        assert words in run.stderr, run.stderr


def test_a_scenario_the_schema_refuses_is_exit_3(tmp_path):
    run = gamebot("check", scenario(tmp_path, bots=0, group=["rat: 7"]))
    assert run.returncode == 3 and "did you mean rate?" in run.stderr and "[min]" in run.stderr


def test_every_scenario_of_the_examples_is_valid():
    paths = sorted((pathlib.Path(__file__).resolve().parents[2] / "examples/bots").glob("*.yaml"))
    assert paths
    for path in paths:
        assert gamebot("check", path).returncode == 0, path


@pytest.mark.parametrize("args,words", [
    (("rum", "x"), "did you mean gamebot run?"), (("run",), "needs a SCENARIO"), (("run", "a", "b"), "one word too many"),
    (("run", "x", "--bot", "5"), "did you mean --bots?"), (("run", "x", "-n", "many"), "no whole number"),
    (("run", "x", "-o", "xml"), "none of text|json"), (("run", "x", "-d", "5"), "write 30s"), (("run", "x", "-n"), "needs a value"),
    (("run", "nowhere.yaml"), "No such file"), (("help", "nothing"), "no help on"),
])
def test_wrong_usage_is_exit_2_with_the_way_out(args, words):
    run = gamebot(*args)
    assert run.returncode == 2 and words in run.stderr, run.stderr


def test_help_and_manual_list_every_behaviour_and_metric():
    page = gamebot("help", "--man").stdout
    for topic in ("behaviours", "misdeeds", "metrics"):
        assert gamebot("help", topic).returncode == 0
    for word in ("chatter", "resumer", "lockstep", "rogue", "misdeeds_unpunished", "EXIT STATUS"):
        assert word in page
    man = subprocess.run(["man", "-l", "--warnings", "-"], input=page, capture_output=True, text=True,
                         env={**environment(), "MANPAGER": "cat", "MANWIDTH": "100"})
    assert man.returncode == 0 and "warning" not in man.stderr, man.stderr
