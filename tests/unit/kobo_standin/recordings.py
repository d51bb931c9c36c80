"""The recorded traffic of a real server, and a stand-in that holds the state in which it was left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from stack.kobo_standin.app import create_app

ASSET = "aC8dv6ggkVgsJKfMYfoKdT"
TOKEN = "0123456789abcdef0123456789abcdef01234567"


def recording(traffic: Path, name: str) -> dict[str, Any]:
    return json.loads((traffic / name).read_text(encoding="utf-8"))


def names(traffic: Path) -> list[str]:
    """Every recorded request, by its path below the traffic folder."""
    return sorted(path.relative_to(traffic).as_posix() for path in traffic.rglob("*.json"))


def server(traffic: Path, folder: Path) -> TestClient:
    """A stand-in seeded with the recorded form, its two versions, and its final 380 submissions."""
    seed = folder / "form"
    seed.mkdir()
    final = recording(traffic, "20_asset_final.json")["response"]["json"]
    versions = recording(traffic, "21_versions_final.json")["response"]["json"]["results"]
    contents = {
        recording(traffic, f"13_version_detail_{n}.json")["response"]["json"]["uid"]: recording(
            traffic, f"13_version_detail_{n}.json"
        )["response"]["json"]["content"]
        for n in (0, 1)
    }
    asset = {
        "uid": final["uid"],
        "name": final["name"],
        "versions": [
            {"uid": v["uid"], "date_deployed": v["date_deployed"], "content": contents[v["uid"]]}
            for v in reversed(versions)
            if v["uid"] in contents
        ],
    }
    (seed / "asset.json").write_text(json.dumps(asset), encoding="utf-8")
    records = recording(traffic, "data/final_all_limit1000.json")["response"]["json"]["results"]
    (seed / "submissions.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    app = create_app(folder / "kobo.sqlite", TOKEN)
    app.state.store.seed(seed)
    return TestClient(app, base_url="http://127.0.0.1:18200", follow_redirects=False, raise_server_exceptions=False)


def replay(client: TestClient, request: dict[str, Any]) -> Any:
    """Send a recorded request; `Token <owner>` becomes the stand-in's token."""
    parts = urlsplit(request["url"])
    headers = {}
    for name in ("Accept", "Authorization", "Content-Type"):
        value = request["headers"].get(name)
        if value:
            headers[name] = value.replace("<owner>", TOKEN).replace("<None>", "deadbeef")
    url = f"{parts.path}?{parts.query}" if parts.query else parts.path
    body = request["body"]
    content = json.dumps(body) if isinstance(body, dict | list) else body
    return client.request(request["method"], url, headers=headers, content=content)


def shape(value: Any) -> Any:
    """The types of a JSON value, keys kept; of a list the shape of its first entry."""
    if isinstance(value, dict):
        return {key: shape(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__
