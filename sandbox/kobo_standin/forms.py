"""Forms: the list, the detail, versions, import of XLSForms, deployment, history, and who may do what."""

from __future__ import annotations

import hashlib
import json
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.kobo_standin import history as project_history
from sandbox.kobo_standin import xlsform
from sandbox.kobo_standin.answers import Refusal, ServerFault, base, page, paged
from sandbox.kobo_standin.clock import now
from sandbox.kobo_standin.store import Store, new_uid
from sandbox.kobo_standin.visitors import Visitor

LABELS = {
    "view_asset": "View form",
    "change_asset": "Edit form",
    "manage_asset": "Manage project",
    "add_submissions": "Add submissions",
    "view_submissions": "View submissions",
    "partial_submissions": {"default": "Act on submissions only from specific users"},
    "change_submissions": "Edit submissions",
    "delete_submissions": "Delete submissions",
    "validate_submissions": "Validate submissions",
}


def assets(request: Request, visitor: Visitor) -> Response:
    store = visitor.store
    seen = [row for row in store.assets() if visitor.rights(row["uid"])]
    return JSONResponse(page([summary(visitor, row, base(request)) for row in seen]))


def asset(request: Request, visitor: Visitor) -> Response:
    """GET the form; PATCH its name or content (a new draft); DELETE it with its data."""
    uid = request.path_params["uid"]
    visitor.need(uid, {"GET": "view_asset", "PATCH": "change_asset", "DELETE": "delete_asset"}[request.method])
    if request.method == "DELETE":
        visitor.store.drop_asset(uid)
        return Response(status_code=204)
    if "content" in request.state.json:
        visitor.store.add_version(uid, request.state.json["content"])
    return JSONResponse(detail(visitor, visitor.asset(uid), base(request)))


def summary(visitor: Visitor, row: Row, host: str) -> dict[str, Any]:
    """What the list of assets says of one."""
    store, uid = visitor.store, row["uid"]
    versions = store.versions(uid)
    deployed = row["deployed_version"] is not None
    url = f"{host}/api/v2/assets/{uid}/"
    return {
        "url": url,
        "owner": f"{host}/api/v2/users/{row['owner']}/",
        "owner__username": row["owner"],
        "date_created": row["date_created"],
        "date_modified": row["date_modified"],
        "date_deployed": next((v["date_deployed"] for v in versions if v["uid"] == row["deployed_version"]), None),
        "summary": xlsform.summary(json.loads(versions[0]["content"])),
        "asset_type": "survey",
        "version_id": versions[0]["uid"],
        "has_deployment": deployed,
        "deployed_version_id": row["deployed_version"],
        "deployment__active": bool(row["is_active"]) and deployed,
        "deployment__submission_count": store.counter(uid) if visitor.sees_all(uid) else None,
        "deployment__last_submission_time": row["last_submission_time"],
        "deployment__uuid": row["deployment_uuid"],
        "permissions": [_assignment(entry, host) for entry in store.permissions(uid)],
        "deployment_status": "draft" if not deployed else "deployed" if row["is_active"] else "archived",
        "uid": uid,
        "kind": "asset",
        "name": row["name"],
        "data": f"{url}data/",
    }


def detail(visitor: Visitor, row: Row, host: str) -> dict[str, Any]:
    """The summary with the content of the newest version, the deployed versions and the visitor's rights."""
    store, uid = visitor.store, row["uid"]
    versions = store.versions(uid)
    return summary(visitor, row, host) | {
        "version__content_hash": _hash(versions[0]),
        "version_count": len(versions),
        "content": json.loads(versions[0]["content"]),
        "deployed_versions": page([version_row(entry, host) for entry in versions if entry["date_deployed"]]),
        "effective_permissions": [{"codename": name} for name in visitor.rights(uid)],
        "analysis_form_json": {"additional_fields": []},
        "hooks_link": f"{host}/api/v2/assets/{uid}/hooks/",
    }


def content(request: Request, visitor: Visitor) -> Response:
    uid = request.path_params["uid"]
    visitor.need(uid, "view_asset")
    newest = json.loads(visitor.store.versions(uid)[0]["content"])
    return JSONResponse({"kind": "asset.content", "uid_asset": uid, "data": newest})


