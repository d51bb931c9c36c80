"""What an agency's contract promises of each list, and what of it came in time and whole: cells counted by hand."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from parity.catalogue import Catalogue
from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, prepare, query
from tests.integration.test_dbt_staff import LONG_AGO, on_lists

JUNIOR = "Pengatur Muda (II/a)"


def with_deadlines(catalogue: Catalogue) -> Catalogue:
    """Contracts that promise sex, rank, unit and day of hire within 20 days; one of them took the place of another."""
    contracts = [catalogue.hr[name].model_copy(update={"due_days": 20}) for name in ("idn_imm", "tha_pol")]
    before = contracts[0].model_copy(update={"name": "idn_imm_before"})
    return catalogue.model_copy(update={"hr": catalogue.hr | {contract.name: contract for contract in (*contracts, before)}})


def people(month: int, *, year: int = 2024, without: str = "", n_without: int = 0, absent: int = 0) -> list[dict[str, Any]]:
    """Forty people on a list, of whom the last `n_without` lack a field and the first `absent` are not on it."""
    rows = [
        on_lists(f"p{n}", "PL"[n % 2], (year, month), (year, month), hire_date=LONG_AGO, rank_name=JUNIOR, unit_name="A")[0]
        for n in range(absent, 40)
    ]
    return [row | ({without: ""} if n >= len(rows) - n_without else {}) for n, row in enumerate(rows)]


# month → (rows, day of delivery, quarantined). May never came, nor did anything after July.
LISTS = {
    1: (people(1), "2024-02-20", 0),
    2: (people(2, without="unit_name", n_without=2), "2024-03-20", 0),  # 95 % have a unit; on the last day
    3: (people(3, without="rank_name", n_without=3), "2024-04-01", 0),  # 92.5 % have a rank
    4: (people(4), "2024-05-21", 0),  # a day late: nothing of it
    6: (people(6, absent=3), "2024-07-01", 0),  # three of 37 are gone without a word
    7: (people(7, without="sex_code", n_without=1), "2024-08-01", 2),  # 97.5 % of 40 of 42 rows is 92.9 %; three are back
}


NEWEST_DELIVERY = "2024-10-15"  # of all agencies: the list of August was due by then, that of September not yet


def deliver_on(
    url: str, day: str, contract: str, agency: str, rows: list[dict[str, Any]], *, name: str, n_quarantined: int = 0
) -> None:
    deliver(url, contract, agency, rows, name=name)
    with psycopg.connect(url) as connection:
        connection.execute(
            "update raw.hr_delivery set delivered_at = %s, n_quarantined = %s where file_name = %s",
            (f"{day}T12:00:00Z", n_quarantined, name),
        )


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url, edit=with_deadlines)
        deliver_on(url, "2024-01-05", "idn_imm_before", "IDN-IMM", people(12, year=2023), name="before")
        for month, (rows, day, n_quarantined) in LISTS.items():
            deliver_on(url, day, "idn_imm", "IDN-IMM", rows, name=f"m{month}", n_quarantined=n_quarantined)
        # A correction of January comes months later: the list was in time all the same.
        deliver_on(url, "2024-09-01", "idn_imm", "IDN-IMM", people(1), name="m1 corrected")
        for year, day in {2021: "2024-08-01", 2022: "2024-08-03", 2023: "2024-08-03"}.items():
            rows = on_lists("t", "ชาย", (year, 12), (year, 12), hire_date=LONG_AGO)
            deliver_on(url, day, "tha_pol", "THA-POL", rows, name=f"history {year}")
        man = {"period_date": dt.date(2022, 12, 31), "person_key": "v", "sex_code": "Nam"}
        deliver_on(url, NEWEST_DELIVERY, "vnm_cus", "VNM-CUS", [man], name="without a deadline")
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def test_each_promised_cell_of_each_due_list_is_judged(built: str) -> None:
    rows = query(
        built, "select period_date, field from core.int_list__cell where contract = 'idn_imm' and is_supplied order by 1, 2"
    )
    supplied = {month: [row["field"] for row in rows if row["period_date"].month == month] for month in range(1, 8)}
    assert supplied == {
        1: ["event", "grade", "sex", "unit"],  # the agency's list of the contract before shows who came and went
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
    assert found == dict.fromkeys(("agency", "country", "agency_type"), (16, 8 * 4))


def test_the_first_list_of_an_agency_can_show_no_events_and_owes_none(built: str) -> None:
    rows = query(built, "select distinct field from core.int_list__cell where contract = 'idn_imm_before' order by 1")
    assert [row["field"] for row in rows] == ["grade", "sex", "unit"]


def lists_due(url: str, contract: str) -> list[dt.date]:
    days = query(url, "select distinct period_date from core.int_list__cell where contract = %s order by 1", contract)
    return [row["period_date"] for row in days]


def test_an_agency_that_falls_silent_owes_the_lists_whose_deadline_has_passed(built: str) -> None:
    assert lists_due(built, "idn_imm") == [dt.date(2024, month, calendar.monthrange(2024, month)[1]) for month in range(1, 9)]


def test_a_contract_that_another_took_the_place_of_owes_nothing_more(built: str) -> None:
    assert lists_due(built, "idn_imm_before") == [dt.date(2023, 12, 31)]


def test_history_that_an_agency_sends_with_its_first_files_is_not_late(built: str) -> None:
    found = query(
        built,
        "select period_date from core.int_list__cell where contract = 'tha_pol' and field = 'sex' and is_supplied order by 1",
    )
    assert [row["period_date"].year for row in found] == [2021, 2022, 2023]


def test_a_contract_without_a_deadline_is_kept_whenever_the_list_comes(built: str) -> None:
    """One man without rank or unit, sent long after, and nothing since: his sex is all that is there, and nothing else is due."""
    [row] = query(built, "select * from indicators.fct_indicator where indicator_code = 'LDR-04' and agency_code = 'VNM-CUS'")
    assert (row["numerator"], row["denominator"]) == (1, 3)
