"""A stand-in for a KoboToolbox server: the part of API v2 that Parity uses, behaving as the recorded traffic does.

Limits: one account with all rights and its token; XLSForm import, OpenRosa submission, attachments and exports are not served.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from stack.kobo_standin import assets, data
from stack.kobo_standin.store import Store

ACCOUNT = "owner"
NOT_FOUND = {"detail": "Not found."}
NOT_AUTHENTICATED = {"detail": "Authentication credentials were not provided."}


def create_app(db_path: Path | str, token: str) -> Starlette:
    """The server over the SQLite file `db_path`; `token` is the account's API token."""
    store = Store(db_path)
    app = Starlette(
        routes=[
            Route("/health", health),
            Route("/me/", guarded(me, anonymous=JSONResponse(NOT_AUTHENTICATED, 401))),
            Route("/api/v2/assets/", guarded(list_assets, anonymous=JSONResponse(assets.page([])))),
            Route("/api/v2/assets/{uid}/", guarded(asset_detail)),
            Route("/api/v2/assets/{uid}/data/", guarded(list_data)),
            Route("/api/v2/assets/{uid}/data.json", guarded(list_data)),
            Route("/api/v2/assets/{uid}/data/bulk/", guarded(bulk), methods=["PATCH", "DELETE"]),
            Route("/api/v2/assets/{uid}/data/{key}/", guarded(one_record), methods=["GET", "DELETE"]),
            Route("/api/v2/assets/{uid}/data/{key}.json", guarded(one_record)),
            Route(
                "/api/v2/assets/{uid}/data/{key}/validation_status/",
                guarded(validation),
                methods=["GET", "PATCH", "DELETE"],
            ),
            Route("/api/v2/assets/{uid}/versions/", guarded(list_versions)),
            Route("/api/v2/assets/{uid}/versions/{version}/", guarded(version_detail)),
            Route("/api/v2/assets/{uid}/history/", guarded(history)),
            Route("/api/v2/assets/{uid}/deployment/", guarded(deployment), methods=["GET", "POST", "PATCH"]),
            Route("/api/v1/{rest:path}", gone),
            Route("/{rest:path}", missing),
        ],
    )
    app.router.redirect_slashes = False
    app.state.store, app.state.token = store, token
    return app


def guarded(handler: Callable[[Request, Store], Response], anonymous: Response | None = None) -> Callable:
    """A route for token holders. A wrong token is 401; no token (or a foreign scheme) is an anonymous visitor: 404."""

    async def route(request: Request) -> Response:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "token":
            if given.strip() != request.app.state.token:
                body = {"detail": "Invalid token." if given.strip() else "Invalid token header. No credentials provided."}
                return JSONResponse(body, 401, headers={"WWW-Authenticate": "Session"})
        else:
            return anonymous or JSONResponse(NOT_FOUND, 404)
        body = await request.body()
        request.state.json = json.loads(body) if body else {}
        try:
            return handler(request, request.app.state.store)
        except data.BadRequest as error:
            return JSONResponse(error.body, 400)
        except data.ServerFault:
            return JSONResponse({"error": "Server Error (500)"}, 500)

    return route


def base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


async def health(request: Request) -> Response:
    return JSONResponse({"forms": len(request.app.state.store.assets())})


async def gone(request: Request) -> Response:
    return JSONResponse({"detail": "API v1 has been removed: use /api/v2/."}, 410)


async def missing(request: Request) -> Response:
    if not request.url.path.endswith("/") and request.url.path.startswith("/api/v2/") and "." not in request.url.path:
        return RedirectResponse(request.url.path + "/", 301)
    return HTMLResponse("<!doctype html><title>Not Found</title><h1>Not Found</h1>", 404)


def me(request: Request, store: Store) -> Response:
    return JSONResponse({"username": ACCOUNT, "email": "owner@example.invalid", "server_time": _now()})


def list_assets(request: Request, store: Store) -> Response:
    return JSONResponse(assets.page([assets.summary(store, row, base(request)) for row in store.assets()]))


def asset_detail(request: Request, store: Store) -> Response:
    row = store.asset(request.path_params["uid"])
    return JSONResponse(assets.detail(store, row, base(request))) if row else JSONResponse(NOT_FOUND, 404)


def list_data(request: Request, store: Store) -> Response:
    uid = request.path_params["uid"]
    row = store.asset(uid)
    if row is None:
        if request.url.path.endswith(".json"):  # the real server forgets that JSON was asked for
            return HTMLResponse("<!doctype html><title>Not Found</title><h1>Not Found</h1>", 404)
        return JSONResponse(NOT_FOUND, 404)
    if not any(version["date_deployed"] for version in store.versions(uid)):
        return JSONResponse({"detail": "The specified asset has not been deployed"}, 400)
    url = f"{base(request)}{request.url.path}"
    return Response(data.answer(store, uid, dict(request.query_params), url), media_type="application/json")


