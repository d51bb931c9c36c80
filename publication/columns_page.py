"""The reference page of the published columns, made by `parity generate` from the views' definition and the words of the captions."""

from __future__ import annotations

from pathlib import Path

from publication.captions import caption
from publication.cell import Status
from publication.dictionary import unit_of
from publication.view_columns import view_columns

# Each published view, in the order in which a reader meets them, and what a row of it is.
VIEWS = {
    "indicator": "A cell: one figure of one indicator, for one place, group of people and year or mid-year.",
    "release_info": "The release that readers see. One row.",
    "roadmap": "A promise under one scenario: where it stands, and what would keep it.",
    "roadmap_path": "One year of a promise's path: observed, promised, or under a scenario.",
    "promise": "A promise ever made, of one place, with its author and document: whether it is kept, missed, on course or behind.",
    "promise_milestone": "A value to be reached on the way to a promise, and whether it was.",
    "promise_change": "An earlier version of a promise: what was promised until that day, and why it was changed.",
    "promise_action": "What somebody does so that a promise is kept.",
    "composite": "The composite index of one place and year.",
    "composite_domain": "One domain of the index, of one place and year.",
    "trafficking": "One count of the UN's, of victims, accused or offences of trafficking, as bounds: of a country, year, group of people and breakdown.",
    "trafficking_trend": "The years of one series of these counts: how complete it is, and how it changes.",
    "police_share": "Women's share of police of a country and year as the UN publishes it, next to what its police agencies publish here.",
    "drawing": "A country's row of a chart: its figures as a drawing, and the same in words.",
}
STATUS = {
    Status.EXACT: "a number that counts no person",
    Status.ROUNDED: "a number computed from rounded counts",
    Status.ZERO: "nobody, in a group that is not small",
    Status.BOUNDED: "no number; `ci_low` and `ci_high` bound the share",
    Status.FEW: "no number; 0 to 4 people",
    Status.SUPPRESSED: "no number; `suppression_reason` says which rule",
    Status.OPEN: "no number; the survey wave is still open",
    Status.NOT_DEFINED: "no number; a ratio whose lower part is 0",
    Status.NOT_AVAILABLE: "no number; `unavailable_reason` says what a source would have to carry",
}


def columns_page(project: Path) -> str:
    """The whole page as Markdown; `project` is the folder of dbt. Raises NoCaption where a column has no description."""
    lines = [
        "# Published columns",
        "",
        "<!-- Made from the migrations, dbt's descriptions and publication/columns.yml by `parity generate`: edit there, and run it again. -->",
        "",
        "The schema `published` of the readers' database holds the current release in these tables. The data dictionary of an export"
        " (`parity release export`) has the same words.",
    ]
    for view, row in VIEWS.items():
        lines += [
            "",
            f"## published.{view}",
            "",
            f"A row: {row[0].lower()}{row[1:]}",
            "",
            "| column | meaning | unit |",
            "|---|---|---|",
        ]
        for column in view_columns(view):
            words = caption(view, column, project).replace("|", "\\|")
            lines.append(f"| `{column}` | {words} | {unit_of(column)} |")
    lines += ["", "## Values of `status`", "", "| status | what the row holds |", "|---|---|"]
    lines += [f"| `{status}` | {words} |" for status, words in STATUS.items()]
    return "\n".join(lines) + "\n"
