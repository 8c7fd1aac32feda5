"""The bundle on disk: saved the way editors, git and Kubernetes save, and every way it can be broken."""
import os
import pathlib
import shutil
import subprocess
import threading
import time

import pytest

from gamesrv import Daemon, bundle, thing, until


def write(top, files):
    for path, text in files.items():
        file = pathlib.Path(top) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return pathlib.Path(top)


@pytest.fixture
def watched(daemon, tmp_path):
    """A daemon that watches a directory with Thing/a = 1, Thing/b = 2."""
    top = write(tmp_path / "bundle", bundle(a=1, b=2))
    d = daemon("--watch", "auto", bundle=top)
    d.top = top
    d.bundle("in-sync", mechanism="inotify")
    time.sleep(0.6)  # the first two looks are over
    return d


def hp(d, name="a"):
    return d.get(f"/v1/config/Thing/{name}")["spec"]["hp"]


def becomes(d, name, value):
    until(f"Thing/{name} to have hp {value}; {d.status()['bundle']}", lambda: hp(d, name) == value, pause=0.02)


def quiet_for(d, seconds):
    """Nothing happens for a while; gives the revision."""
    before = d.revision()
    time.sleep(seconds)
    assert d.revision() == before
    return before


# ---- Boot ----

def test_the_first_start_takes_the_bundle(daemon, tmp_path):
    top = write(tmp_path / "b", bundle(a=1))
    d = daemon(bundle=top)
    r = d.get("/v1/revisions")["revisions"]
    assert [(x["revision"], x["origin"]) for x in r] == [(1, "boot")] and d.files() == bundle(a=1)
    assert d.bundle("in-sync")["watch"] == "off"


def test_without_a_watch_the_status_looks_at_the_disk_itself(daemon, tmp_path):
    top = write(tmp_path / "b", bundle(a=1))
    d = daemon(bundle=top)
    d.bundle("in-sync", mechanism="none")
    write(top, bundle(a=2))
    b = d.bundle("differs", patience=5)
    assert "1 changed" in b["message"] and b["digest"] == d.status()["drift"]["disk"]
    write(top, bundle(a=0))
    assert "things/a.yaml:3:" in d.bundle("invalid", patience=5)["message"]
    assert "has errors" in d.ctl("status", code=0).stdout
    write(top, bundle(a=1))
    d.bundle("in-sync", patience=5)
    before = d.get("/v1/status")["bundle"]["checked"]
    for _ in range(20):
        d.status()
    assert d.status()["bundle"]["checked"] == before, "who asks often must not make it read often"
    assert [r["revision"] for r in d.get("/v1/revisions")["revisions"]] == [1]


@pytest.mark.parametrize("broken", ["invalid", "missing"])
def test_a_first_start_needs_a_sound_bundle(daemon, tmp_path, broken):
    top = tmp_path / "b"
    if broken == "invalid":
        write(top, bundle(a=0))
    d = daemon(start=False, bundle=top)
    code, said = d.refuses()
    assert code == 3 and ("things/a.yaml:3" in said if broken == "invalid" else str(top) in said), (code, said)
    if broken == "missing":
        write(top, bundle(a=1))
    write(top, bundle(a=1))
    d.start()
    assert d.revision() == 1


def test_later_starts_run_what_was_in_force(daemon, tmp_path):
    top = write(tmp_path / "b", bundle(a=1))
    d = daemon(bundle=top)
    d.apply(bundle(a=5))
    d.stop()
    d.start()
    assert d.files() == bundle(a=5)
    assert d.bundle("differs")["digest"]
    (alarm,) = d.status()["alarms"]
    assert alarm["code"] == "bundle-differs"
    d.stop()
    write(top, bundle(a=0))
    d.start()
    assert d.bundle("invalid")["findings_total"] == 1 and d.files() == bundle(a=5)
    shutil.rmtree(top)
    d.stop()
    d.start()
    d.bundle("missing")
    assert d.status()["alarms"][0]["code"] == "bundle-missing" and d.revision() == 2


