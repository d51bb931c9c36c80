"""Whether submissions that the server no longer sends were deleted there, or merely not sent. Absence is not proof: in doubt it asks.

KoboToolbox sends what its MongoDB has, which can lag behind or lose rows for days; its counter and its project history come from another database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parity.catalogue.kobo_contract import Absence

# Why a form is held, by the code that is kept.
WHY = {
    "beyond": "more vanished than cleaning explains",
    "cut": "the server said that more submissions are there, and sent none of them",
    "counted": "the server counts more submissions than it sends",
    "counter": "the server's own counter says that more are there",
    "unnamed": "the project history names no deletion of some of them",
    "more": "more vanished than was accepted",
    "missing": "the server's own counter says that many more are there than it sends",
}


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against a deletion.

    `n_held`: submissions that raw held before as present. `n_gone`: how many of them were not sent. `n_kept`: what raw would hold without
    them, the new ones included. `n_seen`: all that were sent. `n_left`: how many the server said are there and did not send. `count`: how many it counted afterwards. `counter`: what its own
    counter said then; `gap`: by how much that exceeded raw at the last complete reading. `n_unnamed`: how many of those gone a history that covers the
    time does not call deleted, None where there is no such history.
    """

    n_held: int
    n_gone: int
    n_kept: int
    n_seen: int
    n_left: int = 0
    count: int | None = None
    counter: int | None = None
    gap: int | None = None
    n_unnamed: int | None = None

    @property
    def lack(self) -> int:
        """How many more the server's counter says than it sent."""
        return (self.counter or 0) - self.n_seen

    @property
    def surplus(self) -> int:
        """How many more the server's counter says than it sent, beyond those that it always said."""
        if self.counter is None:
            return 0
        return self.counter - self.n_seen if self.gap is None else self.counter - self.n_kept - self.gap


def reasons(found: Evidence, bounds: Absence) -> list[str]:
    """The codes of WHY for which the form is to be held; none where what is gone was deleted."""
    why = ["cut"] if found.n_left else []
    if not found.n_gone:
        return why if why or not bounds.is_beyond(found.surplus, found.counter or 0) else ["missing"]
    is_all_gone = found.n_gone == found.n_held and found.n_unnamed != 0
    if is_all_gone or bounds.is_beyond(found.n_gone, found.n_held):
        why.append("beyond")
    if found.n_unnamed != 0:  # what the history names is deleted, whatever came meanwhile
        why += ["counted"] if found.count is not None and found.count > found.n_seen else []
        why += ["counter"] if found.surplus > 0 else []
    if found.n_unnamed:
        why.append("unnamed")
    return why


def lasting(before: Sequence[str], found: Evidence, is_asked_again: bool) -> list[str]:
    """Which reasons of an open question stay, whatever is seen now: an answer is due where any of what was asked is still gone."""
    if not is_asked_again:
        return []
    return [why for why in before if why == "beyond" or (why == "unnamed" and found.n_unnamed is None) or why == "more"]
