"""`parity release diff`: which published figures two releases differ in, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.context import here
from cli.output import AsJson, print_json, print_table, say
from cli.release.shell import NOT_RECORDED, releases

if TYPE_CHECKING:
    from publication.diff import Between, Change
    from publication.revised import Revised

N_EXAMPLES = 3


def diff(
    before: Annotated[
        int | None, typer.Argument(metavar="[A]", help="Number of the earlier release; without it, the one published before")
    ] = None,
    after: Annotated[
        int | None, typer.Argument(metavar="[B]", help="Number of the later release; without it, the current one")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List each figure, not only examples.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say why each published figure differs between two releases: new period, closed wave, revised data, definition, code, disclosure, new or gone.

    Both must have been published at some time. Of figures, only what readers could see is printed, so a suppressed one has no number here. The
    road map and the index are not compared: they follow from the figures. Of revised staff lists, the number of people who differ is printed
    at the end. It is for insiders: never tell readers how many people a revision concerns.
    """
    from parity.catalogue.policy import load_policy
    from publication.diff import REASONS, between, compare, figure
    from publication.history import find, published_before, require_seen
    from publication.releases import list_releases
    from publication.revised import revised_lists
    from publication.seen import cells
    from publication.versions import kept_versions

    with releases(as_json) as connection:
        known = list_releases(connection)
        old = find(known, before) if before is not None else published_before(known)
        new = find(known, after)
        for release in (old, new):
            require_seen(release)
        made_before, made_after = (kept_versions(connection, release.release_id) for release in (old, new))
        changed = between((old.catalogue_version, new.catalogue_version), made_before, made_after)
        was, now = (map(figure, cells(connection, release.release_id)) for release in (old, new))
        found = compare(was, now, changed)
        people = revised_lists(connection, old.release_id, new.release_id, load_policy(here(as_json).catalogue_folder).registers)
    if as_json:
        report = {"before": asdict(old), "after": asdict(new), "between": asdict(changed), "changes": [asdict(c) for c in found]}
        print_json(report | {"revised_lists": None if people is None else [asdict(each) for each in people]})
        return
    say(f"From release {old.release_id} to release {new.release_id}: {len(found):,} figures differ.")
    say(_between(changed))
    for reason, meaning in REASONS.items():
        if of_reason := [change for change in found if change.reason == reason]:
            say(f"\n{reason}: {meaning}")
            print_table(_table(of_reason, every))
    _tell_people(people)


def _tell_people(lists: list[Revised] | None) -> None:
    if lists is None:
        say("\nWhat one of them was made of was not kept, so nobody can be counted who differs.")
    elif lists:
        say("\nRevised lists, and the people who differ between both versions. For insiders only.")
        for each in lists:
            counts = "not loaded any more" if each.people is None else f"{each.people} (women {each.women}, men {each.men})"
            say(f"  {each.agency_code}, {each.contract}, {each.date}: {counts}")


def _between(changed: Between) -> str:
    def word(is_other: bool | None) -> str:
        return NOT_RECORDED if is_other is None else "changed" if is_other else "the same"

    sources = NOT_RECORDED if changed.sources is None else ", ".join(changed.sources) or "the same"
    return (
        f"Between them: catalogue version {word(changed.catalogue)}; code {word(changed.code)}; policy {word(changed.policy)}; "
        f"sources that changed: {sources}."
    )


def _table(changes: list[Change], every: bool) -> Table:
    table = Table("indicator", "figures", "each" if every else "examples")
    for indicator in dict.fromkeys(change.indicator for change in changes):
        own = [change for change in changes if change.indicator == indicator]
        listed = own if every else own[:N_EXAMPLES]
        table.add_row(indicator, str(len(own)), "\n".join(map(_words, listed)))
    return table


def _words(change: Change) -> str:
    sides = [
        f"{number:.6g} {change.unit}" if number is not None else status
        for number, status in ((change.before, change.status_before), (change.after, change.status_after))
    ]
    if change.columns and "estimate" not in change.columns:
        return f"{change.cut} {change.period}: {sides[1]} in both; {', '.join(change.columns)} moved"
    return f"{change.cut} {change.period}: {sides[0]} → {sides[1]}"