def test_strict_boot_does_not_run_what_is_not_on_disk(daemon, tmp_path):
    top = write(tmp_path / "b", bundle(a=1))
    d = daemon("--strict-boot", bundle=top)
    d.apply(bundle(a=5))
    d.stop()
    code, said = d.refuses()
    assert code != 0 and "strict-boot" in said, (code, said)
    write(top, bundle(a=5))
    d.start()
    assert d.bundle("in-sync") and d.revision() == 2


# ---- Ways to save ----

def test_an_editors_save_is_taken(watched):
    """Vim: writes a new file, renames it over; the first save must not make the second invisible."""
    for value in (10, 11, 12):
        file = watched.top / "things/a.yaml"
        (watched.top / "things/4913").write_text("")
        (watched.top / "things/4913").unlink()
        shutil.copy(file, watched.top / "things/a.yaml~")
        (watched.top / "things/.a.yaml.swp").write_text("swap")
        fresh = watched.top / "things/.a.yaml.new"
        fresh.write_text(thing("a", value))
        os.rename(fresh, file)
        becomes(watched, "a", value)
    watched.bundle("in-sync")
    newest = watched.get("/v1/revisions")["revisions"][0]
    assert newest["origin"] == "watch" and "applied as revision" in watched.status()["bundle"]["message"]


def test_an_in_place_save_is_taken(watched):
    for value in (20, 21):
        (watched.top / "things/a.yaml").write_text(thing("a", value))
        becomes(watched, "a", value)


def test_a_slow_writer_is_never_taken_half_done(watched):
    """Every prefix of the file that ends after a document would be a valid bundle, with documents missing."""
    text = "\n---\n".join(thing(f"s{i}", i + 1) for i in range(6)) + "\n"
    with open(watched.top / "things/slow.yaml", "w") as f:
        for piece in text.splitlines(keepends=True):
            f.write(piece)
            f.flush()
            time.sleep(0.3)  # longer than the quiet period
            names = {i["name"] for i in watched.get("/v1/config/Thing")["items"]}
            assert names == {"a", "b"}, names
    until("the whole file", lambda: watched.get("/v1/config/Thing/s5", code=None).get("spec"), pause=0.05)
    assert watched.revision() == 2


def test_new_directories_and_removed_files_are_seen(watched):
    write(watched.top, {"deep/er/and/deeper/c.yaml": thing("c", 3)})
    until("Thing/c", lambda: watched.get("/v1/config/Thing/c", code=None).get("spec"))
    write(watched.top, {"deep/er/and/deeper/c.yaml": thing("c", 4)})
    becomes(watched, "c", 4)
    os.rename(watched.top / "deep/er", watched.top / "moved")
    until("the move", lambda: "moved/and/deeper/c.yaml" in watched.files())
    assert watched.status()["revision"]["changes_total"] == 0
    write(watched.top, {"moved/and/deeper/c.yaml": thing("c", 5)})
    becomes(watched, "c", 5)


def test_a_symlink_swap_is_taken(daemon, tmp_path):
    for n in (1, 2, 3):
        write(tmp_path / f"release-{n}", bundle(a=n))
    current = tmp_path / "current"
    current.symlink_to("release-1")
    d = daemon("--watch", "auto", bundle=current)
    d.bundle("in-sync", mechanism="inotify")
    for n in (2, 3, 1):
        fresh = tmp_path / "fresh"
        fresh.symlink_to(f"release-{n}")
        os.rename(fresh, current)
        becomes(d, "a", n)


