"""The JavaScript client, installed and built once for all tests: node_modules follow the lock file, dist the sources."""
import fcntl
import hashlib
import subprocess

from ctl import TOP

CLIENT = TOP / "clients/js"


def digest(*patterns):
    found = sorted(p for pattern in patterns for p in TOP.glob(pattern) if p.is_file())
    return hashlib.sha256(b"".join(p.read_bytes() for p in found)).hexdigest()[:16]


def run(*command):
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def once(mark, wanted, *command):
    if not mark.is_file() or mark.read_text() != wanted:
        run(*command)
        mark.write_text(wanted)


def ready():
    """The client's folder, good to run. Tests in several processes wait for the one that makes it so."""
    with open(CLIENT / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        once(CLIENT / "node_modules/.installed", digest("clients/js/package-lock.json"),
             "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
        once(CLIENT / "dist/.built", digest("clients/js/src/*", "clients/js/scripts/*", "clients/js/*.json", "proto/*"),
             "npm", "run", "--silent", "build")
    return CLIENT
