"""The gate `raw` over several builds: sources that grow, shrink, vanish and come back, and data that grow old."""

import psycopg
import pytest

from expectations import GateFailed, GateNotRun, run_gate
from expectations.compared import keep_as_built
from tests.integration.dbt_project import respond
from tests.integration.gate_sources import FORM, build, execute, fill, query, said, send_list


@pytest.fixture
def url(warehouse):
    fill(warehouse)
    return warehouse


def test_a_first_build_is_compared_with_nothing_and_passes(url):
    result = build(url)
    assert result.passed and not said(result)


def test_a_source_that_grows_or_stays_passes_three_builds(url):
    for month in ("2025-01", "2025-02", "2025-03"):
        if month != "2025-01":
            send_list(url, "tha_pol", 40, month)
        assert not said(build(url))
    assert ("staff", "hr_staff THA-POL", 120) in query(url, "select source, part, n from ops.volume where state = 'built'")


def test_a_shorter_newest_list_warns_once_though_all_rows_together_are_more(url):
    build(url)
    send_list(url, "tha_pol", 30, "2025-02")
    [warning] = said(build(url))
    assert "newest lists against the build before" in warning and "tha_pol THA-POL: 30 people, 40 in the build before." in warning
    assert "no proof that people left" in warning
    send_list(url, "tha_pol", 30, "2025-03")
    assert not said(build(url))


def test_an_older_list_that_arrives_late_is_not_taken_for_the_newest(url):
    build(url)
    send_list(url, "tha_pol", 5, "2024-06")
    assert not said(build(url))


def test_an_agency_that_vanishes_stops_every_build_until_it_is_back(url):
    build(url)
    rows = "create table public.kept as select * from raw.hr_staff where agency_code = 'VNM-CUS'"
    execute(url, f"{rows}; delete from raw.hr_staff where agency_code = 'VNM-CUS'")
    for _ in range(2):  # a build that was stopped is nothing to compare with
        with pytest.raises(GateFailed, match=r"hr_staff VNM-CUS: 0 rows, 20 in the build before\. Missing rows are no proof"):
            build(url)
    execute(url, "insert into raw.hr_staff select * from public.kept")
    assert not said(build(url))
    execute(url, "delete from raw.hr_staff where agency_code = 'VNM-CUS'")
    with pytest.raises(GateFailed, match="hr_staff VNM-CUS"):
        build(url)


def test_a_source_that_vanishes_between_gate_and_end_of_a_build_is_missed_by_the_next(url):
    build(url)
    run_gate("raw", url)
    execute(url, "delete from raw.hr_staff where agency_code = 'VNM-CUS'")
    with psycopg.connect(url) as connection:
        keep_as_built(connection)
    with pytest.raises(GateFailed, match="hr_staff VNM-CUS: 0 rows"):
        run_gate("raw", url)


def test_deleted_rows_of_an_agency_that_has_others_warn(url):
    build(url)
    execute(url, "delete from raw.hr_staff where agency_code = 'THA-POL' and row_no <= 10")
    [warning] = said(build(url))
    assert "staff files against the build before" in warning and "hr_staff THA-POL: 30 rows, 40" in warning


def test_fewer_answers_warn_and_none_stop_the_build(url):
    build(url)
    execute(url, "delete from raw.kobo_submission where submission_id <= 3")
    [warning] = said(build(url))
    assert f"{FORM}: 27 answers, 30 in the build before" in warning and "parity kobo reconcile" in warning
    execute(url, "update raw.kobo_submission set is_deleted = true")
    with pytest.raises(GateFailed, match=f"{FORM}: 0 answers, 27"):
        build(url)
    respond(url, FORM, [{"consent": "yes"}] * 27, first_id=100)
    assert not said(build(url))


def test_a_submission_of_several_versions_is_one_answer(url):
    build(url)
    respond(url, FORM, [{"consent": "no"}] * 30)  # the same ids again
    execute(url, "delete from raw.kobo_submission where load_no <= 30")
    assert not said(build(url))


@pytest.mark.parametrize("table", ["ref_population", "ref_victim", "ref_police_share"])
def test_an_international_table_that_is_empty_stops_the_build(url, table):
    build(url)
    execute(url, f"delete from raw.{table}")
    with pytest.raises(GateFailed, match=f"{table}: 0 rows"):
        build(url)


def test_what_was_empty_before_may_stay_empty(url):
    execute(url, "delete from raw.ref_victim")
    assert not said(build(url))
    assert not said(build(url))


def test_old_data_warn_and_say_how_old(url):
    execute(url, "update raw.hr_delivery set delivered_at = now() - interval '50 days' where contract = 'tha_pol'")
    execute(
        url,
        "insert into ops.kobo_cursor (asset_uid, form, rights, n_live, synced_at)"
        f" values ('a{FORM}', '{FORM}', 'all', 30, now() - interval '4 days'), ('b', 'fact_finding', 'all', 1, now())",
    )
    execute(url, "update raw.ref_population set loaded_at = now() - interval '600 days'")
    warnings = "\n".join(said(build(url)))
    for finding in ("tha_pol: 50 days old", f"{FORM}: 4 days old", "ref_population: 600 days old"):
        assert finding in warnings
    assert "vnm_cus" not in warnings and "fact_finding" not in warnings


def test_counting_that_the_database_refuses_decides_nothing(url):
    execute(url, "alter table raw.hr_event rename column agency_code to agency")
    with pytest.raises(GateNotRun, match=r'UndefinedColumn: column "agency_code" does not exist. Nothing was decided'):
        run_gate("raw", url)
    assert query(url, "select count(*) from ops.gate_result") == [(0,)]


def test_a_warehouse_that_does_not_answer_decides_nothing_and_names_no_password(url):
    with pytest.raises(GateNotRun, match=r"OperationalError: .*Nothing was decided") as error:
        run_gate("raw", url.replace(f":{psycopg.conninfo.conninfo_to_dict(url)['port']}/", ":1/"))
    assert psycopg.conninfo.conninfo_to_dict(url)["password"] not in str(error.value)
