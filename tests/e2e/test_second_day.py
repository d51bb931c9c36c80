"""The days after the first release: a list sent again with one row less, then with thirty corrections, then with twelve rows less, as an agency sends them."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg.rows import dict_row

from ingestion.hr.check import check
from parity.catalogue import load_catalogue
from tests.integration.made_cells import CATALOGUE

CONTRACT, AGENCY, LIST = "tha_pol", "THA-POL", "THA-POL_synthetic_2568.csv"
JANUARY, DECEMBER, ENCODING = "01/2568", "12/2568", "cp874"
PERIOD, NUMBER, SEX, RANK, LEFT = 0, 1, 3, 4, 10
LOWEST, NEXT = "พลตำรวจ", "ส.ต.อ."
N_WOMEN, N_MEN = 14, 16
N_GONE = 6  # of each sex

# It delivers into the demonstration that the other tests read as it was first published.
pytestmark = [pytest.mark.changes_the_demonstration, pytest.mark.long]


def published(demo):
    with psycopg.connect(demo.instance.reader_url, row_factory=dict_row) as connection:
        rows = connection.execute("select * from published.indicator").fetchall()
    return {row["cell_id"]: {name: value for name, value in row.items() if name != "release_id"} for row in rows}


def commands(demo, *arguments):
    return json.loads(demo.parity(*arguments, "--json"))


def in_post(cells, sex):
    return cells[0] == DECEMBER and len(cells) > LEFT and cells[SEX] == sex and cells[RANK] == LOWEST and not cells[LEFT]


def test_one_row_less_waits_and_corrections_of_many_make_a_release_that_says_what_moved(demo):
    folder = demo.instance.home / "drop" / "hr" / CONTRACT
    lines = (folder / LIST).read_bytes().decode(ENCODING).split("\r\n")
    faulty = {finding.row_no - 1 for finding in check(folder / LIST, load_catalogue(CATALOGUE).hr[CONTRACT]).findings.all}
    people = {number: line.split(",") for number, line in enumerate(lines) if line.startswith(DECEMBER) and number not in faulty}
    women, men = ([number for number, cells in people.items() if in_post(cells, sex)] for sex in ("ญ", "ช"))
    # Who is corrected, and who is gone: all of them are in the rows of January, too, so that the latter have left and were not hired otherwise.
    known = {line.split(",")[NUMBER] for line in lines if line.startswith(JANUARY)}
    women, men = ([number for number in group if people[number][NUMBER] in known] for group in (women, men))
    assert len(women) > N_WOMEN + N_GONE and len(men) > N_MEN + N_GONE
    [first] = commands(demo, "release", "list")
    before = published(demo)
    assert not [each for each in commands(demo, "release", "pending") if each["contract"] == CONTRACT and each["n_differ"]]

    def send(name, rows):
        (folder / name).write_bytes("\r\n".join(rows).encode(ENCODING))

    send("again.csv", [line for number, line in enumerate(lines) if number != women[-1]])
    demo.parity("demo")
    assert [each["release_id"] for each in commands(demo, "release", "list")] == [first["release_id"]]
    assert published(demo) == before
    [waiting] = [each for each in commands(demo, "release", "pending") if each["date"] == "2025-12-31" and each["n_differ"]]
    assert (waiting["file_name"], waiting["n_differ"], waiting["n_women"], waiting["n_missing"]) == ("again.csv", 1, 1, 9)

    corrected = dict(enumerate(lines))
    for number in [*women[:N_WOMEN], *men[:N_MEN]]:
        corrected[number] = corrected[number].replace(LOWEST, NEXT)
    send("corrected.csv", [line for number, line in corrected.items() if number != women[-1]])
    demo.parity(
        "hr", "load", str(folder / "corrected.csv"), "--contract", CONTRACT, expect=1
    )  # the samples hold rows that break the contract
    [waiting] = [each for each in commands(demo, "release", "pending") if each["date"] == "2025-12-31" and each["n_differ"]]
    assert (waiting["n_differ"], waiting["n_missing"]) == (1, 9) and "2025: leavers" in waiting["reason"], (
        "thirty others do not cover her"
    )

    send("enough.csv", [line for number, line in corrected.items() if number not in {*women[-N_GONE:], *men[-N_GONE:]}])
    demo.parity("demo")
    newest, *_ = sorted(commands(demo, "release", "list"), key=lambda each: -each["release_id"])
    assert newest["release_id"] > first["release_id"] and newest["state"] == "current"
    after = published(demo)
    moved = {cell_id for cell_id in before.keys() | after.keys() if before.get(cell_id) != after.get(cell_id)}
    places = {(after.get(cell_id) or before[cell_id])["agency_code"] for cell_id in moved}
    assert moved and places <= {AGENCY, "all"}
    assert not [each for each in commands(demo, "release", "pending") if each["date"] == "2025-12-31" and each["n_missing"]]

    said = commands(demo, "release", "diff", str(first["release_id"]), str(newest["release_id"]))
    figures = [change for change in said["changes"] if change["kind"] == "figure"]
    assert any(change["reasons"] == ["revised data"] for change in figures)
    assert not [change for change in figures if not {"revised data", "disclosure"} & set(change["reasons"])]
    [revised] = [each for each in said["revised_lists"] if each["people"]]
    assert (revised["agency_code"], revised["date"]) == (AGENCY, "2025-12-31")
    assert (revised["people"], revised["women"]) == (2 * N_GONE + N_WOMEN + N_MEN, N_GONE + N_WOMEN)
    attacked = commands(demo, "release", "attack")
    assert attacked["release_id"] == newest["release_id"] and attacked["n_found"] == 0
    assert attacked["n_counts"] > 1000 and attacked["n_earlier"] > 100
