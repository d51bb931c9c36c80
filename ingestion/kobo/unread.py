"""Answers that stayed in the landing though their question is mapped: of which fields, how many, and when that is too many.

Nothing is lost: raw holds the submissions and the landing their answers. But figures are made without them, so that beyond a share
(`max_unread_pct` in catalogue/fieldwork.yml) the sync of a form ends as an error. The answers themselves are never quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from ingestion.kobo.asking import listed
from ingestion.kobo.errors import KoboError
from ingestion.kobo.mapping import Plan


@dataclass(frozen=True)
class Unread:
    """One field. `n_answers`: those that were read included. `offered`: codes of the form, where it offers any."""

    field: str
    n_unread: int
    n_answers: int
    offered: tuple[str, ...] = ()

    @property
    def pct(self) -> float:
        return 100 * self.n_unread / self.n_answers

    def __str__(self) -> str:
        offers = (
            f"the form offers {listed(self.offered)}" if self.offered else "words stand where a number, a date or a code belongs"
        )
        return (
            f"{self.field}: {self.n_unread:,} of {self.n_answers:,} answers ({self.pct:.3g} %) stayed in the landing, as no version of the"
            f" form offers their code; {offers}"
        )


class UnreadAnswers(KoboError):
    """The form is loaded, without so many answers that its figures cannot be trusted."""


def unread_of(connection: psycopg.Connection, uid: str, counts: Mapping[str, int], plan: Plan) -> tuple[Unread, ...]:
    """The fields with answers that stayed, most first; `counts` of them by field."""
    missing = {field: n for field, n in counts.items() if n}
    if not missing:
        return ()
    size = (
        "case jsonb_typeof(answers -> field) when 'array' then jsonb_array_length(answers -> field)"
        " when 'object' then (select count(*) from jsonb_object_keys(answers -> field)) else 1 end"
    )
    rows = connection.execute(
        f"select field, coalesce(sum({size}) filter (where answers ? field), 0)::bigint from unnest(%s::text[]) as field"  # nosec B608  # a constant
        " left join (select distinct on (submission_id) answers, is_deleted from raw.kobo_submission where asset_uid = %s"
        " order by submission_id, load_no desc) newest on not is_deleted group by field",
        (list(missing), uid),
    )
    n_read: dict[str, int] = dict(rows.fetchall())
    return tuple(
        Unread(field, n, n + n_read[field], _offered(plan, field))
        for field, n in sorted(missing.items(), key=lambda one: -one[1])
    )


def _offered(plan: Plan, field: str) -> tuple[str, ...]:
    codes = [entry.codes for entry in plan.fields if entry.field == field]
    return tuple(sorted(frozenset[str]().union(*(some for some in codes if some is not None))))


def require_read(form: str, unread: Sequence[Unread], max_pct: float) -> None:
    """Raises UnreadAnswers where more than `max_pct` in 100 answers to a field stayed."""
    if too_many := [one for one in unread if one.pct > max_pct]:
        fields = ", ".join(one.field for one in too_many)
        raise UnreadAnswers(
            f"{'; '.join(map(str, too_many))}. More than {max_pct:g} % is an error; the rest of the form is loaded",
            f"In catalogue/sources/kobo/{form}.yml, write the codes of {fields} under value_maps as the form offers them; or give the"
            " question on KoboToolbox the list of these codes and deploy it. Then run `parity kobo sync --scan`.",
        )
