"""What a reader is said to know must be true, or no attack can be made: definitions that do not hold in the data are told apart."""

from dataclasses import replace

from publication.attack import attack
from publication.candidate import release_row
from publication.facts import facts_of
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY


def facts(*cells):
    cells = [
        a_cell(**{"source": "hr", "unit": "pct", "method": "census share", "agency_code": "A", "period_year": 2025} | given)
        for given in cells
    ]
    return facts_of(cells, [release_row(cell, POLICY) for cell in cells], POLICY)


def share(code, women, n, **changes):
    return {
        "indicator_code": code,
        "numerator": float(women),
        "denominator": float(n),
        "n": n,
        "estimate": 100 * women / n,
    } | changes


def test_copies_of_one_count_are_one():
    found = facts(share("PRO-02", 30, 100), share("REP-01", 30, 100, grade_band="middle"))
    assert len(found.truth) == 3 and all(len(numbers) == 2 for numbers in found.told_by.values())


def test_copies_that_differ_in_the_data_are_counts_of_their_own():
    found = facts(share("REP-03", 3, 40), share("REP-01", 30, 90, breakdown="border_post", breakdown_value="yes"))
    assert len(found.truth) == 6
    assert not attack(found.counts, found.relations).fallen


def test_parts_of_the_whole_are_a_sum_and_parts_of_it_only_are_at_most_the_whole():
    whole, junior, senior = (
        share("REP-01", 60, 200),
        share("REP-01", 40, 120, grade_band="junior"),
        share("REP-01", 20, 80, grade_band="senior"),
    )
    assert [relation.is_at_most for relation in facts(whole, junior, senior).relations if relation.name == "by grade_band"] == [
        False
    ] * 3
    assert [relation.is_at_most for relation in facts(whole, junior).relations if relation.name == "by grade_band"] == [True] * 3


def test_parts_that_hold_somebody_twice_are_no_sum():
    both = [share("REP-03", 40, 120, breakdown="post_type", breakdown_value=kind) for kind in ("port", "airport")]
    assert not [relation for relation in facts(share("REP-03", 60, 200), *both).relations if relation.name == "by post_type"]


def names(found, name):
    return [relation for relation in found.relations if relation.name == name]


def a_ratio(code, *four):
    counts = dict(zip(("first_count", "first_base", "second_count", "second_base"), map(float, four), strict=True))
    least = min(four[1], four[3])
    return {"indicator_code": code, "unit": "ratio", "n": four[1] + four[3], "n_least": least, "estimate": 1.0, **counts}


def test_a_ratio_tells_of_four_counts_that_are_sums_of_the_functions():
    functions = {"patrol": (20, 90), "border": (12, 30), "forensic": (3, 20)}
    parts = [share("REP-01", *counts, breakdown="function", breakdown_value=name) for name, counts in functions.items()]
    found = facts(share("REP-01", 35, 140), *parts, a_ratio("DEP-01", 32, 35, 88, 105))
    posts = {
        relation.terms[-1][0].who: relation
        for relation in names(found, "by function")
        if "patrol or" in str(relation.terms[-1][0])
    }
    assert {who: (found.truth[each.terms[-1][0]], len(each.terms) - 1, each.is_at_most) for who, each in posts.items()} == {
        "woman": (32, 2, False),
        "man": (88, 2, False),
    }
    assert all(not relation.is_at_most for relation in names(found, "of known function") if "any" in str(relation.terms[0][0]))


def test_a_small_count_that_only_a_ratio_tells_of_is_protected():
    found = facts(a_ratio("DEP-01", 3, 40, 60, 80))
    assert [(count.key.who, count.size) for count in found.counts if count.is_protected] == [("woman", 3)]


def test_the_applicants_of_a_ratio_are_those_of_the_share_and_hires_are_told_apart_where_they_differ():
    found = facts(share("REC-01", 200, 1000), share("REC-02", 18, 90), a_ratio("REC-03", 18, 200, 70, 800))
    by_who = {(people.of, people.who): len(numbers) for people, numbers in found.told_by.items() if not people.traits}
    assert by_who["applicants", "woman"] == by_who["applicants", "man"] == by_who["hires", "woman"] == 2
    assert by_who["hires", "man"] == 1, "72 were hired, of whom 70 had applied"


