"""Whether two versions of a question say the same, and whether a code of it came to mean another answer.

Words are compared in every language that both versions have, without regard to case, blanks and marks. A label that is corrected
stays at its code. A label that moved to another code of the list, as where a scale is reversed, gives that code another meaning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingestion.kobo.form import Choice, Form, Question

Words = Mapping[str, str]
BETWEEN = re.compile(r"[\s.,;:!?'\"“”‘’()\[\]…_*]+")  # but no sign that tells answers apart, as in "< 5" and "> 5"


@dataclass(frozen=True)
class Moved:
    """A code whose label changed while the label stands, or stood, at another code."""

    code: str
    before: str
    after: str


def plain(text: str) -> str:
    """Words as they are compared. Where nothing but signs is left, the signs are."""
    return BETWEEN.sub(" ", text).strip().casefold() or text.strip()


def same_words(before: Question, after: Question) -> bool:
    """Whether the question reads the same in some language. Without words on either side, nothing speaks against it."""
    said, now = ({language: plain(text) for language, text in words.items()} for words in (before.labels, after.labels))
    if not said and not now:
        return True
    if both := said.keys() & now.keys():
        return any(said[language] == now[language] for language in both)
    return bool({*said.values()} & {*now.values()})  # a language was named, or renamed


def same_choices(before: tuple[Form, Question], after: tuple[Form, Question]) -> bool:
    """Whether two questions offer the same list, or the same codes; questions without choices do."""
    (form, question), (later, other) = before, after
    return question.list_name == other.list_name or form.codes(question) == later.codes(other)


def shares_choices(before: tuple[Form, Question], after: tuple[Form, Question]) -> bool:
    """Whether some code is offered by both, or neither offers any."""
    codes, others = before[0].codes(before[1]), after[0].codes(after[1])
    return codes is others if codes is None or others is None else bool(codes & others)


def moved_label(before: tuple[Form, Question], after: tuple[Form, Question]) -> Moved | None:
    """The first code that came to mean another answer, in any language."""
    if _choices(*before) == _choices(*after):
        return None
    old, new = _labels(*before), _labels(*after)
    for said, now in _pairs(old, new):
        homes, places = _codes(said), _codes(now)
        for code in (code for code in said if code in now):
            was, became = plain(said[code]), plain(now[code])
            moved_here = code not in homes.get(became, {code})
            moved_away = code not in places.get(was, {code})
            if was != became and (moved_here or moved_away):
                return Moved(code, said[code], now[code])
    return None


def _choices(form: Form, question: Question) -> Sequence[Choice]:
    return form.choices.get(question.list_name or "", ())


def _labels(form: Form, question: Question) -> dict[str, dict[str, str]]:
    """Label of each code, by language."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for choice in _choices(form, question):
        for language, text in choice.labels.items():
            found[language][choice.code] = text
    return found


def _pairs(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The labels of each language in both versions. One that is left over on either side may be the other's, under another name."""
    for language in [language for language in old if language in new]:
        yield old[language], new[language]
    for said in (old[language] for language in old if language not in new):
        texts = {plain(text) for text in said.values()}
        for now in (new[language] for language in new if language not in old):
            if texts & {plain(text) for text in now.values()}:
                yield said, now


def _codes(labels: Mapping[str, str]) -> dict[str, set[str]]:
    """The codes at which each label stands."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, text in labels.items():
        found[plain(text)].add(code)
    return found
