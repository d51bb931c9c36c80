"""What each release told is kept, and is part of the attack on the next: on a real PostgreSQL, with three releases and a rollback."""

import shutil

import pytest
import yaml
from psycopg.rows import class_row

from publication.cell import CELLS, Cell
from publication.earlier import people_in
from publication.earlier_store import told_before, told_by
from publication.history import ReleaseError
from publication.releases import attack_on, build_candidate, decide, publish, rollback
from tests.integration import made_cells
from tests.integration.made_cells import CATALOGUE, fill

connection = made_cells.connection


@pytest.fixture
def looser(tmp_path):
    """The catalogue with a policy that withholds and rounds less."""
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, folder)
    policy = yaml.safe_load((folder / "disclosure.yml").read_text())
    policy |= {"min_count": 3, "rounding_base": 3, "min_base_hr": 9, "min_base_survey": 9, "min_base_sensitive": 30}
    policy["rounding_base_sensitive"] = 9
    (folder / "disclosure.yml").write_text(yaml.safe_dump(policy))
    return folder


def a_release(connection, catalogue=CATALOGUE):
    number = build_candidate(connection, catalogue)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    return number


@pytest.fixture
def knowing(tmp_path):
    """Catalogues with these statements, and this policy beside them."""

    def catalogue(statements, **policy):
        folder = tmp_path / f"catalogue {len(list(tmp_path.iterdir()))}"
        shutil.copytree(CATALOGUE, folder)
        of_police = {"indicator": "REP-01", "agency": "THA-POL", "year": 2025, "who": "woman", "source": "Annual report"}
        known = [of_police | {"grade_band": grade, "least": women, "greatest": women} for grade, women in statements.items()]
        (folder / "known.yml").write_text(yaml.safe_dump({"known": known}))
        stated = yaml.safe_load((folder / "disclosure.yml").read_text())
        (folder / "disclosure.yml").write_text(yaml.safe_dump(stated | policy))
        return folder

    return catalogue


def fill_grades(connection, grades):
    """One agency, with so many women and staff in each grade band."""
    fill(connection, 0, n=0)
    for grade, (women, staff) in grades.items():
        connection.execute(
            "insert into indicators.fct_indicator (cell_id, indicator_code, level, country_code, agency_code, agency_type, gender, grade_band,"
            " breakdown, breakdown_value, period, period_year, period_date, numerator, denominator, n, estimate, method, catalogue_version, provenance)"
            " values (md5(%(grade)s), 'REP-01', %(level)s, 'THA', 'THA-POL', 'police', 'all', %(grade)s, 'none', 'all', 'year', 2025,"
            " date '2025-12-31', %(women)s, %(staff)s, %(staff)s, %(share)s, 'census share', '1', 'synthetic')",
            {
                "grade": grade, "level": "agency" if grade == "all" else "agency_grade", "women": women, "staff": staff,
                "share": 100 * women / staff,
            },
        )  # fmt: skip
    connection.commit()


def held(connection):
    """All that readers were ever told, whatever is current."""
    return set(
        connection.execute(
            "select distinct told.cell_id, told.people, told.sides::text, row.is_suppressed from release.told as told"
            " inner join release.release as release on told.release_id = release.release_id and release.published_at is not null"
            " inner join release.indicator as row on told.release_id = row.release_id and told.cell_id = row.cell_id"
        )
    )


def test_what_a_release_suppressed_stays_so_under_a_looser_policy(connection, looser):
    fill(connection, 4)
    first = a_release(connection)
    assert attack_on(connection, first)["n_earlier"] == 0
    fill(connection, 4)
    second = a_release(connection, looser)
    why = "select distinct is_suppressed, suppression_reason from release.indicator where release_id = %s"
    assert connection.execute(why, (first,)).fetchall() == connection.execute(why, (second,)).fetchall()
    fill(connection, 24)
    third = build_candidate(connection, looser)
    assert connection.execute(why, (third,)).fetchall() == [(False, None)], "other people"
    assert attack_on(connection, third)["n_earlier"] == 0


