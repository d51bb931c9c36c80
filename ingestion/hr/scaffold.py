"""Drafts a contract from an example of a file. All of it is a suggestion, and a draft loads nothing until a person has reviewed it."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ingestion.hr.cells import DAY, plain
from ingestion.hr.dates import FIRST_YEAR, LAST_YEAR, MONTH_WORDS, parse_date, plain_digits
from ingestion.hr.findings import SHARED_BY
from ingestion.hr.specimen import Specimen, specimen
from parity.catalogue import HrContract
from parity.catalogue.hr_contract import Grain, read_by
from parity.catalogue.hr_words import HrWords

MOST_CODES = 120  # distinct values of a column that may be codes; more are names of people or places
DATE_FORMATS = [
    *("%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d-%b-%Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d-%b-%y", "%Y-%m", "%m/%Y", "%Y%m%d"),
]
DATES = ("hire_date", "separation_date", "birth_date", "event_date", "completed_date", "opened_date", "closed_date")
CODES = ("sex", "sworn", "is_active", "event", "rank", "function", "course", "complaint_type")
SCHEMA_LINE = "# yaml-language-server: $schema=schema.json"
Meaning = TypeVar("Meaning", bound=str)


@dataclass
class Draft:
    """A contract's fields in order, and what the reviewer must look at: field → remarks."""

    fields: dict[str, Any]
    remarks: dict[str, list[str]] = field(default_factory=dict)

    def remark(self, name: str, text: str) -> None:
        self.remarks.setdefault(name, []).append(text)

    def text(self) -> str:
        """The draft as YAML, remarks above the fields that they are about."""
        lines = [SCHEMA_LINE]
        for name, value in self.fields.items():
            lines += [f"# REVIEW: {remark}" for remark in self.remarks.get(name, [])]
            if isinstance(value, dict | list) and value and name in ("columns", "ranks", "measures"):
                items = value.items() if isinstance(value, dict) else [("-", item) for item in value]
                lines.append(f"{name}:")
                lines += [f"  {key if key == '-' else key + ':'} {_flow(item)}" for key, item in items]
            else:
                lines.append(f"{name}: {_flow(value)}")
        return "\n".join(lines) + "\n"


def draft(
    path: Path,
    name: str,
    agency: str,
    words: HrWords,
    known: Mapping[str, HrContract],
    *,
    grain: Grain | None = None,
    password: str | None = None,
) -> Draft:
    """A draft for files like this one; `known` are the contracts there are, whose ranks are the best suggestions. Raises FileRefused."""
    names = {word for group in (*words.columns.values(), words.identifying) for word in group}
    example = specimen(path, names, password)
    columns, _, rest = _columns(example, words, words.columns)
    measures = [] if "person_id" in columns else _measures(example, rest, words)
    grain = grain or _grain(columns, measures)
    columns, identifying, rest = _columns(example, words, read_by(grain))
    out = Draft({"name": name, "agency": agency, "grain": grain})
    fields = out.fields
    fields["file_pattern"] = f"*{path.suffix}" if path.suffix else "*"
    fields["format"] = example.format
    if example.format == "csv":
        fields |= {"encoding": example.encoding, "delimiter": example.delimiter}
        if example.encoding not in ("utf-8", "utf-16"):
            out.remark("encoding", "guessed. Open the file in it and read a few lines.")
    fields["header_row"] = example.header_row
    if example.header_row > 1:
        out.remark("header_row", f"{example.header_row - 1} lines of titles stand above the header.")
    if grain == "roster" and "person_id" not in columns and rest:
        guess = max(rest, key=lambda header: len({*map(plain, example.column(header))}))
        columns["person_id"] = guess
        rest.remove(guess)
        out.remark("columns", f"no column has the name of a staff number; '{guess}' has the most different values.")
    if grain == "applicants":
        measures = [measure | {"stage": "applied"} for measure in measures]
        out.remark("measures", "say of each column whether it counts who applied or who was hired (stage: hired).")
    if grain == "aggregate":
        for personal in ("person_id", "birth_date", "hire_date", "separation_date", "salary"):
            columns.pop(personal, None)
    _period(out, example, columns)
    _dates(out, example, columns)
    fields["columns"] = {canonical: {"header": header} for canonical, header in columns.items()}
    if measures:
        fields["measures"] = measures
        rest = [header for header in rest if header not in {measure["header"] for measure in measures}]
    fields["identifying"] = identifying
    fields["ignored"] = rest
    if rest:
        out.remark(
            "ignored", "not understood, so left out: map what Parity should know, move what names a person to `identifying`."
        )
    if totals := _totals(example, words):
        fields["total_markers"] = totals
    _codes(out, example, columns, words, known)
    if "salary" in columns:
        _numbers(out, example.column(columns["salary"]))
    fields["synthetic"] = False
    fields["needs_review"] = True
    out.remark("needs_review", "remove this line when you have been through all of the above: until then nothing is loaded.")
    return out