def versions(request: Request, visitor: Visitor) -> Response:
    uid = request.path_params["uid"]
    visitor.need(uid, "view_asset")
    deployed = request.query_params.get("deployed")
    if deployed not in (None, "True", "False"):
        raise ServerFault("deployed")
    rows = [
        row
        for row in visitor.store.versions(uid)
        if deployed is None or (row["date_deployed"] is not None) == (deployed == "True")
    ]
    results = [version_row(row, base(request)) for row in rows]
    return JSONResponse(paged(results, dict(request.query_params), f"{base(request)}{request.url.path}"))


def version(request: Request, visitor: Visitor) -> Response:
    uid = request.path_params["uid"]
    visitor.need(uid, "view_asset")
    for row in visitor.store.versions(uid):
        if row["uid"] == request.path_params["version"]:
            return JSONResponse(version_row(row, base(request)) | {"content": json.loads(row["content"])})
    raise Refusal(404, "Not found.")


def version_row(row: Row, host: str) -> dict[str, Any]:
    return {
        "uid": row["uid"],
        "url": f"{host}/api/v2/assets/{row['asset_uid']}/versions/{row['uid']}/",
        "content_hash": _hash(row),
        "date_deployed": row["date_deployed"],
        "date_modified": row["date_modified"],
        "version_number": str(row["number"]),
    }


def imports(request: Request, visitor: Visitor) -> Response:
    """POST a workbook: a new form, or a new draft of the form named as `destination`."""
    if visitor.name is None:
        raise Refusal(401, "Authentication credentials were not provided.")
    form, store = request.state.form, visitor.store
    uid = new_uid("i")
    try:
        read = xlsform.content(form["file"][2])
        answer = {"status": "complete", "uid": uid, "messages": _imported(store, visitor, form, read)}
    except (ValueError, KeyError) as error:
        answer = {"status": "error", "uid": uid, "messages": {"error": str(error), "error_type": type(error).__name__}}
    store.db.execute("insert into import values (?, ?, ?, ?)", (uid, visitor.name, now(), json.dumps(answer)))
    return JSONResponse({"uid": uid, "url": f"{base(request)}/api/v2/imports/{uid}/", "status": "processing"}, 201)


def _imported(store: Store, visitor: Visitor, form: dict[str, Any], read: dict[str, Any]) -> dict[str, Any]:
    destination = str(form.get("destination") or "").rstrip("/").rpartition("/")[2]
    if destination:
        visitor.need(destination, "change_asset")
        uid, outcome = destination, "updated"
        store.log(uid, "replace-form", visitor.name or "")
    else:
        uid = store.add_asset(str(form.get("name") or "Untitled"), owner=visitor.name or "")
        outcome = "created"
    store.add_version(uid, read)
    about = {"uid": uid, "kind": "asset", "summary": xlsform.summary(read), "owner__username": visitor.name}
    return {outcome: [about]}


def import_status(request: Request, visitor: Visitor) -> Response:
    query = "select * from import where uid = ? and account = ?"
    row = visitor.store.db.execute(query, (request.path_params["import_uid"], visitor.name)).fetchone()
    if row is None:
        raise Refusal(404, "Not found.")
    return JSONResponse(json.loads(row["answer"]) | {"date_created": row["date_created"]})


