"""gamectl as a person at a shell runs it: the real binary, its text, its exit code. No daemon is started here."""
import json
import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("GAMESRV_BIN", TOP / "build/dev"))
GAMECTL = (TOP / BIN / "gamectl").resolve()
ARENA = TOP / "examples/arena"


def environment(**extra):
    """Nothing of the caller's: no colour wish, no daemon."""
    env = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")}
    env.update(LC_ALL="C.UTF-8", TERM="xterm", GAMESRV_SOCKET="/nonexistent/gamesrv.sock", **extra)
    return env


def ctl(*args, cwd=None, env=None, timeout=60, **kw):
    kw.setdefault("stdout", subprocess.PIPE)
    kw.setdefault("stderr", subprocess.PIPE)
    kw.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([str(GAMECTL), *map(str, args)], cwd=cwd, env=env or environment(), timeout=timeout,
                          text=True, **kw)


def ctl_json(*args, code=0, **kw):
    """-o json: exactly one document on standard output, with apiVersion."""
    run = ctl(*args, "-o", "json", **kw)
    assert run.returncode == code, (run.returncode, run.stdout[-2000:], run.stderr[-2000:])
    reply = json.loads(run.stdout)
    assert reply["apiVersion"] == "gamesrv/v1"
    return reply


def write_tree(top, files):
    """{"arenas/a.yaml": "text"} below `top`."""
    for path, text in files.items():
        file = pathlib.Path(top) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(text)
    return pathlib.Path(top)
