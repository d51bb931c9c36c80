"""What one submission becomes: a row of its state, and the answers that its contract lets out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from ingestion.kobo.mapping import Field, Plan
from ingestion.kobo.shapes import as_text
from parity.catalogue import KoboContract

# An answer is a code or a text; of several choices, a list; in a repeat, one of these by instance ("1", "2", nested "1.1").
Answer = str | list[str] | dict[str, Any]
MANIFEST = ("_id", "_uuid", "_validation_status", "_attachments")


@dataclass(frozen=True)
class Submission:
    """A submission as raw keeps it. `submitted_at` is naive UTC text as the server sends it.

    `duration_seconds`: from start to end on the respondent's device; start and end themselves stay in the landing.
    """

    submission_id: int
    root_uuid: str | None
    uuid: str | None
    version_uid: str | None
    submitted_at: str | None
    validation_status: str | None
    duration_seconds: int | None
    content_hash: str
    manifest_hash: str
    answers: Mapping[str, Answer]


def content_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 of the record's canonical JSON: any edit, validation or attachment changes it."""
    return hashlib.sha256(msgspec.json.encode(record, order="sorted")).hexdigest()


def manifest_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 of what a manifest sweep reads: an edit moves the uuid, the rest moves the status or the attachments."""
    return content_hash({name: record.get(name) for name in (*MANIFEST, "_supplementalDetails")})


@dataclass(frozen=True)
class Reader:
    """Reads submissions of one form by its contract and plan.

    `unknown` counts, by field, answers that stay in the landing: codes that no version offers, words where a number belongs.
    """

    contract: KoboContract
    plan: Plan
    unknown: Counter[str] = field(default_factory=Counter)

    def submission(self, record: Mapping[str, Any]) -> Submission:
        """The part of a record that may leave the landing; without consent, none of its answers."""
        return Submission(
            submission_id=record["_id"],
            root_uuid=record.get("meta/rootUuid"),
            uuid=record.get("_uuid"),
            version_uid=record.get("__version__"),
            submitted_at=record.get("_submission_time"),
            validation_status=(record.get("_validation_status") or {}).get("uid"),
            duration_seconds=duration_seconds(record),
            content_hash=content_hash(record),
            manifest_hash=manifest_hash(record),
            answers=self.answers(record) if self.has_consent(record) else {},
        )

    def has_consent(self, record: Mapping[str, Any]) -> bool:
        consent = self.contract.consent
        if consent is None:
            return True
        given = (
            entry for entry in self.plan.fields if entry.field == consent.field and entry.holds_in(record.get("__version__"))
        )
        return any(as_text(record.get(entry.path)) == consent.value for entry in given)

    def keeps(self) -> dict[str, Callable[[str], bool]]:
        """For each field whose answers were ever judged by their shape, whether an answer, in the common codes, may leave."""

        def judge(entries: list[Field]) -> Callable[[str], bool]:
            common = {*self.contract.value_maps.get(entries[0].field, {}).values()}
            return lambda said: said in common or any(entry.lets_out(said) for entry in entries)

        by_field: dict[str, list[Field]] = {}
        for entry in self.plan.fields:
            by_field.setdefault(entry.field, []).append(entry)
        shaped = {name: found for name, found in by_field.items() if any(one.shapes or one.codes <= {"OK"} for one in found)}
        return {name: judge(found) for name, found in shaped.items()}

    @cached_property
    def _plain(self) -> list[tuple[str, str, dict[str, str]]]:
        """(path, field, common code by code) of the fields that are one choice at one path: most of a survey, read at one go."""
        times = Counter(entry.field for entry in self.plan.fields)
        maps = self.contract.value_maps
        return [
            (entry.path, entry.field, {code: maps.get(entry.field, {}).get(code, code) for code in entry.codes})
            for entry in self.plan.fields
            if not entry.shapes
            and not entry.repeats
            and not entry.is_multiple
            and entry.only_in is None
            and times[entry.field] == 1
        ]

    @cached_property
    def _others(self) -> list[Field]:
        plain = {path for path, _, _ in self._plain}
        return [entry for entry in self.plan.fields if entry.path not in plain]

    def answers(self, record: Mapping[str, Any]) -> dict[str, Answer]:
        """Each field that was answered, in the common codes. Of two paths of one field, the first that was answered counts."""
        get = record.get
        try:
            found: dict[str, Answer] = {field: codes[said] for path, field, codes in self._plain if (said := get(path)) in codes}
        except TypeError:  # a list or an object stands where a code belongs
            found = {}
        if len(found) < len(self._plain):
            for path, field, codes in self._plain:
                if (said := get(path)) is not None:
                    if (code := said if isinstance(said, str) else as_text(said)) in codes:
                        found[field] = codes[code]
                    else:
                        self.unknown[field] += 1
        for entry in self._others:
            if entry.field not in found and (answer := self._answer(record, entry)):
                found[entry.field] = answer
        if self.contract.agency:
            found["agency"] = self.contract.agency
        return found

    def _answer(self, record: Mapping[str, Any], entry: Field) -> Answer | None:
        if not entry.holds_in(version := record.get("__version__")):
            self.unknown[entry.field] += version not in entry.not_in and _is_answered(record, entry)
            return None
        if entry.repeats:
            codes = {at: self._codes(entry, value) for at, value in _instances(record, entry)}
            return {at: code for at, code in codes.items() if code}
        value = record.get(entry.path)
        return self._codes(entry, value) if value is not None else None

    def _codes(self, entry: Field, said: object) -> str | list[str] | None:
        """What of an answer may leave: a code, or of several choices those that may. A list or an object is none, and is counted."""
        value = as_text(said)
        if value is None:
            self.unknown[entry.field] += 1
            return None
        common = self.contract.value_maps.get(entry.field, {})
        chosen = value.split() if entry.is_multiple else [value]
        kept = [common.get(code, code) for code in chosen if entry.lets_out(code)]
        self.unknown[entry.field] += len(chosen) - len(kept)
        return kept if entry.is_multiple else next(iter(kept), None)


def _is_answered(record: Mapping[str, Any], entry: Field) -> bool:
    return bool(_instances(record, entry)) if entry.repeats else record.get(entry.path) is not None


def reading_hash(reader: Reader) -> str:
    """SHA-256 of what decides which answers leave the landing, and under which name and code."""
    decides = reader.contract.model_dump(include={"value_maps", "consent", "agency"})
    fields = [
        (entry.path, entry.field, entry.repeats, entry.is_multiple, sorted(entry.codes), entry.patterns)
        + (() if entry.only_in is None else (sorted(entry.only_in),))
        for entry in reader.plan.fields
    ]
    return hashlib.sha256(json.dumps([decides, fields], sort_keys=True).encode()).hexdigest()


def _instances(record: Mapping[str, Any], entry: Field) -> list[tuple[str, object]]:
    """(instance, answer) within the repeats around a path. One instance alone may stand as plain keys (its repeat was renamed)."""
    found: list[tuple[str, object]] = []

    def walk(node: Mapping[str, Any], repeats: tuple[str, ...], at: tuple[int, ...]) -> None:
        value = node.get(entry.path)
        if value is not None:
            found.append((".".join(map(str, at + (1,) * len(repeats))), value))
            return
        for depth, repeat in enumerate(repeats):
            inner = node.get(repeat)
            if isinstance(inner, list):
                for number, instance in enumerate(inner, 1):
                    if isinstance(instance, Mapping):
                        walk(instance, repeats[depth + 1 :], (*at, *(1,) * depth, number))
                return

    walk(record, entry.repeats, ())
    return found


def duration_seconds(record: Mapping[str, Any]) -> int | None:
    """Seconds from `start` to `end`, whose offsets may differ; None where either is absent, unreadable or they run backwards."""
    try:
        start, end = (dt.datetime.fromisoformat(record[name]) for name in ("start", "end"))
        seconds = (end - start).total_seconds()
    except (KeyError, TypeError, ValueError):
        return None
    return int(seconds) if 0 <= seconds < 2**31 else None
