"""Which column of an example is which: by the words of its header, and by what stands in it. What is not certain is marked, with the runner-up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ingestion.hr.draft.meanings import Meanings
from ingestion.hr.plausible import DISTINCT, MOST_SEXES, MOSTLY, UNDERSTOOD, Content, doubt, repeats
from ingestion.hr.specimen import Specimen
from ingestion.hr.words import is_named
from parity.catalogue.hr_terms import NEEDED, CanonicalColumn, Grain
from parity.catalogue.hr_words import HrWords


@dataclass(frozen=True)
class Candidate:
    """A column that may be the canonical one; `score`: how well its content fits; `doubt`: what speaks against it."""

    canonical: CanonicalColumn
    header: str
    is_exact: bool
    score: float
    doubt: str | None

    @property
    def why(self) -> str:
        by = "its header is a known name of it" if self.is_exact else "its header only holds a word for it"
        return f"{by}, but {self.doubt}" if self.doubt else by


@dataclass
class Matching:
    """Canonical column → header; headers that name people; headers left; remarks about `columns` and about `ignored`."""

    columns: dict[CanonicalColumn, str] = field(default_factory=dict)
    identifying: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def contents(example: Specimen) -> dict[str, Content]:
    """Each header that stands once, with its column."""
    return {header: Content(example.column(header)) for header, n in Counter(example.header).items() if header and n == 1}


def matching(
    example: Specimen,
    columns: Mapping[str, Content],
    meanings: Meanings,
    wanted: Collection[str],
    grain: Grain | None,
    today: dt.date,
) -> Matching:
    """The likeliest column for each of those wanted. A grain's needed columns are taken in spite of a doubt; others are left out."""
    needed = NEEDED[grain] if grain else set()
    candidates = _candidates(columns, meanings, wanted, grain, today)
    out = Matching()
    for best in sorted(candidates, key=lambda one: (not one.is_exact, one.doubt is not None, -one.score)):
        is_free = best.canonical not in out.columns and best.header not in out.columns.values()
        if is_free and (best.doubt is None or (best.canonical in needed and best.is_exact)):
            better = next((one for one in candidates if _is_better(one, best, out)), None)
            out.columns[best.canonical] = (better or best).header
    _by_content(out, columns, meanings, needed, grain)
    order = [canonical for canonical in meanings.words.columns if canonical in out.columns]
    out.columns = {canonical: out.columns[canonical] for canonical in order}
    _remark(out, candidates)
    headers = list(dict.fromkeys(header for header in example.header if header))
    left = [header for header in headers if header not in out.columns.values()]
    out.identifying = [header for header in left if _names_people(header, columns, meanings)]
    out.rest = [header for header in left if header not in out.identifying]
    out.left_out += [f"'{header}' stands there more than once." for header in out.rest if header not in columns]
    return out


def _candidates(
    columns: Mapping[str, Content], meanings: Meanings, wanted: Collection[str], grain: Grain | None, today: dt.date
) -> list[Candidate]:
    words = meanings.words
    found = []
    for canonical, names in words.columns.items():
        if canonical not in wanted:
            continue
        for header, content in columns.items():
            is_exact = is_named(header, names, is_exact=True)
            if not is_exact and (
                not is_named(header, names, is_exact=False, but=words.misleading.get(canonical, []))
                or is_named(header, words.identifying, is_exact=True)
                or content.looks_like_names
            ):
                continue
            meaning = meanings.of_values(canonical, content)
            why = doubt(canonical, content, meaning, today)
            if canonical == "agency":
                why = "only somebody who knows the file can say which agency each value is (agency_codes)"
            if (
                canonical == "person_id"
                and why == repeats(content)
                and (grain != "roster" or _is_once_a_period(content, columns, words))
            ):
                why = None  # a person may have several rows
            score = content.understood(meaning) if meaning is not None else 0
            found.append(Candidate(canonical, header, is_exact, score, why))
    return found


