"""Sealed fingerprints: whose answers a published wave rests on, without telling them. A keyed hash of each respondent and of each answer.

Each version of a wave has a key of its own, which stays in the warehouse as the hashes do. A respondent who was erased has none any more, and so
counts neither as the same nor as one who differs; how many there were is kept. An answer to a question that the version did not know is no change.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row

from parity.database import first_value
from publication.shown import SHOWN
from publication.waves import WaveKey

# Answers of the wave's respondents now, sealed with a version's key; {fields} says which.
NOW = """
with answer as (
    select respondent.submission_id, answer.field, string_agg(answer.value, ' ' order by answer.value) as value,
        regexp_replace(coalesce(submission.root_uuid, first.uuid, cast(respondent.submission_id as text)), '^uuid:', '') as root
    from core.int_survey__respondent as respondent
    inner join staging.stg_kobo__submission as submission using (form, submission_id)
    inner join staging.stg_kobo__answer as answer using (form, submission_id)
    left join lateral (
        select version.uuid from raw.kobo_submission as version
        where submission.root_uuid is null and version.asset_uid = submission.asset_uid
            and version.submission_id = submission.submission_id
        order by version.load_no limit 1) as first on true
    where respondent.form = %(form)s and respondent.period_year = %(period_year)s and answer.value is not null {fields}
    group by respondent.submission_id, submission.root_uuid, first.uuid, answer.field),
now as (
    select submission_id, sha256(%(salt)s || convert_to(root, 'UTF8')) as who,
        jsonb_object_agg(field, encode(substr(sha256(%(salt)s || convert_to(concat_ws(chr(31), root, field, value), 'UTF8')), 1, 12), 'hex')) as seals
    from answer
    group by submission_id, root)
"""
OF_VERSION = "release_id = %(release_id)s and form = %(form)s and period_year = %(period_year)s"
KNOWN = f"and answer.field in (select distinct jsonb_object_keys(seals) from release.survey_seal where {OF_VERSION})"
COMPARED = NOW.format(fields=KNOWN) + f", kept as (select who, seals from release.survey_seal where {OF_VERSION})"
IS_UNCHANGED = f"""
{COMPARED}
select (select count(*) from kept) = %(n_respondents)s
    and not exists (select from now full join kept using (who) where now.seals is distinct from kept.seals)
"""
# Each figure's respondents who differ from the version, with the answers that do; none of a respondent who is new to it.
DIFFERING = f"""
{COMPARED},
differing as (
    select now.submission_id, case when kept.who is not null then array(
        select key from jsonb_each_text(now.seals || kept.seals) where now.seals ->> key is distinct from kept.seals ->> key) end as fields
    from now left join kept using (who)
    where now.seals is distinct from kept.seals)
select score.*, differing.fields
from (
    select form, submission_id, indicator_code, country_code, agency_code, agency_type, gender, grade_band, 'none' as breakdown,
        'all' as breakdown_value, period_year, provenance
    from indicators.ind_survey__person_score
    union
    select form, submission_id, indicator_code, country_code, agency_code, agency_type, gender, grade_band, breakdown,
        breakdown_value, period_year, provenance
    from indicators.ind_survey__person_score where breakdown_value is not null) as score
inner join differing using (submission_id)
where score.form = %(form)s
"""
# Respondents of a wave who stand in a published version of another year: the days of the waves changed meanwhile.
ELSEWHERE = f"""
{NOW.format(fields="")}
select count(*) from now inner join release.survey_seal as kept using (who)
where kept.release_id = %(release_id)s and kept.form = %(form)s and kept.period_year = %(other_year)s
"""
STORE = f"""
{NOW.format(fields="")}
insert into release.survey_seal (release_id, form, period_year, who, seals)
select %(release_id)s, %(form)s, %(period_year)s, who, seals from now
"""
VERSIONS = f"""
select wave.release_id, wave.form, wave.period_year, wave.salt, wave.n_respondents
from release.survey_wave as wave
inner join release.release using (release_id)
where {SHOWN}
order by wave.release_id
"""


@dataclass(frozen=True)
class Version:
    """A wave as a published release computed it."""

    release_id: int
    form: str
    period_year: int
    salt: bytes
    n_respondents: int

    @property
    def key(self) -> WaveKey:
        return (self.form, self.period_year)


def versions(connection: psycopg.Connection) -> list[Version]:
    """Every published version of every wave, oldest first."""
    with connection.cursor(row_factory=class_row(Version)) as cursor:
        return cursor.execute(VERSIONS).fetchall()


def is_unchanged(connection: psycopg.Connection, version: Version) -> bool:
    """Whether the respondents and their answers are those of the version, and nobody of it was erased."""
    return first_value(connection.execute(IS_UNCHANGED, vars(version)))


def differing(connection: psycopg.Connection, version: Version) -> list[dict[str, Any]]:
    """Who differs from the version, once for each figure that they count in."""
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(DIFFERING, vars(version)).fetchall()


def n_elsewhere(connection: psycopg.Connection, wave: WaveKey, version: Version) -> int:
    """Respondents of `wave` who stand in `version`, of another year of the form."""
    form, year = wave
    given = vars(version) | {"form": form, "period_year": year, "other_year": version.period_year}
    return first_value(connection.execute(ELSEWHERE, given))


def keep(connection: psycopg.Connection, release_id: int, waves: Iterable[tuple[WaveKey, str]]) -> None:
    """Seal the respondents of waves, with their names, that the release computes. Seals of candidates that were rejected go."""
    connection.execute(
        "delete from release.survey_wave where release_id in"
        f" (select release_id from release.release where state = 'rejected' and not {SHOWN})"  # nosec B608  # a constant
    )
    for (form, year), name in waves:
        wave = {"release_id": release_id, "form": form, "period_year": year, "wave": name, "salt": secrets.token_bytes(32)}
        is_new = connection.execute(
            "insert into release.survey_wave (release_id, form, period_year, wave, salt, n_respondents)"
            " values (%(release_id)s, %(form)s, %(period_year)s, %(wave)s, %(salt)s, 0) on conflict do nothing returning 1",
            wave,
        ).fetchone()
        if is_new:
            n = connection.execute(STORE, wave).rowcount
            connection.execute(f"update release.survey_wave set n_respondents = %(n)s where {OF_VERSION}", wave | {"n": n})  # nosec B608  # a constant
