"""A small questionnaire on disk, with a catalogue that fits it, for tests to bend."""

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import openpyxl

from parity.catalogue import KoboContract
from parity.catalogue.questionnaire import read_questionnaire

EN, TH = "label::English (en)", "label::ไทย (th)"


def survey_rows():
    def row(type, name, en, th="", **others):
        return {"type": type, "name": name, EN: en, TH: th} | others

    return [
        row("start", "start", ""),
        row("select_one yn", "consent", "Do you agree?", "ยินยอมหรือไม่", indicator="gate", required="yes"),
        row("begin_group", "g", "Work", "งาน", relevant="${consent} = 'yes'"),
        row("select_one agree", "respect", "Colleagues respect me.", "เพื่อนร่วมงานให้เกียรติฉัน", indicator="CUL-03"),
        row("select_one agree", "merit", "Promotion is on merit.", "เลื่อนตำแหน่งตามผลงาน", indicator="CUL-01"),
        row("end_group", "", ""),
    ]


def choice_rows():
    agree = [("1", "Disagree", "ไม่เห็นด้วย"), ("2", "Neither", "เฉย ๆ"), ("3", "Agree", "เห็นด้วย")]
    yn = [("yes", "Yes", "ใช่"), ("no", "No", "ไม่")]
    return [
        {"list_name": name, "name": code, EN: en, TH: th}
        for name, rows in (("agree", agree), ("yn", yn))
        for code, en, th in rows
    ]


def statuses():
    return [
        {"language": "English (en)", "status": "field-ready", "note": ""},
        {"language": "ไทย (th)", "status": "draft", "note": "machine draft"},
    ]


def write(folder: Path, *, survey=None, choices=None, translations=None, title="Pulse"):
    """The files, then the questionnaire read from them."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = [{"form_title": title, "form_id": folder.name, "default_language": "English (en)"}]
    files = {
        "survey": survey or survey_rows(),
        "choices": choices or choice_rows(),
        "translations": translations or statuses(),
        "settings": settings,
    }
    for name, rows in files.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    faults = []
    questionnaire = read_questionnaire(folder, faults)
    assert faults == []
    return questionnaire


def catalogue(fields=None, drops=(), items=("respect",), planned=("CUL-01",)):
    """What `check` reads of a catalogue."""
    contract = KoboContract.model_validate(
        {
            "name": "pulse",
            "asset_name": "Pulse",
            "fields": fields or {"consent": "consent", "g/respect": "respect", "g/merit": "merit"},
            "drops": list(drops),
            "weight": {"frame": {"A": 10}},
        }
    )
    indicators = [SimpleNamespace(id="CUL-03", source="survey", items=list(items))]
    indicators += [SimpleNamespace(id=code, source="survey", items=[]) for code in planned]
    return SimpleNamespace(indicators=indicators, kobo={"pulse": contract}, survey_items={})


def delimited(rows, mark=","):
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    return out.getvalue()


def workbook(sheets):
    """The tables as sheets; a number is one, as where somebody typed it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([int(cell) if isinstance(cell, str) and cell.isdigit() else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
