"""What the generator knows and the warehouse must find: counted from the people themselves, not from the files.

Limits: an agency whose leavers are just absent does not tell their day; its events fall into the right year all the same.
Population shares are what a census would find; sample counts are what the records hold, so an estimate of one agency and
gender equals sum_y / n exactly, as every respondent of an agency weighs the same.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from parity.catalogue import Catalogue, KoboContract
from parity.catalogue.indicators import Indicator
from parity.catalogue.served import served
from sandbox.samples.people import Person
from sandbox.samples.survey import BANDS, band

YEARS = (2022, 2023, 2024, 2025)
POSTS = {"Border Post 1", "Airport", "Seaport", "Gate A", "Gate B"}
COUNTER_TRAFFICKING = {"Anti-Trafficking Division", "Anti-Smuggling Unit", "Task Force 389"}
Scores = dict[str, list[float]]


def hr_truth(people: list[Person]) -> dict[str, Any]:
    """Per year: stock on 31 December by gender, grade, band and kind of unit; from 2023 on hires, separations and person-years."""
    return {str(year): _year(people, year) for year in YEARS}


def _year(people: list[Person], year: int) -> dict[str, Any]:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    in_post = [person for person in people if person.is_in_post(last)]
    grades = {
        gender: Counter(person.grade_on(last) for person in in_post if person.gender == gender) for gender in ("woman", "man")
    }
    stock = {
        "stock": dict(Counter(person.gender for person in in_post)),
        "stock_by_grade": {gender: dict(sorted(counts.items())) for gender, counts in grades.items()},
        "stock_by_band": {
            gender: {name: sum(n for grade, n in counts.items() if band(grade) == name) for name in BANDS}
            for gender, counts in grades.items()
        },
        "stock_at_posts": _by_gender(person for person in in_post if person.unit in POSTS),
        "stock_broken_down": {
            name: {
                value: _by_gender(p for p in in_post if of(p, last) == value) for value in sorted({of(p, last) for p in in_post})
            }
            for name, of in BROKEN_DOWN.items()
        },
        "stock_against_trafficking": _by_gender(person for person in in_post if person.unit in COUNTER_TRAFFICKING),
    }
    if year == YEARS[0]:
        return stock
    hires = Counter(p.gender for p in people if first <= p.hired <= last)
    both = hires["woman"] + hires["man"]
    return {
        **stock,
        "hires": dict(hires),
        "separation_ratio_at_equal_ages": _separation_ratio_at_equal_ages(people, year),
        "hires_by_band": {
            name: _by_gender(p for p in people if first <= p.hired <= last and band(p.grade_on(p.hired)) == name)
            for name in BANDS
        },
        "women_share_of_hires": hires["woman"] / both if both else None,
        "separations": dict(Counter(p.gender for p in people if p.left and first <= p.left <= last)),
        "person_years": {
            gender: sum(_days(p, first, last) for p in people if p.gender == gender) / 365.25 for gender in ("woman", "man")
        },
    }


def _years(earlier: dt.date, later: dt.date) -> int:
    """Completed years."""
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def _age_band(person: Person, day: dt.date) -> str:
    age = _years(person.birth, day)
    return (
        "under 18"
        if age < 18
        else "18-24"
        if age < 25
        else "55+"
        if age > 54
        else f"{(age - 5) // 10 * 10 + 5}-{(age - 5) // 10 * 10 + 14}"
    )


def _tenure_band(person: Person, day: dt.date) -> str:
    served = _years(person.hired, day)
    return "lt2" if served < 2 else "2-5" if served < 6 else "6-10" if served < 11 else "11-20" if served < 21 else "gt20"


BROKEN_DOWN: dict[str, Callable[[Person, dt.date], str]] = {
    "function": lambda person, _: person.function,
    "sworn_civilian": lambda person, _: "sworn" if person.is_sworn else "civilian",
    "age_band": _age_band,
    "tenure_band": _tenure_band,
    "border_post": lambda person, _: "yes" if person.unit in POSTS else "no",
}


def _separation_ratio_at_equal_ages(people: list[Person], year: int) -> float | None:
    """The ratio of separation rates without what age makes of it: of who was there before the year, in ages that both sexes have, the ratio of
    the shares who left, over the same standardised to the ages of both sexes together."""
    before, first, end = dt.date(year - 1, 12, 31), dt.date(year, 1, 1), dt.date(year, 12, 31)
    here = [person for person in people if person.is_in_post(before)]
    expected, left, there = ({"woman": 0.0, "man": 0.0} for _ in range(3))
    for age in sorted({_age_band(person, before) for person in here}):
        sides = {g: [p for p in here if p.gender == g and _age_band(p, before) == age] for g in expected}
        if all(sides.values()):
            for gender, side in sides.items():
                n_left = sum(p.left is not None and before < p.left <= end for p in side)
                left[gender] += n_left
                there[gender] += len(side)
                expected[gender] += sum(map(len, sides.values())) * n_left / len(side)
    rates = {
        gender: sum(p.left is not None and first <= p.left <= end for p in people if p.gender == gender)
        / sum(_days(p, first, end) for p in people if p.gender == gender)
        for gender in expected
    }
    if not (expected["man"] and left["woman"] and rates["man"]):
        return None
    by_age = (left["woman"] / there["woman"]) / (left["man"] / there["man"]) / (expected["woman"] / expected["man"])
    return rates["woman"] / rates["man"] / by_age


def _by_gender(people: Iterable[Person]) -> dict[str, int]:
    counts = Counter(person.gender for person in people)
    return {gender: counts[gender] for gender in ("woman", "man")}


def _days(person: Person, first: dt.date, last: dt.date) -> int:
    start = max(person.hired, first)
    stop = min(person.left or last + dt.timedelta(days=1), last + dt.timedelta(days=1))
    return max(0, (stop - start).days)


def population_truth(members: list[dict[str, Any]], contract: KoboContract, catalogue: Catalogue) -> dict[str, Any]:
    """Per indicator and gender ('all' for everybody) the population's mean share of favourable answers."""
    scores = _scores(members, "sex", contract, catalogue)
    return {code: {gender: sum(ys) / len(ys) for gender, ys in by.items()} for code, by in scores.items()}


