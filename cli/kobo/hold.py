"""`parity kobo held` and `parity kobo accept`: forms of which submissions vanished without a proof that they were deleted."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import here
from cli.kobo.shell import APPLICATION, contract_of
from cli.output import AsJson, answer, fail, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.kobo.hold import Hold

NOTHING = "No form is held: every submission that raw holds is on the server, or was deleted there."


def held(as_json: AsJson = False) -> None:
    """List the forms that are held: what raw holds, what the server sent and counts, which submissions vanished, and since when.

    The next sync that finds them on the server again closes the question by itself.
    """
    from ingestion.kobo.hold import held_forms

    with here(as_json).warehouse(APPLICATION) as connection:
        _list(held_forms(connection), as_json)


def accept(
    form: Annotated[
        str | None, typer.Argument(help="Name of the form, as `parity kobo held` has it; without it, what is held is listed.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why they are gone for good, for the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say that the submissions which a held form asks about are gone for good, with a reason: the next sync marks them as deleted.

    Look at the project on KoboToolbox first, and ask who cleaned it. Where nobody deleted anything, the server has lost them for a while: ask its
    operator to bring its MongoDB up to date (remongo), and wait. It is for exactly what was asked: what the server has back by then stays, and where
    more has vanished, it asks again. Who accepted, when and why is kept in ops.kobo_hold.
    """
    from ingestion.kobo.hold import NotAccepted, held_forms
    from ingestion.kobo.hold import accept as settle

    context = here(as_json)
    if form is None:
        with context.warehouse(APPLICATION) as connection:
            _list(held_forms(connection), as_json)
        return
    with context.warehouse(APPLICATION) as connection:
        try:
            if not held_forms(connection, form):
                contract_of(form, context)
            done = settle(connection, form, reason, getpass.getuser())
        except NotAccepted as error:
            fail(error, as_json=as_json)
    lines = [f"{each.form}: accepted that {each.n_absent:,} of {each.n_held:,} submissions are gone." for each in done]
    answer(
        [asdict(each) for each in done],
        "\n".join([*lines, "The next `parity kobo sync` marks as deleted those that the server still lacks."]),
        as_json,
    )


def _list(found: Sequence[Hold], as_json: bool) -> None:
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        say(f"{each.form}: {each}")
    if not found:
        say(NOTHING)
