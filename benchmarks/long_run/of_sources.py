"""The invariants of what came in: raw equals the sources, what is held is what should be, nobody is lost or doubled."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from functools import lru_cache
from pathlib import Path

from benchmarks.long_run import lists, survey, truth
from benchmarks.long_run.lists import RANKS, SEX_CODES, File
from benchmarks.long_run.scene import Scene, different
from benchmarks.long_run.steps import Begin, Release
from benchmarks.long_run.world import World

STAFF = """
select delivery.contract, delivery.content_sha256, count(staff.row_no)::int, coalesce(md5(string_agg(concat_ws(
    '|', staff.agency_code, staff.period_date, staff.person_key, staff.sex_code, staff.rank_name, staff.unit_name, staff.function_name,
    staff.hire_date, coalesce(staff.separation_date::text, '')), E'\\n' order by staff.row_no)), md5(''))
from raw.hr_delivery as delivery
left join raw.hr_staff as staff using (delivery_no)
group by delivery.delivery_no, delivery.contract, delivery.content_sha256
"""
ANSWERS = """
select root_uuid, answers from (
    select distinct on (asset_uid, submission_id) root_uuid, is_deleted, answers from raw.kobo_submission
    where form = %s order by asset_uid, submission_id, load_no desc) as newest
where not is_deleted
"""
FLAGGED = """
select agency_code, period_date, content_sha256 from raw.hr_continuity inner join raw.hr_delivery using (delivery_no) where is_held
"""
COUNTED = """
select effective.agency_code, effective.period_date, delivery.content_sha256,
    (select count(*) from core.int_staff__person_period as person
        where (person.agency_code, person.period_date) = (effective.agency_code, effective.period_date))::int,
    (select count(distinct person.person_key) from core.int_staff__person_period as person
        where (person.agency_code, person.period_date) = (effective.agency_code, effective.period_date) and person.is_stock)::int,
    (select count(*) from core.int_staff__person_period as person
        where (person.agency_code, person.period_date) = (effective.agency_code, effective.period_date) and person.is_stock
            and person.gender = 'woman')::int
from ops.effective_delivery as effective
inner join raw.hr_delivery as delivery using (delivery_no)
"""
RESPONDENTS = "select period_year, count(*)::int, count(distinct submission_id)::int from core.int_survey__respondent where form = %s group by 1"


def raw_equals_the_sources(scene: Scene) -> list[str]:
    """Each file's rows, value by value and with each person's pseudonym, and each respondent's last answers; nothing more and nothing less."""
    keys = {agency: key_of(scene.place.home, agency) for agency, _ in scene.ledger.editions()}
    expected = {
        (file.contract, digest): (
            len(lists.rows(scene.world, file.agency, file.day, file.edition)),
            _hash(scene.world, file, keys[file.agency]),
        )
        for digest, file in scene.files.items()
    }
    found = Counter((contract, digest, n, content) for contract, digest, n, content in scene.rows(STAFF))
    complaints = []
    for (contract, digest), (n, content) in expected.items():
        file = scene.files[digest]
        if found.pop((contract, digest, n, content), 0) != 1:
            in_raw = [number for (_, sha, number, _) in found if sha == digest]
            complaints.append(
                f"{file.name} ({file.edition}): its {n} rows are not once in raw as they are in the file; raw has {in_raw} rows of it"
            )
    unknown = [(contract, n) for (contract, digest, n, _) in found if digest not in scene.files]
    complaints += [f"raw holds a delivery of {contract} with {n} rows that no file delivered" for contract, n in unknown]
    return complaints + _answers(scene)


