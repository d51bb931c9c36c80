"""`POST /submission`, as a phone or a web form sends it: XML to a record, edits, duplicates and conflicts."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from xml.etree.ElementTree import Element  # nosec B405  # a type; defusedxml parses

from defusedxml import DefusedXmlException, ElementTree

from sandbox.kobo_standin.clock import moment
from sandbox.kobo_standin.store import Store, bare, new_uid

ENVELOPE = """<?xml version='1.0' encoding='UTF-8' ?>
<OpenRosaResponse xmlns="http://openrosa.org/http/response">
        <message nature="">{message}</message>
</OpenRosaResponse>"""
ACCEPTED = """<OpenRosaResponse xmlns="http://openrosa.org/http/response">
    <message>Successful submission.</message>
    <submissionMetadata xmlns="http://www.opendatakit.org/xforms" id="{form}"  instanceID="{instance}" \
submissionDate="{at}" isComplete="true" markedAsCompleteDate="{at}"/>
</OpenRosaResponse>
"""
# Media by file name: type and bytes.
Media = dict[str, tuple[str, bytes]]


def submit(store: Store, xml: bytes, media: Media, username: str | None, base: str) -> tuple[int, str]:
    """Take a submission; returns the status and the body of the answer."""
    try:
        root = ElementTree.fromstring(xml)
    except (ElementTree.ParseError, DefusedXmlException):
        return 400, ENVELOPE.format(message="Improperly formatted XML.")
    uid = root.get("id", "")
    asset = store.asset(uid)
    if asset is None or asset["deployed_version"] is None:
        return 404, ENVELOPE.format(message="Form does not exist on this account.")
    if not asset["is_active"]:
        return 405, ENVELOPE.format(message="Form is not active")
    record = answers(root, repeats(_content(store, asset)))
    instance = record.get("meta/instanceID")
    if not instance:
        return 400, ENVELOPE.format(message="Instance ID is required")
    xml_hash = hashlib.sha256(xml).hexdigest()
    same = store.by_xml(uid, xml_hash)
    if same is not None:
        if not _attach(store, uid, same, media, base, asset["deployment_uuid"], username):
            return 202, ENVELOPE.format(message="Duplicate Instance")
        return 201, _accepted(uid, instance)
    deprecated = record.get("meta/deprecatedID")
    if deprecated:
        return _edit(store, uid, record, deprecated, xml_hash, username)
    at = root.get("submissionDate", moment().isoformat())[:19]
    record |= {
        "_xform_id_string": uid,
        "_uuid": bare(instance),
        "meta/rootUuid": instance,
        "_attachments": [],
        "_status": "submitted_via_web",
        "_geolocation": _geolocation(record, _content(store, asset)),
        "_submission_time": at,
        "_validation_status": {},
        "_submitted_by": username,
    }
    # A root uuid is unique within a form; a uuid that an edited record has come to bear is not.
    if any(bare(entry["meta/rootUuid"]) == bare(instance) for entry in _bearing(store, uid, bare(instance))):
        return 409, ENVELOPE.format(message="Submission with this instance ID already exists")
    record = store.add(uid, record, xml_hash)
    _attach(store, uid, record, media, base, asset["deployment_uuid"], username)
    store.log(uid, "add-submission", username or "AnonymousUser", about(record))
    return 201, _accepted(uid, instance)


def _edit(
    store: Store, uid: str, record: dict[str, Any], deprecated: str, xml_hash: str, username: str | None
) -> tuple[int, str]:
    before = store.find(uid, bare(deprecated))
    if before is None or before["_uuid"] != bare(deprecated):
        if store.is_former(uid, bare(deprecated)):
            return 410, ENVELOPE.format(message="Invalid submission - deprecatedID refers to an old version")
        return 404, ENVELOPE.format(message="Invalid submission - deprecatedID not found")
    kept = {name: value for name, value in before.items() if name.startswith("_") or name == "meta/rootUuid"}
    after = record | kept | {"_uuid": bare(record["meta/instanceID"])}
    store.save(uid, after, xml_hash)
    store.log(uid, "modify-submission", username or "AnonymousUser", about(after))
    return 201, _accepted(uid, record["meta/instanceID"])


def about(record: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a row of the history says of a submission; it has no `_id`."""
    return {"submission": {**more, "root_uuid": bare(record["meta/rootUuid"]), "submitted_by": record.get("_submitted_by")}}


def _accepted(uid: str, instance: str) -> str:
    return ACCEPTED.format(form=uid, instance=instance, at=moment().isoformat())


def _content(store: Store, asset: Any) -> dict[str, Any]:
    """The content that is deployed now."""
    versions = {row["uid"]: row["content"] for row in store.versions(asset["uid"])}
    return json.loads(versions[asset["deployed_version"]])


def _bearing(store: Store, uid: str, root: str) -> list[dict[str, Any]]:
    return [json.loads(body) for body in store.bodies_of(uid, "root_uuid", [root])]


def repeats(form: dict[str, Any]) -> set[str]:
    """The paths of the form's repeats."""
    paths: set[str] = set()
    groups: list[str] = []
    for row in form["survey"]:
        if row["type"].startswith("end_"):
            groups.pop()
        elif row["type"].startswith("begin_"):
            groups.append(row["name"])
            if row["type"] == "begin_repeat":
                paths.add("/".join(groups))
    return paths


def answers(root: Element, repeated: set[str]) -> dict[str, Any]:
    """The flat record of a submission's XML: keys are paths, values text, repeats lists; what is empty is absent."""
    record: dict[str, Any] = {}
    _collect(root, "", repeated, record)
    return record


def _collect(parent: Element, path: str, repeated: set[str], into: dict[str, Any]) -> None:
    for child in parent:
        name = child.tag.rpartition("}")[2]
        key = f"{path}/{name}" if path else name
        if key in repeated:
            instance: dict[str, Any] = {}
            _collect(child, key, repeated, instance)
            if instance:
                into.setdefault(key, []).append(instance)
        elif len(child):
            _collect(child, key, repeated, into)
        elif child.text:
            into[key] = child.text


def _geolocation(record: dict[str, Any], form: dict[str, Any]) -> list[float | None]:
    for row in form["survey"]:
        value = record.get(row.get("$xpath", "")) if row["type"] == "geopoint" else None
        if isinstance(value, str):
            return [float(part) for part in value.split()[:2]]
    return [None, None]


def _attach(
    store: Store, uid: str, record: dict[str, Any], media: Media, base: str, deployment: str, username: str | None
) -> bool:
    """Keep media that the submission did not have yet; the record's uuid stays. Returns whether there was any."""
    known = {entry["media_file_basename"] for entry in record["_attachments"]}
    for name, (mimetype, content) in media.items():
        if name in known:
            continue
        attachment = new_uid("att")
        store.db.execute("insert into media values (?, ?, ?, ?)", (attachment, uid, mimetype, content))
        url = f"{base}/api/v2/assets/{uid}/data/{record['_id']}/attachments/{attachment}/"
        sizes = {f"download_{size}_url": f"{url}{size}/" for size in ("large", "medium", "small")}
        record["_attachments"].append(
            {
                "download_url": url,
                "mimetype": mimetype,
                "filename": f"{username}/attachments/{deployment}/{bare(record['meta/rootUuid'])}/{name}",
                "media_file_basename": name,
                "uid": attachment,
                "is_deleted": False,
                **(sizes if mimetype.startswith("image/") else {}),
                "question_xpath": next((key for key, value in record.items() if value == name), ""),
            }
        )
    if media.keys() <= known:
        return False
    store.save(uid, record)
    return True