def before_it_was_kept(connection):
    """The state of a warehouse that a version before migration 0026 left."""
    connection.execute("delete from release.told")
    connection.execute("update release.release set held_against = null, shown_at = published_at")
    connection.commit()


def test_what_releases_told_before_that_was_kept_is_worked_out_once(connection, looser):
    fill(connection, 4)
    first = a_release(connection)
    fill(connection, 24)
    a_release(connection)
    told = held(connection)
    before_it_was_kept(connection)
    fill(connection, 4)
    third = a_release(connection, looser)
    why = "select distinct is_suppressed, suppression_reason from release.indicator where release_id = %s"
    assert connection.execute(why, (third,)).fetchall() == connection.execute(why, (first,)).fetchall(), "suppressed as it was"
    assert attack_on(connection, third)["n_earlier"] == 12, "of the two releases, the one that told of these people"
    assert {row[:2] for row in held(connection) if row[3]} == {row[:2] for row in told if row[3]}
    assert all(row[2].startswith("[[1, 4]") for row in held(connection) if row[3]), (
        "what `fewer than 5` says, whatever the policy is now"
    )
    kept = connection.execute("select release_id, count(*) from release.told group by 1 order by 1").fetchall()
    assert [number for number, _ in kept] == [first, third], "the second was of others"
    fill(connection, 4)
    a_release(connection)
    assert connection.execute("select count(*) from release.told where release_id = %s", (first,)).fetchone()[0] == kept[0][1]


def test_a_release_of_other_lists_told_nothing_of_todays_people(connection, looser):
    fill(connection, 4)
    first = a_release(connection)
    connection.execute(
        "insert into release.snapshot (release_id, contract, agency_code, period_date, rows_year, content_sha256, has_breakdowns)"
        " values (%s, 'of_a1', 'A1', '2025-12-31', 0, 'x', true), (%s, 'of_a2', 'A2', '2026-12-31', 0, 'y', true)",
        (first, first),
    )
    before_it_was_kept(connection)
    fill(connection, 4)
    second = build_candidate(connection, looser)
    shown = connection.execute("select agency_code from release.indicator where release_id = %s and not is_suppressed", (second,))
    assert shown.fetchall() == [("A1",)], "A2's list of a later year is no matter of 2025"


def test_a_candidate_that_nobody_saw_is_no_knowledge(connection, looser):
    fill(connection, 4)
    build_candidate(connection)
    decide(connection, passed=False)
    number = build_candidate(connection, looser)
    assert attack_on(connection, number)["n_earlier"] == 0
    assert connection.execute(
        "select distinct is_suppressed from release.indicator where release_id = %s", (number,)
    ).fetchall() == [(False,)]


def test_a_rollback_tells_readers_nothing_that_the_attack_did_not_hold(connection):
    fill(connection, 20)
    first = a_release(connection)
    fill(connection, 40)
    a_release(connection)
    before = held(connection)
    assert rollback(connection) == first
    connection.commit()
    assert held(connection) == before
    fill(connection, 40)
    fourth = build_candidate(connection, CATALOGUE)
    assert attack_on(connection, fourth)["n_earlier"] == 12, "what the release that was taken back told"


# 25 women are junior or senior. With 18 to 22 junior ones (shown as 20), and 1 to 4 senior ones, these could only be 3 or 4.
GRADES = {"all": (40, 200), "senior": (4, 40), "middle": (15, 60), "junior": (21, 100)}
LATER = {"all": (70, 240), "senior": (14, 50), "middle": (25, 70), "junior": (31, 120)}
NEWS = {"all": 40, "middle": 15}


def current(connection):
    return connection.execute("select release_id from release.release where state = 'current'").fetchone()[0]


