"""Invented answers to any questionnaire, drawn from its files: by the types, choices and conditions of its questions.

Nobody's opinion stands behind them: each question has choices that are likelier than others, and what is no answer, such as *prefer not to say*, is
rare. A form that needs no more of a sample than that it goes through needs no code of its own.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parity.catalogue import KoboContract
from parity.catalogue.kobo_contract import RESPONDENT_FIELDS
from sandbox.samples.conditions import holds

YEARS = (2024, 2025)  # where the contract declares no waves, each is one
SAMPLE_SIZE = 1000  # of a wave: some sixty women of each of eight agencies, so that figures are shown
RARE = frozenset({"pnts", "another", "other", "unknown", "unsure"})
SMALL_GROUPS = RARE - {"pnts"}  # of people: one of two or three would take the figures of its neighbours with it
RARELY, UNANSWERED, REFUSED = 0.04, 0.1, 0.03
ATTEMPTS = 200
NUMBER = re.compile(r"\d+(?:\.\d+)?")
UTC_OFFSET = 7
Record = dict[str, Any]


class NoAnswer(ValueError):
    """A question to which no answer can be drawn; the message names it."""


@dataclass(frozen=True)
class Question:
    """`conditions`: its own and those of the groups around it, each of which must hold for it to be asked."""

    name: str
    path: str
    kind: str
    codes: tuple[str, ...]
    conditions: tuple[str, ...]
    constraint: str
    is_required: bool


def questions(content: Mapping[str, Any]) -> list[Question]:
    """What a form asks, in its order; metadata, notes and free text are left out, which nobody invents."""
    offered: dict[str, list[str]] = defaultdict(list)
    for choice in content["choices"]:
        offered[choice["list_name"]].append(choice["name"])
    found: list[Question] = []
    around: list[str] = []
    for row in content["survey"]:
        kind = row["type"]
        if kind.startswith("begin_"):
            around.append(row.get("relevant", ""))
        elif kind.startswith("end_"):
            around.pop()
        elif kind in DRAWN:
            codes = tuple(offered[row.get("select_from_list_name", "")])
            conditions = tuple(filter(None, (*around, row.get("relevant", ""))))
            asked = (row["name"], row["$xpath"], kind, codes, conditions, row.get("constraint", ""), bool(row.get("required")))
            found.append(Question(*asked))
    return found


def spans(contract: KoboContract) -> list[tuple[dt.date, dt.date]]:
    """First and last day of each wave of the sample."""
    if contract.waves:
        return [(wave.first_day, wave.last_day) for wave in contract.waves]
    years = YEARS if contract.period_year is None else (contract.period_year,)
    return [(dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in years]


def records(asset: Mapping[str, Any], contract: KoboContract, n: int, seed: int) -> list[Record]:
    """`n` submissions of each wave, without `_id` and uuids, which the server gives in order of arrival. Raises NoAnswer."""
    version = asset["versions"][-1]
    asked = questions(version["content"])
    rng = random.Random(f"{seed}/answers/{contract.name}")
    leaning = {
        question.name: [_leaning(rng, question, contract) * _how_often(code, question, contract) for code in question.codes]
        for question in asked
    }
    made = []
    for first, last in spans(contract):
        for _ in range(n):
            day = first + dt.timedelta(days=rng.randrange((last - first).days + 1))
            start = dt.datetime(day.year, day.month, day.day, 8) + dt.timedelta(seconds=rng.randrange(10 * 3600))
            end = start + dt.timedelta(seconds=max(60, int(rng.gauss(15 * len(asked), 4 * len(asked)))))
            moments = {name: f"{at:%Y-%m-%dT%H:%M:%S}.000+{UTC_OFFSET:02}:00" for name, at in (("start", start), ("end", end))}
            told = _answers(rng, asked, leaning, contract)
            sent_at = f"{end - dt.timedelta(hours=UTC_OFFSET):%Y-%m-%dT%H:%M:%S}"
            made.append({**moments, "today": f"{day}", **told, "__version__": version["uid"], "_submission_time": sent_at})
    return made


def _leaning(rng: random.Random, question: Question, contract: KoboContract) -> float:
    """How much likelier a choice is than others. Of what somebody is, none is: each agency and group has about as many."""
    return 1.0 if contract.fields.get(question.path) in RESPONDENT_FIELDS else rng.gammavariate(2, 1)


def _how_often(code: str, question: Question, contract: KoboContract) -> float:
    if code in SMALL_GROUPS and contract.fields.get(question.path) in RESPONDENT_FIELDS:
        return 0.0
    return RARELY if code in RARE or code in map(str, contract.scale.missing) else 1.0


def _answers(
    rng: random.Random, asked: Sequence[Question], leaning: Mapping[str, Sequence[float]], contract: KoboContract
) -> dict[str, str]:
    """One person's answers by path. Who refuses consent answers what the form still asks, which is nothing."""
    said: dict[str, str] = {}
    told: dict[str, str] = {}
    for question in asked:
        if not all(holds(condition, said) for condition in question.conditions):
            continue
        if not question.is_required and rng.random() < UNANSWERED:
            continue
        consent = contract.consent
        if consent and contract.fields.get(question.path) == consent.field:
            refusals = [code for code in question.codes if code != consent.value]
            answer = rng.choice(refusals) if refusals and rng.random() < REFUSED else consent.value
        else:
            answer = _answer(rng, question, leaning[question.name], said)
        said[question.name] = told[question.path] = answer
    return told


