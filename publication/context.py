"""What decides on a release besides its cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from parity.catalogue.known import Known
from publication.earlier import Told
from publication.waves import NO_WAVES, Waves


@dataclass(frozen=True)
class Context:
    """What decides on a release besides its cells, and is empty for the first.

    `known`: what readers know from elsewhere. `earlier`: what releases before told of the same people, by the id of the cell.
    `without_breakdowns`: agencies and years whose staff are told of as a whole only (publication/snapshots.py). `waves`: which figures of surveys
    are final (publication/waves.py). `unread`: indicators of surveys of which answers stayed in the landing (publication/unread.py).
    `n_compared`: survey indicators of the catalogue, by each of which women and men of a place are compared.
    """

    known: Sequence[Known] = ()
    earlier: Mapping[str, Sequence[Told]] = field(default_factory=dict)
    without_breakdowns: Collection[tuple[str, int]] = frozenset()
    waves: Waves = NO_WAVES
    unread: Collection[str] = frozenset()
    n_compared: int = 0


NO_CONTEXT = Context()
