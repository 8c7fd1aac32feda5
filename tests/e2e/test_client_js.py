"""The JavaScript client by itself: its own tests, the size and the types of what it is shipped as."""
import gzip
import os
import subprocess

import pytest

import client_js
from ctl import TOP


@pytest.fixture(scope="module")
def client():
    return client_js.ready()


def test_its_own_tests_pass(client):
    run = subprocess.run(["node", "--test", "--test-concurrency=2", "--test-timeout=60000", "test/"], cwd=client, capture_output=True, text=True,
                         timeout=300, env={**os.environ, "NODE_OPTIONS": ""})
    assert run.returncode == 0, "\n".join(line for line in run.stdout.splitlines() if not line.startswith("ok"))[-6000:]


def test_it_is_one_small_file_without_imports_and_eval(client):
    text = (client / "dist/gamesrv.min.js").read_text()
    assert "\nimport" not in text and not text.startswith("import") and "require(" not in text
    assert "eval(" not in text and "new Function" not in text
    assert len(gzip.compress(text.encode())) < 32 * 1024


def test_a_game_in_typescript_gets_types_and_is_told_of_mistakes(client, tmp_path):
    (tmp_path / "good.ts").write_text("""
import { Client, GamesrvError, type Room } from '@gamesrv/client';
const client = new Client({ url: 'ws://localhost/play', token: async () => 'ada' });
client.on('state', ({ state, retryInMs }) => console.log(state === 'waiting' ? retryInMs + 1 : 0));
const room: Room = await client.join({ type: 'duel', key: 'friday' });
room.on('relay', ({ data, member }) => console.log(data.byteLength, member?.player.toUpperCase()));
room.send(new Uint8Array(3), { delivery: 'latest', key: 1, to: [2] });
const match = room.lockstep({ step() {}, hash: () => 1n, save: () => new Uint8Array(), load() {} });
match.on('late', ({ movedTo }) => console.log(movedTo + 1));
try { await client.connect(); } catch (e) { if (e instanceof GamesrvError) console.log(e.code, e.retryAfterMs); }
""")
    (tmp_path / "bad.ts").write_text("""
import { Client } from '@gamesrv/client';
const client = new Client({ url: 'ws://localhost/play' });
client.on('stat', () => {});
client.join({ kind: 'duel' });
client.room?.send('text');
client.room?.send(new Uint8Array(), { delivery: 'fast' });
""")
    (tmp_path / "node_modules/@gamesrv").mkdir(parents=True)
    (tmp_path / "node_modules/@gamesrv/client").symlink_to(client)
    run = subprocess.run([client / "node_modules/.bin/tsc", "--noEmit", "--strict", "--module", "esnext", "--target", "es2022",
                          "--lib", "es2022,dom", "--moduleResolution", "bundler", "--preserveSymlinks", "good.ts", "bad.ts"],
                         cwd=tmp_path, capture_output=True, text=True, timeout=120)
    found = [line.split(",")[0] for line in run.stdout.splitlines() if not line.startswith(" ")]
    assert found == [f"bad.ts({n}" for n in (3, 4, 5, 6, 7)], run.stdout


def test_the_lock_file_names_no_place_to_download_from():
    assert '"resolved"' not in (TOP / "clients/js/package-lock.json").read_text()
