"""Who asks, and what they may do: tokens with their 401 and 404 habits, rights on a form, rows that a partial right shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from starlette.requests import Request

from sandbox.kobo_standin.answers import Refusal
from sandbox.kobo_standin.mongo import matches
from sandbox.kobo_standin.store import Store

OWNERS = (
    "view_asset",
    "change_asset",
    "manage_asset",
    "delete_asset",
    "add_submissions",
    "view_submissions",
    "change_submissions",
    "delete_submissions",
    "validate_submissions",
)
# A right brings the weaker rights that it needs.
BRINGS = {
    "view_submissions": ("view_asset",),
    "partial_submissions": ("view_asset",),
    "validate_submissions": ("view_submissions", "view_asset"),
    "delete_submissions": ("view_submissions", "view_asset"),
    "change_submissions": ("view_submissions", "add_submissions", "view_asset"),
    "manage_asset": ("change_asset", "view_asset"),
}


@dataclass(frozen=True)
class Visitor:
    """An account, or nobody (`name` is None)."""

    store: Store
    name: str | None

    def rights(self, uid: str) -> dict[str, list[Any] | None]:
        """The rights on a form with their row filters; none on a form that is not there."""
        asset = self.store.asset(uid)
        if asset is None or self.name is None:
            return {}
        if asset["owner"] == self.name:
            return dict.fromkeys(OWNERS)
        held: dict[str, list[Any] | None] = {}
        for row in self.store.permissions(uid):
            if row["account"] == self.name:
                held[row["codename"]] = json.loads(row["filters"]) if row["filters"] else None
                held |= {name: None for name in BRINGS.get(row["codename"], ()) if name not in held}
        return held

    def need(self, uid: str, right: str) -> None:
        """Raises Refusal: 404 where the form may not even be seen, 403 where this right is missing."""
        rights = self.rights(uid)
        if not rights:
            raise Refusal(404, "Not found.")
        if right not in rights:
            raise Refusal(403, "You do not have permission to perform this action.")

    def asset(self, uid: str) -> Row:
        """A form that is there. Raises Refusal (404)."""
        found = self.store.asset(uid)
        if found is None:
            raise Refusal(404, "Not found.")
        return found

    def sees_all(self, uid: str) -> bool:
        return "view_submissions" in self.rights(uid)

    def row_filter(self, uid: str) -> dict[str, Any]:
        """The query that narrows the rows to those that may be seen. Raises Refusal (404) where there are none."""
        rights = self.rights(uid)
        if "view_submissions" in rights:
            return {}
        if "partial_submissions" not in rights:
            raise Refusal(404, "Not found.")
        return {"$or": rights["partial_submissions"] or []}

    def record(self, uid: str, key: str) -> dict[str, Any]:
        """A submission that may be seen. Raises Refusal (404)."""
        found = self.store.find(uid, key)
        if found is None or not matches(found, self.row_filter(uid)):
            raise Refusal(404, "Not found.")
        return found


def identify(request: Request, store: Store) -> Visitor:
    """The account of a request. A wrong token is refused; no token, or a foreign scheme, is a visitor without a name."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        raise Refusal(401, "Invalid username/password.")
    if scheme.lower() != "token":
        return Visitor(store, None)
    if not given.strip():
        raise Refusal(401, "Invalid token header. No credentials provided.")
    account = store.account(token=given.strip())
    if account is None:
        raise Refusal(401, "Invalid token.")
    if account["restricted"]:
        reset = f"{request.url.scheme}://{request.url.netloc}/accounts/password/reset/."
        raise Refusal(403, f"Your access is restricted. Please reclaim your access by changing your password at {reset}")
    return Visitor(store, account["name"])