def test_the_configmap_layout(daemon, tmp_path):
    """Kubernetes: files are links into ..data, which is a link that is swapped; nothing else moves."""
    top = tmp_path / "volume"

    def publish(n, files):
        stamp = top / f"..2026_{n}"
        write(stamp, files)
        fresh = top / "..data_tmp"
        fresh.symlink_to(stamp.name)
        os.rename(fresh, top / "..data")
        for name in files:
            if not (top / name).is_symlink():
                (top / name).symlink_to(f"..data/{name}")
        for old in top.glob("..2026_*"):
            if old.name != stamp.name:
                shutil.rmtree(old)

    def flat(hp):
        return {"thing.yaml": thing("a", hp)}

    top.mkdir()
    schemas = tmp_path / "volume/schemas"
    write(schemas, {"thing.yaml": bundle()["schemas/thing.yaml"]})
    publish(1, flat(1))
    d = daemon("--watch", "auto", bundle=top)
    d.bundle("in-sync")
    assert hp(d) == 1
    for n in range(2, 6):
        publish(n, flat(n))
        becomes(d, "a", n)
    assert d.revision() == 5


def test_git_checkout_is_one_revision(daemon, tmp_path):
    top = write(tmp_path / "repo", bundle(**{f"t{i}": 1 for i in range(60)}))

    def git(*args):
        subprocess.run(["git", "-C", str(top), "-c", "user.name=t", "-c", "user.email=t@example.org", *args], check=True,
                       capture_output=True)

    git("init", "-q", "-b", "one")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "two")
    write(top, bundle(**{f"t{i}": 2 for i in range(60)}))
    git("commit", "-qam", "two")
    d = daemon("--watch", "auto", bundle=top)
    assert hp(d, "t59") == 2
    for branch, value in (("one", 1), ("two", 2), ("one", 1)):
        git("checkout", "-q", branch)
        becomes(d, "t59", value)
        assert {i["spec"]["hp"] for i in d.get("/v1/config/Thing?limit=100")["items"]} == {value}
    d.bundle("in-sync")
    assert d.revision() == 4 and not [r for r in d.get("/v1/revisions")["revisions"] if r["revision"] is None]


def test_a_directory_removed_and_made_again(watched):
    aside = watched.top.with_name("aside")
    os.rename(watched.top, aside)
    watched.bundle("missing")
    assert hp(watched) == 1 and watched.status()["alarms"][0]["code"] == "bundle-missing"
    write(aside, bundle(a=33, b=2))
    os.rename(aside, watched.top)
    becomes(watched, "a", 33)
    shutil.rmtree(watched.top)
    watched.bundle("missing")
    write(watched.top, bundle(a=34, b=2))
    becomes(watched, "a", 34)
    write(watched.top, bundle(a=35, b=2))
    becomes(watched, "a", 35)
    until("no alarm", lambda: watched.status()["alarms"] == [])


def test_a_directory_that_comes_later(daemon, tmp_path):
    d = daemon("--watch", "auto", bundle=write(tmp_path / "x/y/b", bundle(a=1)))
    d.stop()
    shutil.rmtree(tmp_path / "x")
    d.start()
    d.bundle("missing", mechanism="inotify")
    write(tmp_path / "x/y/b", bundle(a=2))
    becomes(d, "a", 2)


def test_a_bundle_of_one_file(daemon, tmp_path):
    """Bind-mounted alone or saved by an editor: written in place, and exchanged."""
    file = tmp_path / "server.yaml"
    file.write_text("kind: Server\nname: main\nwatch: auto\nadmin: {connections: 10}\n")
    (tmp_path / "other.yaml").write_text("kind: [")
    d = daemon(bundle=file)
    assert d.bundle("in-sync", mechanism="inotify") and list(d.files()) == ["server.yaml"]

    def connections(n):
        until("the limit", lambda: d.get("/v1/config/Server/main")["spec"]["admin"]["connections"] == n, pause=0.02)

    file.write_text("kind: Server\nname: main\nwatch: auto\nadmin: {connections: 11}\n")
    connections(11)
    for n in (12, 13):
        fresh = tmp_path / "fresh"
        fresh.write_text(f"kind: Server\nname: main\nwatch: auto\nadmin: {{connections: {n}}}\n")
        os.rename(fresh, file)
        connections(n)


