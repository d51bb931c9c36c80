"""A stand-in for a KoboToolbox server: the part of API v2 that Parity uses, behaving as the recorded traffic does.

Left out: exports, REST services, and the XML and GeoJSON renderings of data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.kobo_standin import forms, submissions
from sandbox.kobo_standin.answers import Refusal, ServerFault, html_not_found, server_fault
from sandbox.kobo_standin.clock import now
from sandbox.kobo_standin.store import Store
from sandbox.kobo_standin.visitors import Visitor, identify

ACCOUNT = "owner"
JSON_TYPES = ("*/*", "application/json", "application/*")
Handler = Callable[[Request, Visitor], Response]


def create_app(db_path: Path | str, token: str) -> Starlette:
    """The server over the SQLite file `db_path`; `token` is the API token of the account `owner`."""
    store = Store(db_path)
    store.add_account(ACCOUNT, token)
    form = "/api/v2/assets/{uid}/"
    record = form + "data/{key}/"
    app = Starlette(
        routes=[
            Route("/health", health),
            served("/me/", me),
            served("/environment/", environment),
            served("/api/v2/environment/", environment),
            served("/submission", submissions.openrosa_submission, "POST"),
            served("/api/v2/imports/", forms.imports, "POST"),
            served("/api/v2/imports/{import_uid}/", forms.import_status),
            served("/api/v2/assets/", forms.assets),
            served("/api/v2/assets.json", forms.assets),
            served(form, forms.asset, "GET PATCH DELETE"),
            served(form + "content/", forms.content),
            served(form + "versions/", forms.versions),
            served(form + "versions/{version}/", forms.version),
            served(form + "deployment/", forms.deployment, "GET POST PATCH"),
            served(form + "history/", forms.history),
            served(form + "history/actions/", forms.history_actions),
            served(form + "permission-assignments/", forms.permissions, "GET POST"),
            served(form + "permission-assignments/{assignment}/", forms.permission, "DELETE"),
            served(form + "hooks/", forms.hooks),
            served(form + "attachments/{attachment}/", submissions.delete_attachment, "DELETE"),
            served(form + "data/", submissions.many),
            served("/api/v2/assets/{uid}/data.json", submissions.many),
            served(form + "data/bulk/", submissions.bulk, "PATCH DELETE"),
            served(form + "data/validation_statuses/", submissions.validations, "PATCH DELETE"),
            served(form + "data/{key}.json", submissions.one, "GET DELETE"),
            served(record, submissions.one, "GET DELETE"),
            served(record + "validation_status/", submissions.validation, "GET PATCH DELETE"),
            served(record + "duplicate/", submissions.duplicate, "POST"),
            served(record + "attachments/", submissions.attachment_by_xpath),
            served(record + "attachments/{attachment}/", submissions.attachment),
            Route("/api/v1/{rest:path}", gone),
            Route("/{rest:path}", missing),
        ],
    )
    app.router.redirect_slashes = False
    app.state.store = store
    return app


def served(path: str, handler: Handler, methods: str = "GET") -> Route:
    """A route that knows its visitor, has read the body, and turns a refusal into its answer."""
    allowed = methods.split()

    async def route(request: Request) -> Response:
        try:
            if request.method not in allowed:
                raise Refusal(405, f'Method "{request.method}" not allowed.')
            _negotiate(request)
            visitor = identify(request, request.app.state.store)
            await _read(request)
            return handler(request, visitor)
        except Refusal as refusal:
            return refusal.response()
        except (ServerFault, re.error):
            return server_fault(request)

    return Route(path, route, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


def _negotiate(request: Request) -> None:
    """JSON is what is rendered: another format asked for in the address is 404, in the header 406."""
    if request.query_params.get("format", "json") != "json":
        raise Refusal(404, "Not found.")
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
    if request.url.path.startswith("/api/") and "/attachments/" not in request.url.path and not set(accepted) & set(JSON_TYPES):
        raise Refusal(406, "Could not satisfy the request Accept header.")


async def _read(request: Request) -> None:
    """The body, as JSON or as the parts of a form: text, or (file name, type, bytes)."""
    request.state.json, request.state.form = {}, {}
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            for name, value in form.multi_items():
                part: Any = value
                if not isinstance(value, str):
                    part = (value.filename, value.content_type or "application/octet-stream", await value.read())
                request.state.form[name] = part
        return
    body = await request.body()
    try:
        request.state.json = json.loads(body) if body else {}
    except ValueError as error:
        raise Refusal(400, f"JSON parse error - {error}") from None


async def health(request: Request) -> Response:
    return JSONResponse({"forms": len(request.app.state.store.assets())})


async def gone(request: Request) -> Response:
    return JSONResponse({"detail": "API v1 has been removed: use /api/v2/."}, 410)


async def missing(request: Request) -> Response:
    if not request.url.path.endswith("/") and request.url.path.startswith("/api/v2/") and "." not in request.url.path:
        return RedirectResponse(request.url.path + "/", 301)
    return html_not_found()


def me(request: Request, visitor: Visitor) -> Response:
    if visitor.name is None:
        raise Refusal(401, "Authentication credentials were not provided.")
    return JSONResponse({"username": visitor.name, "email": f"{visitor.name}@example.com", "server_time": now()})


def environment(request: Request, visitor: Visitor) -> Response:
    """What a server says of itself, to anybody; the part that Parity reads."""
    return JSONResponse({"project_history_log_lifespan": visitor.store.lifespan_days})
