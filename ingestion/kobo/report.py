"""What a sync of one form tells of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingestion.kobo.hold import Hold
from ingestion.kobo.standing import EarlierProject
from ingestion.kobo.unread import Unread

Way = Literal["scan", "history", "manifest"]


@dataclass(frozen=True)
class SyncReport:
    """What one sync did: submissions new, changed and gone since the last, and how many raw now holds as present.

    `n_unexplained`: known, not sent, and not provably deleted either; they stay. `n_unknown_codes`: answers that stayed
    in the landing, as no version of the form offers their code. `notices`: what the contract's keeper should know of the form.
    `asset_uid`: the project that stands, whose numbers these are; `earlier_projects`: others that are held, and whether they count.
    `held`: the question that somebody has to answer, as nothing is deleted until then.
    `unread`: the fields of such answers, counted since the last scan.
    """

    form: str
    way: Way
    n_new: int
    n_changed: int
    n_deleted: int
    n_total: int
    n_unexplained: int = 0
    n_unknown_codes: int = 0
    notices: tuple[str, ...] = ()
    asset_uid: str = ""
    earlier_projects: tuple[EarlierProject, ...] = ()
    held: Hold | None = None
    unread: tuple[Unread, ...] = ()
