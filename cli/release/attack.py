"""`parity release attack`: what an attack on a release tried, and what each suppressed count could still be."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import AsJson, print_json, say
from cli.release.shell import releases

N_EXAMPLES = 10


def attack(
    release_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Number of the release; without it, the current one")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List each suppressed count, not only examples.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a reader could work out about the suppressed counts of staff, and from what.

    Every candidate is attacked when it is built, together with all releases that readers ever saw, and its gate stops one that falls. For insiders: the findings name cells, never people.
    """
    from publication.history import find
    from publication.releases import attack_on, list_releases

    with releases(as_json) as connection:
        release = find(list_releases(connection), release_id)
        found = attack_on(connection, release.release_id)
    if as_json:
        print_json({"release_id": release.release_id, **found})
        return
    say(
        f"Release {release.release_id}: {found['n_counts']:,} counts of staff and {found['n_relations']:,} relations between them; "
        f"of {found['n_earlier']:,} figures, what earlier releases told of the same people. "
        f"Of {found['n_protected']:,} suppressed counts {found['n_found']:,} can be worked out.",
    )
    for use in found["known"]:
        say(f"  Known from elsewhere: {use['said']}.")
    listed = sorted(found["findings"], key=lambda finding: not finding["is_found"])
    for finding in listed if every else listed[:N_EXAMPLES]:
        say(f"  {finding['said']}")
    if not every and len(listed) > N_EXAMPLES:
        say(f"  … {len(listed) - N_EXAMPLES:,} more: --all lists them.")
