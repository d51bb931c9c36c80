"""`parity generate`: bring every generated file of the checkout up to date."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

from cli.exit_codes import ExitCode
from cli.output import fail, print_json, say
from parity.settings import REPOSITORY


def generate(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 where a file is out of date.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the files as JSON.")] = False,
) -> None:
    """Write every generated file that is out of date: schemas, reference pages, contracts of models, exposures, captions of datasets.

    A generated file names this command in its first lines and is never edited by hand. Exit code 2: a source of a file is faulty.
    """
    from cli.generated import out_of_date
    from cli.rooms_picture import ImportsUpward
    from parity.catalogue.errors import CatalogueError
    from publication.captions import NoCaption
    from publication.cell_models import NotDescribed
    from publication.exposures import UnknownView

    command = context.find_root().command
    if not isinstance(command, TyperGroup):
        raise TypeError("`parity` is a group of commands.")
    try:
        files = out_of_date(REPOSITORY, command)
    except (CatalogueError, ImportsUpward, NoCaption, NotDescribed, UnknownView) as error:
        fail(error, ExitCode.WRONG_INPUT, as_json=as_json)
    for path, text in files:
        if not check:
            path.write_text(text, encoding="utf-8")
    names = [str(path.relative_to(REPOSITORY)) for path, _ in files]
    if as_json:
        print_json({"out_of_date" if check else "written": names})
    else:
        for name in names:
            say(f"{name} {'is out of date' if check else 'written'}")
        if not names:
            say("All generated files are up to date.")
        elif check:
            say("Run `parity generate`.")
    if check and names:
        raise typer.Exit(ExitCode.NOT_OK)
