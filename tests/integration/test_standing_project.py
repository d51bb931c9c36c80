"""A pilot, the survey, and the survey again under the same name, beside a second form: what counts is what stands, or what the contract includes."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from expectations.compared import count_sources
from ingestion.reference import load_catalogue as load_tables
from parity.build_state import read_inputs
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from sandbox.kobo_standin.app import create_app
from sandbox.kobo_standin.openrosa import about as told
from sandbox.kobo_standin.store import Store
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, prepare, query
from tests.integration.kobo_server import serve

TOKEN = "a" * 40
FORM, BESIDE = "workplace_culture", "fact_finding"
MODELS = ("--select", "+int_survey__respondent", "+fct_fact_finding", "+path:models/fieldwork")
N_PILOT, N_MAIN, N_AGAIN, N_BESIDE = 30, 45, 20, 6


@dataclass
class World:
    """A server, a catalogue and a warehouse, and what an operator does with them."""

    store: Store
    catalogue: Path
    url: str
    target: Path
    sent: int = 0
    uids: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str) -> dict[str, Any]:
        result = CliRunner().invoke(app, ["kobo", *words, "--json"])
        assert result.exit_code == 0, result.output + result.stderr
        return json.loads(result.stdout)

    def start(self, name: str, form: str = FORM) -> None:
        """The form's project under its name, which is a new one where the former is gone."""
        before = {row["uid"] for row in self.store.assets()}
        self.run("deploy", form, "--yes", "--allow-draft-languages")
        [self.uids[name]] = {row["uid"] for row in self.store.assets()} - before

    def end(self, name: str) -> None:
        self.store.drop_asset(self.uids[name])

    def respond(self, name: str, n: int) -> None:
        for number in range(n):
            said = {"consent": "yes", "profile/sex": ("woman", "man")[number % 2], "culture/respect": str(number % 5 + 1)}
            self.add(name, said | {"profile/agency": "THA-POL", "profile/grade_band": "junior"})

    def assess(self, name: str, n: int) -> None:
        for number in range(n):
            said = {"subject": "post", "agency": "THA-POL", "period_year": "2025", "post/post_no": str(number + 1)}
            self.add(name, said | {"post/womens_toilets": "yes"})

    def add(self, name: str, said: dict[str, str]) -> None:
        self.sent += 1
        root = f"00000000-0000-4000-8000-{self.sent:012d}"
        about = {"_submission_time": f"2025-06-{self.sent % 28 + 1:02}T08:00:00", "_validation_status": {}, "_attachments": []}
        record = self.store.add(self.uids[name], {"_uuid": root, "meta/rootUuid": f"uuid:{root}", **about, **said})
        self.store.log(self.uids[name], "add-submission", "owner", told(record))

    def include(self, *names: str) -> None:
        file = self.catalogue / "sources" / "kobo" / f"{FORM}.yml"
        kept = [line for line in file.read_text().splitlines() if not line.startswith("include_earlier_projects")]
        uids = ", ".join(self.uids[name] for name in names)
        file.write_text("\n".join([*kept, *([f"include_earlier_projects: [{uids}]"] if names else [])]) + "\n")

    def state(self) -> dict[str, Any]:
        """What counts after a sync and a build, by each thing that says so."""
        reports = {report["form"]: report for report in self.run("sync")}
        proofs = {proof["form"]: proof for proof in self.run("reconcile")}
        with psycopg.connect(self.url) as connection:
            load_tables(connection, load_catalogue(self.catalogue))
            count_sources(connection)
        build_models(self.url, self.target, *MODELS)
        [fieldwork] = self.run("fieldwork", FORM)["state"]
        [gate] = query(self.url, "select n::int as n from ops.volume where state = 'now' and part = %s", FORM)
        return {
            "report": reports[FORM],
            "proof": proofs[FORM],
            "fieldwork": {name: fieldwork[name] for name in ("n_present", "n_set_aside")},
            "gate": gate["n"],
            "respondents": len(self.rows("core.int_survey__respondent")),
            "staged": {row["asset_uid"]: row["n"] for row in query(self.url, STAGED, FORM)},
            "beside": (reports[BESIDE]["n_total"], len(self.rows("core.fct_fact_finding"))),
            "rows": [self.rows(table) for table in ("staging.stg_kobo__submission", "core.int_survey__respondent", *FIELDWORK)],
        }

    def rows(self, table: str) -> list[str]:
        return [row["line"] for row in query(self.url, f"select cast(t as text) as line from {table} as t order by 1")]


STAGED = "select asset_uid, count(*)::int as n from staging.stg_kobo__submission where form = %s group by 1"
FIELDWORK = [f"fieldwork.fieldwork__{name}" for name in ("state", "version", "item_missing", "pace", "flag")]


@pytest.fixture(scope="module")
def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    place = tmp_path_factory.mktemp("standing")
    shutil.copytree(REPOSITORY / "catalogue", place / "catalogue")
    server = create_app(place / "kobo.sqlite", TOKEN)
    with serve(server) as address, database(postgres) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARITY_CATALOGUE", str(place / "catalogue"))
        patch.setenv("PARITY_KOBO_URL", address)
        patch.setenv("PARITY_KOBO_TOKEN", TOKEN)
        patch.setenv("PARITY_WAREHOUSE_URL", url)
        patch.setenv("PARITY_LANDING_URL", str(place / "landing"))
        prepare(url)
        yield World(server.state.store, place / "catalogue", url, place / "target")


