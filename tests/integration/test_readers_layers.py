"""The masked tables of `fieldwork` and `quality` in the readers' database: what is copied, build after build, and what is not."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator

import psycopg
import pytest

from parity.catalogue import CatalogueError
from parity.settings import REPOSITORY
from publication import layers
from publication.readers import Readers, ReadersError
from tests.integration.reader_roles import LAYERS, Place, place_of

MARK = "Somchai Jaidee"
RESPONSE = "insert into fieldwork.fieldwork__response values ('culture', {year}, '{agency}', '{gender}', '2024-12-31', {numbers})"
PACE = "insert into fieldwork.fieldwork__pace values ('culture', 2025, 'THA-POL', '2025-06-{day:02}', {n})"
FIX = (
    "insert into quality.quality__fix values ('key', 'IDN-IMM', 'idn_imm', {delivery}, '"
    + MARK
    + ".xlsx', '2025-06-30 23:30Z', '2025-01-31',"
    " '2025-06-30', {place}, '{issue}', 'Pangkat', '{detail}', {n}, 'REP-01', {points}, 'Mend it.')"
)


@pytest.fixture
def place(postgres, tmp_path) -> Iterator[Place]:
    with place_of(postgres, tmp_path) as made:
        yield made


def response(year: int, agency: str, gender: str, numbers: str) -> str:
    return RESPONSE.format(year=year, agency=agency, gender=gender, numbers=numbers)


def fix(place: int, issue: str, n: int, points: float, detail: str = "a rule", delivery: int = 1) -> str:
    return FIX.format(place=place, issue=issue, n=n, points=points, detail=detail, delivery=delivery)


def test_response_is_rounded_and_its_per_cent_computed_from_what_is_shown(place):
    place.inside(
        response(2024, "THA-POL", "man", "false, 238, 34, 100 * 34 / 238.0"),
        response(2024, "THA-POL", "woman", "true, null, null, null"),
        response(2024, "IDN-IMM", "woman", "false, 80, 0, 0"),
    )
    place.copy("fieldwork")
    seen = "select period_year, agency_code, gender, is_masked, n_staff, n_respondents, response_pct from fieldwork.fieldwork__response"
    first = [
        (2024, "IDN-IMM", "woman", False, 80, 0, 0.0),
        (2024, "THA-POL", "man", False, 240, 35, pytest.approx(100 * 35 / 240)),
        (2024, "THA-POL", "woman", True, None, None, None),
    ]
    assert sorted(place.ask("fieldwork", seen)) == first
    # A second wave, and one more answer in the first, which moves nothing.
    place.inside(
        response(2026, "THA-POL", "man", "false, 251, 12, 100 * 12 / 251.0"),
        "update fieldwork.fieldwork__response set n_respondents = 35 where n_respondents = 34",
    )
    place.copy("fieldwork")
    assert sorted(place.ask("fieldwork", seen)) == [*first, (2026, "THA-POL", "man", False, 250, 10, pytest.approx(4.0))]


def test_of_the_pace_only_days_are_shown_on_which_a_step_was_reached(place):
    place.inside(*(PACE.format(day=day, n=n) for day, n in ((1, 0), (2, 0), (3, 5), (4, 5), (5, 10), (9, 10))))
    place.copy("fieldwork")
    seen = "select extract(day from day)::int, n_to_date from fieldwork.fieldwork__pace order by 1"
    assert place.ask("fieldwork", seen) == [(3, 5), (5, 10)]


def test_no_erasure_moves_a_step_of_the_pace_that_was_shown(place):
    """Each list is what dbt counts: two waves' worth of days, then after an erasure, more answers, a second erasure, and a clean-up."""
    seen = "select extract(day from day)::int, n_to_date from fieldwork.fieldwork__pace order by 2"

    def shown(*days: tuple[int, int]) -> list[tuple]:
        place.inside("delete from fieldwork.fieldwork__pace", *(PACE.format(day=day, n=n) for day, n in days))
        place.copy("fieldwork")
        return place.ask("fieldwork", seen)

    first = [(3, 5), (5, 10), (9, 15)]
    assert shown((1, 0), *first) == first
    assert shown((1, 0), (4, 5), (7, 10), (9, 10)) == first, "who answered on the third day was erased"
    assert shown((4, 5), (7, 10), (11, 15), (12, 20)) == [*first, (12, 20)]
    assert shown((4, 5), (6, 10), (8, 15), (10, 20), (11, 25)) == [*first, (12, 20), (12, 25)], "answers that came late"
    assert shown((2, 5), (3, 15)) == [*first, (12, 20), (12, 25)], "ten fewer"
    assert shown((2, 5), (3, 10)) == [(2, 5), (3, 10)], "fifteen fewer: test data were deleted"


