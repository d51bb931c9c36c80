"""`parity release reopen`: let the next candidate compute a final survey wave again."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from cli.output import AsJson, answer
from cli.release.shell import releases


def reopen(
    form: Annotated[str, typer.Argument(metavar="FORM", help="Form, as its file in catalogue/sources/kobo/ is called")],
    wave: Annotated[str, typer.Argument(metavar="WAVE", help="Wave, as the form's contract names it, or its year")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record")],
    is_cancelled: Annotated[
        bool, typer.Option("--cancel", help="Take back the order for this wave, while no release that readers saw has used it")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Open a final survey wave again: the next build computes its figures anew, once. With --cancel, take such an order back.

    A figure moves only where at least ten respondents of its own base differ from every published version of the wave, or where nobody differs
    and the catalogue or the code changed. All other figures stay as they were published, as their difference could tell what one respondent
    answered. A wave that is still open is refused. Who ordered it, when and why is kept in ops.survey_wave_reopened, and who took it back in
    ops.survey_wave_order_cancelled; a candidate that was made by the order is rejected then.
    """
    from publication.reopening import cancel
    from publication.reopening import reopen as order

    if is_cancelled:
        with releases(as_json) as connection:
            gone = cancel(connection, form, wave, reason, getpass.getuser())
        answer([asdict(each) for each in gone], f"Wave {gone[0].wave} of {form} stays final: the order is cancelled.", as_json)
        return
    with releases(as_json) as connection:
        made = order(connection, form, wave, reason, getpass.getuser())
    answer(
        asdict(made),
        f"Wave {made.wave} of {made.form} is open again for the next build: run `build_warehouse`, then `parity release diff`.",
        as_json,
    )
