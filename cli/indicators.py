"""`parity indicators` and `parity explain`: what an indicator means, and where a figure of it comes from."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from parity.settings import Settings

console = Console()
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def indicators(
    as_json: AsJson = False,
) -> None:
    """What Parity measures: each indicator's definition, target and what it needs."""
    from parity.catalogue import load_catalogue

    catalogue = load_catalogue(Settings.from_env().catalogue)
    if as_json:
        print(json.dumps([indicator.model_dump() for indicator in catalogue.indicators], ensure_ascii=False))
    else:
        table = Table("code", "tier", "name", "definition", "unit")
        for indicator in catalogue.indicators:
            table.add_row(indicator.id, indicator.tier, indicator.name, indicator.definition, indicator.unit)
        console.print(table)


def show(explanation: Any) -> None:
    """Print an Explanation for people."""
    indicator, cells = explanation.indicator, explanation.cells
    when = " ".join(str(cells[0][name]) for name in ("period", "period_year")).removeprefix("year ")
    console.print(f"[bold]{indicator.id} {indicator.name}[/bold], {when}")
    console.print(f"{indicator.definition} ({indicator.unit})", markup=False)
    console.print(f"Target: {indicator.target}. After: {indicator.ref}.", markup=False)
    console.print(
        f"Release {cells[0]['release_id']}, catalogue {cells[0]['catalogue_version']}, {cells[0]['provenance']} data.\n",
        markup=False,
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
    console.print(table)
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
        console.print(table)
    if explanation.forms:
        table = Table("form", "version", "submissions that count", "last loaded")
        for form in explanation.forms:
            version = f"{form['version_no'] or '?'} ({form['version_uid']})"
            table.add_row(form["form"], version, str(form["n_submissions"]), f"{form['loaded_at']:%Y-%m-%d %H:%M}")
        console.print(table)
    for gate in explanation.gates:
        verdict = "failed" if gate["n_failed"] else "passed"
        accepted = f", {gate['n_accepted']} accepted" if gate["n_accepted"] else ""
        console.print(
            f"gate {gate['gate']}: {verdict} {gate['run_at']:%Y-%m-%d %H:%M}, {gate['n_checks']} checks{accepted},"
            f" {gate['n_warnings']} warnings",
            soft_wrap=True,
        )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"