def leavers(gender, events, year):
    return share("RET-01", events, 100, gender=gender, unit="per 100 person-years", period_year=year)


def test_the_next_year_follows_from_hires_and_leavers_where_the_data_agree():
    years = [share("REP-01", 40, 140, period_year=2024), share("REP-01", 45, 150, period_year=2025)]
    flows = [share("REC-02", 15, 45, period_year=2025), leavers("woman", 10, 2025), leavers("man", 26, 2025)]
    found = names(facts(*years, *flows), "from one year to the next")
    assert [relation.terms[0][0].who for relation in found] == ["woman"], "of men, 25 left by the lists and 26 by the register"


def test_three_years_that_are_tied_give_a_hidden_one_away():
    """40 women, then 12 hired and 10 gone: 42 in the next year, to a few, though that is not published."""
    cells = [share("REP-01", 40, 140, period_year=2024), share("REP-01", 42, 150, period_year=2025)]
    cells += [share("REC-02", 12, 45, period_year=2025), leavers("woman", 10, 2025)]
    found = facts(*cells)
    loose = [
        replace(count, low=0, high=None, is_protected=True) if count.key.who == "woman" and count.size == 42 else count
        for count in found.counts
    ]
    [finding] = attack(loose, found.relations, is_tight=True).findings
    assert (finding.least, finding.greatest) == (34, 46)


def rate(code, gender, events, years, **changes):
    return {
        "indicator_code": code, "gender": gender, "numerator": float(events), "denominator": years, "n": int(years), "unit": "per 100 person-years",
        "estimate": 100 * events / years,
    } | changes  # fmt: skip


def of_years(stock_before, hired, stock_after):
    """Women of two year-ends and the women hired between them, each of 400 people."""
    return [share("REP-01", stock_before, 400, period_year=2024), share("REC-02", hired, 100), share("REP-01", stock_after, 400)]


def test_person_years_are_no_more_than_all_who_were_there_and_no_fewer_than_who_stayed():
    found = facts(*of_years(100, 3, 97), rate("RET-01", "woman", 6, 100.3))
    assert [(count.low, count.high) for count in found.counts if count.key.of == "person-years"] == [(100, 100)]
    assert len(names(found, "person-years of all who were there")) == len(names(found, "person-years of who stayed")) == 2
    attack(found.counts, found.relations)  # nothing contradicts


def test_person_years_narrow_a_suppressed_count_of_hires_and_the_attack_sees_it():
    """Hires are 1 to 4, the women of the year's start 98 to 102: with 105 person-years, and 102 women at most, at least three came."""
    found = facts(*of_years(102, 4, 98), rate("RET-01", "woman", 8, 105.1))
    assert [(finding.key.of, finding.key.who) for finding in attack(found.counts, found.relations).fallen] == [("hires", "woman")]


def test_rates_of_one_time_tell_of_one_time_and_those_of_another_tell_nothing():
    of_reason = rate("RET-01", "woman", 5, 100.3, breakdown="reason_group", breakdown_value="resignation")
    other = rate("RET-03", "woman", 5, 90.0)
    found = facts(*of_years(100, 3, 97), rate("RET-01", "woman", 6, 100.3), of_reason, other)
    times = [count for count in found.counts if count.key.of == "person-years"]
    assert len(times) == 2 and len({count.key for count in times}) == 1 and len(found.told_by[times[0].key]) == 2


def test_a_mean_of_two_year_ends_tells_their_sum_within_the_rounding():
    ends = [share("REP-01", women, 90, grade_band="senior", period_year=year) for year, women in ((2024, 22), (2025, 4))]
    time = rate(
        "RET-01", "woman", 18, 13.0, breakdown="grade_band", breakdown_value="senior", method="events per mean staff of the year"
    )
    found = facts(*ends, time)
    assert [(count.low, count.high) for count in found.counts if count.key.of == "staff of two year-ends"] == [(25, 35)]
    assert len(names(found, "mean of two year-ends")) == 1
    assert [(each.key.who, each.key.period_year) for each in attack(found.counts, found.relations).fallen] == [("woman", 2025)]


def test_person_years_of_a_suppressed_rate_tell_nothing():
    found = facts(*of_years(100, 3, 97), rate("RET-01", "woman", 4, 100.3))
    assert not [count for count in found.counts if count.key.of == "person-years"]
