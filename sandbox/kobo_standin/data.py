"""`GET …/data/`: paging with its traps, `query`, `sort`, `fields`, and the errors that the real server gives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.kobo_standin.answers import Refusal, ServerFault, limit_of, link, number
from sandbox.kobo_standin.mongo import matches
from sandbox.kobo_standin.store import Store, bare

ALWAYS = ("_id", "_uuid", "meta/rootUuid", "_validation_status")


@dataclass(frozen=True)
class Ask:
    """A request for data. The rows begin at `start` alone; the links also count from `offset` and `page`, so a client that follows those loses rows."""

    start: int
    link_start: int
    limit: int
    query: dict[str, Any]
    sort: dict[str, int] | None
    fields: list[str] | None


def parse(params: dict[str, str]) -> Ask:
    """Raises Refusal or ServerFault."""
    if "count" in params:
        raise Refusal(400, {"count": "This param is not implemented. Use `count` property of the response instead."})
    fields = _json(params, "fields", (list, dict))
    sort = _json(params, "sort", (dict,))
    if any(not isinstance(direction, int) for direction in (sort or {}).values()):
        raise ServerFault("sort")
    limit = limit_of(params)
    start = number(params, "start", 0, least=0, message="A positive integer is required.")
    if "start" not in params and "offset" in params:
        link_start = number(params, "offset", 0, least=0, message="A positive integer is required.")
    elif "start" not in params and "page" in params:
        link_start = (number(params, "page", 1, least=1, message="A positive integer is required.") - 1) * limit
    else:
        link_start = start
    return Ask(
        start=start,
        link_start=link_start,
        limit=limit,
        query=_json(params, "query", (dict,)) or {},
        sort=sort,
        fields=list(fields) if fields is not None else None,
    )


def _json(params: dict[str, str], name: str, kinds: tuple[type, ...]) -> Any:
    if not params.get(name):
        return None
    try:
        value = json.loads(params[name])
    except ValueError:
        raise Refusal(400, {name: "Value must be valid JSON."}) from None
    if not isinstance(value, kinds):
        raise ServerFault(name)
    return value


def answer(store: Store, uid: str, params: dict[str, str], url: str, row_filter: dict[str, Any] | None = None) -> str:
    """The envelope as JSON text; `url` is the endpoint's own, for the links; `row_filter` is the visitor's."""
    ask = parse(params)
    after = _after(ask) if not row_filter else None
    if after is not None:
        count = store.count(uid, after)
        bodies = store.bodies(uid, after, ask.limit, ask.start)
        if ask.fields is not None:
            bodies = (_project(json.loads(body), ask.fields) for body in bodies)
    else:
        candidates = (json.loads(body) for body in _candidates(store, uid, ask.query))
        found = [record for record in candidates if matches(record, ask.query) and matches(record, row_filter or {})]
        count = len(found)
        _sort(found, ask.sort)
        bodies = (_project(record, ask.fields) for record in found[ask.start : ask.start + ask.limit])
    following = link(url, params, ask.link_start + ask.limit, ask.limit) if ask.link_start + ask.limit < count else None
    preceding = link(url, params, ask.link_start - ask.limit, ask.limit) if ask.link_start else None
    return f'{{"count":{count},"next":{json.dumps(following)},"previous":{json.dumps(preceding)},"results":[{",".join(bodies)}]}}'


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


def _candidates(store: Store, uid: str, query: dict[str, Any]) -> Any:
    """Bodies among which all matches are: an index is used for a list of ids or root uuids, as the real server does."""
    for field, column in (("_id", "id"), ("meta/rootUuid", "root_uuid")):
        wanted = query.get(field)
        if isinstance(wanted, dict) and isinstance(wanted.get("$in"), list):
            return store.bodies_of(uid, column, [bare(v) if isinstance(v, str) and column != "id" else v for v in wanted["$in"]])
    return store.bodies(uid)


def _sort(records: list[dict[str, Any]], sort: dict[str, int] | None) -> None:
    for name, direction in reversed(list((sort or {}).items())):
        records.sort(key=partial(_rank, name), reverse=direction < 0)


def _rank(name: str, record: dict[str, Any]) -> tuple[bool, Any]:
    """Records without the field come first."""
    return name in record, record.get(name, "")


def _project(record: dict[str, Any], fields: list[str] | None) -> str:
    if fields is not None:
        kept = {name: value for name, value in record.items() if name in (*fields, *ALWAYS)}
        if "_validation_status" not in fields:  # the real server leaves it empty unless it was asked for
            kept["_validation_status"] = {}
        record = kept
    return json.dumps(record, ensure_ascii=False)