def deployment(request: Request, visitor: Visitor) -> Response:
    """GET what is deployed; POST a first deployment; PATCH redeploys a version, archives or reopens."""
    uid, store, asked = request.path_params["uid"], visitor.store, request.state.json
    visitor.need(uid, "view_asset" if request.method == "GET" else "manage_asset")
    row = visitor.asset(uid)
    if request.method == "GET" and row["deployed_version"] is None:
        raise Refusal(404, "Not found.")
    if request.method == "POST":
        if row["deployed_version"] is not None:
            raise Refusal(405, "Use PATCH to update an existing deployment")
        store.deploy(uid, store.versions(uid)[0]["uid"])
        store.log(uid, "deploy", visitor.name or "")
    elif request.method == "PATCH":
        if "version_id" in asked:
            if asked["version_id"] not in [entry["uid"] for entry in store.versions(uid)]:
                raise ServerFault("version_id")
            store.deploy(uid, asked["version_id"])
            store.log(uid, "redeploy", visitor.name or "", {"version_uid": asked["version_id"]})
        if "active" in asked:
            store.set_active(uid, bool(asked["active"]))
            if not asked["active"]:
                store.log(uid, "archive", visitor.name or "")
    row = visitor.asset(uid)
    return JSONResponse(
        {
            "backend": "openrosa",
            "active": bool(row["is_active"]),
            "version_id": row["deployed_version"],
            "asset": detail(visitor, row, base(request)),
        }
    )


def history(request: Request, visitor: Visitor) -> Response:
    uid = request.path_params["uid"]
    visitor.need(uid, "manage_asset")
    wanted = project_history.chosen(request.query_params.get("q", ""))
    rows = [project_history.row(entry, base(request)) for entry in visitor.store.history(uid) if wanted(entry)]
    return JSONResponse(paged(rows, dict(request.query_params), f"{base(request)}{request.url.path}"))


def history_actions(request: Request, visitor: Visitor) -> Response:
    uid = request.path_params["uid"]
    visitor.need(uid, "manage_asset")
    return JSONResponse({"actions": sorted({entry["action"] for entry in visitor.store.history(uid)})})


def permissions(request: Request, visitor: Visitor) -> Response:
    """GET the list of assignments (no envelope); POST one more."""
    uid, store = request.path_params["uid"], visitor.store
    if request.method == "GET":
        visitor.need(uid, "view_asset")
        return JSONResponse([_assignment(row, base(request)) for row in store.permissions(uid)])
    visitor.need(uid, "manage_asset")
    asked = request.state.json
    account = store.account(name=_last(asked.get("user", "")))
    if account is None:
        raise Refusal(400, {"user": ["Invalid hyperlink - Object does not exist."]})
    codename = _last(asked.get("permission", ""))
    if codename not in LABELS:
        raise Refusal(400, {"permission": ["Invalid hyperlink - Object does not exist."]})
    filters = [each for part in asked.get("partial_permissions", []) for each in part["filters"]]
    assignment = store.grant(uid, account["name"], codename, filters if codename == "partial_submissions" else None)
    store.log(uid, "modify-user-permissions", visitor.name or "")
    row = next(entry for entry in store.permissions(uid) if entry["uid"] == assignment)
    return JSONResponse(_assignment(row, base(request)), 201)


def permission(request: Request, visitor: Visitor) -> Response:
    """DELETE an assignment."""
    uid = request.path_params["uid"]
    visitor.need(uid, "manage_asset")
    if not visitor.store.revoke(uid, request.path_params["assignment"]):
        raise Refusal(404, "Not found.")
    visitor.store.log(uid, "modify-user-permissions", visitor.name or "")
    return Response(status_code=204)


def hooks(request: Request, visitor: Visitor) -> Response:
    """REST services are not served: none is registered, and who may not manage the form does not see that either."""
    if "manage_asset" not in visitor.rights(request.path_params["uid"]):
        raise Refusal(404, "Not found.")
    return JSONResponse(page([]))


def _assignment(row: Row, host: str) -> dict[str, Any]:
    permission_url = f"{host}/api/v2/permissions/"
    partial = {}
    if row["filters"] is not None:
        filters = json.loads(row["filters"])
        partial = {"partial_permissions": [{"url": f"{permission_url}view_submissions/", "filters": filters}]}
    return {
        "url": f"{host}/api/v2/assets/{row['asset_uid']}/permission-assignments/{row['uid']}/",
        "user": f"{host}/api/v2/users/{row['account']}/",
        "permission": f"{permission_url}{row['codename']}/",
        **partial,
        "label": LABELS[row["codename"]],
    }


def _hash(version_: Row) -> str:
    return hashlib.sha1(version_["content"].encode(), usedforsecurity=False).hexdigest()


def _last(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]