def test_a_tree_that_never_rests_is_read_all_the_same(watched):
    stop = threading.Event()

    def scribble():
        with open(watched.top / "log.txt", "a") as f:
            while not stop.is_set():
                f.write("x")
                f.flush()
                time.sleep(0.05)

    noise = threading.Thread(target=scribble)
    noise.start()
    try:
        (watched.top / "things/a.yaml").write_text(thing("a", 60))
        becomes(watched, "a", 60)
    finally:
        stop.set()
        noise.join()


# ---- What is not taken ----

def test_touching_and_rewriting_the_same_is_nothing(watched):
    lines = watched.log().count("\n")
    for _ in range(5):
        os.utime(watched.top / "things/a.yaml")
        os.chmod(watched.top / "things/a.yaml", 0o640)
        (watched.top / "things/b.yaml").write_text(thing("b", 2))
        time.sleep(0.1)
    time.sleep(1.2)
    assert watched.revision() == 1 and len(watched.get("/v1/revisions")["revisions"]) == 1
    said = [l for l in watched.log().splitlines()[lines:] if "root (uid" not in l and "debug" not in l]
    assert said == []


def test_a_broken_bundle_is_an_alarm_until_it_is_mended(watched):
    file = watched.top / "things/a.yaml"
    file.write_text(thing("a", 0))
    b = watched.bundle("invalid")
    assert "things/a.yaml:3:5" in b["message"] and b["findings_total"] == 1
    (alarm,) = watched.status()["alarms"]
    assert alarm["code"] == "bundle-invalid" and hp(watched) == 1
    newest = watched.get("/v1/revisions")["revisions"][0]
    assert (newest["outcome"], newest["origin"], newest["revision"]) == ("invalid", "watch", None)
    time.sleep(0.8)
    os.utime(file)
    time.sleep(1)
    assert len(watched.get("/v1/revisions")["revisions"]) == 2  # the same bytes are not judged again and again
    file.write_text(thing("a", 1))  # back by hand to what is in force: recovered
    watched.bundle("in-sync")
    assert watched.status()["alarms"] == [] and watched.revision() == 1
    file.write_text("kind: Thing\nname: a\nhp: [")
    watched.bundle("invalid")
    file.write_text(thing("a", 7))
    becomes(watched, "a", 7)
    until("no alarm", lambda: watched.status()["alarms"] == [])


def test_an_empty_tree_is_not_taken(watched):
    shutil.rmtree(watched.top / "things")
    b = watched.bundle("differs")
    assert "2 of 2 documents" in b["message"] and watched.status()["documents"] == 2
    write(watched.top, bundle(a=1, b=2))
    watched.bundle("in-sync")
    assert watched.status()["alarms"] == []


def test_leftovers_of_editors_are_no_news(watched):
    for name in ("things/4913", "things/.a.yaml.swp", "things/a.yaml~", "things/.#a.yaml", ".git/config", ".hidden/x.yaml"):
        write(watched.top, {name: "garbage: ["})
    quiet_for(watched, 1.2)
    watched.bundle("in-sync")


@pytest.mark.parametrize("what", ["fifo", "socket", "device-link", "unreadable-dir", "loop", "outside-link", "dangling"])
def test_odd_things_in_the_tree_never_block(watched, what, tmp_path):
    import socket as sock
    odd = watched.top / "things/odd.yaml"
    if what == "fifo":
        os.mkfifo(odd)
    elif what == "socket":
        s = sock.socket(sock.AF_UNIX)
        here = os.getcwd()
        os.chdir(odd.parent)
        s.bind("odd.yaml")
        os.chdir(here)
    elif what == "device-link":
        odd.symlink_to("/dev/zero")
    elif what == "unreadable-dir":
        (watched.top / "things/dir").mkdir(mode=0)
    elif what == "loop":
        odd.symlink_to("odd.yaml")
    elif what == "outside-link":
        write(tmp_path, {"outside.yaml": thing("x", 1)})
        odd.symlink_to(tmp_path / "outside.yaml")
    else:
        odd.symlink_to("nowhere.yaml")
    time.sleep(1)
    assert hp(watched) == 1 and watched.ready()
    names = {i["name"] for i in watched.get("/v1/config/Thing")["items"]}
    assert names == {"a", "b"}
    odd.unlink(missing_ok=True)
    write(watched.top, bundle(a=44, b=2))
    becomes(watched, "a", 44)


