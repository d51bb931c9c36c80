"""What a release is made from, and whether two releases are made from the same where one figure is concerned. Pure.

Each answer is True (another one), False (the same), or None where one of the two releases did not record it. A release that other inputs made again,
unchanged, is made from them, too: two releases are made from the same where they have one version in common.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from publication.versions import MadeWith
from publication.waves import WaveKey

Cut = tuple[str, str, str]  # indicator, breakdown, kind of period
ListKey = tuple[str, dt.date, int, str]  # contract, date, year of a register's rows or 0, kind of period
States = frozenset[str]

WHOLE = ""
CATALOGUE_TABLES = "raw.catalogue_"
POLICY, COMPOSITE, GOALPOSTS = "catalogue/disclosure.yml", "catalogue/composite.yml", "goalposts"
THRESHOLDS = "thresholds"  # the part of the policy that is of no single indicator
CELLS_CODE, ROAD_MAP_CODE, INDEX_CODE = "publication.candidate", "publication.roadmap", "publication.composite"
ROAD_MAP_MODELS = ("model.parity.ind_roadmap__progress", "model.parity.ind_roadmap__path")
NOT_RECORDED = MadeWith(None, None, None, None)
NOTHING: States = frozenset({""})  # of a part that a recorded source does not have


@dataclass(frozen=True)
class Model:
    """What makes an indicator's figures of one breakdown: the models of dbt, and the sources that they read."""

    names: frozenset[str]
    reads: frozenset[str]


@dataclass(frozen=True)
class MadeOf:
    """Of one figure: hashes of the exact one, the release that computed it, and the survey forms that it is of."""

    exact: States
    made_in: int
    forms: frozenset[str]


@dataclass(frozen=True)
class MadeFrom:
    """One release, as it was recorded. `ingredients`: by source and part. `lists`: by agency, each staff list and register with its versions.

    `has_lists` says whether the lists were recorded at all. `split_by`: by source, how it is split into parts.
    """

    release_id: int
    catalogue_version: str = ""
    versions: MadeWith = NOT_RECORDED
    ingredients: Mapping[tuple[str, str], States] = field(default_factory=dict)
    split_by: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[Cut, Model] = field(default_factory=dict)
    figures: Mapping[str, MadeOf] = field(default_factory=dict)
    lists: Mapping[str, Mapping[ListKey, States]] = field(default_factory=dict)
    has_lists: bool = False

    @property
    def is_recorded(self) -> bool:
        return bool(self.ingredients)

    def model(self, cut: Cut) -> Model | None:
        """That of the cut, or else that of the whole indicator: a row that says what is missing has no model of its own."""
        return self.models.get(cut) or self.models.get((cut[0], "none", "year"))

    def contracts(self, agencies: Iterable[str]) -> frozenset[str]:
        return frozenset(key[0] for agency in agencies for key in self.lists.get(agency, ()))


@dataclass(frozen=True)
class WaveVersions:
    """The releases that computed each survey wave, each with whether its answers were those of the versions before; None where unknown."""

    of: Mapping[WaveKey, Mapping[int, bool | None]] = field(default_factory=dict)

    def differ(self, wave: WaveKey, one: int, other: int) -> bool | None:
        """Whether the answers differ between the wave's versions that the releases `one` and `other` hold."""
        known = self.of.get(wave, {})
        was, now = (max((number for number in known if number <= release), default=None) for release in (one, other))
        if was == now:
            return None if was is None else False
        if was is None or now is None:
            return True
        is_same = known[max(was, now)]
        return None if is_same is None else not is_same


NO_VERSIONS = WaveVersions()


@dataclass(frozen=True)
class Pair:
    """Two releases, or those that computed one figure of theirs."""

    before: MadeFrom
    after: MadeFrom

    def is_other(self, source: str, parts: Collection[str] | None) -> bool | None:
        """Whether any of these parts of a source is another one; None as `parts` means the whole."""
        was, now = (made.ingredients.get((source, WHOLE)) for made in (self.before, self.after))
        if was is None or now is None:
            return False if self.is_other_table(source) is False else None
        if not was.isdisjoint(now):
            return False
        if parts is None or not all(made.split_by.get(source) for made in (self.before, self.after)):
            return True
        return any(
            self.before.ingredients.get((source, part), NOTHING).isdisjoint(self.after.ingredients.get((source, part), NOTHING))
            for part in parts
        )

    def is_other_policy(self, parts: Collection[str]) -> bool | None:
        """Whether what the policy says of these indicators, or a threshold, is another one."""
        hashes = {made.versions.policy_hash for made in (self.before, self.after)}
        return False if len(hashes) == 1 and None not in hashes else self.is_other(POLICY, parts)

    def is_other_table(self, table: str) -> bool | None:
        """Whether a whole source table differs, by the hashes that a release keeps of all."""
        was, now = self.before.versions.source_hashes, self.after.versions.source_hashes
        if was is None or now is None or table not in was or table not in now:
            return None
        return was[table] != now[table]

    def is_other_model(self, cut: Cut) -> bool | None:
        """Whether the code differs of a model that makes such figures in either release."""
        names = {name for made in (self.before, self.after) if (model := made.model(cut)) for name in model.names}
        return any_of(self._is_other_code(name) for name in sorted(names)) if names else None

    def _is_other_code(self, model: str) -> bool | None:
        made = (self.before, self.after)
        was, now = (each.ingredients.get((model, WHOLE)) for each in made)
        if was is not None and now is not None:
            return was.isdisjoint(now)
        return True if all(each.models for each in made) else None  # one release has no such model, unless it recorded none

    def is_same_code(self) -> bool:
        """Whether no file of the rooms that make figures changed at all."""
        codes = [made.versions.code_hash for made in (self.before, self.after)]
        return codes[0] is not None and codes[0] == codes[1]

    def other_lists(self, agency: str) -> frozenset[ListKey]:
        """The lists of an agency of which the releases are made from other versions, or of which one has none."""
        one, other = (made.lists.get(agency, {}) for made in (self.before, self.after))
        return frozenset(
            key for key in one.keys() | other.keys() if one.get(key, frozenset()).isdisjoint(other.get(key, frozenset()))
        )

    def reads(self, cut: Cut) -> frozenset[str] | None:
        """The sources that the models of either release read; None where neither recorded them."""
        models = [model for made in (self.before, self.after) if (model := made.model(cut))]
        return frozenset().union(*(model.reads for model in models)) if models else None


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """True where one is True; None where none is, and one is not known."""
    answers = list(answers)
    if True in answers:
        return True
    return None if None in answers else False
