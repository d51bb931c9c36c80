"""The shapes that every answer of the stand-in shares: refusals, list envelopes with their links, addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

DEFAULT_LIMIT = 100
MAXIMUM_LIMIT = 1000


class Refusal(Exception):
    """An answer with this status and body; text becomes {"detail": text}."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = {"detail": body} if isinstance(body, str) else body

    def response(self) -> Response:
        headers = {"WWW-Authenticate": "Session"} if self.status == 401 else None
        return JSONResponse(self.body, self.status, headers=headers)


class ServerFault(RuntimeError):
    """A 500, as the real server gives on JSON of an unexpected type."""


def server_fault(request: Request) -> Response:
    """A 500: JSON, but a page where the address ends with a format."""
    if request.url.path.endswith(".json"):
        return HTMLResponse("<!doctype html><title>KoboToolbox</title><h1>Server Error (500)</h1>", 500)
    return JSONResponse({"error": "Server Error (500)"}, 500)


def html_not_found() -> Response:
    return HTMLResponse("<!doctype html><title>KoboToolbox</title><h1>Not Found</h1>", 404)


def base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def page(results: list[Any]) -> dict[str, Any]:
    """The envelope of a list that fits one page."""
    return {"count": len(results), "next": None, "previous": None, "results": results}


def paged(results: list[Any], params: dict[str, str], url: str) -> dict[str, Any]:
    """The envelope with one page of `results`, by `start` and `limit`."""
    limit, start = limit_of(params), number(params, "start", 0, least=0, message="A positive integer is required.")
    return {
        "count": len(results),
        "next": link(url, params, start + limit, limit) if start + limit < len(results) else None,
        "previous": link(url, params, start - limit, limit) if start else None,
        "results": results[start : start + limit],
    }


def limit_of(params: dict[str, str]) -> int:
    """The page size that is honoured: 100 unless asked for, at most 1,000 whatever is asked for."""
    return min(number(params, "limit", DEFAULT_LIMIT, least=1, message="A positive integer is required"), MAXIMUM_LIMIT)


def number(params: dict[str, str], name: str, default: int, *, least: int, message: str) -> int:
    if name not in params:
        return default
    try:
        value = int(params[name])
    except ValueError:
        raise Refusal(400, {name: message}) from None
    if value < least:
        raise Refusal(400, {name: message})
    return value


def link(url: str, params: dict[str, str], start: int, limit: int) -> str:
    """The address of another page, parameters in alphabetical order."""
    query = {name: value for name, value in params.items() if name != "start"} | {"limit": str(limit)}
    if start > 0:
        query["start"] = str(start)
    return f"{url}?{urlencode(sorted(query.items()))}"
