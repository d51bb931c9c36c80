"""`parity kobo build, check, preview, deploy`: the questionnaire from its files to a server. Thin shells."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import here
from cli.exit_codes import ExitCode
from cli.kobo.shell import kobo_server
from cli.output import AsJson, complain, fail, print_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingestion.questionnaire.check import Word
    from ingestion.questionnaire.deploy import Deployment
    from ingestion.questionnaire.fault import Fault
    from parity.catalogue import Catalogue
    from parity.catalogue.questionnaire import Questionnaire

    Check = Callable[[Questionnaire, Catalogue, Sequence[Word]], list[Fault]]

Form = Annotated[str, typer.Argument(help="Folder of the form below catalogue/questionnaire/.")]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="A language or its code, such as th; may be repeated. All if left out.")
]
FORM = "workplace_culture"


def build(
    form: Form = FORM,
    out: Annotated[Path | None, typer.Option(help="Where to write; <form>.xlsx if left out.")] = None,
    language: Languages = None,
) -> None:
    """Make the XLSForm from the form's files, validated by pyxform. The same files give the same bytes."""
    from ingestion.questionnaire.workbook import QuestionnaireError
    from ingestion.questionnaire.workbook import build as build_workbook

    questionnaire = _read(form)
    try:
        workbook = build_workbook(questionnaire, _languages(questionnaire, language))
    except QuestionnaireError as error:
        fail(error)
    path = out or Path(f"{form}.xlsx")
    path.write_bytes(workbook)
    say(f"{path}: {len(questionnaire.items)} questions, {len(workbook) / 1024:.0f} KiB")


def check(form: Form = FORM, as_json: AsJson = False) -> None:
    """Prove that the questionnaire is whole and harmless; exit code 1 with each fault by file, row and field.

    Every indicator that the form serves has its items and the reverse; every language says everything; conditions name questions
    that are asked before; nothing asks who somebody is; every answer is mapped or dropped by the contract, and each path of the
    contract is asked, so that the form could be synced from an empty server; it can be answered in time.
    """
    from ingestion.questionnaire.check import check as faults_of
    from ingestion.questionnaire.mapped import mapping_notices, versions
    from ingestion.questionnaire.minutes import estimate

    questionnaire = _read(form, as_json=as_json)
    faults = _faults(questionnaire, faults_of, as_json=as_json)
    contract = here(as_json).catalogue.kobo.get(form)
    notices = mapping_notices(contract, versions(questionnaire)) if contract else []
    minutes = estimate(questionnaire)
    if as_json:
        statuses = {language: questionnaire.status(language) for language in questionnaire.languages}
        print_json(
            {"faults": [asdict(one) for one in faults], "minutes": asdict(minutes), "languages": statuses, "notices": notices}
        )
    else:
        for fault in faults:
            complain(str(fault))
        for notice in notices:
            say(notice)
        for language in questionnaire.languages:
            say(f"{language}: {questionnaire.status(language)}")
        say(
            f"{len(questionnaire.items)} questions; about {minutes.median} minutes, {minutes.slow} for a slow reader; "
            f"{len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}"
        )
    if faults:
        raise typer.Exit(ExitCode.NOT_OK)


def preview(
    form: Form = FORM,
    language: Annotated[str, typer.Option(help="The language to read, or its code, such as th.")] = "en",
    out: Annotated[Path | None, typer.Option(help="Where to write; <form>.<code>.html if left out.")] = None,
) -> None:
    """Write the questionnaire as one web page for reading, with codes, conditions and missing translations."""
    from ingestion.questionnaire.preview import preview as render
    from parity.catalogue.questionnaire import language_code

    questionnaire = _read(form)
    chosen = (_languages(questionnaire, [language]))[0]
    code = re.sub(r"[^\w-]+", "_", language_code(chosen))  # a name of a language may hold what no name of a file does
    path = out or Path(f"{form}.{code}.html")
    path.write_text(render(questionnaire, chosen), encoding="utf-8")
    say(f"{path}: {chosen}, {questionnaire.status(chosen)}")


