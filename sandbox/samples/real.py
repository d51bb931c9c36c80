"""Lays out the real extracts (United States and UN data) as the same kind of source as the samples.

Files are copied into the instance's folder at run time only; the repository holds none of them.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

from parity.catalogue import Catalogue
from sandbox.samples.kobo_form import stable_id, stable_uuid

FORM = "fevs_2018"
SURVEY = "survey/fevs_2018_law_enforcement.csv.gz"
COPIES = {
    "hr/chicago_staff_years.csv.gz": "hr/usa_cpd_staff_years",
    "hr/chicago_roster_2017.csv.gz": "hr/usa_cpd_roster",
    "reference/glotip_asean.csv": "reference/unodc_glotip",
    "reference/un_women_police.csv": "reference/unsd_police",
}


class SourceMissing(FileNotFoundError):
    """The folder given as source lacks a file; the message names it."""


def prepare(source: Path, out: Path, catalogue: Catalogue) -> None:
    """Fill the empty folder `out` from `source`. Raises SourceMissing before anything is written."""
    missing = [name for name in (SURVEY, *COPIES) if not (source / name).is_file()]
    if missing:
        raise SourceMissing(
            f"{source} is not a source that Parity knows: it lacks {', '.join(missing)}. "
            "Give the folder that holds survey/, hr/ and reference/."
        )
    for name, target in COPIES.items():
        folder = out / "drop" / target
        folder.mkdir(parents=True)
        shutil.copyfile(source / name, folder / Path(name).name)
    _write_form(source / SURVEY, out / "kobo" / FORM, catalogue)


def _write_form(survey: Path, folder: Path, catalogue: Catalogue) -> None:
    folder.mkdir(parents=True)
    contract = catalogue.kobo[FORM]
    uid, version = stable_id("a", FORM), stable_id("v", FORM)
    offered: dict[str, set[str]] = {path: set() for path, field in contract.fields.items() if field != "weight"}
    with (
        gzip.open(survey, "rt", encoding="utf-8", newline="") as source,
        (folder / "submissions.jsonl").open("w", encoding="utf-8") as out,
    ):
        for row in csv.DictReader(source):
            record = _record(row, list(contract.fields), uid, version)
            for path in offered.keys() & record.keys():
                offered[path].add(record[path])
            out.write(json.dumps(record) + "\n")
    asset = {
        "uid": uid,
        "name": contract.asset_name,
        "versions": [
            {"uid": version, "date_deployed": "2018-04-30T00:00:00Z", "content": _content(list(contract.fields), offered)}
        ],
    }
    (folder / "asset.json").write_text(json.dumps(asset))


def _content(paths: list[str], offered: dict[str, set[str]]) -> dict[str, Any]:
    """A form of these questions. Each offers the codes that the extract holds; one that offers none is a weight."""
    rows: list[dict[str, Any]] = []
    last_group = ""
    for path in paths:
        group, name = path.split("/")
        if group != last_group:
            rows += [{"type": "end_group"}] if rows else []
            rows.append({"type": "begin_group", "name": group, "$xpath": group})
            last_group = group
        kind = {"type": "select_one", "select_from_list_name": name} if path in offered else {"type": "decimal"}
        rows.append({**kind, "name": name, "$xpath": path, "label": [name]})
    return {
        "schema": "1",
        "survey": [*rows, {"type": "end_group"}],
        "choices": [
            {"list_name": path.split("/")[1], "name": code, "label": [code]} for path in offered for code in sorted(offered[path])
        ],
        "settings": {},
        "translated": ["label"],
        "translations": [None],
    }


def _answers(survey: Path, column: str) -> list[str]:
    """What respondents answered, which is what the form offers."""
    with gzip.open(survey, "rt", encoding="utf-8", newline="") as source:
        return sorted({row[column] for row in csv.DictReader(source)} - {""})


def _record(row: dict[str, str], paths: list[str], uid: str, version: str) -> dict[str, Any]:
    number = int(row["respondent_no"])
    root = stable_uuid(uid, number)
    answers = {path: row[path.split("/")[1]] for path in paths if row[path.split("/")[1]] != ""}
    return {"_id": number, "formhub/uuid": stable_id("", uid, "formhub", length=32), **answers} | {
        "__version__": version,
        "meta/instanceID": f"uuid:{root}",
        "meta/rootUuid": f"uuid:{root}",
        "_xform_id_string": uid,
        "_uuid": root,
        "_attachments": [],
        "_status": "submitted_via_web",
        "_geolocation": [None, None],
        "_submission_time": "2018-05-15T00:00:00",
        "_validation_status": {},
        "_submitted_by": None,
    }
