"""The exit interview, which has no code of its own, from its files to figures; and the figures of the survey beside it, which it leaves as they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cli.explain import FORMS, RESPONDENTS
from cli.main import app as parity
from ingestion.kobo.access import list_forms
from ingestion.kobo.client import KoboClient
from ingestion.kobo.sync import SyncReport, sync_form
from ingestion.landing import Landing
from ingestion.reference import load_catalogue as load_tables
from parity.catalogue import Catalogue, load_catalogue
from parity.catalogue.kobo_contract import RESPONDENT_FIELDS
from parity.settings import REPOSITORY
from publication.releases import build_candidate
from sandbox.kobo_standin.app import create_app
from sandbox.kobo_standin.openrosa import about
from sandbox.kobo_standin.store import Store
from sandbox.samples import any_form
from sandbox.samples.generate import generate
from sandbox.samples.survey import arrive
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query, respond
from tests.integration.kobo_server import serve

TOKEN = "e" * 40
FORM, OTHER, INDICATOR = "exit_interview", "workplace_culture", "RET-07"
CATALOGUE = load_catalogue(REPOSITORY / "catalogue")
N_A_WAVE = 30
REASONS, SCALE = ("left_family", "left_posting"), ("1", "2", "3", "4", "5")
Rows = dict[str, dict[str, Any]]


def weighed(catalogue: Catalogue, form: str, frame: dict[str, int]) -> Catalogue:
    """The catalogue where a form's respondents stand for so many people of each agency."""
    weight = catalogue.kobo[form].weight.model_copy(update={"frame": frame, "equal": False})
    contract = catalogue.kobo[form].model_copy(update={"weight": weight})
    return catalogue.model_copy(update={"kobo": catalogue.kobo | {form: contract}})


