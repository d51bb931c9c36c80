"""Counts with bounds, shares of them, and the parts of a year: each worked by hand."""

import pytest

from publication.drawing.counts import Count, share, years_in_words
from publication.drawing.figures import Figure, Part, Place, Year, places_of, years_of

THAILAND = Place("THA", "Thailand", "real")
FEW = Count(1, 4)


def exact(number: int) -> Count:
    return Count(number, number)


def year(**counts: Count) -> Year:
    """`woman_child=…`: the counts of a year by sex and age group."""
    return Year(2020, {tuple(name.split("_")): count for name, count in counts.items()})


def test_bounds_add_up_and_a_remainder_is_as_wide_as_both():
    assert exact(6) + FEW == Count(7, 10)
    assert exact(20).without(Count(15, 18)) == Count(2, 5)
    assert exact(6).without(Count(7, 10)) == Count(0, 0), "nobody is less than nobody"


@pytest.mark.parametrize("low, high", [(5, 4), (-1, 3)])
def test_bounds_the_wrong_way_round_are_refused_with_their_columns(low, high):
    with pytest.raises(ValueError, match=r"mend count_low and count_high"):
        Count(low, high)


def test_a_count_is_written_as_a_number_or_as_its_bounds():
    assert (exact(1540).words, FEW.words, exact(0).words) == ("1,540", "1–4", "0")


def test_a_share_is_least_where_the_part_is_least_and_the_rest_greatest():
    found = share(FEW, exact(6))
    assert (found.low, found.high) == (100 * 1 / 7, 100 * 4 / 10)
    assert found.words == "14 to 40 %"
    assert share(exact(3), exact(1)).words == "75 %"
    assert share(Count(0, 4), Count(0, 4)) is None


def test_years_are_told_in_spans():
    assert years_in_words([2014, 2012, 2013, 2018, 2018]) == "2012–2014, 2018"
    assert years_in_words([]) == ""


def test_parts_by_sex_and_age_add_up_to_everybody_and_count_nobody_twice():
    found = year(
        woman_child=exact(60), woman_adult=exact(43), woman_all=exact(103), man_child=exact(13), man_adult=exact(18),
        man_all=exact(31), all_all=exact(140), all_child=exact(73), all_adult=exact(61),
    ).by_sex_and_age()  # fmt: skip
    assert [(part.kind, part.count.low, part.count.high) for part in found] == [
        ("women", 43, 43), ("girls", 60, 60), ("men", 18, 18), ("boys", 13, 13), ("unknown", 6, 6),
    ]  # fmt: skip
    assert sum(part.count.low for part in found) == 140


def test_people_whose_age_is_not_stated_are_a_part_of_their_sex():
    found = year(woman_child=exact(2), woman_adult=exact(10), woman_all=exact(15), man_all=exact(7)).by_sex_and_age()
    assert found == (Part("women", exact(10)), Part("girls", exact(2)), Part("females", exact(3)), Part("males", exact(7)))


def test_others_are_drawn_only_where_the_bounds_say_that_there_are_some():
    assert year(woman_all=FEW, man_all=exact(6), all_all=exact(8)).by_sex() == (Part("females", FEW), Part("males", exact(6)))
    assert year(woman_all=FEW, man_all=exact(6), all_all=exact(12)).by_sex()[-1] == Part("unknown", Count(2, 5))


def test_a_year_of_which_only_bounds_are_known_is_drawn_and_one_of_nobody_is_not():
    may_be = Count(0, 8)
    assert year(all_all=may_be).by_sex() == year(all_all=may_be).by_sex_and_age() == (Part("unknown", may_be),)
    assert year(all_all=exact(0)).by_sex() == ()


def test_a_year_without_any_sex_is_of_others_alone():
    assert year(all_all=exact(938)).by_sex_and_age() == (Part("unknown", exact(938)),)
    assert year(all_child=FEW, all_adult=FEW).by_sex_and_age() == (Part("unknown", Count(2, 8)),), "the sum of both ages"


def test_a_sex_is_the_sum_of_its_ages_where_it_has_no_total_and_both_ages_are_there():
    assert year(woman_child=FEW, woman_adult=exact(20)).of_sex("woman") == Count(21, 24)
    assert year(woman_child=FEW).of_sex("woman") is None


def test_a_share_of_fewer_than_ten_people_is_not_said():
    assert year(woman_all=exact(6), man_all=exact(3)).women_share is None
    assert year(woman_all=exact(6), man_all=exact(4)).women_share.words == "60 %"
    assert year(woman_all=exact(6), man_all=FEW).women_share is None, "at the least seven"
    assert year(woman_all=exact(60)).women_share is None, "men are not known to be nobody"


def test_children_are_a_share_of_those_whose_age_is_known_unless_that_is_few():
    assert year(all_child=exact(5), all_adult=exact(15), all_all=exact(25)).children_share.words == "25 %"
    assert year(all_child=exact(5), all_adult=exact(15), all_all=exact(100)).children_share is None
    assert year(woman_child=exact(5), woman_adult=exact(5), man_child=exact(5), man_adult=exact(5)).children_share.words == "50 %"


def figure(place: Place = THAILAND, year: int = 2020, measure: str = "victims_detected", number: int = 7) -> Figure:
    return Figure(place, year, measure, "all", "all", exact(number), "UNODC")


def test_years_are_those_of_one_country_and_measure_the_oldest_first():
    figures = [figure(year=2021), figure(year=2019), figure(measure="persons_convicted"), figure(Place("LAO", "Laos", "real"))]
    assert [each.year for each in years_of(figures, THAILAND, "victims_detected")] == [2019, 2021]


def test_a_figure_that_is_there_twice_is_refused_with_its_place():
    with pytest.raises(ValueError, match=r"victims_detected of THA, 2020, all, all twice: load one file"):
        years_of([figure(), figure(number=8)], THAILAND, "victims_detected")


def test_synthetic_and_real_figures_of_one_country_are_two_places():
    invented = Place("THA", "Thailand", "synthetic")
    assert places_of([figure(invented), figure(), figure(year=2019)]) == (THAILAND, invented)
    assert invented.label == "Thailand (synthetic)"
