"""A police force of made-up people, and its lists: what happens to it between two lists, lawful or not. Seeded."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace

from tests.unit.ingestion.contracts import contract

HEADER = "period,id,name,sex,rank,unit,born,hired,pay"
RANKS = ("Officer", "Sergeant", "Captain")
UNITS = ("North", "South", "East", "West", "Harbour")


@dataclass(frozen=True)
class Officer:
    number: str
    sex: str
    rank: str
    unit: str
    born: int
    hired: dt.date

    def row(self, period: str) -> str:
        return (
            f"{period},{self.number},NAME{self.number},{self.sex},{self.rank},{self.unit},{self.born},{self.hired:%d/%m/%Y},100"
        )


def force_contract(**changes):
    columns = contract().model_dump(exclude_unset=True)["columns"]
    columns.pop("separation_date")
    columns["birth_year"] = {"header": "born"}
    ranks = [{"name": name, "grade": 2 * number + 1} for number, name in enumerate(RANKS)]
    return contract(**{"columns": columns, "ranks": ranks, "max_bad_share": 0.05, "leavers": "absent"} | changes)


@dataclass
class Force:
    """`rows` are those of the list as it is now; lawful changes keep to what forces see in a bad year."""

    n: int = 400
    seed: int = 1
    width: int = 6
    rows: list[Officer] = field(default_factory=list)
    next_no: int = 1

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.rows = [self._officer() for _ in range(self.n)]

    def _officer(self) -> Officer:
        number = str(self.next_no).zfill(self.width)
        self.next_no += 1
        pick = self.random
        hired = dt.date(1990, 1, 1) + dt.timedelta(days=pick.randrange(12_000))
        return Officer(
            number,
            "F" if pick.random() < 0.15 else "M",
            pick.choice(RANKS),
            pick.choice(UNITS),
            pick.randrange(1965, 2003),
            hired,
        )

    # lawful

    def turnover(self, share: float = 0.08) -> None:
        """That share leaves, as many come, some rise, some move."""
        n = int(share * len(self.rows))
        self.random.shuffle(self.rows)
        stay = [
            replace(
                each,
                rank=RANKS[min(2, RANKS.index(each.rank) + (self.random.random() < 0.1))],
                unit=self.random.choice(UNITS) if self.random.random() < 0.1 else each.unit,
            )
            for each in self.rows[n:]
        ]
        self.rows = [*stay, *(self._officer() for _ in range(n))]

    def sort(self) -> None:
        self.rows.sort(key=lambda each: (each.unit, each.rank, each.born))

    def reform(self) -> None:
        """A new unit opens and takes a tenth of everybody."""
        self.rows = [replace(each, unit="Airport") if self.random.random() < 0.1 else each for each in self.rows]

    # unlawful

    def lose_zeros(self) -> None:
        self.rows = [replace(each, number=each.number.lstrip("0")) for each in self.rows]

    def renumber(self) -> None:
        self.rows = [replace(each, number=str(700_000 + 7 * place)) for place, each in enumerate(self.rows)]

    def lose_half(self) -> None:
        self.rows = self.rows[: len(self.rows) // 2]

    def lose_units(self) -> None:
        self.rows = [each for each in self.rows if each.unit not in ("North", "South")]

    def lose_women(self) -> None:
        self.rows = [each for each in self.rows if each.sex == "M"]

    def sort_numbers_alone(self) -> None:
        numbers = sorted((each.number for each in self.rows), key=lambda text: text[::-1])
        self.rows = [replace(each, number=number) for each, number in zip(self.rows, numbers, strict=True)]

    def become_another(self) -> None:
        self.next_no += 50_000
        self.rows = [self._officer() for _ in self.rows]

    def rename_units(self) -> None:
        self.rows = [replace(each, unit=f"Directorate {each.unit}") for each in self.rows]

    def take_over(self) -> None:
        """Another force's people stand on the list as well."""
        self.rows = [*self.rows, *(self._officer() for _ in self.rows)]


LAWFUL = ("turnover", "sort", "reform")
UNLAWFUL = {
    "lose_zeros": "numbers are the old ones without their zeros",
    "renumber": "the agency seems to have given new numbers",
    "lose_half": "rows of the list before are missing|a part of the list",
    "lose_units": r"Nobody of 2 units \(\d+ people before\)",
    "lose_women": r"Nobody of sex 'F' \(\d+ people before\)",
    "sort_numbers_alone": "sorted or moved without the others",
    "become_another": "Nearly everybody is another person",
    "rename_units": "Ranks or units have other names",
    "take_over": "people are new",
}
