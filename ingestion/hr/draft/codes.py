"""What each code of an example means. What Parity does not know is named where it cannot be a person's, and counted where it can."""

from __future__ import annotations

from collections.abc import Collection

from ingestion.hr.draft.columns import Matching
from ingestion.hr.draft.meanings import FIELDS, Meanings
from ingestion.hr.draft.text import Draft
from ingestion.hr.plausible import MOST_CODES, Content
from parity.counted import counted

OF_RANKS = "the grades are suggestions (1 entry … 4 inspector … 9 head of agency): the agency decides."


def add_codes(out: Draft, found: Matching, columns: dict[str, Content], meanings: Meanings, private: Collection[str]) -> None:
    """Add the field that explains each column of codes."""
    for canonical, field in FIELDS.items():
        header = next((header for name, header in found.columns.items() if name == canonical), None)
        if header is None:
            continue
        content = columns[header]
        if canonical == "rank":
            _ranks(out, content, meanings, private)
        elif len(content.counts) > MOST_CODES:
            out.fields[field] = {}
            out.remark(field, f"'{header}' holds {len(content.counts):,} different values: is it really the {canonical}?")
        else:
            _codes(out, field, canonical, content, meanings, private)


def _codes(out: Draft, field: str, canonical: str, content: Content, meanings: Meanings, private: Collection[str]) -> None:
    meaning = meanings.of_column[canonical]
    is_trusted = meanings.is_trusted(content)
    known = {code: meaning[code.lower()] for code in content.counts if code.lower() in meaning}
    if canonical == "sex" and len(content.texts) < len(content.cells):
        known[""] = "missing"
    hidden = []
    for code, n in content.counts.most_common():
        if code in known:
            continue
        if meanings.may_copy(code, n, is_trusted=is_trusted, private=private):
            out.remark(field, f"{code!r} ({counted(n, 'row')}) is not understood: say what it means.")
        else:
            hidden.append(n)
    _say_hidden(out, field, hidden)
    out.fields[field] = known


def _ranks(out: Draft, content: Content, meanings: Meanings, private: Collection[str]) -> None:
    grades, entries, hidden = meanings.grades, [], []
    is_trusted = meanings.is_trusted(content)
    for name, n in content.counts.most_common():
        grade = grades.get(name.lower())
        is_known = name.lower() in grades
        if not is_known and not meanings.may_copy(name, n, is_trusted=is_trusted, private=private):
            hidden.append(n)
            continue
        if not is_known and (near := meanings.near_rank(name)):
            grade = grades[near]
            out.remark("ranks", f"{name!r} ({counted(n, 'row')}): grade {grade} because it looks like {near!r}.")
        elif grade is None:
            out.remark("ranks", f"{name!r} ({counted(n, 'row')}): no suggestion; null keeps it off the ladder of grades.")
        entries.append({"name": name, "grade": grade})
    _say_hidden(out, "ranks", hidden)
    out.remark("ranks", OF_RANKS)
    out.fields["ranks"] = sorted(entries, key=lambda entry: (entry["grade"] or 99, entry["name"]))


def _say_hidden(out: Draft, field: str, hidden: list[int]) -> None:
    if hidden:
        out.remark(
            field,
            f"a code that is not named here ({counted(sum(hidden), 'row')}) is not understood: {counted(len(hidden), 'different value')}, each perhaps"
            " somebody's name. Look at them in the file, and list here what is a code.",
        )
