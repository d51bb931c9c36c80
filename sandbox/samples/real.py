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
    rows: list[dict[str, Any]] = []
    choices: list[dict[str, Any]] = []
    for path in contract.fields:
        group, name = path.split("/")
        if not rows or rows[-1].get("group") != group:
            rows += [{"type": "end_group"}] if rows else []
            rows.append({"type": "begin_group", "name": group, "$xpath": group, "group": group})
        kind = "decimal" if contract.fields[path] == "weight" else "select_one"
        row: dict[str, Any] = {"type": kind, "name": name, "$xpath": path, "label": [name], "group": group}
        if kind == "select_one":
            row["select_from_list_name"] = name
            choices += [{"list_name": name, "name": code, "label": [code]} for code in _answers(survey, name)]
        rows.append(row)
    content = {
        "schema": "1",
        "survey": [{key: value for key, value in row.items() if key != "group"} for row in rows] + [{"type": "end_group"}],
        "choices": choices,
        "settings": {},
        "translated": ["label"],
        "translations": [None],
    }
    asset = {
        "uid": uid,
        "name": contract.asset_name,
        "versions": [{"uid": version, "date_deployed": "2018-04-30T00:00:00Z", "content": content}],
    }
    (folder / "asset.json").write_text(json.dumps(asset))
    with (
        gzip.open(survey, "rt", encoding="utf-8", newline="") as source,
        (folder / "submissions.jsonl").open("w", encoding="utf-8") as out,
    ):
        for row in csv.DictReader(source):
            out.write(json.dumps(_record(row, list(contract.fields), uid, version)) + "\n")


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
