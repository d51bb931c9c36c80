"""Which question of a version is which of the versions before it, whatever a contract says of them.

Versions are followed pairwise, each to the next; a question that was away is looked for where it stood last. `$kuid` and path together
name a question. An XLSForm that is imported anew brings new `$kuid`s throughout: then the path does, or the name within another group.
Where `$kuid` and path disagree, or the words do, there is a doubt, which `ingestion.kobo.following` puts to the contract's keeper.
A `$kuid` that stands twice in one version names nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingestion.kobo.form import Form, Question
from ingestion.kobo.meaning import Moved, moved_label, same_choices, same_words, shares_choices

Why = Literal["exchanged", "other words", "other choices", "twice", "labels moved"]


@dataclass(frozen=True)
class Node:
    """A question in one version; `at` is the version, counted from the oldest."""

    at: int
    question: Question

    @property
    def path(self) -> str:
        return self.question.path


@dataclass(frozen=True)
class Doubt:
    """Something that no rule decides of the question `node`: which of `others`, questions of earlier versions or of its own, it is."""

    why: Why
    node: Node
    others: tuple[Node, ...]
    moved: Moved | None = None


@dataclass
class Threads:
    """Each thread is one question over the versions. `links`: what was followed to another path, from where to where."""

    forms: Sequence[Form]
    lives: list[list[Node]] = field(default_factory=list)
    of: dict[tuple[int, str], int] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    links: list[tuple[Node, Node]] = field(default_factory=list)

    def life(self, node: Node) -> list[Node]:
        return self.lives[self.of[node.at, node.path]]

    def at(self, version: int) -> Iterator[Node]:
        """The questions of one version, in its order."""
        seen = set()
        for question in self.forms[version].questions:
            if question.path not in seen:
                seen.add(question.path)
                yield Node(version, question)


def threads(
    forms: Sequence[Form], answers: Mapping[tuple[str, str], bool], may_be_one: Callable[[str, str], bool] = lambda a, b: True
) -> Threads:
    """The threads of a form's versions, oldest first.

    `answers`: by path and version uid, whether the path has the meaning that it had; an answer settles its doubt. `may_be_one`:
    whether questions of two paths can be one at all.
    """
    weaver = _Weaver(Threads(forms), answers, may_be_one, frozenset(_twice(forms)))
    for version in range(len(forms)):
        weaver.weave(version)
    return weaver.found


def _twice(forms: Sequence[Form]) -> Iterator[str]:
    """The `$kuid`s that stand at two paths of one version."""
    for form in forms:
        of_path = {question.path: question.kuid for question in form.questions}
        yield from (kuid for kuid, n in Counter(of_path.values()).items() if kuid and n > 1)


@dataclass
class _Weaver:
    found: Threads
    answers: Mapping[tuple[str, str], bool]
    may_be_one: Callable[[str, str], bool]
    cloned: frozenset[str]
    last_path: dict[str, Node] = field(default_factory=dict)
    last_kuid: dict[str, Node] = field(default_factory=dict)
    cut: dict[int, Node] = field(default_factory=dict)

    def weave(self, version: int) -> None:
        """Give each question of a version its thread: first those that an answer names, then those that are sure, then the rest."""
        nodes = list(self.found.at(version))
        answered = [node for node in nodes if self._answer(node) is not None]
        sure = [node for node in nodes if self._answer(node) is None and self._by_path(node) and self._agree(node)]
        first = {node.path for node in (*answered, *sure)}
        unknown = []
        for node in (*answered, *sure, *(node for node in nodes if node.path not in first)):
            before, by_kuid = self._by_path(node), self._by_kuid(node)
            answer = self._answer(node)
            if before is None and by_kuid is None and answer is not False:
                unknown.append(node)
            elif answer is not None:
                self._settle(node, before, by_kuid, answer)
            elif source := before or by_kuid:
                self._follow(node, source, before, by_kuid)
        self._follow_by_name(version, unknown)
        for node in nodes:
            if (node.at, node.path) not in self.found.of:
                self._begin(node)
        for node in nodes:
            self.last_path[node.path] = node
            if kuid := self._kuid(node):
                self.last_kuid[kuid] = node

    def _settle(self, node: Node, before: Node | None, by_kuid: Node | None, is_same: bool) -> None:
        """As the keeper said: the question of its path, or another, which its `$kuid` may name."""
        if is_same:
            source = self._before_it_was_set_apart(node) or self._cut_from(by_kuid or before)
        else:
            is_other = before is not None and by_kuid is not None and not self._is_one(before, by_kuid)
            source = by_kuid if is_other and by_kuid is not None and not self._moved(by_kuid, node) else None
        if source is None or self._heir(source, node.at) is not None:
            self._begin(node)
            if not is_same and (former := before or by_kuid):
                self.cut[self.found.of[node.at, node.path]] = former
        else:
            self._join(node, source)

    def _follow(self, node: Node, source: Node, before: Node | None, by_kuid: Node | None) -> None:
        doubt = self._doubt(node, before, by_kuid)
        heir = self._heir(source, node.at)
        if doubt is None and heir is not None:
            if before is None and self._answer(heir) is not None:
                self._begin(node)  # the answer gave its thread to another
                return
            doubt = Doubt("twice", node, (source, heir))
        if doubt is None and (moved := self._moved(source, node)):
            doubt = Doubt("labels moved", node, (moved[0],), moved[1])
        if doubt is not None:
            self.found.doubts.append(doubt)
            self._begin(node)
        else:
            self._join(node, source)

    def _doubt(self, node: Node, before: Node | None, by_kuid: Node | None) -> Doubt | None:
        if before is None and by_kuid is not None:
            return Doubt("other choices", node, (by_kuid,)) if self._is_rewritten(by_kuid, node) else None
        if before is None or by_kuid is not None:
            agree = before is None or by_kuid is None or self._is_one(before, by_kuid)
            return None if agree or before is None or by_kuid is None else Doubt("exchanged", node, (before, by_kuid))
        if self._is_renewed(before, node):
            return None
        was = self._kuid(before)
        if was and (elsewhere := next((other for other in self.found.at(node.at) if self._kuid(other) == was), None)):
            return Doubt("exchanged", node, (before, elsewhere))
        return None if same_words(before.question, node.question) else Doubt("other words", node, (before,))

    def _is_rewritten(self, before: Node, node: Node) -> bool:
        """Whether only the row was kept: its name, its words and its choices are others."""
        forms = self.found.forms
        return (
            before.question.name.casefold() != node.question.name.casefold()
            and not same_words(before.question, node.question)
            and not shares_choices((forms[before.at], before.question), (forms[node.at], node.question))
        )

    def _follow_by_name(self, version: int, unknown: list[Node]) -> None:
        """Questions that stand nowhere any more, in other groups of this version; those that left last come first."""
        gone = [life[-1] for life in self.found.lives if life[-1].at < version]
        left = {at: [node for node in gone if (node.at == version - 1) == at] for at in (True, False)}
        for same_path in (True, False):
            for just_now in (True, False):
                self._match([node for node in left[just_now] if self._heir(node, version) is None], unknown, same_path)

    def _match(self, gone: Sequence[Node], unknown: Sequence[Node], same_path: bool) -> None:
        free = [node for node in unknown if (node.at, node.path) not in self.found.of]
        suits = [(before, node) for before in gone for node in free if self._may_have_moved(before, node, same_path)]
        n_before = Counter(before.path for before, _ in suits)
        n_after = Counter(node.path for _, node in suits)
        for before, node in suits:
            if n_before[before.path] == n_after[node.path] == 1:
                if self._answer(node) is None and (moved := self._moved(before, node)):
                    self.found.doubts.append(Doubt("labels moved", node, (moved[0],), moved[1]))
                    self._begin(node)
                else:
                    self._join(node, before)

    def _may_have_moved(self, before: Node, node: Node, same_path: bool) -> bool:
        asked, asks, forms = before.question, node.question, self.found.forms
        named = (asked.path, asks.path) if same_path else (asked.name, asks.name)
        return (
            named[0].casefold() == named[1].casefold()
            and asked.type == asks.type
            and same_choices((forms[before.at], asked), (forms[node.at], asks))
            and self.may_be_one(asked.path, asks.path)
            and (self._is_renewed(before, node) or same_words(asked, asks))
        )

    def _moved(self, before: Node, node: Node) -> tuple[Node, Moved] | None:
        """The newest earlier version of the thread, back to where it was last asked about, in which a label stood at another code."""
        forms = self.found.forms
        for earlier in reversed([one for one in self.found.life(before) if one.at <= before.at]):
            if moved := moved_label((forms[earlier.at], earlier.question), (forms[node.at], node.question)):
                return earlier, moved
            if self._answer(earlier) is not None:
                return None
        return None

    def _answer(self, node: Node) -> bool | None:
        return self.answers.get((node.path, self.found.forms[node.at].version_uid))

    def _cut_from(self, node: Node | None) -> Node | None:
        """The question that the thread was before answers set it apart."""
        while node is not None and (former := self.cut.get(self.found.of[node.at, node.path])):
            node = former
        return node

    def _before_it_was_set_apart(self, node: Node) -> Node | None:
        """The newest question of the path that no answer has set apart from what the path meant."""
        whole = (life for life in reversed(self.found.lives) if not any(self._answer(one) is False for one in life))
        return next((one for life in whole for one in reversed(life) if one.path == node.path), None)

    def _by_path(self, node: Node) -> Node | None:
        return self.last_path.get(node.path)

    def _kuid(self, node: Node) -> str | None:
        kuid = node.question.kuid
        return None if kuid in self.cloned else kuid

    def _by_kuid(self, node: Node) -> Node | None:
        return self.last_kuid.get(self._kuid(node) or "")

    def _agree(self, node: Node) -> bool:
        before, by_kuid = self._by_path(node), self._by_kuid(node)
        return before is not None and by_kuid is not None and self._is_one(before, by_kuid)

    def _is_one(self, one: Node, other: Node) -> bool:
        return self.found.of[one.at, one.path] == self.found.of[other.at, other.path]

    def _is_renewed(self, before: Node, node: Node) -> bool:
        """Whether the question's `$kuid` tells nothing: it has none, or an XLSForm was imported anew just now.

        Such a form keeps no `$kuid` of any question, but the words of some.
        """
        if before.at != node.at - 1:
            return False
        if not before.question.kuid or not node.question.kuid:
            return True
        asked, asks = (self.found.forms[at].questions for at in (before.at, node.at))
        if ({q.kuid for q in asked} & {q.kuid for q in asks}) - {None}:
            return False
        by_path = {question.path: question for question in asked}
        return any(same_words(by_path[question.path], question) for question in asks if question.path in by_path)

    def _heir(self, source: Node, version: int) -> Node | None:
        """The question of the version that has the source's thread already."""
        newest = self.found.life(source)[-1]
        return newest if newest.at == version else None

    def _begin(self, node: Node) -> None:
        self.found.of[node.at, node.path] = len(self.found.lives)
        self.found.lives.append([node])

    def _join(self, node: Node, source: Node) -> None:
        number = self.found.of[source.at, source.path]
        before = self.found.lives[number][-1]
        if before.path != node.path:
            self.found.links.append((before, node))
        self.found.of[node.at, node.path] = number
        self.found.lives[number].append(node)
