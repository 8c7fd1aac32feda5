"""docs/client.md, done as it says: its bundle, its page in two windows, its change while they play."""
import json
import re
import shutil
import subprocess

import client_js
from ctl import TOP

GUIDE = (TOP / "docs/client.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.S)


def test_the_guide_works_as_it_is_written(daemon, tmp_path):
    client = client_js.ready()
    for text in blocks("yaml"):
        name = re.match(r"# (game/\S+)\n", text)[1]
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    server = daemon("--watch", "auto", "--listen", "127.0.0.1:0", bundle=tmp_path / "game")
    [page] = blocks("html")
    url = re.search(r"players on (ws://\S+)", server.log())[1]
    (tmp_path / "web").mkdir()
    (tmp_path / "web/index.html").write_text(page.replace("ws://127.0.0.1:7350/play", url))
    shutil.copy(client / "dist/gamesrv.min.js", tmp_path / "web")
    browser = subprocess.Popen(["node", "e2e/guide.js", tmp_path / "web"], cwd=client, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        ada, bob = json.loads(browser.stdout.readline())
        assert "connection: live" in ada and "speed is now 4" in ada and "bob joined" in ada
        assert "ada: hello" in bob
        rules = tmp_path / "game/rules.yaml"
        rules.write_text(rules.read_text().replace("speed: 4", "speed: 5"))
        browser.stdin.write("speed is now 5\n")
        browser.stdin.close()
        assert all("speed is now 5" in shown for shown in json.loads(browser.stdout.readline()))
        assert browser.wait(60) == 0
    finally:
        browser.kill()
        browser.wait()
