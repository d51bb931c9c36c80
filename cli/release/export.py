"""`parity release export`: a published release as files for others."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.context import here
from cli.output import AsJson, answer
from cli.release.shell import releases


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    SDMX = "sdmx"


def export(
    release_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Number of the release; without it, the current one")
    ] = None,
    *,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder that gets a folder release-ID")],
    formats: Annotated[
        list[Format] | None, typer.Option("--format", help="csv, parquet or sdmx; may be repeated; without it, all three")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a published release as CSV with a data dictionary, as Parquet, and as SDMX-CSV with its data structure definition.

    Each file is written whole or not at all. A file that is there already stays where it has the same content; where it differs, nothing
    is written. What SDMX says is read back and compared before the command says that it is done.
    """
    from publication.export import export as write
    from publication.history import find, require_standing
    from publication.releases import list_releases
    from publication.seen import views

    context = here(as_json)
    catalogue = context.catalogue
    with releases(as_json) as connection:
        known = list_releases(connection)
        release = find(known, release_id)
        require_standing(release, known)
        is_same = catalogue.version == release.catalogue_version
        definitions = {indicator.id: indicator.definition for indicator in catalogue.indicators} if is_same else {}
        seen = views(connection, release.release_id)
        written = write(seen, release, to, frozenset(formats or Format), context.settings.dbt_dir, definitions)
    names = [path.name for path in written]
    answer(
        {"release": release.release_id, "folder": str(written[0].parent), "files": names},
        f"Release {release.release_id}: {len(names)} files in {written[0].parent}: {', '.join(names)}",
        as_json,
    )
