"""Which project of a form counts, and what is held of its earlier ones.

KoboToolbox knows a project by its uid. A form that is deleted there and deployed again under its name is another project, and a pilot is
no part of the survey: so the project that stands on the server counts, from the first sync that finds it, though it may hold no answer
yet. Answers of earlier projects are kept, shown and erased with the rest, and count where the contract includes their project. The
definition is the view raw.kobo_project, which figures, gates and proofs go by as well.

Limits: an earlier project that is included counts as it was last synced, with its answers in the codes of then. What the contract no longer
lets out is forgotten there as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from ingestion.kobo import raw
from ingestion.kobo.asking import MappingError
from parity.catalogue import KoboContract
from parity.database import first_value

HELD = """
select project.asset_uid, cursor.n_live from raw.kobo_project as project left join ops.kobo_cursor as cursor using (asset_uid)
where project.form = %s and project.asset_uid <> %s order by cursor.synced_at nulls first, project.asset_uid
"""
HAS_PUBLISHED_WAVE = """
select exists (
    select from release.survey_wave as wave inner join release.release using (release_id)
    where wave.form = %s and coalesce(release.shown_at, release.published_at) is not null)
"""


@dataclass(frozen=True)
class EarlierProject:
    """An earlier project of a form, with the submissions that raw holds of it as present."""

    asset_uid: str
    n_submissions: int
    is_counted: bool


def earlier_projects(connection: psycopg.Connection, contract: KoboContract, uid: str) -> tuple[EarlierProject, ...]:
    """Those that raw holds besides the project `uid`, as the contract has them."""
    held = connection.execute(HELD, (contract.name, uid)).fetchall()
    counts = {other: raw.n_live(connection, other) if n is None else n for other, n in held}
    return tuple(EarlierProject(other, n, other in contract.include_earlier_projects) for other, n in counts.items())


def require_order(connection: psycopg.Connection, contract: KoboContract, uid: str) -> None:
    """Raises MappingError where to follow the project `uid` from now on would take answers out from under a published wave."""
    before = raw.standing(connection, contract.name)
    if before in (None, uid, *contract.include_earlier_projects) or contract.asset_uid == uid:
        return
    n_lost = next((one.n_submissions for one in earlier_projects(connection, contract, uid) if one.asset_uid == before), 0)
    if n_lost and first_value(connection.execute(HAS_PUBLISHED_WAVE, (contract.name,))):
        raise MappingError(
            f"{contract.name}: the project on the server is another ({uid}) than the one that was followed ({before}), whose {n_lost:,}"
            f" answer{'' if n_lost == 1 else 's'} would no longer count, though a wave of this form is published",
            f"Nothing was synced. In catalogue/sources/kobo/{contract.name}.yml, write 'include_earlier_projects: ["
            f"{', '.join([*contract.include_earlier_projects, str(before)])}]' so that both count together, or 'asset_uid: {uid}' so that"
            " the new one counts alone.",
        )


def keep_order(connection: psycopg.Connection, contract: KoboContract, uid: str) -> None:
    """Write down which earlier projects count together with the project `uid`, as the contract says. Raises MappingError where they cannot."""
    if included := contract.include_earlier_projects:
        _refuse_other_servers(connection, contract, [uid, *included])
    connection.execute("delete from raw.catalogue_survey_project where form = %s", (contract.name,))
    connection.execute(
        "insert into raw.catalogue_survey_project (form, asset_uid) select %s, unnest(%s::text[])", (contract.name, included)
    )


def _refuse_other_servers(connection: psycopg.Connection, contract: KoboContract, uids: list[str]) -> None:
    """A server numbers the submissions of all its projects in one sequence, by which figures know them; another begins anew."""
    twice = (
        "select count(*) from (select submission_id from raw.kobo_submission where asset_uid = any(%s) group by submission_id"
        " having count(distinct asset_uid) > 1) as shared"
    )
    if n_twice := first_value(connection.execute(twice, (uids,))):
        raise MappingError(
            f"{contract.name}: {n_twice:,} submission numbers stand in more than one of the projects that are to count together"
            f" ({', '.join(uids)}), as those of two servers can",
            f"Nothing was synced. Take the project of the other server out of include_earlier_projects in"
            f" catalogue/sources/kobo/{contract.name}.yml: its answers cannot be told from these.",
        )


def forget_elsewhere(connection: psycopg.Connection, contract: KoboContract, uid: str) -> None:
    """Forget, in projects of the form other than `uid`, the answers to questions that the contract no longer lets out."""
    fields = sorted({*contract.fields.values(), "agency"})
    connection.execute(
        "update raw.kobo_submission set answers = (select jsonb_object_agg(key, value) from jsonb_each(answers) where key = any(%s))"
        " where form = %s and asset_uid <> %s and answers - %s::text[] <> '{}'::jsonb",
        (fields, contract.name, uid, fields),
    )


def project_notices(
    contract: KoboContract, uid: str, before: str | None, n_total: int, earlier: tuple[EarlierProject, ...]
) -> list[str]:
    """What the contract's keeper should know of the form's projects; `before`: the one that was followed until now."""
    notices = []
    if before not in (None, uid):
        notices.append(f"the project on the server is another than before: {uid} is followed from now on, {before} was until now")
    file = f"catalogue/sources/kobo/{contract.name}.yml"
    for one in earlier:
        answers = f"{one.n_submissions:,} answer{' is' if one.n_submissions == 1 else 's are'} held of an earlier project ({one.asset_uid})"
        if one.is_counted:
            notices.append(f"{answers}, and counted, as include_earlier_projects says")
        elif one.n_submissions:
            notices.append(
                f"{answers}, and not counted; to count them, add {one.asset_uid} to include_earlier_projects in {file}"
            )
    held = {uid, *(one.asset_uid for one in earlier)}
    notices += [
        f"include_earlier_projects names {other}, of which nothing is held: correct it in {file}"
        for other in contract.include_earlier_projects
        if other not in held
    ]
    if not n_total and any(one.n_submissions and not one.is_counted for one in earlier):
        notices.append(
            "no answer has come to the project that stands: until one does, this form has none, and only published waves keep figures"
        )
    return notices
