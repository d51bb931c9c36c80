"""What a new version of a form changes, and which changes make its answers another thing than those collected before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.kobo.form import Choice, Form, Question, fills, logic, read_form
from ingestion.questionnaire.paths import groups_and_rows
from ingestion.questionnaire.workbook import kuid
from parity.catalogue.questionnaire import LABEL, Questionnaire, Row


@dataclass(frozen=True)
class Change:
    """One change, told in words; `breaks`: answers before and after it cannot be compared."""

    where: str
    what: str
    breaks: bool = False


def as_form(questionnaire: Questionnaire, languages: Sequence[str]) -> Form:
    """The questionnaire as it will be once it is deployed in these languages."""
    questions = [_question(row, groups, languages) for row, groups in groups_and_rows(questionnaire)]
    choices: dict[str, list[Choice]] = {}
    for row in questionnaire.choices:
        choices.setdefault(row.list_name, []).append(Choice(row.list_name, row.name, _labels(row, languages)))
    return Form("", tuple(questions), {name: tuple(listed) for name, listed in choices.items()})


def _question(row: Row, groups: Sequence[Row], languages: Sequence[str]) -> Question:
    path = "/".join([*(group.name for group in groups), row.name])
    rules = logic(row.cells, [group.cells for group in groups])
    return Question(
        path, row.name, row.kind, row.list_name or None, kuid(row), (), _labels(row, languages), False, rules, fills(row.cells)
    )


def _labels(row: Row, languages: Sequence[str]) -> dict[str, str]:
    return {language: row[LABEL + language] for language in languages if row[LABEL + language]}


def difference(old: Form, new: Form, master: str) -> list[Change]:
    """The changes from `old` to `new`; `master` is the language whose words decide what a question means."""
    before = {question.path: question for question in old.questions}
    after = {question.path: question for question in new.questions}
    by_kuid = {question.kuid: question for question in old.questions if question.kuid}
    former = {
        path: by_kuid[question.kuid].path
        for path, question in after.items()
        if path not in before and question.kuid in by_kuid and by_kuid[question.kuid].path not in after
    }
    changes = [Change(path, "removed", breaks=True) for path in before if path not in after and path not in former.values()]
    for path, question in after.items():
        if path in former:
            changes.append(Change(path, f"renamed from {former[path]}, followed by its $kuid"))
        if (was := before.get(former.get(path, path))) is None:
            changes.append(Change(path, "added"))
        else:
            changes += _of_question(was, question, master)
    listed_before, listed_now = ({q.list_name for q in form.questions if q.list_name is not None} for form in (old, new))
    shared = listed_before & listed_now
    for name in sorted(shared):
        changes += _of_choices(name, old.choices.get(name, ()), new.choices.get(name, ()), master)
    return changes


def _of_question(was: Question, now: Question, master: str) -> Iterator[Change]:
    if was.type != now.type:
        yield Change(now.path, f"was {was.type}, is {now.type}", breaks=True)
    if was.list_name != now.list_name:
        yield Change(now.path, f"chose from {was.list_name}, chooses from {now.list_name}", breaks=True)
    yield from _of_labels(now.path, was.labels, now.labels, master)
    for rule in sorted(was.logic.keys() | now.logic.keys()):
        if was.logic.get(rule) != now.logic.get(rule):
            what = f"{rule}: was {was.logic.get(rule, 'nothing')}, is {now.logic.get(rule, 'nothing')}"
            yield Change(now.path, what, breaks=rule in ("relevant", "calculation"))


def _of_labels(where: str, was: Mapping[str, str], now: Mapping[str, str], master: str) -> Iterator[Change]:
    for language in now:
        if language in was and was[language] != now[language]:
            what = f'{language}: was "{was[language]}", is "{now[language]}"'
            yield Change(where, what, breaks=language == master)


def _of_choices(name: str, was: Sequence[Choice], now: Sequence[Choice], master: str) -> Iterator[Change]:
    before, after = {choice.code: choice for choice in was}, {choice.code: choice for choice in now}
    is_scale = sum(code.isdigit() for code in before) > 2
    for code in before.keys() - after.keys():
        yield Change(name, f"choice {code} removed", breaks=True)
    for code in after:
        if code not in before:
            yield Change(name, f"choice {code} added", breaks=is_scale)
        else:
            yield from _of_labels(f"{name} {code}", before[code].labels, after[code].labels, master)
    common = [code for code in before if code in after]
    if common != [code for code in after if code in before]:
        yield Change(name, "choices stand in another order", breaks=is_scale)


def of_languages(old: Mapping[str, Any], languages: Sequence[str]) -> list[Change]:
    """Languages that come or go, against the deployed content."""
    before = [language for language in old.get("translations", []) if language]
    gone = [Change(language, "language removed") for language in before if language not in languages]
    return gone + [Change(language, "language added") for language in languages if language not in before]


def changes(content: Mapping[str, Any], questionnaire: Questionnaire, languages: Sequence[str]) -> list[Change]:
    """Everything that deploying the questionnaire in these languages would change of a deployed content."""
    new = as_form(questionnaire, languages)
    return of_languages(content, languages) + difference(read_form("", content), new, questionnaire.languages[0])
