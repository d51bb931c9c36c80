"""`parity release diff`: which published figures two releases differ in, and why each does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import AsJson, fail, print_json, print_table, say
from cli.release.shell import NOT_RECORDED, releases

if TYPE_CHECKING:
    from publication.diff import Between, Change
    from publication.diff_read import Diff
    from publication.revised import Revised

N_EXAMPLES = 3  # of an indicator
N_LINES = 10  # of a reason


def diff(
    before: Annotated[
        int | None, typer.Argument(metavar="[A]", help="Number of the earlier release; without it, the one published before")
    ] = None,
    after: Annotated[
        int | None, typer.Argument(metavar="[B]", help="Number of the later release; without it, the current one")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List each figure, not only examples.")] = False,
    reason: Annotated[str | None, typer.Option(help="Only figures with this reason, such as `revised data`.")] = None,
    indicator: Annotated[str | None, typer.Option(help="Only figures of this indicator, or of the index with this code.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say of each published figure that differs between two releases why it does.

    The reasons are new period, closed wave, revised data, definition, code, disclosure, agency and period withheld. All that apply to a figure are
    named. Rows of the road map and of the index have the reasons of the figures that they are computed from, and their own. Both releases must
    have been published at some time: only what readers could see is printed, so a suppressed figure has no number here. Where staff lists were
    revised, the number of people who differ is printed. It is for insiders: never tell readers how many people a revision concerns.
    """
    from parity.catalogue.policy import load_policy
    from publication.diff import REASONS, counts
    from publication.diff_read import read_diff
    from publication.history import find, published_before, require_seen
    from publication.releases import list_releases

    if reason is not None and reason not in map(str, REASONS):
        fail(f"There is no reason `{reason}`: name one of {', '.join(REASONS)}.", ExitCode.WRONG_INPUT, as_json=as_json)
    with releases(as_json) as connection:
        known = list_releases(connection)
        old = find(known, before) if before is not None else published_before(known)
        new = find(known, after)
        for release in (old, new):
            require_seen(release)
        found = read_diff(connection, old, new, load_policy(here(as_json).catalogue_folder))
    changes = [
        change
        for change in found.changes
        if (reason is None or reason in change.why.reasons) and (indicator is None or indicator == change.indicator)
    ]
    if as_json:
        report = {"before": asdict(old), "after": asdict(new), "between": asdict(found.between), "counts": counts(changes)}
        lists = None if found.lists is None else [each.record() for each in found.lists]
        print_json(report | {"changes": [change.record() for change in changes], "revised_lists": lists})
        return
    say(f"From release {old.release_id} to release {new.release_id}: {_how_many(changes)} differ.")
    say(_between(found.between))
    _tell(changes, every)
    _tell_people(found)


def _how_many(changes: Sequence[Change]) -> str:
    return ", ".join(
        f"{number:,} {what}"
        for what, kinds in {
            "figures": ("figure",),
            "rows of the road map": ("road map", "road map line"),
            "rows of the index": ("index", "index domain"),
        }.items()
        if (number := sum(change.kind in kinds for change in changes)) or what == "figures"
    )


def _tell(changes: Sequence[Change], every: bool) -> None:
    """First how many have each reason, then the changes by their reasons together."""
    from publication.diff import REASONS, counts

    if not changes:
        return
    summary = Table("reason", "figures", "road map", "index", "meaning")
    for reason, of_kind in counts(changes).items():
        road_map, index = (sum(number for kind, number in of_kind.items() if kind.startswith(of)) for of in ("road map", "index"))
        summary.add_row(reason, str(of_kind.get("figure", 0)), str(road_map), str(index), REASONS[reason])
    print_table(summary)
    say("A change with several reasons counts under each of them.")
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        groups[str(change.why)].append(change)
    for why in sorted(groups, key=lambda why: (-len(groups[why]), why)):
        say(f"\n{why}: {len(groups[why]):,}")
        _tell_group(groups[why], every)


def _tell_group(changes: Sequence[Change], every: bool) -> None:
    by_name: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        by_name[change.indicator, change.kind].append(change)
    names = list(by_name) if every else list(by_name)[:N_LINES]
    table = Table("indicator", "what", "changed", "each" if every else "examples")
    for indicator, kind in names:
        own = by_name[indicator, kind]
        table.add_row(indicator, kind, str(len(own)), "\n".join(map(_words, own if every else own[:N_EXAMPLES])))
    print_table(table)
    if (n_left := len(changes) - (len(changes) if every else sum(min(len(by_name[name]), N_EXAMPLES) for name in names))) > 0:
        say(f"… and {n_left:,} more: `--all` lists each; `--reason` and `--indicator` choose.")


def _tell_people(found: Diff) -> None:
    if found.lists is None:
        say("\nWhat one of them was made of was not kept, so nobody can be counted who differs.")
    elif found.lists:
        say("\nRevised lists, and the people who differ between both versions. For insiders only.")
        for each in found.lists:
            say(f"  {each.agency_code}, {each.contract}, {each.date}: {_people(each)}")


def _people(each: Revised) -> str:
    return "not loaded any more" if each.people is None else f"{each.people} (women {each.women}, men {each.men})"


def _between(changed: Between) -> str:
    def word(is_other: bool | None) -> str:
        return NOT_RECORDED if is_other is None else "changed" if is_other else "the same"

    sources = NOT_RECORDED if changed.sources is None else ", ".join(changed.sources) or "the same"
    return (
        f"Between them: catalogue version {word(changed.catalogue)}; code {word(changed.code)}; policy {word(changed.policy)}; "
        f"sources that changed: {sources}."
    )


def _words(change: Change) -> str:
    sides = [
        f"{number:.6g} {change.unit}" if number is not None else status
        for number, status in ((change.before, change.status_before), (change.after, change.status_after))
    ]
    people = f" ({change.people.people} people differ)" if change.people else ""
    if change.before == change.after and change.before is not None and change.columns:
        return f"{change.cut} {change.period}: {sides[1]} in both; {', '.join(change.columns)} moved{people}"
    return f"{change.cut} {change.period}: {sides[0]} → {sides[1]}{people}"
