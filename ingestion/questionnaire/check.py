"""What a good questionnaire must hold beyond what an XLSForm may say; each fault names file, row, field and remedy.

Codes stand once for all languages, so that they are the same in each; what is proved is that every language says every choice, and
no two of a list alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.kobo.codes import misspelt
from ingestion.kobo.leaving import Leaving
from ingestion.questionnaire.difference import as_form
from ingestion.questionnaire.fault import Fault
from ingestion.questionnaire.mapped import mapping_faults, versions
from ingestion.questionnaire.minutes import HARD_STOP, estimate
from ingestion.questionnaire.paths import paths
from ingestion.questionnaire.workbook import QuestionnaireError, build
from parity.catalogue import Catalogue, KoboContract
from parity.catalogue.form_files import read_list, told
from parity.catalogue.kobo_contract import RESPONDENT_FIELDS
from parity.catalogue.question_types import leaves_as
from parity.catalogue.questionnaire import AMOUNTS, ENGLISH, LABEL, STATUSES, Questionnaire, Row, language_code
from parity.catalogue.served import served

PURPOSES = ("gate", "all", "disaggregation", "road map", "safety")
CONTEXT = (" context", " check")  # asked to read an indicator by, not counted in it
CODE = re.compile(r"[A-Za-z0-9_.+-]{1,32}")
ALLOWED = frozenset("select_one select_multiple begin_group end_group note start end today".split())
# Of an institution, a number or a day points at nobody; and who looks things up takes the time that it takes.
ALSO_IN_FACT_FINDING = frozenset(AMOUNTS)
NOT_SERVED = "name under serves, in the contract, the indicators that this form is there for"
REFERENCE = re.compile(r"\$\{(\w+)\}")
EQUALS = re.compile(r"\$\{(\w+)\}\s*!?=\s*'([^']*)'")
SELECTED = re.compile(r"selected\(\s*\$\{(\w+)\}\s*,\s*'([^']*)'\s*\)")
AMONG = re.compile(r"selected\(\s*'([^']*)'\s*,\s*\$\{(\w+)\}\s*\)")


@dataclass(frozen=True)
class Word:
    """A pattern that betrays, in one language, a question that asks who somebody is."""

    language: str
    pattern: re.Pattern[str]
    asks_for: str


def read_words(path: Path) -> list[Word]:
    """The patterns of identifying_words.csv. Raises QuestionnaireError, which lists each fault of the file."""
    faults: list[str] = []
    words = []
    for line in read_list(path, ("language", "pattern", "asks_for"), faults):
        try:
            pattern = re.compile(line.cells["pattern"], re.IGNORECASE)
        except (re.error, OverflowError, RecursionError):
            problem = "is no pattern that Python can search for"
            faults.append(
                told(path.parent, path.name, line.number, "pattern", problem, "Close its brackets, or write a plain word.")
            )
            continue
        words.append(Word(line.cells["language"], pattern, line.cells["asks_for"]))
    if faults:
        raise QuestionnaireError("\n".join(faults))
    return words


def check(questionnaire: Questionnaire, catalogue: Catalogue, words: Sequence[Word]) -> list[Fault]:
    """Every fault of the form, in the order of the files, and what would stop its sync on an empty server."""
    contract = catalogue.kobo.get(questionnaire.form)
    faults = check_files(questionnaire, catalogue, words)
    # What may not leave was told row by row above; the plan would stop at the same, and say it once more.
    if contract is None or any(_leaving(questionnaire, contract, paths(questionnaire))):
        return faults
    return [*faults, *mapping_faults(questionnaire, contract, versions(questionnaire))]


def check_files(questionnaire: Questionnaire, catalogue: Catalogue, words: Sequence[Word]) -> list[Fault]:
    """Every fault of the form itself. A form without a contract is judged as one for respondents."""
    contract = catalogue.kobo.get(questionnaire.form)
    kind = contract.kind if contract else "respondents"
    return [
        *_types(questionnaire, kind),
        *_identifying(questionnaire, words),
        *_indicators(questionnaire, catalogue, contract),
        *_choices(questionnaire),
        *_labels(questionnaire),
        *_logic(questionnaire),
        *_translations(questionnaire),
        *_contract(questionnaire, contract),
        *(_wording(questionnaire, contract, catalogue.survey_items) if contract else ()),
        *(_length(questionnaire) if kind == "respondents" else ()),
        *_xlsform(questionnaire),
    ]


def _types(questionnaire: Questionnaire, kind: str) -> Iterator[Fault]:
    allowed = ALLOWED | ALSO_IN_FACT_FINDING if kind == "fact_finding" else ALLOWED
    open_groups: list[Row] = []
    for row in questionnaire.survey:
        edge, _, what = row.kind.partition("_")
        if edge == "begin":
            open_groups.append(row)
        elif edge == "end" and what and (not open_groups or open_groups.pop().kind != f"begin_{what}"):
            yield Fault(
                questionnaire.source_of("survey"),
                row.line,
                "type",
                f"this {row.kind} ends no {what}",
                "Add its begin, or remove it.",
            )
        if row.kind in allowed or not row.kind:
            continue
        is_harmless = leaves_as(row.kind) is not None or edge in ("begin", "end")
        problem = f"'{row.kind}' is not used here" if is_harmless else f"'{row.kind}' may hold what points at a person"
        yield Fault(
            questionnaire.source_of("survey"),
            row.line,
            "type",
            problem,
            "Ask with a list of choices: numbers and dates in bands.",
        )
    for row in open_groups:
        problem = f"'{row.name}' is begun and does not end"
        yield Fault(
            questionnaire.source_of("survey"),
            row.line,
            "type",
            problem,
            f"Add {row.kind.replace('begin', 'end')} behind its last question.",
        )


def _identifying(questionnaire: Questionnaire, words: Sequence[Word]) -> Iterator[Fault]:
    for language in questionnaire.languages:
        code = language_code(language)
        for row in questionnaire.items:
            for word in words:
                if word.language == code and (found := word.pattern.search(row[LABEL + language])):
                    yield Fault(
                        questionnaire.source_of("survey"),
                        row.line,
                        LABEL + language,
                        f"'{row.name}' seems to ask for {word.asks_for} (\"{found.group()}\")",
                        "Leave it out: no answer may say who somebody is. Else word it otherwise, or mend identifying_words.csv.",
                    )


def _indicators(questionnaire: Questionnaire, catalogue: Catalogue, contract: KoboContract | None) -> Iterator[Fault]:
    by_id = {indicator.id: indicator for indicator in catalogue.indicators}
    named: dict[str, list[str]] = {}
    for row in questionnaire.items:
        purpose = row["indicator"]
        if purpose in PURPOSES:
            continue
        code = next((purpose.removesuffix(end) for end in CONTEXT if purpose.endswith(end)), purpose)
        if code not in by_id:
            what = f"'{purpose}' is no indicator" if purpose else f"'{row.name}' serves no indicator"
            remedy = (
                f"Name an indicator of indicators.yml (with ' context' where it is not counted), or one of {', '.join(PURPOSES)}."
            )
            yield Fault(questionnaire.source_of("survey"), row.line, "indicator", what, remedy)
        named.setdefault(code, [])
        if purpose == code:
            named[code].append(row.name)
            if code in by_id and by_id[code].items and row.name not in by_id[code].items:
                problem = f"'{row.name}' is not among the items of {code} in indicators.yml"
                yield Fault(
                    questionnaire.source_of("survey"),
                    row.line,
                    "indicator",
                    problem,
                    f"Add it there, or write '{code} context' here.",
                )
    lines = {row.name: row.line for row in questionnaire.items}
    if contract is None:
        wanted = [indicator for indicator in catalogue.indicators if indicator.source == "survey"]
    else:
        wanted = served(contract, catalogue.kobo.values(), catalogue.indicators)
    for indicator in wanted:
        for item in indicator.items:
            if item not in lines:
                remedy = f"Add the question, take the item from the indicator, or {NOT_SERVED}."
                yield Fault(
                    questionnaire.source_of("survey"),
                    1,
                    "name",
                    f"{indicator.id} needs the item '{item}', which is not asked",
                    remedy,
                )
            elif item not in named.get(indicator.id, []):
                problem = f"'{item}' counts for {indicator.id}, which its row does not say"
                yield Fault(questionnaire.source_of("survey"), lines[item], "indicator", problem, f"Write {indicator.id}.")
    for indicator in wanted:
        if not indicator.items and indicator.id not in named:
            yield Fault(
                questionnaire.source_of("survey"),
                1,
                "indicator",
                f"no question serves {indicator.id}, a {indicator.source.replace('_', '-')} indicator",
                f"Ask for it, remove it, or {NOT_SERVED}.",
            )


def _choices(questionnaire: Questionnaire) -> Iterator[Fault]:
    used = {row.list_name for row in questionnaire.items if row.has_choices}
    seen: set[tuple[str, str]] = set()
    for row in questionnaire.choices:
        if not CODE.fullmatch(row.name):
            problem = f"'{row.name}' is no code"
            yield Fault(
                questionnaire.source_of("choices"),
                row.line,
                "name",
                problem,
                "Use up to 32 of A-Z a-z 0-9 _ . + - and translate labels only.",
            )
        if (row.list_name, row.name) in seen:
            yield Fault(
                questionnaire.source_of("choices"),
                row.line,
                "name",
                f"'{row.name}' stands twice in {row.list_name}",
                "Give each choice its own code.",
            )
        seen.add((row.list_name, row.name))
        if row.list_name not in used:
            yield Fault(
                questionnaire.source_of("choices"),
                row.line,
                "list_name",
                f"no question uses '{row.list_name}'",
                "Remove the list.",
            )


def _labels(questionnaire: Questionnaire) -> Iterator[Fault]:
    for language in questionnaire.languages:
        column = LABEL + language
        for row in questionnaire.survey:
            if row[LABEL + questionnaire.languages[0]] and not row[column]:
                yield Fault(
                    questionnaire.source_of("survey"),
                    row.line,
                    column,
                    f"'{row.name}' has no words in {language}",
                    "Translate it.",
                )
        seen: dict[tuple[str, str], Row] = {}
        for row in questionnaire.choices:
            if not row[column]:
                yield Fault(
                    questionnaire.source_of("choices"),
                    row.line,
                    column,
                    f"'{row.name}' has no words in {language}",
                    "Translate it.",
                )
            elif (twin := seen.setdefault((row.list_name, row[column]), row)) is not row:
                problem = f"'{twin.name}' and '{row.name}' of {row.list_name} read alike: \"{row[column]}\""
                yield Fault(
                    questionnaire.source_of("choices"),
                    row.line,
                    column,
                    problem,
                    "Word them so that a respondent can tell them apart.",
                )


def _logic(questionnaire: Questionnaire) -> Iterator[Fault]:
    lists = {row.name: row.list_name for row in questionnaire.items if row.has_choices}
    codes = {name: {choice.name for choice in questionnaire.offered(list_name)} for name, list_name in lists.items()}
    names = {row.name for row in questionnaire.items}
    asked: set[str] = set()
    for row in questionnaire.survey:
        for column in ("relevant", "constraint"):
            for name in REFERENCE.findall(row[column]):
                if name not in asked:
                    problem = f"${{{name}}} is {'asked later' if name in names else 'no question'}"
                    yield Fault(questionnaire.source_of("survey"), row.line, column, problem, "Refer to a question above.")
            pairs = [*EQUALS.findall(row[column]), *SELECTED.findall(row[column])]
            pairs += [(name, code) for among, name in AMONG.findall(row[column]) for code in among.split()]
            for name, code in pairs:
                if name in codes and code not in codes[name]:
                    problem = f"'{code}' is no choice of {name}"
                    yield Fault(
                        questionnaire.source_of("survey"),
                        row.line,
                        column,
                        problem,
                        f"Its codes: {', '.join(sorted(codes[name]))}.",
                    )
        asked.add(row.name)


def _translations(questionnaire: Questionnaire) -> Iterator[Fault]:
    known = {entry.language: entry for entry in questionnaire.translations}
    for language in questionnaire.languages:
        if language not in known:
            yield Fault(
                questionnaire.source_of("translations"),
                1,
                "language",
                f"{language} has no status",
                f"Add a row: {', '.join(STATUSES)}.",
            )
    for language, entry in known.items():
        if language not in questionnaire.languages:
            problem = f"no column holds the words of {language}"
            yield Fault(
                questionnaire.source_of("translations"),
                entry.line,
                "language",
                problem,
                f"Add '{LABEL}{language}', or remove the row.",
            )


def _contract(questionnaire: Questionnaire, contract: KoboContract | None) -> Iterator[Fault]:
    file = f"sources/kobo/{questionnaire.form}.yml"
    if contract is None:
        yield Fault(file, 1, "name", "this form has no contract, so that no answer would be loaded", "Write one.")
        return
    if contract.asset_name != questionnaire.settings.get("form_title"):
        problem = f"the contract is for '{contract.asset_name}', the form's title is another"
        yield Fault(
            questionnaire.source_of("settings"), 2, "form_title", problem, "Make them equal: the sync finds the form by it."
        )
    by_path: Mapping[str, Row] = paths(questionnaire)
    for path, row in by_path.items():
        if row.is_item and path not in contract.fields and path not in contract.drops:
            problem = f"{path} is neither in fields nor in drops of {file}"
            yield Fault(
                questionnaire.source_of("survey"), row.line, "name", problem, "Map it, or say that it stays in the landing."
            )
    yield from _leaving(questionnaire, contract, by_path)


def _leaving(questionnaire: Questionnaire, contract: KoboContract, by_path: Mapping[str, Row]) -> Iterator[Fault]:
    """What the sync would refuse of the contract: answers that may not leave the landing, codes in another spelling."""
    file = f"sources/kobo/{questionnaire.form}.yml"
    form = as_form(questionnaire, questionnaire.languages)
    judge = Leaving(form)
    offered: dict[str, list[str]] = {}
    for question in form.questions:
        if question.path not in contract.fields:
            continue
        found = judge.judge(question)
        if found.stays:
            problem = f"{file} lists {question.path}, which {found.stays}"
            remedy = f"Remove it from fields in {file}, or ask with a list of choices."
            yield Fault(questionnaire.source_of("survey"), by_path[question.path].line, "type", problem, remedy)
        offered.setdefault(contract.fields[question.path], []).extend(found.codes)
    for problem in misspelt(contract, offered):
        yield Fault(file, 1, "value_maps", problem, "Copy the code from the form.")


def _wording(questionnaire: Questionnaire, contract: KoboContract, items: Mapping[str, str]) -> Iterator[Fault]:
    """Answers of two forms under one name are one item of the star. `items`: the English words of each, over all forms."""
    for path, row in paths(questionnaire).items():
        field = contract.fields.get(path)
        if (
            field == row.name
            and field not in RESPONDENT_FIELDS
            and items.get(field, row[LABEL + ENGLISH]) != row[LABEL + ENGLISH]
        ):
            problem = f"'{row.name}' is asked in another form, in other words: \"{items[field]}\""
            remedy = "Give it a name of its own, or ask in the same words and with the same choices."
            yield Fault(questionnaire.source_of("survey"), row.line, LABEL + ENGLISH, problem, remedy)


def _length(questionnaire: Questionnaire) -> Iterator[Fault]:
    minutes = estimate(questionnaire)
    if minutes.slow > HARD_STOP:
        problem = f"a slow reader needs {minutes.slow} minutes"
        yield Fault(questionnaire.source_of("survey"), 1, "name", problem, f"Ask less: {HARD_STOP} is where respondents stop.")


def _xlsform(questionnaire: Questionnaire) -> Iterator[Fault]:
    try:
        build(questionnaire)
    except QuestionnaireError as error:
        said = re.search(r"\[row : (\d+)\]", str(error))  # it counts the rows that it was given, with a header above them
        index = int(said.group(1)) - 2 if said else -1
        rows = questionnaire.survey
        line = rows[index].line if 0 <= index < len(rows) else 1
        yield Fault(questionnaire.source_of("survey"), line, "type", str(error), "Mend what pyxform names.")
