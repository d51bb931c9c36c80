"""The recorded traffic of a real server, and a stand-in that holds the state in which it was left."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from sandbox.kobo_standin.app import create_app

ASSET = "aC8dv6ggkVgsJKfMYfoKdT"
UNDEPLOYED = "ak5hqPjq34NJrnUaNHjtgj"
TOKENS = {
    "owner": "0123456789abcdef0123456789abcdef01234567",
    "viewer": "1" * 40,
    "partial": "2" * 40,
    "stranger": "3" * 40,
    "None": "deadbeef",
}


def recording(traffic: Path, name: str) -> dict[str, Any]:
    return json.loads((traffic / name).read_text(encoding="utf-8"))


def answered(traffic: Path, name: str) -> Any:
    """The JSON body that the real server answered."""
    return recording(traffic, name)["response"]["json"]


def names(traffic: Path) -> list[str]:
    """Every recorded request, by its path below the traffic folder."""
    return sorted(path.relative_to(traffic).as_posix() for path in traffic.rglob("*.json"))


def empty_server(folder: Path) -> TestClient:
    """A stand-in with the recorded accounts and no form."""
    app = create_app(folder / "kobo.sqlite", TOKENS["owner"])
    for name in ("viewer", "partial", "stranger"):
        app.state.store.add_account(name, TOKENS[name])
    return TestClient(app, base_url="http://127.0.0.1:18200", follow_redirects=False, raise_server_exceptions=False)


def server(traffic: Path, folder: Path) -> TestClient:
    """A stand-in with the recorded form, its two versions, its final 380 submissions and its permissions, and a draft form."""
    seed = folder / "form"
    seed.mkdir()
    final = answered(traffic, "20_asset_final.json")
    details = [answered(traffic, f"13_version_detail_{number}.json") for number in (1, 0)]
    asset = {
        "uid": final["uid"],
        "name": final["name"],
        "versions": [{name: detail[name] for name in ("uid", "date_deployed", "content")} for detail in details],
    }
    (seed / "asset.json").write_text(json.dumps(asset), encoding="utf-8")
    records = answered(traffic, "data/final_all_limit1000.json")["results"]
    (seed / "submissions.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    client = empty_server(folder)
    store = client.app.state.store
    store.seed(seed)
    store.grant(ASSET, "viewer", "view_submissions")
    store.grant(ASSET, "partial", "partial_submissions", [{"profile/site": "nbo"}])
    store.add_asset("Draft", UNDEPLOYED)
    store.add_version(UNDEPLOYED, {"survey": [], "choices": []})
    return client


def replay(client: TestClient, request: dict[str, Any]) -> Any:
    """Send a recorded request; `Token <name>` becomes that account's token."""
    parts = urlsplit(request["url"])
    headers = {"Accept": request["headers"].get("Accept", "*/*")}
    for name in ("Authorization", "Content-Type"):
        value = request["headers"].get(name)
        if value:
            headers[name] = re.sub("<(.*)>", lambda match: TOKENS[match.group(1)], value)
    url = f"{parts.path}?{parts.query}" if parts.query else parts.path
    body = request["body"]
    content = json.dumps(body) if isinstance(body, dict | list) else body
    return client.request(request["method"], url, headers=headers, content=content)


def differences(got: Any, expected: Any, *, changing: frozenset[str], left_out: frozenset[str], path: str = "") -> list[str]:
    """Where two JSON values differ. Under a key of `changing` only the type counts; a key of `left_out` may be absent."""
    if isinstance(got, dict) and isinstance(expected, dict):
        found = [f"{path}.{key}: not on the real server" for key in got.keys() - expected.keys()]
        found += [f"{path}.{key}: absent" for key in expected.keys() - got.keys() - left_out]
        for key in got.keys() & expected.keys():
            if key in changing:
                if got[key] is not None and expected[key] is not None and type(got[key]) is not type(expected[key]):
                    found.append(f"{path}.{key}: {type(got[key]).__name__}, not {type(expected[key]).__name__}")
                continue
            found += differences(got[key], expected[key], changing=changing, left_out=left_out, path=f"{path}.{key}")
        return found
    if isinstance(got, list) and isinstance(expected, list):
        if len(got) != len(expected):
            return [f"{path}: {len(got)} entries, not {len(expected)}"]
        return [
            line
            for index, (one, other) in enumerate(zip(got, expected, strict=True))
            for line in differences(one, other, changing=changing, left_out=left_out, path=f"{path}[{index}]")
        ]
    return [] if got == expected and type(got) is type(expected) else [f"{path}: {got!r}, not {expected!r}"]


# Made anew by each server: identifiers, moments, and lists whose order is arbitrary on the real one.
CHANGING = frozenset(
    """
    _id _submission_time _uuid columns content_hash date_created date_deployed date_modified deployment__last_submission_time
    deployment__submission_count deployment__uuid effective_permissions end meta/deprecatedID meta/instanceID meta/rootUuid
    name_quality permissions row_count server_time start timestamp uid url user_uid uuid version__content_hash
    """.split()
)
# What the real server says of a form, an account or a right beyond what Parity reads.
LEFT_OUT = frozenset(
    """
    access_types advanced_features assignable_permissions audit_logs change_submissions children created_by data_sharing
    date_joined delete_submissions deployment__data_download_links deployment__encrypted deployment__links downloads embeds
    export_settings exports extra_details extra_details__uid files first_name git_rev gravatar ip_address is_superuser last_login last_modified_by
    last_name map_custom map_styles owner_label paired_data parent project_owner project_ownership projects_url report_custom
    report_styles settings source status subscribers_count tag_string validate_submissions view_submissions xform_link xls_link
    extra_details current_service_usage organization plan social_accounts validated_email validated_password accepted_tos
    """.split()
)
