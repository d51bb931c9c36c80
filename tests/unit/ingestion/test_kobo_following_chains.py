"""Random histories of a form whose truth is known: every answer under its own field, or the form stops; never a wrong or a lost one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ingestion.kobo.mapping import MappingError, plan
from ingestion.kobo.records import Reader
from tests.unit.ingestion.test_kobo_following import REVERSED, SCALE, contract, form

NAMES, GROUPS = ("r", "s", "t", "R"), ("", "g", "h", "G")


@dataclass(frozen=True)
class Asked:
    """A question as it stands in one version; `who` is the truth: which question it is over all versions."""

    who: int
    group: str
    name: str
    kuid: str
    words: str

    @property
    def path(self):
        return f"{self.group}/{self.name}" if self.group else self.name


class History:
    """The versions so far, of which the next is made by what people do in the form builder, or in a workbook."""

    def __init__(self):
        self.versions, self.scales, self.n = [], [], 0
        self.now = [self.fresh("", "r"), self.fresh("g", "s"), self.fresh("h", "t")]
        self.scale = SCALE
        self.keep()

    def fresh(self, group, name):
        self.n += 1
        return Asked(self.n, group, name, f"k{self.n}", f"question number {self.n}")

    def kuid(self):
        self.n += 1
        return f"k{self.n}"

    def keep(self):
        self.versions.append(list(self.now))
        self.scales.append(self.scale)

    def change(self, at, **changes):
        """Where no other question stands at that path already."""
        changed = replace(self.now[at], **changes)
        if all(one.path != changed.path for n, one in enumerate(self.now) if n != at):
            self.now[at] = changed

    def import_anew(self):
        self.now = [replace(one, kuid=self.kuid()) for one in self.now]

    def step(self, kind, at, name, group):
        at %= max(len(self.now), 1)
        if kind == "import":
            self.import_anew()
        elif kind == "import with other groups":
            self.now = [replace(one, kuid=self.kuid(), group=one.group and f"{one.group}{self.n}") for one in self.now]
        elif kind == "reverse":
            self.scale = {SCALE["1"]: REVERSED, REVERSED["1"]: SCALE}[self.scale["1"]]
        elif kind == "add":
            new = self.fresh(group, name)
            self.now += [new] if new.path not in {one.path for one in self.now} else []
        elif self.now:
            self.edit(kind, at, name, group)
        self.keep()

    def edit(self, kind, at, name, group):
        if kind == "rename":
            self.change(at, name=name)
        elif kind == "move":
            self.change(at, group=group)
        elif kind == "remove":
            self.now.pop(at)
        elif kind == "take over":
            self.now[at] = self.fresh(self.now[at].group, self.now[at].name)
        elif kind == "copy a row":
            copy = replace(self.fresh(group, name), kuid=self.now[at].kuid)
            self.now += [copy] if copy.path not in {one.path for one in self.now} else []
        elif kind == "exchange":
            one, other = self.now[at], self.now[0]
            self.now[at], self.now[0] = (
                replace(one, name=other.name, group=other.group),
                replace(other, name=one.name, group=one.group),
            )

    def forms(self):
        return [
            form(number, [(one.path, one.kuid, [one.words]) for one in asked], scale)
            for number, (asked, scale) in enumerate(zip(self.versions, self.scales, strict=True), 1)
        ]


KINDS = (
    "import",
    "import with other groups",
    "reverse",
    "add",
    "rename",
    "move",
    "remove",
    "take over",
    "copy a row",
    "exchange",
)
STEP = st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.sampled_from(NAMES), st.sampled_from(GROUPS))


def history(steps):
    made = History()
    for step in steps:
        made.step(*step)
    return made


def read_all(agreement, made):
    """What is read of a record of each version in which each question is answered with its own code."""
    reader = Reader(agreement, plan(agreement, made.forms()))
    return [
        reader.answers({"__version__": f"v{number}"} | {one.path: code_of(at) for at, one in enumerate(asked)})
        for number, asked in enumerate(made.versions, 1)
    ]


def code_of(at):
    return str(at % 5 + 1)


@given(steps=st.lists(STEP, min_size=2, max_size=4), data=st.data())
@settings(max_examples=400, derandomize=True, deadline=None)
def test_whatever_becomes_of_a_form_no_answer_is_lost_or_taken_for_another(steps, data):
    made = history(steps)
    version = data.draw(st.sampled_from([number for number, asked in enumerate(made.versions) if asked]))
    mapped = data.draw(st.sampled_from(made.versions[version]))
    others = sorted({one.path for asked in made.versions for one in asked if one.who != mapped.who} - {mapped.path})
    drops = data.draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    try:
        found = read_all(contract({mapped.path: "x"}, drops=drops), made)
    except MappingError as stopped:
        event("stops")
        assert "map or drop" in str(stopped) or "same meaning?" in str(stopped)
        return
    event("goes on")
    truth = [
        dict.fromkeys(("x",) * (place is not None), code_of(place or 0)) for place in map(mapped_at(mapped.who), made.versions)
    ]
    dropped = {one.path for asked in made.versions for one in asked if one.who == mapped.who} & {*drops}
    assert all(one in (right, {} if dropped else right) for one, right in zip(found, truth, strict=True)), (found, truth)
    meanings = {scale["1"] for scale, read in zip(made.scales, found, strict=True) if read}
    assert len(meanings) <= 1 or dropped


def mapped_at(who):
    return lambda asked: next((at for at, one in enumerate(asked) if one.who == who), None)


FOLLOWED = st.tuples(st.sampled_from(("import", "import with other groups", "rename", "move")), st.integers(0, 2), st.sampled_from(("u", "v", "w", "R", "S")), st.sampled_from(GROUPS))  # fmt: skip


@given(steps=st.lists(FOLLOWED, min_size=2, max_size=4), at=st.integers(0, 2), newest=st.booleans())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_names_and_groups_that_change_one_at_a_time_are_followed_without_a_question(steps, at, newest):
    made = History()
    for kind, which, name, group in steps:
        is_new = all(one.path.casefold() != name.casefold() for asked in made.versions for one in asked)
        made.step(
            kind, which, f"{name}{len(made.versions)}" if kind == "rename" or not is_new else name, f"{group}{len(made.versions)}"
        )
    mapped = made.versions[-1 if newest else 0][at]
    found = read_all(contract({mapped.path: "x"}), made)
    assert found == [{"x": code_of(at)}] * len(made.versions)
