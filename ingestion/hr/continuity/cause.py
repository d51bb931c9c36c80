"""The likeliest cause why a list does not continue, in words that whoever prepared it understands, and what to do.

Ranks, units and codes of sex are quoted where five people or more of the list before have them and they cannot be a name; nothing else of a row is.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from ingestion.hr.continuity.compare import Lists, asked, by_person
from ingestion.hr.continuity.measure import Measured
from ingestion.hr.continuity.numbers import WITHOUT_ZEROS, Renumbered
from ingestion.hr.words import codes_of, could_be_a_name, known_words, public_words
from parity.catalogue import HrContract

MOST = 0.8  # of those concerned: then a cause explains it
QUOTED = 5
GONE = """
with {by_person},
gone as (select * from old where is_in_post and person_key not in (select person_key from new where is_in_post)),
come as (select * from new where is_in_post and person_key not in (select person_key from old where is_in_post))
"""
SHAPE = (
    GONE
    + """
select
    (select count(*) from gone), (select count(*) from come),
    (select count(*) from gone where person_key in (select person_key from new)),
    (select count(*) from gone where row_no >= (select min(row_no) from gone))::float
        / nullif((select count(*) from old where is_in_post and row_no >= (select min(row_no) from gone)), 0),
    coalesce((select min(row_no) from gone) > (select min(row_no) from old), false),
    (select coalesce(sum(least(was.n, now.n)), 0)
        from (select sex_code, birth_year, hire_date, count(*) as n from gone where coalesce(birth_year::text, hire_date::text) is not null group by 1, 2, 3) as was
        inner join (select sex_code, birth_year, hire_date, count(*) as n from come group by 1, 2, 3) as now
            on was.sex_code = now.sex_code and was.birth_year is not distinct from now.birth_year
            and was.hire_date is not distinct from now.hire_date)
"""
)
EMPTIED = (
    GONE
    + """
select {column}, count(*) from gone where {column} is not null
    and {column} not in (select {column} from new where is_in_post and {column} is not null)
group by 1 having count(*) >= %(quoted)s order by 2 desc, 1
"""
)


@dataclass(frozen=True)
class Cause:
    """What seems to have happened, and what to do about it."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}"


ZEROS = "Send the numbers as before, as text. Where the zeros are gone for good, the contract can put them back (`id_width`)."
RESEND = "Send the whole list again."
RENUMBERED = Cause(
    "{n} of the {n_come} people who came have the sex, year of birth and day of hire of somebody who is gone: the agency seems to have given new numbers",
    "Send the list with the numbers of before. Where new ones are here to stay, everybody counts as gone and come: ask before you accept.",
)


def cause_of(
    connection: psycopg.Connection,
    lists: Lists,
    contract: HrContract,
    found: Measured,
    renumbered: Renumbered | None,
    *,
    is_rounded: bool,
) -> Cause:
    """The first cause that explains most of what is outside the bounds."""
    if renumbered:
        return Cause(str(renumbered), ZEROS if renumbered.how == WITHOUT_ZEROS else "Send the numbers as before.")
    if is_rounded:
        return Cause("All long numbers end in zeros: a spreadsheet rounded them", "Send the numbers as text.")
    for n, what in ((found.n_other_sex, "sex"), (found.n_other_birth, "year of birth"), (found.n_other_hire, "day of hire")):
        if n > MOST / 4 * found.n_on_both:
            return Cause(f"The column of {what} seems to have been sorted or moved without the others", "Export the list again.")
    return _of_flows(connection, by_person(connection, lists), found, asked(lists, contract), codes_of(contract))


def _of_flows(
    connection: psycopg.Connection, people: str, found: Measured, parameters: dict[str, object], codes: frozenset[str]
) -> Cause:
    cursor = connection.execute(SHAPE.format(by_person=people), parameters)
    n_gone, n_come, n_left, share_at_end, is_tail, n_alike = cursor.fetchone() or (0, 0, 0, 0, False, 0)
    if n_gone and n_alike >= MOST * min(n_gone, n_come) and n_come >= MOST / 2 * n_gone:
        return Cause(RENUMBERED.what.format(n=f"{n_alike:,}", n_come=f"{n_come:,}"), RENUMBERED.remedy)
    if n_gone and n_left >= MOST * n_gone:
        return Cause(
            f"{n_left:,} people are on the list and marked as having left", "Look at the column that says so, and at its dates."
        )
    if n_gone > n_come:
        for column, what in (("unit_name", "unit"), ("rank_name", "rank"), ("sex_code", "sex")):
            emptied = connection.execute(
                EMPTIED.format(by_person=people, column=column), parameters | {"quoted": QUOTED}
            ).fetchall()
            if sum(n for _, n in emptied) >= MOST * n_gone:
                return Cause(_emptied(what, emptied, codes), RESEND)
        if is_tail and (share_at_end or 0) >= 0.95:
            return Cause(f"The last {n_gone:,} rows of the list before are missing: the file seems to be cut off", RESEND)
        return Cause(f"{n_gone:,} people are missing: a part of the list seems not to have been sent", RESEND)
    if n_come and n_gone < MOST * n_come:
        if found.n_new_unit >= MOST * n_come:
            return Cause(
                f"{found.n_new_unit:,} people are in units that the list before did not have: it seems to hold more than before",
                "Say whether the list covers another part of the agency since then.",
            )
        return Cause(f"{n_come:,} people are new", "Say whether the list covers another part of the agency since then.")
    if n_gone and n_come:
        return Cause(
            "Nearly everybody is another person: the list may be another agency's, or another column holds the number",
            "Compare some numbers with those of the list before.",
        )
    return Cause(
        "Ranks or units have other names", "Add the new names to the contract where it maps ranks or units, then accept the list."
    )


def _emptied(what: str, emptied: list[tuple[str, int]], codes: frozenset[str]) -> str:
    """Which units (ranks, codes of sex) have nobody any more."""
    public, n = public_words(known_words(), codes), sum(n for _, n in emptied)
    named = [f"'{name}'" for name, _ in emptied if not could_be_a_name(name, public, codes)][:3]
    some = f", among them {', '.join(named)}" if named else ""
    whose = f"{what} {named[0]}" if len(emptied) == 1 and named else f"{len(emptied):,} {what}{'s' if len(emptied) > 1 else ''}"
    return f"Nobody of {whose} ({n:,} people before{some if len(emptied) > 1 else ''}) is on the list"
