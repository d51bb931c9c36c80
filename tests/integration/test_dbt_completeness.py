"""What an agency's contract promises of each list, and what of it came in time and whole: cells counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from parity.catalogue import Catalogue
from stack.postgres import Postgres
from tests.integration.dbt_project import build, database, deliver, prepare, query
from tests.integration.test_dbt_staff import LONG_AGO, on_lists

JUNIOR = "Pengatur Muda (II/a)"


def with_a_deadline(catalogue: Catalogue) -> Catalogue:
    """The contract promises sex, rank, unit and day of hire; lists are due within 20 days."""
    contract = catalogue.hr["idn_imm"].model_copy(update={"due_days": 20})
    return catalogue.model_copy(update={"hr": catalogue.hr | {"idn_imm": contract}})


def people(month: int, *, without: str = "", n_without: int = 0, absent: int = 0) -> list[dict[str, Any]]:
    """Forty people on a list of 2024, of whom the last `n_without` lack a field and the first `absent` are not on it."""
    rows = [
        on_lists(f"p{n}", "PL"[n % 2], (2024, month), (2024, month), hire_date=LONG_AGO, rank_name=JUNIOR, unit_name="A")[0]
        for n in range(absent, 40)
    ]
    return [row | ({without: ""} if n >= len(rows) - n_without else {}) for n, row in enumerate(rows)]


# month → (rows, day of delivery, quarantined). May never came.
LISTS = {
    1: (people(1), "2024-02-20", 0),
    2: (people(2, without="unit_name", n_without=2), "2024-03-20", 0),  # 95 % have a unit; on the last day
    3: (people(3, without="rank_name", n_without=3), "2024-04-01", 0),  # 92.5 % have a rank
    4: (people(4), "2024-05-21", 0),  # a day late: nothing of it
    6: (people(6, absent=3), "2024-07-01", 0),  # three of 37 are gone without a word
    7: (people(7, without="sex_code", n_without=1), "2024-08-01", 2),  # 97.5 % of 40 of 42 rows is 92.9 %; three are back
}


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url, edit=with_a_deadline)
        for month, (rows, day, n_quarantined) in LISTS.items():
            deliver(url, "idn_imm", "IDN-IMM", rows, name=f"m{month}")
            with psycopg.connect(url) as connection:
                connection.execute(
                    "update raw.hr_delivery set delivered_at = %s, n_quarantined = %s where file_name = %s",
                    (f"{day}T12:00:00Z", n_quarantined, f"m{month}"),
                )
        # A correction of January comes months later: the list was in time all the same.
        deliver(url, "idn_imm", "IDN-IMM", people(1), name="m1 corrected")
        deliver(url, "vnm_cus", "VNM-CUS", [{"period_date": dt.date(2024, 12, 31), "person_key": "v", "sex_code": "Nam"}])
        build(url, tmp_path_factory.mktemp("dbt"))
        yield url


def test_each_promised_cell_of_each_due_list_is_judged(built: str) -> None:
    rows = query(
        built, "select period_date, field from core.int_list__cell where agency_code = 'IDN-IMM' and is_supplied order by 1, 2"
    )
    supplied = {month: [row["field"] for row in rows if row["period_date"].month == month] for month in range(1, 8)}
    assert supplied == {
        1: ["grade", "sex", "unit"],  # no list before it that could show events
        2: ["event", "grade", "sex", "unit"],
        3: ["event", "sex", "unit"],
        4: [],
        5: [],
        6: ["grade", "sex", "unit"],
        7: ["grade", "unit"],
    }


def test_completeness_is_the_share_of_cells_that_were_due(built: str) -> None:
    found = {
        row["level"]: (row["numerator"], row["denominator"])
        for row in query(
            built,
            "select * from indicators.fct_indicator where indicator_code = 'LDR-04' and period_year = 2024"
            " and (country_code = 'IDN' or agency_type = 'immigration')",
        )
    }
    due = 7 * 4 - 1
    assert found == dict.fromkeys(("agency", "country", "agency_type"), (15, due))


def test_a_contract_without_a_deadline_is_kept_whenever_the_list_comes(built: str) -> None:
    """One man without rank or unit, sent long after: his sex is all that is there."""
    [row] = query(built, "select * from indicators.fct_indicator where indicator_code = 'LDR-04' and agency_code = 'VNM-CUS'")
    assert (row["numerator"], row["denominator"]) == (1, 3)