def sample_truth(records: Iterable[dict[str, Any]], contract: KoboContract, catalogue: Catalogue) -> dict[str, Any]:
    """Per agency: respondents, and by indicator and gender n, the sum of y and the rounded number of positives."""
    by_agency: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        answers = {contract.fields[path]: value for path, value in record.items() if path in contract.fields}
        if contract.consent is None or answers[contract.consent.field] == contract.consent.value:
            by_agency[answers["agency"]].append(answers)
    return {
        agency: {
            "n_respondents": len(answers),
            "indicators": {
                code: {gender: {"n": len(ys), "sum_y": sum(ys), "n_positive": round(sum(ys))} for gender, ys in by.items()}
                for code, by in _scores(answers, "gender", contract, catalogue).items()
            },
        }
        for agency, answers in by_agency.items()
    }


def _scores(people: list[dict[str, Any]], gender: str, contract: KoboContract, catalogue: Catalogue) -> dict[str, Scores]:
    """Per indicator and gender each person's y: the mean score of their answers, or 1 where any answer scores 1."""
    genders = contract.value_maps.get("gender", {})
    counted = [i for i in served(contract, catalogue.kobo.values(), catalogue.indicators) if i.items]
    by_item = {i.id: {item: i.answer_scores(item) for item in i.items} for i in catalogue.indicators if i.items}
    scored = {i.id: [_score(person, i, by_item[i.id]) for person in people] for i in catalogue.indicators if i.items}
    result: dict[str, Scores] = {}
    for indicator in counted:
        scores: Scores = defaultdict(list)
        for number, person in enumerate(people):
            y = scored[indicator.id][number]
            if y is not None and all(
                person.get(c.item) == c.answer if c.item else c.indicator is not None and scored[c.indicator][number] == 1
                for c in catalogue.conditions(indicator)
            ):
                scores["all"].append(y)
                scores[genders.get(person[gender], person[gender])].append(y)
        result[indicator.id] = dict(scores)
    return result


def _score(person: dict[str, Any], indicator: Indicator, by_item: dict[str, dict[str, float]]) -> float | None:
    """`by_item`: item → the score of each answer to it."""
    scores = [of_answer[str(person[item])] for item, of_answer in by_item.items() if str(person.get(item)) in of_answer]
    is_named = indicator.score == "any" and 1 in scores
    if len(scores) < indicator.answered_at_least and not is_named:
        return None
    return max(scores) if indicator.score == "any" else sum(scores) / len(scores)
