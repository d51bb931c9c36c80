"""`parity indicators` and `parity explain`: what an indicator means, and where a figure of it comes from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.context import here
from cli.output import AsJson, fail, print_json, print_table, say
from parity.catalogue.indicators import NOTHING
from parity.catalogue.words import periods, population


def indicators(
    as_json: AsJson = False,
) -> None:
    """What Parity measures: each indicator's definition, target and what it needs."""
    catalogue = here(as_json).catalogue
    if as_json:
        print_json([indicator.model_dump() for indicator in catalogue.indicators])
    else:
        table = Table("code", "tier", "name", "definition", "unit")
        for indicator in catalogue.indicators:
            table.add_row(indicator.id, indicator.tier, indicator.name, indicator.definition, indicator.unit)
        print_table(table)


def explain(
    indicator: Annotated[str, typer.Argument(help="Code of the indicator, e.g. REP-01")],
    agency: Annotated[str, typer.Option(help="Code of the agency; without it, the cells that cover several")] = "all",
    country: Annotated[str | None, typer.Option(help="ISO code of the country, e.g. THA")] = None,
    period: Annotated[int | None, typer.Option(help="Year; without it, the newest")] = None,
    mid_year: Annotated[
        bool, typer.Option("--mid-year", help="The figures of a large agency in June, in place of the year's.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Where a published figure comes from: definition, method, files and form versions, gates, and what is withheld and why."""
    from cli.explain import NothingToExplain
    from cli.explain import explain as look

    context = here(as_json)
    try:
        with context.warehouse("parity explain") as connection:
            found = look(
                connection, context.catalogue, indicator, agency=agency, country=country, year=period, is_mid_year=mid_year
            )
    except NothingToExplain as error:
        fail(error, as_json=as_json)
    if as_json:
        print_json(asdict(found) | {"indicator": found.indicator.model_dump()})
        return
    _show(found)


def _show(explanation: Any) -> None:
    """Print an Explanation for people."""
    indicator, cells = explanation.indicator, explanation.cells
    when = " ".join(str(cells[0][name]) for name in ("period", "period_year")).removeprefix("year ")
    say(f"{indicator.id} {indicator.name}, {when}", style="bold")
    say(f"{indicator.definition} ({indicator.unit})")
    say(f"Counts {population(indicator)}. Of {periods(indicator)}.")
    say(f"Target: {indicator.target}. After: {indicator.ref}.")
    if indicator.differs and indicator.differs != NOTHING:
        say(f"Differs from its standard: {indicator.differs}")
    say(
        f"Release {cells[0]['release_id']}, catalogue {cells[0]['catalogue_version']}, {cells[0]['provenance']} data.\n",
    )
    table = Table("place", "group", "value", "95 % interval", "n", "method", "note")
    for cell in cells:
        place = "/".join(cell[name] for name in ("country_code", "agency_code", "agency_type") if cell[name] != "all") or "all"
        group = " ".join(cell[name] for name in ("gender", "grade_band") if cell[name] != "all")
        if cell["breakdown"] != "none":
            value = "" if cell["breakdown_value"] == "all" else f" {cell['breakdown_value']}"
            group = f"{group} {cell['breakdown']}{value}".strip()
        interval = "" if cell["ci_low"] is None else f"{cell['ci_low']:.2f} to {cell['ci_high']:.2f}"
        withheld = f"withheld: {cell['suppression_reason']}" if cell["is_suppressed"] else ""
        table.add_row(
            *(place, group or "everyone", _number(cell["estimate"]), interval, _number(cell["n"]), cell["method"]),
            withheld or cell["unavailable_reason"] or cell["quality_flag"] or "",
        )
    print_table(table)
    if explanation.files:
        table = Table("agency", "staff file", "lists of", "rows", "quarantined", "delivery", "SHA-256", "loaded")
        for file in explanation.files:
            lists = (
                "all" if file["first_period"].startswith("1900") else f"{file['first_period'][:7]} to {file['last_period'][:7]}"
            )
            table.add_row(
                *(file["agency_code"], file["file_name"], lists, str(file["n_rows"]), str(file["n_quarantined"])),
                *(str(file["delivery_no"]), file["content_sha256"][:12], f"{file['loaded_at']:%Y-%m-%d %H:%M}"),
            )
        print_table(table)
    if explanation.forms:
        table = Table("form", "version", "submissions that count", "last loaded")
        for form in explanation.forms:
            version = f"{form['version_no'] or '?'} ({form['version_uid']})"
            table.add_row(form["form"], version, str(form["n_submissions"]), f"{form['loaded_at']:%Y-%m-%d %H:%M}")
        print_table(table)
    for gate in explanation.gates:
        verdict = "failed" if gate["n_failed"] else "passed"
        accepted = f", {gate['n_accepted']} accepted" if gate["n_accepted"] else ""
        say(
            f"gate {gate['gate']}: {verdict} {gate['run_at']:%Y-%m-%d %H:%M}, {gate['n_checks']} checks{accepted},"
            f" {gate['n_warnings']} warnings",
        )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"