def _grain(columns: Mapping[str, str], measures: list[dict[str, str]]) -> Grain:
    if "n_applied" in columns:
        return "applicants"
    if measures or "n_staff" in columns:
        return "aggregate"
    if {"course", "completed_date", "person_id"} <= columns.keys():
        return "training"
    if "complaint_type" in columns and "person_id" not in columns:
        return "complaints"
    return "events" if "event" in columns else "roster"


def _flow(value: Any) -> str:
    """JSON is YAML, and quotes what YAML would read as something else."""
    if (
        isinstance(value, str)
        and re.fullmatch(r"[A-Za-z][\w -]*", value)
        and value.lower() not in ("yes", "no", "on", "off", "null", "true", "false", "y", "n")
    ):
        return value
    return json.dumps(value, ensure_ascii=False)


def _columns(example: Specimen, words: HrWords, wanted: Collection[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Canonical column of those wanted → header, headers of identifying columns, and the headers left."""
    found: dict[str, str] = {}
    headers = [header for header in dict.fromkeys(example.header) if header]
    for is_exact in (True, False):
        for canonical, names in words.columns.items():
            for header in headers:
                is_free = canonical in wanted and canonical not in found and header not in found.values()
                is_name = not is_exact and _is_one_of(header, words.identifying, is_exact=True)
                if is_free and not is_name and _is_one_of(header, names, is_exact=is_exact):
                    found[canonical] = header
    left = [header for header in headers if header not in found.values()]
    identifying = [header for header in left if _is_one_of(header, words.identifying, is_exact=False)]
    return found, identifying, [header for header in left if header not in identifying]


def _is_one_of(header: str, names: Iterable[str], *, is_exact: bool) -> bool:
    text = re.sub(r"[\s_.]+", " ", header.lower()).strip()
    return any(
        text == name or (not is_exact and len(name) > 2 and re.search(rf"(^|\W){re.escape(name)}(\W|$)", text)) for name in names
    )


def _measures(example: Specimen, headers: list[str], words: HrWords) -> list[dict[str, str]]:
    """Columns that count women, men or all: an aggregate table."""
    found = []
    for header in headers:
        parts = {part for part in re.split(r"[^\w*]+", header.lower()) if part}
        for gender, names in (*words.sex.items(), ("all", words.totals)):
            if parts & {*names} and all(re.fullmatch(r"[\d.,<\- ]*", plain(cell)) for cell in example.column(header)[:200]):
                found.append({"header": header, "gender": gender})
                break
    return found


def _period(out: Draft, example: Specimen, columns: dict[str, str]) -> None:
    grain = out.fields["grain"]
    if grain == "spells" or (grain in ("events", "training", "complaints") and "period" not in columns):
        columns.pop("period", None)
        return
    if "period" in columns:
        values = {plain_digits(plain(cell)) for cell in example.column(columns["period"])} - {""}
        is_year = bool(values) and all(re.fullmatch(r"\d{4}", value) for value in values)
        out.fields["period"] = {"column": columns["period"], "grain": "year" if is_year else "month"}
        return
    if example.sheets and all(re.fullmatch(r"\D+ ?\d{4}", plain_digits(title)) for title in example.sheets):
        out.fields["period"] = {"sheet_pattern": r"(?P<month>\D+?) ?(?P<year>\d{4})"}
        return
    stem = (example.member or example.file).rsplit("/", 1)[-1]
    if found := re.search(r"(19|20|25)\d\d([-_ ]?)(0[1-9]|1[0-2])(?!\d)", stem):
        pattern = rf".*?(?P<year>\d{{4}}){found[2] and re.escape(found[2])}(?P<month>\d\d).*"
    elif re.search(r"(19|20|25)\d\d", stem):
        pattern = r".*?(?P<year>\d{4}).*"
    else:
        pattern = r".*(?P<year>\d{4})-(?P<month>\d\d).*"
        out.remark(
            "period", "nothing in the file tells its month. Agree on a name such as staff_2024-03.csv, or name the column."
        )
    out.fields["period"] = {"name_pattern": pattern, "grain": "month" if "<month>" in pattern else "year"}


def _dates(out: Draft, example: Specimen, columns: Mapping[str, str]) -> None:
    cells = [
        text
        for canonical in DATES
        if canonical in columns
        for cell in example.column(columns[canonical])
        if (text := plain(cell)) and not cell.startswith(DAY)
    ]
    if not cells:
        return
    sample = cells[:5000]
    years = [int(year) for text in sample for year in re.findall(r"\d{4}", plain_digits(text))]
    if years and sum(FIRST_YEAR + 543 < year <= LAST_YEAR + 543 for year in years) * 2 > len(years):
        out.fields["calendar"] = "buddhist"
        out.remark("calendar", "most years lie 543 ahead.")
    calendar = out.fields.get("calendar", "gregorian")
    n_read = {form: sum(_is_date(text, form, calendar) for text in sample) for form in DATE_FORMATS}
    best = max(DATE_FORMATS, key=n_read.__getitem__)
    if not n_read[best]:
        out.remark("date_format", "no form of date fits the columns of dates: write it with %d, %m or %b, %Y or %y.")
        out.fields["date_format"] = "%d/%m/%Y"
        return
    out.fields["date_format"] = best
    if "%y" in best:
        out.fields["two_digit_years_from"] = 1940
        out.remark("two_digit_years_from", "years have two digits: say the first year that they can mean.")
    swapped = best.translate(str.maketrans("dm", "md"))
    if swapped != best and n_read.get(swapped) == n_read[best]:
        out.remark("date_format", f"no day is above 12, so it may as well be {swapped}: ask the agency.")
    if n_read[best] < len(sample):
        out.remark("date_format", f"{len(sample) - n_read[best]:,} of {len(sample):,} dates do not fit it.")


def _is_date(text: str, form: str, calendar: str) -> bool:
    try:
        parse_date(text.lower() if any(word in text.lower() for word in MONTH_WORDS) else text, form, calendar, 1940)
    except ValueError:
        return False
    return True


def _totals(example: Specimen, words: HrWords) -> list[str]:
    found = dict.fromkeys(
        text
        for row in example.rows[example.header_row :]
        for cell in row[:3]
        if (text := plain(cell)) and text.lower().rstrip(":. ") in words.totals
    )
    return [*found]


def _codes(out: Draft, example: Specimen, columns: Mapping[str, str], words: HrWords, known: Mapping[str, HrContract]) -> None:
    """Maps each column of codes; what is not understood is named, but for columns that seem to hold words of another kind."""
    ranks = {rank.name.lower(): rank.grade for contract in known.values() for rank in contract.ranks}
    ranks |= {name.lower(): grade for grade, names in words.ranks.items() for name in names}
    functions = {code.lower(): value for contract in known.values() for code, value in contract.functions.items()}
    meanings: dict[str, Mapping[str, Any]] = {
        "sex": _inverted(words.sex),
        "sworn": _inverted(words.sworn),
        "is_active": _inverted(words.active),
        "event": _inverted(words.events),
        "course": _inverted(words.courses),
        "complaint_type": _inverted(words.complaints),
        "rank": ranks,
        "function": functions,
    }
    names = {
        "sex": "sex_codes",
        "sworn": "sworn_codes",
        "is_active": "active_codes",
        "event": "event_codes",
        "function": "functions",
        "course": "course_codes",
        "complaint_type": "complaint_codes",
    }
    for canonical in CODES:
        if canonical not in columns:
            continue
        counts = Counter(plain(cell) for cell in example.column(columns[canonical]))
        if totals := out.fields.get("total_markers"):
            for total in totals:
                counts.pop(total, None)
        target = names.get(canonical, "ranks")
        if len(counts) > MOST_CODES:
            out.fields[target] = [] if target == "ranks" else {}
            out.remark(target, f"'{columns[canonical]}' holds {len(counts):,} different values: is it really the {canonical}?")
        elif canonical == "rank":
            _ranks(out, counts, meanings["rank"])
        else:
            _plain_codes(out, target, counts, meanings[canonical], canonical == "sex")


def _plain_codes(out: Draft, target: str, counts: Counter[str], meaning: Mapping[str, str], blank_is_missing: bool) -> None:
    found = {code: meaning[code.lower()] for code in counts if code.lower() in meaning}
    if blank_is_missing and "" in counts:
        found[""] = "missing"
    for code, n in counts.most_common():
        if code and code not in found:
            # What few rows hold may be a value of a person that has slipped into this column.
            named = repr(code) if n >= SHARED_BY else "a code that is not named here"
            out.remark(target, f"{named} ({n:,} rows) is not understood: say what it means.")
    out.fields[target] = found


def _ranks(out: Draft, counts: Counter[str], grades: Mapping[str, int | None]) -> None:
    entries = []
    for name, n in counts.most_common():
        if not name:
            continue
        grade = grades.get(name.lower())
        if grade is None and (near := difflib.get_close_matches(name.lower(), grades, n=1, cutoff=0.75)):
            grade = grades[near[0]]
            out.remark("ranks", f"{name!r} ({n:,} rows): grade {grade} because it looks like {near[0]!r}.")
        elif grade is None:
            out.remark("ranks", f"{name!r} ({n:,} rows): no suggestion; null keeps it off the ladder of grades.")
        entries.append({"name": name, "grade": grade})
    out.remark("ranks", "the grades are suggestions (1 entry … 4 inspector … 9 head of agency): the agency decides.")
    out.fields["ranks"] = sorted(entries, key=lambda entry: (entry["grade"] or 99, entry["name"]))


def _numbers(out: Draft, cells: list[str]) -> None:
    texts = {plain_digits(plain(cell)) for cell in cells} - {""}
    for thousands, decimal in ((",", "."), (".", ",")):
        grouped = rf"\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d+)?"
        grouped_otherwise = rf"\d{{1,3}}(\{decimal}\d{{3}})+(\{thousands}\d+)?"
        if any(re.fullmatch(grouped, text) for text in texts) and not any(
            re.fullmatch(grouped_otherwise, text) for text in texts
        ):
            out.fields |= {"thousands_mark": thousands, "decimal_mark": decimal}
            out.remark("thousands_mark", "`1.234` and `1,234` mean different things in different countries: ask.")
            return


def _inverted(groups: Mapping[Meaning, Iterable[str]]) -> dict[str, Meaning]:
    return {word: meaning for meaning, group in groups.items() for word in group}
