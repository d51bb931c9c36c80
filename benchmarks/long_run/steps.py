"""What a step of the story is: data, played by player.py and told in words by `what`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from benchmarks.long_run.lists import File


@dataclass(frozen=True)
class Begin:
    """The first lists are loaded by an earlier version of the code, and a release is made with it, where `has_release`."""

    commit: str
    files: tuple[File, ...]
    has_release: bool

    @property
    def what(self) -> str:
        return f"{len(self.files)} lists loaded{', built and released' if self.has_release else ''} by the code of {self.commit}"


@dataclass(frozen=True)
class Upgrade:
    """Today's code takes over: migrations, the catalogue."""

    what: str = "upgrade to today's code"


@dataclass(frozen=True)
class Lists:
    """Files arrive in the drop folder, and what is new there is loaded. `kills`: where a process is killed before that."""

    files: tuple[File, ...]
    kills: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        counts = Counter(file.edition for file in self.files)
        return f"lists: {', '.join(f'{n} {edition}' for edition, n in counts.items())}{_killed(self.kills)}"


@dataclass(frozen=True)
class Deploy:
    version: int


@dataclass(frozen=True)
class Submit:
    """Respondents `first` to `last` of a wave (0: the pilot) answer."""

    wave: int
    first: int
    last: int


@dataclass(frozen=True)
class Edit:
    wave: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Delete:
    wave: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Erase:
    """Respondents ask to be erased: from Parity, while the server still holds them."""

    wave: int
    numbers: tuple[int, ...]


Act = Deploy | Submit | Edit | Delete | Erase


@dataclass(frozen=True)
class Survey:
    """What happens on the server, then a sync; `has_outage`: the server breaks off within a first sync, and is back for the next."""

    acts: tuple[Act, ...]
    has_outage: bool = False
    kills: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        names = Counter(type(act).__name__.lower() for act in self.acts)
        told = ", ".join(f"{n} {name}" for name, n in names.items())
        return f"survey: {told}{', outage' if self.has_outage else ''}{_killed(self.kills)}"


@dataclass(frozen=True)
class Release:
    """A run of the build, from gate to publication. `is_refreshed`: the models are compared with a full refresh."""

    kills: tuple[str, ...] = ()
    is_refreshed: bool = False

    @property
    def what(self) -> str:
        return f"build and release{_killed(self.kills)}{', full refresh compared' if self.is_refreshed else ''}"


@dataclass(frozen=True)
class Rollback:
    what: str = "rollback of the release"


Kind = Begin | Upgrade | Lists | Survey | Release | Rollback


@dataclass(frozen=True)
class Step:
    """`name` is the step's for --only; `today`: the day of the simulated clock."""

    name: str
    today: dt.date
    kind: Kind


def _killed(kills: tuple[str, ...]) -> str:
    return f", killed in {' and in '.join(kills)}" if kills else ""
