"""What one submission becomes: a row of its state, and long answers of the fields that its contract lets out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from parity.catalogue import KoboContract


@dataclass(frozen=True)
class Submission:
    """A submission as raw keeps it. `submitted_at` is naive UTC text as the server sends it."""

    submission_id: int
    root_uuid: str | None
    uuid: str | None
    version_uid: str | None
    submitted_at: str | None
    validation_status: str | None
    content_hash: str
    manifest_hash: str
    answers: tuple[tuple[str, str], ...]


def content_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 of the record's canonical JSON: any edit, validation or attachment changes it."""
    return hashlib.sha256(msgspec.json.encode(record, order="sorted")).hexdigest()


MANIFEST = ("_id", "_uuid", "_validation_status", "_attachments")


def manifest_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 of what a manifest sweep reads: an edit moves the uuid, the rest moves the status or the attachments."""
    return content_hash({name: record.get(name) for name in MANIFEST})


def submission(record: Mapping[str, Any], contract: KoboContract) -> Submission:
    """The part of a record that may leave the landing; without consent, none of its answers."""
    return Submission(
        submission_id=record["_id"],
        root_uuid=record.get("meta/rootUuid"),
        uuid=record.get("_uuid"),
        version_uid=record.get("__version__"),
        submitted_at=record.get("_submission_time"),
        validation_status=(record.get("_validation_status") or {}).get("uid"),
        content_hash=content_hash(record),
        manifest_hash=manifest_hash(record),
        answers=tuple(answers(record, contract)) if consented(record, contract) else (),
    )


def consented(record: Mapping[str, Any], contract: KoboContract) -> bool:
    if contract.consent is None:
        return True
    return any(
        record.get(path) == contract.consent.value for path, field in contract.fields.items() if field == contract.consent.field
    )


def answers(record: Mapping[str, Any], contract: KoboContract) -> list[tuple[str, str]]:
    """(field, value) of each contract field that was answered with a plain value, mapped to the common codes."""
    found = {}
    for path, field in contract.fields.items():
        value = record.get(path)
        if isinstance(value, str) and field not in found:
            found[field] = contract.value_maps.get(field, {}).get(value, value)
    if contract.agency:
        found["agency"] = contract.agency
    return sorted(found.items())
