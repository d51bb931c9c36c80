"""`parity hr held` and `parity hr accept`: staff lists that do not continue the list before. `parity hr refused`: files that nothing was loaded of."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from cli.context import here
from cli.output import AsJson, answer, fail, print_json, say

NOT_REFUSED = "No file is refused: each that was sent is loaded."
NOTHING = "No list is held: each continues the list before it, or was accepted."


def held(as_json: AsJson = False) -> None:
    """List the staff lists that are held, with the likeliest cause of each.

    Each list is compared with the agency's list before: people who stayed, came and are gone, by sex and grade, and ranks and units that are new.
    Outside the bounds of its contract (`continuity`) it is loaded and held: it counts for no figure until a corrected list replaces it, or
    `parity hr accept` releases it.
    """
    from ingestion.hr.continuity.hold import held_lists

    with here(as_json).warehouse("parity hr held") as connection:
        found = held_lists(connection)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        say(str(each))
    if not found:
        say(NOTHING)


def accept(
    delivery: Annotated[int, typer.Argument(metavar="DELIVERY", help="Number of the delivery, as `parity hr held` names it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the list is right, for the record.")],
    as_json: AsJson = False,
) -> None:
    """Release the held lists of a delivery, with a reason: the next build counts them.

    Ask the agency first. Where the numbers of its people were damaged, everybody would count as gone and as come, for ever. Later lists that were
    held only because they continue this one are released with it. Who accepted, when and why is kept in raw.hr_continuity.
    """
    from ingestion.hr.continuity.hold import NotAccepted
    from ingestion.hr.continuity.hold import accept as release

    context = here(as_json)
    with context.warehouse("parity hr accept") as connection:
        try:
            done = release(connection, context.catalogue.hr, delivery, reason, getpass.getuser())
        except NotAccepted as error:
            fail(error, as_json=as_json)
    lines = [
        f"{each.agency} {each.period}, delivery {each.delivery_no}: {'continues the accepted list' if each.is_following else 'accepted'}."
        for each in done
    ]
    answer([asdict(each) for each in done], "\n".join([*lines, "The next run of build_warehouse counts them."]), as_json)


def refused(as_json: AsJson = False) -> None:
    """List the staff files that `ingest_hr` refused and nobody has put right since, each with its message and where it lies now.

    A file in the drop folder moves to `refused/`, its message next to it. It is tried again when its contract changes, and when you move it back. One
    in a place of the agency's, or where Parity may not write, stays there, and is tried again when it or its contract changes.
    """
    from ingestion.hr.refused import refused_files

    with here(as_json).warehouse("parity hr refused") as connection:
        found = refused_files(connection)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        say(str(each))
    if not found:
        say(NOT_REFUSED)
