"""Two lists of people side by side, as counts of those who are alike. Pure."""

from __future__ import annotations

import numpy as np

from ingestion.hr.continuity.list_people import ListPeople
from ingestion.hr.continuity.measure import Pair
from parity.catalogue import HrContract

Side = tuple[str, int | None]  # sex and grade


def pairs(old: ListPeople, new: ListPeople, contract: HrContract) -> list[Pair]:
    """The people of either list, in post or not. Ranks and units that `old` does not have are counted of those in post on `new`."""
    places, is_on_both = _matched(old.columns["person"], new.columns["person"])
    sides: list[Side] = []
    was_of_old, now = _sides(old, contract, sides), _sides(new, contract, sides)
    was = np.where(is_on_both, was_of_old[places], 0) if len(old) else np.zeros(len(new), dtype=np.int64)
    is_gone = np.ones(len(old), dtype=bool)
    is_gone[places[is_on_both]] = False
    n_kinds = 2 * len(sides) + 1
    counts = _Counts(was * n_kinds + now, n_kinds * n_kinds)
    n = counts.of() + np.bincount(was_of_old[is_gone] * n_kinds, minlength=n_kinds * n_kinds)
    n_birth, n_hire = (counts.of(_differs(old, new, name, places, is_on_both)) for name in ("birth_year", "hire_date"))
    is_in_post = new.columns["is_in_post"] == 1
    n_rank, n_unit = (counts.of(is_in_post & _is_new_word(old, new, name)) for name in ("rank", "unit"))
    found = []
    for kind in np.flatnonzero(n):
        was_kind, now_kind = divmod(int(kind), n_kinds)
        found.append(
            Pair(
                _side(was_kind, sides),
                _side(now_kind, sides),
                was_kind > 0 and now_kind > 0,
                int(n[kind]),
                int(n_birth[kind]),
                int(n_hire[kind]),
                int(n_rank[kind]),
                int(n_unit[kind]),
            )
        )
    return found


class _Counts:
    """Counts people by kind."""

    def __init__(self, kinds: np.ndarray, n_kinds: int) -> None:
        self.kinds, self.n_kinds = kinds, n_kinds

    def of(self, chosen: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(self.kinds if chosen is None else self.kinds[chosen], minlength=self.n_kinds)


def _matched(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each person of `new` a place in `old`, and whether the person stands there. Both are sorted."""
    if not len(old):
        return np.zeros(len(new), dtype=np.int64), np.zeros(len(new), dtype=bool)
    places = np.minimum(np.searchsorted(old, new), len(old) - 1)
    return places, old[places] == new


def _sides(people: ListPeople, contract: HrContract, sides: list[Side]) -> np.ndarray:
    """Each person's kind: an odd number for a side in post, the even one behind it for the same side out of post. `sides` grows."""
    grades = {rank.name: rank.grade for rank in contract.ranks}
    genders = [str(contract.sex_codes.get(code or "", "undisclosed")) for code in people.words["sex"]]
    of_rank = [grades.get(name or "") for name in people.words["rank"]]
    kinds = np.zeros((len(genders), len(of_rank)), dtype=np.int64)
    places = {side: place for place, side in enumerate(sides)}
    for row, gender in enumerate(genders):
        for column, grade in enumerate(of_rank):
            kinds[row, column] = 2 * places.setdefault((gender, grade), len(places)) + 1
    sides[:] = list(places)
    return kinds[people.columns["sex"], people.columns["rank"]] + (people.columns["is_in_post"] == 0)


def _side(kind: int, sides: list[Side]) -> Side | None:
    return sides[(kind - 1) // 2] if kind % 2 else None


def _differs(old: ListPeople, new: ListPeople, name: str, places: np.ndarray, is_on_both: np.ndarray) -> np.ndarray:
    """True for each person of `new` of whom both lists know the value, and know another."""
    if not len(old):
        return np.zeros(len(new), dtype=bool)
    before, now = old.columns[name][places], new.columns[name]
    return is_on_both & (before != 0) & (now != 0) & (before != now)


def _is_new_word(old: ListPeople, new: ListPeople, name: str) -> np.ndarray:
    used = np.unique(old.columns[name])
    known = {None, *(old.words[name][place] for place in used)}
    return np.array([text not in known for text in new.words[name]], dtype=bool)[new.columns[name]]
