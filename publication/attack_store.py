"""What an attack on a release tried and found, in the table release.attack: the last one, which is of when it was shown."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg.types.json import Jsonb

from publication.attack import Report
from publication.known import Use

KEEP = """
insert into release.attack (release_id, n_counts, n_earlier, n_relations, n_protected, n_found, findings, known)
values (%s, %s, %s, %s, %s, %s, %s, %s)
on conflict (release_id) do update set
    n_counts = excluded.n_counts, n_earlier = excluded.n_earlier, n_relations = excluded.n_relations, n_protected = excluded.n_protected,
    n_found = excluded.n_found, findings = excluded.findings, known = excluded.known, attacked_at = now()
"""
STANDS = " can be "  # what Finding says after the name of a count that stands
NAMES = """
select split_part(finding ->> 'said', %s, 1) from release.attack, jsonb_array_elements(findings) as finding
where release_id = %s and not (finding ->> 'is_found')::boolean
"""


def keep_attack(connection: psycopg.Connection, release_id: int, report: Report, used: Sequence[Use], n_earlier: int) -> None:
    findings = [{"is_found": each.has_fallen, "said": str(each)} for each in report.findings]
    known = [{"is_used": each.key is not None, "said": str(each)} for each in used]
    numbers = (report.n_counts, n_earlier, report.n_relations, len(report.findings), len(report.fallen))
    connection.execute(KEEP, (release_id, *numbers, Jsonb(findings), Jsonb(known)))


def protected_names(connection: psycopg.Connection, release_id: int) -> frozenset[str]:
    """The names of the counts that the release's attack protected, and that stood."""
    return frozenset(name for (name,) in connection.execute(NAMES, (STANDS, release_id)))
