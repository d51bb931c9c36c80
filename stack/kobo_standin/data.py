"""`GET …/data/`: paging with its traps, `query`, `sort`, `fields`, and the errors that the real server gives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from stack.kobo_standin.mongo import matches
from stack.kobo_standin.store import Store

DEFAULT_LIMIT = 100
MAXIMUM_LIMIT = 1000
ALWAYS = ("_id", "_uuid", "meta/rootUuid", "_validation_status")


class BadRequest(ValueError):
    """A 400 with this JSON body."""

    def __init__(self, body: Any) -> None:
        super().__init__(str(body))
        self.body = body


class ServerFault(RuntimeError):
    """A 500, as the real server gives on JSON of an unexpected type."""


@dataclass(frozen=True)
class Ask:
    """The parameters that the data honour; `page` and `offset` are not among them, whatever the links say."""

    start: int
    limit: int
    query: dict[str, Any]
    sort: dict[str, int] | None
    fields: list[str] | None


def parse(params: dict[str, str]) -> Ask:
    """Raises BadRequest or ServerFault."""
    if "count" in params:
        raise BadRequest({"count": "This param is not implemented. Use `count` property of the response instead."})
    fields = _json(params, "fields", (list, dict))
    return Ask(
        start=_number(params, "start", 0, least=0, message="A positive integer is required."),
        limit=min(_number(params, "limit", DEFAULT_LIMIT, least=1, message="A positive integer is required"), MAXIMUM_LIMIT),
        query=_json(params, "query", (dict,)) or {},
        sort=_json(params, "sort", (dict,)),
        fields=list(fields) if fields is not None else None,
    )


def _number(params: dict[str, str], name: str, default: int, *, least: int, message: str) -> int:
    if name not in params:
        return default
    try:
        number = int(params[name])
    except ValueError:
        raise BadRequest({name: message}) from None
    if number < least:
        raise BadRequest({name: message})
    return number


def _json(params: dict[str, str], name: str, kinds: tuple[type, ...]) -> Any:
    if not params.get(name):
        return None
    try:
        value = json.loads(params[name])
    except ValueError:
        raise BadRequest({name: "Value must be valid JSON."}) from None
    if not isinstance(value, kinds):
        raise ServerFault(name)
    return value


def answer(store: Store, uid: str, params: dict[str, str], url: str) -> str:
    """The envelope as JSON text; `url` is the endpoint's own, for the links."""
    ask = parse(params)
    after = _after(ask)
    if after is not None and ask.fields is None:
        count = store.count(uid, after)
        bodies = store.bodies(uid, after, ask.limit, ask.start)
    else:
        found = [record for record in store.records(uid) if matches(record, ask.query)]
        count = len(found)
        _sort(found, ask.sort)
        page = found[ask.start : ask.start + ask.limit]
        bodies = [json.dumps(_project(record, ask.fields), ensure_ascii=False) for record in page]
    return (
        f'{{"count":{count},"next":{json.dumps(_link(url, params, ask, count, 1))},'
        f'"previous":{json.dumps(_link(url, params, ask, count, -1))},"results":[{",".join(bodies)}]}}'
    )


def _after(ask: Ask) -> int | None:
    """The key of a plain keyset page (or 0 for all), None where records must be looked at one by one."""
    if ask.sort not in (None, {"_id": 1}):
        return None
    if not ask.query:
        return 0
    wanted = ask.query.get("_id")
    if len(ask.query) == 1 and isinstance(wanted, dict) and list(wanted) == ["$gt"] and isinstance(wanted["$gt"], int):
        return wanted["$gt"]
    return None


def _sort(records: list[dict[str, Any]], sort: dict[str, int] | None) -> None:
    for name, direction in reversed(list((sort or {}).items())):
        records.sort(
            key=lambda record, name=name: (name in record, record.get(name) if name in record else ""),
            reverse=int(direction) < 0,
        )


def _project(record: dict[str, Any], fields: list[str] | None) -> dict[str, Any]:
    if fields is None:
        return record
    kept = {name: value for name, value in record.items() if name in (*fields, *ALWAYS)}
    if "_validation_status" not in fields:  # the real server leaves it empty unless it was asked for
        kept["_validation_status"] = {}
    return kept


def _link(url: str, params: dict[str, str], ask: Ask, count: int, step: int) -> str | None:
    start = ask.start + step * ask.limit
    if (step > 0 and start >= count) or (step < 0 and ask.start == 0):
        return None
    query = {**params, "limit": str(ask.limit)}
    query.pop("start", None)
    if start > 0:
        query["start"] = str(start)
    return f"{url}?{urlencode(query)}"
