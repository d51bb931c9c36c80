"""For tests: the files of a form on disk: one read, one replaced, and whether the form is still the same."""

from __future__ import annotations

import csv
import io

from parity.catalogue.questionnaire import read_questionnaire

TABLES = ("survey", "choices", "settings", "translations")


def text(folder, table="survey"):
    return (folder / f"{table}.csv").read_text(encoding="utf-8")


def rows_of(folder, table):
    return list(csv.reader(io.StringIO(text(folder, table), newline="")))


def found(folder):
    faults = []
    questionnaire = read_questionnaire(folder, faults)
    return [one.removeprefix(f"{folder}/") for one in faults], questionnaire


def put(folder, body, table="survey"):
    """Puts the file in the place of the former; returns the faults that are found then."""
    (folder / f"{table}.csv").write_bytes(body if isinstance(body, bytes) else body.encode())
    return found(folder)[0]


def same(folder, before):
    """Whether the form is read as it was before, whatever its files are now."""
    faults, after = found(folder)
    return not faults and (after.survey, after.choices, after.settings, after.translations) == before