def test_no_erasure_draws_in_the_days_of_a_version_that_were_shown(place):
    seen = "select extract(day from first_day)::int, extract(day from last_day)::int from fieldwork.fieldwork__version"
    shown = []
    for n, first, last in ((98, 1, 9), (97, 3, 8), (120, 3, 12), (119, 5, 11)):
        place.inside(
            "delete from fieldwork.fieldwork__version",
            f"insert into fieldwork.fieldwork__version values ('culture', 'v1', 1, {n}, '2025-06-{first:02}', '2025-06-{last:02}')",
        )
        place.copy("fieldwork")
        shown += place.ask("fieldwork", seen)
    assert shown == [(1, 9), (1, 9), (1, 12), (1, 12)]


def test_shares_times_and_days_are_shown_in_steps_of_several_people(place):
    place.inside(
        "insert into fieldwork.fieldwork__item_missing values ('culture', 2025, 'respect', 412, 3.4, 8.1, 12.6), ('small', 2025, 'respect', 60, 3, 8, 13)",
        "insert into fieldwork.fieldwork__completion values ('culture', 2025, 'THA-POL', 57, 311.7, 551.2, 1033.9)",
        "insert into fieldwork.fieldwork__version values ('culture', 'v1', 1, 98, '2025-06-01', '2025-06-09'),"
        " ('culture', 'missing', null, 1, '2025-06-07', '2025-06-07')",
        "insert into fieldwork.fieldwork__state values ('culture', 412, 1, 0, 9, 3, 7, 0, 4, 2, 1, 147, '2025-06-09 23:59:58Z')",
    )
    place.copy("fieldwork")
    assert sorted(place.ask("fieldwork", "select * from fieldwork.fieldwork__item_missing")) == [
        ("culture", 2025, "respect", 410, 5.0, 10.0, 15.0),
        ("small", 2025, "respect", 60, None, None, None),  # 5 per cent of 60 are three people
    ]
    assert place.ask("fieldwork", "select * from fieldwork.fieldwork__completion") == [
        ("culture", 2025, "THA-POL", 55, 300.0, 540.0, 1020.0)
    ]
    assert sorted(place.ask("fieldwork", "select * from fieldwork.fieldwork__version")) == [
        ("culture", "missing", None, None, None, None),
        ("culture", "v1", 1, 100, dt.date(2025, 6, 1), dt.date(2025, 6, 9)),
    ]
    assert place.ask("fieldwork", "select * from fieldwork.fieldwork__state") == [
        ("culture", 410, None, 0, 10, None, 5, 0, None, None, None, 145, dt.date(2025, 6, 9))
    ]


def test_the_quality_role_sees_no_count_by_sex_and_no_gap_where_a_row_stays_inside(place):
    place.inside(
        fix(1, "sex restated", 7, 40.5),
        fix(2, "code not in the contract", 23, 12.4, detail=MARK),
        fix(3, "rank not known", 12, 22.22),
        fix(4, "sex not known", 4, 13.3),
        fix(5, "a fault of tomorrow", 50, 1),
        fix(6, "late row", 9, 1.5),
        fix(1, "row quarantined", 8, 2.6, detail="not a date", delivery=2),
    )
    place.copy("quality")
    seen = "select delivery_no, place, issue, detail, n_rows, effect_points from quality.quality__fix order by 1, 2"
    assert place.ask("quality", seen) == [
        (1, 1, "code not in the contract", None, 25, 10.0),
        (1, 2, "rank not known", "a rule", 10, None),
        (1, 3, "sex not known", "a rule", None, None),
        (1, 4, "late row", "a rule", 10, None),
        (2, 1, "row quarantined", "not a date", 10, 5.0),
    ]
    columns = "select array_agg(attname::text) from pg_attribute where attrelid = 'quality.quality__fix'::regclass and attnum > 0"
    [(named,)] = place.ask("quality", columns)
    assert not {"file_name", "fix_id"} & set(named)
    assert place.ask("quality", "select distinct delivered_at from quality.quality__fix") == [(dt.date(2025, 6, 30),)]


def test_no_name_no_key_and_no_answer_reaches_the_readers_database(place):
    place.inside(
        "insert into fieldwork.fieldwork__flag values ('culture', 'asset', 987654321, 'speeder', null)",
        f"insert into fieldwork.int_fieldwork__person values ('culture', 987654321, '{MARK}')",
        fix(1, "code not in the contract", 23, 12.4, detail=MARK),
        f"alter table fieldwork.fieldwork__version add comment text default '{MARK}'",
        "insert into fieldwork.fieldwork__version values ('culture', 'v1', 1, 98, '2025-06-01', '2025-06-09')",
        f"create table quality.quality__clerk as select '{MARK}' as name",
    )
    for layer in LAYERS:
        place.copy(layer)
    with psycopg.connect(place.readers.url) as owner:
        tables = owner.execute(
            "select schemaname || '.' || tablename from pg_tables where schemaname in ('fieldwork', 'quality')"
        ).fetchall()
        held = "\n".join(str(owner.execute(f"select t::text from {table} as t").fetchall()) for (table,) in tables)
    assert len(tables) == 8 and "v1" in held
    assert MARK not in held and "Somchai" not in held and "987654321" not in held


