"""The macros of survey estimates one by one, each against the same worked out person by person (survey_sample.py) or by hand."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import psycopg
import pytest

from tests.integration.macros import fill, render, rows
from tests.integration.survey_sample import (
    KEYS,
    POSTSTRATIFIED,
    RAKED,
    WOMEN,
    Domain,
    Person,
    estimates,
    fill_groups,
    fill_members,
    fit_of_margins,
    invent,
    residuals,
    strata_of,
    variance,
)

NAMES = ", ".join(KEYS)


@pytest.fixture
def connection(empty_database):
    with psycopg.connect(empty_database) as connection:
        yield connection


@pytest.fixture(params=[1, 2, 3])
def people(request, connection) -> list[Person]:
    sample = invent(request.param)
    fill_members(connection, sample)
    fill_groups(connection, sample)
    return sample


def keep(connection, name: str, macro: str) -> None:
    """The rows of a macro as a table of this session, for the next step."""
    connection.execute(f"create temporary table {name} as {render(macro)}")


def by_domain(found: list[tuple], n_keys: int = len(KEYS)) -> dict[tuple, tuple]:
    return {row[:n_keys]: row[n_keys:] for row in found}


def sums_by_poststratum(people: list[Person], values: np.ndarray, domain: Domain) -> dict[tuple, float]:
    """The sums of a value of each person, of the post-strata in which the domain has members."""
    found: dict[tuple, float] = defaultdict(float)
    for person, value in zip(people, values, strict=True):
        if person.y is not None and domain in person.domains():
            found[*domain, person.poststratum] += value
    return found


def weights(people: list[Person]) -> np.ndarray:
    return np.array([person.weight for person in people])


def sides(found: dict[Domain, object]) -> set[Domain]:
    return {domain for domain in found if "gap" not in domain[0]}


def test_a_domain_has_its_members_sums_and_weighted_mean(connection, people):
    found = by_domain(
        rows(connection, f"{{{{ domain_totals('members', {KEYS}) }}}}", f"{NAMES}, n, sum_y, sum_weight, sum_weighted_y, p")
    )
    expected = estimates(people)
    assert found.keys() == sides(expected)
    for domain, (n, sum_y, sum_weight, sum_weighted_y, p) in found.items():
        answered = [person for person in people if person.y is not None and domain in person.domains()]
        assert (n, p) == (expected[domain].n, pytest.approx(expected[domain].p, rel=1e-12))
        assert sum_y == pytest.approx(sum(person.y for person in answered))
        assert sum_weight == pytest.approx(sum(person.weight for person in answered))
        assert sum_weighted_y == pytest.approx(sum(person.weight * person.y for person in answered))


def test_a_domain_of_weights_of_nothing_has_no_mean(connection):
    line = ("agency", "A", "all", "A", "A/x")
    fill(
        connection,
        "members",
        {**dict.fromkeys([*KEYS, "stratum", "poststratum"], "text"), "weight": "float", "y": "float", "n_alike": "bigint"},
        [(*line, 0.0, 1.0, 2), (*line, 0.0, 0.0, 1)],
    )
    assert rows(connection, f"{{{{ domain_totals('members', {KEYS}) }}}}", NAMES) == []


def test_linearised_values_are_summed_by_domain_and_post_stratum(connection, people):
    keep(connection, "totals_of_domains", f"{{{{ domain_totals('members', {KEYS}) }}}}")
    macro = f"{{{{ linearised_sums('members', 'totals_of_domains', {KEYS}) }}}}"
    found = by_domain(rows(connection, macro, f"{NAMES}, poststratum, sum_z, sum_z2, sum_zw"), len(KEYS) + 1)
    expected = estimates(people)
    for nth, power in enumerate((lambda z: z, lambda z: z**2, lambda z: z * weights(people))):
        owed = {
            key: total
            for domain in sides(expected)
            for key, total in sums_by_poststratum(people, power(expected[domain].z), domain).items()
        }
        assert {key: sums[nth] for key, sums in found.items()} == pytest.approx(owed, abs=1e-12)


def test_there_is_a_gap_of_means_where_both_women_and_men_have_one(connection, people):
    keep(connection, "totals_of_domains", f"{{{{ domain_totals('members', {KEYS}) }}}}")
    found = by_domain(
        rows(connection, f"{{{{ with_gaps_of_means('totals_of_domains', {KEYS}) }}}}", f"{NAMES}, n, sum_y, sum_weight, p")
    )
    expected = estimates(people)
    gaps = expected.keys() - sides(expected)
    assert found.keys() == expected.keys()
    assert ("agency_gap", RAKED, "women minus men") in gaps and ("agency_gap", WOMEN, "women minus men") not in gaps
    for gap in gaps:
        n, sum_y, sum_weight, p = found[gap]
        assert (n, sum_y, p) == (expected[gap].n, None, pytest.approx(expected[gap].p, abs=1e-12))
        assert sum_weight == sum(found[gap[0].replace("gap", "gender"), gap[1], side][2] for side in ("woman", "man"))


SUMS = [
    ("agency_gender", "A", "woman", "s", 5.0, 25.0), ("agency_gender", "A", "man", "s", 2.0, 4.0), ("agency_gender", "A", "woman", "t", 1.0, 1.0),
    ("agency_gender", "A", "other", "s", 9.0, 81.0), ("agency_gender", "B", "man", "s", 3.0, 9.0), ("agency", "A", "all", "s", 7.0, 29.0),
]  # fmt: skip


def test_sums_with_a_sign_are_womens_less_mens_and_sums_of_squares_those_of_both(connection):
    columns = {**dict.fromkeys([*KEYS, "stratum"], "text"), "sum_z": "float", "sum_z2": "float"}
    fill(connection, "sums", columns, SUMS)
    macro = f"{{{{ with_gaps_of_sums('sums', {KEYS}, ['stratum'], signed=['sum_z'], unsigned=['sum_z2']) }}}}"
    found = rows(connection, macro, f"{NAMES}, stratum, sum_z, sum_z2")
    gaps = [row for row in found if row not in SUMS]
    assert gaps == [
        ("agency_gap", "A", "women minus men", "s", 3, 29),
        ("agency_gap", "A", "women minus men", "t", 1, 1),
        ("agency_gap", "B", "women minus men", "s", -3, 9),
    ]
    assert len(found) == len(SUMS) + len(gaps)


def linearise(connection, people: list[Person]) -> dict:
    """The tables `sums` and `deviations` of the steps before calibration, and what they are made from."""
    keep(connection, "totals_of_domains", f"{{{{ domain_totals('members', {KEYS}) }}}}")
    keep(connection, "sums", f"{{{{ linearised_sums('members', 'totals_of_domains', {KEYS}) }}}}")
    keep(connection, "deviations", f"{{{{ deviations_of_raked('members', 'totals_of_domains', 'poststrata', {KEYS}) }}}}")
    return estimates(people)


def test_a_post_stratum_explains_the_part_that_its_total_does_and_one_of_base_weights_nothing(connection, people):
    expected = linearise(connection, people)
    macro = f"{{{{ explained_by_poststratum('sums', 'poststrata', {KEYS}) }}}}"
    found = rows(connection, macro, f"{NAMES}, stratum, sum_w, sum_w2, sum_z, r")
    assert {row[3] for row in found} == {person.agency for person in people if person.y is not None} - {RAKED}
    for *domain, stratum, sum_w, sum_w2, sum_z, r in found:
        z = expected[tuple(domain)].z
        groups = {person.poststratum for person in people if person.agency == stratum}
        owed = []
        for group in groups:
            of = np.array([person.poststratum == group for person in people])
            w = weights(people)[of]
            explained = z[of].sum() / w.sum() if stratum == POSTSTRATIFIED else 0
            owed.append((w.sum(), (w**2).sum(), z[of].sum(), explained))
        assert any((sum_w, sum_w2, sum_z, r) == pytest.approx(one, abs=1e-12) for one in owed)


def test_deviations_of_raked_cells_are_those_of_who_answered(connection, people):
    expected = linearise(connection, people)
    found = by_domain(rows(connection, "select * from deviations", f"{NAMES}, poststratum, sum_u"), len(KEYS) + 1)
    owed = {
        key: total
        for domain in sides(expected)
        for key, total in sums_by_poststratum(people, expected[domain].z / weights(people), domain).items()
        if key[-1].startswith(f"{RAKED}/")
    }
    assert {key: total for key, (total,) in found.items()} == pytest.approx(owed, abs=1e-12) and owed


def test_every_cell_of_a_raked_stratum_is_there_for_a_domain_with_a_member_in_it(connection, people):
    linearise(connection, people)
    macro = f"{{{{ cells_of_raked('sums', 'deviations', 'poststrata', {KEYS}) }}}}"
    found = by_domain(rows(connection, macro, f"{NAMES}, poststratum, n, sum_w, sum_z, sum_u"), len(KEYS) + 1)
    raked = [person for person in people if person.agency == RAKED]
    domains = {domain for person in raked if person.y is not None for domain in person.domains()}
    assert found.keys() == {(*domain, person.poststratum) for domain in domains for person in raked}
    for (level, _, gender, cell), (n, sum_w, sum_z, sum_u) in found.items():
        of = [person for person in raked if person.poststratum == cell]
        assert (n, sum_w) == (len(of), pytest.approx(sum(person.weight for person in of)))
        is_outside = level in ("agency_gender", "gender") and of[0].gender != gender
        assert (not is_outside) or (sum_z, sum_u) == (0, 0)


def test_margins_explain_what_least_squares_over_the_respondents_fit(connection, people):
    expected = linearise(connection, people)
    keep(connection, "cells", f"{{{{ cells_of_raked('sums', 'deviations', 'poststrata', {KEYS}) }}}}")
    found = rows(connection, f"{{{{ explained_by_margins('cells', {KEYS}) }}}}", f"{NAMES}, sum_w, r")
    raked = [person for person in people if person.agency == RAKED]
    of = [person.agency == RAKED for person in people]
    assert {row[:3] for row in found} >= {("agency", RAKED, "all"), ("gender", "all", "woman"), ("all", "all", "all")}
    for domain in {row[:3] for row in found}:
        fit = fit_of_margins(raked, expected[domain].z[of])
        of_cell = {person.poststratum: r for person, r in zip(raked, fit, strict=True)}
        owed = [(sum(person.weight for person in raked if person.poststratum == cell), r) for cell, r in of_cell.items()]
        mine = [row[3:] for row in found if row[:3] == domain]
        assert sorted(mine) == [pytest.approx(pair, abs=1e-12) for pair in sorted(owed)]


def test_a_raked_stratum_of_one_gender_is_fitted_by_its_bands_alone(connection):
    """Women alone: a is not identified and 0, so r is the mean of u in the band."""
    columns = {**dict.fromkeys([*KEYS, "stratum", "poststratum", "cell_gender", "cell_band"], "text")}
    columns |= dict.fromkeys(["n", "sum_u", "sum_z", "sum_z2", "sum_zw", "sum_w", "sum_w2"], "float")
    place = ("agency", "A", "all", "A")
    fill(
        connection, "cells", columns,
        [(*place, "A/1", "woman", "junior", 4, 2, 1, 1, 1, 1, 1), (*place, "A/2", "woman", "senior", 5, -2, 1, 1, 1, 1, 1)],
    )  # fmt: skip
    assert rows(connection, f"{{{{ explained_by_margins('cells', {KEYS}) }}}}", "r") == [(-0.4,), (0.5,)]


EXPLAINED = {
    **dict.fromkeys([*KEYS, "stratum"], "text"),
    **dict.fromkeys(["sum_z", "sum_z2", "sum_zw", "sum_w", "sum_w2", "r"], "float"),
}
PLACE = ("agency", "A", "all")


def explained(stratum: str, units: list[tuple[float, float]], r: float) -> tuple:
    """One row of units (z, w)."""
    return (
        *PLACE, stratum, sum(z for z, _ in units), sum(z * z for z, _ in units), sum(z * w for z, w in units), sum(w for _, w in units),
        sum(w * w for _, w in units), r,
    )  # fmt: skip


ONE, TWO, OTHER = [(1.0, 2.0), (-3.0, 1.0)], [(0.5, 1.0)], [(2.0, 1.0), (0.0, 4.0), (-1.0, 1.0)]


def test_residuals_are_what_is_left_of_each_value_summed_by_stratum(connection):
    fill(connection, "explained", EXPLAINED, [explained("s", ONE, 0.25), explained("s", TWO, -1.0), explained("t", OTHER, 0.5)])
    found = rows(connection, f"{{{{ residual_sums('explained', {KEYS}) }}}}", "stratum, sum_e, sum_e2")
    of_s = [z - 0.25 * w for z, w in ONE] + [z + w for z, w in TWO]
    of_t = [z - 0.5 * w for z, w in OTHER]
    assert found == [
        (name, pytest.approx(sum(e)), pytest.approx(sum(x * x for x in e))) for name, e in (("s", of_s), ("t", of_t))
    ]


@pytest.mark.parametrize(("n_of_t", "is_known"), [(1, False), (2, True), (7, True)])
def test_the_variance_is_of_all_respondents_of_each_stratum_and_unknown_where_one_is_alone(connection, n_of_t, is_known):
    """s has three units and two more respondents who did not answer, in a post-stratum of their own; t has one unit, and silent ones."""
    fill(connection, "explained", EXPLAINED, [explained("s", ONE, 0), explained("s", TWO, 0), explained("t", TWO, 0)])
    fill(connection, "poststrata", {"stratum": "text", "n": "bigint"}, [("s", 3), ("s", 2), ("t", n_of_t), ("never", 1)])
    [found] = rows(
        connection, f"{{{{ stratified_variance('explained', 'poststrata', {KEYS}) }}}}", f"{NAMES}, n_strata, variance"
    )
    parts = [np.array([z for z, _ in ONE + TWO] + [0, 0]), np.array([0.5] + [0] * (n_of_t - 1))]
    expected = {True: lambda: pytest.approx(sum(len(part) * part.var(ddof=1) for part in parts)), False: lambda: None}
    assert found == (*PLACE, 2, expected[is_known]())


def test_means_gaps_and_standard_errors_are_those_worked_out_person_by_person(connection, people):
    macro = f"with {{{{ domain_means('members', 'poststrata', {KEYS}) }}}} select * from domain_mean"
    found = by_domain(rows(connection, macro, f"{NAMES}, n, p, se, df"))
    expected = estimates(people)
    assert found.keys() == expected.keys()
    n_unknown = 0
    for domain, (n, p, se, df) in found.items():
        owed = expected[domain]
        strata = strata_of(people, domain)
        spread = variance(people, owed.z, strata)
        assert (n, df) == (owed.n, owed.n - len(strata)) and p == pytest.approx(owed.p, abs=1e-12)
        assert se == (spread if spread is None else pytest.approx(math.sqrt(spread), abs=1e-12)), domain
        n_unknown += spread is None
    assert n_unknown < len(found)


def test_the_sample_has_what_the_tests_are_about():
    """A raked stratum whose margins leave something, a stratum of one, one without men, and silent respondents."""
    alone = [sum(person.agency == "D" and person.y is not None for person in invent(seed)) for seed in (1, 2, 3)]
    assert max(alone) == 1
    for seed in (1, 2, 3):
        sample = invent(seed)
        z = estimates(sample)["all", "all", "all"].z
        assert np.abs(residuals(sample, z) - z).max() > 0 and any(person.y is None for person in sample)


SOURCE = {
    "indicator_code": "text", "country_code": "text", "agency_code": "text", "agency_type": "text", "gender": "text", "grade_band": "text",
    "breakdown": "text", "breakdown_value": "text", "provenance": "text", "period_year": "int", "is_sensitive": "boolean", "y": "int",
}  # fmt: skip
CELL = "level, country_code, agency_code, agency_type, gender, grade_band"
OPEN = ("XYZ-01", "AAA", "A", "police", "woman", "junior", "caring", "yes", "real", 2025, False, 1)
NO_BAND = ("XYZ-01", "AAA", "A", "police", "man", None, "caring", None, "real", 2025, False, 2)
SENSITIVE = ("XYZ-02", "AAA", "A", "police", "woman", "junior", "caring", "yes", "real", 2025, True, 3)


def test_a_respondent_counts_once_at_each_level_and_in_none_without_the_answer(connection):
    fill(connection, "source", SOURCE, [OPEN, NO_BAND])
    found = rows(
        connection, "{{ by_survey_level('source', ['y'], has_breakdown=true) }}", f"y, {CELL}, breakdown, breakdown_value"
    )
    whole = ("none", "all")
    assert found == [
        (1, "agency", "AAA", "A", "police", "all", "all", *whole),
        (1, "agency_breakdown", "AAA", "A", "police", "all", "all", "caring", "yes"),
        (1, "agency_gender", "AAA", "A", "police", "woman", "all", *whole),
        (1, "agency_grade", "AAA", "A", "police", "all", "junior", *whole),
        (1, "agency_type", "all", "all", "police", "all", "all", *whole),
        (1, "agency_type_gender", "all", "all", "police", "woman", "all", *whole),
        (1, "all", "all", "all", "all", "all", "all", *whole),
        (1, "country", "AAA", "all", "all", "all", "all", *whole),
        (1, "country_gender", "AAA", "all", "all", "woman", "all", *whole),
        (1, "gender", "all", "all", "all", "woman", "all", *whole),
        (2, "agency", "AAA", "A", "police", "all", "all", *whole),
        (2, "agency_gender", "AAA", "A", "police", "man", "all", *whole),
        (2, "agency_type", "all", "all", "police", "all", "all", *whole),
        (2, "agency_type_gender", "all", "all", "police", "man", "all", *whole),
        (2, "all", "all", "all", "all", "all", "all", *whole),
        (2, "country", "AAA", "all", "all", "all", "all", *whole),
        (2, "country_gender", "AAA", "all", "all", "man", "all", *whole),
        (2, "gender", "all", "all", "all", "man", "all", *whole),
    ]


def test_a_sensitive_indicator_has_no_level_of_an_agency_or_grade_and_none_without_gender(connection):
    fill(connection, "source", SOURCE, [SENSITIVE])
    assert rows(connection, "{{ by_survey_level('source', ['y']) }}", CELL) == [
        ("agency_type_gender", "all", "all", "police", "woman", "all"),
        ("country_gender", "AAA", "all", "all", "woman", "all"),
        ("country_type_gender", "AAA", "all", "police", "woman", "all"),
        ("gender", "all", "all", "all", "woman", "all"),
    ]


def test_one_level_of_either_kind_of_indicator(connection):
    fill(connection, "source", SOURCE, [OPEN, NO_BAND, SENSITIVE])
    for is_sensitive, expected in (("true", [("AAA", "all", 3)]), ("false", [("AAA", "all", 1), ("AAA", "all", 2)])):
        macro = f"{{{{ at_survey_level('source', ['y'], 'country', ['country_code'], {is_sensitive}, false) }}}}"
        assert rows(connection, macro, "country_code, gender, y") == expected


def test_keys_are_named_with_their_relation_and_compared_one_by_one():
    assert render("{{ keys_of('a', ['x', 'y']) }}").strip() == "a.x, a.y"
    assert render("{{ same_keys('a', 'b', ['x', 'y']) }}").strip() == "a.x = b.x and a.y = b.y"