def _answers(scene: Scene) -> list[str]:
    expected = {root: _canonical(scene.world, answer) for root, answer in scene.ledger.answers.items()}
    held: dict[str, dict[str, str]] = {}
    complaints = []
    for root, answers in scene.rows(ANSWERS, survey.FORM):
        name = root.removeprefix("uuid:")
        if name in held:
            complaints.append(f"submission {name} is in raw twice")
        held[name] = {item: answers.get(item) for item in expected.get(name, {})}
    lost, surplus = expected.keys() - held.keys(), held.keys() - expected.keys()
    others = [root for root in expected.keys() & held.keys() if held[root] != expected[root]]
    for what, roots in (("lack in raw", lost), ("are in raw and should not be", surplus), ("have other answers in raw", others)):
        if roots:
            complaints.append(f"{len(roots)} submissions {what}, as {min(roots)}")
    return complaints


def _canonical(world: World, answer: survey.Answer) -> dict[str, str]:
    said = survey.given(world, answer)
    return {"gender" if question == "sex" else question: value for question, value in said.items()}


def key_of(home: Path, agency: str) -> bytes:
    [key] = json.loads((home / "secrets" / "hr" / f"{agency}.json").read_text(encoding="utf-8")).values()
    return bytes.fromhex(key)


@lru_cache(maxsize=4096)
def _hash(world: World, file: File, key: bytes) -> str:
    """As STAFF makes it, from the generator's rows."""
    lines = (
        "|".join((
            file.agency, str(file.day), hmac.digest(key, row.number.encode(), hashlib.sha256)[:16].hex(), SEX_CODES[row.sex], RANKS[row.grade - 1],
            row.unit, row.function, str(row.hired), str(row.left or ""),
        ))
        for row in lists.rows(world, file.agency, file.day, file.edition)
    )  # fmt: skip
    return hashlib.md5("\n".join(lines).encode(), usedforsecurity=False).hexdigest()


def held_is_what_should_be_held(scene: Scene) -> list[str] | None:
    """Each list that is renumbered or torn, and no other, and no form. The earlier code held nothing."""
    if isinstance(scene.step.kind, Begin):
        return None
    expected = {(file.agency, file.day, digest) for digest, file in scene.files.items() if file.edition in lists.HELD}
    found = set(scene.rows(FLAGGED))
    complaints = [f"{agency} {day} is held, and should not be" for agency, day, _ in found - expected]
    complaints += [
        f"{agency} {day} is not held: its numbers are others, or half of it is missing" for agency, day, _ in expected - found
    ]
    forms = scene.rows("select form from ops.kobo_hold where closed_at is null")
    complaints += [f"the form {form} is held, and should not be" for (form,) in forms]
    torn = sum(file.edition == lists.TORN for file in scene.ledger.delivered)
    return complaints + different(
        "rows in quarantine, one for each torn file", len(scene.rows("select 1 from quarantine.hr_row")), torn
    )


def nobody_is_lost_or_doubled(scene: Scene) -> list[str] | None:
    """After a build: on each list that counts each person once, in post who is in post; of each wave each respondent once, the pilot nowhere."""
    if not isinstance(scene.step.kind, Release):
        return None
    complaints = []
    for agency, day, digest, n, n_stock, n_women in scene.rows(COUNTED):
        if (file := scene.files.get(digest)) is None:
            complaints.append(f"{agency} {day} counts a delivery that no file delivered")
            continue
        said = lists.rows(scene.world, agency, day, file.edition)
        in_post = truth.in_post(scene.world, (agency, day, file.edition))
        women = sum(row.sex == "woman" for row in in_post.values())
        complaints += different(
            f"people of {agency} {day} in core (all, in post, women in post)",
            (n, n_stock, n_women),
            (len(said), len(in_post), women),
        )
    expected: Counter[int] = Counter()
    waves = survey.waves(scene.world)
    for answer in scene.ledger.answers.values():
        if answer.wave != survey.PILOT:
            expected[waves[answer.wave - 1].first_day.year] += 1
    found = {year: (n, unique) for year, n, unique in scene.rows(RESPONDENTS, survey.FORM)}
    return complaints + different("respondents by year (all, distinct)", found, {year: (n, n) for year, n in expected.items()})