def deploy(
    form: Form = FORM,
    language: Languages = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference and write nothing.")] = False,
    allow_break: Annotated[
        bool, typer.Option("--allow-break", help="Deploy changes after which answers cannot be compared.")
    ] = False,
    allow_drafts: Annotated[
        bool, typer.Option("--allow-draft-languages", help="Deploy languages that are not field-ready: a trial, no survey.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import the questionnaire into KoboToolbox and (re)deploy it, after showing what that changes.

    Refused unless told otherwise: a change that breaks comparability with answers collected before, and a language whose
    translation is not field-ready. Refused in any case: a version after which the sync could not read the form.
    """
    from ingestion.questionnaire import deploy as deployment_steps
    from ingestion.questionnaire.check import check_files
    from ingestion.questionnaire.workbook import QuestionnaireError

    if as_json and not (yes or dry_run):
        fail("With --json nothing is asked: say --yes, or --dry-run to see the difference.", ExitCode.WRONG_INPUT, as_json=True)
    questionnaire = _read(form, as_json=as_json)
    if faults := _faults(questionnaire, check_files, as_json=as_json):
        fail("\n".join([*map(str, faults), "Not deployed: mend the questionnaire first."]), as_json=as_json)
    contract = here(as_json).catalogue.kobo[form]
    with kobo_server(here(as_json)) as client:
        found = deployment_steps.prepare(client, questionnaire, _languages(questionnaire, language), contract.asset_uid)
        if not as_json:
            _tell(found, client.url)
        version = None
        try:
            deployment_steps.require_mapped(found, contract)
            if found.is_needed:
                deployment_steps.require(found, allow_break=allow_break, allow_drafts=allow_drafts)
            if found.is_needed and not dry_run:
                if not yes and not typer.confirm(f"Deploy to {client.url}?"):
                    raise typer.Exit(ExitCode.NOT_OK)
                version = deployment_steps.deploy(client, found)
        except QuestionnaireError as error:
            if as_json:
                print_json(_answer(found, None) | {"refused": str(error)})
            fail(error)
    if as_json:
        print_json(_answer(found, version))
    elif version:
        say(f"Deployed as version {version}.")
    elif found.is_needed:
        say("Nothing was written.")


def _answer(found: Deployment, version: str | None) -> dict[str, object]:
    return {
        "asset": found.asset["uid"] if found.asset else None,
        "languages": found.languages,
        "changes": [asdict(change) for change in found.changes],
        "version": version,
    }


def _tell(found: Deployment, url: str) -> None:
    title = found.questionnaire.settings["form_title"]
    if not found.is_deployed:
        say(f"'{title}' is not deployed on {url} yet: all {len(found.questionnaire.items)} questions are new.")
    elif not found.changes:
        say(f"'{title}' on {url} is deployed as it stands here: nothing to do.")
    for change in found.changes:
        mark = "!" if change.breaks else " "
        say(f"{mark} {change.where}: {change.what}")
    if found.breaks:
        say("! answers before and after cannot be compared")


def _read(form: str, *, as_json: bool = False) -> Questionnaire:
    from parity.catalogue.form_files import forms, is_form
    from parity.catalogue.questionnaire import read_questionnaire

    folder = here().catalogue_folder / "questionnaire"
    if not is_form(folder / form):
        known = ", ".join(path.name for path in forms(folder))
        fail(f"There is no questionnaire '{form}' in {folder}: choose {known}.", ExitCode.WRONG_INPUT, as_json=as_json)
    faults: list[str] = []
    questionnaire = read_questionnaire(folder / form, faults)
    if faults:
        fail("\n".join(faults), as_json=as_json)
    return questionnaire


def _faults(questionnaire: Questionnaire, check: Check, *, as_json: bool = False) -> list[Fault]:
    from ingestion.questionnaire.check import read_words
    from ingestion.questionnaire.workbook import QuestionnaireError

    context = here(as_json)
    try:
        words = read_words(context.catalogue_folder / "questionnaire" / "identifying_words.csv")
    except QuestionnaireError as error:
        fail(error, as_json=as_json)
    return check(questionnaire, context.catalogue, words)


def _languages(questionnaire: Questionnaire, asked: list[str] | None) -> tuple[str, ...]:
    """The languages meant, in the questionnaire's order; a code such as `th` is enough."""
    from parity.catalogue.questionnaire import language_code

    if not asked:
        return questionnaire.languages
    by_word = {word: name for name in questionnaire.languages for word in (name, language_code(name))}
    if unknown := [word for word in asked if word not in by_word]:
        codes = ", ".join(language_code(name) for name in questionnaire.languages)
        fail(f"There is no language {', '.join(unknown)}: choose {codes}.", ExitCode.WRONG_INPUT)
    meant = {by_word[word] for word in asked}
    return tuple(name for name in questionnaire.languages if name in meant)
