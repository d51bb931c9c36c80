"""Whether the answers of a questionnaire could be synced: its contract, planned as the sync plans it.

On an empty server there is one version, the questionnaire as it stands. On a server that has the form there are also its deployed versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingestion.kobo.asking import MappingError
from ingestion.kobo.form import Form
from ingestion.kobo.mapping import Plan, earlier_names, plan, unserved
from ingestion.questionnaire.difference import as_form
from ingestion.questionnaire.fault import Fault
from parity.catalogue import KoboContract
from parity.catalogue.errors import line_of, nearest
from parity.catalogue.questionnaire import Questionnaire


def versions(questionnaire: Questionnaire, deployed: Sequence[Form] = (), languages: Sequence[str] | None = None) -> list[Form]:
    """The versions that the server will have once the questionnaire is deployed there, oldest first."""
    return [*deployed, as_form(questionnaire, languages or questionnaire.languages)]


def mapping_faults(questionnaire: Questionnaire, contract: KoboContract, forms: Sequence[Form]) -> list[Fault]:
    """Why the sync would stop, or let no answer out, once these are the form's versions."""
    return list(_faults(questionnaire, contract, forms))


def mapping_notices(contract: KoboContract, forms: Sequence[Form]) -> list[str]:
    """Lines of the contract that say nothing here, and harm nothing."""
    return [
        f"{path} in sources/kobo/{contract.name}.yml is an earlier name of {contract.fields[path]}: no version here has it"
        for path in earlier_names(contract.fields, forms)
    ]


def _faults(questionnaire: Questionnaire, contract: KoboContract, forms: Sequence[Form]) -> Iterator[Fault]:
    file = f"sources/kobo/{contract.name}.yml"
    paths = {question.path for form in forms for question in form.questions}
    absent = unserved(contract.fields, forms)
    for path in absent:
        problem = (
            f"no version of the form would have '{path}', and nothing else serves {contract.fields[path]}: the sync would stop"
        )
        remedy = f"Correct the path, or remove the line.{nearest(path, paths)}"
        yield Fault(file, _line(questionnaire, contract, path), "fields", problem, remedy)
    if absent:
        return
    try:
        planned = plan(contract, forms)
    except MappingError as error:
        yield Fault(file, _line(questionnaire, contract), "fields", error.what, error.remedy)
        return
    if silent := _consent(contract, planned):
        yield Fault(file, _line(questionnaire, contract), "consent", silent, "Write the code of the choice that agrees.")


def _consent(contract: KoboContract, planned: Plan) -> str | None:
    """Why nobody could consent."""
    asked = [entry for entry in planned.fields if contract.consent and entry.field == contract.consent.field]
    if contract.consent is None or any(entry.lets_out(contract.consent.value) for entry in asked):
        return None
    return f"'{contract.consent.value}' is no choice of {asked[0].path}, so that no answer would leave the landing"


def _line(questionnaire: Questionnaire, contract: KoboContract, path: str | None = None) -> int:
    """The line of the contract's file, which stands in the same catalogue as the questionnaire."""
    file: Path = questionnaire.folder.parent.parent / "sources" / "kobo" / f"{contract.name}.yml"
    location = ("fields",) if path is None else ("fields", path)
    return line_of(file, location) if file.is_file() else 1