@pytest.fixture(scope="module")
def story(world: World) -> dict[str, Any]:
    """The states, one after the other."""
    states = {}
    world.start("beside", BESIDE)
    world.assess("beside", N_BESIDE)
    world.start("pilot")
    world.respond("pilot", N_PILOT)
    states["pilot"] = world.state()
    world.end("pilot")
    world.start("main")
    states["begun"] = world.state()
    world.respond("main", N_MAIN)
    states["main"] = world.state()
    world.end("main")
    world.start("again")
    world.respond("again", N_AGAIN)
    states["again"] = world.state()
    world.include("main")
    states["with main"] = world.state()
    world.include("pilot", "main")
    states["with both"] = world.state()
    world.include()
    states["alone"] = world.state()
    return states


N_COUNTED = {
    "pilot": N_PILOT,
    "begun": 0,
    "main": N_MAIN,
    "again": N_AGAIN,
    "with main": N_AGAIN + N_MAIN,
    "with both": N_AGAIN + N_MAIN + N_PILOT,
    "alone": N_AGAIN,
}
N_HELD = {"pilot": N_PILOT, "begun": N_PILOT, "main": N_PILOT + N_MAIN} | dict.fromkeys(
    ("again", "with main", "with both", "alone"), N_PILOT + N_MAIN + N_AGAIN
)


def test_figures_fieldwork_and_gates_count_what_stands_and_what_is_included(story: dict[str, Any]) -> None:
    assert {name: state["respondents"] for name, state in story.items()} == N_COUNTED
    assert {name: sum(state["staged"].values()) for name, state in story.items()} == N_COUNTED
    assert {name: state["fieldwork"]["n_present"] for name, state in story.items()} == N_COUNTED
    assert {name: state["gate"] for name, state in story.items()} == N_COUNTED
    aside = {name: state["fieldwork"]["n_set_aside"] for name, state in story.items()}
    assert aside == {name: N_HELD[name] - N_COUNTED[name] for name in story}


def test_the_proof_is_of_the_project_that_stands_and_says_what_counts_beside_it(world: World, story: dict[str, Any]) -> None:
    assert all(state["proof"]["is_equal"] for state in story.values())
    counted = {name: state["proof"]["n_raw"] + state["proof"]["n_earlier"] for name, state in story.items()}
    assert counted == N_COUNTED
    last = {"pilot": "pilot", "begun": "main", "main": "main"}
    assert {name: state["proof"]["asset_uid"] for name, state in story.items()} == {
        name: world.uids[last.get(name, "again")] for name in story
    }


def test_a_sync_names_each_earlier_project_with_its_number_and_whether_it_counts(world: World, story: dict[str, Any]) -> None:
    uids = world.uids
    told = {
        name: [(one["asset_uid"], one["n_submissions"], one["is_counted"]) for one in state["report"]["earlier_projects"]]
        for name, state in story.items()
    }
    pilot, main = (uids["pilot"], N_PILOT), (uids["main"], N_MAIN)
    assert told == {
        "pilot": [],
        "begun": [(*pilot, False)],
        "main": [(*pilot, False)],
        "again": [(*pilot, False), (*main, False)],
        "with main": [(*pilot, False), (*main, True)],
        "with both": [(*pilot, True), (*main, True)],
        "alone": [(*pilot, False), (*main, False)],
    }
    notices = {name: " | ".join(state["report"]["notices"]) for name, state in story.items()}
    assert f"{uids['main']} is followed from now on, {uids['pilot']} was until now" in notices["begun"]
    assert "no answer has come to the project that stands" in notices["begun"]
    assert f"30 answers are held of an earlier project ({uids['pilot']}), and not counted" in notices["main"]
    assert "is followed from now on" not in notices["main"] and "no answer has come" not in notices["main"]
    assert f"45 answers are held of an earlier project ({uids['main']}), and counted" in notices["with main"]


def test_the_form_beside_stays_as_it_is(story: dict[str, Any]) -> None:
    beside = [state["beside"] for state in story.values()]
    assert beside == [beside[0]] * len(story) and beside[0][0] == N_BESIDE and beside[0][1] > N_BESIDE


def test_what_was_built_step_by_step_is_what_a_full_refresh_builds(world: World, story: dict[str, Any]) -> None:
    assert story["alone"]["rows"] == story["again"]["rows"] != story["with main"]["rows"]
    build_models(world.url, world.target, "--full-refresh", *MODELS)
    tables = ("staging.stg_kobo__submission", "core.int_survey__respondent", *FIELDWORK)
    assert [world.rows(table) for table in tables] == story["alone"]["rows"]


def test_another_sync_of_the_same_project_calls_for_no_build(world: World, story: dict[str, Any]) -> None:
    states = []
    for _ in range(3):
        world.run("sync")
        with psycopg.connect(world.url) as connection:
            states.append(read_inputs(connection, catalogue=world.catalogue).sources["raw.kobo_project"])
    assert len(set(states)) == 1 and story
