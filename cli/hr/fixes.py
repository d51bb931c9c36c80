"""`parity hr fixes`: what an agency should mend, in order of its effect on the indicators. A thin shell over quality.quality__fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
import xlsxwriter
from rich.table import Table

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import AsJson, fail, print_json, print_table, say
from ingestion.hr.anew import replacement
from ingestion.hr.continuity.hold import Held, held_lists
from parity.database import first_value

# Field of a row, title, width of the column in a workbook.
COLUMNS = (
    ("place", "Mend", 7),
    ("issue", "What is wrong", 26),
    ("column_name", "Column", 18),
    ("detail", "Detail", 40),
    ("n_rows", "Rows or people", 15),
    ("indicator_code", "Indicator", 11),
    ("effect_points", "Uncertain by (points)", 20),
    ("remedy", "What to do", 70),
)
HEAD = "Each row says by how many points the indicator could be wrong at most until it is mended. No person is named here."


def fixes(
    agency: Annotated[str | None, typer.Option(help="Only this agency.")] = None,
    delivery: Annotated[int | None, typer.Option(help="Only this delivery; the newest of each contract if not given.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a workbook (.xlsx) that can be sent to the agency.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what agencies should mend in what they sent, with the greatest effect on the indicators first.

    The rows are those of the table quality.quality__fix, as of the last run of `build_warehouse`.
    """
    if output and output.suffix != ".xlsx":
        fail(f"{output}: the list is written as .xlsx; choose such a name.", ExitCode.WRONG_INPUT, as_json=as_json)
    with here(as_json).warehouse("parity hr fixes") as connection:
        if first_value(connection.execute("select to_regclass('quality.quality__fix')")) is None:
            fail("The list is not built yet: let the DAG `build_warehouse` run first.", ExitCode.CANNOT_RUN, as_json=as_json)
        if delivery is not None and (new := replacement(connection, delivery)) is not None:
            fail(f"Delivery {delivery} is replaced by delivery {new}, as its contract has changed.", as_json=as_json)
        found, notices = _read(connection, agency, delivery)
        held = [each for each in held_lists(connection, delivery) if agency in (None, each.agency)]
    if output:
        write_workbook(output, found, notices, held)
    if as_json:
        print_json({"held": [asdict(each) for each in held], "fixes": found, "notices": notices})
        return
    for each in held:
        say(f"Held, and in no figure: {each}")
    if not found and not held:
        say("Nothing to mend.")
    for (code, file), rows in _by_delivery(found).items():
        table = Table(*[title for _, title, _ in COLUMNS], title=f"{code}, {file} (delivery {rows[0]['delivery_no']})")
        for row in rows:
            table.add_row(*[_spoken(row[field]) for field, _, _ in COLUMNS])
        print_table(table)
    if output:
        say(f"Written to {output}.")


def write_workbook(path: Path, found: list[dict[str, Any]], notices: list[dict[str, Any]], held: Sequence[Held] = ()) -> None:
    """A sheet of lists that are held, one a delivery, and one of notices. A formula in a file's name or code stays text."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        points = book.add_format({"num_format": "0.00", "valign": "top"})
        if held:
            sheet = book.add_worksheet("Held")
            sheet.set_column(0, 2, 24)
            sheet.set_column(3, 4, 90)
            for column, title in enumerate(("Agency", "Period", "File", "Why it is held", "Likeliest cause, and what to do")):
                sheet.write_string(0, column, title, bold)
            for number, each in enumerate(held, start=1):
                for column, text in enumerate((each.agency, each.period, each.file, "; ".join(each.outside), each.cause)):
                    sheet.write_string(number, column, text, wrap)
        for (agency, file), rows in _by_delivery(found).items():
            sheet = book.add_worksheet(f"{agency} {rows[0]['delivery_no']}"[:31])
            sheet.write_string(0, 0, f"{agency}: {file}, {rows[0]['first_period']} to {rows[0]['last_period']}", bold)
            sheet.write_string(1, 0, HEAD)
            for column, (field, title, width) in enumerate(COLUMNS):
                sheet.set_column(column, column, width)
                sheet.write_string(3, column, title, bold)
                for number, row in enumerate(rows, start=4):
                    sheet.write(number, column, row[field], points if field == "effect_points" else wrap)
            sheet.freeze_panes(4, 0)
        sheet = book.add_worksheet("Notices")
        sheet.set_column(0, 1, 34)
        sheet.set_column(2, 2, 100)
        for column, title in enumerate(("Contract", "File", "Notice")):
            sheet.write_string(0, column, title, bold)
        for number, notice in enumerate(notices, start=1):
            for column, field in enumerate(("contract", "file_name", "notice")):
                sheet.write_string(number, column, notice[field], wrap)


def _read(connection: psycopg.Connection, agency: str | None, delivery: int | None) -> tuple[list[Any], list[Any]]:
    cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
    chosen = {"agency": agency, "delivery": delivery}
    newest = (
        "select delivery_no from raw.hr_delivery where case when %(delivery)s::int is null then delivery_no in"
        " (select max(delivery_no) from raw.hr_delivery group by contract) else delivery_no = %(delivery)s end"
    )
    found = cursor.execute(
        f"select * from quality.quality__fix where delivery_no in ({newest}) and (%(agency)s::text is null or agency_code = %(agency)s)"  # nosec B608  # a constant
        " order by agency_code, delivery_no, place",
        chosen,
    ).fetchall()
    notices = cursor.execute(
        "select contract, file_name, jsonb_array_elements_text(notices) as notice from raw.hr_delivery"
        f" where delivery_no in ({newest}) and (%(agency)s::text is null or delivery_no in"  # nosec B608  # a constant
        " (select delivery_no from raw.hr_delivery_period where agency_code = %(agency)s)) order by 1, 2, 3",
        chosen,
    ).fetchall()
    return found, notices


def _by_delivery(found: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    out: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in found:
        out.setdefault((row["agency_code"], row["file_name"]), []).append(row)
    return out


def _spoken(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
