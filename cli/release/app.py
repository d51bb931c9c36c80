"""`parity release`: what readers see, what they saw before, and how to change that. Thin shells over `publication`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.context import here
from cli.output import AsJson, answer, print_json, print_table, say
from cli.release.attack import attack
from cli.release.diff import diff
from cli.release.export import export
from cli.release.pending import pending
from cli.release.reopen import reopen
from cli.release.shell import NOT_RECORDED, releases
from stack.environment import ReaderRole

if TYPE_CHECKING:
    from publication.history import Release
    from publication.summary import Summary

release_app = typer.Typer(
    no_args_is_help=True,
    help="Releases: what readers see, and what they saw before.\n\n"
    "A build makes a candidate. Its gate approves or rejects it. Publishing makes it current, and the one before it superseded. "
    "Readers see the current release and no other. docs/how-to/releases.md says more.",
)
NOTHING_FOUND = "It was attacked with what readers know today, and no suppressed count was found."
STATES = ("shown", "suppressed", "not_available")


@release_app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List every release, newest first; readers see the current one."""
    from publication.releases import list_releases

    with releases(as_json) as connection:
        found = list_releases(connection)
    if as_json:
        print_json([asdict(release) for release in found])
        return
    table = Table("release", "state", "cells", "withheld", "catalogue", "published")
    for release in found:
        table.add_row(
            str(release.release_id),
            release.state,
            str(release.n_cells),
            str(release.n_suppressed),
            release.catalogue_version,
            _moment(release.published_at),
        )
    print_table(table)


@release_app.command()
def show(
    release_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Number of the release; without it, the current one")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Count the cells of each indicator at each level.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a release's state and dates, what it was made with, how many of its cells are shown, and what the gates said of it."""
    from publication.summary import summary

    with releases(as_json) as connection:
        found = summary(connection, release_id)
    if as_json:
        print_json(asdict(found))
        return
    for sentence in _facts(found):
        say(sentence)
    keys = ("indicator", "level") if every else ("level",)
    print_table(_counts(found, keys))
    if not every:
        print_table(_counts(found, ("indicator",)))


@release_app.command()
def publish(
    release_id: Annotated[int, typer.Argument(metavar="ID", help="Number of an approved or an earlier release")],
    as_json: AsJson = False,
) -> None:
    """Make an approved or an earlier release current, and copy it to the readers' database."""
    from publication.releases import publish as make_current

    with releases(as_json) as connection:
        make_current(connection, release_id, here(as_json).readers())
    answer({"current": release_id}, f"Release {release_id} is current.", as_json)


@release_app.command()
def rollback(as_json: AsJson = False) -> None:
    """Make the release that was published before the current one current again. Run twice, it comes back to where it was.

    It is attacked first, with what readers know today. Where a suppressed count would be found, it is refused.
    """
    from publication.releases import rollback as go_back

    with releases(as_json) as connection:
        release_id = go_back(connection, here(as_json).readers())
    answer({"current": release_id}, f"Release {release_id} is current again. {NOTHING_FOUND}", as_json)


@release_app.command()
def reader(
    role: Annotated[
        ReaderRole,
        typer.Option(help="reader: the current release. fieldwork: how a survey goes. quality: what agencies should mend."),
    ] = "reader",
    as_json: AsJson = False,
) -> None:
    """Print the address of the readers' database, password included, for any BI tool.

    Each role sees its own schema there and nothing else: `published`, `fieldwork` or `quality`. catalogue/access.yml names every column.
    """
    url = here(as_json).reader_url(role)
    if as_json:
        print_json({"url": url})
    else:
        print(url)


release_app.command()(diff)
release_app.command()(pending)
release_app.command()(attack)
release_app.command()(export)
release_app.command()(reopen)


def _facts(found: Summary) -> list[str]:
    release, made = found.release, found.made_with
    total = Counter({state: sum(getattr(count, state) for count in found.counts) for state in STATES})
    lines = [
        f"Release {release.release_id} is {_state(release, found.taken_back_by)}.",
        f"built {_moment(release.created_at)}; published {_moment(release.published_at) or _never(release)}",
        f"catalogue {release.catalogue_version}; code {made.code_version or NOT_RECORDED}; "
        f"disclosure policy {(made.policy_hash or NOT_RECORDED)[:12]}; "
        f"sources {NOT_RECORDED if made.source_hashes is None else f'{len(made.source_hashes)} tables, hashes kept'}",
        f"{release.n_cells:,} cells: {total['shown']:,} shown, {total['suppressed']:,} suppressed, {total['not_available']:,} not available",
    ]
    for verdict in found.gates:
        words = [f"failed: {', '.join(verdict.failed)}"] if verdict.failed else ["passed"]
        words += [f"warnings: {', '.join(verdict.warned)}"] if verdict.warned else []
        lines.append(f"gate {verdict.gate}, {_moment(verdict.run_at)}: {verdict.n_checks} checks, {'; '.join(words)}")
    return lines if found.gates else [*lines, "No gate looked at it."]


def _never(release: Release) -> str:
    """A publication that was begun and not recorded may have reached readers."""
    return f"never, though readers may have seen it on {_moment(release.shown_at)}" if release.shown_at else "never"


def _state(release: Release, older: int | None) -> str:
    return (
        f"{release.state}; it was taken back when release {older}, which is older, became current again"
        if older
        else release.state
    )


def _counts(found: Summary, keys: tuple[str, ...]) -> Table:
    table = Table(*keys, *(state.replace("_", " ") for state in STATES))
    rows: dict[tuple[str, ...], Counter[str]] = {}
    for count in found.counts:
        row = rows.setdefault(tuple(getattr(count, key) for key in keys), Counter())
        row.update({state: getattr(count, state) for state in STATES})
    for key, row in sorted(rows.items()):
        table.add_row(*key, *(str(row[state]) for state in STATES))
    return table


def _moment(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
