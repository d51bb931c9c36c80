"""`parity release pending`: which deliveries are not in the figures yet, why, and how many people are missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.context import here
from cli.output import AsJson, print_json, say
from cli.release.shell import releases

if TYPE_CHECKING:
    from publication.effective import Pending

NOTHING = "Nothing waits: the newest delivery of each list is in the figures, or will be with the next build."


def pending(as_json: AsJson = False) -> None:
    """List the deliveries that wait, as a build now would decide: a year that is not closed, or a correction of too few people.

    A correction waits until at least ten people of its own date differ from everything that was ever published of it, with women none or at
    least five, and men likewise (catalogue/disclosure.yml); of a register, in each kind of event that a figure counts. Further corrections of
    the same date add to it. Year-ends that are published without breakdowns are listed, too, and mid-years of large agencies that are not
    published. For insiders only: never tell readers how many people a revision concerns.
    """
    from parity.catalogue.policy import load_policy
    from publication.effective import pending as find_pending

    with releases(as_json) as connection:
        found = find_pending(connection, load_policy(here(as_json).catalogue_folder))
    if as_json:
        print_json([_record(each) for each in found])
        return
    if not found:
        say(NOTHING)
        return
    for each in found:
        for line in _lines(each):
            say(line)


def _record(each: Pending) -> dict[str, Any]:
    decision, counts = each.decision, each.decision.difference and each.decision.difference.of_anything
    return {
        "agency_code": decision.place.agency_code,
        "contract": decision.place.contract,
        "date": each.date,
        "file_name": each.file_name,
        "delivery_no": decision.newest_no,
        "counts_now": decision.delivery_no,
        "has_breakdowns": decision.has_breakdowns,
        "reason": decision.reason,
        "n_differ": counts and counts.people,
        "n_women": counts and counts.women,
        "n_men": counts and counts.men,
        "n_missing": decision.n_missing,
    }


def _lines(each: Pending) -> Iterator[str]:
    decision, counts = each.decision, each.decision.difference and each.decision.difference.of_anything
    file = f" ({each.file_name})" if each.file_name else ""
    yield f"{decision.place.agency_code}, {decision.place.contract}, {each.date}{file}: {decision.reason}"
    if counts is not None:
        missing = f"; {decision.n_missing} more have to" if decision.n_missing else ""
        yield f"  people who differ: {counts.people} (women {counts.women}, men {counts.men}){missing}"
