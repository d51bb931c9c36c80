"""The gates' pages: what is on them, who may read them, how many are kept, and the command that opens them."""

import json
import re
import webbrowser

import pytest
from typer.testing import CliRunner

from cli.main import app
from expectations import GateFailed, pages
from tests.integration.gate_sources import build, catalogue_with, entry, execute, fill


@pytest.fixture
def url(warehouse):
    fill(warehouse)
    return warehouse


@pytest.fixture
def parity(url, tmp_path, monkeypatch):
    """Run the command; exit code, standard output and standard error."""
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", url)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path))

    def run(*words):
        ran = CliRunner().invoke(app, ["gate", *words])
        return ran.exit_code, ran.stdout, ran.stderr

    return run


def test_three_runs_are_listed_the_newest_first_with_verdict_and_reason(url, tmp_path):
    folder = tmp_path / "gates"
    build(url, pages=folder)
    execute(url, "delete from raw.hr_staff where agency_code = 'VNM-CUS'")
    with pytest.raises(GateFailed):
        build(url, pages=folder)
    suite, check = "staff files against the build before", "ExpectColumnValuesToBeBetween"
    catalogue = catalogue_with(tmp_path, entry(suite, check, "2099-12-31", column="n_now", part="hr_staff VNM-CUS"))
    build(url, pages=folder, catalogue=catalogue)
    front = (folder / "index.html").read_text()
    assert re.findall(r'<td><span class="\w+">(\w+)</span></td>', front) == ["passed", "failed", "passed"]
    assert "hr_staff VNM-CUS: 0 rows, 20 in the build before" in front and "Accepted until 2099-12-31 by A. Reyes" in front
    newest = max((folder / "runs").iterdir())
    page = (newest / "index.html").read_text()
    assert "A row that is loaded twice counts its person twice." in page and "staff data" in page
    assert len(list(newest.glob("validations/**/*.html"))) == len(list(newest.glob("expectations/*.html"))) > 10
    assert "A row that is loaded twice" in (newest / "expectations" / "staff rows are there once.html").read_text()


def test_pages_are_their_owners_alone_and_fetch_nothing(url, tmp_path):
    folder = tmp_path / "gates"
    build(url, pages=folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    for page in (folder / "runs").rglob("*.html"):
        text = page.read_text()
        assert not [tag for tag in ("<script", "<link", "<img", "@import") if tag in text], page


def test_only_the_last_runs_are_kept(url, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "KEPT", 2)
    for _ in range(3):
        build(url, pages=tmp_path / "gates")
    kept = sorted(path.name for path in (tmp_path / "gates" / "runs").iterdir())
    assert len(kept) == 2
    front = (tmp_path / "gates" / "index.html").read_text()
    assert [name in front for name in kept] == [True, True] and front.count("/index.html") == 2


def test_docs_before_any_gate_says_which_command_writes_them(parity):
    code, _, stderr = parity("docs")
    assert code == 3 and "run `parity gate raw`" in stderr


def test_docs_prints_the_path_and_opens_a_browser_where_there_is_one(parity, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or len(opened) == 1)
    assert parity("raw")[0] == 0
    front = tmp_path / "gates" / "index.html"
    code, stdout, _ = parity("docs", "--no-open")
    assert (code, stdout.strip(), opened) == (0, str(front), [])
    assert json.loads(parity("docs", "--json")[1]) == {"path": str(front), "url": front.as_uri()} and not opened
    assert parity("docs")[1].strip() == str(front) and opened == [front.as_uri()]
    assert "no browser here" in parity("docs")[1]


def test_the_command_ends_with_0_1_2_or_3(parity, url):
    assert parity("raw") == (0, "gate raw: 29 checks, 0 warnings\n", "")
    execute(url, "update raw.hr_staff set person_key = 'x' where row_no = 1")
    code, _, stderr = parity("raw")
    assert code == 1 and "staff rows (raw.hr_staff.person_key): ExpectColumnValuesToMatchRegex failed." in stderr
    assert parity("raws")[0] == 2
    execute(url, "alter table raw.hr_staff rename column sex_code to sex")
    code, _, stderr = parity("raw")
    assert code == 3 and "Nothing was decided" in stderr


def test_a_wrong_entry_ends_the_command_with_2_and_names_the_field(parity, tmp_path, monkeypatch):
    monkeypatch.setenv(
        "PARITY_CATALOGUE", str(catalogue_with(tmp_path, entry("sexes", "ExpectTableRowCountToEqual", "2026-12-31")))
    )
    code, _, stderr = parity("raw")
    assert code == 2 and "accepted.0.suite: no gate has a suite 'sexes'" in stderr


def test_list_names_each_check_with_owner_and_reason(parity):
    code, stdout, _ = parity("list", "--json")
    rows = json.loads(stdout)
    assert (
        code == 0
        and all(row["owner"] and row["reason"] for row in rows)
        and {row["gate"] for row in rows} >= {"raw", "candidate"}
    )