def _is_once_a_period(content: Content, columns: Mapping[str, Content], words: HrWords) -> bool:
    """Whether each person stands once in each period that a column names."""
    for header, other in columns.items():
        if is_named(header, words.columns.get("period", []), is_exact=True):
            pairs = list(zip(content.cells, other.cells, strict=True))
            return len({*pairs}) >= DISTINCT * len(pairs)
    return False


def _is_better(one: Candidate, chosen: Candidate, out: Matching) -> bool:
    """A column without a doubt, where the one with the better header has one."""
    return (
        one.canonical == chosen.canonical
        and chosen.doubt is not None
        and one.doubt is None
        and one.header not in out.columns.values()
    )


def _by_content(
    out: Matching, columns: Mapping[str, Content], meanings: Meanings, needed: Collection[str], grain: Grain | None
) -> None:
    """Finds what a grain cannot do without by what stands in the columns, where no header tells."""
    free = {
        header: content
        for header, content in columns.items()
        if header not in out.columns.values() and not _names_people(header, columns, meanings)
    }
    if "sex" in needed and "sex" not in out.columns:
        fitting = [header for header, content in free.items() if _tells_sex(content, meanings)]
        _take(out, "sex", fitting, "all that stands in it are words for sex")
        free = {header: content for header, content in free.items() if header not in out.columns.values()}
    if "person_id" in needed and "person_id" not in out.columns and grain == "roster":
        pay = meanings.words.columns.get("salary", [])
        fitting = [
            header
            for header, content in free.items()
            if _is_number_of_people(content) and not is_named(header, pay, is_exact=False)
        ]
        _take(out, "person_id", fitting, "no header is a name of a staff number, and its values differ in each row")


def _tells_sex(content: Content, meanings: Meanings) -> bool:
    meaning = meanings.of_column["sex"]
    told = {meaning[text.lower()] for text in content.counts if text.lower() in meaning}
    return {"woman", "man"} <= told and len(content.counts) <= MOST_SEXES and content.understood(meaning) >= MOSTLY


def _is_number_of_people(content: Content) -> bool:
    return (
        len(content.texts) > 4
        and len(content.counts) == len(content.cells)
        and content.date_share < UNDERSTOOD
        and content.share_that(r"[A-Z]{0,4}[-/ ]?\d[\d\-/]*[A-Za-z]?") >= DISTINCT
        and not content.is_running_number
    )


def _take(out: Matching, canonical: CanonicalColumn, fitting: list[str], why: str) -> None:
    if fitting:
        out.columns[canonical] = fitting[0]
        second = f"Runner-up: '{fitting[1]}'." if len(fitting) > 1 else "No other column fits."
        out.remarks.append(f"{canonical} is guessed to be '{fitting[0]}': {why}. {second}")


def _remark(out: Matching, candidates: list[Candidate]) -> None:
    """Marks each column that is not certain, and says of each that was left out why."""
    for canonical, header in out.columns.items():
        others = [one for one in candidates if one.canonical == canonical and one.header not in out.columns.values()]
        taken = next((one for one in candidates if (one.canonical, one.header) == (canonical, header)), None)
        rival = next(iter(sorted(others, key=lambda one: (one.doubt is not None, not one.is_exact, -one.score))), None)
        if taken is None or (taken.is_exact and taken.doubt is None and (rival is None or rival.doubt or not rival.is_exact)):
            continue
        second = f"Runner-up: '{rival.header}' ({rival.why})." if rival else "No other column fits."
        out.remarks.append(f"{canonical} is '{header}': {taken.why}. {second}")
    for one in candidates:
        if one.canonical not in out.columns and one.header not in out.columns.values() and one.doubt:
            out.left_out.append(f"'{one.header}' may be {one.canonical}: {one.why}.")


def _names_people(header: str, columns: Mapping[str, Content], meanings: Meanings) -> bool:
    if is_named(header, meanings.words.identifying, is_exact=False):
        return True
    return header in columns and columns[header].looks_like_names