# A fifth of the respondents, so a fifth of the people: response rates are those of the whole sample.
WITH = weighed(CATALOGUE, OTHER, {agency: n // 5 for agency, n in CATALOGUE.kobo[OTHER].weight.frame.items()})
WITHOUT = WITH.model_copy(
    update={
        "kobo": {name: contract for name, contract in WITH.kobo.items() if name != FORM},
        "indicators": [indicator for indicator in WITH.indicators if indicator.id != INDICATOR],
    }
)


@dataclass(frozen=True)
class Story:
    """What was sent, what each sync said, and the survey figures of the release before and after; the warehouse as it is then."""

    url: str
    target: Path
    sent: list[dict[str, Any]]
    reports: list[SyncReport]
    before: Rows
    after: Rows


@pytest.fixture(scope="module")
def story(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    application = create_app(tmp_path_factory.mktemp("kobo") / "kobo.sqlite", TOKEN)
    landing, target = Landing(str(tmp_path_factory.mktemp("landing"))), tmp_path_factory.mktemp("dbt")
    with serve(application) as server, database(postgres) as url:
        prepare(url, edit=lambda _: WITHOUT)
        respond(url, OTHER, culture(tmp_path_factory.mktemp("samples")))
        before = figures(url, target)
        with psycopg.connect(url) as connection:
            load_tables(connection, WITH)
        client = KoboClient(server, TOKEN)
        uid, content = deployed(client, server)
        sent, reports = [], []
        for wave in waves(content):
            for record in wave:
                sent.append(submitted(application.state.store, uid, record))
            with psycopg.connect(url) as connection:
                reports.append(sync_form(client, CATALOGUE.kobo[FORM], landing, connection))
        yield Story(url, target, sent, reports, before, figures(url, target))


def culture(folder: Path) -> list[dict[str, str]]:
    """Respondents of the workplace-culture survey in the fields of the warehouse."""
    generate(folder, CATALOGUE, REPOSITORY / "catalogue", seed=7, size=0.2)
    contract = CATALOGUE.kobo[OTHER]
    lines = (folder / "kobo" / OTHER / "submissions.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        {
            (name := contract.fields[path]): contract.value_maps.get(name, {}).get(value, value)
            for path, value in record.items()
            if path in contract.fields
        }
        for record in map(json.loads, lines)
        if record["consent"] == "yes"
    ]


def deployed(client: KoboClient, server: str) -> tuple[str, dict[str, Any]]:
    """The form on the server, put there by the command, and its content as the server has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARITY_KOBO_URL", server)
        patch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        run = CliRunner().invoke(parity, ["kobo", "deploy", FORM, "--yes", "--allow-draft-languages"])
    assert run.exit_code == 0, run.output
    [found] = [form for form in list_forms(client, CATALOGUE) if form.form == FORM]
    version = client.asset(found.asset_uid)["deployed_version_id"]
    content = client.version(found.asset_uid, version)["content"]
    return found.asset_uid, {"uid": found.asset_uid, "versions": [{"uid": version, "content": content}]}


def waves(asset: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The sample's submissions by wave, as a server takes them."""
    records = arrive(any_form.records(asset, CATALOGUE.kobo[FORM], N_A_WAVE, seed=3), asset)
    found = [{name: value for name, value in record.items() if name != "_id"} for record in records]
    return [found[:N_A_WAVE], found[N_A_WAVE:]]


def submitted(store: Store, uid: str, record: dict[str, Any]) -> dict[str, Any]:
    """The record as the server keeps it, which notes in its history that it came."""
    kept = store.add(uid, record)
    store.log(uid, "add-submission", "AnonymousUser", about(kept))
    return kept


def figures(url: str, target: Path) -> Rows:
    """The survey figures of a new candidate, without those of the exit interview."""
    build_models(url, target)
    with psycopg.connect(url) as connection:
        number = build_candidate(connection, REPOSITORY / "catalogue")
    rows = query(
        url,
        "select * from release.indicator where release_id = %s and source = 'survey' and indicator_code <> %s",
        number,
        INDICATOR,
    )
    return {row["cell_id"]: {name: value for name, value in row.items() if name != "release_id"} for row in rows}


def test_each_wave_is_synced_whole_and_no_code_is_unknown(story: Story) -> None:
    assert [(report.n_new, report.n_total) for report in story.reports] == [(N_A_WAVE, N_A_WAVE), (N_A_WAVE, 2 * N_A_WAVE)]
    assert [(report.n_unknown_codes, report.notices) for report in story.reports] == [(0, ())] * 2


def test_every_answer_of_both_waves_stands_in_the_star_once(story: Story) -> None:
    truth = any_form.truth(story.sent, CATALOGUE.kobo[FORM])
    expected = Counter(
        {
            (int(year), item, code): n
            for year, of_year in truth.items()
            for item, codes in of_year["answers"].items()
            if item not in RESPONDENT_FIELDS
            for code, n in codes.items()
        }
    )
    rows = query(
        story.url,
        "select period_year, item, answer_code, count(*) as n from core.fct_survey_response where form = %s group by 1, 2, 3",
        FORM,
    )
    assert {(year, item) for year, item, _ in expected} >= {(2024, "main_reason"), (2025, "left_pay"), (2025, "would_return")}
    assert Counter({(row["period_year"], row["item"], row["answer_code"]): row["n"] for row in rows}) == expected


def test_who_leaves_counts_once_and_who_refused_consent_not_at_all(story: Story) -> None:
    truth = any_form.truth(story.sent, CATALOGUE.kobo[FORM])
    rows = query(
        story.url,
        "select period_year, count(*) as n, min(weight) as least, max(weight) as most from core.int_survey__respondent"
        " where form = %s group by 1 order by 1",
        FORM,
    )
    assert [(row["period_year"], row["n"]) for row in rows] == [(int(y), of["n_respondents"]) for y, of in sorted(truth.items())]
    assert {(row["least"], row["most"]) for row in rows} == {(1, 1)}
    assert sum(of["n_respondents"] for of in truth.values()) < len(story.sent)


def test_leavers_are_not_set_beside_the_staff_in_post(story: Story) -> None:
    rows = query(story.url, "select * from fieldwork.fieldwork__response where form = %s", FORM)
    assert rows and {row["n_staff"] for row in rows} == {None}


def test_no_published_figure_of_the_other_survey_moves(story: Story) -> None:
    shown = [row for row in story.before.values() if row["response_rate_pct"] is not None and row["estimate"] is not None]
    assert len(shown) > 50
    assert story.after == story.before


def test_the_share_of_family_reasons_is_that_of_the_answers(story: Story) -> None:
    respondents = [
        record
        for record in story.sent
        if record["consent"] == "yes"
        and record["_submission_time"] < "2025"
        and all(record.get(f"reasons/{item}") in SCALE for item in REASONS)
    ]
    family = [record for record in respondents if {record[f"reasons/{item}"] for item in REASONS} & {"4", "5"}]
    assert len({tuple(record[f"reasons/{item}"] for item in REASONS) for record in respondents}) > 3
    [cell] = query(
        story.url,
        "select * from indicators.fct_indicator where indicator_code = %s and period_year = 2024 and level = 'all'",
        INDICATOR,
    )
    assert (cell["n"], cell["n_positive"]) == (len(respondents), len(family)) and len(family) > 0
    assert cell["estimate"] == pytest.approx(100 * len(family) / len(respondents))


def test_figures_of_few_leavers_are_withheld_and_hold_no_number(story: Story) -> None:
    rows = query(
        story.url,
        "select * from release.indicator where indicator_code = %s and release_id = (select max(release_id) from release.release)",
        INDICATOR,
    )
    exact = query(story.url, "select cell_id, n from indicators.fct_indicator where indicator_code = %s", INDICATOR)
    few = {row["cell_id"] for row in exact if row["n"] is not None and row["n"] < 10}
    withheld = [row for row in rows if row["cell_id"] in few]
    assert withheld and all(row["is_suppressed"] and row["estimate"] is None and row["n"] is None for row in withheld)
    assert any(not row["is_suppressed"] and row["n"] >= 10 for row in rows)


def test_a_figure_is_explained_by_the_form_that_it_is_of(story: Story) -> None:
    def forms(code: str) -> set[str]:
        place = {"code": code, "agency": "THA-POL", "country": None, "year": 2025}
        with psycopg.connect(story.url) as connection:
            return {row[0] for row in connection.execute(FORMS.format(who=RESPONDENTS), place)}

    assert (forms("CUL-03"), forms(INDICATOR)) == ({OTHER}, {FORM})


def test_the_response_rate_of_one_survey_is_never_told_beside_the_figures_of_another(
    story: Story, postgres: Postgres, tmp_path: Path
) -> None:
    before = rates(story.url)
    everybody = {agency.code: 1 for agency in WITH.agencies}  # a response rate of 100 % and more, were it of the others
    with database(postgres, template=story.url.rpartition("/")[2]) as url:
        with psycopg.connect(url) as connection:
            load_tables(connection, weighed(WITH, FORM, everybody))
        build_models(url, tmp_path, "--select", "+ind_survey__cell")
        after = rates(url)
    of_leavers = {key: row for key, row in after.items() if row["indicator_code"] == INDICATOR}
    assert before and of_leavers and min(row["response_rate_pct"] for row in of_leavers.values()) >= 100
    assert {key: row for key, row in after.items() if key not in of_leavers} == before


def rates(url: str) -> Rows:
    """The cells of 2025 that have a response rate beside them."""
    rows = query(url, "select * from indicators.ind_survey__cell where period_year = 2025 and response_rate_pct is not null")
    return {f"{row['indicator_code']} {row['agency_code']} {row['gender']}": row for row in rows}
