"""`parity roadmap`: where each promise stands, and what other flows of staff would make of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import AsJson, fail, print_json, print_table, say
from cli.roadmap_report import print_report

roadmap_app = typer.Typer(no_args_is_help=True, help="The road map: promises, where they stand, and what would keep them.")
roadmap_app.command("report")(print_report)
AgencyCode = Annotated[str | None, typer.Option(help="Code of the agency, e.g. THA-POL")]
CountryCode = Annotated[str | None, typer.Option(help="ISO code of the country, e.g. THA")]
PROMISES = """
select * from published.roadmap
where agency_code = coalesce(%(agency)s, agency_code) and country_code = coalesce(%(country)s, country_code)
order by country_name, agency_name, target, sort_order
"""


@roadmap_app.command("list")
def list_promises(agency: AgencyCode = None, country: CountryCode = None, as_json: AsJson = False) -> None:
    """Each promise under each scenario of catalogue/targets.yml, in words."""
    from psycopg.rows import dict_row

    with here(as_json).warehouse("parity roadmap") as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(PROMISES, {"agency": agency, "country": country}).fetchall()
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("The current release has no promise about that place: promises stand in catalogue/targets.yml.")
        return
    table = Table("place", "promise", "due", "scenario", "status", "in words", show_lines=True)
    for row in rows:
        place = row["agency_name"] if row["agency_code"] != "all" else row["country_name"]
        promise = f"{row['indicator_code']} {row['indicator_name']}: {row['target_value']:g} ({row['unit']})"
        table.add_row(place, promise, str(row["due_year"]), row["scenario_label"], row["status"], row["words"])
    print_table(table)


@roadmap_app.command("what-if")
def ask(
    agency: AgencyCode = None,
    country: CountryCode = None,
    target: Annotated[float, typer.Option(min=0.1, max=99.9, help="Women's share of staff to reach, in per cent")] = 30,
    due: Annotated[int | None, typer.Option(help="Year by whose end; without it, ten years on")] = None,
    hires_factor: Annotated[float, typer.Option(min=0, max=10, help="So many times as many are hired")] = 1,
    women_share_of_hires: Annotated[
        float | None, typer.Option(min=0, max=1, help="Women's share of those hired, from 0 to 1")
    ] = None,
    women_separation_factor: Annotated[float, typer.Option(min=0, max=10, help="So many times as many women leave")] = 1,
    men_separation_factor: Annotated[float, typer.Option(min=0, max=10, help="So many times as many men leave")] = 1,
    women_leave_as_men: Annotated[bool, typer.Option("--women-leave-as-men", help="Women leave at the men's rate")] = False,
    as_json: AsJson = False,
) -> None:
    """What becomes of women's share of staff under flows of your own. What you do not name stays as in the newest published year."""
    from publication.projection import FlowsUnknown, published_flows, what_if

    if (agency is None) == (country is None):
        fail("Name either --agency or --country.", ExitCode.WRONG_INPUT, as_json=as_json)
    try:
        with here(as_json).warehouse("parity roadmap") as connection:
            now = published_flows(connection, agency or "all", country)
    except FlowsUnknown as error:
        fail(error, as_json=as_json)
    due = due or now.year + 10
    if due <= now.year:
        fail(f"--due must lie after {now.year}, the newest published year.", ExitCode.WRONG_INPUT, as_json=as_json)
    asked = what_if(
        now,
        hires_factor=hires_factor,
        women_share_of_hires=women_share_of_hires,
        women_separation_factor=women_separation_factor,
        men_separation_factor=men_separation_factor,
        women_leave_as_men=women_leave_as_men,
    )
    found = {
        name: {
            "flows": asdict(flows),
            "share_when_due_pct": flows.share_after(due - now.year),
            "reached_in": None if (years := flows.years_to(target)) is None else now.year + years,
            "lost_in": None if lost is None or lost.years is None else now.year + lost.years,
            "is_lost_again": lost is not None,
            "reached_again_in": None if lost is None or lost.back is None else now.year + lost.back,
            "levels_off_at_pct": flows.levels_off_at,
            "women_share_of_hires_needed_pct": flows.share_needed(target, due - now.year),
        }
        for name, flows in (("as it is", now), ("as asked", asked))
        for lost in (flows.lost_again(target),)
    }
    if as_json:
        print_json({"target_pct": target, "due": due, **found})
        return
    table = Table(
        "",
        "as it is",
        "as asked",
        title=f"{agency or country}: {target:g} % women by the end of {due}, from the flows of {now.year}",
    )
    for label, said in (
        ("hired a year", lambda row: f"{row['flows']['hired']:,.0f}"),
        ("of them women", lambda row: f"{100 * row['flows']['women_share_of_hires']:.1f} %"),
        ("women who leave in a year", lambda row: f"{100 * row['flows']['women_leave']:.1f} %"),
        ("men who leave in a year", lambda row: f"{100 * row['flows']['men_leave']:.1f} %"),
        (f"women's share at the end of {due}", lambda row: f"{row['share_when_due_pct']:.1f} %"),
        (f"{target:g} % reached in", _reached),
        ("in the long run", lambda row: "" if row["levels_off_at_pct"] is None else f"{row['levels_off_at_pct']:.1f} %"),
        (f"women among hires that would do it by {due}", lambda row: _needed(row["women_share_of_hires_needed_pct"])),
    ):
        table.add_row(label, said(found["as it is"]), said(found["as asked"]))
    print_table(table)


def _reached(row: dict[str, Any]) -> str:
    if row["reached_in"] is None:
        return "never within 100 years"
    if not row["is_lost_again"]:
        return str(row["reached_in"])
    lost = "later" if row["lost_in"] is None else f"in {row['lost_in']}"
    back = "" if row["reached_again_in"] is None else f", and reached again in {row['reached_again_in']}"
    return f"{row['reached_in']}, lost again {lost}{back}"


def _needed(share: float | None) -> str:
    if share is None:
        return ""
    return "not even all" if share > 100 else f"{max(share, 0):.1f} %"
