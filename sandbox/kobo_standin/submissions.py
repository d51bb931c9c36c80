"""Submissions over API v2: reading, deleting, editing in bulk, duplicating, validation status, attachments."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.kobo_standin import clock, data, openrosa
from sandbox.kobo_standin.answers import Refusal, base, html_not_found
from sandbox.kobo_standin.mongo import matches
from sandbox.kobo_standin.openrosa import about
from sandbox.kobo_standin.store import bare
from sandbox.kobo_standin.visitors import Visitor

STATUSES = {
    "validation_status_approved": "Approved",
    "validation_status_not_approved": "Not Approved",
    "validation_status_on_hold": "On Hold",
}


def many(request: Request, visitor: Visitor) -> Response:
    uid, store = request.path_params["uid"], visitor.store
    if store.asset(uid) is None and request.url.path.endswith(".json"):  # the real server forgets that JSON was asked for
        return html_not_found()
    row_filter = visitor.row_filter(uid)
    if visitor.asset(uid)["deployed_version"] is None:
        raise Refusal(400, "The specified asset has not been deployed")
    answer = data.answer(store, uid, dict(request.query_params), f"{base(request)}{request.url.path}", row_filter)
    store.log(uid, "view-data", visitor.name or "AnonymousUser")
    return Response(answer, media_type="application/json")


def one(request: Request, visitor: Visitor) -> Response:
    uid, store = request.path_params["uid"], visitor.store
    if request.method == "DELETE":
        visitor.need(uid, "delete_submissions")
    found = visitor.record(uid, request.path_params["key"])
    if request.method == "DELETE":
        store.delete(uid, found["_id"], visitor.name or "")
        return Response(status_code=204)
    store.log(uid, "view-data", visitor.name or "")
    return JSONResponse(found)


def bulk(request: Request, visitor: Visitor) -> Response:
    """Edit or delete several; an edit gives each a new uuid and keeps the old one as deprecatedID."""
    uid, store, payload = request.path_params["uid"], visitor.store, request.state.json.get("payload", {})
    visitor.need(uid, "delete_submissions" if request.method == "DELETE" else "change_submissions")
    numbers = payload.get("submission_ids", [])
    if not numbers:
        raise Refusal(400, {"payload": ["`submission_ids` must contain at least one value"]})
    found = [record for record in (store.find(uid, str(each)) for each in numbers) if record]
    if request.method == "DELETE":
        if len(found) < len(numbers):
            raise Refusal(400, "One or more submission ids are invalid")
        for record in found:
            store.delete(uid, record["_id"], visitor.name or "")
        return JSONResponse({"detail": f"{len(found)} submissions have been deleted"})
    if not found:
        raise Refusal(400, ["No submissions match the given `submission_ids`"])
    results = []
    for record in found:
        after = edited(record, payload.get("data", {}))
        store.save(uid, after)
        store.log(uid, "modify-submission", visitor.name or "", about(after))
        root = bare(after["meta/rootUuid"])
        message = "Successful submission"
        results.append({"uuid": after["_uuid"], "root_uuid": root, "status_code": 201, "message": message})
    return JSONResponse({"count": len(results), "successes": len(results), "failures": 0, "results": results})


def edited(record: dict[str, Any], changes: dict[str, str]) -> dict[str, Any]:
    """The record after an edit: same `_id`, root uuid and times; new uuid; an empty value clears the answer."""
    new = str(uuid.uuid4())
    after = {**record, **changes} | {
        "meta/deprecatedID": record["meta/instanceID"],
        "meta/instanceID": f"uuid:{new}",
        "_uuid": new,
    }
    return {name: value for name, value in after.items() if name not in changes or value != ""}


def duplicate(request: Request, visitor: Visitor) -> Response:
    """A copy as a new submission: new `_id` and root uuid, start and end reset."""
    uid, store = request.path_params["uid"], visitor.store
    visitor.need(uid, "change_submissions")
    found = visitor.record(uid, request.path_params["key"])
    new = str(uuid.uuid4())
    moment = clock.moment().isoformat(timespec="milliseconds")
    copy = {name: value for name, value in found.items() if name not in ("_id", "meta/deprecatedID")}
    copy |= {name: moment for name in ("start", "end") if name in found}
    copy |= {"meta/instanceID": f"uuid:{new}", "meta/rootUuid": f"uuid:{new}", "_uuid": new, "_validation_status": {}}
    copy |= {"_submission_time": clock.now().removesuffix("Z"), "_submitted_by": visitor.name}
    record = store.add(uid, copy)
    store.log(uid, "add-submission", visitor.name or "", about(record))
    return JSONResponse(record, 201)


def validation(request: Request, visitor: Visitor) -> Response:
    uid = request.path_params["uid"]
    if request.method != "GET":
        visitor.need(uid, "validate_submissions")
    found = visitor.record(uid, request.path_params["key"])
    if request.method == "GET":
        return JSONResponse(found["_validation_status"])
    status = {} if request.method == "DELETE" else _status(request, visitor, request.state.json)
    _set_status(visitor, uid, found, status)
    return JSONResponse(status) if status else Response(status_code=204)


def validations(request: Request, visitor: Visitor) -> Response:
    """The status of several, by their ids or by a query."""
    uid, store, payload = request.path_params["uid"], visitor.store, request.state.json.get("payload", {})
    visitor.need(uid, "validate_submissions")
    status = {} if request.method == "DELETE" else _status(request, visitor, payload)
    if "submission_ids" in payload:
        found = [record for record in (store.find(uid, str(each)) for each in payload["submission_ids"]) if record]
    else:
        found = [record for record in store.records(uid) if matches(record, payload.get("query", {}))]
    for record in found:
        _set_status(visitor, uid, record, status)
    return JSONResponse({"detail": f"{len(found)} submissions have been updated"})


def _status(request: Request, visitor: Visitor, asked: dict[str, Any]) -> dict[str, Any]:
    wanted = asked.get("validation_status.uid", "")
    if wanted not in STATUSES:
        raise Refusal(400, f"Invalid validation status: `{wanted}`")
    moment = int(clock.moment().timestamp())
    return {"timestamp": moment, "uid": wanted, "by_whom": visitor.name, "label": STATUSES[wanted]}


def _set_status(visitor: Visitor, uid: str, record: dict[str, Any], status: dict[str, Any]) -> None:
    visitor.store.save(uid, record | {"_validation_status": status})
    visitor.store.log(uid, "modify-submission", visitor.name or "", about(record, status=status.get("label", "None")))


def attachment_by_xpath(request: Request, visitor: Visitor) -> Response:
    found = visitor.record(request.path_params["uid"], request.path_params["key"])
    xpath = request.query_params.get("xpath")
    if not xpath:
        raise Refusal(400, "`xpath` query parameter is required")
    for entry in found["_attachments"]:
        if entry["question_xpath"] == xpath and not entry["is_deleted"]:
            return _media(visitor, entry["uid"])
    raise Refusal(404, "Not found.")


def attachment(request: Request, visitor: Visitor) -> Response:
    found = visitor.record(request.path_params["uid"], request.path_params["key"])
    for entry in found["_attachments"]:
        if entry["uid"] == request.path_params["attachment"] and not entry["is_deleted"]:
            return _media(visitor, entry["uid"])
    raise Refusal(404, "Not found.")


def _media(visitor: Visitor, attachment_uid: str) -> Response:
    row = visitor.store.db.execute("select * from media where uid = ?", (attachment_uid,)).fetchone()
    return Response(row["content"], media_type=row["mimetype"])


def delete_attachment(request: Request, visitor: Visitor) -> Response:
    """The entry stays in the record, marked; nothing else in the record changes."""
    uid, store = request.path_params["uid"], visitor.store
    visitor.need(uid, "delete_submissions")
    for record in store.records(uid):
        for entry in record["_attachments"]:
            if entry["uid"] == request.path_params["attachment"] and not entry["is_deleted"]:
                entry["is_deleted"] = True
                store.save(uid, record)
                return Response(status_code=204)
    raise Refusal(404, "Not found.")


def openrosa_submission(request: Request, visitor: Visitor) -> Response:
    if visitor.name is None:
        raise Refusal(401, "Authentication credentials were not provided.")
    parts = dict(request.state.form)
    xml = parts.pop("xml_submission_file", None)
    if xml is None:
        return Response("There should be a single XML submission file.", 400, media_type="text/xml")
    media = {part[0]: (part[1], part[2]) for part in parts.values() if isinstance(part, tuple)}
    status, body = openrosa.submit(visitor.store, xml[2], media, visitor.name, base(request))
    headers = {"Location": str(request.url), "X-OpenRosa-Version": "1.0"} if status in (201, 202, 409) else None
    return Response(body, status, media_type="text/xml; charset=utf-8", headers=headers)
