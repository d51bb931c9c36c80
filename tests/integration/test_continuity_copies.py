"""The compact copy of an agency's newest list: it says what the rows of raw say, follows the newest list that counts, and is never needed."""

from __future__ import annotations

import copy

import pytest

from ingestion.hr.continuity.hold import accept
from ingestion.hr.continuity.keep import from_rows, people_of
from ingestion.hr.rotate import rotate
from tests.integration.desk import Desk
from tests.integration.force import Force, force_contract

COPIES = "select delivery_no, period_date::text from raw.hr_list_people order by 1"


def kept(desk: Desk) -> list[tuple[int, str]]:
    return desk.connection.execute(COPIES).fetchall()


def as_told(people) -> list[tuple]:
    """Each person with texts in place of their numbers."""
    told = {name: column.tolist() for name, column in people.columns.items()}
    for name, texts in people.words.items():
        told[name] = [texts[place] for place in told[name]]
    return list(zip(*told.values(), strict=True))


def test_a_copy_says_what_the_rows_say(desk):
    contract = force_contract(several_rows_per_person=True)
    force = Force(n=60)
    force.rows += force.rows[:5]
    for place, unit in enumerate(("a \\ b", 'said "so"', "a,b", "")):
        force.rows[place].__dict__["unit"] = unit if "," not in unit else f'"{unit}"'
    desk.send(force, 1, the_contract=contract)
    [(number, date)] = kept(desk)
    by_copy, by_rows = (read(desk.connection, contract, "ABC-POL", number, date) for read in (people_of, from_rows))
    assert as_told(by_copy) == as_told(by_rows) and len(by_copy) == 60
    assert {"a \\ b", "a,b", None} <= {row[3] for row in as_told(by_copy)}


def test_the_copy_is_that_of_the_newest_list_that_counts(desk):
    force = Force()
    desk.send(force, 2)
    assert kept(desk) == [(1, "2024-02-29")]
    desk.send(force, 1)
    assert kept(desk) == [(1, "2024-02-29")]
    force.turnover(0.02)
    desk.send(force, 2)
    assert kept(desk) == [(3, "2024-02-29")]
    damaged = copy.deepcopy(force)
    damaged.lose_half()
    assert desk.send(damaged, 3).held
    assert kept(desk) == [(3, "2024-02-29")]
    assert desk.send(force, 4).held == []
    assert kept(desk) == [(5, "2024-04-30")]


@pytest.mark.parametrize("copies", ["as they are", "removed"])
def test_lists_are_compared_alike_with_copies_and_without(desk, copies):
    force, told = Force(), []
    for month, happened in enumerate(("sort", "turnover", "turnover", "renumber", "turnover"), start=1):
        getattr(force, happened)()
        told += [(each.n_kept, each.n_come, each.n_gone, each.groups, each.outside) for each in desk.send(force, month).lists]
        if copies == "removed":
            desk.connection.execute("delete from raw.hr_list_people")
        else:
            assert len(kept(desk)) == 1
    assert [bool(outside) for *_, outside in told] == [False, False, True, True]
    assert told[0][:3] == (368, 32, 32)


def test_an_accepted_list_is_what_the_next_is_compared_with(desk):
    force = Force()
    desk.send(force, 1)
    force.renumber()
    assert desk.send(force, 2).held
    accept(desk.connection, {desk.contract.name: desk.contract}, 2, "new numbers since the reform", "somebody")
    force.turnover(0.02)
    assert desk.send(force, 3).held == []
    assert kept(desk) == [(3, "2024-03-31")]


def test_a_new_key_removes_the_copy_and_the_next_list_continues(desk):
    force = Force()
    desk.send(force, 1)
    rotate(desk.connection, desk.landing, {desk.contract.name: desk.contract}, desk.ring, desk.contract.agency)
    assert kept(desk) == []
    force.turnover(0.02)
    report = desk.send(force, 2)
    assert report.held == [] and report.lists[0].n_kept == 392


def test_a_contract_that_says_otherwise_who_has_left_is_applied_to_the_list_before_too(desk):
    columns = force_contract().model_dump(exclude_unset=True)["columns"] | {"is_active": {"header": "pay"}}
    columns.pop("salary", None)

    def contract(of_100: str):
        return force_contract(columns=columns, active_codes={"100": of_100})

    force = Force()
    desk.send(force, 1, the_contract=contract("left"))
    [found] = desk.send(force, 2, the_contract=contract("active")).lists
    assert (found.n_before, found.n_kept, found.is_held) == (400, 400, False)
