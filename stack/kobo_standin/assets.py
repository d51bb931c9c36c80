"""Forms as API v2 shows them: the list's summary, the detail, and versions."""

from __future__ import annotations

import hashlib
import json
from sqlite3 import Row
from typing import Any

from stack.kobo_standin.store import Store


def page(results: list[Any]) -> dict[str, Any]:
    """The envelope of a list that fits one page."""
    return {"count": len(results), "next": None, "previous": None, "results": results}


def summary(store: Store, row: Row, base: str) -> dict[str, Any]:
    """What the list of assets says of one."""
    versions = store.versions(row["uid"])
    deployed = next((version for version in versions if version["date_deployed"]), None)
    url = f"{base}/api/v2/assets/{row['uid']}/"
    return {
        "url": url,
        "uid": row["uid"],
        "name": row["name"],
        "kind": "asset",
        "asset_type": "survey",
        "owner__username": "owner",
        "version_id": versions[0]["uid"],
        "version_count": len(versions),
        "has_deployment": deployed is not None,
        "deployed_version_id": deployed["uid"] if deployed else None,
        "date_deployed": deployed["date_deployed"] if deployed else None,
        "deployment__active": bool(row["is_active"]) and deployed is not None,
        "deployment_status": "draft" if deployed is None else "deployed" if row["is_active"] else "archived",
        "deployment__submission_count": store.count(row["uid"]),
        "deployment__uuid": row["deployment_uuid"],
        "data": f"{url}data/",
    }


def detail(store: Store, row: Row, base: str) -> dict[str, Any]:
    """The summary with the content of the newest version and its deployed versions."""
    versions = store.versions(row["uid"])
    return summary(store, row, base) | {
        "content": json.loads(versions[0]["content"]),
        "deployed_versions": page([version(entry, base) for entry in versions if entry["date_deployed"]]),
        "effective_permissions": [{"codename": name} for name in ("view_asset", "view_submissions", "manage_asset")],
    }


def version(row: Row, base: str) -> dict[str, Any]:
    return {
        "uid": row["uid"],
        "url": f"{base}/api/v2/assets/{row['asset_uid']}/versions/{row['uid']}/",
        "content_hash": hashlib.sha1(row["content"].encode(), usedforsecurity=False).hexdigest(),
        "date_deployed": row["date_deployed"],
        "date_modified": row["date_deployed"],
        "version_number": str(row["number"]),
    }