def test_api_and_disk_do_not_fight(watched):
    """What came over the API stays, until the bundle on disk is edited again."""
    watched.apply(bundle(a=70, b=2))
    watched.bundle("differs")
    os.utime(watched.top / "things/a.yaml")
    quiet_for(watched, 1.2)
    assert hp(watched) == 70
    (watched.top / "things/a.yaml").write_text(thing("a", 71))
    becomes(watched, "a", 71)
    watched.post("/v1/config/rollback")
    quiet_for(watched, 1.2)
    assert hp(watched) == 70 and watched.bundle("differs")
    assert watched.post("/v1/config/reload")["outcome"] == "applied" and hp(watched) == 71


def test_an_edit_while_the_daemon_was_down_is_taken_in_auto(watched):
    watched.stop()
    write(watched.top, bundle(a=80, b=2))
    watched.start()
    becomes(watched, "a", 80)
    watched.apply(bundle(a=81, b=2))
    watched.stop()
    watched.start()
    watched.bundle("differs")
    time.sleep(1)
    assert hp(watched) == 81


def test_a_pending_confirmation_makes_the_disk_wait(watched):
    watched.apply(bundle(a=50, b=2), confirm_ms=3600_000)
    (watched.top / "things/a.yaml").write_text(thing("a", 51))
    assert "waits for its confirmation" in watched.bundle("differs", message=until(
        "the wait", lambda: (m := watched.status()["bundle"]["message"]) and "waits" in m and m))["message"]
    assert hp(watched) == 50
    watched.post("/v1/config/confirm")
    becomes(watched, "a", 51)


# ---- Modes ----

def test_plan_only_says_what_it_would_do(daemon, tmp_path):
    top = write(tmp_path / "b", bundle(a=1, b=2))
    d = daemon("--watch", "plan-only", bundle=top)
    (top / "things/a.yaml").write_text(thing("a", 9))
    b = d.bundle("differs")
    assert "1 changed" in b["message"] and hp(d) == 1
    assert d.status()["overrides"] == [{"option": "--watch", "field": "Server.watch", "value": "plan-only"}]
    assert d.post("/v1/config/reload")["changes_total"] == 1
    d.bundle("in-sync")


def test_reload_needs_no_watch(daemon, tmp_path):
    top = write(tmp_path / "b", bundle(a=1))
    d = daemon(bundle=top)
    write(top, bundle(a=2))
    assert d.post("/v1/config/reload", {"dry_run": True})["outcome"] == "dry-run"
    assert d.post("/v1/config/reload", {"message": "go"})["revision"] == 2
    assert d.post("/v1/config/reload")["outcome"] == "unchanged"
    write(top, bundle(a=0))
    d.error("/v1/config/reload", {}, 422, "invalid")
    assert d.status()["bundle"]["state"] == "invalid" and hp(d) == 2
    shutil.rmtree(top)
    d.error("/v1/config/reload", {}, 422, "invalid")
    assert d.status()["bundle"]["state"] == "missing"


def test_reload_without_a_bundle(daemon):
    daemon().error("/v1/config/reload", {}, 409, "wrong_state")


