"""The questions to whoever keeps a form's contract: what differs between which versions, and the line that answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from ingestion.kobo.errors import KoboError
from ingestion.kobo.meaning import Moved
from ingestion.kobo.threads import Doubt


class MappingError(KoboError):
    """The form and its contract do not fit; a person has to decide. Other forms go on."""


@dataclass(frozen=True)
class Asking:
    """Raises MappingError about one form; nothing here returns."""

    form: str

    @property
    def file(self) -> str:
        return f"catalogue/sources/kobo/{self.form}.yml"

    def unknown_paths(self, paths: Sequence[str]) -> NoReturn:
        self._stop(f"no version of the form has {listed(paths)}", f"Correct or remove the line in {self.file}.")

    def unknown_answer(self, path: str, version: str, versions: Iterable[str]) -> NoReturn:
        known = list(versions)
        why = f"version {version} has no question {path}" if version in known else f"no version of the form is {version}"
        self._stop(
            f"same_meaning: {why}",
            f"Correct or remove the line in {self.file}; the versions are {listed(known, 20)}.",
        )

    def cloned(self, path: str, clone: str, version: str, field: str) -> NoReturn:
        self._stop(
            f"{clone} has the $kuid of {path} in version {version}, as a row that was copied has: map or drop",
            f"In {self.file}, add '- {clone}' to drops, or '{clone}: <its own field>' to fields; its answers are not those of {field}.",
        )

    def vanished(self, path: str, appeared: Sequence[str], field: str) -> NoReturn:
        self._stop(
            f"question {path} vanished, {listed(appeared)} appeared: map or drop",
            f"In {self.file}, add '{appeared[0]}: {field}' to fields if it is the same question, or '- {appeared[0]}' to drops if it"
            " is another.",
        )

    def new_field(self, path: str, gone: Sequence[str], field: str) -> NoReturn:
        self._stop(
            f"question {path} appeared, {listed(gone)} vanished: map or drop",
            f"In {self.file}, add '{gone[0]}: {field}' to fields if it was the same question, or '- {gone[0]}' to drops if it was"
            " another.",
        )

    def mapped_name(self, path: str, version: str, field: str) -> NoReturn:
        self._stop(
            f"{path} of version {version} has the name of a mapped question, which that version has nowhere else: map or drop",
            f"In {self.file}, add '{path}: {field}' to fields if it is the same question, or '- {path}' to drops if it is another.",
        )

    def two_of_one(self, path: str, other: str, version: str, field: str) -> NoReturn:
        self._stop(
            f"{path} and {other} of version {version} were one question before: map or drop",
            f"In {self.file}, add '{path}: {field}' to fields if both are still the same question, '- {path}' to drops if it is none,"
            f" or {_line(path, version, False)} to same_meaning if it is another from that version on.",
        )

    def which_field(self, path: str, version: str, others: Sequence[str]) -> NoReturn:
        self._stop(
            f"{path} of version {version} was {listed(list(dict.fromkeys(others)))}, of which the contract says different things: map or"
            " drop",
            f"In {self.file}, add '{path}: <field>' to fields, or '- {path}' to drops.",
        )

    def doubt(self, doubt: Doubt, version: str, others: Sequence[tuple[str, str]]) -> NoReturn:
        """`others`: path and version uid of the questions that the doubtful one may be."""
        path, (other, before) = doubt.node.path, others[0]
        if doubt.why == "labels moved" and doubt.moved is not None:
            self._labels_moved(path, version, before, doubt.moved)
        if doubt.why == "exchanged":
            self._exchanged(path, version, others)
        if doubt.why == "twice":
            self.two_of_one(path, others[1][0], version, "<its field>")
        was, now = (_words(node.question.labels) for node in (doubt.others[0], doubt.node))
        if doubt.why == "other choices":
            self._same_meaning(
                f"{path} of version {version} has the $kuid of {other} of version {before}, but another name, other choices and other"
                f" words ({was}; {now})",
                path,
                version,
            )
        self._same_meaning(
            f"another question seems to stand at {path} from version {version} on: in version {before} {was}, now {now}",
            path,
            version,
        )

    def _labels_moved(self, path: str, version: str, before: str, moved: Moved) -> NoReturn:
        self._same_meaning(
            f"{path}: code {moved.code} was '{moved.before}' in version {before} and is '{moved.after}' in version {version}",
            path,
            version,
        )

    def _exchanged(self, path: str, version: str, others: Sequence[tuple[str, str]]) -> NoReturn:
        (was, before), (other, when) = others
        if when == version:
            what = f"the question of {was} (version {before}) stands at {other} in version {version} by its $kuid, and another at {path}"
        else:
            what = f"{path} of version {version} is by its path {was} of version {before}, and by its $kuid {other} of version {when}"
        self._stop(
            f"{what}: map or drop, same meaning?",
            f"In {self.file}, add to same_meaning {_line(path, version, True)} if the path tells what it is, or"
            f" {_line(path, version, False)} if the $kuid does.",
        )

    def _same_meaning(self, what: str, path: str, version: str) -> NoReturn:
        self._stop(
            f"{what}: same meaning?",
            f"In {self.file}, add to same_meaning {_line(path, version, True)} if its answers mean the same as before, or"
            f" {_line(path, version, False)} if not; its answers from that version on then stay in the landing.",
        )

    def _stop(self, what: str, remedy: str) -> NoReturn:
        raise MappingError(f"{self.form}: {what}", remedy)


def _line(path: str, version: str, same: bool) -> str:
    return f"'- {{path: {path}, version: {version}, same: {str(same).lower()}}}'"


def _words(labels: Mapping[str, str]) -> str:
    said = next(iter(labels.values()), None)
    return f"'{said}'" if said else "without words"


def listed(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
