"""`parity generate`: bring every generated file of the checkout up to date."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from parity.settings import REPOSITORY

console = Console()
errors = Console(stderr=True)


def generate(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 where a file is out of date.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the files as JSON.")] = False,
) -> None:
    """Write every generated file that is out of date: schemas of the catalogue, the page of indicators, exposures, captions of datasets."""
    from cli.generated import out_of_date
    from parity.catalogue.errors import CatalogueError
    from publication.captions import NoCaption
    from publication.exposures import UnknownView

    try:
        files = out_of_date(REPOSITORY)
    except (CatalogueError, NoCaption, UnknownView) as error:
        errors.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    for path, text in files:
        if not check:
            path.write_text(text, encoding="utf-8")
    names = [str(path.relative_to(REPOSITORY)) for path, _ in files]
    if as_json:
        print(json.dumps({"out_of_date" if check else "written": names}))
    else:
        for name in names:
            console.print(f"{name} {'is out of date' if check else 'written'}", markup=False, highlight=False, soft_wrap=True)
        if not names:
            console.print("All generated files are up to date.")
        elif check:
            console.print("Run `parity generate`.")
    if check and names:
        raise typer.Exit(1)