def test_the_mode_can_be_changed_by_the_bundle_itself(daemon, tmp_path):
    server = "kind: Server\nname: main\nwatch: {}\nwatch_quiet: 50ms\n"
    top = write(tmp_path / "b", {**bundle(a=1), "server.yaml": server.format("auto")})
    d = daemon(bundle=top)
    assert d.bundle("in-sync")["watch"] == "auto"
    (top / "things/a.yaml").write_text(thing("a", 2))
    becomes(d, "a", 2)
    (top / "server.yaml").write_text(server.format("\"off\""))
    until("off", lambda: d.status()["bundle"]["watch"] == "off")
    (top / "things/a.yaml").write_text(thing("a", 3))
    quiet_for(d, 0.8)
    assert d.status()["bundle"]["mechanism"] == "none"
    d.apply({**bundle(a=2), "server.yaml": server.format("auto")})
    d.bundle(mechanism="inotify")
    becomes(d, "a", 3)


def test_without_watches_it_polls_and_says_so(daemon, tmp_path):
    """A user namespace with no watches to give: what a machine looks like whose limit is reached."""
    limit = ["unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"', "sh"]
    if subprocess.run([*limit, "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespaces here")
    server = "kind: Server\nname: main\nwatch_rescan: 1s\n"
    top = write(tmp_path / "b", {**bundle(a=1), "server.yaml": server})
    d = daemon("--watch", "auto", bundle=top, before=limit)
    d.bundle(mechanism="polling")
    (top / "things/a.yaml").write_text(thing("a", 2))
    becomes(d, "a", 2)
    assert "watches" in d.log()


def test_a_flood_of_events_ends_in_the_right_state(watched):
    """More events than the kernel queues while the daemon is stopped."""
    import signal
    watched.process.send_signal(signal.SIGSTOP)
    noise = watched.top / "noise"
    noise.mkdir()
    for n in range(20000):
        os.utime(watched.top / "things/a.yaml")
        if n % 100 == 0:
            (noise / f"{n}.txt").write_text("x")
    (watched.top / "things/a.yaml").write_text(thing("a", 90))
    watched.process.send_signal(signal.SIGCONT)
    becomes(watched, "a", 90)


def test_torture_only_whole_states_ever_come_into_force(watched):
    """a + b is 100 in every state that a writer finished; savers of every sort run at once for a while."""
    write(watched.top, bundle(a=50, b=50))
    becomes(watched, "a", 50)
    end, wrong = time.monotonic() + 5, []

    def look():
        while time.monotonic() < end + 1:
            items = {i["name"]: i["spec"]["hp"] for i in watched.get("/v1/config/Thing")["items"]}
            if items["a"] + items["b"] != 100:
                wrong.append(items)
            time.sleep(0.01)

    reader = threading.Thread(target=look)
    reader.start()
    n = 0
    while time.monotonic() < end:
        n += 1
        # One directory, swapped as a whole: between two states there is nothing else to see.
        fresh = watched.top / ".fresh"
        write(fresh, {"a.yaml": thing("a", n % 99 + 1), "b.yaml": thing("b", 99 - n % 99)})
        os.rename(watched.top / "things", watched.top / ".old")
        os.rename(fresh, watched.top / "things")
        shutil.rmtree(watched.top / ".old")
        time.sleep(0.02 if n % 3 else 0.7)
    reader.join()
    assert not wrong
    becomes(watched, "a", n % 99 + 1)
    assert watched.revision() > 3


def test_what_the_watch_and_reload_take_raises_no_alarm(watched):
    write(watched.top, bundle(a=5, b=2))
    becomes(watched, "a", 5)
    watched.bundle("in-sync")
    watched.post("/v1/config/rollback", {"revision": 1})
    watched.bundle("differs")
    watched.post("/v1/config/reload")
    watched.bundle("in-sync")
    said = [l for l in watched.log().splitlines() if "alarm bundle-differs: " in l]
    assert len(said) == 1 and "revision 3 did not come" in said[0], said


def test_the_status_names_places_that_hold_everywhere(tmp_path):
    write(tmp_path / "b", bundle(a=1))
    d = Daemon("--bundle", "b", start=False)
    try:
        d.start(cwd=tmp_path)
        assert d.status()["bundle"]["path"] == str(tmp_path / "b")
    finally:
        d.close()
