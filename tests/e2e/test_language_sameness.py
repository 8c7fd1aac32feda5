"""The same findings, whatever the byte-order mark, the line ends, the threads, the locale, the order of files."""
import os
import re
import shutil
import subprocess

import pytest

import test_language_documents
import test_language_presence
import test_language_reading
import test_language_rules
import test_language_schema
import test_language_types
from ctl import GAMECTL, environment, write_tree
from language import TWINS, shared

TABLES = {m.__name__.rpartition("_")[2]: m.T for m in (test_language_documents, test_language_presence, test_language_reading,
                                                       test_language_rules, test_language_schema, test_language_types)}


def seen(finding):
    """What must be equal: all but the offset in bytes, which a mark and a CR move."""
    return {k: v for k, v in finding.items() if k != "byte"}


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("table", TABLES)
def test_a_twin_has_the_findings_of_its_plain_text(table, twin):
    table = TABLES[table]
    twins = table.run(twist=TWINS[twin])
    for c in table.cases:
        if c.twins:
            assert [seen(f) for f in twins[c]] == [seen(f) for f in table.answer(c)], c


def output(top, *options, env=None, **kw):
    run = subprocess.run([str(GAMECTL), "validate", str(top), "--max-findings", "0", *options], stdin=subprocess.DEVNULL,
                         capture_output=True, timeout=60, env=env or environment(), **kw)
    assert run.returncode in (0, 3)
    return run.stdout, run.stderr


@pytest.mark.parametrize("table", TABLES)
def test_threads_and_the_order_of_files_on_disk_change_no_byte(table, tmp_path):
    files = TABLES[table].tree()
    write_tree(tmp_path / "forth", files)
    write_tree(tmp_path / "back", dict(reversed(files.items())))
    for form in ("table", "json"):
        one = output(tmp_path / "forth", "-o", form, "--threads", "1")
        assert one == output(tmp_path / "forth", "-o", form, "--threads", "1")
        assert one == output(tmp_path / "forth", "-o", form, "--threads", "2")
        assert one == output(tmp_path / "back", "-o", form, "--threads", "2")


def test_a_path_with_or_without_slash_from_anywhere_changes_no_byte(tmp_path):
    top = write_tree(tmp_path / "game", TABLES["types"].tree())
    here = output(top)
    assert here == output(f"{top}/") == output(".", cwd=top) == output("game", cwd=tmp_path) == output(f"{tmp_path}/./game/.")


@pytest.fixture(scope="module")
def comma_locale(tmp_path_factory):
    """de_DE.UTF-8, where 0.5 is 0,5 and letters are other letters; compiled here when the machine has none."""
    if not shutil.which("localedef") or not os.path.exists("/usr/share/i18n/locales/de_DE"):
        pytest.skip("no sources of locales (package locales)")
    where = tmp_path_factory.mktemp("locale")
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(where / "de_DE.UTF-8")], capture_output=True, timeout=60)
    env = environment(LOCPATH=str(where))
    env.update(LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8")
    probe = subprocess.run(["/usr/bin/printf", "%.1f", "0,5"], env=env, capture_output=True, text=True)
    assert probe.stdout == "0,5", "the locale does not work here"
    return env


@pytest.mark.parametrize("table", TABLES)
def test_the_locale_changes_no_byte(table, tmp_path, comma_locale):
    top = write_tree(tmp_path / "game", TABLES[table].tree())
    for form in ("table", "json"):
        assert output(top, "-o", form) == output(top, "-o", form, env=comma_locale)


def test_the_daemon_finds_what_gamectl_finds(daemon):
    d = daemon()
    for name, table in TABLES.items():
        carried = {path: data.decode(errors="replace") for path, data in table.tree().items()}
        files = {path: text for path, text in carried.items() if not set("\0\ufffd") & set(text)}  # the rest no JSON can carry
        here = [f for c in table.cases for f in table.answer(c) if f["file"] in files]
        reply = d.post("/v1/config/validate", {"files": files})
        there = [{k: shared(v, re.search(r"c(\d{3})", f["file"])[1]) if k != "file" else v for k, v in f.items()}
                 for f in reply["findings"]]
        assert reply["valid"] is False and sorted(map(str, there)) == sorted(map(str, here)), name
