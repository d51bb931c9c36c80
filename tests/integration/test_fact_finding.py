"""The sample reports from the stand-in server to figures: those of the truth, and those of what is changed on the server afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app as parity
from ingestion.kobo.access import list_forms
from ingestion.kobo.client import KoboClient
from ingestion.kobo.report import SyncReport
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from sandbox.samples.generate import generate
from stack.postgres import Postgres
from tests.integration.dbt_project import build, database, prepare, query
from tests.integration.kobo_server import serve

TOKEN = "f" * 40
FORM = "fact_finding"
CATALOGUE = load_catalogue(REPOSITORY / "catalogue")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    out = tmp_path_factory.mktemp("samples")
    return out, generate(out, CATALOGUE, REPOSITORY / "catalogue", seed=7, size=0.02)[FORM]


@dataclass(frozen=True)
class Story:
    """What was found at first, and after an edit and two deletions on the server, as the last sync reports them."""

    forms: set[str]
    n_standing: dict[str, int]
    respondents_of: set[str]
    before: dict[tuple[str, str, str], list[float]]
    report: SyncReport
    after: dict[tuple[str, str, str], list[float]]


@pytest.fixture(scope="module")
def story(postgres: Postgres, sample: tuple[Path, dict], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    app = create_app(tmp_path_factory.mktemp("kobo") / "kobo.sqlite", TOKEN)
    for folder in sorted((sample[0] / "kobo").iterdir()):
        app.state.store.seed(folder)
    landing, target = Landing(str(tmp_path_factory.mktemp("landing"))), tmp_path_factory.mktemp("dbt")
    with serve(app) as server, database(postgres) as url:
        client = KoboClient(server, TOKEN)
        prepare(url)
        uids = {form.form: form.asset_uid for form in list_forms(client, CATALOGUE)}
        for form in uids:
            sync(url, client, landing, form)
        figures(url, target)
        standing = query(url, "select form, count(*) as n from staging.stg_kobo__submission group by 1")
        respondents = query(url, "select distinct form from core.int_survey__profile")
        before = found(url)
        change(url, client, uids[FORM])
        report = sync(url, client, landing)
        figures(url, target)
        yield Story(
            set(uids), {r["form"]: r["n"] for r in standing}, {r["form"] for r in respondents}, before, report, found(url)
        )


def change(url: str, client: KoboClient, uid: str) -> None:
    """Edit one report of rules, delete one post, and the second of two reports of the same rules."""
    number = {
        (row["agency_code"], row["period_year"], row["post_no"]): row["submission_id"]
        for row in query(url, "select * from core.int_fact__assessment where is_newest")
    }
    data = f"{client.url}/api/v2/assets/{uid}/data/"
    edit = {"submission_ids": [number["PHL-CG", 2025, None]], "data": {"policies/intake/intake_cap": "no"}}
    assert client.session.patch(f"{data}bulk/", json={"payload": edit}).ok
    for gone in (("VNM-CUS", 2025, 3), ("THA-POL", 2025, None)):
        assert client.session.delete(f"{data}{number[gone]}/").status_code == 204


def sync(url: str, client: KoboClient, landing: Landing, form: str = FORM) -> SyncReport:
    with psycopg.connect(url) as connection:
        return sync_form(client, CATALOGUE.kobo[form], landing, connection)


def figures(url: str, target: Path) -> None:
    build(url, target, "--select", "+ind_fact__policy", "+ind_fact__post", "+int_survey__profile")


def found(url: str) -> dict[tuple[str, str, str], list[float]]:
    rows = query(
        url,
        "select agency_code, period_year, indicator_code, numerator, denominator from indicators.ind_fact__policy"
        " where level = 'agency' and unavailable_reason is null union all"
        " select agency_code, period_year, indicator_code, numerator, denominator from indicators.ind_fact__post"
        " where level = 'agency' and unavailable_reason is null",
    )
    return {(r["agency_code"], str(r["period_year"]), r["indicator_code"]): [r["numerator"], r["denominator"]] for r in rows}


def test_the_server_holds_all_forms_and_each_is_synced(story: Story, sample: tuple[Path, dict]) -> None:
    assert story.forms == story.n_standing.keys() == {FORM, "workplace_culture", "exit_interview"}
    assert story.n_standing[FORM] == sample[1]["n_submissions"]


def test_every_figure_is_that_of_the_truth(story: Story, sample: tuple[Path, dict]) -> None:
    expected = {
        (agency, year, code): pytest.approx(cell, abs=1e-12)
        for agency, years in sample[1]["found"].items()
        for year, cells in years.items()
        for code, cell in cells.items()
    }
    assert len(expected) > 60 and story.before == expected


def test_no_report_of_facts_is_a_respondent(story: Story) -> None:
    assert story.respondents_of == {"workplace_culture", "exit_interview"}


def test_an_edit_and_a_deletion_on_the_server_change_what_they_are_of(story: Story) -> None:
    before, after = story.before, story.after
    assert (story.report.n_new, story.report.n_changed, story.report.n_deleted) == (0, 1, 2)
    assert (before["PHL-CG", "2025", "REC-05"], after["PHL-CG", "2025", "REC-05"]) == ([1, 1], [0, 1])
    assert (before["VNM-CUS", "2025", "INF-01"][1], after["VNM-CUS", "2025", "INF-01"][1]) == (3, 2)
    unchanged = {key for key in before if key[0] == "IDN-IMM" or key[1] == "2024"}
    assert {key: before[key] for key in unchanged} == {key: after[key] for key in unchanged}


def test_once_the_later_of_two_reports_is_gone_the_earlier_counts_again(story: Story) -> None:
    met, known = story.before["THA-POL", "2025", "WLC-02"]
    assert story.after["THA-POL", "2025", "WLC-02"] == [known - met, known] != [met, known]


def test_the_form_is_deployed_as_the_questionnaire_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(create_app(tmp_path / "kobo.sqlite", TOKEN)) as url:
        monkeypatch.setenv("PARITY_KOBO_URL", url)
        monkeypatch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        run = CliRunner().invoke(parity, ["kobo", "deploy", FORM, "--yes", "--allow-draft-languages"])
        assert run.exit_code == 0 and "Deployed as version" in run.stdout
        assert [form.form for form in list_forms(KoboClient(url, TOKEN), CATALOGUE)] == [FORM]
        again = CliRunner().invoke(parity, ["kobo", "deploy", FORM, "--dry-run"])
        assert "nothing to do" in " ".join(again.stdout.split())
