"""A draft is read as a contract and tried on its own example before anybody sees it: what would stop the file is mended or said."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from ingestion.hr.check import Delivery, check_content
from ingestion.hr.draft.period import BY_AGREEMENT, EXAMPLE
from ingestion.hr.draft.text import Draft
from ingestion.hr.errors import FileRefused
from parity.catalogue import HrContract
from parity.catalogue.hr_terms import NEEDED
from parity.counted import counted, either


def contract_of(out: Draft, file: str) -> HrContract:
    """The draft as the contract that it is. Raises FileRefused where it is none."""
    try:
        return HrContract.model_validate(yaml.safe_load(out.text()))
    except (ValidationError, yaml.YAMLError, ValueError) as error:
        raise FileRefused(file, f"no contract can be drafted from it: {_why(error)}", _remedy(out)) from None


def _why(error: Exception) -> str:
    """The faults of a draft, named by their fields. Values of the file are never quoted."""
    if not isinstance(error, ValidationError):
        return "its names cannot be written as YAML"
    found = error.errors(include_input=False)[0]
    field = ".".join(str(step) for step in found["loc"][:1])
    return f"{field + ': ' if field else ''}{found['msg'].removeprefix('Value error, ')}"


def _remedy(out: Draft) -> str:
    grain = out.fields.get("grain")
    return f"Is it a file of {grain}? Say what it is by --grain, add the column to the file, or write the contract by hand."


def tried(path: Path, contract: HrContract, password: str | None) -> Delivery | FileRefused:
    """What reading the example under its draft gives, with any number of bad rows; or why it is refused."""
    name = path.name
    if contract.period.name_pattern == BY_AGREEMENT:
        name = f"{EXAMPLE}{path.suffix}"
    all_rows = contract.model_copy(update={"max_bad_share": 1, "file_pattern": "*"})
    try:
        with path.open("rb") as source:
            return check_content(source, name, all_rows, password)
    except FileRefused as error:
        return error


def bad_columns(delivery: Delivery, contract: HrContract) -> dict[str, str]:
    """Canonical columns that the grain can do without and that make more rows bad than a contract allows → why."""
    n_rows = delivery.n_rows + delivery.findings.n_bad
    headers = {column.header: canonical for canonical, column in contract.columns.items()}
    found: dict[str, str] = {}
    for header, rule, n, _ in delivery.findings.summary():
        canonical = headers.get(header)
        if canonical and canonical not in NEEDED[contract.grain] and n > contract.max_bad_share * n_rows:
            found.setdefault(canonical, f"in {n:,} of {counted(n_rows, 'row')}: {rule}")
    return found


def say_outcome(out: Draft, outcome: Delivery | FileRefused) -> None:
    """Remark what the example would do under the draft."""
    if isinstance(outcome, FileRefused):
        out.remark("needs_review", f"as it is, the file is refused: {outcome.what}. {outcome.remedy}")
        return
    findings = outcome.findings
    out.remark(
        "needs_review",
        f"under this draft {counted(outcome.n_rows, 'row of the example loads', 'rows of the example load')}, and {findings.n_bad:,} {either(findings.n_bad, 'does', 'do')} not.",
    )
    for column, rule, n, _ in findings.summary():
        out.remark("needs_review", f"{counted(n, 'row')}: {f'column {column!r}: ' if column else ''}{rule}.")