def test_a_rollback_is_attacked_with_what_is_known_by_then(connection, knowing):
    fill_grades(connection, GRADES)
    first = a_release(connection)
    fill_grades(connection, LATER)
    second = a_release(connection)
    when = "select attacked_at from release.attack where release_id = %s"
    before = connection.execute(when, (first,)).fetchone()
    connection.commit()
    news = knowing(NEWS)
    for again in (lambda: rollback(connection, catalogue=news), lambda: publish(connection, first, catalogue=news)):
        with pytest.raises(ReleaseError, match=r"grade_band senior can only be 3 or 4, because.*build_warehouse with `force`"):
            again()
        connection.rollback()
        assert current(connection) == second and connection.execute(when, (first,)).fetchone() == before
    assert rollback(connection, catalogue=knowing({"all": 40})) == first
    connection.commit()
    report = attack_on(connection, first)
    assert report["attacked_at"] > before[0] and report["n_found"] == 0
    assert [each["is_used"] for each in report["known"]] == [True]
    assert [each["said"] for each in report["findings"]] == ["stock of THA-POL 2025, woman, grade_band senior can be 1 to 4"]
    assert rollback(connection, catalogue=news) == second, "of whose people the statements are not"


def test_a_new_release_follows_a_rollback_and_a_refused_one(connection, knowing):
    fill_grades(connection, GRADES)
    first = a_release(connection)
    fill_grades(connection, LATER)
    second = a_release(connection)
    assert rollback(connection, catalogue=CATALOGUE) == first
    connection.commit()
    assert rollback(connection, catalogue=CATALOGUE) == second
    connection.commit()
    news = knowing(NEWS)
    with pytest.raises(ReleaseError, match="cannot be shown again"):
        rollback(connection, catalogue=news)
    connection.rollback()
    fill_grades(connection, GRADES | {"all": (62, 222), "middle": (37, 82)})
    third = a_release(connection, news)
    assert third > second and current(connection) == third
    assert rollback(connection, catalogue=news) == second
    connection.commit()
    assert publish(connection, third, catalogue=news) is None and attack_on(connection, third)["n_found"] == 0


def test_a_rollback_under_a_stricter_policy_hides_what_that_suppresses(connection, knowing):
    """Seven women, all of them in a group that is too small to be shown; once seven are few, nobody may find them."""
    fill_grades(connection, {"all": (7, 100), "senior": (7, 9), "junior": (0, 91)})
    first = a_release(connection, knowing({"all": 7}))
    fill_grades(connection, {"all": (12, 130), "senior": (7, 9), "junior": (0, 91)})
    second = a_release(connection, knowing({"all": 7}))
    fill_grades(connection, {"all": (7, 100), "senior": (7, 9), "junior": (0, 91)})
    with pytest.raises(ReleaseError, match="grade_band senior is 7"):
        rollback(connection, catalogue=knowing({"all": 7}, min_count=10))
    connection.rollback()
    assert current(connection) == second
    assert rollback(connection, catalogue=knowing({"all": 7})) == first


def test_person_years_that_a_release_showed_are_read_from_what_it_published(connection):
    """Also of a release that was taken back, and of one from before they were looked at: its rows have them."""
    fill(connection, 0, n=0)
    connection.execute(
        'insert into core.dim_indicator select (jsonb_populate_record(given, \'{"indicator_code": "RET-01", "unit": "per 100 person-years"}\')).*'
        " from core.dim_indicator as given"
    )
    connection.execute(
        "insert into indicators.fct_indicator (cell_id, indicator_code, level, country_code, agency_code, agency_type, gender, grade_band,"
        " breakdown, breakdown_value, period, period_year, period_date, numerator, denominator, n, estimate, method, catalogue_version, provenance)"
        " values ('rate', 'RET-01', 'agency_gender', 'THA', 'THA-POL', 'police', 'woman', 'all', 'none', 'all', 'year', 2025, date '2025-12-31',"
        " 8, 105.1, 105, 7.6, 'events per person-time', '1', 'synthetic')"
    )
    connection.commit()
    first = a_release(connection)
    with connection.cursor(row_factory=class_row(Cell)) as cursor:
        people = people_in(cursor.execute(CELLS).fetchall())
    connection.execute("update release.release set state = 'superseded'")  # as by a rollback
    assert [(each.release_id, each.time) for each in told_before(connection, people)["rate"]] == [(first, (105, 105))]
    assert told_by(connection, first, people)["rate"].time == (105, 105)