def one_record(request: Request, store: Store) -> Response:
    uid, key = request.path_params["uid"], request.path_params["key"]
    found = store.find(uid, key)
    if found is None:
        return JSONResponse(NOT_FOUND, 404)
    if request.method == "DELETE":
        store.delete(uid, found["_id"])
        store.log(uid, "delete-submission", _now(), _about(found))
        return Response(status_code=204)
    return JSONResponse(found)


def bulk(request: Request, store: Store) -> Response:
    """Edit or delete several submissions; an edit gives each a new uuid and keeps the old one as deprecatedID."""
    uid, payload = request.path_params["uid"], request.state.json.get("payload", {})
    found = [store.find(uid, str(number)) for number in payload.get("submission_ids", [])]
    if not found or None in found:
        raise data.BadRequest({"detail": "One or more submission ids are invalid"})
    for record in found:
        if request.method == "DELETE":
            store.delete(uid, record["_id"])
            store.log(uid, "delete-submission", _now(), _about(record))
        else:
            store.save(uid, edited(record, payload.get("data", {})))
            store.log(uid, "modify-submission", _now(), _about(record))
    if request.method == "DELETE":
        return JSONResponse({"detail": f"{len(found)} submissions have been deleted"})
    results = [
        {
            "uuid": record["_uuid"],
            "root_uuid": record["meta/rootUuid"],
            "status_code": 201,
            "message": "Successful submission.",
        }
        for record in found
    ]
    return JSONResponse({"count": len(found), "successes": len(found), "failures": 0, "results": results})


def edited(record: dict[str, Any], changes: dict[str, str]) -> dict[str, Any]:
    """The record after an edit: same `_id`, root uuid and times; new uuid; an empty value clears the answer."""
    new = str(uuid.uuid4())
    after = {**record, **changes} | {
        "meta/deprecatedID": record["meta/instanceID"],
        "meta/instanceID": f"uuid:{new}",
        "_uuid": new,
    }
    return {name: value for name, value in after.items() if name not in changes or value != ""}


def validation(request: Request, store: Store) -> Response:
    uid = request.path_params["uid"]
    found = store.find(uid, request.path_params["key"])
    if found is None:
        return JSONResponse(NOT_FOUND, 404)
    if request.method == "GET":
        return JSONResponse(found["_validation_status"])
    status: dict[str, Any] = {}
    if request.method == "PATCH":
        wanted = request.state.json.get("validation_status.uid", "")
        labels = {"approved": "Approved", "not_approved": "Not approved", "on_hold": "On hold"}
        name = wanted.removeprefix("validation_status_")
        if name not in labels:
            raise data.BadRequest({"detail": "No valid validation status given"})
        status = {
            "timestamp": int(dt.datetime.now(dt.UTC).timestamp()),
            "uid": wanted,
            "by_whom": ACCOUNT,
            "label": labels[name],
        }
    store.save(uid, found | {"_validation_status": status})
    return JSONResponse(status) if status else Response(status_code=204)


def list_versions(request: Request, store: Store) -> Response:
    uid = request.path_params["uid"]
    if store.asset(uid) is None:
        return JSONResponse(NOT_FOUND, 404)
    return JSONResponse(assets.page([assets.version(row, base(request)) for row in store.versions(uid)]))


def version_detail(request: Request, store: Store) -> Response:
    for row in store.versions(request.path_params["uid"]):
        if row["uid"] == request.path_params["version"]:
            return JSONResponse(assets.version(row, base(request)) | {"content": json.loads(row["content"])})
    return JSONResponse(NOT_FOUND, 404)


def history(request: Request, store: Store) -> Response:
    rows = [
        {
            "action": row["action"],
            "date_created": row["date_created"],
            "username": ACCOUNT,
            "metadata": json.loads(row["metadata"]),
        }
        for row in store.history(request.path_params["uid"])
    ]
    return JSONResponse(assets.page(rows))


def deployment(request: Request, store: Store) -> Response:
    """GET what is deployed; POST a first deployment (405 where there is one); PATCH redeploys or archives."""
    row = store.asset(request.path_params["uid"])
    if row is None:
        return JSONResponse(NOT_FOUND, 404)
    if request.method == "POST":
        return JSONResponse({"detail": 'Method "POST" not allowed.'}, 405)
    if request.method == "PATCH":
        active = bool(request.state.json.get("active", True))
        store.db.execute("update asset set is_active = ? where uid = ?", (active, row["uid"]))
        row = store.asset(row["uid"])
    return JSONResponse(
        {
            "active": bool(row["is_active"]),
            "version_id": store.versions(row["uid"])[0]["uid"],
            "backend": "openrosa",
            "asset": assets.detail(store, row, base(request)),
        }
    )


def _about(record: dict[str, Any]) -> dict[str, Any]:
    root = record["meta/rootUuid"].removeprefix("uuid:")
    return {"submission": {"root_uuid": root, "submitted_by": record.get("_submitted_by")}}


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
