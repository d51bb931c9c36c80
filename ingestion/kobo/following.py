"""Which path of which version holds the answers to a field of the contract; where no rule decides, the form stops with a question.

What the contract says of a path comes first: its field, its drop, and under `same_meaning` whether it is another question from a version
on. A path that it does not name belongs to the field of its question's thread. No answer is lost or taken for another in silence: a
version in which a field is missing stops the form where one of that version's questions may be it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from ingestion.kobo.asking import Asking
from ingestion.kobo.form import Form, Question
from ingestion.kobo.meaning import same_choices
from ingestion.kobo.threads import Doubt, Node, Threads, threads
from parity.catalogue import KoboContract

DROPPED = "(dropped)"  # no name of a field


@dataclass(frozen=True)
class FieldPath:
    """A path that holds a field's answers. `only_in`: the versions in which it does, None where it does in all that have it.

    `not_in`: the versions in which the path is another question. `seen`: the question in each version.
    """

    path: str
    field: str
    seen: tuple[tuple[Form, Question], ...]
    only_in: frozenset[str] | None = None
    not_in: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Followed:
    paths: tuple[FieldPath, ...]
    notices: tuple[str, ...]
    unmapped: tuple[str, ...]


def follow(
    contract: KoboContract,
    forms: Sequence[Form],
    may_leave: Callable[[Question], bool],
    has_answers: Callable[[str], bool] = lambda version_uid: True,
) -> Followed:
    """The paths of each field over the versions, oldest first. Raises MappingError.

    `may_leave`: whether answers to such a question may be mapped at all. `has_answers`: whether a version has submissions; it is only
    asked about versions whose questions would stop the form.
    """
    asking = Asking(contract.name)
    _refuse_unknown(contract, forms, asking)
    answers = {(entry.path, entry.version): entry.same for entry in contract.same_meaning}
    found = threads(forms, answers, lambda one, other: _may_be_one(contract, one, other))
    return _Follower(contract, found, answers, may_leave, has_answers, asking).follow()


def _refuse_unknown(contract: KoboContract, forms: Sequence[Form], asking: Asking) -> None:
    known = {question.path for form in forms for question in form.questions}
    if unknown := [path for path in contract.fields if path not in known]:
        asking.unknown_paths(unknown)
    versions = {form.version_uid: {question.path for question in form.questions} for form in forms}
    for entry in contract.same_meaning:
        if entry.path not in versions.get(entry.version, ()):
            asking.unknown_answer(entry.path, entry.version, versions)


def _may_be_one(contract: KoboContract, one: str, other: str) -> bool:
    said = [DROPPED if path in contract.drops else contract.fields.get(path) for path in (one, other)]
    return None in said or (said[0] == said[1] and DROPPED not in said)


@dataclass
class _Follower:
    contract: KoboContract
    threads: Threads
    answers: dict[tuple[str, str], bool]
    may_leave: Callable[[Question], bool]
    has_answers: Callable[[str], bool]
    asking: Asking

    def follow(self) -> Followed:
        self.forms = self.threads.forms
        self.field_of = {(node.at, node.path): self._resolve(node) for life in self.threads.lives for node in life}
        self._stop_at_clones()
        for doubt in self.threads.doubts:
            if self._concerns_a_field(doubt):
                self._ask(doubt)
        self._stop_where_two_are_one()
        fields = list(dict.fromkeys(self.contract.fields.values()))
        by_version = [self._by_field(at) for at in range(len(self.forms))]
        for field in fields:
            self._stop_where_it_vanished(field, [nodes.get(field) for nodes in by_version])
        return Followed(tuple(self._paths()), tuple(self._notices(fields, by_version)), tuple(dict.fromkeys(self._unmapped())))

    # What each question is

    def _said(self, node: Node) -> str | None:
        """What the contract says of the path in that version: a field, DROPPED, or nothing."""
        if self._is_set_apart(node):
            return None
        return DROPPED if node.path in self.contract.drops else self.contract.fields.get(node.path)

    def _is_set_apart(self, node: Node) -> bool:
        said = [self.answers.get((node.path, form.version_uid)) for form in self.threads.forms[: node.at + 1]]
        return next((one for one in reversed(said) if one is not None), True) is False

    def _resolve(self, node: Node) -> str | None:
        if said := self._said(node):
            return said
        life = self.threads.life(node)
        index = life.index(node)
        known = [field for one in (*reversed(life[:index]), *life[index + 1 :]) if (field := self._said(one))]
        if len(set(known)) > 1 and self.may_leave(node.question):
            self.asking.which_field(node.path, self._version(node), [one.path for one in life if self._said(one)])
        if not known and any(self._is_set_apart(one) for one in life):
            return DROPPED
        return known[0] if known else None

    def _field(self, node: Node) -> str | None:
        """The field of a question, None where it has none or is dropped."""
        field = self.field_of[node.at, node.path]
        return None if field == DROPPED else field

    def _is_open(self, node: Node) -> bool:
        """Whether nobody has said yet what becomes of the question."""
        return self.field_of[node.at, node.path] is None and self.may_leave(node.question)

    def _by_field(self, at: int) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for node in self.threads.at(at):
            if field := self._field(node):
                found[field].append(node)
        return found

    def _version(self, node: Node) -> str:
        return self.forms[node.at].version_uid

    # Where the form stops

    def _stop_at_clones(self) -> None:
        for at, form in enumerate(self.forms):
            of_kuid: dict[str, list[Node]] = defaultdict(list)
            for node in self.threads.at(at):
                if node.question.kuid:
                    of_kuid[node.question.kuid].append(node)
            for nodes in of_kuid.values():
                mapped = [node for node in nodes if self._field(node)]
                clones = [node for node in nodes if self._is_open(node)]
                if mapped and clones:
                    self.asking.cloned(mapped[0].path, clones[0].path, form.version_uid, self._field(mapped[0]) or "")

    def _concerns_a_field(self, doubt: Doubt) -> bool:
        """Whether answers of a field are at stake; of what was set apart, they may come back."""
        nodes = (doubt.node, *doubt.others)
        return doubt.node.path in self.contract.fields or any(self._field(one) or self._is_set_apart(one) for one in nodes)

    def _ask(self, doubt: Doubt) -> NoReturn:
        others = [(node.path, self._version(node)) for node in doubt.others]
        self.asking.doubt(doubt, self._version(doubt.node), others)

    def _stop_where_two_are_one(self) -> None:
        for at, form in enumerate(self.forms):
            for field, nodes in self._by_field(at).items():
                followed = [node for node in nodes if not self._said(node)]
                if len(nodes) > 1 and followed:
                    other = next(node for node in nodes if node is not followed[0])
                    self.asking.two_of_one(followed[0].path, other.path, form.version_uid, field)

    def _stop_where_it_vanished(self, field: str, nodes: Sequence[list[Node] | None]) -> None:
        """Compare each version with the one before; a question that may be the field, and that nobody spoke of, stops the form."""
        names = {node.question.name.casefold() for found in nodes for node in found or ()}
        last: Node | None = None
        for at, found in enumerate(nodes):
            if found and last is None and at:
                self._stop_at_predecessors(field, found[0])
            if found:
                last = found[0]
                continue
            if last is not None and (appeared := [node for node in self._new(at) if node.question.type == last.question.type]):
                self.asking.vanished(last.path, [node.path for node in appeared], field)
            for node in self.threads.at(at):
                if self._is_open(node) and node.question.name.casefold() in names and self._is_used(at):
                    self.asking.mapped_name(node.path, self._version(node), field)

    def _stop_at_predecessors(self, field: str, first: Node) -> None:
        """The field is new in a version in which a question of its type and choices is gone: that may be how it was asked before."""
        at = first.at - 1
        stays = {self.threads.of[node.at, node.path] for node in self.threads.at(first.at)}
        asked = (self.forms[first.at], first.question)
        gone = [
            node
            for node in self.threads.at(at)
            if self._is_open(node)
            and self.threads.of[node.at, node.path] not in stays
            and node.question.type == first.question.type
            and same_choices((self.forms[at], node.question), asked)
        ]
        if gone and self._is_used(at):
            self.asking.new_field(first.path, [node.path for node in gone], field)

    def _new(self, at: int) -> Iterator[Node]:
        """Questions of paths that no version before had, of which nobody has spoken."""
        before = {question.path for form in self.forms[:at] for question in form.questions}
        return (node for node in self.threads.at(at) if node.path not in before and self._is_open(node))

    def _is_used(self, at: int) -> bool:
        return at == len(self.forms) - 1 or self.has_answers(self.forms[at].version_uid)

    # The paths to read, and the notices

    def _paths(self) -> Iterator[FieldPath]:
        by_path: dict[str, dict[str | None, list[Node]]] = {path: {} for path in self.contract.fields}
        for at in range(len(self.forms)):
            for node in self.threads.at(at):
                by_path.setdefault(node.path, {}).setdefault(self._field(node), []).append(node)
        for path, by_field in by_path.items():
            versions = {field: frozenset(map(self._version, nodes)) for field, nodes in by_field.items()}
            for field, nodes in by_field.items():
                if field is not None:
                    seen = tuple((self.forms[node.at], node.question) for node in nodes)
                    is_whole = len(by_field) == 1
                    others = frozenset[str]().union(*(uids for other, uids in versions.items() if other != field))
                    yield FieldPath(path, field, seen, None if is_whole else versions[field], others)

    def _notices(self, fields: Sequence[str], by_version: Sequence[dict[str, list[Node]]]) -> Iterator[str]:
        for before, node in self.threads.links:
            if (field := self._field(node)) and field == self._field(before) and not (self._said(before) and self._said(node)):
                verb = "moved" if before.question.name == node.question.name else "was renamed"
                yield f"{before.path} {verb} to {node.path}"
        for entry in self.contract.same_meaning:
            if not entry.same:
                yield f"{entry.path} is another question from version {entry.version} on, as same_meaning says"
        for field in fields:
            asked = [nodes[field] for nodes in by_version if field in nodes]
            if asked and field not in by_version[-1]:
                yield from (f"{node.path} is no longer asked" for node in asked[-1])

    def _unmapped(self) -> Iterator[str]:
        return (node.question.shown for node in self.threads.at(len(self.forms) - 1) if self._is_open(node))
