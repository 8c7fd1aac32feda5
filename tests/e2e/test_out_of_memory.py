"""Every allocation of an apply may fail: the daemon answers, stays, and runs the old or the new revision.

The Nth allocation of the thread that applies gives NULL (tests/inject/failmalloc.c), for every N up to the first
few hundred and for a sample of those behind, where the same few places repeat.
"""
import json
import mmap
import os
import struct

import pytest

from ctl import BIN, TOP, write_tree
from online import Daemon

LIBRARY = (TOP / BIN / "failmalloc.so").resolve()
SANITIZED = any(name in str(BIN) for name in ("asan", "tsan"))  # their own malloc cannot be preloaded over
EVERY = min(int(os.environ.get("GAMESRV_TRIALS", "200")), 500)

SCHEMA = 'schema: Box\nfields:\n  size: int `validate:"required,min=1,max=1000000"`\n  next: ref[Box]?\n'


class Injector:
    """The page shared with the preloaded library."""

    def __init__(self, path, thread):
        path.write_bytes(b"\0" * 4096)
        with open(path, "r+b") as f:
            self.page = mmap.mmap(f.fileno(), 4096)
        self.page[16:32] = thread.encode().ljust(16, b"\0")

    def arm(self, nth):
        self.page[0:16] = struct.pack("qq", nth, 0)

    def disarm(self):
        """Whether the allocation asked for was reached; how many there were."""
        left, seen = struct.unpack("qq", self.page[0:16])
        self.page[0:16] = struct.pack("qq", 0, 0)
        return left <= 0, seen


@pytest.fixture
def starved(tmp_path):
    injector = Injector(tmp_path / "page", "work")
    bundle = write_tree(tmp_path / "bundle", {
        "schemas/box.yaml": SCHEMA,
        "a.yaml": "kind: Box\nname: a\nsize: 1\n---\nkind: Box\nname: b\nsize: 2\nnext: a\n",
    })
    daemon = Daemon(bundle=bundle, before=("env", f"LD_PRELOAD={LIBRARY}", f"FAILMALLOC={tmp_path}/page"))
    yield daemon, bundle, injector
    daemon.close()


def size_in_force(daemon):
    return next(item["spec"]["size"] for item in daemon.json("get", "Box")["items"] if item["name"] == "a")


def try_apply(daemon, bundle, injector, nth, size):
    """One apply of a new size with the nth allocation failing; whether that allocation was reached."""
    before, revision = size_in_force(daemon), daemon.revision()
    (bundle / "a.yaml").write_text(f"kind: Box\nname: a\nsize: {size}\n---\nkind: Box\nname: b\nsize: 2\nnext: a\n")
    injector.arm(nth)
    run = daemon.ctl("apply", bundle, "-y", "-o", "json")
    reached, _ = injector.disarm()
    assert daemon.process.poll() is None, f"the daemon died at allocation {nth}: {(daemon.dir / 'log').read_text()[-500:]}"
    if run.returncode == 0:
        assert json.loads(run.stdout)["revision"] == revision + 1 == daemon.revision(), nth
        assert size_in_force(daemon) == size, nth
    else:
        assert run.returncode in (5, 9), f"{nth}: {run.returncode} {run.stdout} {run.stderr}"
        assert json.loads(run.stdout)["error"]["message"]
        # Recorded or not, never half: revision and content belong together.
        assert (daemon.revision(), size_in_force(daemon)) in ((revision, before), (revision + 1, size)), nth
    return reached


@pytest.mark.skipif(SANITIZED, reason="a sanitizer brings its own malloc")
def test_an_apply_survives_the_failure_of_any_allocation(starved):
    daemon, bundle, injector = starved
    nth, trial, failures = 1, 0, 0
    while True:
        trial += 1
        if not try_apply(daemon, bundle, injector, nth, 1000 + trial):
            break
        failures += 1
        nth += 1 if trial < EVERY else max(1, nth // 20)
    assert failures > 50, "the injector was never reached: this test proves nothing"
    daemon.ctl("apply", bundle, "-y", code=0)
    daemon.stop()
    daemon.start()  # and what is on disk is whole
    assert size_in_force(daemon) == 1000 + trial
