"""A published release as files: CSV with a data dictionary, Parquet, and SDMX. What is written is what readers can see, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from parity.present import present
from publication import sdmx, tables
from publication.captions import caption
from publication.dictionary import Code, Column, code_lists, dictionary
from publication.files import write_whole
from publication.history import Release, ReleaseError
from publication.sdmx_structure import structure
from publication.seen import CELLS, View


def export(
    views: Sequence[View],
    release: Release,
    folder: Path,
    formats: Set[str],
    project: Path,
    definitions: Mapping[str, str],
) -> list[Path]:
    """Write `views` of `release` into a folder of its own below `folder`; returns the files. Raises ReleaseError.

    `project` is dbt's, which has the words for most columns; `definitions` are the catalogue's of each indicator, where it is the release's.
    """
    columns = dictionary(views, lambda view, column: caption(view, column, project))
    codes = code_lists(views)
    contents: dict[str, bytes] = {}
    for view in views:
        content = tables.table(view, columns)
        if "csv" in formats:
            contents[f"{view.name}.csv"] = tables.as_csv(content)
        if "parquet" in formats:
            contents[f"{view.name}.parquet"] = tables.as_parquet(content)
    if "csv" in formats:
        contents["dictionary.csv"] = tables.as_csv(tables.of_records(columns, Column))
        contents["codes.csv"] = tables.as_csv(tables.of_records(codes, Code))
    if "sdmx" in formats:
        contents |= sdmx_files(views, release, columns, codes, definitions)
    return write_whole(folder / f"release-{release.release_id}", contents)


def sdmx_files(
    views: Sequence[View], release: Release, columns: list[Column], codes: list[Code], definitions: Mapping[str, str]
) -> dict[str, bytes]:
    """The cells as SDMX-CSV and their structure, read back and compared. Raises ReleaseError where they do not come back equal."""
    [view] = [view for view in views if view.name == CELLS]
    cells = list(view.records())
    own = [column for column in columns if column.table == CELLS]
    found = structure(own, codes, definitions, f"1.{release.release_id}")
    message = sdmx.structure_message(found, f"PARITY-{release.release_id}", present(release.published_at))
    data = sdmx.data_message(found, cells)
    if sdmx.read_back(message, data) != sdmx.expected(found, cells):
        raise ReleaseError(
            "The SDMX files do not come back as they were: nothing was written. Report it with the release's number."
        )
    return {"structure.sdmx.json": message.encode(), f"{CELLS}.sdmx.csv": data.encode()}