def test_a_column_that_the_warehouse_lost_is_named_and_readers_keep_what_they_had(place):
    place.inside(response(2024, "THA-POL", "man", "false, 238, 34, 14"))
    assert place.copy("fieldwork")["fieldwork__response"] == 1
    place.inside(
        response(2026, "THA-POL", "man", "false, 238, 34, 14"), "alter table fieldwork.fieldwork__response drop column n_staff"
    )
    with pytest.raises(CatalogueError) as told:
        place.copy("fieldwork")
    line = (REPOSITORY / "catalogue" / "access.yml").read_text().split("          n_staff:")[0].count("\n") + 1
    where = f"access.yml:{line}: roles.fieldwork.tables.fieldwork__response.columns.n_staff"
    assert where in str(told.value)
    assert "Take it out of the file, or bring it back in dbt/models/fieldwork/fieldwork__response.sql" in str(told.value)
    assert place.ask("fieldwork", "select period_year, n_staff from fieldwork.fieldwork__response") == [(2024, 240)]
    place.inside("drop table fieldwork.fieldwork__pace")
    with pytest.raises(CatalogueError, match=r"roles\.fieldwork\.tables\.fieldwork__pace: the warehouse has no table"):
        place.copy("fieldwork")


def test_what_access_yml_names_no_more_is_gone_with_the_next_copy_and_what_it_names_anew_is_there(place, tmp_path):
    place.inside(response(2024, "THA-POL", "man", "false, 238, 34, 14"))
    catalogue = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "catalogue", catalogue)
    file = catalogue / "access.yml"
    whole = file.read_text()
    place.copy("fieldwork", catalogue)
    without = [line for line in whole.splitlines() if not line.startswith(("          n_staff:", "          response_pct:"))]
    begin = without.index("      fieldwork__sync:")
    file.write_text("\n".join(without[:begin] + without[begin + 4 :]))
    assert "fieldwork__sync" not in place.copy("fieldwork", catalogue)
    assert place.ask("fieldwork", "select n_respondents from fieldwork.fieldwork__response") == [(35,)]
    for query in ("select n_staff from fieldwork.fieldwork__response", "select * from fieldwork.fieldwork__sync"):
        with pytest.raises((psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable)):
            place.ask("fieldwork", query)
    file.write_text(whole)
    place.copy("fieldwork", catalogue)
    assert place.ask("fieldwork", "select n_staff from fieldwork.fieldwork__response") == [(240,)]
    assert len(place.ask("fieldwork", "select * from fieldwork.fieldwork__sync")) == 1


def test_a_crash_within_a_copy_changes_nothing_and_the_next_run_mends_it(place, monkeypatch):
    place.inside(response(2024, "THA-POL", "man", "false, 238, 34, 14"), PACE.format(day=1, n=5))
    place.copy("fieldwork")
    place.inside(response(2026, "THA-POL", "man", "false, 238, 34, 14"), PACE.format(day=2, n=10))
    replace, calls = layers.replace_rows, []

    def stops(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        replace(*arguments)

    monkeypatch.setattr(layers, "replace_rows", stops)
    with pytest.raises(KeyboardInterrupt):
        place.copy("fieldwork")
    monkeypatch.undo()
    counts = "select (select count(*) from fieldwork.fieldwork__response), (select count(*) from fieldwork.fieldwork__pace)"
    assert place.ask("fieldwork", counts) == [(1, 1)]
    place.copy("fieldwork")
    assert place.ask("fieldwork", counts) == [(2, 2)]
    with psycopg.connect(place.readers.url) as owner:
        owner.execute("drop schema fieldwork cascade")
    place.start()
    place.copy("fieldwork")
    assert place.ask("fieldwork", counts) == [(2, 2)]


def test_a_reader_sees_one_build_of_a_layer_while_another_replaces_it(place):
    place.inside(response(2024, "THA-POL", "man", "false, 238, 34, 14"))
    place.copy("fieldwork")
    with psycopg.connect(place.urls["fieldwork"]) as reader:
        reader.execute("select * from fieldwork.fieldwork__response")  # and holds its lock
        place.inside(response(2026, "THA-POL", "man", "false, 238, 34, 14"))
        place.copy("fieldwork")
        assert reader.execute("select count(*) from fieldwork.fieldwork__response").fetchone() == (2,)


def test_a_warehouse_is_refused_as_the_readers_database(place):
    with pytest.raises(ReadersError, match="a database of their own"):
        layers.copy_layer(place.warehouse, Readers(place.warehouse, "nobody"), "quality", REPOSITORY / "catalogue")
