"""For tests of gates: raw tables with two agencies, a form and international tables, and builds that are complete or stopped."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import psycopg

from expectations import GateResult, run_gate
from expectations.compared import keep_as_built
from parity.settings import REPOSITORY
from tests.integration.dbt_project import deliver, prepare, respond

CATALOGUE = REPOSITORY / "catalogue"
FORM = "workplace_culture"
SEX = {"tha_pol": "หญิง", "vnm_cus": "Nữ"}
AGENCY = {"tha_pol": "THA-POL", "vnm_cus": "VNM-CUS"}


def key(n: int) -> str:
    return hashlib.md5(str(n).encode()).hexdigest()


def send_list(url: str, contract: str, n_people: int, month: str) -> None:
    """A list of so many people of a month, as YYYY-MM."""
    rows = [{"period_date": f"{month}-28", "person_key": key(n), "sex_code": SEX[contract]} for n in range(n_people)]
    deliver(url, contract, AGENCY[contract], rows, name=month)


def fill(url: str) -> None:
    prepare(url)
    send_list(url, "tha_pol", 40, "2025-01")
    send_list(url, "vnm_cus", 20, "2025-01")
    respond(url, FORM, [{"consent": "yes"}] * 30)
    execute(
        url,
        "insert into raw.ref_population (iso3, year) select 'THA', 2000 + g from generate_series(1, 20) g;"
        " insert into raw.ref_victim (iso3) values ('THA'); insert into raw.ref_police_share (iso3) values ('THA')",
    )


def execute(url: str, statement: str, *parameters: object) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement, parameters or None)


def query(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def build(url: str, **more: object) -> GateResult:
    """The gate `raw`, and the end of a complete build after it."""
    result = run_gate("raw", url, **more)
    with psycopg.connect(url) as connection:
        keep_as_built(connection)
    return result


def said(result: GateResult, state: str = "warning") -> list[str]:
    return [str(found) for found in result.of_state(state)]


def catalogue_with(folder: Path, *entries: str) -> Path:
    """A copy of the catalogue whose accepted.yml has these entries."""
    copy = folder / "catalogue"
    if not copy.exists():
        shutil.copytree(CATALOGUE, copy)
    (copy / "accepted.yml").write_text("accepted:\n" + "".join(entries) if entries else "accepted: []\n", encoding="utf-8")
    return copy


def entry(suite: str, check: str, until: str, **more: str) -> str:
    fields = {"suite": suite, "check": check, "author": "A. Reyes", "reason": "They withdrew their lists.", "until": until} | more
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return "  - " + "\n    ".join(lines) + "\n"