def _answer(rng: random.Random, question: Question, leaning: Sequence[float], said: Mapping[str, str]) -> str:
    """An answer that the form takes."""
    for _ in range(ATTEMPTS):
        answer = DRAWN[question.kind](rng, question, leaning)
        if holds(question.constraint, said, answer):
            return answer
    raise NoAnswer(
        f"No answer to '{question.name}' fulfils its constraint '{question.constraint}'. Widen it, or write a sample of its own."
    )


def _one(rng: random.Random, question: Question, leaning: Sequence[float]) -> str:
    return rng.choices(question.codes, leaning)[0]


def _several(rng: random.Random, question: Question, leaning: Sequence[float]) -> str:
    chosen = {_one(rng, question, leaning) for _ in range(rng.randint(1, 3))}
    return " ".join(code for code in question.codes if code in chosen)


def _number(rng: random.Random, question: Question, _: Sequence[float]) -> str:
    return str(rng.randint(*_bounds(question)))


def _fraction(rng: random.Random, question: Question, _: Sequence[float]) -> str:
    return f"{rng.uniform(*_bounds(question)):.1f}"


def _day(rng: random.Random, _: Question, __: Sequence[float]) -> str:
    return f"{dt.date(YEARS[0], 1, 1) + dt.timedelta(days=rng.randrange(730))}"


def _bounds(question: Question) -> tuple[int, int]:
    """The least and the greatest number that the constraint names, within which an answer is looked for."""
    named = [int(float(number)) for number in NUMBER.findall(question.constraint)]
    return (min(named), max(named)) if len(named) > 1 else (min([*named, 0]), max([*named, 0]) + 100)


DRAWN = {"select_one": _one, "select_multiple": _several, "integer": _number, "decimal": _fraction, "date": _day}


def truth(records: Sequence[Record], contract: KoboContract) -> dict[str, Any]:
    """By year of arrival: how many were sent, how many of them consent, and how many of these gave each answer, by field."""
    found: dict[str, Any] = {}
    for record in records:
        year = found.setdefault(record["_submission_time"][:4], {"n_submissions": 0, "n_respondents": 0, "answers": {}})
        year["n_submissions"] += 1
        answers = dict(_mapped(record, contract))
        if contract.consent and answers.get(contract.consent.field) != contract.consent.value:
            continue
        year["n_respondents"] += 1
        for field, answer in answers.items():
            counts = year["answers"].setdefault(field, {})
            counts[answer] = counts.get(answer, 0) + 1
    return found


def _mapped(record: Mapping[str, Any], contract: KoboContract) -> Iterator[tuple[str, str]]:
    for path, field in contract.fields.items():
        if path in record:
            common = contract.value_maps.get(field, {})
            yield field, " ".join(common.get(code, code) for code in record[path].split())
